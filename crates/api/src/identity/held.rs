//! Deciding whom held records speak of. What is decided goes in by the very way of every record.

use furusu_domain::alumni::SortValue;
use furusu_domain::departures::{Outcome, Recorded};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::{AlumnusId, HeldRecordId};
use furusu_domain::identity::{Decision, HeldFilter, HeldPosition, HeldRecord, HeldStatus, Verdict};
use furusu_domain::page::{Direction, Page, Window};
use furusu_persistence::Tx;
use serde::{Deserialize, Serialize};

use super::input::Decide;
use super::merging::{Act, answers, unite};
use crate::cursor::Position;
use crate::cx::Cx;
use crate::departures::{Intake, take_decided};
use crate::idempotency::Receipt;

/// What was decided, and what became of the record; `None` if it was discarded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// The held record.
    pub id: HeldRecordId,
    /// What became of it.
    pub recorded: Option<Recorded>,
}

/// A page of held records, by the time they were first held.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.held", skip_all)]
pub async fn page(cx: &Cx, filter: &HeldFilter, direction: Direction, window: &Window<HeldPosition>) -> Result<Page<HeldRecord>, Error> {
    cx.may("identity.held")?;
    cx.read().held_records().page(filter, direction, window).await
}

/// How many held records the filter leaves.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.held_count", skip_all)]
pub async fn count(cx: &Cx, filter: &HeldFilter) -> Result<i64, Error> {
    cx.may("identity.held")?;
    cx.read().held_records().count(filter).await
}

/// A held record.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.held_record", skip_all)]
pub async fn find(cx: &Cx, id: HeldRecordId) -> Result<HeldRecord, Error> {
    cx.may("identity.held")?;
    cx.read().held_records().find(id).await
}

/// Several held records; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.held_records", skip_all)]
pub async fn many(cx: &Cx, ids: &[HeldRecordId]) -> Result<Vec<HeldRecord>, Error> {
    cx.may("identity.held")?;
    cx.read().held_records().many(ids).await
}

/// Decides whom a held record speaks of, and lets it in unless it is discarded. The same decision again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] if there is no such held record, or no such person; [`Error::Conflict`] if somebody else decided
/// otherwise, or nothing is to be decided any more; [`Error::Invalid`] if the record cannot go in; those of
/// [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.decide", skip_all)]
pub async fn decide(cx: &Cx, id: HeldRecordId, asked: Decide, receipt: Receipt<Decided>) -> Result<(HeldRecord, Option<Recorded>), Error> {
    cx.may("identity.decide")?;
    let here = cx.clone();
    cx.write(async move |tx| {
        tx.departures().admit_alone().await?;
        let held = tx.held_records().find(id).await?;
        let (held, recorded) = settle(&here, tx, held, asked).await?;
        receipt.keep(tx, &Decided { id, recorded: recorded.clone() }).await?;
        Ok((held, recorded))
    })
    .await
}

/// What was decided before, with the held record as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such held record any more.
pub async fn decided(cx: &Cx, kept: Decided) -> Result<(HeldRecord, Option<Recorded>), Error> {
    Ok((find(cx, kept.id).await?, kept.recorded))
}

async fn settle(cx: &Cx, tx: &Tx, held: HeldRecord, asked: Decide) -> Result<(HeldRecord, Option<Recorded>), Error> {
    let Decide { decision, alumnus, reason } = asked;
    let alumnus = match alumnus {
        Some(id) => Some(answers(tx, id).await?.0),
        None => None,
    };
    match held.status {
        HeldStatus::Waiting => {}
        HeldStatus::Overtaken => return Err(Error::Conflict),
        HeldStatus::Decided => {
            let Some(Verdict { decision: before, alumnus: whom, .. }) = &held.verdict else { return Err(Error::Conflict) };
            let whom = match whom {
                Some(id) => Some(answers(tx, *id).await?.0),
                None => None,
            };
            if *before == decision && (alumnus.is_none() || whom == alumnus) {
                return Ok((held, None));
            }
            // What is in cannot be put aside again; two people who were taken for one can be parted.
            if !held.is_discarded() {
                return Err(Error::Conflict);
            }
        }
    }
    let act = Act::of(cx, reason);
    let verdict = |alumnus| Verdict { decision, alumnus, by: act.by.clone(), at: tx.now(), reason: act.reason.clone() };
    let (alumnus, recorded) = match decision {
        Decision::Discarded => {
            let aside = tx.held_records().aside(&held.source, std::slice::from_ref(&held.external_id)).await?;
            let waiting = aside.into_iter().filter(|other| other.status == HeldStatus::Waiting && other.id != held.id);
            tx.held_records().save(waiting.map(|other| other.decide(verdict(None))).collect()).await?;
            (None, None)
        }
        Decision::NewPerson => {
            let recorded = admit(cx, tx, &held).await?;
            (recorded.alumnus, Some(recorded))
        }
        Decision::SamePerson => {
            let known = alumnus.ok_or_else(|| Error::fault("/alumnus_id", Problem::Required))?;
            let recorded = admit(cx, tx, &held).await?;
            let came_in_as = recorded.alumnus.ok_or(Error::Conflict)?;
            if came_in_as != known {
                // Merged and not written to the other at once: so the decision can be taken back.
                unite(tx, known, came_in_as, act.clone(), &mut cx.mint()).await?;
            }
            (Some(known), Some(Recorded { alumnus: Some(known), ..recorded }))
        }
    };
    let held = held.decide(verdict(alumnus));
    tx.held_records().save(vec![held.clone()]).await?;
    Ok((held, recorded))
}

/// Lets the record in, by the way of every record, as somebody new if nobody knows its id.
async fn admit(cx: &Cx, tx: &Tx, held: &HeldRecord) -> Result<Recorded, Error> {
    let record = held.record.clone().ok_or_else(|| Error::Internal(format!("held record {} says nothing", held.id)))?;
    let warnings: Vec<Fault> = record.review(tx.now(), cx.today()).into_iter().filter(|fault| fault.problem.is_warning()).collect();
    let intake = Intake { external_id: Some(record.external_id.clone()), record: Ok((record, warnings)) };
    let recorded = take_decided(cx, tx, &held.source, intake).await?;
    if recorded.outcome == Outcome::Rejected { Err(Error::Invalid(recorded.problems)) } else { Ok(recorded) }
}

/// A held record's place in a list.
#[must_use]
pub const fn position(held: &HeldRecord) -> Position {
    Position { value: SortValue::Moment(held.held_at), id: *held.id.as_bytes() }
}

impl Decide {
    /// A decision that names a person where it must, and only there.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn checked(decision: Decision, alumnus: Option<AlumnusId>, reason: Option<String>) -> Result<Self, Error> {
        match (decision, alumnus) {
            (Decision::SamePerson, None) => Err(Error::fault("/alumnus_id", Problem::Required)),
            (Decision::NewPerson | Decision::Discarded, Some(_)) => {
                Err(Error::fault("/alumnus_id", Problem::Exclusive { other: "this decision" }))
            }
            (Decision::SamePerson, Some(_)) | (Decision::NewPerson | Decision::Discarded, None) => Ok(Self { decision, alumnus, reason }),
        }
    }
}
