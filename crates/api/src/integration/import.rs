//! Importing a file: each row becomes a departure record by a mapping profile, and goes the way every record goes.

use std::collections::HashMap;
use std::io::{self, Read};

use furusu_domain::departures::{Outcome, Recorded, Source};
use furusu_domain::error::Error;
use furusu_domain::integration::{Binding, Profile};
use serde::Serialize;

use crate::catalogue::Language;
use crate::cx::Cx;
use crate::departures::{Intake, Mode, input, record};
use crate::json::Place;
use crate::rest::body;

/// How many rows go in at once.
const AT_ONCE: usize = 1_000;

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows read.
    pub read: usize,
    /// Periods that were not known.
    pub created: usize,
    /// Known periods, told anew.
    pub updated: usize,
    /// The same again.
    pub unchanged: usize,
    /// Older than what is known.
    pub stale: usize,
    /// Maybe somebody known from another source: a person decides.
    pub held: usize,
    /// Refused.
    pub rejected: usize,
    /// Of the rows that were not refused, those of people who are employed.
    pub employed: usize,
}

/// A row that was refused.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Its line in the file, from 1; the header is line 1.
    pub line: u64,
    /// The cells, as they came.
    pub cells: Vec<String>,
    /// What is wrong: the columns, and the fault.
    pub faults: Vec<(Vec<String>, String)>,
}

impl Reject {
    /// The faults in one text.
    #[must_use]
    pub fn because(&self) -> String {
        let fault = |(columns, detail): &(Vec<String>, String)| {
            if columns.is_empty() { detail.clone() } else { format!("{}: {detail}", columns.join(", ")) }
        };
        self.faults.iter().map(fault).collect::<Vec<_>>().join("; ")
    }
}

/// What a row changed, or would change.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Its line in the file.
    pub line: u64,
    /// The person's id in the source.
    pub external_id: Option<String>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The members that change, as JSON pointers.
    pub changed: Vec<String>,
}

/// A file that is being imported.
pub struct Import<'i> {
    /// Who imports.
    pub cx: &'i Cx,
    /// The HR system the file comes from.
    pub source: Source,
    /// How its columns are read.
    pub profile: &'i Profile,
    /// Tell what would become of it, and write nothing.
    pub dry_run: bool,
}

/// The rows of one part of the file.
struct Part {
    lines: Vec<(u64, Vec<String>)>,
    intake: Vec<Intake>,
    /// Faults that the profile found, by their place in the part.
    unread: HashMap<usize, Vec<(Vec<String>, String)>>,
}

impl Import<'_> {
    /// Imports a file to its end. `rejected` gets each row that is refused, `differs` each that changes something, and
    /// `progress` how many rows have been dealt with.
    ///
    /// # Errors
    /// The file cannot be read, its header lacks a column of the profile, or the store failed.
    pub async fn run(
        &self,
        file: impl Read,
        mut header: impl FnMut(&[String], &[&str]) -> io::Result<()>,
        mut rejected: impl FnMut(Reject) -> io::Result<()>,
        mut differs: impl FnMut(Difference),
        mut progress: impl FnMut(u64),
    ) -> Result<Summary, String> {
        // Lines end with a line feed; counted so, the lines of a file from Windows have their true numbers.
        let mut reader = csv::ReaderBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .delimiter(self.profile.delimiter())
            .flexible(true)
            .has_headers(false)
            .from_reader(file);
        let mut rows = reader.records();
        let first = rows.next().ok_or("the file is empty")?.map_err(|e| unreadable(&e))?;
        let names: Vec<&str> = first.iter().map(|name| name.trim_end_matches('\r')).collect();
        let binding =
            self.profile.bind(&names).map_err(|missing| missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        header(binding.header(), &binding.unread()).map_err(|e| e.to_string())?;
        let mut summary = Summary::default();
        let mut part = Part { lines: Vec::new(), intake: Vec::new(), unread: HashMap::new() };
        loop {
            let row = rows.next().transpose().map_err(|e| unreadable(&e))?;
            let ended = row.is_none();
            if let Some(row) = row {
                let line = row.position().map_or(0, csv::Position::line);
                if row.iter().any(|cell| !cell.trim().is_empty()) {
                    self.read_row(&binding, line, row.iter().map(|cell| cell.trim_end_matches('\r').to_owned()).collect(), &mut part)?;
                }
            }
            if part.intake.len() == AT_ONCE || (ended && !part.intake.is_empty()) {
                let done = std::mem::replace(&mut part, Part { lines: Vec::new(), intake: Vec::new(), unread: HashMap::new() });
                let n = done.intake.len() as u64;
                self.take(&binding, done, &mut summary, &mut rejected, &mut differs).await?;
                progress(n);
            }
            if ended {
                return Ok(summary);
            }
        }
    }

    fn read_row(&self, binding: &Binding<'_>, line: u64, cells: Vec<String>, part: &mut Part) -> Result<(), String> {
        let row: Vec<&str> = cells.iter().map(String::as_str).collect();
        let mapped = binding.map(&row);
        let text = mapped.record.to_string();
        let json = body::parse(text.as_bytes()).map_err(|e| e.to_string())?;
        let Intake { external_id, mut record } = input::read(json, Place::ROOT, self.cx.now(), self.cx.today());
        if !mapped.faults.is_empty() {
            let mut faults: Vec<(Vec<String>, String)> = mapped.faults.iter().map(|f| (f.columns.clone(), f.detail.clone())).collect();
            // What the profile could not read is missing from the record: only other faults are worth telling too.
            let told = |pointer: &str| mapped.faults.iter().any(|f| f.pointer == pointer || f.code == "row_length");
            if let Err(also) = &record {
                faults.extend(also.iter().filter(|f| !told(&f.pointer)).map(|f| self.named(binding, f)));
            }
            part.unread.insert(part.intake.len(), faults);
            record = Err(Vec::new());
        }
        part.lines.push((line, cells));
        part.intake.push(Intake { external_id, record });
        Ok(())
    }

    /// A fault of the record, with the columns it came from.
    fn named(&self, binding: &Binding<'_>, fault: &furusu_domain::error::Fault) -> (Vec<String>, String) {
        let columns: Vec<String> = binding.columns_of(&fault.pointer).into_iter().map(str::to_owned).collect();
        let place = if columns.is_empty() { format!("{} ", fault.pointer) } else { String::new() };
        (columns, format!("{place}{}", Language::English.fault(&fault.problem)))
    }

    async fn take(
        &self,
        binding: &Binding<'_>,
        part: Part,
        summary: &mut Summary,
        rejected: &mut impl FnMut(Reject) -> io::Result<()>,
        differs: &mut impl FnMut(Difference),
    ) -> Result<(), String> {
        let Part { lines, intake, mut unread } = part;
        let employed: Vec<bool> = intake.iter().map(|i| i.record.as_ref().is_ok_and(|(r, _)| r.stint.departure.is_none())).collect();
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Each };
        let results = record(&self.cx.again(), self.source.clone(), intake, mode).await.map_err(|e: Error| e.to_string())?;
        for (n, ((line, cells), recorded)) in lines.into_iter().zip(results).enumerate() {
            summary.read += 1;
            let Recorded { external_id, outcome, problems, changed, .. } = recorded;
            match outcome {
                Outcome::Created => summary.created += 1,
                Outcome::Updated => summary.updated += 1,
                Outcome::Unchanged => summary.unchanged += 1,
                Outcome::Stale => summary.stale += 1,
                Outcome::Held => summary.held += 1,
                Outcome::Rejected => {
                    summary.rejected += 1;
                    let faults = unread.remove(&n).unwrap_or_else(|| problems.iter().map(|f| self.named(binding, f)).collect());
                    rejected(Reject { line, cells, faults }).map_err(|e| e.to_string())?;
                    continue;
                }
            }
            summary.employed += usize::from(employed[n]);
            if matches!(outcome, Outcome::Created | Outcome::Updated | Outcome::Held) {
                differs(Difference { line, external_id, outcome, changed });
            }
        }
        Ok(())
    }
}

/// Why the file cannot be read further, without what stands in it.
fn unreadable(error: &csv::Error) -> String {
    let line = error.position().map_or_else(String::new, |at| format!("line {}: ", at.line()));
    #[allow(clippy::wildcard_enum_match_arm, reason = "the library may come to know more")]
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => format!("{line}not UTF-8; save the file as UTF-8 (CSV UTF-8) and import it again"),
        csv::ErrorKind::Io(cause) => format!("{line}{cause}"),
        _ => format!("{line}this is not CSV"),
    }
}
