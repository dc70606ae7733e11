//! `furusu check`: what it finds, each thing provoked, and that it only looks.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use diesel::prelude::*;
use furusu_api::cli::check::findings;
use furusu_persistence::DatabaseUrl;
use furusu_tests::command::{Operator, binary};
use furusu_tests::postgres::Postgres;
use furusu_tests::world::database;
use furusu_tests::{Client, Kind, World, on_both};
use serde_json::Value;

/// What `check --json` says, by name: whether all is well, and the detail.
fn checked(operator: &Operator, args: &[&str]) -> BTreeMap<String, (bool, String)> {
    let output = operator.runs(&[&["check", "--json"], args].concat());
    let found = read(&output.stdout);
    let all_is_well = found.values().all(|(ok, _)| *ok);
    assert_eq!(output.status.code(), Some(i32::from(!all_is_well)), "{found:#?}");
    found
}

fn read(stdout: &[u8]) -> BTreeMap<String, (bool, String)> {
    let lines = std::str::from_utf8(stdout).unwrap().lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|l| (l["check"].as_str().unwrap().to_owned(), (l["ok"] == true, l["detail"].as_str().unwrap().to_owned()))).collect()
}

#[track_caller]
fn is_wrong(found: &BTreeMap<String, (bool, String)>, name: &str, words: &[&str]) {
    let (ok, detail) = &found[name];
    assert!(!ok, "{name}: {detail}");
    for word in words {
        assert!(detail.contains(word), "{name}: {detail}");
    }
}

fn execute(url: &DatabaseUrl, sql: &str) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            diesel::sql_query("pragma busy_timeout = 5000").execute(&mut conn).unwrap();
            diesel::sql_query(sql).execute(&mut conn).unwrap();
            String::new()
        }
        DatabaseUrl::Postgres(url) => {
            let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
            Postgres::shared().unwrap().psql(name, sql).unwrap()
        }
    }
}

/// Where nobody listens.
fn nobody() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}")
}

fn operator(world: &World) -> Operator {
    let key = world.folder.join("master.key");
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
    Operator::new(&world.folder, &world.database_url())
}

/// A folder's files with their contents.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap());
    entries.map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap())).collect()
}

on_both! {
    fn a_service_in_order_is_told_so(world) {
        let found = checked(&operator(world), &["--public-url", &nobody()]);
        assert!(found.values().all(|(ok, _)| *ok), "{found:#?}");
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        let both = ["clock", "configuration", "database", "demonstration", "issuer", "listener", "master key", "public URL", "signing keys"];
        let only = if world.app.store.kind() == "sqlite" { "disk" } else { "connections" };
        let mut all = [both.as_slice(), &[only]].concat();
        all.sort_unstable();
        assert_eq!(names, all);
        let operate = include_str!("../docs/operate.md");
        assert!(names.iter().all(|name| operate.contains(&format!("\n| `{name}`"))), "each is explained to operators");
        assert!(found["issuer"].1.contains("nobody answers"));
    }

    fn everything_that_is_wrong_is_told_at_once(world) {
        let key = world.folder.join("master.key");
        let operator = operator(world);
        std::fs::write(&key, "f".repeat(64)).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
        let found = checked(&operator, &["--public-url", "http://furusu.invalid/alumni", "--listen", "0.0.0.0:8080"]);
        is_wrong(&found, "public URL", &["/alumni", "FURUSU_PUBLIC_URL"]);
        is_wrong(&found, "listener", &["0.0.0.0:8080", "FURUSU_LISTEN"]);
        is_wrong(&found, "master key", &["mode 640", "chmod 600"]);
        is_wrong(&found, "signing keys", &["another master key", "put the master key back"]);
        assert_eq!(found.values().filter(|(ok, _)| !ok).count(), 4, "{found:#?}");
        std::fs::remove_file(&key).unwrap();
        let named = key.display().to_string();
        let found = checked(&operator, &["--master-key-file", &named, "--public-url", "http://furusu.invalid"]);
        is_wrong(&found, "master key", &["does not exist", "furusu serve"]);
        is_wrong(&found, "public URL", &["without TLS", "https://"]);
        assert!(!key.exists(), "it only looks");
    }

    fn migrations_behind_or_ahead_are_told(world) {
        let url = &world.app.settings.database;
        execute(url, "insert into __diesel_schema_migrations (version) values ('9999')");
        let operator = operator(world);
        is_wrong(&checked(&operator, &["--public-url", &nobody()]), "database", &["ahead", "9999", "newer furusu"]);
        execute(url, "delete from __diesel_schema_migrations where version <> '0001'");
        is_wrong(&checked(&operator, &["--public-url", &nobody()]), "database", &["behind", "furusu migrate"]);
    }

    fn clocks_that_are_apart_are_told(world) {
        world.seconds_pass(3_600);
        let found = world.wait_for(findings(&world.app.settings, &world.app.clock));
        let clock = found.iter().find(|f| f.name == "clock").unwrap();
        match &clock.outcome {
            // The clock of the story stands in the past, the server's goes on.
            Err(why) => assert!(why.contains("ahead by") && why.contains("NTP") && world.app.store.kind() == "postgres", "{why}"),
            Ok(told) => assert!(told.contains("shared") && world.app.store.kind() == "sqlite", "{told}"),
        }
    }

    fn people_who_do_not_exist_are_told_in_a_servers_database(world) {
        let _ = world.wait_for(furusu_api::demo::load(&world.app, 3)).unwrap();
        let found = checked(&operator(world), &["--public-url", &nobody()]);
        let made_up = furusu_api::demo::organization().to_string();
        match world.app.store.kind() {
            "postgres" => is_wrong(&found, "demonstration", &[&made_up, "start anew"]),
            _ => assert!(found["demonstration"].0 && found["demonstration"].1.contains(&made_up), "{found:#?}"),
        }
    }
}

#[test]
fn looking_at_an_empty_database_leaves_it_empty() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = std::env::temp_dir().join(format!("furusu-check-{kind:?}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        if let Some(url) = database(kind, &folder, false) {
            let text = match &url {
                DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
                DatabaseUrl::Postgres(url) => url.clone(),
            };
            let operator = Operator::new(&folder, &text);
            let found = checked(&operator, &["--public-url", &nobody()]);
            match &url {
                DatabaseUrl::Sqlite(_) => is_wrong(&found, "database", &["does not exist", "furusu migrate"]),
                DatabaseUrl::Postgres(_) => {
                    is_wrong(&found, "database", &["behind", "furusu migrate"]);
                    is_wrong(&found, "master key", &["FURUSU_MASTER_KEY_FILE"]);
                    assert_eq!(execute(&url, "select count(*) from pg_class where relnamespace = 'public'::regnamespace"), "0");
                }
            }
            assert_eq!(contents(&folder), BTreeMap::new());
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn looking_changes_no_byte_of_an_embedded_database() {
    let folder = std::env::temp_dir().join(format!("furusu-check-bytes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "sqlite://odd name#?%20.db");
    let _ = operator.gets(&["organization", "create", "Kanda KK"]);
    let before = contents(&folder);
    let found = checked(&operator, &["--public-url", &nobody()]);
    assert!(found["database"].0 && found["signing keys"].0, "{found:#?}");
    assert!(contents(&folder) == before, "{:?} became {:?}", before.keys(), contents(&folder).keys());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn settings_that_cannot_be_read_are_a_finding() {
    let folder = std::env::temp_dir().join(format!("furusu-check-settings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "sqlite://furusu.db");
    std::fs::write(folder.join("bad.toml"), "colour = 1\n").unwrap();
    for (args, word) in [(["--config", "bad.toml"], "colour"), (["--config", "none.toml"], "none.toml"), (["--log", "a=b=c"], "log filter")]
    {
        let found = checked(&operator, &args);
        is_wrong(&found, "configuration", &[word]);
        assert_eq!(found.len(), 1);
        let plain = operator.runs(&[&["check"], args.as_slice()].concat());
        assert!(String::from_utf8(plain.stdout).unwrap().starts_with("WRONG  configuration: "));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn trusted_documents_that_stop_the_start_are_told() {
    let folder = std::env::temp_dir().join(format!("furusu-check-trusted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "sqlite://furusu.db");
    let _ = operator.gets(&["organization", "create", "Kanda KK"]);
    let (name, url) = ("trusted documents", nobody());
    let look = |args: &[&str]| checked(&operator, &[&["--public-url", &url], args].concat());
    assert!(!look(&[]).contains_key(name), "only where they are set up");
    let is_refused = |args: &[&str], words: &[&str]| {
        is_wrong(&look(args), name, words);
        assert!(operator.fails(1, &[&["serve", "--listen", "127.0.0.1:0"], args].concat()).contains(words[0]), "serve says it too");
    };
    is_refused(&["--trusted-documents", "none.json"], &["none.json", "FURUSU_TRUSTED_DOCUMENTS"]);
    is_refused(&["--trusted-documents-only"], &["trusted_documents_only", "FURUSU_TRUSTED_DOCUMENTS"]);
    std::fs::write(folder.join("ours.json"), r#"{"good": "{ __typename }", "odd": "{ colour }"}"#).unwrap();
    is_refused(&["--trusted-documents", "ours.json"], &["document odd", "colour"]);
    std::fs::write(folder.join("ours.json"), r#"{"good": "{ __typename }"}"#).unwrap();
    let found = look(&["--trusted-documents", "ours.json", "--trusted-documents-only"]);
    assert!(found[name].0 && found[name].1.starts_with("1 fit"), "{found:#?}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_service_that_discovery_does_not_lead_to_is_told() {
    let folder = std::env::temp_dir().join(format!("furusu-check-elsewhere-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "sqlite://furusu.db");
    let url = nobody();
    let listen = url.strip_prefix("http://").unwrap();
    let words = ["http://127.0.0.1:8080", &format!("FURUSU_PUBLIC_URL to where they find it, such as {url},"), "furusu token"];
    is_wrong(&checked(&operator, &["--listen", listen]), "public URL", &words);
    for named in [url.as_str(), "http://127.0.0.1:8080"] {
        assert!(checked(&operator, &["--listen", listen, "--public-url", named])["public URL"].0, "somebody knows better");
    }
    assert!(checked(&operator, &[])["public URL"].0);
    let says = |args: &[&str]| {
        let mut service = operator.starts(&[&["serve", "--listen", listen], args].concat());
        for _ in 0..200 {
            if std::net::TcpStream::connect(listen).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let _ = Client::new(&url, None).get("/readyz").is(200);
        assert!(Command::new("kill").args(["-TERM", &service.id().to_string()]).status().unwrap().success());
        assert!(service.wait().unwrap().success());
        let mut said = String::new();
        std::io::Read::read_to_string(&mut service.stderr.take().unwrap(), &mut said).unwrap();
        said
    };
    let said = says(&[]);
    assert!(said.contains("warning") && words.iter().all(|word| said.contains(word)), "{said}");
    let said = says(&["--public-url", &url]);
    assert!(!said.contains("warning"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_server_that_cannot_be_reached_is_told_beside_the_rest() {
    let folder = std::env::temp_dir().join(format!("furusu-check-nobody-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "postgres://ada:secret@127.0.0.1:1/furusu");
    let found = checked(&operator, &["--public-url", "https://127.0.0.1:1?x"]);
    is_wrong(&found, "database", &["refused", "FURUSU_DATABASE_URL"]);
    is_wrong(&found, "public URL", &["query"]);
    assert!(!found.values().any(|(_, detail)| detail.contains("secret")), "{found:#?}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_pool_that_the_server_cannot_bear_is_told() {
    let Some(world) = World::on(Kind::Postgres) else { return };
    let operator = operator(&world);
    let found = checked(&operator, &["--public-url", &nobody(), "--database-connections", "500"]);
    is_wrong(&found, "connections", &["508 connections", "FURUSU_DATABASE_CONNECTIONS"]);
    let name = world.database_url().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    execute(&world.app.settings.database, &format!("alter database {name} connection limit 11"));
    is_wrong(
        &checked(&operator, &["--public-url", &nobody(), "--database-connections", "6"]),
        "connections",
        &["12 connections", "has 11"],
    );
    assert!(checked(&operator, &["--public-url", &nobody(), "--database-connections", "4"])["connections"].0);
}

#[test]
fn who_answers_under_the_public_url_is_asked_for_its_name_and_keys() {
    let folder = std::env::temp_dir().join(format!("furusu-check-issuer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (ours, theirs) = (Operator::new(&folder, "sqlite://ours.db"), Operator::new(&folder, "sqlite://theirs.db"));
    let _ = theirs.gets(&["organization", "create", "Elsewhere GmbH"]);
    let url = nobody();
    let listen = url.strip_prefix("http://").unwrap();
    let mut service = ours.starts(&["serve", "--listen", listen, "--public-url", &url]);
    for _ in 0..200 {
        if std::net::TcpStream::connect(listen).is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let _ = Client::new(&url, None).get("/readyz").is(200);
    let same = checked(&ours, &["--public-url", &url]);
    let by_another_name = checked(&ours, &["--public-url", &url.replace("127.0.0.1", "localhost")]);
    let other_database = checked(&theirs, &["--public-url", &url]);
    let pid = service.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(service.wait().unwrap().success());
    assert!(same["issuer"].0 && same["issuer"].1.contains("keys of this database"), "{same:#?}");
    is_wrong(&by_another_name, "issuer", &["calls itself", "127.0.0.1", "FURUSU_PUBLIC_URL"]);
    is_wrong(&other_database, "issuer", &["another one", "FURUSU_DATABASE_URL"]);
    std::fs::remove_dir_all(folder).unwrap();
}

/// On a small file system of the test's own, where the system lets a user make one; the rule itself is tested beside it.
#[test]
fn a_disk_that_is_nearly_full_is_told() {
    let folder = std::env::temp_dir().join(format!("furusu-check-disk-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let script = r#"mount -t tmpfs -o size=16m none "$1" && cd "$1" && "$2" migrate && { "$2" check --json; exit 0; }"#;
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(&folder).arg(binary());
    let said = shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("FURUSU_DATABASE_URL", "sqlite://furusu.db");
    let output = said.env("FURUSU_PUBLIC_URL", nobody()).output();
    if let Some(output) = output.ok().filter(|output| output.status.success()) {
        let lines = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = lines.lines().filter(|line| line.starts_with('{')).collect();
        is_wrong(&read(lines.join("\n").as_bytes()), "disk", &["nearly full", "make room"]);
    }
    std::fs::remove_dir_all(folder).unwrap();
}
