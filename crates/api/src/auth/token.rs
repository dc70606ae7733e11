//! Access tokens: JWTs by RFC 9068, signed with the service's own keys (EdDSA).

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use furusu_domain::actor::Scopes;
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, OrganizationId};
use jsonwebtoken::{Algorithm, Header};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::app::App;

/// How long a client's token is good, in seconds.
pub(super) const CLIENT_TTL: i64 = 15 * 60;

/// The `client_id` of tokens that the operator made at the command line.
pub(super) const OPERATOR: &str = "operator";

/// Argon2id checks that run at once; each takes 19 MiB and a core.
static CHECKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Argon2id checks that run or wait at once; more are told to come back.
static QUEUE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(10)));

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    /// Who made it: the public URL of the service.
    pub iss: String,
    /// Whom it is for: the same.
    pub aud: String,
    /// Of whom it speaks: the client.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// The organization.
    pub org: String,
    /// What it allows.
    pub scope: String,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// Before when it is not good.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nbf: Option<i64>,
    /// When it ends.
    pub exp: i64,
    /// Its own id.
    pub jti: String,
}

/// A token that was granted.
#[derive(Debug, Serialize)]
pub struct Grant {
    /// The token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// How long it is good, in seconds.
    pub expires_in: i64,
    /// What it allows.
    pub scope: String,
}

/// Why no token was granted: the error of RFC 6749, section 5.2.
#[derive(Debug)]
pub enum Denied {
    /// `invalid_request`
    Request(&'static str),
    /// `invalid_client`
    Client,
    /// `unsupported_grant_type`
    GrantType,
    /// `invalid_scope`
    Scope(String),
    /// Something else is wrong.
    Other(Error),
}

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

fn sign(app: &App, organization: OrganizationId, client: &str, scopes: Scopes, ttl: i64) -> Result<Grant, Error> {
    let now = app.clock.now();
    let (kid, key) = app.keys.signer()?;
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some(kid.to_string());
    let mut jti = [0; 16];
    getrandom::fill(&mut jti).map_err(|e| Error::Internal(e.to_string()))?;
    let issuer = app.settings.issuer().to_owned();
    let claims = Claims {
        iss: issuer.clone(),
        aud: issuer,
        sub: client.to_owned(),
        client_id: client.to_owned(),
        org: organization.to_string(),
        scope: scopes.to_string(),
        iat: now.seconds(),
        nbf: None,
        exp: now.seconds() + ttl,
        jti: jti.iter().map(|b| format!("{b:02x}")).collect(),
    };
    let access_token = jsonwebtoken::encode(&header, &claims, &key).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Grant { access_token, token_type: "Bearer", expires_in: ttl, scope: claims.scope })
}

/// A token for the operator, of any organization and scopes.
///
/// # Errors
/// [`Error::NotFound`] if there is no such organization.
pub async fn operator_token(app: &App, organization: OrganizationId, scopes: Scopes, ttl: i64) -> Result<Grant, Error> {
    let tx = app.store.read(organization, app.clock.now());
    tx.accounts().seek_organization(organization).await?.ok_or(Error::NotFound)?;
    sign(app, organization, OPERATOR, scopes, ttl)
}

/// Client credentials for a token (RFC 6749, section 4.4). What is wrong with them is not told.
///
/// # Errors
/// [`Denied`].
pub async fn grant(app: &App, client_id: &str, secret: &str, asked: Option<&str>) -> Result<Grant, Denied> {
    let now = app.clock.now();
    let place = QUEUE.clone().try_acquire_owned().map_err(|_| Denied::Other(Error::RateLimited { retry_after: 1 }))?;
    let known = match client_id.parse::<ClientId>() {
        Ok(id) => app.store.outside(now).accounts().seek_client_anywhere(id).await?,
        Err(_) => None,
    };
    let hashes: Vec<String> = match &known {
        Some((organization, client)) if client.revoked_at.is_none() => {
            let secrets = app.store.read(*organization, now).accounts().secrets(client.id).await?;
            secrets.into_iter().filter(|s| s.expires_at.is_none_or(|at| now < at)).map(|s| s.hash).collect()
        }
        _ => Vec::new(),
    };
    if !matches_any(place, secret.to_owned(), hashes).await? {
        return Err(Denied::Client);
    }
    let Some((organization, client)) = known else { return Err(Denied::Client) };
    let scopes = match asked {
        None => client.scopes,
        Some(asked) => {
            let asked = Scopes::parse(asked).map_err(|word| Denied::Scope(format!("{word} is no scope")))?;
            if !client.scopes.includes(asked) {
                return Err(Denied::Scope("the client may not ask for all of these".into()));
            }
            asked
        }
    };
    Ok(sign(app, organization, &client.id.to_string(), scopes, CLIENT_TTL)?)
}

/// Whether the secret is one of those; a client that does not exist costs the same. Whoever hangs up meanwhile leaves the
/// check running: its place and its turn are its own until it is done.
async fn matches_any(place: OwnedSemaphorePermit, secret: String, mut hashes: Vec<String>) -> Result<bool, Error> {
    let gone = |_| Error::Unavailable;
    let turn = CHECKS.clone().acquire_owned().await.map_err(gone)?;
    let nobody = hashes.is_empty();
    if nobody {
        hashes.push(super::clients::NOBODYS_HASH.to_owned());
    }
    let check = move || {
        let _kept = (place, turn);
        let is =
            |hash: &String| PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(secret.as_bytes(), &hash).is_ok());
        hashes.iter().any(is) && !nobody
    };
    tokio::task::spawn_blocking(check).await.map_err(|e| Error::Internal(e.to_string()))
}
