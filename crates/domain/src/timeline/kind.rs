//! The kinds of entries.

use crate::words::words;

words! {
    /// What happened. At one moment, what stands further down here happened later.
    pub enum TimelineKind {
        /// They were hired for the first time, as far as anybody has told. Needs `alumni:read`.
        EmploymentBegan = "employment.began",
        /// An employment period was told anew, its departure apart. Needs `alumni:read`.
        EmploymentCorrected = "employment.corrected",
        /// A departure became known that was not in effect yet. Needs `departures:read`.
        DepartureAnnounced = "departure.announced",
        /// What is known of a departure changed. Needs `departures:read`.
        DepartureCorrected = "departure.corrected",
        /// A departure was taken back: the period goes on. Needs `departures:read`.
        DepartureRescinded = "departure.rescinded",
        /// A departure came into effect, on the day after the last day employed. Needs `departures:read`.
        DepartureEffective = "departure.effective",
        /// They came back: a later employment period began. Needs `alumni:read`.
        AlumnusReturned = "alumnus.returned",
        /// They allowed a purpose. Needs `privacy:read`.
        ConsentGranted = "consent.granted",
        /// They objected to a purpose. Needs `privacy:read`.
        ConsentObjected = "consent.objected",
        /// What they had said of a purpose was withdrawn. Needs `privacy:read`.
        ConsentWithdrawn = "consent.withdrawn",
        /// What they had allowed came to its end. Needs `privacy:read`.
        ConsentExpired = "consent.expired",
        /// Somebody else turned out to be them. Needs `matching:review`.
        AlumnusMerged = "alumnus.merged",
        /// A merge was taken back. Needs `matching:review`.
        AlumnusUnmerged = "alumnus.unmerged",
        /// It was disclosed that an applicant is, or may be, they. Needs `privacy:read`.
        ReturningApplicantMatched = "returning_applicant.matched",
        /// They did something with us. Needs `engagement:read`.
        EngagementRecorded = "engagement.recorded",
        /// What is known of something they did changed; of several changes, the last. Needs `engagement:read`.
        EngagementCorrected = "engagement.corrected",
        /// Something they were said to have done was taken back. Needs `engagement:read`.
        EngagementRetracted = "engagement.retracted",
    }
}

/// What entries are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Employment periods with their departures.
    Periods,
    /// What was said about purposes.
    Consents,
    /// Merges.
    Merges,
    /// Findings.
    Findings,
    /// Activities.
    Activities,
}

impl TimelineKind {
    /// What entries of this kind are made of.
    #[must_use]
    pub const fn origin(self) -> Origin {
        match self {
            Self::EmploymentBegan
            | Self::EmploymentCorrected
            | Self::DepartureAnnounced
            | Self::DepartureCorrected
            | Self::DepartureRescinded
            | Self::DepartureEffective
            | Self::AlumnusReturned => Origin::Periods,
            Self::ConsentGranted | Self::ConsentObjected | Self::ConsentWithdrawn | Self::ConsentExpired => Origin::Consents,
            Self::AlumnusMerged | Self::AlumnusUnmerged => Origin::Merges,
            Self::ReturningApplicantMatched => Origin::Findings,
            Self::EngagementRecorded | Self::EngagementCorrected | Self::EngagementRetracted => Origin::Activities,
        }
    }

    /// The operation by which the same is read elsewhere: whoever may do that may read such entries.
    #[must_use]
    pub const fn operation(self) -> &'static str {
        match self {
            Self::EmploymentBegan | Self::EmploymentCorrected | Self::AlumnusReturned => "alumni.find",
            Self::DepartureAnnounced | Self::DepartureCorrected | Self::DepartureRescinded | Self::DepartureEffective => "departures.find",
            Self::ConsentGranted | Self::ConsentObjected | Self::ConsentWithdrawn | Self::ConsentExpired => "privacy.page_consents",
            Self::AlumnusMerged | Self::AlumnusUnmerged => "identity.merges",
            Self::ReturningApplicantMatched => "applicants.disclosures",
            Self::EngagementRecorded | Self::EngagementCorrected | Self::EngagementRetracted => "engagement.find",
        }
    }
}
