//! Writing what came of a batch.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::Told;
use furusu_domain::departures::{Changes, Identity, Newcomer, Source};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, EmploymentId, OrganizationId};
use furusu_domain::time::Moment;

use super::Departures;
use super::row::Row;
use crate::alumni::{ParticularsRow, SearchKeyRow};
use crate::expr::{Sql, kept, kept_for};
use crate::schema::{employment, identity, particulars, person, search_key};
use crate::tx::parts;

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
    origin_person_id: Option<AlumnusId>,
}

impl Departures<'_> {
    /// Holds these people until the unit of work ends: whoever else writes of them waits, and reads what is known then.
    ///
    /// # Errors
    /// As every statement.
    pub async fn hold(self, people: &[AlumnusId]) -> Result<(), Error> {
        on!(self, |db| own::hold(db, self.0.organization, people).await)
    }

    /// Waits until no other batch brings in new people of this organization, so that two sources that send the same
    /// person at once find one and not two. Known people need no such lock.
    ///
    /// # Errors
    /// As every statement.
    pub async fn admit_alone(self) -> Result<(), Error> {
        on!(self, |db| own::one_at_a_time(db, self.0.lock()).await)
    }

    /// Writes what came of a batch.
    ///
    /// # Errors
    /// [`Error::Conflict`] if somebody else told of the same period at the same time and went first: do it again.
    pub async fn save(self, source: &Source, changes: Changes) -> Result<(), Error> {
        let Changes {
            at,
            found_anew,
            newcomers,
            touched,
            identities,
            told_anew,
            told,
            search_keys,
            likenesses,
            superseded,
            employments,
            reaffirmed,
            events,
            due,
            held,
        } = changes;
        let at = at.unwrap_or(self.0.now());
        self.admit(newcomers, at).await?;
        self.identify(source, identities, at).await?;
        self.tell(source.as_str(), told_anew.into_iter().collect(), told, at).await?;
        self.find_by(found_anew.iter().copied().collect(), search_keys).await?;
        self.supersede(superseded, at).await?;
        let mut rows = Vec::with_capacity(employments.len());
        for version in employments {
            rows.push(Row::of(self.0.organization, version)?);
        }
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(employment::table).values(part))?;
        }
        self.reaffirm(reaffirmed).await?;
        // By whom people are found depends on their periods: who has died is not.
        self.0.matching().portray(likenesses, &found_anew).await?;
        let ids: Vec<AlumnusId> = touched.keys().copied().collect();
        self.touch(ids, at).await?;
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
        self.0.held_records().save(held).await?;
        Ok(())
    }

    async fn admit(self, newcomers: Vec<Newcomer>, now: Moment) -> Result<(), Error> {
        if newcomers.is_empty() {
            return Ok(());
        }
        let organization_id = self.0.organization;
        let row = |Newcomer { id, sort_key }| PersonRow { organization_id, id, sort_key, created_at: now, updated_at: now };
        let rows: Vec<PersonRow> = newcomers.into_iter().map(row).collect();
        bulk!(self, rows, |part| diesel::insert_into(person::table).values(part))?;
        Ok(())
    }

    async fn identify(self, source: &Source, identities: Vec<Identity>, now: Moment) -> Result<(), Error> {
        if identities.is_empty() {
            return Ok(());
        }
        let organization_id = self.0.organization;
        let row = |Identity { external_id, alumnus, merged_from }| IdentityRow {
            organization_id,
            source: source.as_str().to_owned(),
            external_id,
            person_id: alumnus,
            recorded_at: now,
            origin_person_id: merged_from,
        };
        let rows: Vec<IdentityRow> = identities.into_iter().map(row).collect();
        bulk!(self, rows, |part| diesel::insert_into(identity::table).values(part))?;
        Ok(())
    }

    /// Keeps what `origin` says of people from that moment on; under the ids of `told_anew` it said something else before.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn tell(self, origin: &str, told_anew: Vec<AlumnusId>, told: Vec<(AlumnusId, Told)>, at: Moment) -> Result<(), Error> {
        let organization = self.0.organization;
        for people in parts(told_anew) {
            on!(self, |db| {
                let before = particulars::table
                    .filter(particulars::organization_id.eq(organization))
                    .filter(self.0.among(particulars::origin_person_id, &people))
                    .filter(particulars::source.eq(origin))
                    .filter(particulars::superseded_at.is_null());
                kept_for(&people, diesel::update(before).set(particulars::superseded_at.eq(Some(at)))).execute(db).await
            })?;
        }
        let mut rows = Vec::with_capacity(told.len());
        for (person, told) in told {
            rows.push(ParticularsRow::of(organization, person, origin, told)?);
        }
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(particulars::table).values(part))?;
        }
        Ok(())
    }

    /// Keeps the keys that people are found by; `found_anew` had others before.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn find_by(self, found_anew: Vec<AlumnusId>, search_keys: Vec<(AlumnusId, BTreeSet<String>)>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        for people in parts(found_anew) {
            on!(self, |db| {
                let theirs = search_key::table
                    .filter(search_key::organization_id.eq(organization_id))
                    .filter(self.0.among(search_key::person_id, &people));
                kept_for(&people, diesel::delete(theirs)).execute(db).await
            })?;
        }
        let key = |(person_id, keys): (AlumnusId, BTreeSet<String>)| {
            keys.into_iter().map(move |key| SearchKeyRow { organization_id, key, person_id })
        };
        let rows: Vec<SearchKeyRow> = search_keys.into_iter().flat_map(key).collect();
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(search_key::table).values(part))?;
        }
        Ok(())
    }

    async fn supersede(self, periods: Vec<EmploymentId>, at: Moment) -> Result<(), Error> {
        for ids in parts(periods) {
            let n = on!(self, |db| {
                let current = employment::table
                    .filter(employment::organization_id.eq(self.0.organization))
                    .filter(self.0.among(employment::id, &ids))
                    .filter(employment::superseded_at.is_null());
                kept_for(&ids, diesel::update(current).set(employment::superseded_at.eq(Some(at)))).execute(db).await
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
        for part in parts(periods) {
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
    async fn touch(self, people: Vec<AlumnusId>, at: Moment) -> Result<(), Error> {
        for ids in parts(people) {
            on!(self, |db| {
                let them = person::table.filter(person::organization_id.eq(self.0.organization)).filter(self.0.among(person::id, &ids));
                kept_for(&ids, diesel::update(them).set(person::updated_at.eq(at))).execute(db).await
            })?;
        }
        Ok(())
    }

    async fn rename(self, id: AlumnusId, sort_key: &str) -> Result<(), Error> {
        on!(self, |db| {
            kept(diesel::update(person::table.find((self.0.organization, id))).set(person::sort_key.eq(sort_key))).execute(db).await
        })?;
        Ok(())
    }
}
