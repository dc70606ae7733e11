//! Keys: what an applicant and an alumnus must have in common to be compared at all.

use super::portrait::{Portrait, push};
use crate::words::words;

/// How many people of one key are read. A key that more people have gives nobody, and is reported as too common.
pub const POSTINGS_READ: usize = 200;

/// The secret that keys are hashed with: without it a stored hash says nothing.
pub type KeySecret = [u8; 32];

words! {
    /// What a key is made of.
    pub enum KeyKind {
        /// Employee number.
        EmployeeNumber = "employee_number",
        /// Mailbox.
        Email = "email",
        /// Telephone number.
        Phone = "phone",
        /// Birth date and the first letter of a name.
        BirthInitial = "birth_initial",
        /// Postal code and given name.
        PostalGiven = "postal_given",
        /// Postal code and numbers of the address.
        Place = "place",
        /// Month and day of birth, and given name.
        DayGiven = "day_given",
        /// Year of birth, given name and first letter of the family name.
        YearName = "year_name",
        /// Full name in kanji.
        FullKanji = "full_kanji",
        /// Full name as read, in either order.
        FullReading = "full_reading",
        /// What is before the @.
        Mailbox = "mailbox",
        /// Consonants of the full name.
        Skeleton = "skeleton",
    }
}

/// A key, before it is hashed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// The value.
    pub value: String,
}

impl Key {
    /// The first 64 bits of BLAKE3, keyed with the secret, over kind, 0x1f and value.
    #[must_use]
    pub fn hash(&self, secret: &KeySecret) -> i64 {
        let mut hasher = blake3::Hasher::new_keyed(secret);
        hasher.update(self.kind.as_str().as_bytes()).update(&[0x1f]).update(self.value.as_bytes());
        let hash = hasher.finalize();
        let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// The keys under which an alumnus is found, unique, the most selective first.
#[must_use]
pub fn keys_of_alumnus(portrait: &Portrait) -> Vec<Key> {
    keys(portrait)
}

/// The keys under which an applicant is looked for, unique, the most selective first.
#[must_use]
pub fn keys_of_applicant(portrait: &Portrait) -> Vec<Key> {
    keys(portrait)
}

/// Every key of a portrait.
fn keys(portrait: &Portrait) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut add = |kind, value: String| push(&mut keys, Key { kind, value }, 60);
    for number in &portrait.employee_numbers {
        add(KeyKind::EmployeeNumber, number.clone());
    }
    for mailbox in &portrait.mailboxes {
        add(KeyKind::Email, format!("{}@{}", mailbox.local, mailbox.domain));
        add(KeyKind::Mailbox, mailbox.local.chars().filter(|c| c.is_alphanumeric()).collect());
    }
    for phone in &portrait.phones {
        add(KeyKind::Phone, phone.clone());
    }
    for split in &portrait.names {
        let (family, given) = (&split.family, &split.given);
        for birth in &portrait.births {
            for part in [family, given] {
                if let Some(first) = part.kanji.chars().next() {
                    add(KeyKind::BirthInitial, format!("{}{first}", birth.iso()));
                }
                for reading in part.readings() {
                    add(KeyKind::BirthInitial, format!("{}{}", birth.iso(), reading.chars().take(2).collect::<String>()));
                }
            }
            for reading in given.readings().chain(std::iter::once(given.kanji.as_str())).filter(|r| !r.is_empty()) {
                add(KeyKind::DayGiven, format!("{:02}{:02}{reading}", birth.month, birth.day));
                for first in family.readings().filter_map(|r| r.chars().next()) {
                    add(KeyKind::YearName, format!("{:04}{reading}/{first}", birth.year));
                }
            }
        }
        for place in portrait.places.iter().filter(|place| !place.postal.is_empty()) {
            for reading in given.readings().chain(std::iter::once(given.kanji.as_str())).filter(|r| !r.is_empty()) {
                add(KeyKind::PostalGiven, format!("{}{reading}", place.postal));
            }
        }
        if !family.kanji.is_empty() && !given.kanji.is_empty() && split.as_written {
            add(KeyKind::FullKanji, format!("{}{}", family.kanji, given.kanji));
        }
        for one in family.readings() {
            for two in given.readings().chain(given.words.last().map(String::as_str)) {
                let (first, second) = if one < two { (one, two) } else { (two, one) };
                add(KeyKind::FullReading, format!("{first}/{second}"));
                add(KeyKind::Skeleton, super::romaji::skeleton(one) + "/" + &super::romaji::skeleton(two));
            }
        }
    }
    for place in portrait.places.iter().filter(|place| !place.postal.is_empty() && !place.numbers.is_empty()) {
        add(KeyKind::Place, format!("{}/{}", place.postal, place.numbers));
    }
    keys.sort_by_key(|key| KeyKind::ALL.iter().position(|kind| *kind == key.kind));
    keys
}
