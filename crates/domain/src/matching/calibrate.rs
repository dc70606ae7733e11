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
        let guesses: Vec<Guess> = questions.iter().map(|question| best_guess(weights, question)).collect();
        Self::of_guesses(&guesses)
    }

    /// Measures guesses whose truth is known.
    pub(super) fn of_guesses(guesses: &[Guess]) -> Self {
        let all: f64 = guesses.iter().map(|guess| guess.weight).sum();
        if all <= 0.0 {
            return Self::default();
        }
        let mut bins = [(0.0, 0.0); 10];
        let (mut brier, mut log_loss) = (0.0, 0.0);
        for Guess { said, is_true, weight } in guesses {
            let seen = f64::from(u8::from(*is_true));
            // The bin of a probability: from 0.0, from 0.1, …, from 0.9.
            let from = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
            if let Some((bin, _)) = bins.iter_mut().zip(from).rev().find(|(_, from)| said >= from) {
                bin.0 += said * weight;
                bin.1 += seen * weight;
            }
            brier += weight * (said - seen).powi(2);
            log_loss -= weight * (if *is_true { *said } else { 1.0 - said }).max(1e-6).ln();
        }
        let ece = bins.iter().map(|(said, seen): &(f64, f64)| (said - seen).abs()).sum::<f64>() / all;
        Self { ece, brier: brier / all, log_loss: log_loss / all, questions: guesses.len() }
    }
}

/// What was said of the best candidate of a question, and whether it was true.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    /// Its probability.
    pub(super) said: f64,
    /// Whether it was the right one.
    pub(super) is_true: bool,
    /// What the question counts.
    pub(super) weight: f64,
}

/// The best candidate's probability, whether it was right, and what the question counts.
pub(super) fn best_guess(weights: &Weights, question: &Question) -> Guess {
    let judgement = judge_levels(weights, &Roster { people: question.roster }, &question.candidates);
    match judgement.candidates.first() {
        Some(best) => Guess { said: best.probability, is_true: question.truth == Some(best.candidate), weight: question.weight },
        None => Guess { said: 0.0, is_true: question.truth.is_some(), weight: question.weight },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_that_comes_true_as_often_as_it_says_has_no_error() {
        let guesses: Vec<Guess> = (0..100).map(|at| Guess { said: 0.25, is_true: at % 4 == 0, weight: 1.0 }).collect();
        let calibration = Calibration::of_guesses(&guesses);
        assert!(calibration.ece < 1e-9, "{calibration:?}");
        assert!((calibration.brier - 0.1875).abs() < 1e-9, "{calibration:?}");
    }

    #[test]
    fn corrections_are_straight_lines_between_points() {
        let weights = Weights { isotonic: vec![(0.2, 0.1), (0.8, 0.6)], ..Weights::none() };
        for (said, corrected) in [(0.0, 0.0), (0.1, 0.05), (0.2, 0.1), (0.5, 0.35), (0.8, 0.6), (0.9, 0.8), (1.0, 1.0)] {
            assert!((weights.corrected(said) - corrected).abs() < 1e-9, "{said}");
        }
        assert_eq!(Weights::none().corrected(0.7), 0.7);
    }
}
