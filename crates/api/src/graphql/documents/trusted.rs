//! Trusted documents: those of a file that the operator's build writes, and, if so set up, no others.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::{Digest, Document, digest, hash};

/// Documents of the operator's file.
#[derive(Default)]
pub struct Trusted {
    by_id: HashMap<String, Arc<Document>>,
    by_digest: HashMap<Digest, Arc<Document>>,
    /// Whether no others are run.
    pub(super) is_all: bool,
}

/// A manifest: of Apollo's tools, or documents by their ids, as Relay's compiler writes them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo { format: String, version: u64, operations: Vec<Operation> },
    Map(HashMap<String, String>),
}

/// An operation of Apollo's manifest; its name and type are in its document as well.
#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl Trusted {
    /// Reads a file, and every document in it.
    ///
    /// # Errors
    /// The file cannot be read, or the first of its documents, by its id, that does not fit the schema.
    pub fn read(file: Option<&Path>, is_all: bool) -> Result<Self, String> {
        let Some(file) = file else {
            let nothing = "trusted_documents_only needs trusted_documents, the file of the documents that are run";
            return if is_all { Err(nothing.to_owned()) } else { Ok(Self::default()) };
        };
        let broken = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
        let text = std::fs::read_to_string(file).map_err(|e| broken(&e))?;
        let form = "a JSON object of documents by their ids, or a manifest of the format apollo-persisted-query-manifest, was expected";
        let manifest: Manifest = serde_json::from_str(&text).map_err(|_| broken(&form))?;
        let mut documents: Vec<(String, String)> = match manifest {
            Manifest::Map(map) => map.into_iter().collect(),
            Manifest::Apollo { format, version: 1, operations } if format == "apollo-persisted-query-manifest" => {
                operations.into_iter().map(|Operation { id, body }| (id, body)).collect()
            }
            Manifest::Apollo { .. } => return Err(broken(&form)),
        };
        documents.sort();
        let mut trusted = Self { is_all, ..Self::default() };
        for (id, text) in documents {
            let digest = digest(&text);
            if id.strip_prefix("sha256:").is_some_and(|hex| hash(hex) != Some(digest)) {
                return Err(broken(&format!("the document {id} has another hash than its id says")));
            }
            let document = Document::read(&text).map_err(|errors| {
                let why = errors.first().map_or_else(String::new, |error| error.message.clone());
                broken(&format!("the document {id} cannot be run: {why}"))
            })?;
            let document = Arc::new(document);
            trusted.by_digest.insert(digest, document.clone());
            trusted.by_id.insert(id, document);
        }
        Ok(trusted)
    }

    /// How many documents there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn named(&self, id: &str) -> Option<Arc<Document>> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn of(&self, digest: &Digest) -> Option<Arc<Document>> {
        self.by_digest.get(digest).cloned()
    }
}
