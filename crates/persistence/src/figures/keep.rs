//! Keeping how people are counted.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::event::Event;
use furusu_domain::figures::Leaving;
use furusu_domain::id::{AlumnusId, EventId, OrganizationId};
use furusu_domain::time::Moment;

use super::Figures;
use super::people::{Counted, LeavingRow, Place, StandingRow, TotalRow, place};
use crate::expr::Sql;
use crate::schema::{audience, audience_total, figure_due, leaving, person};

/// How many people a statement is asked about at once.
const AT_ONCE: usize = 2_000;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = figure_due, treat_none_as_default_value = false)]
struct DueRow {
    organization_id: OrganizationId,
    id: EventId,
    person_id: AlumnusId,
    at: Moment,
}

impl Figures<'_> {
    /// Notes whose figures may be otherwise by these events.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn note(self, events: &[Event]) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let mut people: BTreeMap<AlumnusId, (EventId, Moment)> = BTreeMap::new();
        for event in events {
            for person in event.what.counts_anew(event.alumnus) {
                people.entry(person).or_insert((event.id, event.at));
            }
        }
        let row = |(person_id, (id, at))| DueRow { organization_id, id, person_id, at };
        let rows: Vec<DueRow> = people.into_iter().map(row).collect();
        if !rows.is_empty() {
            bulk!(self, rows, |part| diesel::insert_into(figure_due::table).values(part).on_conflict_do_nothing())?;
        }
        Ok(())
    }

    /// Whose figures may be otherwise, the oldest notes first: so many notes, with the moment of each.
    ///
    /// # Errors
    /// As every statement.
    pub async fn due(self, limit: i64) -> Result<Vec<(EventId, AlumnusId, Moment)>, Error> {
        on!(self, |db| {
            figure_due::table
                .filter(figure_due::organization_id.eq(self.0.organization))
                .order((figure_due::id, figure_due::person_id))
                .limit(limit)
                .select((figure_due::id, figure_due::person_id, figure_due::at))
                .load(db)
                .await
        })
    }

    /// Strikes notes of these events on these people.
    ///
    /// # Errors
    /// As every statement.
    pub async fn strike(self, events: &BTreeSet<EventId>, people: &[AlumnusId]) -> Result<(), Error> {
        let events: Vec<EventId> = events.iter().copied().collect();
        for ids in events.chunks(AT_ONCE) {
            on!(self, |db| {
                let those = figure_due::table
                    .filter(figure_due::organization_id.eq(self.0.organization))
                    .filter(self.0.among(figure_due::id, ids))
                    // An event on two people may have been read of one of them only.
                    .filter(self.0.among(figure_due::person_id, people));
                diesel::delete(those).execute(db).await
            })?;
        }
        Ok(())
    }

    /// The moment of the oldest note that is not struck yet; `None` if everybody is counted as they stand.
    ///
    /// # Errors
    /// As every statement.
    pub async fn due_since(self) -> Result<Option<Moment>, Error> {
        on!(self, |db| {
            figure_due::table
                .filter(figure_due::organization_id.eq(self.0.organization))
                .order(figure_due::at)
                .select(figure_due::at)
                .first(db)
                .await
                .optional()
        })
    }

    /// How these people are counted; who never was is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn counted(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Counted>, Error> {
        let mut found: BTreeMap<AlumnusId, Counted> = BTreeMap::new();
        for ids in people.chunks(AT_ONCE) {
            let standings: Vec<StandingRow> = on!(self, |db| {
                audience::table
                    .filter(audience::organization_id.eq(self.0.organization))
                    .filter(self.0.among(audience::person_id, ids))
                    .select(StandingRow::as_select())
                    .load(db)
                    .await
            })?;
            let leavings: Vec<LeavingRow> = on!(self, |db| {
                leaving::table
                    .filter(leaving::organization_id.eq(self.0.organization))
                    .filter(self.0.among(leaving::person_id, ids))
                    .order(leaving::employment_id)
                    .select(LeavingRow::as_select())
                    .load(db)
                    .await
            })?;
            for row in standings {
                let id = row.person_id;
                found.entry(id).or_default().standing = Some(row.into());
            }
            for row in leavings {
                let id = row.person_id;
                found.entry(id).or_default().leavings.push(row.into());
            }
        }
        Ok(found)
    }

    /// Who of these people is counted among the alumni.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn alumni_among(self, people: &[AlumnusId]) -> Result<BTreeSet<AlumnusId>, Error> {
        let mut found = BTreeSet::new();
        for ids in people.chunks(AT_ONCE) {
            let them: Vec<AlumnusId> = on!(self, |db| {
                audience::table
                    .filter(audience::organization_id.eq(self.0.organization))
                    .filter(self.0.among(audience::person_id, ids))
                    .filter(audience::is_alumnus)
                    .select(audience::person_id)
                    .load(db)
                    .await
            })?;
            found.extend(them);
        }
        Ok(found)
    }

    /// Writes how people are counted from now on, and moves the totals along: what was, and what is. In a unit of work that counts
    /// [alone](Self::alone).
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, changes: Vec<(AlumnusId, Counted, Counted)>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let (mut standings, mut gone, mut moved) = (Vec::new(), Vec::new(), BTreeMap::<Place, i64>::new());
        let (mut leavings, mut undone) = (Vec::new(), Vec::new());
        for (id, before, after) in changes {
            if before.standing != after.standing {
                for (sign, standing) in [(-1, &before.standing), (1, &after.standing)] {
                    if let Some(place) = standing.as_ref().and_then(place) {
                        *moved.entry(place).or_default() += sign;
                    }
                }
                match after.standing {
                    Some(standing) => standings.push(StandingRow::of(organization_id, id, standing)),
                    None => gone.push(id),
                }
            }
            if before.leavings != after.leavings {
                let stays = |old: &Leaving| after.leavings.iter().any(|new| new.employment == old.employment);
                undone.extend(before.leavings.iter().filter(|old| !stays(old)).map(|old| old.employment));
                let is_new = |new: &Leaving| !before.leavings.contains(new);
                leavings.extend(after.leavings.into_iter().filter(is_new).map(|new| LeavingRow::of(organization_id, id, new)));
            }
        }
        for ids in gone.chunks(AT_ONCE) {
            on!(self, |db| {
                let them =
                    audience::table.filter(audience::organization_id.eq(organization_id)).filter(self.0.among(audience::person_id, ids));
                diesel::delete(them).execute(db).await
            })?;
        }
        bulk!(self, standings, |part| {
            diesel::insert_into(audience::table).values(part).on_conflict((audience::organization_id, audience::person_id)).do_update().set(
                (
                    audience::is_alumnus.eq(excluded(audience::is_alumnus)),
                    audience::is_contactable.eq(excluded(audience::is_contactable)),
                    audience::department.eq(excluded(audience::department)),
                    audience::entity.eq(excluded(audience::entity)),
                    audience::cohort.eq(excluded(audience::cohort)),
                ),
            )
        })?;
        for ids in undone.chunks(AT_ONCE) {
            on!(self, |db| {
                let them =
                    leaving::table.filter(leaving::organization_id.eq(organization_id)).filter(self.0.among(leaving::employment_id, ids));
                diesel::delete(them).execute(db).await
            })?;
        }
        bulk!(self, leavings, |part| {
            diesel::insert_into(leaving::table)
                .values(part)
                .on_conflict((leaving::organization_id, leaving::employment_id))
                .do_update()
                .set((
                    leaving::person_id.eq(excluded(leaving::person_id)),
                    leaving::ended_on.eq(excluded(leaving::ended_on)),
                    leaving::department.eq(excluded(leaving::department)),
                    leaving::entity.eq(excluded(leaving::entity)),
                    leaving::cohort.eq(excluded(leaving::cohort)),
                    leaving::returned_on.eq(excluded(leaving::returned_on)),
                    leaving::away_days.eq(excluded(leaving::away_days)),
                    leaving::away_years.eq(excluded(leaving::away_years)),
                    leaving::left_again_on.eq(excluded(leaving::left_again_on)),
                    leaving::stayed_years.eq(excluded(leaving::stayed_years)),
                    leaving::is_same_reason.eq(excluded(leaving::is_same_reason)),
                ))
        })?;
        let moved = moved.into_iter().filter(|(_, n)| *n != 0);
        let totals: Vec<TotalRow> = moved.map(|(place, n)| TotalRow::of(organization_id, place, n)).collect();
        bulk!(self, totals, |part| {
            diesel::insert_into(audience_total::table)
                .values(part)
                .on_conflict((
                    audience_total::organization_id,
                    audience_total::is_contactable,
                    audience_total::department,
                    audience_total::entity,
                    audience_total::cohort,
                ))
                .do_update()
                .set(audience_total::n.eq(audience_total::n + excluded(audience_total::n)))
        })?;
        Ok(())
    }

    /// How many alumni there are, by all that they are counted by.
    ///
    /// # Errors
    /// As every statement.
    pub async fn totals(self) -> Result<BTreeMap<Place, i64>, Error> {
        let rows: Vec<TotalRow> = on!(self, |db| {
            audience_total::table
                .filter(audience_total::organization_id.eq(self.0.organization))
                .filter(audience_total::n.ne(0))
                .select(TotalRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// How many alumni there are, and how many of them may be written to.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alumni(self) -> Result<(i64, i64), Error> {
        let mut sql = Sql::<(BigInt, BigInt)>::new();
        sql.text("select cast(coalesce(sum(t.n), 0) as bigint), cast(coalesce(sum(case when t.is_contactable then t.n else 0 end), 0)");
        sql.text(" as bigint) from audience_total t where t.organization_id = ").value(self.0.organization);
        on!(self, |db| sql.get_result(db).await)
    }

    /// Everybody who is known, in the order of their ids, beyond one of them; whoever was merged into somebody else is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn everybody(self, beyond: Option<AlumnusId>, limit: i64) -> Result<Vec<AlumnusId>, Error> {
        on!(self, |db| {
            let them = person::table
                .filter(person::organization_id.eq(self.0.organization))
                .filter(person::merged_into_id.is_null())
                .order(person::id)
                .limit(limit)
                .select(person::id)
                .into_boxed::<Db>();
            let them = match beyond {
                Some(id) => them.filter(person::id.gt(id)),
                None => them,
            };
            them.load(db).await
        })
    }
}
