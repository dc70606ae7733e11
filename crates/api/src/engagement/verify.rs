//! Counting everything anew, and telling where the books differ.

use std::collections::BTreeMap;

use furusu_domain::engagement::{Books, Figures, Formula, Reach, Totals, figures, reach};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_persistence::{Alive, Tx};

use crate::app::App;

/// How many people are counted at once.
const AT_ONCE: i64 = 2_000;

/// How far two sums of the same scores may lie apart: they were added up in another order.
const NEAR: f64 = 1e-9;

/// How many differences are told one by one.
const TOLD: usize = 100;

/// Counts the activities of an organization anew and compares what comes of it with the books: an empty list if they are right.
/// What it says names people by their ids only.
///
/// # Errors
/// As every statement.
pub async fn verify(app: &App, organization: OrganizationId) -> Result<Vec<String>, Error> {
    let now = app.clock.now();
    app.store.snapshot(organization, now, async move |tx| run(tx).await).await
}

async fn run(tx: &Tx) -> Result<Vec<String>, Error> {
    let alive = tx.engagement().alive().await?;
    let mut differences = Differences::default();
    let mut counted = Counted::default();
    let mut beyond = None;
    loop {
        let people = tx.activities().people(beyond, AT_ONCE).await?;
        let Some(last) = people.last().copied() else { break };
        beyond = Some(last);
        count(tx, &alive, &people, &mut counted, &mut differences).await?;
    }
    totals(tx, &mut differences).await?;
    differences.of("who was active when", &tx.engagement().whole_reach().await?, &counted.reach);
    differences.of("the scale of scores", &tx.engagement().whole_spread(&alive.versions()).await?, &counted.spread);
    for (version, standing) in tx.engagement().standing_by(&alive.versions()).await? {
        let expected = counted.standing.get(&version).copied().unwrap_or(0);
        if standing != expected {
            differences
                .tell(format!("by version {version} of the formula {standing} people stand in the books, and {expected} are active"));
        }
    }
    let (kept, expected) = (tx.engagement().people_with_months().await?, counted.people);
    if kept != expected {
        differences.tell(format!("{kept} people have months in the books, and {expected} are active"));
    }
    Ok(differences.close())
}

/// What was counted so far.
#[derive(Default)]
struct Counted {
    reach: Reach,
    spread: BTreeMap<(i32, i64), i64>,
    standing: BTreeMap<i32, i64>,
    people: i64,
}

async fn count(tx: &Tx, alive: &Alive, people: &[AlumnusId], counted: &mut Counted, differences: &mut Differences) -> Result<(), Error> {
    let done = tx.activities().done(people).await?;
    let books: Books = tx.engagement().open(people, &alive.versions()).await?;
    for id in people {
        let Some(theirs) = done.get(id) else { continue };
        counted.people += 1;
        let months = theirs.months(alive.newest());
        differences.of(&format!("the months of {id}"), &books.months(*id), &months);
        if books.is_alumnus(*id) {
            for (key, n) in reach(&months) {
                *counted.reach.entry(key).or_default() += n;
            }
        }
        for (version, formula) in alive.of(*id) {
            let (kept, anew) = (books.standing(version, *id), figures(formula, &theirs.acts));
            if !agree(formula, kept, anew) {
                differences.tell(format!("what stands of {id} by version {version} of the formula"));
            }
            *counted.standing.entry(version).or_default() += 1;
            // By what is kept: a sum that was made in another order may lie on the next step.
            if let Some(step) = kept.and_then(Figures::step).filter(|_| books.is_alumnus(*id)) {
                *counted.spread.entry((version, step)).or_default() += 1;
            }
        }
    }
    Ok(())
}

fn agree(formula: &Formula, kept: Option<Figures>, anew: Option<Figures>) -> bool {
    match (kept, anew) {
        (None, None) => true,
        (Some(kept), Some(anew)) => {
            let at = |figures: Figures| figures.score.at(anew.last_activity_at, formula.half_life_days);
            let is_near = (at(kept) - at(anew)).abs() <= NEAR * at(anew).abs();
            is_near && kept.last_activity_at == anew.last_activity_at && kept.activities == anew.activities
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

async fn totals(tx: &Tx, differences: &mut Differences) -> Result<(), Error> {
    let (kept, counted): (Totals, Totals) = (tx.engagement().whole_totals().await?, tx.activities().totals().await?);
    differences.of("the totals", &kept, &counted);
    Ok(())
}

/// Where the books differ.
#[derive(Default)]
pub(crate) struct Differences {
    told: Vec<String>,
    more: usize,
}

impl Differences {
    /// Tells of one.
    pub(crate) fn tell(&mut self, what: String) {
        if self.told.len() < TOLD {
            self.told.push(what);
        } else {
            self.more += 1;
        }
    }

    /// Compares counters, of which 0 is as good as none.
    pub(crate) fn of<K: Ord + Clone + std::fmt::Debug>(&mut self, what: &str, kept: &BTreeMap<K, i64>, counted: &BTreeMap<K, i64>) {
        let keys: std::collections::BTreeSet<&K> = kept.keys().chain(counted.keys()).collect();
        for key in keys {
            let (is, should) = (kept.get(key).copied().unwrap_or(0), counted.get(key).copied().unwrap_or(0));
            if is != should {
                self.tell(format!("{what}, {key:?}: {is} in the books, {should} counted"));
            }
        }
    }

    /// All that there are; of very many, how many more.
    pub(crate) fn close(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("and {} more", self.more));
        }
        self.told
    }
}
