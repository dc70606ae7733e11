//! The contracts: OpenAPI from the handlers themselves, and the GraphQL schema.

mod examples;
mod headers;
mod links;
mod refusals;
mod schemas;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use furusu_domain::actor::Scope;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityRequirement, SecurityScheme};
use utoipa::{Modify, OpenApi};

use examples::Examples;
use headers::Headers;
use links::Links;
use refusals::SharedRefusals;
use schemas::Strict;

pub use refusals::{Changed, Conditional, NoSuch, Overtaken, PROBLEM, Refusals, Unreadable};

use super::listing::{ActivityKind, AlumniSort, Cursor, DepartureSort, ExternalId, GatheringSort, HeldSort, SourceName, WebAddressText};
use crate::alumni::input::ListedStatus;
use crate::engagement::{gatherings, messages};
use crate::error::ProblemView;
use crate::{
    alumni, applicants, auth, departures, engagement, figures, graphql, identity, operating, organization, pages, privacy, timeline,
};

/// Every operation of the REST door.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "furusu",
        description = "The record and the rules of the relation between an organisation and the people who left it: departures come in from HR \
systems; alumni come out.\n\n\
JSON with `snake_case` members, ISO 8601 dates, RFC 3339 instants in UTC, ids with a prefix. A member or parameter that is not \
described here is refused by name. Every fault of what came is told at once, as `application/problem+json` (RFC 9457); clients should \
go by `code`. Members may be added to answers at any time, and words to enumerations.\n\n\
HEAD is answered wherever GET is, with the same headers. A method that a path does not have is answered with 405 and a true `Allow`, \
a path that does not exist with 404, both as problems too; as they belong to no operation, they are not repeated at each.\n\n\
Lists are read page by page: send `next` of one page as `after` of the next, with the same filters and order.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "The operator of this service"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "Departures", description = "Departure records, as HR systems tell them: one by one or in batches, again and again"),
        (name = "Alumni", description = "People who left, and came back: what dashboards and other programs read, and the alumni office edits"),
        (name = "Returning applicants", description = "Was this applicant here before? What applicant-tracking systems ask, and what people decide on the findings"),
        (name = "Privacy", description = "What people said about the purposes of their data: consents, objections, withdrawals"),
        (name = "Engagement", description = "What alumni did with us, and what it adds up to. Walled off from selection: whoever looks applicants up never reads it"),
        (name = "Figures", description = "Metrics: what they mean, over which time, by which groups; nothing of fewer than five people. Walled off from selection, as engagement"),
        (name = "Gatherings", description = "Exchange events: plans, guest lists, attendance, and the calendars that show them. Walled off from selection as engagement is"),
        (name = "Messages", description = "What others sent to alumni and what came of it, and whether somebody may be written to. Walled off from selection as engagement is"),
        (name = "Organization", description = "The organization itself, and what it sets for itself"),
        (name = "Identity", description = "One person over several sources: merges that can be undone, and records that wait for somebody to say whom they speak of"),
        (name = "GraphQL", description = "The same, by GraphQL: see `/schema.graphql`"),
        (name = "Authentication", description = "Access tokens by OAuth 2.0 client credentials, and the keys that check them"),
        (name = "Operating", description = "Health, readiness, the contracts and what problems mean; no token needed"),
    ),
    paths(
        departures::rest::page, departures::rest::record_batch, departures::rest::find, departures::rest::record,
        alumni::rest::page, alumni::rest::search, alumni::rest::find, alumni::rest::edit, alumni::rest::employments,
        alumni::rest::departures, privacy::rest::page, privacy::rest::record, privacy::rest::withdraw, organization::rest::find,
        organization::rest::edit, identity::rest::merge, identity::rest::merges, identity::rest::unmerge, identity::rest::page,
        identity::rest::find, identity::rest::decide,
        applicants::rest::look_up, applicants::rest::look_up_all, applicants::rest::find, applicants::rest::review, applicants::rest::disclosures,
        engagement::rest::record, engagement::rest::record_batch, engagement::rest::find, engagement::rest::page, engagement::rest::standing,
        engagement::rest::formulas, engagement::rest::change_formula,
        figures::rest::catalogue, figures::rest::metric,
        messages::rest::record, messages::rest::record_batch, messages::rest::find, messages::rest::page, messages::rest::ask,
        messages::rest::ask_batch,
        gatherings::rest::page, gatherings::rest::plan, gatherings::rest::find, gatherings::rest::edit, gatherings::rest::advance,
        gatherings::rest::file, gatherings::rest::registrations, gatherings::rest::enrol, gatherings::rest::enrol_batch,
        gatherings::rest::registration, gatherings::rest::turn, gatherings::rest::of_alumnus, gatherings::rest::feeds,
        gatherings::rest::offer_feed, gatherings::rest::revoke_feed, gatherings::rest::read_feed,
        timeline::rest::page,
        graphql::rest::execute, graphql::rest::query, auth::rest::token, auth::rest::jwks, auth::rest::discovery,
        operating::health, operating::readiness, super::problems::list, super::problems::show, pages::docs, openapi_json, openapi_yaml, graphql_schema,
    ),
    components(schemas(ProblemView, ActivityKind, AlumniSort, Cursor, DepartureSort, ExternalId, GatheringSort, HeldSort, SourceName, WebAddressText, ListedStatus)),
    modifiers(&Security, &SharedRefusals, &Strict, &Headers, &Links, &Examples),
)]
struct Contract;

struct Security;

impl Modify for Security {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let scopes = Scopes::from_iter(Scope::WORDS.iter().zip(Scope::MEANINGS).map(|(word, meaning)| (*word, meaning.trim())));
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", scopes));
        let components = contract.components.get_or_insert_with(Default::default);
        components.add_security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])));
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        // Nothing at all is asked for, which generators tell from "something or nothing".
        each_operation(contract, |operation| {
            if operation.security.as_ref().is_some_and(|schemes| schemes.iter().all(|scheme| *scheme == SecurityRequirement::default())) {
                operation.security = Some(Vec::new());
            }
        });
    }
}

/// Calls `with` for every operation of the contract.
fn each_operation(contract: &mut utoipa::openapi::OpenApi, mut with: impl FnMut(&mut Operation)) {
    for item in contract.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        methods.into_iter().flatten().for_each(&mut with);
    }
}

static CONTRACT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Contract::openapi);

static YAML: LazyLock<String> = LazyLock::new(|| CONTRACT.to_yaml().unwrap_or_default());

/// The contract as YAML.
#[must_use]
pub fn openapi() -> String {
    YAML.clone()
}

/// The contract as a JSON document, for the reference.
#[must_use]
pub fn document() -> serde_json::Value {
    serde_json::to_value(&*CONTRACT).unwrap_or_default()
}

/// `GET /openapi.json`
#[utoipa::path(get, path = "/openapi.json", tag = "Operating", operation_id = "getOpenApiJson",
    description = "The same as `/openapi.yaml`.", summary = "This contract, as JSON",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)), security(()))]
pub async fn openapi_json() -> HttpResponse {
    HttpResponse::Ok().json(&*CONTRACT)
}

/// `GET /openapi.yaml`
#[utoipa::path(get, path = "/openapi.yaml", tag = "Operating", operation_id = "getOpenApiYaml",
    description = "The same as `openapi.yaml` in the source.", summary = "This contract, as YAML",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = Object)), security(()))]
pub async fn openapi_yaml() -> HttpResponse {
    HttpResponse::Ok().content_type("application/yaml").body(openapi())
}

/// `GET /schema.graphql`
#[utoipa::path(get, path = "/schema.graphql", tag = "Operating", operation_id = "getGraphqlSchema",
    description = "The same as `schema.graphql` in the source.", summary = "The GraphQL schema",
    responses((status = 200, description = "Schema definition language", content_type = "text/plain", body = String)), security(()))]
pub async fn graphql_schema() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(graphql::sdl())
}
