//! Weights: how many bits each level is worth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::level::{Field, Level, Levels};

/// How many bits each level of each field is worth, against two rivals: chance, and people who have much in common with an
/// alumnus without being one (relatives, namesakes, whoever got their number).
///
/// Chance grows with the roster, relatives do not: so the same weights hold when the roster grows.
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
    /// Bits of a level against chance.
    pub chance: BTreeMap<Field, BTreeMap<Level, f64>>,
    /// Bits of a level against relatives.
    pub kin: BTreeMap<Field, BTreeMap<Level, f64>>,
    /// Bits against relatives before anything is compared.
    pub kin_bits: f64,
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

/// The size of what is searched, which the prior follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roster {
    /// How many people it holds.
    pub people: u64,
}

impl Weights {
    /// The weights that ship with furusu.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::OnceLock<Weights> = std::sync::OnceLock::new();
        SHIPPED.get_or_init(|| serde_json::from_str(include_str!("shipped.json")).unwrap_or_else(|_| Self::none()))
    }

    /// Weights that know nothing: every level is worth no bits.
    #[must_use]
    pub fn none() -> Self {
        Self {
            name: "none".to_owned(),
            version: 0,
            provenance: String::new(),
            returners: 0.4,
            chance: BTreeMap::new(),
            kin: BTreeMap::new(),
            kin_bits: 0.0,
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

    /// Bits of a level against chance.
    pub(super) fn chance_bits(&self, field: Field, level: Level) -> f64 {
        self.chance.get(&field).and_then(|levels| levels.get(&level)).copied().unwrap_or(0.0)
    }

    /// Bits of a level against relatives.
    pub(super) fn kin_level_bits(&self, field: Field, level: Level) -> f64 {
        self.kin.get(&field).and_then(|levels| levels.get(&level)).copied().unwrap_or(0.0)
    }

    /// log2 of the odds of one alumnus against nobody before anything is compared.
    #[must_use]
    pub fn prior_bits(&self, roster: &Roster) -> f64 {
        self.odds_bits() - f64::from(u32::try_from(roster.people.max(1)).unwrap_or(u32::MAX)).log2()
    }

    /// log2 of the odds that an applicant was here before.
    fn odds_bits(&self) -> f64 {
        let share = self.returners.clamp(1e-6, 1.0 - 1e-6);
        (share / (1.0 - share)).log2()
    }

    /// Prior, sum against chance, and the total in log2 odds against nobody.
    pub(super) fn score(&self, roster: &Roster, levels: &Levels) -> Score {
        let prior = self.prior_bits(roster);
        let chance = levels.iter().map(|(field, level)| self.chance_bits(field, level)).sum::<f64>();
        let kin = levels.iter().map(|(field, level)| self.kin_level_bits(field, level)).sum::<f64>();
        // Two rivals at once: their odds add up, so the total is a soft minimum of the two.
        let (against_chance, against_kin) = (prior + chance, self.odds_bits() + self.kin_bits + kin);
        let both = -((-against_chance).exp2() + (-against_kin).exp2()).log2();
        let both = if both.is_finite() { both } else { against_chance.min(against_kin) };
        Score { kin: both - against_chance, total: self.bias + self.slope * both, both }
    }
}

/// A score and what it is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score {
    /// What the possibility of a relative takes away.
    pub(super) kin: f64,
    /// Before feedback.
    pub(super) both: f64,
    /// log2 odds against nobody.
    pub(super) total: f64,
}
