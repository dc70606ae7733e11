//! Where furusu keeps things: one Diesel code base on SQLite (the default, embedded) and PostgreSQL. It gives and
//! takes domain types only.
//!
//! | module | what is there |
//! | --- | --- |
//! | [`store`] | [`Store`]: `read` and `write`, chosen by the database's URL |
//! | [`tx`] | [`Tx`]: a connection and its organization; the repositories hang from it |
//! | [`migrate`] | bringing a database up to date, and telling whether it is |
//! | [`vitals`] | how a database server is, for who checks it |
//! | [`url`] | where the database is, as the operator writes it |

#[macro_use]
pub mod tx;

mod account;
mod alumni;
mod applicants;
mod departures;
mod document;
mod engagement;
mod error;
mod expr;
mod figures;
mod held;
mod idempotency;
mod identity;
mod lite;
mod matching;
pub mod migrate;
mod outbox;
mod pg;
mod privacy;
mod quota;
mod schema;
pub mod store;
mod timeline;
pub mod url;
pub mod vitals;

pub use account::SigningKey;
pub use alumni::Listed;
pub use applicants::Refitted;
pub use engagement::{Alive, Engaged, GuestsAsked};
pub use figures::{Counted, Finding, Row};
pub use lite::{is_in_use, organizations_in};
pub use matching::{Blinding, Lexicon, Rekeyed, Searched, SearchedBlindly, Terms};
pub use outbox::Told;
pub use store::Store;
pub use tx::Tx;
pub use url::DatabaseUrl;
