//! Diesel's errors as furusu's own. This is the only place that reads them.

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use furusu_domain::error::Error;

#[allow(clippy::wildcard_enum_match_arm, reason = "whatever else Diesel knows is a defect of ours")]
/// What a failed statement means to the verb that asked for it.
pub(crate) fn failed(error: Diesel) -> Error {
    match error {
        Diesel::NotFound => Error::NotFound,
        Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure, _) => Error::Conflict,
        Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => Error::Unavailable,
        // PostgreSQL names a deadlock only in the text; SQLite says that another process has the lock.
        Diesel::DatabaseError(_, info) if info.message().contains("deadlock detected") => Error::Conflict,
        Diesel::DatabaseError(_, info) if ["database is locked", "statement timeout"].iter().any(|text| info.message().contains(text)) => {
            Error::Unavailable
        }
        // The detail of a database's message may hold the values of a row: only its kind and first line are kept.
        Diesel::DatabaseError(kind, info) => Error::Internal(format!("{kind:?}: {}", info.message())),
        other => Error::Internal(other.to_string()),
    }
}

/// What a connection that could not be had means.
pub(crate) fn unreachable(cause: &dyn std::fmt::Display) -> Error {
    tracing::warn!(cause = %cause, "no connection to the database");
    Error::Unavailable
}
