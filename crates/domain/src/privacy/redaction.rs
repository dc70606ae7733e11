//! What a reader may see of a record, by the scopes of their token.

use crate::actor::{Scope, Scopes};
use crate::departures::{Coded, Reason};

/// What a reader may see, by the scopes of their token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Redaction {
    scopes: Scopes,
}

impl Redaction {
    /// For the holder of these scopes.
    #[must_use]
    pub const fn of(scopes: Scopes) -> Self {
        Self { scopes }
    }

    /// Whether ratings and restricted reasons show.
    #[must_use]
    pub const fn shows_evaluations(self) -> bool {
        self.scopes.has(Scope::EvaluationsRead)
    }

    /// Whether the evidence of a finding shows in full: bits, masked values, and whom it found.
    #[must_use]
    pub const fn shows_evidence(self) -> bool {
        self.scopes.has(Scope::MatchingReview)
    }

    /// A number for what shows: two readers with the same one are shown the same.
    #[must_use]
    pub const fn mark(self) -> u8 {
        self.shows_evaluations() as u8
    }

    /// A reason: harassment, health and misconduct read as withheld, the source's own text with them.
    #[must_use]
    pub fn reason(self, reason: Coded<Reason>) -> Coded<Reason> {
        if reason.value.is_some_and(Reason::is_restricted) && !self.shows_evaluations() {
            Coded { value: Some(Reason::Withheld), source_value: None }
        } else {
            reason
        }
    }

    /// Whether a list may be narrowed to this reason: what reads as withheld must not be found by asking for it.
    #[must_use]
    pub fn may_filter_on(self, reason: Reason) -> bool {
        !reason.is_restricted() || self.shows_evaluations()
    }
}
