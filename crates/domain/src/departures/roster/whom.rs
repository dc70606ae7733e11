//! Whom a record speaks of.

use std::collections::BTreeSet;

use super::Roster;
use super::changes::Identity;
use crate::alumni::{Origin, Particulars, certainly_the_same};
use crate::departures::record::Record;
use crate::error::{Fault, Problem};
use crate::id::AlumnusId;

/// A person, and under which id what is told of them is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Whom {
    pub(super) alumnus: AlumnusId,
    /// An id that has been merged into theirs; `None` for their own.
    pub(super) under: Option<AlumnusId>,
}

impl Roster {
    /// Whom the record speaks of: by its ids, else somebody another source certainly means too; `None` if nobody knows.
    pub(super) fn whom(&self, record: &Record) -> Result<Option<Whom>, Fault> {
        let ids = || std::iter::once(&record.external_id).chain(&record.previous_external_ids).filter_map(|id| self.identities.get(id));
        let known: BTreeSet<AlumnusId> = ids().map(|whom| whom.alumnus).collect();
        if known.len() > 1 {
            return Err(Fault::new("/previous_external_ids", Problem::TwoPeople));
        }
        let is_decided = self.decided.as_ref() == Some(&record.external_id);
        Ok(ids().next().copied().or_else(|| if is_decided { None } else { self.certain_match(&record.particulars) }))
    }

    /// The one person whom another source certainly means too. Two of them are nobody in particular.
    fn certain_match(&self, told: &Particulars) -> Option<Whom> {
        let by_this_source = Origin::Source(self.source.clone());
        let mut same = self.people.values().filter_map(|person| {
            let told_by_this = person.known.told.iter().any(|t| t.by == by_this_source);
            let known = person.known.told.iter().find(|t| certainly_the_same(told, &t.particulars)).filter(|_| !told_by_this)?;
            Some(Whom { alumnus: person.known.id, under: known.merged_from })
        });
        match (same.next(), same.next()) {
            (Some(one), None) => Some(one),
            (None | Some(_), _) => None,
        }
    }

    /// Remembers the record's ids for the person, for ever. Gives the other records that were kept aside under these ids:
    /// whom they speak of is known now.
    pub(super) fn name(&mut self, record: &Record, whom: Whom) -> Vec<Record> {
        let mut waiting = Vec::new();
        for external_id in std::iter::once(&record.external_id).chain(&record.previous_external_ids) {
            if self.identities.contains_key(external_id) {
                continue;
            }
            let Whom { alumnus, under } = whom;
            self.identities.insert(external_id.clone(), whom);
            self.new_identities.push(Identity { external_id: external_id.clone(), alumnus, merged_from: under });
            waiting.extend(self.overtake(external_id, record));
        }
        waiting
    }
}
