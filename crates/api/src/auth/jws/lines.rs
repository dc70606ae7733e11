//! `furusu token verify-jws`: signatures to be judged, one a line, so that public test vectors can judge the judge.

use std::io::{self, BufRead, Read as _, Write};

use super::{Algorithm, Checked, Jws, KeySet};
use crate::auth::document;

/// The longest line that is read.
const LONGEST: u64 = 4 << 20;

/// Reads lines `{"keys": [JWK, …], "jws": "…"}` to their end, and answers each with `valid` or `invalid`, as it comes.
///
/// # Errors
/// Reading or writing failed.
pub fn judge(mut lines: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        let whole = line.last() == Some(&b'\n') || (read as u64) < LONGEST;
        if !whole {
            lines.skip_until(b'\n')?;
        }
        let answer = if whole && is_valid(&line).unwrap_or(false) { "valid" } else { "invalid" };
        writeln!(answers, "{answer}")?;
        answers.flush()?;
    }
}

fn is_valid(line: &[u8]) -> Option<bool> {
    let question = document::object(line)?;
    let keys = KeySet::of(question.get("keys")?.as_array()?, &Algorithm::ALL);
    let jws = Jws::parse(question.get("jws")?.as_str()?)?;
    Some(jws.check(&keys) == Checked::Good)
}
