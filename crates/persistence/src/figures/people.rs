//! Rows of how people and their departures are counted.

use diesel::prelude::*;
use furusu_domain::figures::{Facets, Leaving, Return, Standing};
use furusu_domain::id::{AlumnusId, EmploymentId, OrganizationId};
use furusu_domain::time::Date;

use crate::schema::{audience, audience_total, leaving};

/// How a person is counted, and their departures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// How they are counted; nobody who was never looked at, or was merged into somebody else, is counted at all.
    pub standing: Option<Standing>,
    /// Their departures in force, in the order of their periods' ids.
    pub leavings: Vec<Leaving>,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audience, treat_none_as_default_value = false)]
pub(super) struct StandingRow {
    pub(super) organization_id: OrganizationId,
    pub(super) person_id: AlumnusId,
    is_alumnus: bool,
    is_contactable: bool,
    department: Option<String>,
    entity: Option<String>,
    cohort: Option<i32>,
}

impl StandingRow {
    pub(super) fn of(organization_id: OrganizationId, person_id: AlumnusId, standing: Standing) -> Self {
        let Standing { is_alumnus, is_contactable, facets: Facets { department, entity, cohort } } = standing;
        Self { organization_id, person_id, is_alumnus, is_contactable, department, entity, cohort }
    }
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        let StandingRow { organization_id: _, person_id: _, is_alumnus, is_contactable, department, entity, cohort } = row;
        Self { is_alumnus, is_contactable, facets: Facets { department, entity, cohort } }
    }
}

/// What alumni are counted by.
pub(super) type Place = (bool, Facets);

/// Where a person is counted, if they are one of the alumni.
pub(super) fn place(standing: &Standing) -> Option<Place> {
    standing.is_alumnus.then(|| (standing.is_contactable, standing.facets.clone()))
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audience_total, treat_none_as_default_value = false)]
pub(super) struct TotalRow {
    organization_id: OrganizationId,
    is_contactable: bool,
    department: String,
    entity: String,
    cohort: i32,
    n: i64,
}

impl TotalRow {
    pub(super) fn of(organization_id: OrganizationId, (is_contactable, facets): Place, n: i64) -> Self {
        let Facets { department, entity, cohort } = facets;
        let (department, entity) = (department.unwrap_or_default(), entity.unwrap_or_default());
        Self { organization_id, is_contactable, department, entity, cohort: cohort.unwrap_or(0), n }
    }
}

impl From<TotalRow> for (Place, i64) {
    fn from(row: TotalRow) -> Self {
        let TotalRow { organization_id: _, is_contactable, department, entity, cohort, n } = row;
        let said = |text: String| (!text.is_empty()).then_some(text);
        let facets = Facets { department: said(department), entity: said(entity), cohort: (cohort != 0).then_some(cohort) };
        ((is_contactable, facets), n)
    }
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = leaving, treat_none_as_default_value = false)]
pub(super) struct LeavingRow {
    organization_id: OrganizationId,
    employment_id: EmploymentId,
    pub(super) person_id: AlumnusId,
    ended_on: Date,
    department: Option<String>,
    entity: Option<String>,
    cohort: Option<i32>,
    returned_on: Option<Date>,
    away_days: Option<i32>,
    away_years: Option<i32>,
    left_again_on: Option<Date>,
    stayed_years: Option<i32>,
    is_same_reason: Option<bool>,
}

impl LeavingRow {
    pub(super) fn of(organization_id: OrganizationId, person_id: AlumnusId, leaving: Leaving) -> Self {
        let Leaving { employment, ended_on, facets: Facets { department, entity, cohort }, returned } = leaving;
        let again = returned.and_then(|returned| returned.again);
        Self {
            organization_id,
            employment_id: employment,
            person_id,
            ended_on,
            department,
            entity,
            cohort,
            returned_on: returned.map(|returned| returned.on),
            away_days: returned.map(|returned| returned.away_days),
            away_years: returned.map(|returned| returned.away_years),
            left_again_on: again.map(|(on, _, _)| on),
            stayed_years: again.map(|(_, years, _)| years),
            is_same_reason: again.and_then(|(_, _, same)| same),
        }
    }
}

impl From<LeavingRow> for Leaving {
    fn from(row: LeavingRow) -> Self {
        let LeavingRow {
            organization_id: _,
            employment_id,
            person_id: _,
            ended_on,
            department,
            entity,
            cohort,
            returned_on,
            away_days,
            away_years,
            left_again_on,
            stayed_years,
            is_same_reason,
        } = row;
        let again = left_again_on.map(|on| (on, stayed_years.unwrap_or(0), is_same_reason));
        let returned = returned_on.map(|on| Return { on, away_days: away_days.unwrap_or(0), away_years: away_years.unwrap_or(0), again });
        Self { employment: employment_id, ended_on, facets: Facets { department, entity, cohort }, returned }
    }
}
