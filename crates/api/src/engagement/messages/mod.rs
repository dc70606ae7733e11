//! Messages: what others sent to alumni, and what came of it; and whether somebody may be written to.

pub mod graphql;
pub mod input;
mod permission;
mod record;
pub mod rest;
pub mod view;

pub use permission::{Answered, Held, Question, ask, hold, replied};
pub use record::{Intake, record, record_one};

use std::collections::BTreeMap;

use furusu_domain::alumni::SortValue;
use furusu_domain::engagement::{Message, MessagePosition};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, MessageId};
use furusu_domain::page::{Page, Window};
use furusu_domain::privacy::ContactChannel;
use furusu_domain::time::Moment;

use crate::cursor::Position;
use crate::cx::Cx;

/// Several messages; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.many", skip_all)]
pub async fn many(cx: &Cx, ids: &[MessageId]) -> Result<Vec<Message>, Error> {
    cx.may("messages.find")?;
    cx.read().messages().many(ids).await
}

/// A page of the messages to somebody, what was sent last first. Whoever was merged into another is answered as that one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.page", skip_all)]
pub async fn page(
    cx: &Cx,
    of: AlumnusId,
    channel: Option<ContactChannel>,
    window: &Window<MessagePosition>,
) -> Result<(AlumnusId, Page<Message>), Error> {
    cx.may("messages.find")?;
    let (of, _) = cx.read().merges().who_answers(of).await?.ok_or(Error::NotFound)?;
    Ok((of, pages(cx, &[of], channel, window).await?.remove(&of).ok_or(Error::NotFound)?))
}

/// A page of the messages to each of these people, what was sent last first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.pages", skip_all)]
pub async fn pages(
    cx: &Cx,
    of: &[AlumnusId],
    channel: Option<ContactChannel>,
    window: &Window<MessagePosition>,
) -> Result<BTreeMap<AlumnusId, Page<Message>>, Error> {
    cx.may("messages.find")?;
    cx.read().messages().pages(of, channel, window).await
}

/// How many messages each of these people was sent.
///
/// # Errors
/// As every statement.
pub async fn count(cx: &Cx, of: &[AlumnusId], channel: Option<ContactChannel>) -> Result<BTreeMap<AlumnusId, i64>, Error> {
    cx.may("messages.find")?;
    cx.read().messages().count(of, channel).await
}

/// A message's place in a list.
#[must_use]
pub const fn position(message: &Message) -> Position {
    Position { value: SortValue::Moment(message.sent_at), id: *message.id.as_bytes() }
}

/// The place that a cursor names.
#[must_use]
pub fn place(position: Position) -> MessagePosition {
    let sent_at = match position.value {
        SortValue::Moment(at) => at,
        // A cursor is good for its own list only, and this one is sorted by a moment.
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Number(_) => Moment::from_micros(0),
    };
    MessagePosition { sent_at, id: MessageId::from_bytes(position.id) }
}
