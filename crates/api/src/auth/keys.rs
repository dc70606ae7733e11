//! The master key, and the service's own signing keys, sealed by it.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use furusu_domain::error::Error;
use furusu_domain::id::KeyId;
use furusu_domain::time::Moment;
use furusu_persistence::SigningKey;
use jsonwebtoken::EncodingKey;
use serde_json::Value;

use super::jws::{Algorithm, KeySet};
use crate::app::App;

/// The key that seals what a copy of the database must not give away: 256 bits.
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Reads it from its file: 64 hexadecimal digits, the same bits in Base64, or as 32 bytes.
    ///
    /// # Errors
    /// There is no such file, or it holds something else; the text says which and how to make one.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut bytes = Vec::new();
        fs::File::open(path)
            .and_then(|file| file.take(1_024).read_to_end(&mut bytes))
            .map_err(|e| format!("the master key file {} cannot be read: {e}", path.display()))?;
        let key = of_text(&bytes).or_else(|| bytes.as_slice().try_into().ok());
        key.map(Self).ok_or_else(|| {
            format!("the master key file {} must hold 64 hexadecimal digits; `openssl rand -hex 32` makes some", path.display())
        })
    }

    /// Reads it from its file, which is made, for its owner's eyes only, if it does not exist.
    ///
    /// # Errors
    /// As [`MasterKey::read`], or the file cannot be made.
    pub fn read_or_make(path: &Path) -> Result<Self, String> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).map_err(|e| e.to_string())?;
        let digits: String = bits.iter().map(|b| format!("{b:02x}")).collect();
        match make_private(path, format!("{digits}\n").as_bytes()) {
            Ok(()) => Ok(Self(bits)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Self::read(path),
            Err(e) => Err(format!("the master key file {} cannot be made: {e}", path.display())),
        }
    }

    /// A cipher for one purpose, which no other purpose's cipher opens.
    #[must_use]
    pub fn cipher(&self, purpose: &str) -> LessSafeKey {
        crate::cursor::cipher(&self.derive(purpose))
    }

    /// A key for one purpose, which tells nothing of the master key or of another purpose's.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }
}

/// 256 bits in hexadecimal digits or Base64.
fn of_text(bytes: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if text.len() == 64 && text.is_ascii() {
        let mut key = [0; 32];
        for (n, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
        }
        return Some(key);
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Makes a file that must not exist yet, whole, readable by its owner only: written aside and then linked into place,
/// so that a second process that starts at the same time never reads half a key.
fn make_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let aside = path.with_extension(format!("key-{:016x}", u64::from_le_bytes(random)));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let written = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&aside, path));
    fs::remove_file(&aside)?;
    written
}

/// A key is used for this long, and stays good for as long again: tokens live a day at most.
const KEY_AGE_SECONDS: i64 = 30 * 86_400;

/// Unknown key ids make the keys be read again, but not more often than this.
const REFRESH_SECONDS: i64 = 60;

/// The service's own signing keys: the newest signs, all of them are good.
pub struct KeyRing {
    seal: LessSafeKey,
    keys: RwLock<Vec<Key>>,
    /// The public halves, for checking.
    public: RwLock<Arc<KeySet>>,
    read_at: Mutex<Option<Moment>>,
}

#[derive(Clone)]
struct Key {
    id: KeyId,
    public: Vec<u8>,
    sign: EncodingKey,
}

impl KeyRing {
    /// An empty ring; [`KeyRing::refresh`] fills it.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            seal: master.cipher("furusu 2026 signing keys"),
            keys: RwLock::default(),
            public: RwLock::default(),
            read_at: Mutex::default(),
        }
    }

    /// Reads the keys, and makes one if there is none, or the newest is due for exchange.
    ///
    /// # Errors
    /// As every statement; [`Error::Internal`] if the keys were sealed with another master key.
    pub async fn refresh(&self, app: &App) -> Result<(), Error> {
        let now = app.clock.now();
        let fresh = |keys: &[SigningKey]| keys.first().is_some_and(|key| key.created_at > now.plus_seconds(-KEY_AGE_SECONDS));
        let mut keys = app.store.outside(now).accounts().signing_keys().await?;
        if !fresh(&keys) {
            let id = KeyId::mint(&mut app.mint(now));
            let new = self.make(id, now)?;
            keys = app
                .store
                .write_outside(now, async move |tx| {
                    tx.accounts().alone().await?;
                    let keys = tx.accounts().signing_keys().await?;
                    if keys.first().is_none_or(|key| key.created_at <= now.plus_seconds(-KEY_AGE_SECONDS)) {
                        tx.accounts().insert_signing_key(&new).await?;
                        tx.accounts().remove_signing_keys_before(now.plus_seconds(-2 * KEY_AGE_SECONDS)).await?;
                    }
                    tx.accounts().signing_keys().await
                })
                .await?;
        }
        let opened = keys.into_iter().map(|key| self.open(key)).collect::<Result<Vec<_>, _>>()?;
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = opened;
        let public = Arc::new(KeySet::of(&self.public_keys(), &[Algorithm::EdDsa]));
        *self.public.write().unwrap_or_else(std::sync::PoisonError::into_inner) = public;
        *self.read_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(now);
        Ok(())
    }

    fn make(&self, id: KeyId, now: Moment) -> Result<SigningKey, Error> {
        let failed = |_| Error::Internal("no signing key can be made".into());
        let pair = Ed25519KeyPair::generate().map_err(failed)?;
        let mut sealed = pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|e| Error::Internal(e.to_string()))?;
        self.seal.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(*id.as_bytes()), &mut sealed).map_err(failed)?;
        let sealed_key = [nonce.as_slice(), &sealed].concat();
        Ok(SigningKey { id, public_key: pair.public_key().as_ref().to_vec(), sealed_key, created_at: now })
    }

    fn open(&self, key: SigningKey) -> Result<Key, Error> {
        let SigningKey { id, public_key, sealed_key, created_at: _ } = key;
        let other = || Error::Internal("the signing keys were sealed with another master key than the one in its file".into());
        let (nonce, sealed) = sealed_key.split_at_checked(NONCE_LEN).ok_or_else(other)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| other())?;
        let mut sealed = sealed.to_vec();
        let pkcs8 = self.seal.open_in_place(nonce, Aad::from(*id.as_bytes()), &mut sealed).map_err(|_| other())?;
        let sign = EncodingKey::from_ed_der(pkcs8);
        Ok(Key { id, public: public_key, sign })
    }

    /// The key that signs.
    ///
    /// # Errors
    /// [`Error::Internal`] if the ring is empty.
    pub fn signer(&self) -> Result<(KeyId, EncodingKey), Error> {
        let keys = self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.first().map(|key| (key.id, key.sign.clone())).ok_or_else(|| Error::Internal("there is no signing key".into()))
    }

    fn known(&self) -> Arc<KeySet> {
        self.public.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The keys, among them the one of that id if there is any. One that is not known makes the keys be read again, at most
    /// once a minute.
    ///
    /// # Errors
    /// As every statement.
    pub async fn naming(&self, app: &App, kid: &str) -> Result<Arc<KeySet>, Error> {
        let known = self.known();
        if known.names(kid) {
            return Ok(known);
        }
        let read_at = *self.read_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if read_at.is_none_or(|at| at.plus_seconds(REFRESH_SECONDS) <= app.clock.now()) {
            self.refresh(app).await?;
        }
        Ok(self.known())
    }

    /// The public keys (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> Value {
        serde_json::json!({ "keys": self.public_keys() })
    }

    fn public_keys(&self) -> Vec<Value> {
        let keys = self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.iter()
            .map(|key| {
                let Key { id, public, sign: _ } = key;
                serde_json::json!({
                    "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id.to_string(), "x": URL_SAFE_NO_PAD.encode(public),
                })
            })
            .collect()
    }
}
