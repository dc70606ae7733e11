//! Activities, and the records by which sources tell of them.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use crate::departures::Source;
use crate::error::{Fault, Form, Problem};
use crate::id::{ActivityId, AlumnusId};
use crate::time::{Date, Moment};
use crate::words::words;

words! {
    /// By which way an activity came about.
    pub enum ActivityChannel {
        /// By e-mail.
        Email = "email",
        /// On a web page.
        Web = "web",
        /// In an application.
        App = "app",
        /// In person.
        InPerson = "in_person",
        /// In a meeting online.
        Online = "online",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By letter.
        Post = "post",
        /// In a social network.
        Social = "social",
        /// By another way, or nobody said.
        Other = "other",
    }
}

words! {
    /// What an activity may be a part of.
    pub enum SubjectType {
        /// An exchange event.
        Gathering = "gathering",
        /// Something that was written to them.
        Message = "message",
        /// A boomerang case.
        Case = "case",
        /// Work or business done together.
        Collaboration = "collaboration",
    }
}

words! {
    /// What became of a record of an activity.
    pub enum ActivityOutcome {
        /// An activity that was not known.
        Created = "created",
        /// A known activity, told anew; what was known before is kept.
        Updated = "updated",
        /// The same again: nothing changed.
        Unchanged = "unchanged",
        /// Older than what is known, or of an activity that was taken back since: nothing changed.
        Stale = "stale",
        /// Taken back: it counts no more.
        Retracted = "retracted",
        /// Refused, with the reasons.
        Rejected = "rejected",
    }
}

/// What an activity is a part of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// What kind of thing.
    pub what: SubjectType,
    /// Its id: furusu's own, or the source's.
    pub id: String,
}

/// Whose activity it is, in the words of the sender.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Whom {
    /// Somebody by furusu's own id.
    Id(AlumnusId),
    /// Somebody by the id that an HR system has for them.
    Named(Source, String),
}

/// What somebody did, as told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// Who.
    pub whom: Whom,
    /// What kind of activity.
    pub kind: Kind,
    /// By which way.
    pub channel: ActivityChannel,
    /// When.
    pub occurred_at: Moment,
    /// What it was a part of.
    pub subject: Option<Subject>,
}

/// What a source says of one activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivityRecord {
    /// The source.
    pub source: Source,
    /// Its id there, which names it for ever.
    pub external_id: String,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// What it says; `None` takes the activity back.
    pub act: Option<Act>,
}

/// The first moment an activity may be of: before, nobody kept such records.
const FIRST: Moment = Moment::from_micros(0);

impl Act {
    /// Whether something can have happened at a moment.
    ///
    /// # Errors
    /// It has not come yet, or is too long ago.
    pub fn can_be_of(occurred_at: Moment, now: Moment) -> Result<Moment, Problem> {
        match occurred_at {
            at if at > now => Err(Problem::InTheFuture),
            at if at < FIRST => Err(Problem::OutOfRange { expected: Form::Since1970 }),
            at => Ok(at),
        }
    }
}

/// An activity: one act of somebody, as it is known now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// Whose.
    pub alumnus: AlumnusId,
    /// The id it was told under, where that was merged into theirs.
    pub merged_from: Option<AlumnusId>,
    /// The source that told of it.
    pub source: Source,
    /// Its id there.
    pub external_id: String,
    /// What kind of activity.
    pub kind: Kind,
    /// By which way.
    pub channel: ActivityChannel,
    /// When.
    pub occurred_at: Moment,
    /// The day it was then where the organization was when the record came in: figures by day count it there.
    pub day: Date,
    /// What it was a part of.
    pub subject: Option<Subject>,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// Counts what is known of it, from 1.
    pub version: i32,
    /// When furusu first learnt of it.
    pub recorded_at: Moment,
    /// When what is known of it last changed.
    pub updated_at: Moment,
    /// When it was taken back, if it was.
    pub retracted_at: Option<Moment>,
}

impl Activity {
    /// Whether it counts.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.retracted_at.is_none()
    }
}

/// A place in a list of activities.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ActivityPosition {
    /// When it happened.
    pub occurred_at: Moment,
    /// Which one.
    pub id: ActivityId,
}

/// What became of one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActivityRecorded {
    /// The id the source gave; `None` if none could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: ActivityOutcome,
    /// The activity, if it is known.
    pub activity: Option<ActivityId>,
    /// Whose it is.
    pub alumnus: Option<AlumnusId>,
    /// Why it was rejected.
    pub problems: Vec<Fault>,
}

impl ActivityRecorded {
    /// A record that is refused.
    #[must_use]
    pub const fn rejected(external_id: Option<String>, problems: Vec<Fault>) -> Self {
        Self { external_id, outcome: ActivityOutcome::Rejected, activity: None, alumnus: None, problems }
    }
}

/// What records did to one activity, all together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// As it was known before; `None` if it was not.
    pub before: Option<Activity>,
    /// As it is known now.
    pub after: Activity,
}
