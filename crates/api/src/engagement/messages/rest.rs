//! Messages by REST, and whether somebody may be written to.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::engagement::{MessageOutcome, MessageRecorded};
use furusu_domain::error::{Error, Problem};
use furusu_domain::id::{AlumnusId, MessageId};
use furusu_domain::page::{Direction, MOST};
use furusu_domain::privacy::{ContactChannel, Purpose};

use super::input::{self, AskContactPermission, RecordMessage};
use super::permission::{Answer, Answered, Asked};
use super::view::{
    AnsweredBatchView, AnsweredView, MessagePageView, MessageView, PermissionView, RecordedMessageView, RecordedMessagesView,
};
use super::{Intake, place, position};
use crate::cx::Cx;
use crate::engagement::input::PersonOfSource;
use crate::error::Refusal;
use crate::idempotency::{self, Once, Receipt};
use crate::identity::rest::as_of_another;
use crate::rest::listing::{Cursor, SourceName};
use crate::rest::{NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// One message, with the source that tells of it.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct RecordMessageOfSource {
    /// The source that tells of it.
    #[schema(value_type = SourceName)]
    source: String,
    /// The message.
    record: RecordMessage,
}

/// Messages of one source.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct RecordMessages {
    /// The source that all the reports come from.
    #[schema(value_type = SourceName)]
    source: String,
    /// The reports, 1 to 1,000; applied in their order.
    #[schema(min_items = 1, max_items = 1000)]
    records: Vec<RecordMessage>,
}

/// A question, and whether a yes is to be held.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct AskContactPermissionOnce {
    /// Whom, by furusu's own id.
    alumnus_id: Option<AlumnusId>,
    /// Whom, by the id that an HR system has for them.
    person: Option<PersonOfSource>,
    /// By which way.
    channel: ContactChannel,
    /// For what: a purpose for which people are contacted.
    purpose: Purpose,
    /// Whether a yes is held for an hour, so that nobody else is given its place; needs the scope engagement:write.
    hold: Option<bool>,
}

/// Several questions, and whether each yes is to be held.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct AskContactPermissions {
    /// The questions, 1 to 1,000; answered in their order.
    #[schema(min_items = 1, max_items = 1000)]
    questions: Vec<AskContactPermission>,
    /// Whether each yes is held for an hour, so that nobody else is given its place; needs the scope engagement:write.
    hold: Option<bool>,
}

/// `POST /v1/messages`
#[utoipa::path(post, path = "/v1/messages", tag = "Messages", operation_id = "recordMessage",
    description = "Idempotent by source and external id, in any order. Of what came of it the earliest is kept, whenever it is told; what the message was is corrected by later reports, and what was known before is kept. It is kept with the consent that allowed it at the time, or with word that none did: what happened is recorded anyway. That it was opened, a link followed, or replied to, is an activity of theirs.",
    summary = "Tell of one message to an alumnus, and what came of it",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and does nothing"),
    ),
    request_body(content = RecordMessageOfSource, content_type = "application/json"),
    responses(
        (status = 201, description = "It was not known", body = RecordedMessageView),
        (status = 200, description = "It was known", body = RecordedMessageView),
        Refusals, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn record(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("messages.record")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let intake = input::one(body::parse(&bytes)?, cx.now())?;
    let key = idempotency::key(&request)?;
    let Once { what, replayed } = if key.is_none() {
        Once { what: super::record_one(&cx, intake).await?, replayed: false }
    } else {
        let work = |receipt| by_itself(&cx, intake, receipt);
        idempotency::by_rest(&cx, &request, &bytes, work, |kept: Vec<MessageRecorded>| async { first(kept) }).await?
    };
    let status = match what.outcome {
        MessageOutcome::Created => StatusCode::CREATED,
        MessageOutcome::Updated | MessageOutcome::Unchanged | MessageOutcome::Stale => StatusCode::OK,
        MessageOutcome::Rejected => return Err(Error::Invalid(what.problems).into()),
    };
    Ok(idempotency::mark(replayed, HttpResponse::build(status).json(RecordedMessageView::new(0, what))))
}

/// Takes one report in a transaction of its own, which keeps its receipt.
pub(super) async fn by_itself(cx: &Cx, intake: Intake, receipt: Receipt<Vec<MessageRecorded>>) -> Result<MessageRecorded, Error> {
    first(super::record(cx, vec![intake], receipt).await?)
}

/// The one that there is.
pub(super) fn first<T>(all: Vec<T>) -> Result<T, Error> {
    all.into_iter().next().ok_or(Error::NotFound)
}

/// `POST /v1/messages/batch`
#[utoipa::path(post, path = "/v1/messages/batch", tag = "Messages", operation_id = "recordMessages",
    description = "Reports are applied in their order, each with its own outcome; a report with a fault is rejected alone, and the others go in. The pointers of its problems begin at the report.",
    summary = "Tell of up to 1,000 messages of one source",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and does nothing"),
    ),
    request_body(content = RecordMessages, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of each report, in order", body = RecordedMessagesView),
        Refusals, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn record_batch(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("messages.record")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let intake = input::batch(body::parse(&bytes)?, cx.now())?;
    let record = |receipt| super::record(&cx, intake, receipt);
    let Once { what, replayed } = idempotency::by_rest(&cx, &request, &bytes, record, |kept| std::future::ready(Ok(kept))).await?;
    let results = what.into_iter().enumerate().map(|(n, r)| RecordedMessageView::new(n, r)).collect();
    Ok(idempotency::mark(replayed, HttpResponse::Ok().json(RecordedMessagesView { results })))
}

/// `GET /v1/messages/{id}`
#[utoipa::path(get, path = "/v1/messages/{id}", tag = "Messages", operation_id = "getMessage",
    description = "With what came of it, and what allowed it when it was sent.",
    summary = "A message",
    params(("id" = MessageId, Path, description = "Its id")),
    responses((status = 200, description = "The message", body = MessageView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("messages.find")?;
    query(&request, |_| ())?;
    let message = super::many(&cx, &[id(&path)?]).await?.pop().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().json(MessageView::from(message)))
}

/// `GET /v1/alumni/{id}/messages`
#[utoipa::path(get, path = "/v1/alumni/{id}/messages", tag = "Messages", operation_id = "listMessages",
    description = "By whomever and whichever way, as far as it was told.",
    summary = "What was sent to somebody, last first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("channel" = Option<ContactChannel>, Query, description = "Only what was sent by this way"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = MessagePageView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("messages.find")?;
    let (channel, question) = query(&request, |r| {
        let channel = r.word("channel", ContactChannel::WORDS, ContactChannel::from_word);
        (channel, listing::read_in_order(r, ((), Direction::Desc), MOST))
    })?;
    let of: AlumnusId = id(&path)?;
    let name = format!("messages {of} {channel:?}");
    let window = question.window(&cx, &name, place)?;
    let (answers, page) = super::page(&cx, of, channel, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.into_iter().map(MessageView::from).collect();
    let response = listing::answer(&request, next.as_deref()).json(MessagePageView { data, next });
    Ok(as_of_another(of, answers, "/messages", response))
}

/// `POST /v1/contact-permissions`
#[utoipa::path(post, path = "/v1/contact-permissions", tag = "Messages", operation_id = "askContactPermission",
    description = "By what they allowed, by whether they can be reached, and by how often they were written to over all ways together (`contact_cap` of the organization). A no has every reason, and when it may be asked again. With `hold`, which needs the scope engagement:write, a yes is held for an hour and counts against the cap, until the report of a message names it: of two who ask for the last place at the same time, one gets it.",
    summary = "May somebody be written to?",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "With `hold`: a name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and holds nothing more"),
    ),
    request_body(content = AskContactPermissionOnce, content_type = "application/json"),
    responses((status = 200, description = "Yes, or no and why", body = PermissionView), Refusals, NoSuch, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn ask(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("messages.ask")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let (question, hold) = input::question(body::parse(&bytes)?)?;
    let Once { what, replayed } = answer(&cx, &request, &bytes, vec![Ok(question)], hold).await?;
    Ok(idempotency::mark(replayed, HttpResponse::Ok().json(PermissionView::from(only(what)?))))
}

/// `POST /v1/contact-permissions/batch`
#[utoipa::path(post, path = "/v1/contact-permissions/batch", tag = "Messages", operation_id = "askContactPermissions",
    description = "Questions are answered in their order; one with a fault, or about nobody known, is rejected alone. With `hold`, which needs the scope engagement:write, each yes counts against the cap for the later questions on the same person.",
    summary = "May these people be written to? Up to 1,000 questions",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "With `hold`: a name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and holds nothing more"),
    ),
    request_body(content = AskContactPermissions, content_type = "application/json"),
    responses((status = 200, description = "The answers, in order", body = AnsweredBatchView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn ask_batch(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("messages.ask")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let (questions, hold) = input::questions(body::parse(&bytes)?)?;
    let Once { what, replayed } = answer(&cx, &request, &bytes, questions, hold).await?;
    let results = what.into_iter().enumerate().map(|(n, answer)| AnsweredView::new(n, answer)).collect();
    Ok(idempotency::mark(replayed, HttpResponse::Ok().json(AnsweredBatchView { results })))
}

async fn answer(cx: &Cx, request: &HttpRequest, bytes: &[u8], questions: Vec<Asked>, hold: bool) -> Result<Once<Vec<Answer>>, Error> {
    if !hold {
        return Ok(Once { what: super::ask(cx, questions).await?, replayed: false });
    }
    cx.may("messages.hold")?;
    let work = |receipt| super::hold(cx, questions, receipt);
    idempotency::by_rest(cx, request, bytes, work, |kept| super::replied(cx, kept)).await
}

/// The one answer that there is. Whoever is unknown is nobody.
pub(super) fn only(answers: Vec<Answer>) -> Result<Answered, Error> {
    first(answers)?.map_err(|faults| {
        if faults.iter().all(|fault| fault.problem == Problem::UnknownPerson) { Error::NotFound } else { Error::Invalid(faults) }
    })
}
