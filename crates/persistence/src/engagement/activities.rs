//! Activities: what alumni did.

mod row;
mod save;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::SortValue;
use furusu_domain::departures::{Identity, Source};
use furusu_domain::engagement::{
    Activity, ActivityChannel, ActivityPosition, Doings, Done, Kind, Tombstone, Total, Totals, Whom, stretches,
};
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::Uid;
use furusu_domain::time::{Date, Moment};

pub(crate) use row::kind;
use row::{DoneRow, Row, TombstoneRow};

use crate::departures::keyset;
use crate::expr::{Sql, Value};
use crate::schema::{activity, activity_tombstone, person};
use crate::tx::Tx;

/// The repository of activities.
#[derive(Clone, Copy)]
pub struct Activities<'t>(pub(crate) &'t Tx);

/// How many values a statement is asked about at once.
const AT_ONCE: usize = 2_000;

/// Of how many people a page is read in one statement: SQLite takes 500 parts.
const PAGES: usize = 128;

/// What the lock of an organization's books differs by from that of its new people.
const BOOKS: i64 = 0x62_6f_6f_6b_73;

impl Activities<'_> {
    /// Waits until no other unit of work writes activities of this organization, and keeps others waiting until this one ends:
    /// the books are one for all of them, and what is read there must not be overtaken. Before people are held, never after.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alone(self) -> Result<(), Error> {
        on!(self, |db| own::one_at_a_time(db, self.0.lock() ^ BOOKS).await)
    }

    /// What is known of activities by the ids that sources have for them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn known(self, keys: &BTreeSet<(Source, String)>) -> Result<Vec<Activity>, Error> {
        let mut found = Vec::new();
        for (source, ids) in by_source(keys) {
            for ids in ids.chunks(AT_ONCE) {
                let rows: Vec<Row> = on!(self, |db| {
                    activity::table
                        .filter(activity::organization_id.eq(self.0.organization))
                        .filter(activity::source.eq(source.as_str()))
                        .filter(self.0.among(activity::external_id, ids))
                        .select(Row::as_select())
                        .load(db)
                        .await
                })?;
                for row in rows {
                    found.push(Activity::try_from(row)?);
                }
            }
        }
        Ok(found)
    }

    /// What was taken back of these before anybody had told of it.
    ///
    /// # Errors
    /// As every statement.
    pub async fn tombstones(self, keys: &BTreeSet<(Source, String)>) -> Result<Vec<Tombstone>, Error> {
        let mut found = Vec::new();
        for (source, ids) in by_source(keys) {
            for ids in ids.chunks(AT_ONCE) {
                let rows: Vec<TombstoneRow> = on!(self, |db| {
                    activity_tombstone::table
                        .filter(activity_tombstone::organization_id.eq(self.0.organization))
                        .filter(activity_tombstone::source.eq(source.as_str()))
                        .filter(self.0.among(activity_tombstone::external_id, ids))
                        .select(TombstoneRow::as_select())
                        .load(db)
                        .await
                })?;
                let tombstone = |TombstoneRow { organization_id: _, source: _, external_id, source_updated_at, recorded_at: _ }| {
                    Tombstone { source: source.clone(), external_id, source_updated_at }
                };
                found.extend(rows.into_iter().map(tombstone));
            }
        }
        Ok(found)
    }

    /// Who is meant: each with the id under which what is told of them is kept, if that was merged into theirs. Whoever is
    /// unknown is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whom(self, named: BTreeSet<Whom>) -> Result<HashMap<Whom, (AlumnusId, Option<AlumnusId>)>, Error> {
        let (mut ids, mut names) = (Vec::new(), BTreeSet::new());
        for whom in named {
            match whom {
                Whom::Id(id) => ids.push(id),
                Whom::Named(source, external_id) => {
                    names.insert((source, external_id));
                }
            }
        }
        let mut found = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<(AlumnusId, Option<AlumnusId>)> = on!(self, |db| {
                person::table
                    .filter(person::organization_id.eq(self.0.organization))
                    .filter(self.0.among(person::id, ids))
                    .select((person::id, person::merged_into_id))
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(|(id, into)| (Whom::Id(id), into.map_or((id, None), |into| (into, Some(id))))));
        }
        for (source, ids) in by_source(&names) {
            let known = self.0.departures().identities(&source, &ids).await?;
            let known = known.into_iter().map(|Identity { external_id, alumnus, merged_from }| (external_id, (alumnus, merged_from)));
            found.extend(known.map(|(external_id, whom)| (Whom::Named(source.clone(), external_id), whom)));
        }
        Ok(found)
    }

    /// Activities by their ids; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[ActivityId]) -> Result<Vec<Activity>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            activity::table
                .filter(activity::organization_id.eq(self.0.organization))
                .filter(self.0.among(activity::id, ids))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Activity::try_from).collect()
    }

    /// What these people did that counts.
    ///
    /// # Errors
    /// As every statement.
    pub async fn done(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Doings>, Error> {
        self.doings(people, None).await
    }

    /// The same of what happened from one moment to another, the latter not included.
    ///
    /// # Errors
    /// As every statement.
    pub async fn done_between(self, people: &[AlumnusId], between: (Moment, Moment)) -> Result<BTreeMap<AlumnusId, Doings>, Error> {
        self.doings(people, Some(between)).await
    }

    async fn doings(self, people: &[AlumnusId], between: Option<(Moment, Moment)>) -> Result<BTreeMap<AlumnusId, Doings>, Error> {
        let mut done: BTreeMap<AlumnusId, Doings> = BTreeMap::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<DoneRow> = on!(self, |db| {
                let theirs = activity::table
                    .filter(activity::organization_id.eq(self.0.organization))
                    .filter(self.0.among(activity::person_id, ids))
                    .filter(activity::retracted_at.is_null())
                    .select(DoneRow::as_select())
                    .into_boxed::<Db>();
                let theirs = match between {
                    Some((from, to)) => theirs.filter(activity::occurred_at.ge(from)).filter(activity::occurred_at.lt(to)),
                    None => theirs,
                };
                theirs.load(db).await
            })?;
            for DoneRow { person_id, kind, occurred_at, source, external_id, day } in rows {
                let act = Done { occurred_at, source, external_id, kind: self::kind(&kind)? };
                done.entry(person_id).or_default().push(act, day);
            }
        }
        Ok(done)
    }

    /// A page of each of these people's activities, what happened last first, those that were taken back left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn pages(
        self,
        of: &[AlumnusId],
        kind: Option<&Kind>,
        window: &Window<ActivityPosition>,
    ) -> Result<BTreeMap<AlumnusId, Page<Activity>>, Error> {
        let mut places: BTreeMap<AlumnusId, Vec<ActivityId>> = of.iter().map(|id| (*id, Vec::new())).collect();
        for people in of.chunks(PAGES) {
            let mut sql = Sql::<(Uid, Uid)>::new();
            // So many parts that the statements are few: the last one stands for the rest.
            let parts = people.len().next_power_of_two();
            for (n, id) in people.iter().chain(people.last().into_iter().cycle()).take(parts).enumerate() {
                sql.text(if n == 0 { "" } else { " union all " }).text("select * from (select a.person_id, a.id from activity a");
                sql.text(" where a.retracted_at is null and a.organization_id = ").value(self.0.organization);
                sql.and("a.person_id = ", Some(*id)).and("a.kind = ", kind.map(|kind| kind.as_str().to_owned()));
                let place = |p: &ActivityPosition| (SortValue::Moment(p.occurred_at), Value::Activity(p.id));
                keyset(&mut sql, Direction::Desc, window, "a.occurred_at", "(a.occurred_at, a.id)", "a.id", place);
                sql.text(") p");
            }
            let rows: Vec<(AlumnusId, ActivityId)> = on!(self, |db| sql.load(db).await)?;
            for (person, id) in rows {
                places.entry(person).and_modify(|ids| {
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                });
            }
        }
        let ids: Vec<ActivityId> = places.values().flatten().copied().collect();
        let mut all: HashMap<ActivityId, Activity> = self.many(&ids).await?.into_iter().map(|a| (a.id, a)).collect();
        let mut found = |ids: Vec<ActivityId>| -> Vec<Activity> { ids.into_iter().filter_map(|id| all.remove(&id)).collect() };
        Ok(places.into_iter().map(|(person, ids)| (person, Page::cut(found(ids), window))).collect())
    }

    /// The people who have activities that count, in the order of their ids, beyond one of them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn people(self, beyond: Option<AlumnusId>, limit: i64) -> Result<Vec<AlumnusId>, Error> {
        on!(self, |db| {
            let them = activity::table
                .filter(activity::organization_id.eq(self.0.organization))
                .filter(activity::retracted_at.is_null())
                .distinct()
                .order(activity::person_id)
                .limit(limit)
                .select(activity::person_id)
                .into_boxed::<Db>();
            let them = match beyond {
                Some(id) => them.filter(activity::person_id.gt(id)),
                None => them,
            };
            them.load(db).await
        })
    }

    /// What all activities that count add up to, counted anew.
    ///
    /// # Errors
    /// As every statement.
    pub async fn totals(self) -> Result<Totals, Error> {
        let rows: Vec<(Date, String, ActivityChannel, i64)> = on!(self, |db| {
            activity::table
                .filter(activity::organization_id.eq(self.0.organization))
                .filter(activity::retracted_at.is_null())
                .group_by((activity::day, activity::kind, activity::channel))
                .select((activity::day, activity::kind, activity::channel, diesel::dsl::count_star()))
                .load(db)
                .await
        })?;
        let mut totals = Totals::new();
        for (day, word, channel, n) in rows {
            let kind = self::kind(&word)?;
            for (grain, begins_on) in stretches(day) {
                *totals.entry(Total { grain, begins_on, kind: kind.clone(), channel }).or_default() += n;
            }
        }
        Ok(totals)
    }

    /// How many activities each of these people has, those that were taken back left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, of: &[AlumnusId], kind: Option<&Kind>) -> Result<BTreeMap<AlumnusId, i64>, Error> {
        let rows: Vec<(AlumnusId, i64)> = on!(self, |db| {
            let counted = activity::table
                .filter(activity::organization_id.eq(self.0.organization))
                .filter(self.0.among(activity::person_id, of))
                .filter(activity::retracted_at.is_null())
                .group_by(activity::person_id)
                .select((activity::person_id, diesel::dsl::count_star()))
                .into_boxed::<Db>();
            let counted = match kind {
                Some(kind) => counted.filter(activity::kind.eq(kind.as_str())),
                None => counted,
            };
            counted.load(db).await
        })?;
        Ok(rows.into_iter().collect())
    }
}

/// The ids of each source: a statement for each, which are few.
pub(super) fn by_source(keys: &BTreeSet<(Source, String)>) -> BTreeMap<Source, Vec<String>> {
    let mut ids: BTreeMap<Source, Vec<String>> = BTreeMap::new();
    for (source, id) in keys {
        ids.entry(source.clone()).or_default().push(id.clone());
    }
    ids
}
