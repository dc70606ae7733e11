//! The time that a question is of, and what is known of it.

use super::span::Span;
use crate::time::Date;

/// The time that a question is of, and what is known of it today.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    /// From when to when.
    pub span: Span,
    /// What day it is.
    pub today: Date,
    /// Within, or after, how many years.
    pub within_years: Option<u8>,
    /// What happened after this day has not been followed for so many years yet.
    pub followed_until: Date,
}

impl Times {
    /// The time of a question that is asked today; of one that follows people for some years, with those.
    #[must_use]
    pub fn new(span: Span, today: Date, within_years: Option<u8>) -> Self {
        let years = jiff::Span::new().years(i64::from(within_years.unwrap_or(0)));
        let followed_until = today.civil().checked_sub(years).map_or(today, Date::from_civil);
        Self { span, today, within_years, followed_until }
    }
}
