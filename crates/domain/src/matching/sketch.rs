//! Sketches: what somebody says of a person, as written.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// What somebody says of a person, as written: an applicant's form, an HR record, a row of a file. Nothing normalised.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sketch {
    /// What they are or were called.
    pub names: Vec<SketchName>,
    /// Birth dates, in any notation.
    pub births: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Postal addresses.
    pub addresses: Vec<SketchAddress>,
    /// Numbers as an employee.
    pub employee_numbers: Vec<String>,
}

/// A name, in parts or as one line, in whatever script.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SketchName {
    /// What kind of name it is.
    pub kind: MatchNameKind,
    /// The whole name in one line.
    #[serde(default)]
    pub full: Option<String>,
    /// Family name (姓).
    #[serde(default)]
    pub family: Option<String>,
    /// Given name (名).
    #[serde(default)]
    pub given: Option<String>,
    /// Middle name or initial.
    #[serde(default)]
    pub middle: Option<String>,
    /// Reading of the whole name.
    #[serde(default)]
    pub full_kana: Option<String>,
    /// Reading of the family name (セイ).
    #[serde(default)]
    pub family_kana: Option<String>,
    /// Reading of the given name (メイ).
    #[serde(default)]
    pub given_kana: Option<String>,
}

impl SketchName {
    /// A name of this kind of which nothing is said yet.
    #[must_use]
    pub const fn of(kind: MatchNameKind) -> Self {
        Self { kind, full: None, family: None, given: None, middle: None, full_kana: None, family_kana: None, given_kana: None }
    }
}

words! {
    /// What kind of name a sketch gives.
    pub enum MatchNameKind {
        /// The name they bear, by law or by habit.
        Current = "current",
        /// A name they bore (旧姓).
        Former = "former",
        /// The name they go by at work.
        Business = "business",
        /// The name in Latin letters.
        Romanised = "romanised",
    }
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SketchAddress {
    /// Postal code.
    pub postal_code: Option<String>,
    /// The address in one line.
    pub text: Option<String>,
}

/// The habits of the organization that bear on how a sketch is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Habits {
    /// Its own mail domains: an address there ends with the employment, and is nobody's identifier.
    pub own_mail_domains: Vec<String>,
    /// Where a telephone number without a country is (ISO 3166, two letters).
    pub region: String,
}

impl Default for Habits {
    fn default() -> Self {
        Self { own_mail_domains: Vec::new(), region: "JP".to_owned() }
    }
}
