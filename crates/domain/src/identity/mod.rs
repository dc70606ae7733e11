//! One person over several sources: merges that can be undone, and departure records that wait for somebody to say whom
//! they speak of.

mod held;
mod merge;
mod suspect;

pub use held::{Decision, HeldFilter, HeldPosition, HeldRecord, HeldStatus, SilentReturn, Verdict};
pub use merge::{Face, Merge, Undone, family, join, part, tidings};
pub use suspect::{DOUBT, EvidenceLine, Suspect, resembles};
