//! Merging two people into one, and taking that back.

use furusu_domain::departures::PersonKnown;
use furusu_domain::error::{Error, Problem};
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, EventId, MergeId, Mint};
use furusu_domain::identity::{Face, Merge, Undone, family, join, part, tidings};
use furusu_domain::time::{Date, Moment, Zone};
use furusu_persistence::Tx;

use crate::cx::Cx;
use crate::engagement;
use crate::idempotency::Receipt;

/// Who does it, why, and on which day.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) by: String,
    pub(super) reason: Option<String>,
    pub(super) today: Date,
    pub(super) zone: Zone,
}

impl Act {
    pub(super) fn of(cx: &Cx, reason: Option<String>) -> Self {
        Self { by: cx.actor().caller.to_string(), reason, today: cx.today(), zone: cx.actor().zone.clone() }
    }
}

/// Merges one person into another. From now on the other answers for both, under either id.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person; [`Error::Invalid`] if the two are one person already; those of
/// [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.merge", skip_all)]
pub async fn merge(cx: &Cx, into: AlumnusId, merged: AlumnusId, reason: Option<String>, receipt: Receipt<MergeId>) -> Result<Merge, Error> {
    cx.may("identity.merge")?;
    let act = Act::of(cx, reason);
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        tx.departures().admit_alone().await?;
        let merge = unite(tx, into, merged, act, &mut mint).await?;
        receipt.keep(tx, &merge.id).await?;
        Ok(merge)
    })
    .await
}

/// Merges two people in a unit of work that admits alone, so that nobody else merges at the same time.
pub(super) async fn unite(tx: &Tx, into: AlumnusId, merged: AlumnusId, act: Act, mint: &mut Mint) -> Result<Merge, Error> {
    let (into, merged) = (answers(tx, into).await?.0, answers(tx, merged).await?.0);
    if into == merged {
        return Err(Error::fault("/merged_id", Problem::SamePerson));
    }
    tx.activities().alone().await?;
    tx.departures().hold(&[into, merged]).await?;
    let at = after(tx, [into, merged]).await?;
    let (survivor, other) = (known(tx, into).await?, known(tx, merged).await?);
    let both = join(survivor.clone(), other.clone());
    let Act { by, reason, today, zone } = act;
    let done = Merge { id: MergeId::mint(mint), alumnus: into, merged, reason, by: by.clone(), at, undone: None };
    tx.merges().insert(done.clone()).await?;
    engagement::restate(tx, &[into, merged]).await?;
    engagement::gatherings::settle(tx, &[into], &by, &zone, mint).await?;
    tx.merges().show(vec![Face::of(&both)], Some(merged), at).await?;
    let (also, due) = tidings([&survivor, &other], &both, today);
    let told = std::iter::once(Happening::AlumnusMerged { merge_id: done.id, merged_id: merged }).chain(also);
    let events = told.map(|what| Event { id: EventId::mint(mint), alumnus: into, at, what }).collect();
    tx.outbox().push(events).await?;
    tx.outbox().note(due).await?;
    Ok(done)
}

/// Takes a merge back: each of the two has again what was told under their own ids, whatever came in between included. A
/// merge that was taken back already stays so.
///
/// # Errors
/// [`Error::NotFound`] if there is no such merge, or not of the person, if one is named; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.unmerge", skip_all)]
pub async fn unmerge(
    cx: &Cx,
    of: Option<AlumnusId>,
    id: MergeId,
    reason: Option<String>,
    receipt: Receipt<MergeId>,
) -> Result<Merge, Error> {
    cx.may("identity.unmerge")?;
    let act = Act::of(cx, reason);
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        tx.departures().admit_alone().await?;
        let merge = tx.merges().find(id).await?;
        if let Some(of) = of {
            let whose = [answers(tx, merge.alumnus).await?.0, answers(tx, merge.merged).await?.0];
            if !whose.contains(&answers(tx, of).await?.0) {
                return Err(Error::NotFound);
            }
        }
        let merge = if merge.undone.is_some() { merge } else { divide(tx, merge, act, &mut mint).await? };
        receipt.keep(tx, &merge.id).await?;
        Ok(merge)
    })
    .await
}

async fn divide(tx: &Tx, merge: Merge, act: Act, mint: &mut Mint) -> Result<Merge, Error> {
    // Whoever they were merged into may have been merged further: then it is that one who gives them back.
    let (from, one) = (answers(tx, merge.merged).await?.0, merge.merged);
    tx.activities().alone().await?;
    tx.departures().hold(&[from, one]).await?;
    let at = after(tx, [from, one]).await?;
    let goes = family(one, &tx.merges().of(from).await?);
    let (left, given) = part(known(tx, from).await?, one, &goes);
    let Act { by, reason, today: _, zone } = act;
    let merge = Merge { undone: Some(Undone { by: by.clone(), at, reason }), ..merge };
    let goes: Vec<AlumnusId> = goes.into_iter().collect();
    tx.merges().undo(merge.clone(), from, &goes).await?;
    engagement::restate(tx, &[from, one]).await?;
    engagement::gatherings::settle(tx, &[from, one], &by, &zone, mint).await?;
    tx.merges().show(vec![Face::of(&left), Face::of(&given)], None, at).await?;
    let what = Happening::AlumnusUnmerged { merge_id: merge.id, restored_id: one };
    tx.outbox().push(vec![Event { id: EventId::mint(mint), alumnus: from, at, what }]).await?;
    Ok(merge)
}

/// The merges of a person and of those who answer with them, the newest first.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "identity.merges", skip_all)]
pub async fn merges(cx: &Cx, of: AlumnusId) -> Result<(AlumnusId, Vec<Merge>), Error> {
    cx.may("identity.merges")?;
    let tx = cx.read();
    let (alumnus, _) = answers(&tx, of).await?;
    Ok((alumnus, tx.merges().of(alumnus).await?))
}

/// A merge that was made or taken back before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such merge any more.
pub async fn merged(cx: &Cx, id: MergeId) -> Result<Merge, Error> {
    cx.may("identity.merges")?;
    cx.read().merges().find(id).await
}

/// Who answers for a person, and when anything about that one last changed.
pub(super) async fn answers(tx: &Tx, id: AlumnusId) -> Result<(AlumnusId, Moment), Error> {
    tx.merges().who_answers(id).await?.ok_or(Error::NotFound)
}

/// A moment after everything that is known of these people, whatever the clocks of two instances say.
async fn after(tx: &Tx, people: [AlumnusId; 2]) -> Result<Moment, Error> {
    let mut at = tx.now();
    for id in people {
        at = at.max(answers(tx, id).await?.1.next());
    }
    Ok(at)
}

async fn known(tx: &Tx, id: AlumnusId) -> Result<PersonKnown, Error> {
    tx.departures().known(&[id]).await?.pop().ok_or(Error::NotFound)
}
