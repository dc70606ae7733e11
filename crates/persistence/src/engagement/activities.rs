//! Activities: what alumni did.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::SortValue;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{
    Activity, ActivityChannel, ActivityPosition, Change, Done, Grain, Kind, Month, Subject, SubjectType, Tombstone, Total, Totals, Whom,
};
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId, OrganizationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::{Json, Uid};
use furusu_domain::time::{Date, Moment};
use serde::Serialize;

use crate::departures::keyset;
use crate::document;
use crate::expr::{Sql, Value, kept};
use crate::schema::{activity, activity_tombstone, activity_version, identity, person};
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

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    id: ActivityId,
    person_id: AlumnusId,
    origin_person_id: Option<AlumnusId>,
    source: String,
    external_id: String,
    kind: String,
    channel: ActivityChannel,
    occurred_at: Moment,
    day: Date,
    subject_type: Option<SubjectType>,
    subject_id: Option<String>,
    source_updated_at: Option<Moment>,
    version: i32,
    recorded_at: Moment,
    updated_at: Moment,
    retracted_at: Option<Moment>,
}

impl Row {
    fn of(organization_id: OrganizationId, activity: Activity) -> Self {
        let Activity {
            id,
            alumnus,
            merged_from,
            source,
            external_id,
            kind,
            channel,
            occurred_at,
            day,
            subject,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        } = activity;
        let (subject_type, subject_id) = subject.map_or((None, None), |Subject { what, id }| (Some(what), Some(id)));
        Self {
            organization_id,
            id,
            person_id: alumnus,
            origin_person_id: merged_from,
            source: source.as_str().to_owned(),
            external_id,
            kind: kind.into(),
            channel,
            occurred_at,
            day,
            subject_type,
            subject_id,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        }
    }
}

impl TryFrom<Row> for Activity {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self, Error> {
        let Row {
            organization_id: _,
            id,
            person_id,
            origin_person_id,
            source,
            external_id,
            kind,
            channel,
            occurred_at,
            day,
            subject_type,
            subject_id,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        } = row;
        Ok(Self {
            id,
            alumnus: person_id,
            merged_from: origin_person_id,
            source: self::source(&source)?,
            external_id,
            kind: self::kind(&kind)?,
            channel,
            occurred_at,
            day,
            subject: subject_type.zip(subject_id).map(|(what, id)| Subject { what, id }),
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        })
    }
}

fn source(name: &str) -> Result<Source, Error> {
    Source::parse(name).map_err(|e| Error::Internal(format!("the source of an activity: {}", e.code())))
}

pub(super) fn kind(word: &str) -> Result<Kind, Error> {
    Kind::parse(word).map_err(|e| Error::Internal(format!("the kind of an activity: {}", e.code())))
}

/// What was known of an activity before.
#[derive(Serialize)]
struct Former<'a> {
    alumnus_id: AlumnusId,
    kind: &'a Kind,
    channel: ActivityChannel,
    occurred_at: Moment,
    day: Date,
    subject: &'a Option<Subject>,
    source_updated_at: Option<Moment>,
    retracted_at: Option<Moment>,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = activity_version, treat_none_as_default_value = false)]
struct VersionRow {
    organization_id: OrganizationId,
    activity_id: ActivityId,
    version: i32,
    document: Json,
    recorded_at: Moment,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_tombstone, treat_none_as_default_value = false)]
struct TombstoneRow {
    organization_id: OrganizationId,
    source: String,
    external_id: String,
    source_updated_at: Option<Moment>,
    recorded_at: Moment,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity)]
struct DoneRow {
    person_id: AlumnusId,
    kind: String,
    occurred_at: Moment,
    source: String,
    external_id: String,
    day: Date,
}

impl Activities<'_> {
    /// Waits until no other unit of work writes activities of this organization, and keeps others waiting until this one ends:
    /// the books are one for all of them, and what is read there must not be overtaken. Before people are held, never after.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alone(self) -> Result<(), Error> {
        let bytes = self.0.organization.as_bytes();
        let mut lock = [0; 8];
        lock.copy_from_slice(&bytes[8..]);
        on!(self, |db| own::one_at_a_time(db, i64::from_be_bytes(lock) ^ BOOKS).await)
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
            for ids in ids.chunks(AT_ONCE) {
                let rows: Vec<(String, AlumnusId, Option<AlumnusId>)> = on!(self, |db| {
                    identity::table
                        .filter(identity::organization_id.eq(self.0.organization))
                        .filter(identity::source.eq(source.as_str()))
                        .filter(self.0.among(identity::external_id, ids))
                        .select((identity::external_id, identity::person_id, identity::origin_person_id))
                        .load(db)
                        .await
                })?;
                found.extend(rows.into_iter().map(|(name, id, origin)| (Whom::Named(source.clone(), name), (id, origin))));
            }
        }
        Ok(found)
    }

    /// Writes what became of activities.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, changes: Vec<Change>, buried: Vec<Tombstone>, risen: Vec<(Source, String)>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let (mut new, mut former) = (Vec::new(), Vec::new());
        for Change { before, after } in changes {
            let Some(before) = before else {
                new.push(Row::of(organization_id, after));
                continue;
            };
            if before.version != after.version {
                let Activity { alumnus, kind, channel, occurred_at, day, subject, source_updated_at, retracted_at, .. } = &before;
                let document = document::write(&Former {
                    alumnus_id: *alumnus,
                    kind,
                    channel: *channel,
                    occurred_at: *occurred_at,
                    day: *day,
                    subject,
                    source_updated_at: *source_updated_at,
                    retracted_at: *retracted_at,
                })?;
                let (activity_id, version, recorded_at) = (before.id, before.version, before.updated_at);
                former.push(VersionRow { organization_id, activity_id, version, document, recorded_at });
            }
            self.correct(Row::of(organization_id, after)).await?;
        }
        bulk!(self, new, |part| diesel::insert_into(activity::table).values(part))?;
        bulk!(self, former, |part| diesel::insert_into(activity_version::table).values(part))?;
        for Tombstone { source, external_id, source_updated_at } in buried {
            let recorded_at = self.0.now();
            let row = TombstoneRow { organization_id, source: source.as_str().to_owned(), external_id, source_updated_at, recorded_at };
            on!(self, |db| {
                diesel::insert_into(activity_tombstone::table)
                    .values(row)
                    .on_conflict((activity_tombstone::organization_id, activity_tombstone::source, activity_tombstone::external_id))
                    .do_update()
                    .set(activity_tombstone::source_updated_at.eq(source_updated_at))
                    .execute(db)
                    .await
            })?;
        }
        for (source, external_id) in risen {
            on!(self, |db| {
                diesel::delete(activity_tombstone::table.find((organization_id, source.as_str(), external_id))).execute(db).await
            })?;
        }
        Ok(())
    }

    async fn correct(self, row: Row) -> Result<(), Error> {
        let Row {
            organization_id,
            id,
            person_id,
            origin_person_id,
            source: _,
            external_id: _,
            kind,
            channel,
            occurred_at,
            day,
            subject_type,
            subject_id,
            source_updated_at,
            version,
            recorded_at: _,
            updated_at,
            retracted_at,
        } = row;
        on!(self, |db| {
            let them = diesel::update(activity::table.find((organization_id, id))).set((
                activity::person_id.eq(person_id),
                activity::origin_person_id.eq(origin_person_id),
                activity::kind.eq(kind),
                activity::channel.eq(channel),
                activity::occurred_at.eq(occurred_at),
                activity::day.eq(day),
                activity::subject_type.eq(subject_type),
                activity::subject_id.eq(subject_id),
                activity::source_updated_at.eq(source_updated_at),
                activity::version.eq(version),
                activity::updated_at.eq(updated_at),
                activity::retracted_at.eq(retracted_at),
            ));
            kept(them).execute(db).await
        })?;
        Ok(())
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

    /// What these people did that counts, as far as the score is concerned, with the day it is counted on.
    ///
    /// # Errors
    /// As every statement.
    pub async fn done(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Vec<(Done, Date)>>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<DoneRow> = on!(self, |db| {
                activity::table
                    .filter(activity::organization_id.eq(self.0.organization))
                    .filter(self.0.among(activity::person_id, ids))
                    .filter(activity::retracted_at.is_null())
                    .select(DoneRow::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows);
        }
        grouped(found)
    }

    /// The same of what happened from one moment to another, the latter not included.
    ///
    /// # Errors
    /// As every statement.
    pub async fn done_between(
        self,
        people: &[AlumnusId],
        (from, to): (Moment, Moment),
    ) -> Result<BTreeMap<AlumnusId, Vec<(Done, Date)>>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<DoneRow> = on!(self, |db| {
                activity::table
                    .filter(activity::organization_id.eq(self.0.organization))
                    .filter(self.0.among(activity::person_id, ids))
                    .filter(activity::occurred_at.ge(from))
                    .filter(activity::occurred_at.lt(to))
                    .filter(activity::retracted_at.is_null())
                    .select(DoneRow::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows);
        }
        grouped(found)
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
            for (grain, begins_on) in [(Grain::Day, day), (Grain::Month, Month::of(day).begins_on())] {
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

fn grouped(rows: Vec<DoneRow>) -> Result<BTreeMap<AlumnusId, Vec<(Done, Date)>>, Error> {
    let mut done: BTreeMap<AlumnusId, Vec<(Done, Date)>> = BTreeMap::new();
    for DoneRow { person_id, kind, occurred_at, source, external_id, day } in rows {
        done.entry(person_id).or_default().push((Done { occurred_at, source, external_id, kind: self::kind(&kind)? }, day));
    }
    Ok(done)
}

/// The ids of each source: a statement for each, which are few.
pub(super) fn by_source(keys: &BTreeSet<(Source, String)>) -> BTreeMap<Source, Vec<String>> {
    let mut ids: BTreeMap<Source, Vec<String>> = BTreeMap::new();
    for (source, id) in keys {
        ids.entry(source.clone()).or_default().push(id.clone());
    }
    ids
}
