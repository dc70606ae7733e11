//! Events, and what is due to become one.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::event::{Due, Event, Turn};
use furusu_domain::id::{AlumnusId, EmploymentId, EventId, OrganizationId};
use furusu_domain::sql::Json;
use furusu_domain::time::{Date, Moment};

use crate::document;
use crate::schema::{due, event};
use crate::tx::Tx;

/// The repository of events.
#[derive(Clone, Copy)]
pub struct Outbox<'t>(pub(crate) &'t Tx);

#[derive(Clone, Insertable)]
#[diesel(table_name = event, treat_none_as_default_value = false)]
struct EventRow {
    organization_id: OrganizationId,
    id: EventId,
    person_id: AlumnusId,
    name: &'static str,
    at: Moment,
    document: Json,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = due, treat_none_as_default_value = false)]
struct DueRow {
    organization_id: OrganizationId,
    due_on: Date,
    employment_id: EmploymentId,
    what: Turn,
}

/// An event as it is told: what happened to whom, without its particulars.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Its place among all events.
    pub place: i64,
    /// Its id.
    pub id: EventId,
    /// To whom it happened.
    pub alumnus: AlumnusId,
    /// What happened, such as `departure.effective`.
    pub name: String,
    /// When furusu learnt it.
    pub at: Moment,
    /// Its particulars, as a JSON document.
    pub document: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = event)]
struct ToldRow {
    position: i64,
    id: EventId,
    person_id: AlumnusId,
    name: String,
    at: Moment,
    document: Json,
}

impl Outbox<'_> {
    /// Writes events, in their order, and notes whose figures may be otherwise by them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn push(self, events: Vec<Event>) -> Result<(), Error> {
        self.0.figures().note(&events).await?;
        let mut rows = Vec::with_capacity(events.len());
        for Event { id, alumnus, at, what } in events {
            let document = document::write(&what)?;
            rows.push(EventRow { organization_id: self.0.organization, id, person_id: alumnus, name: what.name(), at, document });
        }
        bulk!(self, rows, |part| diesel::insert_into(event::table).values(part))?;
        Ok(())
    }

    /// The names of the organization's events, in the order in which they were written.
    ///
    /// # Errors
    /// As every statement.
    pub async fn names(self) -> Result<Vec<String>, Error> {
        on!(self, |db| {
            event::table.filter(event::organization_id.eq(self.0.organization)).order(event::position).select(event::name).load(db).await
        })
    }

    /// The place of the organization's last event that can be seen; 0 if it has none.
    ///
    /// # Errors
    /// As every statement.
    pub async fn last(self) -> Result<i64, Error> {
        let last: Option<i64> = on!(self, |db| {
            event::table.filter(event::organization_id.eq(self.0.organization)).select(diesel::dsl::max(event::position)).first(db).await
        })?;
        Ok(last.unwrap_or(0))
    }

    /// The organization's events beyond a place, in their order. An event may yet appear at an earlier place than one
    /// that is here: its unit of work drew the place first and ends later; see [`Outbox::running`].
    ///
    /// # Errors
    /// As every statement.
    pub async fn beyond(self, place: i64, limit: i64) -> Result<Vec<Told>, Error> {
        let rows: Vec<ToldRow> = on!(self, |db| {
            event::table
                .filter(event::organization_id.eq(self.0.organization))
                .filter(event::position.gt(place))
                .order(event::position)
                .limit(limit)
                .select(ToldRow::as_select())
                .load(db)
                .await
        })?;
        let told = |ToldRow { position, id, person_id, name, at, document }| {
            let Json(document) = document;
            Told { place: position, id, alumnus: person_id, name, at, document }
        };
        Ok(rows.into_iter().map(told).collect())
    }

    /// The units of work that write just now, of any organization, by numbers of their own: once none of them runs any
    /// more, no event appears at a place before those that can be seen now.
    ///
    /// # Errors
    /// As every statement.
    pub async fn running(self) -> Result<Vec<i64>, Error> {
        on!(self, |db| own::running(db).await)
    }

    /// Notes what is to be told on a coming day; what is noted already stays as it is.
    ///
    /// # Errors
    /// As every statement.
    pub async fn note(self, coming: impl IntoIterator<Item = Due>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let rows: Vec<DueRow> = coming
            .into_iter()
            .map(|Due { employment, what, on }| DueRow { organization_id, due_on: on, employment_id: employment, what })
            .collect();
        bulk!(self, rows, |part| diesel::insert_into(due::table).values(part).on_conflict_do_nothing())?;
        Ok(())
    }

    /// What has come due by that day, the oldest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn due_by(self, today: Date, limit: i64) -> Result<Vec<Due>, Error> {
        let rows: Vec<DueRow> = on!(self, |db| {
            due::table
                .filter(due::organization_id.eq(self.0.organization))
                .filter(due::due_on.le(today))
                .order((due::due_on, due::employment_id, due::what))
                .limit(limit)
                .select(DueRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows
            .into_iter()
            .map(|DueRow { organization_id: _, due_on, employment_id, what }| Due { employment: employment_id, what, on: due_on })
            .collect())
    }

    /// Strikes what has been told; `false` if somebody else did first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn strike(self, told: Due) -> Result<bool, Error> {
        let Due { employment, what, on } = told;
        let n = on!(self, |db| diesel::delete(due::table.find((self.0.organization, on, employment, what))).execute(db).await)?;
        Ok(n == 1)
    }
}
