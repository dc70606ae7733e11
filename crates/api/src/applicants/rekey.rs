//! Making all keys of an organization anew, while the old ones serve; it goes on where it was left.

use furusu_domain::account::Organization;
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_persistence::Rekeyed;

use crate::app::App;

/// How many people are dealt with in one transaction.
const AT_ONCE: i64 = 500;

/// What came of a rekeying.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// People who have new keys.
    pub people: usize,
    /// People who lost keys of before.
    pub swept: usize,
}

/// Begins a rekeying if one is needed: keys are made otherwise now, or people have none.
///
/// # Errors
/// As every statement.
pub async fn begin_if_needed(app: &App, organization: OrganizationId) -> Result<bool, Error> {
    let now = app.clock.now();
    let is_needed = app.store.read(organization, now).matching().needs_rekeying().await?;
    if is_needed {
        begin(app, organization).await?;
    }
    Ok(is_needed)
}

/// Begins a rekeying, unless one is under way.
///
/// # Errors
/// As every statement.
pub async fn begin(app: &App, organization: OrganizationId) -> Result<(), Error> {
    app.store.write(organization, app.clock.now(), async move |tx| tx.matching().begin_rekeying().await).await
}

/// Goes on with a rekeying to its end; `progress` gets how many more people are dealt with. Lookups and new records go on
/// meanwhile, and whoever stops in between can begin again here.
///
/// # Errors
/// As every statement.
pub async fn run(app: &App, organization: OrganizationId, progress: impl Fn(u64)) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    loop {
        let step = app.store.write(organization, app.clock.now(), async move |tx| tx.matching().rekey(AT_ONCE).await).await?;
        match step {
            Rekeyed::Built(n) => {
                summary.people += n;
                progress(n as u64);
            }
            Rekeyed::Turned => {}
            Rekeyed::Swept(n) => summary.swept += n,
            Rekeyed::Done => return Ok(summary),
        }
        // Others want to write too.
        tokio::task::yield_now().await;
    }
}

/// Goes on with every rekeying that is under way; at the `start` of a service also begins those that are needed.
///
/// # Errors
/// As every statement.
pub async fn look_around(app: &App, start: bool) -> Result<(), Error> {
    let now = app.clock.now();
    for Organization { id, .. } in app.store.outside(now).accounts().organizations().await? {
        let is_needed = if start { begin_if_needed(app, id).await? } else { app.store.read(id, now).matching().is_rekeying().await? };
        if is_needed {
            let Summary { people, swept } = run(app, id, |_| ()).await?;
            tracing::info!(organization = %id, people, swept, "the keys that people are found by were made anew");
        }
    }
    Ok(())
}
