//! What outsiders send of the organization: edits.

use async_graphql::{InputObject, MaybeUndefined};
use furusu_domain::account::{EditContactCap, EditOrganization, EditReturningApplicants, MailDomain, Probability, Region};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::privacy::FlagBasis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{Json, Place, Reader};
use crate::rest::listing::{MailDomainName, OrganizationName, RegionCode, TimeZoneName};

/// The most mail domains an organization has.
const DOMAINS: usize = 100;

/// What is edited of the organization, as JSON Merge Patch (RFC 7396) has it: a member that is left out stays.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "EditOrganization")]
#[schema(as = EditOrganization)]
pub struct EditOrganizationContent {
    /// What it is called.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = OrganizationName, required = false)]
    pub name: MaybeUndefined<String>,
    /// Where its day begins: an IANA time zone.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = TimeZoneName, required = false)]
    pub time_zone: MaybeUndefined<String>,
    /// How returning applicants are recognised; null sets all of it as it was at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<EditReturningApplicantSettings>)]
    pub returning_applicants: MaybeUndefined<EditReturningApplicantSettings>,
    /// How often somebody may be written to, over all ways and by all senders together; null sets all of it as it was at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<EditContactCapSettings>)]
    pub contact_cap: MaybeUndefined<EditContactCapSettings>,
}

/// How often somebody may be written to: a member that is left out stays, null sets it as it was at first.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EditContactCapSettings {
    /// So many messages at most, 1 to 1,000; 4 at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1000)]
    pub messages: MaybeUndefined<i32>,
    /// Within so many days, 1 to 365; 30 at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 365)]
    pub days: MaybeUndefined<i32>,
}

/// How returning applicants are to be recognised: a member that is left out stays, null sets it as it was at first.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EditReturningApplicantSettings {
    /// Whether people are found until they object, or only after they said yes; `legitimate_interest` at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<FlagBasis>)]
    pub basis: MaybeUndefined<FlagBasis>,
    /// From which probability on a finding is a `match`; 0.95 at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, exclusive_maximum = 1)]
    pub match_at: MaybeUndefined<f64>,
    /// From which probability on it is a `possible_match`, no higher than `match_at`; 0.5 at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, exclusive_maximum = 1)]
    pub possible_match_at: MaybeUndefined<f64>,
    /// The share of applicants who were here before, as you know it: the rarer returners are, the more must agree. Null: what
    /// the weights expect, 0.4 as they ship.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<f64>, exclusive_minimum = 0, exclusive_maximum = 1)]
    pub expected_share: MaybeUndefined<f64>,
    /// The organization's own mail domains, such as `example.com`; none at first. The list is replaced as a whole.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<Vec<MailDomainName>>, max_items = 100)]
    pub own_mail_domains: MaybeUndefined<Vec<String>>,
    /// Where a telephone number is from that names no country, by the two letters of ISO 3166-1; `JP` at first.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<RegionCode>)]
    pub telephone_region: MaybeUndefined<String>,
}

/// Reads an edit.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn edit(json: Json<'_>) -> Result<EditOrganization, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let edit = EditOrganization {
        name: r.there("name", |r| r.text("name", 200)),
        zone: r.there("time_zone", |r| {
            r.parsed("time_zone", 100, |name| name.parse().map_err(|_| Problem::Malformed { expected: Form::TimeZone }))
        }),
        returning_applicants: r.patch("returning_applicants", |r| r.object("returning_applicants", returning_applicants)),
        contact_cap: r.patch("contact_cap", |r| r.object("contact_cap", contact_cap)),
    };
    r.done();
    if faults.is_empty() { Ok(edit) } else { Err(Error::Invalid(faults)) }
}

fn returning_applicants(r: &mut Reader<'_, '_, '_>) -> EditReturningApplicants {
    EditReturningApplicants {
        basis: r.patch("basis", |r| r.word("basis", FlagBasis::WORDS, FlagBasis::from_word)),
        match_at: r.patch("match_at", |r| probability(r, "match_at")),
        possible_match_at: r.patch("possible_match_at", |r| probability(r, "possible_match_at")),
        expected_share: r.patch("expected_share", |r| probability(r, "expected_share")),
        own_mail_domains: r.patch("own_mail_domains", |r| Some(r.list_of("own_mail_domains", DOMAINS, MailDomain::parse))),
        region: r.patch("telephone_region", |r| r.parsed("telephone_region", 40, Region::parse)),
    }
}

fn contact_cap(r: &mut Reader<'_, '_, '_>) -> EditContactCap {
    let number = |r: &mut Reader<'_, '_, '_>, name, most| r.whole(name, 1..=most).and_then(|number| u16::try_from(number).ok());
    EditContactCap { messages: r.patch("messages", |r| number(r, "messages", 1_000)), days: r.patch("days", |r| number(r, "days", 365)) }
}

fn probability(r: &mut Reader<'_, '_, '_>, name: &'static str) -> Option<Probability> {
    match Probability::try_from(r.number(name)?) {
        Ok(probability) => Some(probability),
        Err(wrong) => {
            r.fault(name, wrong.into());
            None
        }
    }
}
