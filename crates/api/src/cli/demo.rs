//! `furusu demo`

use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use furusu_domain::actor::{Scope, Scopes, WALL};
use furusu_persistence::{is_in_use, organizations_in};
use serde_json::Value;

use super::serve::serve;
use super::{Run, arguments, say, talk};
use crate::auth::operator_token;
use crate::config::{DEFAULT_LISTEN, ListenArgs, Settings, SettingsArgs};
use crate::demo::applicant::{Returner, stranger};
use crate::demo::{Made, PEOPLE, SOURCE, load, organization};
use crate::operating::logs;

/// What the demonstration's applicant-tracking system may.
const ATS: [Scope; 3] = [Scope::MatchingLookup, Scope::MatchingReview, Scope::PrivacyRead];

/// All scopes on this side of the wall: who looks applicants up must not see how engaged they are.
fn scopes() -> Scopes {
    Scope::ALL.iter().copied().filter(|scope| *scope != WALL.0).collect()
}

/// How long the token is good that the demonstration prints, in seconds.
const TTL: i64 = 12 * 3_600;

/// Settings that the demonstration has of its own, and what to say of them. In the environment and in a file they are for
/// the other commands.
pub(super) const NOT_ITS: [(&str, &str); 3] = [
    ("database_url", "--database-url: the demonstration has a database of its own, which --file names"),
    ("public_url", "--public-url: the demonstration is found where it listens, which --listen says"),
    ("master_key_file", "--master-key-file: the demonstration has a key of its own, beside its database"),
];

/// Refuses what the demonstration would not heed.
///
/// # Errors
/// The first such argument, and what to use instead.
pub(super) fn refuse(matches: &ArgMatches) -> Result<(), clap::Error> {
    match NOT_ITS.iter().find(|(id, _)| matches.value_source(id) == Some(ValueSource::CommandLine)) {
        Some((_, why)) => Err(arguments().error(ErrorKind::ArgumentConflict, why)),
        None => Ok(()),
    }
}

#[derive(Args)]
pub(super) struct Demo {
    /// Where the service listens, on this machine only  [default: 127.0.0.1:8080]
    #[arg(long, env = "FURUSU_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// How many people
    #[arg(long, default_value_t = PEOPLE)]
    people: u64,
    /// The database of the demonstration, rebuilt at each start
    #[arg(long, default_value = "furusu-demo.db", value_name = "FILE")]
    file: PathBuf,
}

impl Demo {
    pub(super) fn run(self, run: &Run) -> Result<(), String> {
        let listen = self.listen.unwrap_or(DEFAULT_LISTEN);
        if !listen.ip().is_loopback() {
            return Err(format!("the demonstration listens on this machine only, and {} is not of it", listen.ip()));
        }
        let SettingsArgs { database_url: _, public_url: _, master_key_file: _, database_connections, issuers, log, log_format, config } =
            run.settings.clone();
        let args = SettingsArgs {
            database_url: Some(format!("sqlite://{}", self.file.display())),
            public_url: Some(format!("http://{listen}")),
            master_key_file: None,
            database_connections,
            issuers,
            log,
            log_format,
            config,
        };
        let mut settings = Settings::read(&args, &ListenArgs { listen: Some(listen), ..ListenArgs::default() })?;
        settings.master_key_file = None;
        logs::start(settings.log.as_deref().unwrap_or("warn"), settings.log_format)?;
        remove(&self.file)?;
        let people = self.people;
        talk(&format!("furusu: making {people} people in {} …", self.file.display()));
        serve(settings, true, async |app, listening| {
            let made = load(app, people).await.map_err(|e| e.to_string())?;
            let url = format!("http://{}", listening.address());
            let token = async |scopes| operator_token(app, made.organization, scopes, TTL).await.map_err(|e| e.to_string());
            let (office, ats) = (token(scopes()).await?, token(ATS.into_iter().collect()).await?);
            say(&greeting(&url, &made, &office.access_token, &ats.access_token))
        })
    }
}

/// SQLite's files begin with these bytes (sqlite.org/fileformat2.html, section 1.3).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Removes the database of the last demonstration, and nothing that is, or may be, somebody's.
fn remove(file: &Path) -> Result<(), String> {
    if file.exists() {
        let left = |why: &str| format!("{} {why}; it is left as it is: name another file with --file", file.display());
        let mut head = Vec::new();
        let read = File::open(file).and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut head));
        if read.is_err() || !(head.is_empty() || head == SQLITE) {
            return Err(left("is no database of the demonstration"));
        }
        if !head.is_empty() {
            let organizations = organizations_in(file).map_err(|e| left(&format!("is no database of the demonstration ({e})")))?;
            if organizations.iter().any(|id| *id != organization()) {
                return Err(left("holds organizations that are not the demonstration's"));
            }
            if is_in_use(file).map_err(|e| left(&format!("cannot be rebuilt ({e})")))? {
                return Err(left("is in use by another program, perhaps an earlier `furusu demo`"));
            }
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(format!("{}: {e}", Path::new(&name).display())),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// What to try, with the token of the alumni office and that of the applicant-tracking system.
fn greeting(url: &str, made: &Made, token: &str, ats: &str) -> String {
    let Made { organization, returner } = made;
    let record = r#"{"external_id":"90001","names":[{"kind":"legal","family":"Tanaka","given":"Aoi","family_kana":"タナカ","given_kana":"アオイ"}],"employment":{"hired_on":"2019-04-01","department":"Sales"},"departure":{"employment_ended_on":"2024-03-31","separation_type":{"value":"voluntary"},"reason":{"value":"family_care"}}}"#;
    let document = r#"{"query":"{ alumni(first: 3, orderBy: {field: NAME, direction: ASC}) { totalCount nodes { id displayName status employments { department hiredOn } departures { employmentEndedOn status reason { value } } } } }"}"#;
    let engaged = r#"{"query":"{ alumni(first: 3, orderBy: {field: ENGAGEMENT_SCORE, direction: DESC}) { nodes { displayName engagement { score level trend lastActivityAt contributions(first: 2) { kind occurredAt contribution } } } } }"}"#;
    let activity = r#"{"source":"events","record":{"external_id":"hanami-90001","person":{"source":"hris","external_id":"90001"},"kind":"event_attended","channel":"in_person","occurred_at":"2026-04-04T03:00:00Z"}}"#;
    let dashboard = r#"{"query":"{ active: metric(id: \"engaged.share\") { total { value low high } } perMonth: metric(id: \"activities.count\", window: {every: MONTH}) { cells { from value } } funnel: metric(id: \"engagement.funnel\") { cells { group { key } numerator } } away: metric(id: \"boomerang.time_away_median\", window: {from: \"2000-01-01\"}) { total { value } } }"}"#;
    let question = r#"{"person":{"source":"hris","external_id":"90001"},"channel":"email","purpose":"events"}"#;
    let look_up = |what: &str, applicant: &Value| {
        format!(
            "{what}:\n\n\
             curl -sS {url}/v1/returning-applicants/lookups -H 'Authorization: Bearer {ats}' -H 'Content-Type: application/json' -d '{applicant}'\n\n"
        )
    };
    let returning = returner.as_ref().map_or_else(String::new, |Returner { alumnus, application }| {
        look_up("Was this applicant here before? Somebody who was, written otherwise than on record", application)
            + &look_up("Somebody who was not", &stranger())
            + &format!(
                "What the one who was may read of it:\n\n\
                 curl -sS {url}/v1/alumni/{alumnus}/disclosures -H 'Authorization: Bearer {ats}'\n\n\
                 And everything that happened to them, for the alumni office:\n\n\
                 curl -sS {url}/v1/alumni/{alumnus}/timeline -H 'Authorization: Bearer {token}'\n\n"
            )
    });
    format!(
        "furusu is ready: {url}\n\
         organization    {organization}\n\
         contracts       {url}/openapi.yaml  {url}/schema.graphql\n\
         in a browser    {url}/docs  {url}/graphql\n\
         token (12 h)    {token}\n\
         token of an ATS {ats}\n\n\
         Try, in another terminal:\n\n\
         curl -sS -X PUT {url}/v1/departures/{SOURCE}/90001 -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{record}'\n\n\
         curl -sS '{url}/v1/alumni?limit=3' -H 'Authorization: Bearer {token}'\n\n\
         curl -sS {url}/graphql -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{document}'\n\n\
         Who is most engaged, and what that is made of:\n\n\
         curl -sS {url}/graphql -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{engaged}'\n\n\
         curl -sS {url}/v1/activities -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{activity}'\n\n\
         What a dashboard asks: the share that is engaged, activities by month, the funnel, how long returners were away:\n\n\
         curl -sS {url}/graphql -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{dashboard}'\n\n\
         What is coming up, and how many come and wait:\n\n\
         curl -sS '{url}/v1/gatherings?state=published' -H 'Authorization: Bearer {token}'\n\n\
         May this person be written to?\n\n\
         curl -sS {url}/v1/contact-permissions -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{question}'\n\n\
         {returning}\
         Stop with Ctrl-C."
    )
}
