//! Mapping profiles: a data file that says how the rows of one HR export become departure records.
//!
//! A profile is TOML. The smallest useful one:
//!
//! ```toml
//! name = "payroll-2025"
//!
//! [columns]
//! external_id = "Employee No"
//! employment.hired_on = { column = "Start", formats = ["D.M.YYYY"] }
//! departure.employment_ended_on = { column = "End", formats = ["D.M.YYYY"] }
//!
//! [[names]]
//! column = "Full name"
//! form = "Last, First M"
//! ```
//!
//! Cells are trimmed and runs of spaces inside them become one space; an empty cell means "absent". Columns that the
//! profile does not name are ignored. Members are written as paths of the record: `employment.hired_on`,
//! `"employment.hired_on"`, `"/employment/hired_on"` and `[columns.employment]` with `hired_on` all say the same. As
//! `departure.rehire` has a value and members of its own, these are written in quotes: `"departure.rehire.reason"`.
//!
//! | key | says |
//! | --- | --- |
//! | `name` | what the profile is called; required |
//! | `about` | a sentence for people |
//! | `delimiter` | one ASCII character between cells, or `"tab"`; default `","` |
//! | `absent` | words that mean "nothing here", such as `["N/A", "-"]`; spelled exactly, so that `NULL` does not swallow a person called Null |
//! | `required_columns` | the columns a file must have; default: every column the profile names |
//! | `departure_when` | the rows that are departures, as a `when` (below); default: rows whose `departure.employment_ended_on` is filled |
//! | `[dates]` | `formats` and `optional_time` for date columns that state none; default `["YYYY-MM-DD"]`, `false` |
//! | `[constants]` | members with the same value in every row |
//! | `[columns]` | members read from a column |
//! | `[[names]]` | one name of the person, from one column or several |
//! | `[[maps]]` | coded members decided by several columns together |
//!
//! # `[columns]`
//!
//! `member = "Column"`, or a list of columns: lists (`emails`, `phones`, `previous_external_ids`,
//! `departure.reason_secondary`) take every filled cell, other members the first filled one. In the long form,
//! `member = { column = …, … }`, there may stand as well:
//!
//! - for dates: `formats`, tried in order, made of `YYYY` or `YY`, `MM` or `M`, `DD` or `D` and any marks between them
//!   (doubled letters want two digits); `two_digit_years = { latest = 2005 }`, which must stand beside any `YY` and
//!   reads it as the last such year that is not after 2005; `optional_time = true` to accept, and drop, a time of day;
//! - for `source_updated_at`: `zone`, the IANA time zone of times written without an offset;
//! - for coded members, yes-or-no members, texts and ratings: `values = { "Full time" = "full_time" }`, from the
//!   export's words to ours, ignoring case; and `fallback`, the value for all other words, or `"keep"` to keep
//!   the raw word only. Without `values`, a coded cell must already be one of furusu's words, a yes-or-no cell one of
//!   true, yes, y, 1, false, no, n, 0, and a rating a number from 0 to 1.
//!
//! Coded members come out as `{value, source_value}`; the raw text is kept whatever it was mapped to.
//!
//! # `[[names]]`
//!
//! `kind` (default `legal`), and either `column` with a `form`, or separate columns `family`, `given`, `middle`. Kana:
//! `family_kana` and `given_kana`, or `kana_column` read in the same `form`. `valid_from` and `valid_to` are dates as in
//! `[columns]`. Forms:
//!
//! - `"Last, First M"`: family name before the comma, given name after; a single last initial is the middle name;
//! - `"First Last"`: the last word is the family name, with the lower-case words before it ("van den Berg");
//! - `"Last First"`: the first word is the family name.
//!
//! Names other than the legal one are left out of rows where their own `family` cell is empty.
//!
//! # `[[maps]]`
//!
//! ```toml
//! [[maps]]
//! # the members decided here, each with the column that becomes its source_value
//! members = { departure.separation_type = "Status", departure.reason = "Why" }
//! rows = [
//!   { when = { Status = "Fired", Why = ["no-show", "awol"] }, set = { departure.separation_type = "abandonment", departure.reason = "attendance" } },
//!   { when = { Status = "Fired" }, set = { departure.separation_type = "dismissal_ordinary" } },
//! ]
//! fallback = { departure.reason = "other" }
//! ```
//!
//! Rows are tried from the top, and each member takes its value from the first row that matches and sets it. A
//! condition is a text or a list of them, compared without regard to case; `"*"`, like a column that is not mentioned,
//! is anything; `""` is an absent cell. Where no row answers, a filled source cell takes the `fallback`; without one it
//! is a fault.
//!
//! # Objects that may be missing
//!
//! `departure` exists in rows that are departures, and only there are its columns looked at. With `departure_when`, a row
//! that does not meet it and has an end date all the same is a fault rather than a departure lost. `evaluation` exists
//! where a rating came out.

mod bind;
mod cell;
mod date;
mod draft;
mod member;
mod name;
mod node;
mod plan;
mod read;

use std::fmt;

pub use bind::Binding;
pub use draft::{CellFault, Mapped};

/// The profiles that come with furusu: name and text.
pub const SHIPPED: [(&str, &str); 2] = [
    ("generic", include_str!("../../../../profiles/generic.toml")),
    ("hr-dataset-v14", include_str!("../../../../profiles/hr-dataset-v14.toml")),
];

/// The text of a shipped profile.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A mapping profile, read and checked: every member it names exists, every value it gives is one of furusu's.
#[derive(Debug, Clone)]
pub struct Profile {
    name: String,
    about: Option<String>,
    delimiter: u8,
    columns: Vec<plan::Column>,
    absent: Vec<String>,
    departure_when: Option<plan::When>,
    names: Vec<plan::Name>,
    rules: Vec<plan::Rule>,
}

impl Profile {
    /// Parses a profile.
    ///
    /// # Errors
    /// The first fault found, with its line, its key and what was expected there.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        read::profile(text)
    }

    /// What the profile calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sentence for people, if there is one.
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The byte between two cells of a row.
    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Ties the profile to the header of a file. Header names are tidied like cells, a byte order mark is dropped, and
    /// names are compared exactly first, then ignoring case.
    ///
    /// # Errors
    /// Every required column that is missing, and every column whose name the header has more than once.
    pub fn bind(&self, header: &[&str]) -> Result<Binding<'_>, Vec<ProfileError>> {
        Binding::new(self, header)
    }
}

/// What is wrong with a profile, or with a file's header in the eyes of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    line: Option<usize>,
    key: String,
    detail: String,
}

impl ProfileError {
    /// The line of the profile, counted from 1; none when the fault is in a file's header.
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// The key of the profile, such as `columns.birth_on.formats`, or the column; empty when the text is not TOML.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What came and what was expected.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.detail)
    }
}

impl std::error::Error for ProfileError {}

/// A text as profiles see it: trimmed, and with single spaces inside.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    tidied
}

/// Whether two tidy texts are the same but for case.
fn same(left: &str, right: &str) -> bool {
    left.chars().flat_map(char::to_lowercase).eq(right.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests;
