//! Files from HR systems, by a mapping profile.

mod import;

pub use import::{Difference, Import, Reject, Summary};
