//! One cell becoming one value, or a fault.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::member::{self, Member};
use super::plan::{Fallback, Reading};

/// The longest text of a cell that a fault repeats, in characters.
const QUOTED: usize = 60;

/// Why a cell could not be read.
pub(super) struct Unread {
    pub(super) code: &'static str,
    pub(super) expected: String,
}

/// Reads the text of a filled cell.
pub(super) fn read(reading: &Reading, member: &Member, text: &str) -> Result<Value, Unread> {
    let unread = |code, expected: &str| Unread { code, expected: expected.to_owned() };
    match reading {
        Reading::Text => Ok(text.into()),
        Reading::Date(dates) => {
            let date = dates.read(text).map(|date| date.to_string().into());
            date.ok_or_else(|| Unread { code: "malformed_date", expected: format!("a date of the form {}", dates.expected()) })
        }
        Reading::Instant(zone) => instant(text, zone.as_ref())
            .map(|instant| instant.to_string().into())
            .ok_or_else(|| unread("malformed_instant", "an instant such as 2016-06-17T00:00:00Z")),
        Reading::Truth => {
            truth(text).map(Value::from).ok_or_else(|| unread("malformed_boolean", "one of true, yes, y, 1, false, no, n, 0"))
        }
        Reading::Whole => text.parse::<u32>().map(Value::from).map_err(|_| unread("malformed_number", "a whole number from 0")),
        Reading::Rating => text
            .parse::<f64>()
            .ok()
            .filter(|rating| (0.0..=1.0).contains(rating))
            .map(Value::from)
            .ok_or_else(|| unread("malformed_rating", "a number from 0 to 1")),
        Reading::Coded(fallback) => {
            // People write "Full-time" and "On leave" for our full_time and on_leave.
            let word = text.to_lowercase().replace([' ', '-'], "_");
            match (member::accepts(member.pointer, &word), fallback) {
                (Ok(()), _) => Ok(word.into()),
                (Err(_), Some(Fallback::Keep)) => Ok(Value::Null),
                (Err(_), Some(Fallback::Value(value))) => Ok(value.clone()),
                (Err(words), None) => Err(Unread { code: "unmapped_value", expected: format!("one of: {}", words.join(", ")) }),
            }
        }
    }
}

fn instant(text: &str, zone: Option<&TimeZone>) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(zone?.clone()).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(local)
}

fn truth(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let (yes, no) = (is_one_of(["true", "yes", "y", "1"]), is_one_of(["false", "no", "n", "0"]));
    (yes || no).then_some(yes)
}

/// What came and what was expected; of what is somebody's own, only the length is told.
pub(super) fn refusal(member: &Member, text: &str, expected: &str) -> String {
    if member.personal {
        return format!("not {expected} ({})", length(text));
    }
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{:?}… is not {expected}", &text[..end]),
        None => format!("{text:?} is not {expected}"),
    }
}

/// How much came, where nothing else may be told.
pub(super) fn length(text: &str) -> String {
    match text.chars().count() {
        1 => "1 character came".to_owned(),
        count => format!("{count} characters came"),
    }
}
