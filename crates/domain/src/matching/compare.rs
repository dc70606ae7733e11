//! Comparing two portraits, field by field.

use super::date::Birth;
use super::edits::edits;
use super::email::Mailbox;
use super::level::{Field, Level, Levels};
use super::mailbox::Told;
use super::name::{Form, Split, SplitKind};
use super::phone;
use super::portrait::Portrait;

/// How far an applicant's portrait agrees with an alumnus'.
#[must_use]
pub fn levels(applicant: &Portrait, alumnus: &Portrait) -> Levels {
    let mut levels = Levels::default();
    let (family, given, bearers) = names(applicant, alumnus);
    levels.set(Field::Family, family);
    levels.set(Field::Given, given);
    levels.set(Field::Bearers, bearers);
    levels.set(Field::Birth, best(&applicant.births, &alumnus.births, birth));
    if levels.of(Field::Birth) == Level::Missing {
        levels.set(Field::BirthTold, told(applicant, alumnus));
    }
    levels.set(Field::Email, best(&applicant.mailboxes, &alumnus.mailboxes, mailbox));
    levels.set(Field::Phone, best(&applicant.phones, &alumnus.phones, |a, b| telephone(a, b)));
    levels.set(
        Field::Address,
        best(&applicant.places, &alumnus.places, |a, b| {
            let same_town = a.is_same_town(b);
            let same_postal = !a.postal.is_empty() && a.postal == b.postal;
            if !a.numbers.is_empty() && a.numbers == b.numbers && (same_postal || same_town) {
                Level::Same
            } else if same_postal {
                Level::SamePostal
            } else if same_town {
                Level::SameTown
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

/// The best level of any pair that can be compared; missing if there is none. Levels are declared from the strongest to the weakest.
fn best<A, B>(left: &[A], right: &[B], compare: impl Fn(&A, &B) -> Level) -> Level {
    left.iter()
        .flat_map(|a| right.iter().map(move |b| (a, b)))
        .map(|(a, b)| compare(a, b))
        .filter(|level| *level != Level::Missing)
        .min()
        .unwrap_or(Level::Missing)
}

/// How far two birth dates agree.
fn birth(a: &Birth, b: &Birth) -> Level {
    let (year, month, day) = (a.year == b.year, a.month == b.month, a.day == b.day);
    match (year, month, day) {
        (true, true, true) => Level::Same,
        (true, _, _) if a.month == b.day && a.day == b.month => Level::Swapped,
        (true, true, false) | (true, false, true) => Level::OnePartOff,
        (false, true, true) if years_are_close(a.year, b.year) => Level::YearOff,
        (false, true, true) => Level::SameDay,
        (true, false, false) => Level::SameYear,
        (false, _, _) => Level::Differs,
    }
}

/// Whether two years are so close that a slip or another way of counting explains it: one apart, or one of the last two
/// digits.
const fn years_are_close(a: i16, b: i16) -> bool {
    a.abs_diff(b) == 1 || a.abs_diff(b) == 10 || a / 10 == b / 10
}

/// How far what a mailbox tells of a birthday agrees, where one side has no birth date.
fn told(applicant: &Portrait, alumnus: &Portrait) -> Level {
    let pairs = |told: &[Told], births: &[Birth]| {
        best(told, births, |told, birth| match (told.agrees(*birth), told) {
            (true, Told::Day(..)) => Level::SameDay,
            (true, Told::Year(_)) => Level::SameYear,
            (false, Told::Day(..)) => Level::OtherDay,
            (false, Told::Year(_)) => Level::OtherYear,
        })
    };
    for level in [pairs(&applicant.told, &alumnus.births), pairs(&alumnus.told, &applicant.births)] {
        if level != Level::Missing {
            return level;
        }
    }
    best(&applicant.told, &alumnus.told, |a, b| match (a, b) {
        (Told::Day(..), Told::Day(..)) if a == b => Level::SameDay,
        (Told::Year(_), Told::Year(_)) if a == b => Level::SameYear,
        (Told::Day(..), Told::Day(..)) => Level::OtherDay,
        (Told::Year(_), Told::Year(_)) => Level::OtherYear,
        (Told::Day(..), Told::Year(_)) | (Told::Year(_), Told::Day(..)) => Level::Differs,
    })
}

/// How far two telephone numbers agree. A mobile number and a landline say nothing of each other.
fn telephone(a: &str, b: &str) -> Level {
    match (phone::is_mobile(a), phone::is_mobile(b)) {
        (true, true) if a == b => Level::Same,
        (false, false) if a == b => Level::SameLandline,
        _ if edits(a, b, 1) <= 1 => Level::OneEdit,
        (true, true) => Level::Differs,
        (false, false) => Level::OtherLandline,
        (true, false) | (false, true) => Level::Missing,
    }
}

/// How far two mailboxes agree.
fn mailbox(a: &Mailbox, b: &Mailbox) -> Level {
    if a.local == b.local {
        return if a.domain == b.domain || (a.local.len() > 3 && edits(&a.domain, &b.domain, 1) <= 1) {
            // One letter of the provider is a slip: gmial.com, yahoo.co.j.
            Level::Same
        } else if !a.is_named {
            Level::SameLocal
        } else if a.local.ends_with(|c: char| c.is_ascii_digit()) {
            Level::SameDatedLocal
        } else {
            Level::SameNamedLocal
        };
    }
    if a.domain == b.domain && a.local.len().min(b.local.len()) >= 5 && edits(&a.local, &b.local, 1) <= 1 {
        Level::OneEdit
    } else {
        Level::Differs
    }
}

/// The levels of family and given name, and how many bear them, in the pair of names that agrees best.
fn names(applicant: &Portrait, alumnus: &Portrait) -> (Level, Level, Level) {
    let mut found = (Level::Missing, Level::Missing, Level::Missing);
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
fn bearers(family: (&Form, Level), given: (&Form, Level)) -> Level {
    let rarity = |(form, level): (&Form, Level)| match level {
        Level::SameGlyphs | Level::SameKanji | Level::ReadOtherwise => form.rarity[0],
        Level::SameReading => form.rarity[1],
        _ => 0,
    };
    let (family, given) = (rarity(family), rarity(given));
    if family == 0 || given == 0 {
        return Level::Missing;
    }
    // Eighths of bits: one in 2 to the power of an eighth of it.
    match u16::from(family) + u16::from(given) {
        ..84 => Level::Common,
        84..100 => Level::Usual,
        100..116 => Level::Uncommon,
        116..132 => Level::Scarce,
        132..148 => Level::Rare,
        148.. => Level::Unique,
    }
}

/// A family name that agrees with one of another time is a level of its own; one that does not, says nothing.
fn other_name(left: &Split, right: &Split, level: Level) -> Level {
    let kind = left.kind.max(right.kind);
    match (kind, level) {
        (SplitKind::Current, level) => level,
        (_, Level::Differs | Level::Close | Level::Similar | Level::Initial | Level::OneKanjiOff | Level::PartOf | Level::Missing) => {
            Level::Differs
        }
        (SplitKind::Former, _) => Level::Former,
        (SplitKind::Mailbox, _) => Level::InMailbox,
    }
}

/// How much worse a level is than the best: to choose between ways of splitting names.
fn cost(level: Level) -> u32 {
    match level {
        Level::Same | Level::SameGlyphs => 0,
        Level::SameKanji => 1,
        Level::SameReading => 2,
        Level::ReadOtherwise | Level::MayRead => 3,
        Level::WrittenOtherwise | Level::Former => 4,
        Level::InMailbox => 5,
        Level::Close | Level::PartOf | Level::OneKanjiOff => 6,
        Level::Similar => 7,
        Level::Initial => 7,
        Level::Missing => 8,
        _ => 10,
    }
}

/// How far a part of two names agrees; if slips do not matter, what only they could explain differs.
fn part(left: &Form, right: &Form, slips_too: bool) -> Level {
    if left.is_empty() || right.is_empty() {
        return Level::Missing;
    }
    let both_kanji = !left.glyphs.is_empty() && !right.glyphs.is_empty();
    let both_said = !left.said.is_empty() && !right.said.is_empty();
    let same_said = both_said && left.said.iter().any(|reading| right.said.contains(reading));
    if both_kanji && left.kanji() == right.kanji() {
        return if both_said && !same_said {
            Level::ReadOtherwise
        } else if left.glyphs == right.glyphs {
            Level::SameGlyphs
        } else {
            Level::SameKanji
        };
    }
    if same_said {
        return if both_kanji { Level::WrittenOtherwise } else { Level::SameReading };
    }
    let is_heard = |a: &Form, b: &Form| a.heard.iter().any(|reading| b.said.contains(reading) || b.heard.contains(reading));
    if is_heard(left, right) || is_heard(right, left) {
        return if both_kanji { Level::WrittenOtherwise } else { Level::MayRead };
    }
    if !slips_too {
        return Level::Differs;
    }
    match left.said.iter().flat_map(|a| right.said.iter().map(move |b| slips(a, b))).min() {
        Some(1) => return Level::Close,
        Some(2) => return Level::Similar,
        _ => {}
    }
    if both_kanji && is_one_off(left.kanji(), right.kanji()) {
        return Level::OneKanjiOff;
    }
    let shares = |a: &Form, b: &Form| a.words.iter().any(|word| word.len() > 2 && (b.said.contains(word) || b.words.contains(word)));
    if shares(left, right) || shares(right, left) {
        return Level::PartOf;
    }
    let is_initial = |a: &Form, b: &Form| a.said.iter().any(|a| a.len() == 1 && b.said.iter().any(|b| b.starts_with(a.as_str())));
    if is_initial(left, right) || is_initial(right, left) {
        return Level::Initial;
    }
    Level::Differs
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
