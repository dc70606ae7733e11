//! A place in a profile's text: a TOML value that knows its key and line, so that every fault can name them.

use std::borrow::Cow;

use toml::de::{DeTable, DeValue};

use super::{ProfileError, tidy};

/// A value, the key it stands under and the place of that key.
#[derive(Clone)]
pub(super) struct Node<'t> {
    text: &'t str,
    key: String,
    at: usize,
    value: Value<'t>,
}

#[derive(Clone, Copy)]
enum Value<'t> {
    Document(&'t DeTable<'t>),
    Inner(&'t DeValue<'t>),
}

impl<'t> Node<'t> {
    /// The whole document.
    pub(super) fn document(text: &'t str, table: &'t DeTable<'t>) -> Self {
        Self { text, key: String::new(), at: 0, value: Value::Document(table) }
    }

    /// A fault at this place.
    pub(super) fn fault(&self, detail: impl Into<String>) -> ProfileError {
        fault_at(self.text, self.at, self.key.clone(), detail.into())
    }

    fn expected(&self, what: &str) -> ProfileError {
        let came = match self.value {
            Value::Document(_) => "a table",
            Value::Inner(value) => match value {
                DeValue::String(_) => "a text",
                DeValue::Integer(_) | DeValue::Float(_) => "a number",
                DeValue::Boolean(_) => "true or false",
                DeValue::Datetime(_) => "a date without quotes",
                DeValue::Array(_) => "a list",
                DeValue::Table(_) => "a table",
            },
        };
        self.fault(format!("expected {what}, found {came}"))
    }

    fn inner(&self) -> Option<&'t DeValue<'t>> {
        match self.value {
            Value::Document(_) => None,
            Value::Inner(value) => Some(value),
        }
    }

    fn table(&self) -> Option<&'t DeTable<'t>> {
        match self.value {
            Value::Document(table) => Some(table),
            Value::Inner(value) => value.as_table(),
        }
    }

    /// Whether a table stands here.
    pub(super) fn is_table(&self) -> bool {
        self.table().is_some()
    }

    /// Whether a text or a list stands here, and not a table.
    pub(super) fn is_plain(&self) -> bool {
        self.inner().is_some_and(|value| value.is_str() || value.is_array())
    }

    /// The keys of a table with their values.
    pub(super) fn entries(&self) -> Result<Vec<(String, Self)>, ProfileError> {
        let table = self.table().ok_or_else(|| self.expected("a table"))?;
        let entry = |(name, value): (&'t toml::Spanned<Cow<'t, str>>, &'t toml::Spanned<DeValue<'t>>)| {
            let name_text = name.get_ref().to_string();
            let key = if self.key.is_empty() { name_text.clone() } else { format!("{}.{name_text}", self.key) };
            (name_text, Self { text: self.text, key, at: name.span().start, value: Value::Inner(value.get_ref()) })
        };
        Ok(table.iter().map(entry).collect())
    }

    /// The values under the known keys of a table, in the order asked for.
    ///
    /// # Errors
    /// A key that is not known.
    pub(super) fn fields<const N: usize>(&self, known: [&str; N]) -> Result<[Option<Self>; N], ProfileError> {
        let mut found = std::array::from_fn(|_| None);
        for (name, node) in self.entries()? {
            match known.iter().position(|known| *known == name).and_then(|place| found.get_mut(place)) {
                Some(slot) => *slot = Some(node),
                None => {
                    return Err(node.fault(format!("unknown key; known here are {}", known.join(", "))));
                }
            }
        }
        Ok(found)
    }

    /// The values of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, ProfileError> {
        let list = self.inner().and_then(DeValue::as_array).ok_or_else(|| self.expected("a list"))?;
        let item = |(place, value): (usize, &'t toml::Spanned<DeValue<'t>>)| Self {
            text: self.text,
            key: format!("{}[{place}]", self.key),
            at: value.span().start,
            value: Value::Inner(value.get_ref()),
        };
        Ok(list.iter().enumerate().map(item).collect())
    }

    /// A text as it stands.
    pub(super) fn text(&self) -> Result<&'t str, ProfileError> {
        self.inner().and_then(DeValue::as_str).ok_or_else(|| self.expected("a text"))
    }

    /// A text with something in it, tidied.
    pub(super) fn word(&self) -> Result<String, ProfileError> {
        Some(tidy(self.text()?)).filter(|word| !word.is_empty()).ok_or_else(|| self.fault("this text is empty"))
    }

    /// One text, or a list of them.
    pub(super) fn texts(&self) -> Result<Vec<Self>, ProfileError> {
        if self.inner().is_some_and(DeValue::is_str) {
            return Ok(vec![self.clone()]);
        }
        let list = self.items().map_err(|_| self.expected("a text or a list of texts"))?;
        if list.is_empty() { Err(self.fault("this list is empty")) } else { Ok(list) }
    }

    /// True or false.
    pub(super) fn truth(&self) -> Result<bool, ProfileError> {
        self.inner().and_then(DeValue::as_bool).ok_or_else(|| self.expected("true or false"))
    }

    /// A whole number.
    pub(super) fn whole(&self) -> Result<i64, ProfileError> {
        let number = self.inner().and_then(DeValue::as_integer);
        let number = number.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        number.ok_or_else(|| self.expected("a whole number"))
    }

    /// A number.
    pub(super) fn number(&self) -> Result<f64, ProfileError> {
        let value = self.inner().ok_or_else(|| self.expected("a number"))?;
        let written = value.as_float().map(|number| number.as_str());
        let written = written.or_else(|| value.as_integer().map(|number| number.as_str()));
        written.and_then(|number| number.parse().ok()).ok_or_else(|| self.expected("a number"))
    }
}

/// A fault at a byte of the text.
pub(super) fn fault_at(text: &str, at: usize, key: String, detail: String) -> ProfileError {
    let before = text.as_bytes().iter().take(at);
    ProfileError { line: Some(1 + before.filter(|byte| **byte == b'\n').count()), key, detail }
}
