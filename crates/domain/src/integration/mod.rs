//! What other systems send us, and how their words become ours.
//!
//! So far: the mapping [`profile`] that turns one row of an HR export into one departure record.

pub mod profile;

pub use profile::{Binding, CellFault, Mapped, Profile, ProfileError, SHIPPED, shipped};
