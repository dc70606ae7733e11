//! Why a GraphQL request is not run: each reason with its code and its status.

use actix_web::http::StatusCode;
use async_graphql::{ErrorExtensionValues, Pos, ServerError};
use furusu_domain::error::Kind;

use crate::operating;

/// What is wrong with a part of a request, to be put into words.
#[derive(Clone, Copy, Debug)]
pub enum Phrase<'a> {
    /// A member of a request, or the request itself if it has no name, is of another kind.
    Member {
        /// Which.
        name: &'a str,
        /// The kind that was expected.
        expected: Kind,
        /// The kind that came.
        came: Kind,
    },
    /// Persisted queries are of version 1.
    Version,
    /// A hash is 64 hexadecimal digits.
    Hash,
    /// How many requests a batch has.
    Batch {
        /// The most.
        most: usize,
        /// How many came.
        came: usize,
    },
    /// Events are of one request.
    BatchInEvents,
    /// How many bytes a document has.
    Bytes {
        /// The most.
        most: usize,
        /// How many came.
        came: usize,
    },
    /// Fragments lie too deep in each other.
    Fragments,
    /// How many tokens a document has, and how deep they nest.
    Tokens {
        /// The most tokens.
        most: usize,
        /// The deepest.
        deep: usize,
    },
    /// How many selections a document has once its fragments are spread out.
    Selections {
        /// The most.
        most: usize,
    },
    /// A value does not fit its type.
    Value {
        /// Where.
        place: &'a str,
        /// The type.
        ty: &'a str,
        /// What came.
        came: Came,
    },
    /// An input object has no such member.
    NoMember {
        /// Where.
        place: &'a str,
        /// The input object's type.
        of: &'a str,
        /// The member.
        member: &'a str,
    },
}

/// What came for a variable's value.
#[derive(Clone, Copy, Debug)]
pub enum Came {
    /// A value of another kind.
    Of(Kind),
    /// A bare word.
    Word,
    /// Bytes.
    Bytes,
    /// Nothing at all.
    Nothing,
    /// A word that the enumeration does not have.
    AnotherWord,
    /// A number that is not whole, or beyond 32 bits.
    NotWhole,
}

impl Phrase<'_> {
    /// In the language of the request.
    #[must_use]
    pub fn said(self) -> String {
        operating::language().phrase(self)
    }
}

/// Why a request is not run, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The body or a parameter is not what GraphQL over HTTP asks for.
    Request(String),
    /// The body is not JSON.
    Json(String),
    /// There is no document.
    NoDocument,
    /// The document cannot be parsed.
    Syntax(String),
    /// The document does not fit the schema.
    Document(String),
    /// Which of the document's operations is meant cannot be told.
    Operation,
    /// The values of variables do not fit.
    Variables(String),
    /// The document is longer, or spreads wider, than is read here.
    TooLarge(String),
    /// The document goes too deep.
    TooDeep,
    /// One field is asked for too often side by side.
    TooManyAliases,
    /// What is asked for costs too much.
    TooCostly {
        /// What it costs.
        cost: u64,
        /// What it may cost.
        limit: u64,
    },
    /// More of the schema is asked for at once than any tool needs.
    Introspection(&'static str),
    /// A batch that is empty, too long, or may not be one.
    Batch(String),
    /// Only queries come by GET.
    MutationByGet,
    /// A subscription where only one answer can be given.
    SubscriptionHere,
    /// No media type of the answer is accepted.
    NotAcceptable,
    /// Apollo's automatic persisted queries: nothing is kept under the hash.
    PersistedQueryNotFound,
    /// No document is known by the id.
    UnknownDocument,
    /// The hash is of another text.
    HashMismatch,
    /// Only documents of the operator's list are run.
    NotTrusted,
    /// Too many subscriptions on one connection.
    TooManySubscriptions,
    /// The reader is slower than what happens.
    TooSlow,
}

impl Why {
    /// The stable name, in `extensions.code`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Request(_) => "invalid_request",
            Self::Json(_) => "malformed",
            Self::NoDocument => "missing_document",
            Self::Syntax(_) => "malformed_document",
            Self::Document(_) => "invalid_document",
            Self::Operation => "unknown_operation",
            Self::Variables(_) => "invalid_variables",
            Self::TooLarge(_) => "document_too_large",
            Self::TooDeep => "too_deep",
            Self::TooManyAliases => "too_many_aliases",
            Self::TooCostly { .. } => "too_costly",
            Self::Introspection(_) => "introspection_too_large",
            Self::Batch(_) => "invalid_batch",
            Self::MutationByGet => "method_not_allowed",
            Self::SubscriptionHere => "subscription_not_supported",
            Self::NotAcceptable => "not_acceptable",
            // Apollo's clients look for this very word.
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::UnknownDocument => "unknown_document",
            Self::HashMismatch => "document_hash_mismatch",
            Self::NotTrusted => "document_not_trusted",
            Self::TooManySubscriptions => "too_many_subscriptions",
            Self::TooSlow => "too_slow",
        }
    }

    /// What the caller reads.
    #[must_use]
    pub fn message(&self) -> String {
        operating::language().why(self)
    }

    /// The status of a request that was not run for this.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::MutationByGet => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::NotTrusted => StatusCode::FORBIDDEN,
            Self::Request(_)
            | Self::Json(_)
            | Self::NoDocument
            | Self::Syntax(_)
            | Self::Document(_)
            | Self::Operation
            | Self::Variables(_)
            | Self::TooLarge(_)
            | Self::TooDeep
            | Self::TooManyAliases
            | Self::TooCostly { .. }
            | Self::Introspection(_)
            | Self::Batch(_)
            | Self::SubscriptionHere
            | Self::PersistedQueryNotFound
            | Self::UnknownDocument
            | Self::HashMismatch
            | Self::TooManySubscriptions
            | Self::TooSlow => StatusCode::BAD_REQUEST,
        }
    }

    /// Whether the request was none by GraphQL over HTTP, so that even a client of old is told by the status.
    #[must_use]
    pub const fn is_of_http(&self) -> bool {
        matches!(
            self,
            Self::Request(_)
                | Self::Json(_)
                | Self::NoDocument
                | Self::Batch(_)
                | Self::MutationByGet
                | Self::SubscriptionHere
                | Self::NotAcceptable
        )
    }

    /// As an error of a GraphQL response.
    #[must_use]
    pub fn at(&self, pos: Option<Pos>) -> ServerError {
        let mut error = ServerError::new(self.message(), pos);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        error.extensions = Some(extensions);
        error
    }
}
