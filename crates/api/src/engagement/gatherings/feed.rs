//! Calendar feeds: addresses that calendar programs read without a token. Whoever has the address reads the calendar, and nobody
//! can guess it; nothing personal is in it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use furusu_domain::engagement::{CalendarFeed, Gathering};
use furusu_domain::error::Error;
use furusu_domain::id::CalendarFeedId;

use crate::app::App;
use crate::cx::Cx;
use crate::idempotency::Receipt;

/// The most gatherings a calendar shows.
const SHOWN: i64 = 500;

/// For how long a calendar shows what is over, in seconds: a year.
const PAST: i64 = 366 * 86_400;

/// Every feed, revoked ones too, the newest first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.feeds", skip_all)]
pub async fn all(cx: &Cx) -> Result<Vec<CalendarFeed>, Error> {
    cx.may("gatherings.feeds")?;
    cx.read().calendar_feeds().all().await
}

/// Makes a feed, and tells its address, which is told this once: only a hash of it is kept.
///
/// # Errors
/// Those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.offer_feed", skip_all)]
pub async fn offer(cx: &Cx, label: Option<String>, receipt: Receipt<CalendarFeedId>) -> Result<(CalendarFeed, Option<String>), Error> {
    cx.may("gatherings.offer_feed")?;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| Error::Internal(e.to_string()))?;
    let secret = URL_SAFE_NO_PAD.encode(secret);
    let (hash, by, mut mint) = (hash(&secret), cx.actor().caller.to_string(), cx.mint());
    let feed = cx.write(async move |tx| {
        let feed = CalendarFeed { id: CalendarFeedId::mint(&mut mint), label, created: (tx.now(), by), revoked: None };
        tx.calendar_feeds().insert(&feed, hash).await?;
        receipt.keep(tx, &feed.id).await?;
        Ok(feed)
    });
    let url = format!("{}/calendars/{secret}.ics", cx.app().settings.public_url.trim_end_matches('/'));
    Ok((feed.await?, Some(url)))
}

/// A feed that was made before: its address is not known any more.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one any more.
pub async fn offered(cx: &Cx, id: CalendarFeedId) -> Result<(CalendarFeed, Option<String>), Error> {
    cx.may("gatherings.offer_feed")?;
    Ok((cx.read().calendar_feeds().find(id).await?, None))
}

/// Revokes a feed: its address leads nowhere from now on. One that is revoked stays as it is.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.revoke_feed", skip_all)]
pub async fn revoke(cx: &Cx, id: CalendarFeedId, receipt: Receipt<CalendarFeedId>) -> Result<CalendarFeed, Error> {
    cx.may("gatherings.revoke_feed")?;
    let by = cx.actor().caller.to_string();
    cx.write(async move |tx| {
        let _ = tx.calendar_feeds().find(id).await?;
        tx.calendar_feeds().revoke(id, &by).await?;
        receipt.keep(tx, &id).await?;
        tx.calendar_feeds().find(id).await
    })
    .await
}

/// A feed that was revoked before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one any more.
pub async fn revoked(cx: &Cx, id: CalendarFeedId) -> Result<CalendarFeed, Error> {
    cx.may("gatherings.revoke_feed")?;
    cx.read().calendar_feeds().find(id).await
}

/// What the calendar at an address shows: gatherings that were ever published, those of the last year and all that are to come.
///
/// # Errors
/// [`Error::NotFound`] if the address leads nowhere, whether it was revoked or never was.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.calendar", skip_all)]
pub async fn read(app: &App, secret: &str) -> Result<Vec<Gathering>, Error> {
    let now = app.clock.now();
    let organization = app.store.outside(now).calendar_feeds().whose(hash(secret)).await?.ok_or(Error::NotFound)?;
    app.store.read(organization, now).gatherings().shown(now.plus_seconds(-PAST), SHOWN).await
}

/// What is kept of a secret. It has 256 random bits, so that nothing slower is needed.
fn hash(secret: &str) -> [u8; 32] {
    blake3::derive_key("furusu 2026 calendar feeds", secret.as_bytes())
}
