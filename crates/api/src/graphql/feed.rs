//! What happens, as it happens: read from the outbox, which every instance writes to, once a second for as long as
//! somebody listens, and handed to everybody who listens here.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_persistence::Told;
use tokio::sync::{broadcast, watch};

use crate::app::App;

/// How long the outbox is left alone between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// How many events a listener may be behind before it is dropped.
const BEHIND: usize = 4_096;

/// How many events are read in one statement, and handed out of one look.
const AT_ONCE: i64 = 1_000;

/// How far before the last place a unit of work that still runs may have drawn places of its own. It draws them last
/// of all, a few for each record of a batch.
const BEFORE: i64 = 10_000;

/// What happens, organization by organization.
#[derive(Default)]
pub struct Feed {
    lines: Mutex<HashMap<OrganizationId, Line>>,
    closing: watch::Sender<bool>,
}

/// What is known of one organization's events.
struct Line {
    /// Nothing appears at this place or before any more.
    floor: i64,
    /// Places beyond the floor that have been told.
    told: BTreeSet<i64>,
    /// Places that become the floor, each once none of those units of work runs any more.
    coming: VecDeque<(i64, HashSet<i64>)>,
    listeners: broadcast::Sender<Arc<Told>>,
}

/// A listener: gives what happens until it is dropped, or is too far behind.
pub type Listener = broadcast::Receiver<Arc<Told>>;

impl Feed {
    /// Listens to an organization: to what ends from now on.
    ///
    /// # Errors
    /// As every statement.
    pub async fn listen(app: &Arc<App>, organization: OrganizationId) -> Result<Listener, Error> {
        if let Some(listener) = app.feed.join(organization) {
            return Ok(listener);
        }
        let outbox = app.store.read(organization, app.clock.now());
        let last = outbox.outbox().last().await?;
        let floor = (last - BEFORE).max(0);
        let mut told = BTreeSet::new();
        let mut from = floor;
        while from < last {
            let page = outbox.outbox().beyond(from, AT_ONCE).await?;
            let Some(end) = page.last().map(|event| event.place) else { break };
            from = end;
            told.extend(page.into_iter().map(|event| event.place).filter(|place| *place <= last));
        }
        let running = outbox.outbox().running().await?.into_iter().collect();
        let mut lines = app.feed.lines();
        let is_first = lines.is_empty();
        let line = lines.entry(organization).or_insert_with(|| Line {
            floor,
            told,
            coming: VecDeque::from([(last, running)]),
            listeners: broadcast::Sender::new(BEHIND),
        });
        let listener = line.listeners.subscribe();
        drop(lines);
        if is_first {
            tokio::spawn(look(app.clone()));
        }
        Ok(listener)
    }

    /// Ends what is being followed: the service stops, and would wait for it.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether what is being followed is to end.
    #[must_use]
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.lines().values().map(|line| line.listeners.receiver_count()).sum()
    }

    /// Listens beside others.
    fn join(&self, organization: OrganizationId) -> Option<Listener> {
        self.lines().get(&organization).map(|line| line.listeners.subscribe())
    }

    /// Forgets organizations to which nobody listens any more; whether none is left.
    fn is_deserted(&self) -> bool {
        let mut lines = self.lines();
        lines.retain(|_, line| line.listeners.receiver_count() > 0);
        lines.is_empty()
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, HashMap<OrganizationId, Line>> {
        // Nothing panics while it holds the lock.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks again and again, until nobody listens.
async fn look(app: Arc<App>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if app.feed.is_deserted() {
            return;
        }
        // Tried again at the next look: nothing is lost meanwhile.
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "what happened could not be read; trying again in a second");
        }
    }
}

async fn round(app: &App) -> Result<(), Error> {
    // First what runs, then what can be seen: what had ended before is seen.
    let running: HashSet<i64> = app.store.outside(app.clock.now()).outbox().running().await?.into_iter().collect();
    let organizations: Vec<OrganizationId> = app.feed.lines().keys().copied().collect();
    for organization in organizations {
        read(app, organization, &running).await?;
    }
    Ok(())
}

/// Reads what is new of an organization and hands it out. `running` are the units of work that ran just before.
async fn read(app: &App, organization: OrganizationId, running: &HashSet<i64>) -> Result<(), Error> {
    let begin = app.feed.lines().get_mut(&organization).map(|line| {
        line.expect(running);
        (line.floor, line.ended(running))
    });
    let Some((floor, ended)) = begin else { return Ok(()) };
    let tx = app.store.read(organization, app.clock.now());
    let mut from = floor;
    let mut new = 0;
    let mut is_whole = false;
    while new < AT_ONCE {
        let page = tx.outbox().beyond(from, AT_ONCE).await?;
        is_whole = (page.len() as i64) < AT_ONCE;
        if let Some(last) = page.last() {
            from = last.place;
        }
        let mut lines = app.feed.lines();
        let Some(line) = lines.get_mut(&organization) else { return Ok(()) };
        for event in page {
            if line.told.insert(event.place) {
                new += 1;
                // Nobody may be there any more.
                let _ = line.listeners.send(Arc::new(event));
            }
        }
        if is_whole {
            break;
        }
    }
    // What had ended before this look has been seen by it, as far as it went.
    if let Some(line) = app.feed.lines().get_mut(&organization) {
        line.rise(if is_whole { ended } else { ended.min(from) });
    }
    Ok(())
}

impl Line {
    /// The highest place for which every unit of work that ran then has ended.
    fn ended(&self, running: &HashSet<i64>) -> i64 {
        let ended = self.coming.iter().take_while(|(_, then)| then.is_disjoint(running));
        ended.last().map_or(self.floor, |(place, _)| *place)
    }

    fn rise(&mut self, floor: i64) {
        self.floor = floor.max(self.floor);
        self.coming.retain(|(place, _)| *place > self.floor);
        self.told = self.told.split_off(&(self.floor + 1));
    }

    /// What has been told by now becomes the floor once those have ended that run now: whoever begins later draws later
    /// places.
    fn expect(&mut self, running: &HashSet<i64>) {
        let last = self.told.last().copied().unwrap_or(0);
        let known = self.coming.back().map_or(self.floor, |(place, _)| *place);
        if last > known {
            self.coming.push_back((last, running.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BTreeSet, Line, VecDeque, broadcast};

    #[test]
    fn the_floor_rises_when_all_that_ran_has_ended() {
        let mut line = Line { floor: 0, told: BTreeSet::from([2, 3]), coming: VecDeque::new(), listeners: broadcast::Sender::new(1) };
        line.expect(&HashSet::from([7, 8]));
        assert_eq!(line.ended(&HashSet::from([8, 9])), 0, "8 may yet bring 1");
        line.told.insert(5);
        line.expect(&HashSet::from([9]));
        assert_eq!(line.ended(&HashSet::from([9])), 3);
        line.rise(3);
        assert_eq!((line.floor, line.told.clone()), (3, BTreeSet::from([5])));
        assert_eq!(line.ended(&HashSet::new()), 5);
        line.rise(5);
        assert!(line.told.is_empty() && line.coming.is_empty());
    }
}
