//! What an organization sets for itself.

use serde::{Deserialize, Serialize};

use super::Organization;
use crate::engagement::ContactCap;
use crate::error::{Fault, Form, Problem};
use crate::matching::Habits;
use crate::privacy::FlagBasis;
use crate::time::Zone;

/// What an organization sets for itself. What it never set is as by [`Default`].
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationSettings {
    /// How returning applicants are recognised.
    pub returning_applicants: ReturningApplicants,
    /// How often somebody may be written to, over all ways and by all senders together.
    pub contact_cap: ContactCap,
}

/// How returning applicants are recognised.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturningApplicants {
    /// On which basis: whether people are found until they object, or only after they said yes.
    pub basis: FlagBasis,
    /// From which probability on a finding is a `match`.
    pub match_at: Probability,
    /// From which probability on it is a `possible_match`; no higher than `match_at`.
    pub possible_match_at: Probability,
    /// The share of applicants who were here before, as the organization knows it; `None` is what the weights expect. The rarer
    /// returners are, the more must agree.
    pub expected_share: Option<Probability>,
    /// The organization's own mail domains: an address there tells nobody from their colleagues, and is no key.
    ///
    /// The keys of the people who are known were made with the domains of before; who changes the list must have them made
    /// anew.
    pub own_mail_domains: Vec<MailDomain>,
    /// Where a telephone number is from that names no country.
    #[serde(rename = "telephone_region")]
    pub region: Region,
}

impl Default for ReturningApplicants {
    fn default() -> Self {
        Self {
            basis: FlagBasis::LegitimateInterest,
            match_at: Probability(0.95),
            possible_match_at: Probability(0.5),
            expected_share: None,
            own_mail_domains: Vec::new(),
            region: Region(*b"JP"),
        }
    }
}

/// A probability: above 0 and below 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = NotAProbability;
    fn try_from(number: f64) -> Result<Self, NotAProbability> {
        if number > 0.0 && number < 1.0 { Ok(Self(number)) } else { Err(NotAProbability) }
    }
}

impl From<Probability> for f64 {
    fn from(Probability(number): Probability) -> Self {
        number
    }
}

/// A number that is not above 0 and below 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAProbability;

impl std::fmt::Display for NotAProbability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number above 0 and below 1 was expected")
    }
}

impl std::error::Error for NotAProbability {}

impl From<NotAProbability> for Problem {
    fn from(_: NotAProbability) -> Self {
        Self::OutOfRange { expected: Form::Probability }
    }
}

/// A mail domain in lower case, such as `example.com`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailDomain(String);

impl MailDomain {
    /// The longest, by RFC 1035, section 2.3.4, without the dots around it.
    pub const LONGEST: usize = 253;

    /// A domain of two labels at least, each of letters, digits and hyphens (RFC 5321, section 4.1.2). Other scripts are
    /// written in their ASCII form (`xn--…`).
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let tidy = text.trim().to_ascii_lowercase();
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_domain = tidy.len() <= Self::LONGEST && tidy.contains('.') && tidy.split('.').all(is_label);
        if is_domain { Ok(Self(tidy)) } else { Err(Problem::Malformed { expected: Form::MailDomain }) }
    }

    /// The domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MailDomain {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text).map_err(|problem| problem.code())
    }
}

impl From<MailDomain> for String {
    fn from(MailDomain(text): MailDomain) -> Self {
        text
    }
}

/// A region by the two letters of ISO 3166-1, such as `JP`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

/// Every region of ISO 3166-1 that has telephone numbers, and Kosovo.
const REGIONS: &str = "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ \
     CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE \
     GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW \
     KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
     NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS \
     ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

impl Region {
    /// A region by its two letters, in either case.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let letters = text.trim().to_ascii_uppercase();
        let known = REGIONS.split(' ').find(|region| *region == letters);
        let bytes = known.and_then(|region| region.as_bytes().try_into().ok());
        bytes.map(Self).ok_or(Problem::Malformed { expected: Form::Region })
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only letters get in.
        std::str::from_utf8(&self.0).unwrap_or("JP")
    }
}

impl TryFrom<String> for Region {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text).map_err(|problem| problem.code())
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

/// An edit, member by member, as JSON Merge Patch (RFC 7396) has it: `None` leaves a member alone.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EditOrganization {
    /// What it is called.
    pub name: Option<String>,
    /// Where its day begins.
    pub zone: Option<Zone>,
    /// How returning applicants are recognised; `Some(None)` is all of it as nobody ever set it.
    pub returning_applicants: Option<Option<EditReturningApplicants>>,
    /// How often somebody may be written to; `Some(None)` as nobody ever set it.
    pub contact_cap: Option<Option<EditContactCap>>,
}

/// An edit of how often somebody may be written to: `Some(None)` is a member as nobody ever set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EditContactCap {
    /// So many messages at most.
    pub messages: Option<Option<u16>>,
    /// Within so many days.
    pub days: Option<Option<u16>>,
}

/// An edit of how returning applicants are recognised: `Some(None)` is a member as nobody ever set it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EditReturningApplicants {
    /// On which basis.
    pub basis: Option<Option<FlagBasis>>,
    /// From which probability on a finding is a `match`.
    pub match_at: Option<Option<Probability>>,
    /// From which probability on it is a `possible_match`.
    pub possible_match_at: Option<Option<Probability>>,
    /// The share of applicants who were here before.
    pub expected_share: Option<Option<Probability>>,
    /// The organization's own mail domains.
    pub own_mail_domains: Option<Option<Vec<MailDomain>>>,
    /// Where a telephone number is from that names no country.
    pub region: Option<Option<Region>>,
}

/// An organization and its settings after an edit.
///
/// # Errors
/// What was edited does not go with what stays: `possible_match` would begin above `match`.
pub fn edit(
    organization: Organization,
    settings: OrganizationSettings,
    edit: EditOrganization,
) -> Result<(Organization, OrganizationSettings), Fault> {
    let EditOrganization { name, zone, returning_applicants, contact_cap } = edit;
    let Organization { id, name: name_before, zone: zone_before, created_at } = organization;
    let organization = Organization { id, name: name.unwrap_or(name_before), zone: zone.unwrap_or(zone_before), created_at };
    let returning_applicants = match returning_applicants {
        None => settings.returning_applicants,
        Some(None) => ReturningApplicants::default(),
        Some(Some(edit)) => settings.returning_applicants.edited(edit)?,
    };
    let usual = ContactCap::default();
    let contact_cap = match contact_cap {
        None => settings.contact_cap,
        Some(None) => usual,
        Some(Some(EditContactCap { messages, days })) => ContactCap {
            messages: messages.map_or(settings.contact_cap.messages, |messages| messages.unwrap_or(usual.messages)),
            days: days.map_or(settings.contact_cap.days, |days| days.unwrap_or(usual.days)),
        },
    };
    Ok((organization, OrganizationSettings { returning_applicants, contact_cap }))
}

impl ReturningApplicants {
    /// What bears on how somebody's contacts are read.
    #[must_use]
    pub fn habits(&self) -> Habits {
        let own_mail_domains = self.own_mail_domains.iter().map(|domain| domain.as_str().to_owned()).collect();
        Habits { own_mail_domains, region: self.region.as_str().to_owned() }
    }

    fn edited(self, edit: EditReturningApplicants) -> Result<Self, Fault> {
        let usual = Self::default();
        let EditReturningApplicants { basis, match_at, possible_match_at, expected_share, own_mail_domains, region } = edit;
        let mut domains = own_mail_domains.map_or(self.own_mail_domains, Option::unwrap_or_default);
        domains.sort_unstable();
        domains.dedup();
        let edited = Self {
            basis: basis.map_or(self.basis, |basis| basis.unwrap_or(usual.basis)),
            match_at: match_at.map_or(self.match_at, |at| at.unwrap_or(usual.match_at)),
            possible_match_at: possible_match_at.map_or(self.possible_match_at, |at| at.unwrap_or(usual.possible_match_at)),
            expected_share: expected_share.unwrap_or(self.expected_share),
            own_mail_domains: domains,
            region: region.map_or(self.region, |region| region.unwrap_or(usual.region)),
        };
        if edited.possible_match_at > edited.match_at {
            let problem = Problem::Above { other: "/returning_applicants/match_at" };
            return Err(Fault::new("/returning_applicants/possible_match_at", problem));
        }
        Ok(edited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Mint, OrganizationId};
    use crate::time::Moment;

    fn organization() -> Organization {
        let at = Moment::from_micros(0);
        Organization { id: OrganizationId::mint(&mut Mint::seeded(1, at)), name: "Kanda KK".into(), zone: Zone::UTC, created_at: at }
    }

    fn p(number: f64) -> Probability {
        number.try_into().unwrap()
    }

    fn edited(of: EditReturningApplicants) -> Result<ReturningApplicants, Fault> {
        let change = EditOrganization { returning_applicants: Some(Some(of)), ..EditOrganization::default() };
        edit(organization(), OrganizationSettings::default(), change).map(|(_, settings)| settings.returning_applicants)
    }

    #[test]
    fn what_was_never_set_reads_as_usual() {
        let settings: OrganizationSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(settings, OrganizationSettings::default());
        let some: OrganizationSettings = serde_json::from_str(r#"{"returning_applicants":{"match_at":0.9}}"#).unwrap();
        assert_eq!(some.returning_applicants.match_at, p(0.9));
        assert_eq!(some.returning_applicants.possible_match_at, p(0.5));
        let kept = serde_json::to_string(&some).unwrap();
        assert_eq!(serde_json::from_str::<OrganizationSettings>(&kept).unwrap(), some, "{kept}");
    }

    #[test]
    fn an_edit_touches_only_what_it_names() {
        let change = EditOrganization { name: Some("Kanda Holdings".into()), ..EditOrganization::default() };
        let (after, settings) = edit(organization(), OrganizationSettings::default(), change).unwrap();
        assert_eq!((after.name.as_str(), after.zone), ("Kanda Holdings", Zone::UTC));
        assert_eq!(settings, OrganizationSettings::default());
    }

    #[test]
    fn a_possible_match_never_begins_above_a_match() {
        let fault = edited(EditReturningApplicants { match_at: Some(Some(p(0.4))), ..Default::default() }).unwrap_err();
        assert_eq!((fault.pointer.as_str(), fault.problem.code()), ("/returning_applicants/possible_match_at", "above"));
        let both = EditReturningApplicants { match_at: Some(Some(p(0.4))), possible_match_at: Some(Some(p(0.4))), ..Default::default() };
        assert_eq!(edited(both).unwrap().match_at, p(0.4));
        for wrong in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert!(Probability::try_from(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn domains_and_regions_are_tidied_or_refused() {
        let domains = ["B.example.com ", "a.example.com", "b.example.com"].map(|text| MailDomain::parse(text).unwrap());
        let after = edited(EditReturningApplicants { own_mail_domains: Some(Some(domains.to_vec())), ..Default::default() }).unwrap();
        assert_eq!(after.own_mail_domains.iter().map(MailDomain::as_str).collect::<Vec<_>>(), ["a.example.com", "b.example.com"]);
        for wrong in ["", "example", "@example.com", "a..com", "-a.com", "a b.com", "例.jp", ".com"] {
            assert!(MailDomain::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Region::parse("jp").unwrap().as_str(), "JP");
        for wrong in ["", "J", "ZZ", "JPN", "J "] {
            assert!(Region::parse(wrong).is_err(), "{wrong}");
        }
    }
}
