//! Tokens: exact, simple values that a vendor can make with a few lines of any language, for blinded lookups.

use std::collections::BTreeSet;

use super::level::{Levels, MatchField, MatchLevel};
use super::portrait::{Portrait, push};
use crate::words::words;

words! {
    /// What a token says.
    pub enum TokenKind {
        /// Mailbox: lower case, no +tag, no dots at Gmail.
        Email = "email",
        /// Telephone number, E.164 without the plus sign.
        Phone = "phone",
        /// Digits of the employee number, without leading zeros.
        EmployeeNumber = "employee_number",
        /// Birth date, ISO 8601.
        Birth = "birth",
        /// Family name as written, variants folded.
        Family = "family",
        /// Given name as written, variants folded.
        Given = "given",
        /// Reading of the family name.
        FamilyReading = "family_reading",
        /// Reading of the given name.
        GivenReading = "given_reading",
        /// Family and given name as written.
        FullName = "full_name",
        /// Family and given name as read.
        FullReading = "full_reading",
    }
}

/// The tokens of a portrait.
#[must_use]
pub fn tokens(portrait: &Portrait) -> Vec<(TokenKind, String)> {
    let mut tokens = Vec::new();
    let mut add = |kind, value: String| {
        if !value.is_empty() {
            push(&mut tokens, (kind, value), 200);
        }
    };
    for mailbox in &portrait.mailboxes {
        add(TokenKind::Email, format!("{}@{}", mailbox.local, mailbox.domain));
    }
    for phone in &portrait.phones {
        add(TokenKind::Phone, phone.clone());
    }
    for number in &portrait.employee_numbers {
        add(TokenKind::EmployeeNumber, number.clone());
    }
    for birth in &portrait.births {
        add(TokenKind::Birth, birth.iso());
    }
    for split in &portrait.names {
        let (family, given) = (&split.family, &split.given);
        add(TokenKind::Family, family.kanji().to_owned());
        add(TokenKind::Given, given.kanji().to_owned());
        for reading in &family.said {
            add(TokenKind::FamilyReading, reading.clone());
        }
        for reading in &given.said {
            add(TokenKind::GivenReading, reading.clone());
        }
        if !family.glyphs.is_empty() && !given.glyphs.is_empty() {
            add(TokenKind::FullName, format!("{}{}", family.kanji(), given.kanji()));
        }
        for one in &family.said {
            for two in &given.said {
                add(TokenKind::FullReading, format!("{one} {two}"));
            }
        }
    }
    tokens
}

/// How far two sets of tokens agree, when all that can be told of two tokens is whether they are the same: `T` is what a
/// vendor's secret made of the value. Slips and variants are lost.
#[must_use]
pub fn levels_blinded<T: Ord>(applicant: &BTreeSet<(TokenKind, T)>, alumnus: &BTreeSet<(TokenKind, T)>) -> Levels {
    let has = |set: &BTreeSet<(TokenKind, T)>, kind: TokenKind| set.iter().any(|(other, _)| *other == kind);
    let compare = |kind: TokenKind, agreed: MatchLevel| {
        if applicant.intersection(alumnus).any(|(other, _)| *other == kind) {
            agreed
        } else if has(applicant, kind) && has(alumnus, kind) {
            MatchLevel::Differs
        } else {
            MatchLevel::Missing
        }
    };
    // As written counts before as read; where only one of the two can be compared, it decides.
    let name =
        |written: TokenKind, read: TokenKind| match (compare(written, MatchLevel::SameGlyphs), compare(read, MatchLevel::SameReading)) {
            (MatchLevel::Differs, MatchLevel::SameReading) => MatchLevel::WrittenOtherwise,
            (MatchLevel::SameGlyphs, MatchLevel::Differs) => MatchLevel::ReadOtherwise,
            (MatchLevel::Missing, read) => read,
            (written, _) => written,
        };
    let mut levels = Levels::default();
    levels.set(MatchField::Family, name(TokenKind::Family, TokenKind::FamilyReading));
    levels.set(MatchField::Given, name(TokenKind::Given, TokenKind::GivenReading));
    levels.set(MatchField::Birth, compare(TokenKind::Birth, MatchLevel::Same));
    levels.set(MatchField::Email, compare(TokenKind::Email, MatchLevel::Same));
    levels.set(MatchField::Phone, compare(TokenKind::Phone, MatchLevel::Same));
    levels.set(MatchField::EmployeeNumber, compare(TokenKind::EmployeeNumber, MatchLevel::Same));
    levels
}
