//! Departures: what a source says of an employment period, and what that does to what is known.

mod employment;
mod record;
mod roster;
mod vocabulary;

pub use employment::{Employment, Thread};
pub(crate) use employment::{Order, follows};
pub use record::{Employed, Evaluation, Exit, Fingerprint, Left, Manager, Record, Rehire, Source, Stint};
pub use roster::{Changes, Identity, Mark, Newcomer, PersonKnown, Recorded, Roster};
pub use vocabulary::{
    AlumnusStatus, Coded, DepartureStatus, EmploymentStatus, EmploymentType, NameKind, Outcome, Reason, SeparationType, Standing,
};
