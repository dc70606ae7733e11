//! Particulars: what somebody says of who a person is and how they are reached. Each source says its own, and so does
//! the alumni office; nobody overwrites another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fold::{fold, is_cjk};
use crate::departures::{NameKind, Source};
use crate::error::{Form, Problem};
use crate::id::AlumnusId;
use crate::time::{Date, Moment};

/// What one source, or the alumni office, says of a person.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// What they are or were called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<PersonName>,
    /// When they were born.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_on: Option<Date>,
    /// Their number as an employee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// E-mail addresses; `None` says nothing of them, an empty list that there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<Email>>,
    /// Telephone numbers, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<Phone>>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A name. One of `family` and `given` at least is there: some people have a single name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PersonName {
    /// What kind of name it is.
    pub kind: NameKind,
    /// Family name (姓).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family: Option<String>,
    /// Given name (名).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given: Option<String>,
    /// Middle name or initial.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub middle: Option<String>,
    /// Reading of the family name (セイ).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub family_kana: Option<String>,
    /// Reading of the given name (メイ).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given_kana: Option<String>,
    /// First day it was theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_from: Option<Date>,
    /// Last day it was theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid_to: Option<Date>,
}

impl PersonName {
    /// Whether the name was theirs on that day, as far as anybody said.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// The name as it is written in its own order: family name first for names in kanji or kana, last for others.
    #[must_use]
    pub fn display(&self) -> String {
        let (family, given) = (self.family.as_deref().unwrap_or(""), self.given.as_deref().unwrap_or(""));
        let parts = if family.chars().chain(given.chars()).any(is_cjk) {
            [family, given, ""]
        } else {
            [given, self.middle.as_deref().unwrap_or(""), family]
        };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What lists are sorted by: the kana reading, else the letters folded, family name first.
    #[must_use]
    pub fn sort_key(&self) -> String {
        let part = |kana: &Option<String>, written: &Option<String>| kana.as_deref().or(written.as_deref()).map(fold).unwrap_or_default();
        let (family, given) = (part(&self.family_kana, &self.family), part(&self.given_kana, &self.given));
        // A unit separator keeps "Li Na" before "Lin A": a shorter family name comes first.
        format!("{family}\u{1f}{given}")
    }

    /// The keys under which a prefix finds the name: family name first and given name first, as written and as read.
    fn keys(&self, keys: &mut BTreeSet<String>) {
        let [family, given, middle] = [&self.family, &self.given, &self.middle].map(|p| p.as_deref().map(fold).unwrap_or_default());
        let [family_kana, given_kana] = [&self.family_kana, &self.given_kana].map(|p| p.as_deref().map(fold).unwrap_or_default());
        for parts in [
            [&*family, &*given, &*middle],
            [&*given, &*family, ""],
            [&*given, &*middle, &*family],
            [&*family_kana, &*given_kana, ""],
            [&*given_kana, &*family_kana, ""],
        ] {
            let key = fold(&parts.join(" "));
            if !key.is_empty() {
                keys.insert(key);
            }
        }
    }

    /// Whether both are the same name: family and given name fold alike, as written or as read.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        let both = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => fold(a) == fold(b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let written = both(&self.family, &other.family) && both(&self.given, &other.given);
        let has_kana = self.family_kana.is_some() && self.given_kana.is_some();
        written || (has_kana && both(&self.family_kana, &other.family_kana) && both(&self.given_kana, &other.given_kana))
    }
}

/// An e-mail address, trimmed and in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Email(String);

impl Email {
    /// An address somebody wrote.
    ///
    /// # Errors
    /// It has no local part, no host with a dot, or more than 254 characters (RFC 5321, section 4.5.3.1.3).
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let wrong = || Problem::Malformed { expected: Form::Email };
        let tidy = raw.trim().to_lowercase();
        let (name, host) = tidy.rsplit_once('@').ok_or_else(wrong)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';');
        let fine = !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
        if !fine || tidy.len() > 254 || tidy.contains(odd) {
            return Err(wrong());
        }
        Ok(Self(tidy))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A telephone number, as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Phone(String);

impl Phone {
    /// A number somebody wrote.
    ///
    /// # Errors
    /// It has fewer than 5 or more than 20 digits, or letters other than an extension's.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let tidy = raw.trim();
        let digits = tidy.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count();
        let fine = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || " +-().#/,xext（）－ー‐‑–　".contains(c);
        if (5..=20).contains(&digits) && tidy.chars().count() <= 60 && tidy.chars().all(fine) {
            Ok(Self(tidy.to_owned()))
        } else {
            Err(Problem::Malformed { expected: Form::Phone })
        }
    }

    /// The number, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who said it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// An HR system.
    Source(Source),
    /// The alumni office, whose word outlives imports.
    Office,
}

/// What somebody says, since when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Who says it.
    pub by: Origin,
    /// Under which id it was told, if that has been merged into the person's; `None` for their own.
    pub merged_from: Option<AlumnusId>,
    /// Which version of what they say.
    pub version: i32,
    /// What they say.
    pub particulars: Particulars,
    /// Since when furusu has it.
    pub recorded_at: Moment,
}

/// The name a person is listed under: the newest legal name, else the newest of any kind but a former one.
#[must_use]
pub fn listed_name(told: &[Told]) -> Option<&PersonName> {
    let mut newest: Vec<&Told> = told.iter().collect();
    newest.sort_by_key(|told| std::cmp::Reverse(told.recorded_at));
    let names = || newest.iter().flat_map(|told| &told.particulars.names);
    names()
        .find(|name| name.kind == NameKind::Legal)
        .or_else(|| names().find(|name| name.kind != NameKind::FormerLegal))
        .or_else(|| names().next())
}

/// What lists sort a person by: the name they are listed under, folded; empty without a name.
#[must_use]
pub fn sort_key(told: &[Told]) -> String {
    listed_name(told).map(PersonName::sort_key).unwrap_or_default()
}

/// What there is, in its order, without what comes again.
pub(super) fn each_once<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}

/// The office's words on a person, the first that says something of a member counts: their own, which edits go to, then
/// those on others who have been merged into them, the newest first.
#[must_use]
pub fn office_words(told: &[Told]) -> Vec<&Told> {
    let mut words: Vec<&Told> = told.iter().filter(|told| told.by == Origin::Office).collect();
    words.sort_by_key(|told| (told.merged_from.is_some(), std::cmp::Reverse(told.recorded_at)));
    words
}

/// Every key under which a prefix of a name or an e-mail address finds the person. An address that does not show finds
/// nobody: the sources' once the office has spoken, and any of somebody who has died.
#[must_use]
pub fn search_keys(told: &[Told], deceased: bool) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let office = office_words(told).into_iter().find_map(|word| word.particulars.emails.as_ref());
    for Told { particulars, .. } in told {
        particulars.names.iter().for_each(|name| name.keys(&mut keys));
        if office.is_none() && !deceased {
            keys.extend(particulars.emails.iter().flatten().map(|email| email.as_str().to_owned()));
        }
    }
    if let Some(office) = office.filter(|_| !deceased) {
        keys.extend(office.iter().map(|email| email.as_str().to_owned()));
    }
    keys
}

/// What somebody types to find a person, as a prefix of [`search_keys`].
#[must_use]
pub fn search_prefix(typed: &str) -> String {
    if typed.contains('@') { typed.trim().to_lowercase() } else { fold(typed) }
}

/// Whether two sources certainly speak of one person: the same employee number, birth date and name. Anything less is
/// somebody new, or for people to decide.
#[must_use]
pub fn certainly_the_same(a: &Particulars, b: &Particulars) -> bool {
    let number = a.employee_number.is_some() && a.employee_number == b.employee_number;
    let birth = a.birth_on.is_some() && a.birth_on == b.birth_on;
    number && birth && a.names.iter().any(|one| b.names.iter().any(|other| one.is_same_as(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(family: &str, given: &str) -> PersonName {
        PersonName {
            kind: NameKind::Legal,
            family: Some(family.into()),
            given: Some(given.into()),
            middle: None,
            family_kana: None,
            given_kana: None,
            valid_from: None,
            valid_to: None,
        }
    }

    fn person(number: &str, born: &str, name: PersonName) -> Particulars {
        let born = born.parse().ok();
        Particulars { names: vec![name], birth_on: born, employee_number: Some(number.into()), ..Particulars::default() }
    }

    #[test]
    fn names_are_written_in_their_own_order() {
        assert_eq!(name("山田", "太郎").display(), "山田 太郎");
        assert_eq!(name("Ait Sidi", "Karthikeyan").display(), "Karthikeyan Ait Sidi");
    }

    #[test]
    fn lists_are_sorted_by_the_reading_else_by_the_letters() {
        let read = PersonName { family_kana: Some("ヤマダ".into()), given_kana: Some("タロウ".into()), ..name("山田", "太郎") };
        assert_eq!(read.sort_key(), "やまだ\u{1f}たろう");
        assert!(name("Li", "Na").sort_key() < name("Lin", "A").sort_key());
    }

    #[test]
    fn a_prefix_finds_a_name_from_either_end_and_an_address() {
        let read = PersonName { family_kana: Some("サトウ".into()), given_kana: Some("ハナコ".into()), ..name("佐藤", "花子") };
        let particulars = Particulars {
            names: vec![read, PersonName { kind: NameKind::Romanised, ..name("Sato", "Hanako") }],
            emails: Some(vec![Email::parse("H.Sato@Example.com").unwrap()]),
            ..Particulars::default()
        };
        let told = [Told { by: Origin::Office, merged_from: None, version: 1, particulars, recorded_at: Moment::from_micros(0) }];
        let keys = search_keys(&told, false);
        for typed in ["佐藤", "佐藤 花", "さとう", "ﾊﾅｺ", "hanako s", "SATO", "h.sato@ex"] {
            let prefix = search_prefix(typed);
            assert!(keys.iter().any(|key| key.starts_with(&prefix)), "{typed}");
        }
        assert!(!keys.iter().any(|key| key.starts_with(&search_prefix("suzuki"))));
    }

    #[test]
    fn only_number_birth_date_and_name_together_are_certain() {
        let known = person("10084", "1975-05-05", name("Sato", "Hanako"));
        assert!(certainly_the_same(&known, &person("10084", "1975-05-05", name("SATŌ", "Hanako"))));
        assert!(!certainly_the_same(&known, &person("10085", "1975-05-05", name("Sato", "Hanako"))));
        assert!(!certainly_the_same(&known, &person("10084", "1975-05-06", name("Sato", "Hanako"))));
        assert!(!certainly_the_same(&known, &person("10084", "1975-05-05", name("Suzuki", "Hanako"))));
        assert!(!certainly_the_same(&Particulars { birth_on: None, ..known.clone() }, &Particulars { birth_on: None, ..known }));
    }

    #[test]
    fn addresses_and_numbers_are_tidied_or_refused() {
        assert_eq!(Email::parse("  K@Example.COM ").unwrap().as_str(), "k@example.com");
        for wrong in ["", "k", "@example.com", "k@example", "k k@example.com", "k@.com", "a@b.c,d@e.f"] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Phone::parse(" +1 617 555 0100").unwrap().as_str(), "+1 617 555 0100");
        for wrong in ["", "1234", "call me", "123456789012345678901"] {
            assert!(Phone::parse(wrong).is_err(), "{wrong}");
        }
    }
}
