//! What an external issuer's token says, and whether it says it to us (RFC 7519, RFC 8725, RFC 9068).

use furusu_domain::actor::{Caller, Scope, Scopes};
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Moment;
use serde_json::Value;

use super::settings::{Issuer, Tenant, media_type};
use crate::auth::document::Object;

/// How far clocks may be apart, in seconds.
pub(in crate::auth) const LEEWAY: i64 = 60;

/// The longest id of a client, in bytes.
const LONGEST_ID: usize = 255;

/// The type of an access token by RFC 9068.
const ACCESS_TOKEN: &str = "at+jwt";

/// Claims that access tokens do not have: an ID token's (OpenID Connect Core, sections 2 and 3.3.2.11; the hashes of a code
/// or a state), those of a security event or a logout (RFC 8417), and a proof of possession (RFC 7800), which is not asked
/// for here, so that whoever stole such a token could use it.
const FOREIGN: [&str; 6] = ["nonce", "at_hash", "c_hash", "s_hash", "events", "cnf"];

/// Whom a token speaks of.
#[derive(Debug, PartialEq)]
pub(in crate::auth) struct Vouched {
    pub organization: OrganizationId,
    pub caller: Caller,
    pub scopes: Scopes,
    /// In seconds since 1970.
    pub expires_at: i64,
}

/// Reads the claims of a token whose signature is good; `typ` is that of its header. `None`, whatever is wrong.
pub(in crate::auth) fn read(issuer: &Issuer, typ: Option<&str>, claims: &Object, now: Moment) -> Option<Vouched> {
    let typ = media_type(typ.unwrap_or(""));
    if !issuer.typ.contains(&typ) || is_foreign(claims) || claims.get("iss")? != &issuer.issuer {
        return None;
    }
    let expires_at = in_time(claims, now)?;
    let client = client(issuer, claims)?;
    let is_for_us = match issuer.audience_claim.as_str() {
        "aud" => texts(claims.get("aud")?)?.iter().any(|it| issuer.audiences.iter().any(|ours| ours == it)),
        // Whoever does say whom it is for is taken at its word.
        name => !claims.contains_key("aud") && issuer.audiences.iter().any(|ours| claims.get(name).is_some_and(|it| it == ours)),
    };
    let is_admitted = issuer.clients.as_ref().is_none_or(|known| client.is_some_and(|client| known.iter().any(|it| it == client)));
    if !is_for_us || !is_admitted || (typ != ACCESS_TOKEN && may_be_an_id_token(claims, client)) {
        return None;
    }
    // A person's name must never read as a client's.
    let id = match client {
        Some(id) => format!("client {id}"),
        None => format!("sub {}", identifier(claims.get("sub")?)?),
    };
    Some(Vouched {
        organization: organization(&issuer.organization, claims)?,
        caller: Caller::Vouched { issuer: issuer.issuer.clone(), id },
        scopes: scopes(issuer, claims),
        expires_at,
    })
}

/// Whether it is another kind of token by its own word. `token_use` is Cognito's, `typ` as a claim Keycloak's.
fn is_foreign(claims: &Object) -> bool {
    let is_other =
        |name: &str, access: &str| claims.get(name).is_some_and(|it| !it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(access)));
    FOREIGN.iter().any(|name| claims.contains_key(*name)) || is_other("token_use", "access") || is_other("typ", "Bearer")
}

/// An ID token need not say that it is one. But it is for the client that asked for it and says nothing of scopes, and
/// most name no client at all: a token of no certain type must show that it is none of these.
fn may_be_an_id_token(claims: &Object, client: Option<&str>) -> bool {
    let Some(client) = client else { return true };
    let is_for_its_client = claims.get("aud").and_then(texts).is_some_and(|aud| aud.contains(&client));
    is_for_its_client && !claims.contains_key("scope") && !claims.contains_key("scp")
}

/// When it ends, if it is good now.
fn in_time(claims: &Object, now: Moment) -> Option<i64> {
    let now = now.seconds();
    let expires_at = seconds(claims.get("exp")?)?;
    let has_begun = ["nbf", "iat"].iter().all(|name| match claims.get(*name) {
        None => true,
        Some(at) => seconds(at).is_some_and(|at| at <= now + LEEWAY),
    });
    (now < expires_at.saturating_add(LEEWAY) && has_begun).then_some(expires_at)
}

/// A `NumericDate`, in whole seconds (RFC 7519, section 2).
fn seconds(value: &Value) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, reason = "what does not fit was refused")]
    let whole = |at: f64| (at.abs() < 1e15).then_some(at as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(whole))
}

/// One text, or a list of nothing else.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(one) => Some(vec![one]),
        Value::Array(many) => many.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn identifier(value: &Value) -> Option<&str> {
    value.as_str().filter(|id| !id.trim().is_empty() && id.len() <= LONGEST_ID && !id.contains(char::is_control))
}

/// The client that the token names: `Some(None)` if it names none, `None` if what it names cannot be one.
fn client<'c>(issuer: &Issuer, claims: &'c Object) -> Option<Option<&'c str>> {
    match issuer.client_claims.iter().find_map(|claim| claim.of(claims)) {
        None => Some(None),
        Some(value) => identifier(value).map(Some),
    }
}

fn organization(tenant: &Tenant, claims: &Object) -> Option<OrganizationId> {
    match tenant {
        Tenant::Fixed(id) => Some(*id),
        Tenant::Claimed { claim, words } => {
            let word = claim.of(claims)?.as_str()?;
            match words {
                Some(words) => words.get(word).copied(),
                None => word.parse().ok(),
            }
        }
    }
}

/// What the token allows: a claim is a list of words, or a text of words separated by spaces.
fn scopes(issuer: &Issuer, claims: &Object) -> Scopes {
    let mut words = Vec::new();
    for claim in &issuer.scope_claims {
        match claim.of(claims) {
            Some(Value::String(text)) => words.extend(text.split_ascii_whitespace()),
            Some(Value::Array(items)) => words.extend(items.iter().filter_map(Value::as_str)),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {}
        }
    }
    let allowed = |word: &str| match &issuer.scopes {
        Some(map) => map.get(word).copied().unwrap_or(Scopes::NONE),
        None => Scope::from_word(word).into_iter().collect(),
    };
    words.into_iter().fold(Scopes::NONE, |all, word| all.or(allowed(word)))
}
