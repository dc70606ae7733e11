//! Departure records and employment periods, version by version.

mod row;
mod save;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{DepartureFilter, DepartureOrder, DeparturePosition, SortValue};
use furusu_domain::departures::{DepartureStatus, Employment, Fingerprint, Identity, Mark, PersonKnown, Source};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::Uid;
use furusu_domain::time::{Date, Moment};

use row::Row;

use crate::expr::{Sql, Value};
use crate::schema::{employment, identity, particulars};
use crate::tx::Tx;

/// The repository of employment periods and their departures.
#[derive(Clone, Copy)]
pub struct Departures<'t>(pub(crate) &'t Tx);

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

/// At most so many values in one `in (…)`: SQLite takes 32,766 in a statement.
const AT_ONCE: usize = 2_000;

/// An employee number that more people share than this names nobody.
const SHARED: usize = 20;

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
                    .filter(self.0.among(employment::external_id, ids))
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
            let rows: Vec<(String, AlumnusId, Option<AlumnusId>)> = on!(self, |db| {
                identity::table
                    .filter(identity::organization_id.eq(self.0.organization))
                    .filter(identity::source.eq(source.as_str()))
                    .filter(self.0.among(identity::external_id, ids))
                    .select((identity::external_id, identity::person_id, identity::origin_person_id))
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(|(external_id, alumnus, merged_from)| Identity { external_id, alumnus, merged_from }));
        }
        Ok(found)
    }

    /// Whom any source knows under these employee numbers. A number that many share, such as 0, is none.
    ///
    /// # Errors
    /// As every statement.
    pub async fn numbered(self, employee_numbers: &[String]) -> Result<Vec<AlumnusId>, Error> {
        let mut found: BTreeMap<String, Vec<AlumnusId>> = BTreeMap::new();
        for numbers in employee_numbers.chunks(AT_ONCE) {
            let people: Vec<(Option<String>, AlumnusId)> = on!(self, |db| {
                particulars::table
                    .filter(particulars::organization_id.eq(self.0.organization))
                    .filter(self.0.among(particulars::employee_number, numbers))
                    .filter(particulars::superseded_at.is_null())
                    .select((particulars::employee_number, particulars::person_id))
                    .load(db)
                    .await
            })?;
            for (number, person) in people {
                found.entry(number.unwrap_or_default()).or_default().push(person);
            }
        }
        Ok(found.into_values().filter(|people| people.len() <= SHARED).flatten().collect())
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
                    .filter(self.0.among(employment::person_id, ids))
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
                .filter(self.0.among(employment::id, periods))
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
                .filter(self.0.among(employment::departure_id, departures))
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
                .filter(self.0.among(employment::id, periods))
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
            SortValue::Number(number) => Self::Number(number),
        }
    }
}
