//! On whom changes of activities bear, and how.

use std::collections::{BTreeMap, BTreeSet};

use super::activity::{Activity, Change};
use super::formula::Formula;
use super::score::{Done, window, window_begins};
use crate::id::AlumnusId;
use crate::time::Moment;

/// What changes are to the people they bear on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bearing {
    /// Whose acts are only more than before, with the new ones.
    pub more: BTreeMap<AlumnusId, Vec<Done>>,
    /// Whose acts are otherwise than before: their figures are made anew.
    pub anew: BTreeSet<AlumnusId>,
}

impl Bearing {
    /// Of these changes.
    #[must_use]
    pub fn of(changes: &[Change]) -> Self {
        let mut bearing = Self::default();
        for Change { before, after } in changes {
            match before.as_ref().filter(|a| a.is_live()) {
                None if after.is_live() => bearing.more.entry(after.alumnus).or_default().push(Done::of(after)),
                None => {}
                Some(before) if after.is_live() && before.alumnus == after.alumnus && Done::of(before) == Done::of(after) => {}
                Some(before) => {
                    bearing.anew.insert(before.alumnus);
                    bearing.anew.insert(after.alumnus);
                }
            }
        }
        bearing.more.retain(|id, _| !bearing.anew.contains(id));
        bearing
    }

    /// The windows of acts of capped kinds, by the moments at which they begin and end: what must be known beside the new ones.
    #[must_use]
    pub fn windows(&self, formulas: &[&Formula]) -> Option<(Moment, Moment)> {
        let is_capped = |act: &&Done| formulas.iter().any(|f| f.kinds.get(&act.kind).is_some_and(|rule| rule.cap.is_some()));
        let windows = || self.more.values().flatten().filter(is_capped).map(|act| window(act.occurred_at));
        let (first, last) = (windows().min()?, windows().max()?);
        Some((window_begins(first), window_begins(last + 1)))
    }
}

impl Done {
    /// An activity as far as the score is concerned.
    #[must_use]
    pub fn of(activity: &Activity) -> Self {
        let Activity { occurred_at, source, external_id, kind, .. } = activity;
        Self { occurred_at: *occurred_at, source: source.as_str().to_owned(), external_id: external_id.clone(), kind: kind.clone() }
    }
}
