//! The headers of responses: each described once, and where it stands.

use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response};

use super::each_operation;

/// A header: its name, what it means, an example, and the responses that have it, each as an operation with a status or
/// as a shared refusal.
struct Place(&'static str, &'static str, fn() -> Value, &'static [&'static str]);

/// The headers that some responses have. Every response has `X-Request-Id`.
const HEADERS: &[Place] = &[
    Place(
        "Link",
        "The address of the next page (RFC 8288), unless this is the last one.",
        || json!("</v1/alumni?limit=50&after=q83vEjRWeJA>; rel=\"next\""),
        &[
            "listAlumni 200",
            "listDepartures 200",
            "listConsents 200",
            "listHeldRecords 200",
            "listDisclosures 200",
            "listActivities 200",
            "listGatherings 200",
            "listRegistrations 200",
            "listRegistrationsOfAlumnus 200",
            "getTimeline 200",
            "listMessages 200",
        ],
    ),
    Place(
        "ETag",
        "Names this state: send it as `If-Match` with a change, or as `If-None-Match` to read it again.",
        || json!("\"5d41402abc4b2a76b9719d911017c592\""),
        &[
            "getAlumnus 200",
            "editAlumnus 200",
            "getDepartureRecord 200",
            "getOrganization 200",
            "editOrganization 200",
            "getGathering 200",
            "editGathering 200",
            "moveGathering 200",
            "getGatheringCalendar 200",
            "readCalendarFeed 200",
        ],
    ),
    Place(
        "Content-Location",
        "Where the person is found who answers, if their id is another than the one that was asked for (RFC 9110, section 8.7).",
        || json!("/v1/alumni/alm_0198c7d2a4b07c3e9f1a2b3c4d5e6f70"),
        &[
            "getAlumnus 200",
            "editAlumnus 200",
            "listEmployments 200",
            "listDeparturesOfAlumnus 200",
            "listMerges 200",
            "listConsents 200",
            "listDisclosures 200",
            "listActivities 200",
            "getEngagement 200",
            "listRegistrationsOfAlumnus 200",
            "getTimeline 200",
            "listMessages 200",
        ],
    ),
    Place(
        "Idempotency-Replayed",
        "`true` if it was done before, for the same idempotency key.",
        || json!("true"),
        &[
            "recordDepartures 200",
            "recordActivity 200",
            "recordActivity 201",
            "recordActivities 200",
            "changeEngagementFormula 201",
            "recordMessage 200",
            "recordMessage 201",
            "recordMessages 200",
            "askContactPermission 200",
            "askContactPermissions 200",
            "planGathering 201",
            "editGathering 200",
            "moveGathering 200",
            "enrolGuest 200",
            "enrolGuest 201",
            "enrolGuests 200",
            "moveRegistration 200",
            "offerCalendarFeed 201",
            "editAlumnus 200",
            "recordConsent 201",
            "withdrawConsent 200",
            "editOrganization 200",
            "mergeAlumni 201",
            "unmergeAlumni 200",
            "decideHeldRecord 200",
            "lookUpApplicant 200",
            "lookUpApplicants 200",
            "reviewFinding 201",
        ],
    ),
    Place(
        "WWW-Authenticate",
        "How to authenticate, and what was wrong with the credentials (RFC 6750, section 3).",
        || json!("Bearer error=\"invalid_token\""),
        &["Unauthenticated", "Forbidden"],
    ),
    Place(
        "Retry-After",
        "In how many seconds to try again (RFC 9110, section 10.2.3).",
        || json!(2),
        &["RateLimited", "Unavailable", "issueToken 429", "issueToken 503", "getReadiness 503"],
    ),
];

/// What every response to an authenticated caller says of their quota
/// (draft-ietf-httpapi-ratelimit-headers), unless there is none.
const QUOTA: [Place; 2] = [
    Place("RateLimit", "How many requests are left, and for how many seconds.", || json!("\"default\";r=59999;t=42"), &[]),
    Place("RateLimit-Policy", "How many requests a caller may send in how many seconds.", || json!("\"default\";q=60000;w=60"), &[]),
];

/// What every response says of its request.
const REQUEST_ID: Place = Place(
    "X-Request-Id",
    "The id of the request: the caller's own, if one of 1 to 128 letters, digits, `.`, `_` or `-` came.",
    || json!("7f0c1d2e3b4a596877665544"),
    &[],
);

/// Puts the headers on their responses.
pub(super) struct Headers;

impl Modify for Headers {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        each_operation(contract, |operation| {
            let id = operation.operation_id.clone().unwrap_or_default();
            let behind_a_token = operation.responses.responses.contains_key("401");
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    dress(response, &format!("{id} {status}"));
                    if id != "issueToken" && behind_a_token {
                        QUOTA.iter().for_each(|place| put(response, place.0));
                    }
                }
            }
        });
        let components = contract.components.get_or_insert_with(Default::default);
        for (name, response) in &mut components.responses {
            if let RefOr::T(response) = response {
                dress(response, name);
            }
        }
        for place in HEADERS.iter().chain(&QUOTA).chain([&REQUEST_ID]) {
            components.headers.insert(place.0.to_owned(), header(place).into());
        }
    }
}

fn dress(response: &mut Response, at: &str) {
    let here = HEADERS.iter().filter(|place| place.3.contains(&at));
    for Place(name, ..) in here.chain([&REQUEST_ID]) {
        put(response, name);
    }
}

fn put(response: &mut Response, name: &str) {
    let reference = Ref::new(format!("#/components/headers/{name}"));
    response.headers.insert(name.to_owned(), RefOr::Ref(reference));
}

fn header(Place(_, description, example, _): &Place) -> Header {
    let example = example();
    let kind = if example.is_number() { Type::Integer } else { Type::String };
    HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(kind))).description(Some(*description)).example(Some(example)).build()
}
