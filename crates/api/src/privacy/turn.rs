//! What time itself turns: consents that come to their end. Told once, when the moment has come.

use furusu_domain::account::Organization;
use furusu_domain::error::Error;
use furusu_domain::event::Happening;
use furusu_domain::id::ConsentId;
use furusu_domain::privacy::{Consent, ConsentState};

use super::Turn;
use crate::app::App;

/// How much is told in one transaction.
const AT_ONCE: i64 = 500;

/// Tells which consents of an organization have come to their end; gives how many events that made. Several instances may do
/// so at once: each is struck off by the one that tells it. One that was withdrawn before its end is not told again.
///
/// # Errors
/// As every statement.
pub async fn tell_what_expired(app: &App, organization: &Organization) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut told = 0;
    while !app.store.read(organization.id, now).privacy().due_by(now, 1).await?.is_empty() {
        let mut mint = app.mint(now);
        told += app
            .store
            .write(organization.id, now, async move |tx| {
                let mut ids: Vec<ConsentId> = Vec::new();
                for due in tx.privacy().due_by(now, AT_ONCE).await? {
                    if tx.privacy().strike(due).await? {
                        ids.push(due.1);
                    }
                }
                let mut ended = tx.privacy().of_ids(&ids).await?;
                ended.retain(|consent| consent.expires_at.is_some_and(|end| consent.state(end) == ConsentState::Expired));
                ended.sort_by_key(|consent| (consent.expires_at, consent.id));
                let words: Vec<(&Consent, Turn)> = ended.iter().map(|consent| (consent, Happening::ConsentExpired as Turn)).collect();
                super::turned(tx, &mut mint, &words).await?;
                Ok(words.len())
            })
            .await?;
    }
    Ok(told)
}
