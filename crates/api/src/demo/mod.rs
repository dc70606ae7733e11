//! A small believable organisation: the same people and ids every time, with dates relative to today.

pub mod applicant;
mod company;
mod gatherings;
mod names;
pub mod people;

use std::collections::HashMap;
use std::sync::Arc;

use furusu_domain::account::Organization;
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::departures::{Outcome, Source};
use furusu_domain::engagement::ActivityOutcome;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, Mint, OrganizationId};
use furusu_domain::time::Zone;

use self::applicant::Returner;
use crate::app::{App, SEEDED_AT};
use crate::cx::Cx;
use crate::departures::{Mode, input, record};
use crate::engagement;
use crate::figures;
use crate::idempotency::Receipt;
use crate::json::Place;
use crate::privacy;
use crate::rest::body;

/// How many people the demonstration has.
pub const PEOPLE: u64 = 500;

/// What the people and ids are made from.
const SEED: u64 = 0x66_75_72_75_73_75;

/// The HR system the demonstration's records come from.
pub const SOURCE: &str = "hris";

/// The tool that tells of the demonstration's activities.
const ACTIVITY_SOURCE: &str = "community";

/// How many come to the demonstration's gatherings.
const GUESTS: usize = 12;

/// How many records go in at once.
const AT_ONCE: usize = 1_000;

/// The demonstration's organization, the same every time: the first id that is made from the seed.
#[must_use]
pub fn organization() -> OrganizationId {
    OrganizationId::mint(&mut Mint::seeded(SEED, SEEDED_AT))
}

/// The demonstration as it was made.
pub struct Made {
    /// Its organization.
    pub organization: OrganizationId,
    /// Somebody who can be looked up; among a few people there may be none.
    pub returner: Option<Returner>,
}

/// Makes the organization and lets its records in by the very verb the doors use.
///
/// # Errors
/// [`Error::Internal`] if the generator made a record that is refused.
pub async fn load(app: &Arc<App>, people: u64) -> Result<Made, Error> {
    app.seed(SEED);
    let now = app.clock.now();
    let zone: Zone = "Asia/Tokyo".parse().map_err(|_| Error::Internal("Asia/Tokyo is not known".into()))?;
    let id = OrganizationId::mint(&mut app.mint(now));
    let organization = Organization { id, name: "柳空グループ".to_owned(), zone: zone.clone(), created_at: now };
    app.store.write(id, now, async move |tx| tx.accounts().insert_organization(&organization).await).await?;
    let cx = Cx::new(app.clone(), Arc::new(Actor { organization: id, zone, caller: Caller::Operator, scopes: Scopes::all() }));
    let (known_as, mut application) = applicant::somebody(people, cx.today().civil()).unzip();
    let mut returner = None;
    let mut known = HashMap::new();
    let mut records = people::records(SEED, people, cx.today().civil()).peekable();
    while records.peek().is_some() {
        let texts: Vec<String> = records.by_ref().take(AT_ONCE).map(|record| record.to_string()).collect();
        let mut intake = Vec::with_capacity(texts.len());
        for text in &texts {
            intake.push(input::read(body::parse(text.as_bytes())?, Place::ROOT, cx.now(), cx.today()));
        }
        let source = Source::parse(SOURCE).map_err(|e| Error::Internal(e.code().to_owned()))?;
        for recorded in record(&cx, source, intake, Mode::Each).await? {
            if recorded.outcome == Outcome::Rejected {
                return Err(Error::Invalid(recorded.problems));
            }
            known.extend(recorded.external_id.clone().zip(recorded.alumnus));
            if recorded.external_id == known_as
                && let Some(alumnus) = recorded.alumnus
            {
                returner = returner.or_else(|| application.take().map(|application| Returner { alumnus, application }));
            }
        }
    }
    activities(&cx, people).await?;
    let mut guests = consents(&cx, people, &known).await?;
    guests.truncate(GUESTS);
    gatherings::load(&cx, &guests).await?;
    app.seed(0);
    figures::count_anew(app).await?;
    Ok(Made { organization: id, returner })
}

/// Lets in what those who left said about being written to; gives those who allowed something.
async fn consents(cx: &Cx, people: u64, known: &HashMap<String, AlumnusId>) -> Result<Vec<AlumnusId>, Error> {
    let mut allowed = Vec::new();
    for (external_id, said) in people::consents(SEED, people, cx.today().civil()) {
        let Some(alumnus) = known.get(&external_id) else { continue };
        let said = privacy::input::said(body::parse(said.to_string().as_bytes())?, cx.now())?;
        if privacy::record(cx, *alumnus, said, Receipt::none()).await?.what.is_granted() {
            allowed.push(*alumnus);
        }
    }
    Ok(allowed)
}

/// Lets in what those who left did since.
async fn activities(cx: &Cx, people: u64) -> Result<(), Error> {
    let source = Source::parse(ACTIVITY_SOURCE).map_err(|e| Error::Internal(e.code().to_owned()))?;
    let mut records = people::activities(SEED, people, cx.today().civil(), SOURCE).peekable();
    while records.peek().is_some() {
        let texts: Vec<String> = records.by_ref().take(AT_ONCE).map(|record| record.to_string()).collect();
        let mut intake = Vec::with_capacity(texts.len());
        for text in &texts {
            intake.push(engagement::input::record(body::parse(text.as_bytes())?, Place::ROOT, &source, cx.now()));
        }
        let results = engagement::record(cx, intake, Receipt::none()).await?;
        if let Some(wrong) = results.into_iter().find(|r| r.outcome == ActivityOutcome::Rejected) {
            return Err(Error::Invalid(wrong.problems));
        }
    }
    Ok(())
}
