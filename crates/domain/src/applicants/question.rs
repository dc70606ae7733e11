//! What an applicant-tracking system asks.

use serde::{Deserialize, Serialize};

use crate::matching::{BlindToken, Sketch, TokenKind};
use crate::time::Moment;
use crate::words::words;

words! {
    /// What a lookup is for.
    pub enum LookupPurpose {
        /// Somebody applies.
        Application = "application",
        /// Somebody was referred, and knows of it.
        Referral = "referral",
        /// An offer is being prepared.
        Offer = "offer",
    }
}

words! {
    /// A kind of thing that was sent of an applicant.
    pub enum SentKind {
        /// A name.
        Name = "name",
        /// When they were born.
        BirthDate = "birth_date",
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// A postal code or address.
        Address = "address",
        /// The employee number they had.
        EmployeeNumber = "employee_number",
    }
}

words! {
    /// What an identifier of an applicant is.
    pub enum IdentifierKind {
        /// An e-mail address.
        Email = "email",
        /// A telephone number, as it is written.
        Phone = "phone",
        /// The employee number they had.
        EmployeeNumber = "employee_number",
        /// A postal code.
        PostalCode = "postal_code",
        /// A postal address.
        Address = "address",
        /// The birth date; blinded only.
        Birth = "birth",
        /// Year and month of the birth date; blinded only.
        BirthYearMonth = "birth_year_month",
        /// Year and day of the birth date; blinded only.
        BirthYearDay = "birth_year_day",
        /// Month and day of the birth date; blinded only.
        BirthMonthDay = "birth_month_day",
        /// The family name in kanji; blinded only.
        Family = "family",
        /// The given name in kanji; blinded only.
        Given = "given",
        /// The reading of the family name; blinded only.
        FamilyReading = "family_reading",
        /// The reading of the given name; blinded only.
        GivenReading = "given_reading",
        /// The whole name in kanji; blinded only.
        FullName = "full_name",
        /// The reading of the whole name; blinded only.
        FullReading = "full_reading",
    }
}

impl IdentifierKind {
    /// The kinds that are sent as they are written.
    pub const PLAIN: &'static [&'static str] = &["email", "phone", "employee_number", "postal_code", "address"];

    /// The token that is sent of it in a blinded lookup; `None` if there is none.
    #[must_use]
    pub const fn token(self) -> Option<TokenKind> {
        match self {
            Self::Email => Some(TokenKind::Email),
            Self::Phone => Some(TokenKind::Phone),
            Self::EmployeeNumber => Some(TokenKind::EmployeeNumber),
            Self::Birth => Some(TokenKind::Birth),
            Self::BirthYearMonth => Some(TokenKind::BirthYearMonth),
            Self::BirthYearDay => Some(TokenKind::BirthYearDay),
            Self::BirthMonthDay => Some(TokenKind::BirthMonthDay),
            Self::Family => Some(TokenKind::Family),
            Self::Given => Some(TokenKind::Given),
            Self::FamilyReading => Some(TokenKind::FamilyReading),
            Self::GivenReading => Some(TokenKind::GivenReading),
            Self::FullName => Some(TokenKind::FullName),
            Self::FullReading => Some(TokenKind::FullReading),
            Self::PostalCode | Self::Address => None,
        }
    }
}

impl From<TokenKind> for SentKind {
    fn from(kind: TokenKind) -> Self {
        match kind {
            TokenKind::Email => Self::Email,
            TokenKind::Phone => Self::Phone,
            TokenKind::EmployeeNumber => Self::EmployeeNumber,
            TokenKind::Birth | TokenKind::BirthYearMonth | TokenKind::BirthYearDay | TokenKind::BirthMonthDay => Self::BirthDate,
            TokenKind::Family
            | TokenKind::Given
            | TokenKind::FamilyReading
            | TokenKind::GivenReading
            | TokenKind::FullName
            | TokenKind::FullReading => Self::Name,
        }
    }
}

/// An applicant of whom only blinded tokens are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blinded {
    /// The period whose secret they are blinded with.
    pub period: String,
    /// The tokens.
    pub tokens: Vec<BlindToken>,
}

/// How long the name of a period is at most.
pub const LONGEST_PERIOD: usize = 32;

/// Whether a text can name a period: letters, digits, and `-`, `_`, `.` between them.
#[must_use]
pub fn names_a_period(text: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=LONGEST_PERIOD).contains(&text.len()) && text.chars().all(is_fine)
}

/// A question about one applicant.
#[derive(Clone, Debug)]
pub struct Question {
    /// The applicant, as written.
    pub applicant: Sketch,
    /// The applicant blinded; then nothing is written of them.
    pub blinded: Option<Blinded>,
    /// What it is for.
    pub purpose: LookupPurpose,
    /// Which application it is about.
    pub application: Application,
    /// What the applicant was told of the lookup.
    pub notice: Option<Notice>,
}

/// An application in the words of the system it came in by: its own ids, never a name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Application {
    /// The applicant-tracking system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ats: Option<String>,
    /// Its id of the candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_id: Option<String>,
    /// Its id of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// Its id of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// The legal entity they apply to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The region whose law applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// The notice an applicant was shown that they may be looked up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Which text.
    pub version: String,
    /// When they saw it.
    pub shown_at: Moment,
}

impl Question {
    /// The kinds of what was sent.
    #[must_use]
    pub fn sent(&self) -> Vec<SentKind> {
        let Sketch { names, births, emails, phones, addresses, employee_numbers } = &self.applicant;
        let each = [
            (SentKind::Name, !names.is_empty()),
            (SentKind::BirthDate, !births.is_empty()),
            (SentKind::Email, !emails.is_empty()),
            (SentKind::Phone, !phones.is_empty()),
            (SentKind::Address, !addresses.is_empty()),
            (SentKind::EmployeeNumber, !employee_numbers.is_empty()),
        ];
        let plain = each.into_iter().filter(|(_, is_there)| *is_there).map(|(sent, _)| sent);
        let mut all: Vec<SentKind> = plain.chain(self.tokens().iter().map(|token| token.kind.into())).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The blinded tokens that were sent.
    #[must_use]
    pub fn tokens(&self) -> &[BlindToken] {
        self.blinded.as_ref().map_or(&[], |blinded| blinded.tokens.as_slice())
    }
}
