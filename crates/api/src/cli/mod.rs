//! The command line. Standard output is for results, standard error for talk; exit codes: 0 done, 1 failed, 2 wrong
//! usage.

mod account;
pub mod check;
mod demo;
mod import;
mod matching;
mod rejects;
mod rekey;
mod rollups;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use furusu_domain::account::Organization;
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Clock;
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::App;
use crate::config::{ListenArgs, Settings, SettingsArgs};
use crate::cx::Cx;
use crate::operating::logs;
use crate::rest::contract;
use crate::{graphql, server};

/// furusu: the record and the rules of the relation between an organisation and the people who left it.
#[derive(Parser)]
#[command(name = "furusu", version, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Print results as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service
    Serve(serve::Serve),
    /// Run the service on a database of its own with a small believable organisation
    Demo(demo::Demo),
    /// Bring the database up to date
    Migrate,
    /// Look whether configuration, database, keys and clock are as they must be
    Check(check::Check),
    /// Load an HR export by a mapping profile, or activities
    Import(import::ImportFile),
    /// Judge, train and refit the matcher
    #[command(subcommand)]
    Matching(matching::MatchingCommand),
    /// Make the keys that people are found by anew, while the service runs; goes on where it was left
    Rekey(rekey::Rekey),
    /// The books that figures are read from
    #[command(subcommand)]
    Rollups(rollups::RollupsCommand),
    /// Organizations, the tenants
    #[command(subcommand)]
    Organization(account::OrganizationCommand),
    /// API clients
    #[command(subcommand)]
    Client(account::ClientCommand),
    /// Make an access token for operators and tests
    Token(account::Token),
    /// Print a contract
    Schema {
        /// Which
        contract: Contract,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Contract {
    /// The GraphQL schema
    Graphql,
    /// OpenAPI 3.1, as YAML
    Openapi,
}

/// What a command needs besides its own arguments.
struct Run {
    settings: SettingsArgs,
    json: bool,
}

impl Run {
    /// Settings of a command that does not listen; warnings are logged.
    fn settings(&self) -> Result<Settings, String> {
        self.settings_with(&ListenArgs::default())
    }

    /// The same, with where a service would listen.
    fn settings_with(&self, listen: &ListenArgs) -> Result<Settings, String> {
        let settings = Settings::read(&self.settings, listen)?;
        logs::start(settings.log.as_deref().unwrap_or("warn"), settings.log_format)?;
        Ok(settings)
    }

    /// The service on its database, without listening.
    async fn app(&self) -> Result<Arc<App>, String> {
        server::prepare(self.settings()?, Clock::system(), false).await
    }

    /// The same, with the organization that is meant; with all of them if none is named.
    async fn app_for(&self, organization: Option<String>) -> Result<(Arc<App>, Vec<Organization>), String> {
        let only: Option<OrganizationId> = organization.map(|id| id.parse().map_err(|e| format!("--organization: {e}"))).transpose()?;
        let app = self.app().await?;
        let all = app.store.outside(app.clock.now()).accounts().organizations().await.map_err(|e| e.to_string())?;
        let of: Vec<Organization> = all.into_iter().filter(|organization| only.is_none_or(|only| only == organization.id)).collect();
        if of.is_empty() && only.is_some() {
            return Err("--organization: there is none with this id".into());
        }
        Ok((app, of))
    }

    /// The operator in one organization of the service, without listening.
    async fn acting_for(&self, organization: &str) -> Result<Cx, String> {
        let organization: OrganizationId = organization.parse().map_err(|e| format!("--organization: {e}"))?;
        let app = self.app().await?;
        let known = app.store.read(organization, app.clock.now()).accounts().seek_organization(organization).await;
        let known = known.map_err(|e| e.to_string())?.ok_or("--organization: there is none with this id")?;
        Ok(Cx::new(app, Arc::new(Actor { organization, zone: known.zone, caller: Caller::Operator, scopes: Scopes::all() })))
    }

    /// A result: one line for people, or the named members as JSON.
    fn print(&self, json: &serde_json::Value, people: &str) -> Result<(), String> {
        if self.json { say(&json.to_string()) } else { say(people) }
    }
}

/// How far something of that many is, on standard error.
fn bar(length: u64, of: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {of}, {{per_sec}}, {{eta}} left")) {
        bar.set_style(style);
    }
    bar
}

/// Writes a line to standard output. Who reads only the first lines has read enough.
fn say(line: &str) -> Result<(), String> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| e.to_string()),
    }
}

/// Writes a line to standard error; if nobody reads it, nothing is lost.
fn talk(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The arguments that are understood. What every command takes and the demonstration does not is hidden there.
fn arguments() -> clap::Command {
    let cli = Cli::command();
    let not_its = cli.get_arguments().filter(|arg| demo::NOT_ITS.iter().any(|(id, _)| arg.get_id() == id));
    let hidden: Vec<clap::Arg> = not_its.map(|arg| arg.clone().hide(true)).collect();
    cli.mut_subcommand("demo", |demo| demo.args(hidden))
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let matches = arguments().get_matches();
    let Cli { settings, json, command } = Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
    if matches!(command, Command::Demo(_)) {
        demo::refuse(&matches).unwrap_or_else(|e| e.exit());
    }
    let run = Run { settings, json };
    let done = match command {
        Command::Serve(command) => command.run(&run),
        Command::Demo(command) => command.run(&run),
        Command::Migrate => block_on(migrate(&run)),
        Command::Check(command) => block_on(command.run(&run)),
        Command::Import(command) => block_on(command.run(&run)),
        Command::Matching(command) => block_on(command.run(&run)),
        Command::Rekey(command) => block_on(command.run(&run)),
        Command::Rollups(command) => block_on(command.run(&run)),
        Command::Organization(command) => block_on(command.run(&run)),
        Command::Client(command) => block_on(command.run(&run)),
        Command::Token(command) => block_on(command.run(&run)),
        Command::Schema { contract: Contract::Graphql } => print_whole(&graphql::sdl()),
        Command::Schema { contract: Contract::Openapi } => print_whole(&contract::openapi()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            talk(&format!("furusu: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn print_whole(text: &str) -> Result<(), String> {
    write!(std::io::stdout(), "{text}").map_err(|e| e.to_string())
}

fn block_on(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|e| e.to_string())?.block_on(work)
}

async fn migrate(run: &Run) -> Result<(), String> {
    let settings = run.settings()?;
    let standing = furusu_persistence::migrate::up(&settings.database).await?;
    let people = match standing.applied.len() {
        0 => format!("{} is up to date", settings.database),
        n => format!("{}: {n} migrations applied", settings.database),
    };
    run.print(&serde_json::json!({ "applied": standing.applied, "behind": standing.behind, "ahead": standing.ahead }), &people)
}
