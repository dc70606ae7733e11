//! Levels: how far two portraits agree, field by field, without a trace of what the fields say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What is compared.
    pub enum MatchField {
        /// Family name.
        Family = "family",
        /// Given name.
        Given = "given",
        /// How many people bear the name on which both agree.
        Bearers = "bearers",
        /// Birth date.
        Birth = "birth",
        /// Birth date, where one side has only what a mailbox tells of it.
        BirthTold = "birth_told",
        /// E-mail address.
        Email = "email",
        /// Telephone number.
        Phone = "phone",
        /// Postal address.
        Address = "address",
        /// Employee number.
        EmployeeNumber = "employee_number",
        /// Whether it could be a relative, or a stranger who has much in common.
        Kin = "kin",
        /// What the organization's own feedback taught.
        Calibration = "calibration",
    }
}

words! {
    /// How far the field agrees.
    pub enum MatchLevel {
        /// One side or both do not have it: it says nothing.
        Missing = "missing",
        /// The very same.
        Same = "same",
        /// The same kanji, stroke for stroke.
        SameGlyphs = "same_glyphs",
        /// The same kanji but for variants.
        SameKanji = "same_kanji",
        /// The same kanji, read otherwise.
        ReadOtherwise = "read_otherwise",
        /// The same reading, where one side has no kanji.
        SameReading = "same_reading",
        /// The same reading in other kanji.
        WrittenOtherwise = "written_otherwise",
        /// The kanji may be read so.
        MayRead = "may_read",
        /// A name they bore before.
        Former = "former",
        /// A name that a mailbox has.
        InMailbox = "in_mailbox",
        /// The same kanji but for one.
        OneKanjiOff = "one_kanji_off",
        /// Nearly the same reading.
        Close = "close",
        /// A long reading with two letters off.
        Similar = "similar",
        /// One of several words is the same.
        PartOf = "part_of",
        /// The same initial.
        Initial = "initial",
        /// The same number of one household or office.
        SameLandline = "same_landline",
        /// The same before the @, more than a name, at another provider.
        SameLocal = "same_local",
        /// The same name with the same digits before the @, at another provider.
        SameDatedLocal = "same_dated_local",
        /// The same name before the @, at another provider.
        SameNamedLocal = "same_named_local",
        /// One letter or digit apart.
        OneEdit = "one_edit",
        /// Month and day changed places.
        Swapped = "swapped",
        /// The same day, one year or one digit of the year apart.
        YearOff = "year_off",
        /// The same year and month or year and day.
        OnePartOff = "one_part_off",
        /// The same day of another year.
        SameDay = "same_day",
        /// Only the year is the same.
        SameYear = "same_year",
        /// The same quarter, other numbers.
        SamePostal = "same_postal",
        /// The same town.
        SameTown = "same_town",
        /// Another day than the mailbox tells.
        OtherDay = "other_day",
        /// Another year than the mailbox tells.
        OtherYear = "other_year",
        /// One in a thousand bears the name, or more.
        Common = "common",
        /// One in some thousands.
        Usual = "usual",
        /// One in ten thousand or so.
        Uncommon = "uncommon",
        /// One in some ten thousands.
        Scarce = "scarce",
        /// One in a hundred thousand or so.
        Rare = "rare",
        /// One in half a million, or fewer.
        Unique = "unique",
        /// Another landline: people move, and have more than one.
        OtherLandline = "other_landline",
        /// Not the same.
        Differs = "differs",
    }
}

/// How far two portraits agree, field by field: what feedback is logged as, and all that judging needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Levels([MatchLevel; MatchField::ALL.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self([MatchLevel::Missing; MatchField::ALL.len()])
    }
}

impl Levels {
    /// The level of a field.
    #[must_use]
    pub fn of(&self, field: MatchField) -> MatchLevel {
        self.0.get(field as usize).copied().unwrap_or(MatchLevel::Missing)
    }

    /// Sets the level of a field.
    pub fn set(&mut self, field: MatchField, level: MatchLevel) {
        if let Some(slot) = self.0.get_mut(field as usize) {
            *slot = level;
        }
    }

    /// Every field that both sides have, with its level.
    pub fn iter(&self) -> impl Iterator<Item = (MatchField, MatchLevel)> + '_ {
        MatchField::ALL.iter().copied().zip(self.0).filter(|(_, level)| *level != MatchLevel::Missing)
    }
}

impl Serialize for Levels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut levels = Self::default();
        for (field, level) in BTreeMap::<MatchField, MatchLevel>::deserialize(deserializer)? {
            levels.set(field, level);
        }
        Ok(levels)
    }
}
