//! Whether somebody may be written to: by what they allowed, by whether they can be reached, and by how often they were written to
//! of late.

use serde::{Deserialize, Serialize};

use super::{Allowance, Lack};
use crate::alumni::{Alumnus, Told};
use crate::id::{AlumnusId, ConsentId, ContactPermissionId, MessageId};
use crate::privacy::{Consent, ContactChannel, Purpose};
use crate::time::Moment;
use crate::words::words;

/// For how long a permission is held, in seconds.
pub const HELD_SECONDS: i64 = 3_600;

/// One day in seconds.
const DAY: i64 = 86_400;

/// How often somebody may be written to, over all ways and by all senders together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactCap {
    /// So many messages at most.
    pub messages: u16,
    /// Within so many days.
    pub days: u16,
}

impl Default for ContactCap {
    fn default() -> Self {
        Self { messages: 4, days: 30 }
    }
}

impl ContactCap {
    /// From when on messages count at a moment.
    #[must_use]
    pub fn since(self, at: Moment) -> Moment {
        at.plus_seconds(-i64::from(self.days) * DAY)
    }
}

words! {
    /// What stands in the way of writing to somebody.
    pub enum ReasonCode {
        /// They have died.
        Deceased = "deceased",
        /// Nobody said anything that allows it.
        NoConsent = "no_consent",
        /// They objected.
        Objected = "objected",
        /// They withdrew what they had allowed.
        Withdrawn = "withdrawn",
        /// What they had allowed has come to its end.
        Expired = "expired",
        /// No address is known for this way.
        NoAddress = "no_address",
        /// A message by this way came back for good, and the address has not changed since.
        Bounced = "bounced",
        /// They were written to as often as the organization allows.
        CapReached = "cap_reached",
    }
}

impl From<Lack> for ReasonCode {
    fn from(lack: Lack) -> Self {
        match lack {
            Lack::NoConsent => Self::NoConsent,
            Lack::Objected => Self::Objected,
            Lack::Withdrawn => Self::Withdrawn,
            Lack::Expired => Self::Expired,
        }
    }
}

/// One thing that stands in the way, and when it will not any more, if that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// What.
    pub code: ReasonCode,
    /// When it will not any more by itself.
    pub again_at: Option<Moment>,
}

/// Whether somebody can be reached by one way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reachability {
    /// Whether they are alive, as far as is known.
    pub is_alive: bool,
    /// Whether an address is known for it, or none is needed.
    pub has_address: bool,
    /// Whether a message by it came back for good since that address is known.
    pub has_bounced: bool,
}

/// What counts against the cap, and until when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counted {
    /// A message that was sent then.
    Sent(Moment),
    /// A permission that is held until then.
    Held(Moment),
}

impl Counted {
    fn until(self, cap: ContactCap) -> Moment {
        match self {
            Self::Sent(at) => at.plus_seconds(i64::from(cap.days) * DAY),
            Self::Held(until) => until,
        }
    }
}

/// Whether somebody may be written to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// What allows it, if they may.
    pub consent: Option<Allowance>,
    /// What stands in the way, if they may not.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Whether they may.
    #[must_use]
    pub fn may(&self) -> bool {
        self.reasons.is_empty()
    }

    /// When nothing will stand in the way any more by itself, if that is known.
    #[must_use]
    pub fn again_at(&self) -> Option<Moment> {
        let all: Option<Vec<Moment>> = self.reasons.iter().map(|reason| reason.again_at).collect();
        all.and_then(|all| all.into_iter().max())
    }
}

/// Whether somebody may be written to for a purpose by one way, at a moment: by what was said, whether they can be reached, and
/// what counts against the cap. Every reason is told.
#[must_use]
pub fn may(
    (purpose, over): (Purpose, ContactChannel),
    consents: &[Consent],
    reach: Reachability,
    (cap, counted): (ContactCap, &[Counted]),
    at: Moment,
) -> Verdict {
    let mut reasons = Vec::new();
    let mut stands = |code: ReasonCode, again_at: Option<Moment>| reasons.push(Reason { code, again_at });
    if !reach.is_alive {
        stands(ReasonCode::Deceased, None);
    }
    let allowance = Allowance::of(consents, purpose, over, at);
    if let Allowance::Not { lack } = allowance {
        stands(lack.into(), None);
    }
    if !reach.has_address {
        stands(ReasonCode::NoAddress, None);
    } else if reach.has_bounced {
        stands(ReasonCode::Bounced, None);
    }
    let mut until: Vec<Moment> = counted.iter().map(|counted| counted.until(cap)).filter(|until| *until > at).collect();
    until.sort_unstable();
    // One more may be sent once so many of them have left that there is room for it.
    if let Some(beyond) = until.len().checked_sub(usize::from(cap.messages)) {
        stands(ReasonCode::CapReached, until.get(beyond).copied());
    }
    let consent = Some(allowance).filter(|_| reasons.is_empty());
    Verdict { consent, reasons }
}

/// A permission that is held: nobody else can take its place against the cap until it is used, or its time is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactPermission {
    /// Its id.
    pub id: ContactPermissionId,
    /// To write to whom.
    pub alumnus: AlumnusId,
    /// The id it was asked under, where that was merged into theirs.
    pub merged_from: Option<AlumnusId>,
    /// By which way.
    pub channel: ContactChannel,
    /// For what.
    pub purpose: Purpose,
    /// By what was said.
    pub consent: ConsentId,
    /// When it was given, and by whose credentials it was asked.
    pub granted: (Moment, String),
    /// Until when it is held.
    pub held_until: Moment,
    /// The message that used it up.
    pub used_by: Option<MessageId>,
}

impl Reachability {
    /// By what is known of somebody, and by everything that was ever told of how they are reached: each word with the moment from
    /// which on another one stands for it. An address is the same as when a message last came back if nothing of it has changed.
    #[must_use]
    pub fn of(alumnus: &Alumnus, ever: &[(Told, Option<Moment>)], over: ContactChannel, bounced_at: Option<Moment>) -> Self {
        let now = addresses(alumnus, over);
        let then = bounced_at.map(|at| {
            let stood = |(told, until): &&(Told, Option<Moment>)| told.recorded_at <= at && until.is_none_or(|until| until > at);
            let told = ever.iter().filter(stood).map(|(told, _)| told.clone()).collect();
            addresses(&Alumnus { told, ..alumnus.clone() }, over)
        });
        let needs_address = match over {
            ContactChannel::Email | ContactChannel::Phone | ContactChannel::Sms | ContactChannel::Post => true,
            // What somebody is called there, only the tool knows.
            ContactChannel::Line | ContactChannel::InApp => false,
        };
        Self {
            is_alive: !alumnus.is_deceased(),
            has_address: !needs_address || !now.is_empty(),
            has_bounced: needs_address && then.is_some_and(|then| then == now),
        }
    }
}

fn addresses(alumnus: &Alumnus, over: ContactChannel) -> Vec<String> {
    match over {
        ContactChannel::Email => alumnus.emails().into_iter().map(|email| email.as_str().to_owned()).collect(),
        ContactChannel::Phone | ContactChannel::Sms => alumnus.phones().into_iter().map(|phone| phone.as_str().to_owned()).collect(),
        ContactChannel::Post => {
            let (code, address) = alumnus.address();
            address.map(|address| format!("{} {address}", code.unwrap_or_default())).into_iter().collect()
        }
        ContactChannel::Line | ContactChannel::InApp => Vec::new(),
    }
}
