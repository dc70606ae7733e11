//! The roster: what is known of the people a batch of records speaks of, and what each record does to it.
//!
//! Records are taken one after the other, in memory; what came of it is then saved in one go. So a single record, a
//! batch and a file of any size go the same way, and a key that stands twice in a batch has its effect in order.

mod changes;
mod difference;
mod period;
mod person;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use changes::{Changes, Identity, Mark, Newcomer, PersonKnown, Recorded};
use difference::differences;
use period::Period;
use person::Person;

use super::employment::{Employment, Thread};
use super::record::{Fingerprint, Record, Source, Stint};
use super::vocabulary::Outcome;
use crate::alumni::{Origin, Particulars, Told, certainly_the_same, search_keys, sort_key};
use crate::error::{Fault, Oddity, Problem};
use crate::event::{Due, Event, Happening, Turn};
use crate::id::{AlumnusId, DepartureId, EmploymentId, EventId, Mint};
use crate::time::{Date, Moment};

/// What is known of the people a batch speaks of.
#[derive(Debug)]
pub struct Roster {
    source: Source,
    now: Moment,
    today: Date,
    mint: Mint,
    identities: HashMap<String, AlumnusId>,
    people: HashMap<AlumnusId, Person>,
    events: Vec<Event>,
    due: BTreeSet<Due>,
    new_identities: Vec<Identity>,
    reaffirmed: BTreeMap<EmploymentId, Moment>,
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
            identities: identities.into_iter().map(|i| (i.external_id, i.alumnus)).collect(),
            people,
            events: Vec::new(),
            due: BTreeSet::new(),
            new_identities: Vec::new(),
            reaffirmed: BTreeMap::new(),
        }
    }

    /// Takes one record. `warnings` are what is odd about it and goes into the answer.
    pub fn take(&mut self, record: Record, mut warnings: Vec<Fault>) -> Recorded {
        let alumnus = match self.who(&record) {
            Ok(alumnus) => alumnus,
            Err(fault) => return Recorded::rejected(Some(record.external_id), vec![fault]),
        };
        let source = self.source.clone();
        let person = self.person(alumnus);
        let (returns_before, deceased_before) = (person.returns(), person.is_deceased());
        let period = Period::find(&person.known.employments, &source, &record);
        let known = match period {
            Period::New => None,
            Period::Known(at) => Some(at),
            Period::Redated(at) => {
                warnings.push(Fault::new("/employment/hired_on", Problem::Odd { what: Oddity::HireDateCorrected }));
                Some(at)
            }
        };
        let known = known.and_then(|at| self.person(alumnus).known.employments.get(at).cloned());
        let fingerprint = record.fingerprint();
        if let Some(known) = &known {
            let answer = |outcome, problems| Recorded {
                external_id: Some(record.external_id.clone()),
                outcome,
                alumnus: Some(alumnus),
                employment: Some(known.id),
                departure: known.departure.map(|d| d.id),
                problems,
                changed: Vec::new(),
            };
            if matches!((record.source_updated_at, known.source_updated_at), (Some(told), Some(known)) if told < known) {
                return answer(Outcome::Stale, warnings);
            }
            if fingerprint == known.fingerprint || self.says_the_same(&record, known) {
                if let Some(at) = record.source_updated_at.filter(|at| known.source_updated_at.is_none_or(|known| known < *at)) {
                    self.reaffirm(alumnus, known.id, at);
                }
                return answer(Outcome::Unchanged, warnings);
            }
        }
        self.name(&record, alumnus);
        let Record { external_id, sequence, previous_external_ids: _, source_updated_at, particulars, stint } = record;
        let mut changed = self.hear(alumnus, particulars, &stint);
        let told = Version { external_id: external_id.clone(), sequence, source_updated_at, fingerprint, stint };
        let (version, outcome) = match known {
            None => (self.open(alumnus, told), Outcome::Created),
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
        Recorded {
            external_id: Some(external_id),
            outcome,
            alumnus: Some(alumnus),
            employment: Some(employment),
            departure,
            problems: warnings,
            changed: if outcome == Outcome::Updated { changed } else { Vec::new() },
        }
    }

    /// Everything that has to be written.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        let Self { now, today: _, mint: _, source, identities: _, people, events, due, new_identities, reaffirmed } = self;
        let mut changes = Changes { at: Some(now), identities: new_identities, events, due, reaffirmed, ..Changes::default() };
        let mut people: Vec<Person> = people.into_values().collect();
        people.sort_by_key(|person| person.known.id);
        for person in people {
            let Person { known, is_new, is_touched, is_told_anew, is_found_otherwise, sort_key_before, superseded, versions } = person;
            let sort_key = sort_key(&known.told);
            if is_new {
                changes.newcomers.push(Newcomer { id: known.id, sort_key });
            } else if is_touched {
                changes.touched.insert(known.id, (sort_key != sort_key_before).then_some(sort_key));
            }
            if is_told_anew || is_found_otherwise {
                let deceased = known.employments.iter().any(Employment::tells_of_death);
                changes.search_keys.push((known.id, search_keys(&known.told, deceased)));
                changes.likenesses.push((known.id, known.told.clone(), deceased));
                if !is_new {
                    changes.found_anew.insert(known.id);
                }
            }
            if is_told_anew {
                if !is_new {
                    changes.told_anew.insert(known.id);
                }
                let by = Origin::Source(source.clone());
                changes.told.extend(known.told.into_iter().find(|t| t.by == by).map(|told| (known.id, told)));
            }
            changes.superseded.extend(superseded);
            changes.employments.extend(versions);
        }
        changes
    }

    /// Whether a record that is written otherwise says just what is known: a repeated or left-out earlier id, say.
    fn says_the_same(&self, record: &Record, known: &Employment) -> bool {
        let by = Origin::Source(self.source.clone());
        let told = self.people.get(&known.alumnus).and_then(|p| p.known.told.iter().find(|told| told.by == by));
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

    /// Whom the record speaks of: by its ids, else somebody another source certainly means too, else somebody new.
    fn who(&mut self, record: &Record) -> Result<AlumnusId, Fault> {
        let ids = std::iter::once(&record.external_id).chain(&record.previous_external_ids);
        let known: BTreeSet<AlumnusId> = ids.filter_map(|id| self.identities.get(id).copied()).collect();
        let mut known = known.into_iter();
        match (known.next(), known.next()) {
            (Some(alumnus), None) => Ok(alumnus),
            (Some(_), Some(_)) => Err(Fault::new("/previous_external_ids", Problem::TwoPeople)),
            (None, _) => Ok(self.certain_match(&record.particulars).unwrap_or_else(|| AlumnusId::mint(&mut self.mint))),
        }
    }

    /// The one person whom another source certainly means too. Two of them are nobody in particular.
    fn certain_match(&self, told: &Particulars) -> Option<AlumnusId> {
        let by_this_source = Origin::Source(self.source.clone());
        let mut same = self.people.values().filter(|person| {
            let told_by_this = person.known.told.iter().any(|t| t.by == by_this_source);
            !told_by_this && person.known.told.iter().any(|t| certainly_the_same(told, &t.particulars))
        });
        match (same.next(), same.next()) {
            (Some(one), None) => Some(one.known.id),
            (None | Some(_), _) => None,
        }
    }

    /// Remembers the record's ids for the person, for ever.
    fn name(&mut self, record: &Record, alumnus: AlumnusId) {
        for external_id in std::iter::once(&record.external_id).chain(&record.previous_external_ids) {
            if !self.identities.contains_key(external_id) {
                self.identities.insert(external_id.clone(), alumnus);
                self.new_identities.push(Identity { external_id: external_id.clone(), alumnus });
            }
        }
    }

    /// Hears what the source says of the person, if the record is of their latest period there: an old period sent
    /// again must not bring an old address back. Gives the pointers of what is new.
    fn hear(&mut self, alumnus: AlumnusId, particulars: Particulars, stint: &Stint) -> Vec<String> {
        let (by, now) = (Origin::Source(self.source.clone()), self.now);
        let source = self.source.clone();
        let person = self.person(alumnus);
        let is_new = person.is_new && person.known.told.is_empty();
        let hired_on = stint.employment.hired_on;
        let later = person.known.employments.iter().any(|e| e.source == source && e.stint.employment.hired_on > hired_on);
        let told_before = person.known.told.iter().position(|told| told.by == by);
        let changed = match told_before.map(|at| &mut person.known.told[at]) {
            Some(told) if later || told.particulars == particulars => return Vec::new(),
            Some(told) => {
                let changed = differences("", &told.particulars, &particulars);
                // A version that nobody has stored yet is replaced, not followed.
                let version = told.version + i32::from(!person.is_told_anew);
                *told = Told { by, version, particulars, recorded_at: now };
                changed
            }
            None => {
                person.known.told.push(Told { by, version: 1, particulars, recorded_at: now });
                Vec::new()
            }
        };
        person.is_touched = true;
        person.is_told_anew = true;
        self.happened(alumnus, if is_new { Happening::AlumnusCreated {} } else { Happening::AlumnusUpdated {} });
        changed
    }

    /// A period that was not known.
    fn open(&mut self, alumnus: AlumnusId, told: Version) -> Employment {
        let id = EmploymentId::mint(&mut self.mint);
        self.happened(alumnus, Happening::EmploymentRecorded { employment_id: id });
        let departure = told.stint.departure.as_ref().map(|left| left.ended_on).map(|ended_on| {
            let thread = Thread { id: DepartureId::mint(&mut self.mint), version: 1, rescinded: false, recorded_at: self.now };
            self.tell_of_end(alumnus, id, thread.id, ended_on);
            thread
        });
        self.version(id, 1, alumnus, told, departure)
    }

    /// A known period, told anew. `changed` gets the pointers of what is different.
    fn retell(&mut self, known: Employment, mut told: Version, changed: &mut Vec<String>) -> Employment {
        let alumnus = known.alumnus;
        told.sequence = told.sequence.or(known.sequence);
        told.source_updated_at = told.source_updated_at.max(known.source_updated_at);
        let mut rest = differences("/employment", &known.stint.employment, &told.stint.employment);
        rest.extend(differences("/evaluation", &known.stint.evaluation, &told.stint.evaluation));
        if !rest.is_empty() {
            self.happened(alumnus, Happening::EmploymentCorrected { employment_id: known.id, changed: rest.clone() });
            changed.extend(rest);
        }
        let next = |thread: Thread, rescinded, now| Thread { version: thread.version + 1, rescinded, recorded_at: now, ..thread };
        let departure = match (known.departure, known.in_force(), told.stint.departure.as_ref().map(|l| l.ended_on)) {
            (None, _, None) => None,
            (None, _, Some(ended_on)) => {
                let thread = Thread { id: DepartureId::mint(&mut self.mint), version: 1, rescinded: false, recorded_at: self.now };
                changed.push("/departure".to_owned());
                self.tell_of_end(alumnus, known.id, thread.id, ended_on);
                Some(thread)
            }
            (Some(thread), Some(_), None) => {
                changed.push("/departure".to_owned());
                self.happened(alumnus, Happening::DepartureRescinded { departure_id: thread.id });
                told.stint.departure.clone_from(&known.stint.departure);
                Some(next(thread, true, self.now))
            }
            (Some(thread), None, None) => {
                told.stint.departure.clone_from(&known.stint.departure);
                Some(thread)
            }
            (Some(thread), None, Some(ended_on)) => {
                changed.push("/departure".to_owned());
                self.tell_of_end(alumnus, known.id, thread.id, ended_on);
                Some(next(thread, false, self.now))
            }
            (Some(thread), Some(before), Some(ended_on)) => {
                let differs = differences("/departure", &Some(before), &told.stint.departure.as_ref());
                if differs.is_empty() {
                    Some(thread)
                } else {
                    let (was, is) = (before.ended_on < self.today, ended_on < self.today);
                    self.happened(alumnus, Happening::DepartureCorrected { departure_id: thread.id, changed: differs.clone() });
                    if !is {
                        self.due.insert(Due { employment: known.id, what: Turn::DepartureEffective, on: ended_on.tomorrow() });
                    } else if !was {
                        self.happened(alumnus, Happening::DepartureEffective { departure_id: thread.id, ended_on });
                    }
                    changed.extend(differs);
                    Some(next(thread, false, self.now))
                }
            }
        };
        self.version(known.id, known.version + 1, alumnus, told, departure)
    }

    fn version(&self, id: EmploymentId, version: i32, alumnus: AlumnusId, told: Version, departure: Option<Thread>) -> Employment {
        let Version { external_id, sequence, source_updated_at, fingerprint, stint } = told;
        Employment {
            id,
            version,
            alumnus,
            source: self.source.clone(),
            external_id,
            sequence,
            stint,
            departure,
            fingerprint,
            source_updated_at,
            recorded_at: self.now,
            superseded_at: None,
        }
    }

    /// Tells of a departure that was not in force: at once if its day has passed, else on the day.
    fn tell_of_end(&mut self, alumnus: AlumnusId, employment: EmploymentId, departure_id: DepartureId, ended_on: Date) {
        if ended_on < self.today {
            self.happened(alumnus, Happening::DepartureEffective { departure_id, ended_on });
        } else {
            self.happened(alumnus, Happening::DepartureAnnounced { departure_id, ended_on });
            self.due.insert(Due { employment, what: Turn::DepartureEffective, on: ended_on.tomorrow() });
        }
    }

    /// Tells of periods that have become returns: at once if they have begun, else on the day.
    fn tell_of_returns(&mut self, alumnus: AlumnusId, before: &BTreeMap<EmploymentId, Date>) {
        for (employment_id, hired_on) in self.person(alumnus).returns() {
            if before.get(&employment_id) == Some(&hired_on) {
                continue;
            }
            if hired_on > self.today {
                self.due.insert(Due { employment: employment_id, what: Turn::Returned, on: hired_on });
            } else if before.get(&employment_id).is_none_or(|before| *before > self.today) {
                self.happened(alumnus, Happening::AlumnusReturned { employment_id, hired_on });
            }
        }
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
