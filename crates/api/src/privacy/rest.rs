//! Consents by REST.

use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::id::{AlumnusId, ConsentId};
use furusu_domain::page::{Direction, MOST};
use furusu_domain::privacy::{ConsentFilter, Purpose};

use super::input::{self, RecordConsent, WithdrawConsent};
use super::view::{ConsentPageView, ConsentView};
use super::{place, position};
use crate::cx::Cx;
use crate::error::Refusal;
use crate::idempotency;
use crate::identity::rest::as_of_another;
use crate::rest::listing::Cursor;
use crate::rest::{NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// `GET /v1/alumni/{id}/consents`
#[utoipa::path(get, path = "/v1/alumni/{id}/consents", tag = "Privacy", operation_id = "listConsents",
    description = "Every record: granted, objected, withdrawn and expired. Nothing is ever overwritten, so that what was so at any moment can be shown.",
    summary = "What a person said about the purposes of their data, what was given last first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("purpose" = Option<Purpose>, Query, description = "Only what is about this purpose"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = ConsentPageView), Refusals, NoSuch),
    security(("oauth2" = ["privacy:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("privacy.page_consents")?;
    let (filter, question) = query(&request, |r| {
        let filter = ConsentFilter { purpose: r.word("purpose", Purpose::WORDS, Purpose::from_word) };
        (filter, listing::read_in_order(r, ((), Direction::Desc), MOST))
    })?;
    let of: AlumnusId = id(&path)?;
    let name = format!("consents {of} {filter:?}");
    let window = question.window(&cx, &name, place)?;
    let known = super::page(&cx, of, &filter, &window).await?;
    let last = known.what.items.last().filter(|_| known.what.more).map(position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = known.what.items.into_iter().map(|consent| ConsentView::seen(&cx, &known.alumnus, consent)).collect();
    let response = listing::answer(&request, next.as_deref()).json(ConsentPageView { data, next });
    Ok(as_of_another(of, known.alumnus.id, "/consents", response))
}

/// `POST /v1/alumni/{id}/consents`
#[utoipa::path(post, path = "/v1/alumni/{id}/consents", tag = "Privacy", operation_id = "recordConsent",
    description = "A grant or an objection. A refusal stands until the person agrees anew or takes the objection back; a grant on the organization's own interest does not lift it.",
    summary = "Record what a person said about one purpose",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = RecordConsent, content_type = "application/json"),
    responses(
        (status = 201, description = "The record", body = ConsentView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["privacy:write"]), ("bearer" = [])))]
pub async fn record(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("privacy.record_consent")?;
    query(&request, |_| ())?;
    let of: AlumnusId = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let said = input::said(body::parse(&bytes)?, cx.now())?;
    let record = |receipt| super::record(&cx, of, said, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, record, |id| super::recorded(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Created().json(ConsentView::of(&cx, done.what))))
}

/// `POST /v1/alumni/{id}/consents/{consent_id}/withdrawals`
#[utoipa::path(post, path = "/v1/alumni/{id}/consents/{consent_id}/withdrawals", tag = "Privacy", operation_id = "withdrawConsent",
    description = "A purpose that was granted is refused from then on; an objection that is taken back never was. What was withdrawn before stays as it is.",
    summary = "Withdraw what a person said about one purpose",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("consent_id" = ConsentId, Path, description = "The record's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = WithdrawConsent, content_type = "application/json"),
    responses(
        (status = 200, description = "The record with its withdrawal", body = ConsentView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["privacy:write"]), ("bearer" = [])))]
pub async fn withdraw(
    cx: Cx,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Refusal> {
    cx.may("privacy.withdraw_consent")?;
    query(&request, |_| ())?;
    let (of, consent): (AlumnusId, ConsentId) = (id(&path.0)?, id(&path.1)?);
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let since = input::withdrawal(body::parse(&bytes)?)?;
    let withdraw = |receipt| super::withdraw(&cx, Some(of), consent, since, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, withdraw, |id| super::recorded(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(ConsentView::of(&cx, done.what))))
}
