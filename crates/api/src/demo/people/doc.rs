//! JSON as the records are written in it.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

pub(super) fn day(date: Date) -> String {
    date.to_string()
}

pub(super) fn pair(value: &str, source: &str) -> Value {
    json!({"value": value, "source_value": source})
}

/// A JSON object under construction that leaves out what is absent.
pub(super) struct Doc(Map<String, Value>);

impl Doc {
    pub(super) fn new() -> Self {
        Self(Map::new())
    }

    pub(super) fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.insert(member.to_owned(), value.into());
        self
    }

    pub(super) fn maybe(self, member: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(member, value),
            None => self,
        }
    }
}

impl From<Doc> for Value {
    fn from(doc: Doc) -> Self {
        Self::Object(doc.0)
    }
}
