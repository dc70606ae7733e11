//! The pages of the books, as the tables have them.

use diesel::prelude::*;
use furusu_domain::engagement::{ActivityChannel, Grain, Total};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::time::{Date, Moment};

use crate::engagement::activities::kind;
use crate::schema::{activity_month, activity_reach, activity_total, engagement, engagement_spread};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_total, treat_none_as_default_value = false)]
pub(super) struct TotalRow {
    pub(super) organization_id: OrganizationId,
    pub(super) grain: Grain,
    pub(super) begins_on: Date,
    pub(super) kind: String,
    pub(super) channel: ActivityChannel,
    pub(super) n: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_month, treat_none_as_default_value = false)]
pub(super) struct MonthRow {
    pub(super) organization_id: OrganizationId,
    pub(super) person_id: AlumnusId,
    pub(super) month: i32,
    pub(super) mode: i16,
    pub(super) n: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_reach, treat_none_as_default_value = false)]
pub(super) struct ReachRow {
    pub(super) organization_id: OrganizationId,
    pub(super) mode: i16,
    pub(super) month: i32,
    pub(super) previous: i32,
    pub(super) people: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) organization_id: OrganizationId,
    pub(super) version: i32,
    pub(super) person_id: AlumnusId,
    pub(super) score: i64,
    pub(super) last_activity_at: Moment,
    pub(super) activities: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_spread, treat_none_as_default_value = false)]
pub(super) struct SpreadRow {
    pub(super) organization_id: OrganizationId,
    pub(super) version: i32,
    pub(super) step: i64,
    pub(super) people: i64,
}

pub(super) fn total(row: TotalRow) -> Result<(Total, i64), Error> {
    let TotalRow { organization_id: _, grain, begins_on, kind, channel, n } = row;
    Ok((Total { grain, begins_on, kind: self::kind(&kind)?, channel }, n))
}
