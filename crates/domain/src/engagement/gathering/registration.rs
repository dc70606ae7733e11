//! One guest of a gathering.

use serde::Serialize;

use super::{Bar, Gathering, GatheringState};
use crate::departures::Source;
use crate::engagement::{Act, ActivityChannel, ActivityRecord, Kind, Subject, SubjectType, Whom};
use crate::error::{Error, Problem, Rule};
use crate::id::{AlumnusId, GatheringId, RegistrationId};
use crate::time::Moment;
use crate::words::words;

words! {
    /// Where a registration stands.
    pub enum RegistrationState {
        /// Invited, and has not answered.
        Invited = "invited",
        /// Has a seat.
        Registered = "registered",
        /// Said yes, and waits for a seat.
        Waiting = "waiting",
        /// Said no to the invitation.
        Declined = "declined",
        /// Said yes, and comes not after all.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What can be said of a registration.
    pub enum RegistrationMove {
        /// They say yes: they get a seat, or wait for one.
        Registered = "registered",
        /// They say no to the invitation.
        Declined = "declined",
        /// They come not after all: whoever waits first moves up.
        Withdrawn = "withdrawn",
        /// They are there, or were.
        Attended = "attended",
        /// They were not there after all.
        NotAttended = "not_attended",
    }
}

impl RegistrationState {
    /// What can be said of somebody who stands here, and is known to have been there or not.
    #[must_use]
    pub const fn next(self, attended: bool) -> &'static [RegistrationMove] {
        use RegistrationMove::{Attended, Declined, NotAttended, Registered, Withdrawn};
        match (self, attended) {
            (_, true) => &[NotAttended],
            (Self::Invited, false) => &[Registered, Declined, Attended],
            (Self::Registered | Self::Waiting, false) => &[Withdrawn, Attended],
            (Self::Declined | Self::Withdrawn, false) => &[Registered],
        }
    }

    /// Whether they said yes.
    #[must_use]
    pub const fn says_yes(self) -> bool {
        matches!(self, Self::Registered | Self::Waiting)
    }
}

words! {
    /// What became of a registration.
    pub enum RegistrationTurn {
        /// They were invited.
        Invited = "invited",
        /// They have a seat.
        Registered = "registered",
        /// They wait for a seat.
        Waiting = "waiting",
        /// They waited, and have a seat now.
        MovedUp = "moved_up",
        /// They said no.
        Declined = "declined",
        /// They come not after all.
        Withdrawn = "withdrawn",
        /// They were there.
        Attended = "attended",
        /// They were not there after all.
        NotAttended = "not_attended",
        /// Another registration of the same person stands for it: two people became one.
        Doubled = "doubled",
        /// It stands for itself again: the two were parted.
        Restored = "restored",
    }
}

/// One guest of a gathering.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The gathering.
    pub gathering: GatheringId,
    /// Whose.
    pub alumnus: AlumnusId,
    /// The id it was told under, where that was merged into theirs.
    pub merged_from: Option<AlumnusId>,
    /// Where it stands.
    pub state: RegistrationState,
    /// Their place on the waiting list, if they wait: whoever has the lowest moves up first.
    pub waiting_place: Option<i32>,
    /// When they last said yes.
    pub registered_at: Option<Moment>,
    /// When they were there.
    pub attended_at: Option<Moment>,
    /// Whether another registration of the same person stands for it: it has no seat, and counts nothing.
    pub is_double: bool,
    /// Counts what became of it, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// What is said of a registration, by whom and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// What.
    pub to: RegistrationMove,
    /// When they were there; now if `None`.
    pub at: Option<Moment>,
    /// Why.
    pub reason: Option<String>,
}

/// One step in the life of a registration, as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The registration.
    pub registration: RegistrationId,
    /// What it became.
    pub version: i32,
    /// Where it stands since.
    pub state: RegistrationState,
    /// Its place on the waiting list since.
    pub waiting_place: Option<i32>,
    /// When they were there, as it is known since.
    pub attended_at: Option<Moment>,
    /// The same, as it was known before.
    pub attended_before: Option<Moment>,
    /// When that was said.
    pub at: Moment,
    /// By whose credentials.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether it changed attendance after that was final.
    pub is_amendment: bool,
}

/// A change of attendance after it was final.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amendment {
    /// The registration.
    pub registration: RegistrationId,
    /// When they were there, as it was known before; `None` if they were not.
    pub attended_before: Option<Moment>,
    /// The same, as it is known since.
    pub attended_at: Option<Moment>,
    /// When that was said.
    pub at: Moment,
    /// By whose credentials.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a registration, as an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Turned {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The gathering.
    pub gathering_id: GatheringId,
    /// What.
    #[serde(skip)]
    pub what: RegistrationTurn,
}

impl Registration {
    /// Whether they held a seat, or an invitation to one, and did not come, as far as is known.
    #[must_use]
    pub fn is_no_show(&self, gathering: &Gathering) -> bool {
        let was_awaited = self.state == RegistrationState::Registered && !self.is_double;
        was_awaited && self.attended_at.is_none() && gathering.state == GatheringState::Held
    }

    /// What may be said of it now, by the rules of its gathering.
    ///
    /// # Errors
    /// [`Error::Refused`] with what may be said instead, or with what stands in the way; [`Error::Invalid`] if it is said
    /// wrongly.
    pub(super) fn permits(&self, call: &Call, gathering: &Gathering, now: Moment) -> Result<(), Error> {
        let next = self.state.next(self.attended_at.is_some());
        if self.is_double || !next.contains(&call.to) {
            let allowed = if self.is_double { Vec::new() } else { next.iter().map(|to| to.as_str()).collect() };
            let from = if self.attended_at.is_some() { "attended" } else { self.state.as_str() };
            return Err(Error::Refused(Rule::Move { from, allowed }));
        }
        let bar = match call.to {
            RegistrationMove::Registered => gathering.bar_to_registering(now),
            RegistrationMove::Declined | RegistrationMove::Withdrawn => gathering.bar_to_answering(now),
            RegistrationMove::Attended | RegistrationMove::NotAttended => gathering.bar_to_attending(now),
        };
        if let Some(bar) = bar {
            return Err(Error::Refused(Rule::Registration { bar }));
        }
        match call.to {
            RegistrationMove::Attended | RegistrationMove::NotAttended => {
                if let Some(problem) = call.at.and_then(|at| gathering.objection_to(at, now)) {
                    return Err(Error::fault("/at", problem));
                }
                if gathering.is_final(now) && call.reason.is_none() {
                    return Err(Error::fault("/reason", Problem::Required));
                }
                Ok(())
            }
            RegistrationMove::Registered | RegistrationMove::Declined | RegistrationMove::Withdrawn => Ok(()),
        }
    }

    /// Whether it is so already as is said.
    pub(super) fn is_already(&self, call: &Call) -> bool {
        match call.to {
            RegistrationMove::Registered => self.state.says_yes(),
            RegistrationMove::Declined => self.state == RegistrationState::Declined,
            RegistrationMove::Withdrawn => self.state == RegistrationState::Withdrawn,
            RegistrationMove::Attended => self.attended_at.is_some() && call.at.is_none_or(|at| self.attended_at == Some(at)),
            RegistrationMove::NotAttended => self.attended_at.is_none(),
        }
    }

    /// Which of several of one person stands for the others: one who was there, has a seat, waits in front, and so on, before one
    /// who is not so far; of two alike the older one.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let standing = match self.state {
            RegistrationState::Registered => 0,
            RegistrationState::Waiting => 1,
            RegistrationState::Invited => 2,
            RegistrationState::Declined | RegistrationState::Withdrawn => 3,
        };
        (self.attended_at.is_none(), standing, self.waiting_place, self.created_at, self.id)
    }

    /// The acts of engagement that it stands for: when they said yes, and when they were there.
    const fn acts(&self) -> (Option<Moment>, Option<Moment>) {
        match (self.is_double, self.state.says_yes()) {
            (true, _) => (None, None),
            (false, true) => (self.registered_at, self.attended_at),
            (false, false) => (None, self.attended_at),
        }
    }

    /// The records of activities that a change of it makes.
    pub(super) fn tells(&self, before: Option<&Self>, plan: &super::Plan, source: &Source) -> Vec<ActivityRecord> {
        let (said_yes, attended) = self.acts();
        let (had_said_yes, had_attended) = before.map_or((None, None), Self::acts);
        let there = match (&plan.place, &plan.online_address) {
            (Some(_), _) => ActivityChannel::InPerson,
            (None, Some(_)) => ActivityChannel::Online,
            (None, None) => ActivityChannel::Other,
        };
        let acts = [
            ("rsvp", "event_rsvp", ActivityChannel::Other, had_said_yes, said_yes),
            ("attendance", "event_attended", there, had_attended, attended),
        ];
        let tell = |(name, kind, channel, before, after): (&str, &str, ActivityChannel, Option<Moment>, Option<Moment>)| {
            if before == after {
                return None;
            }
            let kind = Kind::parse(kind).ok()?;
            let subject = Some(Subject { what: SubjectType::Gathering, id: self.gathering.to_string() });
            let act = after.map(|occurred_at| Act { whom: Whom::Id(self.alumnus), kind, channel, occurred_at, subject });
            // Dated, so that what was taken back can be told again.
            let source_updated_at = Some(self.updated_at);
            Some(ActivityRecord { source: source.clone(), external_id: format!("{}/{name}", self.id), source_updated_at, act })
        };
        acts.into_iter().filter_map(tell).collect()
    }
}

/// What stands in the way of a registration of a new guest.
pub(super) fn bar(gathering: &Gathering, as_: RegistrationState, now: Moment) -> Option<Bar> {
    match as_ {
        RegistrationState::Invited => gathering.bar_to_inviting(),
        RegistrationState::Registered | RegistrationState::Waiting | RegistrationState::Declined | RegistrationState::Withdrawn => {
            gathering.bar_to_registering(now)
        }
    }
}

/// A place in a list of the registrations of a gathering: whoever does not wait comes first, by when they came to the list, then the
/// waiting list in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegistrationPosition {
    /// The place on the waiting list; 0 if they do not wait.
    pub waiting_place: i32,
    /// Which one.
    pub id: RegistrationId,
}
