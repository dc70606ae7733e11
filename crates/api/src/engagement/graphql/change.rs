//! What can be done with engagement by GraphQL.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use furusu_domain::engagement::{ActivityOutcome, ActivityRecorded};
use furusu_domain::error::{Error, Form, Problem};

use crate::cx::Cx;
use crate::engagement::input::{self, BATCH, ChangeFormula, RecordActivity};
use crate::engagement::view::{FormulaView, RecordedView};
use crate::engagement::{self, first, formula, record_by_itself};
use crate::error::{camel_faults, to_graphql};
use crate::graphql::{as_in_rest, cx};
use crate::idempotency::{self, Once};
use crate::rest::body;

/// One activity of a source.
#[derive(InputObject)]
pub(super) struct RecordActivityInput {
    /// The source that tells of it.
    source: String,
    /// The record.
    record: RecordActivity,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same record within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a record.
#[derive(SimpleObject)]
pub(super) struct RecordActivityPayload {
    /// What became of it.
    result: RecordedView,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Up to 1,000 activities of one source.
#[derive(InputObject)]
pub(super) struct RecordActivitiesInput {
    /// The source that all the records come from.
    source: String,
    /// The records, applied in their order.
    records: Vec<RecordActivity>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same batch within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a batch.
#[derive(SimpleObject)]
pub(super) struct RecordActivitiesPayload {
    /// What became of each record, in order.
    results: Vec<RecordedView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// A change of what activities are worth.
#[derive(InputObject)]
pub(super) struct ChangeEngagementFormulaInput {
    /// What is to be otherwise; what is left out stays.
    change: ChangeFormula,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What came of a change.
#[derive(SimpleObject)]
pub(super) struct ChangeEngagementFormulaPayload {
    /// The version: figures by it are being made.
    formula: FormulaView,
    /// Whether it was made earlier, for the same `idempotencyKey`; it is as it reads now.
    replayed: bool,
}

/// What can be done with engagement.
#[derive(Default)]
pub struct EngagementMutation;

#[Object]
impl EngagementMutation {
    /// Tell of one activity of an alumnus. Needs the scope `engagement:write`.
    async fn record_activity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The record.")] input: RecordActivityInput,
    ) -> Result<RecordActivityPayload> {
        let cx = cx(context)?;
        record(cx, input).await.map_err(to_graphql)
    }

    /// Tell of up to 1,000 activities of one source. Needs the scope `engagement:write`.
    async fn record_activities(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The batch.")] input: RecordActivitiesInput,
    ) -> Result<RecordActivitiesPayload> {
        let cx = cx(context)?;
        record_all(cx, input).await.map_err(to_graphql)
    }

    /// Change what activities are worth: figures are made anew in the background. Needs the scope `organization:admin`.
    async fn change_engagement_formula(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The change.")] input: ChangeEngagementFormulaInput,
    ) -> Result<ChangeEngagementFormulaPayload> {
        let cx = cx(context)?;
        change(cx, input).await.map_err(to_graphql)
    }
}

async fn record(cx: &Cx, input: RecordActivityInput) -> Result<RecordActivityPayload, Error> {
    cx.may("engagement.record")?;
    let RecordActivityInput { source, record, idempotency_key } = input;
    let asked = as_in_rest(&serde_json::json!({ "source": source, "record": record }))?;
    let text = as_in_rest(&record)?;
    let source = furusu_domain::departures::Source::of_another(&source).map_err(|problem| Error::fault("/input/source", problem))?;
    let place = crate::json::Place::ROOT;
    let input = place.member("input");
    let mut intake = input::record(body::parse(text.as_bytes())?, input.member("record"), &source, cx.now());
    intake.record = Ok(intake.record.map_err(Error::Invalid)?);
    let Once { what, replayed } = if idempotency_key.is_none() {
        Once { what: engagement::record_one(cx, intake).await?, replayed: false }
    } else {
        let work = |receipt| record_by_itself(cx, intake, receipt);
        let key = idempotency_key.as_deref();
        let again = |kept: Vec<ActivityRecorded>| async { first(kept) };
        idempotency::by_graphql(cx, "recordActivity", key, asked.as_bytes(), work, again).await?
    };
    if what.outcome == ActivityOutcome::Rejected {
        return Err(Error::Invalid(what.problems));
    }
    Ok(RecordActivityPayload { result: RecordedView::new(0, what), replayed })
}

async fn record_all(cx: &Cx, input: RecordActivitiesInput) -> Result<RecordActivitiesPayload, Error> {
    cx.may("engagement.record")?;
    let RecordActivitiesInput { source, records, idempotency_key } = input;
    if records.is_empty() || records.len() > BATCH {
        let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } };
        return Err(Error::fault("/input/records", problem));
    }
    let _turn = cx.turn().await;
    let text = as_in_rest(&serde_json::json!({ "source": source, "records": records }))?;
    let intake = input::batch(body::parse(text.as_bytes())?, cx.now())?;
    let record = |receipt| engagement::record(cx, intake, receipt);
    let key = idempotency_key.as_deref();
    let again = |kept| std::future::ready(Ok(kept));
    let Once { what, replayed } = idempotency::by_graphql(cx, "recordActivities", key, text.as_bytes(), record, again).await?;
    let mut results: Vec<RecordedView> = what.into_iter().enumerate().map(|(n, recorded)| RecordedView::new(n, recorded)).collect();
    results.iter_mut().for_each(|view| camel_faults(&mut view.problems));
    Ok(RecordActivitiesPayload { results, replayed })
}

async fn change(cx: &Cx, input: ChangeEngagementFormulaInput) -> Result<ChangeEngagementFormulaPayload, Error> {
    cx.may("engagement.change_formula")?;
    let ChangeEngagementFormulaInput { change, idempotency_key } = input;
    let text = as_in_rest(&change)?;
    let edit = input::formula(body::parse(text.as_bytes())?)?;
    let change = |receipt| formula::change(cx, edit, receipt);
    let key = idempotency_key.as_deref();
    let again = |version| formula::changed(cx, version);
    let done = idempotency::by_graphql(cx, "changeEngagementFormula", key, text.as_bytes(), change, again).await?;
    Ok(ChangeEngagementFormulaPayload { formula: FormulaView::from(done.what), replayed: done.replayed })
}
