//! Bodies of requests: of one type, of bounded size, and in bounded time.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Payload};
use furusu_domain::error::{Error, Unparsed};
use futures_util::StreamExt as _;

use crate::error::{Refusal, Refused};
use crate::json::Json;
use crate::rest::coding::Coding;

/// The most bytes a document has.
pub const DOCUMENT: usize = 1 << 20;

/// The most bytes a batch has.
pub const BATCH: usize = 16 << 20;

/// The most values of a document: each takes many times the memory of its text. The largest batch has a quarter of it.
const VALUES: usize = 250_000;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body to its end, and decompresses it.
///
/// # Errors
/// [`Refused`].
pub async fn read(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Bytes, Refused> {
    let coding = Coding::of(request)?;
    // What is too large by its own word is refused before it is read.
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > limit) {
        return Err(Refused::TooLarge { limit });
    }
    let all = async {
        let mut bytes = BytesMut::new();
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| Refused::BrokenOff)?;
            if bytes.len() + part.len() > limit {
                return Err(Refused::TooLarge { limit });
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    };
    let bytes = actix_web::rt::time::timeout(PATIENCE, all).await.unwrap_or(Err(Refused::TooSlow { seconds: PATIENCE.as_secs() }))?;
    coding.decoded(bytes, limit).await
}

/// Reads a JSON body to its end.
///
/// # Errors
/// [`Refused`].
pub async fn json(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Refusal> {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
        return Err(Refused::MediaType { expected: "application/json" }.into());
    }
    Ok(read(request, payload, limit).await?)
}

/// Parses JSON.
///
/// # Errors
/// [`Error::Malformed`] with the place, and nothing of what stands there.
pub fn parse(bytes: &[u8]) -> Result<Json<'_>, Error> {
    if bytes.iter().filter(|b| **b == b',').count() > VALUES {
        return Err(Error::Malformed(Unparsed::TooMany { most: VALUES }));
    }
    // Looked through as a whole, it need not be looked through text by text.
    let parsed = str::from_utf8(bytes).map_or_else(|_| serde_json::from_slice(bytes), serde_json::from_str);
    parsed.map_err(|e| {
        let breaks_off = e.classify() == serde_json::error::Category::Eof;
        Error::Malformed(Unparsed::Syntax { breaks_off, line: e.line(), column: e.column() })
    })
}
