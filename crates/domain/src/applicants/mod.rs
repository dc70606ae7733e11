//! Returning applicants: the question an applicant-tracking system asks, "was this person here before?", and the finding
//! that answers it. Nobody is rejected by a finding: a person looks at it.

mod enumeration;
mod finding;
mod question;
mod review;

pub use enumeration::{Probe, Suspicion, Watch, probes};
pub use finding::{
    Candidate, EngagementKind, EngagementOption, EngagementReason, Evidence, EvidenceMethod, EvidenceStrength, Explanation, Finding,
    FindingStanding, FindingTier, Known, LookupResult, PermittedUse, Thresholds, decide,
};
pub use question::{Application, Blinded, IdentifierKind, LONGEST_PERIOD, LookupPurpose, Notice, Question, SentKind, names_a_period};
pub use review::{Review, Verdict};
