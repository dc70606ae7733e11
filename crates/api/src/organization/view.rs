//! The organization as outsiders see it: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::account::{MailDomain, Organization, OrganizationSettings, Probability, ReturningApplicants};
use furusu_domain::engagement::ContactCap;
use furusu_domain::id::OrganizationId;
use furusu_domain::privacy::FlagBasis;
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rest::etag::Etag;

/// The organization: one employer, with its group companies.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Organization", complex)]
#[schema(as = Organization)]
pub struct OrganizationView {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called.
    pub name: String,
    /// Where its day begins: an IANA time zone.
    pub time_zone: String,
    /// How returning applicants are recognised.
    pub returning_applicants: ReturningApplicantsView,
    /// How often somebody may be written to, over all ways and by all senders together.
    pub contact_cap: ContactCapView,
    /// Since when furusu knows it.
    pub created_at: Moment,
    /// Names this state of it: REST gives it as the header `ETag`.
    #[graphql(skip)]
    #[serde(skip)]
    pub etag: Etag,
}

/// How often somebody may be written to, over all ways and by all senders together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ContactCapSettings")]
#[schema(as = ContactCapSettings)]
pub struct ContactCapView {
    /// So many messages at most.
    pub messages: u16,
    /// Within so many days.
    pub days: u16,
}

/// How returning applicants are recognised.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReturningApplicantSettings")]
#[schema(as = ReturningApplicantSettings)]
pub struct ReturningApplicantsView {
    /// Whether people are found until they object, or only after they said yes.
    pub basis: FlagBasis,
    /// From which probability on a finding is a `match`.
    pub match_at: f64,
    /// From which probability on it is a `possible_match`.
    pub possible_match_at: f64,
    /// The share of applicants who were here before, as the organization knows it; null: what the weights expect.
    pub expected_share: Option<f64>,
    /// The organization's own mail domains, which tell nobody from their colleagues.
    pub own_mail_domains: Vec<String>,
    /// Where a telephone number is from that names no country, by the two letters of ISO 3166-1.
    pub telephone_region: String,
}

impl From<&ReturningApplicants> for ReturningApplicantsView {
    fn from(settings: &ReturningApplicants) -> Self {
        let ReturningApplicants { basis, match_at, possible_match_at, expected_share, own_mail_domains, region } = settings;
        Self {
            basis: *basis,
            match_at: match_at.get(),
            possible_match_at: possible_match_at.get(),
            expected_share: expected_share.map(Probability::get),
            own_mail_domains: own_mail_domains.iter().map(MailDomain::as_str).map(str::to_owned).collect(),
            telephone_region: region.as_str().to_owned(),
        }
    }
}

impl OrganizationView {
    /// The organization with what it sets for itself.
    #[must_use]
    pub fn of((organization, settings): &super::Known) -> Self {
        let Organization { id, name, zone, created_at } = organization;
        let OrganizationSettings { returning_applicants, contact_cap: ContactCap { messages, days } } = settings;
        Self {
            id: *id,
            name: name.clone(),
            time_zone: zone.name().to_owned(),
            returning_applicants: returning_applicants.into(),
            contact_cap: ContactCapView { messages: *messages, days: *days },
            created_at: *created_at,
            etag: etag(organization, settings),
        }
    }
}

/// The tag of an organization: of all that can be edited.
#[must_use]
pub fn etag(organization: &Organization, settings: &OrganizationSettings) -> Etag {
    let Organization { id, name, zone, created_at: _ } = organization;
    // Writing into memory cannot fail.
    let settings = serde_json::to_vec(settings).unwrap_or_default();
    Etag::of(&[b"organization", id.as_bytes(), name.as_bytes(), zone.name().as_bytes(), &settings])
}
