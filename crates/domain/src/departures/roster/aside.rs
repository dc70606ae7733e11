//! Records that are kept aside, because somebody known may be meant, until a person decides.

use super::Roster;
use super::changes::Recorded;
use crate::departures::record::{Fingerprint, Record};
use crate::error::Fault;
use crate::event::Happening;
use crate::id::{AlumnusId, HeldRecordId};
use crate::identity::{DOUBT, HeldRecord, HeldStatus, SilentReturn};

impl Roster {
    /// The answer to a record of an id that nobody knows, if it has to wait. It waits if somebody known may be meant, or
    /// if another period of the same id does: one id is one person, and is decided once.
    pub(super) fn doubt(&mut self, record: &Record, fingerprint: Fingerprint, warnings: &[Fault]) -> Option<Recorded> {
        if self.decided.as_ref() == Some(&record.external_id) {
            return None;
        }
        let mut suspects = self.suspects.get(&fingerprint).cloned().unwrap_or_default();
        suspects.retain(|suspect| suspect.probability >= DOUBT);
        suspects.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.alumnus.cmp(&b.alumnus)));
        let period = HeldRecord::period_of(record);
        let aside = self.aside.entry(record.external_id.clone()).or_default();
        let held = |id| Some(Recorded::held(record.external_id.clone(), id, warnings.to_vec()));
        let at = aside.iter().position(|held| held.period == period);
        let discarded = aside.iter().find(|held| held.is_open() && held.is_discarded()).and_then(|held| held.verdict.clone());
        let others_wait = aside.iter().any(|held| held.is_open() && held.period != period);
        if let Some(at) = at.filter(|at| aside[*at].is_open()) {
            let known = &mut aside[at];
            if known.settles(record, fingerprint) {
                return held(known.id);
            }
            if suspects.is_empty() && !others_wait && !known.is_discarded() {
                // What the source says now leaves no doubt: the record goes in.
                return None;
            }
            known.record = Some(record.clone());
            known.fingerprint = fingerprint;
            known.suspects = suspects;
            known.updated_at = self.now;
            known.expect_return();
            let back = known.tell_return(self.today);
            let known = known.clone();
            let id = known.id;
            self.put_aside(known);
            self.suspect_return(id, back);
            return held(id);
        }
        if suspects.is_empty() && !others_wait {
            return None;
        }
        let id = at.map_or_else(|| HeldRecordId::mint(&mut self.mint), |at| aside.remove(at).id);
        let status = if discarded.is_some() { HeldStatus::Decided } else { HeldStatus::Waiting };
        let mut kept = HeldRecord {
            id,
            source: self.source.clone(),
            external_id: record.external_id.clone(),
            period,
            record: Some(record.clone()),
            fingerprint,
            suspects,
            status,
            verdict: discarded,
            silent_return: SilentReturn::None,
            held_at: self.now,
            updated_at: self.now,
        };
        // Somebody is employed who may have left us: told at once, or on their first day, whoever decides it later.
        kept.expect_return();
        let back = kept.tell_return(self.today);
        aside.push(kept.clone());
        self.put_aside(kept);
        self.suspect_return(id, back);
        held(id)
    }

    fn suspect_return(&mut self, held_record_id: HeldRecordId, back: Option<AlumnusId>) {
        if let Some(alumnus) = back {
            self.happened(alumnus, Happening::AlumnusReturnSuspected { held_record_id });
        }
    }

    /// An id has come to be known by this record: what waited under it goes in. Gives the records of its other periods.
    pub(super) fn overtake(&mut self, external_id: &str, by: &Record) -> Vec<Record> {
        let period = (by.external_id == external_id).then(|| HeldRecord::period_of(by));
        let mut others = Vec::new();
        for mut held in self.aside.remove(external_id).unwrap_or_default() {
            if !held.is_open() {
                continue;
            }
            if period.as_ref() != Some(&held.period) {
                others.extend(held.record.clone());
            }
            held.overtake(self.now);
            self.put_aside(held);
        }
        others
    }

    /// The newest state of each is what will be kept.
    fn put_aside(&mut self, held: HeldRecord) {
        self.held.insert(held.id, held);
    }
}
