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

    /// Whose acts of capped kinds must be known beside the new ones, and from when to when: of each window, which ends where the
    /// next one begins, those who have new ones in it. Somebody's whole history is read for nobody.
    #[must_use]
    pub fn beside(&self, formulas: &[&Formula]) -> BTreeMap<(Moment, Moment), Vec<AlumnusId>> {
        let is_capped = |act: &&Done| formulas.iter().any(|f| f.kinds.get(&act.kind).is_some_and(|rule| rule.cap.is_some()));
        let mut beside: BTreeMap<(Moment, Moment), Vec<AlumnusId>> = BTreeMap::new();
        for (id, new) in &self.more {
            let windows: BTreeSet<i64> = new.iter().filter(is_capped).map(|act| window(act.occurred_at)).collect();
            for window in windows {
                beside.entry((window_begins(window), window_begins(window + 1))).or_default().push(*id);
            }
        }
        beside
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
