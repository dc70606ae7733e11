//! Engagement by GraphQL.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, ID, InputObject, Object, Result, SimpleObject, Subscription};
use furusu_domain::engagement::{Activity, ActivityOutcome, ActivityPosition, ActivityRecorded, Formula, Kind};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::page::{Page, Window};
use furusu_domain::time::Moment;
use furusu_persistence::Told;
use futures_util::{Stream, stream};
use serde::Deserialize;

use super::input::{self, BATCH, ChangeFormula, RecordActivity};
use super::rest::{by_itself, first};
use super::view::{ActivityView, ContributionView, EngagementView, FormulaView, RecordedView};
use super::{Standing, formula, place, position};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cx::Cx;
use crate::error::{camel, to_graphql};
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx, narrowed};
use crate::idempotency::{self, Once};
use crate::rest::body;

/// Somebody's activities, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ActivityConnection {
    /// The activities with their places.
    pub edges: Vec<Edge<ActivityView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    of: AlumnusId,
    #[graphql(skip)]
    kind: Option<Kind>,
}

#[ComplexObject]
impl ActivityConnection {
    /// The activities without their places.
    async fn nodes(&self) -> Vec<&ActivityView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let key = Counted { of: self.of, kind: self.kind.clone() };
        let loaded = context.data::<Loader<Activities>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        Ok(loaded.unwrap_or_default())
    }
}

/// A person's activities, loaded with those of all others that are asked for at the same time.
///
/// # Errors
/// The scope `engagement:read` is missing, the page is none, or a statement failed.
pub async fn connection(context: &Context<'_>, of: AlumnusId, kind: Option<String>, part: &Part) -> Result<ActivityConnection> {
    let cx = cx(context)?;
    let kind = narrowed("/kind", kind, Kind::parse).map_err(to_graphql)?;
    let name = format!("activities {of} {kind:?}");
    let window = part.window(cx, &name, place).map_err(to_graphql)?;
    let key = Asked { of, kind: kind.clone(), window };
    let loaded = context.data::<Loader<Activities>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
    let Some((page, formula)) = loaded else { return Err(to_graphql(Error::NotFound)) };
    let page = Page { items: page.items.clone(), more: page.more };
    let (edges, page_info) = part.edges(cx, &name, page, |activity| Some((position(&activity), ActivityView::by(&formula, activity))));
    Ok(ActivityConnection { edges, page_info, of, kind })
}

/// How engaged somebody is now, loaded with all others that are asked for at the same time.
///
/// # Errors
/// The scope `engagement:read` is missing, or a statement failed.
pub async fn engagement(context: &Context<'_>, of: AlumnusId) -> Result<Option<EngagementView>> {
    let loaded = context.data::<Loader<Standings>>()?.load_one(of).await.map_err(|shared| shared.extend())?;
    Ok(loaded.map(EngagementView::from))
}

#[ComplexObject]
impl ActivityView {
    /// Whose it is. Needs the scope `alumni:read`.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

#[ComplexObject]
impl EngagementView {
    /// The score less that of 90 days before.
    async fn trend(&self, context: &Context<'_>) -> Result<f64> {
        Ok(self.explained(context).await?.trend)
    }

    /// What each activity contributes, the most first.
    async fn contributions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: i32,
    ) -> Result<Vec<ContributionView>> {
        let limit = usize::try_from(first).ok().filter(|n| (1..=100).contains(n));
        let problem = Problem::OutOfRange { expected: Form::Whole { least: 1, most: 100 } };
        let limit = limit.ok_or_else(|| to_graphql(Error::fault("/first", problem)))?;
        Ok(self.explained(context).await?.contributions.into_iter().take(limit).collect())
    }
}

impl EngagementView {
    /// The same with what it is made of.
    async fn explained(&self, context: &Context<'_>) -> Result<Self> {
        let key = At { of: self.alumnus_id, at: self.as_of };
        let loaded = context.data::<Loader<Standings>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        Ok(loaded.map_or_else(|| self.clone(), Self::from))
    }
}

/// What can be asked of engagement.
#[derive(Default)]
pub struct EngagementQuery;

#[Object]
impl EngagementQuery {
    /// One activity; null if there is no such activity. Needs the scope `engagement:read`.
    async fn activity(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: ActivityId) -> Result<Option<ActivityView>> {
        match super::find(cx(context)?, id).await {
            Ok((activity, formula)) => Ok(Some(ActivityView::by(&formula, activity))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// How engaged somebody is, or was at a moment; null if there is no such person. Needs the scope `engagement:read`.
    async fn engagement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose.")] alumnus_id: AlumnusId,
        #[graphql(desc = "At this moment; now if missing.")] at: Option<Moment>,
    ) -> Result<Option<EngagementView>> {
        match super::standing(cx(context)?, alumnus_id, at).await {
            Ok(standing) => Ok(Some(EngagementView::from(standing))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// What activities are worth: every version, the newest first. Needs the scope `engagement:read`.
    async fn engagement_formulas(&self, context: &Context<'_>) -> Result<Vec<FormulaView>> {
        let all = formula::all(cx(context)?).await.map_err(to_graphql)?;
        Ok(all.into_iter().map(FormulaView::from).collect())
    }
}

/// One activity of a source.
#[derive(InputObject)]
pub struct RecordActivityInput {
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
pub struct RecordActivityPayload {
    /// What became of it.
    result: RecordedView,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Up to 1,000 activities of one source.
#[derive(InputObject)]
pub struct RecordActivitiesInput {
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
pub struct RecordActivitiesPayload {
    /// What became of each record, in order.
    results: Vec<RecordedView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// A change of what activities are worth.
#[derive(InputObject)]
pub struct ChangeEngagementFormulaInput {
    /// What is to be otherwise; what is left out stays.
    change: ChangeFormula,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What came of a change.
#[derive(SimpleObject)]
pub struct ChangeEngagementFormulaPayload {
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
        Once { what: super::record_one(cx, intake).await?, replayed: false }
    } else {
        let work = |receipt| by_itself(cx, intake, receipt);
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
    let record = |receipt| super::record(cx, intake, receipt);
    let key = idempotency_key.as_deref();
    let again = |kept| std::future::ready(Ok(kept));
    let Once { what, replayed } = idempotency::by_graphql(cx, "recordActivities", key, text.as_bytes(), record, again).await?;
    let results = what.into_iter().enumerate().map(|(n, recorded)| camelled(RecordedView::new(n, recorded))).collect();
    Ok(RecordActivitiesPayload { results, replayed })
}

fn camelled(mut view: RecordedView) -> RecordedView {
    for problem in &mut view.problems {
        problem.pointer = camel(&problem.pointer);
    }
    view
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

/// Something that became of an activity.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ActivityChange {
    /// The id of what happened: of two with one id, one was told twice.
    pub id: ID,
    /// What happened: `engagement.recorded`, `engagement.corrected` or `engagement.retracted`.
    pub event: String,
    /// When furusu learnt it.
    pub at: Moment,
    /// Which activity.
    pub activity_id: ActivityId,
    /// Whose it is.
    pub alumnus_id: AlumnusId,
}

#[ComplexObject]
impl ActivityChange {
    /// The activity as it is known now.
    async fn activity(&self, context: &Context<'_>) -> Result<Option<ActivityView>> {
        match super::find(cx(context)?, self.activity_id).await {
            Ok((activity, formula)) => Ok(Some(ActivityView::by(&formula, activity))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }
}

/// What can be followed of engagement.
#[derive(Default)]
pub struct EngagementSubscription;

#[Subscription]
impl EngagementSubscription {
    /// Activities as they come in, are corrected and are taken back, each once; from the moment of the subscription on. Needs
    /// the scope `engagement:read`.
    async fn activity_recorded(&self, context: &Context<'_>) -> Result<impl Stream<Item = ActivityChange>> {
        let cx = cx(context)?;
        cx.may("engagement.follow").map_err(to_graphql)?;
        #[derive(Deserialize)]
        struct Particulars {
            activity_id: ActivityId,
        }
        // Each event is answered by itself, so that what it shows is of its own moment.
        let told = context.data_opt::<Arc<Told>>().filter(|told| told.name.starts_with("engagement.")).and_then(|told| {
            let Told { place: _, id, alumnus, name, at, document } = Told::clone(told);
            let Particulars { activity_id } = serde_json::from_str(&document).ok()?;
            Some(ActivityChange { id: ID(id.to_string()), event: name, at, activity_id, alumnus_id: alumnus })
        });
        Ok(stream::iter(told))
    }
}

/// Loads activities of people.
pub struct Activities(pub Cx);

/// Which page of whose activities.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    of: AlumnusId,
    kind: Option<Kind>,
    window: Window<ActivityPosition>,
}

/// How many activities who has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    of: AlumnusId,
    kind: Option<Kind>,
}

impl Load<Asked> for Activities {
    type Value = (Arc<Page<Activity>>, Arc<Formula>);
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Asked]) -> Result<HashMap<Asked, Self::Value>> {
        let mut groups: HashMap<(Option<Kind>, Window<ActivityPosition>), Vec<AlumnusId>> = HashMap::new();
        for Asked { of, kind, window } in keys {
            groups.entry((kind.clone(), window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((kind, window), people) in groups {
            let (pages, formula) = super::pages(&self.0, &people, kind.as_ref(), &window).await.map_err(to_graphql)?;
            let formula = Arc::new(formula);
            for (of, page) in pages {
                found.insert(Asked { of, kind: kind.clone(), window: window.clone() }, (Arc::new(page), formula.clone()));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for Activities {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<Option<Kind>, Vec<AlumnusId>> = HashMap::new();
        for Counted { of, kind } in keys {
            groups.entry(kind.clone()).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (kind, people) in groups {
            for (of, n) in super::count(&self.0, &people, kind.as_ref()).await.map_err(to_graphql)? {
                found.insert(Counted { of, kind: kind.clone() }, n);
            }
        }
        Ok(found)
    }
}

/// Loads how engaged people are.
pub struct Standings(pub Cx);

/// Who, and when.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct At {
    of: AlumnusId,
    at: Moment,
}

impl Load<AlumnusId> for Standings {
    type Value = Standing;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Standing>> {
        Ok(super::standings(&self.0, keys).await.map_err(to_graphql)?.into_iter().collect())
    }
}

impl Load<At> for Standings {
    type Value = Standing;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[At]) -> Result<HashMap<At, Standing>> {
        let mut groups: HashMap<Moment, Vec<AlumnusId>> = HashMap::new();
        for At { of, at } in keys {
            groups.entry(*at).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (at, people) in groups {
            let all = super::explained(&self.0, &people, at).await.map_err(to_graphql)?;
            found.extend(all.into_iter().map(|(of, standing)| (At { of, at }, standing)));
        }
        Ok(found)
    }
}
