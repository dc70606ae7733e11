//! The verb by which reports of messages come in, one or many.

use std::collections::BTreeSet;

use furusu_domain::departures::Source;
use furusu_domain::engagement::{ActivityRecord, MessageChange, MessageLedger, MessageOutcome, MessageRecord, MessageRecorded, Whom};
use furusu_domain::error::{Error, Fault};
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, ContactPermissionId, EventId, MessageId, Mint};
use furusu_domain::time::Zone;
use furusu_persistence::Tx;

use crate::cx::Cx;
use crate::engagement;
use crate::idempotency::Receipt;

/// One report as it came: what it says, or why it cannot be taken.
pub struct Intake {
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// The report, or its faults.
    pub record: Result<MessageRecord, Vec<Fault>>,
    /// Where the report stands in what came: what its faults are told with.
    pub place: String,
}

/// Takes reports, in order, in one transaction, and keeps what became of them with the receipt.
///
/// # Errors
/// Those of [`Receipt::keep`], and of every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.record", skip_all)]
pub async fn record(cx: &Cx, intake: Vec<Intake>, receipt: Receipt<Vec<MessageRecorded>>) -> Result<Vec<MessageRecorded>, Error> {
    cx.may("messages.record")?;
    let (zone, mint, others) = (cx.actor().zone.clone(), cx.mint(), cx.mint());
    cx.write(async move |tx| {
        let results = take(tx, zone, (mint, others), intake).await?;
        receipt.keep(tx, &results).await?;
        Ok(results)
    })
    .await
}

/// Takes one report, together with whatever others come in at the same time: one commit serves them all, and each is answered
/// once it is on the disk.
///
/// # Errors
/// As [`record`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.record_one", skip_all)]
pub async fn record_one(cx: &Cx, intake: Intake) -> Result<MessageRecorded, Error> {
    cx.may("messages.record")?;
    let (cx, organization) = (cx.clone(), cx.actor().organization);
    let app = cx.shared();
    // It goes on for the others even if whoever came first goes away.
    let begin = || drop(tokio::spawn(write(cx)));
    app.messages.take(organization, intake, begin).await
}

/// Writes for everybody in line.
async fn write(cx: Cx) {
    let together = |intake| {
        let cx = cx.again();
        async move { record(&cx, intake, Receipt::none()).await }
    };
    cx.app().messages.serve(cx.actor().organization, together).await;
}

async fn take(tx: &Tx, zone: Zone, (mint, others): (Mint, Mint), intake: Vec<Intake>) -> Result<Vec<MessageRecorded>, Error> {
    tx.activities().alone().await?;
    let records: Vec<&MessageRecord> = intake.iter().filter_map(|i| i.record.as_ref().ok()).collect();
    let keys: BTreeSet<(Source, String)> = records.iter().map(|r| (r.source.clone(), r.external_id.clone())).collect();
    let named: BTreeSet<Whom> = records.iter().filter_map(|r| r.whom.clone()).collect();
    let held: Vec<ContactPermissionId> = records.iter().filter_map(|r| r.permission).collect();
    let (people, known, permissions) =
        tokio::try_join!(tx.activities().whom(named), tx.messages().known(&keys), tx.contact_permissions().whose(&held))?;
    let whose: BTreeSet<AlumnusId> = people.values().map(|(id, _)| *id).chain(known.iter().map(|m| m.alumnus)).collect();
    let consents = tx.privacy().many(&whose.into_iter().collect::<Vec<_>>()).await?;
    let mut ledger = MessageLedger::new(tx.now(), mint.clone(), people, consents, permissions, known);
    let mut results = Vec::with_capacity(intake.len());
    for Intake { external_id, record, place } in intake {
        let mut recorded = match record {
            Ok(record) => ledger.take(record),
            Err(faults) => MessageRecorded::rejected(external_id, faults),
        };
        if recorded.outcome == MessageOutcome::Rejected {
            for fault in recorded.problems.iter_mut().filter(|fault| !fault.pointer.starts_with(&place)) {
                fault.pointer.insert_str(0, &place);
            }
        }
        results.push(recorded);
    }
    let changes = ledger.into_changes();
    if !changes.is_empty() {
        let acts: Vec<ActivityRecord> = changes.iter().flat_map(|change| change.after.tells(change.before.as_ref())).collect();
        let used: Vec<(ContactPermissionId, MessageId)> =
            changes.iter().filter_map(|c| c.after.permission.map(|id| (id, c.after.id))).collect();
        let mut mint = others.clone();
        tx.outbox().push(changes.iter().filter_map(|change| event(change, &mut mint)).collect()).await?;
        tx.messages().save(changes).await?;
        tx.contact_permissions().use_up(used).await?;
        if !acts.is_empty() {
            engagement::tell(tx, zone, mint, acts).await?;
        }
    }
    Ok(results)
}

/// What a change tells; of one that only moves a date, nothing.
fn event(change: &MessageChange, mint: &mut Mint) -> Option<Event> {
    let MessageChange { before, after } = change;
    let message_id = after.id;
    let what = match before {
        None => Happening::MessageRecorded { message_id },
        Some(before) if before.version == after.version => return None,
        Some(_) => Happening::MessageUpdated { message_id },
    };
    Some(Event { id: EventId::mint(mint), alumnus: after.alumnus, at: after.updated_at, what })
}
