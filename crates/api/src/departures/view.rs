//! Departures as outsiders see them: one shape for REST and GraphQL.

mod record;

use async_graphql::SimpleObject;
use furusu_domain::alumni::Viewpoint;
use furusu_domain::departures::{DepartureStatus, Employed, Employment, Left, Stint, Thread};
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId};
use furusu_domain::privacy::Redaction;
use furusu_domain::time::{Date, Moment};
pub use record::{BatchView, DepartureRecordView, RecordedView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::rest::listing::Cursor;
use crate::vocabulary::{
    CodedEmploymentStatus, CodedEmploymentType, CodedReason, CodedSeparationType, EvaluationView, ExitView, ManagerView, RehireView,
};

/// One employment period: hired, roles held, ended or not.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Employment", complex)]
#[schema(as = Employment)]
pub struct EmploymentView {
    /// Its id, through all versions.
    pub id: EmploymentId,
    /// Whose.
    pub alumnus_id: AlumnusId,
    /// The HR system that tells of it.
    pub source: String,
    /// The person's id there.
    pub external_id: String,
    /// Which of their periods, counted by the source.
    pub sequence: Option<i32>,
    /// First day.
    pub hired_on: Date,
    /// First day of the first period.
    pub original_hired_on: Option<Date>,
    /// The legal entity of the organization.
    pub entity: Option<String>,
    /// Where it stands: the dates count, the source's word fills in what they leave open.
    pub status: CodedEmploymentStatus,
    /// The kind of contract.
    pub employment_type: Option<CodedEmploymentType>,
    /// Department, at the end or now.
    pub department: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Place of work.
    pub location: Option<String>,
    /// End of the contract's term.
    pub contract_end_on: Option<Date>,
    /// The last manager.
    pub manager: Option<ManagerView>,
    /// How it ended, if it has, or will.
    pub departure: Option<DepartureView>,
    /// The last rating; only with the scope `evaluations:read`.
    #[graphql(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub evaluation: Option<EvaluationView>,
    /// When furusu learnt this version.
    pub recorded_at: Moment,
    /// Members that the token's scopes do not show.
    #[graphql(skip)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<&'static str>,
}

impl EmploymentView {
    /// As somebody sees it who stands there.
    #[must_use]
    pub fn seen_by(redaction: Redaction, from: Viewpoint, employment: &Employment) -> Self {
        let departure = DepartureView::seen_by(redaction, from, employment);
        let status = employment.status(from.day());
        let Employment {
            id,
            version: _,
            alumnus,
            merged_from: _,
            source,
            external_id,
            sequence,
            stint,
            departure: _,
            fingerprint: _,
            source_updated_at: _,
            recorded_at,
            superseded_at: _,
        } = employment.clone();
        let Stint { employment, departure: _, evaluation } = stint;
        let Employed {
            hired_on,
            original_hired_on,
            entity,
            status: _,
            employment_type,
            department,
            job_title,
            location,
            contract_end_on,
            manager,
        } = employment;
        let shows = redaction.shows_evaluations();
        Self {
            id,
            alumnus_id: alumnus,
            source: source.as_str().to_owned(),
            external_id,
            sequence,
            hired_on,
            original_hired_on,
            entity,
            status: status.into(),
            employment_type: CodedEmploymentType::present(employment_type),
            department,
            job_title,
            location,
            contract_end_on,
            manager: manager.map(ManagerView::from),
            departure,
            evaluation: evaluation.filter(|_| shows).map(EvaluationView::from),
            recorded_at,
            withheld: if shows { Vec::new() } else { vec!["evaluation"] },
        }
    }
}

/// The end of one employment period, in one of its versions.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Departure", complex)]
#[schema(as = Departure)]
pub struct DepartureView {
    /// Its id, through all versions.
    pub id: DepartureId,
    /// Whose.
    pub alumnus_id: AlumnusId,
    /// The period that it ends.
    pub employment_id: EmploymentId,
    /// The HR system that tells of it.
    pub source: String,
    /// The person's id there.
    pub external_id: String,
    /// Announced, in effect, or taken back.
    pub status: DepartureStatus,
    /// Which version of the departure, from 1.
    pub version: i32,
    /// When furusu learnt this version.
    pub recorded_at: Moment,
    /// When furusu learnt better; null for what it knows now.
    pub superseded_at: Option<Moment>,
    /// The last day employed (退職日): in effect from 00:00 of the next day in the organization's time zone.
    pub employment_ended_on: Date,
    /// The last day at work (最終出社日).
    pub last_worked_on: Option<Date>,
    /// The last day that was paid.
    pub paid_through_on: Option<Date>,
    /// The day notice was given (退職申出日).
    pub notified_on: Option<Date>,
    /// Department left.
    pub department: Option<String>,
    /// Legal entity left.
    pub entity: Option<String>,
    /// Job title left.
    pub job_title: Option<String>,
    /// Who ended it, and how.
    pub separation_type: Option<CodedSeparationType>,
    /// Why; harassment, health and misconduct read as `withheld` without the scope `evaluations:read`.
    pub reason: Option<CodedReason>,
    /// Why else.
    pub reason_secondary: Vec<CodedReason>,
    /// Whether the employer regrets it.
    pub regrettable: Option<bool>,
    /// How they left.
    pub exit: ExitView,
    /// What the source says of a return.
    pub rehire: RehireView,
}

impl DepartureView {
    /// As somebody sees it who stands there; `None` if there is no departure to be seen from there.
    #[must_use]
    pub fn seen_by(redaction: Redaction, from: Viewpoint, employment: &Employment) -> Option<Self> {
        let status = employment.departure_status(from.day())?;
        // A day in the past shows what had happened by then, and not what was still to come.
        if from.as_of.is_some() && status != DepartureStatus::Effective {
            return None;
        }
        let Thread { id, version, rescinded: _, recorded_at } = employment.departure?;
        let left = employment.stint.departure.clone()?;
        let Left {
            ended_on,
            last_worked_on,
            paid_through_on,
            notified_on,
            separation_type,
            reason,
            reason_secondary,
            regrettable,
            exit,
            rehire,
        } = left;
        let about = &employment.stint.employment;
        Some(Self {
            id,
            alumnus_id: employment.alumnus,
            employment_id: employment.id,
            source: employment.source.as_str().to_owned(),
            external_id: employment.external_id.clone(),
            status,
            version,
            recorded_at,
            superseded_at: employment.superseded_at,
            employment_ended_on: ended_on,
            last_worked_on,
            paid_through_on,
            notified_on,
            department: about.department.clone(),
            entity: about.entity.clone(),
            job_title: about.job_title.clone(),
            separation_type: CodedSeparationType::present(separation_type),
            reason: CodedReason::present(redaction.reason(reason)),
            reason_secondary: reason_secondary.into_iter().map(|r| redaction.reason(r).into()).collect(),
            regrettable,
            exit: exit.into(),
            rehire: rehire.into(),
        })
    }
}

/// A departure with all its versions, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DepartureWithVersions)]
pub struct DepartureHistoryView {
    /// What is known of it now.
    #[serde(flatten)]
    pub departure: DepartureView,
    /// All its versions, the newest first, this one included.
    pub versions: Vec<DepartureView>,
}

/// The versions of one departure out of the versions of its period: other changes of the period do not count.
#[must_use]
pub fn departure_versions(redaction: Redaction, today: Date, periods: &[Employment]) -> Vec<DepartureView> {
    let mut versions: Vec<DepartureView> = Vec::new();
    for period in periods {
        let Some(view) = DepartureView::seen_by(redaction, Viewpoint::on(today), period) else { continue };
        match versions.last_mut().filter(|last| last.version == view.version) {
            Some(last) => last.superseded_at = view.superseded_at,
            None => versions.push(view),
        }
    }
    versions.reverse();
    versions
}

/// A page of departures.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeparturePage)]
pub struct DeparturePageView {
    /// The departures.
    pub data: Vec<DepartureView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}
