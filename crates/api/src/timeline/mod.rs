//! The timeline of a person: everything that happened, in one list, as far as the reader may see it.

pub mod graphql;
pub mod rest;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::alumni::SortValue;
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Page, Window};
use furusu_domain::time::Moment;
use furusu_domain::timeline::{self, Entry, EntryPosition, Origin, TimelineKind, of_consent, of_merge, of_periods};
use futures_util::future::try_join_all;

use crate::cursor::Position;
use crate::cx::Cx;

/// Kinds of entries; none stands for all that the reader may see.
pub type Kinds = BTreeSet<TimelineKind>;

/// A page of what happened to somebody, the newest first. Whoever was merged into another is answered as that one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person; [`Error::Forbidden`] if a kind is asked for that the reader may not see.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "timeline.page", skip_all)]
pub async fn page(cx: &Cx, of: AlumnusId, kinds: &Kinds, window: &Window<EntryPosition>) -> Result<(AlumnusId, Page<Entry>), Error> {
    let seen = seen(cx, kinds)?;
    let tx = cx.read();
    let (of, _) = tx.merges().who_answers(of).await?.ok_or(Error::NotFound)?;
    let mut pages = shown(cx, &[of], &seen, window).await?;
    Ok((of, pages.remove(&of).ok_or(Error::NotFound)?))
}

/// A page of each of these people's timelines.
///
/// # Errors
/// As [`page`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "timeline.pages", skip_all)]
pub async fn pages(
    cx: &Cx,
    of: &[AlumnusId],
    kinds: &Kinds,
    window: &Window<EntryPosition>,
) -> Result<BTreeMap<AlumnusId, Page<Entry>>, Error> {
    shown(cx, of, &seen(cx, kinds)?, window).await
}

/// How many entries each of these people's timelines has.
///
/// # Errors
/// As [`page`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "timeline.count", skip_all)]
pub async fn count(cx: &Cx, of: &[AlumnusId], kinds: &Kinds) -> Result<BTreeMap<AlumnusId, i64>, Error> {
    let seen = seen(cx, kinds)?;
    let tx = cx.read();
    let (whole, counted) = tokio::try_join!(whole(cx, of, &seen), try_join_all(seen.iter().map(|kind| tx.timeline().count(*kind, of))))?;
    let mut counts: BTreeMap<AlumnusId, i64> = of.iter().map(|id| (*id, 0)).collect();
    for (of, n) in whole.into_iter().map(|(of, _)| (of, 1)).chain(counted.into_iter().flatten()) {
        *counts.entry(of).or_default() += n;
    }
    Ok(counts)
}

/// The kinds of entries that are shown: those that are asked for, which the reader must be allowed to see, or else all that they
/// may see. What they may not see is not read at all.
fn seen(cx: &Cx, kinds: &Kinds) -> Result<Kinds, Error> {
    cx.may("timeline.page")?;
    for kind in kinds {
        cx.may(kind.operation())?;
    }
    let may_see = |kind: &TimelineKind| cx.may(kind.operation()).is_ok();
    Ok(if kinds.is_empty() { TimelineKind::ALL.iter().copied().filter(may_see).collect() } else { kinds.clone() })
}

async fn shown(
    cx: &Cx,
    of: &[AlumnusId],
    kinds: &Kinds,
    window: &Window<EntryPosition>,
) -> Result<BTreeMap<AlumnusId, Page<Entry>>, Error> {
    let tx = cx.read();
    let arms = try_join_all(kinds.iter().map(|kind| tx.timeline().entries(*kind, of, window)));
    let (whole, arms) = tokio::try_join!(whole(cx, of, kinds), arms)?;
    let mut entries: BTreeMap<AlumnusId, Vec<Entry>> = of.iter().map(|id| (*id, Vec::new())).collect();
    for (of, entry) in whole.into_iter().chain(arms.into_iter().flatten()) {
        entries.entry(of).or_default().push(entry);
    }
    Ok(entries.into_iter().map(|(of, entries)| (of, timeline::page(entries, window))).collect())
}

/// The entries that are made of what somebody has few of, which is read whole, if any of their kinds is shown.
async fn whole(cx: &Cx, of: &[AlumnusId], kinds: &Kinds) -> Result<Vec<(AlumnusId, Entry)>, Error> {
    let tx = cx.read();
    let is_shown = |origin: Origin| kinds.iter().any(|kind| kind.origin() == origin);
    let periods = async { if is_shown(Origin::Periods) { tx.timeline().periods(of).await } else { Ok(BTreeMap::new()) } };
    let consents = async { if is_shown(Origin::Consents) { tx.privacy().many(of).await } else { Ok(Vec::new()) } };
    let merges = async { if is_shown(Origin::Merges) { tx.merges().of_each(of).await } else { Ok(BTreeMap::new()) } };
    let (periods, consents, merges) = tokio::try_join!(periods, consents, merges)?;
    let (zone, today) = (&cx.actor().zone, cx.today());
    let mut entries = Vec::new();
    let mut add = |of: AlumnusId, told: Vec<Entry>| {
        entries.extend(told.into_iter().filter(|entry| kinds.contains(&entry.kind)).map(|entry| (of, entry)));
    };
    for (of, versions) in periods {
        add(of, of_periods(&versions, zone, today));
    }
    for consent in consents {
        add(consent.alumnus, of_consent(&consent, cx.now()));
    }
    for (of, merges) in merges {
        add(of, merges.iter().flat_map(of_merge).collect());
    }
    Ok(entries)
}

/// An entry's place in the list, as a cursor holds it.
#[must_use]
pub fn position(entry: &Entry) -> Position {
    let EntryPosition { occurred_at, kind, of } = entry.position();
    Position { value: SortValue::Text(format!("{} {kind}", occurred_at.micros())), id: of }
}

/// The place that a cursor names.
#[must_use]
pub fn place(position: Position) -> EntryPosition {
    let read = match &position.value {
        SortValue::Text(text) => text.split_once(' ').and_then(|(at, kind)| at.parse().ok().zip(TimelineKind::from_word(kind))),
        // A cursor is good for its own list only, and this one is sorted by a moment and a kind.
        SortValue::Day(_) | SortValue::Moment(_) | SortValue::Number(_) => None,
    };
    let (micros, kind) = read.unwrap_or((0, TimelineKind::EmploymentBegan));
    EntryPosition { occurred_at: Moment::from_micros(micros), kind, of: position.id }
}
