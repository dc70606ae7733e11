//! What timelines are read from. What somebody has few of is read whole; of what they may have many, one arm each reads so many
//! entries from its index as a window shows.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::applicants::LookupResult;
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId, DepartureId, EmploymentId, LookupId};
use furusu_domain::page::Window;
use furusu_domain::sql::{Instant, Uid};
use furusu_domain::time::{Date, Moment};
use furusu_domain::timeline::{Entry, EntryPosition, Matter, PeriodVersion, TimelineKind};

use crate::engagement::kind;
use crate::expr::Sql;
use crate::schema::employment;
use crate::tx::Tx;

/// The repository of timelines.
#[derive(Clone, Copy)]
pub struct Timeline<'t>(pub(crate) &'t Tx);

/// How many people a statement is asked about at once.
const AT_ONCE: usize = 2_000;

/// Of how many people a page is read in one statement: SQLite takes 500 parts.
const PAGES: usize = 128;

/// A kind of entries of which somebody may have many, in the order of an index of its own: `(organization_id, person_id, at,
/// id)`. Whatever else happens to people joins by one arm more.
struct Arm {
    kind: TimelineKind,
    /// Who, what it is of, when it happened, when it was learnt, and a word about it.
    select: &'static str,
    from: &'static str,
    at: &'static str,
    place: &'static str,
    matter: fn([u8; 16], &str) -> Result<Matter, Error>,
}

const ARMS: [Arm; 4] = [
    Arm {
        kind: TimelineKind::EngagementRecorded,
        select: "t.person_id, t.id, t.occurred_at, t.recorded_at, t.kind",
        from: "activity t where t.retracted_at is null",
        at: "t.occurred_at",
        place: "(t.occurred_at, t.id)",
        matter: activity,
    },
    Arm {
        kind: TimelineKind::EngagementCorrected,
        select: "t.person_id, t.id, t.updated_at, t.updated_at as learnt_at, t.kind",
        from: "activity t where t.version > 1 and t.retracted_at is null",
        at: "t.updated_at",
        place: "(t.updated_at, t.id)",
        matter: activity,
    },
    Arm {
        kind: TimelineKind::EngagementRetracted,
        select: "t.person_id, t.id, t.retracted_at, t.retracted_at as learnt_at, t.kind",
        from: "activity t where t.retracted_at is not null",
        at: "t.retracted_at",
        place: "(t.retracted_at, t.id)",
        matter: activity,
    },
    Arm {
        kind: TimelineKind::ReturningApplicantMatched,
        select: "t.person_id, t.id, t.at, t.at as learnt_at, t.result",
        from: "lookup t where t.person_id is not null",
        at: "t.at",
        place: "(t.at, t.id)",
        matter: finding,
    },
];

fn activity(id: [u8; 16], word: &str) -> Result<Matter, Error> {
    Ok(Matter::Activity { id: ActivityId::from_bytes(id), kind: kind(word)? })
}

fn finding(id: [u8; 16], word: &str) -> Result<Matter, Error> {
    let id = LookupId::from_bytes(id);
    let result = LookupResult::from_word(word).ok_or_else(|| Error::Internal(format!("the result of {id}")))?;
    Ok(Matter::Lookup { id, result })
}

/// Which arm reads entries of a kind; `None` if they are made of what is read whole.
fn arm(kind: TimelineKind) -> Option<&'static Arm> {
    ARMS.iter().find(|arm| arm.kind == kind)
}

/// The id of what an entry is of, whatever that is: in the database an id is its 16 bytes.
type AnyId = ActivityId;

/// What an arm reads.
type ArmColumns = (Uid, Uid, Instant, Instant, Text);

#[derive(Queryable, Selectable)]
#[diesel(table_name = employment)]
struct PeriodRow {
    id: EmploymentId,
    version: i32,
    person_id: AlumnusId,
    source: String,
    external_id: String,
    sequence: Option<i32>,
    hired_on: Date,
    departure_id: Option<DepartureId>,
    departure_version: Option<i32>,
    ended_on: Option<Date>,
    recorded_at: Moment,
}

impl Timeline<'_> {
    /// Every version of these people's employment periods, without what is said in them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn periods(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Vec<PeriodVersion>>, Error> {
        let mut found: BTreeMap<AlumnusId, Vec<PeriodVersion>> = BTreeMap::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<PeriodRow> = on!(self, |db| {
                employment::table
                    .filter(employment::organization_id.eq(self.0.organization))
                    .filter(self.0.among(employment::person_id, ids))
                    .select(PeriodRow::as_select())
                    .load(db)
                    .await
            })?;
            for row in rows {
                let PeriodRow {
                    id,
                    version,
                    person_id,
                    source,
                    external_id,
                    sequence,
                    hired_on,
                    departure_id,
                    departure_version,
                    ended_on,
                    recorded_at,
                } = row;
                let departure = departure_id.zip(departure_version);
                let told = PeriodVersion { id, version, source, external_id, sequence, hired_on, departure, ended_on, recorded_at };
                found.entry(person_id).or_default().push(told);
            }
        }
        Ok(found)
    }

    /// The entries of one kind that a window may show of each of these people's timelines; none if they are made of what is read
    /// whole.
    ///
    /// # Errors
    /// As every statement.
    pub async fn entries(
        self,
        kind: TimelineKind,
        of: &[AlumnusId],
        window: &Window<EntryPosition>,
    ) -> Result<Vec<(AlumnusId, Entry)>, Error> {
        let Some(arm) = arm(kind) else { return Ok(Vec::new()) };
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        for people in of.chunks(PAGES) {
            let mut sql = Sql::<ArmColumns>::new();
            // So many parts that the statements are few: the last one stands for the rest.
            let parts = people.len().next_power_of_two();
            for (n, id) in people.iter().chain(people.last().into_iter().cycle()).take(parts).enumerate() {
                sql.text(if n == 0 { "" } else { " union all " }).text("select * from (select ").text(arm.select);
                sql.text(" from ").text(arm.from).text(" and t.organization_id = ").value(self.0.organization);
                sql.text(" and t.person_id = ").value(*id);
                arm.inside(&mut sql, window);
                sql.text(") p");
            }
            let rows: Vec<(AlumnusId, AnyId, Moment, Moment, String)> = on!(self, |db| sql.load(db).await)?;
            for (person, id, occurred_at, recorded_at, word) in rows {
                if seen.insert(id) {
                    let matter = (arm.matter)(*id.as_bytes(), &word)?;
                    found.push((person, Entry { kind, occurred_at, recorded_at, matter }));
                }
            }
        }
        Ok(found)
    }

    /// How many entries of one kind each of these people's timelines has; nothing if they are made of what is read whole.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, kind: TimelineKind, of: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, i64>, Error> {
        let Some(arm) = arm(kind) else { return Ok(BTreeMap::new()) };
        let mut counts = BTreeMap::new();
        for people in of.chunks(AT_ONCE) {
            let mut sql = Sql::<(Uid, BigInt)>::new();
            sql.text("select t.person_id, count(*) from ").text(arm.from).text(" and t.organization_id = ").value(self.0.organization);
            sql.among(" and t.person_id in (", people).text(" group by t.person_id");
            let rows: Vec<(AlumnusId, i64)> = on!(self, |db| sql.load(db).await)?;
            counts.extend(rows);
        }
        Ok(counts)
    }
}

impl Arm {
    /// Narrows to what a window may show, in its order. Places are by moment, kind and id, and the kind of an arm is always the
    /// same: so it decides whether entries of the very moment of a place lie beyond it, or those of certain ids.
    fn inside(&self, sql: &mut Sql<ArmColumns>, window: &Window<EntryPosition>) {
        let (older, newer) = window.sides();
        if let Some(place) = older {
            self.beyond(sql, place, [" < ", " <= "], self.kind < place.kind);
        }
        if let Some(place) = newer {
            self.beyond(sql, place, [" > ", " >= "], self.kind > place.kind);
        }
        let turn = if window.backwards { "" } else { " desc" };
        sql.text(" order by ").text(self.at).text(turn).text(", t.id").text(turn);
        sql.text(" limit ").value(i64::from(window.limit) + 1);
    }

    fn beyond(&self, sql: &mut Sql<ArmColumns>, place: EntryPosition, [strictly, or_then]: [&'static str; 2], then_too: bool) {
        if self.kind == place.kind {
            sql.text(" and ").text(self.place).text(strictly).text("(").value(place.occurred_at).text(", ");
            sql.value(AnyId::from_bytes(place.of)).text(")");
        } else {
            sql.text(" and ").text(self.at).text(if then_too { or_then } else { strictly }).value(place.occurred_at);
        }
    }
}
