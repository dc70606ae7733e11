//! Departures by REST.

use std::future::ready;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::alumni::{DepartureFilter, DepartureOrder, DeparturePosition, SortValue};
use furusu_domain::departures::{DepartureStatus, Outcome, Reason, SeparationType, Source};
use furusu_domain::error::{Error, Fault, Form, Problem};
use furusu_domain::id::DepartureId;
use furusu_domain::page::{Direction, MOST};

use super::input::{self, RecordDeparture};
use super::view::{BatchView, DeparturePageView, DepartureRecordView, DepartureView, RecordedView};
use super::{Intake, Mode};
use crate::cursor::Position;
use crate::cx::Cx;
use crate::error::{ProblemView, Refusal};
use crate::idempotency::{self, Once};
use crate::json::{Json, Place, Reader};
use crate::rest::contract::PROBLEM;
use crate::rest::etag::{self, Condition, Etag};
use crate::rest::listing::{Cursor, DepartureSort, ExternalId, SourceName};
use crate::rest::{Changed, NoSuch, Overtaken, Refusals, Unreadable, body, listing, query};

/// `GET /v1/departures/{source}/{external_id}`
#[utoipa::path(get, path = "/v1/departures/{source}/{external_id}", tag = "Departures", operation_id = "getDepartureRecord",
    description = "`record` has the very form that is sent with PUT: sent again, it is `unchanged`, unless a scope is missing and something was withheld.",
    summary = "What a source told of a person: their latest employment period, or the one of a sequence",
    params(
        ("source" = SourceName, Path, description = "The HR system"),
        ("external_id" = ExternalId, Path, description = "The person's id there"),
        ("sequence" = Option<i32>, Query, description = "Which of their periods; the latest if missing", minimum = 0, maximum = 2147483647),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304"),
    ),
    responses(
        (status = 200, description = "The record as it is known now", body = DepartureRecordView),
        (status = 304, description = "As it is known"),
        Refusals, NoSuch,
    ),
    security(("oauth2" = ["departures:read"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<(String, String)>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let (source, external_id) = path.into_inner();
    let sequence = query(&request, |r| r.whole("sequence", 0..=i64::from(i32::MAX)).and_then(|n| i32::try_from(n).ok()))?;
    // A name that no source can have names nothing.
    let source = Source::parse(&source).map_err(|_| Error::NotFound)?;
    let (period, told) = super::find(&cx, &source, &external_id, sequence).await?;
    let view = DepartureRecordView::seen_by(cx.redaction(), cx.today(), period, told);
    Ok(etag::answer(&request, Etag::of_view(&view), &view))
}

/// `PUT /v1/departures/{source}/{external_id}`
#[utoipa::path(put, path = "/v1/departures/{source}/{external_id}", tag = "Departures", operation_id = "recordDeparture",
    description = "Send a record as often as you like: one that says nothing new is `unchanged`, and one that is older than what is known is `stale`. A record without `departure` is of somebody who is employed, and takes back a departure that was told before. Texts are trimmed; an empty one reads as missing, and so does null.",
    summary = "Tell of one employment period: hired, ended or not",
    params(
        ("source" = SourceName, Path, description = "The HR system"),
        ("external_id" = ExternalId, Path, description = "The person's id there; the body's must be the same"),
        ("If-Match" = Option<String>, Header, description = "The entity tag of the state that is to be changed: another state is refused with 412"),
        ("If-None-Match" = Option<String>, Header, description = "A star: only if the source has told nothing under this id"),
    ),
    request_body(content = RecordDeparture, content_type = "application/json"),
    responses(
        (status = 200, description = "A known period: updated, unchanged or stale", body = RecordedView),
        (status = 201, description = "A period that was not known", body = RecordedView),
        (status = 202, description = "Held: may be somebody known from another source, a person decides", body = RecordedView),
        Refusals, Unreadable, Overtaken, Changed,
    ),
    security(("oauth2" = ["departures:write"]), ("bearer" = [])))]
pub async fn record(
    cx: Cx,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    cx.may("departures.record")?;
    let (source, external_id) = path.into_inner();
    let source = Source::parse(&source).map_err(|problem| Error::fault("/source", problem))?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let json = body::parse(&bytes)?;
    let Intake { external_id: named, mut record } = input::read(json, Place::ROOT, cx.now(), cx.today());
    if named.as_ref().is_some_and(|named| *named != external_id) {
        let fault = Fault::new("/external_id", Problem::DiffersFromPath);
        record = match record {
            Ok(_) => Err(vec![fault]),
            Err(faults) => Err([vec![fault], faults].concat()),
        };
    }
    let record = record.map_err(Error::Invalid)?;
    let recorded = super::record_if(&cx, source, record, Condition::of_request(&request)).await?;
    let status = match recorded.outcome {
        Outcome::Created => StatusCode::CREATED,
        Outcome::Updated | Outcome::Unchanged | Outcome::Stale => StatusCode::OK,
        Outcome::Held => StatusCode::ACCEPTED,
        Outcome::Rejected => return Err(Error::Invalid(recorded.problems).into()),
    };
    Ok(HttpResponse::build(status).json(RecordedView::new(0, recorded)))
}

/// A batch of departure records of one source.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct RecordDepartures {
    /// The HR system that all the records come from.
    #[schema(value_type = SourceName)]
    source: String,
    /// The records, 1 to 1,000; applied in their order.
    #[schema(min_items = 1, max_items = 1000)]
    records: Vec<RecordDeparture>,
}

/// The most records a batch has.
pub const BATCH: usize = 1_000;

/// `POST /v1/departures/batch`
#[utoipa::path(post, path = "/v1/departures/batch", tag = "Departures", operation_id = "recordDepartures",
    description = "Records are applied in their order, each with its own outcome; a record with a fault is rejected alone, and the others go in. The pointers of its problems begin at the record.",
    summary = "Tell of up to 1,000 employment periods of one source",
    params(
        ("atomic" = Option<bool>, Query, description = "All records or none: any rejection gives 422 with every result, and nothing is written"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and does nothing"),
    ),
    request_body(content = RecordDepartures, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of each record, in order", body = BatchView),
        Refusals, Unreadable, Overtaken,
        (status = 422, description = "The batch cannot be read: `errors` says why; or it is atomic and has a rejected record: `results` has every record", content_type = PROBLEM, body = ProblemView),
    ),
    security(("oauth2" = ["departures:write"]), ("bearer" = [])))]
pub async fn record_batch(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("departures.record")?;
    let atomic = query(&request, |r| r.boolean("atomic"))?.unwrap_or(false);
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let (source, intake) = batch(&cx, body::parse(&bytes)?)?;
    let mode = if atomic { Mode::Atomic } else { Mode::Each };
    let record = |receipt| super::record_once(&cx, source, intake, mode, receipt);
    let Once { what, replayed } = idempotency::by_rest(&cx, &request, &bytes, record, |kept| ready(Ok(kept))).await?;
    let results = what.into_iter().enumerate().map(|(n, r)| RecordedView::new(n, r)).collect();
    Ok(idempotency::mark(replayed, HttpResponse::Ok().json(BatchView { results })))
}

/// Reads a batch: what is wrong with the batch itself refuses it, what is wrong with a record only that record.
///
/// # Errors
/// [`Error::Invalid`].
pub fn batch(cx: &Cx, json: Json<'_>) -> Result<(Source, Vec<Intake>), Error> {
    let mut faults = Vec::new();
    let mut reader = Reader::new(json, Place::ROOT, &mut faults);
    let source = reader.parsed("source", 200, Source::parse);
    let source = reader.require("source", source);
    let (now, today) = (cx.now(), cx.today());
    // The pointers of a record's faults begin at the record: that is what its sender has in hand.
    let intake = reader.list("records", BATCH, |json, _, _| Some(input::read(json, Place::ROOT, now, today)));
    if intake.is_empty() && reader.faults() == 0 {
        reader.fault("records", Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } });
    }
    reader.done();
    match source {
        Some(source) if faults.is_empty() => Ok((source, intake)),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// `GET /v1/departures`
#[utoipa::path(get, path = "/v1/departures", tag = "Departures", operation_id = "listDepartures",
    description = "Departures as they are known now, those of one person each for itself.",
    summary = "Departures: announced, in effect and rescinded",
    params(
        ("department" = Option<String>, Query, description = "The department left", max_length = 200),
        ("entity" = Option<String>, Query, description = "The legal entity left", max_length = 200),
        ("ended_from" = Option<furusu_domain::time::Date>, Query, description = "Last day employed on this day or later"),
        ("ended_to" = Option<furusu_domain::time::Date>, Query, description = "Last day employed on this day or earlier"),
        ("separation_type" = Option<SeparationType>, Query, description = "How it ended"),
        ("reason" = Option<Reason>, Query, description = "Why; restricted reasons need the scope evaluations:read"),
        ("source" = Option<SourceName>, Query, description = "The HR system that told of it"),
        ("status" = Option<DepartureStatus>, Query, description = "Where it stands"),
        ("updated_after" = Option<furusu_domain::time::Moment>, Query, description = "Changed after this moment"),
        ("sort" = Option<DepartureSort>, Query, description = "What the list is sorted by"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = DeparturePageView), Refusals),
    security(("oauth2" = ["departures:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("departures.page")?;
    let (filter, question) = query(&request, |r| {
        let filter = filter(r);
        let question = listing::read(r, DepartureOrder::WORDS, (DepartureOrder::UpdatedAt, Direction::Desc), MOST);
        (filter, question)
    })?;
    let name = format!("departures {filter:?} {:?}", question.order);
    let window = question.window(&cx, &name, |p| DeparturePosition { value: p.value, id: DepartureId::from_bytes(p.id) })?;
    let page = super::page(&cx, &filter, question.order, &window).await?;
    let from = cx.viewpoint(None, None)?;
    let last = page.items.last().filter(|_| page.more).and_then(|e| position(question.order.0, e));
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.iter().filter_map(|e| DepartureView::seen_by(cx.redaction(), from, e)).collect();
    Ok(listing::answer(&request, next.as_deref()).json(DeparturePageView { data, next }))
}

/// A departure's place in a list.
#[must_use]
pub fn position(order: DepartureOrder, period: &furusu_domain::departures::Employment) -> Option<Position> {
    let thread = period.departure?;
    let value = match order {
        DepartureOrder::EndedOn => SortValue::Day(period.ended_on()?),
        DepartureOrder::UpdatedAt => SortValue::Moment(thread.recorded_at),
    };
    Some(Position { value, id: *thread.id.as_bytes() })
}

/// What a list of departures is narrowed to.
pub fn filter(r: &mut Reader<'_, '_, '_>) -> DepartureFilter {
    DepartureFilter {
        department: r.text("department", 200),
        entity: r.text("entity", 200),
        ended_from: r.date("ended_from"),
        ended_to: r.date("ended_to"),
        separation_type: r.word("separation_type", SeparationType::WORDS, SeparationType::from_word),
        reason: r.word("reason", Reason::WORDS, Reason::from_word),
        source: r.parsed("source", 200, Source::parse),
        status: r.word("status", DepartureStatus::WORDS, DepartureStatus::from_word),
        updated_after: r.moment("updated_after"),
    }
}
