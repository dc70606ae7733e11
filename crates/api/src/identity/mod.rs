//! One person over several sources: merging and un-merging people, and the records that wait for somebody to say whom they
//! speak of.

pub mod graphql;
mod held;
pub mod input;
mod merging;
pub mod rest;
mod suspects;
mod turn;
pub mod view;

pub use held::{Decided, count, decide, decided, find, many as held_records, page, position};
pub use merging::{merge, merged, merges, unmerge};
pub use suspects::suspects;
pub use turn::tell_silent_returns;
