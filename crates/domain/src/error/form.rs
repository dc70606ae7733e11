//! The forms that values have, and that they were expected to have.

use serde::{Deserialize, Serialize};

/// A kind of value, as documents have them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// Any number
    Number,
    /// A number without a fraction
    WholeNumber,
    /// A string
    Text,
    /// An array
    List,
    /// An object
    Object,
    /// A string, a number or a boolean: a source's own code
    Code,
}

/// The form, or the bounds, that a value was expected to have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Text without control characters.
    PlainText,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// A date in any usual notation, `YYYY-MM-DD` or of a Japanese era.
    AnyDate,
    /// An instant by RFC 3339.
    Instant,
    /// A person's id in a source: 1 to 128 characters.
    ExternalId,
    /// A person's id.
    AlumnusId,
    /// The name of a source.
    Source,
    /// A key that names a request: 1 to 255 printable ASCII characters.
    IdempotencyKey,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The beginning of a name or an e-mail address.
    Search,
    /// A whole number within these bounds, both included.
    Whole {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A probability: a number above 0 and below 1.
    Probability,
    /// A blinded token: 64 hexadecimal digits.
    Token,
    /// A mail domain, without the @.
    MailDomain,
    /// A region by the two letters of ISO 3166-1.
    Region,
    /// The name of an IANA time zone.
    TimeZone,
    /// An `http` or `https` address.
    WebAddress,
    /// A kind of activity: a lower-snake-case word of at most 40 characters.
    Kind,
    /// An instant from 1970 on.
    Since1970,
    /// The first day of a calendar month.
    MonthBegin,
    /// The last day of a calendar month.
    MonthEnd,
    /// Points: 0, or a number from a thousandth to this.
    Points {
        /// The most.
        most: u32,
    },
    /// A number no further from zero than this.
    Number {
        /// How far.
        most: u64,
    },
    /// So many items, both bounds included.
    Items {
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
}
