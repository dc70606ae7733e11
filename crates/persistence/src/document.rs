//! Documents in rows: written and read in one way.

use std::fmt::Display;

use furusu_domain::error::Error;
use furusu_domain::sql::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A document for a row.
///
/// # Errors
/// [`Error::Internal`] if it cannot be written as JSON.
pub(crate) fn write(what: &impl Serialize) -> Result<Json, Error> {
    serde_json::to_string(what).map(Json).map_err(|e| Error::Internal(e.to_string()))
}

/// A document out of a row; `whose` says which, should it be unreadable.
///
/// # Errors
/// [`Error::Internal`] with the place, and nothing of what stands there: the parser's own message may quote what it met.
pub(crate) fn read<T: DeserializeOwned>(whose: impl Display, Json(text): &Json) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|e| Error::Internal(format!("{whose}: line {} column {}", e.line(), e.column())))
}
