//! Returning applicants: the question an applicant-tracking system asks, "was this person here before?", and the finding
//! that answers it. Nobody is rejected by a finding: a person looks at it.

mod enumeration;
mod finding;
mod question;
mod review;

pub use enumeration::{Probe, Suspicion, Watch, probes};
pub use finding::{
    Basis, Candidate, EngagementKind, EngagementOption, Evidence, Explanation, Finding, FindingStanding, Found, Known, LookupResult, Method,
    PermittedUse, Strength, Thresholds, Tier, decide,
};
pub use question::{Application, IdentifierKind, Notice, Purpose, Question, Sent};
pub use review::{Review, Verdict};
