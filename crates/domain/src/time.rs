//! Points of time, calendar dates, and the zone in which an organization's day begins.

#[cfg(feature = "graphql")]
mod graphql;
#[cfg(feature = "openapi")]
mod openapi;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point of time, in UTC, cut to the microsecond so that both databases give the same value back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sql", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
#[cfg_attr(feature = "sql", diesel(sql_type = crate::sql::Instant))]
pub struct Moment(i64);

/// Text that is no RFC 3339 instant, such as `2016-06-17T00:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAMoment;

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant by RFC 3339, such as 2016-06-17T00:00:00Z, was expected")
    }
}

impl std::error::Error for NotAMoment {}

impl Moment {
    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z; 0 for anything earlier.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, as JWT's `NumericDate` counts them (RFC 7519, section 2).
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The next microsecond.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// That many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => at.fmt(f),
            Err(_) => f.write_str("out of range"),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 0000-01-01T00:00:00Z
const YEAR_0: i64 = -62_167_219_200_000_000;

impl FromStr for Moment {
    type Err = NotAMoment;
    /// Exactly what RFC 3339, section 5.6, allows, with a space for the T if somebody likes. The last two days of the year
    /// 9999 count as the end of the calendar.
    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let (date, rest) = text.split_at_checked(10).ok_or(NotAMoment)?;
        let (time, rest) = rest.split_at_checked(9).ok_or(NotAMoment)?;
        let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        let (fraction, offset) = rest.split_at(if rest.starts_with('.') { digits + 1 } else { 0 });
        let fits = |text: &str, form: &[u8]| {
            text.len() == form.len() && text.bytes().zip(form).all(|(b, f)| if *f == b'0' { b.is_ascii_digit() } else { b == *f })
        };
        let time_fits = time.starts_with(['T', 't', ' ']) && fits(&time[1..], b"00:00:00");
        let offset_fits = ["Z", "z"].contains(&offset) || fits(offset, b"+00:00") || fits(offset, b"-00:00");
        if !fits(date, b"0000-00-00") || !time_fits || !offset_fits || fraction == "." {
            return Err(NotAMoment);
        }
        // Beyond the nanosecond nothing is read, and beyond the microsecond nothing is kept.
        let fraction = &fraction[..fraction.len().min(10)];
        let read = |date: &str| format!("{date}T{}{fraction}{offset}", &time[1..]).parse::<jiff::Timestamp>().map_err(|_| NotAMoment);
        let at = match date {
            "9999-12-30" | "9999-12-31" => read(date).or_else(|_| read("9999-12-28").map(|_| jiff::Timestamp::MAX)),
            _ => read(date),
        };
        // An offset may lead from the year 0 to the one before, which could not be written again.
        at.map(|at| Self(at.as_microsecond())).and_then(|at| if at.0 >= YEAR_0 { Ok(at) } else { Err(NotAMoment) })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A calendar date (ISO 8601, `YYYY-MM-DD`), without a zone: the day as the people concerned call it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sql", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
#[cfg_attr(feature = "sql", diesel(sql_type = crate::sql::Day))]
pub struct Date(civil::Date);

/// Text that is no date of the form `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date of the form YYYY-MM-DD was expected")
    }
}

impl std::error::Error for NotADate {}

/// The day PostgreSQL counts its dates from.
const PG_EPOCH: civil::Date = civil::date(2000, 1, 1);

impl Date {
    /// The date of that year, month and day; `None` if the calendar has no such day.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// From jiff's date.
    #[must_use]
    pub const fn from_civil(date: civil::Date) -> Self {
        Self(date)
    }

    /// As jiff's date.
    #[must_use]
    pub const fn civil(self) -> civil::Date {
        self.0
    }

    /// Days since 2000-01-01, as PostgreSQL counts.
    #[must_use]
    pub fn days_since_2000(self) -> i32 {
        self.days_since(Self(PG_EPOCH))
    }

    /// The date that many days after 2000-01-01.
    #[must_use]
    pub fn from_days_since_2000(days: i32) -> Option<Self> {
        PG_EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(Self)
    }

    /// Days from `earlier` to this date; negative if `earlier` is the later one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.duration_since(earlier.0).as_hours().div_euclid(24).try_into().unwrap_or(i32::MAX)
    }

    /// The day after; the last day of the calendar is its own.
    #[must_use]
    pub fn tomorrow(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// Whole years from `earlier` to this date, as an age is counted.
    #[must_use]
    pub fn years_since(self, earlier: Self) -> i16 {
        let before_birthday = (self.0.month(), self.0.day()) < (earlier.0.month(), earlier.0.day());
        self.0.year() - earlier.0.year() - i16::from(before_birthday)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = NotADate;
    /// Only the ten characters `YYYY-MM-DD`: an instant or a basic-format date is somebody's mistake.
    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0_i16, |n, b| b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')))
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NotADate);
        }
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(NotADate);
        };
        // Both fit, being two digits.
        #[allow(clippy::cast_possible_truncation)]
        Self::new(year, month as i8, day as i8).ok_or(NotADate)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The time zone, by its IANA name, in which an organization's day begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone(TimeZone);

/// A name the IANA time zone database does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAZone;

impl fmt::Display for NotAZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an IANA time zone, such as Asia/Tokyo or UTC, was expected")
    }
}

impl std::error::Error for NotAZone {}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The date it is there at that moment.
    #[must_use]
    pub fn date_at(&self, at: Moment) -> Date {
        let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Date(self.0.to_datetime(at).date())
    }

    /// The moment at which a day begins there.
    #[must_use]
    pub fn begin_of(&self, day: Date) -> Moment {
        let begin = day.0.to_zoned(self.0.clone()).and_then(|day| day.start_of_day());
        // Only the ends of the calendar have no such moment.
        begin.map_or(Moment::from_micros(0), |begin| Moment::from_micros(begin.timestamp().as_microsecond()))
    }
}

impl FromStr for Zone {
    type Err = NotAZone;
    fn from_str(name: &str) -> Result<Self, NotAZone> {
        TimeZone::get(name).map(Self).map_err(|_| NotAZone)
    }
}

/// Where the present moment comes from: the system, or, in tests, a hand that somebody moves.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until [`Clock::set`].
    #[must_use]
    pub fn standing_at(moment: Moment) -> Self {
        Self(Some(Arc::new(AtomicI64::new(moment.0))))
    }

    /// Moves the hand of a clock that stands; the system's clock is not ours to move, and stays.
    pub fn set(&self, moment: Moment) {
        if let Some(hand) = &self.0 {
            hand.store(moment.0, Ordering::SeqCst);
        }
    }

    /// The present moment.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system what time it is")]
    pub fn now(&self) -> Moment {
        match &self.0 {
            Some(hand) => Moment(hand.load(Ordering::SeqCst)),
            None => Moment(jiff::Timestamp::now().as_microsecond()),
        }
    }
}

#[cfg(test)]
mod tests;
