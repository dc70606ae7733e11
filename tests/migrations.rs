//! Migrations: the same on both databases, safe when two start at once, and reversible.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;
use furusu_persistence::{DatabaseUrl, migrate};
use furusu_tests::Kind;
use furusu_tests::postgres::Postgres;
use furusu_tests::world::database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The answer of a statement that gives one column called `line`.
pub(crate) fn ask(url: &DatabaseUrl, sql: &str) -> Vec<String> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            let lines: Vec<Line> = diesel::sql_query(sql).load(&mut conn).unwrap();
            lines.into_iter().map(|l| l.line).collect()
        }
        DatabaseUrl::Postgres(url) => {
            let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
            let text = Postgres::shared().unwrap().psql(name, sql).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }
}

/// Tables with their columns, and indexes with theirs.
fn schema(url: &DatabaseUrl) -> BTreeSet<String> {
    let tables = match url {
        DatabaseUrl::Sqlite(_) => {
            "select m.name || '.' || c.name as line from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '!_!_%' escape '!'"
        }
        DatabaseUrl::Postgres(_) => {
            "select table_name || '.' || column_name as line from information_schema.columns where table_schema = 'public' and table_name not like '\\_\\_%'"
        }
    };
    let indexes = match url {
        DatabaseUrl::Sqlite(_) => "select name as line from sqlite_master where type = 'index' and name not like 'sqlite_%'",
        DatabaseUrl::Postgres(_) => {
            "select i.indexname as line from pg_indexes i where i.schemaname = 'public' and not exists (select 1 from pg_constraint c where c.conname = i.indexname)"
        }
    };
    ask(url, tables).into_iter().chain(ask(url, indexes).into_iter().map(|i| format!("index {i}"))).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn empty(kind: Kind) -> Option<(DatabaseUrl, std::path::PathBuf)> {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("furusu-migrations-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    database(kind, &folder, false).map(|url| (url, folder))
}

fn up_down_up(kind: Kind) {
    let Some((url, folder)) = empty(kind) else { return };
    let runtime = runtime();
    let first = runtime.block_on(migrate::up(&url)).unwrap();
    assert_eq!(first.applied, migrate::known(&url));
    let before = schema(&url);
    assert!(before.contains("employment.document") && before.contains("index employment_by_end"));
    let _ = runtime.block_on(migrate::down(&url)).unwrap();
    assert_eq!(schema(&url), BTreeSet::new());
    assert_eq!(runtime.block_on(migrate::look(&url)).unwrap().behind, migrate::known(&url));
    let _ = runtime.block_on(migrate::up(&url)).unwrap();
    assert_eq!(schema(&url), before);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn up_down_up_leaves_the_same_schema_on_sqlite() {
    up_down_up(Kind::Sqlite);
}

#[test]
fn up_down_up_leaves_the_same_schema_on_postgres() {
    up_down_up(Kind::Postgres);
}

#[test]
fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (Some((lite, a)), Some((pg, b))) = (empty(Kind::Sqlite), empty(Kind::Postgres)) else { return };
    let runtime = runtime();
    for url in [&lite, &pg] {
        let _ = runtime.block_on(migrate::up(url)).unwrap();
    }
    assert_eq!(schema(&lite), schema(&pg));
    assert_eq!(migrate::known(&lite), migrate::known(&pg));
    let _ = (std::fs::remove_dir_all(a), std::fs::remove_dir_all(b));
}

fn two_at_once(kind: Kind) {
    let Some((url, folder)) = empty(kind) else { return };
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || runtime().block_on(migrate::up(&url)).unwrap().applied.len())
        })
        .collect();
    let applied: Vec<usize> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    assert_eq!(applied.iter().sum::<usize>(), migrate::known(&url).len(), "each migration once: {applied:?}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn several_that_start_at_once_migrate_once_on_sqlite() {
    two_at_once(Kind::Sqlite);
}

#[test]
fn several_that_start_at_once_migrate_once_on_postgres() {
    two_at_once(Kind::Postgres);
}

#[test]
fn every_foreign_key_has_an_index() {
    let Some((lite, folder)) = empty(Kind::Sqlite) else { return };
    let _ = runtime().block_on(migrate::up(&lite)).unwrap();
    let keys = ask(
        &lite,
        "select m.name || ' ' || f.id || ' ' || f.\"from\" as line from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' order by m.name, f.id, f.seq",
    );
    let indexes = ask(
        &lite,
        "select m.name || ' ' || i.name || ' ' || c.name as line from sqlite_master m join pragma_index_list(m.name) i join pragma_index_info(i.name) c where m.type = 'table' and i.partial = 0 order by m.name, i.name, c.seqno",
    );
    let group = |lines: &[String]| {
        let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for line in lines {
            let parts: Vec<&str> = line.split(' ').collect();
            groups.entry((parts[0].to_owned(), parts[1].to_owned())).or_default().push(parts[2].to_owned());
        }
        groups
    };
    let indexes = group(&indexes);
    let keys = group(&keys);
    assert!(keys.len() >= 10, "{keys:?}");
    for ((table, _), columns) in keys {
        let served = indexes.iter().any(|((of, _), index)| *of == table && index.starts_with(&columns));
        assert!(served, "{table} {columns:?}");
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn sqlite_finds_a_person_without_reading_the_organization() {
    let Some((lite, folder)) = empty(Kind::Sqlite) else { return };
    let _ = runtime().block_on(migrate::up(&lite)).unwrap();
    let DatabaseUrl::Sqlite(path) = &lite else { unreachable!("an embedded database") };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    for (query, plan) in [
        (
            "select * from employment where organization_id = x'00' and person_id in (x'01') and superseded_at is null",
            "INDEX employment_by_person",
        ),
        (
            "select * from employment where organization_id = x'00' and source = 'a' and external_id in ('1') and superseded_at is null",
            "INDEX employment_by_source",
        ),
        (
            "select * from employment where organization_id = x'00' and id in (x'01') and superseded_at is null",
            "INDEX sqlite_autoindex_employment_1 (organization_id=? AND id=?)",
        ),
        (
            "select * from particulars where organization_id = x'00' and person_id in (x'01') and superseded_at is null",
            "INDEX particulars_by_person (organization_id=? AND person_id=?",
        ),
        (
            "select * from identity where organization_id = x'00' and source = 'a' and external_id in ('1')",
            "PRIMARY KEY (organization_id=? AND source=? AND external_id=?)",
        ),
        (
            "select * from consent where organization_id = x'00' and person_id in (x'01') and purpose = 'events' order by given_at desc, id desc",
            "INDEX consent_by_person (organization_id=? AND person_id=?)",
        ),
        (
            "select * from employment where organization_id = x'00' and person_id in (x'01')",
            "INDEX employment_by_person (organization_id=? AND person_id=?)",
        ),
        (
            "select * from activity where retracted_at is null and organization_id = x'00' and person_id = x'01' and (occurred_at, id) < (1, x'02') order by occurred_at desc, id desc limit 51",
            "INDEX activity_by_person (organization_id=? AND person_id=? AND (occurred_at,id)<(?,?))",
        ),
        (
            "select * from activity where version > 1 and retracted_at is null and organization_id = x'00' and person_id = x'01' and updated_at <= 1 order by updated_at desc, id desc limit 51",
            "INDEX activity_by_correction (organization_id=? AND person_id=? AND updated_at<?)",
        ),
        (
            "select * from activity where retracted_at is not null and organization_id = x'00' and person_id = x'01' and retracted_at < 1 order by retracted_at desc, id desc limit 51",
            "INDEX activity_by_retraction (organization_id=? AND person_id=? AND retracted_at",
        ),
        (
            "select * from lookup where person_id is not null and organization_id = x'00' and person_id = x'01' and at <= 1 order by at desc, id desc limit 51",
            "INDEX lookup_by_disclosure (organization_id=? AND person_id=? AND at<?)",
        ),
        (
            "select * from consent where organization_id = x'00' and id in (x'01')",
            "INDEX sqlite_autoindex_consent_1 (organization_id=? AND id=?)",
        ),
    ] {
        let steps: Vec<Step> = diesel::sql_query(format!("explain query plan {query}")).load(&mut conn).unwrap();
        assert!(steps[0].detail.contains(plan), "{query}: {}", steps[0].detail);
        assert!(
            steps.iter().all(|step| !query.contains(" limit ") || !step.detail.contains("TEMP B-TREE")),
            "{query} sorts what the index has"
        );
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// Runs statements, however many.
fn run(url: &DatabaseUrl, sql: &str) {
    match url {
        DatabaseUrl::Sqlite(path) => {
            use diesel::connection::SimpleConnection as _;
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            conn.batch_execute(&format!("pragma foreign_keys = on; begin; {sql}; commit;")).unwrap();
        }
        DatabaseUrl::Postgres(url) => {
            let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
            let _ = Postgres::shared().unwrap().psql(name, sql).unwrap();
        }
    }
}

/// What is known of people goes through the step that lets them be merged, and back, even when some are.
fn people_keep_what_is_known_of_them(kind: Kind) {
    let Some((url, folder)) = empty(kind) else { return };
    let (name, zero) = match kind {
        Kind::Sqlite => ("sqlite", "0"),
        Kind::Postgres => ("postgres", "'2026-01-01T00:00:00Z'"),
    };
    let migrations = format!("{}/../migrations/{name}", env!("CARGO_MANIFEST_DIR"));
    let step = |step: &str, way: &str| std::fs::read_to_string(format!("{migrations}/{step}/{way}.sql")).unwrap();
    let mut before: Vec<String> =
        std::fs::read_dir(&migrations).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    before.sort();
    before.retain(|step| step.as_str() < "0006");
    before.iter().for_each(|name| run(&url, &step(name, "up")));
    let id = |digit: &str| {
        let digits = digit.repeat(32);
        if kind == Kind::Sqlite { format!("x'{digits}'") } else { format!("'{digits}'") }
    };
    let (organization, fingerprint) = (id("f"), if kind == Kind::Sqlite { "x'00'" } else { "'\\x00'" });
    let mut people = format!("insert into organization (id, name, time_zone, created_at) values ({organization}, 'A', 'UTC', {zero});");
    for digit in ["a", "b"] {
        let person = id(digit);
        people.push_str(&format!(
            "insert into person (organization_id, id, sort_key, created_at, updated_at) values ({organization}, {person}, 'k', {zero}, {zero});
             insert into particulars (organization_id, person_id, source, version, document, recorded_at) values ({organization}, {person}, 'hr', 1, '{{}}', {zero});
             insert into identity (organization_id, source, external_id, person_id, recorded_at) values ({organization}, 'hr', '{digit}', {person}, {zero});
             insert into employment (organization_id, id, version, person_id, source, external_id, hired_on, document, fingerprint, recorded_at)
                values ({organization}, {person}, 1, {person}, 'hr', 'x', '2020-01-01', '{{}}', {fingerprint}, {zero});"
        ));
    }
    run(&url, &people);
    let known = || {
        let of = |table: &str| {
            let text = if kind == Kind::Sqlite { "hex(person_id)" } else { "upper(replace(person_id::text, '-', ''))" };
            ask(&url, &format!("select '{table} ' || {text} as line from {table} order by 1"))
        };
        ["particulars", "identity", "employment"].map(of).concat()
    };
    let as_it_was = known();
    assert_eq!(as_it_was.len(), 6);
    run(&url, &step("0006_identity", "up"));
    assert_eq!(known(), as_it_was);
    let (a, b) = (id("a"), id("b"));
    run(
        &url,
        &format!(
            "update person set merged_into_id = {a} where id = {b};
             update particulars set person_id = {a} where person_id = {b};
             update identity set origin_person_id = {b}, person_id = {a} where person_id = {b};
             update employment set origin_person_id = {b}, person_id = {a} where person_id = {b};"
        ),
    );
    assert_ne!(known(), as_it_was);
    run(&url, &step("0006_identity", "down"));
    assert_eq!(known(), as_it_was);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn people_keep_what_is_known_of_them_on_sqlite() {
    people_keep_what_is_known_of_them(Kind::Sqlite);
}

#[test]
fn people_keep_what_is_known_of_them_on_postgres() {
    people_keep_what_is_known_of_them(Kind::Postgres);
}
