//! Judging: which of the candidates the applicant is, or nobody, and why.

use super::compare::levels;
use super::level::{Levels, MatchField, MatchLevel};
use super::mask;
use super::portrait::Portrait;
use super::weights::{Roster, Weights};

/// What is thought of all candidates together.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement {
    /// log2 odds of any one person before anything is compared.
    pub prior_bits: f64,
    /// The probability that the applicant is none of them.
    pub nobody: f64,
    /// The candidates, the most probable first.
    pub candidates: Vec<Judged>,
}

/// What is thought of one candidate.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// Its place among the candidates that were given.
    pub candidate: usize,
    /// The probability that the applicant is this person.
    pub probability: f64,
    /// log2 odds against nobody, as if there were no other candidate: the prior and all lines add up to it.
    pub total_bits: f64,
    /// The evidence, a line per field.
    pub lines: Vec<Line>,
}

/// One field's evidence.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Line {
    /// What was compared.
    pub field: MatchField,
    /// How far it agrees.
    pub level: MatchLevel,
    /// What that is worth; a field that one side lacks is worth nothing and has no line.
    pub bits: f64,
    /// What the applicant said, masked.
    pub left: Option<String>,
    /// What the record says, masked.
    pub right: Option<String>,
    /// The share of people of whom the same is true by chance is at most this, where the field speaks for the candidate:
    /// evidence of n bits is found with one in 2 to the power of n, at the most.
    pub share: Option<f64>,
}

/// Judges the candidates by their portraits. Never panics, whatever they hold.
#[must_use]
pub fn judge(weights: &Weights, roster: &Roster, applicant: &Portrait, candidates: &[Portrait]) -> Judgement {
    let compared: Vec<Levels> = candidates.iter().map(|candidate| levels(applicant, candidate)).collect();
    let mut judgement = judge_levels(weights, roster, &compared);
    for judged in &mut judgement.candidates {
        let Some(candidate) = candidates.get(judged.candidate) else { continue };
        for line in &mut judged.lines {
            (line.left, line.right) = mask::both(line.field, applicant, candidate);
        }
    }
    judgement
}

/// Judges the candidates by their levels alone: the same, without the masked values.
#[must_use]
pub fn judge_levels(weights: &Weights, roster: &Roster, candidates: &[Levels]) -> Judgement {
    let prior_bits = weights.prior_bits(roster);
    let totals: Vec<f64> = candidates.iter().map(|levels| weights.score(roster, levels).total).collect();
    let (probabilities, nobody) = shares(weights, &totals);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let of = |list: &[f64], at: usize| list.get(at).copied().unwrap_or(0.0);
    order.sort_by(|a, b| of(&totals, *b).total_cmp(&of(&totals, *a)).then(a.cmp(b)));
    let candidates = order
        .into_iter()
        .filter_map(|at| {
            let levels = candidates.get(at)?;
            Some(Judged {
                candidate: at,
                probability: of(&probabilities, at),
                total_bits: of(&totals, at),
                lines: lines(weights, roster, levels),
            })
        })
        .collect();
    Judgement { prior_bits, nobody, candidates }
}

/// The probability of each candidate and of nobody: each has its odds, nobody has one.
pub(super) fn shares(weights: &Weights, totals: &[f64]) -> (Vec<f64>, f64) {
    let most = totals.iter().copied().fold(0.0, f64::max);
    let odds: Vec<f64> = totals.iter().map(|total| (total - most).exp2()).collect();
    let all = odds.iter().sum::<f64>() + (-most).exp2();
    let mut shares: Vec<f64> = odds.into_iter().map(|odds| weights.corrected(odds / all)).collect();
    let sum = shares.iter().sum::<f64>();
    if sum > 1.0 {
        shares.iter_mut().for_each(|share| *share /= sum);
    }
    let nobody = (1.0 - shares.iter().sum::<f64>()).clamp(0.0, 1.0);
    (shares, nobody)
}

/// The evidence of one candidate, a line per field.
fn lines(weights: &Weights, roster: &Roster, levels: &Levels) -> Vec<Line> {
    let share = |bits: f64| (bits > 0.0).then(|| (-bits).exp2());
    let line = |field, level, bits, share| Line { field, level, bits, left: None, right: None, share };
    let worth = levels.iter().map(|(field, level)| (field, level, weights.chance.bits(field, level)));
    let mut lines: Vec<Line> = worth.map(|(field, level, bits)| line(field, level, bits, share(bits))).collect();
    // What the weights lean towards before anything is compared is shown where the relatives are.
    let score = weights.score(roster, levels);
    lines.push(line(MatchField::Kin, MatchLevel::Missing, score.kin + weights.chance.base, None));
    if score.total != score.all {
        lines.push(line(MatchField::Calibration, MatchLevel::Missing, score.total - score.all, None));
    }
    lines
}
