//! What a mailbox tells of its owner: many put their names, their birthday or their year before the @.

use super::date::Birth;
use super::email::Mailbox;
use super::name::{Form, Split, SplitKind};
use super::portrait::push;
use super::romaji;

/// What the letters and digits before an @ tell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Told {
    /// A month and a day, as two digits each.
    Day(u8, u8),
    /// The last two digits of a year.
    Year(u8),
}

impl Told {
    /// Month and day, if it tells them.
    pub(super) fn day(self) -> Option<(i8, i8)> {
        match self {
            Self::Day(month, day) => Some((i8::try_from(month).ok()?, i8::try_from(day).ok()?)),
            Self::Year(_) => None,
        }
    }

    /// The last two digits of the year, if it tells them.
    pub(super) fn year(self) -> Option<i16> {
        match self {
            Self::Day(..) => None,
            Self::Year(year) => Some(i16::from(year)),
        }
    }

    /// Whether a birth date agrees with it.
    pub(super) fn agrees(self, birth: Birth) -> bool {
        match self {
            Self::Day(month, day) => i16::from(month) == i16::from(birth.month) && i16::from(day) == i16::from(birth.day),
            Self::Year(year) => i16::from(year) == birth.year.rem_euclid(100),
        }
    }
}

/// Letters and digits of what is before the @.
fn letters_and_digits(local: &str) -> (String, String) {
    let letters = local.chars().filter(char::is_ascii_alphabetic).collect();
    let digits: String = local.chars().rev().take_while(char::is_ascii_digit).collect();
    (letters, digits.chars().rev().collect())
}

/// Whether what is before the @ is the owner's name and nothing else but digits.
pub(super) fn is_named(mailbox: &Mailbox, names: &[Split]) -> bool {
    let (letters, _) = letters_and_digits(&mailbox.local);
    let said = romaji::key(&letters);
    if said.len() < 2 {
        return false;
    }
    // Where two words meet, letters may merge (t and suzuki are tuzuki): but never many, and never the first.
    let is_joined = |one: &str, two: &str| {
        let is_near = (one.len() + two.len()).abs_diff(said.len()) <= 2 && one.as_bytes().first() == said.as_bytes().first();
        is_near && romaji::key(&format!("{one}{two}")) == said
    };
    names.iter().any(|split| {
        let given: Vec<&str> = split.given.readings().chain(split.given.words.iter().map(String::as_str)).collect();
        let family: Vec<&str> = split.family.readings().collect();
        let both_ways = |one: &str, two: &str| is_joined(one, two) || is_joined(two, one);
        given.iter().chain(&family).any(|part| *part == said)
            || given.iter().any(|g| family.iter().any(|f| both_ways(g, f) || both_ways(initial(g), f) || both_ways(g, initial(f))))
    })
}

fn initial(reading: &str) -> &str {
    reading.get(..1).unwrap_or("")
}

/// What the digits of a mailbox tell that bears its owner's name.
pub(super) fn told(mailbox: &Mailbox) -> Option<Told> {
    let (_, digits) = letters_and_digits(&mailbox.local);
    match digits.len() {
        4 => {
            let number: u16 = digits.parse().ok()?;
            let (month, day) = (u8::try_from(number / 100).ok()?, u8::try_from(number % 100).ok()?);
            let year = (1930..2030).contains(&number).then(|| u8::try_from(number % 100).ok()).flatten();
            let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
            if is_day { Some(Told::Day(month, day)) } else { year.map(Told::Year) }
        }
        2 => digits.parse().ok().map(Told::Year),
        6 | 8 => {
            // 19880716, 880716: the day is the last four digits.
            let tail: u16 = digits.get(digits.len() - 4..)?.parse().ok()?;
            let (month, day) = (u8::try_from(tail / 100).ok()?, u8::try_from(tail % 100).ok()?);
            ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Told::Day(month, day))
        }
        _ => None,
    }
}

/// The names a mailbox has that its owner did not give: a family name they bear elsewhere, or bore before.
pub(super) fn names(mailbox: &Mailbox, known: &[Split]) -> Vec<Split> {
    let mut found = Vec::new();
    let words: Vec<String> =
        mailbox.local.split(|c: char| !c.is_ascii_alphabetic()).map(romaji::key).filter(|word| word.len() > 1).collect();
    let (letters, _) = letters_and_digits(&mailbox.local);
    let whole = romaji::key(&letters);
    let ways = known.iter().filter(|split| split.kind == SplitKind::Current).flat_map(Split::ways);
    for (own_family, own_given) in ways {
        for given in own_given.readings().filter(|given| given.len() > 1) {
            let beside = match words.as_slice() {
                [one, two] if *one == given => Some(two.clone()),
                [one, two] if *two == given => Some(one.clone()),
                [_] => whole
                    .strip_prefix(given)
                    .or_else(|| whole.strip_suffix(given))
                    .or_else(|| whole.strip_prefix(initial(given)).filter(|rest| rest.len() >= 4))
                    .map(str::to_owned),
                _ => None,
            };
            let Some(family) = beside.filter(|family| family.len() > 2) else { continue };
            if own_family.readings().all(|known| known != family) {
                let mut form = Form::default();
                form.say(&family);
                push(&mut found, Split { kind: SplitKind::Mailbox, either_way: false, family: form, given: own_given.clone() }, 4);
            }
        }
    }
    found
}
