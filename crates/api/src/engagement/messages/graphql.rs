//! Messages by GraphQL, and whether somebody may be written to.

mod loaders;

use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::departures::Source;
use furusu_domain::engagement::{MessageOutcome, MessageRecorded};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{AlumnusId, MessageId};
use furusu_domain::page::Page;
use furusu_domain::privacy::ContactChannel;

pub use loaders::Messages;

use loaders::{AskedPage, Counted};

use super::input::{self, AskContactPermission, BATCH, RecordMessage};
use super::permission::{Answer, Asked};
use super::rest::{by_itself, first, only};
use super::view::{AnsweredView, MessageView, PermissionView, RecordedMessageView};
use super::{place, position};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cx::Cx;
use crate::error::{camel_faults, to_graphql};
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx};
use crate::idempotency::{self, Once};
use crate::json::Place;
use crate::rest::body;

/// Messages to somebody, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MessageConnection {
    /// The messages with their places.
    pub edges: Vec<Edge<MessageView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    of: AlumnusId,
    #[graphql(skip)]
    channel: Option<ContactChannel>,
}

#[ComplexObject]
impl MessageConnection {
    /// The messages without their places.
    async fn nodes(&self) -> Vec<&MessageView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let key = Counted { of: self.of, channel: self.channel };
        let loaded = context.data::<Loader<Messages>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        Ok(loaded.unwrap_or_default())
    }
}

/// The messages to somebody, loaded with those to all others that are asked for at the same time.
///
/// # Errors
/// The scope `engagement:read` is missing, the page is none, or a statement failed.
pub async fn connection(context: &Context<'_>, of: AlumnusId, channel: Option<ContactChannel>, part: &Part) -> Result<MessageConnection> {
    let cx = cx(context)?;
    let name = format!("messages {of} {channel:?}");
    let window = part.window(cx, &name, place).map_err(to_graphql)?;
    let key = AskedPage { of, channel, window };
    let loaded = context.data::<Loader<Messages>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
    let Some(page) = loaded else { return Err(to_graphql(Error::NotFound)) };
    let page = Page { items: page.items.clone(), more: page.more };
    let (edges, page_info) = part.edges(cx, &name, page, |message| Some((position(&message), MessageView::from(message))));
    Ok(MessageConnection { edges, page_info, of, channel })
}

#[ComplexObject]
impl MessageView {
    /// To whom it was sent. Needs the scope `alumni:read`.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

/// What can be asked of messages.
#[derive(Default)]
pub struct MessagesQuery;

#[Object]
impl MessagesQuery {
    /// A message; null if there is no such one. Needs the scope `engagement:read`.
    async fn message(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: MessageId) -> Result<Option<MessageView>> {
        let message = super::many(cx(context)?, &[id]).await.map_err(to_graphql)?.pop();
        Ok(message.map(MessageView::from))
    }

    /// May somebody be written to? Nothing is held by it. Null if nobody is known by that. Needs the scope `engagement:read`.
    async fn contact_permission(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The question.")] question: AskContactPermission,
    ) -> Result<Option<PermissionView>> {
        let answer = async {
            let asked = asked("question", &question)?;
            only(super::ask(cx(context).map_err(|_| Error::Internal("no context".into()))?, vec![Ok(asked)]).await?)
        };
        match answer.await {
            Ok(answered) => Ok(Some(PermissionView::from(answered))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// May these people be written to? Nothing is held by it. At most 100 questions; by mutation, 1,000. Needs the scope
    /// `engagement:read`.
    async fn contact_permissions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The questions.")] questions: Vec<AskContactPermission>,
    ) -> Result<Vec<AnsweredView>> {
        let cx = cx(context)?;
        if questions.is_empty() || questions.len() > 100 {
            let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: 100 } };
            return Err(to_graphql(Error::fault("/questions", problem)));
        }
        let (questions, _) = all_asked(&questions).map_err(to_graphql)?;
        let answers = super::ask(cx, questions).await.map_err(to_graphql)?;
        Ok(answered(answers))
    }
}

fn asked(member: &'static str, question: &AskContactPermission) -> Result<super::Question, Error> {
    let text = as_in_rest(question)?;
    match input::question(body::parse(text.as_bytes())?) {
        Ok((question, _)) => Ok(question),
        Err(Error::Invalid(mut faults)) => {
            faults.iter_mut().for_each(|fault| fault.pointer.insert_str(0, &Place::ROOT.member(member).pointer()));
            Err(Error::Invalid(faults))
        }
        Err(error) => Err(error),
    }
}

fn all_asked(questions: &[AskContactPermission]) -> Result<(Vec<Asked>, String), Error> {
    let text = as_in_rest(&serde_json::json!({ "questions": questions }))?;
    Ok((input::questions(body::parse(text.as_bytes())?)?.0, text))
}

fn answered(answers: Vec<Answer>) -> Vec<AnsweredView> {
    answers.into_iter().enumerate().map(|(n, answer)| camelled_answer(AnsweredView::new(n, answer))).collect()
}

fn camelled_answer(mut view: AnsweredView) -> AnsweredView {
    camel_faults(&mut view.problems);
    view
}

/// One message of a source.
#[derive(InputObject)]
pub struct RecordMessageInput {
    /// The source that tells of it.
    source: String,
    /// The report.
    record: RecordMessage,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same report within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a report.
#[derive(SimpleObject)]
pub struct RecordMessagePayload {
    /// What became of it.
    result: RecordedMessageView,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Up to 1,000 messages of one source.
#[derive(InputObject)]
pub struct RecordMessagesInput {
    /// The source that all the reports come from.
    source: String,
    /// The reports, applied in their order.
    records: Vec<RecordMessage>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same batch within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a batch.
#[derive(SimpleObject)]
pub struct RecordMessagesPayload {
    /// What became of each report, in order.
    results: Vec<RecordedMessageView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Asks whether somebody may be written to, and holds a yes.
#[derive(InputObject)]
pub struct HoldContactPermissionInput {
    /// The question.
    question: AskContactPermission,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same question within 24 hours, it gives
    /// what was answered and holds nothing more.
    idempotency_key: Option<String>,
}

/// The answer.
#[derive(SimpleObject)]
pub struct HoldContactPermissionPayload {
    /// Yes, and until when that is held, or no and why.
    permission: PermissionView,
    /// Whether that was answered earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Asks whether people may be written to, up to 1,000 questions, and holds each yes.
#[derive(InputObject)]
pub struct HoldContactPermissionsInput {
    /// The questions, answered in their order.
    questions: Vec<AskContactPermission>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same questions within 24 hours, it gives
    /// what was answered and holds nothing more.
    idempotency_key: Option<String>,
}

/// The answers.
#[derive(SimpleObject)]
pub struct HoldContactPermissionsPayload {
    /// The answer to each question, in order.
    results: Vec<AnsweredView>,
    /// Whether that was answered earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// What can be done with messages.
#[derive(Default)]
pub struct MessagesMutation;

#[Object]
impl MessagesMutation {
    /// Tell of one message to an alumnus, and what came of it. Needs the scope `engagement:write`.
    async fn record_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The report.")] input: RecordMessageInput,
    ) -> Result<RecordMessagePayload> {
        record(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Tell of up to 1,000 messages of one source. Needs the scope `engagement:write`.
    async fn record_messages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The batch.")] input: RecordMessagesInput,
    ) -> Result<RecordMessagesPayload> {
        record_all(cx(context)?, input).await.map_err(to_graphql)
    }

    /// May somebody be written to? A yes is held for an hour: of two who ask for the last place at the same time, one gets it. Needs
    /// the scope `engagement:write`.
    async fn hold_contact_permission(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The question.")] input: HoldContactPermissionInput,
    ) -> Result<HoldContactPermissionPayload> {
        hold(cx(context)?, input).await.map_err(to_graphql)
    }

    /// May these people be written to? Each yes is held for an hour. Needs the scope `engagement:write`.
    async fn hold_contact_permissions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The questions.")] input: HoldContactPermissionsInput,
    ) -> Result<HoldContactPermissionsPayload> {
        hold_all(cx(context)?, input).await.map_err(to_graphql)
    }
}

async fn record(cx: &Cx, input: RecordMessageInput) -> Result<RecordMessagePayload, Error> {
    cx.may("messages.record")?;
    let RecordMessageInput { source, record, idempotency_key } = input;
    let asked = as_in_rest(&serde_json::json!({ "source": source, "record": record }))?;
    let text = as_in_rest(&record)?;
    let source = Source::of_another(&source).map_err(|problem| Error::fault("/input/source", problem))?;
    let place = Place::ROOT;
    let input = place.member("input");
    let mut intake = input::record(body::parse(text.as_bytes())?, input.member("record"), &source, cx.now());
    intake.record = Ok(intake.record.map_err(Error::Invalid)?);
    let Once { what, replayed } = if idempotency_key.is_none() {
        Once { what: super::record_one(cx, intake).await?, replayed: false }
    } else {
        let work = |receipt| by_itself(cx, intake, receipt);
        let key = idempotency_key.as_deref();
        let again = |kept: Vec<MessageRecorded>| async { first(kept) };
        idempotency::by_graphql(cx, "recordMessage", key, asked.as_bytes(), work, again).await?
    };
    if what.outcome == MessageOutcome::Rejected {
        return Err(Error::Invalid(what.problems));
    }
    Ok(RecordMessagePayload { result: RecordedMessageView::new(0, what), replayed })
}

async fn record_all(cx: &Cx, input: RecordMessagesInput) -> Result<RecordMessagesPayload, Error> {
    cx.may("messages.record")?;
    let RecordMessagesInput { source, records, idempotency_key } = input;
    bounded("/input/records", records.len())?;
    let _turn = cx.turn().await;
    let text = as_in_rest(&serde_json::json!({ "source": source, "records": records }))?;
    let intake = input::batch(body::parse(text.as_bytes())?, cx.now())?;
    let record = |receipt| super::record(cx, intake, receipt);
    let key = idempotency_key.as_deref();
    let again = |kept| std::future::ready(Ok(kept));
    let Once { what, replayed } = idempotency::by_graphql(cx, "recordMessages", key, text.as_bytes(), record, again).await?;
    let results = what.into_iter().enumerate().map(|(n, recorded)| camelled(RecordedMessageView::new(n, recorded))).collect();
    Ok(RecordMessagesPayload { results, replayed })
}

fn bounded(pointer: &'static str, came: usize) -> Result<(), Error> {
    let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } };
    if (1..=BATCH).contains(&came) { Ok(()) } else { Err(Error::fault(pointer, problem)) }
}

fn camelled(mut view: RecordedMessageView) -> RecordedMessageView {
    camel_faults(&mut view.problems);
    view
}

async fn hold(cx: &Cx, input: HoldContactPermissionInput) -> Result<HoldContactPermissionPayload, Error> {
    cx.may("messages.hold")?;
    let HoldContactPermissionInput { question, idempotency_key } = input;
    let text = as_in_rest(&question)?;
    let asked = asked("input", &question)?;
    let hold = |receipt| super::hold(cx, vec![Ok(asked)], receipt);
    let key = idempotency_key.as_deref();
    let again = |kept| super::replied(cx, kept);
    let done = idempotency::by_graphql(cx, "holdContactPermission", key, text.as_bytes(), hold, again).await?;
    Ok(HoldContactPermissionPayload { permission: PermissionView::from(only(done.what)?), replayed: done.replayed })
}

async fn hold_all(cx: &Cx, input: HoldContactPermissionsInput) -> Result<HoldContactPermissionsPayload, Error> {
    cx.may("messages.hold")?;
    let HoldContactPermissionsInput { questions, idempotency_key } = input;
    bounded("/input/questions", questions.len())?;
    let _turn = cx.turn().await;
    let (questions, text) = all_asked(&questions)?;
    let hold = |receipt| super::hold(cx, questions, receipt);
    let key = idempotency_key.as_deref();
    let again = |kept| super::replied(cx, kept);
    let done = idempotency::by_graphql(cx, "holdContactPermissions", key, text.as_bytes(), hold, again).await?;
    Ok(HoldContactPermissionsPayload { results: answered(done.what), replayed: done.replayed })
}
