//! Rate limits: how many requests a caller of an organization may send in a minute, over all instances.
//!
//! The instances lease requests from the database in blocks, so that most requests cost no statement. A lease is good until
//! its minute is over. If the database does not answer, requests are let through: what needs it fails by itself and says so,
//! and to refuse the rest would only make a disturbance worse.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use furusu_domain::actor::{Actor, Caller};
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Moment;
use quick_cache::sync::Cache;
use tokio::sync::Mutex as Turn;

use crate::app::App;
use crate::auth::MasterKey;

/// How long a window is, in seconds.
const WINDOW: i64 = 60;

/// A block is this part of the quota: of the instances that share a caller, each can hold so much and not use it.
const BLOCKS: i64 = 60;

/// How long a request waits for a block. Then it is let through, and counted when the block is there.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after a lease failed, or was late, nobody waits for the next.
const LENIENT: Duration = Duration::from_secs(1);

/// Callers that are remembered, at most. Who is forgotten leases anew.
const REMEMBERED: usize = 10_000;

/// What each caller has left.
pub struct Quotas {
    /// Requests in a window; 0 for no limit.
    limit: i64,
    /// The limit, as the header tells it.
    policy: HeaderValue,
    seal: [u8; 32],
    callers: Cache<(OrganizationId, Caller), Arc<Account>>,
}

/// What a caller has left here.
#[derive(Default)]
struct Account {
    state: Mutex<State>,
    /// Held by whoever leases: one at a time, so that a flood of one caller is one statement and not many.
    leasing: Arc<Turn<()>>,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// The window, counted from 1970.
    window: i64,
    /// What is leased and not used. Negative while requests were let through that no lease has covered yet.
    left: i64,
    /// What nobody had leased, as far as was known at the last lease.
    unleased: i64,
    /// The database has no more for this window.
    is_spent: bool,
    /// Until then requests are let through without waiting for a lease.
    lenient_until: Option<Instant>,
}

/// Where a caller stands after a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What is left to them in this window: at least what this instance holds.
    pub remaining: i64,
    /// When the window ends, in seconds from now.
    pub reset: u32,
    /// The request was one too many.
    pub is_over: bool,
}

impl Quotas {
    /// So many requests a minute for each caller; 0 for no limit.
    #[must_use]
    pub fn new(limit: u32, master: &MasterKey) -> Self {
        let policy = HeaderValue::try_from(format!("\"default\";q={limit};w={WINDOW}")).unwrap_or(HeaderValue::from_static(""));
        Self { limit: i64::from(limit), policy, seal: master.derive("furusu 2026 quotas"), callers: Cache::new(REMEMBERED) }
    }

    /// Counts a request of a caller; `None` if there is no limit.
    pub async fn take(&self, app: &Arc<App>, actor: &Actor) -> Option<Standing> {
        if self.limit == 0 {
            return None;
        }
        let now = app.clock.now();
        let window = now.seconds().div_euclid(WINDOW);
        let key = (actor.organization, actor.caller.clone());
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::default());
        let account = self.callers.get_or_insert_with(&key, fresh).unwrap_or_default();
        let (mut verdict, mut remaining) = account.with(window, |state| (state.take(), state.remaining()));
        if verdict == Verdict::Lease {
            verdict = self.lease(app, actor, account.clone(), window, now).await;
            remaining = account.with(window, |state| state.remaining());
        }
        if verdict == Verdict::Unleased {
            app.metrics.let_through_unleased();
        }
        let reset = u32::try_from((window + 1) * WINDOW - now.seconds()).unwrap_or(1);
        Some(Standing { remaining, reset, is_over: verdict == Verdict::Over })
    }

    /// Waits a little for a block, its own or the one that another request of the same caller is leasing.
    async fn lease(&self, app: &Arc<App>, actor: &Actor, account: Arc<Account>, window: i64, now: Moment) -> Verdict {
        let block = (self.limit / BLOCKS).max(1);
        let limit = self.limit;
        let caller = self.hash(&actor.caller);
        let (app, organization, its) = (app.clone(), actor.organization, account.clone());
        let leased = async move {
            let turn = its.leasing.clone().lock_owned().await;
            let verdict = its.with(window, State::take);
            if verdict != Verdict::Lease {
                return verdict;
            }
            // Goes on even if nobody waits any more: what is leased must be counted.
            let to = its.clone();
            let leasing = tokio::spawn(async move {
                let _turn = turn;
                // With what was let through before.
                let block = block + to.with(window, |state| (-state.left).max(0));
                let began_at = Moment::from_micros(window * WINDOW * 1_000_000);
                let all = app.store.write(organization, now, async move |tx| tx.quotas().lease(caller, began_at, block).await).await;
                to.with(window, |state| match all {
                    Ok(all) if state.window == window => state.add(all, block, limit),
                    // It came too late, and is over.
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(%error, "no quota could be leased; requests are let through");
                        state.lenient_until = Some(Instant::now() + LENIENT);
                    }
                });
            });
            match leasing.await {
                Ok(()) => its.with(window, State::take),
                Err(_) => Verdict::Lease,
            }
        };
        match tokio::time::timeout(PATIENCE, leased).await {
            Ok(verdict @ (Verdict::Through | Verdict::Unleased | Verdict::Over)) => verdict,
            Ok(Verdict::Lease) | Err(_) => account.with(window, |state| {
                state.lenient_until = Some(Instant::now() + LENIENT);
                state.left -= 1;
                Verdict::Unleased
            }),
        }
    }

    /// Puts where a caller stands into the headers of an answer (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell(&self, standing: &Standing, headers: &mut HeaderMap) {
        let Standing { remaining, reset, is_over: _ } = standing;
        headers.insert(HeaderName::from_static("ratelimit-policy"), self.policy.clone());
        if let Ok(value) = HeaderValue::try_from(format!("\"default\";r={remaining};t={reset}")) {
            headers.insert(HeaderName::from_static("ratelimit"), value);
        }
    }

    fn hash(&self, caller: &Caller) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::keyed_hash(&self.seal, caller.to_string().as_bytes()).as_bytes()[..16]);
        short
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Through,
    /// Let through, although nobody knows yet whether it may.
    Unleased,
    Over,
    /// Unknown until more is leased.
    Lease,
}

impl Account {
    /// Looks at the state of a window; what was left of the one before is gone. A clock that is behind changes nothing.
    fn with<T>(&self, window: i64, look: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that went back for long begins anew; one that is a moment behind counts in the newer window.
        if state.window < window || state.window > window + 1 {
            *state = State { window, lenient_until: state.lenient_until, ..State::default() };
        }
        look(&mut state)
    }
}

impl State {
    fn take(&mut self) -> Verdict {
        if self.left > 0 {
            self.left -= 1;
            Verdict::Through
        } else if self.is_spent {
            Verdict::Over
        } else if self.lenient_until.is_some_and(|until| Instant::now() < until) {
            self.left -= 1;
            Verdict::Unleased
        } else {
            Verdict::Lease
        }
    }

    const fn remaining(&self) -> i64 {
        (if self.left > 0 { self.left } else { 0 }) + self.unleased
    }

    /// Adds a block; `all` is what all instances have leased with it. Of the last block only a part may be within the limit.
    fn add(&mut self, all: i64, block: i64, limit: i64) {
        self.left += (limit - (all - block)).clamp(0, block);
        self.unleased = (limit - all).max(0);
        self.is_spent = all >= limit;
        self.lenient_until = None;
    }
}

impl Standing {
    /// The refusal of a request too many.
    ///
    /// # Errors
    /// [`Error::RateLimited`] until the window ends.
    pub const fn check(&self) -> Result<(), Error> {
        if self.is_over { Err(Error::RateLimited { retry_after: self.reset }) } else { Ok(()) }
    }
}

/// Removes the leases of minutes long over; gives how many.
///
/// # Errors
/// As every statement.
pub async fn forget(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    // The clocks of instances may be a little apart.
    let at = now.plus_seconds(-2 * WINDOW);
    app.store.write_outside(now, async move |tx| tx.quotas().remove_before(at).await).await
}
