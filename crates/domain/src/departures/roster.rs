//! The roster: what is known of the people a batch of records speaks of, and what each record does to it.
//!
//! Records are taken one after the other, in memory; what came of it is then saved in one go. So a single record, a
//! batch and a file of any size go the same way, and a key that stands twice in a batch has its effect in order.

mod aside;
mod changes;
mod difference;
mod period;
mod person;
mod retelling;
#[cfg(test)]
mod tests;
mod whom;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use changes::{Changes, Identity, Mark, Newcomer, PersonKnown, Recorded};
use difference::differences;
use period::Period;
use person::Person;
use whom::Whom;

use super::employment::Employment;
use super::record::{Fingerprint, Record, Source, Stint};
use super::vocabulary::Outcome;
use crate::alumni::{Origin, Particulars, Told, search_keys, sort_key};
use crate::error::{Fault, Oddity, Problem};
use crate::event::{Due, Event, Happening};
use crate::id::{AlumnusId, EmploymentId, EventId, HeldRecordId, Mint};
use crate::identity::{HeldRecord, Suspect};
use crate::time::{Date, Moment};

/// What is known of the people a batch speaks of.
#[derive(Debug)]
pub struct Roster {
    source: Source,
    now: Moment,
    today: Date,
    mint: Mint,
    identities: HashMap<String, Whom>,
    people: HashMap<AlumnusId, Person>,
    events: Vec<Event>,
    due: BTreeSet<Due>,
    new_identities: Vec<Identity>,
    reaffirmed: BTreeMap<EmploymentId, Moment>,
    aside: HashMap<String, Vec<HeldRecord>>,
    suspects: HashMap<Fingerprint, Vec<Suspect>>,
    decided: Option<String>,
    held: BTreeMap<HeldRecordId, HeldRecord>,
}

impl Roster {
    /// What is known of the people that records of `source` speak of: by the ids the source gives, and the people whom
    /// other sources know under the same employee numbers.
    #[must_use]
    pub fn new(
        source: Source,
        now: Moment,
        today: Date,
        mint: Mint,
        identities: impl IntoIterator<Item = Identity>,
        people: impl IntoIterator<Item = PersonKnown>,
    ) -> Self {
        let people: HashMap<AlumnusId, Person> = people.into_iter().map(|known| (known.id, Person::of(known, false))).collect();
        // What is learnt now is learnt after everything that is known, whatever the clocks of two instances say:
        // otherwise two versions would both have been known at one moment.
        let learnt = people
            .values()
            .flat_map(|p| p.known.employments.iter().map(|e| e.recorded_at).chain(p.known.told.iter().map(|t| t.recorded_at)));
        let now = learnt.max().map_or(now, |last| now.max(last.next()));
        Self {
            source,
            now,
            today,
            mint,
            identities: identities
                .into_iter()
                .map(|Identity { external_id, alumnus, merged_from }| (external_id, Whom { alumnus, under: merged_from }))
                .collect(),
            people,
            events: Vec::new(),
            due: BTreeSet::new(),
            new_identities: Vec::new(),
            reaffirmed: BTreeMap::new(),
            aside: HashMap::new(),
            suspects: HashMap::new(),
            decided: None,
            held: BTreeMap::new(),
        }
    }

    /// With what is kept aside under the ids that nobody knows, and whom their records may speak of.
    #[must_use]
    pub fn doubting(mut self, aside: Vec<HeldRecord>, suspects: HashMap<Fingerprint, Vec<Suspect>>) -> Self {
        for held in aside {
            self.aside.entry(held.external_id.clone()).or_default().push(held);
        }
        self.suspects = suspects;
        self
    }

    /// Somebody has decided whom this id names, if nobody knows it: somebody new, whoever they resemble.
    #[must_use]
    pub fn decided(mut self, external_id: String) -> Self {
        self.decided = Some(external_id);
        self
    }

    /// Takes one record. `warnings` are what is odd about it and goes into the answer.
    pub fn take(&mut self, record: Record, mut warnings: Vec<Fault>) -> Recorded {
        let fingerprint = record.fingerprint();
        let whom = match self.whom(&record) {
            Ok(Some(whom)) => whom,
            Ok(None) => match self.doubt(&record, fingerprint, &warnings) {
                Some(held) => return held,
                None => Whom { alumnus: AlumnusId::mint(&mut self.mint), under: None },
            },
            Err(fault) => return Recorded::rejected(Some(record.external_id), vec![fault]),
        };
        let Whom { alumnus, under } = whom;
        let source = self.source.clone();
        let person = self.person(alumnus);
        let (returns_before, deceased_before) = (person.returns(), person.is_deceased());
        let period = Period::find(&person.known.employments, &source, under, &record);
        let known = match period {
            Period::New => None,
            Period::Known(at) => Some(at),
            Period::Redated(at) => {
                warnings.push(Fault::new("/employment/hired_on", Problem::Odd { what: Oddity::HireDateCorrected }));
                Some(at)
            }
        };
        let known = known.and_then(|at| self.person(alumnus).known.employments.get(at).cloned());
        if let Some(known) = &known {
            let answer = |outcome, problems| Recorded {
                external_id: Some(record.external_id.clone()),
                outcome,
                alumnus: Some(alumnus),
                employment: Some(known.id),
                departure: known.departure.map(|d| d.id),
                problems,
                changed: Vec::new(),
                held: None,
            };
            if matches!((record.source_updated_at, known.source_updated_at), (Some(told), Some(known)) if told < known) {
                return answer(Outcome::Stale, warnings);
            }
            if fingerprint == known.fingerprint || self.says_the_same(&record, known, under) {
                if let Some(at) = record.source_updated_at.filter(|at| known.source_updated_at.is_none_or(|known| known < *at)) {
                    self.reaffirm(alumnus, known.id, at);
                }
                return answer(Outcome::Unchanged, warnings);
            }
        }
        let waiting = self.name(&record, whom);
        let Record { external_id, sequence, previous_external_ids: _, source_updated_at, particulars, stint } = record;
        let mut changed = self.hear(whom, particulars, &stint);
        let told = Version { external_id: external_id.clone(), sequence, source_updated_at, fingerprint, stint };
        let (version, outcome) = match known {
            None => (self.open(whom, told), Outcome::Created),
            Some(known) => (self.retell(known, told, &mut changed), Outcome::Updated),
        };
        let (employment, departure) = (version.id, version.departure.map(|d| d.id));
        self.person(alumnus).put(version);
        self.tell_of_returns(alumnus, &returns_before);
        if !deceased_before && self.person(alumnus).is_deceased() {
            self.happened(alumnus, Happening::AlumnusDeceased {});
        }
        if deceased_before != self.person(alumnus).is_deceased() {
            self.person(alumnus).is_found_otherwise = true;
        }
        for record in waiting {
            self.take(record, Vec::new());
        }
        Recorded {
            external_id: Some(external_id),
            outcome,
            alumnus: Some(alumnus),
            employment: Some(employment),
            departure,
            problems: warnings,
            changed: if outcome == Outcome::Updated { changed } else { Vec::new() },
            held: None,
        }
    }

    /// Everything that has to be written.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        let Self {
            now,
            today: _,
            mint: _,
            source,
            identities: _,
            people,
            events,
            due,
            new_identities,
            reaffirmed,
            aside: _,
            suspects: _,
            decided: _,
            held,
        } = self;
        let held = held.into_values().collect();
        let mut changes = Changes { at: Some(now), identities: new_identities, events, due, reaffirmed, held, ..Changes::default() };
        let mut people: Vec<Person> = people.into_values().collect();
        people.sort_by_key(|person| person.known.id);
        for person in people {
            let Person { known, is_new, is_touched, told_anew, is_found_otherwise, sort_key_before, superseded, versions } = person;
            let sort_key = sort_key(&known.told);
            if is_new {
                changes.newcomers.push(Newcomer { id: known.id, sort_key });
            } else if is_touched {
                changes.touched.insert(known.id, (sort_key != sort_key_before).then_some(sort_key));
            }
            if !told_anew.is_empty() || is_found_otherwise {
                let deceased = known.employments.iter().any(Employment::tells_of_death);
                changes.search_keys.push((known.id, search_keys(&known.told, deceased)));
                changes.likenesses.push((known.id, known.told.clone(), deceased));
                if !is_new {
                    changes.found_anew.insert(known.id);
                }
            }
            if !is_new {
                changes.told_anew.extend(told_anew.iter().map(|under| under.unwrap_or(known.id)));
            }
            let by = Origin::Source(source.clone());
            let anew = known.told.into_iter().filter(|t| t.by == by && told_anew.contains(&t.merged_from));
            changes.told.extend(anew.map(|told| (known.id, told)));
            changes.superseded.extend(superseded);
            changes.employments.extend(versions);
        }
        changes
    }

    /// Whether a record that is written otherwise says just what is known: a repeated or left-out earlier id, say.
    fn says_the_same(&self, record: &Record, known: &Employment, under: Option<AlumnusId>) -> bool {
        let by = Origin::Source(self.source.clone());
        let told = self.people.get(&known.alumnus).and_then(|p| p.known.told.iter().find(|t| t.by == by && t.merged_from == under));
        let names_nobody_new = record.previous_external_ids.iter().all(|id| self.identities.contains_key(id));
        names_nobody_new
            && (record.sequence.is_none() || record.sequence == known.sequence)
            && record.stint.employment == known.stint.employment
            && record.stint.evaluation == known.stint.evaluation
            && record.stint.departure.as_ref() == known.in_force()
            && told.is_some_and(|told| told.particulars == record.particulars)
    }

    /// The person a record speaks of, who must be in the roster.
    fn person(&mut self, id: AlumnusId) -> &mut Person {
        self.people.entry(id).or_insert_with(|| Person::of(PersonKnown { id, told: Vec::new(), employments: Vec::new() }, true))
    }

    fn happened(&mut self, alumnus: AlumnusId, what: Happening) {
        let id = EventId::mint(&mut self.mint);
        self.events.push(Event { id, alumnus, at: self.now, what });
    }

    /// Hears what the source says of the person, if the record is of their latest period there: an old period sent
    /// again must not bring an old address back. Gives the pointers of what is new.
    fn hear(&mut self, Whom { alumnus, under }: Whom, particulars: Particulars, stint: &Stint) -> Vec<String> {
        let (by, now) = (Origin::Source(self.source.clone()), self.now);
        let source = self.source.clone();
        let person = self.person(alumnus);
        let is_new = person.is_new && person.known.told.is_empty();
        let hired_on = stint.employment.hired_on;
        let theirs = |e: &&Employment| e.source == source && e.merged_from == under;
        let later = person.known.employments.iter().filter(theirs).any(|e| e.stint.employment.hired_on > hired_on);
        let told_before = person.known.told.iter().position(|told| told.by == by && told.merged_from == under);
        let changed = match told_before.map(|at| &mut person.known.told[at]) {
            Some(told) if later || told.particulars == particulars => return Vec::new(),
            Some(told) => {
                let changed = differences("", &told.particulars, &particulars);
                // A version that nobody has stored yet is replaced, not followed.
                let version = told.version + i32::from(!person.told_anew.contains(&under));
                *told = Told { by, merged_from: under, version, particulars, recorded_at: now };
                changed
            }
            None => {
                person.known.told.push(Told { by, merged_from: under, version: 1, particulars, recorded_at: now });
                Vec::new()
            }
        };
        person.is_touched = true;
        person.told_anew.insert(under);
        self.happened(alumnus, if is_new { Happening::AlumnusCreated {} } else { Happening::AlumnusUpdated {} });
        changed
    }

    /// The same words at a later time of the source: remembered, so that what lies between is stale.
    fn reaffirm(&mut self, alumnus: AlumnusId, employment: EmploymentId, at: Moment) {
        let person = self.person(alumnus);
        let known = person.known.employments.iter_mut().find(|e| e.id == employment);
        let fresh = person.versions.iter_mut().find(|e| e.id == employment && e.superseded_at.is_none());
        let is_stored = fresh.is_none();
        for version in known.into_iter().chain(fresh) {
            version.source_updated_at = Some(at);
        }
        if is_stored {
            self.reaffirmed.insert(employment, at);
        }
    }
}

/// What a record says of one period, beside who it speaks of.
struct Version {
    external_id: String,
    sequence: Option<i32>,
    source_updated_at: Option<Moment>,
    fingerprint: Fingerprint,
    stint: Stint,
}
