//! Messages: what was sent to whom by which way, what allowed it, and what came of it; and whether one may be sent.
//!
//! furusu sends nothing: the tools that do tell of it. Neither what a message said nor the address it went to is kept.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `ledger` | what reports do to the messages that are known |
//! | `permission` | whether somebody may be written to, and if not, why and when again |

mod ledger;
mod permission;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Act, ActivityChannel, ActivityRecord, Kind, Subject, SubjectType, Whom};
use crate::departures::Source;
use crate::error::Fault;
use crate::id::{AlumnusId, ConsentId, ContactPermissionId, MessageId};
use crate::privacy::{Aim, Consent, ConsentBasis, ConsentDecision, ConsentStanding, ContactChannel, Purpose, granted_by, standing};
use crate::time::Moment;
use crate::words::words;

pub use ledger::{MessageChange, MessageLedger};
pub use permission::{ContactCap, ContactPermission, Counted, HELD_SECONDS, Reachability, Reason, ReasonCode, Verdict, may};

words! {
    /// How a message came back.
    pub enum Bounce {
        /// There is no such address.
        Hard = "hard",
        /// It could not be delivered this time.
        Soft = "soft",
    }
}

words! {
    /// What became of a report of a message.
    pub enum MessageOutcome {
        /// A message that was not known.
        Created = "created",
        /// A known message, of which more or something else is known now; what was known before is kept.
        Updated = "updated",
        /// The same again: nothing changed.
        Unchanged = "unchanged",
        /// Older than what is known, and nothing new in it: nothing changed.
        Stale = "stale",
        /// Refused, with the reasons.
        Rejected = "rejected",
    }
}

words! {
    /// Why a purpose does not allow a message.
    pub enum Lack {
        /// Nobody said anything that allows it.
        NoConsent = "no_consent",
        /// They objected.
        Objected = "objected",
        /// They withdrew what they had allowed.
        Withdrawn = "withdrawn",
        /// What they had allowed has come to its end.
        Expired = "expired",
    }
}

/// What allowed a message at the moment it was sent, or why nothing did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Allowance {
    /// A record of what was said.
    By {
        /// The record.
        consent: ConsentId,
        /// Its basis.
        basis: ConsentBasis,
        /// Which version of which text they were shown.
        text_version: Option<String>,
    },
    /// Nothing did.
    Not {
        /// Why.
        lack: Lack,
    },
}

impl Allowance {
    /// By what was said of a purpose, over one way of reaching somebody, as it stood at a moment.
    #[must_use]
    pub fn of(consents: &[Consent], purpose: Purpose, over: ContactChannel, at: Moment) -> Self {
        let (aim, over) = (Aim { purpose, recipient: None }, Some(over));
        if let Some(by) = granted_by(consents, &aim, over, at) {
            return Self::By { consent: by.id, basis: by.basis, text_version: by.text_version.clone() };
        }
        let said = || consents.iter().filter(|consent| consent.aim == aim && consent.speaks_of(over) && consent.given_at <= at);
        let is_withdrawn = |consent: &Consent| consent.withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.at <= at);
        let lack = match standing(consents, &aim, over, at).stands {
            ConsentStanding::Refused => {
                let last_no = said().filter(|c| c.decision == ConsentDecision::Objected && !is_withdrawn(c)).map(|c| c.given_at).max();
                let yes = said().filter(|c| c.decision == ConsentDecision::Granted && is_withdrawn(c));
                let last_back = yes.filter_map(|c| c.withdrawal.as_ref().map(|withdrawal| withdrawal.at)).max();
                if last_no >= last_back { Lack::Objected } else { Lack::Withdrawn }
            }
            ConsentStanding::Granted | ConsentStanding::Unspoken => {
                let has_ended = |c: &Consent| c.decision == ConsentDecision::Granted && c.expires_at.is_some_and(|end| end <= at);
                if said().any(has_ended) { Lack::Expired } else { Lack::NoConsent }
            }
        };
        Self::Not { lack }
    }
}

/// What came of a message: each when it first happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Fates {
    /// When it was delivered.
    pub delivered_at: Option<Moment>,
    /// When it was first opened.
    pub opened_at: Option<Moment>,
    /// When a link in it was first followed.
    pub clicked_at: Option<Moment>,
    /// When it was first replied to.
    pub replied_at: Option<Moment>,
    /// When it came back, and how.
    pub bounced: Option<(Moment, Bounce)>,
}

impl Fates {
    /// Both together: of each the earlier. That it came back for good counts before that it came back once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let earlier = |one: Option<Moment>, other: Option<Moment>| one.into_iter().chain(other).min();
        let bounced = self.bounced.into_iter().chain(other.bounced).min_by_key(|(at, bounce)| (*bounce, *at));
        Self {
            delivered_at: earlier(self.delivered_at, other.delivered_at),
            opened_at: earlier(self.opened_at, other.opened_at),
            clicked_at: earlier(self.clicked_at, other.clicked_at),
            replied_at: earlier(self.replied_at, other.replied_at),
            bounced,
        }
    }

    /// Each with its name in a report.
    #[must_use]
    pub fn moments(&self) -> [(&'static str, Option<Moment>); 5] {
        [
            ("delivered_at", self.delivered_at),
            ("opened_at", self.opened_at),
            ("clicked_at", self.clicked_at),
            ("replied_at", self.replied_at),
            ("bounced_at", self.bounced.map(|(at, _)| at)),
        ]
    }
}

/// What a source tells of one message. A later report may leave out what is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageRecord {
    /// The source.
    pub source: Source,
    /// Its id there, which names it for ever.
    pub external_id: String,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// To whom.
    pub whom: Option<Whom>,
    /// By which way.
    pub channel: Option<ContactChannel>,
    /// For what.
    pub purpose: Option<Purpose>,
    /// What it was a part of, in the words of the sender.
    pub campaign: Option<String>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// When it was sent.
    pub sent_at: Option<Moment>,
    /// What came of it.
    pub fates: Fates,
    /// The permission that was held for it.
    pub permission: Option<ContactPermissionId>,
}

/// A message, as it is known now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub alumnus: AlumnusId,
    /// The id it was told under, where that was merged into theirs.
    pub merged_from: Option<AlumnusId>,
    /// The source that told of it.
    pub source: Source,
    /// Its id there.
    pub external_id: String,
    /// By which way.
    pub channel: ContactChannel,
    /// For what.
    pub purpose: Purpose,
    /// What it was a part of, in the words of the sender.
    pub campaign: Option<String>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// When it was sent.
    pub sent_at: Moment,
    /// What came of it.
    pub fates: Fates,
    /// What allowed it when it was sent.
    pub allowance: Allowance,
    /// The permission that was held for it.
    pub permission: Option<ContactPermissionId>,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// Counts what is known of it, from 1.
    pub version: i32,
    /// When furusu first learnt of it.
    pub recorded_at: Moment,
    /// When what is known of it last changed.
    pub updated_at: Moment,
}

/// What became of one report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MessageRecorded {
    /// The id the source gave; `None` if none could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: MessageOutcome,
    /// The message, if it is known.
    pub message: Option<MessageId>,
    /// To whom.
    pub alumnus: Option<AlumnusId>,
    /// Whether anything allowed it when it was sent.
    pub permitted: Option<bool>,
    /// Why it was rejected.
    pub problems: Vec<Fault>,
}

impl MessageRecorded {
    /// A report that is refused.
    #[must_use]
    pub const fn rejected(external_id: Option<String>, problems: Vec<Fault>) -> Self {
        Self { external_id, outcome: MessageOutcome::Rejected, message: None, alumnus: None, permitted: None, problems }
    }
}

/// A place in a list of messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MessagePosition {
    /// When it was sent.
    pub sent_at: Moment,
    /// Which one.
    pub id: MessageId,
}

impl Message {
    /// The records of activities that a change of it makes: that it was opened, that a link was followed, that they replied.
    #[must_use]
    pub fn tells(&self, before: Option<&Self>) -> Vec<ActivityRecord> {
        let fates = before.map_or_else(Fates::default, |before| before.fates);
        let same = before.is_some_and(|before| before.alumnus == self.alumnus && before.channel == self.channel);
        let channel = match self.channel {
            ContactChannel::Email => ActivityChannel::Email,
            ContactChannel::Phone => ActivityChannel::Phone,
            ContactChannel::Sms => ActivityChannel::Sms,
            ContactChannel::Post => ActivityChannel::Post,
            ContactChannel::Line => ActivityChannel::Social,
            ContactChannel::InApp => ActivityChannel::App,
        };
        let acts = [
            ("opened", "newsletter_opened", fates.opened_at, self.fates.opened_at),
            ("clicked", "link_clicked", fates.clicked_at, self.fates.clicked_at),
            ("replied", "message_replied", fates.replied_at, self.fates.replied_at),
        ];
        let tell = |(name, kind, before, after): (&str, &str, Option<Moment>, Option<Moment>)| {
            if before == after && same {
                return None;
            }
            let kind = Kind::parse(kind).ok()?;
            let subject = Some(Subject { what: SubjectType::Message, id: self.id.to_string() });
            let act = Some(Act { whom: Whom::Id(self.alumnus), kind, channel, occurred_at: after?, subject });
            let source_updated_at = Some(self.updated_at);
            Some(ActivityRecord { source: Source::own(), external_id: format!("{}/{name}", self.id), source_updated_at, act })
        };
        acts.into_iter().filter_map(tell).collect()
    }
}
