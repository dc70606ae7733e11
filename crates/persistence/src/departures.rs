//! Departure records and employment periods, version by version.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{DepartureFilter, DepartureOrder, DeparturePosition, SortValue, Told};
use furusu_domain::departures::{
    Changes, DepartureStatus, Employment, Fingerprint, Identity, Mark, Newcomer, PersonKnown, Reason, SeparationType, Source, Stint, Thread,
};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId, OrganizationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::{Json, Uid};
use furusu_domain::time::{Date, Moment};

use crate::alumni::{ParticularsRow, SearchKeyRow};
use crate::expr::{Kept, Sql, Value};
use crate::schema::{employment, identity, particulars, person, search_key};
use crate::tx::Tx;

/// The repository of employment periods and their departures.
#[derive(Clone, Copy)]
pub struct Departures<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = employment, treat_none_as_default_value = false)]
pub(crate) struct Row {
    organization_id: OrganizationId,
    id: EmploymentId,
    version: i32,
    person_id: AlumnusId,
    source: String,
    external_id: String,
    sequence: Option<i32>,
    hired_on: Date,
    entity: Option<String>,
    department: Option<String>,
    departure_id: Option<DepartureId>,
    departure_version: Option<i32>,
    departure_recorded_at: Option<Moment>,
    ended_on: Option<Date>,
    separation_type: Option<SeparationType>,
    reason: Option<Reason>,
    document: Json,
    fingerprint: Vec<u8>,
    source_updated_at: Option<Moment>,
    recorded_at: Moment,
    superseded_at: Option<Moment>,
}

impl Row {
    fn of(organization_id: OrganizationId, employment: Employment) -> Result<Self, Error> {
        let in_force = employment.in_force().cloned();
        let Employment {
            id,
            version,
            alumnus,
            source,
            external_id,
            sequence,
            stint,
            departure,
            fingerprint,
            source_updated_at,
            recorded_at,
            superseded_at,
        } = employment;
        let document = serde_json::to_string(&stint).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Self {
            organization_id,
            id,
            version,
            person_id: alumnus,
            source: source.as_str().to_owned(),
            external_id,
            sequence,
            hired_on: stint.employment.hired_on,
            entity: stint.employment.entity,
            department: stint.employment.department,
            departure_id: departure.map(|d| d.id),
            departure_version: departure.map(|d| d.version),
            departure_recorded_at: departure.map(|d| d.recorded_at),
            ended_on: in_force.as_ref().map(|left| left.ended_on),
            separation_type: in_force.as_ref().and_then(|left| left.separation_type.value),
            reason: in_force.as_ref().and_then(|left| left.reason.value),
            document: Json(document),
            fingerprint: fingerprint.0.to_vec(),
            source_updated_at,
            recorded_at,
            superseded_at,
        })
    }
}

impl TryFrom<Row> for Employment {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self, Error> {
        // The columns beside the document are only what lists are filtered and sorted by.
        let Row {
            organization_id: _,
            id,
            version,
            person_id,
            source,
            external_id,
            sequence,
            hired_on: _,
            entity: _,
            department: _,
            departure_id,
            departure_version,
            departure_recorded_at,
            ended_on,
            separation_type: _,
            reason: _,
            document,
            fingerprint,
            source_updated_at,
            recorded_at,
            superseded_at,
        } = row;
        let unreadable = |what: String| Error::Internal(format!("employment {id}: {what}"));
        let stint: Stint = serde_json::from_str(&document.0).map_err(|e| unreadable(format!("line {} column {}", e.line(), e.column())))?;
        let departure = match (departure_id, departure_version, departure_recorded_at) {
            (Some(id), Some(version), Some(recorded_at)) => Some(Thread { id, version, rescinded: ended_on.is_none(), recorded_at }),
            _ => None,
        };
        Ok(Self {
            id,
            version,
            alumnus: person_id,
            source: Source::parse(&source).map_err(|e| unreadable(e.to_string()))?,
            external_id,
            sequence,
            stint,
            departure,
            fingerprint: Fingerprint(fingerprint.try_into().map_err(|_| unreadable("fingerprint".into()))?),
            source_updated_at,
            recorded_at,
            superseded_at,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = employment)]
struct MarkRow {
    id: EmploymentId,
    person_id: AlumnusId,
    departure_id: Option<DepartureId>,
    external_id: String,
    sequence: Option<i32>,
    hired_on: Date,
    fingerprint: Vec<u8>,
    source_updated_at: Option<Moment>,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = person, treat_none_as_default_value = false)]
struct PersonRow {
    organization_id: OrganizationId,
    id: AlumnusId,
    sort_key: String,
    created_at: Moment,
    updated_at: Moment,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = identity, treat_none_as_default_value = false)]
struct IdentityRow {
    organization_id: OrganizationId,
    source: String,
    external_id: String,
    person_id: AlumnusId,
    recorded_at: Moment,
}

/// At most so many values in one `in (…)`: SQLite takes 32,766 in a statement.
const AT_ONCE: usize = 2_000;

impl Departures<'_> {
    /// The little that is needed to tell whether records of these ids say anything new.
    ///
    /// # Errors
    /// As every statement.
    pub async fn marks(self, source: &Source, external_ids: &[String]) -> Result<Vec<Mark>, Error> {
        let mut marks = Vec::new();
        for ids in external_ids.chunks(AT_ONCE) {
            let rows: Vec<MarkRow> = on!(self, |db| {
                employment::table
                    .filter(employment::organization_id.eq(self.0.organization))
                    .filter(employment::source.eq(source.as_str()))
                    .filter(employment::external_id.eq_any(ids))
                    .filter(employment::superseded_at.is_null())
                    .select(MarkRow::as_select())
                    .load(db)
                    .await
            })?;
            for MarkRow { id, person_id, departure_id, external_id, sequence, hired_on, fingerprint, source_updated_at } in rows {
                let fingerprint = fingerprint.try_into().map_err(|_| Error::Internal(format!("employment {id}: fingerprint")))?;
                marks.push(Mark {
                    employment: id,
                    alumnus: person_id,
                    departure: departure_id,
                    external_id,
                    sequence,
                    hired_on,
                    fingerprint: Fingerprint(fingerprint),
                    source_updated_at,
                });
            }
        }
        Ok(marks)
    }

    /// Whom these ids name in the source.
    ///
    /// # Errors
    /// As every statement.
    pub async fn identities(self, source: &Source, external_ids: &[String]) -> Result<Vec<Identity>, Error> {
        let mut found = Vec::new();
        for ids in external_ids.chunks(AT_ONCE) {
            let rows: Vec<(String, AlumnusId)> = on!(self, |db| {
                identity::table
                    .filter(identity::organization_id.eq(self.0.organization))
                    .filter(identity::source.eq(source.as_str()))
                    .filter(identity::external_id.eq_any(ids))
                    .select((identity::external_id, identity::person_id))
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(|(external_id, alumnus)| Identity { external_id, alumnus }));
        }
        Ok(found)
    }

    /// Whom any source knows under these employee numbers.
    ///
    /// # Errors
    /// As every statement.
    pub async fn numbered(self, employee_numbers: &[String]) -> Result<Vec<AlumnusId>, Error> {
        let mut found = Vec::new();
        for numbers in employee_numbers.chunks(AT_ONCE) {
            let people: Vec<AlumnusId> = on!(self, |db| {
                particulars::table
                    .filter(particulars::organization_id.eq(self.0.organization))
                    .filter(particulars::employee_number.eq_any(numbers))
                    .filter(particulars::superseded_at.is_null())
                    .select(particulars::person_id)
                    .load(db)
                    .await
            })?;
            found.extend(people);
        }
        Ok(found)
    }

    /// What is known of these people now.
    ///
    /// # Errors
    /// As every statement.
    pub async fn known(self, people: &[AlumnusId]) -> Result<Vec<PersonKnown>, Error> {
        let told = self.0.alumni().told(people, None);
        let employments = self.current(people, None);
        let (told, employments) = tokio::try_join!(told, employments)?;
        let mut known: BTreeMap<AlumnusId, PersonKnown> =
            people.iter().map(|id| (*id, PersonKnown { id: *id, told: Vec::new(), employments: Vec::new() })).collect();
        for (id, told) in told {
            known.entry(id).and_modify(|p| p.told.push(told));
        }
        for employment in employments {
            known.entry(employment.alumnus).and_modify(|p| p.employments.push(employment));
        }
        Ok(known.into_values().collect())
    }

    /// The employment periods of these people, as they are known now or were at a moment.
    ///
    /// # Errors
    /// As every statement.
    pub async fn current(self, people: &[AlumnusId], known_at: Option<Moment>) -> Result<Vec<Employment>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<Row> = on!(self, |db| {
                let query = employment::table
                    .filter(employment::organization_id.eq(self.0.organization))
                    .filter(employment::person_id.eq_any(ids))
                    .select(Row::as_select())
                    .into_boxed::<Db>();
                let query = match known_at {
                    None => query.filter(employment::superseded_at.is_null()),
                    Some(at) => query
                        .filter(employment::recorded_at.le(at))
                        .filter(employment::superseded_at.is_null().or(employment::superseded_at.gt(at))),
                };
                query.load(db).await
            })?;
            for row in rows {
                found.push(Employment::try_from(row)?);
            }
        }
        Ok(found)
    }

    /// Every version of these periods, the oldest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn versions(self, periods: &[EmploymentId]) -> Result<Vec<Employment>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            employment::table
                .filter(employment::organization_id.eq(self.0.organization))
                .filter(employment::id.eq_any(periods))
                .order((employment::id, employment::version))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Employment::try_from).collect()
    }

    /// The periods of these departures, as they are known now.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of_departures(self, departures: &[DepartureId]) -> Result<Vec<Employment>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            employment::table
                .filter(employment::organization_id.eq(self.0.organization))
                .filter(employment::departure_id.eq_any(departures))
                .filter(employment::superseded_at.is_null())
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Employment::try_from).collect()
    }

    /// These periods, as they are known now.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, periods: &[EmploymentId]) -> Result<Vec<Employment>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            employment::table
                .filter(employment::organization_id.eq(self.0.organization))
                .filter(employment::id.eq_any(periods))
                .filter(employment::superseded_at.is_null())
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Employment::try_from).collect()
    }

    /// The periods a source tells of under one id, as they are known now, the latest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn told_of(self, source: &Source, external_id: &str) -> Result<Vec<Employment>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            employment::table
                .filter(employment::organization_id.eq(self.0.organization))
                .filter(employment::source.eq(source.as_str()))
                .filter(employment::external_id.eq(external_id))
                .filter(employment::superseded_at.is_null())
                .order((employment::hired_on.desc(), employment::id.desc()))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Employment::try_from).collect()
    }

    /// A page of departures and, if asked for, how many there are in all. `today` tells the announced from the
    /// effective.
    ///
    /// # Errors
    /// As every statement.
    pub async fn page(
        self,
        filter: &DepartureFilter,
        today: Date,
        order: (DepartureOrder, Direction),
        window: &Window<DeparturePosition>,
    ) -> Result<Page<Employment>, Error> {
        let mut sql = Sql::<(Uid, Uid)>::new();
        sql.text("select e.departure_id, e.id");
        self.narrow(&mut sql, filter, today, order.0);
        let (column, from) = match order.0 {
            DepartureOrder::EndedOn => ("e.ended_on", "(e.ended_on, e.departure_id)"),
            DepartureOrder::UpdatedAt => ("e.departure_recorded_at", "(e.departure_recorded_at, e.departure_id)"),
        };
        let place = |p: &DeparturePosition| (p.value.clone(), Value::Departure(p.id));
        keyset(&mut sql, order.1, window, column, from, "e.departure_id", place);
        let found: Vec<(DepartureId, EmploymentId)> = on!(self, |db| sql.load(db).await)?;
        let page = Page::cut(found, window);
        let ids: Vec<EmploymentId> = page.items.iter().map(|(_, id)| *id).collect();
        let mut periods: BTreeMap<EmploymentId, Employment> = self.many(&ids).await?.into_iter().map(|e| (e.id, e)).collect();
        // A period told anew between the two statements is still the same period; one that went away is left out.
        Ok(Page { items: ids.iter().filter_map(|id| periods.remove(id)).collect(), more: page.more })
    }

    /// How many departures the filter leaves.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, filter: &DepartureFilter, today: Date, order: DepartureOrder) -> Result<i64, Error> {
        let mut sql = Sql::<BigInt>::new();
        sql.text("select count(*)");
        self.narrow(&mut sql, filter, today, order);
        on!(self, |db| sql.get_result(db).await)
    }

    fn narrow<T>(self, sql: &mut Sql<T>, filter: &DepartureFilter, today: Date, order: DepartureOrder) {
        let DepartureFilter { department, entity, ended_from, ended_to, separation_type, reason, source, status, updated_after } = filter;
        sql.text(" from employment e where e.superseded_at is null and e.departure_id is not null and e.organization_id = ")
            .value(self.0.organization)
            .and("e.department = ", department.clone())
            .and("e.entity = ", entity.clone())
            .and("e.ended_on >= ", *ended_from)
            .and("e.ended_on <= ", *ended_to)
            .and("e.separation_type = ", separation_type.map(|s| s.as_str().to_owned()))
            .and("e.reason = ", reason.map(|r| r.as_str().to_owned()))
            .and("e.source = ", source.as_ref().map(|s| s.as_str().to_owned()))
            .and("e.departure_recorded_at > ", *updated_after);
        match status {
            Some(DepartureStatus::Announced) => sql.and("e.ended_on >= ", Some(today)),
            Some(DepartureStatus::Effective) => sql.and("e.ended_on < ", Some(today)),
            Some(DepartureStatus::Rescinded) => sql.text(" and e.ended_on is null"),
            None => sql,
        };
        if order == DepartureOrder::EndedOn {
            // A departure taken back has no end to be sorted by.
            sql.text(" and e.ended_on is not null");
        }
    }

    /// Waits until no other batch brings in new people of this organization, so that two sources that send the same
    /// person at once find one and not two. Known people need no such lock.
    ///
    /// # Errors
    /// As every statement.
    pub async fn admit_alone(self) -> Result<(), Error> {
        let bytes = self.0.organization.as_bytes();
        let mut lock = [0; 8];
        lock.copy_from_slice(&bytes[8..]);
        on!(self, |db| own::one_at_a_time(db, i64::from_be_bytes(lock)).await)
    }

    /// Writes what came of a batch.
    ///
    /// # Errors
    /// [`Error::Conflict`] if somebody else told of the same period at the same time and went first: do it again.
    pub async fn save(self, source: &Source, changes: Changes) -> Result<(), Error> {
        let Changes { newcomers, touched, identities, told_anew, told, search_keys, superseded, employments, reaffirmed, events, due } =
            changes;
        self.admit(newcomers).await?;
        self.identify(source, identities).await?;
        self.tell(source.as_str(), told_anew.into_iter().collect(), told, search_keys).await?;
        self.supersede(&superseded).await?;
        let mut rows = Vec::with_capacity(employments.len());
        for version in employments {
            rows.push(Row::of(self.0.organization, version)?);
        }
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(employment::table).values(part))?;
        }
        self.reaffirm(reaffirmed).await?;
        let ids: Vec<AlumnusId> = touched.keys().copied().collect();
        self.touch(&ids).await?;
        for (id, sort_key) in touched {
            if let Some(sort_key) = sort_key {
                self.rename(id, &sort_key).await?;
            }
        }
        if !events.is_empty() {
            self.0.outbox().push(events).await?;
        }
        if !due.is_empty() {
            self.0.outbox().note(due).await?;
        }
        Ok(())
    }

    async fn admit(self, newcomers: Vec<Newcomer>) -> Result<(), Error> {
        if newcomers.is_empty() {
            return Ok(());
        }
        let (organization_id, now) = (self.0.organization, self.0.now());
        let row = |Newcomer { id, sort_key }| PersonRow { organization_id, id, sort_key, created_at: now, updated_at: now };
        let rows: Vec<PersonRow> = newcomers.into_iter().map(row).collect();
        bulk!(self, rows, |part| diesel::insert_into(person::table).values(part))?;
        Ok(())
    }

    async fn identify(self, source: &Source, identities: Vec<Identity>) -> Result<(), Error> {
        if identities.is_empty() {
            return Ok(());
        }
        let (organization_id, now) = (self.0.organization, self.0.now());
        let row = |Identity { external_id, alumnus }| IdentityRow {
            organization_id,
            source: source.as_str().to_owned(),
            external_id,
            person_id: alumnus,
            recorded_at: now,
        };
        let rows: Vec<IdentityRow> = identities.into_iter().map(row).collect();
        bulk!(self, rows, |part| diesel::insert_into(identity::table).values(part))?;
        Ok(())
    }

    /// Keeps what `origin` says of people now, and the keys they are found by.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn tell(
        self,
        origin: &str,
        told_anew: Vec<AlumnusId>,
        told: Vec<(AlumnusId, Told)>,
        search_keys: Vec<(AlumnusId, std::collections::BTreeSet<String>)>,
    ) -> Result<(), Error> {
        let (organization, now) = (self.0.organization, self.0.now());
        for people in told_anew.chunks(AT_ONCE) {
            on!(self, |db| {
                let mine = particulars::table
                    .filter(particulars::organization_id.eq(organization))
                    .filter(particulars::person_id.eq_any(people))
                    .filter(particulars::source.eq(origin))
                    .filter(particulars::superseded_at.is_null());
                Kept(diesel::update(mine).set(particulars::superseded_at.eq(Some(now)))).execute(db).await
            })?;
            on!(self, |db| {
                let theirs =
                    search_key::table.filter(search_key::organization_id.eq(organization)).filter(search_key::person_id.eq_any(people));
                Kept(diesel::delete(theirs)).execute(db).await
            })?;
        }
        let mut rows = Vec::with_capacity(told.len());
        for (person, told) in told {
            rows.push(ParticularsRow::of(organization, person, origin, told)?);
        }
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(particulars::table).values(part))?;
        }
        let keys: Vec<SearchKeyRow> = search_keys
            .into_iter()
            .flat_map(|(person_id, keys)| keys.into_iter().map(move |key| SearchKeyRow { organization_id: organization, key, person_id }))
            .collect();
        if !keys.is_empty() {
            bulk!(self, keys, |part| diesel::insert_into(search_key::table).values(part))?;
        }
        Ok(())
    }

    async fn supersede(self, periods: &[EmploymentId]) -> Result<(), Error> {
        for ids in periods.chunks(AT_ONCE) {
            let n = on!(self, |db| {
                let current = employment::table
                    .filter(employment::organization_id.eq(self.0.organization))
                    .filter(employment::id.eq_any(ids))
                    .filter(employment::superseded_at.is_null());
                Kept(diesel::update(current).set(employment::superseded_at.eq(Some(self.0.now())))).execute(db).await
            })?;
            if n != ids.len() {
                return Err(Error::Conflict);
            }
        }
        Ok(())
    }

    /// Remembers the later time at which the source said the same again.
    async fn reaffirm(self, periods: BTreeMap<EmploymentId, Moment>) -> Result<(), Error> {
        let periods: Vec<(EmploymentId, Moment)> = periods.into_iter().collect();
        for part in periods.chunks(AT_ONCE) {
            let mut sql = Sql::<()>::new();
            sql.text("update employment set source_updated_at = said.column2 from (values ");
            for (n, (id, at)) in part.iter().enumerate() {
                sql.text(if n == 0 { "(" } else { ", (" }).value(*id).text(", ").value(*at).text(")");
            }
            sql.text(") as said where employment.id = said.column1 and employment.superseded_at is null and employment.organization_id = ")
                .value(self.0.organization);
            on!(self, |db| sql.execute(db).await)?;
        }
        Ok(())
    }

    /// Notes that something about these people changed.
    pub(crate) async fn touch(self, people: &[AlumnusId]) -> Result<(), Error> {
        for ids in people.chunks(AT_ONCE) {
            on!(self, |db| {
                let them = person::table.filter(person::organization_id.eq(self.0.organization)).filter(person::id.eq_any(ids));
                Kept(diesel::update(them).set(person::updated_at.eq(self.0.now()))).execute(db).await
            })?;
        }
        Ok(())
    }

    async fn rename(self, id: AlumnusId, sort_key: &str) -> Result<(), Error> {
        on!(self, |db| {
            Kept(diesel::update(person::table.find((self.0.organization, id))).set(person::sort_key.eq(sort_key))).execute(db).await
        })?;
        Ok(())
    }
}

/// Ends a statement with its place in the list, its order and its limit: `and (column, id) < (…) order by … limit …`.
pub(crate) fn keyset<T, P>(
    sql: &mut Sql<T>,
    direction: Direction,
    window: &Window<P>,
    column: &'static str,
    both: &'static str,
    id: &'static str,
    place: impl Fn(&P) -> (SortValue, Value),
) {
    let descending = (direction == Direction::Desc) != window.backwards;
    let mut beyond = |position: &Option<P>, sign: &'static str| {
        if let Some(position) = position {
            let (value, id) = place(position);
            sql.text(" and ").text(both).text(sign).text("(").value(value).text(", ").value(id).text(")");
        }
    };
    let (after, before) = if descending { (" < ", " > ") } else { (" > ", " < ") };
    beyond(&window.from, after);
    beyond(&window.until, before);
    let turn = if descending { " desc" } else { "" };
    sql.text(" order by ").text(column).text(turn).text(", ").text(id).text(turn);
    sql.text(" limit ").value(i64::from(window.limit) + 1);
}

impl From<SortValue> for Value {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::Day(day) => Self::Day(day),
            SortValue::Text(text) => Self::Text(text),
            SortValue::Moment(at) => Self::Moment(at),
        }
    }
}
