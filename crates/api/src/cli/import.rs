//! `furusu import`

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;
use furusu_domain::departures::Source;
use furusu_domain::integration::{Profile, SHIPPED, shipped};

use super::rejects::{REASON, Rejects, create};
use super::{Run, bar, say, talk};
use crate::catalogue::Language;
use crate::engagement::import as activities;
use crate::integration::{Difference, Import, Reject, Summary};

#[derive(Args)]
pub(super) struct ImportFile {
    /// The HR export, as CSV; activities, as newline-delimited JSON
    file: PathBuf,
    /// The HR system it comes from: records are known by it for ever
    #[arg(long, value_name = "NAME")]
    source: String,
    /// How its columns are read: a shipped profile's name, or a TOML file
    #[arg(long, value_name = "NAME|FILE.toml", required_unless_present = "activities")]
    profile: Option<String>,
    /// The file holds activities: one record a line, as the batch of REST has them
    #[arg(long, conflicts_with_all = ["profile", "dry_run"])]
    activities: bool,
    /// For which organization
    #[arg(long, value_name = "ID")]
    organization: String,
    /// Print the difference it would make, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that are refused here, as they came, with the reason in a last column
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

impl ImportFile {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        let parse = if self.activities { Source::of_another } else { Source::parse };
        let source = parse(&self.source).map_err(|e| format!("--source: {}", Language::English.fault(&e)))?;
        if self.activities {
            return self.import_activities(run, &source).await;
        }
        let profile = self.profile()?;
        let named = |e: std::io::Error| format!("{}: {e}", self.file.display());
        // It is read twice: what comes through a pipe would be gone the second time.
        if !std::fs::metadata(&self.file).map_err(named)?.is_file() {
            return Err(format!("{}: this is not a regular file; save what is to be imported in one", self.file.display()));
        }
        let file = File::open(&self.file).map_err(named)?;
        let rows = count_lines(&self.file)?;
        let cx = run.acting_for(&self.organization).await?;
        let bar = bar(rows, "rows");
        let rejects = self.rejects.as_ref().map(|path| Rejects::create(path, &self.file, profile.delimiter())).transpose()?;
        let rejects = std::cell::RefCell::new(rejects);
        let import = Import { cx: &cx, source, profile: &profile, dry_run: self.dry_run };
        let header = |names: &[String], unread: &[&str]| {
            let unread: Vec<&str> = unread.iter().copied().filter(|n| *n != REASON).collect();
            if !unread.is_empty() {
                talk(&format!("columns that the profile does not read: {}", unread.join(", ")));
            }
            rejects.borrow_mut().as_mut().map_or(Ok(()), |rejects| rejects.header(names))
        };
        let refuse = |reject: Reject| {
            bar.suspend(|| talk(&format!("line {}: {}", reject.line, reject.because())));
            rejects.borrow_mut().as_mut().map_or(Ok(()), |rejects| rejects.write(&reject))
        };
        let differs = |difference: Difference| {
            if self.dry_run {
                let _ = bar.suspend(|| tell(run, &difference));
            }
        };
        let summary = import.run(file, header, refuse, differs, |n| bar.inc(n)).await;
        bar.finish_and_clear();
        let summary = summary.map_err(|e| format!("{}: {e}", self.file.display()))?;
        rejects.borrow_mut().as_mut().map_or(Ok(()), Rejects::finish).map_err(|e| e.to_string())?;
        if run.json {
            return say(&serde_json::to_string(&summary).map_err(|e| e.to_string())?);
        }
        let prefix = if self.dry_run { "nothing was written; it would have been: " } else { "" };
        let Summary { read, created, updated, unchanged, stale, held, rejected, employed } = summary;
        say(&format!(
            "{prefix}read {read}, created {created}, updated {updated}, unchanged {unchanged}, stale {stale}, held {held}, rejected {rejected}, employed {employed}"
        ))
    }

    /// Imports activities; lines that are refused are kept as they came, to be mended and sent again.
    async fn import_activities(&self, run: &Run, source: &Source) -> Result<(), String> {
        let named = |e: std::io::Error| format!("{}: {e}", self.file.display());
        let file = BufReader::new(File::open(&self.file).map_err(named)?);
        let lines = if std::fs::metadata(&self.file).map_err(named)?.is_file() { count_lines(&self.file)? + 1 } else { 0 };
        let cx = run.acting_for(&self.organization).await?;
        let bar = bar(lines, "activities");
        let mut rejects = self.rejects.as_ref().map(|path| create(path, &self.file)).transpose()?.map(BufWriter::new);
        let refuse = |reject: activities::Reject| {
            bar.suspend(|| talk(&format!("line {}: {}", reject.number, reject.because)));
            rejects.as_mut().map_or(Ok(()), |rejects| writeln!(rejects, "{}", reject.line))
        };
        let summary = activities::import(&cx, source, file, refuse, |n| bar.inc(n)).await;
        bar.finish_and_clear();
        let summary = summary.map_err(|e| format!("{}: {e}", self.file.display()))?;
        rejects.as_mut().map_or(Ok(()), std::io::Write::flush).map_err(|e| e.to_string())?;
        let activities::Summary { read, created, updated, unchanged, stale, retracted, rejected } = &summary;
        let people = format!(
            "read {read}, created {created}, updated {updated}, unchanged {unchanged}, stale {stale}, retracted {retracted}, rejected {rejected}"
        );
        run.print(&serde_json::to_value(&summary).map_err(|e| e.to_string())?, &people)
    }

    fn profile(&self) -> Result<Profile, String> {
        let name = self.profile.as_deref().unwrap_or_default();
        let text = match shipped(name) {
            Some(text) => text.to_owned(),
            None => std::fs::read_to_string(name).map_err(|e| {
                let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
                format!("--profile {name}: {e}; shipped profiles are: {}", names.join(", "))
            })?,
        };
        Profile::parse(&text).map_err(|e| format!("--profile {name}: {e}"))
    }
}

/// How many lines the file has, about as many as rows: for the progress bar only.
fn count_lines(path: &std::path::Path) -> Result<u64, String> {
    use std::io::BufRead as _;
    let mut reader = BufReader::new(File::open(path).map_err(|e| format!("{}: {e}", path.display()))?);
    let mut lines = 0_u64;
    loop {
        let seen = reader.fill_buf().map_err(|e| e.to_string())?;
        if seen.is_empty() {
            return Ok(lines.saturating_sub(1));
        }
        lines += seen.iter().filter(|b| **b == b'\n').count() as u64;
        let n = seen.len();
        reader.consume(n);
    }
}

fn tell(run: &Run, difference: &Difference) -> Result<(), String> {
    if run.json {
        return say(&serde_json::to_string(difference).map_err(|e| e.to_string())?);
    }
    let Difference { line, external_id, outcome, changed } = difference;
    let changed = if changed.is_empty() { String::new() } else { format!("  {}", changed.join(" ")) };
    say(&format!("line {line}  {}  {outcome}{changed}", external_id.as_deref().unwrap_or("-")))
}
