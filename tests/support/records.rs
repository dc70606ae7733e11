//! Departure records for stories.

use serde_json::{Value, json};

/// The given name of whoever has that id: no two are alike.
#[must_use]
pub fn given_name(external_id: &str) -> String {
    const SYLLABLES: [&str; 16] = ["ka", "mo", "ri", "te", "shu", "ne", "yo", "hi", "bu", "sa", "do", "gi", "zu", "ta", "we", "ro"];
    let mut number =
        external_id.bytes().fold(7_u64, |all, byte| all.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(byte) + 1));
    number ^= number >> 29;
    let letters: String = (0..5).map(|n| SYLLABLES[(number >> (n * 9) & 15) as usize]).collect();
    letters[..1].to_uppercase() + &letters[1..]
}

/// When whoever has that id was born: the first in May 1985, the others all over the years.
fn birth_date(external_id: &str) -> String {
    if external_id == "1" {
        return "1985-05-05".to_owned();
    }
    let number = external_id.bytes().fold(11_u32, |all, byte| all.wrapping_mul(747_796_405).wrapping_add(u32::from(byte)));
    format!("{}-{:02}-{:02}", 1955 + number % 40, 1 + number / 41 % 12, 1 + number / 997 % 28)
}

/// A record of somebody who is employed since April 2015.
#[must_use]
pub fn employee(external_id: &str) -> Value {
    json!({
        "external_id": external_id,
        "employee_number": external_id,
        "names": [{ "kind": "legal", "family": "Ito", "given": given_name(external_id) }],
        "birth_on": birth_date(external_id),
        "emails": [format!("p{external_id}@example.com")],
        "employment": { "hired_on": "2015-04-01", "department": "Sales", "job_title": "Clerk", "status": { "value": "active" } },
    })
}

/// A record of somebody who left on that day.
#[must_use]
pub fn leaver(external_id: &str, ended_on: &str) -> Value {
    let mut record = employee(external_id);
    record["employment"]["status"] = json!({ "value": "ended", "source_value": "Left" });
    record["departure"] = json!({
        "employment_ended_on": ended_on,
        "separation_type": { "value": "voluntary", "source_value": "Resignation" },
        "reason": { "value": "pay", "source_value": "more money" },
        "rehire": { "source_value": "true" },
    });
    record["evaluation"] = json!({ "as_of": "2016-01-01", "rating": 0.67, "scale": "0 lowest, 1 highest", "source_value": "Good" });
    record
}
