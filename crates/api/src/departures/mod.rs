//! Departures: what HR systems send, and what is known of it.

pub mod graphql;
pub mod input;
mod record;
pub mod rest;
mod turn;
pub mod view;

pub use record::{Intake, Mode, record, record_if, record_once, take_decided};
pub use turn::tell_what_came_due;

use furusu_domain::alumni::{DepartureFilter, DepartureOrder, DeparturePosition, Origin, Particulars};
use furusu_domain::departures::{Employment, Source};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::{DepartureId, EmploymentId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_persistence::Tx;

use crate::cx::Cx;

/// What a source says of a person under one id: of the period asked for, else of the latest.
///
/// # Errors
/// [`Error::NotFound`] if the source has told of no such period.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.find", skip_all)]
pub async fn find(cx: &Cx, source: &Source, external_id: &str, sequence: Option<i32>) -> Result<(Employment, Particulars), Error> {
    cx.may("departures.find")?;
    // What no database keeps names nothing.
    if external_id.contains(char::is_control) {
        return Err(Error::NotFound);
    }
    told(&cx.read(), source, external_id, sequence).await
}

async fn told(tx: &Tx, source: &Source, external_id: &str, sequence: Option<i32>) -> Result<(Employment, Particulars), Error> {
    let periods = tx.departures().told_of(source, external_id).await?;
    let period = periods.into_iter().find(|e| sequence.is_none() || e.sequence == sequence).ok_or(Error::NotFound)?;
    let people = tx.departures().known(&[period.alumnus]).await?;
    let by = Origin::Source(source.clone());
    let told = people.into_iter().flat_map(|person| person.told).find(|told| told.by == by && told.merged_from == period.merged_from);
    Ok((period, told.map(|told| told.particulars).unwrap_or_default()))
}

/// A page of departures.
///
/// # Errors
/// [`Error::Invalid`] if it is to be narrowed to a reason that reads as withheld.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.page", skip_all)]
pub async fn page(
    cx: &Cx,
    filter: &DepartureFilter,
    order: (DepartureOrder, Direction),
    window: &Window<DeparturePosition>,
) -> Result<Page<Employment>, Error> {
    may_ask(cx, filter)?;
    cx.read().departures().page(filter, cx.today(), order, window).await
}

/// How many departures the filter leaves.
///
/// # Errors
/// As [`page`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.count", skip_all)]
pub async fn count(cx: &Cx, filter: &DepartureFilter, order: DepartureOrder) -> Result<i64, Error> {
    may_ask(cx, filter)?;
    cx.read().departures().count(filter, cx.today(), order).await
}

fn may_ask(cx: &Cx, filter: &DepartureFilter) -> Result<(), Error> {
    cx.may("departures.page")?;
    match filter.reason {
        Some(reason) if !cx.redaction().may_filter_on(reason) => Err(Error::Invalid(vec![withheld_reason()])),
        Some(_) | None => Ok(()),
    }
}

/// The fault of asking for what reads as withheld.
#[must_use]
pub fn withheld_reason() -> Fault {
    Fault::new("/reason", Problem::NeedsScope { scope: furusu_domain::actor::Scope::EvaluationsRead })
}

/// Departures by their ids, as they are known now; those of others are left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.of", skip_all)]
pub async fn of(cx: &Cx, ids: &[DepartureId]) -> Result<Vec<Employment>, Error> {
    cx.may("alumni.find")?;
    cx.read().departures().of_departures(ids).await
}

/// Employment periods by their ids, as they are known now; those of others are left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.periods", skip_all)]
pub async fn periods(cx: &Cx, ids: &[EmploymentId]) -> Result<Vec<Employment>, Error> {
    cx.may("alumni.find")?;
    cx.read().departures().many(ids).await
}

/// Every version of these periods, the oldest first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "departures.versions", skip_all)]
pub async fn versions(cx: &Cx, periods: &[EmploymentId]) -> Result<Vec<Employment>, Error> {
    cx.may("alumni.find")?;
    cx.read().departures().versions(periods).await
}
