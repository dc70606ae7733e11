//! Where the service listens, where callers find it, and who answers there.

use std::net::IpAddr;
use std::time::Duration;

use actix_web::http::Uri;
use furusu_domain::id::KeyId;
use serde_json::Value;

use crate::config::Settings;
use crate::operating::outward;

/// How long whoever is at the public URL may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the public URL can be an issuer, and leads to where the service listens unless somebody knows better.
pub(super) fn public_url(settings: &Settings) -> Result<String, String> {
    let told = plain(&settings.public_url)?;
    settings.sends_elsewhere(settings.listen).map_or(Ok(told), Err)
}

/// Whether a URL can be an issuer: by RFC 8414, section 2, without query and fragment, and, since furusu answers
/// discovery at the root only (section 3.1 would look elsewhere), without a path. TLS may be missing on this machine only.
fn plain(url: &str) -> Result<String, String> {
    let wrong = |what: &str| Err(format!("{what}; set FURUSU_PUBLIC_URL to the address alone, such as https://furusu.example.com"));
    let Ok(uri) = url.parse::<Uri>() else { return wrong("it cannot be read as a URL") };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else { return wrong("it names no host") };
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return wrong("it holds credentials, which every token would show");
    }
    if url.contains('#') || uri.query().is_some() {
        return wrong("it has a query or a fragment, which an issuer must not have");
    }
    if !matches!(uri.path(), "" | "/") {
        return wrong(&format!("it has the path {}, and discovery and keys are answered at the root only", uri.path()));
    }
    if uri.scheme_str() == Some("http") && !is_this_machine(host) {
        return Err(format!(
            "callers reach {host} without TLS, and whoever listens on the way has their tokens; put a proxy with TLS in front and set \
             FURUSU_PUBLIC_URL to its https:// address"
        ));
    }
    Ok(format!("{url}, the issuer and audience of tokens"))
}

/// Whether what is spoken in the clear stays on this machine.
pub(super) fn listener(settings: &Settings) -> Result<String, String> {
    let at = settings.listen;
    if at.ip().is_loopback() {
        return Ok(format!("{at}, this machine only"));
    }
    if settings.public_url.starts_with("https://") {
        return Ok(format!("{at}, without TLS: only the proxy in front of it may reach it"));
    }
    Err(format!(
        "{at} can be reached from other machines, and plain HTTP is spoken there; listen on 127.0.0.1 (FURUSU_LISTEN), or put a proxy \
         with TLS in front and set FURUSU_PUBLIC_URL to its https:// address"
    ))
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether whoever answers under the public URL is this service: by its discovery document (RFC 8414) and its keys.
pub(super) fn issuer(issuer: &str, newest: Option<KeyId>) -> Result<String, String> {
    let agent = outward::agent(PATIENCE);
    let at = format!("{issuer}/.well-known/oauth-authorization-server");
    let told: Value = match agent.get(&at).call() {
        Err(e) if nobody_is_there(&e) => return Ok(format!("nobody answers at {issuer} ({e}); not compared")),
        Err(e) => return Err(format!("{at}: {e}; let the public URL lead to this service")),
        Ok(mut answer) => match answer.body_mut().with_config().limit(1 << 20).read_json() {
            Ok(told) => told,
            Err(_) => return Err(format!("something else than furusu answers at {at}; let the public URL lead to this service")),
        },
    };
    let theirs = told["issuer"].as_str().unwrap_or("nobody");
    if theirs != issuer {
        return Err(format!(
            "who answers at {issuer} calls itself {theirs:?}, so that tokens of one are no good at the other; set FURUSU_PUBLIC_URL alike \
             for both, and restart the service"
        ));
    }
    let Some(newest) = newest else { return Ok(format!("{issuer} answers under its own name")) };
    let keys = agent.get(&format!("{issuer}/.well-known/jwks.json")).call();
    let keys: Value = keys.ok().and_then(|mut answer| answer.body_mut().with_config().limit(1 << 20).read_json().ok()).unwrap_or_default();
    let is_known = |key: &Value| key["kid"].as_str() == Some(&newest.to_string());
    if keys["keys"].as_array().is_some_and(|keys| keys.iter().any(is_known)) {
        Ok(format!("{issuer} answers under its own name, with the keys of this database"))
    } else {
        Err(format!(
            "who answers at {issuer} does not have the signing key {newest} of this database: it runs on another one; let the public URL \
             lead to the service on this database, or name the other with FURUSU_DATABASE_URL"
        ))
    }
}

/// Before the first start, and from where names are known differently, it is no fault that nobody answers.
fn nobody_is_there(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(_) | ureq::Error::Timeout(_) | ureq::Error::HostNotFound | ureq::Error::ConnectionFailed)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_a_plain_address_can_be_an_issuer() {
        for fine in [
            "https://furusu.example.com",
            "https://furusu.example.com:8443",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
            "http://localhost",
        ] {
            assert!(plain(fine).is_ok(), "{fine}: {:?}", plain(fine));
        }
        for (wrong, why) in [
            ("https://furusu.example.com/alumni", "path"),
            ("https://furusu.example.com?x=1", "query"),
            ("https://furusu.example.com#x", "fragment"),
            ("https://ada:secret@furusu.example.com", "credentials"),
            ("https://", "URL"),
            ("http://furusu.example.com", "TLS"),
            ("http://10.0.0.7:8080", "TLS"),
        ] {
            let said = plain(wrong).unwrap_err();
            assert!(said.contains(why) && !said.contains("secret"), "{wrong}: {said}");
        }
    }
}
