//! Exchange events: what is planned, who comes, and who was there.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `plan` | what, where and when, for how many |
//! | `registration` | one guest: invited, registered, waiting, there |
//! | `guests` | the guest list, on which seats are given, and who waits moves up |

mod guests;
mod plan;
mod registration;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Fault, Problem, Rule};
use crate::event::Happening;
use crate::id::{CalendarFeedId, GatheringId};
use crate::time::Moment;
use crate::words::words;

pub use guests::{EnrolAs, Enrolment, GuestList, Guests, Standing, Unwritten};
pub use plan::{EditPlan, MOST_SEATS, Plan, WebAddress};
pub use registration::{
    Amendment, Call, Registration, RegistrationMove, RegistrationPosition, RegistrationState, RegistrationTurn, Step, Turned,
};

/// How long before the beginning guests are let in, in seconds.
const DOORS: i64 = 86_400;

/// After how long attendance is final unless somebody says otherwise, in seconds.
const SETTLED: i64 = 7 * 86_400;

words! {
    /// Where a gathering stands.
    pub enum GatheringState {
        /// Being planned: outsiders know nothing of it.
        Draft = "draft",
        /// People can register.
        Published = "published",
        /// It took place.
        Held = "held",
        /// It will not take place.
        Cancelled = "cancelled",
    }
}

impl GatheringState {
    /// Where it may move from here.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Published, Self::Cancelled],
            Self::Published => &[Self::Held, Self::Cancelled],
            Self::Held | Self::Cancelled => &[],
        }
    }

    /// Which members of the plan may be edited here.
    #[must_use]
    pub const fn editable(self) -> &'static [&'static str] {
        match self {
            Self::Draft | Self::Published => plan::MEMBERS,
            Self::Held => &["title", "description", "final_at"],
            Self::Cancelled => &[],
        }
    }
}

words! {
    /// What stands in the way of a registration.
    pub enum Bar {
        /// The gathering is not published.
        NotPublished = "not_published",
        /// It is cancelled.
        Cancelled = "cancelled",
        /// The deadline has passed.
        DeadlinePassed = "deadline_passed",
        /// It is over.
        Over = "over",
        /// It has not begun.
        NotBegun = "not_begun",
    }
}

/// An exchange event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gathering {
    /// Its id.
    pub id: GatheringId,
    /// Where it stands.
    pub state: GatheringState,
    /// What, where and when.
    pub plan: Plan,
    /// Whether it was ever published.
    pub was_published: bool,
    /// When it last moved, and by whose credentials.
    pub moved: Option<(Moment, String)>,
    /// How many come.
    pub guests: Guests,
    /// Counts what is known of the plan and the state, from 1.
    pub version: i32,
    /// When it was planned.
    pub created_at: Moment,
    /// When the plan or the state last changed.
    pub updated_at: Moment,
}

impl Gathering {
    /// A new one.
    ///
    /// # Errors
    /// Every fault of the plan.
    pub fn planned(id: GatheringId, plan: Plan, at: Moment) -> Result<Self, Vec<Fault>> {
        let plan = plan.checked()?;
        let state = GatheringState::Draft;
        let guests = Guests::default();
        Ok(Self { id, state, plan, was_published: false, moved: None, guests, version: 1, created_at: at, updated_at: at })
    }

    /// The gathering with another plan; as it is, if that says nothing new.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the plan; [`Error::Refused`] if something is edited that may not be any more.
    pub fn edited(self, edit: EditPlan, now: Moment) -> Result<Self, Error> {
        let plan = edit.apply(&self.plan).checked().map_err(Error::Invalid)?;
        let changed = self.plan.differs(&plan);
        if changed.is_empty() {
            return Ok(self);
        }
        let allowed = self.state.editable();
        if changed.iter().any(|member| !allowed.contains(member)) {
            return Err(Error::Refused(Rule::Edit { state: self.state.as_str(), allowed: allowed.to_vec() }));
        }
        if self.state == GatheringState::Held && plan.final_at.is_none() {
            return Err(Error::fault("/final_at", Problem::Required));
        }
        // Else whoever is late would set it anew, and nobody would see what they changed.
        if changed.contains(&"final_at") && self.is_final(now) {
            return Err(Error::Refused(Rule::AttendanceFinal));
        }
        Ok(Self { plan, version: self.version + 1, updated_at: now.max(self.updated_at.next()), ..self })
    }

    /// The gathering moved, and what that tells. Where it is already, it stays, and nothing is told.
    ///
    /// # Errors
    /// [`Error::Refused`] if it cannot move there.
    pub fn moved(self, to: GatheringState, by: &str, now: Moment) -> Result<(Self, Option<Happening>), Error> {
        if self.state == to {
            return Ok((self, None));
        }
        if !self.state.next().contains(&to) {
            let allowed = self.state.next().iter().map(|state| state.as_str()).collect();
            return Err(Error::Refused(Rule::Move { from: self.state.as_str(), allowed }));
        }
        if to == GatheringState::Held && now < self.plan.starts_at {
            return Err(Error::Refused(Rule::Registration { bar: Bar::NotBegun }));
        }
        let mut plan = self.plan;
        if to == GatheringState::Held {
            // Whoever writes it down late has as long as everybody.
            plan.final_at = plan.final_at.or_else(|| Some(plan.ends_at.max(now).plus_seconds(SETTLED)));
        }
        let gathering_id = self.id;
        let told = match to {
            GatheringState::Published => Some(Happening::GatheringPublished { gathering_id }),
            GatheringState::Held => Some(Happening::GatheringHeld { gathering_id }),
            GatheringState::Cancelled => Some(Happening::GatheringCancelled { gathering_id }),
            GatheringState::Draft => None,
        };
        let moved = Self {
            state: to,
            plan,
            was_published: self.was_published || to == GatheringState::Published,
            moved: Some((now, by.to_owned())),
            version: self.version + 1,
            updated_at: now.max(self.updated_at.next()),
            ..self
        };
        Ok((moved, told))
    }

    /// Whether attendance changes only visibly from now on.
    #[must_use]
    pub fn is_final(&self, now: Moment) -> bool {
        self.plan.final_at.is_some_and(|at| at <= now)
    }

    /// How many seats are left; `None` if there are as many as come.
    #[must_use]
    pub fn seats_left(&self) -> Option<i32> {
        self.plan.capacity.map(|capacity| (capacity - self.guests.registered).max(0))
    }

    /// What stands in the way of saying yes.
    #[must_use]
    pub fn bar_to_registering(&self, now: Moment) -> Option<Bar> {
        self.bar_to_answering(now).or_else(|| self.plan.registration_deadline.filter(|at| *at < now).map(|_| Bar::DeadlinePassed))
    }

    /// What stands in the way of saying no.
    #[must_use]
    pub fn bar_to_answering(&self, now: Moment) -> Option<Bar> {
        match self.state {
            GatheringState::Draft => Some(Bar::NotPublished),
            GatheringState::Cancelled => Some(Bar::Cancelled),
            GatheringState::Held => Some(Bar::Over),
            GatheringState::Published => (self.plan.ends_at <= now).then_some(Bar::Over),
        }
    }

    /// What stands in the way of an invitation. Whoever came without one is invited afterwards.
    #[must_use]
    pub const fn bar_to_inviting(&self) -> Option<Bar> {
        match self.state {
            GatheringState::Cancelled => Some(Bar::Cancelled),
            GatheringState::Draft | GatheringState::Published | GatheringState::Held => None,
        }
    }

    /// What stands in the way of having been there.
    #[must_use]
    pub fn bar_to_attending(&self, now: Moment) -> Option<Bar> {
        match self.state {
            GatheringState::Draft => Some(Bar::NotPublished),
            GatheringState::Cancelled => Some(Bar::Cancelled),
            GatheringState::Published | GatheringState::Held => (now < self.opens_at()).then_some(Bar::NotBegun),
        }
    }

    /// From when on guests are let in.
    #[must_use]
    pub const fn opens_at(&self) -> Moment {
        self.plan.starts_at.plus_seconds(-DOORS)
    }

    /// Whether a seat that becomes free goes to whoever waits.
    #[must_use]
    pub fn moves_up(&self, now: Moment) -> bool {
        self.bar_to_answering(now).is_none()
    }

    /// What is wrong with a moment at which somebody is said to have been there, if anything.
    #[must_use]
    pub fn objection_to(&self, attended_at: Moment, now: Moment) -> Option<Problem> {
        if attended_at > now {
            return Some(Problem::InTheFuture);
        }
        (attended_at < self.opens_at()).then_some(Problem::Before { other: "/starts_at" })
    }
}

/// What a list of gatherings is narrowed to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct GatheringFilter {
    /// Only those that stand there.
    pub state: Option<GatheringState>,
    /// Only those that begin at this moment or later.
    pub starts_from: Option<Moment>,
    /// Only those that begin before this moment.
    pub starts_before: Option<Moment>,
}

/// A place in a list of gatherings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GatheringPosition {
    /// When it begins.
    pub starts_at: Moment,
    /// Which one.
    pub id: GatheringId,
}

/// An address from which a calendar is read without a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CalendarFeed {
    /// Its id.
    pub id: CalendarFeedId,
    /// What it is for, in the words of whoever made it.
    pub label: Option<String>,
    /// When it was made, and by whose credentials.
    pub created: (Moment, String),
    /// When it was revoked, and by whose credentials.
    pub revoked: Option<(Moment, String)>,
}
