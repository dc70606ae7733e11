//! Blinded lookups: an applicant compared with alumni without hearing who it is. A vendor sends keyed hashes of tokens; those
//! of each candidate are made in the same way, and only compared.

use std::collections::HashSet;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::compare;
use super::level::{Levels, MatchField, MatchLevel};
use super::phone;
use super::portrait::Portrait;
use super::sketch::{Habits, MatchNameKind, Sketch};
use super::tokens::{TokenKind, tokens};
use crate::id::{ClientId, OrganizationId};

/// What the tokens of an organization and one client are blinded with in one period.
pub type BlindSecret = [u8; 32];

/// A token that was blinded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BlindToken {
    /// What the token says.
    pub kind: TokenKind,
    /// HMAC-SHA256 over the kind, 0x1f and the value.
    pub mac: [u8; 32],
}

impl BlindToken {
    /// Blinds a token.
    #[must_use]
    pub fn of(secret: &BlindSecret, kind: TokenKind, value: &str) -> Self {
        // A key that is shorter than a block is filled up with zeros: so HMAC has it.
        let mut key = [0_u8; 64];
        key.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
        let mut hash = Hmac::<Sha256>::new(&key.into());
        hash.update(kind.as_str().as_bytes());
        hash.update(&[0x1f]);
        hash.update(value.as_bytes());
        Self { kind, mac: hash.finalize().into_bytes().into() }
    }

    /// A token as it is sent: 64 hexadecimal digits.
    #[must_use]
    pub fn read(kind: TokenKind, text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.chars().map_while(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let (pairs, rest) = digits.as_chunks::<2>();
        if digits.len() != text.chars().count() || !rest.is_empty() {
            return None;
        }
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        bytes.try_into().ok().map(|mac| Self { kind, mac })
    }

    /// The key under which people who have the token are found: its first 64 bits.
    #[must_use]
    pub fn key(&self) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = self.mac;
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// What an organization and one client look one another's people up through in one period.
#[derive(Clone, Debug)]
pub struct Blindfold {
    secret: BlindSecret,
    habits: Habits,
}

impl Blindfold {
    /// The one of an organization and a client in a period: its secret is derived from the service's own and kept nowhere.
    #[must_use]
    pub fn of(own: &[u8; 32], organization: OrganizationId, client: ClientId, period: &str, habits: Habits) -> Self {
        Self { secret: Self::secret(own, organization, client, period), habits }
    }

    /// The secret of an organization and a client in a period.
    #[must_use]
    pub fn secret(own: &[u8; 32], organization: OrganizationId, client: ClientId, period: &str) -> BlindSecret {
        let mut hasher = blake3::Hasher::new_keyed(own);
        hasher.update(b"blind\x1f").update(organization.as_bytes()).update(client.as_bytes()).update(period.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The keys a person is found under by what is said of them, unique.
    #[must_use]
    pub fn keys(&self, sketch: &Sketch) -> Vec<i64> {
        let finding = tokens(sketch, &self.habits).into_iter().filter(|(kind, _)| kind.finds());
        let mut keys: Vec<i64> = finding.map(|(kind, value)| BlindToken::of(&self.secret, kind, &value).key()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// How far what was sent of an applicant agrees with what is said of an alumnus. There is the same and the different, and
    /// nothing between.
    #[must_use]
    pub fn levels(&self, sent: &[BlindToken], sketch: &Sketch, portrait: &Portrait) -> Levels {
        let compared = Compared::of(self, sent, sketch);
        let mut levels = Levels::default();
        levels.set(MatchField::Email, compared.plainly(TokenKind::Email));
        levels.set(MatchField::EmployeeNumber, compared.plainly(TokenKind::EmployeeNumber));
        levels.set(MatchField::Phone, compared.phone());
        levels.set(MatchField::Birth, compared.birth());
        let (family, given) = compared.names();
        levels.set(MatchField::Family, family);
        levels.set(MatchField::Given, given);
        if family == MatchLevel::SameGlyphs && given == MatchLevel::SameGlyphs {
            // Whoever has the same name has one as rare.
            levels.set(MatchField::Bearers, compare::levels(portrait, portrait).of(MatchField::Bearers));
        }
        levels
    }
}

/// The tokens of an alumnus beside those that were sent.
struct Compared {
    kinds_sent: HashSet<TokenKind>,
    /// Kind, value, and whether it was sent and is of names they bear, or of a name they bore before.
    theirs: Vec<(TokenKind, String, bool)>,
    /// What is true only of names they bore before.
    former: HashSet<(TokenKind, String)>,
}

impl Compared {
    fn of(fold: &Blindfold, sent: &[BlindToken], sketch: &Sketch) -> Self {
        let all: HashSet<BlindToken> = sent.iter().copied().collect();
        let said = tokens(sketch, &fold.habits);
        let names = sketch.names.iter().filter(|name| name.kind != MatchNameKind::Former).cloned().collect();
        let borne: HashSet<(TokenKind, String)> = tokens(&Sketch { names, ..sketch.clone() }, &fold.habits).into_iter().collect();
        let former = said.iter().filter(|token| !borne.contains(token)).cloned().collect();
        let kinds_sent: HashSet<TokenKind> = sent.iter().map(|token| token.kind).collect();
        let theirs = said.into_iter().filter(|(kind, _)| kinds_sent.contains(kind)).map(|(kind, value)| {
            let is_same = all.contains(&BlindToken::of(&fold.secret, kind, &value));
            (kind, value, is_same)
        });
        Self { theirs: theirs.collect(), kinds_sent, former }
    }

    /// Whether both sides have the same token of a kind; `None` if either has none.
    fn same(&self, kind: TokenKind) -> Option<bool> {
        let mut theirs = self.theirs.iter().filter(|(of, ..)| *of == kind).peekable();
        theirs.peek()?;
        Some(theirs.any(|(.., is_same)| *is_same))
    }

    fn plainly(&self, kind: TokenKind) -> MatchLevel {
        match self.same(kind) {
            Some(true) => MatchLevel::Same,
            Some(false) => MatchLevel::Differs,
            None => MatchLevel::Missing,
        }
    }

    fn phone(&self) -> MatchLevel {
        let mut theirs = self.theirs.iter().filter(|(kind, ..)| *kind == TokenKind::Phone);
        let same = theirs.clone().filter(|(.., is_same)| *is_same);
        match self.same(TokenKind::Phone) {
            Some(true) if same.clone().any(|(_, number, _)| phone::is_mobile(number)) => MatchLevel::Same,
            Some(true) => MatchLevel::SameLandline,
            Some(false) if theirs.any(|(_, number, _)| phone::is_mobile(number)) => MatchLevel::Differs,
            Some(false) => MatchLevel::OtherLandline,
            None => MatchLevel::Missing,
        }
    }

    fn birth(&self) -> MatchLevel {
        let of = [TokenKind::Birth, TokenKind::BirthYearMonth, TokenKind::BirthYearDay, TokenKind::BirthMonthDay];
        match of.map(|kind| self.same(kind)) {
            [Some(true), ..] => MatchLevel::Same,
            [_, Some(true), ..] | [_, _, Some(true), _] => MatchLevel::OnePartOff,
            [_, _, _, Some(true)] => MatchLevel::SameDay,
            [None, None, None, None] => MatchLevel::Missing,
            [..] => MatchLevel::Differs,
        }
    }

    fn names(&self) -> (MatchLevel, MatchLevel) {
        let family = self.name(TokenKind::Family, TokenKind::FamilyReading);
        let given = self.name(TokenKind::Given, TokenKind::GivenReading);
        let family = if self.is_former(&[TokenKind::Family, TokenKind::FamilyReading]) { MatchLevel::Former } else { family };
        let says_less = |level| matches!(level, MatchLevel::Missing | MatchLevel::Differs);
        let (whole, is_former) = match (self.same(TokenKind::FullName), self.same(TokenKind::FullReading)) {
            (Some(true), _) => (MatchLevel::SameGlyphs, self.is_former(&[TokenKind::FullName])),
            (_, Some(true)) => (MatchLevel::SameReading, self.is_former(&[TokenKind::FullReading])),
            (Some(false), _) | (_, Some(false)) if self.sent_no_parts() => (MatchLevel::Differs, false),
            (Some(false) | None, Some(false) | None) => return (family, given),
        };
        let family = match (says_less(family), is_former) {
            (true, true) => MatchLevel::Former,
            (true, false) => whole,
            (false, _) => family,
        };
        (family, if says_less(given) { whole } else { given })
    }

    /// How far a part of the name agrees as it is written and as it is read. Variants are folded here; nearly always those who
    /// write the same kanji write the same strokes, so it counts as that.
    fn name(&self, written: TokenKind, read: TokenKind) -> MatchLevel {
        match (self.same(written), self.same(read)) {
            (Some(true), Some(false)) => MatchLevel::ReadOtherwise,
            (Some(true), Some(true) | None) => MatchLevel::SameGlyphs,
            (Some(false), Some(true)) => MatchLevel::WrittenOtherwise,
            (None, Some(true)) => MatchLevel::SameReading,
            (Some(false), Some(false) | None) | (None, Some(false)) => MatchLevel::Differs,
            (None, None) => MatchLevel::Missing,
        }
    }

    /// Whether a token of these kinds is the same, but each of them only of a name they bore before.
    fn is_former(&self, kinds: &[TokenKind]) -> bool {
        let mut same = self.theirs.iter().filter(|(kind, _, is_same)| *is_same && kinds.contains(kind)).peekable();
        same.peek().is_some() && same.all(|(kind, value, _)| self.former.contains(&(*kind, value.clone())))
    }

    fn sent_no_parts(&self) -> bool {
        let parts = [TokenKind::Family, TokenKind::Given, TokenKind::FamilyReading, TokenKind::GivenReading];
        parts.iter().all(|kind| !self.kinds_sent.contains(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::SketchName;

    fn name(kind: MatchNameKind, family: &str, given: &str, kana: [&str; 2]) -> SketchName {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut name = SketchName::of(kind);
        (name.family, name.given, name.family_kana, name.given_kana) = (text(family), text(given), text(kana[0]), text(kana[1]));
        name
    }

    fn yumiko() -> Sketch {
        Sketch {
            names: vec![
                name(MatchNameKind::Current, "佐藤", "由美子", ["サトウ", "ユミコ"]),
                name(MatchNameKind::Former, "髙橋", "", ["タカハシ", ""]),
            ],
            births: vec!["1985-04-02".into()],
            emails: vec!["yumi@example.com".into()],
            phones: vec!["090-1234-5678".into()],
            ..Sketch::default()
        }
    }

    fn levels(applicant: &Sketch) -> Vec<(MatchField, MatchLevel)> {
        let fold = Blindfold { secret: [7; 32], habits: Habits::default() };
        let sent: Vec<BlindToken> =
            tokens(applicant, &fold.habits).iter().map(|(kind, value)| BlindToken::of(&fold.secret, *kind, value)).collect();
        fold.levels(&sent, &yumiko(), &Portrait::default()).iter().collect()
    }

    #[test]
    fn hmac_is_what_others_make() {
        // RFC 4231 has no key of 32 bytes: made with OpenSSL.
        let token = BlindToken::of(&[0x0b; 32], TokenKind::Email, "yumiko@example.com");
        assert_eq!(hex(&token.mac), "ee0590f7442b434a3ecf0642749a9578f1eb0089b56e46ec48d7505557c7b1dd");
        assert_eq!(BlindToken::read(TokenKind::Email, &hex(&token.mac)), Some(token));
        for wrong in ["", "00", &"0".repeat(63), &"g".repeat(64), &"0".repeat(66), &"é".repeat(32)] {
            assert_eq!(BlindToken::read(TokenKind::Email, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_sent_is_compared_field_by_field() {
        use MatchField::{Birth, Email, Family, Given, Phone};
        let mut asked = Sketch { names: vec![name(MatchNameKind::Current, "高橋", "由美子", ["", ""])], ..Sketch::default() };
        assert_eq!(levels(&asked), [(Family, MatchLevel::Former), (Given, MatchLevel::SameGlyphs)]);
        asked.names = vec![name(MatchNameKind::Current, "Sato", "Yumiko", ["", ""])];
        asked.births = vec!["1985-04-12".into()];
        asked.phones = vec!["+819012345678".into()];
        asked.emails = vec!["other@example.com".into()];
        let expected = [
            (Family, MatchLevel::SameReading),
            (Given, MatchLevel::SameReading),
            (Birth, MatchLevel::OnePartOff),
            (Email, MatchLevel::Differs),
            (Phone, MatchLevel::Same),
        ];
        assert_eq!(levels(&asked), expected);
        let mut whole = SketchName::of(MatchNameKind::Current);
        whole.full = Some("佐藤由美子".into());
        assert_eq!(
            levels(&Sketch { names: vec![whole.clone()], ..Sketch::default() }),
            [(Family, MatchLevel::SameGlyphs), (Given, MatchLevel::SameGlyphs)]
        );
        whole.full = Some("田中一郎".into());
        assert_eq!(
            levels(&Sketch { names: vec![whole], ..Sketch::default() }),
            [(Family, MatchLevel::Differs), (Given, MatchLevel::Differs)]
        );
        assert_eq!(levels(&Sketch::default()), []);
    }
}
