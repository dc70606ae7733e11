//! The answer: a finding, in tiers, with as much evidence as the reader may see.

mod vocabulary;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::question::{Application, LookupPurpose, Notice, Question, SentKind};
use crate::alumni::Alumnus;
use crate::departures::Standing;
use crate::id::{AlumnusId, ConsentId, LookupId};
use crate::matching::{Judged, Judgement, Levels, MatchField, MatchLevel};
use crate::privacy::FlagBasis;
use crate::time::{Date, Moment};

pub use vocabulary::{EngagementKind, EngagementReason, EvidenceMethod, EvidenceStrength, FindingTier, LookupResult, PermittedUse};

/// What of the applicant was compared, how, and how much it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// What was compared.
    pub field: MatchField,
    /// How.
    pub method: EvidenceMethod,
    /// How much it says.
    pub strength: EvidenceStrength,
}

/// What is decided of a return.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FindingStanding {
    /// What.
    pub value: Standing,
    /// The last day of the employment it speaks of.
    pub employment_ended_on: Option<Date>,
}

/// A way to go on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EngagementOption {
    /// What.
    pub kind: EngagementKind,
    /// From which day on.
    pub allowed_from: Date,
    /// Why.
    #[serde(default = "the_one_reason")]
    pub because: EngagementReason,
    /// By which record; not kept with findings of the first days.
    #[serde(default)]
    pub consent_id: Option<ConsentId>,
}

/// There was no other when reasons were not written yet.
const fn the_one_reason() -> EngagementReason {
    EngagementReason::BoomerangContactGranted
}

/// One person the applicant may be, as the matcher weighed them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub alumnus: AlumnusId,
    /// How probable.
    pub probability: f64,
    /// How far each field agrees.
    pub levels: Levels,
}

/// Why, in bits: the prior, what each field adds, and the sum. 2 to the power of the sum are the odds against being nobody's;
/// the probability shares them with the other candidates.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// What is known before anything is compared: how large the roster is.
    pub prior_bits: f64,
    /// What each field adds.
    pub lines: Vec<crate::matching::Line>,
    /// The sum.
    pub total_bits: f64,
    /// How probable it is that the applicant is nobody here.
    pub nobody: f64,
}

/// The answer to a question, which is also the disclosure: what was told, to whom, on which basis.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Its id.
    pub id: LookupId,
    /// When.
    pub at: Moment,
    /// Until when it should be relied on: after that, ask again.
    pub expires_at: Moment,
    /// By whose credentials.
    pub caller: String,
    /// What for.
    pub purpose: LookupPurpose,
    /// Which application.
    pub application: Application,
    /// What the applicant was told.
    pub notice: Option<Notice>,
    /// On which basis.
    pub basis: FlagBasis,
    /// The kinds of what was sent.
    pub sent: Vec<SentKind>,
    /// The answer.
    pub result: LookupResult,
    /// Whom it found.
    pub alumnus: Option<AlumnusId>,
    /// How probable; of somebody who was found.
    pub probability: Option<f64>,
    /// How far it goes; of somebody who was found.
    pub tier: Option<FindingTier>,
    /// What was compared.
    pub evidence: Vec<Evidence>,
    /// What is decided of a return; from the second tier on.
    pub standing: Option<FindingStanding>,
    /// Ways to go on; in the third tier.
    pub engagement_options: Vec<EngagementOption>,
    /// Kinds of what was sent that too many people share to look them up by: something else should be added.
    pub too_common: Vec<SentKind>,
    /// Why, for who may see it.
    pub explanation: Option<Explanation>,
    /// How many people were searched.
    pub roster: u64,
    /// The people the applicant may be, the most probable first, a few below the threshold too: what reviews teach by.
    pub candidates: Vec<Candidate>,
}

/// How probable a finding must be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    /// To be a match.
    pub match_at: f64,
    /// To be a possible match.
    pub possible_match_at: f64,
}

/// What is known of the most probable candidate.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The person, with their periods.
    pub alumnus: &'a Alumnus,
    /// The day it is.
    pub today: Date,
    /// The record by which HR may talk with recruiters about them, if there is one.
    pub may_be_talked_about: Option<ConsentId>,
}

/// Findings should not be relied on for longer, in seconds: people object, and rosters change.
const GOOD_FOR: i64 = 30 * 86_400;

/// So many candidates are kept with a finding.
const KEPT: usize = 5;

/// Who is less probable, and not the most probable of all, is not kept with a finding.
const WORTH_KEEPING: f64 = 0.01;

/// Makes the answer of what the matcher found. `known` is of its most probable candidate; somebody who never left is not
/// found, as are those whom nobody may find: they are no candidates.
#[must_use]
#[allow(clippy::too_many_arguments, reason = "each is another thing the answer is made of")]
pub fn decide(
    id: LookupId,
    at: Moment,
    caller: String,
    basis: FlagBasis,
    question: &Question,
    too_common: Vec<SentKind>,
    (judgement, ids, levels): (&Judgement, &[AlumnusId], &[Levels]),
    roster: u64,
    thresholds: Thresholds,
    known: Option<&Known<'_>>,
) -> Finding {
    let sent = question.sent();
    let best = judgement.candidates.first();
    let left = known.and_then(|known| known.alumnus.latest_departure(known.today));
    let probability = best.filter(|_| left.is_some()).map_or(0.0, |best| best.probability);
    let result = if probability >= thresholds.match_at && best.is_some_and(agrees_twice) {
        LookupResult::Match
    } else if probability >= thresholds.possible_match_at {
        LookupResult::PossibleMatch
    } else {
        LookupResult::NoMatch
    };
    let of = |judged: &Judged| ids.get(judged.candidate).copied().zip(levels.get(judged.candidate).copied());
    let is_worth = |(place, judged): &(usize, &Judged)| *place == 0 || judged.probability >= WORTH_KEEPING;
    let kept = judgement.candidates.iter().take(KEPT).enumerate().filter(is_worth).map(|(_, judged)| judged);
    let candidates = kept
        .filter_map(|judged| {
            let (alumnus, levels) = of(judged)?;
            Some(Candidate { alumnus, probability: judged.probability, levels })
        })
        .collect();
    let mut finding = Finding {
        id,
        at,
        expires_at: at.plus_seconds(GOOD_FOR),
        caller,
        purpose: question.purpose,
        application: question.application.clone(),
        notice: question.notice.clone(),
        basis,
        sent,
        result,
        alumnus: None,
        probability: None,
        tier: None,
        evidence: Vec::new(),
        standing: None,
        engagement_options: Vec::new(),
        too_common,
        explanation: None,
        roster,
        candidates,
    };
    let (Some(best), Some(known), Some(left)) = (best.filter(|_| result != LookupResult::NoMatch), known, left) else { return finding };
    finding.alumnus = Some(known.alumnus.id);
    finding.probability = Some(best.probability);
    finding.evidence = evidence(&finding.sent, best);
    finding.explanation = Some(Explanation {
        prior_bits: judgement.prior_bits,
        lines: best.lines.clone(),
        total_bits: best.total_bits,
        nobody: judgement.nobody,
    });
    finding.tier = Some(FindingTier::WasHere);
    if result == LookupResult::Match {
        finding.tier = Some(FindingTier::Standing);
        let standing = left.in_force().and_then(|left| left.rehire.standing.value).unwrap_or(Standing::Undetermined);
        finding.standing = Some(FindingStanding { value: standing, employment_ended_on: left.ended_on() });
        if known.may_be_talked_about.is_some() {
            let (kind, because) = (EngagementKind::TalkToHr, EngagementReason::BoomerangContactGranted);
            finding.tier = Some(FindingTier::TalkToHr);
            finding.engagement_options =
                vec![EngagementOption { kind, allowed_from: known.today, because, consent_id: known.may_be_talked_about }];
        }
    }
    finding
}

/// Whether two kinds of things agree: one alone may be somebody else's by now, a number that was given to another, say.
fn agrees_twice(best: &Judged) -> bool {
    let agree = best.lines.iter().filter(|line| line.bits > 0.0);
    let kinds: BTreeSet<SentKind> = agree.filter_map(|line| of_kind(line.field)).collect();
    kinds.len() > 1
}

/// The kind of thing that is sent for a field to be compared.
const fn of_kind(field: MatchField) -> Option<SentKind> {
    match field {
        MatchField::Family | MatchField::Given => Some(SentKind::Name),
        MatchField::Birth => Some(SentKind::BirthDate),
        MatchField::Email => Some(SentKind::Email),
        MatchField::Phone => Some(SentKind::Phone),
        MatchField::Address => Some(SentKind::Address),
        MatchField::EmployeeNumber => Some(SentKind::EmployeeNumber),
        MatchField::Bearers | MatchField::BirthTold | MatchField::Kin | MatchField::Calibration => None,
    }
}

/// The fields that were sent, each with how it compared. A field nobody sent is not spoken of.
fn evidence(sent: &[SentKind], best: &Judged) -> Vec<Evidence> {
    let was_sent = |field: &&MatchField| of_kind(**field).is_some_and(|kind| sent.contains(&kind));
    MatchField::ALL
        .iter()
        .filter(was_sent)
        .map(|field| {
            let line = best.lines.iter().find(|line| line.field == *field);
            let (level, bits) = line.map_or((MatchLevel::Missing, 0.0), |line| (line.level, line.bits));
            Evidence { field: *field, method: method(level), strength: strength(level, bits) }
        })
        .collect()
}

/// The level without what it says of the record: coarse enough to be told.
const fn method(level: MatchLevel) -> EvidenceMethod {
    match level {
        MatchLevel::Missing
        | MatchLevel::Common
        | MatchLevel::Usual
        | MatchLevel::Uncommon
        | MatchLevel::Scarce
        | MatchLevel::Rare
        | MatchLevel::Unique => EvidenceMethod::NotCompared,
        MatchLevel::Same | MatchLevel::SameGlyphs | MatchLevel::SameKanji => EvidenceMethod::Same,
        MatchLevel::SameReading | MatchLevel::MayRead | MatchLevel::ReadOtherwise | MatchLevel::WrittenOtherwise => {
            EvidenceMethod::SameReading
        }
        MatchLevel::Former => EvidenceMethod::FormerName,
        MatchLevel::InMailbox
        | MatchLevel::OneKanjiOff
        | MatchLevel::Close
        | MatchLevel::PartOf
        | MatchLevel::Initial
        | MatchLevel::SameLandline
        | MatchLevel::SameLocal
        | MatchLevel::SameDatedLocal
        | MatchLevel::SameNamedLocal
        | MatchLevel::OneEdit
        | MatchLevel::Swapped
        | MatchLevel::YearOff
        | MatchLevel::OnePartOff
        | MatchLevel::SameDay
        | MatchLevel::SameYear
        | MatchLevel::SamePostal
        | MatchLevel::Similar
        | MatchLevel::SameTown => EvidenceMethod::Similar,
        MatchLevel::OtherDay | MatchLevel::OtherYear | MatchLevel::OtherLandline => EvidenceMethod::Different,
        MatchLevel::Differs => EvidenceMethod::Different,
    }
}

fn strength(level: MatchLevel, bits: f64) -> EvidenceStrength {
    if level == MatchLevel::Missing {
        EvidenceStrength::None
    } else if bits >= 10.0 {
        EvidenceStrength::Strong
    } else if bits >= 4.0 {
        EvidenceStrength::Moderate
    } else if bits > 0.0 {
        EvidenceStrength::Weak
    } else {
        EvidenceStrength::Against
    }
}
