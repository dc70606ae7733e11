//! What every request passes on its way in and out, whatever it asks: whether it can be answered in a type that its
//! sender accepts, and that no refusal leaves in another form than ours.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, Accept, Header as _, HeaderValue, Quality};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

use crate::error::{Refusal, Refused};

/// The types that the paths under `/v1` answer in.
const GIVEN: &str = "application/json, application/problem+json";

/// Where figures are, which are given as tables too.
const METRICS: &str = "/v1/metrics/";

/// The types of tables.
const TABLES: [&str; 3] = ["text/csv", "text/*", "application/x-ndjson"];
/// The same of a calendar.
const CALENDAR: &str = "text/calendar, application/problem+json";

/// Around every request.
///
/// # Errors
/// What the framework refuses before it has a response for it, in our form.
pub async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let given = if is_calendar(&request) { CALENDAR } else { GIVEN };
    if request.path().starts_with("/v1/") && !accepts(&request) {
        return Ok(request.into_response(Refused::NotAcceptable { given }.response()).map_into_right_body());
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut answer = next.call(request).await.map_err(|error| {
        let status = error.as_response_error().status_code();
        actix_web::Error::from(Refusal::from(Refused::Other { status }))
    })?;
    if answer.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        answer.headers_mut().remove(header::CONTENT_ENCODING);
    }
    mark_the_coding(&mut answer, known.as_ref());
    Ok(answer.map_into_left_body())
}

/// Around all that, and the answers to pages of other origins: gives every refusal our form.
///
/// # Errors
/// What the framework refuses before it has a response for it, in our form.
pub async fn in_our_form<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let is_preflight = *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let answer = next.call(request).await?;
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) || is_ours(&answer) {
        return Ok(answer.map_into_left_body());
    }
    let mut refused = if is_preflight { Refused::Preflight } else { Refused::Other { status } }.response();
    for (name, value) in answer.headers() {
        if *name == header::ALLOW || *name == header::VARY || name.as_str().starts_with("access-control-") {
            refused.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(answer.into_response(refused).map_into_right_body())
}

/// Whether a calendar is asked for.
fn is_calendar(request: &ServiceRequest) -> bool {
    request.path().starts_with("/v1/gatherings/") && request.path().ends_with("/calendar")
}

/// Whether the sender would take JSON, or the calendar that they ask for. Whoever says nothing, or nothing that can be read, takes what comes.
fn accepts(request: &ServiceRequest) -> bool {
    let Some(header) = request.headers().get(header::ACCEPT) else { return true };
    if header.as_bytes() == b"*/*" {
        return true;
    }
    let Ok(Accept(wanted)) = Accept::parse(request) else { return true };
    let is_table = |kind: &mime::Mime| request.path().starts_with(METRICS) && TABLES.contains(&kind.essence_str());
    let fits = |wish: &header::QualityItem<mime::Mime>| {
        let json = matches!(wish.item.subtype().as_str(), "json" | "problem" | "*") && wish.item.type_() == mime::APPLICATION;
        let calendar = is_calendar(request) && wish.item.type_() == mime::TEXT && matches!(wish.item.subtype().as_str(), "calendar" | "*");
        wish.quality != Quality::ZERO && (json || calendar || is_table(&wish.item) || wish.item.type_() == mime::STAR)
    };
    wanted.is_empty() || wanted.iter().any(fits)
}

/// Whether a refusal has a form of ours: everything of ours is JSON or a page.
fn is_ours<B>(answer: &ServiceResponse<B>) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.contains("json") || kind.starts_with("text/html") || kind.starts_with("text/event-stream")
}

/// A strong tag names bytes: those of a compressed answer are others (RFC 9110, section 8.8.3).
/// What the caller has already is told by the tag it was given with.
fn mark_the_coding<B>(answer: &mut ServiceResponse<B>, known: Option<&HeaderValue>) {
    let text = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let Some(tag) = text(answer.headers().get(header::ETAG)) else { return };
    let Some(tag) = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) else { return };
    let coding = text(answer.headers().get(header::CONTENT_ENCODING)).or_else(|| {
        let known = text(known).filter(|_| answer.status() == StatusCode::NOT_MODIFIED)?;
        ["gzip", "zstd", "deflate"].into_iter().find(|coding| known.contains(&format!("\"{tag}-{coding}\""))).map(str::to_owned)
    });
    let marked = coding.map(|coding| format!("\"{tag}-{coding}\""));
    if let Some(marked) = marked.and_then(|marked| HeaderValue::from_str(&marked).ok()) {
        answer.headers_mut().insert(header::ETAG, marked);
    }
}
