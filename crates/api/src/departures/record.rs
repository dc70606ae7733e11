//! The verb by which departure records come in: one, a batch, or a part of a file.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use furusu_domain::departures::{Fingerprint, Mark, Outcome, PersonKnown, Record, Recorded, Roster, Source};
use furusu_domain::error::{Error, Fault};
use furusu_domain::id::{AlumnusId, Mint};
use furusu_domain::identity::{HeldRecord, Suspect};
use furusu_domain::privacy::Redaction;
use furusu_domain::time::Date;
use furusu_persistence::Tx;

use super::told;
use super::view::DepartureRecordView;
use crate::cx::Cx;
use crate::idempotency::Receipt;
use crate::identity;
use crate::rest::etag::{Condition, Etag};

/// One record as it came: what it says and what is odd about it, or why it cannot be taken.
pub struct Intake {
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// The record with its warnings, or its faults.
    pub record: Result<(Record, Vec<Fault>), Vec<Fault>>,
}

/// What to do with a batch in which something is wrong, and whether to do it at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A record with a fault is rejected alone; the others go in.
    Each,
    /// All records or none.
    Atomic,
    /// Tell what would become of each, and write nothing.
    DryRun,
}

/// How often a batch is tried again when somebody else told of the same period at the same time and went first.
const TRIES: usize = 10;

/// Takes records of one source, in order, in one transaction. What became of each is told in order.
///
/// # Errors
/// [`Error::BatchRejected`] if the batch is atomic and a record was rejected; [`Error::Conflict`] if others keep going
/// first.
pub async fn record(cx: &Cx, source: Source, intake: Vec<Intake>, mode: Mode) -> Result<Vec<Recorded>, Error> {
    record_once(cx, source, intake, mode, Receipt::none()).await
}

/// The same, and keeps what became of the records with the receipt, in the same transaction.
///
/// # Errors
/// As [`record`], and as [`Receipt::keep`].
pub async fn record_once(
    cx: &Cx,
    source: Source,
    intake: Vec<Intake>,
    mode: Mode,
    receipt: Receipt<Vec<Recorded>>,
) -> Result<Vec<Recorded>, Error> {
    run(cx, source, intake, mode, receipt, None).await
}

/// Takes one record, if what is known of it is in the state that the caller means.
///
/// # Errors
/// As [`record`]; [`Error::PreconditionFailed`] if it is in another state.
pub async fn record_if(cx: &Cx, source: Source, (record, warnings): (Record, Vec<Fault>), state: Condition) -> Result<Recorded, Error> {
    let meant = (!state.is_empty()).then(|| (record.external_id.clone(), state));
    let intake = Intake { external_id: Some(record.external_id.clone()), record: Ok((record, warnings)) };
    let results = run(cx, source, vec![intake], Mode::Each, Receipt::none(), meant).await?;
    results.into_iter().next().ok_or(Error::NotFound)
}

/// The id of a record, and the state it is meant to be in.
type Meant = (String, Condition);

#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.record", skip_all)]
async fn run(
    cx: &Cx,
    source: Source,
    intake: Vec<Intake>,
    mode: Mode,
    receipt: Receipt<Vec<Recorded>>,
    meant: Option<Meant>,
) -> Result<Vec<Recorded>, Error> {
    cx.may("departures.record")?;
    let (source, intake, meant) = (Arc::new(source), Arc::new(intake), Arc::new(meant));
    let seen = (cx.redaction(), cx.today());
    let mut last = Error::Conflict;
    for attempt in 0..TRIES {
        let (source, intake, mint) = (source.clone(), intake.clone(), cx.mint());
        let (receipt, meant, here) = (receipt.clone(), meant.clone(), cx.clone());
        let done = cx
            .write(async move |tx| {
                // Who lost once waits for its turn: among those who wait, each comes through.
                if attempt > 0 {
                    tx.departures().admit_alone().await?;
                }
                if let Some((external_id, state)) = meant.as_ref() {
                    state.check(met(tx, &source, external_id, seen).await?)?;
                }
                let results = take(&here, tx, &source, &intake, (mode, None), mint).await?;
                receipt.keep(tx, &results).await?;
                Ok(results)
            })
            .await;
        match done {
            Err(Error::Conflict) => last = Error::Conflict,
            Err(Error::BatchRejected(results)) if mode == Mode::DryRun => return Ok(results),
            settled => return settled,
        }
    }
    Err(last)
}

/// The tag of what is known of a record, if anything is, when nobody else can change it any more.
async fn met(tx: &Tx, source: &Source, external_id: &str, (redaction, today): (Redaction, Date)) -> Result<Option<Etag>, Error> {
    // Whoever brings it in at this very moment is waited for.
    tx.departures().admit_alone().await?;
    let known = async || match told(tx, source, external_id, None).await {
        Ok(known) => Ok(Some(known)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    };
    let Some((period, _)) = known().await? else { return Ok(None) };
    tx.departures().hold(&[period.alumnus]).await?;
    Ok(known().await?.map(|(period, told)| Etag::of_view(&DepartureRecordView::seen_by(redaction, today, period, told))))
}

/// Takes a record whose id somebody has decided about: if nobody knows it, it is somebody new, whoever they resemble. In a
/// unit of work that admits alone.
///
/// # Errors
/// As every statement.
pub async fn take_decided(cx: &Cx, tx: &Tx, source: &Source, intake: Intake) -> Result<Recorded, Error> {
    let decided = intake.external_id.clone();
    let results = take(cx, tx, source, &[intake], (Mode::Each, decided), cx.mint()).await?;
    results.into_iter().next().ok_or(Error::NotFound)
}

/// `decided` is an id that somebody has decided about.
async fn take(
    cx: &Cx,
    tx: &Tx,
    source: &Source,
    intake: &[Intake],
    (mode, decided): (Mode, Option<String>),
    mint: Mint,
) -> Result<Vec<Recorded>, Error> {
    let records: Vec<&Record> = intake.iter().filter_map(|i| i.record.as_ref().ok().map(|(record, _)| record)).collect();
    let ids: BTreeSet<&String> = records.iter().map(|r| &r.external_id).collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let mut marks: HashMap<String, Vec<Mark>> = HashMap::new();
    for mark in tx.departures().marks(source, &ids).await? {
        marks.entry(mark.external_id.clone()).or_default().push(mark);
    }
    let settled = settle(intake, &marks);
    let unsettled: Vec<&Record> = intake
        .iter()
        .zip(&settled)
        .filter(|(_, done)| done.is_none())
        .filter_map(|(i, _)| i.record.as_ref().ok().map(|(r, _)| r))
        .collect();
    let mut roster = muster(cx, tx, source, &unsettled, mint, decided).await?;
    let mut results = Vec::with_capacity(intake.len());
    for (one, done) in intake.iter().zip(settled) {
        results.push(match (done, &one.record) {
            (Some(done), _) => done,
            (None, Ok((record, warnings))) => roster.take(record.clone(), warnings.clone()),
            (None, Err(faults)) => Recorded::rejected(one.external_id.clone(), faults.clone()),
        });
    }
    let refused = mode == Mode::Atomic && results.iter().any(|r| r.outcome == Outcome::Rejected);
    if refused || mode == Mode::DryRun {
        // Ids of what is not written were never given.
        for result in results.iter_mut().filter(|r| matches!(r.outcome, Outcome::Created | Outcome::Updated | Outcome::Held)) {
            (result.alumnus, result.employment, result.departure, result.held) = (None, None, None, None);
        }
        return Err(Error::BatchRejected(results));
    }
    let changes = roster.into_changes();
    if !changes.is_empty() {
        tx.departures().save(source, changes).await?;
    }
    Ok(results)
}

/// Settles the records that say nothing new. A key that stands twice in the batch is left to the roster, which takes
/// records in their order.
fn settle(intake: &[Intake], marks: &HashMap<String, Vec<Mark>>) -> Vec<Option<Recorded>> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (record, _) in intake.iter().filter_map(|i| i.record.as_ref().ok()) {
        *times.entry(&record.external_id).or_default() += 1;
    }
    let settle = |one: &Intake| {
        let (record, warnings) = one.record.as_ref().ok()?;
        if times.get(record.external_id.as_str()) != Some(&1) {
            return None;
        }
        let known = marks.get(&record.external_id)?;
        known.iter().find_map(|mark| mark.settles(record).map(|outcome| mark.answer(outcome, warnings.clone())))
    };
    intake.iter().map(settle).collect()
}

/// Brings together what is known of the people these records speak of.
async fn muster(cx: &Cx, tx: &Tx, source: &Source, records: &[&Record], mint: Mint, decided: Option<String>) -> Result<Roster, Error> {
    let ids: BTreeSet<&String> = records.iter().flat_map(|r| std::iter::once(&r.external_id).chain(&r.previous_external_ids)).collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let mut identities = tx.departures().identities(source, &ids).await?;
    let mut people: BTreeSet<AlumnusId> = BTreeSet::new();
    let known: BTreeSet<&str> = identities.iter().map(|i| i.external_id.as_str()).collect();
    let newcomers: Vec<&&Record> = records.iter().filter(|r| !known.contains(r.external_id.as_str())).collect();
    if !newcomers.is_empty() {
        // Whoever is new here may be coming in by another source at this very moment: look again, alone.
        tx.departures().admit_alone().await?;
        // Only who has a birth date as well can certainly be somebody.
        let certain = newcomers.iter().filter(|r| r.particulars.birth_on.is_some());
        let numbers: BTreeSet<String> = certain.filter_map(|r| r.particulars.employee_number.clone()).collect();
        let numbers: Vec<String> = numbers.into_iter().collect();
        people.extend(tx.departures().numbered(&numbers).await?);
        identities = tx.departures().identities(source, &ids).await?;
    }
    people.extend(identities.iter().map(|i| i.alumnus));
    let people: Vec<AlumnusId> = people.into_iter().collect();
    let known: Vec<PersonKnown> = if people.is_empty() {
        Vec::new()
    } else {
        tx.departures().hold(&people).await?;
        tx.departures().known(&people).await?
    };
    if known.iter().any(|person| person.told.is_empty()) {
        // Merged into somebody else between the looks: nothing is under their id any more.
        return Err(Error::Conflict);
    }
    let named: BTreeSet<&str> = identities.iter().map(|i| i.external_id.as_str()).collect();
    let unnamed: Vec<String> = ids.iter().filter(|id| !named.contains(id.as_str())).cloned().collect();
    let is_new = |r: &&&Record| std::iter::once(&r.external_id).chain(&r.previous_external_ids).all(|id| !named.contains(id.as_str()));
    let strangers: Vec<&Record> = records.iter().filter(is_new).copied().collect();
    let aside = if unnamed.is_empty() { Vec::new() } else { tx.held_records().aside(source, &unnamed).await? };
    let suspects = if decided.is_some() { HashMap::new() } else { doubts(cx, tx, source, strangers, &aside).await? };
    let roster = Roster::new(source.clone(), tx.now(), cx.today(), mint, identities, known).doubting(aside, suspects);
    Ok(match decided {
        Some(external_id) => roster.decided(external_id),
        None => roster,
    })
}

/// Whom records of ids that nobody knows may speak of. Nobody looks again for a record that is kept aside already.
async fn doubts(
    cx: &Cx,
    tx: &Tx,
    source: &Source,
    mut strangers: Vec<&Record>,
    aside: &[HeldRecord],
) -> Result<HashMap<Fingerprint, Vec<Suspect>>, Error> {
    let mut kept: HashMap<&str, Vec<&HeldRecord>> = HashMap::new();
    for held in aside.iter().filter(|held| held.is_open()) {
        kept.entry(&held.external_id).or_default().push(held);
    }
    strangers.retain(|record| {
        let (period, fingerprint) = (HeldRecord::period_of(record), record.fingerprint());
        let is_kept = |held: &&HeldRecord| held.period == period && held.settles(record, fingerprint);
        !kept.get(record.external_id.as_str()).is_some_and(|all| all.iter().any(is_kept))
    });
    if strangers.is_empty() { Ok(HashMap::new()) } else { identity::suspects(cx, tx, source, &strangers).await }
}
