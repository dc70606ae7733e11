//! Weights: how many bits each level is worth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::level::{Levels, MatchField, MatchLevel};

/// How many bits each level of each field is worth, against three rivals: chance, relatives (whoever shares a family, a
/// household, a number with an alumnus) and namesakes.
///
/// Chance grows with the roster, relatives and namesakes of each alumnus do not: so the same weights hold when the roster
/// grows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Weights {
    /// What they are called, to tell them apart.
    pub name: String,
    /// Which edition of that name.
    pub version: u32,
    /// Where they come from.
    #[serde(default)]
    pub provenance: String,
    /// The share of applicants who are expected to have been here before.
    pub returners: f64,
    /// Against chance.
    pub chance: Bits,
    /// Against relatives.
    pub relative: Bits,
    /// Against namesakes.
    pub namesake: Bits,
    /// What feedback adds to the sum.
    #[serde(default)]
    pub bias: f64,
    /// What feedback multiplies the sum by.
    #[serde(default = "one")]
    pub slope: f64,
    /// Probabilities as feedback corrected them: pairs of said and seen, rising. Empty: as they are.
    #[serde(default)]
    pub isotonic: Vec<(f64, f64)>,
}

/// A slope that changes nothing.
const fn one() -> f64 {
    1.0
}

/// Bits of levels. What is missing is worth none.
#[derive(Clone, PartialEq, Debug)]
pub struct Bits {
    /// Before anything is compared.
    pub base: f64,
    table: Box<[[f64; MatchLevel::ALL.len()]; MatchField::ALL.len()]>,
}

impl Default for Bits {
    fn default() -> Self {
        Self { base: 0.0, table: Box::new([[0.0; MatchLevel::ALL.len()]; MatchField::ALL.len()]) }
    }
}

impl Bits {
    /// What a level of a field is worth.
    #[must_use]
    pub fn bits(&self, field: MatchField, level: MatchLevel) -> f64 {
        self.table.get(field as usize).and_then(|levels| levels.get(level as usize)).copied().unwrap_or(0.0)
    }

    /// Sets what a level of a field is worth.
    pub fn set(&mut self, field: MatchField, level: MatchLevel, bits: f64) {
        if let Some(slot) = self.table.get_mut(field as usize).and_then(|levels| levels.get_mut(level as usize)) {
            *slot = bits;
        }
    }

    /// The sum over all levels, with the base.
    pub(super) fn sum(&self, levels: &Levels) -> f64 {
        self.base + levels.iter().map(|(field, level)| self.bits(field, level)).sum::<f64>()
    }
}

/// Bits as they are written down.
#[derive(Serialize, Deserialize)]
struct Written {
    base: f64,
    levels: BTreeMap<MatchField, BTreeMap<MatchLevel, f64>>,
}

impl Serialize for Bits {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut levels: BTreeMap<MatchField, BTreeMap<MatchLevel, f64>> = BTreeMap::new();
        for field in MatchField::ALL {
            for level in MatchLevel::ALL {
                let bits = self.bits(*field, *level);
                if bits != 0.0 {
                    levels.entry(*field).or_default().insert(*level, bits);
                }
            }
        }
        Written { base: self.base, levels }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let mut bits = Self { base: written.base, ..Self::default() };
        for (field, levels) in written.levels {
            for (level, worth) in levels {
                bits.set(field, level, worth);
            }
        }
        Ok(bits)
    }
}

/// The size of what is searched, which the prior follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roster {
    /// How many people it holds.
    pub people: u64,
}

/// A smaller roster counts as one of so many people: that a few are known does not make it likelier that one of them applies.
const LEAST: u64 = 1_000;

impl Weights {
    /// The weights that ship with furusu.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::OnceLock<Weights> = std::sync::OnceLock::new();
        SHIPPED.get_or_init(|| Self::from_json(include_str!("shipped.json")).unwrap_or_else(|_| Self::none()))
    }

    /// The weights that a file holds, as [`Weights::to_json`] writes it.
    ///
    /// # Errors
    /// The file is no JSON, or a word of it is unknown.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The weights as a file holds them.
    ///
    /// # Errors
    /// A weight is no number.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Weights that know nothing: every level is worth no bits.
    #[must_use]
    pub fn none() -> Self {
        Self {
            name: "none".to_owned(),
            version: 0,
            provenance: String::new(),
            returners: 0.4,
            chance: Bits::default(),
            relative: Bits::default(),
            namesake: Bits::default(),
            bias: 0.0,
            slope: 1.0,
            isotonic: Vec::new(),
        }
    }

    /// The same weights where another share of the applicants is expected to have been here before.
    #[must_use]
    pub fn expecting(&self, returners: f64) -> Self {
        Self { returners: returners.clamp(1e-6, 1.0 - 1e-6), ..self.clone() }
    }

    /// log2 of the odds of one alumnus against nobody before anything is compared.
    #[must_use]
    pub fn prior_bits(&self, roster: &Roster) -> f64 {
        self.odds_bits() - f64::from(u32::try_from(roster.people.max(LEAST)).unwrap_or(u32::MAX)).log2()
    }

    /// log2 of the odds that an applicant was here before.
    pub(super) fn odds_bits(&self) -> f64 {
        let share = self.returners.clamp(1e-6, 1.0 - 1e-6);
        (share / (1.0 - share)).log2()
    }

    /// The total in log2 odds against nobody, and what it is made of.
    pub(super) fn score(&self, roster: &Roster, levels: &Levels) -> Score {
        let against_chance = self.prior_bits(roster) + self.chance.sum(levels);
        let odds = self.odds_bits();
        let all = Rivals([against_chance, odds + self.relative.sum(levels), odds + self.namesake.sum(levels)]).all();
        // Far beyond what evidence can amount to, so that weights somebody wrote wrong still give probabilities.
        let total = (self.bias + self.slope * all).clamp(-MOST_BITS, MOST_BITS);
        Score { kin: all - against_chance, all, total: if total.is_nan() { -MOST_BITS } else { total } }
    }
}

/// No total goes beyond this many bits, either way.
const MOST_BITS: f64 = 500.0;

/// log2 odds against each rival alone: chance, relatives, namesakes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rivals(pub(super) [f64; 3]);

impl Rivals {
    /// log2 odds against all of them at once: their odds add up, and the total is a little less than the smallest.
    pub(super) fn all(self) -> f64 {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        if least.is_finite() { least - self.0.iter().map(|bits| (least - bits).exp2()).sum::<f64>().log2() } else { least }
    }
}

/// A score and what it is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score {
    /// What the possibility of relatives and namesakes takes away.
    pub(super) kin: f64,
    /// Before feedback.
    pub(super) all: f64,
    /// log2 odds against nobody.
    pub(super) total: f64,
}
