//! Doing a thing once, however often it is asked for: the key a caller gives, and what a claim on it meets.

use crate::error::{Form, Problem};

/// For how long a request is known again by its key, in seconds.
pub const KEPT_SECONDS: i64 = 24 * 3_600;

/// For how long whoever does the work has the key to themselves, in seconds. If they are not done by then they are taken
/// for dead, and whoever asks again may begin anew.
pub const CLAIMED_SECONDS: i64 = 60;

/// The name a caller gives a request, so that it is done once: 1 to 255 printable characters of ASCII.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key(String);

impl Key {
    /// A key by its text.
    ///
    /// # Errors
    /// The text is not of the form of a key.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let fine = (1..=255).contains(&text.len()) && text.bytes().all(|b| (0x20..0x7F).contains(&b));
        if fine { Ok(Self(text.to_owned())) } else { Err(Self::malformed()) }
    }

    /// A key as the header `Idempotency-Key` has it: a string in quotes (draft-ietf-httpapi-idempotency-key-header;
    /// RFC 9651, section 3.3.3), whose parameters mean nothing, or the bare text.
    ///
    /// # Errors
    /// It is neither, or not of the form of a key.
    pub fn parse_header(value: &str) -> Result<Self, Problem> {
        let value = value.trim_matches([' ', '\t']);
        let Some(quoted) = value.strip_prefix('"') else { return Self::parse(value) };
        let mut key = String::with_capacity(quoted.len());
        let mut rest = quoted.chars();
        loop {
            match rest.next() {
                Some('"') => break,
                Some('\\') => match rest.next() {
                    Some(escaped @ ('"' | '\\')) => key.push(escaped),
                    Some(_) | None => return Err(Self::malformed()),
                },
                Some(plain) => key.push(plain),
                None => return Err(Self::malformed()),
            }
        }
        let after = rest.as_str().trim_start_matches(' ');
        if after.is_empty() || after.starts_with(';') { Self::parse(&key) } else { Err(Self::malformed()) }
    }

    fn malformed() -> Problem {
        Problem::Malformed { expected: Form::IdempotencyKey }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A claim on a key, as it is kept: neither key nor body can be read from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// A keyed hash of the caller, the route and the key.
    pub key: [u8; 32],
    /// A keyed hash of all that was asked.
    pub body: [u8; 32],
    /// Which claim it is: nobody else's, however often the key is claimed.
    pub token: [u8; 16],
}

/// What a claim met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claimed {
    /// The key is the claimant's: do the work.
    Ours,
    /// The work was done, and this was answered.
    Answered(String),
    /// The key came with another body.
    AnotherBody,
    /// Somebody else does the work now.
    Running,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_in_quotes_or_bare() {
        let key = |value: &str| Key::parse_header(value).map(|key| key.0).ok();
        assert_eq!(key("8e03978e-40d5-43dd-bc93-6894a57f9324").as_deref(), Some("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        assert_eq!(key("\"8e03978e\"").as_deref(), Some("8e03978e"));
        assert_eq!(key(" \"a\\\"b\\\\c\" ;x=1").as_deref(), Some("a\"b\\c"));
        assert_eq!(key(&"k".repeat(255)).map(|k| k.len()), Some(255));
        let long = "k".repeat(256);
        for wrong in ["", "\"\"", "\"open", "\"a\\n\"", "\"a\"b", "naïve", "a\tb", long.as_str()] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }
}
