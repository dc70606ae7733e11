//! Training: bits that make the right candidates likely, listwise, pulled towards weights that are already trusted.

use super::descent;
use super::level::{Levels, MatchField, MatchLevel};
use super::weights::{Rivals, Roster, Weights};

/// A question whose answer is known: the candidates that were shown, and which was right.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// How many people the roster held.
    pub roster: u64,
    /// How far each candidate agreed.
    pub candidates: Vec<Levels>,
    /// Which was right; `None` if nobody.
    pub truth: Option<usize>,
    /// How much the question counts.
    pub weight: f64,
}

/// Trains weights on questions: the most likely ones, with an L2 pull towards `start` (`pull` nats for each bit squared).
/// Bias, slope and isotonic correction start anew.
#[must_use]
pub fn train(questions: &[Question], start: &Weights, pull: f64) -> Weights {
    let blank = Weights { bias: 0.0, slope: 1.0, isotonic: Vec::new(), ..start.clone() };
    let slots = Slots::of(questions);
    let packed: Vec<Packed> = questions.iter().map(|question| Packed::of(question, &slots, &blank)).collect();
    let start = slots.pack(&blank);
    let best = descent::minimum(&start, |at, gradient| loss(&packed, slots.stride(), &start, pull, at, gradient));
    slots.unpack(&best, blank)
}

/// Which place of the vector of parameters stands for which weight: for each rival the bits of every level seen, then the
/// base.
struct Slots {
    seen: Vec<(MatchField, MatchLevel)>,
}

impl Slots {
    fn of(questions: &[Question]) -> Self {
        let mut seen: Vec<(MatchField, MatchLevel)> = Vec::new();
        for levels in questions.iter().flat_map(|question| &question.candidates) {
            for pair in levels.iter() {
                if let Err(place) = seen.binary_search(&pair) {
                    seen.insert(place, pair);
                }
            }
        }
        Self { seen }
    }

    /// How many parameters each rival has.
    const fn stride(&self) -> usize {
        self.seen.len() + 1
    }

    fn pack(&self, weights: &Weights) -> Vec<f64> {
        [&weights.chance, &weights.relative, &weights.namesake]
            .into_iter()
            .flat_map(|bits| self.seen.iter().map(|(field, level)| bits.bits(*field, *level)).chain(std::iter::once(bits.base)))
            .collect()
    }

    fn unpack(&self, packed: &[f64], mut weights: Weights) -> Weights {
        let rivals = [&mut weights.chance, &mut weights.relative, &mut weights.namesake];
        for (bits, packed) in rivals.into_iter().zip(packed.chunks(self.stride())) {
            for ((field, level), worth) in self.seen.iter().zip(packed) {
                bits.set(*field, *level, *worth);
            }
            bits.base = packed.last().copied().unwrap_or(0.0);
        }
        weights
    }
}

/// A question with its levels as places of the vector; candidates of equal levels are one, with their number.
struct Packed {
    prior: f64,
    odds: f64,
    weight: f64,
    truth: Option<usize>,
    candidates: Vec<(f64, Vec<u16>)>,
}

impl Packed {
    fn of(question: &Question, slots: &Slots, weights: &Weights) -> Self {
        let place = |pair| slots.seen.binary_search(&pair).ok().and_then(|slot| u16::try_from(slot).ok());
        let mut groups: Vec<(Levels, f64)> = Vec::new();
        let mut truth = None;
        for (which, levels) in question.candidates.iter().enumerate() {
            let group = groups.iter().position(|(other, _)| other == levels).unwrap_or_else(|| {
                groups.push((*levels, 0.0));
                groups.len() - 1
            });
            if let Some((_, count)) = groups.get_mut(group) {
                *count += 1.0;
            }
            if question.truth == Some(which) {
                truth = Some(group);
            }
        }
        Self {
            prior: weights.prior_bits(&Roster { people: question.roster }),
            odds: weights.odds_bits(),
            weight: question.weight,
            truth,
            candidates: groups.into_iter().map(|(levels, count)| (count, levels.iter().filter_map(place).collect())).collect(),
        }
    }
}

/// Minus the log likelihood of the right answers, with the pull; its gradient goes into `gradient`.
fn loss(questions: &[Packed], stride: usize, start: &[f64], pull: f64, at: &[f64], gradient: &mut [f64]) -> f64 {
    let mut loss = 0.0;
    for ((slope, here), from) in gradient.iter_mut().zip(at).zip(start) {
        let away = here - from;
        loss += pull * away * away;
        *slope = 2.0 * pull * away;
    }
    let bit = |slot: usize| at.get(slot).copied().unwrap_or(0.0);
    let base = stride - 1;
    let mut scores: Vec<(f64, Rivals)> = Vec::new();
    for question in questions {
        scores.clear();
        let mut most: f64 = 0.0;
        for (_, places) in &question.candidates {
            let mut rivals = [question.prior + bit(base), question.odds + bit(stride + base), question.odds + bit(2 * stride + base)];
            for place in places {
                for (rival, bits) in rivals.iter_mut().enumerate() {
                    *bits += bit(rival * stride + usize::from(*place));
                }
            }
            let rivals = Rivals(rivals);
            let all = rivals.all();
            scores.push((all, rivals));
            most = most.max(all);
        }
        let odds: f64 = question.candidates.iter().zip(&scores).map(|((count, _), (score, _))| count * (score - most).exp2()).sum();
        let sum = odds + (-most).exp2();
        let truth = question.truth.and_then(|right| scores.get(right)).map_or(0.0, |(score, _)| *score);
        loss -= question.weight * std::f64::consts::LN_2 * (truth - most - sum.log2());
        for (which, ((count, places), (score, rivals))) in question.candidates.iter().zip(&scores).enumerate() {
            let right = f64::from(u8::from(question.truth == Some(which)));
            let push = question.weight * std::f64::consts::LN_2 * (count * (score - most).exp2() / sum - right);
            for (rival, bits) in rivals.0.iter().enumerate() {
                // Each rival's share of the doubt is its share of the gradient.
                let push = push * (score - bits).exp2();
                for slot in places.iter().map(|place| usize::from(*place)).chain(std::iter::once(base)) {
                    if let Some(slope) = gradient.get_mut(rival * stride + slot) {
                        *slope += push;
                    }
                }
            }
        }
    }
    loss
}
