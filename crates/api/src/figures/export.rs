//! Figures as tables for other programs: CSV (RFC 4180) and lines of JSON (NDJSON).

use furusu_domain::error::Error;
use serde_json::{Map, Value};

use super::view::{CellView, KeyView, MetricView, WindowView};

/// The columns of every table, around those of the dimensions.
const BEFORE: [&str; 5] = ["metric", "version", "as_of", "from", "to"];
const AFTER: [&str; 7] = ["value", "numerator", "denominator", "low", "high", "hidden", "provisional"];

/// The rows of a table: those of the cells, or of the total if there are none.
fn rows(view: MetricView) -> Vec<Map<String, Value>> {
    let MetricView { id, definition, as_of, window, by, within_years: _, floor: _, total, totals: _, cells } = view;
    let cells = if cells.is_empty() { total.into_iter().collect() } else { cells };
    let row = |cell: CellView| {
        let CellView { group, from, to, value, numerator, denominator, low, high, hidden, provisional } = cell;
        let (from, to) = match &window {
            Some(WindowView { from: begin, to: end, every: _ }) => (from.or(Some(*begin)), to.or(Some(*end))),
            None => (from, to),
        };
        let mut row = Map::new();
        let before: [Value; 5] = [
            id.clone().into(),
            definition.version.into(),
            as_of.to_string().into(),
            from.map(|day| day.to_string()).into(),
            to.map(|day| day.to_string()).into(),
        ];
        row.extend(BEFORE.iter().map(|name| (*name).to_owned()).zip(before));
        for dimension in &by {
            let key = group.iter().find(|key| key.by == *dimension).and_then(|KeyView { key, .. }| key.clone());
            row.insert(dimension.as_str().to_owned(), key.into());
        }
        let after: [Value; 7] = [
            value.into(),
            numerator.into(),
            denominator.into(),
            low.into(),
            high.into(),
            hidden.map(|why| why.as_str()).into(),
            provisional.into(),
        ];
        row.extend(AFTER.iter().map(|name| (*name).to_owned()).zip(after));
        row
    };
    cells.into_iter().map(row).collect()
}

/// As CSV with a header row; nothing stands where there is no value.
///
/// # Errors
/// None that memory does not give.
pub(super) fn csv(view: MetricView) -> Result<Vec<u8>, Error> {
    let failed = |e: csv::Error| Error::Internal(format!("writing CSV: {e}"));
    let dimensions = view.by.iter().map(|dimension| dimension.as_str());
    let header: Vec<&str> = BEFORE.into_iter().chain(dimensions).chain(AFTER).collect();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&header).map_err(failed)?;
    for row in rows(view) {
        let text = |name: &&str| match row.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => inert(text),
            Some(other) => other.to_string(),
        };
        writer.write_record(header.iter().map(text)).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Error::Internal(format!("writing CSV: {e}")))
}

/// A text that no spreadsheet takes for a formula.
fn inert(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// As lines of JSON, one for each row.
pub(super) fn lines(view: MetricView) -> Vec<u8> {
    let mut text = String::new();
    for row in rows(view) {
        text.push_str(&Value::Object(row).to_string());
        text.push('\n');
    }
    text.into_bytes()
}
