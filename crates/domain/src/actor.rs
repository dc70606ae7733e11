//! Who asks, and what they may. One table says which operation needs which scope, for both doors.

use std::fmt;

use crate::error::Error;
use crate::id::{ClientId, OrganizationId};
use crate::time::Zone;
use crate::words::words;

words! {
    /// What a token allows (the `scope` claim, RFC 9068).
    pub enum Scope {
        /// Read departure records by their source.
        DeparturesRead = "departures:read",
        /// Send departure records.
        DeparturesWrite = "departures:write",
        /// Read alumni, their employment periods and contacts.
        AlumniRead = "alumni:read",
        /// Edit contacts and the preferred name.
        AlumniWrite = "alumni:write",
        /// Read ratings and restricted reasons.
        EvaluationsRead = "evaluations:read",
        /// Ask whether an applicant was here before.
        MatchingLookup = "matching:lookup",
        /// See evidence in full and review it; merge people, and decide held records.
        MatchingReview = "matching:review",
        /// Read engagement.
        EngagementRead = "engagement:read",
        /// Send engagement.
        EngagementWrite = "engagement:write",
        /// Read the return programme.
        ProgrammeRead = "programme:read",
        /// Change the return programme.
        ProgrammeWrite = "programme:write",
        /// Decide a rehire standing.
        StandingWrite = "standing:write",
        /// Read boomerang cases.
        PipelineRead = "pipeline:read",
        /// Move boomerang cases.
        PipelineWrite = "pipeline:write",
        /// Read consents, disclosures, audit and erasures.
        PrivacyRead = "privacy:read",
        /// Record and withdraw consents; erase, export, hold.
        PrivacyWrite = "privacy:write",
        /// Read figures.
        AnalyticsRead = "analytics:read",
        /// Read the change feed and webhook endpoints.
        IntegrationRead = "integration:read",
        /// Change webhook endpoints and imports.
        IntegrationWrite = "integration:write",
        /// Change the organization and its clients.
        OrganizationAdmin = "organization:admin",
    }
}

/// Scopes that no client may hold together: whoever looks applicants up must not see how engaged they are.
pub const WALL: (Scope, [Scope; 3]) = (Scope::MatchingLookup, [Scope::EngagementRead, Scope::EngagementWrite, Scope::AnalyticsRead]);

/// The one table of what needs which scope. An operation that is not in it does not exist.
pub const OPERATIONS: &[(&str, Scope)] = &[
    ("alumni.edit", Scope::AlumniWrite),
    ("alumni.find", Scope::AlumniRead),
    ("alumni.follow", Scope::AlumniRead),
    ("alumni.page", Scope::AlumniRead),
    ("applicants.disclosures", Scope::PrivacyRead),
    ("applicants.examine", Scope::MatchingReview),
    ("applicants.find", Scope::MatchingLookup),
    ("applicants.look_up", Scope::MatchingLookup),
    ("applicants.refit", Scope::MatchingReview),
    ("applicants.review", Scope::MatchingLookup),
    ("departures.find", Scope::DeparturesRead),
    ("departures.page", Scope::DeparturesRead),
    ("departures.record", Scope::DeparturesWrite),
    ("engagement.change_formula", Scope::OrganizationAdmin),
    ("engagement.find", Scope::EngagementRead),
    ("engagement.follow", Scope::EngagementRead),
    ("engagement.formulas", Scope::EngagementRead),
    ("engagement.record", Scope::EngagementWrite),
    ("engagement.standing", Scope::EngagementRead),
    ("figures.catalogue", Scope::AnalyticsRead),
    ("figures.measure", Scope::AnalyticsRead),
    ("gatherings.edit", Scope::EngagementWrite),
    ("gatherings.enrol", Scope::EngagementWrite),
    ("gatherings.feeds", Scope::EngagementRead),
    ("gatherings.find", Scope::EngagementRead),
    ("gatherings.guests", Scope::EngagementRead),
    ("gatherings.move", Scope::EngagementWrite),
    ("gatherings.offer_feed", Scope::EngagementWrite),
    ("gatherings.page", Scope::EngagementRead),
    ("gatherings.plan", Scope::EngagementWrite),
    ("gatherings.revoke_feed", Scope::EngagementWrite),
    ("gatherings.turn", Scope::EngagementWrite),
    ("messages.ask", Scope::EngagementRead),
    ("messages.find", Scope::EngagementRead),
    ("messages.hold", Scope::EngagementWrite),
    ("messages.record", Scope::EngagementWrite),
    ("organization.edit", Scope::OrganizationAdmin),
    ("organization.find", Scope::OrganizationAdmin),
    ("privacy.page_consents", Scope::PrivacyRead),
    ("privacy.record_consent", Scope::PrivacyWrite),
    ("privacy.withdraw_consent", Scope::PrivacyWrite),
    ("identity.decide", Scope::MatchingReview),
    ("identity.held", Scope::MatchingReview),
    ("identity.merge", Scope::MatchingReview),
    ("identity.merges", Scope::MatchingReview),
    ("identity.unmerge", Scope::MatchingReview),
    ("timeline.page", Scope::AlumniRead),
];

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// Every scope there is.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// The scopes of a space-separated list (RFC 6749, section 3.3); `Err` is the first word that is none.
    ///
    /// # Errors
    /// The word that is no scope of furusu.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split_ascii_whitespace().map(|word| Scope::from_word(word).ok_or_else(|| word.to_owned())).collect()
    }

    /// The scopes of a list that others may have written: what is no scope of furusu allows nothing here.
    #[must_use]
    pub fn known_in(text: &str) -> Self {
        text.split_ascii_whitespace().filter_map(Scope::from_word).collect()
    }

    /// Whether the scope is among them.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// Whether every scope of the other set is among them.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The scopes in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The scopes, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |s| self.has(*s))
    }

    /// Whether both sides of the wall between lookups and engagement are in the set.
    #[must_use]
    pub fn crosses_the_wall(self) -> bool {
        self.has(WALL.0) && WALL.1.iter().any(|s| self.has(*s))
    }

    /// The set without the far side of the wall: whoever looks applicants up loses engagement, whatever a token says.
    #[must_use]
    pub fn within_the_wall(self) -> Self {
        if self.crosses_the_wall() { self.iter().filter(|s| !WALL.1.contains(s)).collect() } else { self }
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | 1 << scope as u32))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.iter().enumerate() {
            write!(f, "{}{scope}", if n > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// By whose credentials somebody asks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Caller {
    /// The operator, at the command line or with a token made there.
    Operator,
    /// A client that furusu knows.
    Client(ClientId),
    /// Whoever an external issuer vouches for.
    Vouched {
        /// The issuer (the `iss` claim).
        issuer: String,
        /// Its client, or the subject if it names none (`client_id`, `azp` or what its settings say, else `sub`).
        id: String,
    },
}

impl fmt::Display for Caller {
    /// One text for each caller of an organization: what is kept per caller is kept under it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Client(id) => id.fmt(f),
            Self::Vouched { issuer, id } => write!(f, "{issuer} {id}"),
        }
    }
}

/// Who asks: a client of an organization, or its operator, with what their token allows.
#[derive(Clone, Debug)]
pub struct Actor {
    /// For whom.
    pub organization: OrganizationId,
    /// Where the organization's day begins.
    pub zone: Zone,
    /// By whose credentials.
    pub caller: Caller,
    /// What the token allows.
    pub scopes: Scopes,
}

impl Actor {
    /// Whether the actor may do this; the name must be in [`OPERATIONS`].
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the scope that is missing.
    pub fn may(&self, operation: &str) -> Result<(), Error> {
        let scope = needs(operation).ok_or_else(|| Error::Internal(format!("no operation is called {operation}")))?;
        if self.scopes.has(scope) { Ok(()) } else { Err(Error::Forbidden(scope)) }
    }
}

/// The scope an operation needs; `None` if there is no such operation.
#[must_use]
pub fn needs(operation: &str) -> Option<Scope> {
    OPERATIONS.iter().find(|(name, _)| *name == operation).map(|(_, scope)| *scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_read_back_from_their_text() {
        assert_eq!(Scopes::parse(&Scopes::all().to_string()), Ok(Scopes::all()));
        assert_eq!(Scopes::parse("alumni:read  departures:write").unwrap().to_string(), "departures:write alumni:read");
        assert_eq!(Scopes::parse("alumni:read alumni:reed"), Err("alumni:reed".to_owned()));
        assert_eq!(Scopes::known_in("openid alumni:read").to_string(), "alumni:read");
    }

    #[test]
    fn lookups_and_engagement_are_walled_off() {
        assert!(Scopes::parse("matching:lookup engagement:read").unwrap().crosses_the_wall());
        assert!(!Scopes::parse("matching:lookup alumni:read").unwrap().crosses_the_wall());
        let both = Scopes::parse("matching:lookup engagement:read engagement:write alumni:read").unwrap();
        assert_eq!(both.within_the_wall().to_string(), "alumni:read matching:lookup");
        assert_eq!(Scopes::parse("engagement:read").unwrap().within_the_wall().to_string(), "engagement:read");
    }

    #[test]
    fn the_table_of_operations_changes_only_on_purpose() {
        let table: Vec<String> = OPERATIONS.iter().map(|(name, scope)| format!("{name} {scope}")).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        alumni.edit alumni:write
        alumni.find alumni:read
        alumni.follow alumni:read
        alumni.page alumni:read
        applicants.disclosures privacy:read
        applicants.examine matching:review
        applicants.find matching:lookup
        applicants.look_up matching:lookup
        applicants.refit matching:review
        applicants.review matching:lookup
        departures.find departures:read
        departures.page departures:read
        departures.record departures:write
        engagement.change_formula organization:admin
        engagement.find engagement:read
        engagement.follow engagement:read
        engagement.formulas engagement:read
        engagement.record engagement:write
        engagement.standing engagement:read
        figures.catalogue analytics:read
        figures.measure analytics:read
        gatherings.edit engagement:write
        gatherings.enrol engagement:write
        gatherings.feeds engagement:read
        gatherings.find engagement:read
        gatherings.guests engagement:read
        gatherings.move engagement:write
        gatherings.offer_feed engagement:write
        gatherings.page engagement:read
        gatherings.plan engagement:write
        gatherings.revoke_feed engagement:write
        gatherings.turn engagement:write
        messages.ask engagement:read
        messages.find engagement:read
        messages.hold engagement:write
        messages.record engagement:write
        organization.edit organization:admin
        organization.find organization:admin
        privacy.page_consents privacy:read
        privacy.record_consent privacy:write
        privacy.withdraw_consent privacy:write
        identity.decide matching:review
        identity.held matching:review
        identity.merge matching:review
        identity.merges matching:review
        identity.unmerge matching:review
        timeline.page alumni:read
        ");
    }
}
