//! What is odd about a record, and kept all the same.

use serde::{Deserialize, Serialize};

/// What is odd and kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// An employment period of more than 60 years.
    Tenure,
    /// Hired before the age of 14.
    AgeAtHire,
    /// A date more than two years ahead.
    FarAhead,
    /// The first hire is later than this one.
    OriginalHireLater,
    /// Worked, or gave notice, after the employment ended.
    AfterTheEnd,
    /// The status says something else than the dates.
    StatusContradictsDates,
    /// `restricted` from a source, which has no basis and review date: kept as `review_required`.
    RestrictedWithoutBasis,
    /// `eligible` from a source, which neither a rule nor a person decided: kept as `undetermined`.
    EligibleUndecided,
    /// Two periods of one source overlap: the hire date was taken as corrected.
    HireDateCorrected,
}

impl Oddity {
    /// The stable name of what is odd.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tenure => "odd_tenure",
            Self::AgeAtHire => "odd_age_at_hire",
            Self::FarAhead => "odd_far_ahead",
            Self::OriginalHireLater => "odd_original_hire_later",
            Self::AfterTheEnd => "odd_after_the_end",
            Self::StatusContradictsDates => "odd_status_contradicts_dates",
            Self::RestrictedWithoutBasis => "restricted_without_basis",
            Self::EligibleUndecided => "eligible_undecided",
            Self::HireDateCorrected => "hire_date_corrected",
        }
    }
}
