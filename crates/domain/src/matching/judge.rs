//! Judging: which of the candidates the applicant is, or nobody, and why.

use super::compare::levels;
use super::level::{Levels, MatchField, MatchLevel};
use super::mask;
use super::portrait::Portrait;
use super::weights::{Roster, Score, Weights};

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
        if let Some(candidate) = candidates.get(judged.candidate) {
            judged.show(applicant, candidate);
        }
    }
    judgement
}

impl Judged {
    /// Writes beside each line what was compared, masked.
    pub fn show(&mut self, applicant: &Portrait, candidate: &Portrait) {
        for line in &mut self.lines {
            (line.left, line.right) = mask::both(line.field, applicant, candidate);
        }
    }
}

/// Judges the candidates by their levels alone: the same, without the masked values.
#[must_use]
pub fn judge_levels(weights: &Weights, roster: &Roster, candidates: &[Levels]) -> Judgement {
    let prior_bits = weights.prior_bits(roster);
    let scores: Vec<Score> = candidates.iter().map(|levels| weights.score(roster, levels)).collect();
    let judged = scores.iter().zip(candidates).zip(shares(weights, &scores)).enumerate().map(|(candidate, ((score, levels), share))| {
        let Share { probability, total_bits } = share;
        Judged { candidate, probability, total_bits, lines: lines(weights, levels, score, total_bits) }
    });
    let mut candidates: Vec<Judged> = judged.collect();
    let nobody = (1.0 - candidates.iter().map(|judged| judged.probability).sum::<f64>()).clamp(0.0, 1.0);
    let total = |judged: &Judged| scores.get(judged.candidate).map_or(0.0, |score| score.total);
    candidates.sort_by(|a, b| total(b).total_cmp(&total(a)).then(a.candidate.cmp(&b.candidate)));
    Judgement { prior_bits, nobody, candidates }
}

/// What is left for nobody at least, and for a candidate, once probabilities are corrected: so that each has its odds.
const LEAST: f64 = 1e-12;

/// How probable a candidate is beside the others, and the log2 odds against nobody that say the same.
struct Share {
    probability: f64,
    total_bits: f64,
}

/// What each candidate has beside the others: each has its odds, nobody has one.
fn shares(weights: &Weights, scores: &[Score]) -> Vec<Share> {
    let most = scores.iter().map(|score| score.total).fold(0.0, f64::max);
    let odds: Vec<f64> = scores.iter().map(|score| (score.total - most).exp2()).collect();
    let all = odds.iter().sum::<f64>() + (-most).exp2();
    let plain = odds.into_iter().map(|odds| odds / all);
    if weights.isotonic.is_empty() {
        return plain.zip(scores).map(|(probability, score)| Share { probability, total_bits: score.total }).collect();
    }
    let corrected: Vec<f64> = plain.map(|share| weights.corrected(share).max(LEAST)).collect();
    let scale = ((1.0 - LEAST) / corrected.iter().sum::<f64>()).min(1.0);
    let nobody = (1.0 - scale * corrected.iter().sum::<f64>()).max(LEAST);
    let share = |corrected: f64| Share { probability: scale * corrected, total_bits: (scale * corrected / nobody).log2() };
    corrected.into_iter().map(share).collect()
}

/// The evidence of one candidate, a line per field, up to a total.
fn lines(weights: &Weights, levels: &Levels, score: &Score, total_bits: f64) -> Vec<Line> {
    let share = |bits: f64| (bits > 0.0).then(|| (-bits).exp2());
    let line = |field, level, bits, share| Line { field, level, bits, left: None, right: None, share };
    let worth = levels.iter().map(|(field, level)| (field, level, weights.chance.bits(field, level)));
    let mut lines: Vec<Line> = worth.map(|(field, level, bits)| line(field, level, bits, share(bits))).collect();
    // What the weights lean towards before anything is compared is shown where the relatives are.
    lines.push(line(MatchField::Kin, MatchLevel::Missing, score.kin + weights.chance.base, None));
    if total_bits != score.all {
        lines.push(line(MatchField::Calibration, MatchLevel::Missing, total_bits - score.all, None));
    }
    lines
}
