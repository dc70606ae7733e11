//! Dates as exports write them.

use jiff::civil::Date;

/// How a column writes its dates.
#[derive(Debug, Clone)]
pub(super) struct Dates {
    /// Tried in this order.
    pub(super) formats: Vec<Format>,
    /// Present whenever a format has a two-digit year.
    pub(super) two_digit_years: Option<TwoDigitYears>,
    /// Whether a time of day may follow; it is dropped.
    pub(super) optional_time: bool,
}

impl Dates {
    /// Reads a tidy cell; none if it is in no format, or no day of the calendar.
    pub(super) fn read(&self, text: &str) -> Option<Date> {
        self.formats.iter().find_map(|format| {
            let (date, rest) = format.read(text, self.two_digit_years)?;
            (rest.is_empty() || self.optional_time && is_time_of_day(rest)).then_some(date)
        })
    }

    /// The formats, for a fault.
    pub(super) fn expected(&self) -> String {
        self.formats.iter().map(|format| format.notation.as_str()).collect::<Vec<_>>().join(" or ")
    }

    /// Two formats that read one text as two different days, if there are any.
    pub(super) fn ambiguity(&self) -> Option<(&str, &str)> {
        // Numbers that could be taken for each other: one with parts of one digit, one with parts of two.
        let probes = [Date::constant(2001, 2, 3), Date::constant(2010, 11, 12)];
        let differs =
            |one: Date, other: Date| (one.year() % 100, one.month(), one.day()) != (other.year() % 100, other.month(), other.day());
        self.formats.iter().find_map(|one| {
            let misreads = |other: &&Format, day: Date| {
                let text = one.write(day);
                let read = other.read(&text, self.two_digit_years);
                read.is_some_and(|(date, rest)| rest.is_empty() && differs(date, day))
            };
            let other = self.formats.iter().find(|other| probes.iter().any(|day| misreads(other, *day)))?;
            Some((one.notation.as_str(), other.notation.as_str()))
        })
    }
}

/// The stated rule for years of two digits: the last such year that is not after `latest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TwoDigitYears {
    pub(super) latest: i16,
}

impl TwoDigitYears {
    fn year(self, short: i16) -> i16 {
        self.latest - (self.latest - short).rem_euclid(100)
    }
}

/// One way of writing a date, such as `M/D/YYYY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format {
    notation: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month { padded: bool },
    Day { padded: bool },
    Mark(char),
}

impl Format {
    /// Parses the notation.
    ///
    /// # Errors
    /// What the notation lacks, in words.
    pub(super) fn parse(notation: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = notation;
        while let Some(letter) = rest.chars().next() {
            let run = rest.len() - rest.trim_start_matches(letter).len();
            let (part, length) = match (letter, run) {
                ('Y', 4) => (Part::Year, run),
                ('Y', 2) => (Part::ShortYear, run),
                ('M', 1 | 2) => (Part::Month { padded: run == 2 }, run),
                ('D', 1 | 2) => (Part::Day { padded: run == 2 }, run),
                (mark, _) if !mark.is_ascii_alphanumeric() => (Part::Mark(mark), mark.len_utf8()),
                _ => {
                    return Err(format!("{notation:?} is not a date format; write YYYY or YY, MM or M, DD or D, and marks between them"));
                }
            };
            parts.push(part);
            rest = &rest[length..];
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        if count(|part| matches!(part, Part::Year | Part::ShortYear)) != 1
            || count(|part| matches!(part, Part::Month { .. })) != 1
            || count(|part| matches!(part, Part::Day { .. })) != 1
        {
            return Err(format!("{notation:?} must have one year, one month and one day"));
        }
        let runs_together = |pair: &[Part]| matches!(pair, [Part::Month { padded: false } | Part::Day { padded: false }, next] if !matches!(next, Part::Mark(_)));
        if parts.windows(2).any(runs_together) {
            return Err(format!("{notation:?} does not say where its M or D ends; write MM or DD, or a mark after it"));
        }
        Ok(Self { notation: notation.to_owned(), parts })
    }

    /// Whether the year has two digits.
    pub(super) fn short_year(&self) -> bool {
        self.parts.contains(&Part::ShortYear)
    }

    /// Reads a date from the start of a text, and gives the rest of it.
    fn read<'t>(&self, text: &'t str, rule: Option<TwoDigitYears>) -> Option<(Date, &'t str)> {
        let (mut year, mut month, mut day, mut rest) = (0, 0, 0, text);
        for part in &self.parts {
            rest = match *part {
                Part::Year => number(rest, 4, 4, &mut year)?,
                Part::ShortYear => {
                    let after = number(rest, 2, 2, &mut year)?;
                    year = rule?.year(year);
                    after
                }
                Part::Month { padded } => number(rest, 1 + usize::from(padded), 2, &mut month)?,
                Part::Day { padded } => number(rest, 1 + usize::from(padded), 2, &mut day)?,
                Part::Mark(mark) => rest.strip_prefix(mark)?,
            };
        }
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some((date, rest))
    }

    fn write(&self, date: Date) -> String {
        let part = |part: &Part| match *part {
            Part::Year => format!("{:04}", date.year()),
            Part::ShortYear => format!("{:02}", date.year().rem_euclid(100)),
            Part::Month { padded } => format!("{:01$}", date.month(), 1 + usize::from(padded)),
            Part::Day { padded } => format!("{:01$}", date.day(), 1 + usize::from(padded)),
            Part::Mark(mark) => mark.to_string(),
        };
        self.parts.iter().map(part).collect()
    }
}

/// Reads so many ASCII digits, at most four, and gives the rest of the text.
fn number<'t>(text: &'t str, least: usize, most: usize, into: &mut i16) -> Option<&'t str> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits).filter(|_| digits >= least)?;
    *into = number.parse().ok()?;
    Some(rest)
}

/// ` 9:05 AM`, `T00:00:00.000Z`, ` 17:30+09:00` and their like.
fn is_time_of_day(text: &str) -> bool {
    let Some(clock) = text.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let clock = clock.strip_suffix(['Z', 'z']).unwrap_or(clock);
    let (clock, offset) = clock.split_once(['+', '-']).unwrap_or((clock, ""));
    let half_day = |end: &&str| same_end(clock, end);
    let clock = [" AM", " PM"].iter().find(|end| half_day(end)).map_or(clock, |end| &clock[..clock.len() - end.len()]);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let fields: Vec<&str> = clock.split(':').collect();
    let within = |(field, limit): (&&str, u8)| {
        (1..=2).contains(&field.len()) && digits_only(field) && field.parse::<u8>().is_ok_and(|number| number < limit)
    };
    (2..=3).contains(&fields.len())
        && fields.iter().zip([24, 60, 61]).all(within)
        && digits_only(fraction)
        && offset.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

fn same_end(text: &str, end: &str) -> bool {
    let start = text.len().saturating_sub(end.len());
    text.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn digits_only(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn dates(formats: &[&str]) -> Dates {
        Dates {
            formats: formats.iter().map(|notation| Format::parse(notation).unwrap()).collect(),
            two_digit_years: Some(TwoDigitYears { latest: 2005 }),
            optional_time: false,
        }
    }

    #[test]
    fn formats_are_tried_in_order() {
        let dates = dates(&["M/D/YYYY", "MM/DD/YY", "YYYY年M月D日", "YYYYMMDD"]);
        for text in ["4/9/1998", "04/09/1998", "04/09/98", "1998年4月9日", "19980409"] {
            assert_eq!(dates.read(text), Some(date(1998, 4, 9)), "{text}");
        }
        for text in ["", "9/4", "4/9/198", "4/31/1998", "2/29/1999", "13/1/1998", "4/9/1998 ", "4/9/98", "４/9/1998", "4//1998"] {
            assert_eq!(dates.read(text), None, "{text}");
        }
        assert_eq!(dates.expected(), "M/D/YYYY or MM/DD/YY or YYYY年M月D日 or YYYYMMDD");
    }

    #[test]
    fn two_digits_mean_the_last_such_year_of_the_rule() {
        let dates = dates(&["MM/DD/YY"]);
        assert_eq!(dates.read("01/02/05"), Some(date(2005, 1, 2)));
        assert_eq!(dates.read("01/02/06"), Some(date(1906, 1, 2)));
        assert_eq!(dates.read("02/29/00"), Some(date(2000, 2, 29)));
        assert_eq!(dates.read("12/31/99"), Some(date(1999, 12, 31)));
    }

    #[test]
    fn a_time_of_day_is_dropped_only_where_it_is_allowed() {
        let mut dates = dates(&["YYYY-MM-DD"]);
        let times = ["T00:00:00Z", " 00:00:00", " 9:05 am", " 12:00:00 AM", "T17:30:00.123+09:00", "T23:59:60-0500"];
        for time in times {
            assert_eq!(dates.read(&format!("2016-06-17{time}")), None, "{time}");
        }
        dates.optional_time = true;
        for time in times {
            assert_eq!(dates.read(&format!("2016-06-17{time}")), Some(date(2016, 6, 17)), "{time}");
        }
        for time in ["x", "T", " 25:00", " 9", " 1:2:3:4", " :", " 09:00 XM", "8", " é"] {
            assert_eq!(dates.read(&format!("2016-06-17{time}")), None, "{time}");
        }
    }

    #[test]
    fn formats_that_read_one_text_two_ways_are_told() {
        assert_eq!(dates(&["M/D/YYYY", "D/M/YYYY"]).ambiguity(), Some(("M/D/YYYY", "D/M/YYYY")));
        assert_eq!(dates(&["YYYYMMDD", "DDMMYYYY"]).ambiguity(), Some(("YYYYMMDD", "DDMMYYYY")));
        assert_eq!(dates(&["YY-MM-DD", "DD-MM-YY"]).ambiguity(), Some(("YY-MM-DD", "DD-MM-YY")));
        assert_eq!(dates(&["M/D/YYYY", "MM/DD/YY", "D.M.YYYY", "YYYY/M/D", "YYYYMMDD"]).ambiguity(), None);
    }

    #[test]
    fn a_format_that_cannot_be_read_is_refused() {
        for notation in ["", "YYYY", "YYYY-MM", "YYY-MM-DD", "YYYY-MMM-DD", "YYYY-MM-DD-MM", "DMYYYY", "yyyy-mm-dd", "YYYY-MM-DD HH"] {
            assert!(Format::parse(notation).is_err(), "{notation}");
        }
    }

    const FORMATS: [&str; 9] =
        ["M/D/YYYY", "MM/DD/YYYY", "YYYY-MM-DD", "YYYY/M/D", "YYYYMMDD", "D.M.YYYY", "YYYY年M月D日", "MM/DD/YY", "YYMMDD"];

    proptest! {
        #[test]
        fn any_date_written_in_a_format_is_read_back(format in 0..FORMATS.len(), latest in 2000i16..2100, back in 0i16..100, month in 1i8..=12, day in 1i8..=31) {
            let Ok(day) = Date::new(latest - back, month, day) else { return Ok(()) };
            let format = Format::parse(FORMATS[format]).unwrap();
            let rule = Some(TwoDigitYears { latest });
            let text = format.write(day);
            prop_assert_eq!(format.read(&text, rule), Some((day, "")));
        }

        #[test]
        fn a_two_digit_year_is_never_after_the_latest_and_within_a_century_of_it(latest in 1900i16..=2199, short in 0i16..100) {
            let year = TwoDigitYears { latest }.year(short);
            prop_assert!(year <= latest && latest - year < 100);
            prop_assert_eq!(year.rem_euclid(100), short);
        }

        #[test]
        fn no_text_makes_reading_fall_over(text in any::<String>()) {
            let mut dates = dates(&FORMATS);
            dates.optional_time = true;
            dates.read(&text);
            is_time_of_day(&text);
            let _ = Format::parse(&text);
        }
    }
}
