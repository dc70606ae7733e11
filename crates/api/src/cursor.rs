//! Positions in lists, as outsiders carry them: opaque and encrypted, because a position may be a name, and good only
//! for the question they came with.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use furusu_domain::alumni::SortValue;
use furusu_domain::error::Problem;
use furusu_domain::id::OrganizationId;
use furusu_domain::time::{Date, Moment};

use crate::auth::MasterKey;

/// Seals and opens positions.
pub struct Cursors {
    key: LessSafeKey,
    /// Without a key of its own, a nonce would tell whoever guesses what is sealed that they guessed right.
    nonces: [u8; 32],
}

/// A position in a list: what it is sorted by there, and who or what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// What the list is sorted by, there.
    pub value: SortValue,
    /// The id, as its 16 bytes.
    pub id: [u8; 16],
}

impl Cursors {
    /// With a key of its own, derived from the master key, so that every instance opens every cursor.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self { key: master.cipher("furusu 2026 cursors"), nonces: master.derive("furusu 2026 cursor nonces") }
    }

    /// A position of a list; `question` is everything that makes the list what it is.
    #[must_use]
    pub fn seal(&self, organization: OrganizationId, question: &str, position: &Position) -> String {
        let mut bytes = Vec::with_capacity(64);
        match &position.value {
            SortValue::Day(day) => {
                bytes.push(b'd');
                bytes.extend(position.id);
                bytes.extend(day.days_since_2000().to_be_bytes());
            }
            SortValue::Text(text) => {
                bytes.push(b't');
                bytes.extend(position.id);
                bytes.extend(text.as_bytes());
            }
            SortValue::Moment(at) => {
                bytes.push(b'm');
                bytes.extend(position.id);
                bytes.extend(at.micros().to_be_bytes());
            }
            SortValue::Number(number) => {
                bytes.push(b'n');
                bytes.extend(position.id);
                bytes.extend(number.to_be_bytes());
            }
        }
        // The nonce follows from what is sealed, so that the same position has the same cursor.
        let sealed = [question.as_bytes(), organization.as_bytes(), &bytes].concat();
        let digest = blake3::keyed_hash(&self.nonces, &sealed);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&digest.as_bytes()[..NONCE_LEN]);
        let bound = Aad::from(bound_to(organization, question));
        if self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut bytes).is_err() {
            return String::new();
        }
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat())
    }

    /// Opens a cursor.
    ///
    /// # Errors
    /// [`Problem::ForeignCursor`] if it is none of ours, or came with another question.
    pub fn open(&self, organization: OrganizationId, question: &str, cursor: &str) -> Result<Position, Problem> {
        let open = || {
            let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut sealed = sealed.to_vec();
            let plain = self.key.open_in_place(nonce, Aad::from(bound_to(organization, question)), &mut sealed).ok()?;
            let (kind, rest) = plain.split_first()?;
            let (id, value) = rest.split_at_checked(16)?;
            let value = match kind {
                b'd' => SortValue::Day(Date::from_days_since_2000(i32::from_be_bytes(value.try_into().ok()?))?),
                b't' => SortValue::Text(String::from_utf8(value.to_vec()).ok()?),
                b'n' => SortValue::Number(i64::from_be_bytes(value.try_into().ok()?)),
                b'm' => SortValue::Moment(Moment::from_micros(i64::from_be_bytes(value.try_into().ok()?))),
                _ => return None,
            };
            Some(Position { value, id: id.try_into().ok()? })
        };
        open().ok_or(Problem::ForeignCursor)
    }
}

fn bound_to(organization: OrganizationId, question: &str) -> Vec<u8> {
    [organization.as_bytes().as_slice(), question.as_bytes()].concat()
}

/// A cipher for AES-256-GCM.
pub(crate) fn cipher(key: &[u8; 32]) -> LessSafeKey {
    // 32 bytes are what the cipher takes.
    #[allow(clippy::expect_used, reason = "the length is in the type")]
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of 32 bytes"))
}
