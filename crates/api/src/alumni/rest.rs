//! Alumni by REST.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::alumni::{AlumniFilter, AlumniOrder, AlumniPosition, Viewpoint};
use furusu_domain::departures::{Employment, Reason, SeparationType};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, EmploymentId};
use furusu_domain::page::{Direction, MOST};
use furusu_domain::time::{Date, Moment};

use super::input::{self, EditAlumnus, ListedStatus, SearchAlumni};
use super::view::{AlumniPageView, AlumnusView, DeparturesView, EmploymentsView};
use crate::cx::Cx;
use crate::departures::view::{DepartureHistoryView, DepartureView, departure_versions};
use crate::engagement::view::StandingView;
use crate::error::Refusal;
use crate::idempotency;
use crate::identity::rest::as_of_another;
use crate::json::{Place, Reader};
use crate::rest::etag::{self, Condition};
use crate::rest::listing::{AlumniSort, Cursor, Question, SourceName};
use crate::rest::{Conditional, NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

type Asked = (AlumniFilter, (Option<Date>, Option<Moment>), Question<AlumniOrder>);

fn ask(r: &mut Reader<'_, '_, '_>, search: bool) -> Asked {
    let filter = input::filter(r, search);
    let viewpoint = (r.date("as_of"), r.moment("known_at"));
    (filter, viewpoint, listing::read(r, AlumniOrder::WORDS, (AlumniOrder::EndedOn, Direction::Desc), MOST))
}

/// `GET /v1/alumni`
#[utoipa::path(get, path = "/v1/alumni", tag = "Alumni", operation_id = "listAlumni",
    description = "Each person once. All filters but `updated_after` and those of engagement speak of their latest departure in effect. A list that is sorted or narrowed by engagement is of now, needs the scope engagement:read, tells how engaged each is, and leaves out whoever never was active. Filters on names and addresses are at `searchAlumni`, since they must not stand in a URL.",
    summary = "Alumni: people with at least one departure in effect",
    params(
        ("department" = Option<String>, Query, description = "The department they left", max_length = 200),
        ("entity" = Option<String>, Query, description = "The legal entity they left", max_length = 200),
        ("ended_from" = Option<Date>, Query, description = "Last day employed on this day or later"),
        ("ended_to" = Option<Date>, Query, description = "Last day employed on this day or earlier"),
        ("separation_type" = Option<SeparationType>, Query, description = "How it ended"),
        ("reason" = Option<Reason>, Query, description = "Why; restricted reasons need the scope evaluations:read"),
        ("source" = Option<SourceName>, Query, description = "The HR system that told of it"),
        ("status" = Option<ListedStatus>, Query, description = "Whether they are still away or returned"),
        ("updated_after" = Option<Moment>, Query, description = "Changed after this moment"),
        ("level_from" = Option<u8>, Query, description = "At this level of engagement or above; needs the scope engagement:read", minimum = 1, maximum = 5),
        ("active_since" = Option<Moment>, Query, description = "Last active at this moment or later; needs the scope engagement:read"),
        ("as_of" = Option<Date>, Query, description = "As it was on this day"),
        ("known_at" = Option<Moment>, Query, description = "As it was known at this moment"),
        ("sort" = Option<AlumniSort>, Query, description = "What the list is sorted by"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page; filters speak of the latest departure in effect", body = AlumniPageView), Refusals),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.page")?;
    let asked = query(&request, |r| ask(r, false))?;
    let view = answer(&cx, asked).await?;
    Ok(listing::answer(&request, view.next.as_deref()).json(view))
}

/// `POST /v1/alumni/search`
#[utoipa::path(post, path = "/v1/alumni/search", tag = "Alumni", operation_id = "searchAlumni",
    description = "As `listAlumni`, with `search` besides: the beginning of a name, in kanji, kana or Latin letters, or of an e-mail address. The next page is asked for with the same body and `after`.",
    summary = "Alumni by the beginning of a name or an e-mail address, which must not stand in a URL",
    request_body(content = SearchAlumni, content_type = "application/json"),
    responses(
        (status = 200, description = "A page", body = AlumniPageView),
        Refusals, Unreadable,
    ),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn search(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.page")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let mut faults = Vec::new();
    let mut reader = Reader::new(body::parse(&bytes)?, Place::ROOT, &mut faults);
    let asked = ask(&mut reader, true);
    reader.done();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults).into());
    }
    Ok(HttpResponse::Ok().json(answer(&cx, asked).await?))
}

async fn answer(cx: &Cx, (filter, (as_of, known_at), question): Asked) -> Result<AlumniPageView, Error> {
    let from = cx.viewpoint(as_of, known_at)?;
    let name = format!("alumni {filter:?} {as_of:?} {known_at:?} {:?}", question.order);
    let window = question.window(cx, &name, |p| AlumniPosition { value: p.value, id: AlumnusId::from_bytes(p.id) })?;
    let page = super::page(cx, &filter, from, question.order, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(|(listed, _)| super::position(question.order.0, listed));
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let mut data: Vec<AlumnusView> = page.items.iter().map(|(_, alumnus)| AlumnusView::in_a_list(cx.redaction(), from, alumnus)).collect();
    if filter.tells_engagement(Some(question.order.0)) {
        let people: Vec<AlumnusId> = data.iter().map(|alumnus| alumnus.id).collect();
        let mut standings = crate::engagement::standings(cx, &people).await?;
        data.iter_mut().for_each(|alumnus| alumnus.engagement = standings.remove(&alumnus.id).map(StandingView::from));
    }
    Ok(AlumniPageView { data, next })
}

fn viewpoint(cx: &Cx, request: &HttpRequest) -> Result<Viewpoint, Error> {
    let (as_of, known_at) = query(request, |r| (r.date("as_of"), r.moment("known_at")))?;
    cx.viewpoint(as_of, known_at)
}

/// `GET /v1/alumni/{id}`
#[utoipa::path(get, path = "/v1/alumni/{id}", tag = "Alumni", operation_id = "getAlumnus",
    description = "With every employment period and its departure. `as_of` and `known_at` show the past: what was so on a day, and what was known of it at a moment.",
    summary = "A person any source has named, with their employment periods",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("as_of" = Option<Date>, Query, description = "As it was on this day"),
        ("known_at" = Option<Moment>, Query, description = "As it was known at this moment"),
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304"),
    ),
    responses(
        (status = 200, description = "The person", body = AlumnusView),
        (status = 304, description = "As it is known"),
        Refusals, NoSuch,
    ),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.find")?;
    let from = viewpoint(&cx, &request)?;
    let asked = id(&path)?;
    let alumnus = super::find(&cx, asked, from).await?;
    let view = AlumnusView::seen_by(cx.redaction(), from, &alumnus);
    Ok(as_of_another(asked, alumnus.id, "", etag::answer(&request, view.etag, &view)))
}

/// `PATCH /v1/alumni/{id}`
#[utoipa::path(patch, path = "/v1/alumni/{id}", tag = "Alumni", operation_id = "editAlumnus",
    description = "A member that is left out stays, null takes the word of the alumni office back so that the sources' shows again, anything else is its word from now on. Lists are replaced as a whole.",
    summary = "Edit contacts and the preferred name (JSON Merge Patch, RFC 7396); the office's word outlives imports",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("If-Match" = Option<String>, Header, description = "The entity tag of the state that is to be changed: another state is refused with 412. The operator may require it"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = EditAlumnus, content_type = "application/merge-patch+json", description = "Read as application/json too."),
    responses(
        (status = 200, description = "The person after the edit", body = AlumnusView),
        Refusals, NoSuch, Unreadable, Overtaken, Conditional,
    ),
    security(("oauth2" = ["alumni:write"]), ("bearer" = [])))]
pub async fn edit(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.edit")?;
    query(&request, |_| ())?;
    let id = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let (edit, state) = (input::edit(body::parse(&bytes)?)?, Condition::of_request(&request).of_edit(&cx)?);
    let edit = |receipt| super::edit(&cx, id, edit, state, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, edit, |id| super::edited(&cx, id)).await?;
    let view = AlumnusView::seen_by(cx.redaction(), cx.viewpoint(None, None)?, &done.what);
    let response = as_of_another(id, done.what.id, "", etag::answer(&request, view.etag, &view));
    Ok(idempotency::mark(done.replayed, response))
}

/// `GET /v1/alumni/{id}/employments`
#[utoipa::path(get, path = "/v1/alumni/{id}/employments", tag = "Alumni", operation_id = "listEmployments",
    description = "As in `getAlumnus`, without the person.",
    summary = "The employment periods of a person, the latest first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("as_of" = Option<Date>, Query, description = "As it was on this day"),
        ("known_at" = Option<Moment>, Query, description = "As it was known at this moment"),
    ),
    responses((status = 200, description = "The periods", body = EmploymentsView), Refusals, NoSuch),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn employments(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.find")?;
    let from = viewpoint(&cx, &request)?;
    let asked = id(&path)?;
    let alumnus = super::find(&cx, asked, from).await?;
    let data = AlumnusView::seen_by(cx.redaction(), from, &alumnus).employments.unwrap_or_default();
    Ok(as_of_another(asked, alumnus.id, "/employments", HttpResponse::Ok().json(EmploymentsView { data })))
}

/// `GET /v1/alumni/{id}/departures`
#[utoipa::path(get, path = "/v1/alumni/{id}/departures", tag = "Alumni", operation_id = "listDeparturesOfAlumnus",
    description = "Announced, in effect and rescinded ones, with everything that was ever known of each.",
    summary = "The departures of a person with every version, the latest first",
    params(("id" = AlumnusId, Path, description = "Their id")),
    responses((status = 200, description = "The departures", body = DeparturesView), Refusals, NoSuch),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn departures(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("alumni.find")?;
    query(&request, |_| ())?;
    let from = cx.viewpoint(None, None)?;
    let asked = id(&path)?;
    let alumnus = super::find(&cx, asked, from).await?;
    let periods: Vec<EmploymentId> = alumnus.employments.iter().filter(|e| e.departure.is_some()).map(|e| e.id).collect();
    let mut versions: HashMap<EmploymentId, Vec<Employment>> = HashMap::new();
    for version in crate::departures::versions(&cx, &periods).await? {
        versions.entry(version.id).or_default().push(version);
    }
    let history = |period: &Employment| {
        let departure = DepartureView::seen_by(cx.redaction(), from, period)?;
        let versions = departure_versions(cx.redaction(), cx.today(), versions.get(&period.id)?);
        Some(DepartureHistoryView { departure, versions })
    };
    let data = alumnus.employments.iter().filter_map(history).collect();
    Ok(as_of_another(asked, alumnus.id, "/departures", HttpResponse::Ok().json(DeparturesView { data })))
}
