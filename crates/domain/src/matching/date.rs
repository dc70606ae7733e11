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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_read_in_any_notation() {
        for text in [
            "1988-07-16",
            "1988/7/16",
            "1988.7.16",
            "19880716",
            "１９８８年７月１６日",
            "昭和63年7月16日",
            "昭和６３年７月１６日",
            "S63.7.16",
            "s63/07/16",
            "㍼63年7月16日",
            "16 Jul 1988",
            "July 16, 1988",
            "16-Jul-88",
            "07/16/1988",
            "16/07/1988",
            "16071988",
            "1988-07-16T00:00:00Z",
            " 1988年 7月 16日 ",
            "S630716",
        ] {
            assert_eq!(read(text), [Birth { year: 1988, month: 7, day: 16 }], "{text}");
        }
        for text in ["平成元年1月8日", "H1.1.8", "H元.1.8", "1989-01-08"] {
            assert_eq!(read(text), [Birth { year: 1989, month: 1, day: 8 }], "{text}");
        }
        assert_eq!(read("令和2年2月29日"), [Birth { year: 2020, month: 2, day: 29 }]);
    }

    #[test]
    fn what_could_be_two_days_is_both() {
        assert_eq!(read("03/04/1990"), [Birth { year: 1990, month: 3, day: 4 }, Birth { year: 1990, month: 4, day: 3 }]);
        assert_eq!(read("04/04/1990"), [Birth { year: 1990, month: 4, day: 4 }]);
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "unknown", "1988", "1988-13-40", "2021-02-29", "0000-00-00", "９９９９９９９９９９９９", "July", "昭和"]
        {
            assert_eq!(read(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_read_from_any_text_is_off_the_calendar(text in "[0-9０-９年月日/. \\-a-zSHR昭和平成元]{0,16}") {
            for birth in read(&text) {
                prop_assert_eq!(read(&birth.iso()), vec![birth]);
            }
        }
    }
}
