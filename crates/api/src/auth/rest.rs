//! The issuer's doors: token endpoint, keys, discovery.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use furusu_domain::actor::Scope;
use furusu_domain::error::Error;
use serde_json::json;

use super::token::{Denied, grant};
use crate::app::App;
use crate::error::Refusal;
use crate::rest::body;

/// `POST /oauth/token`: client credentials (RFC 6749, section 4.4).
#[utoipa::path(post, path = "/oauth/token", tag = "Authentication", operation_id = "issueToken",
    description = "The client authenticates with its id and secret, by HTTP Basic or in the form, not both. The token is good for 15 minutes.",
    summary = "Exchange client credentials for an access token (RFC 6749, section 4.4)",
    request_body(content_type = "application/x-www-form-urlencoded", content = TokenRequest),
    responses(
        (status = 200, description = "An access token", body = TokenResponse),
        (status = 400, description = "RFC 6749, section 5.2", body = TokenError),
        (status = 401, description = "The credentials are not good", body = TokenError),
        (status = 429, description = "Too many at once", body = TokenError),
        (status = 503, description = "Not available now", content_type = "application/problem+json", body = crate::error::ProblemView),
    ), security(()))]
pub async fn token(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let by_basic = request.headers().contains_key(header::AUTHORIZATION);
    match answer(&app, &request, payload).await {
        Ok(granted) => no_store(StatusCode::OK).json(granted),
        Err(denied) => refuse(denied, by_basic),
    }
}

async fn answer(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<super::Grant, Denied> {
    let form = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !form.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Denied::Request("the body must be application/x-www-form-urlencoded"));
    }
    let bytes = body::read(request, payload, body::DOCUMENT).await.map_err(|_| Denied::Request("the body cannot be read"))?;
    let mut form = Form::parse(&bytes)?;
    let basic = basic(request)?;
    let grant_type = form.take("grant_type")?.ok_or(Denied::Request("grant_type is missing"))?;
    if grant_type != "client_credentials" {
        return Err(Denied::GrantType);
    }
    let posted = (form.take("client_id")?, form.take("client_secret")?);
    let (client_id, secret) = match (basic, posted) {
        (Some(basic), (id, None)) if id.as_ref().is_none_or(|id| *id == basic.0) => basic,
        (None, (Some(id), Some(secret))) => (id, secret),
        (Some(_), _) => return Err(Denied::Request("use one way to authenticate the client, not two")),
        (None, _) => return Err(Denied::Client),
    };
    let scope = form.take("scope")?;
    grant(app, &client_id, &secret, scope.as_deref()).await
}

/// The client's credentials in the header, each form-encoded first (RFC 6749, section 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, Denied> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        scheme.eq_ignore_ascii_case("basic").then(|| (decode(id).into_owned(), decode(secret).into_owned()))
    };
    read().map(Some).ok_or(Denied::Client)
}

fn decode(encoded: &str) -> Cow<'_, str> {
    crate::rest::decode_pairs(encoded).next().map_or(Cow::Borrowed(""), |(name, _)| name)
}

/// The members of a form, each at most once; unknown ones are ignored.
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(bytes: &[u8]) -> Result<Self, Denied> {
        let text = std::str::from_utf8(bytes).map_err(|_| Denied::Request("the body is not UTF-8"))?;
        Ok(Self(crate::rest::decode_pairs(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
    }

    fn take(&mut self, name: &str) -> Result<Option<String>, Denied> {
        let mut found = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone());
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(Denied::Request("a parameter stands there twice")),
            // A parameter without a value is treated as omitted (RFC 6749, section 3.2).
            (value, _) => Ok(value.filter(|v| !v.is_empty())),
        }
    }
}

fn no_store(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    response
}

fn refuse(denied: Denied, by_basic: bool) -> HttpResponse {
    let (status, error, description) = match denied {
        Denied::Request(what) => (StatusCode::BAD_REQUEST, "invalid_request", what.to_owned()),
        Denied::Client => (StatusCode::UNAUTHORIZED, "invalid_client", "the client's credentials are not good".to_owned()),
        Denied::GrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type", "only client_credentials is supported".to_owned()),
        Denied::Scope(what) => (StatusCode::BAD_REQUEST, "invalid_scope", what),
        Denied::Other(Error::RateLimited { retry_after }) => {
            let mut response = no_store(StatusCode::TOO_MANY_REQUESTS);
            response.insert_header((header::RETRY_AFTER, retry_after.to_string()));
            return response.json(json!({ "error": "temporarily_unavailable", "error_description": "too many at once" }));
        }
        Denied::Other(error) => {
            let mut response = actix_web::ResponseError::error_response(&Refusal::Verb(error));
            response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            return response;
        }
    };
    let mut response = no_store(status);
    if status == StatusCode::UNAUTHORIZED && by_basic {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"furusu\""));
    }
    response.json(json!({ "error": error, "error_description": description }))
}

/// `GET /.well-known/jwks.json`: the public keys.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "Authentication", operation_id = "getKeys",
    description = "May be kept for five minutes. Keys are exchanged with overlap.",
    summary = "The public keys that check the service's tokens (RFC 7517)",
    responses((status = 200, description = "A JWK set", body = KeySet)), security(()))]
pub async fn jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(app.keys.jwks())
}

/// `GET /.well-known/oauth-authorization-server`: discovery (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "Authentication", operation_id = "getIssuer",
    description = "The issuer is the public URL of the service, and so is the audience of its tokens.",
    summary = "Where tokens come from and what they may allow (RFC 8414)",
    responses((status = 200, description = "Issuer metadata", body = Issuer)), security(()))]
pub async fn discovery(app: web::Data<App>) -> HttpResponse {
    let issuer = app.settings.issuer();
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": Scope::WORDS,
    }))
}

/// The form of a token request.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the form is read member by member")]
pub struct TokenRequest {
    /// `client_credentials`
    #[schema(value_type = GrantType)]
    grant_type: String,
    /// The client's id, unless it is in the header.
    client_id: Option<String>,
    /// The client's secret, unless it is in the header.
    client_secret: Option<String>,
    /// The scopes asked for, separated by spaces; all of the client's if missing.
    scope: Option<String>,
}

/// What is exchanged for a token.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
#[schema(rename_all = "snake_case")]
pub enum GrantType {
    /// The client's own credentials.
    ClientCredentials,
}

/// Public keys (RFC 7517, section 5).
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct KeySet {
    /// The keys.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<serde_json::Value>,
}

/// The issuer of access tokens (RFC 8414, section 2).
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct Issuer {
    /// Its name, and the audience of its tokens.
    #[schema(format = "uri")]
    issuer: String,
    /// Where tokens come from.
    #[schema(format = "uri")]
    token_endpoint: String,
    /// Where its public keys are.
    #[schema(format = "uri")]
    jwks_uri: String,
    /// What can be exchanged for a token.
    grant_types_supported: Vec<String>,
    /// None: nobody logs in here.
    response_types_supported: Vec<String>,
    /// How clients authenticate.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// Every scope.
    scopes_supported: Vec<String>,
}

/// A token.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct TokenResponse {
    /// The token.
    access_token: String,
    /// `Bearer`
    token_type: String,
    /// How long it is good, in seconds.
    expires_in: i64,
    /// What it allows.
    scope: String,
}

/// Why there is no token.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct TokenError {
    /// The error code of RFC 6749, section 5.2.
    error: String,
    /// What is wrong.
    error_description: String,
}
