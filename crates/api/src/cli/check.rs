//! `furusu check`: what is wrong, and how to mend it. It looks and writes nothing, and tells everything it finds.

mod address;
mod database;
mod disk;
mod keys;

use clap::Args;
use furusu_domain::time::Clock;
use furusu_persistence::{DatabaseUrl, Store};
use serde_json::json;

use super::Run;
use crate::config::{ListenArgs, Settings};
use crate::graphql::documents::trusted::Trusted;

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    listen: ListenArgs,
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it is.
    pub name: &'static str,
    /// `Err` says what is wrong and how to mend it.
    pub outcome: Result<String, String>,
}

impl Finding {
    fn print(&self, run: &Run) -> Result<(), String> {
        let Self { name, outcome } = self;
        let (ok, text) = match outcome {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        let line = format!("{}  {name}: {text}", if ok { "ok   " } else { "WRONG" });
        run.print(&json!({ "check": name, "ok": ok, "detail": text }), &line)
    }
}

impl Check {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        let settings = match run.settings_with(&self.listen) {
            Ok(settings) => settings,
            Err(why) => {
                Finding { name: "configuration", outcome: Err(why.clone()) }.print(run)?;
                return Err(why);
            }
        };
        let findings = findings(&settings, &Clock::system()).await;
        for finding in &findings {
            finding.print(run)?;
        }
        let wrong = findings.iter().filter(|f| f.outcome.is_err()).count();
        if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of {} checks failed", findings.len())) }
    }
}

/// Looks at everything that can be looked at; what depends on a database that cannot be read is left out.
pub async fn findings(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |name, outcome| findings.push(Finding { name, outcome });
    tell("configuration", Ok(format!("{}, public URL {}", settings.database, settings.public_url)));
    tell("public URL", address::public_url(settings));
    tell("listener", address::listener(settings));
    tell("master key", keys::master(settings));
    if settings.trusted_documents.is_some() || settings.trusted_documents_only {
        tell("trusted documents", trusted_documents(settings));
    }
    if let DatabaseUrl::Sqlite(path) = &settings.database {
        tell("disk", disk::space_for(path));
    }
    let standing = database::standing(settings).await;
    let (is_reachable, is_current) = (standing.is_ok(), standing.as_ref().is_ok_and(Result::is_ok));
    tell("database", standing.and_then(|told| told));
    let store = if is_reachable { Store::look(&settings.database, settings.connections).ok() } else { None };
    if let Some(store) = &store {
        match store.vitals().await {
            Ok(None) => tell("clock", Ok(format!("{}, shared with the embedded database", clock.now()))),
            Ok(Some(vitals)) => {
                tell("clock", database::clock(clock.now(), vitals.now));
                tell("connections", database::connections(vitals));
            }
            Err(e) => tell("clock", Err(format!("the database does not tell its time: {e}"))),
        }
    }
    if let Some(outcome) = crate::auth::issuers::check(settings).await {
        tell("issuers", outcome);
    }
    let mut newest = None;
    if let Some(store) = store.filter(|_| is_current) {
        tell("demonstration", database::demonstration(settings, &store).await);
        match store.outside(clock.now()).accounts().signing_keys().await {
            Ok(keys) => {
                newest = keys.first().map(|key| key.id);
                tell("signing keys", keys::signing(settings, store, &keys).await);
            }
            Err(e) => tell("signing keys", Err(format!("they cannot be read: {e}"))),
        }
    }
    let issuer = settings.issuer().to_owned();
    let asked = tokio::task::spawn_blocking(move || address::issuer(&issuer, newest));
    tell("issuer", asked.await.unwrap_or_else(|e| Err(e.to_string())));
    findings
}

/// Whether the service would start with its trusted documents: they are read as it reads them.
fn trusted_documents(settings: &Settings) -> Result<String, String> {
    match Trusted::read(settings.trusted_documents.as_deref(), settings.trusted_documents_only) {
        Ok(trusted) if settings.trusted_documents_only => Ok(format!("{} fit the schema, and no others are run", trusted.count())),
        Ok(trusted) => Ok(format!("{} fit the schema", trusted.count())),
        Err(why) => Err(format!("{why}; `furusu serve` does not start so: mend the file, or name another with FURUSU_TRUSTED_DOCUMENTS")),
    }
}
