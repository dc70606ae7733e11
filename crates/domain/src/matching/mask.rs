//! Masks: enough of a value for somebody who knows it to see which it is.

use super::level::Field;
use super::portrait::Portrait;

/// What both sides say of a field, masked.
pub(super) fn both(field: Field, left: &Portrait, right: &Portrait) -> (Option<String>, Option<String>) {
    (one(field, left), one(field, right))
}

/// What a portrait says of a field, masked.
fn one(field: Field, portrait: &Portrait) -> Option<String> {
    match field {
        Field::Family => portrait
            .names
            .first()
            .map(|split| if split.family.kanji.is_empty() { &split.family.reading } else { &split.family.glyphs })
            .map(|t| first(t)),
        Field::Given => portrait
            .names
            .first()
            .map(|split| if split.given.kanji.is_empty() { &split.given.reading } else { &split.given.glyphs })
            .map(|t| first(t)),
        Field::Birth => portrait.births.first().map(|birth| format!("{:04}-**-**", birth.year)),
        Field::Email => portrait.mailboxes.first().map(|mailbox| format!("{}…@{}…", initial(&mailbox.local), initial(&mailbox.domain))),
        Field::Phone => portrait.phones.first().map(|phone| last_two(phone)),
        Field::Address => portrait.places.first().map(|place| format!("{}*", place.postal.chars().take(3).collect::<String>())),
        Field::EmployeeNumber => portrait.employee_numbers.first().map(|number| last_two(number)),
        Field::Kin | Field::Calibration => None,
    }
}

fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}

fn first(text: &str) -> String {
    format!("{}*", initial(text))
}

fn last_two(digits: &str) -> String {
    let tail: String = digits.chars().rev().take(2).collect();
    format!("…{}", tail.chars().rev().collect::<String>())
}
