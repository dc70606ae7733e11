//! The contracts: OpenAPI from the handlers themselves, and the GraphQL schema.

use actix_web::HttpResponse;
use utoipa::openapi::security::{ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

use furusu_domain::actor::Scope;

use crate::error::ProblemView;
use crate::{alumni, auth, departures, graphql, operating, pages};

/// Every operation of the REST door.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "furusu",
        description = "The record and the rules of the relation between an organisation and the people who left it: departures come in from HR systems; alumni come out.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "The operator of this service"),
    ),
    servers((url = "/", description = "This service")),
    tags(
        (name = "Departures", description = "Departure records, as HR systems tell them"),
        (name = "Alumni", description = "People who left, and came back"),
        (name = "GraphQL", description = "The same, by GraphQL: see /schema.graphql"),
        (name = "Authentication", description = "Access tokens"),
        (name = "Operating", description = "Health, readiness and the contracts; no token needed"),
    ),
    paths(
        departures::rest::page, departures::rest::record_batch, departures::rest::find, departures::rest::record,
        alumni::rest::page, alumni::rest::search, alumni::rest::find, alumni::rest::edit, alumni::rest::employments,
        alumni::rest::departures, graphql::rest::execute, auth::rest::token, auth::rest::jwks, auth::rest::discovery,
        operating::health, operating::readiness, super::problems::list, super::problems::show, pages::docs, openapi_json, openapi_yaml, graphql_schema,
    ),
    modifiers(&Security),
)]
struct Contract;

struct Security;

impl Modify for Security {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let scopes = Scopes::from_iter(Scope::WORDS.iter().map(|word| (*word, *word)));
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", scopes));
        let components = contract.components.get_or_insert_with(Default::default);
        components.add_security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])));
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The refusals that every operation behind a token can give.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only the descriptions are used")]
pub enum Refusals {
    /// The request cannot be parsed
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemView),
    /// No token, or none that is good
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(ProblemView),
    /// The token lacks the scope
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemView),
    /// Nothing is known by this id, or not to this organization
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemView),
    /// The path has no such method
    #[response(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(ProblemView),
    /// The body did not arrive in time
    #[response(status = 408, content_type = "application/problem+json")]
    RequestTimeout(ProblemView),
    /// Somebody else changed it at the same time
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemView),
    /// The body is too large
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemView),
    /// The body is of another type
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(ProblemView),
    /// A parameter or a member is wrong
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemView),
    /// More requests than the caller may send in a minute; see `Retry-After`
    #[response(status = 429, content_type = "application/problem+json")]
    RateLimited(ProblemView),
    /// The service made a mistake
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemView),
    /// Not available now
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemView),
}

/// The contract as YAML.
///
/// # Panics
/// Never: what the macros made can be written down.
#[must_use]
pub fn openapi() -> String {
    Contract::openapi().to_yaml().unwrap_or_default()
}

/// The contract as a JSON document, for the reference.
#[must_use]
pub fn document() -> serde_json::Value {
    serde_json::to_value(Contract::openapi()).unwrap_or_default()
}

/// `GET /openapi.json`
#[utoipa::path(get, path = "/openapi.json", tag = "Operating", operation_id = "getOpenApiJson", summary = "This contract, as JSON",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)), security(()))]
pub async fn openapi_json() -> HttpResponse {
    HttpResponse::Ok().json(Contract::openapi())
}

/// `GET /openapi.yaml`
#[utoipa::path(get, path = "/openapi.yaml", tag = "Operating", operation_id = "getOpenApiYaml", summary = "This contract, as YAML",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String)), security(()))]
pub async fn openapi_yaml() -> HttpResponse {
    HttpResponse::Ok().content_type("application/yaml").body(openapi())
}

/// `GET /schema.graphql`
#[utoipa::path(get, path = "/schema.graphql", tag = "Operating", operation_id = "getGraphqlSchema", summary = "The GraphQL schema",
    responses((status = 200, description = "Schema definition language", content_type = "text/plain", body = String)), security(()))]
pub async fn graphql_schema() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(graphql::sdl())
}
