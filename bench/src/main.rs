//! `furusu-bench`: the service beside the bare SQL that gives the same rows, on the same database and in the same run.
//!
//! | module | what is there |
//! | --- | --- |
//! | [`service`] | a furusu of the benchmark's own: set up, started, stopped |
//! | [`people`] | who is in it: made up, loaded, sent again |
//! | [`http`] | a small HTTP client that costs little |
//! | [`drive`] | the load: several connections at once, timed |
//! | [`usage`] | what processes used: CPU and memory |
//! | [`workloads`] | what is asked of the service, and what it must answer |
//! | [`activities`] | activities: in, and what a dashboard reads of them |
//! | [`lookups`] | applicants: lookups at a steady pace, and whether time tells who objected |
//! | [`bare`], [`pg`], [`lite`] | the same rows by SQL alone |
//! | [`report`] | the tables |

mod activities;
mod bare;
mod drive;
mod http;
mod lite;
mod lookups;
mod people;
mod pg;
mod report;
mod service;
mod usage;
mod workloads;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use furusu_tests::postgres::{Options, Postgres};

use crate::bare::Bare;
use crate::drive::Driver;
use crate::people::People;
use crate::report::{Report, say, talk};
use crate::service::{Database, Site};
use crate::workloads::Bench;

/// Whatever went wrong, in words.
type Res<T> = Result<T, String>;

/// Measures furusu beside the bare SQL that gives the same rows, on each database, in one run.
#[derive(Parser)]
struct Args {
    /// The binary to measure, built with --release
    #[arg(long, value_name = "FILE", default_value = "target/release/furusu")]
    furusu: PathBuf,
    /// How many people to load
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..))]
    people: u64,
    /// How many activities to load for W3 and W6
    #[arg(long, default_value_t = 100_000)]
    activities: u64,
    /// How long each workload is measured, in seconds; in two parts, furusu and bare SQL by turns
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many connections send requests at once
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=64))]
    connections: u64,
    /// Which database
    #[arg(long, default_value = "both")]
    database: Databases,
    /// Only these workloads, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "W1,W2,W3,W4,W5,W6")]
    only: Vec<Workload>,
    /// Write the figures as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Databases {
    Sqlite,
    Postgres,
    Both,
}

/// The workloads by their numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Workload {
    /// One alumnus
    #[value(name = "W1", alias = "w1")]
    One,
    /// A page of those who left a department in a year
    #[value(name = "W2", alias = "w2")]
    Page,
    /// A dashboard over activities
    #[value(name = "W3", alias = "w3")]
    Dashboard,
    /// A batch of 1,000 records
    #[value(name = "W4", alias = "w4")]
    Batch,
    /// Was this applicant here before?
    #[value(name = "W5", alias = "w5")]
    LookUp,
    /// Activities in
    #[value(name = "W6", alias = "w6")]
    Record,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            talk(&format!("furusu-bench: {why}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Res<()> {
    say(&report::machine())?;
    let mut figures = Vec::new();
    if args.database != Databases::Postgres {
        figures.push(measure(args, None)?);
    }
    if args.database != Databases::Sqlite {
        // As much a production server as can be had: every commit reaches the disk before it is answered, and the server has a
        // quarter of the memory of a small machine (manual of PostgreSQL, section 20.4.1, "Memory").
        let settings = vec![("shared_buffers".to_owned(), "2GB".to_owned())];
        let options = Options { durable: true, settings, ..Options::default() };
        let postgres = Postgres::start_with(&options).map_err(|e| e.to_string())?;
        postgres.psql("postgres", "create database bench template template0")?;
        figures.push(measure(args, Some(&postgres))?);
    }
    if let Some(file) = &args.json {
        let json = serde_json::json!({ "machine": report::facts(), "databases": figures });
        std::fs::write(file, format!("{json:#}\n")).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

/// Everything on one database: loads the people, starts the service anew, and measures.
fn measure(args: &Args, postgres: Option<&Postgres>) -> Res<serde_json::Value> {
    let connections = usize::try_from(args.connections).map_err(|e| e.to_string())?;
    let site = Site::new(&args.furusu, postgres.map(|it| it.url("bench")))?;
    talk(&format!("{}: loading {} people", site.database.name(), args.people));
    let (people, loaded) = {
        let service = site.start()?;
        People::load(&service, args.people, connections)?
    };
    let wants = |workload| args.only.is_empty() || args.only.contains(&workload);
    let of_activities = wants(Workload::Dashboard) || wants(Workload::Record);
    let loaded_activities = if of_activities { Some(activities::load(&site, &people, args.activities, connections)?) } else { None };
    if let Some(postgres) = postgres {
        postgres.psql("bench", "vacuum analyze; checkpoint")?;
    }
    let (service, starts) = site.started(5)?;
    let driver = Driver { connections, half: Duration::from_secs_f64(args.seconds / 2.0), service: service.pid, postgres };
    let bare: Box<dyn Bare> = match &site.database {
        Database::Sqlite(file) => Box::new(lite::Lite::new(file.clone(), site.organization, people.today)?),
        Database::Postgres(url) => Box::new(pg::Pg::new(url.clone(), site.organization, people.today)),
    };
    let mut report = Report::new(site.database.name(), args, &people, loaded, starts);
    let bench = Bench { service: &service, people: &people, bare: &*bare, driver };
    if let Some(line) = loaded_activities {
        report.line(line);
    }
    if wants(Workload::One) {
        bench.one(&mut report)?;
    }
    if wants(Workload::Page) {
        bench.page(&mut report)?;
    }
    report.memory("after the reads", usage::peak_memory(service.pid)?);
    if wants(Workload::LookUp) {
        bench.look_up(&mut report)?;
        report.memory("after the lookups", usage::peak_memory(service.pid)?);
    }
    if wants(Workload::Batch) {
        bench.batch(&mut report)?;
        report.memory("after the batches", usage::peak_memory(service.pid)?);
    }
    if of_activities {
        // Whoever may look applicants up sees none of this: another token.
        drop(service);
        let service = site.start_for(activities::ENGAGEMENT)?;
        let driver = Driver { connections, half: Duration::from_secs_f64(args.seconds / 2.0), service: service.pid, postgres };
        let bench = Bench { service: &service, people: &people, bare: &*bare, driver };
        if wants(Workload::Dashboard) {
            bench.dashboard(&mut report)?;
            report.memory("after the dashboards", usage::peak_memory(service.pid)?);
        }
        if wants(Workload::Record) {
            bench.record(&mut report)?;
            report.memory("after the activities", usage::peak_memory(service.pid)?);
        }
    }
    say(&report.to_string())?;
    Ok(report.json())
}
