//! Levels: how far two portraits agree, field by field, without a trace of what the fields say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What is compared.
    pub enum Field {
        /// Family name.
        Family = "family",
        /// Given name.
        Given = "given",
        /// Birth date.
        Birth = "birth",
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
    pub enum Level {
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
        /// Nearly the same.
        Close = "close",
        /// The same initial.
        Initial = "initial",
        /// The same before the @, at another provider.
        SameLocal = "same_local",
        /// One letter or digit apart.
        OneEdit = "one_edit",
        /// A number of one household or office.
        SameLandline = "same_landline",
        /// One of year, month and day is another, or two changed places.
        OnePartOff = "one_part_off",
        /// Only the year is the same.
        SameYear = "same_year",
        /// The same postal code, other numbers.
        SamePostal = "same_postal",
        /// Not the same.
        Differs = "differs",
    }
}

/// How far two portraits agree, field by field: what feedback is logged as, and all that judging needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Levels([Level; Field::ALL.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self([Level::Missing; Field::ALL.len()])
    }
}

impl Levels {
    /// The level of a field.
    #[must_use]
    pub fn of(&self, field: Field) -> Level {
        self.0.get(field as usize).copied().unwrap_or(Level::Missing)
    }

    /// Sets the level of a field.
    pub fn set(&mut self, field: Field, level: Level) {
        if let Some(slot) = self.0.get_mut(field as usize) {
            *slot = level;
        }
    }

    /// Every field that both sides have, with its level.
    pub fn iter(&self) -> impl Iterator<Item = (Field, Level)> + '_ {
        Field::ALL.iter().copied().zip(self.0).filter(|(_, level)| *level != Level::Missing)
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
        for (field, level) in BTreeMap::<Field, Level>::deserialize(deserializer)? {
            levels.set(field, level);
        }
        Ok(levels)
    }
}
