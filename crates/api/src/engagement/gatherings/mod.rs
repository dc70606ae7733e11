//! Gatherings: planned, published, held; who comes, who waits, who was there; and the calendars that show them.

pub mod calendar;
pub mod feed;
pub mod graphql;
mod guests;
pub mod input;
pub mod rest;
pub mod view;

pub use guests::{Answered, Ask, Enrolled, enrol, enrol_all, enrolled, of_people, registrations, settle, turn, turned};

use std::collections::BTreeMap;

use furusu_domain::alumni::SortValue;
use furusu_domain::engagement::{EditPlan, Gathering, GatheringFilter, GatheringPosition, GatheringState, GuestList, Plan};
use furusu_domain::error::Error;
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{EventId, GatheringId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::time::Moment;

use crate::cursor::Position;
use crate::cx::Cx;
use crate::idempotency::Receipt;
use crate::rest::etag::Condition;

/// A gathering.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.find", skip_all)]
pub async fn find(cx: &Cx, id: GatheringId) -> Result<Gathering, Error> {
    cx.may("gatherings.find")?;
    cx.read().gatherings().find(id).await
}

/// Several gatherings; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.many", skip_all)]
pub async fn many(cx: &Cx, ids: &[GatheringId]) -> Result<BTreeMap<GatheringId, Gathering>, Error> {
    cx.may("gatherings.find")?;
    Ok(cx.read().gatherings().many(ids).await?.into_iter().map(|gathering| (gathering.id, gathering)).collect())
}

/// A page of gatherings, by when they begin.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.page", skip_all)]
pub async fn page(
    cx: &Cx,
    filter: GatheringFilter,
    direction: Direction,
    window: &Window<GatheringPosition>,
) -> Result<Page<Gathering>, Error> {
    cx.may("gatherings.page")?;
    cx.read().gatherings().page(filter, direction, window).await
}

/// How many gatherings a list has.
///
/// # Errors
/// As every statement.
pub async fn count(cx: &Cx, filter: GatheringFilter) -> Result<i64, Error> {
    cx.may("gatherings.page")?;
    cx.read().gatherings().count(filter).await
}

/// Plans a gathering. Nobody outside knows of it until it is published.
///
/// # Errors
/// [`Error::Invalid`] with every fault of the plan; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.plan", skip_all)]
pub async fn plan(cx: &Cx, plan: Plan, receipt: Receipt<GatheringId>) -> Result<Gathering, Error> {
    cx.may("gatherings.plan")?;
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        let gathering = Gathering::planned(GatheringId::mint(&mut mint), plan, tx.now()).map_err(Error::Invalid)?;
        tx.gatherings().insert(gathering.clone()).await?;
        receipt.keep(tx, &gathering.id).await?;
        Ok(gathering)
    })
    .await
}

/// Edits the plan. Where there are more seats by it, those who wait move up; where there are fewer, nobody loses theirs.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`] if it is not as the caller means it to be; [`Error::Invalid`] and
/// [`Error::Refused`] by [`Gathering::edited`]; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.edit", skip_all)]
pub async fn edit(cx: &Cx, id: GatheringId, edit: EditPlan, state: Condition, receipt: Receipt<GatheringId>) -> Result<Gathering, Error> {
    cx.may("gatherings.edit")?;
    let (by, zone, mut mint, others) = (cx.actor().caller.to_string(), cx.actor().zone.clone(), cx.mint(), cx.mint());
    cx.write(async move |tx| {
        tx.activities().alone().await?;
        tx.gatherings().hold(&[id]).await?;
        let known = tx.gatherings().find(id).await?;
        state.check(Some(view::etag(&known)))?;
        let mut gathering = known.clone().edited(edit, tx.now())?;
        if gathering != known {
            if gathering.was_published {
                let what = Happening::GatheringChanged { gathering_id: id, changed: known.plan.differs(&gathering.plan) };
                tx.outbox().push(vec![about_nobody(EventId::mint(&mut mint), gathering.updated_at, what)]).await?;
            }
            tx.gatherings().save(gathering.clone()).await?;
            let mut list = GuestList::open(gathering, Vec::new(), (tx.now(), by), mint);
            guests::write(tx, &mut list, zone, others).await?;
            gathering = list.gathering().clone();
        }
        receipt.keep(tx, &id).await?;
        Ok(gathering)
    })
    .await
}

/// Moves a gathering: publishes it, says that it took place, or that it will not. Where it is already, it stays.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] by [`Gathering::moved`]; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.move", skip_all)]
pub async fn advance(cx: &Cx, id: GatheringId, to: GatheringState, receipt: Receipt<GatheringId>) -> Result<Gathering, Error> {
    cx.may("gatherings.move")?;
    let (by, mut mint) = (cx.actor().caller.to_string(), cx.mint());
    cx.write(async move |tx| {
        tx.gatherings().hold(&[id]).await?;
        let (gathering, told) = tx.gatherings().find(id).await?.moved(to, &by, tx.now())?;
        if let Some(what) = told {
            tx.gatherings().save(gathering.clone()).await?;
            tx.outbox().push(vec![about_nobody(EventId::mint(&mut mint), gathering.updated_at, what)]).await?;
        }
        receipt.keep(tx, &id).await?;
        Ok(gathering)
    })
    .await
}

/// A gathering that was written before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one any more.
pub async fn written(cx: &Cx, id: GatheringId) -> Result<Gathering, Error> {
    cx.may("gatherings.plan")?;
    cx.read().gatherings().find(id).await
}

const fn about_nobody(id: EventId, at: Moment, what: Happening) -> Event {
    Event { id, alumnus: Event::NOBODY, at, what }
}

/// A gathering's place in a list.
#[must_use]
pub const fn position(gathering: &Gathering) -> Position {
    Position { value: SortValue::Moment(gathering.plan.starts_at), id: *gathering.id.as_bytes() }
}

/// The place that a cursor names.
#[must_use]
pub fn place(position: Position) -> GatheringPosition {
    let starts_at = match position.value {
        SortValue::Moment(at) => at,
        // A cursor is good for its own list only, and this one is sorted by a moment.
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Number(_) => Moment::from_micros(0),
    };
    GatheringPosition { starts_at, id: GatheringId::from_bytes(position.id) }
}
