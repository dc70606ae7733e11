//! What a record makes of the period it speaks of: a first version, or another one.

use std::collections::BTreeMap;

use super::difference::differences;
use super::whom::Whom;
use super::{Roster, Version};
use crate::departures::employment::{Employment, Thread};
use crate::event::{Due, Happening, Turn};
use crate::id::{AlumnusId, DepartureId, EmploymentId};
use crate::time::Date;

impl Roster {
    /// A period that was not known.
    pub(super) fn open(&mut self, whom: Whom, told: Version) -> Employment {
        let alumnus = whom.alumnus;
        let id = EmploymentId::mint(&mut self.mint);
        self.happened(alumnus, Happening::EmploymentRecorded { employment_id: id });
        let departure = told.stint.departure.as_ref().map(|left| left.ended_on).map(|ended_on| {
            let thread = Thread { id: DepartureId::mint(&mut self.mint), version: 1, rescinded: false, recorded_at: self.now };
            self.tell_of_end(alumnus, id, thread.id, ended_on);
            thread
        });
        self.version(id, 1, whom, told, departure)
    }

    /// A known period, told anew. `changed` gets the pointers of what is different.
    pub(super) fn retell(&mut self, known: Employment, mut told: Version, changed: &mut Vec<String>) -> Employment {
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
        self.version(known.id, known.version + 1, Whom { alumnus, under: known.merged_from }, told, departure)
    }

    fn version(&self, id: EmploymentId, version: i32, whom: Whom, told: Version, departure: Option<Thread>) -> Employment {
        let Version { external_id, sequence, source_updated_at, fingerprint, stint } = told;
        Employment {
            id,
            version,
            alumnus: whom.alumnus,
            merged_from: whom.under,
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
    pub(super) fn tell_of_returns(&mut self, alumnus: AlumnusId, before: &BTreeMap<EmploymentId, Date>) {
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
}
