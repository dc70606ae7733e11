//! What an activity is worth: versioned, since figures are to be measured the same way over time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::{EngagementMode, Kind, KindRule, USUAL};
use super::score::NEARLY;
use crate::error::{Fault, Form, Problem};
use crate::time::Moment;
use crate::words::words;

/// The half-lives a formula may have, in days: from a day to ten years.
pub const HALF_LIVES: std::ops::RangeInclusive<i64> = 1..=3_650;

/// The most points one activity is worth; the least above nothing is a thousandth.
pub const MOST_POINTS: f64 = 1_000.0;

/// How many levels there are above 0.
pub const LEVELS: usize = 5;

/// The most kinds an organization has, those that every one has included.
pub const MOST_KINDS: usize = 100;

/// The half-life of an activity's worth until the organization says otherwise, in days.
const USUAL_HALF_LIFE: u16 = 180;

/// From which score on somebody is at each level above 0, until the organization says otherwise.
const USUAL_LEVELS: [f64; LEVELS] = [1.0, 3.0, 7.0, 15.0, 30.0];

/// What activities are worth, how fast that fades, and from which scores on somebody is at which level.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Formula {
    /// After how many days an activity is worth half.
    pub half_life_days: u16,
    /// Every kind there is.
    pub kinds: BTreeMap<Kind, KindRule>,
    /// From which score on somebody is at level 1, 2, 3, 4 and 5; below the first they are at level 0.
    pub levels: [f64; LEVELS],
}

impl Default for Formula {
    fn default() -> Self {
        let kind = |(word, mode, points, cap): &(&str, EngagementMode, f64, Option<u32>)| {
            let rule = KindRule { mode: *mode, points: *points, cap: *cap };
            Kind::parse(word).ok().map(|kind| (kind, rule))
        };
        Self { half_life_days: USUAL_HALF_LIFE, kinds: USUAL.iter().filter_map(kind).collect(), levels: USUAL_LEVELS }
    }
}

impl Formula {
    /// The level of a score: how many of the thresholds it reaches.
    #[must_use]
    pub fn level(&self, score: f64) -> u8 {
        self.levels.iter().map(|from| u8::from(score >= *from * NEARLY)).sum()
    }

    /// The mode of a kind; `None` if there is no such kind.
    #[must_use]
    pub fn mode(&self, kind: &Kind) -> Option<EngagementMode> {
        self.kinds.get(kind).map(|rule| rule.mode)
    }

    /// The formula after an edit.
    ///
    /// # Errors
    /// Every fault of the edit: a new kind without mode or points, a mode that changes, thresholds that do not rise.
    pub fn edited(&self, edit: EditFormula) -> Result<Self, Vec<Fault>> {
        let EditFormula { half_life_days, kinds, levels } = edit;
        let mut faults = Vec::new();
        let mut after = self.clone();
        after.half_life_days = half_life_days.unwrap_or(self.half_life_days);
        after.levels = levels.unwrap_or(self.levels);
        for (n, (kind, edit)) in kinds.into_iter().enumerate() {
            let EditKind { mode, points, cap } = edit;
            let known = self.kinds.get(&kind);
            if let (Some(known), Some(mode)) = (known, mode)
                && known.mode != mode
            {
                faults.push(Fault::new(format!("/kinds/{n}/mode"), Problem::Fixed));
            }
            for (member, is_there) in [("mode", mode.is_some()), ("points", points.is_some())] {
                if known.is_none() && !is_there {
                    faults.push(Fault::new(format!("/kinds/{n}/{member}"), Problem::Required));
                }
            }
            let (Some(mode), Some(points)) = (mode.or(known.map(|k| k.mode)), points.or(known.map(|k| k.points))) else { continue };
            let cap = cap.unwrap_or_else(|| known.and_then(|k| k.cap));
            after.kinds.insert(kind, KindRule { mode, points, cap });
        }
        for (n, pair) in after.levels.windows(2).enumerate() {
            if pair[1] <= pair[0] {
                faults.push(Fault::new(format!("/levels/{}", n + 1), Problem::NotRising));
            }
        }
        if after.kinds.len() > MOST_KINDS {
            faults.push(Fault::new("/kinds", Problem::OutOfRange { expected: Form::Items { least: 0, most: MOST_KINDS } }));
        }
        if faults.is_empty() { Ok(after) } else { Err(faults) }
    }
}

/// What is to be otherwise in the next version of a formula; what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EditFormula {
    /// The half-life in days.
    pub half_life_days: Option<u16>,
    /// Kinds to be changed or added, in the order they came.
    pub kinds: Vec<(Kind, EditKind)>,
    /// The thresholds of all levels.
    pub levels: Option<[f64; LEVELS]>,
}

/// What is to be otherwise of a kind.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct EditKind {
    /// Its mode: only of a new kind.
    pub mode: Option<EngagementMode>,
    /// What one is worth.
    pub points: Option<f64>,
    /// How many count within a window; `Some(None)` is all of them.
    pub cap: Option<Option<u32>>,
}

words! {
    /// Where a version of a formula stands.
    pub enum FormulaState {
        /// Figures are being made by it, while those by the version before are served.
        Building = "building",
        /// Figures are by it.
        InUse = "in_use",
        /// Another version took its place, or came before it was ever used.
        Past = "past",
    }
}

/// A version of an organization's formula.
#[derive(Clone, PartialEq, Debug)]
pub struct FormulaVersion {
    /// Its number. 1 is what every organization begins with.
    pub version: i32,
    /// What it says.
    pub formula: Formula,
    /// Where it stands.
    pub state: FormulaState,
    /// When it was made; `None` for what every organization begins with.
    pub made_at: Option<Moment>,
    /// By whose credentials.
    pub made_by: Option<String>,
    /// Since when figures are by it, or were for the first time.
    pub in_use_at: Option<Moment>,
}

impl FormulaVersion {
    /// What every organization begins with.
    #[must_use]
    pub fn first() -> Self {
        let formula = Formula::default();
        Self { version: 1, formula, state: FormulaState::InUse, made_at: None, made_by: None, in_use_at: None }
    }
}
