//! The score: `S(now) = Σ points · 2^(−age / half-life)`, kept so that it is the same number whenever it is read.
//!
//! By forward decay (Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay, ICDE 2009), each activity counts
//! `points · 2^(t / half-life)` with `t` from a fixed day on, and the sum is divided by `2^(now / half-life)` when somebody
//! asks. The sum does not depend on now: it is an index to sort by. It would outgrow any floating-point number within
//! years, so it is kept as mantissa and exponent in one 64-bit integer, which sorts as the sum does.

use std::collections::BTreeMap;

use super::formula::Formula;
use super::kind::Kind;
use crate::time::Moment;

/// 2000-01-01T00:00:00Z, from which ages and windows are counted.
const EPOCH: i64 = 946_684_800_000_000;

/// One day in microseconds.
const DAY: i64 = 86_400_000_000;

/// How many days the windows have in which acts of a capped kind are counted.
pub const WINDOW_DAYS: i64 = 90;

/// How many days back the trend looks.
pub const TREND_DAYS: i64 = 90;

/// Bits of the mantissa in a [`Score`]: a sum is exact to 2⁻⁴⁹, and the exponent has 15 bits, enough for a half-life of one
/// day over 89 years.
const MANTISSA: u32 = 48;

/// 2^[`MANTISSA`]
const ONE: f64 = (1_u64 << MANTISSA) as f64;

/// A threshold is reached by what falls short of it by rounding alone: half of 8 is 4, whatever the last bit says.
pub(super) const NEARLY: f64 = 1.0 - 1e-12;

/// Beyond so many halvings nothing is left of the smaller of two numbers.
const NOTHING_LEFT: i64 = 64;

/// A sum of points, each as it would weigh on 1 January 2000: sorts as the score does, at whatever moment that is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Score(i64);

impl Score {
    /// No points at all: below every other.
    pub const NOTHING: Self = Self(i64::MIN);

    /// As it is kept.
    #[must_use]
    pub const fn kept(self) -> i64 {
        self.0
    }

    /// As it was kept.
    #[must_use]
    pub const fn from_kept(kept: i64) -> Self {
        Self(kept)
    }

    /// What an act of so many points adds that happened then.
    #[must_use]
    pub fn of(points: f64, at: Moment, half_life_days: u16) -> Self {
        if points <= 0.0 {
            return Self::NOTHING;
        }
        let (whole, part) = half_lives(at, half_life_days);
        Self::pack(points * part.exp2(), whole)
    }

    /// The sum of both. Sums do not depend on the order in which they are made, to within the last bit of each.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (more, less) = if self >= other { (self, other) } else { (other, self) };
        if less == Self::NOTHING {
            return more;
        }
        let ((m, e), (n, f)) = (more.unpack(), less.unpack());
        if e - f > NOTHING_LEFT { more } else { Self::pack(m + n * power(f - e), e) }
    }

    /// What is left of it without an act that was added to it. A difference is only as exact as the larger number was: what is
    /// taken away must leave a good part, see [`can_displace`].
    #[must_use]
    pub(super) fn minus(self, other: Self) -> Self {
        if other == Self::NOTHING || self == Self::NOTHING {
            return self;
        }
        let ((m, e), (n, f)) = (self.unpack(), other.unpack());
        let left = m - n * power(f - e);
        if left > 0.0 { Self::pack(left, e) } else { Self::NOTHING }
    }

    /// The score as it reads at a moment.
    #[must_use]
    pub fn at(self, now: Moment, half_life_days: u16) -> f64 {
        if self == Self::NOTHING {
            return 0.0;
        }
        let (mantissa, exponent) = self.unpack();
        let (whole, part) = half_lives(now, half_life_days);
        mantissa * (-part).exp2() * power(exponent - whole)
    }

    /// The least sum that reads as so many points, or more, at a moment. With 0 points, or less, everybody reaches it.
    #[must_use]
    pub fn reaching(points: f64, now: Moment, half_life_days: u16) -> Self {
        let near = Self::of(points, now, half_life_days);
        if near == Self::NOTHING {
            return near;
        }
        // Rounding may have put it a bit to either side: the least one is looked for, so that a filter and a level agree.
        let reaches = |kept: i64| Self(kept).at(now, half_life_days) >= points * NEARLY;
        let mut least = near.0;
        while reaches(least - 1) {
            least -= 1;
        }
        while !reaches(least) {
            least += 1;
        }
        Self(least)
    }

    /// `mantissa · 2^exponent`; the mantissa is positive and normal.
    fn pack(mantissa: f64, exponent: i64) -> Self {
        const FRACTION: u64 = (1 << 52) - 1;
        const BIAS: i64 = 1_023;
        let bits = mantissa.to_bits();
        #[allow(clippy::cast_possible_wrap, reason = "eleven bits")]
        let shift = ((bits >> 52) & 0x7ff) as i64 - BIAS;
        let tidy = f64::from_bits((bits & FRACTION) | ((BIAS as u64) << 52));
        #[allow(clippy::cast_possible_truncation, reason = "below 2^48, and one that rounds up to it moves the exponent, as it should")]
        let fraction = ((tidy - 1.0) * ONE).round() as i64;
        // The year 2089 with a half-life of a day: from there on it stays where it is.
        let exponent = (exponent + shift).clamp(-(1 << 14), (1 << 15) - 2);
        Self((exponent << MANTISSA) + fraction)
    }

    /// The mantissa, 1 to 2, and the exponent.
    #[allow(clippy::cast_precision_loss, reason = "48 bits")]
    const fn unpack(self) -> (f64, i64) {
        let fraction = self.0 & ((1 << MANTISSA) - 1);
        (1.0 + fraction as f64 / ONE, self.0 >> MANTISSA)
    }

    /// Its place in a coarse scale: 64 steps for each doubling.
    #[must_use]
    pub const fn step(self) -> i64 {
        self.0 >> (MANTISSA - 6)
    }

    /// The first sum of a step.
    #[must_use]
    pub const fn of_step(step: i64) -> Self {
        Self(step << (MANTISSA - 6))
    }
}

/// How many half-lives passed since 2000: whole ones, and what is left of one. From integers, so that nothing is lost.
#[allow(clippy::cast_precision_loss, reason = "ten years have fewer microseconds than 2^53")]
fn half_lives(at: Moment, half_life_days: u16) -> (i64, f64) {
    let half_life = i64::from(half_life_days) * DAY;
    let since = at.micros().saturating_sub(EPOCH);
    (since.div_euclid(half_life), since.rem_euclid(half_life) as f64 / half_life as f64)
}

/// 2^n, exact.
fn power(n: i64) -> f64 {
    2.0_f64.powi(i32::try_from(n.clamp(-2_000, 2_000)).unwrap_or_default())
}

/// The window of 90 days that a moment falls into.
#[must_use]
pub const fn window(at: Moment) -> i64 {
    at.micros().saturating_sub(EPOCH).div_euclid(WINDOW_DAYS * DAY)
}

/// When a window begins.
#[must_use]
pub const fn window_begins(window: i64) -> Moment {
    Moment::from_micros(EPOCH + window * WINDOW_DAYS * DAY)
}

/// An act as far as the score is concerned. Sorts in the order in which acts are counted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Done {
    /// When it happened.
    pub occurred_at: Moment,
    /// The source that told of it.
    pub source: String,
    /// Its id there.
    pub external_id: String,
    /// What kind of act it was.
    pub kind: Kind,
}

/// Which of one person's acts count: of a capped kind, the earliest of each window. The acts come in any order, and the
/// answers in that same order.
#[must_use]
pub fn counted(formula: &Formula, acts: &[Done]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..acts.len()).collect();
    order.sort_unstable_by(|a, b| acts[*a].cmp(&acts[*b]));
    let mut so_far: BTreeMap<(&Kind, i64), u32> = BTreeMap::new();
    let mut counts = vec![false; acts.len()];
    for n in order {
        let act = &acts[n];
        let Some(rule) = formula.kinds.get(&act.kind) else { continue };
        let Some(cap) = rule.cap else {
            counts[n] = true;
            continue;
        };
        let before = so_far.entry((&act.kind, window(act.occurred_at))).or_default();
        counts[n] = *before < cap;
        *before += 1;
    }
    counts
}

/// The score of one person's acts, which come in any order.
#[must_use]
pub fn score(formula: &Formula, acts: &[Done]) -> Score {
    let counts = counted(formula, acts);
    let worth = acts.iter().zip(counts).filter(|(_, counts)| *counts).map(|(act, _)| worth(formula, act));
    worth.fold(Score::NOTHING, Score::plus)
}

/// What one act adds, if it counts.
pub(super) fn worth(formula: &Formula, act: &Done) -> Score {
    let points = formula.kinds.get(&act.kind).map_or(0.0, |rule| rule.points);
    Score::of(points, act.occurred_at, formula.half_life_days)
}

/// Whether what an earlier act puts out of count may be taken off the sum, and the sum stays exact.
///
/// The one is of the same kind as the other and less than [`WINDOW_DAYS`] earlier, so it is worth at least
/// `2^(−90 / half-life)` of it. However often that happens within a window, the sum shrinks by no more than that: to an eighth
/// with a half-life of thirty days, by which each rounding of 2⁻⁴⁹ weighs eight times as much. With a shorter one most of the
/// sum might go, and what is left be nothing but roundings: it is made anew.
pub(super) const fn can_displace(formula: &Formula) -> bool {
    formula.half_life_days as i64 * 3 >= WINDOW_DAYS
}

/// What one activity contributes to a score.
#[derive(Clone, PartialEq, Debug)]
pub struct Contribution {
    /// The activity.
    pub act: Done,
    /// What it was worth on the day it happened.
    pub points: f64,
    /// Whether it counts: of a capped kind, only the earliest of each window do.
    pub counts: bool,
    /// What it contributes at that moment.
    pub contribution: f64,
}

/// What each of one person's acts up to a moment contributes then, in the order of the acts.
#[must_use]
pub fn explain(formula: &Formula, acts: &[Done], at: Moment) -> Vec<Contribution> {
    let counts = counted(formula, acts);
    let of = |(act, counts): (&Done, bool)| {
        let points = formula.kinds.get(&act.kind).map_or(0.0, |rule| rule.points);
        let is_so = counts && act.occurred_at <= at;
        let contribution =
            if is_so { Score::of(points, act.occurred_at, formula.half_life_days).at(at, formula.half_life_days) } else { 0.0 };
        Contribution { act: act.clone(), points, counts, contribution }
    };
    acts.iter().zip(counts).map(of).collect()
}
