//! Refitting: what reviews of real findings teach, and whether it is worth taking.

use super::calibrate::Calibration;
use super::train::{Question, train};
use super::weights::Weights;

/// From how many labels on more than bias and slope is learnt.
pub const LABELS_FOR_BITS: usize = 200;
/// From how many labels on probabilities are corrected point by point.
pub const LABELS_FOR_ISOTONIC: usize = 1_000;

/// What a refit found.
#[derive(Clone, PartialEq, Debug)]
pub struct Refit {
    /// The weights it would put in place.
    pub weights: Weights,
    /// Whether they kept their word better on questions they had not seen.
    pub accepted: bool,
    /// How the current weights keep their word.
    pub before: Calibration,
    /// How the new ones do, on questions held out.
    pub after: Calibration,
    /// How many labels there were.
    pub labels: usize,
}

/// Refits weights on reviewed questions.
#[must_use]
pub fn refit(questions: &[Question], current: &Weights) -> Refit {
    let before = Calibration::of(current, questions);
    let weights = train(questions, current, 1.0);
    let after = Calibration::of(&weights, questions);
    Refit { weights, accepted: after.ece < before.ece, before, after, labels: questions.len() }
}
