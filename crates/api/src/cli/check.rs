//! `furusu check`: what is wrong, and how to mend it.

use std::os::unix::fs::PermissionsExt as _;

use furusu_domain::time::Clock;
use furusu_persistence::{Store, migrate};
use serde_json::json;

use super::{Run, say};
use crate::app::App;
use crate::config::Settings;

/// One thing that was looked at.
struct Finding {
    name: &'static str,
    /// `Err` says what is wrong and how to mend it.
    outcome: Result<String, String>,
}

pub(super) async fn run(run: &Run) -> Result<(), String> {
    let settings = run.settings()?;
    let mut findings =
        vec![Finding { name: "configuration", outcome: Ok(format!("{}, public URL {}", settings.database, settings.public_url)) }];
    let database = database(&settings).await;
    let reachable = database.is_ok();
    findings.push(Finding { name: "database", outcome: database });
    findings.push(Finding { name: "master key", outcome: master_key(&settings) });
    if reachable && findings.iter().all(|f| f.outcome.is_ok()) {
        findings.push(Finding { name: "signing keys", outcome: signing_keys(&settings).await });
        findings.push(Finding { name: "clock", outcome: clock() });
    }
    findings.push(Finding { name: "issuers", outcome: crate::auth::issuers::check(&settings).await });
    for Finding { name, outcome } in &findings {
        let (ok, text) = match outcome {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        let line = format!("{}  {name}: {text}", if ok { "ok   " } else { "WRONG" });
        if run.json { say(&json!({ "check": name, "ok": ok, "detail": text }).to_string())? } else { say(&line)? }
    }
    let wrong = findings.iter().filter(|f| f.outcome.is_err()).count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of {} checks failed", findings.len())) }
}

async fn database(settings: &Settings) -> Result<String, String> {
    let standing = migrate::look(&settings.database).await?;
    if !standing.behind.is_empty() {
        return Err(format!("behind by migrations {}; run `furusu migrate`", standing.behind.join(", ")));
    }
    if !standing.ahead.is_empty() {
        return Err(format!("ahead by migrations {}, made by a newer furusu; run that one", standing.ahead.join(", ")));
    }
    Ok("reachable, migrations current".to_owned())
}

fn master_key(settings: &Settings) -> Result<String, String> {
    let path = match settings.master_key_path() {
        Some(path) if !path.exists() => {
            return Err(format!("{} does not exist; `furusu serve` makes it", path.display()));
        }
        Some(path) => path,
        None => return Err(settings.master_key().err().unwrap_or_default()),
    };
    settings.master_key()?;
    let mode = std::fs::metadata(&path).map_err(|e| format!("{}: {e}", path.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!("{0} can be read by others (mode {1:03o}); `chmod 600 {0}`", path.display(), mode & 0o777));
    }
    Ok(format!("{}, readable by its owner only", path.display()))
}

async fn signing_keys(settings: &Settings) -> Result<String, String> {
    let master = settings.master_key()?;
    let store = Store::open(&settings.database, 1).await.map_err(|e| e.to_string())?;
    let app = App::new(settings.clone(), store, Clock::system(), &master);
    app.keys.refresh(&app).await.map_err(|e| format!("{e}; put the master key back that sealed them"))?;
    Ok("can be opened with the master key".to_owned())
}

/// A clock before this furusu was made is surely wrong; one that is off by less is found out against the database.
fn clock() -> Result<String, String> {
    let now = Clock::system().now();
    let made = "2026-11-01T00:00:00Z".parse().map_err(|_| "no moment".to_owned())?;
    if now < made { Err(format!("it is {now} here, before this furusu was made; set the clock")) } else { Ok(format!("{now}")) }
}
