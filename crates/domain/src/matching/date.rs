//! Birth dates in many notations, read as the set of days they may mean.

use jiff::civil;

use super::script::tidy;

/// A day somebody may have been born on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Birth {
    /// Year, 1850 to 2100.
    pub(super) year: i16,
    /// Month, 1 to 12.
    pub(super) month: i8,
    /// Day, 1 to 31.
    pub(super) day: i8,
}

impl Birth {
    /// The day, if the calendar has it.
    fn of(year: i32, month: i32, day: i32) -> Option<Self> {
        let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let is_plausible = (1850..=2100).contains(&year) && civil::Date::new(year, month, day).is_ok();
        is_plausible.then_some(Self { year, month, day })
    }

    /// The day as ISO 8601 writes it.
    #[must_use]
    pub(super) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The days a text may mean: none if it is no date, two if month and day could be either way round.
pub(super) fn read(text: &str) -> Vec<Birth> {
    let text = tidy(text).to_lowercase();
    let (era, rest) = era(&text);
    let mut months = None;
    let mut numbers: Vec<(i32, usize)> = Vec::new();
    let mut letters = String::new();
    let mut digits = String::new();
    for c in rest.chars().chain(std::iter::once(' ')) {
        if let Some(digit) = c.to_digit(10) {
            digits.push(char::from_digit(digit, 10).unwrap_or('0'));
            continue;
        }
        if !digits.is_empty() {
            if digits.len() > 8 {
                return Vec::new();
            }
            numbers.push((digits.parse().unwrap_or(0), digits.len()));
            digits.clear();
        }
        match c {
            '元' => numbers.push((1, 1)),
            'a'..='z' => letters.push(c),
            _ => {
                months = months.or_else(|| month(&letters));
                letters.clear();
            }
        }
        if numbers.len() == 3 {
            break;
        }
    }
    months = months.or_else(|| month(&letters));
    days(era, months, &numbers)
}

/// What numbers, with an era or a month's name, may mean.
fn days(era: Option<i32>, named: Option<i32>, numbers: &[(i32, usize)]) -> Vec<Birth> {
    let found: Vec<Option<Birth>> = match (era, named, numbers) {
        (Some(before), _, [(year, _), (month, _), (day, _)]) => vec![Birth::of(before + year, *month, *day)],
        (Some(before), _, [(whole, 6)]) => vec![Birth::of(before + whole / 10_000, whole / 100 % 100, whole % 100)],
        (None, Some(month), [(year, 4), (day, _)] | [(day, _), (year, 4)]) => vec![Birth::of(*year, month, *day)],
        (None, Some(month), [(day, _), (year, 2)]) => vec![Birth::of(century(*year), month, *day)],
        (None, None, [(whole, 8)]) => {
            let first = Birth::of(whole / 10_000, whole / 100 % 100, whole % 100);
            let last = whole % 10_000;
            let either =
                [Birth::of(last, whole / 1_000_000, whole / 10_000 % 100), Birth::of(last, whole / 10_000 % 100, whole / 1_000_000)];
            if first.is_some() { vec![first] } else { either.to_vec() }
        }
        (None, None, [(whole, 6)]) => vec![Birth::of(century(whole / 10_000), whole / 100 % 100, whole % 100)],
        (None, None, [(year, 4), (month, _), (day, _)]) => vec![Birth::of(*year, *month, *day)],
        (None, None, [(one, _), (two, _), (year, 4)]) => vec![Birth::of(*year, *one, *two), Birth::of(*year, *two, *one)],
        (None, None, [(one, 1..=2), (two, 1..=2), (three, 1..=2)]) => {
            vec![Birth::of(century(*one), *two, *three), Birth::of(century(*three), *one, *two), Birth::of(century(*three), *two, *one)]
        }
        _ => Vec::new(),
    };
    let mut days: Vec<Birth> = found.into_iter().flatten().collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The year two digits mean: applicants are born between 1930 and 2029.
fn century(year: i32) -> i32 {
    if year < 30 { 2000 + year } else { 1900 + year }
}

/// The year before the era's first, and what follows the era.
fn era(text: &str) -> (Option<i32>, &str) {
    for (words, before) in [
        (["明治", "㍾", "m"], 1867),
        (["大正", "㍽", "t"], 1911),
        (["昭和", "㍼", "s"], 1925),
        (["平成", "㍻", "h"], 1988),
        (["令和", "㋿", "r"], 2018),
    ] {
        for word in words {
            if let Some(rest) = text.strip_prefix(word) {
                let rest = rest.trim_start_matches(['.', ' ', '-']);
                if rest.starts_with(|c: char| c.is_ascii_digit() || c == '元') {
                    return (Some(before), rest);
                }
            }
        }
    }
    (None, text)
}

/// The month a word names.
fn month(word: &str) -> Option<i32> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = names.iter().position(|name| word.starts_with(name))?;
    i32::try_from(at + 1).ok()
}
