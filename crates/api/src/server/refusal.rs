//! The refusals that the HTTP server makes by itself, below the application, in the form of every other problem.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;

use crate::app::App;
use crate::error::Refused;
use crate::operating;

/// The most bytes a head has. An access token takes 8 KiB at most, and is the longest thing there.
pub(super) const HEAD_BYTES: usize = 32 << 10;

/// The most bytes of the framework's bare refusal: a status line, a length of nothing, a date.
const BARE: usize = 192;

/// The framework's bare refusal: a status and nothing more.
pub(super) struct Bare<'a> {
    status: StatusCode,
    date: &'a str,
}

impl Bare<'static> {
    /// For a head that is still arriving and too long already.
    pub(super) const fn too_large() -> Self {
        Self { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, date: "" }
    }
}

impl<'a> Bare<'a> {
    /// Reads it, if it is one and nothing else. Answers of the application carry a request id, and so are none.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= BARE)?;
        let mut lines = text.strip_suffix("\r\n\r\n")?.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.")?.get(2..5)?;
        let status = StatusCode::from_bytes(status.as_bytes()).ok().filter(|s| s.is_client_error() || s.is_server_error())?;
        let (mut date, mut is_empty) = ("", false);
        for line in lines {
            match line.split_once(": ")? {
                ("date", value) => date = value,
                ("content-length", "0") => is_empty = true,
                ("connection", "close") => {}
                _ => return None,
            }
        }
        is_empty.then_some(Self { status, date })
    }
}

/// Where a bare refusal begins, if one ends what is being written; after it nothing is written any more.
pub(super) fn begins_at(bytes: &[u8]) -> Option<usize> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let from = bytes.len().saturating_sub(BARE);
    let last = bytes[from..].windows(7).rposition(|w| w == b"HTTP/1.")?;
    Bare::read(&bytes[from + last..]).map(|_| from + last)
}

/// Whether a head ends in these bytes: with an empty line. A lone line feed ends a line too (RFC 9112, section 2.2).
pub(super) fn ends(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'\n') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"\n") || rest.starts_with(b"\r\n") {
            return true;
        }
    }
    false
}

/// Whether a version of HTTP stands where it must, and not the rest of a target with a space in it.
fn names_a_version(head: &[u8]) -> bool {
    let line = head.trim_ascii_start().split(|b| *b == b'\n').next().unwrap_or_default();
    line.split(|b| *b == b' ').nth(2).is_some_and(|word| word.starts_with(b"HTTP/"))
}

/// Why a head was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Why {
    Malformed(&'static str),
    TooSlow,
    TargetTooLong,
    HeadTooLarge,
    Coding,
    Version,
    Other(StatusCode),
}

impl Why {
    /// Of what arrived, as far as it tells; the framework tells the status alone.
    fn of(bare: StatusCode, head: &[u8]) -> Self {
        match bare {
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE if head.len() > HEAD_BYTES / 2 && !head.contains(&b'\n') => Self::TargetTooLong,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadTooLarge,
            StatusCode::BAD_REQUEST => Self::malformed(head),
            other => Self::Other(other),
        }
    }

    fn malformed(head: &[u8]) -> Self {
        let mut fields = [httparse::EMPTY_HEADER; 96];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(head) {
            Err(httparse::Error::Version) if names_a_version(head) => Self::Version,
            Err(httparse::Error::HeaderName) => Self::Malformed("the name of a header field is not one"),
            Err(httparse::Error::HeaderValue) => Self::Malformed("a header field has a character that it must not have"),
            Err(
                httparse::Error::NewLine
                | httparse::Error::Token
                | httparse::Error::Status
                | httparse::Error::TooManyHeaders
                | httparse::Error::Version,
            ) => Self::Malformed("the request line or a header field is not written as RFC 9112 has it"),
            Ok(httparse::Status::Partial) => Self::Malformed("the request breaks off, or its body is not written as RFC 9112 has it"),
            Ok(httparse::Status::Complete(_)) => Self::of_fields(request.headers),
        }
    }

    fn of_fields(fields: &[httparse::Header<'_>]) -> Self {
        let count = |name: &str| fields.iter().filter(|field| field.name.eq_ignore_ascii_case(name)).count();
        let coding = fields.iter().find(|field| field.name.eq_ignore_ascii_case("transfer-encoding"));
        match (count("content-length"), count("transfer-encoding"), count("host")) {
            (_, _, 0) => Self::Malformed("the Host field is missing"),
            (_, _, 2..) => Self::Malformed("the Host field stands there twice"),
            (1.., 1.., _) | (2.., _, _) | (_, 2.., _) => Self::Malformed("the length of the body is given in two ways"),
            (0, 1, _) if coding.is_some_and(|c| !c.value.trim_ascii().eq_ignore_ascii_case(b"chunked")) => Self::Coding,
            (1, 0, _) => Self::Malformed("Content-Length is no length, or the target is no URI"),
            (_, _, _) => Self::Malformed("the target is no URI, or the body is not written as RFC 9112 has it"),
        }
    }

    const fn refused(self) -> Refused {
        match self {
            Self::Malformed(what) => Refused::BadHead { what },
            Self::TooSlow => Refused::SlowHead,
            Self::TargetTooLong => Refused::TargetTooLong { limit: HEAD_BYTES },
            Self::HeadTooLarge => Refused::HeadTooLarge { limit: HEAD_BYTES },
            Self::Coding => Refused::TransferCoding,
            Self::Version => Refused::Version,
            Self::Other(status) => Refused::Other { status },
        }
    }
}

/// The whole answer in place of the bare one: head and body. It is logged and counted like every other.
pub(super) fn answer(bare: &Bare<'_>, head: &[u8], app: &Arc<App>) -> Vec<u8> {
    let mut problem = Why::of(bare.status, head).refused().problem();
    let id = operating::new_id();
    problem.request_id = Some(id.clone());
    let (status, code) = (StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST), problem.code);
    tracing::info!(request_id = %id, status = status.as_u16(), code, "refused before it was a request");
    app.metrics.answered("other", "(refused)", status.as_u16(), Duration::ZERO);
    // A problem is made of texts and numbers, and can always be written.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-type: application/problem+json\r\nconnection: close\r\nx-request-id: {id}\r\n\
         x-content-type-options: nosniff\r\ncache-control: no-store\r\n",
        body.len()
    );
    if !bare.date.is_empty() {
        answer.push_str(&format!("date: {}\r\n", bare.date));
    }
    answer.push_str("\r\n");
    let mut answer = answer.into_bytes();
    answer.extend_from_slice(&body);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE_400: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: Sun, 22 Nov 2026 03:00:00 GMT\r\n\r\n";

    #[test]
    fn a_bare_refusal_is_told_from_an_answer_of_the_application() {
        let bare = Bare::read(BARE_400).unwrap();
        assert_eq!((bare.status, bare.date), (StatusCode::BAD_REQUEST, "Sun, 22 Nov 2026 03:00:00 GMT"));
        let after_another = [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", BARE_400].concat();
        assert_eq!(begins_at(&after_another), Some(after_another.len() - BARE_400.len()));
        for other in [
            "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: 1\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\nhello",
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "",
        ] {
            assert_eq!(begins_at(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn the_reason_is_told_from_what_arrived() {
        let why = |head: &str| Why::of(StatusCode::BAD_REQUEST, head.as_bytes());
        assert_eq!(why("GET / HTTP/3.0\r\n\r\n"), Why::Version);
        assert!(matches!(why("GET /a b HTTP/1.1\r\n\r\n"), Why::Malformed(_)));
        assert_eq!(why("GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n"), Why::Coding);
        assert!(matches!(why("GET / HTTP/1.1\r\n\r\n"), Why::Malformed(detail) if detail.contains("Host")));
        assert!(matches!(why("GET / HTTP/1.1\r\nhost: a\r\nb c: d\r\n\r\n"), Why::Malformed(detail) if detail.contains("name")));
        let long = "x".repeat(HEAD_BYTES + 1);
        assert_eq!(Why::of(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, format!("GET /{long}").as_bytes()), Why::TargetTooLong);
        assert_eq!(
            Why::of(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, format!("GET / HTTP/1.1\r\na: {long}").as_bytes()),
            Why::HeadTooLarge
        );
    }

    #[test]
    fn a_head_ends_with_an_empty_line() {
        for (bytes, is_end) in
            [("a\r\n\r\n", true), ("a\n\nb", true), ("\n\r\n", true), ("a\r\nb\r\n", false), ("\r\n\r", false), ("", false)]
        {
            assert_eq!(ends(bytes.as_bytes()), is_end, "{bytes:?}");
        }
    }
}
