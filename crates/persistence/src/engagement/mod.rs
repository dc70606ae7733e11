//! Engagement: activities, and the books that figures are read from.

mod activities;
mod books;
mod formula;

pub(crate) use activities::{Activities, kind};
pub use books::Engaged;
pub(crate) use books::Engagement;
pub use formula::Alive;
