//! Consents: what was said about the purposes of a person's data, recorded and withdrawn.

pub mod graphql;
pub mod input;
pub mod rest;
mod turn;
pub mod view;

use furusu_domain::alumni::{Alumnus, SortValue};
use furusu_domain::error::Error;
use furusu_domain::event::{ConsentTurn, Event, Happening};
use furusu_domain::id::{AlumnusId, ConsentId, EventId, Mint};
use furusu_domain::page::{Page, Window};
use furusu_domain::privacy::{Consent, ConsentChannel, ConsentFilter, ConsentPosition, Said, standing_over_its_ways};
use furusu_domain::time::Moment;
use furusu_persistence::Tx;

pub use turn::tell_what_expired;

use crate::cursor::Position;
use crate::cx::Cx;
use crate::idempotency::Receipt;

/// Which event tells of a turn.
type Turn = fn(ConsentTurn) -> Happening;

/// Records of people, with the people, whose periods tell on which side of the end date a word fell.
pub struct Known<T> {
    /// Whose.
    pub alumnus: Alumnus,
    /// What was said.
    pub what: T,
}

/// A page of what was said about one person's purposes, what was given last first.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "privacy.page_consents", skip_all)]
pub async fn page(cx: &Cx, of: AlumnusId, filter: &ConsentFilter, window: &Window<ConsentPosition>) -> Result<Known<Page<Consent>>, Error> {
    cx.may("privacy.page_consents")?;
    let tx = cx.read();
    let alumnus = tx.alumni().seek(of, cx.viewpoint(None, None)?).await?.ok_or(Error::NotFound)?;
    let page = tx.privacy().page(alumnus.id, filter, window).await?;
    Ok(Known { alumnus, what: page })
}

/// Everything that was said about the purposes of several people.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "privacy.consents_of", skip_all)]
pub async fn of_people(cx: &Cx, people: &[AlumnusId]) -> Result<Vec<Known<Vec<Consent>>>, Error> {
    cx.may("privacy.page_consents")?;
    let tx = cx.read();
    let from = cx.viewpoint(None, None)?;
    let (alumni, consents) = tokio::try_join!(tx.alumni().many(people, from), tx.privacy().many(people))?;
    let of = |alumnus: Alumnus| {
        let what = consents.iter().filter(|consent| consent.alumnus == alumnus.id).cloned().collect();
        Known { alumnus, what }
    };
    Ok(alumni.into_iter().map(of).collect())
}

/// Several records, with those whose word they are; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "privacy.consents", skip_all)]
pub async fn many(cx: &Cx, ids: &[ConsentId]) -> Result<Vec<Known<Consent>>, Error> {
    cx.may("privacy.page_consents")?;
    known(cx, cx.read().privacy().of_ids(ids).await?).await
}

async fn known(cx: &Cx, consents: Vec<Consent>) -> Result<Vec<Known<Consent>>, Error> {
    let people: Vec<AlumnusId> = consents.iter().map(|consent| consent.alumnus).collect();
    let alumni = cx.read().alumni().many(&people, cx.viewpoint(None, None)?).await?;
    let of = |what: Consent| {
        let alumnus = alumni.iter().find(|alumnus| alumnus.id == what.alumnus)?.clone();
        Some(Known { alumnus, what })
    };
    Ok(consents.into_iter().filter_map(of).collect())
}

/// Records what was said about one purpose of a person. Nothing that was said before is touched by it.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person; [`Error::Invalid`] with every fault of what was said; those of
/// [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "privacy.record_consent", skip_all)]
pub async fn record(cx: &Cx, of: AlumnusId, said: Said, receipt: Receipt<ConsentId>) -> Result<Known<Consent>, Error> {
    cx.may("privacy.record_consent")?;
    let from = cx.viewpoint(None, None)?;
    let by = cx.actor().caller.to_string();
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        tx.departures().hold(&[of]).await?;
        let alumnus = tx.alumni().seek(of, from).await?.ok_or(Error::NotFound)?;
        let id = ConsentId::mint(&mut mint);
        let consent = Consent::record(id, alumnus.id, said, tx.now(), &by).map_err(Error::Invalid)?;
        tx.privacy().insert(&consent).await?;
        let what: Turn = if consent.is_granted() { Happening::ConsentGranted } else { Happening::ConsentWithdrawn };
        turned(tx, &mut mint, &[(&consent, what)]).await?;
        receipt.keep(tx, &id).await?;
        Ok(Known { alumnus, what: consent })
    })
    .await
}

/// Withdraws what was said: a purpose that was granted is refused from then on, an objection that is taken back never was.
/// What was withdrawn before stays as it is, and nothing is written.
///
/// # Errors
/// [`Error::NotFound`] if there is no such record, or it is not of that person; [`Error::Invalid`] if it cannot be withdrawn at
/// that moment; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "privacy.withdraw_consent", skip_all)]
pub async fn withdraw(
    cx: &Cx,
    of: Option<AlumnusId>,
    id: ConsentId,
    (at, channel): (Option<Moment>, ConsentChannel),
    receipt: Receipt<ConsentId>,
) -> Result<Known<Consent>, Error> {
    cx.may("privacy.withdraw_consent")?;
    let from = cx.viewpoint(None, None)?;
    let by = cx.actor().caller.to_string();
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        let whose = find(tx, id).await?.alumnus;
        tx.departures().hold(&[whose]).await?;
        // Once more: somebody may have withdrawn it before this unit held the person.
        let consent = find(tx, id).await?;
        let alumnus = tx.alumni().seek(of.unwrap_or(whose), from).await?.filter(|alumnus| alumnus.id == whose).ok_or(Error::NotFound)?;
        if consent.withdrawal.is_some() {
            receipt.keep(tx, &id).await?;
            return Ok(Known { alumnus, what: consent });
        }
        let withdrawal = consent.withdraw(at, channel, tx.now(), &by).map_err(|fault| Error::Invalid(vec![fault]))?;
        tx.privacy().withdraw(id, &withdrawal).await?;
        let consent = Consent { withdrawal: Some(withdrawal), ..consent };
        turned(tx, &mut mint, &[(&consent, Happening::ConsentWithdrawn)]).await?;
        receipt.keep(tx, &id).await?;
        Ok(Known { alumnus, what: consent })
    })
    .await
}

async fn find(tx: &Tx, id: ConsentId) -> Result<Consent, Error> {
    tx.privacy().of_ids(&[id]).await?.pop().ok_or(Error::NotFound)
}

/// A record that was written before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such record any more.
pub async fn recorded(cx: &Cx, id: ConsentId) -> Result<Known<Consent>, Error> {
    cx.may("privacy.record_consent")?;
    known(cx, cx.read().privacy().of_ids(&[id]).await?).await?.pop().ok_or(Error::NotFound)
}

/// A record's place in a list.
#[must_use]
pub fn position(consent: &Consent) -> Position {
    position_of(ConsentPosition { given_at: consent.given_at, id: consent.id })
}

/// A place in a list, for a cursor.
#[must_use]
pub const fn position_of(ConsentPosition { given_at, id }: ConsentPosition) -> Position {
    Position { value: SortValue::Moment(given_at), id: *id.as_bytes() }
}

/// The place that a cursor names.
#[must_use]
pub fn place(position: Position) -> ConsentPosition {
    let given_at = match position.value {
        SortValue::Moment(at) => at,
        // A cursor is good for its own list only, and this one is sorted by a moment.
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Number(_) => Moment::from_micros(0),
    };
    ConsentPosition { given_at, id: ConsentId::from_bytes(position.id) }
}

/// Tells what words about purposes turned, once they are saved. Everything that changes how a purpose stands comes by here,
/// in the same unit of work, and so does whatever is kept by it: by whom people are found.
async fn turned(tx: &Tx, mint: &mut Mint, words: &[(&Consent, Turn)]) -> Result<(), Error> {
    let mut people: Vec<AlumnusId> = words.iter().map(|(consent, _)| consent.alumnus).collect();
    people.sort_unstable();
    people.dedup();
    tx.matching().refind(&people).await?;
    let said = tx.privacy().many(&people).await?;
    let event = |(consent, what): &(&Consent, Turn)| {
        let theirs: Vec<Consent> = said.iter().filter(|other| other.alumnus == consent.alumnus).cloned().collect();
        let standing = standing_over_its_ways(&theirs, consent, tx.now());
        let turn = ConsentTurn { consent_id: consent.id, purpose: consent.aim.purpose, standing };
        Event { id: EventId::mint(mint), alumnus: consent.alumnus, at: tx.now(), what: what(turn) }
    };
    tx.outbox().push(words.iter().map(event).collect()).await
}
