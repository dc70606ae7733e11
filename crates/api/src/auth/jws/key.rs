//! Public keys that check signatures (RFC 7517, RFC 7518, RFC 8037), each with the algorithms that it is there for.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::auth::document::Object;

/// Keys of a set that are looked at, at most; issuers have two or three.
const MOST_KEYS: usize = 100;

/// The sizes of an RSA modulus in bits: what is smaller is weak (RFC 7518, section 3.3), what is larger keeps us busy.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// The algorithms that tokens may be signed with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    Rs256,
    /// RSASSA-PSS with SHA-256 (RFC 7518, section 3.5).
    Ps256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// ECDSA on P-384 with SHA-384 (RFC 7518, section 3.4).
    Es384,
    /// Ed25519 (RFC 8037, section 3.1).
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rs256, Self::Ps256, Self::Es256, Self::Es384, Self::EdDsa];

    /// The name in a header (`alg`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of that name; names are case-sensitive (RFC 7515, section 4.1.1).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A public key, made ready for each algorithm that it is there for.
struct Key {
    kid: Option<String>,
    ways: Vec<(Algorithm, ParsedPublicKey)>,
}

impl Key {
    /// The key, ready for that algorithm, if it is there for it.
    fn way(&self, algorithm: Algorithm) -> Option<&ParsedPublicKey> {
        self.ways.iter().find(|(way, _)| *way == algorithm).map(|(_, key)| key)
    }
}

/// Keys that are trusted together.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<Key>,
    /// Equal for sets of the same keys.
    fingerprint: [u8; 32],
}

impl KeySet {
    /// The usable ones among these JWKs: a public key of a kind and size that is fit for one of the algorithms, meant for
    /// checking signatures (`use`, `key_ops`), and of the algorithm that it names (`alg`), if it names one. Whatever else
    /// a set holds is for others, and left alone.
    #[must_use]
    pub fn of(jwks: &[Value], algorithms: &[Algorithm]) -> Self {
        let mut hash = blake3::Hasher::new();
        let mut keys = Vec::new();
        for jwk in jwks.iter().take(MOST_KEYS) {
            let Some(members) = jwk.as_object() else { continue };
            let Some(key) = read(members, algorithms) else { continue };
            // The text of a value has no two readings, so that equal sets have equal texts.
            hash.update(jwk.to_string().as_bytes());
            keys.push(key);
        }
        Self { keys, fingerprint: *hash.finalize().as_bytes() }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether there is a key of that id.
    #[must_use]
    pub fn names(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref() == Some(kid))
    }

    /// The keys that may have signed with that algorithm. A token that names its key means that one; one that names none,
    /// or a key that names itself nothing, will do if it is the only one that could be meant (OpenID Connect Core, 10.1).
    pub(super) fn candidates(&self, algorithm: Algorithm, kid: Option<&str>) -> Vec<&ParsedPublicKey> {
        let fitting: Vec<(Option<&str>, &ParsedPublicKey)> =
            self.keys.iter().filter_map(|key| Some((key.kid.as_deref(), key.way(algorithm)?))).collect();
        if kid.is_some() && fitting.iter().any(|(name, _)| *name == kid) {
            return fitting.into_iter().filter(|(name, _)| *name == kid).map(|(_, key)| key).collect();
        }
        match fitting.as_slice() {
            [(name, key)] if kid.is_none() || name.is_none() => vec![key],
            _ => Vec::new(),
        }
    }
}

impl PartialEq for KeySet {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.keys.len())
    }
}

fn read(jwk: &Object, algorithms: &[Algorithm]) -> Option<Key> {
    let text = |name: &str| jwk.get(name).map(|value| value.as_str());
    // A private or a shared key that somebody published is anybody's.
    let is_secret = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.contains_key(*name));
    let is_for_signatures = text("use").is_none_or(|it| it == Some("sig"));
    let checks = jwk.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify")));
    if is_secret || !is_for_signatures || !checks {
        return None;
    }
    let kid = match text("kid") {
        None => None,
        Some(kid) => Some(kid?.to_owned()),
    };
    let named = match text("alg") {
        None => None,
        Some(name) => Some(Algorithm::from_name(name?)?),
    };
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)??).ok();
    let plain = |algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]| ParsedPublicKey::new(algorithm, bytes).ok();
    let point = |size: usize| {
        let (x, y) = (bytes("x")?, bytes("y")?);
        (x.len() == size && y.len() == size).then(|| [&[4], x.as_slice(), &y].concat())
    };
    let ways = match (text("kty")??, text("crv").flatten()) {
        ("RSA", _) => {
            let (n, e) = (bytes("n")?, bytes("e")?);
            let parsed = |way: &'static RsaParameters| RsaPublicKeyComponents { n: &n, e: &e }.to_parsed_public_key(way).ok();
            if !RSA_BITS.contains(&bits(&n)) {
                return None;
            }
            vec![(Algorithm::Rs256, parsed(&RSA_PKCS1_2048_8192_SHA256)?), (Algorithm::Ps256, parsed(&RSA_PSS_2048_8192_SHA256)?)]
        }
        ("EC", Some("P-256")) => vec![(Algorithm::Es256, plain(&ECDSA_P256_SHA256_FIXED, &point(32)?)?)],
        ("EC", Some("P-384")) => vec![(Algorithm::Es384, plain(&ECDSA_P384_SHA384_FIXED, &point(48)?)?)],
        ("OKP", Some("Ed25519")) => vec![(Algorithm::EdDsa, plain(&ED25519, &bytes("x")?)?)],
        _ => return None,
    };
    let allowed = |way: &Algorithm| algorithms.contains(way) && named.is_none_or(|it| it == *way);
    let ways: Vec<_> = ways.into_iter().filter(|(way, _)| allowed(way)).collect();
    if ways.is_empty() { None } else { Some(Key { kid, ways }) }
}

/// The size of a number of which these are the big-endian bytes.
fn bits(bytes: &[u8]) -> usize {
    let Some(first) = bytes.iter().position(|b| *b != 0) else { return 0 };
    (bytes.len() - first) * 8 - bytes[first].leading_zeros() as usize
}
