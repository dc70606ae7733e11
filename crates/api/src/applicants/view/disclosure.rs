//! What the person found sees of lookups.

use async_graphql::SimpleObject;
use furusu_domain::applicants::{Finding, FindingTier, LookupPurpose, LookupResult, SentKind};
use furusu_domain::id::LookupId;
use furusu_domain::privacy::FlagBasis;
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApplicantNoticeView, ApplicationView, EngagementOptionView, EvidenceView, FindingStandingView};

/// A lookup as the person it found may read it: who asked, on which basis, and what they got.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Disclosure")]
#[schema(as = Disclosure)]
pub struct DisclosureView {
    /// The lookup.
    pub id: LookupId,
    /// When.
    pub at: Moment,
    /// By whose credentials.
    pub caller: String,
    /// What for.
    pub purpose: LookupPurpose,
    /// Which application.
    pub application: ApplicationView,
    /// On which basis.
    pub basis: FlagBasis,
    /// The kinds of what was sent.
    pub sent: Vec<SentKind>,
    /// The notice that was shown to the person before it was made.
    pub applicant_notice: Option<ApplicantNoticeView>,
    /// The answer they got.
    pub result: LookupResult,
    /// How probable it was said to be.
    pub probability: Option<f64>,
    /// How far it went.
    pub tier: Option<FindingTier>,
    /// The evidence they got.
    pub evidence: Vec<EvidenceView>,
    /// What they got to know of a return.
    pub standing: Option<FindingStandingView>,
    /// The ways to go on that they got.
    pub engagement_options: Vec<EngagementOptionView>,
}

/// A page of disclosures.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DisclosurePage)]
pub struct DisclosurePageView {
    /// The disclosures, the latest first.
    pub data: Vec<DisclosureView>,
    /// Where the next page begins; null on the last one.
    pub next: Option<String>,
}

impl From<Finding> for DisclosureView {
    fn from(finding: Finding) -> Self {
        let Finding {
            id,
            at,
            expires_at: _,
            caller,
            purpose,
            application,
            notice,
            basis,
            sent,
            result,
            alumnus: _,
            probability,
            tier,
            evidence,
            standing,
            engagement_options,
            too_common: _,
            explanation: _,
            roster: _,
            candidates: _,
        } = finding;
        Self {
            id,
            at,
            caller,
            purpose,
            application: application.into(),
            basis,
            sent,
            applicant_notice: notice.map(ApplicantNoticeView::from),
            result,
            probability,
            tier,
            evidence: evidence.into_iter().map(EvidenceView::from).collect(),
            standing: standing.map(FindingStandingView::from),
            engagement_options: engagement_options.into_iter().map(EngagementOptionView::from).collect(),
        }
    }
}
