//! Refitting: what reviews of real findings teach, and whether it is worth taking.
//!
//! Few labels teach little: up to [`LABELS_FOR_BITS`] only the sum is shifted and stretched, from there on every level's
//! bits are learnt, pulled towards those in use, and from [`LABELS_FOR_ISOTONIC`] on the probabilities are corrected point
//! by point. A refit is accepted only if it keeps its word better on questions it has not seen.

use super::calibrate::{Calibration, best_guess};
use super::descent;
use super::judge::judge_levels;
use super::train::{Question, train};
use super::weights::{Roster, Weights};

/// From how many labels on more than bias and slope is learnt.
pub const LABELS_FOR_BITS: usize = 200;
/// From how many labels on probabilities are corrected point by point.
pub const LABELS_FOR_ISOTONIC: usize = 1_000;
/// Below this many labels nothing is accepted.
pub const LABELS_AT_LEAST: usize = 20;

/// In how many parts the labels are cut: each is judged by what the others taught.
const FOLDS: usize = 5;
/// How strongly bits are pulled towards those in use: nats for each bit squared.
const PULL: f64 = 0.5;
/// How strongly bias and slope are pulled towards changing nothing.
const PLATT_PULL: f64 = 0.5;
/// Every so many-th label is kept for the isotonic correction.
const KEPT: usize = 4;

/// What a refit found.
#[derive(Clone, PartialEq, Debug)]
pub struct Refit {
    /// The weights it would put in place.
    pub weights: Weights,
    /// Whether they keep their word better than those in use, on questions they have not seen.
    pub accepted: bool,
    /// How the weights in use keep their word.
    pub before: Calibration,
    /// How the new ones do, on questions held out.
    pub after: Calibration,
    /// How many labels there were.
    pub labels: usize,
}

/// Refits weights on reviewed questions. The version of what comes out is one higher.
#[must_use]
pub fn refit(questions: &[Question], current: &Weights) -> Refit {
    let before = Calibration::of(current, questions);
    let mut guesses = Vec::with_capacity(questions.len());
    for fold in 0..FOLDS {
        let is_held = |at: usize| at % FOLDS == fold;
        let part =
            |held: bool| questions.iter().enumerate().filter(move |(at, _)| is_held(*at) == held).map(|(_, question)| question.clone());
        let (taught, held): (Vec<Question>, Vec<Question>) = (part(false).collect(), part(true).collect());
        let weights = fit(&taught, current);
        guesses.extend(held.iter().map(|question| best_guess(&weights, question)));
    }
    let after = Calibration::of_guesses(&guesses);
    let weights = Weights { version: current.version.saturating_add(1), ..fit(questions, current) };
    let accepted = questions.len() >= LABELS_AT_LEAST && after.ece < before.ece && after.log_loss <= before.log_loss;
    Refit { weights, accepted, before, after, labels: questions.len() }
}

/// The weights that so many labels can teach.
fn fit(questions: &[Question], current: &Weights) -> Weights {
    if questions.len() < LABELS_FOR_BITS {
        return platt(questions, current);
    }
    if questions.len() < LABELS_FOR_ISOTONIC {
        let bits = train(questions, current, PULL);
        return platt(questions, &bits);
    }
    let part =
        |kept: bool| questions.iter().enumerate().filter(move |(at, _)| (at % KEPT == 0) == kept).map(|(_, question)| question.clone());
    let (taught, kept): (Vec<Question>, Vec<Question>) = (part(false).collect(), part(true).collect());
    let bits = train(&taught, current, PULL);
    let shifted = platt(&kept, &bits);
    Weights { isotonic: isotonic(&shifted, &kept), ..shifted }
}

/// The same weights with the bias and slope that make the right answers most likely (Platt).
fn platt(questions: &[Question], weights: &Weights) -> Weights {
    let plain = Weights { bias: 0.0, slope: 1.0, isotonic: Vec::new(), ..weights.clone() };
    // The slope is sought by its logarithm: it stays positive, or the evidence would be turned round.
    let start = [weights.bias, weights.slope.max(0.01).ln()];
    let totals: Vec<Vec<f64>> = questions
        .iter()
        .map(|question| question.candidates.iter().map(|levels| plain.score(&Roster { people: question.roster }, levels).total).collect())
        .collect();
    let best = descent::minimum(&start, |at, gradient| {
        let [bias, log_slope] = [at.first().copied().unwrap_or(0.0), at.get(1).copied().unwrap_or(0.0)];
        let slope = log_slope.exp();
        let away = [bias - start[0], log_slope - start[1]];
        let mut loss = PLATT_PULL * (away[0] * away[0] + away[1] * away[1]);
        let mut slopes = [2.0 * PLATT_PULL * away[0], 2.0 * PLATT_PULL * away[1]];
        for (question, totals) in questions.iter().zip(&totals) {
            let shifted: Vec<f64> = totals.iter().map(|total| bias + slope * total).collect();
            let most = shifted.iter().copied().fold(0.0, f64::max);
            let sum = shifted.iter().map(|total| (total - most).exp2()).sum::<f64>() + (-most).exp2();
            let truth = question.truth.and_then(|right| shifted.get(right)).copied().unwrap_or(0.0);
            let scale = question.weight * std::f64::consts::LN_2;
            loss -= scale * (truth - most - sum.log2());
            for (which, (shifted, total)) in shifted.iter().zip(totals).enumerate() {
                let right = f64::from(u8::from(question.truth == Some(which)));
                let push = scale * ((shifted - most).exp2() / sum - right);
                slopes[0] += push;
                slopes[1] += push * slope * total;
            }
        }
        gradient.copy_from_slice(&slopes);
        loss
    });
    let [bias, log_slope] = [best.first().copied().unwrap_or(0.0), best.get(1).copied().unwrap_or(0.0)];
    Weights { bias, slope: log_slope.exp(), ..plain }
}

/// Points of said and seen, both rising (pool adjacent violators).
fn isotonic(weights: &Weights, questions: &[Question]) -> Vec<(f64, f64)> {
    let mut guesses: Vec<(f64, f64, f64)> = questions
        .iter()
        .filter_map(|question| {
            let judgement = judge_levels(weights, &Roster { people: question.roster }, &question.candidates);
            let best = judgement.candidates.first()?;
            Some((best.probability, f64::from(u8::from(question.truth == Some(best.candidate))), question.weight))
        })
        .collect();
    guesses.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Said, seen and weight of blocks, each seen more often than the one before. A block begins with some dozens, so that
    // no end is nailed to 0 or 1 by a few.
    let mut blocks: Vec<(f64, f64, f64)> = Vec::new();
    for chunk in guesses.chunks((guesses.len() / 20).max(1)) {
        let weight: f64 = chunk.iter().map(|(_, _, weight)| weight).sum();
        let mean = |of: fn(&(f64, f64, f64)) -> f64| chunk.iter().map(|guess| of(guess) * guess.2).sum::<f64>() / weight.max(1e-9);
        blocks.push((mean(|guess| guess.0), mean(|guess| guess.1), weight));
        while let [.., one, two] = blocks.as_slice() {
            if one.1 <= two.1 && one.0 < two.0 {
                break;
            }
            let weight = (one.2 + two.2).max(1e-9);
            let pooled = ((one.0 * one.2 + two.0 * two.2) / weight, (one.1 * one.2 + two.1 * two.2) / weight, weight);
            blocks.truncate(blocks.len() - 2);
            blocks.push(pooled);
        }
    }
    blocks.into_iter().map(|(said, seen, _)| (said, seen)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::level::{Levels, MatchField, MatchLevel};
    use super::*;

    /// Questions where one candidate has the name, and in `right` of ten is the one.
    fn questions(count: usize, right: usize) -> Vec<Question> {
        let mut levels = Levels::default();
        levels.set(MatchField::Family, MatchLevel::SameGlyphs);
        levels.set(MatchField::Given, MatchLevel::SameGlyphs);
        let question = |at: usize| Question {
            roster: 1_000,
            candidates: vec![levels],
            truth: (at * 7_919 / 13 % 10 < right).then_some(0),
            weight: 1.0,
        };
        (0..count).map(question).collect()
    }

    #[test]
    fn a_handful_of_labels_changes_nothing() {
        assert!(!refit(&questions(10, 9), Weights::shipped()).accepted);
    }

    #[test]
    fn labels_that_disagree_with_the_weights_correct_them() {
        for count in [100, 400, 1_200] {
            let refit = refit(&questions(count, 3), Weights::shipped());
            assert_eq!(refit.labels, count);
            assert!(refit.accepted, "{count}: {:?} {:?}", refit.before, refit.after);
            let judged = judge_levels(&refit.weights, &Roster { people: 1_000 }, &questions(1, 3)[0].candidates);
            let said = judged.candidates[0].probability;
            assert!((said - 0.3).abs() < 0.07, "{count}: {said}");
            assert_eq!(refit.weights.version, Weights::shipped().version + 1);
        }
    }

    #[test]
    fn few_labels_leave_the_bits_alone() {
        let refit = refit(&questions(100, 3), Weights::shipped());
        assert_eq!(refit.weights.chance, Weights::shipped().chance);
        assert_ne!(refit.weights.bias, 0.0);
    }
}
