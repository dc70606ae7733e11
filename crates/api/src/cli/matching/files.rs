//! Rosters and applicants as CSV.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use furusu_domain::matching::{Sketch, roster_csv};

/// A row: the id in its first column that is one, and what it says of a person.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) sketch: Sketch,
    pub(super) hired_on: Option<String>,
    pub(super) left_on: Option<String>,
}

/// Reads a file of people; `id` is the column with their ids.
pub(super) fn people(path: &Path, id: &str) -> Result<Vec<Row>, String> {
    let named = |e: String| format!("{}: {e}", path.display());
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|e| named(e.to_string()))?;
    let headings = reader.headers().map_err(|e| named(e.to_string()))?.clone();
    let place = headings.iter().position(|h| h.trim().trim_start_matches('\u{feff}') == id);
    let place =
        place.ok_or_else(|| named(format!("there is no column {id}; there are: {}", headings.iter().collect::<Vec<_>>().join(", "))))?;
    let (mut rows, mut ids) = (Vec::new(), HashSet::new());
    for (n, record) in reader.records().enumerate() {
        let record = record.map_err(|e| named(format!("row {}: {e}", n + 1)))?;
        let cell = |heading: &str| {
            let at = headings.iter().position(|h| h == heading)?;
            record.get(at).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        let id = record.get(place).unwrap_or("").trim().to_owned();
        if id.is_empty() {
            return Err(named(format!("row {}: the id is empty", n + 1)));
        }
        if !ids.insert(id.clone()) {
            return Err(named(format!("row {}: the id {id} stands there more than once", n + 1)));
        }
        let sketch = roster_csv::sketch(headings.iter().zip(record.iter()));
        rows.push(Row { id, sketch, hired_on: cell("hired_on"), left_on: cell("left_on") });
    }
    Ok(rows)
}

/// Reads who the applicants are: `applicant_id,alumnus_id`, the second empty for nobody.
pub(super) fn truth(path: &Path) -> Result<HashMap<String, Option<String>>, String> {
    let named = |e: String| format!("{}: {e}", path.display());
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|e| named(e.to_string()))?;
    let headings = reader.headers().map_err(|e| named(e.to_string()))?.clone();
    let column = |name: &str| {
        headings
            .iter()
            .position(|h| h.trim().trim_start_matches('\u{feff}') == name)
            .ok_or_else(|| named(format!("there is no column {name}")))
    };
    let (applicant, alumnus) = (column("applicant_id")?, column("alumnus_id")?);
    let mut known = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| named(e.to_string()))?;
        let cell = |at: usize| record.get(at).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned);
        if let Some(id) = cell(applicant) {
            known.insert(id, cell(alumnus));
        }
    }
    Ok(known)
}

/// The domains at which more than half of the people have an address: those are the organization's own.
pub(super) fn own_mail_domains(rows: &[Row]) -> Vec<String> {
    let mut people: HashMap<String, usize> = HashMap::new();
    for row in rows {
        let mut domains: Vec<String> =
            row.sketch.emails.iter().filter_map(|email| email.rsplit_once('@')).map(|(_, domain)| domain.trim().to_lowercase()).collect();
        domains.sort_unstable();
        domains.dedup();
        domains.into_iter().for_each(|domain| *people.entry(domain).or_default() += 1);
    }
    let mut own: Vec<String> = people.into_iter().filter(|(_, n)| n * 2 > rows.len()).map(|(domain, _)| domain).collect();
    own.sort_unstable();
    own
}
