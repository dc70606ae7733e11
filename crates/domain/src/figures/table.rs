//! What a metric answers: cells, each of a group and a stretch of time, and what they add up to.

use std::collections::BTreeMap;

use super::interval::wilson;
use super::metric::{MetricUnit, Spec};
use super::span::Span;
use super::suppress::{FLOOR, Parts, Suppression, suppress};
use crate::time::Date;

/// What a cell is of: a value for each dimension, in their order; `None` where it is not known.
pub type Group = Vec<Option<String>>;

/// One number, with what it is made of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measure {
    /// The numerator; of a median, how many were seen.
    pub numerator: i64,
    /// The denominator, of a share.
    pub denominator: Option<i64>,
    /// The value; `None` of nobody.
    pub value: Option<f64>,
    /// Its 95 % confidence interval, of a share.
    pub band: Option<(f64, f64)>,
    /// Whether some of those whom it counts have not been followed to the end yet.
    pub is_provisional: bool,
}

#[allow(clippy::cast_precision_loss, reason = "people and activities are fewer than 2^53")]
impl Measure {
    /// So many.
    #[must_use]
    pub fn count(n: i64) -> Self {
        Self { numerator: n, denominator: None, value: Some(n as f64), band: None, is_provisional: false }
    }

    /// So many of so many.
    #[must_use]
    pub fn share(numerator: i64, denominator: i64) -> Self {
        let value = (denominator > 0).then(|| numerator as f64 / denominator as f64);
        Self { numerator, denominator: Some(denominator), value, band: wilson(numerator, denominator), is_provisional: false }
    }

    /// The middle of what was seen.
    #[must_use]
    pub fn median(seen: &Histogram) -> Self {
        Self { numerator: seen.size(), denominator: None, value: seen.median(), band: None, is_provisional: false }
    }

    /// The numbers of people that it tells of.
    fn parts(&self) -> Parts {
        match self.denominator {
            // More may have done something than there are of those it is set against.
            Some(all) => vec![self.numerator, (all - self.numerator).max(0)],
            None => vec![self.numerator],
        }
    }
}

/// A measure of a group in a stretch of time, or the reason why it is not told.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// Of which group; empty if of all.
    pub group: Group,
    /// Of which stretch; `None` if of the whole time.
    pub span: Option<Span>,
    /// What was measured, unless it is hidden.
    pub measure: Result<Measure, Suppression>,
}

/// What was measured of a group in a stretch.
pub type Measured = (Option<Span>, Group, Measure);

/// What a metric answers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    /// Of everybody over the whole time; `None` where there is no such number.
    pub total: Option<Cell>,
    /// Of everybody in each stretch, if the cells are of groups.
    pub totals: Vec<Cell>,
    /// Of each group in each stretch.
    pub cells: Vec<Cell>,
}

impl Table {
    /// Puts a table together and hides what must not be told.
    #[must_use]
    pub fn new(spec: Spec, total: Option<Measure>, totals: Vec<(Span, Measure)>, cells: Vec<Measured>) -> Self {
        let adds_up = spec.adds_up && total.is_some();
        let parts_of_total = total.map(|measure| measure.parts()).unwrap_or_default();
        if totals.is_empty() {
            let (hidden, of_total) = hide(&cells, vec![None; cells.len()], &parts_of_total, adds_up);
            let total = total.map(|measure| cell((None, Group::new(), measure), of_total));
            return Self { total, totals: Vec::new(), cells: cells.into_iter().zip(hidden).map(|(what, why)| cell(what, why)).collect() };
        }
        let mut by_span: BTreeMap<Option<Span>, Vec<Measured>> = BTreeMap::new();
        for what in cells {
            by_span.entry(what.0).or_default().push(what);
        }
        let (mut already, mut told) = (Vec::new(), Vec::new());
        for (span, measure) in &totals {
            let within = by_span.remove(&Some(*span)).unwrap_or_default();
            let (hidden, of_span) = hide(&within, vec![None; within.len()], &measure.parts(), adds_up);
            already.push(of_span);
            told.extend(within.into_iter().zip(hidden).map(|(what, why)| cell(what, why)));
        }
        let totals: Vec<Measured> = totals.into_iter().map(|(span, measure)| (Some(span), Group::new(), measure)).collect();
        let (hidden, of_total) = hide(&totals, already, &parts_of_total, adds_up);
        Self {
            total: total.map(|measure| cell((None, Group::new(), measure), of_total)),
            totals: totals.into_iter().zip(hidden).map(|(what, why)| cell(what, why)).collect(),
            cells: told,
        }
    }

    /// The same of rows that are added up: of each group (empty ones, unless it is grouped), on a day if the days matter.
    #[must_use]
    pub fn fold<T: Tally>(spec: Spec, is_grouped: bool, rows: Vec<(Group, Option<Date>, T)>, spans: &[Span]) -> Self {
        let mut whole = T::default();
        let mut of_span: BTreeMap<Span, T> = spans.iter().map(|span| (*span, T::default())).collect();
        let mut of_cell: BTreeMap<(Option<Span>, Group), T> = BTreeMap::new();
        for (group, day, what) in rows {
            whole.add(&what);
            let span = day.and_then(|day| spans.iter().find(|span| span.has(day)).copied());
            if let Some(all) = span.and_then(|span| of_span.get_mut(&span)) {
                all.add(&what);
            }
            if is_grouped {
                of_cell.entry((span, group)).or_default().add(&what);
            }
        }
        let cells = of_cell.into_iter().map(|((span, group), what)| (span, group, what.measure(spec.unit))).collect::<Vec<_>>();
        let series = of_span.into_iter().map(|(span, what)| (span, what.measure(spec.unit)));
        let total = Some(whole.measure(spec.unit));
        if !is_grouped {
            let cells = series.map(|(span, measure)| (Some(span), Group::new(), measure)).collect();
            return Self::new(spec, total, Vec::new(), cells);
        }
        Self::new(spec, total, series.collect(), cells)
    }

    /// How many cells there are.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.cells.len() + self.totals.len()
    }
}

fn hide(
    cells: &[Measured],
    already: Vec<Option<Suppression>>,
    total: &[i64],
    adds_up: bool,
) -> (Vec<Option<Suppression>>, Option<Suppression>) {
    let parts: Vec<Parts> = cells.iter().map(|(_, _, measure)| measure.parts()).collect();
    suppress(&parts, already, total, adds_up, FLOOR)
}

fn cell((span, group, measure): Measured, why: Option<Suppression>) -> Cell {
    Cell { group, span, measure: why.map_or(Ok(measure), Err) }
}

/// What is added up row by row, and measured at the end.
pub trait Tally: Default {
    /// Adds another.
    fn add(&mut self, other: &Self);

    /// What it comes to.
    fn measure(&self, unit: MetricUnit) -> Measure;
}

/// Numbers of people or things.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub numerator: i64,
    /// Of how many; 0 where nothing is set against it.
    pub denominator: i64,
    /// Of how many of them it is not known yet.
    pub open: i64,
}

impl Tally for Sum {
    fn add(&mut self, other: &Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.open += other.open;
    }

    fn measure(&self, unit: MetricUnit) -> Measure {
        let measure = match unit {
            MetricUnit::Share => Measure::share(self.numerator, self.denominator),
            MetricUnit::Count | MetricUnit::Days | MetricUnit::Hours => Measure::count(self.numerator),
        };
        Measure { is_provisional: self.open > 0, ..measure }
    }
}

/// How often each number was seen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Histogram(pub BTreeMap<i64, i64>);

impl Histogram {
    /// How many were seen.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.0.values().sum()
    }

    /// The middle one, or halfway between the two in the middle.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "days are few")]
    pub fn median(&self) -> Option<f64> {
        let size = self.size();
        let at = |rank: i64| {
            let mut passed = 0;
            self.0.iter().find(|(_, n)| {
                passed += **n;
                passed > rank
            })
        };
        let (low, high) = (at((size - 1).max(0) / 2)?, at(size / 2)?);
        Some((*low.0 as f64 + *high.0 as f64) / 2.0)
    }
}

impl Tally for Histogram {
    fn add(&mut self, other: &Self) {
        for (value, n) in &other.0 {
            *self.0.entry(*value).or_default() += n;
        }
    }

    fn measure(&self, _: MetricUnit) -> Measure {
        Measure::median(self)
    }
}
