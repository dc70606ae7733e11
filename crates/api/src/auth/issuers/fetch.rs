//! Asking an issuer for its keys: discovery (OpenID Connect Discovery 1.0, section 4), then the keys (RFC 7517).

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

use super::settings::{Issuer, address};
use crate::auth::document::{self, Object};
use crate::auth::jws::KeySet;
use crate::operating::outward;

/// How long an issuer may take to answer everything it is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest document that is read, in bytes.
const LONGEST: u64 = 256 << 10;

/// Where the issuer's keys are, and the usable ones of them.
pub(super) struct Found {
    pub jwks_uri: String,
    pub keys: KeySet,
}

/// Asks for the keys, at the address that is known or by discovery.
///
/// # Errors
/// What went wrong, in words for the operator; nothing of what the issuer answered.
pub(super) fn keys(issuer: &Issuer, known: Option<&str>) -> Result<Found, String> {
    let until = Instant::now() + PATIENCE;
    let jwks_uri = match issuer.jwks_uri.as_deref().or(known) {
        Some(uri) => uri.to_owned(),
        None => discover(issuer, until)?,
    };
    let set = get(&jwks_uri, until)?;
    let Some(jwks) = set.get("keys").and_then(Value::as_array) else { return Err(format!("{jwks_uri} answered no set of keys")) };
    let keys = KeySet::of(jwks, &issuer.algorithms);
    if keys.is_empty() {
        return Err(format!("{jwks_uri} answered {} keys, and none that can be used", jwks.len()));
    }
    Ok(Found { jwks_uri, keys })
}

fn discover(issuer: &Issuer, until: Instant) -> Result<String, String> {
    let issuer = &issuer.issuer;
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let found = get(&url, until)?;
    // Otherwise one issuer could speak for another (OpenID Connect Discovery 1.0, section 4.3).
    if found.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err(format!("{url} speaks for another issuer than {issuer:?}; the setting must be the same letter by letter"));
    }
    let jwks_uri = found.get("jwks_uri").and_then(Value::as_str).ok_or_else(|| format!("{url} names no jwks_uri"))?;
    let at = address(jwks_uri).map_err(|why| format!("{url}: jwks_uri {why}"))?;
    if issuer.starts_with("https:") && at.scheme_str() != Some("https") {
        return Err(format!("{url}: jwks_uri must begin with https://"));
    }
    Ok(jwks_uri.to_owned())
}

fn get(url: &str, until: Instant) -> Result<Object, String> {
    let failed = |why: &dyn std::fmt::Display| format!("{url}: {why}");
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(failed(&format_args!("no answer within {} s", PATIENCE.as_secs())));
    }
    let agent = if url.starts_with("https:") { over_tls().as_ref().map_err(|why| failed(why))? } else { in_the_clear() };
    let request = agent.get(url).config().timeout_global(Some(left)).build();
    let mut answer = request.header("accept", "application/json").call().map_err(|e| failed(&e))?;
    if answer.status() != 200 {
        return Err(failed(&format_args!("status {} came, not 200", answer.status().as_u16())));
    }
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(|e| failed(&e))?;
    document::object(&body).ok_or_else(|| failed(&"what came is no JSON object, or says a member twice"))
}

/// A client that talks to whom it is told to: no redirects, no proxy of the environment, no connection kept for a minute.
fn settings() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    let agent = concat!("furusu/", env!("CARGO_PKG_VERSION"));
    Agent::config_builder().proxy(None).max_redirects(0).http_status_as_error(false).max_idle_connections(0).user_agent(agent)
}

fn in_the_clear() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| settings().build().new_agent())
}

/// The client for `https`, with the machine's own trusted authorities.
fn over_tls() -> &'static Result<Agent, String> {
    static AGENT: OnceLock<Result<Agent, String>> = OnceLock::new();
    AGENT.get_or_init(|| {
        let roots = outward::authorities();
        if roots.is_empty() {
            return Err("this machine trusts no authority; install ca-certificates, or name a file with SSL_CERT_FILE".to_owned());
        }
        Ok(settings().https_only(true).tls_config(outward::tls(&roots)).build().new_agent())
    })
}
