//! The keys of one issuer: fetched aside, kept until there are better ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use furusu_domain::time::Moment;
use tokio::sync::watch;

use super::fetch;
use super::settings::Issuer;
use crate::auth::jws::KeySet;

/// Keys are fetched anew after this long, in seconds; and unknown keys make them be fetched not more often than this.
const REFRESH_SECONDS: i64 = 60;

/// The address of the keys is found out anew after this long, in seconds.
const DISCOVERY_SECONDS: i64 = 3_600;

/// The longest that somebody waits for keys that are being fetched; whoever fetches gives up before.
const PATIENCE: Duration = Duration::from_secs(6);

/// An issuer and its keys.
pub(in crate::auth) struct Source {
    /// How its tokens are read.
    pub issuer: Issuer,
    /// The last good set; empty before there was one.
    keys: RwLock<Arc<KeySet>>,
    fetching: Mutex<Fetching>,
}

#[derive(Default)]
struct Fetching {
    /// When the keys were last asked for, by anybody.
    tried_at: Option<Moment>,
    /// When they were last asked for because a token named an unknown key.
    asked_at: Option<Moment>,
    /// Whether such a token came since, and had to be turned away.
    turned_away: bool,
    /// The address of the keys, and when it was found out.
    found: Option<(String, Moment)>,
    /// Closed when the fetch that is under way has ended.
    flight: Option<watch::Receiver<()>>,
}

fn is_over(since: Option<Moment>, seconds: i64, now: Moment) -> bool {
    // A clock that was set back must not make anybody wait for it to catch up.
    since.is_none_or(|at| at > now || at.plus_seconds(seconds) <= now)
}

impl Source {
    pub(super) fn new(issuer: Issuer) -> Self {
        Self { issuer, keys: RwLock::default(), fetching: Mutex::default() }
    }

    /// The keys that are known now.
    pub(in crate::auth) fn keys(&self) -> Arc<KeySet> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fetching(&self) -> MutexGuard<'_, Fetching> {
        self.fetching.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the keys fetched aside, if it is time to. Nobody waits for it.
    pub(in crate::auth) fn look(self: &Arc<Self>, now: Moment) {
        let mut fetching = self.fetching();
        if fetching.flight.is_some() || !is_over(fetching.tried_at, REFRESH_SECONDS, now) {
            return;
        }
        // Whoever was turned away is served by this fetch, and need not ask for one of their own.
        if fetching.turned_away {
            fetching.asked_at = Some(now);
        }
        self.launch(&mut fetching, now);
    }

    /// The keys, after a token named one that is not among them: waits for those that are being fetched, or has them
    /// fetched, unless that was done in the last minute.
    pub(in crate::auth) async fn ask(self: &Arc<Self>, now: Moment, is_among: impl Fn(&KeySet) -> bool) -> Arc<KeySet> {
        let ask = async {
            while let Some((mut flight, began_before)) = self.flight(now) {
                // It never says anything; it closes.
                let _ = flight.changed().await;
                // What was asked for before the token came may have been answered before its key was published.
                if !began_before || is_among(&self.keys()) {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, ask).await;
        self.keys()
    }

    /// The fetch that is under way, or a new one if there may be one, and whether it began before that moment.
    fn flight(self: &Arc<Self>, now: Moment) -> Option<(watch::Receiver<()>, bool)> {
        let mut fetching = self.fetching();
        if let Some(flight) = &fetching.flight {
            return Some((flight.clone(), fetching.tried_at.is_some_and(|at| at < now)));
        }
        if !is_over(fetching.asked_at, REFRESH_SECONDS, now) {
            fetching.turned_away = true;
            return None;
        }
        fetching.asked_at = Some(now);
        Some((self.launch(&mut fetching, now)?, false))
    }

    /// Starts a fetch on a thread of its own, which no server waits for when it stops.
    fn launch(self: &Arc<Self>, fetching: &mut Fetching, now: Moment) -> Option<watch::Receiver<()>> {
        let (lands, flight) = watch::channel(());
        fetching.tried_at = Some(now);
        fetching.turned_away = false;
        let (source, known) = (self.clone(), fetching.found.clone());
        let work = move || {
            // However it ends, it ends the flight.
            let _landing = Landing { source: &source, _lands: lands };
            source.fetch(known, now);
        };
        match std::thread::Builder::new().name("issuer-keys".to_owned()).spawn(work) {
            Ok(_) => {
                fetching.flight = Some(flight.clone());
                Some(flight)
            }
            Err(error) => {
                tracing::warn!(%error, "no thread for fetching an issuer's keys");
                None
            }
        }
    }

    fn fetch(&self, known: Option<(String, Moment)>, now: Moment) {
        let known = known.filter(|(_, at)| !is_over(Some(*at), DISCOVERY_SECONDS, now));
        let address = known.as_ref().map(|(uri, _)| uri.as_str());
        match fetch::keys(&self.issuer, address) {
            Ok(found) => {
                let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
                if **keys != found.keys {
                    tracing::info!(issuer = %self.issuer.issuer, keys = found.keys.len(), "an issuer has other keys than before");
                    *keys = Arc::new(found.keys);
                }
                drop(keys);
                self.fetching().found = Some(known.unwrap_or((found.jwks_uri, now)));
            }
            Err(why) => {
                let kept = self.keys().len();
                tracing::warn!(issuer = %self.issuer.issuer, kept, %why, "an issuer's keys cannot be fetched; those known before stay good");
                // Perhaps they have moved.
                self.fetching().found = None;
            }
        }
    }
}

struct Landing<'s> {
    source: &'s Source,
    _lands: watch::Sender<()>,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.source.fetching().flight = None;
    }
}
