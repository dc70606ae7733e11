//! What a running service is made of.

use std::sync::atomic::{AtomicU64, Ordering};

use furusu_domain::engagement::{ActivityRecorded, MessageRecorded};
use furusu_domain::id::{GatheringId, Mint, OrganizationId};
use furusu_domain::time::{Clock, Moment};
use furusu_persistence::Store;
use tokio::sync::{Notify, Semaphore};

use crate::applicants::{Watches, Weighing};
use crate::auth::{Gate, Issuers, KeyRing, MasterKey};
use crate::config::Settings;
use crate::cursor::Cursors;
use crate::engagement;
use crate::graphql::documents::Documents;
use crate::graphql::feed::Feed;
use crate::idempotency::Seal;
use crate::operating::metrics::Metrics;
use crate::quota::Quotas;

/// The day at which all ids stand that are made from a seed.
pub(crate) const SEEDED_AT: Moment = Moment::from_micros(1_767_225_600_000_000);

/// What a running service is made of; one for all its workers.
pub struct App {
    /// How it was set up.
    pub settings: Settings,
    /// Where things are kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The service's own signing keys.
    pub keys: KeyRing,
    /// Others whose tokens are taken.
    pub issuers: Issuers,
    /// Who is let in.
    pub gate: Gate,
    /// Positions in lists, as outsiders carry them.
    pub cursors: Cursors,
    /// What turns idempotency keys into hashes.
    pub seal: Seal,
    /// What evidence is worth, by organization.
    pub weighing: Weighing,
    /// Told when keys of people must be made anew.
    pub rekey: Notify,
    /// Told when figures must be made by a new version of the formula.
    pub figures: Notify,
    /// Activities that are to be written together.
    pub activities: engagement::Line<OrganizationId, engagement::Intake, ActivityRecorded>,
    /// Reports of messages that are to be written together.
    pub messages: engagement::Line<OrganizationId, engagement::messages::Intake, MessageRecorded>,
    /// Guests that are to be put on the list of their gathering together.
    pub guests: engagement::Line<(OrganizationId, GatheringId), engagement::gatherings::Ask, engagement::gatherings::Answered>,
    /// Who looks applicants up, and how.
    pub watches: Watches,
    /// How much each caller may ask.
    pub quotas: Quotas,
    /// What is counted.
    pub metrics: Metrics,
    /// Turns of batches: two for each core, since each waits for the database half of its time and needs some 15 MB.
    pub batches: Semaphore,
    /// GraphQL documents that were good lately.
    pub documents: Documents,
    /// What happens, for those who listen.
    pub feed: Feed,
    /// Set while the demonstration's people are loaded, so that they have the same ids every day.
    seeded: AtomicU64,
}

impl App {
    /// Puts a service together on a store that has been opened.
    #[must_use]
    pub fn new(settings: Settings, store: Store, clock: Clock, master: &MasterKey) -> Self {
        Self {
            keys: KeyRing::new(master),
            issuers: Issuers::new(&settings.issuers),
            gate: Gate::default(),
            cursors: Cursors::new(master),
            seal: Seal::new(master),
            weighing: Weighing::default(),
            rekey: Notify::new(),
            figures: Notify::new(),
            activities: engagement::Line::default(),
            guests: engagement::Line::default(),
            messages: engagement::Line::default(),
            watches: Watches::new(master),
            quotas: Quotas::new(settings.requests_per_minute, master),
            metrics: Metrics::default(),
            batches: Semaphore::new(2 * std::thread::available_parallelism().map_or(1, usize::from)),
            documents: Documents::default(),
            feed: Feed::default(),
            seeded: AtomicU64::new(0),
            settings,
            store,
            clock,
        }
    }

    /// From now on makes ids from a seed, the same every time; 0 goes back to random ones.
    pub fn seed(&self, seed: u64) {
        self.seeded.store(seed, Ordering::SeqCst);
    }

    /// Makes new ids.
    #[must_use]
    pub fn mint(&self, now: Moment) -> Mint {
        let seed = self.seeded.load(Ordering::SeqCst);
        if seed == 0 {
            return Mint::at(now);
        }
        // Each unit of work draws from a seed of its own, and all of them stand at one fixed day.
        let seed = self.seeded.fetch_add(1, Ordering::SeqCst);
        Mint::seeded(seed, SEEDED_AT)
    }
}
