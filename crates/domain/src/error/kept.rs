//! Words of furusu's own, read back from where a problem was kept.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer};

/// Words that were read back. They are those of the program's own texts, so there are few, and each is kept once.
static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

fn intern(word: String) -> &'static str {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(word.as_str()) {
        return known;
    }
    let word: &'static str = word.leak();
    known.insert(word);
    word
}

pub(super) fn word<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    String::deserialize(from).map(intern)
}

pub(super) fn words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<&'static str>, D::Error> {
    Vec::<String>::deserialize(from).map(|words| words.into_iter().map(intern).collect())
}

#[cfg(test)]
mod tests {
    use crate::actor::Scope;
    use crate::error::{Fault, Form, Kind, Oddity, Problem};

    #[test]
    fn a_fault_reads_back_as_it_was_kept() {
        let problems = [
            Problem::Required,
            Problem::Unknown { known: vec!["emails", "phones"] },
            Problem::WrongType { expected: Kind::Text, came: Kind::List },
            Problem::Malformed { expected: Form::Date },
            Problem::OutOfRange { expected: Form::Whole { least: 1, most: 200 } },
            Problem::NotOneOf { expected: vec!["legal"] },
            Problem::TooLong { limit: 20, came: 21 },
            Problem::Before { other: "/birth_on" },
            Problem::NeedsScope { scope: Scope::EvaluationsRead },
            Problem::RequiredOneOf { members: "family, given" },
            Problem::Exclusive { other: "after" },
            Problem::OnlyWith { what: "purpose third_party" },
            Problem::Above { other: "/match_at" },
            Problem::OutOfRange { expected: Form::Probability },
            Problem::Odd { what: Oddity::FarAhead },
        ];
        for problem in problems {
            let fault = Fault::new("/a/0", problem);
            let kept = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&kept).unwrap(), fault, "{kept}");
        }
    }

    #[test]
    fn a_word_is_kept_once() {
        assert!(std::ptr::eq(super::intern("word".to_owned()), super::intern("word".to_owned())));
    }
}
