//! What a new day turns: somebody hired, of whom it waits to be decided whether they had left us, begins. Told once, on the day.

use furusu_domain::account::Organization;
use furusu_domain::error::Error;
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, EventId};
use furusu_domain::time::Date;
use furusu_persistence::Tx;

use crate::app::App;

/// How much is told in one transaction.
const AT_ONCE: i64 = 500;

/// Tells which held records of an organization speak of silent returns by now; gives how many events that made. Several
/// instances may do so at once: each is struck off by the one that tells it.
///
/// # Errors
/// As every statement.
pub async fn tell_silent_returns(app: &App, organization: &Organization) -> Result<usize, Error> {
    let now = app.clock.now();
    let today = organization.zone.date_at(now);
    let mut told = 0;
    while !app.store.read(organization.id, now).held_records().returning_by(today, 1).await?.is_empty() {
        let mut mint = app.mint(now);
        told += app
            .store
            .write(organization.id, now, async move |tx| {
                let mut events = Vec::new();
                for mut held in tx.held_records().returning_by(today, AT_ONCE).await? {
                    let held_record_id = held.id;
                    if !tx.held_records().strike_return(held_record_id).await? {
                        continue;
                    }
                    if let Some(suspect) = held.tell_return(today)
                        && let Some(alumnus) = still_away(tx, suspect, today).await?
                    {
                        let what = Happening::AlumnusReturnSuspected { held_record_id };
                        events.push(Event { id: EventId::mint(&mut mint), alumnus, at: tx.now(), what });
                    }
                }
                let n = events.len();
                tx.outbox().push(events).await?;
                Ok(n)
            })
            .await?;
    }
    Ok(told)
}

/// Who answers for a suspect by now, unless they are known to have come back since, or to be nobody any more.
async fn still_away(tx: &Tx, suspect: AlumnusId, today: Date) -> Result<Option<AlumnusId>, Error> {
    let Some((alumnus, _)) = tx.merges().who_answers(suspect).await? else { return Ok(None) };
    let known = tx.departures().known(&[alumnus]).await?;
    Ok(known.iter().any(|known| known.is_away(today)).then_some(alumnus))
}
