//! Comparing two portraits, field by field.

use super::date::Birth;
use super::edits::edits;
use super::email::Mailbox;
use super::level::{Levels, MatchField, MatchLevel};
use super::mailbox::Told;
use super::name::{Form, Split, SplitKind};
use super::phone;
use super::portrait::Portrait;

/// How far an applicant's portrait agrees with an alumnus'.
#[must_use]
pub fn levels(applicant: &Portrait, alumnus: &Portrait) -> Levels {
    let mut levels = Levels::default();
    let (family, given, bearers) = names(applicant, alumnus);
    levels.set(MatchField::Family, family);
    levels.set(MatchField::Given, given);
    levels.set(MatchField::Bearers, bearers);
    levels.set(MatchField::Birth, best(&applicant.births, &alumnus.births, birth));
    if levels.of(MatchField::Birth) == MatchLevel::Missing {
        levels.set(MatchField::BirthTold, told(applicant, alumnus));
    }
    levels.set(MatchField::Email, best(&applicant.mailboxes, &alumnus.mailboxes, mailbox));
    levels.set(MatchField::Phone, best(&applicant.phones, &alumnus.phones, |a, b| telephone(a, b)));
    levels.set(
        MatchField::Address,
        best(&applicant.places, &alumnus.places, |a, b| {
            let same_town = a.is_same_town(b);
            let same_postal = !a.postal.is_empty() && a.postal == b.postal;
            if !a.numbers.is_empty() && a.numbers == b.numbers && (same_postal || same_town) {
                MatchLevel::Same
            } else if same_postal {
                MatchLevel::SamePostal
            } else if same_town {
                MatchLevel::SameTown
            } else {
                MatchLevel::Differs
            }
        }),
    );
    levels.set(
        MatchField::EmployeeNumber,
        best(&applicant.employee_numbers, &alumnus.employee_numbers, |a, b| {
            if a == b {
                MatchLevel::Same
            } else if edits(a, b, 1) <= 1 {
                MatchLevel::OneEdit
            } else {
                MatchLevel::Differs
            }
        }),
    );
    levels
}

/// The best level of any pair that can be compared; missing if there is none. Levels are declared from the strongest to the weakest.
fn best<A, B>(left: &[A], right: &[B], compare: impl Fn(&A, &B) -> MatchLevel) -> MatchLevel {
    left.iter()
        .flat_map(|a| right.iter().map(move |b| (a, b)))
        .map(|(a, b)| compare(a, b))
        .filter(|level| *level != MatchLevel::Missing)
        .min()
        .unwrap_or(MatchLevel::Missing)
}

/// How far two birth dates agree.
fn birth(a: &Birth, b: &Birth) -> MatchLevel {
    let (year, month, day) = (a.year == b.year, a.month == b.month, a.day == b.day);
    match (year, month, day) {
        (true, true, true) => MatchLevel::Same,
        (true, _, _) if a.month == b.day && a.day == b.month => MatchLevel::Swapped,
        (true, true, false) | (true, false, true) => MatchLevel::OnePartOff,
        (false, true, true) if years_are_close(a.year, b.year) => MatchLevel::YearOff,
        (false, true, true) => MatchLevel::SameDay,
        (true, false, false) => MatchLevel::SameYear,
        (false, _, _) => MatchLevel::Differs,
    }
}

/// Whether two years are so close that a slip or another way of counting explains it: one apart, or one of the last two
/// digits.
const fn years_are_close(a: i16, b: i16) -> bool {
    a.abs_diff(b) == 1 || a.abs_diff(b) == 10 || a / 10 == b / 10
}

/// How far what a mailbox tells of a birthday agrees, where one side has no birth date.
fn told(applicant: &Portrait, alumnus: &Portrait) -> MatchLevel {
    let pairs = |told: &[Told], births: &[Birth]| {
        best(told, births, |told, birth| match (told.agrees(*birth), told) {
            (true, Told::Day(..)) => MatchLevel::SameDay,
            (true, Told::Year(_)) => MatchLevel::SameYear,
            (false, Told::Day(..)) => MatchLevel::OtherDay,
            (false, Told::Year(_)) => MatchLevel::OtherYear,
        })
    };
    for level in [pairs(&applicant.told, &alumnus.births), pairs(&alumnus.told, &applicant.births)] {
        if level != MatchLevel::Missing {
            return level;
        }
    }
    best(&applicant.told, &alumnus.told, |a, b| match (a, b) {
        (Told::Day(..), Told::Day(..)) if a == b => MatchLevel::SameDay,
        (Told::Year(_), Told::Year(_)) if a == b => MatchLevel::SameYear,
        (Told::Day(..), Told::Day(..)) => MatchLevel::OtherDay,
        (Told::Year(_), Told::Year(_)) => MatchLevel::OtherYear,
        (Told::Day(..), Told::Year(_)) | (Told::Year(_), Told::Day(..)) => MatchLevel::Differs,
    })
}

/// How far two telephone numbers agree. A mobile number and a landline say nothing of each other.
fn telephone(a: &str, b: &str) -> MatchLevel {
    match (phone::is_mobile(a), phone::is_mobile(b)) {
        (true, true) if a == b => MatchLevel::Same,
        (false, false) if a == b => MatchLevel::SameLandline,
        _ if edits(a, b, 1) <= 1 => MatchLevel::OneEdit,
        (true, true) => MatchLevel::Differs,
        (false, false) => MatchLevel::OtherLandline,
        (true, false) | (false, true) => MatchLevel::Missing,
    }
}

/// How far two mailboxes agree.
fn mailbox(a: &Mailbox, b: &Mailbox) -> MatchLevel {
    if a.local == b.local {
        return if a.domain == b.domain || (a.local.len() > 3 && edits(&a.domain, &b.domain, 1) <= 1) {
            // One letter of the provider is a slip: gmial.com, yahoo.co.j.
            MatchLevel::Same
        } else if !a.is_named {
            MatchLevel::SameLocal
        } else if a.local.ends_with(|c: char| c.is_ascii_digit()) {
            MatchLevel::SameDatedLocal
        } else {
            MatchLevel::SameNamedLocal
        };
    }
    if a.domain == b.domain && a.local.len().min(b.local.len()) >= 5 && edits(&a.local, &b.local, 1) <= 1 {
        MatchLevel::OneEdit
    } else {
        MatchLevel::Differs
    }
}

/// The levels of family and given name, and how many bear them, in the pair of names that agrees best.
fn names(applicant: &Portrait, alumnus: &Portrait) -> (MatchLevel, MatchLevel, MatchLevel) {
    let mut found = (MatchLevel::Missing, MatchLevel::Missing, MatchLevel::Missing);
    let mut least = u32::MAX;
    // Slips are looked for only where nothing agrees without them.
    for slips in [false, true] {
        for left in &applicant.names {
            for right in &alumnus.names {
                // Two names that only mailboxes have prove little together.
                if left.kind == SplitKind::Mailbox && right.kind == SplitKind::Mailbox {
                    continue;
                }
                for (family, given) in left.ways() {
                    let given_level = part(given, &right.given, slips);
                    if cost(given_level) >= least {
                        continue;
                    }
                    let family_level = other_name(left, right, part(family, &right.family, slips));
                    let cost = cost(family_level) + cost(given_level);
                    if cost < least {
                        least = cost;
                        found = (family_level, given_level, bearers((family, family_level), (given, given_level)));
                    }
                }
            }
        }
        if least <= GOOD_ENOUGH {
            break;
        }
    }
    found
}

/// The cost of two parts that agree well enough, each in its way.
const GOOD_ENOUGH: u32 = 9;

/// How many people bear the name that agrees, as the lexicon counts them; missing where it does not know.
fn bearers(family: (&Form, MatchLevel), given: (&Form, MatchLevel)) -> MatchLevel {
    let rarity = |(form, level): (&Form, MatchLevel)| {
        let [written, read] = form.rarity;
        if matches!(level, MatchLevel::SameGlyphs | MatchLevel::SameKanji | MatchLevel::ReadOtherwise) {
            written
        } else if level == MatchLevel::SameReading {
            read
        } else {
            0
        }
    };
    let (family, given) = (rarity(family), rarity(given));
    if family == 0 || given == 0 {
        return MatchLevel::Missing;
    }
    // Eighths of bits: one in 2 to the power of an eighth of it.
    match u16::from(family) + u16::from(given) {
        ..84 => MatchLevel::Common,
        84..100 => MatchLevel::Usual,
        100..116 => MatchLevel::Uncommon,
        116..132 => MatchLevel::Scarce,
        132..148 => MatchLevel::Rare,
        148.. => MatchLevel::Unique,
    }
}

/// A family name that agrees with one of another time is a level of its own; one that does not, says nothing.
fn other_name(left: &Split, right: &Split, level: MatchLevel) -> MatchLevel {
    let kind = left.kind.max(right.kind);
    match (kind, level) {
        (SplitKind::Current, level) => level,
        (
            _,
            MatchLevel::Differs
            | MatchLevel::Close
            | MatchLevel::Similar
            | MatchLevel::Initial
            | MatchLevel::OneKanjiOff
            | MatchLevel::PartOf
            | MatchLevel::Missing,
        ) => MatchLevel::Differs,
        (SplitKind::Former, _) => MatchLevel::Former,
        (SplitKind::Mailbox, _) => MatchLevel::InMailbox,
    }
}

/// How much worse a level is than the best: to choose between ways of splitting names.
fn cost(level: MatchLevel) -> u32 {
    match level {
        MatchLevel::Same | MatchLevel::SameGlyphs => 0,
        MatchLevel::SameKanji => 1,
        MatchLevel::SameReading => 2,
        MatchLevel::ReadOtherwise | MatchLevel::MayRead => 3,
        MatchLevel::WrittenOtherwise | MatchLevel::Former => 4,
        MatchLevel::InMailbox => 5,
        MatchLevel::Close | MatchLevel::PartOf | MatchLevel::OneKanjiOff => 6,
        MatchLevel::Similar => 7,
        MatchLevel::Initial => 7,
        MatchLevel::Missing => 8,
        // The rest is no level of a name, or says that it is another.
        MatchLevel::SameLandline
        | MatchLevel::SameLocal
        | MatchLevel::SameDatedLocal
        | MatchLevel::SameNamedLocal
        | MatchLevel::OneEdit
        | MatchLevel::Swapped
        | MatchLevel::YearOff
        | MatchLevel::OnePartOff
        | MatchLevel::SameDay
        | MatchLevel::SameYear
        | MatchLevel::SamePostal
        | MatchLevel::SameTown
        | MatchLevel::OtherDay
        | MatchLevel::OtherYear
        | MatchLevel::Common
        | MatchLevel::Usual
        | MatchLevel::Uncommon
        | MatchLevel::Scarce
        | MatchLevel::Rare
        | MatchLevel::Unique
        | MatchLevel::OtherLandline
        | MatchLevel::Differs => 10,
    }
}

/// How far a part of two names agrees; if slips do not matter, what only they could explain differs.
fn part(left: &Form, right: &Form, slips_too: bool) -> MatchLevel {
    if left.is_empty() || right.is_empty() {
        return MatchLevel::Missing;
    }
    let both_kanji = !left.glyphs.is_empty() && !right.glyphs.is_empty();
    let both_said = !left.said.is_empty() && !right.said.is_empty();
    let same_said = both_said && left.said.iter().any(|reading| right.said.contains(reading));
    if both_kanji && left.kanji() == right.kanji() {
        return if both_said && !same_said {
            MatchLevel::ReadOtherwise
        } else if left.glyphs == right.glyphs {
            MatchLevel::SameGlyphs
        } else {
            MatchLevel::SameKanji
        };
    }
    if same_said {
        return if both_kanji { MatchLevel::WrittenOtherwise } else { MatchLevel::SameReading };
    }
    let is_heard = |a: &Form, b: &Form| a.heard.iter().any(|reading| b.said.contains(reading) || b.heard.contains(reading));
    if is_heard(left, right) || is_heard(right, left) {
        return if both_kanji { MatchLevel::WrittenOtherwise } else { MatchLevel::MayRead };
    }
    if !slips_too {
        return MatchLevel::Differs;
    }
    match left.said.iter().flat_map(|a| right.said.iter().map(move |b| slips(a, b))).min() {
        Some(1) => return MatchLevel::Close,
        Some(2) => return MatchLevel::Similar,
        _ => {}
    }
    if both_kanji && is_one_off(left.kanji(), right.kanji()) {
        return MatchLevel::OneKanjiOff;
    }
    let shares = |a: &Form, b: &Form| a.words.iter().any(|word| word.len() > 2 && (b.said.contains(word) || b.words.contains(word)));
    if shares(left, right) || shares(right, left) {
        return MatchLevel::PartOf;
    }
    let is_initial = |a: &Form, b: &Form| a.said.iter().any(|a| a.len() == 1 && b.said.iter().any(|b| b.starts_with(a.as_str())));
    if is_initial(left, right) || is_initial(right, left) {
        return MatchLevel::Initial;
    }
    MatchLevel::Differs
}

/// How many slips lie between two readings: one in four letters or more, two in seven or more; else 3.
fn slips(a: &str, b: &str) -> usize {
    match a.len().max(b.len()) {
        ..4 => 3,
        4..7 => {
            if edits(a, b, 1) == 1 {
                1
            } else {
                3
            }
        }
        7.. => edits(a, b, 2),
    }
}

/// Whether two names of two kanji or more differ in one.
fn is_one_off(left: &str, right: &str) -> bool {
    let count = left.chars().count();
    count >= 2 && count == right.chars().count() && left.chars().zip(right.chars()).filter(|(a, b)| a != b).count() == 1
}
