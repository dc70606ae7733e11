//! Gatherings by REST.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::engagement::{Enrolment, GatheringState, RegistrationState};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, CalendarFeedId, GatheringId, RegistrationId};
use furusu_domain::page::{Direction, MOST, Page};
use furusu_domain::time::Moment;
use furusu_persistence::GuestsAsked;

use super::guests::Known;
use super::input::{self, EditGathering, EnrolGuest, EnrolGuests, MoveGathering, MoveRegistration, OfferCalendarFeed, PlanGathering};
use super::view::{
    CalendarFeedView, CalendarFeedsView, EnrolledPageView, EnrolledView, GatheringPageView, GatheringView, RegistrationPageView,
    RegistrationView,
};
use super::{calendar, feed, guests, place, position};
use crate::app::App;
use crate::cx::Cx;
use crate::error::Refusal;
use crate::idempotency::{self, Once};
use crate::identity::rest::as_of_another;
use crate::rest::etag::{self, Condition};
use crate::rest::listing::{Cursor, GatheringSort};
use crate::rest::{Conditional, NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// `GET /v1/gatherings`
#[utoipa::path(get, path = "/v1/gatherings", tag = "Gatherings", operation_id = "listGatherings",
    description = "Drafts and cancelled ones too, unless `state` says otherwise.",
    summary = "Gatherings, by when they begin",
    params(
        ("state" = Option<GatheringState>, Query, description = "Where they stand"),
        ("starts_from" = Option<Moment>, Query, description = "Those that begin at this moment or later"),
        ("starts_before" = Option<Moment>, Query, description = "Those that begin before this moment"),
        ("sort" = Option<GatheringSort>, Query, description = "What the list is sorted by"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = GatheringPageView), Refusals),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.page")?;
    let (filter, question) = query(&request, |r| (input::filter(r), listing::read(r, GatheringSort::WORDS, ((), Direction::Asc), MOST)))?;
    let name = format!("gatherings {filter:?} {:?}", question.order);
    let window = question.window(&cx, &name, place)?;
    let page = super::page(&cx, filter, question.order.1, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.iter().map(GatheringView::from).collect();
    Ok(listing::answer(&request, next.as_deref()).json(GatheringPageView { data, next }))
}

/// `POST /v1/gatherings`
#[utoipa::path(post, path = "/v1/gatherings", tag = "Gatherings", operation_id = "planGathering",
    description = "It is a draft until it is moved to `published`: nobody can register, and no calendar shows it.",
    summary = "Plan a gathering",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = PlanGathering, content_type = "application/json"),
    responses((status = 201, description = "The gathering", body = GatheringView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn plan(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.plan")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let plan = input::plan(body::parse(&bytes)?)?;
    let plan = |receipt| super::plan(&cx, plan, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, plan, |id| super::written(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Created().json(GatheringView::from(&done.what))))
}

/// `GET /v1/gatherings/{id}`
#[utoipa::path(get, path = "/v1/gatherings/{id}", tag = "Gatherings", operation_id = "getGathering",
    description = "With how many are registered, wait and were there.",
    summary = "A gathering",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304"),
    ),
    responses(
        (status = 200, description = "The gathering", body = GatheringView),
        (status = 304, description = "As it is known"),
        Refusals, NoSuch,
    ),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.find")?;
    query(&request, |_| ())?;
    let view = GatheringView::from(&super::find(&cx, id(&path)?).await?);
    Ok(etag::answer(&request, view.etag, &view))
}

/// `PATCH /v1/gatherings/{id}`
#[utoipa::path(patch, path = "/v1/gatherings/{id}", tag = "Gatherings", operation_id = "editGathering",
    description = "A member that is left out stays, null takes it away. With more seats, those who wait move up; with fewer, nobody loses theirs. Of what was held only `title`, `description` and `final_at` can be edited, of what was cancelled nothing: else 409 `edit_refused`, with the members that can be. A registration in between makes another state.",
    summary = "Edit the plan of a gathering (JSON Merge Patch, RFC 7396)",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("If-Match" = Option<String>, Header, description = "The entity tag of the state that is to be changed: another state is refused with 412. The operator may require it"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = EditGathering, content_type = "application/merge-patch+json", description = "Read as application/json too."),
    responses(
        (status = 200, description = "The gathering after the edit", body = GatheringView),
        Refusals, NoSuch, Unreadable, Overtaken, Conditional,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn edit(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.edit")?;
    query(&request, |_| ())?;
    let of = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let (edit, state) = (input::edit(body::parse(&bytes)?)?, Condition::of_request(&request).of_edit(&cx)?);
    let edit = |receipt| super::edit(&cx, of, edit, state, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, edit, |id| super::written(&cx, id)).await?;
    let view = GatheringView::from(&done.what);
    Ok(idempotency::mark(done.replayed, etag::answer(&request, view.etag, &view)))
}

/// `POST /v1/gatherings/{id}/moves`
#[utoipa::path(post, path = "/v1/gatherings/{id}/moves", tag = "Gatherings", operation_id = "moveGathering",
    description = "From `draft` to `published` or `cancelled`, from `published` to `held`, once it has begun, or `cancelled`. Any other move is refused with 409 `move_refused` and the moves that are allowed; where it is already, it stays. When it is held, attendance becomes final seven days after its end, unless `final_at` says otherwise.",
    summary = "Publish a gathering, say that it was held, or cancel it",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = MoveGathering, content_type = "application/json"),
    responses((status = 200, description = "The gathering", body = GatheringView), Refusals, NoSuch, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn advance(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.move")?;
    query(&request, |_| ())?;
    let of = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let to = input::moved(body::parse(&bytes)?)?;
    let advance = |receipt| super::advance(&cx, of, to, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, advance, |id| super::written(&cx, id)).await?;
    let view = GatheringView::from(&done.what);
    Ok(idempotency::mark(done.replayed, etag::answer(&request, view.etag, &view)))
}

/// `GET /v1/gatherings/{id}/calendar`
#[utoipa::path(get, path = "/v1/gatherings/{id}/calendar", tag = "Gatherings", operation_id = "getGatheringCalendar",
    description = "By RFC 5545, with a stable `UID`, and a `SEQUENCE` that rises with each edit. A cancelled one says so. Nothing personal is in it.",
    summary = "A gathering as an iCalendar file",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304"),
    ),
    responses(
        (status = 200, description = "The file", content_type = "text/calendar", body = String),
        (status = 304, description = "As it is known"),
        Refusals, NoSuch,
    ),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn file(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.find")?;
    query(&request, |_| ())?;
    let gathering = super::find(&cx, id(&path)?).await?;
    let mut response = etag::answer_text(&request, calendar::TYPE, calendar::of(std::slice::from_ref(&gathering)));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{}.ics\"", gathering.id)) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// `GET /v1/gatherings/{id}/registrations`
#[utoipa::path(get, path = "/v1/gatherings/{id}/registrations", tag = "Gatherings", operation_id = "listRegistrations",
    description = "Those who do not wait by when they came to the list, then the waiting list in its order.",
    summary = "The guest list of a gathering",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("state" = Option<RegistrationState>, Query, description = "Where they stand"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = RegistrationPageView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn registrations(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.guests")?;
    let (state, question) = query(&request, |r| (input::standing(r), listing::read_in_order(r, ((), Direction::Asc), MOST)))?;
    let of = super::find(&cx, id(&path)?).await?.id;
    let name = format!("registrations {of} {state:?}");
    let window = question.window(&cx, &name, guests::place)?;
    let mut pages = guests::pages(&cx, &[of], GuestsAsked { state }, &window).await?;
    Ok(listed(&cx, &request, &name, pages.remove(&of).ok_or(Error::NotFound)?))
}

fn listed(cx: &Cx, request: &HttpRequest, name: &str, page: Page<Known>) -> HttpResponse {
    let last = page.items.last().filter(|_| page.more).map(|known| guests::position(&known.registration));
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, name, &place));
    let data = page.items.into_iter().map(RegistrationView::from).collect();
    listing::answer(request, next.as_deref()).json(RegistrationPageView { data, next })
}

/// `GET /v1/alumni/{id}/registrations`
#[utoipa::path(get, path = "/v1/alumni/{id}/registrations", tag = "Gatherings", operation_id = "listRegistrationsOfAlumnus",
    description = "Doubles, which two people had who are one now, are left out.",
    summary = "To which gatherings somebody was invited, and what came of it, the latest first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = RegistrationPageView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn of_alumnus(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.guests")?;
    let question = query(&request, |r| listing::read_in_order(r, ((), Direction::Desc), MOST))?;
    let of: AlumnusId = id(&path)?;
    let name = format!("registrations {of}");
    let window = question.window(&cx, &name, guests::place)?;
    let (answers, page) = guests::of_one(&cx, of, &window).await?;
    Ok(as_of_another(of, answers, "/registrations", listed(&cx, &request, &name, page)))
}

/// `POST /v1/gatherings/{id}/registrations`
#[utoipa::path(post, path = "/v1/gatherings/{id}/registrations", tag = "Gatherings", operation_id = "enrolGuest",
    description = "Whoever says yes gets a seat, or the next place on the waiting list: by the order in which requests came, however many come at once. Whoever is on the list already stays as they are, unless they say yes now. What stands in the way is told with 409 `registration_closed`.",
    summary = "Put somebody on the guest list of a gathering",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = EnrolGuest, content_type = "application/json"),
    responses(
        (status = 201, description = "They were not on the list", body = RegistrationView),
        (status = 200, description = "They were", body = RegistrationView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn enrol(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.enrol")?;
    query(&request, |_| ())?;
    let of = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let ask = input::guest(body::parse(&bytes)?, &cx.actor().caller.to_string())?;
    let key = idempotency::key(&request)?;
    let Once { what: (outcome, known), replayed } = if key.is_none() {
        let enrolled = super::enrol(&cx, of, ask).await?;
        Once { what: (enrolled.outcome, enrolled.known), replayed: false }
    } else {
        let work = async |receipt| guests::first(super::enrol_all(&cx, of, vec![ask], receipt).await?);
        let again = async |kept| guests::first(super::enrolled(&cx, kept).await?);
        idempotency::by_rest(&cx, &request, &bytes, work, again).await?
    };
    let status = if outcome == Enrolment::Created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(idempotency::mark(replayed, HttpResponse::build(status).json(RegistrationView::from(known))))
}

/// `POST /v1/gatherings/{id}/registrations/batch`
#[utoipa::path(post, path = "/v1/gatherings/{id}/registrations/batch", tag = "Gatherings", operation_id = "enrolGuests",
    description = "They get seats in their order. Whoever is unknown is rejected alone, and the others go in; what stands in the way of one stands in the way of all, and is told with 409. The pointers of problems begin at the guest.",
    summary = "Put up to 1,000 people on the guest list of a gathering, or invite them",
    params(
        ("id" = GatheringId, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = EnrolGuests, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of each, in order", body = EnrolledPageView),
        Refusals, NoSuch, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn enrol_batch(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.enrol")?;
    query(&request, |_| ())?;
    let of = id(&path)?;
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let asks = input::guests(body::parse(&bytes)?, &cx.actor().caller.to_string())?;
    let enrol = |receipt| super::enrol_all(&cx, of, asks, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, enrol, |kept| super::enrolled(&cx, kept)).await?;
    let results = done.what.into_iter().enumerate().map(|(n, of)| EnrolledView::new(n, of)).collect();
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(EnrolledPageView { results })))
}

/// `GET /v1/registrations/{id}`
#[utoipa::path(get, path = "/v1/registrations/{id}", tag = "Gatherings", operation_id = "getRegistration",
    description = "With what was changed of their attendance after it was final.",
    summary = "A guest of a gathering",
    params(("id" = RegistrationId, Path, description = "Its id")),
    responses((status = 200, description = "The registration", body = RegistrationView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn registration(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.guests")?;
    query(&request, |_| ())?;
    let known = super::registrations(&cx, &[id(&path)?]).await?.pop().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().json(RegistrationView::from(known)))
}

/// `POST /v1/registrations/{id}/moves`
#[utoipa::path(post, path = "/v1/registrations/{id}/moves", tag = "Gatherings", operation_id = "moveRegistration",
    description = "`registered` and `declined` answer an invitation, `withdrawn` takes a yes back, and whoever waits first moves up; `attended` and `not_attended` say whether they were there, from a day before it begins on. Once attendance is final, these two need a `reason`, and are kept as amendments that everybody sees. What is so already stays; any other move is refused with 409 `move_refused` and what would be allowed, or `registration_closed`.",
    summary = "Say that a guest comes or does not, was there or was not",
    params(
        ("id" = RegistrationId, Path, description = "Its id"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = MoveRegistration, content_type = "application/json"),
    responses((status = 200, description = "The registration", body = RegistrationView), Refusals, NoSuch, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn turn(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.turn")?;
    query(&request, |_| ())?;
    let of = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let call = input::call(body::parse(&bytes)?)?;
    let turn = |receipt| super::turn(&cx, of, call, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, turn, |id| super::turned(&cx, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(RegistrationView::from(done.what))))
}

/// `GET /v1/calendar-feeds`
#[utoipa::path(get, path = "/v1/calendar-feeds", tag = "Gatherings", operation_id = "listCalendarFeeds",
    description = "Without their addresses, of which only hashes are kept.",
    summary = "Every calendar feed, revoked ones too, the newest first",
    responses((status = 200, description = "The feeds", body = CalendarFeedsView), Refusals),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn feeds(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.feeds")?;
    query(&request, |_| ())?;
    let data = feed::all(&cx).await?.into_iter().map(|feed| CalendarFeedView::of(feed, None)).collect();
    Ok(HttpResponse::Ok().json(CalendarFeedsView { data }))
}

/// `POST /v1/calendar-feeds`
#[utoipa::path(post, path = "/v1/calendar-feeds", tag = "Gatherings", operation_id = "offerCalendarFeed",
    description = "A calendar program reads all published gatherings from the address, without a token. Nobody can guess it, and whoever has it can read it, until it is revoked. It is told in this answer alone: an answer that is given again for the same idempotency key lacks it.",
    summary = "Make an address from which a calendar program follows the gatherings",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = OfferCalendarFeed, content_type = "application/json"),
    responses((status = 201, description = "The feed, with its address", body = CalendarFeedView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn offer_feed(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.offer_feed")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let label = input::feed(body::parse(&bytes)?)?;
    let offer = |receipt| feed::offer(&cx, label, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, offer, |id| feed::offered(&cx, id)).await?;
    let (made, url) = done.what;
    let mut response = HttpResponse::Created().json(CalendarFeedView::of(made, url));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(idempotency::mark(done.replayed, response))
}

/// `DELETE /v1/calendar-feeds/{id}`
#[utoipa::path(delete, path = "/v1/calendar-feeds/{id}", tag = "Gatherings", operation_id = "revokeCalendarFeed",
    description = "Its address is answered from now on as one that never was. One that is revoked already stays so.",
    summary = "Revoke a calendar feed",
    params(("id" = CalendarFeedId, Path, description = "Its id")),
    responses((status = 204, description = "It is revoked"), Refusals, NoSuch, Overtaken),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn revoke_feed(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("gatherings.revoke_feed")?;
    query(&request, |_| ())?;
    let _ = feed::revoke(&cx, id(&path)?, idempotency::Receipt::none()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /calendars/{secret}.ics`
#[utoipa::path(get, path = "/calendars/{secret}.ics", tag = "Gatherings", operation_id = "readCalendarFeed",
    description = "What a calendar program reads: gatherings that were ever published, of the last year and all that are to come, by RFC 5545. A cancelled one says so. Nothing personal is in it. An address that was revoked is answered as one that never was.",
    summary = "The calendar of a feed, without a token",
    params(
        ("secret" = String, Path, description = "What only the address tells"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304"),
    ),
    responses(
        (status = 200, description = "The calendar", content_type = "text/calendar", body = String),
        (status = 304, description = "As it is known"),
        NoSuch,
    ),
    security(()))]
pub async fn read_feed(app: web::Data<App>, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let gatherings = feed::read(&app, &path).await?;
    let mut response = etag::answer_text(&request, calendar::TYPE, calendar::of(&gatherings));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
