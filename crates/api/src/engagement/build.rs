//! Making figures by a new version of the formula, while those by the version before are served.

use furusu_domain::account::Organization;
use furusu_domain::engagement::figures;
use furusu_domain::error::Error;
use furusu_persistence::Tx;

use crate::app::App;

/// How many people are taken in one transaction: whoever brings in activities meanwhile waits for no longer than that.
const AT_ONCE: i64 = 500;

/// Makes what figures are to be made, organization by organization, and removes those by which nothing is read any more. Gives
/// how many people were taken. Several instances may do so at once, and it goes on where it was broken off.
///
/// # Errors
/// As every statement.
pub async fn look_around(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let mut all = 0;
    for organization in app.store.outside(now).accounts().organizations().await? {
        all += build(app, &organization).await?;
    }
    Ok(all)
}

async fn build(app: &App, organization: &Organization) -> Result<usize, Error> {
    let mut all = 0;
    loop {
        let now = app.clock.now();
        let tx = app.store.read(organization.id, now);
        let alive = tx.engagement().alive().await?;
        if alive.building.is_some() {
            all += app.store.write(organization.id, now, async move |tx| take(tx).await).await?;
            continue;
        }
        let in_use = alive.in_use.version;
        let Some(past) = tx.engagement().oldest_version().await?.filter(|version| *version < in_use) else { return Ok(all) };
        app.store.write(organization.id, now, async move |tx| tx.engagement().forget_version(past, AT_ONCE).await).await?;
    }
}

/// Takes the next people; once there are none, figures are by the new version.
async fn take(tx: &Tx) -> Result<usize, Error> {
    tx.activities().alone().await?;
    let alive = tx.engagement().alive().await?;
    let Some((version, through)) = alive.building else { return Ok(0) };
    let people = tx.engagement().people(alive.in_use.version, through, AT_ONCE).await?;
    let Some(last) = people.last().copied() else {
        tx.engagement().use_formula(version.version).await?;
        return Ok(0);
    };
    let number = [version.version];
    let (mut books, done) = tokio::try_join!(tx.engagement().open(&people, &number), tx.activities().done(&people))?;
    for id in &people {
        let acts = done.get(id).map_or(&[][..], |doings| &doings.acts);
        books.stand(version.version, *id, figures(&version.formula, acts));
    }
    tx.engagement().save(books.close()).await?;
    tx.engagement().built_through(version.version, last).await?;
    Ok(people.len())
}
