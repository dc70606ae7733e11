//! Who is let in: the check of an access token (RFC 6750, RFC 8725, RFC 9068).

use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, KeyId, OrganizationId};
use furusu_domain::time::Moment;
use jsonwebtoken::{Algorithm, Validation};
use quick_cache::sync::Cache;

use super::token::{Claims, OPERATOR};
use crate::app::App;

/// A token longer than this is none of ours.
const LONGEST: usize = 8 * 1_024;

/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

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
        if let Some(known) = self.checked.get(&digest) {
            let believed = known.checked_at <= now && now < known.checked_at.plus_seconds(BELIEVED);
            if believed && now.seconds() < known.expires_at + LEEWAY {
                return Ok(known.actor.clone());
            }
        }
        let claims = verify(app, token, now).await?;
        let actor = Arc::new(actor(app, &claims, now).await?);
        let checked = Checked { actor: actor.clone(), expires_at: claims.exp, checked_at: now };
        self.checked.insert(digest, Arc::new(checked));
        Ok(actor)
    }
}

/// The claims of a token of our own, if everything about it is as it must be.
async fn verify(app: &App, token: &str, now: Moment) -> Result<Claims, Error> {
    let bad = || Error::InvalidToken;
    let header = jsonwebtoken::decode_header(token).map_err(|_| bad())?;
    // The algorithm is the key's, not the token's to choose (RFC 8725, section 3.1); nothing in a header is followed.
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    let is_access_token = matches!(typ.as_deref(), Some("at+jwt" | "application/at+jwt"));
    if header.alg != Algorithm::EdDSA || !is_access_token || header.crit.is_some() {
        return Err(bad());
    }
    let kid: KeyId = header.kid.as_deref().and_then(|kid| kid.parse().ok()).ok_or_else(bad)?;
    let key = app.keys.seek(app, kid).await?.ok_or_else(bad)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The times are checked below, against the service's own clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[app.settings.issuer()]);
    validation.set_audience(&[app.settings.issuer()]);
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| bad())?.claims;
    let seconds = now.seconds();
    let expired = seconds >= claims.exp.saturating_add(LEEWAY);
    let early = [claims.nbf, Some(claims.iat)].into_iter().flatten().any(|at| at > seconds + LEEWAY);
    if expired || early { Err(bad()) } else { Ok(claims) }
}

/// Who the claims speak of, as furusu knows them now.
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
    Ok(Actor { organization: id, zone: organization.zone, caller, scopes })
}
