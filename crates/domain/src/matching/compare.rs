//! Comparing two portraits, field by field.

use super::level::{Field, Level, Levels};
use super::name::{Form, Split};
use super::phone;
use super::portrait::Portrait;
use super::sketch::SketchKind;

/// How far an applicant's portrait agrees with an alumnus'.
#[must_use]
pub fn levels(applicant: &Portrait, alumnus: &Portrait) -> Levels {
    let mut levels = Levels::default();
    let (family, given) = names(applicant, alumnus);
    levels.set(Field::Family, family);
    levels.set(Field::Given, given);
    levels.set(
        Field::Birth,
        best(&applicant.births, &alumnus.births, |a, b| {
            let (year, month, day) = (a.year == b.year, a.month == b.month, a.day == b.day);
            if year && month && day {
                Level::Same
            } else if (u8::from(year) + u8::from(month) + u8::from(day) == 2) || (year && a.month == b.day && a.day == b.month) {
                Level::OnePartOff
            } else if year {
                Level::SameYear
            } else {
                Level::Differs
            }
        }),
    );
    levels.set(
        Field::Email,
        best(&applicant.mailboxes, &alumnus.mailboxes, |a, b| {
            if a == b {
                Level::Same
            } else if a.local == b.local {
                Level::SameLocal
            } else if a.domain == b.domain && edits(&a.local, &b.local, 1) <= 1 {
                Level::OneEdit
            } else {
                Level::Differs
            }
        }),
    );
    levels.set(
        Field::Phone,
        best(&applicant.phones, &alumnus.phones, |a, b| {
            if a == b {
                if phone::is_mobile(a) { Level::Same } else { Level::SameLandline }
            } else if edits(a, b, 1) <= 1 {
                Level::OneEdit
            } else {
                Level::Differs
            }
        }),
    );
    levels.set(
        Field::Address,
        best(&applicant.places, &alumnus.places, |a, b| {
            if !a.numbers.is_empty() && a.numbers == b.numbers && (a.postal == b.postal || a.town == b.town) {
                Level::Same
            } else if !a.postal.is_empty() && a.postal == b.postal {
                Level::SamePostal
            } else {
                Level::Differs
            }
        }),
    );
    levels.set(
        Field::EmployeeNumber,
        best(&applicant.employee_numbers, &alumnus.employee_numbers, |a, b| {
            if a == b {
                Level::Same
            } else if edits(a, b, 1) <= 1 {
                Level::OneEdit
            } else {
                Level::Differs
            }
        }),
    );
    levels
}

/// The best level of any pair; missing if a side has none. Levels are declared from the strongest to the weakest.
fn best<T>(left: &[T], right: &[T], compare: impl Fn(&T, &T) -> Level) -> Level {
    left.iter().flat_map(|a| right.iter().map(move |b| (a, b))).map(|(a, b)| compare(a, b)).min().unwrap_or(Level::Missing)
}

/// The levels of family and given name in the pair of splits that agrees best.
fn names(applicant: &Portrait, alumnus: &Portrait) -> (Level, Level) {
    let mut found = (Level::Missing, Level::Missing);
    let mut least = u32::MAX;
    for left in &applicant.names {
        for right in alumnus.names.iter().filter(|split| split.as_written) {
            let (family, given) = (part(&left.family, &right.family), part(&left.given, &right.given));
            let family = through_former(left, right, family);
            let cost = cost(family) + cost(given);
            if cost < least {
                least = cost;
                found = (family, given);
            }
        }
    }
    found
}

/// A family name that agrees with a former one is the level of its own.
fn through_former(left: &Split, right: &Split, level: Level) -> Level {
    let is_former = left.kind == SketchKind::Former || right.kind == SketchKind::Former;
    match level {
        Level::Missing | Level::Differs | Level::Close | Level::Initial => level,
        agreed if !is_former => agreed,
        _ => Level::Former,
    }
}

/// How much worse a level is than the best: to choose between ways of splitting names.
fn cost(level: Level) -> u32 {
    match level {
        Level::Same | Level::SameGlyphs => 0,
        Level::SameKanji => 1,
        Level::SameReading => 2,
        Level::ReadOtherwise | Level::WrittenOtherwise | Level::MayRead | Level::Former => 3,
        Level::Close | Level::OneEdit | Level::OnePartOff | Level::SameLocal | Level::SameLandline => 5,
        Level::Initial | Level::SameYear | Level::SamePostal => 6,
        Level::Missing => 7,
        Level::Differs => 9,
    }
}

/// How far a part of two names agrees.
fn part(left: &Form, right: &Form) -> Level {
    if left.is_empty() || right.is_empty() {
        return Level::Missing;
    }
    let both_kanji = !left.kanji.is_empty() && !right.kanji.is_empty();
    let both_read = !left.reading.is_empty() && !right.reading.is_empty();
    if both_kanji && left.kanji == right.kanji {
        return if both_read && left.reading != right.reading {
            Level::ReadOtherwise
        } else if left.glyphs == right.glyphs {
            Level::SameGlyphs
        } else {
            Level::SameKanji
        };
    }
    if both_read && left.reading == right.reading {
        return if both_kanji { Level::WrittenOtherwise } else { Level::SameReading };
    }
    let heard = |a: &Form, b: &Form| a.heard.iter().any(|r| *r == b.reading || b.heard.contains(r));
    if heard(left, right) || heard(right, left) {
        return Level::MayRead;
    }
    if both_read && left.reading.len().max(right.reading.len()) >= 4 && edits(&left.reading, &right.reading, 1) <= 1 {
        return Level::Close;
    }
    let is_initial = |a: &str, b: &str| a.len() == 1 && b.starts_with(a);
    if both_read && (is_initial(&left.reading, &right.reading) || is_initial(&right.reading, &left.reading)) {
        return Level::Initial;
    }
    Level::Differs
}

/// Edits between two texts (insert, delete, replace, swap neighbours), counted up to `most` + 1.
fn edits(left: &str, right: &str, most: usize) -> usize {
    if left == right {
        return 0;
    }
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..).unwrap_or(&[]), b.get(head..).unwrap_or(&[]));
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(..a.len() - tail).unwrap_or(&[]), b.get(..b.len() - tail).unwrap_or(&[]));
    match (a, b) {
        ([], rest) | (rest, []) => rest.len(),
        ([_], [_]) => 1,
        ([p, q], [r, s]) if p == s && q == r => 1,
        _ => most + 1,
    }
}
