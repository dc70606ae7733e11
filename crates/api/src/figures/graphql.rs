//! Figures by GraphQL.

use async_graphql::{Context, ID, Object, Result};
use furusu_domain::error::{Error, Problem};
use furusu_domain::figures::{MetricDimension, MetricId};

use super::input::{self, MetricWindow};
use super::view::{CatalogueMetricView, MetricView};
use crate::cx::Cx;
use crate::error::to_graphql;
use crate::graphql::cx;

/// What can be asked of figures.
#[derive(Default)]
pub struct FiguresQuery;

#[Object]
impl FiguresQuery {
    /// Every metric there is, and what it means. Needs the scope `analytics:read`.
    async fn metrics(&self, context: &Context<'_>) -> Result<Vec<CatalogueMetricView>> {
        let catalogue = super::catalogue(cx(context)?).map_err(to_graphql)?;
        Ok(catalogue.iter().map(|id| (*id).into()).collect())
    }

    /// A metric: over a time or now, as a series, by groups. Of fewer than five people nothing is told, and nothing by which that
    /// could be found by subtracting. Needs the scope `analytics:read`.
    async fn metric(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which: one of the catalogue.")] id: ID,
        #[graphql(desc = "The time; the twelve calendar months that end with the current one if missing.")] window: Option<MetricWindow>,
        #[graphql(desc = "Grouped by these, two at most.")] by: Option<Vec<MetricDimension>>,
        #[graphql(desc = "Within how many years somebody comes back, of `boomerang.return_rate`, 1 to 50; 5 if missing.")]
        within_years: Option<i32>,
    ) -> Result<MetricView> {
        metric(cx(context)?, &id, window, by, within_years).await.map_err(to_graphql)
    }
}

async fn metric(
    cx: &Cx,
    id: &str,
    window: Option<MetricWindow>,
    by: Option<Vec<MetricDimension>>,
    within_years: Option<i32>,
) -> Result<MetricView, Error> {
    cx.may("figures.measure")?;
    let id = MetricId::from_word(id).ok_or_else(|| Error::fault("/id", Problem::NotOneOf { expected: MetricId::WORDS.to_vec() }))?;
    let question = input::question(cx, id, input::asked(window, by, within_years)?)?;
    Ok(super::measure(cx, question).await?.into())
}
