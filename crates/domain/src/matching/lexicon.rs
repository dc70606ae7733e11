//! The lexicon: how the organization's own people read the kanji of their names.

use crate::words::words;

words! {
    /// A part of a name.
    pub enum Part {
        /// The family name.
        Family = "family",
        /// The given name.
        Given = "given",
    }
}

/// What a lexicon knows of a written part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// Which part of the name.
    pub part: Part,
    /// As written, variants folded: what [`super::Portrait::unread`] asked for.
    pub written: String,
    /// Reading key.
    pub reading: String,
    /// How many people write and read it so.
    pub people: u64,
}
