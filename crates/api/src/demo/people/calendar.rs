//! The days on which people begin, leave and are evaluated.

use jiff::{ToSpan, civil::Date};

pub(super) fn days_after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

pub(super) fn years_before(day: Date, years: i32) -> Date {
    day.saturating_sub(years.years())
}

/// The end of the Japanese fiscal year on or before a day.
pub(super) fn fiscal_year_end(day: Date) -> Date {
    let march = Date::constant(day.year(), 3, 31);
    if march <= day { march } else { Date::constant(day.year() - 1, 3, 31) }
}

/// The end of the fiscal year after a day.
pub(super) fn next_fiscal_year_end(day: Date) -> Date {
    Date::constant(fiscal_year_end(day).year() + 1, 3, 31)
}

/// People leave at the end of March, at the end of a month, or when they do; never before `floor`.
pub(super) fn season(lot: u64, day: Date, floor: Date) -> Date {
    let snapped = match lot {
        0..=21 => fiscal_year_end(day),
        22..=69 => days_after(days_after(day, 1).first_of_month(), -1),
        _ => day,
    };
    if snapped >= floor { snapped } else { day }
}

/// People begin on the first of a month more often than not; never before `floor`.
pub(super) fn month_begin(lot: u64, day: Date, floor: Date) -> Date {
    let first = day.first_of_month();
    if lot < 70 && first >= floor { first } else { day }
}
