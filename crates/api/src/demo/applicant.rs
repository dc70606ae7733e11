//! Applicants of the demonstration: somebody who was here, written otherwise than on record, and somebody who was not.

use furusu_domain::id::AlumnusId;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::SEED;
use super::people::person;

/// Somebody of the demonstration who left, and comes back.
#[derive(Clone, Debug)]
pub struct Returner {
    /// Who they are.
    pub alumnus: AlumnusId,
    /// What the application form has of them.
    pub application: Value,
}

/// The first of so many people who can be asked about: by which id the HR system knows them, and what their form says.
pub(super) fn somebody(people: u64, today: Date) -> Option<(String, Value)> {
    (0..people).find_map(|n| match person(SEED, n, today).as_slice() {
        [record] => Some((text(record, "/external_id")?.to_owned(), form(record, today)?)),
        [] | [_, _, ..] => None,
    })
}

/// Somebody who was never here.
#[must_use]
pub fn stranger() -> Value {
    json!({
        "names": [{ "family": "五十嵐", "given": "詩乃", "family_kana": "イガラシ", "given_kana": "シノ" }],
        "birth_on": "2003-11-08",
        "identifiers": [{ "kind": "email", "value": "shino@applicants.example" }],
        "application": { "ats": "demo", "candidate_id": "2" },
    })
}

/// What somebody who left writes into a form: the name in one piece, the birth date by the Japanese era, the e-mail address
/// with a tag. `None` of who has not left, or has no such name.
fn form(record: &Value, today: Date) -> Option<Value> {
    let left: Date = text(record, "/departure/employment_ended_on")?.parse().ok()?;
    let is_alive = text(record, "/departure/separation_type/value") != Some("death");
    let (family, given) = (text(record, "/names/0/family")?, text(record, "/names/0/given")?);
    let is_japanese = text(record, "/names/0/family_kana").is_some() && !family.is_ascii() && !given.is_ascii();
    let (local, domain) = text(record, "/emails/0")?.split_once('@')?;
    let born = text(record, "/birth_on")?.parse().ok()?;
    (left < today && is_alive && is_japanese).then(|| {
        json!({
            "names": [{ "full": format!("{family}{given}") }],
            "birth_on": by_era(born),
            "identifiers": [{ "kind": "email", "value": format!("{}+jobs@{domain}", local.to_uppercase()) }],
            "application": { "ats": "demo", "candidate_id": "1" },
        })
    })
}

fn text<'r>(record: &'r Value, pointer: &str) -> Option<&'r str> {
    record.pointer(pointer)?.as_str()
}

/// A date as Japanese forms have it. Nobody of the demonstration was born before 1927.
fn by_era(day: Date) -> String {
    let (era, before) = if day >= date(1989, 1, 8) { ("平成", 1988) } else { ("昭和", 1925) };
    let year = match day.year() - before {
        1 => "元".to_owned(),
        year => year.to_string(),
    };
    format!("{era}{year}年{}月{}日", day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_by_the_era() {
        for (day, told) in [
            (date(1985, 4, 2), "昭和60年4月2日"),
            (date(1989, 1, 7), "昭和64年1月7日"),
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(2003, 11, 8), "平成15年11月8日"),
        ] {
            assert_eq!(by_era(day), told);
        }
    }

    #[test]
    fn somebody_of_the_first_few_dozen_comes_back_whenever_it_is() {
        for today in [date(2024, 2, 29), date(2026, 11, 23), date(2031, 1, 1)] {
            let (id, form) = somebody(60, today).expect("somebody");
            assert!(!id.is_empty() && form["identifiers"][0]["value"].as_str().is_some_and(|email| email.contains("+jobs@")), "{form}");
        }
    }
}
