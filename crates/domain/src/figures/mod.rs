//! Figures: what is counted of alumni, over which time and by what, so that a number says what it means and nobody is found
//! out by it.

mod facts;
mod interval;
mod metric;
mod question;
mod span;
mod suppress;
mod survival;
mod table;
#[cfg(test)]
mod tests;
mod times;

pub use facts::{Facets, Leaving, Return, Standing, leavings, standing_of};
pub use interval::wilson;
pub use metric::{MetricDimension, MetricId, MetricState, MetricUnit, Period, Spec};
pub use question::{Asked, MOST_PERIODS, MetricQuestion, WITHIN_YEARS};
pub use span::{MetricInterval, Span};
pub use suppress::{FLOOR, Suppression, steps};
pub use survival::{Followed, Point, survival};
pub use table::{Cell, Group, Histogram, Measure, Measured, Sum, Table, Tally};
pub use times::Times;
