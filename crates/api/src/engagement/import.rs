//! Importing activities from a file of newline-delimited JSON: one record a line, of any number, in any order, again and again.

use std::io::{BufRead, Read as _};

use furusu_domain::departures::Source;
use furusu_domain::engagement::ActivityOutcome;
use serde::Serialize;

use super::{Intake, input, record};
use crate::catalogue::Language;
use crate::cx::Cx;
use crate::idempotency::Receipt;
use crate::json::Place;
use crate::rest::body;

/// How many records go in at once.
const AT_ONCE: usize = 1_000;

/// The most bytes a line has.
const LONGEST: u64 = 1 << 20;

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Records read.
    pub read: usize,
    /// Activities that were not known.
    pub created: usize,
    /// Known activities, told anew.
    pub updated: usize,
    /// The same again.
    pub unchanged: usize,
    /// Older than what is known, or of an activity that was taken back since.
    pub stale: usize,
    /// Taken back.
    pub retracted: usize,
    /// Refused.
    pub rejected: usize,
}

/// A line that was refused.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Its number in the file, from 1.
    pub number: u64,
    /// The line, as it came.
    pub line: String,
    /// What is wrong with it.
    pub because: String,
}

/// Imports a file to its end. `rejected` gets each line that is refused, and `progress` how many lines have been dealt with.
/// What was written before a failure stays, and the same file again goes on from there: what is known already is unchanged.
///
/// # Errors
/// The file cannot be read, or the store failed.
pub async fn import(
    cx: &Cx,
    source: &Source,
    file: impl BufRead,
    mut rejected: impl FnMut(Reject) -> std::io::Result<()>,
    mut progress: impl FnMut(u64),
) -> Result<Summary, String> {
    let mut file = file;
    let mut summary = Summary::default();
    let mut part: Vec<(u64, String)> = Vec::with_capacity(AT_ONCE);
    let mut number = 0;
    loop {
        let mut line = String::new();
        let n = file.by_ref().take(LONGEST).read_line(&mut line).map_err(|e| e.to_string())?;
        number += 1;
        if n as u64 == LONGEST && !line.ends_with('\n') {
            return Err(format!("line {number} has more than {LONGEST} bytes: is this newline-delimited JSON?"));
        }
        // A byte-order mark is no part of the first record.
        let text = line.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            part.push((number, text.to_owned()));
        }
        let ended = n == 0;
        if part.len() == AT_ONCE || (ended && !part.is_empty()) {
            let done = std::mem::take(&mut part);
            let n = done.len() as u64;
            take(cx, source, done, &mut summary, &mut rejected).await?;
            progress(n);
        }
        if ended {
            return Ok(summary);
        }
    }
}

async fn take(
    cx: &Cx,
    source: &Source,
    part: Vec<(u64, String)>,
    summary: &mut Summary,
    rejected: &mut impl FnMut(Reject) -> std::io::Result<()>,
) -> Result<(), String> {
    // A moment later than the one before: a file may take hours.
    let cx = cx.again();
    let mut unread: Vec<Option<String>> = Vec::with_capacity(part.len());
    let mut intake = Vec::with_capacity(part.len());
    for (_, text) in &part {
        match body::parse(text.as_bytes()) {
            Ok(json) => {
                unread.push(None);
                intake.push(input::record(json, Place::ROOT, source, cx.now()));
            }
            Err(error) => {
                unread.push(Some(error.to_string()));
                intake.push(Intake { external_id: None, record: Err(Vec::new()), place: String::new() });
            }
        }
    }
    let results = record(&cx, intake, Receipt::none()).await.map_err(|e| e.to_string())?;
    for (((number, line), unread), recorded) in part.into_iter().zip(unread).zip(results) {
        summary.read += 1;
        *match recorded.outcome {
            ActivityOutcome::Created => &mut summary.created,
            ActivityOutcome::Updated => &mut summary.updated,
            ActivityOutcome::Unchanged => &mut summary.unchanged,
            ActivityOutcome::Stale => &mut summary.stale,
            ActivityOutcome::Retracted => &mut summary.retracted,
            ActivityOutcome::Rejected => &mut summary.rejected,
        } += 1;
        if recorded.outcome == ActivityOutcome::Rejected {
            let fault = |f: &furusu_domain::error::Fault| format!("{}: {}", f.pointer, Language::English.fault(&f.problem));
            let because = unread.unwrap_or_else(|| recorded.problems.iter().map(fault).collect::<Vec<_>>().join("; "));
            rejected(Reject { number, line, because }).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}
