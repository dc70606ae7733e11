//! The verb by which activities come in, one or many, and how the books follow.

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::departures::Source;
use furusu_domain::engagement::{
    ActivityOutcome, ActivityRecord, ActivityRecorded, Bearing, Change, Done, Ledger, Tombstone, Whom, figures,
};
use furusu_domain::error::{Error, Fault};
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, EventId, Mint};
use furusu_domain::time::Zone;
use furusu_persistence::{Alive, Tx};

use crate::cx::Cx;
use crate::idempotency::Receipt;

/// One record as it came: what it says, or why it cannot be taken.
pub struct Intake {
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// The record, or its faults.
    pub record: Result<ActivityRecord, Vec<Fault>>,
    /// Where the record stands in what came: what its faults are told with.
    pub place: String,
}

/// Takes activities, in order, in one transaction, and keeps what became of them with the receipt.
///
/// # Errors
/// Those of [`Receipt::keep`], and of every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.record", skip_all)]
pub async fn record(cx: &Cx, intake: Vec<Intake>, receipt: Receipt<Vec<ActivityRecorded>>) -> Result<Vec<ActivityRecorded>, Error> {
    cx.may("engagement.record")?;
    let (zone, mint) = (cx.actor().zone.clone(), cx.mint());
    cx.write(async move |tx| {
        let results = take(tx, zone, mint, intake).await?;
        receipt.keep(tx, &results).await?;
        Ok(results)
    })
    .await
}

/// Takes one record in a transaction of its own, which keeps its receipt.
///
/// # Errors
/// As [`record`].
pub async fn record_by_itself(cx: &Cx, intake: Intake, receipt: Receipt<Vec<ActivityRecorded>>) -> Result<ActivityRecorded, Error> {
    first(record(cx, vec![intake], receipt).await?)
}

/// The one that there is.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub fn first(recorded: Vec<ActivityRecorded>) -> Result<ActivityRecorded, Error> {
    recorded.into_iter().next().ok_or(Error::NotFound)
}

/// Takes one activity, together with whatever others come in at the same time: one commit serves them all, and each is
/// answered once it is on the disk. Whoever comes alone waits for nobody.
///
/// # Errors
/// As [`record`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.record_one", skip_all)]
pub async fn record_one(cx: &Cx, intake: Intake) -> Result<ActivityRecorded, Error> {
    cx.may("engagement.record")?;
    let (cx, organization) = (cx.clone(), cx.actor().organization);
    let app = cx.shared();
    // It goes on for the others even if whoever came first goes away.
    let begin = || drop(tokio::spawn(write(cx)));
    app.activities.take(organization, intake, begin).await
}

/// Writes for everybody in line.
async fn write(cx: Cx) {
    let together = |intake| {
        let cx = cx.again();
        async move { record(&cx, intake, Receipt::none()).await }
    };
    cx.app().activities.serve(cx.actor().organization, together).await;
}

/// What furusu itself knows of somebody's activities, beside what else the unit of work does.
///
/// # Errors
/// As every statement.
pub async fn tell(tx: &Tx, zone: Zone, mint: Mint, records: Vec<ActivityRecord>) -> Result<(), Error> {
    let intake = |record: ActivityRecord| {
        let external_id = Some(record.external_id.clone());
        Intake { external_id, record: Ok(record), place: String::new() }
    };
    let results = take(tx, zone, mint, records.into_iter().map(intake).collect()).await?;
    match results.into_iter().find(|result| result.outcome == ActivityOutcome::Rejected) {
        Some(rejected) => Err(Error::Internal(format!("an activity of furusu's own: {}", Error::Invalid(rejected.problems)))),
        None => Ok(()),
    }
}

async fn take(tx: &Tx, zone: Zone, mut mint: Mint, intake: Vec<Intake>) -> Result<Vec<ActivityRecorded>, Error> {
    tx.activities().alone().await?;
    let records: Vec<&ActivityRecord> = intake.iter().filter_map(|i| i.record.as_ref().ok()).collect();
    let keys: BTreeSet<(Source, String)> = records.iter().map(|r| (r.source.clone(), r.external_id.clone())).collect();
    let named: BTreeSet<Whom> = records.iter().filter_map(|r| r.act.as_ref()).map(|act| act.whom.clone()).collect();
    let (alive, people, known, tombstones) = tokio::try_join!(
        tx.engagement().alive(),
        tx.activities().whom(named),
        tx.activities().known(&keys),
        tx.activities().tombstones(&keys)
    )?;
    let mut ledger = Ledger::new((tx.now(), zone), mint.clone(), alive.newest(), people, known, tombstones);
    let mut results = Vec::with_capacity(intake.len());
    for Intake { external_id, record, place } in intake {
        results.push(match record {
            Ok(record) => {
                let mut recorded = ledger.take(record);
                for fault in &mut recorded.problems {
                    fault.pointer.insert_str(0, &place);
                }
                recorded
            }
            Err(faults) => ActivityRecorded::rejected(external_id, faults),
        });
    }
    let (changes, buried, risen) = ledger.into_changes();
    if !(changes.is_empty() && buried.is_empty() && risen.is_empty()) {
        tx.outbox().push(changes.iter().filter_map(|change| event(change, &mut mint)).collect()).await?;
        enter(tx, &alive, changes, buried, risen).await?;
    }
    Ok(results)
}

/// What a change tells; of one that only moves a date, nothing.
fn event(change: &Change, mint: &mut Mint) -> Option<Event> {
    let Change { before, after } = change;
    let activity_id = after.id;
    let what = match before {
        None => Happening::EngagementRecorded { activity_id },
        Some(before) if before.version == after.version => return None,
        Some(_) if after.is_live() => Happening::EngagementCorrected { activity_id },
        Some(_) => Happening::EngagementRetracted { activity_id },
    };
    Some(Event { id: EventId::mint(mint), alumnus: after.alumnus, at: after.updated_at, what })
}

/// Writes changes of activities, and all that is counted by them.
async fn enter(tx: &Tx, alive: &Alive, changes: Vec<Change>, buried: Vec<Tombstone>, risen: Vec<(Source, String)>) -> Result<(), Error> {
    let whose = |change: &Change| std::iter::once(change.after.alumnus).chain(change.before.as_ref().map(|a| a.alumnus));
    let people: BTreeSet<AlumnusId> = changes.iter().flat_map(whose).collect();
    let people: Vec<AlumnusId> = people.into_iter().collect();
    let mut books = tx.engagement().open(&people, &alive.versions()).await?;
    books.enter(alive.newest(), &changes);
    let bearing = Bearing::of(&changes);
    let windows = bearing.beside(&alive.all().map(|(_, formula)| formula).collect::<Vec<_>>());
    let Bearing { more, mut anew } = bearing;
    tx.activities().save(changes, buried, risen).await?;
    let mut beside: BTreeMap<AlumnusId, Vec<Done>> = BTreeMap::new();
    for (between, people) in windows {
        for (id, doings) in tx.activities().done_between(&people, between).await? {
            beside.entry(id).or_default().extend(doings.acts);
        }
    }
    for (id, new) in &more {
        let beside = beside.get(id).map_or(&[][..], Vec::as_slice);
        for version in alive.of(*id) {
            if !books.add(version, *id, new, beside) {
                anew.insert(*id);
            }
        }
    }
    if !anew.is_empty() {
        let anew: Vec<AlumnusId> = anew.into_iter().collect();
        let done = tx.activities().done(&anew).await?;
        for id in anew {
            let acts = done.get(&id).map_or(&[][..], |doings| &doings.acts);
            for (version, formula) in alive.of(id) {
                books.stand(version, id, figures(formula, acts));
            }
        }
    }
    tx.engagement().save(books.close()).await
}

/// Makes the books of people anew from their activities: after a merge, or when it is taken back. In a unit of work that is
/// alone with the books. No total changes by that.
///
/// # Errors
/// As every statement.
pub async fn restate(tx: &Tx, people: &[AlumnusId]) -> Result<(), Error> {
    let alive = tx.engagement().alive().await?;
    let mut books = tx.engagement().open(people, &alive.versions()).await?;
    let mut done = tx.activities().done(people).await?;
    for id in people {
        let theirs = done.remove(id).unwrap_or_default();
        let before = books.months(*id);
        books.turn(*id, &before, theirs.months(alive.newest()));
        for (version, formula) in alive.of(*id) {
            books.stand(version, *id, figures(formula, &theirs.acts));
        }
    }
    tx.engagement().save(books.close()).await
}
