//! What is known of the messages that reports speak of, and what each report does to it. What came of a message adds up in
//! whatever order it is told; what it was goes by the date that its source gives it, and else by arrival.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Allowance, Message, MessageOutcome, MessageRecord, MessageRecorded};
use crate::departures::Source;
use crate::engagement::Whom;
use crate::error::{Fault, Problem};
use crate::id::{AlumnusId, ContactPermissionId, MessageId, Mint};
use crate::privacy::Consent;
use crate::time::Moment;

/// A source, and an id there.
type Key = (Source, String);

/// Somebody, and the id under which what is told of them is kept, if that was merged into theirs.
type Known = (AlumnusId, Option<AlumnusId>);

/// What reports did to one message, all together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageChange {
    /// As it was known before; `None` if it was not.
    pub before: Option<Message>,
    /// As it is known now.
    pub after: Message,
}

/// What is known of the messages that reports speak of.
#[derive(Debug)]
pub struct MessageLedger {
    now: Moment,
    mint: Mint,
    people: HashMap<Whom, Known>,
    consents: BTreeMap<AlumnusId, Vec<Consent>>,
    permissions: BTreeMap<ContactPermissionId, AlumnusId>,
    before: HashMap<Key, Message>,
    known: HashMap<Key, Message>,
    touched: BTreeSet<Key>,
}

impl MessageLedger {
    /// What is known of messages, whom reports may name, what those people said about the purposes of their data, and which
    /// permissions were held for whom.
    #[must_use]
    pub fn new(
        now: Moment,
        mint: Mint,
        people: HashMap<Whom, Known>,
        consents: Vec<Consent>,
        permissions: BTreeMap<ContactPermissionId, AlumnusId>,
        known: Vec<Message>,
    ) -> Self {
        let before: HashMap<Key, Message> = known.into_iter().map(|m| ((m.source.clone(), m.external_id.clone()), m)).collect();
        // What is learnt now is learnt after everything that is known, whatever the clocks of two instances say.
        let now = before.values().map(|message| message.updated_at.next()).fold(now, Moment::max);
        let mut of: BTreeMap<AlumnusId, Vec<Consent>> = BTreeMap::new();
        for consent in consents {
            of.entry(consent.alumnus).or_default().push(consent);
        }
        Self { now, mint, people, consents: of, permissions, known: before.clone(), before, touched: BTreeSet::new() }
    }

    /// Takes one report.
    pub fn take(&mut self, record: MessageRecord) -> MessageRecorded {
        let external_id = record.external_id.clone();
        match self.judge(record) {
            Ok((outcome, message)) => MessageRecorded {
                external_id: Some(external_id),
                outcome,
                message: Some(message.id),
                alumnus: Some(message.alumnus),
                permitted: Some(matches!(message.allowance, Allowance::By { .. })),
                problems: Vec::new(),
            },
            Err(faults) => MessageRecorded::rejected(Some(external_id), faults),
        }
    }

    fn judge(&mut self, record: MessageRecord) -> Result<(MessageOutcome, Message), Vec<Fault>> {
        let key = (record.source.clone(), record.external_id.clone());
        let known = self.known.get(&key).cloned();
        let mut faults = Vec::new();
        let whom = record.whom.as_ref().map(|whom| self.people.get(whom).copied().ok_or(whom));
        match &whom {
            Some(Err(Whom::Id(_))) => faults.push(Fault::new("/alumnus_id", Problem::UnknownPerson)),
            Some(Err(Whom::Named(..))) => faults.push(Fault::new("/person", Problem::UnknownPerson)),
            Some(Ok(_)) => {}
            None if known.is_none() => faults.push(Fault::new("/alumnus_id", Problem::RequiredOneOf { members: "alumnus_id, person" })),
            None => {}
        }
        for (member, is_there) in
            [("/channel", record.channel.is_some()), ("/purpose", record.purpose.is_some()), ("/sent_at", record.sent_at.is_some())]
        {
            if !is_there && known.is_none() {
                faults.push(Fault::new(member, Problem::Required));
            }
        }
        let whom = whom.and_then(Result::ok);
        // What is older than what is known says nothing of what the message was, but may know more of what came of it.
        let is_older = known.as_ref().is_some_and(|known| is_later(known.source_updated_at, record.source_updated_at));
        let after = match &known {
            Some(known) if is_older => Some(Message { fates: known.fates.and(record.fates), ..known.clone() }),
            Some(known) => {
                let (alumnus, merged_from) = match whom {
                    Some((alumnus, merged_from)) if alumnus != known.alumnus => (alumnus, merged_from),
                    Some(_) | None => (known.alumnus, known.merged_from),
                };
                Some(Message {
                    alumnus,
                    merged_from,
                    channel: record.channel.unwrap_or(known.channel),
                    purpose: record.purpose.unwrap_or(known.purpose),
                    campaign: record.campaign.or_else(|| known.campaign.clone()),
                    subject: record.subject.or_else(|| known.subject.clone()),
                    sent_at: record.sent_at.unwrap_or(known.sent_at),
                    fates: known.fates.and(record.fates),
                    permission: record.permission.or(known.permission),
                    source_updated_at: known.source_updated_at.max(record.source_updated_at),
                    ..known.clone()
                })
            }
            None => match (whom, record.channel, record.purpose, record.sent_at) {
                (Some((alumnus, merged_from)), Some(channel), Some(purpose), Some(sent_at)) => Some(Message {
                    id: MessageId::mint(&mut self.mint),
                    alumnus,
                    merged_from,
                    source: record.source,
                    external_id: record.external_id,
                    channel,
                    purpose,
                    campaign: record.campaign,
                    subject: record.subject,
                    sent_at,
                    fates: record.fates,
                    allowance: self.allowance(alumnus, channel, purpose, sent_at),
                    permission: record.permission,
                    source_updated_at: record.source_updated_at,
                    version: 0,
                    recorded_at: self.now,
                    updated_at: self.now,
                }),
                _ => None,
            },
        };
        let Some(mut after) = after else { return Err(faults) };
        for (member, at) in record.fates.moments() {
            if at.is_some_and(|at| at < after.sent_at) {
                faults.push(Fault::new(format!("/{member}"), Problem::Before { other: "/sent_at" }));
            }
        }
        // Of another person it is the permission of another message.
        let is_theirs = |id: ContactPermissionId| self.permissions.get(&id) == Some(&after.alumnus);
        if record.permission.is_some_and(|id| !is_theirs(id)) {
            faults.push(Fault::new("/permission_id", Problem::UnknownPermission));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let Some(known) = known else { return Ok((MessageOutcome::Created, self.keep(key, Message { version: 1, ..after }))) };
        let judged_by = |message: &Message| (message.alumnus, message.channel, message.purpose, message.sent_at);
        if judged_by(&known) != judged_by(&after) {
            after.allowance = self.allowance(after.alumnus, after.channel, after.purpose, after.sent_at);
        }
        let moved_on = Message { source_updated_at: after.source_updated_at, ..known.clone() };
        if after == moved_on {
            let outcome = if is_older { MessageOutcome::Stale } else { MessageOutcome::Unchanged };
            // Only the date moves on: what the source dates between the two is older than this.
            return Ok((outcome, if after == known { known } else { self.keep(key, after) }));
        }
        let after = Message { version: known.version + 1, updated_at: self.now, ..after };
        Ok((MessageOutcome::Updated, self.keep(key, after)))
    }

    fn allowance(
        &self,
        alumnus: AlumnusId,
        channel: crate::privacy::ContactChannel,
        purpose: crate::privacy::Purpose,
        sent_at: Moment,
    ) -> Allowance {
        let said = self.consents.get(&alumnus).map(Vec::as_slice).unwrap_or_default();
        Allowance::of(said, purpose, channel, sent_at)
    }

    fn keep(&mut self, key: Key, message: Message) -> Message {
        self.touched.insert(key.clone());
        self.known.insert(key, message.clone());
        message
    }

    /// What came of all reports.
    #[must_use]
    pub fn into_changes(self) -> Vec<MessageChange> {
        let Self { before, mut known, touched, .. } = self;
        let change = |key: &Key| known.remove(key).map(|after| MessageChange { before: before.get(key).cloned(), after });
        touched.iter().filter_map(change).collect()
    }
}

/// Whether both are dated, and the one is after the other.
fn is_later(one: Option<Moment>, other: Option<Moment>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one > other)
}
