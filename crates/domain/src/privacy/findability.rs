//! Who can be found by "was this person here before?": what they said of `returning_applicant_flag`, against the basis that
//! the organization has chosen.

use super::consent::{Aim, Consent, ConsentBasis};
use super::standing::{ConsentStanding, Word, changes, stands};
use crate::time::Moment;
use crate::words::words;

words! {
    /// The basis on which an organization recognises returning applicants.
    pub enum FlagBasis {
        /// Its legitimate interest: people are found until they object.
        LegitimateInterest = "legitimate_interest",
        /// Their consent: people are found only after they said yes.
        Consent = "consent",
    }
}

/// What stands in the way of finding somebody; the numbers are those of the database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FindClass {
    /// Never found: they objected or withdrew, or have died.
    Hidden = 0,
    /// They said nothing that still stands: found unless the basis is consent.
    Unspoken = 1,
    /// They said yes.
    Consented = 2,
}

impl FindClass {
    /// The number for the database.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The class of a number.
    #[must_use]
    pub const fn of_number(number: i16) -> Option<Self> {
        match number {
            0 => Some(Self::Hidden),
            1 => Some(Self::Unspoken),
            2 => Some(Self::Consented),
            _ => None,
        }
    }
}

impl FlagBasis {
    /// The class from which on people are found.
    #[must_use]
    pub const fn floor(self) -> FindClass {
        match self {
            Self::LegitimateInterest => FindClass::Unspoken,
            Self::Consent => FindClass::Consented,
        }
    }
}

/// Whether somebody of that class is found.
#[must_use]
pub const fn is_found(basis: FlagBasis, class: FindClass) -> bool {
    match class {
        FindClass::Hidden => false,
        FindClass::Unspoken => matches!(basis, FlagBasis::LegitimateInterest),
        FindClass::Consented => true,
    }
}

/// Whether somebody can be found, and until when that is so by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Findability {
    /// What stands in the way.
    pub class: FindClass,
    /// When that changes if nobody says anything more: from then on it must be asked anew.
    pub until: Option<Moment>,
}

impl Findability {
    /// Of somebody who said nothing.
    pub const UNSPOKEN: Self = Self { class: FindClass::Unspoken, until: None };

    /// Of somebody who has died, whatever they said.
    pub const DECEASED: Self = Self { class: FindClass::Hidden, until: None };

    /// By what a person said of `returning_applicant_flag`, at a moment. A grant on another basis than consent makes nobody
    /// consent.
    #[must_use]
    pub fn of(said: &[Word], at: Moment) -> Self {
        let class = class(stands(said, at));
        Self { class, until: changes(said, at, |then| self::class(then) != class) }
    }

    /// By all of a person's records: those about other purposes count for nothing.
    #[must_use]
    pub fn by_records(records: &[Consent], at: Moment) -> Self {
        let said: Vec<Word> = records.iter().filter(|record| record.aim == Aim::FLAG).map(Consent::word).collect();
        Self::of(&said, at)
    }

    /// The same, unless they have died.
    #[must_use]
    pub const fn unless(self, deceased: bool) -> Self {
        if deceased { Self::DECEASED } else { self }
    }
}

const fn class((standing, by): (ConsentStanding, Option<ConsentBasis>)) -> FindClass {
    match standing {
        ConsentStanding::Refused => FindClass::Hidden,
        ConsentStanding::Granted => match by {
            Some(ConsentBasis::Consent) => FindClass::Consented,
            Some(ConsentBasis::LegitimateInterest | ConsentBasis::Contract | ConsentBasis::LegalObligation | ConsentBasis::None) | None => {
                FindClass::Unspoken
            }
        },
        ConsentStanding::Unspoken => FindClass::Unspoken,
    }
}
