//! Bodies of requests: of one type, of bounded size, and in bounded time.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpRequest, HttpResponse};
use furusu_domain::error::Error;
use futures_util::StreamExt as _;

use crate::error::{ProblemView, Refusal};
use crate::json::Json;

/// The most bytes a document has.
pub const DOCUMENT: usize = 1 << 20;

/// The most bytes a batch has.
pub const BATCH: usize = 16 << 20;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that was not read to its end.
#[derive(Debug)]
pub enum Unread {
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// It is not of a type that is read here.
    Type,
    /// It is compressed in a way that is not read here.
    Encoding,
    /// It took too long.
    TooSlow,
    /// It broke off.
    Broken,
}

impl Unread {
    /// What the caller is told.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let problem = |status, code, title, detail: String| ProblemView::plain(status, code, title, detail);
        match self {
            Self::TooLarge(limit) => {
                let detail = format!("at most {limit} bytes are read here");
                problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large", detail)
            }
            Self::Type => {
                let detail = "a body of the type application/json was expected".to_owned();
                problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body is of another type", detail)
            }
            Self::Encoding => {
                let detail = "a body without Content-Encoding was expected".to_owned();
                problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body is compressed", detail)
            }
            Self::TooSlow => {
                let detail = format!("the body did not arrive within {} s", PATIENCE.as_secs());
                problem(StatusCode::REQUEST_TIMEOUT, "request_timeout", "The request took too long", detail)
            }
            Self::Broken => problem(StatusCode::BAD_REQUEST, "malformed", "The request cannot be parsed", "the body broke off".to_owned()),
        }
        .response()
    }
}

/// Reads a body to its end.
///
/// # Errors
/// [`Unread`].
pub async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, Unread> {
    let all = async {
        let mut bytes = BytesMut::new();
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| Unread::Broken)?;
            if bytes.len() + part.len() > limit {
                return Err(Unread::TooLarge(limit));
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    };
    actix_web::rt::time::timeout(PATIENCE, all).await.unwrap_or(Err(Unread::TooSlow))
}

/// Reads a JSON body to its end.
///
/// # Errors
/// [`Unread`].
pub async fn json(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Refusal> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let kind = header(CONTENT_TYPE).unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
        return Err(Refusal::Unread(Unread::Type));
    }
    if header(CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Refusal::Unread(Unread::Encoding));
    }
    read(payload, limit).await.map_err(Refusal::Unread)
}

/// Parses JSON.
///
/// # Errors
/// [`Error::Malformed`] with the place, and nothing of what stands there.
pub fn parse(bytes: &[u8]) -> Result<Json<'_>, Error> {
    // Looked through as a whole, it need not be looked through text by text.
    let parsed = str::from_utf8(bytes).map_or_else(|_| serde_json::from_slice(bytes), serde_json::from_str);
    parsed.map_err(|e| {
        let what = match e.classify() {
            serde_json::error::Category::Eof => "the JSON breaks off",
            serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Data => "this is not JSON",
        };
        Error::Malformed(format!("{what}, at line {} column {}", e.line(), e.column()).into())
    })
}
