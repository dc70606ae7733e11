//! Merges and held records by REST.

use actix_web::http::header::{CONTENT_LOCATION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::id::{AlumnusId, HeldRecordId, MergeId};
use furusu_domain::identity::HeldStatus;
use furusu_domain::page::{Direction, MOST};

use super::input::{self, DecideHeldRecord, MergeAlumni, UnmergeAlumni};
use super::view::{DecidedView, HeldRecordPageView, HeldRecordView, MergeView, MergesView};
use crate::cx::Cx;
use crate::departures::view::RecordedView;
use crate::error::Refusal;
use crate::idempotency;
use crate::rest::listing::{Cursor, ExternalId, HeldSort, SourceName};
use crate::rest::{NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// `POST /v1/alumni/{id}/merges`
#[utoipa::path(post, path = "/v1/alumni/{id}/merges", tag = "Identity", operation_id = "mergeAlumni",
    description = "From now on the person of the path answers for both, under either id, with all that is known of both. Each thing keeps the id it was told under, so that the merge can be undone at any time. Ids that were merged before stand for whoever answers for them.",
    summary = "Merge another person into this one",
    params(
        ("id" = AlumnusId, Path, description = "Who stays"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = MergeAlumni, content_type = "application/json"),
    responses(
        (status = 201, description = "The merge", body = MergeView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn merge(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("identity.merge")?;
    query(&request, |_| ())?;
    let into: AlumnusId = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let (merged, reason) = input::merge(body::parse(&bytes)?)?;
    let merge = |receipt| super::merge(&cx, into, merged, reason, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, merge, |id| super::merged(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Created().json(MergeView::from(done.what))))
}

/// `GET /v1/alumni/{id}/merges`
#[utoipa::path(get, path = "/v1/alumni/{id}/merges", tag = "Identity", operation_id = "listMerges",
    description = "Those in force and those that were undone, with who did it, when and why.",
    summary = "The merges of a person, the newest first",
    params(("id" = AlumnusId, Path, description = "Their id")),
    responses((status = 200, description = "The merges", body = MergesView), Refusals, NoSuch),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn merges(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("identity.merges")?;
    query(&request, |_| ())?;
    let asked: AlumnusId = id(&path)?;
    let (answers, merges) = super::merges(&cx, asked).await?;
    let data = merges.into_iter().map(MergeView::from).collect();
    Ok(as_of_another(asked, answers, "/merges", HttpResponse::Ok().json(MergesView { data })))
}

/// `POST /v1/alumni/{id}/merges/{merge_id}/undo`
#[utoipa::path(post, path = "/v1/alumni/{id}/merges/{merge_id}/undo", tag = "Identity", operation_id = "unmergeAlumni",
    description = "Each of the two has again what was told under their own ids, what came in between included. Whoever was merged into the one before goes with them. A merge that is undone already stays so.",
    summary = "Take a merge back",
    params(
        ("id" = AlumnusId, Path, description = "Either of the two"),
        ("merge_id" = MergeId, Path, description = "The merge"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = UnmergeAlumni, content_type = "application/json"),
    responses(
        (status = 200, description = "The merge, undone", body = MergeView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn unmerge(
    cx: Cx,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    cx.may("identity.unmerge")?;
    query(&request, |_| ())?;
    let (of, merge): (AlumnusId, MergeId) = (id(&path.0)?, id(&path.1)?);
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let reason = input::reason(body::parse(&bytes)?)?;
    let undo = |receipt| super::unmerge(&cx, Some(of), merge, reason, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, undo, |id| super::merged(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(MergeView::from(done.what))))
}

/// `GET /v1/held-records`
#[utoipa::path(get, path = "/v1/held-records", tag = "Identity", operation_id = "listHeldRecords",
    description = "Departure records of ids that nobody knows, and that may speak of somebody known. They wait until somebody says whom they speak of.",
    summary = "Held records, those that wait longest first",
    params(
        ("status" = Option<HeldStatus>, Query, description = "Where they stand; `waiting` if missing"),
        ("source" = Option<SourceName>, Query, description = "The HR system they came from"),
        ("external_id" = Option<ExternalId>, Query, description = "The person's id there"),
        ("sort" = Option<HeldSort>, Query, description = "What the list is sorted by"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = HeldRecordPageView), Refusals),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn page(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("identity.held")?;
    let (filter, question) = query(&request, |r| (input::filter(r), listing::read(r, HeldSort::WORDS, ((), Direction::Asc), MOST)))?;
    let name = format!("held records {filter:?} {:?}", question.order);
    let window = question.window(&cx, &name, super::graphql::place)?;
    let page = super::page(&cx, &filter, question.order.1, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(super::position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.into_iter().map(|held| HeldRecordView::seen_by(cx.actor().scopes, held)).collect();
    Ok(listing::answer(&request, next.as_deref()).json(HeldRecordPageView { data, next }))
}

/// `GET /v1/held-records/{id}`
#[utoipa::path(get, path = "/v1/held-records/{id}", tag = "Identity", operation_id = "getHeldRecord",
    description = "With the evidence in full: what each field says, and what that is worth.",
    summary = "A held record, and whom it may speak of",
    params(("id" = HeldRecordId, Path, description = "Its id")),
    responses((status = 200, description = "The held record", body = HeldRecordView), Refusals, NoSuch),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("identity.held")?;
    query(&request, |_| ())?;
    let held = super::find(&cx, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(HeldRecordView::seen_by(cx.actor().scopes, held)))
}

/// `POST /v1/held-records/{id}/decisions`
#[utoipa::path(post, path = "/v1/held-records/{id}/decisions", tag = "Identity", operation_id = "decideHeldRecord",
    description = "The record goes in as every record does, unless it is discarded; later ones of the same id follow. `same_person` merges whoever it names into the person, which can be undone. What was discarded can be decided again. The same decision again changes nothing; another one is refused with 409.",
    summary = "Say whom a held record speaks of",
    params(
        ("id" = HeldRecordId, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = DecideHeldRecord, content_type = "application/json"),
    responses(
        (status = 200, description = "The held record, and what became of what it says", body = DecidedView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn decide(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("identity.decide")?;
    query(&request, |_| ())?;
    let id: HeldRecordId = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let asked = input::decide(body::parse(&bytes)?)?;
    let decide = |receipt| super::decide(&cx, id, asked, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, decide, |kept| super::decided(&cx, kept)).await?;
    let (held, recorded) = done.what;
    let held_record = HeldRecordView::seen_by(cx.actor().scopes, held);
    let result = recorded.map(|recorded| RecordedView::new(0, recorded));
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(DecidedView { held_record, result })))
}

/// Says where a person is found who answers for the one that was asked for (RFC 9110, section 8.7), if that is another.
#[must_use]
pub fn as_of_another(asked: AlumnusId, answers: AlumnusId, below: &str, mut response: HttpResponse) -> HttpResponse {
    if asked != answers
        && let Ok(place) = HeaderValue::try_from(format!("/v1/alumni/{answers}{below}"))
    {
        response.headers_mut().insert(CONTENT_LOCATION, place);
    }
    response
}
