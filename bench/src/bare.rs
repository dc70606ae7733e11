//! The bare SQL: the least that gives the same rows, over as many connections, with statements prepared once.

use furusu_domain::engagement::Month;
use furusu_domain::figures::Span;
use furusu_domain::id::EmploymentId;
use furusu_domain::time::{Clock, Date};
use serde_json::{Value, json};

use crate::Res;
use crate::activities::KINDS;
use crate::drive::{Dice, Job};
use crate::people::{Person, Slice};

/// Those who left a department in a year.
pub(crate) struct Group {
    pub(crate) department: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// How many there are.
    pub(crate) total: usize,
}

/// The same rows as the service's answers, by SQL alone. Each job is one connection's.
pub(crate) trait Bare: Sync {
    /// The groups with the most people.
    fn groups(&self, most: usize) -> Res<Vec<Group>>;
    /// One person, with particulars and periods.
    fn one<'a>(&self, people: &'a [Person]) -> Res<Job<'a>>;
    /// A page of a group with particulars and periods and, if asked for, the total.
    fn page<'a>(&self, groups: &'a [Group], total: bool) -> Res<Job<'a>>;
    /// Supersedes a version of each period and inserts the next, in one transaction.
    fn change<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>>;
    /// Takes away the versions and events that batches have left behind, so that every turn begins alike.
    fn tidy(&self) -> Res<()>;
    /// Lets the database do what writing has left it to do, as it would in a quiet hour: it would trouble what is measured after.
    fn settle(&self) -> Res<()>;
    /// Reads who has one of a person's keys, and what they look like: what a lookup is made of.
    fn keys<'a>(&self) -> Res<Job<'a>>;
    /// Names of people that `pg_trgm` is asked for, once it has the whole roster; `None` where there is no such thing.
    fn has_trigrams(&self, people: &[Person]) -> Res<Option<Vec<String>>>;
    /// Looks a name up by its trigrams.
    fn similar<'a>(&self, names: &'a [String]) -> Res<Job<'a>>;
    /// Inserts so many activities, in one transaction, into a table like the service's with the same indexes.
    fn insert<'a>(&self, lane: usize, rows: usize) -> Res<Job<'a>>;
    /// Reads the counters that a dashboard is made of, and the fifty most engaged.
    fn counters<'a>(&self) -> Res<Job<'a>>;
    /// How many rows the database has read for all statements so far, where it counts them.
    fn rows_read(&self) -> Res<Option<i64>>;
    /// Reads what tells whether records say anything new.
    fn marks<'a>(&self, slice: &'a Slice<'a>) -> Res<Job<'a>>;
}

/// What the bare SQL leaves out, for the reader of the figures.
pub(crate) const LEAVES_OUT: &str = "The bare SQL sends prepared statements over as many connections and counts the rows that come \
     back: those of which furusu makes its answers, that is person, particulars and employment periods, with their documents as text. \
     On SQLite it names the index of each look-up. It does not read tokens, check scopes, parse requests, put together who a person is \
     from what each source says, withhold anything, or write JSON. Its W4 supersedes 1,000 current versions and inserts 1,000 new ones \
     whose documents were made beforehand, in one transaction; it neither reads nor compares records, and writes no events, no \
     `updated_at` and nothing of what is due. Its unchanged W4 reads the 1,000 fingerprints and does nothing with them. Its W3 reads the rows of the kept counters and does not \
     add them up, name people or tell their level. Its W6 inserts rows into a table with the same columns and indexes, and keeps no \
     counters, scores or events.";

pub(crate) const PERSON: &str = "select id, sort_key, created_at, updated_at from person where organization_id = $1 and id = $2";

/// The columns of `particulars` that an answer is made of.
pub(crate) const PARTICULARS: &str = "select person_id, source, version, employee_number, document, recorded_at from particulars";

/// The columns of `employment` that an answer is made of.
pub(crate) const EMPLOYMENT: &str = "select id, version, person_id, source, external_id, sequence, departure_id, departure_version, \
     departure_recorded_at, ended_on, document, fingerprint, source_updated_at, recorded_at from employment";

/// The values: organization, today, department, first day, last day.
pub(crate) fn of_group(day: &str) -> String {
    format!(
        " from employment e cross join person p where p.organization_id = e.organization_id and p.id = e.person_id \
         and e.organization_id = $1 and e.superseded_at is null and e.ended_on < $2{day} and e.department = $3 \
         and e.ended_on >= $4{day} and e.ended_on <= $5{day} and not exists (select 1 from employment l \
         where l.organization_id = e.organization_id and l.person_id = e.person_id and l.superseded_at is null \
         and l.ended_on < $2{day} and (l.ended_on, l.id) > (e.ended_on, e.id))"
    )
}

/// The ids of a page, and one more to tell whether there is another.
pub(crate) fn page(day: &str) -> String {
    let of = of_group(day);
    format!("select p.id, p.created_at, p.updated_at, p.sort_key, e.ended_on{of} order by e.ended_on desc, e.person_id desc limit 51")
}

pub(crate) fn count(day: &str) -> String {
    format!("select count(*){}", of_group(day))
}

/// Every column of the next version of a period that was superseded at this moment, with another document.
pub(crate) fn next_version(moment: &str, document: &str, fingerprint: &str) -> String {
    format!(
        "organization_id, id, version + 1, person_id, source, external_id, sequence, hired_on, entity, department, departure_id, \
         departure_version, departure_recorded_at, ended_on, separation_type, reason, {document}, {fingerprint}, source_updated_at, {moment}, null, \
         origin_person_id"
    )
}

/// Two next versions of a document, neither of which the service ever writes.
pub(crate) fn next_documents(document: &str) -> Res<[String; 2]> {
    let document: Value = serde_json::from_str(document).map_err(|e| e.to_string())?;
    Ok(["Apiarist", "Astronomer"].map(|title| {
        let mut next = document.clone();
        next["employment"]["job_title"] = json!(title);
        next.to_string()
    }))
}

/// How many keys the bare SQL asks for at once: about as many as an applicant has.
pub(crate) const KEYS: usize = 16;

/// How many people it takes keys of.
pub(crate) const KEYED: i64 = 512;

/// The keys by which some people are found, all over the roster. Whoever has none was never away, and no lookup tells of them.
pub(crate) const KEYS_OF_PEOPLE: &str =
    "select tenant, rec, key from match_key where rec in (select rec from match_person order by rec limit $1) and found >= 1";

/// Puts keys together, person by person; a person with fewer keys is asked for with the last one again.
pub(crate) fn by_person(rows: Vec<(i64, i64, i64)>) -> Vec<(i64, Vec<i64>)> {
    let mut people: std::collections::BTreeMap<i64, (i64, Vec<i64>)> = std::collections::BTreeMap::new();
    for (tenant, rec, key) in rows {
        people.entry(rec).or_insert_with(|| (tenant, Vec::new())).1.push(key);
    }
    let of = |(tenant, mut keys): (i64, Vec<i64>)| {
        let last = keys.last().copied().unwrap_or_default();
        keys.resize(KEYS, last);
        (tenant, keys)
    };
    people.into_values().map(of).collect()
}

/// The counters of twelve months by kind.
pub(crate) const MONTHS: &str = "select begins_on, kind, sum(n) from activity_total where organization_id = $1 and grain = 'month' \
     and begins_on >= $2 group by begins_on, kind";

/// Who was active in these months, each once.
pub(crate) const ACTIVE: &str =
    "select coalesce(sum(people), 0) from activity_reach where organization_id = $1 and mode = 0 and month >= $2 and previous < $2";

/// How many alumni there are, and how many may be written to.
pub(crate) const AUDIENCE: &str = "select is_contactable, sum(n) from audience_total where organization_id = $1 group by is_contactable";

/// The fifty most engaged.
pub(crate) const TOP: &str = "select person_id, score, last_activity_at, activities from engagement where organization_id = $1 and version = 1 \
     order by score desc, person_id desc limit 50";

/// The columns of an activity.
pub(crate) const ACTIVITY: &str =
    "organization_id, id, person_id, source, external_id, kind, channel, occurred_at, day, version, recorded_at, updated_at";

/// A row of activities.
pub(crate) struct BareActivity {
    pub(crate) id: [u8; 16],
    pub(crate) person: [u8; 16],
    pub(crate) external_id: String,
    pub(crate) kind: &'static str,
    pub(crate) channel: &'static str,
    /// Seconds since 1970.
    pub(crate) at: u64,
}

/// Activities of one connection, one after the other: ids in the order of time, as the service's are, people at random.
pub(crate) fn bare_ids(lane: usize) -> impl FnMut() -> BareActivity {
    let mut dice = Dice(lane as u64 * 7_919 + 1);
    // Of two turns of one connection, too, no two are alike.
    let started = Clock::system().now().micros();
    let mut n = 0_u64;
    move || {
        n += 1;
        let (lot, whose) = (dice.next(), dice.next());
        let (kind, channel, _) = KINDS[lot % KINDS.len()];
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(started as u64 + n).to_be_bytes());
        id[8..].copy_from_slice(&((lot as u64) << 8 | lane as u64).to_be_bytes());
        let mut person = [0; 16];
        person[8..].copy_from_slice(&(whose as u64 % 10_000).to_be_bytes());
        let at = 1_700_000_000 + lot as u64 % 60_000_000;
        BareActivity { id, person, external_id: format!("{lane}-{started}-{n}"), kind, channel, at }
    }
}

/// The first day of the twelve months that a day ends, and the number of that month.
pub(crate) fn twelve_months(today: &str) -> Res<(String, i32)> {
    let today: Date = today.parse().map_err(|_| format!("{today} is no date"))?;
    let Span { from, to: _ } = Span::last_twelve_months(today);
    Ok((from.to_string(), Month::of(from).number()))
}

/// Fails unless so many rows came.
pub(crate) fn must_be(rows: usize, expected: usize) -> Res<()> {
    if rows == expected { Ok(()) } else { Err(format!("the bare SQL gave {rows} rows, not {expected}")) }
}

/// In the order of their ids, as the rows come best.
pub(crate) fn sorted(mut periods: Vec<EmploymentId>) -> Vec<EmploymentId> {
    periods.sort_unstable();
    periods
}
