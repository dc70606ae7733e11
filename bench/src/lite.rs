//! The bare SQL on SQLite, by Diesel's plain connection: the same library and the same copy of SQLite as furusu's.

mod sql;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use furusu_domain::id::OrganizationId;
use furusu_domain::time::{Clock, Date};

use crate::Res;
use crate::bare::{
    ACTIVE, ACTIVITY, AUDIENCE, Bare, BareActivity, EMPLOYMENT, Group, KEYED, KEYS, KEYS_OF_PEOPLE, MONTHS, PARTICULARS, PERSON, TOP,
    bare_ids, by_person, count, must_be, next_documents, next_version, page, sorted, twelve_months,
};
use crate::drive::Job;
use crate::people::{Person, SOURCE, Slice};
use crate::workloads::PAGE;
use sql::{
    MarkColumns, MarkRow, PageColumns, PageRow, PeriodColumns, PeriodRow, PersonColumns, PersonRow, Statement, ToldColumns, ToldRow, Value,
};

/// The service's own settings.
const SETTINGS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; \
     pragma foreign_keys = on; pragma cache_size = -16384; pragma temp_store = memory;";

/// A table like that of the service's activities, with the same indexes.
const BARE_ACTIVITY: &str = "create table if not exists bare_activity (organization_id blob not null, id blob not null, person_id blob not null, \
     origin_person_id blob, source text not null, external_id text not null, kind text not null, channel text not null, \
     occurred_at integer not null, day text not null, subject_type text, subject_id text, source_updated_at integer, \
     version integer not null, recorded_at integer not null, updated_at integer not null, retracted_at integer, \
     primary key (organization_id, id)) strict; \
     create unique index if not exists bare_activity_by_source on bare_activity (organization_id, source, external_id); \
     create index if not exists bare_activity_by_person on bare_activity (organization_id, person_id, occurred_at, id); \
     create index if not exists bare_activity_by_subject on bare_activity (organization_id, subject_type, subject_id, id) \
     where subject_id is not null;";

/// The values: tenant, then the keys. No key is read to its end that has more than 200 people.
fn postings() -> String {
    let one = |n| {
        format!("select k.key, k.rec from (select key, rec from match_key where tenant = $1 and key = ${n} and found >= 1 limit 201) k")
    };
    (2..2 + KEYS).map(one).collect::<Vec<_>>().join(" union all ")
}

/// Names the index of a look-up: without statistics SQLite may prefer to read every period of the organization.
fn by(index: &str, sql: &str) -> Statement {
    let named = if sql.contains("from employment e ") { "from employment e " } else { "from employment " };
    Statement::new(&sql.replacen(named, &format!("{named}indexed by employment_by_{index} "), 1))
}

/// The bare SQL on a file.
pub(crate) struct Lite {
    file: PathBuf,
    organization: [u8; 16],
    today: String,
    /// As in the service, one writes at a time.
    writer: Arc<Mutex<SqliteConnection>>,
}

fn failed(error: diesel::result::Error) -> String {
    error.to_string()
}

fn open(file: &Path) -> Res<SqliteConnection> {
    let mut db = SqliteConnection::establish(&file.to_string_lossy()).map_err(|e| e.to_string())?;
    db.batch_execute(SETTINGS).map_err(failed)?;
    Ok(db)
}

impl Lite {
    pub(crate) fn new(file: PathBuf, organization: OrganizationId, today: Date) -> Res<Self> {
        let writer = Arc::new(Mutex::new(open(&file)?));
        Ok(Self { file, organization: *organization.as_bytes(), today: today.to_string(), writer })
    }

    fn write(&self, sql: &str) -> Res<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.batch_execute(sql).map_err(failed)
    }
}

/// The values of [`page`] and [`count`].
const fn of_group<'a>(organization: &'a [u8; 16], today: &'a str, group: &'a Group) -> [Value<'a>; 5] {
    [
        Value::Bytes(organization),
        Value::Text(today),
        Value::Text(group.department.as_str()),
        Value::Text(group.from.as_str()),
        Value::Text(group.to.as_str()),
    ]
}

/// `$3, $4, …`
fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Bare for Lite {
    fn groups(&self, most: usize) -> Res<Vec<Group>> {
        let mut db = open(&self.file)?;
        let most = i64::try_from(most).map_err(|e| e.to_string())?;
        let values = [Value::Bytes(&self.organization), Value::Text(&self.today), Value::Number(most)];
        let largest = Statement::new(
            "select department, substr(ended_on, 1, 4) from employment where organization_id = $1 and superseded_at is null \
             and department is not null and ended_on < $2 group by 1, 2 order by count(*) desc, 1, 2 limit $3",
        );
        let largest: Vec<(String, String)> = largest.with::<(Text, Text)>(&values).load(&mut db).map_err(failed)?;
        let count = Statement::new(&count(""));
        let group = |(department, year): (String, String)| {
            let group = Group { department, from: format!("{year}-01-01"), to: format!("{year}-12-31"), total: 0 };
            let values = of_group(&self.organization, &self.today, &group);
            let total: i64 = count.with::<BigInt>(&values).get_result(&mut db).map_err(failed)?;
            Ok(Group { total: usize::try_from(total).map_err(|e| e.to_string())?, ..group })
        };
        largest.into_iter().map(group).collect()
    }

    fn one<'a>(&self, people: &'a [Person]) -> Res<Job<'a>> {
        let (mut db, organization) = (open(&self.file)?, self.organization);
        let of_person = "where organization_id = $1 and person_id = $2 and superseded_at is null";
        let person = Statement::new(PERSON);
        let told = Statement::new(&format!("{PARTICULARS} {of_person}"));
        let periods = by("person", &format!("{EMPLOYMENT} {of_person}"));
        Ok(Box::new(move |lot| {
            let one = &people[lot % people.len()];
            let values = [Value::Bytes(&organization), Value::Bytes(one.id.as_bytes())];
            let person: Vec<PersonRow> = person.with::<PersonColumns>(&values).load(&mut db).map_err(failed)?;
            let told: Vec<ToldRow> = told.with::<ToldColumns>(&values).load(&mut db).map_err(failed)?;
            let periods: Vec<PeriodRow> = periods.with::<PeriodColumns>(&values).load(&mut db).map_err(failed)?;
            must_be(person.len() + told.len().min(1), 2)?;
            must_be(periods.len(), one.periods)
        }))
    }

    fn keys<'a>(&self) -> Res<Job<'a>> {
        let mut db = open(&self.file)?;
        let sample = Statement::new(KEYS_OF_PEOPLE);
        let rows = sample.with::<(BigInt, BigInt, BigInt)>(&[Value::Number(KEYED)]).load(&mut db).map_err(failed)?;
        let people = by_person(rows);
        let postings = Statement::new(&postings());
        let portrait = Statement::new(&format!("select rec, portrait from match_person where rec in ({})", places(1, 256)));
        Ok(Box::new(move |lot| {
            let (tenant, keys) = &people[lot % people.len()];
            let values: Vec<Value<'_>> = std::iter::once(tenant).chain(keys).map(|n| Value::Number(*n)).collect();
            let rows: Vec<(i64, i64)> = postings.with::<(BigInt, BigInt)>(&values).load(&mut db).map_err(failed)?;
            let mut recs: Vec<i64> = rows.into_iter().map(|(_, rec)| rec).collect();
            recs.sort_unstable();
            recs.dedup();
            recs.truncate(200);
            let last = recs.last().into_iter().cycle();
            let values: Vec<Value<'_>> = recs.iter().chain(last).take(256).map(|n| Value::Number(*n)).collect();
            let found: Vec<(i64, Vec<u8>)> = portrait.with::<(BigInt, Binary)>(&values).load(&mut db).map_err(failed)?;
            must_be(found.len(), recs.len())
        }))
    }

    fn has_trigrams(&self, _: &[Person]) -> Res<Option<Vec<String>>> {
        // SQLite has trigrams for whole texts only, not for how similar they are.
        Ok(None)
    }

    fn similar<'a>(&self, _: &'a [String]) -> Res<Job<'a>> {
        Err("SQLite has no pg_trgm".to_owned())
    }

    fn page<'a>(&self, groups: &'a [Group], total: bool) -> Res<Job<'a>> {
        let (mut db, organization, today) = (open(&self.file)?, self.organization, self.today.clone());
        let (page, count) = (by("department", &page("")), by("department", &count("")));
        let of_people = format!("where organization_id = $1 and person_id in ({}) and superseded_at is null", places(2, PAGE));
        let told = Statement::new(&format!("{PARTICULARS} {of_people}"));
        let periods = by("person", &format!("{EMPLOYMENT} {of_people}"));
        Ok(Box::new(move |lot| {
            let group = &groups[lot % groups.len()];
            let values = of_group(&organization, &today, group);
            let found: Vec<PageRow> = page.with::<PageColumns>(&values).load(&mut db).map_err(failed)?;
            let counted = if total {
                let counted: i64 = count.with::<BigInt>(&values).get_result(&mut db).map_err(failed)?;
                usize::try_from(counted).unwrap_or_default()
            } else {
                group.total
            };
            let people = found.len().min(PAGE);
            // A shorter page asks for its last person again, so that the statement stays the same.
            let ids = found.iter().chain(found.last().into_iter().cycle()).take(PAGE).map(|row| Value::Bytes(&row.0));
            let values: Vec<Value<'_>> = std::iter::once(Value::Bytes(&organization)).chain(ids).collect();
            let told: Vec<ToldRow> = told.with::<ToldColumns>(&values).load(&mut db).map_err(failed)?;
            let periods: Vec<PeriodRow> = periods.with::<PeriodColumns>(&values).load(&mut db).map_err(failed)?;
            must_be(people, group.total.min(PAGE))?;
            must_be(counted, group.total)?;
            must_be(told.len().min(people) + periods.len().min(people), people * 2)
        }))
    }

    fn change<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>> {
        let (mut db, organization) = (open(&self.file)?, self.organization);
        let ids = sorted(slice.periods());
        let now = Statement::new("select document from employment where organization_id = $1 and id = $2 and superseded_at is null");
        let mut documents = Vec::with_capacity(ids.len());
        for id in &ids {
            let values = [Value::Bytes(&organization), Value::Bytes(id.as_bytes())];
            let document: String = now.with::<Text>(&values).get_result(&mut db).map_err(failed)?;
            documents.push(next_documents(&document)?);
        }
        let of_period = "where organization_id = $1 and id = $2 and superseded_at";
        let supersede = Statement::new(&format!("update employment set superseded_at = $3 {of_period} is null"));
        let columns = next_version("$3", "$4", "$5");
        let insert = Statement::new(&format!("insert into employment select {columns} from employment {of_period} = $3"));
        let (writer, mut now, mut turn) = (self.writer.clone(), Clock::system().now().micros(), 0);
        Ok(Box::new(move |_| {
            turn = 1 - turn;
            now += 1;
            let fingerprint = [u8::from(turn == 0); 16];
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let done = writer.immediate_transaction(|db| {
                let mut written = 0;
                for (id, next) in ids.iter().zip(&documents) {
                    let period = [Value::Bytes(&organization), Value::Bytes(id.as_bytes()), Value::Number(now)];
                    supersede.with::<()>(&period).execute(db)?;
                    let [organization, id, now] = period;
                    let values = [organization, id, now, Value::Text(&next[turn]), Value::Bytes(&fingerprint)];
                    written += insert.with::<()>(&values).execute(db)?;
                }
                QueryResult::Ok(written)
            });
            must_be(done.map_err(failed)?, ids.len())
        }))
    }

    fn tidy(&self) -> Res<()> {
        self.write("delete from employment where superseded_at is not null; delete from event; delete from figure_due;")?;
        self.settle()
    }

    fn settle(&self) -> Res<()> {
        self.write("pragma wal_checkpoint(truncate);")
    }

    fn insert<'a>(&self, lane: usize, rows: usize) -> Res<Job<'a>> {
        self.write(BARE_ACTIVITY)?;
        let (organization, mut next) = (self.organization, bare_ids(lane));
        let insert =
            Statement::new(&format!("insert into bare_activity ({ACTIVITY}) values ($1, $2, $3, 'bench', $4, $5, $6, $7, $8, 1, $7, $7)"));
        let writer = self.writer.clone();
        Ok(Box::new(move |_| {
            let all: Vec<BareActivity> = (0..rows).map(|_| next()).collect();
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let done = writer.immediate_transaction(|db| {
                let mut written = 0;
                for BareActivity { id, person, external_id, kind, channel, at } in &all {
                    let at = i64::try_from(*at).unwrap_or(0) * 1_000_000;
                    let who = [Value::Bytes(&organization), Value::Bytes(id), Value::Bytes(person)];
                    let what =
                        [Value::Text(external_id), Value::Text(kind), Value::Text(channel), Value::Number(at), Value::Text("2026-01-01")];
                    let values: Vec<Value<'_>> = who.into_iter().chain(what).collect();
                    written += insert.with::<()>(&values).execute(db)?;
                }
                QueryResult::Ok(written)
            });
            must_be(done.map_err(failed)?, rows)
        }))
    }

    fn counters<'a>(&self) -> Res<Job<'a>> {
        let (mut db, organization) = (open(&self.file)?, self.organization);
        let (day, month) = twelve_months(&self.today)?;
        let [months, active, audience, top] = [MONTHS, ACTIVE, AUDIENCE, TOP].map(Statement::new);
        Ok(Box::new(move |_| {
            let of_it = [Value::Bytes(&organization)];
            let since = [Value::Bytes(&organization), Value::Text(&day)];
            let reach = [Value::Bytes(&organization), Value::Number(i64::from(month))];
            let months: Vec<(String, String, i64)> = months.with::<(Text, Text, BigInt)>(&since).load(&mut db).map_err(failed)?;
            let active: Vec<i64> = active.with::<BigInt>(&reach).load(&mut db).map_err(failed)?;
            let audience: Vec<(i64, i64)> = audience.with::<(BigInt, BigInt)>(&of_it).load(&mut db).map_err(failed)?;
            type Most = (Vec<u8>, i64, i64, i64);
            let top: Vec<Most> = top.with::<(Binary, BigInt, BigInt, BigInt)>(&of_it).load(&mut db).map_err(failed)?;
            must_be(usize::from(months.len() > 50) + active.len() + usize::from(!audience.is_empty()) + top.len(), 53)
        }))
    }

    fn rows_read(&self) -> Res<Option<i64>> {
        // SQLite does not count them.
        Ok(None)
    }

    fn marks<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>> {
        let (mut db, organization, ids) = (open(&self.file)?, self.organization, slice.external_ids());
        let marks = format!(
            "select id, person_id, departure_id, external_id, sequence, hired_on, fingerprint, source_updated_at from employment \
             where organization_id = $1 and source = $2 and external_id in ({}) and superseded_at is null",
            places(3, ids.len())
        );
        let marks = by("source", &marks);
        Ok(Box::new(move |_| {
            let first = [Value::Bytes(&organization), Value::Text(SOURCE)];
            let values: Vec<Value<'_>> = first.into_iter().chain(ids.iter().map(|id| Value::Text(id))).collect();
            let rows: Vec<MarkRow> = marks.with::<MarkColumns>(&values).load(&mut db).map_err(failed)?;
            must_be(rows.len().min(ids.len()), ids.len())
        }))
    }
}
