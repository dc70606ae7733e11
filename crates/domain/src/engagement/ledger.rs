//! The ledger: what is known of the activities that records speak of, and what each record does to it.
//!
//! Records are taken one after the other, in memory; what came of it is then saved in one go. What a source dates
//! (`source_updated_at`) comes out the same in whatever order it arrives; what it does not date goes by arrival. Taking an
//! activity back is final, unless the source dates a record after it: whoever delivers a message twice must not bring back
//! what was taken back in between.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::activity::{Act, Activity, ActivityOutcome, ActivityRecord, ActivityRecorded, Change, Whom};
use super::formula::Formula;
use crate::departures::Source;
use crate::error::{Fault, Problem};
use crate::id::{ActivityId, AlumnusId, Mint};
use crate::time::{Moment, Zone};

/// An activity that was taken back before anybody had told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tombstone {
    /// The source.
    pub source: Source,
    /// Its id there.
    pub external_id: String,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
}

/// A source, and an id there.
type Key = (Source, String);

/// Somebody, and the id under which what is told of them is kept, if that was merged into theirs.
type Known = (AlumnusId, Option<AlumnusId>);

/// What is known of the activities that records speak of.
#[derive(Debug)]
pub struct Ledger<'f> {
    now: Moment,
    zone: Zone,
    mint: Mint,
    formula: &'f Formula,
    people: HashMap<Whom, Known>,
    before: HashMap<Key, Activity>,
    known: HashMap<Key, Activity>,
    tombstones: BTreeMap<Key, Option<Moment>>,
    touched: BTreeSet<Key>,
    /// Keys whose tombstones are written anew, or are needed no more.
    buried: BTreeSet<Key>,
    risen: BTreeSet<Key>,
}

impl<'f> Ledger<'f> {
    /// What is known of activities, and whom the records may name: with the id under which what is told of them is kept, if
    /// that was merged into theirs.
    #[must_use]
    pub fn new(
        (now, zone): (Moment, Zone),
        mint: Mint,
        formula: &'f Formula,
        people: HashMap<Whom, Known>,
        known: Vec<Activity>,
        tombstones: Vec<Tombstone>,
    ) -> Self {
        let before: HashMap<Key, Activity> = known.into_iter().map(|a| ((a.source.clone(), a.external_id.clone()), a)).collect();
        // What is learnt now is learnt after everything that is known, whatever the clocks of two instances say.
        let now = before.values().map(|activity| activity.updated_at.next()).fold(now, Moment::max);
        let tombstones = tombstones.into_iter().map(|t| ((t.source, t.external_id), t.source_updated_at)).collect();
        let (touched, buried, risen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { now, zone, mint, formula, people, known: before.clone(), before, tombstones, touched, buried, risen }
    }

    /// Takes one record.
    pub fn take(&mut self, record: ActivityRecord) -> ActivityRecorded {
        let external_id = record.external_id.clone();
        match self.judge(record) {
            Ok((outcome, known)) => {
                let (activity, alumnus) = known.map_or((None, None), |a| (Some(a.id), Some(a.alumnus)));
                ActivityRecorded { external_id: Some(external_id), outcome, activity, alumnus, problems: Vec::new() }
            }
            Err(faults) => ActivityRecorded::rejected(Some(external_id), faults),
        }
    }

    fn judge(&mut self, record: ActivityRecord) -> Result<(ActivityOutcome, Option<Activity>), Vec<Fault>> {
        let ActivityRecord { source, external_id, source_updated_at, act } = record;
        let key = (source, external_id);
        let told = match act {
            Some(act) => Some(self.told(&act)?),
            None => None,
        };
        match (self.known.get(&key).cloned(), told) {
            (Some(known), Some((act, whom))) => Ok(self.correct(key, known, source_updated_at, &act, whom)),
            (Some(known), None) => Ok(self.retract(key, known, source_updated_at)),
            (None, Some((act, whom))) => Ok(self.create(key, source_updated_at, act, whom)),
            (None, None) => Ok(self.bury(key, source_updated_at)),
        }
    }

    /// What an act says, if it can be so: whom it names, and of which kind it is.
    fn told(&self, act: &Act) -> Result<(Act, Known), Vec<Fault>> {
        let mut faults = Vec::new();
        if !self.formula.kinds.contains_key(&act.kind) {
            let known = self.formula.kinds.keys().map(|kind| kind.as_str().to_owned()).collect();
            faults.push(Fault::new("/kind", Problem::UnknownKind { known }));
        }
        let whom = self.people.get(&act.whom).copied();
        if whom.is_none() {
            let place = match act.whom {
                Whom::Id(_) => "/alumnus_id",
                Whom::Named(..) => "/person",
            };
            faults.push(Fault::new(place, Problem::UnknownPerson));
        }
        match whom {
            Some(whom) if faults.is_empty() => Ok((act.clone(), whom)),
            Some(_) | None => Err(faults),
        }
    }

    fn create(
        &mut self,
        key: Key,
        source_updated_at: Option<Moment>,
        act: Act,
        (alumnus, merged_from): Known,
    ) -> (ActivityOutcome, Option<Activity>) {
        if let Some(buried_at) = self.tombstones.get(&key) {
            if !is_later(source_updated_at, *buried_at) {
                return (ActivityOutcome::Stale, None);
            }
            self.tombstones.remove(&key);
            self.buried.remove(&key);
            self.risen.insert(key.clone());
        }
        let Act { whom: _, kind, channel, occurred_at, subject } = act;
        let activity = Activity {
            id: ActivityId::mint(&mut self.mint),
            alumnus,
            merged_from,
            source: key.0.clone(),
            external_id: key.1.clone(),
            kind,
            channel,
            occurred_at,
            day: self.zone.date_at(occurred_at),
            subject,
            source_updated_at,
            version: 1,
            recorded_at: self.now,
            updated_at: self.now,
            retracted_at: None,
        };
        self.keep(key, activity, ActivityOutcome::Created)
    }

    fn correct(
        &mut self,
        key: Key,
        known: Activity,
        source_updated_at: Option<Moment>,
        act: &Act,
        (alumnus, merged_from): Known,
    ) -> (ActivityOutcome, Option<Activity>) {
        let is_older = is_later(known.source_updated_at, source_updated_at);
        if is_older || (!known.is_live() && !is_later(source_updated_at, known.source_updated_at)) {
            return (ActivityOutcome::Stale, Some(known));
        }
        let dated = known.source_updated_at.max(source_updated_at);
        let says_the_same = known.is_live()
            && known.alumnus == alumnus
            && known.kind == act.kind
            && known.channel == act.channel
            && known.occurred_at == act.occurred_at
            && known.subject == act.subject;
        if says_the_same {
            // Only the date moves on: what the source dates between the two is older than this.
            let outcome = ActivityOutcome::Unchanged;
            return if dated == known.source_updated_at {
                (outcome, Some(known))
            } else {
                self.keep(key, Activity { source_updated_at: dated, ..known }, outcome)
            };
        }
        let Act { whom: _, kind, channel, occurred_at, subject } = act.clone();
        // The day stays with the moment: only another moment falls on another day.
        let day = if occurred_at == known.occurred_at { known.day } else { self.zone.date_at(occurred_at) };
        let corrected = Activity {
            alumnus,
            // Under which id it was told, as long as it is told of the same person.
            merged_from: if alumnus == known.alumnus { known.merged_from } else { merged_from },
            kind,
            channel,
            occurred_at,
            day,
            subject,
            source_updated_at: dated,
            version: known.version + 1,
            updated_at: self.now,
            retracted_at: None,
            ..known
        };
        self.keep(key, corrected, ActivityOutcome::Updated)
    }

    fn retract(&mut self, key: Key, known: Activity, source_updated_at: Option<Moment>) -> (ActivityOutcome, Option<Activity>) {
        if is_later(known.source_updated_at, source_updated_at) {
            return (ActivityOutcome::Stale, Some(known));
        }
        let dated = known.source_updated_at.max(source_updated_at);
        if !known.is_live() {
            let outcome = ActivityOutcome::Unchanged;
            return if dated == known.source_updated_at {
                (outcome, Some(known))
            } else {
                self.keep(key, Activity { source_updated_at: dated, ..known }, outcome)
            };
        }
        let retracted =
            Activity { source_updated_at: dated, version: known.version + 1, updated_at: self.now, retracted_at: Some(self.now), ..known };
        self.keep(key, retracted, ActivityOutcome::Retracted)
    }

    fn bury(&mut self, key: Key, source_updated_at: Option<Moment>) -> (ActivityOutcome, Option<Activity>) {
        let outcome = match self.tombstones.get(&key) {
            Some(before) if !is_later(source_updated_at, *before) => return (ActivityOutcome::Unchanged, None),
            Some(_) => ActivityOutcome::Unchanged,
            None => ActivityOutcome::Retracted,
        };
        self.tombstones.insert(key.clone(), source_updated_at);
        self.buried.insert(key);
        (outcome, None)
    }

    fn keep(&mut self, key: Key, activity: Activity, outcome: ActivityOutcome) -> (ActivityOutcome, Option<Activity>) {
        self.touched.insert(key.clone());
        self.known.insert(key, activity.clone());
        (outcome, Some(activity))
    }

    /// What came of all records: the changes of activities, those that were taken back before anybody told of them, and the
    /// keys of those that were told of after all.
    #[must_use]
    pub fn into_changes(self) -> (Vec<Change>, Vec<Tombstone>, Vec<(Source, String)>) {
        let Self { before, mut known, tombstones, touched, buried, risen, .. } = self;
        let change = |key: &Key| known.remove(key).map(|after| Change { before: before.get(key).cloned(), after });
        let changes = touched.iter().filter_map(change).collect();
        let tombstone = |key: &Key| {
            let (source, external_id) = key.clone();
            Tombstone { source, external_id, source_updated_at: tombstones.get(key).copied().flatten() }
        };
        (changes, buried.iter().map(tombstone).collect(), risen.into_iter().collect())
    }
}

/// Whether both are dated, and the one is after the other.
fn is_later(one: Option<Moment>, other: Option<Moment>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one > other)
}
