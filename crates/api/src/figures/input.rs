//! What is asked of metrics.

use async_graphql::InputObject;
use furusu_domain::error::{Error, Problem};
use furusu_domain::figures::{Asked, MetricDimension, MetricId, MetricInterval, MetricQuestion};
use furusu_domain::time::Date;

use crate::cx::Cx;
use crate::json::Reader;

/// The most years within which somebody may be waited for.
const MOST_YEARS: i64 = 50;

/// The time that a metric is asked of.
#[derive(Clone, Debug, Default, InputObject)]
pub struct MetricWindow {
    /// The first day; the first of the twelve calendar months that end with `to`, if missing.
    pub from: Option<Date>,
    /// The last day; that of the current calendar month if missing.
    pub to: Option<Date>,
    /// As a series of such stretches.
    pub every: Option<MetricInterval>,
}

/// Reads what is asked of a metric from a query string.
pub fn read(r: &mut Reader<'_, '_, '_>) -> Asked {
    let (from, to) = (r.date("from"), r.date("to"));
    let every = r.word("every", MetricInterval::WORDS, MetricInterval::from_word);
    let by = r.parsed("by", 200, |text| {
        let word =
            |word: &str| MetricDimension::from_word(word).ok_or_else(|| Problem::NotOneOf { expected: MetricDimension::WORDS.to_vec() });
        text.split(',').map(word).collect::<Result<Vec<_>, _>>()
    });
    let within_years = r.whole("within_years", 1..=MOST_YEARS).and_then(|years| u8::try_from(years).ok());
    Asked { from, to, every, by: by.unwrap_or_default(), within_years }
}

/// What is asked by GraphQL.
///
/// # Errors
/// [`Error::Invalid`] if so many years are out of bounds.
pub fn asked(window: Option<MetricWindow>, by: Option<Vec<MetricDimension>>, within_years: Option<i32>) -> Result<Asked, Error> {
    let MetricWindow { from, to, every } = window.unwrap_or_default();
    let expected = furusu_domain::error::Form::Whole { least: 1, most: MOST_YEARS };
    let bounded = |years: i32| u8::try_from(years).ok().filter(|years| (1..=MOST_YEARS).contains(&i64::from(*years)));
    let within_years =
        within_years.map(|years| bounded(years).ok_or_else(|| Error::fault("/within_years", Problem::OutOfRange { expected })));
    Ok(Asked { from, to, every, by: by.unwrap_or_default(), within_years: within_years.transpose()? })
}

/// A question that can be answered.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn question(cx: &Cx, id: MetricId, asked: Asked) -> Result<MetricQuestion, Error> {
    MetricQuestion::new(id, asked, cx.today()).map_err(Error::Invalid)
}
