//! Messages, and whether somebody may be written to, as outsiders see them: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::engagement::{Allowance, Bounce, Fates, Lack, Message, MessageOutcome, MessageRecorded, Reason, ReasonCode};
use furusu_domain::error::Fault;
use furusu_domain::id::{AlumnusId, ConsentId, ContactPermissionId, MessageId};
use furusu_domain::privacy::{ConsentBasis, ContactChannel, Purpose};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::permission::{Answer, Answered};
use crate::engagement::view::SubjectView;
use crate::error::FaultView;
use crate::operating;
use crate::rest::listing::Cursor;

/// What became of one report of a message.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordedMessage")]
#[schema(as = RecordedMessage)]
pub struct RecordedMessageView {
    /// The report's place in the batch, from 0.
    pub index: usize,
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: MessageOutcome,
    /// The message, if it is known.
    pub message_id: Option<MessageId>,
    /// To whom it was sent, if that is known.
    pub alumnus_id: Option<AlumnusId>,
    /// Whether anything allowed it when it was sent.
    pub permitted: Option<bool>,
    /// Why it was rejected.
    pub problems: Vec<FaultView>,
}

impl RecordedMessageView {
    /// At its place in the batch.
    #[must_use]
    pub fn new(index: usize, recorded: MessageRecorded) -> Self {
        let MessageRecorded { external_id, outcome, message, alumnus, permitted, problems } = recorded;
        let problems = problems.into_iter().map(FaultView::from).collect();
        Self { index, external_id, outcome, message_id: message, alumnus_id: alumnus, permitted, problems }
    }
}

/// What became of a batch of reports.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordedMessages)]
pub struct RecordedMessagesView {
    /// What became of each report, in order.
    pub results: Vec<RecordedMessageView>,
}

/// What allows somebody to be written to: what they said, or the organization's interest.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ContactBasis")]
#[schema(as = ContactBasis)]
pub struct ContactBasisView {
    /// The record of what was said.
    pub id: ConsentId,
    /// Its basis.
    pub basis: ConsentBasis,
    /// Which version of which text they were shown.
    pub text_version: Option<String>,
}

fn basis(allowance: Allowance) -> Result<ContactBasisView, Lack> {
    match allowance {
        Allowance::By { consent, basis, text_version } => Ok(ContactBasisView { id: consent, basis, text_version }),
        Allowance::Not { lack } => Err(lack),
    }
}

/// What was sent to somebody, and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Message", complex)]
#[schema(as = Message)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub alumnus_id: AlumnusId,
    /// The source that told of it.
    pub source: String,
    /// Its id there.
    pub external_id: String,
    /// By which way.
    pub channel: ContactChannel,
    /// For what.
    pub purpose: Purpose,
    /// What it was a part of, in the sender's words.
    pub campaign: Option<String>,
    /// What it is about.
    pub subject: Option<SubjectView>,
    /// When it was sent.
    pub sent_at: Moment,
    /// When it was delivered.
    pub delivered_at: Option<Moment>,
    /// When it was first opened.
    pub opened_at: Option<Moment>,
    /// When a link in it was first followed.
    pub clicked_at: Option<Moment>,
    /// When it was first replied to.
    pub replied_at: Option<Moment>,
    /// When it came back.
    pub bounced_at: Option<Moment>,
    /// How it came back.
    pub bounce: Option<Bounce>,
    /// Whether anything allowed it when it was sent.
    pub permitted: bool,
    /// What allowed it.
    pub consent: Option<ContactBasisView>,
    /// Why nothing did.
    pub lack: Option<Lack>,
    /// The permission that was held for it.
    pub permission_id: Option<ContactPermissionId>,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// Counts what is known of it, from 1.
    pub version: i32,
    /// When furusu first learnt of it.
    pub recorded_at: Moment,
    /// When what is known of it last changed.
    pub updated_at: Moment,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let Message {
            id,
            alumnus,
            merged_from: _,
            source,
            external_id,
            channel,
            purpose,
            campaign,
            subject,
            sent_at,
            fates: Fates { delivered_at, opened_at, clicked_at, replied_at, bounced },
            allowance,
            permission,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        } = message;
        let (bounced_at, bounce) = bounced.unzip();
        let allowed = basis(allowance);
        Self {
            id,
            alumnus_id: alumnus,
            source: source.as_str().to_owned(),
            external_id,
            channel,
            purpose,
            campaign,
            subject: subject.map(SubjectView::from),
            sent_at,
            delivered_at,
            opened_at,
            clicked_at,
            replied_at,
            bounced_at,
            bounce,
            permitted: allowed.is_ok(),
            lack: allowed.as_ref().err().copied(),
            consent: allowed.ok(),
            permission_id: permission,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        }
    }
}

/// A page of messages, what was sent last first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessagePage)]
pub struct MessagePageView {
    /// The messages.
    pub data: Vec<MessageView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// One thing that stands in the way of writing to somebody.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ContactRefusal")]
#[schema(as = ContactRefusal)]
pub struct ReasonView {
    /// What.
    pub code: ReasonCode,
    /// The same in words.
    pub detail: String,
    /// When it will not stand in the way any more by itself, if that is known.
    pub again_at: Option<Moment>,
}

impl From<Reason> for ReasonView {
    fn from(Reason { code, again_at }: Reason) -> Self {
        Self { code, detail: operating::language().reason(code).to_owned(), again_at }
    }
}

/// Whether somebody may be written to.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ContactPermission")]
#[schema(as = ContactPermission)]
pub struct PermissionView {
    /// Whom.
    pub alumnus_id: AlumnusId,
    /// Whether they may be.
    pub may: bool,
    /// What allows it, if they may.
    pub consent: Option<ContactBasisView>,
    /// Everything that stands in the way, if they may not.
    pub reasons: Vec<ReasonView>,
    /// When nothing will stand in the way any more by itself, if that is known.
    pub again_at: Option<Moment>,
    /// The permission that is held for whoever asked: name it in the report of the message.
    pub permission_id: Option<ContactPermissionId>,
    /// Until when it is held.
    pub held_until: Option<Moment>,
}

impl From<Answered> for PermissionView {
    fn from(answered: Answered) -> Self {
        let Answered { alumnus, verdict, held } = answered;
        Self {
            alumnus_id: alumnus,
            may: verdict.may(),
            again_at: verdict.again_at(),
            consent: verdict.consent.and_then(|allowance| basis(allowance).ok()),
            reasons: verdict.reasons.into_iter().map(ReasonView::from).collect(),
            permission_id: held.map(|held| held.id),
            held_until: held.map(|held| held.until),
        }
    }
}

/// The answer to one question of several.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "AnsweredContactPermission")]
#[schema(as = AnsweredContactPermission)]
pub struct AnsweredView {
    /// The question's place in the batch, from 0.
    pub index: usize,
    /// The answer; null if the question was rejected.
    pub permission: Option<PermissionView>,
    /// Why it was rejected.
    pub problems: Vec<FaultView>,
}

impl AnsweredView {
    /// At its place in the batch.
    #[must_use]
    pub fn new(index: usize, answer: Answer) -> Self {
        let views = |faults: Vec<Fault>| faults.into_iter().map(FaultView::from).collect();
        match answer {
            Ok(answered) => Self { index, permission: Some(PermissionView::from(answered)), problems: Vec::new() },
            Err(faults) => Self { index, permission: None, problems: views(faults) },
        }
    }
}

/// The answers to several questions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AnsweredContactPermissions)]
pub struct AnsweredBatchView {
    /// The answer to each, in order.
    pub results: Vec<AnsweredView>,
}
