//! Departure records as they are answered: what became of them, and what is known.

use async_graphql::SimpleObject;
use furusu_domain::alumni::Particulars;
use furusu_domain::departures::{DepartureStatus, Employed, Employment, Left, Outcome, Record, Recorded, Stint};
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId, HeldRecordId};
use furusu_domain::privacy::Redaction;
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::departures::input::{RecordDeparture, RecordEmployment, RecordEnd};
use crate::error::FaultView;
use crate::vocabulary::{CodedEmploymentStatus, CodedEmploymentType, CodedReason, CodedSeparationType};

/// What became of one record.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordedDeparture")]
#[schema(as = RecordedDeparture)]
pub struct RecordedView {
    /// The record's place in the batch, from 0.
    pub index: usize,
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whom it speaks of, unless it was rejected or held.
    pub alumnus_id: Option<AlumnusId>,
    /// The period it speaks of, unless it was rejected or held.
    pub employment_id: Option<EmploymentId>,
    /// The departure, if the period has one.
    pub departure_id: Option<DepartureId>,
    /// Where it is kept aside, if it is held.
    pub held_record_id: Option<HeldRecordId>,
    /// Why it was rejected, or what is odd about it.
    pub problems: Vec<FaultView>,
}

impl RecordedView {
    /// At its place in the batch.
    #[must_use]
    pub fn new(index: usize, recorded: Recorded) -> Self {
        let Recorded { external_id, outcome, alumnus, employment, departure, problems, changed: _, held } = recorded;
        let problems = problems.into_iter().map(FaultView::from).collect();
        Self {
            index,
            external_id,
            outcome,
            alumnus_id: alumnus,
            employment_id: employment,
            departure_id: departure,
            held_record_id: held,
            problems,
        }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordedDepartures)]
pub struct BatchView {
    /// What became of each record, in order.
    pub results: Vec<RecordedView>,
}

/// A departure record as it is known now. `record` is of the very form that is sent: sent again, it is `unchanged`,
/// unless a scope is missing and something was withheld.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "DepartureRecord")]
#[schema(as = DepartureRecord)]
pub struct DepartureRecordView {
    /// The HR system.
    pub source: String,
    /// Whom it speaks of.
    pub alumnus_id: AlumnusId,
    /// The period it speaks of.
    pub employment_id: EmploymentId,
    /// The departure, if the period has one.
    pub departure_id: Option<DepartureId>,
    /// Where the departure stands, if there is one.
    pub departure_status: Option<DepartureStatus>,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// The record.
    pub record: RecordDeparture,
    /// Members that the token's scopes do not show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<&'static str>,
}

impl DepartureRecordView {
    /// As somebody sees it.
    #[must_use]
    pub fn seen_by(redaction: Redaction, today: Date, employment: Employment, told: Particulars) -> Self {
        let departure_status = employment.departure_status(today);
        let departure = employment.in_force().cloned();
        let Employment {
            id,
            version: _,
            alumnus,
            merged_from: _,
            source,
            external_id,
            sequence,
            stint,
            departure: thread,
            fingerprint: _,
            source_updated_at,
            recorded_at,
            superseded_at: _,
        } = employment;
        let stint = Stint { departure, ..stint };
        let record = Record { external_id, sequence, previous_external_ids: Vec::new(), source_updated_at, particulars: told, stint };
        let shows = redaction.shows_evaluations();
        Self {
            source: source.as_str().to_owned(),
            alumnus_id: alumnus,
            employment_id: id,
            departure_id: thread.map(|t| t.id),
            departure_status,
            recorded_at,
            record: RecordDeparture::seen_by(redaction, record),
            withheld: if shows { Vec::new() } else { vec!["evaluation"] },
        }
    }
}

impl RecordDeparture {
    /// What a record says, as somebody sees it.
    #[must_use]
    pub fn seen_by(redaction: Redaction, record: Record) -> Self {
        let Record { external_id, sequence, previous_external_ids, source_updated_at, particulars, stint } = record;
        let Stint { employment, departure, evaluation } = stint;
        let Employed {
            hired_on,
            original_hired_on,
            entity,
            status,
            employment_type,
            department,
            job_title,
            location,
            contract_end_on,
            manager,
        } = employment;
        let Particulars { names, birth_on, employee_number, emails, phones, postal_code, address } = particulars;
        let shows = redaction.shows_evaluations();
        Self {
            external_id,
            sequence,
            previous_external_ids: Some(previous_external_ids).filter(|ids| !ids.is_empty()),
            employee_number,
            source_updated_at,
            entity,
            names: names.into_iter().map(Into::into).collect(),
            birth_on,
            emails: emails.map(|all| all.iter().map(|e| e.as_str().to_owned()).collect()),
            phones: phones.map(|all| all.iter().map(|p| p.as_str().to_owned()).collect()),
            postal_code,
            address,
            employment: RecordEmployment {
                hired_on,
                original_hired_on,
                status: CodedEmploymentStatus::present(status),
                employment_type: CodedEmploymentType::present(employment_type),
                department,
                job_title,
                location,
                contract_end_on,
                manager: manager.map(Into::into),
            },
            departure: departure.map(|left| RecordEnd::seen_by(redaction, left)),
            evaluation: evaluation.filter(|_| shows).map(Into::into),
        }
    }
}

impl RecordEnd {
    fn seen_by(redaction: Redaction, left: Left) -> Self {
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
        Self {
            employment_ended_on: ended_on,
            last_worked_on,
            paid_through_on,
            notified_on,
            separation_type: CodedSeparationType::present(separation_type),
            reason: CodedReason::present(redaction.reason(reason)),
            reason_secondary: Some(reason_secondary.into_iter().map(|r| redaction.reason(r).into()).collect()),
            regrettable,
            exit: Some(exit.into()),
            rehire: Some(rehire.into()),
        }
    }
}
