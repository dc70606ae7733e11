//! What can go wrong, said once: the [`Error`] of every verb, and the [`Fault`]s of a record.

mod form;
mod kept;
mod oddity;
mod rule;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::actor::Scope;

pub use form::{Form, Kind};
pub use oddity::Oddity;
pub use rule::Rule;

/// A word of furusu's own, never what somebody sent. A problem is kept with the answer it stands in and read back from there:
/// under this name, and with `kept::word` or `kept::words`, such a word can be.
type Word = &'static str;

/// Why something was not done. REST gives each a status and GraphQL a code, in two tables side by side.
#[derive(Debug)]
pub enum Error {
    /// The request cannot be parsed.
    Malformed(Unparsed),
    /// No credentials came.
    Unauthenticated,
    /// Credentials came, and they are not good. Nobody is told why.
    InvalidToken,
    /// The token lacks this scope.
    Forbidden(Scope),
    /// There is no such thing for this caller.
    NotFound,
    /// Somebody else changed the same thing at the same time, and went first.
    Conflict,
    /// A rule stands against it, as things are.
    Refused(Rule),
    /// What came was understood and is wrong, here and here.
    Invalid(Vec<Fault>),
    /// An atomic batch with at least one rejected record: what each record would have met. Nothing was written.
    BatchRejected(Vec<crate::departures::Recorded>),
    /// Too many at once; try again after so many seconds.
    RateLimited {
        /// When to try again, in seconds from now.
        retry_after: u32,
    },
    /// What the caller read has changed since (RFC 9110, section 13.1.1).
    PreconditionFailed,
    /// The caller must say which state they mean to change (RFC 6585, section 3).
    PreconditionRequired,
    /// The idempotency key came before, with another request.
    IdempotencyKeyReused,
    /// The request with this idempotency key still runs.
    IdempotencyKeyInUse {
        /// When to try again, in seconds from now.
        retry_after: u32,
    },
    /// A database, or what else this stands on, cannot be reached now.
    Unavailable,
    /// A defect of ours. The cause is logged once at the boundary, and never shown.
    Internal(String),
}

impl Error {
    /// The stable name of the error, the same on both doors.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidToken => "invalid_token",
            Self::Forbidden(_) => "insufficient_scope",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Refused(rule) => rule.code(),
            Self::Invalid(_) => "invalid",
            Self::BatchRejected(_) => "batch_rejected",
            Self::RateLimited { .. } => "rate_limited",
            Self::PreconditionFailed => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IdempotencyKeyInUse { .. } => "idempotency_key_in_use",
            Self::Unavailable => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// A single fault.
    #[must_use]
    pub fn fault(pointer: impl Into<String>, problem: Problem) -> Self {
        Self::Invalid(vec![Fault::new(pointer, problem)])
    }
}

impl fmt::Display for Error {
    /// For the operator on the command line; a cause may be in it, personal data never.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(Unparsed::Syntax { breaks_off: _, line, column }) => write!(f, "not JSON, at line {line} column {column}"),
            Self::Malformed(Unparsed::Handshake) => f.write_str("no handshake"),
            Self::Malformed(Unparsed::Url) => f.write_str("not UTF-8"),
            Self::Malformed(Unparsed::TooMany { most }) => write!(f, "more than {most} values"),
            Self::Forbidden(scope) => write!(f, "the scope {scope} is missing"),
            Self::Invalid(faults) => {
                for (n, fault) in faults.iter().enumerate() {
                    write!(f, "{}{}: {}", if n > 0 { "; " } else { "" }, fault.pointer, fault.problem.code())?;
                }
                Ok(())
            }
            Self::Internal(cause) => write!(f, "internal: {cause}"),
            Self::Refused(_)
            | Self::Unauthenticated
            | Self::InvalidToken
            | Self::NotFound
            | Self::Conflict
            | Self::BatchRejected(_)
            | Self::RateLimited { .. }
            | Self::PreconditionFailed
            | Self::PreconditionRequired
            | Self::IdempotencyKeyReused
            | Self::IdempotencyKeyInUse { .. }
            | Self::Unavailable => f.write_str(self.code()),
        }
    }
}

impl std::error::Error for Error {}

/// Why what came is not read; nothing of what stands there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unparsed {
    /// It stops being JSON.
    Syntax {
        /// Whether it only ends too early.
        breaks_off: bool,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A URL whose percent-encoding does not hold UTF-8.
    Url,
    /// No handshake of a WebSocket (RFC 6455, section 4.2.1).
    Handshake,
    /// It has more values than are read.
    TooMany {
        /// The most.
        most: usize,
    },
}

/// One thing wrong, or odd, with what came, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// Where, as a JSON pointer (RFC 6901) into what came; the whole of it is the empty text.
    pub pointer: String,
    /// What.
    pub problem: Problem,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self { pointer: pointer.into(), problem }
    }
}

/// What can be wrong, or odd, with a field. It never carries what a person is called, lives or was born: for such a
/// field it says what kind of thing came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The member must be there.
    Required,
    /// No such member exists.
    Unknown {
        /// The members there are.
        #[serde(deserialize_with = "kept::words")]
        known: Vec<Word>,
    },
    /// The member stands there twice.
    Repeated,
    /// Another type of JSON value was expected.
    WrongType {
        /// What was expected.
        expected: Kind,
        /// What came.
        came: Kind,
    },
    /// The form is not that of such a value.
    Malformed {
        /// What was expected.
        expected: Form,
    },
    /// None of the words that are allowed.
    NotOneOf {
        /// The words that are.
        #[serde(deserialize_with = "kept::words")]
        expected: Vec<Word>,
    },
    /// Outside its bounds.
    OutOfRange {
        /// The bounds.
        expected: Form,
    },
    /// Too many characters, or members of a list.
    TooLong {
        /// How many are allowed.
        limit: usize,
        /// How many came.
        came: usize,
    },
    /// A date or instant before one that it must follow.
    Before {
        /// The pointer of what it must not come before.
        #[serde(deserialize_with = "kept::word")]
        other: Word,
    },
    /// A date or instant after one that it must not follow.
    After {
        /// The pointer of what it must not come after.
        #[serde(deserialize_with = "kept::word")]
        other: Word,
    },
    /// A name that furusu keeps for itself.
    Reserved,
    /// A date or instant that has not come yet, where it must have.
    InTheFuture,
    /// The path says one thing and the body another.
    DiffersFromPath,
    /// Two ids that are to become one are one person already.
    SamePerson,
    /// Two previous ids are those of two different people.
    TwoPeople,
    /// No period in which the caller may look people up blinded.
    UnknownPeriod,
    /// No kind of activity that the organization has.
    UnknownKind {
        /// The kinds it has.
        known: Vec<String>,
    },
    /// Nobody is known by this.
    UnknownPerson,
    /// No permission that was held for this person.
    UnknownPermission,
    /// Set once and for all.
    Fixed,
    /// Not above the one before it.
    NotRising,
    /// Not to be used without this scope.
    NeedsScope {
        /// The scope.
        scope: Scope,
    },
    /// Belongs to another list: a cursor is good only for the very question it came with.
    ForeignCursor,
    /// One of several members must be there.
    RequiredOneOf {
        /// The members of which one must be there.
        #[serde(deserialize_with = "kept::word")]
        members: Word,
    },
    /// Only one of two members may be there.
    Exclusive {
        /// The other.
        #[serde(deserialize_with = "kept::word")]
        other: Word,
    },
    /// Only to stand there with something else that is not there.
    OnlyWith {
        /// What it goes with.
        #[serde(deserialize_with = "kept::word")]
        what: Word,
    },
    /// A number above one that it must not exceed.
    Above {
        /// The pointer of what it must not exceed.
        #[serde(deserialize_with = "kept::word")]
        other: Word,
    },
    /// Odd: kept, with this warning.
    Odd {
        /// What is odd.
        what: Oddity,
    },
}

impl Problem {
    /// The stable name of the problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Unknown { .. } => "unknown_member",
            Self::Repeated => "repeated_member",
            Self::WrongType { .. } => "wrong_type",
            Self::Malformed { .. } => "malformed_value",
            Self::NotOneOf { .. } => "not_one_of",
            Self::OutOfRange { .. } => "out_of_range",
            Self::TooLong { .. } => "too_long",
            Self::Before { .. } => "before",
            Self::After { .. } => "after",
            Self::Reserved => "reserved",
            Self::InTheFuture => "in_the_future",
            Self::DiffersFromPath => "differs_from_path",
            Self::SamePerson => "same_person",
            Self::TwoPeople => "two_people",
            Self::UnknownPeriod => "unknown_period",
            Self::UnknownKind { .. } => "unknown_kind",
            Self::UnknownPerson => "unknown_person",
            Self::UnknownPermission => "unknown_permission",
            Self::Fixed => "fixed",
            Self::NotRising => "not_rising",
            Self::NeedsScope { .. } => "insufficient_scope",
            Self::ForeignCursor => "foreign_cursor",
            Self::RequiredOneOf { .. } => "required_one_of",
            Self::Exclusive { .. } => "exclusive",
            Self::OnlyWith { .. } => "only_with",
            Self::Above { .. } => "above",
            Self::Odd { what } => what.code(),
        }
    }

    /// Whether the record is kept all the same.
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Odd { .. })
    }
}
