//! Masks: enough of a value for somebody who knows it to see which it is.

use super::level::Field;
use super::name::Form;
use super::portrait::Portrait;

/// What both sides say of a field, masked.
pub(super) fn both(field: Field, left: &Portrait, right: &Portrait) -> (Option<String>, Option<String>) {
    (one(field, left), one(field, right))
}

/// What a portrait says of a field, masked.
fn one(field: Field, portrait: &Portrait) -> Option<String> {
    let name = |form: &Form| form.glyphs.chars().next().or_else(|| form.said.first()?.chars().next()).map(|first| format!("{first}*"));
    match field {
        Field::Family => portrait.names.first().and_then(|split| name(&split.family)),
        Field::Given => portrait.names.first().and_then(|split| name(&split.given)),
        Field::Birth => portrait.births.first().map(|birth| format!("{:04}-**-**", birth.year)),
        Field::Email => portrait.mailboxes.first().map(|mailbox| format!("{}…@{}…", initial(&mailbox.local), initial(&mailbox.domain))),
        Field::Phone => portrait.phones.first().map(|phone| last_two(phone)),
        Field::Address => portrait.places.first().map(|place| format!("{}*", place.postal.chars().take(3).collect::<String>())),
        Field::EmployeeNumber => portrait.employee_numbers.first().map(|number| last_two(number)),
        Field::Bearers | Field::BirthTold | Field::Kin | Field::Calibration => None,
    }
}

fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}

fn last_two(digits: &str) -> String {
    let tail: String = digits.chars().rev().take(2).collect();
    format!("…{}", tail.chars().rev().collect::<String>())
}
