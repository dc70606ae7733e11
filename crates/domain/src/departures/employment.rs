//! An employment period as furusu keeps it: version by version, the newest on top.

use super::record::{Fingerprint, Left, Source, Stint};
use super::vocabulary::{Coded, DepartureStatus, EmploymentStatus};
use crate::id::{AlumnusId, DepartureId, EmploymentId};
use crate::time::{Date, Moment};

/// One version of one employment period.
#[derive(Clone, PartialEq, Debug)]
pub struct Employment {
    /// Its id, through all versions.
    pub id: EmploymentId,
    /// Which version, from 1.
    pub version: i32,
    /// Whose.
    pub alumnus: AlumnusId,
    /// Under which id it was told, if that has been merged into theirs; `None` for their own.
    pub merged_from: Option<AlumnusId>,
    /// The source that tells of it.
    pub source: Source,
    /// The person's id there.
    pub external_id: String,
    /// Which of their periods, counted by the source.
    pub sequence: Option<i32>,
    /// What is told of it. After a rescission the departure stays readable here.
    pub stint: Stint,
    /// The departure's own thread through the versions, from the first time one was told of.
    pub departure: Option<Thread>,
    /// The fingerprint of the record this version came from.
    pub fingerprint: Fingerprint,
    /// When the source last changed it, by its own word.
    pub source_updated_at: Option<Moment>,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// When furusu learnt better; `None` for what it knows now.
    pub superseded_at: Option<Moment>,
}

/// A departure through the versions of its employment period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thread {
    /// Its id, through all versions.
    pub id: DepartureId,
    /// Which version of the departure, from 1: other changes of the period do not count.
    pub version: i32,
    /// Whether it has been taken back.
    pub rescinded: bool,
    /// When furusu learnt this version.
    pub recorded_at: Moment,
}

/// What tells which of two periods is the later.
pub(crate) struct Order<'a> {
    pub(crate) id: EmploymentId,
    pub(crate) source: &'a str,
    pub(crate) external_id: &'a str,
    pub(crate) sequence: Option<i32>,
    pub(crate) hired_on: Date,
    pub(crate) ended_on: Option<Date>,
}

/// Whether one is a later period than the other's departure.
pub(crate) fn follows(one: &Order<'_>, left: &Order<'_>) -> bool {
    let Some(ended) = left.ended_on else { return false };
    let same_source = (one.source, one.external_id) == (left.source, left.external_id);
    one.id != left.id && (one.hired_on > ended || same_source && one.sequence > left.sequence)
}

impl Employment {
    /// The departure, if one is told of and has not been taken back.
    #[must_use]
    pub fn in_force(&self) -> Option<&Left> {
        match self.departure {
            Some(Thread { rescinded: false, .. }) => self.stint.departure.as_ref(),
            Some(Thread { rescinded: true, .. }) | None => None,
        }
    }

    /// The last day employed, if a departure is in force.
    #[must_use]
    pub fn ended_on(&self) -> Option<Date> {
        self.in_force().map(|left| left.ended_on)
    }

    /// Whether the departure is in effect on that day: from the day after the last day employed.
    #[must_use]
    pub fn has_ended_by(&self, day: Date) -> bool {
        self.ended_on().is_some_and(|ended| ended < day)
    }

    /// Whether the period has begun and not ended on that day.
    #[must_use]
    pub fn is_under_way(&self, day: Date) -> bool {
        self.stint.employment.hired_on <= day && !self.has_ended_by(day)
    }

    /// Whether this is a later period than that departure: hired after its end, or of a higher sequence in its source.
    #[must_use]
    pub fn follows(&self, left: &Self) -> bool {
        follows(&self.order(), &left.order())
    }

    fn order(&self) -> Order<'_> {
        Order {
            id: self.id,
            source: self.source.as_str(),
            external_id: &self.external_id,
            sequence: self.sequence,
            hired_on: self.stint.employment.hired_on,
            ended_on: self.ended_on(),
        }
    }

    /// Where the employment stands on that day: the dates count, the source's word fills in what they leave open.
    #[must_use]
    pub fn status(&self, day: Date) -> Coded<EmploymentStatus> {
        let said = &self.stint.employment.status;
        let value = if self.stint.employment.hired_on > day {
            EmploymentStatus::Pending
        } else if self.has_ended_by(day) {
            said.value.filter(|status| status.is_over()).unwrap_or(EmploymentStatus::Ended)
        } else {
            said.value.filter(|s| !s.is_over() && *s != EmploymentStatus::Pending).unwrap_or(EmploymentStatus::Active)
        };
        Coded { value: Some(value), source_value: said.source_value.clone() }
    }

    /// Where the departure stands on that day, if one was ever told of.
    #[must_use]
    pub fn departure_status(&self, day: Date) -> Option<DepartureStatus> {
        let thread = self.departure?;
        Some(if thread.rescinded {
            DepartureStatus::Rescinded
        } else if self.has_ended_by(day) {
            DepartureStatus::Effective
        } else {
            DepartureStatus::Announced
        })
    }
}
