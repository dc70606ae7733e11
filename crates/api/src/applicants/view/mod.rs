//! What outsiders see of findings. Whoever looks applicants up sees fields and coarse levels; bits, masked values and whom a
//! finding is about need the scope `matching:review`.

mod disclosure;
mod explanation;

use async_graphql::SimpleObject;
use furusu_domain::applicants::{
    Application, EngagementKind, EngagementOption, EngagementReason, Evidence, EvidenceMethod, EvidenceStrength, Finding, FindingStanding,
    FindingTier, LookupPurpose, LookupResult, Notice, PermittedUse, Review, SentKind, Verdict,
};
use furusu_domain::departures::Standing;
use furusu_domain::id::{AlumnusId, ConsentId, LookupId, ReviewId};
use furusu_domain::matching::MatchField;
use furusu_domain::privacy::{FlagBasis, Redaction};
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

pub use disclosure::{DisclosurePageView, DisclosureView};
pub use explanation::{ExplanationLineView, ExplanationView};

use crate::error::FaultView;

/// The answer to the question whether an applicant was here before. Always of this form: people who objected, and people who
/// were never here, cannot be told apart.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Finding")]
#[schema(as = Finding)]
pub struct FindingView {
    /// Its id.
    pub id: LookupId,
    /// When it was found.
    pub at: Moment,
    /// Until when it should be relied on; after that, ask again.
    pub expires_at: Moment,
    /// The answer.
    pub result: LookupResult,
    /// How probable it is that the applicant is the person found; null without one.
    pub probability: Option<f64>,
    /// The fields that were sent, and how each compared with the person found; empty without one.
    pub evidence: Vec<EvidenceView>,
    /// How far the finding goes: each tier has those before it. Null without a person found.
    pub tier: Option<FindingTier>,
    /// What is decided of a return; from the tier `standing` on.
    pub standing: Option<FindingStandingView>,
    /// The return programme and what it says of this person; null until the organization has published one.
    pub programme: Option<ProgrammeVerdictView>,
    /// Ways to go on; in the tier `talk_to_hr`.
    pub engagement_options: Vec<EngagementOptionView>,
    /// What the finding may be used for: a person looks at it, nobody is rejected by it.
    pub permitted_use: PermittedUse,
    /// Kinds of what was sent that so many people share that not all of them were compared: a birth date helps.
    pub too_common: Vec<SentKind>,
    /// On what the organization bases that returning applicants are found.
    pub basis: FlagBasis,
    /// What the lookup is for.
    pub purpose: LookupPurpose,
    /// Which application it is about.
    pub application: ApplicationView,
    /// The notice the applicant was shown.
    pub applicant_notice: Option<ApplicantNoticeView>,
    /// Where the human's decision is sent to.
    pub review_url: String,
    /// What the person found will see of this lookup: its own id, since each lookup is a disclosure.
    pub disclosure_id: LookupId,
    /// What explains the finding: its own id; the explanation shows with the scope `matching:review`.
    pub explanation_id: LookupId,
    /// Whom it found. Needs the scope `matching:review`.
    pub alumnus_id: Option<AlumnusId>,
    /// Why, in bits. Needs the scope `matching:review`.
    pub explanation: Option<ExplanationView>,
    /// The other people the applicant may be, less probable ones too. Needs the scope `matching:review`.
    pub runners_up: Option<Vec<RunnerUpView>>,
    /// What people decided, the earliest first.
    pub reviews: Vec<ReviewView>,
    /// Members that are left empty because a scope is missing.
    pub withheld: Vec<&'static str>,
}

/// How one field compared.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingEvidence")]
#[schema(as = FindingEvidence)]
pub struct EvidenceView {
    /// What was compared.
    pub field: MatchField,
    /// How.
    pub method: EvidenceMethod,
    /// How much it says for or against the same person.
    pub strength: EvidenceStrength,
}

/// What is decided of a return.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingStanding")]
#[schema(as = FindingStanding)]
pub struct FindingStandingView {
    /// What.
    pub value: Standing,
    /// The last day of the employment it speaks of.
    pub employment_ended_on: Option<Date>,
}

/// What the return programme says of a person.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ProgrammeVerdict")]
#[schema(as = ProgrammeVerdict)]
pub struct ProgrammeVerdictView {
    /// Which rules.
    pub rule_set: String,
    /// Which version of them.
    pub version: i32,
    /// What they say.
    pub outcome: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// A way to go on with somebody who was here.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EngagementOption")]
#[schema(as = EngagementOption)]
pub struct EngagementOptionView {
    /// What.
    pub kind: EngagementKind,
    /// From which day on.
    pub allowed_from: Date,
    /// Why.
    pub because: EngagementReason,
    /// The record of consent by which it may be gone.
    pub consent_id: Option<ConsentId>,
}

/// An application in the words of the system it came in by.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Application")]
#[schema(as = Application)]
pub struct ApplicationView {
    /// The applicant-tracking system.
    pub ats: Option<String>,
    /// Its id of the candidate.
    pub candidate_id: Option<String>,
    /// Its id of the application.
    pub application_id: Option<String>,
    /// Its id of the job.
    pub job_id: Option<String>,
    /// The legal entity they apply to.
    pub entity: Option<String>,
    /// The region whose law applies.
    pub region: Option<String>,
}

/// The notice an applicant was shown.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ApplicantNotice")]
#[schema(as = ShownNotice)]
pub struct ApplicantNoticeView {
    /// Which text.
    pub version: String,
    /// When they saw it.
    pub shown_at: Moment,
}

/// Another person the applicant may be.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingRunnerUp")]
#[schema(as = FindingRunnerUp)]
pub struct RunnerUpView {
    /// Who.
    pub alumnus_id: AlumnusId,
    /// How probable.
    pub probability: f64,
}

/// What a person decided on a finding.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingReview")]
#[schema(as = FindingReview)]
pub struct ReviewView {
    /// Its id.
    pub id: ReviewId,
    /// The finding.
    pub lookup_id: LookupId,
    /// When it came.
    pub at: Moment,
    /// What was decided.
    pub verdict: Verdict,
    /// The reviewer's own reference.
    pub reference: Option<String>,
}

/// What became of one question of a batch: its finding, or why it could not be read.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "LookupAnswer")]
#[schema(as = LookupAnswer)]
pub struct AnswerView {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// The finding.
    pub finding: Option<FindingView>,
    /// Why there is none. Pointers begin at the applicant.
    pub problems: Vec<FaultView>,
}

/// What became of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Lookups)]
pub struct AnswersView {
    /// What became of each question, in order.
    pub results: Vec<AnswerView>,
}

impl FindingView {
    /// As somebody sees it with these scopes; `public_url` is where the service is.
    #[must_use]
    pub fn seen_by(redaction: Redaction, public_url: &str, finding: Finding, reviews: Vec<Review>) -> Self {
        let Finding {
            id,
            at,
            expires_at,
            caller: _,
            purpose,
            application,
            notice,
            basis,
            sent: _,
            result,
            alumnus,
            probability,
            tier,
            evidence,
            standing,
            engagement_options,
            too_common,
            explanation,
            roster,
            candidates,
        } = finding;
        let shows = redaction.shows_evidence();
        let runners_up = candidates.into_iter().filter(|candidate| Some(candidate.alumnus) != alumnus);
        let runners_up = runners_up.map(|candidate| RunnerUpView { alumnus_id: candidate.alumnus, probability: candidate.probability });
        Self {
            id,
            at,
            expires_at,
            result,
            probability,
            evidence: evidence.into_iter().map(EvidenceView::from).collect(),
            tier,
            standing: standing.map(FindingStandingView::from),
            programme: None,
            engagement_options: engagement_options.into_iter().map(EngagementOptionView::from).collect(),
            permitted_use: PermittedUse::HumanReviewOnly,
            too_common,
            basis,
            purpose,
            application: application.into(),
            applicant_notice: notice.map(ApplicantNoticeView::from),
            review_url: format!("{public_url}/v1/returning-applicants/lookups/{id}/reviews"),
            disclosure_id: id,
            explanation_id: id,
            alumnus_id: alumnus.filter(|_| shows),
            explanation: explanation.zip(probability).filter(|_| shows).map(|(why, p)| ExplanationView::of(why, p, roster)),
            runners_up: shows.then(|| runners_up.collect()),
            reviews: reviews.into_iter().map(ReviewView::from).collect(),
            withheld: if shows { Vec::new() } else { vec!["alumnus_id", "explanation", "runners_up"] },
        }
    }
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        let Evidence { field, method, strength } = evidence;
        Self { field, method, strength }
    }
}

impl From<FindingStanding> for FindingStandingView {
    fn from(standing: FindingStanding) -> Self {
        let FindingStanding { value, employment_ended_on } = standing;
        Self { value, employment_ended_on }
    }
}

impl From<EngagementOption> for EngagementOptionView {
    fn from(option: EngagementOption) -> Self {
        let EngagementOption { kind, allowed_from, because, consent_id } = option;
        Self { kind, allowed_from, because, consent_id }
    }
}

impl From<Application> for ApplicationView {
    fn from(application: Application) -> Self {
        let Application { ats, candidate_id, application_id, job_id, entity, region } = application;
        Self { ats, candidate_id, application_id, job_id, entity, region }
    }
}

impl From<Notice> for ApplicantNoticeView {
    fn from(notice: Notice) -> Self {
        let Notice { version, shown_at } = notice;
        Self { version, shown_at }
    }
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        let Review { id, lookup, at, by: _, verdict, reference } = review;
        Self { id, lookup_id: lookup, at, verdict, reference }
    }
}
