//! What a profile comes down to once it is read: names and rules over numbered columns.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::date::Dates;
use super::member::Member;
use super::name::Form;
use super::same;

/// A column's place in [`Profile::columns`](super::Profile).
pub(super) type Col = usize;

/// A column the profile reads.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) required: bool,
}

/// How one member gets its value.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) member: &'static Member,
    pub(super) origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// It is the same in every row.
    Constant(Value),
    /// It is read from one column, or from the first filled of several; a list from all of them.
    Columns { columns: Vec<Col>, reading: Reading },
    /// It is looked up; `source` is the column whose text is kept, and decides whether there is anything to look up.
    Table { source: Col, answers: Vec<Answer>, fallback: Option<Fallback> },
}

/// How the text of a cell becomes a value.
#[derive(Debug, Clone)]
pub(super) enum Reading {
    Text,
    Date(Dates),
    Instant(Option<TimeZone>),
    Truth,
    Whole,
    Rating,
    Coded(Option<Fallback>),
}

/// One row of a value map, for one member.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) when: When,
    pub(super) value: Value,
}

/// What a word takes that the map does not know.
#[derive(Debug, Clone)]
pub(super) enum Fallback {
    /// No value; the raw text stays.
    Keep,
    /// This value; the raw text stays beside it.
    Value(Value),
}

/// Conditions on columns; all must hold. No condition holds always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When(pub(super) Vec<(Col, Vec<Pattern>)>);

/// One thing a cell may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    Anything,
    Absent,
    Text(String),
}

impl When {
    /// Whether a row meets it, given what its columns hold.
    pub(super) fn met<'r>(&self, cell: impl Fn(Col) -> Option<&'r str>) -> bool {
        self.0.iter().all(|(col, patterns)| patterns.iter().any(|pattern| pattern.fits(cell(*col))))
    }
}

impl Pattern {
    fn fits(&self, cell: Option<&str>) -> bool {
        match self {
            Self::Anything => true,
            Self::Absent => cell.is_none(),
            Self::Text(text) => cell.is_some_and(|cell| same(cell, text)),
        }
    }
}

impl Origin {
    /// The columns a value depends on, the one whose text is kept first.
    pub(super) fn columns(&self) -> Vec<Col> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Columns { columns, .. } => columns.clone(),
            Self::Table { source, answers, .. } => {
                let mut columns = vec![*source];
                for (col, _) in answers.iter().flat_map(|answer| &answer.when.0) {
                    if !columns.contains(col) {
                        columns.push(*col);
                    }
                }
                columns
            }
        }
    }
}

/// One name of the person.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) kind: String,
    /// Names that stand whole in one cell.
    pub(super) whole: Vec<WholeName>,
    /// Parts that have a column of their own.
    pub(super) parts: Vec<(&'static str, Col)>,
    /// `valid_from` and `valid_to`.
    pub(super) dates: Vec<(&'static str, Vec<Col>, Dates)>,
}

/// A whole name in one cell.
#[derive(Debug, Clone)]
pub(super) struct WholeName {
    pub(super) column: Col,
    pub(super) form: Form,
    /// The members its two or three parts go to; kana have no middle.
    pub(super) family: &'static str,
    pub(super) given: &'static str,
    pub(super) middle: Option<&'static str>,
}

impl Name {
    /// The column of the family name, where it has one of its own.
    pub(super) fn family_column(&self) -> Option<Col> {
        self.parts.iter().find(|(part, _)| *part == "family").map(|(_, col)| *col)
    }
}
