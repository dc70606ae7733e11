//! The bare SQL on PostgreSQL, by tokio-postgres.

use std::cell::RefCell;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use furusu_domain::id::OrganizationId;
use furusu_domain::time::Date;
use tokio::runtime::Runtime;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::Res;
use crate::bare::{
    ACTIVE, ACTIVITY, AUDIENCE, Bare, BareActivity, EMPLOYMENT, Group, KEYED, KEYS_OF_PEOPLE, MONTHS, PARTICULARS, PERSON, TOP, bare_ids,
    by_person, count, must_be, next_documents, next_version, page, sorted, twelve_months,
};
use crate::drive::Job;
use crate::people::{Person, SOURCE, Slice};
use crate::workloads::PAGE;

/// The values: tenant, keys. No key is read to its end that has more than 200 people.
const POSTINGS: &str = "select k.key, m.rec from unnest($2::bigint[]) k(key) \
     cross join lateral (select rec from match_key where tenant = $1 and key = k.key and found >= 1 limit 201) m";

/// Dates come as text.
const DAY: &str = "::text::date";

/// The bare SQL on a server.
pub(crate) struct Pg {
    url: String,
    organization: Id,
    today: String,
}

/// The 16 bytes of a `uuid`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Id([u8; 16]);

impl ToSql for Id {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }
    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }
    to_sql_checked!();
}

impl FromSql<'_> for Id {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw.try_into()?))
    }
    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }
}

/// One connection with a runtime of its own.
struct Lane {
    runtime: Runtime,
    client: Client,
}

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

fn failed(error: tokio_postgres::Error) -> String {
    format!("{error}{}", error.source().map_or_else(String::new, |cause| format!(": {cause}")))
}

impl Lane {
    fn prepare(&self, sql: &str) -> Res<Statement> {
        self.runtime.block_on(self.client.prepare(sql)).map_err(failed)
    }

    fn rows(&self, statement: &Statement, values: Values<'_>) -> Res<Vec<Row>> {
        self.runtime.block_on(self.client.query(statement, values)).map_err(failed)
    }
}

impl Pg {
    pub(crate) fn new(url: String, organization: OrganizationId, today: Date) -> Self {
        Self { url, organization: Id(*organization.as_bytes()), today: today.to_string() }
    }

    fn lane(&self) -> Res<Lane> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(&self.url, NoTls)).map_err(failed)?;
        runtime.spawn(connection);
        Ok(Lane { runtime, client })
    }

    fn each(&self, statements: &[&str]) -> Res<()> {
        let lane = self.lane()?;
        statements.iter().try_for_each(|sql| lane.runtime.block_on(lane.client.batch_execute(sql)).map_err(failed))
    }
}

impl Bare for Pg {
    fn groups(&self, most: usize) -> Res<Vec<Group>> {
        let lane = self.lane()?;
        let largest = lane.prepare(
            "select department, to_char(ended_on, 'YYYY') from employment where organization_id = $1 and superseded_at is null \
             and department is not null and ended_on < $2::text::date group by 1, 2 order by count(*) desc, 1, 2 limit $3",
        )?;
        let count = lane.prepare(&count(DAY))?;
        let most = i64::try_from(most).map_err(|e| e.to_string())?;
        let group = |row: &Row| {
            let (department, year): (String, String) = (row.get(0), row.get(1));
            let (from, to) = (format!("{year}-01-01"), format!("{year}-12-31"));
            let total: i64 = lane.rows(&count, &[&self.organization, &self.today, &department, &from, &to])?[0].get(0);
            Ok(Group { department, from, to, total: usize::try_from(total).map_err(|e| e.to_string())? })
        };
        lane.rows(&largest, &[&self.organization, &self.today, &most])?.iter().map(group).collect()
    }

    fn one<'a>(&self, people: &'a [Person]) -> Res<Job<'a>> {
        let (lane, organization) = (self.lane()?, self.organization);
        let person = lane.prepare(PERSON)?;
        let told = lane.prepare(&format!("{PARTICULARS} where organization_id = $1 and person_id = $2 and superseded_at is null"))?;
        let periods = lane.prepare(&format!("{EMPLOYMENT} where organization_id = $1 and person_id = $2 and superseded_at is null"))?;
        Ok(Box::new(move |lot| {
            let one = &people[lot % people.len()];
            let id = Id(*one.id.as_bytes());
            let values: Values<'_> = &[&organization, &id];
            let all = async {
                let client = &lane.client;
                tokio::try_join!(client.query(&person, values), client.query(&told, values), client.query(&periods, values))
            };
            let (person, told, periods) = lane.runtime.block_on(all).map_err(failed)?;
            must_be(person.len() + told.len().min(1), 2)?;
            must_be(periods.len(), one.periods)
        }))
    }

    fn keys<'a>(&self) -> Res<Job<'a>> {
        let lane = self.lane()?;
        let sample = lane.prepare(KEYS_OF_PEOPLE)?;
        let rows = lane.rows(&sample, &[&KEYED])?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        let people = by_person(rows);
        let postings = lane.prepare(POSTINGS)?;
        let portraits = lane.prepare("select rec, person_id, found_until, portrait from match_person where rec = any($1)")?;
        Ok(Box::new(move |lot| {
            let (tenant, keys) = &people[lot % people.len()];
            let mut recs: Vec<i64> = lane.rows(&postings, &[tenant, keys])?.iter().map(|row| row.get(1)).collect();
            recs.sort_unstable();
            recs.dedup();
            recs.truncate(200);
            must_be(lane.rows(&portraits, &[&recs])?.len(), recs.len())
        }))
    }

    fn has_trigrams(&self, people: &[Person]) -> Res<Option<Vec<String>>> {
        let lane = self.lane()?;
        let run = |sql: &str| lane.runtime.block_on(lane.client.batch_execute(sql)).map_err(failed);
        if run("create extension if not exists pg_trgm").is_err() {
            return Ok(None);
        }
        run("create table trigram_person (id bigint primary key, name text not null, birth_on text)")?;
        let name = |person: &Person| {
            let record = person.record();
            let name = &record["names"][0];
            format!("{} {}", name["family"].as_str().unwrap_or_default(), name["given"].as_str().unwrap_or_default())
        };
        let insert =
            lane.prepare("insert into trigram_person (id, name, birth_on) select * from unnest($1::bigint[], $2::text[], $3::text[])")?;
        for (part, people) in people.chunks(10_000).enumerate() {
            let ids: Vec<i64> = (0..people.len()).filter_map(|n| i64::try_from(part * 10_000 + n).ok()).collect();
            let names: Vec<String> = people.iter().map(name).collect();
            let births: Vec<Option<String>> = people.iter().map(|p| p.record()["birth_on"].as_str().map(str::to_owned)).collect();
            lane.rows(&insert, &[&ids, &names, &births])?;
        }
        run("create index trigram_person_by_name on trigram_person using gin (name gin_trgm_ops); analyze trigram_person")?;
        Ok(Some(people.iter().step_by((people.len() / 2_000).max(1)).map(name).collect()))
    }

    fn similar<'a>(&self, names: &'a [String]) -> Res<Job<'a>> {
        let lane = self.lane()?;
        let similar = lane.prepare(
            "select id, similarity(name, $1) + case when birth_on = $2 then 1 else 0 end as score from trigram_person \
             where name % $1 order by score desc limit 5",
        )?;
        Ok(Box::new(move |lot| lane.rows(&similar, &[&names[lot % names.len()], &"1980-01-01"]).map(drop)))
    }

    fn page<'a>(&self, groups: &'a [Group], total: bool) -> Res<Job<'a>> {
        let (lane, organization, today) = (self.lane()?, self.organization, self.today.clone());
        let (page, count) = (lane.prepare(&page(DAY))?, lane.prepare(&count(DAY))?);
        let of_people = "where organization_id = $1 and person_id = any($2) and superseded_at is null";
        let told = lane.prepare(&format!("{PARTICULARS} {of_people}"))?;
        let periods = lane.prepare(&format!("{EMPLOYMENT} {of_people}"))?;
        Ok(Box::new(move |lot| {
            let group = &groups[lot % groups.len()];
            let values: Values<'_> = &[&organization, &today, &group.department, &group.from, &group.to];
            let all = async {
                let client = &lane.client;
                let (page, counted) = if total {
                    let (page, counted) = tokio::try_join!(client.query(&page, values), client.query_one(&count, values))?;
                    (page, usize::try_from(counted.get::<_, i64>(0)).unwrap_or_default())
                } else {
                    (client.query(&page, values).await?, group.total)
                };
                let ids: Vec<Id> = page.iter().take(PAGE).map(|row| row.get(0)).collect();
                let values: Values<'_> = &[&organization, &ids];
                let (told, periods) = tokio::try_join!(client.query(&told, values), client.query(&periods, values))?;
                Ok::<_, tokio_postgres::Error>((ids.len(), counted, told.len(), periods.len()))
            };
            let (people, counted, told, periods) = lane.runtime.block_on(all).map_err(failed)?;
            must_be(people, group.total.min(PAGE))?;
            must_be(counted, group.total)?;
            must_be(told.min(people) + periods.min(people), people * 2)
        }))
    }

    fn change<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>> {
        let (lane, organization) = (self.lane()?, self.organization);
        let ids: Vec<Id> = sorted(slice.periods()).iter().map(|id| Id(*id.as_bytes())).collect();
        let now = lane.prepare(
            "select document::text from employment where organization_id = $1 and id = any($2) and superseded_at is null order by id",
        )?;
        let rows = lane.rows(&now, &[&organization, &ids])?;
        let next = rows.iter().map(|row| next_documents(row.get(0))).collect::<Res<Vec<_>>>()?;
        must_be(next.len(), slice.len())?;
        let documents = [0, 1].map(|which| next.iter().map(|both| both[which].clone()).collect::<Vec<String>>());
        let fingerprints = [0_u8, 1].map(|which| (0..ids.len()).map(|_| vec![which; 16]).collect::<Vec<_>>());
        // One statement is one transaction.
        let columns = next_version("now()", "n.document::jsonb", "n.fingerprint");
        let change = lane.prepare(&format!(
            "with old as (update employment set superseded_at = now() where organization_id = $1 and id = any($2) \
             and superseded_at is null returning *) insert into employment select {columns} from old \
             join unnest($2::uuid[], $3::text[], $4::bytea[]) as n (period, document, fingerprint) on n.period = old.id"
        ))?;
        let turn = RefCell::new(0);
        Ok(Box::new(move |_| {
            let which = turn.replace_with(|turn| (*turn + 1) % 2);
            let values: Values<'_> = &[&organization, &ids, &documents[which], &fingerprints[which]];
            let written = lane.runtime.block_on(lane.client.execute(&change, values)).map_err(failed)?;
            must_be(usize::try_from(written).unwrap_or_default(), ids.len())
        }))
    }

    fn tidy(&self) -> Res<()> {
        self.each(&["delete from employment where superseded_at is not null", "truncate event, figure_due"])?;
        self.settle()
    }

    fn settle(&self) -> Res<()> {
        self.each(&["vacuum analyze", "checkpoint"])
    }

    fn insert<'a>(&self, lane: usize, rows: usize) -> Res<Job<'a>> {
        // All connections come here at once, and `if not exists` alone does not keep them apart.
        self.each(&["do $$ begin perform pg_advisory_xact_lock(6); \
             create table if not exists bare_activity (like activity including all); end $$"])?;
        let (lane, organization, mut next) = (self.lane()?, self.organization, bare_ids(lane));
        let insert = lane.prepare(&format!(
            "insert into bare_activity ({ACTIVITY}) select $1, id, person_id, 'bench', external_id, kind, channel, at, at::date, 1, now(), now() \
             from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) \
             as n (id, person_id, external_id, kind, channel, at)"
        ))?;
        Ok(Box::new(move |_| {
            let all: Vec<BareActivity> = (0..rows).map(|_| next()).collect();
            let ids: Vec<Id> = all.iter().map(|one| Id(one.id)).collect();
            let people: Vec<Id> = all.iter().map(|one| Id(one.person)).collect();
            let names: Vec<&str> = all.iter().map(|one| one.external_id.as_str()).collect();
            let kinds: Vec<&str> = all.iter().map(|one| one.kind).collect();
            let channels: Vec<&str> = all.iter().map(|one| one.channel).collect();
            let at: Vec<SystemTime> = all.iter().map(|one| UNIX_EPOCH + Duration::from_secs(one.at)).collect();
            let values: Values<'_> = &[&organization, &ids, &people, &names, &kinds, &channels, &at];
            let written = lane.runtime.block_on(lane.client.execute(&insert, values)).map_err(failed)?;
            must_be(usize::try_from(written).unwrap_or_default(), rows)
        }))
    }

    fn counters<'a>(&self) -> Res<Job<'a>> {
        let (lane, organization) = (self.lane()?, self.organization);
        let (day, month) = twelve_months(&self.today)?;
        let months = lane.prepare(&MONTHS.replace("$2", "$2::text::date"))?;
        let (active, audience, top) = (lane.prepare(ACTIVE)?, lane.prepare(AUDIENCE)?, lane.prepare(TOP)?);
        Ok(Box::new(move |_| {
            let (of_it, since, reach): (Values<'_>, Values<'_>, Values<'_>) =
                (&[&organization], &[&organization, &day], &[&organization, &month]);
            let all = async {
                let client = &lane.client;
                tokio::try_join!(
                    client.query(&months, since),
                    client.query(&active, reach),
                    client.query(&audience, of_it),
                    client.query(&top, of_it)
                )
            };
            let (months, active, audience, top) = lane.runtime.block_on(all).map_err(failed)?;
            must_be(usize::from(months.len() > 50) + active.len() + usize::from(!audience.is_empty()) + top.len(), 53)
        }))
    }

    fn rows_read(&self) -> Res<Option<i64>> {
        let lane = self.lane()?;
        let read = lane.prepare("select tup_returned + tup_fetched from pg_stat_database where datname = current_database()")?;
        Ok(lane.rows(&read, &[])?.first().map(|row| row.get(0)))
    }

    fn marks<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>> {
        let (lane, organization) = (self.lane()?, self.organization);
        let ids = slice.external_ids();
        let marks = lane.prepare(
            "select id, person_id, departure_id, external_id, sequence, hired_on, fingerprint, source_updated_at from employment \
             where organization_id = $1 and source = $2 and external_id = any($3) and superseded_at is null",
        )?;
        Ok(Box::new(move |_| {
            let rows = lane.rows(&marks, &[&organization, &SOURCE, &ids])?.len();
            must_be(rows.min(ids.len()), ids.len())
        }))
    }
}
