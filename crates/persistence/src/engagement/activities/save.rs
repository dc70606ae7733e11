//! Writing what became of activities.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{Activity, ActivityChannel, Change, Kind, Subject, Tombstone};
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId, OrganizationId};
use furusu_domain::sql::Json;
use furusu_domain::time::{Date, Moment};
use serde::Serialize;

use super::Activities;
use super::row::{Row, TombstoneRow};
use crate::document;
use crate::expr::kept;
use crate::schema::{activity, activity_tombstone, activity_version};

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

impl Activities<'_> {
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
}
