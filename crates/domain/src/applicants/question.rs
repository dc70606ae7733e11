//! What an applicant-tracking system asks.

use serde::{Deserialize, Serialize};

use crate::matching::Sketch;
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
    }
}

/// A question about one applicant.
#[derive(Clone, Debug)]
pub struct Question {
    /// The applicant, as written.
    pub applicant: Sketch,
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
        each.into_iter().filter(|(_, is_there)| *is_there).map(|(sent, _)| sent).collect()
    }
}
