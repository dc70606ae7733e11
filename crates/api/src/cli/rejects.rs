//! The file of rows that an import refused: as they came, each with the reason, to be mended and imported again.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::integration::Reject;

/// The column with the reason; an import does not read it.
pub(super) const REASON: &str = "furusu_rejected_because";

/// Stands behind the reason in a row that had too few cells. It is a cell too many, so that the row is refused again until
/// somebody has looked at it: filled up with empty cells it would say that things are empty which it does not speak of.
const UNFINISHED: &str = "fill in the missing cells, then empty this one";

/// Makes a file of rejects, or empties it.
pub(super) fn create(path: &Path, imported: &Path) -> Result<File, String> {
    if let (Ok(rejects), Ok(imported)) = (path.canonicalize(), imported.canonicalize())
        && rejects == imported
    {
        return Err(format!("--rejects {}: this is the file that is imported; name another one", path.display()));
    }
    File::create(path).map_err(|e| format!("--rejects {}: {e}", path.display()))
}

/// A file of rejects.
pub(super) struct Rejects {
    writer: csv::Writer<File>,
    /// The columns of the file that is imported, and which of them is already one of reasons.
    width: usize,
    reason_at: Option<usize>,
}

impl Rejects {
    /// Makes the file, or empties it.
    pub(super) fn create(path: &Path, imported: &Path, delimiter: u8) -> Result<Self, String> {
        let file = create(path, imported)?;
        let writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(file);
        Ok(Self { writer, width: 0, reason_at: None })
    }

    /// Writes the header.
    pub(super) fn header(&mut self, names: &[String]) -> io::Result<()> {
        self.reason_at = names.iter().position(|name| name == REASON);
        let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != REASON).collect();
        self.width = names.len();
        Ok(self.writer.write_record(names.into_iter().chain([REASON]))?)
    }

    /// Writes a row: its cells, the reason in its column, and behind it the cells that are too many.
    pub(super) fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let is_unfinished = reject.cells.iter().any(|cell| cell == UNFINISHED);
        let cells = reject.cells.iter().enumerate().filter(|(n, cell)| Some(*n) != self.reason_at && *cell != UNFINISHED);
        let mut cells: Vec<&str> = cells.map(|(_, cell)| cell.as_str()).collect();
        let is_short = cells.len() < self.width;
        cells.resize(cells.len().max(self.width), "");
        let (fitting, beyond) = cells.split_at(self.width);
        let because = reject.because();
        let unfinished = (is_short || is_unfinished).then_some(UNFINISHED);
        Ok(self.writer.write_record(fitting.iter().copied().chain([because.as_str()]).chain(beyond.iter().copied()).chain(unfinished))?)
    }

    /// Everything written reaches the file.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(names: &[&str], rows: &[&[&str]]) -> String {
        let file = std::env::temp_dir().join(format!("furusu-rejects-{}-{}", std::process::id(), rows.len() * 100 + names.len()));
        let mut rejects = Rejects::create(&file, Path::new("elsewhere.csv"), b',').unwrap();
        rejects.header(&names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        for row in rows {
            let cells = row.iter().map(ToString::to_string).collect();
            rejects.write(&Reject { line: 2, cells, faults: vec![(Vec::new(), "wrong".to_owned())] }).unwrap();
        }
        rejects.finish().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(file).unwrap();
        text
    }

    #[test]
    fn the_reason_stands_in_its_column_however_long_the_row() {
        let text = written(&["a", "b"], &[&["1", "2"], &["1"], &["1", "2", "3"]]);
        let unfinished = format!("\"{UNFINISHED}\"");
        assert_eq!(text, format!("a,b,{REASON}\n1,2,wrong\n1,,wrong,{unfinished}\n1,2,wrong,3\n"));
    }

    #[test]
    fn what_is_refused_again_looks_the_same_again() {
        let text = written(
            &["a", "b", REASON],
            &[&["1", "2", "once"], &["1", "", "once", UNFINISHED], &["1", "2", "once", "3"], &["1", "2"], &["1"]],
        );
        let unfinished = format!("\"{UNFINISHED}\"");
        assert_eq!(text, format!("a,b,{REASON}\n1,2,wrong\n1,,wrong,{unfinished}\n1,2,wrong,3\n1,2,wrong\n1,,wrong,{unfinished}\n"));
    }
}
