//! Counting people anew whenever something happened to them, so that figures need not.

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::account::Organization;
use furusu_domain::alumni::Viewpoint;
use furusu_domain::error::Error;
use furusu_domain::figures::{leavings, standing_of};
use furusu_domain::id::{AlumnusId, EventId, OrganizationId};
use furusu_domain::privacy::Consent;
use furusu_domain::time::{Date, Zone};
use furusu_persistence::{Counted, Tx};

use crate::app::App;

/// How many notes are taken in one transaction.
const AT_ONCE: i64 = 500;

/// Counts anew whoever is to be, organization by organization. Gives how many notes that took. Several instances may do so at
/// once.
///
/// # Errors
/// As every statement.
pub async fn count_anew(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut all = 0;
    for Organization { id, zone, .. } in app.store.outside(now).accounts().organizations().await? {
        loop {
            match a_few(app, id, &zone).await? {
                0 => break,
                taken => all += taken,
            }
        }
    }
    Ok(all)
}

/// Counts anew the first of those who are to be; gives how many notes that took.
///
/// # Errors
/// As every statement.
pub async fn a_few(app: &App, organization: OrganizationId, zone: &Zone) -> Result<usize, Error> {
    let now = app.clock.now();
    if app.store.read(organization, now).figures().due_since().await?.is_none() {
        return Ok(0);
    }
    let today = zone.date_at(now);
    app.store
        .write(organization, now, async move |tx| {
            tx.figures().alone().await?;
            let notes = tx.figures().due(AT_ONCE).await?;
            let events: BTreeSet<EventId> = notes.iter().map(|(event, _, _)| *event).collect();
            let people: BTreeSet<AlumnusId> = notes.iter().map(|(_, person, _)| *person).collect();
            let people: Vec<AlumnusId> = people.into_iter().collect();
            // What is known is read after the notes: whatever is written later leaves a note of its own.
            let (before, mut after) = tokio::try_join!(tx.figures().counted(&people), counted(tx, &people, today))?;
            let mut before = before;
            let change = |id: &AlumnusId| (*id, before.remove(id).unwrap_or_default(), after.remove(id).unwrap_or_default());
            let changes: Vec<(AlumnusId, Counted, Counted)> = people.iter().map(change).collect();
            move_along(tx, &changes).await?;
            tx.figures().save(changes).await?;
            tx.figures().strike(&events, &people).await?;
            Ok(notes.len())
        })
        .await
}

/// Takes whoever has become one of the alumni, or is none any more, into the books of engagement, or out of them.
async fn move_along(tx: &Tx, changes: &[(AlumnusId, Counted, Counted)]) -> Result<(), Error> {
    let is_alumnus = |counted: &Counted| counted.standing.as_ref().is_some_and(|standing| standing.is_alumnus);
    let turned = changes.iter().filter(|(_, before, after)| is_alumnus(before) != is_alumnus(after));
    let turned: Vec<(AlumnusId, bool)> = turned.map(|(id, _, after)| (*id, is_alumnus(after))).collect();
    if turned.is_empty() {
        return Ok(());
    }
    // Whoever writes activities reads who is an alumnus: neither overtakes the other.
    tx.activities().alone().await?;
    let alive = tx.engagement().alive().await?;
    let people: Vec<AlumnusId> = turned.iter().map(|(id, _)| *id).collect();
    let mut books = tx.engagement().open(&people, &alive.versions()).await?;
    for (id, is_alumnus) in turned {
        books.count_as_alumnus(id, is_alumnus);
    }
    tx.engagement().save(books.close()).await
}

/// How people are to be counted, by what is known of them. Whoever was merged into somebody else is not counted.
///
/// # Errors
/// As every statement.
pub async fn counted(tx: &Tx, people: &[AlumnusId], today: Date) -> Result<BTreeMap<AlumnusId, Counted>, Error> {
    let (known, said) = tokio::try_join!(tx.alumni().many(people, Viewpoint::on(today)), tx.privacy().many(people))?;
    let mut consents: BTreeMap<AlumnusId, Vec<Consent>> = BTreeMap::new();
    for consent in said {
        consents.entry(consent.alumnus).or_default().push(consent);
    }
    let asked: BTreeSet<&AlumnusId> = people.iter().collect();
    let themselves = known.iter().filter(|person| asked.contains(&person.id));
    let counted = themselves.map(|person| {
        let consents = consents.get(&person.id).map_or(&[][..], Vec::as_slice);
        let mut leavings = leavings(person);
        leavings.sort_by_key(|leaving| leaving.employment);
        (person.id, Counted { standing: Some(standing_of(person, consents, today, tx.now())), leavings })
    });
    Ok(counted.collect())
}
