//! Cross-origin requests of browsers (WHATWG Fetch, section 3.3): none are allowed but from the origins that are set.

use actix_cors::Cors;
use actix_web::middleware::Condition;

/// How long a browser may keep the answer to a preflight, in seconds.
const KEPT: usize = 3_600;

/// Headers that a page may send.
const SENT: [&str; 12] = [
    "accept",
    "accept-language",
    "apollo-require-preflight",
    "authorization",
    "content-encoding",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "tracestate",
    "x-request-id",
];

/// Headers of answers that a page may read.
const READ: [&str; 10] = [
    "content-language",
    "etag",
    "idempotency-replayed",
    "link",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "x-request-id",
    "location",
];

/// Answers preflights and marks answers for these origins; does nothing if there are none.
#[must_use]
pub fn of(origins: &[String]) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(SENT)
        .expose_headers(READ)
        .max_age(KEPT)
        .block_on_origin_mismatch(false);
    let cors = origins.iter().fold(cors, |cors, origin| match origin.as_str() {
        "*" => cors.allow_any_origin().send_wildcard(),
        origin => cors.allowed_origin(origin),
    });
    Condition::new(!origins.is_empty(), cors)
}
