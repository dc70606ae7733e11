//! Returning applicants by REST.

use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::alumni::SortValue;
use furusu_domain::applicants::Finding;
use furusu_domain::error::{Error, Fault};
use furusu_domain::id::{AlumnusId, LookupId};
use furusu_domain::page::{Direction, MOST};

use super::input::{self, LookUpApplicant, LookUpApplicants, ReviewFinding};
use super::view::{AnswerView, AnswersView, DisclosurePageView, DisclosureView, FindingView, ReviewView};
use crate::cursor::Position;
use crate::cx::Cx;
use crate::error::{FaultView, Refusal};
use crate::idempotency;
use crate::identity::rest::as_of_another;
use crate::json::Place;
use crate::rest::listing::Cursor;
use crate::rest::{NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// `POST /v1/returning-applicants/lookups`
#[utoipa::path(post, path = "/v1/returning-applicants/lookups", tag = "Returning applicants", operation_id = "lookUpApplicant",
    description = "Send everything the application form has, as it was written: names in any script, former names, every e-mail address. The answer always has the same form; people who objected to being found cannot be told from people who were never here. Each lookup is kept as a disclosure before it is answered, and the person found can read it. A credential that asks as somebody does who wants a list of people is slowed with 429.",
    summary = "Was this applicant here before?",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives the same finding and looks nobody up"),
    ),
    request_body(content = LookUpApplicant, content_type = "application/json"),
    responses((status = 200, description = "The finding", body = FindingView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["matching:lookup"]), ("bearer" = [])))]
pub async fn look_up(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("applicants.look_up")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let question = input::question(body::parse(&bytes)?, Place::ROOT, cx.now()).map_err(Error::Invalid)?;
    let ask = |receipt| super::look_up(&cx, question, receipt);
    let again = |ids: Vec<Option<LookupId>>| super::told_one(&cx, ids);
    let done = idempotency::by_rest(&cx, &request, &bytes, ask, again).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(super::shown(&cx, done.what, Vec::new()))))
}

/// `POST /v1/returning-applicants/lookups/batch`
#[utoipa::path(post, path = "/v1/returning-applicants/lookups/batch", tag = "Returning applicants", operation_id = "lookUpApplicants",
    description = "Each applicant is answered alone, in order: with a finding, or with the faults of the question. The pointers of these begin at the applicant.",
    summary = "Were these applicants here before? Up to 1,000",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives the same findings and looks nobody up"),
    ),
    request_body(content = LookUpApplicants, content_type = "application/json"),
    responses((status = 200, description = "What became of each question, in order", body = AnswersView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["matching:lookup"]), ("bearer" = [])))]
pub async fn look_up_all(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("applicants.look_up")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let questions = input::batch(body::parse(&bytes)?, cx.now())?;
    // Read again, the faults of what could not be read are the same.
    let faults: Vec<Option<Vec<Fault>>> = questions.iter().map(|question| question.as_ref().err().cloned()).collect();
    let ask = |receipt| super::look_up_all(&cx, questions, receipt);
    let again = |ids: Vec<Option<LookupId>>| super::told_all(&cx, ids, faults);
    let done = idempotency::by_rest(&cx, &request, &bytes, ask, again).await?;
    let answer = |(index, answer)| answered(&cx, index, answer);
    let results = done.what.into_iter().enumerate().map(answer).collect();
    Ok(idempotency::mark(done.replayed, HttpResponse::Ok().json(AnswersView { results })))
}

/// One answer of a batch.
pub(super) fn answered(cx: &Cx, index: usize, answer: Result<Finding, Vec<Fault>>) -> AnswerView {
    match answer {
        Ok(finding) => AnswerView { index, finding: Some(super::shown(cx, finding, Vec::new())), problems: Vec::new() },
        Err(faults) => AnswerView { index, finding: None, problems: faults.into_iter().map(FaultView::from).collect() },
    }
}

/// `GET /v1/returning-applicants/lookups/{id}`
#[utoipa::path(get, path = "/v1/returning-applicants/lookups/{id}", tag = "Returning applicants", operation_id = "getFinding",
    description = "One's own findings; with the scope `matching:review` those of the whole organization, with their explanation.",
    summary = "A finding as it was told, and what people decided on it",
    params(("id" = LookupId, Path, description = "Its id")),
    responses((status = 200, description = "The finding", body = FindingView), Refusals, NoSuch),
    security(("oauth2" = ["matching:lookup"]), ("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    super::may_see(&cx)?;
    query(&request, |_| ())?;
    let (finding, reviews) = super::find(&cx, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(super::shown(&cx, finding, reviews)))
}

/// `POST /v1/returning-applicants/lookups/{id}/reviews`
#[utoipa::path(post, path = "/v1/returning-applicants/lookups/{id}/reviews", tag = "Returning applicants", operation_id = "reviewFinding",
    description = "`confirmed` and `not_the_same_person` teach the matcher; `advanced`, `declined` and `hired` tell what became of the application. Several may be sent, as they come.",
    summary = "Send back what a person decided on a finding",
    params(
        ("id" = LookupId, Path, description = "The finding"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = ReviewFinding, content_type = "application/json"),
    responses((status = 201, description = "The review as it is kept", body = ReviewView), Refusals, NoSuch, Unreadable, Overtaken),
    security(("oauth2" = ["matching:lookup"]), ("oauth2" = ["matching:review"]), ("bearer" = [])))]
pub async fn review(cx: Cx, path: web::Path<String>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    super::may_see(&cx)?;
    query(&request, |_| ())?;
    let lookup: LookupId = id(&path)?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let decided = input::review(body::parse(&bytes)?, Place::ROOT)?;
    let keep = |receipt| super::review(&cx, lookup, decided, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, keep, |id| super::reviewed(&cx, lookup, id)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Created().json(ReviewView::from(done.what))))
}

/// `GET /v1/alumni/{id}/disclosures`
#[utoipa::path(get, path = "/v1/alumni/{id}/disclosures", tag = "Returning applicants", operation_id = "listDisclosures",
    description = "Every lookup that found this person, as it was told: the alumnus may read it.",
    summary = "What was told of a person by lookups: who asked, on which basis, and what they got; the latest first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = DisclosurePageView), Refusals, NoSuch),
    security(("oauth2" = ["privacy:read"]), ("bearer" = [])))]
pub async fn disclosures(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("applicants.disclosures")?;
    let person: AlumnusId = id(&path)?;
    let question = query(&request, |r| listing::read_in_order(r, ((), Direction::Desc), MOST))?;
    let name = format!("disclosures {person}");
    let window = question.window(&cx, &name, |p| LookupId::from_bytes(p.id))?;
    let (answers, page) = super::disclosures(&cx, person, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(place);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.into_iter().map(DisclosureView::from).collect();
    let response = listing::answer(&request, next.as_deref()).json(DisclosurePageView { data, next });
    Ok(as_of_another(person, answers, "/disclosures", response))
}

/// A disclosure's place in its list.
pub(super) fn place(finding: &Finding) -> Position {
    Position { value: SortValue::Moment(finding.at), id: *finding.id.as_bytes() }
}
