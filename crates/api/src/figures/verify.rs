//! Counting everybody anew, and telling where what is kept differs.

use std::collections::BTreeMap;

use furusu_domain::account::Organization;
use furusu_domain::error::Error;
use furusu_domain::figures::{Facets, Standing};
use furusu_domain::time::Date;
use furusu_persistence::{Counted, Tx};

use super::{a_few, counted};
use crate::app::App;
use crate::engagement::Differences;

/// How many people are counted at once.
const AT_ONCE: i64 = 1_000;

/// Counts everybody of an organization anew and compares what comes of it with what is kept: an empty list if that is right.
/// What it says names people by their ids only.
///
/// # Errors
/// As every statement.
pub async fn verify(app: &App, organization: &Organization) -> Result<Vec<String>, Error> {
    while a_few(app, organization.id, &organization.zone).await? > 0 {}
    let now = app.clock.now();
    let today = organization.zone.date_at(now);
    app.store.snapshot(organization.id, now, async move |tx| run(tx, today).await).await
}

async fn run(tx: &Tx, today: Date) -> Result<Vec<String>, Error> {
    let mut differences = Differences::default();
    let mut totals: BTreeMap<(bool, Facets), i64> = BTreeMap::new();
    let mut beyond = None;
    loop {
        let people = tx.figures().everybody(beyond, AT_ONCE).await?;
        let Some(last) = people.last().copied() else { break };
        beyond = Some(last);
        let (mut kept, mut anew) = tokio::try_join!(tx.figures().counted(&people), counted(tx, &people, today))?;
        for id in people {
            let (kept, anew): (Counted, Counted) = (kept.remove(&id).unwrap_or_default(), anew.remove(&id).unwrap_or_default());
            if kept != anew {
                differences.tell(format!("how {id} is counted"));
            }
            if let Some(Standing { is_alumnus: true, is_contactable, facets }) = anew.standing {
                *totals.entry((is_contactable, facets)).or_default() += 1;
            }
        }
    }
    differences.of("how many alumni there are", &tx.figures().totals().await?, &totals);
    Ok(differences.close())
}
