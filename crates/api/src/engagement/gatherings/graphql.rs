//! Gatherings by GraphQL.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::engagement::{GatheringFilter, GatheringState, RegistrationPosition, RegistrationState};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{AlumnusId, CalendarFeedId, GatheringId, RegistrationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::time::Moment;
use furusu_persistence::GuestsAsked;
use tokio::sync::OnceCell;

use super::guests::Known;
use super::input::{self, BATCH, EditGathering, EnrolGuest, EnrolGuests, MoveRegistration, PlanGathering};
use super::view::{CalendarFeedView, EnrolledView, GatheringView, RegistrationView};
use super::{calendar, feed, guests, place, position};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cx::Cx;
use crate::error::{camel_faults, to_graphql};
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx};
use crate::idempotency::{self, Once};
use crate::rest::body;
use crate::rest::etag::Condition;

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

/// Plans a gathering.
#[derive(InputObject)]
pub struct PlanGatheringInput {
    /// What, where and when, for how many.
    gathering: PlanGathering,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// Edits the plan of a gathering.
#[derive(InputObject)]
pub struct EditGatheringInput {
    /// Its id.
    id: GatheringId,
    /// What is edited.
    edit: EditGathering,
    /// The `etag` of the state that is to be changed: another state is refused. The operator may require it.
    if_match: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// Moves a gathering.
#[derive(InputObject)]
pub struct MoveGatheringInput {
    /// Its id.
    id: GatheringId,
    /// Where it moves.
    to: GatheringState,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// A gathering after it was written.
#[derive(SimpleObject)]
pub struct GatheringPayload {
    /// The gathering.
    gathering: GatheringView,
    /// Whether that was done earlier, for the same `idempotencyKey`; the gathering is as it is now.
    replayed: bool,
}

/// Puts somebody on the guest list of a gathering.
#[derive(InputObject)]
pub struct EnrolGuestInput {
    /// The gathering.
    gathering_id: GatheringId,
    /// Who.
    guest: EnrolGuest,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// Says something of a registration.
#[derive(InputObject)]
pub struct MoveRegistrationInput {
    /// Its id.
    id: RegistrationId,
    /// What is said.
    #[graphql(name = "move")]
    said: MoveRegistration,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// A guest after something was said of them.
#[derive(SimpleObject)]
pub struct RegistrationPayload {
    /// The registration.
    registration: RegistrationView,
    /// Whether that was done earlier, for the same `idempotencyKey`; the registration is as it is now.
    replayed: bool,
}

/// Puts up to 1,000 people on the guest list of a gathering.
#[derive(InputObject)]
pub struct EnrolGuestsInput {
    /// The gathering.
    gathering_id: GatheringId,
    /// Who, in the order in which they get seats.
    guests: Vec<input::Guest>,
    /// How they come to the list; `REGISTERED` if missing.
    state: Option<furusu_domain::engagement::EnrolAs>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What became of several guests.
#[derive(SimpleObject)]
pub struct EnrolGuestsPayload {
    /// What became of each, in order.
    results: Vec<EnrolledView>,
    /// Whether that was done earlier, for the same `idempotencyKey`; the registrations are as they are now.
    replayed: bool,
}

/// Makes a calendar feed.
#[derive(InputObject)]
pub struct OfferCalendarFeedInput {
    /// What it is for.
    label: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing; the address is not told again.
    idempotency_key: Option<String>,
}

/// Revokes a calendar feed.
#[derive(InputObject)]
pub struct RevokeCalendarFeedInput {
    /// Its id.
    id: CalendarFeedId,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// A calendar feed after it was made or revoked.
#[derive(SimpleObject)]
pub struct CalendarFeedPayload {
    /// The feed; with its address only when it is made.
    calendar_feed: CalendarFeedView,
    /// Whether that was done earlier, for the same `idempotencyKey`; the feed is as it is now.
    replayed: bool,
}

/// What can be done with gatherings.
#[derive(Default)]
pub struct GatheringsMutation;

#[Object]
impl GatheringsMutation {
    /// Plan a gathering. Needs the scope `engagement:write`.
    async fn plan_gathering(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The plan.")] input: PlanGatheringInput,
    ) -> Result<GatheringPayload> {
        plan(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Edit the plan of a gathering. Needs the scope `engagement:write`.
    async fn edit_gathering(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The edit.")] input: EditGatheringInput,
    ) -> Result<GatheringPayload> {
        edit(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Publish a gathering, say that it was held, or cancel it. Needs the scope `engagement:write`.
    async fn move_gathering(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The move.")] input: MoveGatheringInput,
    ) -> Result<GatheringPayload> {
        advance(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Put somebody on the guest list of a gathering: they get a seat, or the next place on the waiting list. Needs the scope
    /// `engagement:write`.
    async fn enrol_guest(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The guest.")] input: EnrolGuestInput,
    ) -> Result<RegistrationPayload> {
        enrol(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Put up to 1,000 people on the guest list of a gathering, or invite them. Needs the scope `engagement:write`.
    async fn enrol_guests(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The guests.")] input: EnrolGuestsInput,
    ) -> Result<EnrolGuestsPayload> {
        enrol_all(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Say that a guest comes or does not, was there or was not. Needs the scope `engagement:write`.
    async fn move_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The move.")] input: MoveRegistrationInput,
    ) -> Result<RegistrationPayload> {
        turn(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Make an address from which a calendar program follows the gatherings. Needs the scope `engagement:write`.
    async fn offer_calendar_feed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it is for.")] input: OfferCalendarFeedInput,
    ) -> Result<CalendarFeedPayload> {
        offer_feed(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Revoke a calendar feed: its address leads nowhere from now on. Needs the scope `engagement:write`.
    async fn revoke_calendar_feed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: RevokeCalendarFeedInput,
    ) -> Result<CalendarFeedPayload> {
        revoke_feed(cx(context)?, input).await.map_err(to_graphql)
    }
}

async fn plan(cx: &Cx, input: PlanGatheringInput) -> Result<GatheringPayload, Error> {
    cx.may("gatherings.plan")?;
    let PlanGatheringInput { gathering, idempotency_key } = input;
    let text = as_in_rest(&gathering)?;
    let plan = input::plan(body::parse(text.as_bytes())?)?;
    let plan = |receipt| super::plan(cx, plan, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "planGathering", key, text.as_bytes(), plan, |id| super::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn edit(cx: &Cx, input: EditGatheringInput) -> Result<GatheringPayload, Error> {
    cx.may("gatherings.edit")?;
    let EditGatheringInput { id, edit, if_match, idempotency_key } = input;
    let text = as_in_rest(&edit)?;
    let edit = input::edit(body::parse(text.as_bytes())?)?;
    let asked = format!("{id} {if_match:?} {text}");
    let state = Condition::of_input(if_match).of_edit(cx)?;
    let edit = |receipt| super::edit(cx, id, edit, state, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "editGathering", key, asked.as_bytes(), edit, |id| super::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn advance(cx: &Cx, input: MoveGatheringInput) -> Result<GatheringPayload, Error> {
    cx.may("gatherings.move")?;
    let MoveGatheringInput { id, to, idempotency_key } = input;
    let asked = format!("{id} {to}");
    let advance = |receipt| super::advance(cx, id, to, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "moveGathering", key, asked.as_bytes(), advance, |id| super::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn enrol(cx: &Cx, input: EnrolGuestInput) -> Result<RegistrationPayload, Error> {
    cx.may("gatherings.enrol")?;
    let EnrolGuestInput { gathering_id, guest, idempotency_key } = input;
    let text = as_in_rest(&guest)?;
    let ask = input::guest(body::parse(text.as_bytes())?, &cx.actor().caller.to_string())?;
    let Once { what: (_, known), replayed } = if idempotency_key.is_none() {
        let enrolled = super::enrol(cx, gathering_id, ask).await?;
        Once { what: (enrolled.outcome, enrolled.known), replayed: false }
    } else {
        let asked = format!("{gathering_id} {text}");
        let work = async |receipt| guests::first(super::enrol_all(cx, gathering_id, vec![ask], receipt).await?);
        let again = async |kept| guests::first(super::enrolled(cx, kept).await?);
        idempotency::by_graphql(cx, "enrolGuest", idempotency_key.as_deref(), asked.as_bytes(), work, again).await?
    };
    Ok(RegistrationPayload { registration: RegistrationView::from(known), replayed })
}

async fn enrol_all(cx: &Cx, input: EnrolGuestsInput) -> Result<EnrolGuestsPayload, Error> {
    cx.may("gatherings.enrol")?;
    let EnrolGuestsInput { gathering_id, guests, state, idempotency_key } = input;
    if guests.is_empty() || guests.len() > BATCH {
        let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } };
        return Err(Error::fault("/input/guests", problem));
    }
    let _turn = cx.turn().await;
    let text = as_in_rest(&EnrolGuests { guests, state })?;
    let asks = input::guests(body::parse(text.as_bytes())?, &cx.actor().caller.to_string())?;
    let asked = format!("{gathering_id} {text}");
    let enrol = |receipt| super::enrol_all(cx, gathering_id, asks, receipt);
    let again = |kept| super::enrolled(cx, kept);
    let done = idempotency::by_graphql(cx, "enrolGuests", idempotency_key.as_deref(), asked.as_bytes(), enrol, again).await?;
    let results = done.what.into_iter().enumerate().map(|(n, of)| camelled(EnrolledView::new(n, of))).collect();
    Ok(EnrolGuestsPayload { results, replayed: done.replayed })
}

fn camelled(mut view: EnrolledView) -> EnrolledView {
    camel_faults(&mut view.problems);
    view
}

async fn turn(cx: &Cx, input: MoveRegistrationInput) -> Result<RegistrationPayload, Error> {
    cx.may("gatherings.turn")?;
    let MoveRegistrationInput { id, said, idempotency_key } = input;
    let text = as_in_rest(&said)?;
    let call = input::call(body::parse(text.as_bytes())?)?;
    let asked = format!("{id} {text}");
    let turn = |receipt| super::turn(cx, id, call, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "moveRegistration", key, asked.as_bytes(), turn, |id| super::turned(cx, id)).await?;
    Ok(RegistrationPayload { registration: RegistrationView::from(done.what), replayed: done.replayed })
}

async fn offer_feed(cx: &Cx, input: OfferCalendarFeedInput) -> Result<CalendarFeedPayload, Error> {
    cx.may("gatherings.offer_feed")?;
    let OfferCalendarFeedInput { label, idempotency_key } = input;
    let text = as_in_rest(&input::OfferCalendarFeed { label })?;
    let label = input::feed(body::parse(text.as_bytes())?)?;
    let offer = |receipt| feed::offer(cx, label, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "offerCalendarFeed", key, text.as_bytes(), offer, |id| feed::offered(cx, id)).await?;
    let (made, url) = done.what;
    Ok(CalendarFeedPayload { calendar_feed: CalendarFeedView::of(made, url), replayed: done.replayed })
}

async fn revoke_feed(cx: &Cx, input: RevokeCalendarFeedInput) -> Result<CalendarFeedPayload, Error> {
    cx.may("gatherings.revoke_feed")?;
    let RevokeCalendarFeedInput { id, idempotency_key } = input;
    let asked = id.to_string();
    let revoke = |receipt| feed::revoke(cx, id, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "revokeCalendarFeed", key, asked.as_bytes(), revoke, |id| feed::revoked(cx, id)).await?;
    Ok(CalendarFeedPayload { calendar_feed: CalendarFeedView::of(done.what, None), replayed: done.replayed })
}

/// Loads gatherings by their ids.
pub struct Gatherings(pub Cx);

impl Load<GatheringId> for Gatherings {
    type Value = furusu_domain::engagement::Gathering;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[GatheringId]) -> Result<HashMap<GatheringId, Self::Value>> {
        Ok(super::many(&self.0, keys).await.map_err(to_graphql)?.into_iter().collect())
    }
}

/// Loads registrations of people.
pub struct Registrations(pub Cx);

impl Load<AlumnusId> for Registrations {
    type Value = Arc<[Known]>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Self::Value>> {
        let mut found: HashMap<AlumnusId, Vec<Known>> = HashMap::new();
        for known in super::of_people(&self.0, keys).await.map_err(to_graphql)? {
            found.entry(known.registration.alumnus).or_default().push(known);
        }
        Ok(found.into_iter().map(|(of, known)| (of, known.into())).collect())
    }
}

/// Loads guest lists.
pub struct GuestLists(pub Cx);

/// Which page of whose guests.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    of: GatheringId,
    asked: GuestsAsked,
    window: Window<RegistrationPosition>,
}

/// How many guests there are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    of: GatheringId,
    asked: GuestsAsked,
}

impl Load<Asked> for GuestLists {
    type Value = Arc<Page<Known>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Asked]) -> Result<HashMap<Asked, Self::Value>> {
        let mut groups: HashMap<(GuestsAsked, Window<RegistrationPosition>), Vec<GatheringId>> = HashMap::new();
        for Asked { of, asked, window } in keys {
            groups.entry((*asked, window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((asked, window), of) in groups {
            for (of, page) in guests::pages(&self.0, &of, asked, &window).await.map_err(to_graphql)? {
                found.insert(Asked { of, asked, window: window.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for GuestLists {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<GuestsAsked, Vec<GatheringId>> = HashMap::new();
        for Counted { of, asked } in keys {
            groups.entry(*asked).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (asked, of) in groups {
            let counts = guests::count(&self.0, &of, asked).await.map_err(to_graphql)?;
            found.extend(counts.into_iter().map(|(of, n)| (Counted { of, asked }, n)));
        }
        Ok(found)
    }
}
