//! What happened. An event is born with the change it tells of and written in the same transaction; the change feed,
//! webhooks and audit read from there. Events are thin: ids and the names of what changed, never what a person is
//! called or how they are reached.

use serde::Serialize;

use crate::applicants::{LookupResult, Suspicion, Verdict};
use crate::engagement::{RegistrationTurn, Turned};
use crate::id::{
    ActivityId, AlumnusId, ConsentId, DepartureId, EmploymentId, EventId, GatheringId, HeldRecordId, LookupId, MergeId, MessageId, ReviewId,
};
use crate::privacy::{ConsentStanding, Purpose};
use crate::time::{Date, Moment};

/// Something that happened to one person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// To whom.
    pub alumnus: AlumnusId,
    /// When furusu learnt it.
    pub at: Moment,
    /// What.
    pub what: Happening,
}

impl Event {
    /// Whom an event is about that is about nobody in particular.
    pub const NOBODY: AlumnusId = AlumnusId::from_bytes([0; 16]);
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Happening {
    /// A person was named by a source for the first time.
    AlumnusCreated {},
    /// Who they are, or how they are reached, was told anew by a source.
    AlumnusUpdated {},
    /// The alumni office edited contacts or the preferred name.
    AlumnusEdited {
        /// Which members.
        changed: Vec<&'static str>,
    },
    /// They came back: a later employment period has begun.
    AlumnusReturned {
        /// The period that has begun.
        employment_id: EmploymentId,
        /// Its first day.
        hired_on: Date,
    },
    /// Somebody is employed who may be they, under an id that nobody knew: a silent return, for a person to decide.
    AlumnusReturnSuspected {
        /// The record that waits.
        held_record_id: HeldRecordId,
    },
    /// A source says that they have died: contact must stop.
    AlumnusDeceased {},
    /// Somebody else turned out to be them: what is known of both is theirs from now on, and the other id answers with them.
    AlumnusMerged {
        /// The merge.
        merge_id: MergeId,
        /// The other id.
        merged_id: AlumnusId,
    },
    /// A merge was taken back: somebody who was taken for them is somebody else again.
    AlumnusUnmerged {
        /// The merge.
        merge_id: MergeId,
        /// Who stands alone again.
        restored_id: AlumnusId,
    },
    /// An employment period was told for the first time.
    EmploymentRecorded {
        /// The period.
        employment_id: EmploymentId,
    },
    /// An employment period was told anew, its departure apart.
    EmploymentCorrected {
        /// The period.
        employment_id: EmploymentId,
        /// JSON pointers of what changed.
        changed: Vec<String>,
    },
    /// A departure is known that is not in effect yet.
    DepartureAnnounced {
        /// The departure.
        departure_id: DepartureId,
        /// The last day employed.
        ended_on: Date,
    },
    /// A departure is in effect.
    DepartureEffective {
        /// The departure.
        departure_id: DepartureId,
        /// The last day employed.
        ended_on: Date,
    },
    /// What is known of a departure changed.
    DepartureCorrected {
        /// The departure.
        departure_id: DepartureId,
        /// JSON pointers of what changed.
        changed: Vec<String>,
    },
    /// A departure is taken back: the period goes on.
    DepartureRescinded {
        /// The departure.
        departure_id: DepartureId,
    },
    /// An applicant was found to be, or perhaps to be, this person.
    ReturningApplicantMatched {
        /// The finding.
        lookup_id: LookupId,
        /// Which of the two.
        result: LookupResult,
    },
    /// A person decided on a finding.
    ReturningApplicantReviewed {
        /// The finding.
        lookup_id: LookupId,
        /// The review.
        review_id: ReviewId,
        /// What was decided.
        verdict: Verdict,
    },
    /// A credential looks applicants up as somebody does who wants a list of people. It is about nobody.
    LookupEnumerationSuspected {
        /// Whose credential.
        caller: String,
        /// What gives rise to it.
        suspicion: Suspicion,
    },
    /// Somebody allowed a purpose.
    ConsentGranted(ConsentTurn),
    /// Somebody objected to a purpose, or a record of what was said was withdrawn.
    ConsentWithdrawn(ConsentTurn),
    /// What was allowed has come to its end.
    ConsentExpired(ConsentTurn),
    /// An activity was told of for the first time.
    EngagementRecorded {
        /// The activity.
        activity_id: ActivityId,
    },
    /// An activity was told of anew: when, whose or what it was.
    EngagementCorrected {
        /// The activity.
        activity_id: ActivityId,
    },
    /// An activity was taken back: it counts no more.
    EngagementRetracted {
        /// The activity.
        activity_id: ActivityId,
    },
    /// People can register for a gathering. It is about nobody.
    GatheringPublished {
        /// The gathering.
        gathering_id: GatheringId,
    },
    /// What was published of a gathering is otherwise. It is about nobody.
    GatheringChanged {
        /// The gathering.
        gathering_id: GatheringId,
        /// Which members.
        changed: Vec<&'static str>,
    },
    /// A gathering took place. It is about nobody.
    GatheringHeld {
        /// The gathering.
        gathering_id: GatheringId,
    },
    /// A gathering will not take place. It is about nobody.
    GatheringCancelled {
        /// The gathering.
        gathering_id: GatheringId,
    },
    /// Something became of a registration.
    Registration(Turned),
    /// A message was told of for the first time.
    MessageRecorded {
        /// The message.
        message_id: MessageId,
    },
    /// More, or something else, is known of a message.
    MessageUpdated {
        /// The message.
        message_id: MessageId,
    },
}

/// What a word about a purpose turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ConsentTurn {
    /// The record.
    pub consent_id: ConsentId,
    /// The purpose.
    pub purpose: Purpose,
    /// How the purpose stands from now on, by everything that was said: what whoever uses the data should go by.
    pub standing: ConsentStanding,
}

impl Happening {
    /// Whose figures may be otherwise by what happened to somebody.
    #[must_use]
    pub fn counts_anew(&self, alumnus: AlumnusId) -> Vec<AlumnusId> {
        match self {
            Self::AlumnusMerged { merge_id: _, merged_id: other } | Self::AlumnusUnmerged { merge_id: _, restored_id: other } => {
                vec![alumnus, *other]
            }
            Self::AlumnusCreated {}
            | Self::AlumnusUpdated {}
            | Self::AlumnusEdited { .. }
            | Self::AlumnusReturned { .. }
            | Self::AlumnusDeceased {}
            | Self::EmploymentRecorded { .. }
            | Self::EmploymentCorrected { .. }
            | Self::DepartureAnnounced { .. }
            | Self::DepartureEffective { .. }
            | Self::DepartureCorrected { .. }
            | Self::DepartureRescinded { .. }
            | Self::ConsentGranted(_)
            | Self::ConsentWithdrawn(_)
            | Self::ConsentExpired(_) => vec![alumnus],
            Self::AlumnusReturnSuspected { .. }
            | Self::ReturningApplicantMatched { .. }
            | Self::ReturningApplicantReviewed { .. }
            | Self::LookupEnumerationSuspected { .. }
            | Self::EngagementRecorded { .. }
            | Self::EngagementCorrected { .. }
            | Self::EngagementRetracted { .. }
            | Self::GatheringPublished { .. }
            | Self::GatheringChanged { .. }
            | Self::GatheringHeld { .. }
            | Self::GatheringCancelled { .. }
            | Self::Registration(_)
            | Self::MessageRecorded { .. }
            | Self::MessageUpdated { .. } => Vec::new(),
        }
    }

    /// The type of the event: full-stop name, as Standard Webhooks asks.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AlumnusCreated {} => "alumnus.created",
            Self::AlumnusUpdated {} => "alumnus.updated",
            Self::AlumnusEdited { .. } => "alumnus.edited",
            Self::AlumnusReturned { .. } => "alumnus.returned",
            Self::AlumnusReturnSuspected { .. } => "alumnus.return_suspected",
            Self::AlumnusDeceased {} => "alumnus.deceased",
            Self::AlumnusMerged { .. } => "alumnus.merged",
            Self::AlumnusUnmerged { .. } => "alumnus.unmerged",
            Self::EmploymentRecorded { .. } => "employment.recorded",
            Self::EmploymentCorrected { .. } => "employment.corrected",
            Self::DepartureAnnounced { .. } => "departure.announced",
            Self::DepartureEffective { .. } => "departure.effective",
            Self::DepartureCorrected { .. } => "departure.corrected",
            Self::DepartureRescinded { .. } => "departure.rescinded",
            Self::ReturningApplicantMatched { .. } => "returning_applicant.matched",
            Self::ReturningApplicantReviewed { .. } => "returning_applicant.reviewed",
            Self::LookupEnumerationSuspected { .. } => "lookup.enumeration_suspected",
            Self::ConsentGranted(_) => "consent.granted",
            Self::ConsentWithdrawn(_) => "consent.withdrawn",
            Self::ConsentExpired(_) => "consent.expired",
            Self::EngagementRecorded { .. } => "engagement.recorded",
            Self::EngagementCorrected { .. } => "engagement.corrected",
            Self::EngagementRetracted { .. } => "engagement.retracted",
            Self::GatheringPublished { .. } => "gathering.published",
            Self::GatheringChanged { .. } => "gathering.changed",
            Self::GatheringHeld { .. } => "gathering.held",
            Self::GatheringCancelled { .. } => "gathering.cancelled",
            Self::MessageRecorded { .. } => "message.recorded",
            Self::MessageUpdated { .. } => "message.updated",
            Self::Registration(turned) => match turned.what {
                RegistrationTurn::Invited => "registration.invited",
                RegistrationTurn::Registered => "registration.registered",
                RegistrationTurn::Waiting => "registration.waiting",
                RegistrationTurn::MovedUp => "registration.moved_up",
                RegistrationTurn::Declined => "registration.declined",
                RegistrationTurn::Withdrawn => "registration.withdrawn",
                RegistrationTurn::Attended => "registration.attended",
                RegistrationTurn::NotAttended => "registration.not_attended",
                RegistrationTurn::Doubled => "registration.doubled",
                RegistrationTurn::Restored => "registration.restored",
            },
        }
    }
}

/// Something that will be so from a day on, and is told then, once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Due {
    /// The employment period it is about.
    pub employment: EmploymentId,
    /// What will be so.
    pub what: Turn,
    /// The first day on which it is.
    pub on: Date,
}

crate::words::words! {
    /// What a coming day turns.
    pub enum Turn {
        /// A departure comes into effect.
        DepartureEffective = "departure_effective",
        /// A later period begins.
        Returned = "returned",
    }
}
