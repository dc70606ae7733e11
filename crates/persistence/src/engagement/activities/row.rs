//! Activities, as the tables have them.

use diesel::prelude::*;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{Activity, ActivityChannel, Kind, Subject, SubjectType};
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId, OrganizationId};
use furusu_domain::time::{Date, Moment};

use crate::schema::{activity, activity_tombstone};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) organization_id: OrganizationId,
    pub(super) id: ActivityId,
    pub(super) person_id: AlumnusId,
    pub(super) origin_person_id: Option<AlumnusId>,
    pub(super) source: String,
    pub(super) external_id: String,
    pub(super) kind: String,
    pub(super) channel: ActivityChannel,
    pub(super) occurred_at: Moment,
    pub(super) day: Date,
    pub(super) subject_type: Option<SubjectType>,
    pub(super) subject_id: Option<String>,
    pub(super) source_updated_at: Option<Moment>,
    pub(super) version: i32,
    pub(super) recorded_at: Moment,
    pub(super) updated_at: Moment,
    pub(super) retracted_at: Option<Moment>,
}

impl Row {
    pub(super) fn of(organization_id: OrganizationId, activity: Activity) -> Self {
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

pub(crate) fn kind(word: &str) -> Result<Kind, Error> {
    Kind::parse(word).map_err(|e| Error::Internal(format!("the kind of an activity: {}", e.code())))
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_tombstone, treat_none_as_default_value = false)]
pub(super) struct TombstoneRow {
    pub(super) organization_id: OrganizationId,
    pub(super) source: String,
    pub(super) external_id: String,
    pub(super) source_updated_at: Option<Moment>,
    pub(super) recorded_at: Moment,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity)]
pub(super) struct DoneRow {
    pub(super) person_id: AlumnusId,
    pub(super) kind: String,
    pub(super) occurred_at: Moment,
    pub(super) source: String,
    pub(super) external_id: String,
    pub(super) day: Date,
}
