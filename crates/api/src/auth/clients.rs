//! API clients: created, listed, given another secret, revoked. Only the operator does that, at the command line.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use furusu_domain::account::{Client, Secret};
use furusu_domain::actor::Scopes;
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, OrganizationId, SecretId};

use crate::app::App;

/// The hash of no secret: what an unknown client's is compared with, so that it takes as long.
pub(super) const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$H8cqVVqQXhF1gkm2Bh2pIdk3ux4BPwLm1Gr+Z3sXxVw";

/// A client with a secret that is shown this once.
#[derive(Debug)]
pub struct NewClient {
    /// The client's id.
    pub id: ClientId,
    /// The secret.
    pub secret: String,
}

/// 256 random bits and their Argon2id hash.
fn make_secret() -> Result<(String, String), Error> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(|e| Error::Internal(e.to_string()))?;
    let secret = URL_SAFE_NO_PAD.encode(bits);
    let hash = Argon2::default().hash_password(secret.as_bytes()).map_err(|e| Error::Internal(e.to_string()))?;
    Ok((secret, hash.to_string()))
}

/// A new client of the organization.
///
/// # Errors
/// [`Error::NotFound`] if there is no such organization.
pub async fn create(app: &App, organization: OrganizationId, name: String, scopes: Scopes) -> Result<NewClient, Error> {
    let now = app.clock.now();
    let mut mint = app.mint(now);
    let (id, secret_id) = (ClientId::mint(&mut mint), SecretId::mint(&mut mint));
    let (secret, hash) = make_secret()?;
    app.store
        .write(organization, now, async move |tx| {
            tx.accounts().seek_organization(organization).await?.ok_or(Error::NotFound)?;
            tx.accounts().insert_client(&Client { id, name, scopes, created_at: now, revoked_at: None }).await?;
            tx.accounts().insert_secret(id, &Secret { id: secret_id, hash, created_at: now, expires_at: None }).await
        })
        .await?;
    Ok(NewClient { id, secret })
}

/// The organization's clients, the oldest first.
///
/// # Errors
/// As every statement.
pub async fn list(app: &App, organization: OrganizationId) -> Result<Vec<Client>, Error> {
    app.store.read(organization, app.clock.now()).accounts().clients().await
}

/// Another secret for a client; the old one stays good for `overlap` seconds, so that it can be exchanged in peace.
///
/// # Errors
/// [`Error::NotFound`] if there is no such client, or it was revoked.
pub async fn rotate(app: &App, organization: OrganizationId, id: ClientId, overlap: i64) -> Result<NewClient, Error> {
    let now = app.clock.now();
    let secret_id = SecretId::mint(&mut app.mint(now));
    let (secret, hash) = make_secret()?;
    app.store
        .write(organization, now, async move |tx| {
            let known = tx.accounts().clients().await?;
            known.iter().find(|c| c.id == id && c.revoked_at.is_none()).ok_or(Error::NotFound)?;
            tx.accounts().expire_secrets(id, now.plus_seconds(overlap)).await?;
            tx.accounts().insert_secret(id, &Secret { id: secret_id, hash, created_at: now, expires_at: None }).await
        })
        .await?;
    Ok(NewClient { id, secret })
}

/// Revokes a client: its tokens stop within a minute.
///
/// # Errors
/// [`Error::NotFound`] if there is no such client, or it was revoked before.
pub async fn revoke(app: &App, organization: OrganizationId, id: ClientId) -> Result<(), Error> {
    let now = app.clock.now();
    let done = app.store.write(organization, now, async move |tx| tx.accounts().revoke_client(id, now).await).await?;
    if done { Ok(()) } else { Err(Error::NotFound) }
}
