//! Masks: enough of a value for somebody who knows it to see which it is.

use super::level::MatchField;
use super::name::Form;
use super::portrait::Portrait;

/// What both sides say of a field, masked.
pub(super) fn both(field: MatchField, left: &Portrait, right: &Portrait) -> (Option<String>, Option<String>) {
    (one(field, left), one(field, right))
}

/// What a portrait says of a field, masked.
fn one(field: MatchField, portrait: &Portrait) -> Option<String> {
    let name = |form: &Form| form.glyphs.chars().next().or_else(|| form.said.first()?.chars().next()).map(|first| format!("{first}*"));
    match field {
        MatchField::Family => portrait.names.first().and_then(|split| name(&split.family)),
        MatchField::Given => portrait.names.first().and_then(|split| name(&split.given)),
        MatchField::Birth => portrait.births.first().map(|birth| format!("{:04}-**-**", birth.year)),
        MatchField::Email => {
            portrait.mailboxes.first().map(|mailbox| format!("{}…@{}…", initial(&mailbox.local), initial(&mailbox.domain)))
        }
        MatchField::Phone => portrait.phones.first().map(|phone| last_two(phone)),
        MatchField::Address => portrait.places.first().map(|place| format!("{}*", place.postal.chars().take(3).collect::<String>())),
        MatchField::EmployeeNumber => portrait.employee_numbers.first().map(|number| last_two(number)),
        MatchField::Bearers | MatchField::BirthTold | MatchField::Kin | MatchField::Calibration => None,
    }
}

fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}

fn last_two(digits: &str) -> String {
    let tail: String = digits.chars().rev().take(2).collect();
    format!("…{}", tail.chars().rev().collect::<String>())
}
