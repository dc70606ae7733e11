//! Errors as REST and GraphQL show them: two tables, side by side, no wildcard arm.

mod refused;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use async_graphql::ErrorExtensions as _;
use furusu_domain::error::{Error, Fault};
use serde::Serialize;
use utoipa::ToSchema;

use crate::departures::view::RecordedView;
use crate::operating;

pub use refused::Refused;

/// What is wrong, by RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Where this kind of problem is described.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub kind: String,
    /// What kind of problem it is, in a few words.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened here.
    pub detail: String,
    /// The stable name of the problem, the same on both doors.
    pub code: &'static str,
    /// Every fault of what came in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FaultView>,
    /// What would have become of each record, if an atomic batch was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<RecordedView>,
    /// What would be allowed instead: moves, or members, if a rule stands against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<&'static str>,
    /// The request, for asking the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
}

/// One thing wrong, or odd, with what came in.
#[derive(Clone, Debug, Serialize, ToSchema, async_graphql::SimpleObject)]
#[graphql(name = "Fault")]
#[schema(as = Fault)]
pub struct FaultView {
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The stable name of the fault.
    pub code: &'static str,
    /// What is wrong, and what was expected.
    pub detail: String,
    /// Whether the record was kept all the same.
    pub warning: bool,
}

impl From<Fault> for FaultView {
    fn from(Fault { pointer, problem }: Fault) -> Self {
        Self { pointer, code: problem.code(), detail: operating::language().fault(&problem), warning: problem.is_warning() }
    }
}

/// A request that is not answered as it was meant, on its way out by REST.
#[derive(Debug)]
pub enum Refusal {
    /// The verb's error.
    Verb(Error),
    /// It never reached a verb.
    Door(Refused),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Verb(error)
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Door(refused)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Verb(error) => error.code(),
            Self::Door(refused) => refused.code(),
        })
    }
}

/// The status of each error.
#[must_use]
pub const fn status(error: &Error) -> StatusCode {
    match error {
        Error::Malformed(_) => StatusCode::BAD_REQUEST,
        Error::Unauthenticated | Error::InvalidToken => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Conflict | Error::Refused(_) | Error::IdempotencyKeyInUse { .. } => StatusCode::CONFLICT,
        Error::Invalid(_) | Error::BatchRejected(_) | Error::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Error::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Error::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ProblemView {
    /// A problem in the language of the request.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: String) -> Self {
        let (kind, title) = (format!("/problems/{code}"), operating::language().title(code));
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail,
            code,
            errors: Vec::new(),
            results: Vec::new(),
            allowed: Vec::new(),
            request_id: None,
        }
    }

    /// As a response.
    #[must_use]
    pub fn response(mut self) -> HttpResponse {
        self.request_id = operating::request_id();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        HttpResponse::build(status)
            .content_type("application/problem+json")
            .insert_header((header::CONTENT_LANGUAGE, operating::language().tag()))
            .insert_header((header::VARY, "accept-language"))
            .json(self)
    }
}

impl ResponseError for Refusal {
    fn error_response(&self) -> HttpResponse {
        let error = match self {
            Self::Verb(error) => error,
            Self::Door(refused) => return refused.response(),
        };
        note(error);
        let mut problem = ProblemView::new(status(error), error.code(), operating::language().error(error));
        match error {
            Error::Invalid(faults) => problem.errors = faults.iter().cloned().map(FaultView::from).collect(),
            Error::Refused(rule) => problem.allowed = rule.allowed().to_vec(),
            Error::BatchRejected(results) => {
                problem.results = results.iter().cloned().enumerate().map(|(n, r)| RecordedView::new(n, r)).collect();
            }
            Error::Malformed(_)
            | Error::Unauthenticated
            | Error::InvalidToken
            | Error::Forbidden(_)
            | Error::NotFound
            | Error::Conflict
            | Error::RateLimited { .. }
            | Error::PreconditionFailed
            | Error::PreconditionRequired
            | Error::IdempotencyKeyReused
            | Error::IdempotencyKeyInUse { .. }
            | Error::Unavailable
            | Error::Internal(_) => {}
        }
        let mut response = problem.response();
        let headers = response.headers_mut();
        let mut set = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        match error {
            // RFC 6750, section 3: no error code where no credentials came.
            Error::Unauthenticated => set(header::WWW_AUTHENTICATE, "Bearer"),
            Error::InvalidToken => set(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
            Error::Forbidden(scope) => {
                set(header::WWW_AUTHENTICATE, &format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""));
            }
            Error::RateLimited { retry_after } | Error::IdempotencyKeyInUse { retry_after } => {
                set(header::RETRY_AFTER, &retry_after.to_string());
            }
            Error::Unavailable => set(header::RETRY_AFTER, "2"),
            Error::Malformed(_)
            | Error::NotFound
            | Error::Conflict
            | Error::Refused(_)
            | Error::Invalid(_)
            | Error::BatchRejected(_)
            | Error::PreconditionFailed
            | Error::PreconditionRequired
            | Error::IdempotencyKeyReused
            | Error::Internal(_) => {}
        }
        response
    }
}

/// Logs the cause of a defect, once, at the boundary.
fn note(error: &Error) {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "internal error");
    }
}

/// An error on its way out by GraphQL, with `extensions.code`.
#[must_use]
pub fn to_graphql(error: Error) -> async_graphql::Error {
    note(&error);
    let (language, code) = (operating::language(), error.code());
    let message = format!("{}: {}", language.title(code), language.error(&error));
    async_graphql::Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", code);
        match error {
            Error::Forbidden(scope) => extensions.set("scope", scope.as_str()),
            Error::Refused(rule) => {
                let allowed: Vec<async_graphql::Value> = rule.allowed().iter().map(|word| camel(word).into()).collect();
                extensions.set("allowed", allowed);
            }
            Error::Invalid(faults) => {
                let errors: Vec<async_graphql::Value> = faults.into_iter().map(fault_value).collect();
                extensions.set("errors", errors);
            }
            Error::RateLimited { retry_after } | Error::IdempotencyKeyInUse { retry_after } => extensions.set("retryAfter", retry_after),
            Error::BatchRejected(results) => {
                let results: Vec<async_graphql::Value> = results
                    .into_iter()
                    .enumerate()
                    .map(|(n, recorded)| {
                        let problems = recorded.problems.into_iter().map(fault_value).collect::<Vec<_>>();
                        async_graphql::value!({
                            "index": n, "externalId": recorded.external_id, "outcome": recorded.outcome.as_str().to_uppercase(), "problems": problems,
                        })
                    })
                    .collect();
                extensions.set("results", results);
            }
            Error::Malformed(_)
            | Error::Unauthenticated
            | Error::InvalidToken
            | Error::NotFound
            | Error::Conflict
            | Error::PreconditionFailed
            | Error::PreconditionRequired
            | Error::IdempotencyKeyReused
            | Error::Unavailable
            | Error::Internal(_) => {}
        }
    })
}

fn fault_value(fault: Fault) -> async_graphql::Value {
    let FaultView { pointer, code, detail, warning: _ } = fault.into();
    async_graphql::value!({ "pointer": camel(&pointer), "code": code, "detail": detail })
}

/// Faults with the members' names as GraphQL has them.
pub fn camel_faults(faults: &mut [FaultView]) {
    for fault in faults {
        fault.pointer = camel(&fault.pointer);
    }
}

/// A pointer with the members' names as GraphQL has them.
fn camel(pointer: &str) -> String {
    let mut camel = String::with_capacity(pointer.len());
    let mut up = false;
    for c in pointer.chars() {
        if c == '_' {
            up = true;
        } else if std::mem::take(&mut up) {
            camel.extend(c.to_uppercase());
        } else {
            camel.push(c);
        }
    }
    camel
}
