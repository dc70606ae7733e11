//! Figures: metrics, answered from what is kept for them.

mod count;
mod engaged;
mod export;
pub mod graphql;
pub mod input;
mod measure;
pub mod rest;
mod verify;
pub mod view;
mod words;

pub use count::{a_few, count_anew, counted};
pub use verify::verify;
pub use words::{Words, words};

use furusu_domain::error::Error;
use furusu_domain::figures::{MetricId, MetricQuestion, MetricState, Table};
use furusu_domain::time::Moment;

use crate::cx::Cx;

/// The answer to a question.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered {
    /// What was asked.
    pub question: MetricQuestion,
    /// The moment of which the figures are: everything that was known by then is counted.
    pub as_of: Moment,
    /// The figures; none of a metric that cannot be read yet.
    pub table: Table,
}

/// Every metric there is.
///
/// # Errors
/// The scope `analytics:read` is missing.
pub fn catalogue(cx: &Cx) -> Result<&'static [MetricId], Error> {
    cx.may("figures.catalogue")?;
    Ok(MetricId::ALL)
}

/// Answers a question. Whoever is to be counted anew is counted first, if they are few.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "figures.measure", skip_all)]
pub async fn measure(cx: &Cx, question: MetricQuestion) -> Result<Answered, Error> {
    cx.may("figures.measure")?;
    if question.id.spec().state == MetricState::NotAvailableYet {
        return Ok(Answered { question, as_of: cx.now(), table: Table::default() });
    }
    let taken = a_few(cx.app(), cx.actor().organization, &cx.actor().zone).await?;
    let tx = cx.read();
    let due_since = if taken == 0 { None } else { tx.figures().due_since().await? };
    if due_since.is_some() {
        // The rest is too much to wait for.
        cx.app().figures.notify_one();
    }
    let as_of = due_since.map_or(cx.now(), |since| since.min(cx.now()));
    let table = measure::table(&tx, &question, cx.today(), &cx.actor().zone).await?;
    Ok(Answered { question, as_of, table })
}
