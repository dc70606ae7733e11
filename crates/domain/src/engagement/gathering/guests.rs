//! The guest list: seats are given on it, one after the other, and whoever waits moves up. It is taken up by one unit of work at
//! a time, which holds the gathering.

use std::collections::BTreeMap;

use super::Gathering;
use super::registration::{Call, Registration, RegistrationMove, RegistrationState, RegistrationTurn, Step, Turned, bar};
use crate::departures::Source;
use crate::engagement::ActivityRecord;
use crate::error::{Error, Rule};
use crate::event::{Event, Happening};
use crate::id::{AlumnusId, EventId, Mint, RegistrationId};
use crate::time::Moment;
use crate::words::words;

/// How many come, as it is kept with the gathering.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Guests {
    /// How many have a seat.
    pub registered: i32,
    /// How many wait.
    pub waiting: i32,
    /// How many were there.
    pub attended: i32,
    /// The last place on the waiting list that was given to anybody.
    pub last_place: i32,
}

words! {
    /// What became of a guest who was put on the list.
    pub enum Enrolment {
        /// They were not on it.
        Created = "created",
        /// They were, and stand otherwise now.
        Updated = "updated",
        /// They were, just so.
        Unchanged = "unchanged",
        /// They cannot be put there, for the reasons given.
        Rejected = "rejected",
    }
}

words! {
    /// How somebody comes to the list.
    pub enum EnrolAs {
        /// They say yes: they get a seat, or wait for one.
        Registered = "registered",
        /// They are invited, and have not answered.
        Invited = "invited",
    }
}

/// A guest: who they are, the id under which they were told of, and where they should stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Who.
    pub alumnus: AlumnusId,
    /// The id it was told under, if that was merged into theirs.
    pub merged_from: Option<AlumnusId>,
    /// How they come to the list.
    pub as_: EnrolAs,
}

/// What is to be written.
#[derive(Debug)]
pub struct Unwritten {
    /// The gathering, with how many come.
    pub gathering: Gathering,
    /// Registrations that are new.
    pub new: Vec<Registration>,
    /// Registrations that are otherwise.
    pub changed: Vec<Registration>,
    /// What became of them.
    pub steps: Vec<Step>,
    /// The same, to be told.
    pub events: Vec<Event>,
    /// What that is in engagement.
    pub activities: Vec<ActivityRecord>,
}

/// The guest list of one gathering, as far as it is looked at.
#[derive(Debug)]
pub struct GuestList {
    gathering: Gathering,
    now: Moment,
    by: String,
    mint: Mint,
    before: BTreeMap<RegistrationId, Registration>,
    now_known: BTreeMap<RegistrationId, Registration>,
    steps: Vec<Step>,
    events: Vec<Event>,
}

impl GuestList {
    /// With those guests whom it is about.
    #[must_use]
    pub fn open(gathering: Gathering, known: Vec<Registration>, (now, by): (Moment, String), mint: Mint) -> Self {
        let before: BTreeMap<RegistrationId, Registration> = known.into_iter().map(|r| (r.id, r)).collect();
        Self { gathering, now, by, mint, now_known: before.clone(), before, steps: Vec::new(), events: Vec::new() }
    }

    /// By whose credentials it is said what comes now.
    pub fn hear(&mut self, by: String) {
        self.by = by;
    }

    /// The gathering as it is now.
    #[must_use]
    pub const fn gathering(&self) -> &Gathering {
        &self.gathering
    }

    /// Puts somebody on the list, or lets somebody who is on it say yes. Whoever said so already stays as they are.
    ///
    /// # Errors
    /// [`Error::Refused`] with what stands in the way.
    pub fn enrol(&mut self, standing: Standing) -> Result<(Enrolment, Registration), Error> {
        let Standing { alumnus, merged_from, as_ } = standing;
        let says_yes = as_ == EnrolAs::Registered;
        let known = self.now_known.values().find(|known| known.alumnus == alumnus && !known.is_double).cloned();
        let call = Call { to: RegistrationMove::Registered, at: None, reason: None };
        if let Some(known) = known {
            return if !says_yes || known.is_already(&call) || known.attended_at.is_some() {
                Ok((Enrolment::Unchanged, known))
            } else {
                Ok((Enrolment::Updated, self.call(known.id, &call)?))
            };
        }
        let state = if says_yes { RegistrationState::Registered } else { RegistrationState::Invited };
        if let Some(bar) = bar(&self.gathering, state, self.now) {
            return Err(Error::Refused(Rule::Registration { bar }));
        }
        let invited = Registration {
            id: RegistrationId::mint(&mut self.mint),
            gathering: self.gathering.id,
            alumnus,
            merged_from,
            state: RegistrationState::Invited,
            waiting_place: None,
            registered_at: None,
            attended_at: None,
            is_double: false,
            version: 0,
            created_at: self.now,
            updated_at: self.now,
        };
        let (registration, turn) = if says_yes { self.seated(invited) } else { (invited, RegistrationTurn::Invited) };
        Ok((Enrolment::Created, self.enter(registration, turn, None)))
    }

    /// Follows what is said of a registration. What is so already stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not on the list; those of the rules.
    pub fn call(&mut self, id: RegistrationId, call: &Call) -> Result<Registration, Error> {
        let known = self.now_known.get(&id).cloned().ok_or(Error::NotFound)?;
        if known.is_already(call) {
            return Ok(known);
        }
        known.permits(call, &self.gathering, self.now)?;
        let reason = call.reason.clone();
        let (registration, turn) = match call.to {
            RegistrationMove::Registered => self.seated(known),
            RegistrationMove::Declined => (Registration { state: RegistrationState::Declined, ..known }, RegistrationTurn::Declined),
            RegistrationMove::Withdrawn => {
                let withdrawn = Registration { state: RegistrationState::Withdrawn, waiting_place: None, ..known };
                (withdrawn, RegistrationTurn::Withdrawn)
            }
            RegistrationMove::Attended => {
                (Registration { attended_at: Some(call.at.unwrap_or(self.now)), ..known }, RegistrationTurn::Attended)
            }
            RegistrationMove::NotAttended => (Registration { attended_at: None, ..known }, RegistrationTurn::NotAttended),
        };
        Ok(self.enter(registration, turn, reason))
    }

    /// How many of those who wait move up now.
    #[must_use]
    pub fn free(&self) -> i32 {
        if !self.gathering.moves_up(self.now) {
            return 0;
        }
        self.gathering.seats_left().unwrap_or(i32::MAX).min(self.gathering.guests.waiting)
    }

    /// Gives seats to those who wait, the first in line first.
    pub fn move_up(&mut self, mut waiting: Vec<Registration>) {
        waiting.sort_by_key(|registration| registration.waiting_place);
        for known in waiting {
            if self.free() < 1 {
                return;
            }
            self.before.insert(known.id, known.clone());
            let seated = Registration { state: RegistrationState::Registered, waiting_place: None, ..known };
            let _ = self.enter(seated, RegistrationTurn::MovedUp, None);
        }
    }

    /// Settles which of the registrations of each person stands for the others, after people became one or were parted.
    pub fn settle(&mut self) {
        let mut people: BTreeMap<AlumnusId, Vec<Registration>> = BTreeMap::new();
        for registration in self.now_known.values() {
            people.entry(registration.alumnus).or_default().push(registration.clone());
        }
        for mut theirs in people.into_values() {
            theirs.sort_by_key(Registration::rank);
            // Seats become free before anybody takes one.
            for double in theirs.iter().skip(1).filter(|registration| !registration.is_double) {
                let _ = self.enter(Registration { is_double: true, ..double.clone() }, RegistrationTurn::Doubled, None);
            }
            if let Some(first) = theirs.first().filter(|registration| registration.is_double).cloned() {
                let alone = Registration { is_double: false, ..first };
                // Their seat may be gone meanwhile, and their place on the waiting list with it.
                let is_seated = alone.state == RegistrationState::Registered && alone.attended_at.is_none();
                let restored = if is_seated && self.gathering.moves_up(self.now) {
                    let registered_at = alone.registered_at;
                    Registration { registered_at, ..self.seated(alone).0 }
                } else {
                    alone
                };
                let _ = self.enter(restored, RegistrationTurn::Restored, None);
            }
        }
    }

    /// Gives a seat, or the next place on the waiting list.
    fn seated(&mut self, registration: Registration) -> (Registration, RegistrationTurn) {
        let registered_at = Some(self.now.max(registration.updated_at));
        // Whoever comes later does not go before those who wait.
        let has_seat = self.gathering.seats_left().is_none_or(|left| left > 0) && self.gathering.guests.waiting == 0;
        if has_seat {
            let state = RegistrationState::Registered;
            return (Registration { state, waiting_place: None, registered_at, ..registration }, RegistrationTurn::Registered);
        }
        self.gathering.guests.last_place += 1;
        let waiting_place = Some(self.gathering.guests.last_place);
        let state = RegistrationState::Waiting;
        (Registration { state, waiting_place, registered_at, ..registration }, RegistrationTurn::Waiting)
    }

    fn enter(&mut self, registration: Registration, turn: RegistrationTurn, reason: Option<String>) -> Registration {
        let before = self.now_known.get(&registration.id).or_else(|| self.before.get(&registration.id));
        let attended_before = before.and_then(|known| known.attended_at);
        // After what is known of it, whatever the clocks of two instances say.
        let at = before.map_or(self.now, |known| self.now.max(known.updated_at.next()));
        let guests = &mut self.gathering.guests;
        for (sign, side) in [(-1, before), (1, Some(&registration))] {
            let Some(side) = side.filter(|side| !side.is_double) else { continue };
            guests.registered += sign * i32::from(side.state == RegistrationState::Registered);
            guests.waiting += sign * i32::from(side.state == RegistrationState::Waiting);
            guests.attended += sign * i32::from(side.attended_at.is_some());
        }
        let registration = Registration { version: registration.version + 1, updated_at: at, ..registration };
        let Registration { id, version, state, waiting_place, attended_at, .. } = registration;
        self.steps.push(Step {
            registration: id,
            version,
            state,
            waiting_place,
            attended_at,
            attended_before,
            at,
            by: self.by.clone(),
            reason,
            is_amendment: attended_at != attended_before && self.gathering.is_final(self.now),
        });
        let what = Turned { registration_id: id, gathering_id: registration.gathering, what: turn };
        let id = EventId::mint(&mut self.mint);
        self.events.push(Event { id, alumnus: registration.alumnus, at, what: Happening::Registration(what) });
        self.now_known.insert(registration.id, registration.clone());
        registration
    }

    /// What is to be written so far; the list stays open, as if it were written.
    pub fn take(&mut self, source: &Source) -> Unwritten {
        let (mut new, mut changed, mut activities) = (Vec::new(), Vec::new(), Vec::new());
        for (id, registration) in &self.now_known {
            let before = self.before.get(id);
            if before == Some(registration) {
                continue;
            }
            activities.extend(registration.tells(before, &self.gathering.plan, source));
            if before.is_some() { &mut changed } else { &mut new }.push(registration.clone());
        }
        self.before = self.now_known.clone();
        let (steps, events) = (std::mem::take(&mut self.steps), std::mem::take(&mut self.events));
        Unwritten { gathering: self.gathering.clone(), new, changed, steps, events, activities }
    }
}

impl Unwritten {
    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
