//! What a problem's `type` leads to: a page that says what it means and what to do.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use crate::error::ProblemView;

/// Each code with its title and what to do about it.
const PROBLEMS: &[(&str, &str, &str)] = &[
    ("malformed", "The request cannot be parsed", "The body is not JSON. The detail names the line and column."),
    ("unauthenticated", "Credentials are required", "Send an access token: Authorization: Bearer, then the token."),
    ("invalid_token", "The access token is not good", "It has ended, is of another service, or was never good. Get another one."),
    ("insufficient_scope", "The token does not allow this", "The detail names the scope. Ask the operator for a client that has it."),
    ("not_found", "There is no such thing", "Nothing is known by this id, or not to your organization."),
    ("method_not_allowed", "The path has no such method", "The Allow header names the methods there are."),
    ("request_timeout", "The request took too long", "The body did not arrive in time. Send it again."),
    ("conflict", "Somebody else changed it at the same time", "Read it again and send your change again."),
    ("too_large", "The body is too large", "A document has 1 MiB at most, a batch 16 MiB. Send several."),
    ("unsupported_media_type", "The body is of another type", "Send application/json, not compressed."),
    ("invalid", "What came is wrong", "errors names each place (a JSON pointer) and what was expected there."),
    (
        "batch_rejected",
        "The batch was refused",
        "It was atomic and a record was rejected: results says which and why. Nothing was written.",
    ),
    ("rate_limited", "Too many requests", "Wait as long as Retry-After says."),
    ("not_ready", "The service is not ready", "Its database cannot be reached or is behind. The operator can run furusu check."),
    ("unavailable", "Not available now", "The service cannot reach what it needs. Try again soon."),
    ("internal", "The service made a mistake", "Name the request id to the operator; the cause is in the log."),
];

/// `GET /problems/{code}`
#[utoipa::path(get, path = "/problems/{code}", tag = "Operating", operation_id = "getProblem", summary = "What a problem means and what to do about it",
    params(("code" = String, Path, description = "The code of the problem")),
    responses(
        (status = 200, description = "A page to read", content_type = "text/html", body = String),
        (status = 404, description = "There is no such problem", content_type = "application/problem+json", body = ProblemView),
    ), security(()))]
pub async fn show(code: web::Path<String>) -> HttpResponse {
    let Some((code, title, advice)) = PROBLEMS.iter().find(|(known, _, _)| *known == code.as_str()) else {
        let detail = "no problem is called so".to_owned();
        return ProblemView::plain(StatusCode::NOT_FOUND, "not_found", "There is no such thing", detail).response();
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1><p>{advice}</p><p><code>{code}</code></p></main></body></html>\n"
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}
