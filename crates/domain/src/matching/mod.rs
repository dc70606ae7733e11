//! Matching: recognising a returning person, whatever their name looks like today. Pure: portraits in, probabilities and
//! reasons out.
//!
//! | step | where |
//! | --- | --- |
//! | what somebody says of a person, as written | [`Sketch`], [`Habits`] |
//! | the same, normalised | [`Portrait`]; `date`, `phone`, `email`, `address`, `number`, `name` read; `kana`, `kanji`, `latin`, `romaji` fold |
//! | how kanji may be read | [`Portrait::unread`], [`Portrait::learn`], [`Portrait::teaches`] |
//! | who is compared at all | [`Key`], [`keys_of_alumnus`], [`keys_of_applicant`] |
//! | how far two portraits agree | [`Levels`], [`levels`] |
//! | what that is worth, in bits | [`Weights`] |
//! | who it is, or nobody, and why | [`judge`], [`judge_levels`] |
//! | the same without ever hearing who it is about | [`tokens`], [`BlindToken`], [`Blindfold`] |
//! | what answers teach | [`train`], [`refit`], [`Calibration`] |

mod address;
mod blind;
mod bytes;
mod calibrate;
mod compare;
mod date;
mod descent;
mod edits;
mod email;
mod judge;
mod kana;
mod kanji;
mod key;
mod known;
mod latin;
mod level;
mod lexicon;
mod mailbox;
mod mask;
mod name;
mod number;
mod phone;
mod portrait;
mod refit;
mod romaji;
pub mod roster_csv;
mod script;
mod sketch;
mod spelling;
#[cfg(test)]
mod tests;
mod tokens;
mod train;
mod weights;

pub use blind::{BlindSecret, BlindToken, Blindfold, hex};
pub use bytes::Unreadable;
pub use calibrate::Calibration;
pub use compare::levels;
pub use judge::{Judged, Judgement, Line, judge, judge_levels};
pub use key::{CANDIDATES_READ, Key, KeyKind, KeySecret, POSTINGS_READ, keys_of_alumnus, keys_of_applicant};
pub use known::{iso_date, reads_as_a_date, secret_of, sketch_of, sketch_of_particulars};
pub use level::{Levels, MatchField, MatchLevel};
pub use lexicon::{Part, Reading};
pub use portrait::{Portrait, SCHEME};
pub use refit::{LABELS_AT_LEAST, LABELS_FOR_BITS, LABELS_FOR_ISOTONIC, Refit, refit};
pub use sketch::{Habits, MatchNameKind, Sketch, SketchAddress, SketchName};
pub use tokens::{TokenKind, tokens};
pub use train::{Question, train};
pub use weights::{Bits, Roster, Weights};
