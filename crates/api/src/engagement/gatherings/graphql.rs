//! Gatherings by GraphQL.

mod loaders;
mod mutation;

use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::engagement::{GatheringFilter, GatheringState, RegistrationState};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, GatheringId, RegistrationId};
use furusu_domain::page::{Direction, Page};
use furusu_domain::time::Moment;
use furusu_persistence::GuestsAsked;
use tokio::sync::OnceCell;

pub use loaders::{Gatherings, GuestLists, Registrations};
pub use mutation::{
    CalendarFeedPayload, EditGatheringInput, EnrolGuestInput, EnrolGuestsInput, EnrolGuestsPayload, GatheringPayload, GatheringsMutation,
    MoveGatheringInput, MoveRegistrationInput, OfferCalendarFeedInput, PlanGatheringInput, RegistrationPayload, RevokeCalendarFeedInput,
};

use loaders::{Asked, Counted};

use super::guests::Known;
use super::view::{CalendarFeedView, GatheringView, RegistrationView};
use super::{calendar, feed, guests, place, position};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, cx};

/// Gatherings, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct GatheringConnection {
    /// The gatherings with their places.
    pub edges: Vec<Edge<GatheringView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    filter: GatheringFilter,
    /// Counted once, under however many names it is asked for.
    #[graphql(skip)]
    total: OnceCell<i64>,
}

#[ComplexObject]
impl GatheringConnection {
    /// The gatherings without their places.
    async fn nodes(&self) -> Vec<&GatheringView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let count = || async { super::count(cx(context)?, self.filter).await.map_err(to_graphql) };
        self.total.get_or_try_init(count).await.copied()
    }
}

/// Guests, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RegistrationConnection {
    /// The guests with their places.
    pub edges: Vec<Edge<RegistrationView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    of: Of,
}

/// Whose guests, or whose registrations.
enum Of {
    Gathering(GatheringId, GuestsAsked),
    Alumnus(usize),
}

#[ComplexObject]
impl RegistrationConnection {
    /// The guests without their places.
    async fn nodes(&self) -> Vec<&RegistrationView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        match self.of {
            Of::Alumnus(n) => Ok(i64::try_from(n).unwrap_or(i64::MAX)),
            Of::Gathering(of, asked) => {
                let key = Counted { of, asked };
                let loaded = context.data::<Loader<GuestLists>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
                Ok(loaded.unwrap_or_default())
            }
        }
    }
}

/// Somebody's registrations, loaded with those of all others that are asked for at the same time.
///
/// # Errors
/// The scope `engagement:read` is missing, the page is none, or a statement failed.
pub async fn connection(context: &Context<'_>, of: AlumnusId, part: &Part) -> Result<RegistrationConnection> {
    let cx = cx(context)?;
    let name = format!("registrations {of}");
    let window = part.window(cx, &name, guests::place).map_err(to_graphql)?;
    let loaded = context.data::<Loader<Registrations>>()?.load_one(of).await.map_err(|shared| shared.extend())?;
    let all = loaded.map(|all| all.to_vec()).unwrap_or_default();
    let of = Of::Alumnus(all.len());
    let (edges, page_info) = part.edges(cx, &name, guests::cut(all, &window), edge);
    Ok(RegistrationConnection { edges, page_info, of })
}

#[allow(clippy::unnecessary_wraps, reason = "an edge of some lists may be missing")]
fn edge(known: Known) -> Option<(crate::cursor::Position, RegistrationView)> {
    Some((guests::position(&known.registration), RegistrationView::from(known)))
}

#[ComplexObject]
impl GatheringView {
    /// Its guest list: those who do not wait by when they came to the list, then the waiting list in its order.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those who stand there.")] state: Option<RegistrationState>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<RegistrationConnection>> {
        let (cx, part) = (cx(context)?, Part { first, after, last, before });
        let asked = GuestsAsked { state };
        let name = format!("registrations {} {state:?}", self.id);
        let window = part.window(cx, &name, guests::place).map_err(to_graphql)?;
        let key = Asked { of: self.id, asked, window };
        let loaded = context.data::<Loader<GuestLists>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        let Some(page) = loaded else { return Ok(None) };
        let page = Page { items: page.items.clone(), more: page.more };
        let (edges, page_info) = part.edges(cx, &name, page, edge);
        Ok(Some(RegistrationConnection { edges, page_info, of: Of::Gathering(self.id, asked) }))
    }

    /// The gathering as an iCalendar file (RFC 5545).
    async fn calendar(&self, context: &Context<'_>) -> Result<String> {
        let loaded = context.data::<Loader<Gatherings>>()?.load_one(self.id).await.map_err(|shared| shared.extend())?;
        Ok(loaded.map(|gathering| calendar::of(&[gathering])).unwrap_or_default())
    }

    /// Names this state of it: another state, another tag. Send it as `ifMatch` with an edit; it is the `ETag` of REST without
    /// its quotes.
    async fn etag(&self) -> String {
        self.etag.to_string()
    }
}

#[ComplexObject]
impl RegistrationView {
    /// The gathering.
    async fn gathering(&self, context: &Context<'_>) -> Result<Option<GatheringView>> {
        let loaded = context.data::<Loader<Gatherings>>()?.load_one(self.gathering_id).await.map_err(|shared| shared.extend())?;
        Ok(loaded.as_ref().map(GatheringView::from))
    }

    /// Who. Needs the scope `alumni:read`.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

/// What a list of gatherings is narrowed to.
#[derive(InputObject, Default)]
pub struct GatheringFilterInput {
    /// Where they stand.
    state: Option<GatheringState>,
    /// Those that begin at this moment or later.
    starts_from: Option<Moment>,
    /// Those that begin before this moment.
    starts_before: Option<Moment>,
}

/// What can be asked of gatherings.
#[derive(Default)]
pub struct GatheringsQuery;

#[Object]
impl GatheringsQuery {
    /// A gathering; null if there is no such one. Needs the scope `engagement:read`.
    async fn gathering(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: GatheringId) -> Result<Option<GatheringView>> {
        match super::find(cx(context)?, id).await {
            Ok(gathering) => Ok(Some(GatheringView::from(&gathering))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// Gatherings, by when they begin. Needs the scope `engagement:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn gatherings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Narrows the list.")] filter: Option<GatheringFilterInput>,
        #[graphql(desc = "Which way; those that begin first if missing.")] direction: Option<Direction>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<GatheringConnection> {
        let (cx, part) = (cx(context)?, Part { first, after, last, before });
        cx.may("gatherings.page").map_err(to_graphql)?;
        let GatheringFilterInput { state, starts_from, starts_before } = filter.unwrap_or_default();
        let filter = GatheringFilter { state, starts_from, starts_before };
        let direction = direction.unwrap_or(Direction::Asc);
        let name = format!("gatherings {filter:?} {:?}", ((), direction));
        let window = part.window(cx, &name, place).map_err(to_graphql)?;
        let page = super::page(cx, filter, direction, &window).await.map_err(to_graphql)?;
        let (edges, page_info) = part.edges(cx, &name, page, |gathering| Some((position(&gathering), GatheringView::from(&gathering))));
        Ok(GatheringConnection { edges, page_info, filter, total: OnceCell::new() })
    }

    /// A guest of a gathering; null if there is no such one. Needs the scope `engagement:read`.
    async fn registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: RegistrationId,
    ) -> Result<Option<RegistrationView>> {
        let known = super::registrations(cx(context)?, &[id]).await.map_err(to_graphql)?.pop();
        Ok(known.map(RegistrationView::from))
    }

    /// Every calendar feed, revoked ones too, the newest first, without their addresses. Needs the scope `engagement:read`.
    async fn calendar_feeds(&self, context: &Context<'_>) -> Result<Vec<CalendarFeedView>> {
        let all = feed::all(cx(context)?).await.map_err(to_graphql)?;
        Ok(all.into_iter().map(|feed| CalendarFeedView::of(feed, None)).collect())
    }
}
