//! The timeline of a person: everything that happened, read from what is stored of them.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `kind` | the kinds of entries, and who may read them |
//! | `entry` | an entry, and its place in the list |
//! | `told` | which entries employment periods, consents and merges make |
//!
//! What somebody has many of (activities, findings) is read place by place, and its entries are made where it is stored.

mod entry;
mod kind;
#[cfg(test)]
mod tests;
mod told;

pub use entry::{Entry, EntryPosition, Matter, page};
pub use kind::{Origin, TimelineKind};
pub use told::{PeriodVersion, of_consent, of_merge, of_periods};
