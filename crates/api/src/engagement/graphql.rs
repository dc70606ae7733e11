//! Engagement by GraphQL.

mod change;
mod load;

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ErrorExtensions as _, ID, Object, Result, SimpleObject, Subscription};
use furusu_domain::engagement::Kind;
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::page::Page;
use furusu_domain::time::Moment;
use furusu_persistence::Told;
use futures_util::{Stream, stream};
use serde::Deserialize;

pub use change::EngagementMutation;
pub use load::{Activities, Standings};
use load::{Asked, At, Counted};

use super::view::{ActivityView, ContributionView, EngagementView, FormulaView};
use super::{formula, place, position};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, cx, narrowed};

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
        Ok(self.explained(context).await?.contributions.iter().take(limit).cloned().collect())
    }
}

impl EngagementView {
    /// The same with what it is made of.
    async fn explained(&self, context: &Context<'_>) -> Result<Cow<'_, Self>> {
        if self.is_explained {
            return Ok(Cow::Borrowed(self));
        }
        let key = At { of: self.alumnus_id, at: self.as_of };
        let loaded = context.data::<Loader<Standings>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        Ok(loaded.map_or(Cow::Borrowed(self), |standing| Cow::Owned(Self::from(standing))))
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
