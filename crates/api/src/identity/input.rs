//! What outsiders send of merges and decisions.

use furusu_domain::departures::Source;
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::AlumnusId;
use furusu_domain::identity::{Decision, HeldFilter, HeldStatus};

use crate::departures::input::id as external_id;
use crate::json::{Json, Place, Reader};

/// How long a reason may be, in characters.
pub const REASON: usize = 1_000;

/// Somebody who is merged into another.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct MergeAlumni {
    /// Whose id is to answer with the person of the path: their own, or one that was merged into theirs.
    merged_id: AlumnusId,
    /// Why the two are one, for whoever looks at it later. No personal data beyond need.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// Why a merge is taken back.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct UnmergeAlumni {
    /// Why the two are not one, for whoever looks at it later.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// Whom a held record speaks of.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct DecideHeldRecord {
    /// What is decided.
    decision: Decision,
    /// Whom it speaks of; with `same_person`, and only then.
    alumnus_id: Option<AlumnusId>,
    /// Why, for whoever looks at it later.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// A decision, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decide {
    /// What is decided.
    pub decision: Decision,
    /// Whom the record speaks of, if it is somebody known.
    pub alumnus: Option<AlumnusId>,
    /// Why.
    pub reason: Option<String>,
}

/// Reads a merge: who is merged, and why.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn merge(json: Json<'_>) -> Result<(AlumnusId, Option<String>), Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let merged = r.parsed("merged_id", 100, id);
    let merged = r.require("merged_id", merged);
    let reason = r.text("reason", REASON);
    r.done();
    match merged {
        Some(merged) if faults.is_empty() => Ok((merged, reason)),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// Reads why.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn reason(json: Json<'_>) -> Result<Option<String>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let reason = r.text("reason", REASON);
    r.done();
    if faults.is_empty() { Ok(reason) } else { Err(Error::Invalid(faults)) }
}

/// Reads a decision.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn decide(json: Json<'_>) -> Result<Decide, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let decision = r.word("decision", Decision::WORDS, Decision::from_word);
    let decision = r.require("decision", decision);
    let alumnus = r.parsed("alumnus_id", 100, id);
    let reason = r.text("reason", REASON);
    r.done();
    match decision {
        Some(decision) if faults.is_empty() => Decide::checked(decision, alumnus, reason),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

fn id(text: &str) -> Result<AlumnusId, Problem> {
    text.parse().map_err(|_| Problem::Malformed { expected: Form::AlumnusId })
}

/// What a list of held records is narrowed to: to those that wait, if nobody says.
pub fn filter(r: &mut Reader<'_, '_, '_>) -> HeldFilter {
    HeldFilter {
        status: Some(r.word("status", HeldStatus::WORDS, HeldStatus::from_word).unwrap_or(HeldStatus::Waiting)),
        source: r.parsed("source", 200, Source::parse),
        external_id: r.parsed("external_id", 128, external_id),
    }
}
