//! Blinded lookups: which clients look people up blinded, and in which periods. Only the operator says so, at the command line.

use furusu_domain::actor::Caller;
use furusu_domain::applicants::Blinded;
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, OrganizationId};
use furusu_domain::matching::{BlindSecret, Habits};
use furusu_persistence::{Blinding, Tx};

use crate::app::App;
use crate::cx::Cx;

/// Lets a client look people up blinded in a period. Gives the secret, which is the same whenever it is asked for; everybody
/// has keys for it when the rekeying that this begins is done.
///
/// # Errors
/// [`Error::NotFound`] if there is no such client, or it was revoked.
pub async fn register(app: &App, organization: OrganizationId, client: ClientId, period: String) -> Result<BlindSecret, Error> {
    let work = async move |tx: &Tx| {
        let known = tx.accounts().clients().await?;
        known.iter().find(|known| known.id == client && known.revoked_at.is_none()).ok_or(Error::NotFound)?;
        tx.matching().blind(client, &period).await
    };
    app.store.write(organization, app.clock.now(), work).await
}

/// Ends a client's period: nobody is found in it from now on; its keys are gone when the rekeying that this begins is done.
///
/// # Errors
/// [`Error::NotFound`] if there is no such period, or it has ended.
pub async fn retire(app: &App, organization: OrganizationId, client: ClientId, period: String) -> Result<(), Error> {
    let work = async move |tx: &Tx| tx.matching().retire_blinding(client, &period).await;
    if app.store.write(organization, app.clock.now(), work).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// The period that a question names, if it is the caller's.
pub(super) async fn seek(cx: &Cx, tx: &Tx, blinded: &Blinded, habits: &Habits) -> Result<Option<Blinding>, Error> {
    match cx.actor().caller {
        Caller::Client(client) => tx.matching().seek_blinding(client, &blinded.period, habits).await,
        // Only a client that the operator made has a secret with this service.
        Caller::Operator | Caller::Vouched { .. } => Ok(None),
    }
}
