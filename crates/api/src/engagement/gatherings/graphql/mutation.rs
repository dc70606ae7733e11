//! What can be done with gatherings by GraphQL.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use furusu_domain::engagement::{EnrolAs, GatheringState};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{CalendarFeedId, GatheringId, RegistrationId};

use super::super::input::{self, BATCH, EditGathering, EnrolGuest, EnrolGuests, MoveRegistration, PlanGathering};
use super::super::view::{CalendarFeedView, EnrolledView, GatheringView, RegistrationView};
use super::super::{self as gatherings, feed, guests};
use crate::cx::Cx;
use crate::error::{camel_faults, to_graphql};
use crate::graphql::{as_in_rest, cx};
use crate::idempotency::{self, Once};
use crate::rest::body;
use crate::rest::etag::Condition;

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
    state: Option<EnrolAs>,
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
    let plan = |receipt| gatherings::plan(cx, plan, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "planGathering", key, text.as_bytes(), plan, |id| gatherings::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn edit(cx: &Cx, input: EditGatheringInput) -> Result<GatheringPayload, Error> {
    cx.may("gatherings.edit")?;
    let EditGatheringInput { id, edit, if_match, idempotency_key } = input;
    let text = as_in_rest(&edit)?;
    let edit = input::edit(body::parse(text.as_bytes())?)?;
    let asked = format!("{id} {if_match:?} {text}");
    let state = Condition::of_input(if_match).of_edit(cx)?;
    let edit = |receipt| gatherings::edit(cx, id, edit, state, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "editGathering", key, asked.as_bytes(), edit, |id| gatherings::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn advance(cx: &Cx, input: MoveGatheringInput) -> Result<GatheringPayload, Error> {
    cx.may("gatherings.move")?;
    let MoveGatheringInput { id, to, idempotency_key } = input;
    let asked = format!("{id} {to}");
    let advance = |receipt| gatherings::advance(cx, id, to, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "moveGathering", key, asked.as_bytes(), advance, |id| gatherings::written(cx, id)).await?;
    Ok(GatheringPayload { gathering: GatheringView::from(&done.what), replayed: done.replayed })
}

async fn enrol(cx: &Cx, input: EnrolGuestInput) -> Result<RegistrationPayload, Error> {
    cx.may("gatherings.enrol")?;
    let EnrolGuestInput { gathering_id, guest, idempotency_key } = input;
    let text = as_in_rest(&guest)?;
    let ask = input::guest(body::parse(text.as_bytes())?, &cx.actor().caller.to_string())?;
    let Once { what: (_, known), replayed } = if idempotency_key.is_none() {
        let enrolled = gatherings::enrol(cx, gathering_id, ask).await?;
        Once { what: (enrolled.outcome, enrolled.known), replayed: false }
    } else {
        let asked = format!("{gathering_id} {text}");
        let work = async |receipt| guests::first(gatherings::enrol_all(cx, gathering_id, vec![ask], receipt).await?);
        let again = async |kept| guests::first(gatherings::enrolled(cx, kept).await?);
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
    let enrol = |receipt| gatherings::enrol_all(cx, gathering_id, asks, receipt);
    let again = |kept| gatherings::enrolled(cx, kept);
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
    let turn = |receipt| gatherings::turn(cx, id, call, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "moveRegistration", key, asked.as_bytes(), turn, |id| gatherings::turned(cx, id)).await?;
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
