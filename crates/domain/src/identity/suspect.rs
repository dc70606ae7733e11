//! Suspects: whom a record may speak of, how likely it is, and why.

use serde::{Deserialize, Serialize};

use crate::alumni::Origin;
use crate::departures::{PersonKnown, Record, Source};
use crate::id::AlumnusId;
use crate::matching::{Judged, Line};
use crate::time::Date;

/// From this probability on, a record that may speak of somebody known waits for a person to decide.
pub const DOUBT: f64 = 0.5;

/// Somebody known whom a record may speak of.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Suspect {
    /// Who.
    pub alumnus: AlumnusId,
    /// How likely it is that the record speaks of them.
    pub probability: f64,
    /// Whether they have left, and every period of theirs that is known has ended: whoever is hired now may be they.
    #[serde(default)]
    pub is_away: bool,
    /// Why: one line for what is so of everybody, then one for each field.
    pub evidence: Vec<EvidenceLine>,
}

/// What one field says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// Which field.
    pub field: String,
    /// How well both sides agree there.
    pub level: String,
    /// What that is worth: how many times likelier it makes them the same person, as a power of two.
    pub bits: f64,
    /// What the record says, masked.
    pub left: Option<String>,
    /// What is known of the person, masked.
    pub right: Option<String>,
}

/// Whether a person may be meant by a record of that source at all. The source itself tells its people apart, but for who
/// comes back: they may be given a new id, and nobody says whose the old one was.
#[must_use]
pub fn resembles(source: &Source, record: &Record, known: &PersonKnown, today: Date) -> bool {
    let by = Origin::Source(source.clone());
    if !known.told.iter().any(|told| told.by == by) {
        return true;
    }
    let hired_on = record.stint.employment.hired_on;
    let is_back = record.stint.departure.is_none() && !known.employments.is_empty();
    is_back && known.employments.iter().all(|e| e.has_ended_by(today) && e.ended_on().is_some_and(|ended| ended < hired_on))
}

impl Suspect {
    /// Somebody the matcher weighed.
    #[must_use]
    pub fn new(alumnus: AlumnusId, is_away: bool, prior_bits: f64, judged: Judged) -> Self {
        let Judged { candidate: _, probability, total_bits: _, lines } = judged;
        let prior = EvidenceLine { field: "prior".into(), level: "everybody".into(), bits: prior_bits, left: None, right: None };
        let line = |Line { field, level, bits, left, right, share: _ }| EvidenceLine {
            field: field.as_str().into(),
            level: level.as_str().into(),
            bits,
            left,
            right,
        };
        Self { alumnus, probability, is_away, evidence: std::iter::once(prior).chain(lines.into_iter().map(line)).collect() }
    }
}
