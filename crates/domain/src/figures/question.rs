//! What is asked of a metric.

use super::metric::{BY_MONTH, MetricDimension, MetricId, MetricState, PEOPLE, Period};
use super::span::{MetricInterval, Span};
use crate::error::{Fault, Form, Problem};
use crate::time::Date;

/// The most stretches that a series has.
pub const MOST_PERIODS: usize = 1_100;

/// The most dimensions that a metric is grouped by at once.
const MOST_DIMENSIONS: usize = 2;

/// Within how many years somebody comes back, if nobody says.
pub const WITHIN_YEARS: u8 = 5;

/// What is asked, as it came.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// As a series.
    pub every: Option<MetricInterval>,
    /// Grouped by.
    pub by: Vec<MetricDimension>,
    /// Within how many years somebody comes back.
    pub within_years: Option<u8>,
}

/// What is asked of a metric, and can be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetricQuestion {
    /// Of which metric.
    pub id: MetricId,
    /// Over which time; `None` of a metric that is of now.
    pub window: Option<Span>,
    /// As a series.
    pub every: Option<MetricInterval>,
    /// Grouped by, what it is always grouped by included.
    pub by: Vec<MetricDimension>,
    /// Within how many years somebody comes back, where that matters.
    pub within_years: Option<u8>,
}

impl MetricQuestion {
    /// What is asked of a metric on a day. Over no time that is told, it is asked over the twelve calendar months of which the
    /// day lies in the last.
    ///
    /// # Errors
    /// Every fault: what the metric is not of, not grouped by or not told by.
    pub fn new(id: MetricId, asked: Asked, today: Date) -> Result<Self, Vec<Fault>> {
        let Asked { from, to, every, by, within_years } = asked;
        let (spec, is_of_people) = (id.spec(), is_by_people(&by));
        // Activities are counted by month for each person.
        let is_by_month = spec.period == Period::Months || (id == MetricId::ActivityCount && is_of_people);
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, problem| faults.push(Fault::new(pointer, problem));
        let window = match spec.period {
            Period::Now => {
                for (pointer, day) in [("/from", from), ("/to", to)] {
                    if day.is_some() {
                        fault(pointer, Problem::OnlyWith { what: "a metric over a time" });
                    }
                }
                None
            }
            Period::Days | Period::Months => {
                let usual = Span::last_twelve_months(today);
                let to = to.unwrap_or(usual.to);
                let from = from.unwrap_or_else(|| Span::last_twelve_months(to).from);
                if to < from {
                    fault("/to", Problem::Before { other: "/from" });
                }
                if is_by_month {
                    if MetricInterval::Month.begins_on(from) != from {
                        fault("/from", Problem::Malformed { expected: Form::MonthBegin });
                    }
                    if MetricInterval::Month.ends_on(to) != to {
                        fault("/to", Problem::Malformed { expected: Form::MonthEnd });
                    }
                }
                Some(Span { from, to })
            }
        };
        if let Some(every) = every {
            let can_be = |every: &MetricInterval| spec.every.contains(every) && (!is_by_month || BY_MONTH.contains(every));
            if !can_be(&every) {
                let expected = MetricInterval::ALL.iter().filter(|every| can_be(every)).map(|every| every.as_str()).collect();
                fault("/every", Problem::NotOneOf { expected });
            }
            let pieces = window.map_or(0, |window| window.pieces(every));
            if pieces > MOST_PERIODS {
                fault("/every", Problem::TooLong { limit: MOST_PERIODS, came: pieces });
            }
        }
        let is_known = |dimension: &MetricDimension| spec.by.contains(dimension);
        if by.iter().any(|dimension| !is_known(dimension)) {
            fault("/by", Problem::NotOneOf { expected: spec.by.iter().map(|dimension| dimension.as_str()).collect() });
        } else if by.len() > MOST_DIMENSIONS {
            fault("/by", Problem::TooLong { limit: MOST_DIMENSIONS, came: by.len() });
        } else if by.len() == 2 && by[0] == by[1] {
            fault("/by", Problem::Repeated);
        } else if let Some(problem) = do_not_go_together(id, &by) {
            fault("/by", problem);
        }
        let years = by.contains(&MetricDimension::YearsSinceExit);
        if years && every.is_some() {
            fault("/every", Problem::Exclusive { other: "years_since_exit" });
        }
        if within_years.is_some() && (id != MetricId::ReturnRate || years) {
            fault("/within_years", Problem::OnlyWith { what: "boomerang.return_rate" });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let by = by.into_iter().chain(spec.always_by).collect();
        let is_of_returns = id == MetricId::ReturnRate && spec.state == MetricState::Available;
        Ok(Self { id, window, every, by, within_years: is_of_returns.then(|| within_years.unwrap_or(WITHIN_YEARS)) })
    }

    /// Whether it is grouped by something that people are.
    #[must_use]
    pub fn is_by_people(&self) -> bool {
        is_by_people(&self.by)
    }

    /// The stretches of its series; none if it is no series.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.window.zip(self.every).map(|(window, every)| window.cut(every)).unwrap_or_default()
    }
}

fn is_by_people(by: &[MetricDimension]) -> bool {
    by.iter().any(|dimension| PEOPLE.contains(dimension))
}

/// Why a metric cannot be grouped by both.
fn do_not_go_together(id: MetricId, by: &[MetricDimension]) -> Option<Problem> {
    use MetricDimension::{Channel, ExitCohort, Kind, YearsSinceExit};
    if id == MetricId::ActivityCount && is_by_people(by) && (by.contains(&Kind) || by.contains(&Channel)) {
        // Activities are counted by kind and channel for everybody, and by mode for each person.
        return Some(Problem::Exclusive { other: "kind or channel" });
    }
    if by.contains(&YearsSinceExit) && by != [ExitCohort, YearsSinceExit] {
        return Some(Problem::OnlyWith { what: "by=exit_cohort,years_since_exit" });
    }
    None
}
