//! What outsiders send of consents.

use async_graphql::InputObject;
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::privacy::{Aim, ConsentBasis, ConsentChannel, ConsentDecision, ContactChannel, Purpose, Said};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{Json, Place, Reader};

/// What was said about one purpose. To be kept as it was said: what is wrong is withdrawn and recorded anew, never changed.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct RecordConsent {
    /// For what.
    pub purpose: Purpose,
    /// To whom data are passed on; required with the purpose `third_party`, and only there. Each recipient is a purpose of its
    /// own, by this very spelling.
    #[schema(max_length = 200)]
    pub recipient: Option<String>,
    /// What was said.
    pub decision: ConsentDecision,
    /// On which basis; required when granted, and never `none` then.
    pub basis: Option<ConsentBasis>,
    /// Where the organization's interest was weighed against the person's; required for a grant on `legitimate_interest`, and
    /// only with that basis.
    #[schema(max_length = 200)]
    pub balancing_note_id: Option<String>,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// The ways of reaching the person that it speaks of; all if none. Only with purposes for which people are contacted.
    #[schema(max_items = 4)]
    pub contact_channels: Option<Vec<ContactChannel>>,
    /// Which version of which text they were shown; required when granted by consent.
    #[schema(max_length = 200)]
    pub text_version: Option<String>,
    /// When it was said; now if missing, and never later than that.
    pub given_at: Option<Moment>,
    /// When it ends by itself, later than it was given. Objections have no end.
    pub expires_at: Option<Moment>,
}

/// The withdrawal of what was said.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WithdrawConsent {
    /// By which way it came.
    pub channel: ConsentChannel,
    /// Since when it is withdrawn; now if missing, never later than that, and never before it was given.
    pub withdrawn_at: Option<Moment>,
}

/// Reads what was said.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn said(json: Json<'_>, now: Moment) -> Result<Said, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let purpose = r.word("purpose", Purpose::WORDS, Purpose::from_word);
    let purpose = r.require("purpose", purpose);
    let recipient = r.text("recipient", 200);
    let decision = r.word("decision", ConsentDecision::WORDS, ConsentDecision::from_word);
    let decision = r.require("decision", decision);
    let basis = r.word("basis", ConsentBasis::WORDS, ConsentBasis::from_word);
    let balancing_note_id = r.text("balancing_note_id", 200);
    let channel = channel(&mut r);
    let way = |text: &str| ContactChannel::from_word(text).ok_or_else(|| Problem::NotOneOf { expected: ContactChannel::WORDS.to_vec() });
    let contact_channels = r.list_of("contact_channels", ContactChannel::ALL.len(), way);
    let text_version = r.text("text_version", 200);
    let (given_at, expires_at) = (r.moment("given_at"), r.moment("expires_at"));
    r.done();
    let (Some(purpose), Some(decision), Some(channel)) = (purpose, decision, channel) else { return Err(Error::Invalid(faults)) };
    let aim = Aim { purpose, recipient };
    let said = Said { aim, decision, basis, balancing_note_id, channel, contact_channels, text_version, given_at, expires_at };
    // What could not be read is told once, and not as missing besides.
    let unread: Vec<String> = faults.iter().map(|fault| fault.pointer.clone()).collect();
    faults.extend(said.faults(now).into_iter().filter(|fault| !unread.contains(&fault.pointer)));
    if faults.is_empty() { Ok(said) } else { Err(Error::Invalid(faults)) }
}

/// Reads a withdrawal: since when, and by which way.
///
/// # Errors
/// [`Error::Invalid`] with every fault of its form.
pub fn withdrawal(json: Json<'_>) -> Result<(Option<Moment>, ConsentChannel), Error> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let channel = channel(&mut r);
    let withdrawn_at = r.moment("withdrawn_at");
    r.done();
    match channel {
        Some(channel) if faults.is_empty() => Ok((withdrawn_at, channel)),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

fn channel(r: &mut Reader<'_, '_, '_>) -> Option<ConsentChannel> {
    let channel = r.word("channel", ConsentChannel::WORDS, ConsentChannel::from_word);
    r.require("channel", channel)
}
