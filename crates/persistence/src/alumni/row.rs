//! What is said of people, as the tables have it.

use diesel::prelude::*;
use furusu_domain::alumni::{Origin, Particulars, Told};
use furusu_domain::departures::Source;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::sql::Json;
use furusu_domain::time::Moment;

use super::OFFICE;
use crate::document;
use crate::schema::{particulars, search_key};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = particulars, treat_none_as_default_value = false)]
pub(crate) struct ParticularsRow {
    organization_id: OrganizationId,
    person_id: AlumnusId,
    origin_person_id: AlumnusId,
    source: String,
    version: i32,
    employee_number: Option<String>,
    document: Json,
    recorded_at: Moment,
    pub(super) superseded_at: Option<Moment>,
}

impl ParticularsRow {
    pub(crate) fn of(organization_id: OrganizationId, person_id: AlumnusId, origin: &str, told: Told) -> Result<Self, Error> {
        let Told { by: _, merged_from, version, particulars, recorded_at } = told;
        let document = document::write(&particulars)?;
        Ok(Self {
            organization_id,
            person_id,
            origin_person_id: merged_from.unwrap_or(person_id),
            source: origin.to_owned(),
            version,
            employee_number: particulars.employee_number,
            document,
            recorded_at,
            superseded_at: None,
        })
    }
}

impl TryFrom<ParticularsRow> for (AlumnusId, Told) {
    type Error = Error;
    fn try_from(row: ParticularsRow) -> Result<Self, Error> {
        let ParticularsRow {
            organization_id: _,
            person_id,
            origin_person_id,
            source,
            version,
            employee_number: _,
            document,
            recorded_at,
            superseded_at: _,
        } = row;
        let merged_from = Some(origin_person_id).filter(|origin| *origin != person_id);
        let unreadable = |what: String| Error::Internal(format!("particulars of {person_id}: {what}"));
        let particulars: Particulars = document::read(format_args!("particulars of {person_id}"), &document)?;
        let by = if source == OFFICE {
            Origin::Office
        } else {
            Origin::Source(Source::parse(&source).map_err(|e| unreadable(e.code().to_owned()))?)
        };
        Ok((person_id, Told { by, merged_from, version, particulars, recorded_at }))
    }
}

#[derive(Clone, Insertable)]
#[diesel(table_name = search_key, treat_none_as_default_value = false)]
pub(crate) struct SearchKeyRow {
    pub(crate) organization_id: OrganizationId,
    pub(crate) key: String,
    pub(crate) person_id: AlumnusId,
}
