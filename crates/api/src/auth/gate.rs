//! Who is let in: the check of an access token (RFC 6750, RFC 8725, RFC 9068).

use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, OrganizationId};
use furusu_domain::time::Moment;
use quick_cache::sync::Cache;
use serde_json::Value;

use super::document::{self, Object};
use super::issuers::Source;
use super::issuers::claims::{self, LEEWAY, Vouched};
use super::issuers::settings::media_type;
use super::jws::{Checked as Signature, Jws, KeySet};
use super::token::{Claims, OPERATOR};
use crate::app::App;

/// A token longer than this is none of ours.
const LONGEST: usize = 8 * 1_024;

/// How long a checked token is believed before its client is looked at again: revoking takes no longer.
const BELIEVED: i64 = 30;

/// Checked tokens that are remembered, at most.
const REMEMBERED: usize = 10_000;

/// Who is let in.
pub struct Gate {
    checked: Cache<[u8; 32], Arc<Checked>>,
}

/// A token whose signature and claims are good.
struct Checked {
    actor: Arc<Actor>,
    expires_at: i64,
    checked_at: Moment,
    /// Of an external issuer's token: the issuer, and the keys that it was checked with.
    issued: Option<(Arc<Source>, Arc<KeySet>)>,
}

impl Checked {
    /// Whether it may be believed without another look: for a while, and while its issuer has the keys that it had.
    fn is_believed(&self, now: Moment) -> bool {
        let is_fresh = self.checked_at <= now && now < self.checked_at.plus_seconds(BELIEVED);
        let has_same_keys = self.issued.as_ref().is_none_or(|(source, keys)| Arc::ptr_eq(&source.keys(), keys));
        is_fresh && has_same_keys && now.seconds() < self.expires_at.saturating_add(LEEWAY)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self { checked: Cache::new(REMEMBERED) }
    }
}

impl Gate {
    /// Checks the credentials of a request.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if there are none; [`Error::InvalidToken`], whatever is wrong with them.
    pub async fn admit(&self, app: &App, headers: &HeaderMap) -> Result<Arc<Actor>, Error> {
        let mut sent = headers.get_all(AUTHORIZATION);
        let Some(value) = sent.next() else { return Err(Error::Unauthenticated) };
        if sent.next().is_some() {
            return Err(Error::InvalidToken);
        }
        let value = value.to_str().map_err(|_| Error::InvalidToken)?;
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::Unauthenticated);
        }
        self.check(app, token.trim()).await
    }

    async fn check(&self, app: &App, token: &str) -> Result<Arc<Actor>, Error> {
        if token.len() > LONGEST {
            return Err(Error::InvalidToken);
        }
        let now = app.clock.now();
        let digest = *blake3::hash(token.as_bytes()).as_bytes();
        if let Some(known) = self.checked.get(&digest).filter(|known| known.is_believed(now)) {
            return Ok(known.actor.clone());
        }
        let checked = Arc::new(judge(app, token, now).await?);
        self.checked.insert(digest, checked.clone());
        Ok(checked.actor.clone())
    }
}

/// Takes a token apart and has it judged by the rules of the issuer that it names, with that issuer's keys and no others.
async fn judge(app: &App, token: &str, now: Moment) -> Result<Checked, Error> {
    let bad = || Error::InvalidToken;
    let jws = Jws::parse(token).ok_or_else(bad)?;
    let claims = document::object(&jws.payload).ok_or_else(bad)?;
    let issuer = claims.get("iss").and_then(Value::as_str).ok_or_else(bad)?;
    if issuer == app.settings.issuer() {
        return own(app, &jws, claims, now).await;
    }
    let source = app.issuers.find(issuer).ok_or_else(bad)?;
    external(app, source, &jws, &claims, now).await
}

/// A token of an external issuer.
async fn external(app: &App, source: &Arc<Source>, jws: &Jws<'_>, claims: &Object, now: Moment) -> Result<Checked, Error> {
    let bad = || Error::InvalidToken;
    source.look(now);
    // What is wrong anyhow need not make anybody ask the issuer for keys.
    let vouched = claims::read(&source.issuer, jws.typ.as_deref(), claims, now).ok_or_else(bad)?;
    let mut keys = source.keys();
    let mut signature = jws.check(&keys);
    if signature == Signature::UnknownKey {
        keys = source.ask(now, |keys| jws.check(keys) != Signature::UnknownKey).await;
        signature = jws.check(&keys);
    }
    if signature != Signature::Good {
        return Err(bad());
    }
    let Vouched { organization: id, caller, scopes, expires_at } = vouched;
    let tx = app.store.read(id, now);
    let organization = tx.accounts().seek_organization(id).await?.ok_or_else(bad)?;
    let actor = Arc::new(Actor { organization: id, zone: organization.zone, caller, scopes: scopes.within_the_wall() });
    Ok(Checked { actor, expires_at, checked_at: now, issued: Some((source.clone(), keys)) })
}

/// A token of the service's own.
async fn own(app: &App, jws: &Jws<'_>, claims: Object, now: Moment) -> Result<Checked, Error> {
    let bad = || Error::InvalidToken;
    let kid = jws.kid.as_deref().ok_or_else(bad)?;
    let is_access_token = jws.typ.as_deref().is_some_and(|typ| media_type(typ) == "at+jwt");
    if !is_access_token || jws.check(&*app.keys.naming(app, kid).await?) != Signature::Good {
        return Err(bad());
    }
    let claims: Claims = serde_json::from_value(Value::Object(claims)).map_err(|_| bad())?;
    let seconds = now.seconds();
    let expired = seconds >= claims.exp.saturating_add(LEEWAY);
    let early = [claims.nbf, Some(claims.iat)].into_iter().flatten().any(|at| at > seconds + LEEWAY);
    if claims.aud != app.settings.issuer() || expired || early {
        return Err(bad());
    }
    let actor = Arc::new(actor(app, &claims, now).await?);
    Ok(Checked { actor, expires_at: claims.exp, checked_at: now, issued: None })
}

/// Who the claims of a token of our own speak of, as furusu knows them now.
async fn actor(app: &App, claims: &Claims, now: Moment) -> Result<Actor, Error> {
    let bad = || Error::InvalidToken;
    let id: OrganizationId = claims.org.parse().map_err(|_| bad())?;
    let tx = app.store.read(id, now);
    let organization = tx.accounts().seek_organization(id).await?.ok_or_else(bad)?;
    let mut scopes = Scopes::known_in(&claims.scope);
    let caller = if claims.client_id == OPERATOR {
        Caller::Operator
    } else {
        let client: ClientId = claims.client_id.parse().map_err(|_| bad())?;
        let (of, known) = tx.accounts().seek_client_anywhere(client).await?.ok_or_else(bad)?;
        if of != id || known.revoked_at.is_some() {
            return Err(bad());
        }
        scopes = scopes.and(known.scopes);
        Caller::Client(client)
    };
    Ok(Actor { organization: id, zone: organization.zone, caller, scopes: scopes.within_the_wall() })
}
