//! Consents as outsiders see them: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::alumni::Alumnus;
use furusu_domain::id::{AlumnusId, ConsentId};
use furusu_domain::privacy::{
    Aim, Consent, ConsentBasis, ConsentChannel, ConsentDecision, ConsentState, ConsentTiming, ContactChannel, Purpose, Withdrawal,
};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::Known;
use crate::cx::Cx;
use crate::rest::listing::Cursor;

/// What was said about one purpose of a person's data.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Consent", complex)]
#[schema(as = Consent)]
pub struct ConsentView {
    /// Its id.
    pub id: ConsentId,
    /// Whose word it is about.
    pub alumnus_id: AlumnusId,
    /// For what.
    pub purpose: Purpose,
    /// To whom data are passed on, if that is the purpose.
    pub recipient: Option<String>,
    /// What was said.
    pub decision: ConsentDecision,
    /// On which basis.
    pub basis: ConsentBasis,
    /// Where the organization's interest was weighed against the person's.
    pub balancing_note_id: Option<String>,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// The ways of reaching the person that it speaks of; all if none.
    pub contact_channels: Vec<ContactChannel>,
    /// Which version of which text they were shown.
    pub text_version: Option<String>,
    /// When it was said.
    pub given_at: Moment,
    /// When it ends by itself, if it does.
    pub expires_at: Option<Moment>,
    /// Where the record stands now. How the purpose stands follows from all records of it.
    pub state: ConsentState,
    /// On which side of the end of their employment it was given, by the periods that are known now.
    pub timing: ConsentTiming,
    /// Whether it is a consent that was taken while they were employed: hardly free, and to be renewed after the end date.
    pub weak: bool,
    /// Its withdrawal, if there is one.
    pub withdrawal: Option<WithdrawalView>,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// By whose credentials.
    pub recorded_by: String,
}

/// The withdrawal of what was said.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ConsentWithdrawal")]
#[schema(as = ConsentWithdrawal)]
pub struct WithdrawalView {
    /// Since when.
    pub withdrawn_at: Moment,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// By whose credentials.
    pub recorded_by: String,
}

impl From<Withdrawal> for WithdrawalView {
    fn from(withdrawal: Withdrawal) -> Self {
        let Withdrawal { at, channel, recorded_at, recorded_by } = withdrawal;
        Self { withdrawn_at: at, channel, recorded_at, recorded_by }
    }
}

impl ConsentView {
    /// A record as it reads now, where the organization is.
    #[must_use]
    pub fn seen(cx: &Cx, alumnus: &Alumnus, consent: Consent) -> Self {
        let timing = ConsentTiming::of_alumnus(alumnus, cx.actor().zone.date_at(consent.given_at));
        let (state, weak) = (consent.state(cx.now()), consent.is_weak(timing));
        let Consent {
            id,
            alumnus,
            aim: Aim { purpose, recipient },
            decision,
            basis,
            balancing_note_id,
            channel,
            contact_channels,
            text_version,
            given_at,
            expires_at,
            recorded_at,
            recorded_by,
            withdrawal,
        } = consent;
        Self {
            id,
            alumnus_id: alumnus,
            purpose,
            recipient,
            decision,
            basis,
            balancing_note_id,
            channel,
            contact_channels,
            text_version,
            given_at,
            expires_at,
            state,
            timing,
            weak,
            withdrawal: withdrawal.map(WithdrawalView::from),
            recorded_at,
            recorded_by,
        }
    }

    /// The same of a record with its person.
    #[must_use]
    pub fn of(cx: &Cx, Known { alumnus, what }: Known<Consent>) -> Self {
        Self::seen(cx, &alumnus, what)
    }
}

/// A page of consents, what was given last first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ConsentPage)]
pub struct ConsentPageView {
    /// The records.
    pub data: Vec<ConsentView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}
