//! What outsiders send of messages: reports, and questions whether somebody may be written to.

use async_graphql::InputObject;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{Act, Bounce, Fates, MessageRecord, Subject, SubjectType};
use furusu_domain::error::{Error, Fault, Form, Problem};
use furusu_domain::id::{AlumnusId, ContactPermissionId};
use furusu_domain::privacy::{ContactChannel, Purpose};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::permission::Asked;
use super::{Intake, Question};
use crate::departures::input::id as external_id;
use crate::engagement::input::{Named, PersonOfSource, RecordSubject};
use crate::json::{Json, Place, Reader};
use crate::rest::listing::ExternalId;

/// The most reports, or questions, of a batch.
pub const BATCH: usize = 1_000;

/// The most characters of a campaign's name.
const CAMPAIGN: usize = 200;

/// One message, as far as it is known now; never what it said, nor where it went. A later report may leave out all but
/// `external_id` and what is new.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct RecordMessage {
    /// Its id in the source, which names it for ever.
    #[schema(value_type = ExternalId)]
    pub external_id: String,
    /// To whom, by furusu's own id.
    pub alumnus_id: Option<AlumnusId>,
    /// To whom, by the id that an HR system has for them.
    pub person: Option<PersonOfSource>,
    /// By which way. Required of a message that is not known.
    pub channel: Option<ContactChannel>,
    /// For what: a purpose for which people are contacted. Required of a message that is not known.
    pub purpose: Option<Purpose>,
    /// What it was a part of, in the sender's words. Nothing personal.
    #[schema(max_length = 200)]
    pub campaign: Option<String>,
    /// What it is about.
    pub subject: Option<RecordSubject>,
    /// When it was sent, since 1970 and never after now. Required of a message that is not known.
    pub sent_at: Option<Moment>,
    /// When it was delivered.
    pub delivered_at: Option<Moment>,
    /// When it was opened; of several the earliest is kept, as of all that follow.
    pub opened_at: Option<Moment>,
    /// When a link in it was followed.
    pub clicked_at: Option<Moment>,
    /// When it was replied to.
    pub replied_at: Option<Moment>,
    /// When it came back.
    pub bounced_at: Option<Moment>,
    /// How it came back; `hard` if missing.
    pub bounce: Option<Bounce>,
    /// The permission that was held for it, which is used up by it.
    pub permission_id: Option<ContactPermissionId>,
    /// When the source last changed it: what is older than what is known does not change what the message was.
    pub source_updated_at: Option<Moment>,
}

/// Whether somebody may be written to. They are named by `alumnus_id` or by `person`.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct AskContactPermission {
    /// Whom, by furusu's own id.
    pub alumnus_id: Option<AlumnusId>,
    /// Whom, by the id that an HR system has for them.
    pub person: Option<PersonOfSource>,
    /// By which way.
    pub channel: ContactChannel,
    /// For what: a purpose for which people are contacted.
    pub purpose: Purpose,
}

/// Reads one report of a source; what is wrong with it is told with it.
pub fn record(json: Json<'_>, place: Place<'_>, source: &Source, now: Moment) -> Intake {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, place, &mut faults);
    let (id, record) = members(&mut r, source, now);
    r.done();
    let record = match record {
        Some(record) if faults.is_empty() => Ok(record),
        Some(_) | None => Err(faults),
    };
    Intake { external_id: id, record, place: place.pointer() }
}

fn members(r: &mut Reader<'_, '_, '_>, source: &Source, now: Moment) -> (Option<String>, Option<MessageRecord>) {
    let id = r.parsed("external_id", 200, external_id);
    let id = r.require("external_id", id);
    let whom = Named::read(r).whom_if_said(r);
    let channel = channel(r);
    let purpose = purpose(r);
    let campaign = r.text("campaign", CAMPAIGN);
    let subject = r.object("subject", |r| {
        let what = r.word("type", SubjectType::WORDS, SubjectType::from_word);
        let what = r.require("type", what);
        let id = r.parsed("id", 200, external_id);
        let id = r.require("id", id);
        what.zip(id).map(|(what, id)| Subject { what, id })
    });
    let mut happened = |name: &'static str| {
        let at = r.moment(name)?;
        match Act::can_be_of(at, now) {
            Ok(at) => Some(at),
            Err(problem) => {
                r.fault(name, problem);
                None
            }
        }
    };
    let sent_at = happened("sent_at");
    let [delivered_at, opened_at, clicked_at, replied_at, bounced_at] =
        ["delivered_at", "opened_at", "clicked_at", "replied_at", "bounced_at"].map(&mut happened);
    let bounce = r.word("bounce", Bounce::WORDS, Bounce::from_word);
    if bounce.is_some() && bounced_at.is_none() && r.peek("bounced_at").is_none() {
        r.fault("bounce", Problem::OnlyWith { what: "bounced_at" });
    }
    let bounced = bounced_at.map(|at| (at, bounce.unwrap_or(Bounce::Hard)));
    let permission = r.parsed("permission_id", 200, |text| text.parse().map_err(|_| Problem::UnknownPermission));
    let source_updated_at = r.moment("source_updated_at");
    let record = id.clone().map(|external_id| MessageRecord {
        source: source.clone(),
        external_id,
        source_updated_at,
        whom,
        channel,
        purpose,
        campaign,
        subject: subject.flatten(),
        sent_at,
        fates: Fates { delivered_at, opened_at, clicked_at, replied_at, bounced },
        permission,
    });
    (id, record)
}

fn channel(r: &mut Reader<'_, '_, '_>) -> Option<ContactChannel> {
    r.word("channel", ContactChannel::WORDS, ContactChannel::from_word)
}

/// A purpose for which people are contacted; there are others.
fn purpose(r: &mut Reader<'_, '_, '_>) -> Option<Purpose> {
    let reaching: Vec<&'static str> = Purpose::ALL.iter().filter(|p| p.reaches_people()).map(|p| p.as_str()).collect();
    r.word("purpose", &reaching, |text| Purpose::from_word(text).filter(|purpose| purpose.reaches_people()))
}

/// Reads one report with its source.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn one(json: Json<'_>, now: Moment) -> Result<Intake, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let source = r.parsed("source", 200, Source::of_another);
    let source = r.require("source", source);
    let json = r.json("record");
    let json = r.require("record", json);
    r.done();
    let Some(json) = json else { return Err(Error::Invalid(faults)) };
    // Whatever else is wrong is told at once, whether it is known whose report it is or not.
    let stand_in = Source::parse("unknown").map_err(|_| Error::Internal("no source".into()))?;
    let intake = record(json, Place::ROOT.member("record"), source.as_ref().unwrap_or(&stand_in), now);
    if let Err(wrong) = &intake.record {
        faults.extend(wrong.iter().cloned());
    }
    if faults.is_empty() { Ok(intake) } else { Err(Error::Invalid(faults)) }
}

/// Reads a batch: what is wrong with the batch itself refuses it, what is wrong with a report only that report.
///
/// # Errors
/// [`Error::Invalid`].
pub fn batch(json: Json<'_>, now: Moment) -> Result<Vec<Intake>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let source = r.parsed("source", 200, Source::of_another);
    let source = r.require("source", source);
    let records = many(&mut r, "records");
    r.done();
    match source {
        // The pointers of a report's faults begin at the report: that is what its sender has in hand.
        Some(source) if faults.is_empty() => Ok(records.into_iter().map(|json| record(json, Place::ROOT, &source, now)).collect()),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

fn many<'j>(r: &mut Reader<'j, '_, '_>, name: &'static str) -> Vec<Json<'j>> {
    let items = r.list(name, BATCH, |json, _, _| Some(json));
    if items.is_empty() && r.faults() == 0 {
        r.fault(name, Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } });
    }
    items
}

/// Reads one question, and whether a yes is to be held.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn question(json: Json<'_>) -> Result<(Question, bool), Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let asked = asked(&mut r);
    let hold = r.boolean("hold").unwrap_or(false);
    r.done();
    match asked {
        Some(question) if faults.is_empty() => Ok((question, hold)),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// Reads several questions: what is wrong with one of them rejects it alone.
///
/// # Errors
/// [`Error::Invalid`] with every fault of the batch itself.
pub fn questions(json: Json<'_>) -> Result<(Vec<Asked>, bool), Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let questions = many(&mut r, "questions");
    let hold = r.boolean("hold").unwrap_or(false);
    r.done();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Ok((questions.into_iter().map(one_of).collect(), hold))
}

/// The pointers of a question's faults begin at the question.
fn one_of(json: Json<'_>) -> Result<Question, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let question = asked(&mut r);
    r.done();
    question.filter(|_| faults.is_empty()).ok_or(faults)
}

fn asked(r: &mut Reader<'_, '_, '_>) -> Option<Question> {
    let whom = Named::read(r).whom(r);
    let channel = channel(r);
    let channel = r.require("channel", channel);
    let purpose = purpose(r);
    let purpose = r.require("purpose", purpose);
    match (whom, channel, purpose) {
        (Some(whom), Some(channel), Some(purpose)) => Some(Question { whom, channel, purpose }),
        _ => None,
    }
}
