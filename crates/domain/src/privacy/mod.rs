//! Who sees which field, and what people have allowed: consents, how a purpose stands, and who can be found by it.

mod consent;
mod findability;
mod redaction;
mod standing;
#[cfg(test)]
mod tests;

pub use consent::{
    Aim, Consent, ConsentBasis, ConsentChannel, ConsentDecision, ConsentFilter, ConsentPosition, ConsentState, ConsentTiming,
    ContactChannel, Purpose, Said, Withdrawal,
};
pub use findability::{FindClass, Findability, FlagBasis, is_found};
pub use redaction::Redaction;
pub use standing::{ConsentStanding, PurposeStanding, Word, granted_by, standing, standing_over_its_ways};
