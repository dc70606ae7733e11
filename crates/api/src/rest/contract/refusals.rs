//! What a request can be refused with: one reusable response each, and the groups that operations name.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify};

use crate::catalogue::Language;

/// The media type of a problem (RFC 9457).
pub const PROBLEM: &str = "application/problem+json";

/// A refusal: the name of its response, its status and code, what it means, and the detail of an example.
struct Refused(&'static str, u16, &'static str, &'static str, &'static str);

/// Every refusal that operations share. Another one is a line here and a name in one of the groups below.
const REFUSALS: &[Refused] = &[
    Refused(
        "Malformed",
        400,
        "malformed",
        "The request cannot be parsed: the body is not JSON, or the URL does not hold UTF-8.",
        "this is not JSON, at line 1 column 8",
    ),
    Refused("Unauthenticated", 401, "invalid_token", "No token, or none that is good.", "get another access token and try again"),
    Refused(
        "Forbidden",
        403,
        "insufficient_scope",
        "The token lacks the scope that the detail names.",
        "the scope alumni:read is required",
    ),
    Refused(
        "NotFound",
        404,
        "not_found",
        "Nothing is known by this id, or not to this organization.",
        "nothing is known by this id, or not to this organization",
    ),
    Refused(
        "NotAcceptable",
        406,
        "not_acceptable",
        "No answer is given in a type, or a coding, that `Accept` or `Accept-Encoding` allows.",
        "given are: application/json, application/problem+json",
    ),
    Refused("RequestTimeout", 408, "request_timeout", "The body did not arrive in time.", "the body did not arrive within 30 s"),
    Refused(
        "Conflict",
        409,
        "conflict",
        "Others kept changing the same thing at the same time, the request with this idempotency key still runs, or a rule stands against it: `code` says which, and `allowed` what would be.",
        "read it again and try again",
    ),
    Refused(
        "PreconditionFailed",
        412,
        "precondition_failed",
        "It has changed since it was read: `If-Match` or `If-None-Match` speaks of another state.",
        "read it again, and send the change with its new entity tag",
    ),
    Refused(
        "TooLarge",
        413,
        "too_large",
        "The body is too large: a document has 1 MiB at most, a batch 16 MiB.",
        "at most 1048576 bytes are read here",
    ),
    Refused(
        "UnsupportedMediaType",
        415,
        "unsupported_media_type",
        "The body is of another type.",
        "a body of the type application/json was expected",
    ),
    Refused(
        "Invalid",
        422,
        "invalid",
        "Parameters or members are wrong. `errors` has every fault, each with its place as a JSON pointer.",
        "one thing is wrong; see errors",
    ),
    Refused(
        "PreconditionRequired",
        428,
        "precondition_required",
        "The operator requires `If-Match`.",
        "say with If-Match (ifMatch) which state is to be changed",
    ),
    Refused("RateLimited", 429, "rate_limited", "More requests than the caller may send in a minute.", "try again in 12 s"),
    Refused("Internal", 500, "internal", "The service made a mistake.", "the cause was logged; name the request id to the operator"),
    Refused("Unavailable", 503, "unavailable", "Not available now.", "the service cannot reach what it needs; try again soon"),
];

/// Declares a group: the refusals that operations of one kind share.
macro_rules! group {
    ($(#[$meta:meta])* $name:ident: $($refusal:literal)+) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                references(&[$($refusal),+])
            }
        }
    };
}

group!(
    /// Of every operation behind a token.
    Refusals: "Malformed" "Unauthenticated" "Forbidden" "NotAcceptable" "Invalid" "RateLimited" "Internal" "Unavailable"
);
group!(
    /// Of operations on one thing, named in the path.
    NoSuch: "NotFound"
);
group!(
    /// Of operations that read a body.
    Unreadable: "RequestTimeout" "TooLarge" "UnsupportedMediaType"
);
group!(
    /// Of operations that write.
    Overtaken: "Conflict"
);

group!(
    /// Of operations that write what may have changed since it was read.
    Changed: "PreconditionFailed"
);
group!(
    /// Of operations that people edit with.
    Conditional: "PreconditionFailed" "PreconditionRequired"
);

fn references(names: &[&str]) -> BTreeMap<String, RefOr<Response>> {
    let of = |refused: &&Refused| names.contains(&refused.0);
    REFUSALS.iter().filter(of).map(|r| (r.1.to_string(), Ref::from_response_name(r.0).into())).collect()
}

/// Puts the responses where the references lead.
pub(super) struct SharedRefusals;

impl Modify for SharedRefusals {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let components = contract.components.get_or_insert_with(Default::default);
        for Refused(name, status, code, description, detail) in REFUSALS {
            let title = Language::English.title(code);
            let mut example = json!({
                "type": format!("/problems/{code}"), "title": title, "status": status, "detail": detail, "code": code,
                "request_id": "7f0c1d2e3b4a596877665544",
            });
            if *code == "invalid" {
                let detail = "a date of the form YYYY-MM-DD was expected";
                example["errors"] = json!([{ "pointer": "/ended_from", "code": "malformed_value", "detail": detail, "warning": false }]);
            }
            let mut content = Content::new(Some(Ref::from_schema_name("Problem")));
            content.example = Some(example);
            let response = ResponseBuilder::new().description(*description).content(PROBLEM, content).build();
            components.responses.insert((*name).to_owned(), response.into());
        }
    }
}
