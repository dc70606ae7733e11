//! What a person decided on a finding.

use crate::id::{LookupId, ReviewId};
use crate::time::Moment;
use crate::words::words;

words! {
    /// What a person decided, and what became of the application.
    pub enum Verdict {
        /// It is the person who was found.
        Confirmed = "confirmed",
        /// It is somebody else.
        NotTheSamePerson = "not_the_same_person",
        /// The application went a stage on.
        Advanced = "advanced",
        /// The application was declined, by either side.
        Declined = "declined",
        /// They were hired.
        Hired = "hired",
    }
}

impl Verdict {
    /// Whether it says who the applicant is, and so teaches the matcher.
    #[must_use]
    pub const fn names_the_person(self) -> Option<bool> {
        match self {
            Self::Confirmed => Some(true),
            Self::NotTheSamePerson => Some(false),
            Self::Advanced | Self::Declined | Self::Hired => None,
        }
    }
}

/// A verdict on a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The finding.
    pub lookup: LookupId,
    /// When it came.
    pub at: Moment,
    /// By whose credentials.
    pub by: String,
    /// What was decided.
    pub verdict: Verdict,
    /// The reviewer's own reference, such as an id in the applicant-tracking system.
    pub reference: Option<String>,
}
