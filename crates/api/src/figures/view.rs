//! Figures as outsiders see them: one shape for REST, GraphQL and files.

use async_graphql::SimpleObject;
use furusu_domain::figures::{
    Cell, FLOOR, Measure, MetricDimension, MetricId, MetricInterval, MetricQuestion, MetricState, MetricUnit, Period, Span, Spec,
    Suppression, Table,
};
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answered, Words, words};
use crate::operating;

/// What a metric means.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "MetricDefinition")]
#[schema(as = MetricDefinition)]
pub struct DefinitionView {
    /// Its version: counted up whenever what the metric means changes.
    pub version: u16,
    /// What it is called, in the language of the request.
    pub title: String,
    /// What its value is.
    pub unit: MetricUnit,
    /// Whether it can be read.
    pub state: MetricState,
    /// What is counted, or measured.
    pub numerator: String,
    /// What it is set against; null if nothing is.
    pub denominator: Option<String>,
}

impl DefinitionView {
    fn of(id: MetricId) -> Self {
        let Spec { version, unit, state, period: _, by: _, every: _, always_by: _, adds_up: _ } = id.spec();
        let Words { title, numerator, denominator } = words(operating::language(), id);
        let denominator = (!denominator.is_empty()).then(|| denominator.to_owned());
        Self { version, title: title.to_owned(), unit, state, numerator: numerator.to_owned(), denominator }
    }
}

/// A metric of the catalogue.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CatalogueMetric")]
#[schema(as = CatalogueMetric)]
pub struct CatalogueMetricView {
    /// Its id.
    #[schema(value_type = MetricId)]
    pub id: String,
    /// What it means.
    pub definition: DefinitionView,
    /// Whether it is of a time; else it is of now.
    pub has_window: bool,
    /// What it can be grouped by.
    pub by: Vec<MetricDimension>,
    /// How it can be told as a series.
    pub every: Vec<MetricInterval>,
}

impl From<MetricId> for CatalogueMetricView {
    fn from(id: MetricId) -> Self {
        let Spec { version: _, unit: _, state: _, period, by, every, always_by: _, adds_up: _ } = id.spec();
        let definition = DefinitionView::of(id);
        Self { id: id.as_str().to_owned(), definition, has_window: period != Period::Now, by: by.to_vec(), every: every.to_vec() }
    }
}

/// Every metric there is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MetricCatalogue)]
pub struct CatalogueView {
    /// The metrics.
    pub data: Vec<CatalogueMetricView>,
}

/// The time that a metric is of.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "MetricTime")]
#[schema(as = MetricTime)]
pub struct WindowView {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// How long each stretch of the series is; null if it is none.
    pub every: Option<MetricInterval>,
}

/// What a cell is of, in one respect.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "MetricKey")]
#[schema(as = MetricKey)]
pub struct KeyView {
    /// In which respect.
    pub by: MetricDimension,
    /// What; null where it is not known.
    pub key: Option<String>,
}

/// One number of a metric, with what it is made of.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "MetricCell")]
#[schema(as = MetricCell)]
pub struct CellView {
    /// What it is of; empty if of everybody.
    pub group: Vec<KeyView>,
    /// The first day of its stretch; null if it is of the whole time, or of now.
    pub from: Option<Date>,
    /// The last day of its stretch.
    pub to: Option<Date>,
    /// The value; null if it is hidden, or of nobody.
    pub value: Option<f64>,
    /// The numerator; of a median, how many were seen.
    pub numerator: Option<i64>,
    /// The denominator, of a share.
    pub denominator: Option<i64>,
    /// The lower end of the 95 % confidence interval, of a share.
    pub low: Option<f64>,
    /// The upper end of it.
    pub high: Option<f64>,
    /// Why it is hidden, if it is.
    pub hidden: Option<Suppression>,
    /// Whether some of those whom it counts have not been followed to the end yet: it may still rise.
    pub provisional: bool,
}

impl CellView {
    fn of(by: &[MetricDimension], cell: Cell) -> Self {
        let Cell { group, span, measure } = cell;
        let group = by.iter().zip(group).map(|(by, key)| KeyView { by: *by, key }).collect();
        let hidden = measure.err();
        let measure = measure.ok();
        let band = measure.and_then(|measure| measure.band);
        Self {
            group,
            from: span.map(|span| span.from),
            to: span.map(|span| span.to),
            value: measure.and_then(|measure| measure.value),
            numerator: measure.map(|measure| measure.numerator),
            denominator: measure.and_then(|measure| measure.denominator),
            low: band.map(|band| band.0),
            high: band.map(|band| band.1),
            hidden,
            provisional: measure.is_some_and(|Measure { is_provisional, .. }| is_provisional),
        }
    }
}

/// What a metric answers.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Metric")]
#[schema(as = Metric)]
pub struct MetricView {
    /// The id of the metric.
    #[schema(value_type = MetricId)]
    pub id: String,
    /// What it means.
    pub definition: DefinitionView,
    /// The moment of which the figures are: everything that was known by then is counted.
    pub as_of: Moment,
    /// The time that it is of; null if it is of now.
    pub window: Option<WindowView>,
    /// What it is grouped by.
    pub by: Vec<MetricDimension>,
    /// Within how many years somebody comes back, where that matters.
    pub within_years: Option<u8>,
    /// Of fewer people than these nothing is told.
    pub floor: i64,
    /// Of everybody over the whole time; null where there is no such number, and of a metric that is `not_available_yet`.
    pub total: Option<CellView>,
    /// Of everybody in each stretch, if the cells are of groups.
    pub totals: Vec<CellView>,
    /// Of each group in each stretch. A group with nothing to count in a stretch has no cell there.
    pub cells: Vec<CellView>,
}

impl From<Answered> for MetricView {
    fn from(answered: Answered) -> Self {
        let Answered { question: MetricQuestion { id, window, every, by, within_years }, as_of, table } = answered;
        let Table { total, totals, cells } = table;
        let all = |cells: Vec<Cell>| cells.into_iter().map(|cell| CellView::of(&by, cell)).collect();
        Self {
            id: id.as_str().to_owned(),
            definition: DefinitionView::of(id),
            as_of,
            window: window.map(|Span { from, to }| WindowView { from, to, every }),
            within_years,
            floor: FLOOR,
            total: total.map(|cell| CellView::of(&by, cell)),
            totals: all(totals),
            cells: all(cells),
            by,
        }
    }
}
