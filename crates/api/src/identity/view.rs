//! Merges and held records as outsiders see them: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::actor::{Scope, Scopes};
use furusu_domain::id::{AlumnusId, HeldRecordId, MergeId};
use furusu_domain::identity::{Decision, EvidenceLine, HeldRecord, HeldStatus, Merge, Suspect, Undone, Verdict};
use furusu_domain::privacy::Redaction;
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::departures::input::RecordDeparture;
use crate::departures::view::RecordedView;
use crate::rest::listing::Cursor;

/// One person merged into another.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Merge", complex)]
#[schema(as = Merge)]
pub struct MergeView {
    /// Its id.
    pub id: MergeId,
    /// Who stayed, and answered for both then.
    pub alumnus_id: AlumnusId,
    /// Whose id answers with them since.
    pub merged_id: AlumnusId,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// By whose credentials: a client's id, the operator, or an issuer and its client.
    pub merged_by: String,
    /// When.
    pub merged_at: Moment,
    /// When it was taken back; null while it is in force.
    pub undone_at: Option<Moment>,
    /// By whose credentials it was taken back.
    pub undone_by: Option<String>,
    /// Why it was taken back.
    pub undo_reason: Option<String>,
}

impl From<Merge> for MergeView {
    fn from(merge: Merge) -> Self {
        let Merge { id, alumnus, merged, reason, by, at, undone } = merge;
        let (undone_at, undone_by, undo_reason) = undone.map_or((None, None, None), |u| {
            let Undone { by, at, reason } = u;
            (Some(at), Some(by), reason)
        });
        Self { id, alumnus_id: alumnus, merged_id: merged, reason, merged_by: by, merged_at: at, undone_at, undone_by, undo_reason }
    }
}

/// The merges of a person, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MergeList)]
pub struct MergesView {
    /// The merges.
    pub data: Vec<MergeView>,
}

/// Somebody known whom a held record may speak of.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Suspect", complex)]
#[schema(as = Suspect)]
pub struct SuspectView {
    /// Who, under the id they had when the record was held.
    pub alumnus_id: AlumnusId,
    /// How likely it is that the record speaks of them, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    /// Whether they have left: if the record is of somebody who is employed, it may be a silent return.
    pub is_away: bool,
    /// Why: one line for what is so of everybody, then one for each field. The bits add up to the odds.
    pub evidence: Vec<EvidenceLineView>,
}

/// What one field says.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EvidenceLine")]
#[schema(as = EvidenceLine)]
pub struct EvidenceLineView {
    /// Which field; `prior` is what is so of everybody.
    pub field: String,
    /// How well both sides agree.
    pub level: String,
    /// What that is worth: how many times likelier it makes them the same person, as a power of two.
    pub bits: f64,
    /// What the record says, masked.
    pub left: Option<String>,
    /// What is known of the person, masked.
    pub right: Option<String>,
}

impl From<EvidenceLine> for EvidenceLineView {
    fn from(EvidenceLine { field, level, bits, left, right }: EvidenceLine) -> Self {
        Self { field, level, bits, left, right }
    }
}

impl From<Suspect> for SuspectView {
    fn from(Suspect { alumnus, probability, is_away, evidence }: Suspect) -> Self {
        Self { alumnus_id: alumnus, probability, is_away, evidence: evidence.into_iter().map(EvidenceLineView::from).collect() }
    }
}

/// What somebody decided.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HeldRecordVerdict")]
#[schema(as = HeldRecordVerdict)]
pub struct VerdictView {
    /// What.
    pub decision: Decision,
    /// Whom the record speaks of; null if it was discarded.
    pub alumnus_id: Option<AlumnusId>,
    /// By whose credentials.
    pub decided_by: String,
    /// When.
    pub decided_at: Moment,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl From<Verdict> for VerdictView {
    fn from(Verdict { decision, alumnus, by, at, reason }: Verdict) -> Self {
        Self { decision, alumnus_id: alumnus, decided_by: by, decided_at: at, reason }
    }
}

/// A departure record that was kept aside, because it may speak of somebody known.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HeldRecord")]
#[schema(as = HeldRecord)]
pub struct HeldRecordView {
    /// Its id.
    pub id: HeldRecordId,
    /// The HR system it came from.
    pub source: String,
    /// The person's id there.
    pub external_id: String,
    /// Where it stands.
    pub status: HeldStatus,
    /// Whom it may speak of, the likeliest first. None, if it waits only because another record of the same id does.
    pub suspects: Vec<SuspectView>,
    /// What it says, in the form in which it is sent; with the scope `departures:read`, and until it goes in.
    pub record: Option<RecordDeparture>,
    /// What was decided, if anything was.
    pub verdict: Option<VerdictView>,
    /// When the first record of this period was held.
    pub held_at: Moment,
    /// When anything about it last changed.
    pub updated_at: Moment,
    /// Members that the token's scopes do not show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<&'static str>,
}

impl HeldRecordView {
    /// As somebody sees it who holds these scopes.
    #[must_use]
    pub fn seen_by(scopes: Scopes, held: HeldRecord) -> Self {
        let HeldRecord {
            id,
            source,
            external_id,
            period: _,
            record,
            fingerprint: _,
            suspects,
            status,
            verdict,
            silent_return: _,
            held_at,
            updated_at,
        } = held;
        let shows = scopes.has(Scope::DeparturesRead);
        let redaction = Redaction::of(scopes);
        let withheld = match (&record, shows, redaction.shows_evaluations()) {
            (None, _, _) | (Some(_), true, true) => Vec::new(),
            (Some(_), false, _) => vec!["record"],
            (Some(_), true, false) => vec!["record.evaluation"],
        };
        Self {
            id,
            source: source.as_str().to_owned(),
            external_id,
            status,
            suspects: suspects.into_iter().map(SuspectView::from).collect(),
            record: record.filter(|_| shows).map(|record| RecordDeparture::seen_by(redaction, record)),
            verdict: verdict.map(VerdictView::from),
            held_at,
            updated_at,
            withheld,
        }
    }
}

/// A page of held records.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = HeldRecordPage)]
pub struct HeldRecordPageView {
    /// The held records.
    pub data: Vec<HeldRecordView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// What became of a held record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DecidedHeldRecord)]
pub struct DecidedView {
    /// The held record, as it is now.
    pub held_record: HeldRecordView,
    /// What became of what it says, as of every record; null if it was discarded, or decided so before.
    pub result: Option<RecordedView>,
}
