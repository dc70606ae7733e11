//! Operating: health, readiness, metrics, logs, request ids.

pub mod logs;
pub mod metrics;
pub mod outward;
pub mod telemetry;

use std::rc::Rc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpResponse, web};
use furusu_persistence::migrate;
use tracing::Instrument as _;

use crate::app::App;
use crate::catalogue::Language;
use crate::error::{ProblemView, Refused};
use crate::quota::Standing;
use crate::server::line::{Answering, Told, Traffic};

/// The header that names a request, in and out.
pub const REQUEST_ID: &str = "x-request-id";

tokio::task_local! {
    static CURRENT: Current;
}

/// The request that is being answered.
#[derive(Clone)]
struct Current {
    id: String,
    language: Language,
}

/// The id of the request that is being answered.
#[must_use]
pub fn request_id() -> Option<String> {
    CURRENT.try_with(|current| current.id.clone()).ok()
}

/// The language that its caller reads.
#[must_use]
pub fn language() -> Language {
    CURRENT.try_with(|current| current.language).unwrap_or_default()
}

/// The same work, for the same caller, as a task of its own.
pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let current = CURRENT.try_with(Clone::clone).ok();
    async move {
        match current {
            Some(current) => CURRENT.scope(current, work).await,
            None => work.await,
        }
    }
}

/// Around every request: its id, a span, one line in the log with the route's template and never the path, and what is
/// counted.
///
/// # Errors
/// What the service returns.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = given_id(&request).unwrap_or_else(new_id);
    let app = request.app_data::<web::Data<App>>().cloned();
    let method = request.method().clone();
    let (outer, trace) = telemetry::request(&request);
    let span = tracing::info_span!("request", %method, request_id = %id, trace_id = trace);
    // The connection beneath has its own deadlines for while nobody answers.
    let answering = request.conn_data::<Rc<Traffic>>().map(Answering::begin);
    let current = Current { id: id.clone(), language: Language::wanted(&request) };
    let began = Instant::now();
    let answer = CURRENT.scope(current, next.call(request)).instrument(span.clone()).instrument(outer.clone()).await;
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Err(error),
    };
    let took = began.elapsed();
    let route = answer.request().match_pattern();
    let status = answer.status();
    telemetry::answered(&outer, method.as_str(), route.as_deref(), status.as_u16(), took);
    let route = route.unwrap_or_else(|| "(none)".to_owned());
    if let Some(app) = &app {
        app.metrics.answered(method.as_str(), &route, status.as_u16(), took);
    }
    span.in_scope(|| tracing::info!(route, status = status.as_u16(), ms = took.as_secs_f64() * 1_000.0, "answered"));
    let standing = answer.request().extensions().get::<Standing>().copied();
    let headers = answer.headers_mut();
    if let Some((app, standing)) = app.zip(standing) {
        app.quotas.tell(&standing, headers);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(REQUEST_ID), value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What is answered is of people: no cache between here and the caller keeps it, unless the answer says otherwise.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(answer.map_body(|_, body| Told::new(body, answering)))
}

/// The id the caller gave, if it is one that a log can hold.
fn given_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=128).contains(&id.len()).then_some(id).filter(|id| id.bytes().all(fine)).map(str::to_owned)
}

/// A new id for a request.
pub(crate) fn new_id() -> String {
    let mut bits = [0; 12];
    // Without random bits the ids of requests repeat, which is no reason to refuse them.
    let _ = getrandom::fill(&mut bits);
    bits.iter().map(|b| format!("{b:02x}")).collect()
}

/// `GET /healthz`
#[utoipa::path(get, path = "/healthz", tag = "Operating", operation_id = "getHealth",
    description = "Asks nothing of the database.", summary = "Whether the process is alive",
    responses((status = 200, description = "It is", content_type = "text/plain", body = String)), security(()))]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

/// `GET /readyz`
#[utoipa::path(get, path = "/readyz", tag = "Operating", operation_id = "getReadiness",
    description = "Send no traffic to an instance that is not ready.",
    summary = "Whether the database can be reached and its migrations are current",
    responses(
        (status = 200, description = "Ready", content_type = "text/plain", body = String),
        (status = 503, description = "Not ready", content_type = "application/problem+json", body = ProblemView),
    ), security(()))]
pub async fn readiness(app: web::Data<App>) -> HttpResponse {
    match ready(&app).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(why) => why.response(),
    }
}

async fn ready(app: &App) -> Result<(), Refused> {
    let applied = app.store.applied_migrations().await.map_err(|_| Refused::DatabaseUnreachable)?;
    let ours = migrate::known(&app.settings.database);
    if ours.iter().all(|version| applied.contains(version)) { Ok(()) } else { Err(Refused::DatabaseBehind) }
}
