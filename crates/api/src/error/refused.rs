//! Why a request never reached a verb: what the door, or the framework beneath it, refuses.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use super::ProblemView;
use crate::operating;

/// Why a request never reached a verb.
#[derive(Debug)]
pub enum Refused {
    /// The path leads nowhere.
    Nowhere,
    /// No problem is called so.
    NoSuchProblem,
    /// Shown to callers on this machine only.
    OnThisMachineOnly,
    /// The path has no such method.
    Method {
        /// The methods it has.
        allow: &'static str,
    },
    /// No answer is given in a type that the caller would accept.
    NotAcceptable {
        /// The types that are given.
        given: &'static str,
    },
    /// The body took too long to arrive.
    TooSlow {
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// The body is too large.
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The body is of a type that is not read here.
    MediaType {
        /// The type that is.
        expected: &'static str,
    },
    /// The body is compressed in a way that is not read here.
    Coding,
    /// The body is not what its compression says.
    BadCoding,
    /// The body broke off.
    BrokenOff,
    /// A page of another origin asked whether it may call, and may not.
    Preflight,
    /// Not ready: the database cannot be reached.
    DatabaseUnreachable,
    /// Not ready: the database's migrations are behind.
    DatabaseBehind,
    /// The head is not written as RFC 9112 has it.
    BadHead {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The head took too long to arrive.
    SlowHead,
    /// The target is longer than a head may be.
    TargetTooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The head is too large.
    HeadTooLarge {
        /// The most bytes that are read.
        limit: usize,
    },
    /// The transfer coding is not known.
    TransferCoding,
    /// The version of HTTP is not spoken here.
    Version,
    /// The framework refused it, with this status.
    Other {
        /// The status.
        status: StatusCode,
    },
}

impl Refused {
    /// The status of each refusal.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Nowhere | Self::NoSuchProblem | Self::OnThisMachineOnly => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow { .. } | Self::SlowHead => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType { .. } | Self::Coding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadCoding | Self::BrokenOff | Self::Preflight | Self::BadHead { .. } => StatusCode::BAD_REQUEST,
            Self::TargetTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::HeadTooLarge { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::TransferCoding => StatusCode::NOT_IMPLEMENTED,
            Self::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::DatabaseUnreachable | Self::DatabaseBehind => StatusCode::SERVICE_UNAVAILABLE,
            Self::Other { status } => *status,
        }
    }

    /// The stable name of each refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nowhere | Self::NoSuchProblem | Self::OnThisMachineOnly => "not_found",
            Self::Method { .. } => "method_not_allowed",
            Self::NotAcceptable { .. } => "not_acceptable",
            Self::TooSlow { .. } | Self::SlowHead => "request_timeout",
            Self::TooLarge { .. } => "too_large",
            Self::MediaType { .. } | Self::Coding => "unsupported_media_type",
            Self::BadCoding | Self::BrokenOff | Self::Preflight | Self::BadHead { .. } => "malformed",
            Self::TargetTooLong { .. } => "uri_too_long",
            Self::HeadTooLarge { .. } => "headers_too_large",
            Self::TransferCoding => "not_implemented",
            Self::Version => "version_not_supported",
            Self::DatabaseUnreachable | Self::DatabaseBehind => "not_ready",
            Self::Other { status } => match status.as_u16() {
                404 => "not_found",
                405 => "method_not_allowed",
                406 => "not_acceptable",
                408 => "request_timeout",
                413 => "too_large",
                415 => "unsupported_media_type",
                429 => "rate_limited",
                503 => "unavailable",
                400..500 => "malformed",
                _ => "internal",
            },
        }
    }

    /// As a problem, in the language of the request.
    #[must_use]
    pub fn problem(&self) -> ProblemView {
        ProblemView::new(self.status(), self.code(), operating::language().refused(self))
    }

    /// As a response.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let mut response = self.problem().response();
        let headers = response.headers_mut();
        match self {
            Self::Method { allow } => drop(headers.insert(header::ALLOW, HeaderValue::from_static(allow))),
            // RFC 9110, section 15.5.16: so is a refused coding told from a refused type.
            Self::Coding => drop(headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, zstd, identity"))),
            Self::DatabaseUnreachable | Self::DatabaseBehind => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            Self::Nowhere
            | Self::NoSuchProblem
            | Self::OnThisMachineOnly
            | Self::NotAcceptable { .. }
            | Self::TooSlow { .. }
            | Self::TooLarge { .. }
            | Self::MediaType { .. }
            | Self::BadCoding
            | Self::BrokenOff
            | Self::Preflight
            | Self::BadHead { .. }
            | Self::SlowHead
            | Self::TargetTooLong { .. }
            | Self::HeadTooLarge { .. }
            | Self::TransferCoding
            | Self::Version
            | Self::Other { .. } => {}
        }
        response
    }
}
