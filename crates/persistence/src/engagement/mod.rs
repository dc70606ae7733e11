//! Engagement: activities, the books that figures are read from, and gatherings with their guests, and messages.

mod activities;
mod books;
mod feeds;
mod formula;
mod gatherings;
mod messages;
mod permissions;
mod registrations;

pub(crate) use activities::{Activities, kind};
pub use books::Engaged;
pub(crate) use books::Engagement;
pub(crate) use feeds::CalendarFeeds;
pub use formula::Alive;
pub(crate) use gatherings::Gatherings;
pub(crate) use messages::Messages;
pub(crate) use permissions::ContactPermissions;
pub use registrations::GuestsAsked;
pub(crate) use registrations::Registrations;
