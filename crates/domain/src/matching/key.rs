//! Keys: what an applicant and an alumnus must have in common to be compared at all.

use super::name::Form;
use super::portrait::{Portrait, push};
use super::romaji;
use crate::words::words;

/// How many people of one key are read. A key that more people have gives nobody, and is reported as too common.
pub const POSTINGS_READ: usize = 200;

/// How many candidates are compared with one applicant: those who share the rarest keys. What lies beyond is likely nobody.
pub const CANDIDATES_READ: usize = 200;

/// The secret that keys are hashed with: without it a stored hash says nothing.
pub type KeySecret = [u8; 32];

words! {
    /// What a key is made of; the most selective first.
    pub enum KeyKind {
        /// Employee number.
        EmployeeNumber = "employee_number",
        /// Mailbox.
        Email = "email",
        /// Telephone number.
        Phone = "phone",
        /// Postal code and numbers of the address.
        Place = "place",
        /// What is before the @.
        Mailbox = "mailbox",
        /// The end of the town, or the beginning of the street, and the numbers of the address.
        Street = "street",
        /// Postal code and given name.
        PostalGiven = "postal_given",
        /// Postal code and family name.
        PostalFamily = "postal_family",
        /// Full name in kanji.
        FullKanji = "full_kanji",
        /// Birth date and the beginning of a name.
        BirthInitial = "birth_initial",
        /// Month and day of birth, and given name.
        DayGiven = "day_given",
        /// Year of birth, given name and first letter of the family name.
        YearName = "year_name",
        /// Full name as read, in either order.
        FullReading = "full_reading",
        /// Consonants of the full name, and the year of birth.
        SkeletonYear = "skeleton_year",
        /// Consonants of a long full name.
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
    keys(portrait, false)
}

/// The keys under which an applicant is looked for, unique, the most selective first.
#[must_use]
pub fn keys_of_applicant(portrait: &Portrait) -> Vec<Key> {
    keys(portrait, true)
}

/// Every key of a portrait. Names that may be the other way round are taken so on one side only: that is enough to meet.
fn keys(portrait: &Portrait, either_way: bool) -> Vec<Key> {
    let mut keys = Keys::default();
    for number in &portrait.employee_numbers {
        keys.add(KeyKind::EmployeeNumber, number.clone());
    }
    for mailbox in &portrait.mailboxes {
        keys.add(KeyKind::Email, format!("{}@{}", mailbox.local, mailbox.domain));
        keys.add(KeyKind::Mailbox, mailbox.local.chars().filter(|c| c.is_alphanumeric()).collect());
    }
    for phone in &portrait.phones {
        keys.add(KeyKind::Phone, phone.clone());
    }
    for place in portrait.places.iter().filter(|place| !place.numbers.is_empty()) {
        if !place.postal.is_empty() {
            keys.add(KeyKind::Place, format!("{}/{}", place.postal, place.numbers));
        }
        let stem = place.town_stem();
        if !stem.is_empty() {
            keys.add(KeyKind::Street, format!("{stem}/{}", place.numbers));
        }
    }
    for split in &portrait.names {
        for (family, given) in split.ways().take(if either_way { 2 } else { 1 }) {
            keys.of_name(portrait, family, given);
        }
    }
    keys.0.sort_by_key(|key| key.kind);
    keys.0
}

/// Keys as they are gathered.
#[derive(Default)]
struct Keys(Vec<Key>);

impl Keys {
    fn add(&mut self, kind: KeyKind, value: String) {
        push(&mut self.0, Key { kind, value }, MOST_KEYS);
    }

    /// The keys that a name has a part in.
    fn of_name(&mut self, portrait: &Portrait, family: &Form, given: &Form) {
        let days = portrait.births.iter().map(|birth| (birth.month, birth.day)).chain(portrait.told.iter().filter_map(|told| told.day()));
        let years =
            portrait.births.iter().map(|birth| birth.year.rem_euclid(100)).chain(portrait.told.iter().filter_map(|told| told.year()));
        let (days, years): (Vec<_>, Vec<_>) = (days.collect(), years.collect());
        let given_as_known: Vec<&str> = given.readings().chain([given.kanji()]).filter(|name| !name.is_empty()).collect();
        for name in &given_as_known {
            for (month, day) in &days {
                self.add(KeyKind::DayGiven, format!("{month:02}{day:02}{name}"));
            }
            for year in &years {
                for first in family.readings().filter_map(|reading| reading.chars().next()) {
                    self.add(KeyKind::YearName, format!("{year:02}{name}/{first}"));
                }
            }
            for place in portrait.places.iter().filter(|place| !place.postal.is_empty()) {
                self.add(KeyKind::PostalGiven, format!("{}{name}", place.postal));
            }
        }
        for name in family.readings() {
            for place in portrait.places.iter().filter(|place| !place.postal.is_empty()) {
                self.add(KeyKind::PostalFamily, format!("{}{name}", place.postal));
            }
        }
        for birth in &portrait.births {
            for part in [family, given] {
                let firsts = part.kanji().chars().take(1).map(String::from);
                for first in firsts.chain(part.readings().map(|reading| reading.chars().take(2).collect())) {
                    self.add(KeyKind::BirthInitial, format!("{}{first}", birth.iso()));
                }
            }
        }
        if !family.glyphs.is_empty() && !given.glyphs.is_empty() {
            self.add(KeyKind::FullKanji, format!("{}{}", family.kanji(), given.kanji()));
        }
        for one in family.readings() {
            for two in given.readings().chain(given.words.last().map(String::as_str)) {
                let (first, second) = if one < two { (one, two) } else { (two, one) };
                self.add(KeyKind::FullReading, format!("{first}/{second}"));
                let (one, two) = (romaji::skeleton(one), romaji::skeleton(two));
                for year in &years {
                    self.add(KeyKind::SkeletonYear, format!("{one}/{two}/{year:02}"));
                }
                // Short ones are everybody's.
                if one.len() + two.len() >= LONG_SKELETON {
                    self.add(KeyKind::Skeleton, format!("{one}/{two}"));
                }
            }
        }
    }
}

/// From how many consonants on a skeleton is a key of its own.
const LONG_SKELETON: usize = 5;
/// How many keys a portrait has at most.
const MOST_KEYS: usize = 60;
