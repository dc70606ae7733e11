//! What a new day turns: departures that come into effect, periods that begin. Told once, on the day; and beside it, at each
//! look, hires of whom it waits to be decided who they are, and the consents whose end has come.

use furusu_domain::departures::{Employment, PersonKnown};
use furusu_domain::error::Error;
use furusu_domain::event::{Due, Event, Happening, Turn};
use furusu_domain::id::{EmploymentId, EventId};
use furusu_domain::time::Date;
use furusu_persistence::Tx;

use crate::app::App;
use crate::{identity, privacy};

/// How much is told in one transaction.
const AT_ONCE: i64 = 500;

/// Tells what came due in every organization; gives how many events that made. Several instances may do so at once:
/// each thing is struck off by the one that tells it.
///
/// # Errors
/// As every statement.
pub async fn tell_what_came_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut told = 0;
    for organization in app.store.outside(now).accounts().organizations().await? {
        let today = organization.zone.date_at(now);
        loop {
            if app.store.read(organization.id, now).outbox().due_by(today, 1).await?.is_empty() {
                break;
            }
            let mut mint = app.mint(now);
            told += app
                .store
                .write(organization.id, now, async move |tx| {
                    let mut events = Vec::new();
                    for due in tx.outbox().due_by(today, AT_ONCE).await? {
                        if tx.outbox().strike(due).await? {
                            events.extend(turn(tx, due, today).await?.map(|(period, what)| Event {
                                id: EventId::mint(&mut mint),
                                alumnus: period.alumnus,
                                at: tx.now(),
                                what,
                            }));
                        }
                    }
                    let n = events.len();
                    tx.outbox().push(events).await?;
                    Ok(n)
                })
                .await?;
        }
        told += identity::tell_silent_returns(app, &organization).await?;
        told += privacy::tell_what_expired(app, &organization).await?;
    }
    Ok(told)
}

/// What there is to tell, if it is still so: the date may have been corrected since, or the departure taken back.
async fn turn(tx: &Tx, due: Due, today: Date) -> Result<Option<(Employment, Happening)>, Error> {
    let Due { employment, what, on } = due;
    let Some(period) = tx.departures().many(&[employment]).await?.pop() else { return Ok(None) };
    let happening = match what {
        Turn::DepartureEffective => period.ended_on().zip(period.departure).and_then(|(ended_on, thread)| {
            let still_so = ended_on.tomorrow() == on && ended_on < today;
            still_so.then_some(Happening::DepartureEffective { departure_id: thread.id, ended_on })
        }),
        Turn::Returned => {
            let hired_on = period.stint.employment.hired_on;
            let still_so = hired_on == on && is_return(tx, &period, employment).await?;
            still_so.then_some(Happening::AlumnusReturned { employment_id: employment, hired_on })
        }
    };
    Ok(happening.map(|what| (period, what)))
}

async fn is_return(tx: &Tx, period: &Employment, id: EmploymentId) -> Result<bool, Error> {
    let known = tx.departures().known(&[period.alumnus]).await?;
    Ok(known.iter().flat_map(|PersonKnown { employments, .. }| employments).any(|left| left.id != id && period.follows(left)))
}
