//! Alumni: lists of those who left, one person in full, and what the alumni office edits.

pub mod graphql;
pub mod input;
pub mod rest;
pub mod view;

use std::collections::BTreeSet;

use furusu_domain::alumni::{
    AlumniFilter, AlumniOrder, AlumniPosition, Alumnus, Edit, Particulars, SortValue, Viewpoint, edit as apply, office_words,
};
use furusu_domain::error::{Error, Problem};
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, EventId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::time::Moment;
use furusu_persistence::Listed;

use crate::cursor::Position;
use crate::cx::Cx;
use crate::idempotency::Receipt;
use crate::rest::etag::Condition;

/// A page of alumni: people with at least one departure in effect, seen from the viewpoint.
///
/// # Errors
/// [`Error::Invalid`] if it is to be narrowed to a reason that reads as withheld.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "alumni.page", skip_all)]
pub async fn page(
    cx: &Cx,
    filter: &AlumniFilter,
    from: Viewpoint,
    order: (AlumniOrder, Direction),
    window: &Window<AlumniPosition>,
) -> Result<Page<(Listed, Alumnus)>, Error> {
    may_ask(cx, filter, from, Some(order.0))?;
    cx.read().alumni().page(filter, from, order, window).await
}

/// How many alumni the filter leaves.
///
/// # Errors
/// As [`page`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "alumni.count", skip_all)]
pub async fn count(cx: &Cx, filter: &AlumniFilter, from: Viewpoint) -> Result<i64, Error> {
    may_ask(cx, filter, from, None)?;
    cx.read().alumni().count(filter, from).await
}

fn may_ask(cx: &Cx, filter: &AlumniFilter, from: Viewpoint, order: Option<AlumniOrder>) -> Result<(), Error> {
    cx.may("alumni.page")?;
    if filter.tells_engagement(order) {
        cx.may("engagement.standing")?;
        // The books tell of now only.
        let past = [("/as_of", from.as_of.is_some()), ("/known_at", from.known_at.is_some())];
        if let Some((place, _)) = past.into_iter().find(|(_, is_there)| *is_there) {
            return Err(Error::fault(place, Problem::Exclusive { other: "engagement" }));
        }
    }
    match filter.reason {
        Some(reason) if !cx.redaction().may_filter_on(reason) => Err(Error::Invalid(vec![crate::departures::withheld_reason()])),
        Some(_) | None => Ok(()),
    }
}

/// A person in full.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person in the organization, or was none at that moment.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "alumni.find", skip_all)]
pub async fn find(cx: &Cx, id: AlumnusId, from: Viewpoint) -> Result<Alumnus, Error> {
    cx.may("alumni.find")?;
    cx.read().alumni().seek(id, from).await?.ok_or(Error::NotFound)
}

/// Several people in full; who does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "alumni.many", skip_all)]
pub async fn many(cx: &Cx, ids: &[AlumnusId], from: Viewpoint) -> Result<Vec<Alumnus>, Error> {
    cx.may("alumni.find")?;
    cx.read().alumni().many(ids, from).await
}

/// Edits contacts and the preferred name. What says nothing new writes nothing.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person; [`Error::PreconditionFailed`] if they are not as the caller means them to
/// be; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "alumni.edit", skip_all)]
pub async fn edit(cx: &Cx, id: AlumnusId, edit: Edit, state: Condition, receipt: Receipt<AlumnusId>) -> Result<Alumnus, Error> {
    cx.may("alumni.edit")?;
    let from = cx.viewpoint(None, None)?;
    let redaction = cx.redaction();
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        let (id, _) = tx.merges().who_answers(id).await?.ok_or(Error::NotFound)?;
        tx.departures().hold(&[id]).await?;
        let alumnus = tx.alumni().seek(id, from).await?.ok_or(Error::NotFound)?;
        if alumnus.id != id {
            // Merged into somebody else between the looks.
            return Err(Error::Conflict);
        }
        state.check(Some(view::etag(redaction, from, &alumnus)))?;
        receipt.keep(tx, &id).await?;
        let (words, changed) = speak(&alumnus, edit);
        if changed.is_empty() {
            return Ok(alumnus);
        }
        tx.alumni().save_office_words(&alumnus, words).await?;
        let event = Event { id: EventId::mint(&mut mint), alumnus: id, at: tx.now(), what: Happening::AlumnusEdited { changed } };
        tx.outbox().push(vec![event]).await?;
        tx.alumni().seek(id, from).await?.ok_or(Error::NotFound)
    })
    .await
}

/// What the office says after an edit, under each id that it says something else of, and the names of the members that
/// changed. What is said, it says of the person themselves; what is taken back, of whoever was merged into them too.
fn speak(alumnus: &Alumnus, edit: Edit) -> (Vec<(Option<AlumnusId>, Particulars)>, Vec<&'static str>) {
    let mut words = Vec::new();
    let mut changed = BTreeSet::new();
    let takes_back = edit.takes_back();
    let own = alumnus.office().map(|told| told.particulars.clone()).unwrap_or_default();
    let others = office_words(&alumnus.told).into_iter().filter(|told| told.merged_from.is_some());
    let others = others.map(|told| (told.merged_from, told.particulars.clone(), takes_back.clone()));
    for (under, before, edit) in std::iter::once((None, own, edit)).chain(others) {
        let (word, differs) = apply(before, edit);
        if !differs.is_empty() {
            words.push((under, word));
            changed.extend(differs);
        }
    }
    (words, changed.into_iter().collect())
}

/// A person who was edited before, as they are now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person any more.
pub async fn edited(cx: &Cx, id: AlumnusId) -> Result<Alumnus, Error> {
    cx.may("alumni.edit")?;
    cx.read().alumni().seek(id, cx.viewpoint(None, None)?).await?.ok_or(Error::NotFound)
}

/// A person's place in a list.
#[must_use]
pub fn position(order: AlumniOrder, listed: &Listed) -> Position {
    let value = match order {
        AlumniOrder::EndedOn => SortValue::Day(listed.ended_on),
        AlumniOrder::Name => SortValue::Text(listed.sort_key.clone()),
        AlumniOrder::CreatedAt => SortValue::Moment(listed.created_at),
        AlumniOrder::UpdatedAt => SortValue::Moment(listed.updated_at),
        // Whoever is in such a list has both.
        AlumniOrder::EngagementScore => SortValue::Number(listed.score.unwrap_or(i64::MIN)),
        AlumniOrder::LastActivityAt => SortValue::Moment(listed.last_activity_at.unwrap_or(Moment::from_micros(0))),
    };
    Position { value, id: *listed.id.as_bytes() }
}
