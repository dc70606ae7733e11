//! A service on a database of its own that goes away again, with a roster out of a file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use furusu_domain::account::{EditOrganization, EditReturningApplicants, MailDomain, Organization};
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::departures::{Outcome, Source};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::matching::{BlindSecret, MatchNameKind, Weights, iso_date};
use furusu_domain::time::{Clock, Date, Zone};
use serde_json::{Value, json};

use super::files::Row;
use crate::app::App;
use crate::applicants::{Watches, Weighing, blinding, rekey};
use crate::auth;
use crate::cli::{Run, bar};
use crate::config::{ListenArgs, Settings, SettingsArgs};
use crate::cx::Cx;
use crate::departures::{Mode, input, record};
use crate::idempotency::Receipt;
use crate::json::Place;
use crate::operating::logs;
use crate::rest::body;
use crate::rest::etag::Condition;
use crate::{organization, server};

/// The only period of a vendor here.
pub(super) const PERIOD: &str = "trial";

/// How many records go in at once.
const AT_ONCE: usize = 1_000;

/// A service on a database of its own.
pub(super) struct Trial {
    pub(super) cx: Cx,
    /// The people by their ids here.
    pub(super) ids: HashMap<AlumnusId, String>,
    app: Arc<App>,
    _folder: Folder,
}

/// A folder that goes away with everything in it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Trial {
    /// Makes the service and lets the people in by the very verb the doors use.
    pub(super) async fn new(run: &Run, people: &[Row], own_mail_domains: &[String], weights: Option<Weights>) -> Result<Self, String> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|e| e.to_string())?;
        let folder = std::env::temp_dir().join(format!("furusu-matching-{:016x}", u64::from_le_bytes(random)));
        std::fs::create_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let folder = Folder(folder);
        let args = SettingsArgs {
            database_url: Some(format!("sqlite://{}", folder.0.join("trial.db").display())),
            master_key_file: None,
            ..run.settings.clone()
        };
        let mut settings = Settings::read(&args, &ListenArgs::default())?;
        settings.master_key_file = None;
        logs::start(settings.log.as_deref().unwrap_or("warn"), settings.log_format)?;
        let app = server::prepare(settings, Clock::system(), true).await?;
        let mut app = Arc::try_unwrap(app).map_err(|_| "the service is in use")?;
        app.watches = Watches::off();
        if let Some(weights) = weights {
            app.weighing = Weighing::with(weights);
        }
        let app = Arc::new(app);
        let cx = organization(&app, own_mail_domains).await?;
        let ids = admit(&cx, people).await?;
        Ok(Self { cx, ids, app, _folder: folder })
    }

    /// A vendor that looks applicants up blinded here, and its secret.
    pub(super) async fn vendor(&self) -> Result<(Cx, BlindSecret), String> {
        let Actor { organization, zone, .. } = self.cx.actor();
        let app = &self.app;
        let told = |error: Error| error.to_string();
        let client = auth::create(app, *organization, "Vendor".to_owned(), Scopes::all()).await.map_err(told)?.id;
        let secret = blinding::register(app, *organization, client, PERIOD.to_owned()).await.map_err(told)?;
        rekey::run(app, *organization, |_| ()).await.map_err(told)?;
        let (organization, zone, caller) = (*organization, zone.clone(), Caller::Client(client));
        Ok((Cx::new(app.clone(), Arc::new(Actor { organization, zone, caller, scopes: Scopes::all() })), secret))
    }
}

async fn organization(app: &Arc<App>, own_mail_domains: &[String]) -> Result<Cx, String> {
    let now = app.clock.now();
    let zone: Zone = "UTC".parse().map_err(|_| "UTC is not known")?;
    let id = OrganizationId::mint(&mut app.mint(now));
    let organization = Organization { id, name: "Trial".to_owned(), zone: zone.clone(), created_at: now };
    let insert = async move |tx: &furusu_persistence::Tx| tx.accounts().insert_organization(&organization).await;
    app.store.write(id, now, insert).await.map_err(|e| e.to_string())?;
    let cx = Cx::new(app.clone(), Arc::new(Actor { organization: id, zone, caller: Caller::Operator, scopes: Scopes::all() }));
    let domains = own_mail_domains.iter().map(|domain| MailDomain::parse(domain).map_err(|_| format!("{domain} is no mail domain")));
    let own_mail_domains = Some(Some(domains.collect::<Result<Vec<_>, _>>()?));
    let returning = EditReturningApplicants { own_mail_domains, ..EditReturningApplicants::default() };
    let edit = EditOrganization { returning_applicants: Some(Some(returning)), ..EditOrganization::default() };
    organization::edit(&cx, edit, Condition::default(), Receipt::none()).await.map_err(|e| e.to_string())?;
    Ok(cx)
}

async fn admit(cx: &Cx, people: &[Row]) -> Result<HashMap<AlumnusId, String>, String> {
    let bar = bar(people.len() as u64, "people");
    let mut ids = HashMap::with_capacity(people.len());
    let source = Source::parse("roster").map_err(|e| e.code().to_owned())?;
    for part in people.chunks(AT_ONCE) {
        let texts: Vec<String> = part.iter().map(|row| written(row).to_string()).collect();
        let mut intake = Vec::with_capacity(texts.len());
        for text in &texts {
            let json = body::parse(text.as_bytes()).map_err(|e| e.to_string())?;
            intake.push(input::read(json, Place::ROOT, cx.now(), cx.today()));
        }
        for (row, recorded) in part.iter().zip(record(cx, source.clone(), intake, Mode::Each).await.map_err(|e| e.to_string())?) {
            match recorded.alumnus {
                Some(alumnus) if recorded.outcome != Outcome::Rejected => {
                    ids.insert(alumnus, row.id.clone());
                }
                Some(_) | None => {
                    let faults: Vec<String> = recorded.problems.iter().map(|f| format!("{} {}", f.pointer, f.problem.code())).collect();
                    return Err(format!("{}: {}", row.id, faults.join("; ")));
                }
            }
        }
        bar.inc(part.len() as u64);
    }
    bar.finish_and_clear();
    Ok(ids)
}

/// A row as a departure record. What a record cannot hold is left out: a telephone number without enough digits, say.
fn written(row: &Row) -> Value {
    let Row { id, sketch, hired_on, left_on } = row;
    let day = |text: &Option<String>| text.as_deref().and_then(iso_date);
    let born = sketch.births.first().and_then(|text| iso_date(text));
    let after_birth = born.as_deref().and_then(|day| day.parse::<Date>().ok()).map_or_else(String::new, |day| day.tomorrow().to_string());
    // When they were here is not compared: what does not fit to who they are, or is missing, is made to.
    let hired = day(hired_on).unwrap_or_else(|| "2000-01-01".to_owned()).max(after_birth);
    let left = day(left_on).filter(|left| *left >= hired).unwrap_or_else(|| hired.clone());
    let names: Vec<Value> = sketch
        .names
        .iter()
        .filter_map(|name| {
            let kind = match name.kind {
                MatchNameKind::Current => "legal",
                MatchNameKind::Former => "former_legal",
                MatchNameKind::Business => "business",
                MatchNameKind::Romanised => "romanised",
            };
            // A record has the parts of a name; a name in one line stands as its family name.
            let family = name.family.clone().or_else(|| name.full.clone());
            let (family_kana, given_kana) = (name.family_kana.clone().or_else(|| name.full_kana.clone()), name.given_kana.clone());
            let is_empty = family.is_none() && name.given.is_none();
            (!is_empty).then(|| {
                json!({ "kind": kind, "family": family, "given": name.given, "middle": name.middle,
                    "family_kana": family_kana, "given_kana": given_kana })
            })
        })
        .collect();
    let names = if names.is_empty() { vec![json!({ "kind": "legal", "family": "?" })] } else { names };
    let emails: Vec<&String> = sketch.emails.iter().filter(|text| furusu_domain::alumni::Email::parse(text).is_ok()).collect();
    let phones: Vec<&String> = sketch.phones.iter().filter(|text| furusu_domain::alumni::Phone::parse(text).is_ok()).collect();
    let address = sketch.addresses.first();
    json!({
        "external_id": id,
        "names": names,
        "birth_on": born,
        "employee_number": sketch.employee_numbers.first(),
        "emails": emails,
        "phones": phones,
        "postal_code": address.and_then(|a| a.postal_code.as_ref()).filter(|code| code.chars().count() <= 20),
        "address": address.and_then(|a| a.text.as_ref()),
        "employment": { "hired_on": hired },
        "departure": { "employment_ended_on": left },
    })
}
