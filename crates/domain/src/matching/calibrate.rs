//! Calibration: whether a probability of 0.7 comes true seven times in ten.

use serde::{Deserialize, Serialize};

use super::judge::judge_levels;
use super::train::Question;
use super::weights::{Roster, Weights};

/// How well probabilities keep their word, over questions whose answers are known.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// Expected calibration error: the mean distance between said and seen, over ten bins.
    pub ece: f64,
    /// Mean squared distance.
    pub brier: f64,
    /// Mean of −ln of the probability given to what was true.
    pub log_loss: f64,
    /// How many questions it was measured on.
    pub questions: usize,
}

impl Calibration {
    /// Measures weights on questions: the best candidate's probability against whether it was right.
    #[must_use]
    pub fn of(weights: &Weights, questions: &[Question]) -> Self {
        let pairs: Vec<(f64, bool, f64)> = questions.iter().map(|question| said_and_true(weights, question)).collect();
        let all: f64 = pairs.iter().map(|(_, _, weight)| weight).sum();
        if all <= 0.0 {
            return Self::default();
        }
        let mut bins = [(0.0, 0.0); 10];
        let (mut brier, mut log_loss) = (0.0, 0.0);
        for (said, is_true, weight) in &pairs {
            let seen = f64::from(u8::from(*is_true));
            // The bin of a probability: 0.0 to 0.1, …, 0.9 to 1.0.
            if let Some(bin) = bins.iter_mut().enumerate().rev().find(|(at, _)| *said * 10.0 >= f64::from(u32::try_from(*at).unwrap_or(0)))
            {
                bin.1.0 += said * weight;
                bin.1.1 += seen * weight;
            }
            brier += weight * (said - seen).powi(2);
            log_loss -= weight * (if *is_true { *said } else { 1.0 - said }).max(1e-6).ln();
        }
        let ece = bins.iter().map(|(said, seen): &(f64, f64)| (said - seen).abs()).sum::<f64>() / all;
        Self { ece, brier: brier / all, log_loss: log_loss / all, questions: pairs.len() }
    }
}

/// The best candidate's probability, whether it was right, and what the question counts.
fn said_and_true(weights: &Weights, question: &Question) -> (f64, bool, f64) {
    let judgement = judge_levels(weights, &Roster { people: question.roster }, &question.candidates);
    match judgement.candidates.first() {
        Some(best) => (best.probability, question.truth == Some(best.candidate), question.weight),
        None => (0.0, question.truth.is_some(), question.weight),
    }
}

impl Weights {
    /// A probability as feedback corrected it: straight lines between the points that are known.
    pub(super) fn corrected(&self, said: f64) -> f64 {
        let (mut low, mut high) = ((0.0, 0.0), (1.0, 1.0));
        for point in &self.isotonic {
            if point.0 <= said {
                low = *point;
            } else {
                high = *point;
                break;
            }
        }
        if self.isotonic.is_empty() || high.0 <= low.0 {
            return said.clamp(0.0, 1.0);
        }
        (low.1 + (high.1 - low.1) * (said - low.0) / (high.0 - low.0)).clamp(0.0, 1.0)
    }
}
