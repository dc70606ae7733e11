//! Watching credentials for enumeration. Each instance watches for itself: what it remembers are keyed hashes, for an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use furusu_domain::applicants::{Probe, Suspicion, Watch};
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;

use crate::auth::MasterKey;
use crate::cx::Cx;

/// So many credentials are watched at most; one more, and all are forgotten.
const WATCHED: usize = 10_000;

/// What every credential asked lately.
pub struct Watches {
    is_off: bool,
    secret: [u8; 32],
    of: Mutex<HashMap<(OrganizationId, String), Watch>>,
}

impl Watches {
    /// With a secret of its own, derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self { is_off: false, secret: master.derive("furusu 2026 enumeration"), of: Mutex::default() }
    }

    /// Nobody is watched: where a file of applicants is judged and nobody asks.
    #[must_use]
    pub fn off() -> Self {
        Self { is_off: true, secret: [0; 32], of: Mutex::default() }
    }

    /// A number for these texts that nobody without the master key can make.
    #[must_use]
    pub fn hash(&self, texts: &[&str]) -> u64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        for text in texts {
            hasher.update(&(text.len() as u64).to_be_bytes()).update(text.as_bytes());
        }
        let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    fn with<T>(&self, cx: &Cx, work: impl FnOnce(&mut Watch) -> T) -> T {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (cx.actor().organization, cx.actor().caller.to_string());
        if of.len() >= WATCHED && !of.contains_key(&key) {
            of.clear();
        }
        work(of.entry(key).or_default())
    }

    /// Lets a request of so many lookups through, unless its credential is slowed.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn admit(&self, cx: &Cx, lookups: usize) -> Result<(), Error> {
        if self.is_off {
            return Ok(());
        }
        self.with(cx, |watch| watch.admit(lookups, cx.now())).map_err(|retry_after| Error::RateLimited { retry_after })
    }

    /// Notes a question and whether it found anybody; gives a suspicion when it is new.
    pub fn note(&self, cx: &Cx, asked: &[Probe], found: bool) -> Option<Suspicion> {
        if self.is_off {
            return None;
        }
        self.with(cx, |watch| watch.note(asked, found, cx.now()))
    }
}
