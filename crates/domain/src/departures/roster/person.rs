//! A person in the roster.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::PersonKnown;
use crate::alumni::sort_key;
use crate::departures::Employment;
use crate::id::{AlumnusId, EmploymentId};
use crate::time::Date;

/// A person in the roster, and what of them has to be written.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) known: PersonKnown,
    pub(super) is_new: bool,
    pub(super) is_touched: bool,
    /// Under which ids the source says something else now; `None` is their own.
    pub(super) told_anew: BTreeSet<Option<AlumnusId>>,
    /// They have died, or that was a mistake: they are found by other keys.
    pub(super) is_found_otherwise: bool,
    pub(super) sort_key_before: String,
    pub(super) superseded: Vec<EmploymentId>,
    pub(super) versions: Vec<Employment>,
}

impl Person {
    pub(super) fn of(known: PersonKnown, is_new: bool) -> Self {
        let sort_key_before = sort_key(&known.told);
        let (superseded, versions) = (Vec::new(), Vec::new());
        let told_anew = BTreeSet::new();
        Self { known, is_new, is_touched: false, told_anew, is_found_otherwise: false, sort_key_before, superseded, versions }
    }

    pub(super) fn returns(&self) -> BTreeMap<EmploymentId, Date> {
        self.known.returns()
    }

    pub(super) fn is_deceased(&self) -> bool {
        self.known.is_deceased()
    }

    /// Puts a new version in the place of the one that is known, or beside the others.
    pub(super) fn put(&mut self, version: Employment) {
        self.is_touched = true;
        if let Some(known) = self.known.employments.iter_mut().find(|e| e.id == version.id) {
            match self.versions.iter_mut().find(|e| e.id == version.id && e.superseded_at.is_none()) {
                Some(fresh) => fresh.superseded_at = Some(version.recorded_at),
                None => self.superseded.push(version.id),
            }
            *known = version.clone();
        } else {
            self.known.employments.push(version.clone());
        }
        self.versions.push(version);
    }
}
