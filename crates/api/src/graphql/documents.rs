//! Documents: parsed and validated by the specification, once each, and kept under their hash.

pub mod trusted;

use std::sync::{Arc, LazyLock};

use apollo_compiler::collections::HashMap;
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Name, Schema};
use async_graphql::{Pos, ServerError};
use prometheus_client::metrics::counter::Counter;
use quick_cache::sync::Cache;
use quick_cache::{OptionsBuilder, Weighter};

use self::trusted::Trusted;
use super::bounds;
use super::run::Refused;
use super::words::{Phrase, Why};

/// The schema as documents are validated against it, read from its own language.
pub(crate) static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    // A field of the schema's own types that the library does not know yet (edition of September 2025).
    let later = "extend type __Type { isOneOf: Boolean }";
    match Schema::builder().parse(super::sdl(), "schema.graphql").parse(later, "later.graphql").build().and_then(Schema::validate) {
        Ok(schema) => schema,
        // The schema is made when the service is built: a test reads it, so that nobody is served with a broken one.
        Err(broken) => panic!("the schema does not follow the specification:\n{}", broken.errors),
    }
});

/// The object types that an abstract type stands for.
static POSSIBLE: LazyLock<HashMap<Name, Vec<Name>>> = LazyLock::new(|| {
    let implementers = SCHEMA.implementers_map();
    let mut possible: HashMap<Name, Vec<Name>> =
        implementers.into_iter().map(|(name, found)| (name, found.objects.into_iter().collect())).collect();
    for (name, ty) in &SCHEMA.types {
        if let ExtendedType::Union(of) = ty {
            possible.insert(name.clone(), of.members.iter().map(|member| member.name.clone()).collect());
        }
    }
    for types in possible.values_mut() {
        types.sort_unstable();
    }
    possible
});

/// The object types that an interface or a union stands for; none for any other type.
pub(crate) fn possible(ty: &str) -> &'static [Name] {
    POSSIBLE.get(ty).map_or(&[], Vec::as_slice)
}

/// How much memory kept documents may take, roughly, in bytes.
const KEPT: u64 = 16 << 20;

/// What one kept document takes at least, and for each of its bytes: a parsed document is some twenty times its text.
const LEAST: u64 = 8 << 10;
const EACH: u64 = 20;

/// The SHA-256 of a document's text.
pub type Digest = [u8; 32];

/// A document that fits the schema.
pub struct Document {
    parsed: Valid<ExecutableDocument>,
    length: usize,
}

impl Document {
    /// Parses and validates.
    ///
    /// # Errors
    /// What is wrong with it, each with its place.
    pub fn read(text: &str) -> Result<Self, Vec<ServerError>> {
        if text.len() > bounds::DOCUMENT {
            let phrase = Phrase::Bytes { most: bounds::DOCUMENT, came: text.len() };
            return Err(vec![Why::TooLarge(phrase.said()).at(None)]);
        }
        let mut parser = Parser::new().token_limit(bounds::TOKENS).recursion_limit(bounds::NESTING);
        let ast = parser.parse_ast(text, "document").map_err(|broken| told(&broken.errors, Kind::Syntax))?;
        let parsed = ast.to_executable_validate(&SCHEMA).map_err(|broken| told(&broken.errors, Kind::Document))?;
        Ok(Self { parsed, length: text.len() })
    }

    /// The parsed document.
    #[must_use]
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// Where in the text something stands.
    #[must_use]
    pub fn pos(&self, span: Option<SourceSpan>) -> Pos {
        let place = span.and_then(|span| span.line_column(&self.parsed.sources));
        place.map_or_else(Pos::default, |place| Pos { line: place.line, column: place.column })
    }
}

enum Kind {
    Syntax,
    Document,
}

fn told(list: &DiagnosticList, kind: Kind) -> Vec<ServerError> {
    let mut errors: Vec<ServerError> = Vec::new();
    for diagnostic in list.iter().take(bounds::ERRORS) {
        let place = diagnostic.line_column_range().map(|range| Pos { line: range.start.line, column: range.start.column });
        let text = diagnostic.error.to_string();
        let why = match kind {
            // What is refused for its size is told once.
            Kind::Document if text == "too much recursion" => {
                return vec![Why::TooLarge(Phrase::Fragments.said()).at(None)];
            }
            Kind::Syntax if text.contains("limit reached") => {
                Why::TooLarge(Phrase::Tokens { most: bounds::TOKENS, deep: bounds::NESTING }.said())
            }
            Kind::Syntax => Why::Syntax(text),
            Kind::Document => Why::Document(text),
        };
        errors.push(why.at(place));
    }
    errors
}

#[derive(Clone)]
struct Size;

impl Weighter<Digest, Arc<Document>> for Size {
    fn weight(&self, _: &Digest, document: &Arc<Document>) -> u64 {
        LEAST + EACH * document.length as u64
    }
}

/// Documents that were good lately, by their hash: one store for all workers of an instance, bounded in memory. What is
/// kept here is neither parsed nor validated again, and may be asked for by its hash alone.
pub struct Documents {
    kept: Cache<Digest, Arc<Document>, Size>,
    trusted: Trusted,
    /// How many documents were parsed and validated.
    pub(crate) parsed: Counter,
}

impl Default for Documents {
    fn default() -> Self {
        Self::new(Trusted::default())
    }
}

impl Documents {
    /// With documents that the operator trusts.
    #[must_use]
    pub fn new(trusted: Trusted) -> Self {
        // The first request need not wait for it.
        LazyLock::force(&SCHEMA);
        // Few parts, each large enough for the largest document.
        let options = OptionsBuilder::new().estimated_items_capacity((KEPT / LEAST) as usize).weight_capacity(KEPT).shards(4).build();
        let options = options.unwrap_or_else(|_| unreachable!("both capacities are set"));
        let kept = Cache::with_options(options, Size, Default::default(), Default::default());
        Self { kept, trusted, parsed: Counter::default() }
    }

    /// The document that is asked for: by its text, by its id, or by its hash as Apollo's clients send it.
    ///
    /// # Errors
    /// There is none, none that is trusted, or what is wrong with it, each with its place.
    pub fn find(&self, query: Option<&str>, id: Option<&str>, persisted: Option<Digest>) -> Result<Arc<Document>, Refused> {
        // An id that is no hash is one of the operator's list, if anything.
        let by_id = id.map(|id| id.strip_prefix("sha256:").map_or(Err(id), |hex| hash(hex).ok_or(id)));
        if let Some(text) = query {
            let digest = digest(text);
            let ids = [persisted, by_id.and_then(Result::ok)];
            if by_id.is_some_and(|id| id.is_err()) || ids.into_iter().flatten().any(|known| known != digest) {
                return Err(Why::HashMismatch.into());
            }
            return self.read(text, digest);
        }
        match (by_id, persisted) {
            (Some(Err(id)), _) => self.trusted.named(id).ok_or_else(|| Why::UnknownDocument.into()),
            (Some(Ok(digest)), _) => self.seek(&digest, Why::UnknownDocument),
            (None, Some(digest)) => self.seek(&digest, Why::PersistedQueryNotFound),
            (None, None) => Err(Why::NoDocument.into()),
        }
    }

    fn read(&self, text: &str, digest: Digest) -> Result<Arc<Document>, Refused> {
        match self.seek(&digest, Why::NoDocument) {
            Ok(known) => return Ok(known),
            Err(refused) if self.trusted.is_all => return Err(refused),
            Err(_) => {}
        }
        self.parsed.inc();
        let document = Arc::new(Document::read(text)?);
        self.kept.insert(digest, document.clone());
        Ok(document)
    }

    fn seek(&self, digest: &Digest, otherwise: Why) -> Result<Arc<Document>, Refused> {
        if let Some(trusted) = self.trusted.of(digest) {
            return Ok(trusted);
        }
        if self.trusted.is_all {
            return Err(Why::NotTrusted.into());
        }
        self.kept.get(digest).ok_or_else(|| otherwise.into())
    }
}

/// The SHA-256 of a text.
#[must_use]
pub fn digest(text: &str) -> Digest {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.as_ref());
    bytes
}

/// A SHA-256 as clients write it: 64 hexadecimal digits.
#[must_use]
pub fn hash(hexadecimal: &str) -> Option<Digest> {
    let text = hexadecimal.as_bytes();
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |d: u8| (d as char).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Documents, digest, hash};

    #[test]
    fn a_hash_is_read_as_clients_write_it() {
        let written = "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e";
        // The example of the appendix on persisted documents.
        let document = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}";
        assert_eq!(hash(written), Some(digest(document)));
        for wrong in ["", "7dba", &"g".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_largest_document_is_kept() {
        let documents = Documents::default();
        let query = format!("{{ __typename }} #{}", "x".repeat(65_000));
        for _ in 0..3 {
            assert!(documents.find(Some(&query), None, None).is_ok());
        }
        assert_eq!(documents.parsed.get(), 1);
    }
}
