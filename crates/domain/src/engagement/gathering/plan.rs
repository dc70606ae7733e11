//! What is planned: what, where and when, for how many.

use crate::error::{Fault, Form, Problem};
use crate::time::Moment;

/// The most seats a gathering has.
pub const MOST_SEATS: i32 = 100_000;

/// The members of a plan.
pub(super) const MEMBERS: &[&str] =
    &["title", "description", "place", "online_address", "starts_at", "ends_at", "registration_deadline", "capacity", "final_at"];

/// Where something is found on the web: an `https` or `http` address without credentials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebAddress(String);

impl WebAddress {
    /// The most characters it has.
    pub const LONGEST: usize = 2_000;

    /// An address by its text.
    ///
    /// # Errors
    /// It is not of that form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let of_a_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'[' | b']' | b'-');
        let fine = text.len() <= Self::LONGEST && !host.is_empty() && host.bytes().all(of_a_host);
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'`'));
        if fine && plain { Ok(Self(text.to_owned())) } else { Err(Problem::Malformed { expected: Form::WebAddress }) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What, where and when, for how many.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where it is.
    pub place: Option<String>,
    /// Where it is online.
    pub online_address: Option<WebAddress>,
    /// When it begins.
    pub starts_at: Moment,
    /// When it ends.
    pub ends_at: Moment,
    /// Until when people can register; until it ends if `None`.
    pub registration_deadline: Option<Moment>,
    /// How many seats there are; as many as come if `None`.
    pub capacity: Option<i32>,
    /// From when on attendance changes only visibly.
    pub final_at: Option<Moment>,
}

impl Plan {
    /// The plan, if it can be so.
    ///
    /// # Errors
    /// Every fault.
    pub fn checked(self) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        if self.ends_at <= self.starts_at {
            faults.push(Fault::new("/ends_at", Problem::Before { other: "/starts_at" }));
        }
        if self.registration_deadline.is_some_and(|at| at > self.ends_at) {
            faults.push(Fault::new("/registration_deadline", Problem::After { other: "/ends_at" }));
        }
        if self.final_at.is_some_and(|at| at < self.ends_at) {
            faults.push(Fault::new("/final_at", Problem::Before { other: "/ends_at" }));
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// The members that another plan has otherwise.
    #[must_use]
    pub fn differs(&self, other: &Self) -> Vec<&'static str> {
        let Self { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at } = self;
        let same = [
            *title == other.title,
            *description == other.description,
            *place == other.place,
            *online_address == other.online_address,
            *starts_at == other.starts_at,
            *ends_at == other.ends_at,
            *registration_deadline == other.registration_deadline,
            *capacity == other.capacity,
            *final_at == other.final_at,
        ];
        MEMBERS.iter().zip(same).filter(|(_, same)| !same).map(|(member, _)| *member).collect()
    }
}

/// What is to be otherwise; what is `None` stays, `Some(None)` takes it away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EditPlan {
    /// What it is called.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<Option<String>>,
    /// Where it is.
    pub place: Option<Option<String>>,
    /// Where it is online.
    pub online_address: Option<Option<WebAddress>>,
    /// When it begins.
    pub starts_at: Option<Moment>,
    /// When it ends.
    pub ends_at: Option<Moment>,
    /// Until when people can register.
    pub registration_deadline: Option<Option<Moment>>,
    /// How many seats there are.
    pub capacity: Option<Option<i32>>,
    /// From when on attendance changes only visibly.
    pub final_at: Option<Option<Moment>>,
}

impl EditPlan {
    /// The plan with this otherwise.
    #[must_use]
    pub fn apply(self, plan: &Plan) -> Plan {
        let Self { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at } = self;
        let before = plan.clone();
        Plan {
            title: title.unwrap_or(before.title),
            description: description.unwrap_or(before.description),
            place: place.unwrap_or(before.place),
            online_address: online_address.unwrap_or(before.online_address),
            starts_at: starts_at.unwrap_or(before.starts_at),
            ends_at: ends_at.unwrap_or(before.ends_at),
            registration_deadline: registration_deadline.unwrap_or(before.registration_deadline),
            capacity: capacity.unwrap_or(before.capacity),
            final_at: final_at.unwrap_or(before.final_at),
        }
    }
}
