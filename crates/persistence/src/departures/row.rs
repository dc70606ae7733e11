//! A version of an employment period, as the table has it.

use diesel::prelude::*;
use furusu_domain::departures::{Employment, Fingerprint, Reason, SeparationType, Source, Stint, Thread};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId, OrganizationId};
use furusu_domain::sql::Json;
use furusu_domain::time::{Date, Moment};

use crate::document;
use crate::schema::employment;

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
    origin_person_id: Option<AlumnusId>,
}

impl Row {
    pub(crate) fn of(organization_id: OrganizationId, employment: Employment) -> Result<Self, Error> {
        let in_force = employment.in_force().cloned();
        let Employment {
            id,
            version,
            alumnus,
            merged_from,
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
        let document = document::write(&stint)?;
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
            document,
            fingerprint: fingerprint.0.to_vec(),
            source_updated_at,
            recorded_at,
            superseded_at,
            origin_person_id: merged_from,
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
            origin_person_id,
        } = row;
        let unreadable = |what: String| Error::Internal(format!("employment {id}: {what}"));
        let stint: Stint = document::read(format_args!("employment {id}"), &document)?;
        let departure = match (departure_id, departure_version, departure_recorded_at) {
            (Some(id), Some(version), Some(recorded_at)) => Some(Thread { id, version, rescinded: ended_on.is_none(), recorded_at }),
            _ => None,
        };
        Ok(Self {
            id,
            version,
            alumnus: person_id,
            merged_from: origin_person_id,
            source: Source::parse(&source).map_err(|e| unreadable(e.code().to_owned()))?,
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
