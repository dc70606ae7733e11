//! Figures: how people and departures are counted, kept so that they need not be counted anew for each question, and the
//! questions themselves.

mod keep;
mod people;
mod read;

pub use people::Counted;
pub use read::{Finding, Row};

use furusu_domain::error::Error;

use crate::tx::Tx;

/// The repository of figures.
#[derive(Clone, Copy)]
pub struct Figures<'t>(pub(crate) &'t Tx);

/// What the lock of whoever counts anew differs by from that of an organization's new people.
const COUNTING: i64 = 0x63_6f_75_6e_74;

impl Figures<'_> {
    /// Waits until nobody else counts people of this organization anew, and keeps others waiting until this unit of work ends.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alone(self) -> Result<(), Error> {
        on!(self, |db| own::one_at_a_time(db, self.0.lock() ^ COUNTING).await)
    }
}
