//! The one signature check (RFC 7515, compact serialization): for the service's own tokens, for those of external
//! issuers, and for `furusu token verify-jws`.
//!
//! What a header says chooses among keys that are trusted already, and nothing else: `jku`, `x5u`, `jwk` and `x5c` are
//! never looked at, and the algorithm must be one that the key is there for (RFC 8725, sections 3.1, 3.2 and 3.10).

mod key;
mod lines;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use key::{Algorithm, KeySet};
pub use lines::judge;

use super::document;

/// A JSON Web Signature whose form is right; nothing is known of its signature until [`Jws::check`].
pub(super) struct Jws<'t> {
    /// The algorithm that the header names, if it is one of ours.
    algorithm: Algorithm,
    /// The id of the key that is said to have signed it.
    pub kid: Option<String>,
    /// The type, as the header has it.
    pub typ: Option<String>,
    /// What was signed.
    pub payload: Vec<u8>,
    /// Header and payload as they came: what the signature is of.
    signed: &'t str,
    signature: Vec<u8>,
}

/// What became of a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Checked {
    /// A key of the set signed it.
    Good,
    /// No key of the set did, and another set may hold the one that did.
    UnknownKey,
    /// The key that it names did not sign it.
    Bad,
}

impl<'t> Jws<'t> {
    /// Takes a text apart: three parts of base64url, without padding, blanks or spare bits; a header that is an object
    /// and names each member once, an algorithm of ours, and nothing that must be understood (`crit`, `b64`).
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let (payload, signature) = (decode(payload)?, decode(signature)?);
        let mut header = document::object(&decode(header)?)?;
        // RFC 7797 is about a payload that is signed as it is; it has no place in a token (its section 7).
        if header.contains_key("crit") || header.contains_key("b64") {
            return None;
        }
        let mut text = |name: &str| match header.remove(name) {
            None => Some(None),
            Some(value) => Some(Some(value.as_str()?.to_owned())),
        };
        let algorithm = Algorithm::from_name(&text("alg")??)?;
        Some(Self { algorithm, kid: text("kid")?, typ: text("typ")?, payload, signed, signature })
    }

    /// Whether a key of the set signed it, with the algorithm that the header names and the key is there for.
    pub(super) fn check(&self, keys: &KeySet) -> Checked {
        let candidates = keys.candidates(self.algorithm, self.kid.as_deref());
        let good = candidates.iter().any(|key| key.verify_sig(self.signed.as_bytes(), &self.signature).is_ok());
        match &self.kid {
            _ if good => Checked::Good,
            Some(kid) if keys.names(kid) => Checked::Bad,
            _ => Checked::UnknownKey,
        }
    }
}
