//! Stretches of days, and how they are cut into a series.

use jiff::civil;

use crate::engagement::Month;
use crate::time::Date;
use crate::words::words;

words! {
    /// How long each stretch of a series is.
    pub enum MetricInterval {
        /// A day.
        Day = "day",
        /// A week from Monday on (ISO 8601).
        Week = "week",
        /// A calendar month.
        Month = "month",
        /// A quarter of a calendar year.
        Quarter = "quarter",
    }
}

/// Days from one to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl MetricInterval {
    /// The first day of the stretch in which a day lies.
    #[must_use]
    pub fn begins_on(self, day: Date) -> Date {
        let civil = day.civil();
        Date::from_civil(match self {
            Self::Day => civil,
            Self::Week => earlier(civil, i32::from(civil.weekday().to_monday_zero_offset())),
            Self::Month => civil.first_of_month(),
            Self::Quarter => {
                let month = (civil.month() - 1) / 3 * 3 + 1;
                civil::Date::new(civil.year(), month, 1).unwrap_or(civil)
            }
        })
    }

    /// The last day of the stretch in which a day lies.
    #[must_use]
    pub fn ends_on(self, day: Date) -> Date {
        let begins = self.begins_on(day).civil();
        Date::from_civil(match self {
            Self::Day => begins,
            Self::Week => earlier(begins, -6),
            Self::Month => begins.last_of_month(),
            Self::Quarter => Month::of(day).quarter_ends().civil(),
        })
    }
}

fn earlier(day: civil::Date, days: i32) -> civil::Date {
    day.checked_sub(jiff::Span::new().days(days)).unwrap_or(day)
}

impl Month {
    /// The last day of the quarter in which it lies.
    fn quarter_ends(self) -> Date {
        let last = Self::from_number(self.number().div_euclid(3) * 3 + 2);
        Date::from_civil(last.begins_on().civil().last_of_month())
    }
}

impl Span {
    /// The twelve calendar months of which this day lies in the last.
    #[must_use]
    pub fn last_twelve_months(today: Date) -> Self {
        Self { from: Month::of(today).plus(-11).begins_on(), to: MetricInterval::Month.ends_on(today) }
    }

    /// Whether it begins with a month and ends with one.
    #[must_use]
    pub fn is_of_months(self) -> bool {
        MetricInterval::Month.begins_on(self.from) == self.from && MetricInterval::Month.ends_on(self.to) == self.to
    }

    /// The months in which its first and its last day lie.
    #[must_use]
    pub fn months(self) -> (Month, Month) {
        (Month::of(self.from), Month::of(self.to))
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// The stretches that it is cut into, the first and the last as long as they lie in it.
    #[must_use]
    pub fn cut(self, every: MetricInterval) -> Vec<Self> {
        let mut spans = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let to = every.ends_on(from).min(self.to);
            spans.push(Self { from, to });
            if to.tomorrow() == to {
                break;
            }
            from = to.tomorrow();
        }
        spans
    }

    /// How many stretches that would be, no fewer.
    #[must_use]
    pub fn pieces(self, every: MetricInterval) -> usize {
        let days = usize::try_from(self.to.days_since(self.from)).unwrap_or(0) + 1;
        let least = match every {
            MetricInterval::Day => 1,
            MetricInterval::Week => 7,
            MetricInterval::Month => 28,
            MetricInterval::Quarter => 90,
        };
        days / least + 1
    }
}
