//! A connection and its organization. Every repository is reached through it and puts the organization in every
//! statement, so that tenants cannot be forgotten.

use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Moment;
use tokio::sync::Mutex;

use crate::account::Accounts;
use crate::alumni::Alumni;
use crate::applicants::Applicants;
use crate::departures::Departures;
use crate::engagement::{Activities, CalendarFeeds, ContactPermissions, Engagement, Gatherings, Messages, Registrations};
use crate::expr::Among;
use crate::figures::Figures;
use crate::held::HeldRecords;
use crate::idempotency::Idempotency;
use crate::identity::Merges;
use crate::matching::Matching;
use crate::outbox::Outbox;
use crate::privacy::Privacy;
use crate::quota::Quotas;
use crate::store::{Base, Store};
use crate::timeline::Timeline;
use crate::{lite, pg};

/// A connection, the organization it is for, and the moment of the unit of work.
pub struct Tx {
    pub(crate) at: Place,
    pub(crate) organization: OrganizationId,
    now: Moment,
    /// What the keys of matching are made with.
    pub(crate) secret: [u8; 32],
}

#[allow(clippy::large_enum_variant, reason = "one for each unit of work, and it does not move")]
/// Where statements go: anywhere for reads, or the one connection of a unit of work.
pub(crate) enum Place {
    Anywhere(Store),
    Pg(pg::Own),
    Lite(Mutex<lite::Own>),
}

/// One statement's connection.
pub(crate) enum Db<'a> {
    Pg(pg::Lane<'a>),
    Lite(lite::Lane<'a>),
}

impl Tx {
    pub(crate) const fn new(at: Place, organization: OrganizationId, now: Moment, secret: [u8; 32]) -> Self {
        Self { at, organization, now, secret }
    }

    /// For whom.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The moment of the unit of work: one for everything it does.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// Organizations, clients, keys.
    #[must_use]
    pub const fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }

    /// Departure records and employment periods.
    #[must_use]
    pub const fn departures(&self) -> Departures<'_> {
        Departures(self)
    }

    /// Alumni.
    #[must_use]
    pub const fn alumni(&self) -> Alumni<'_> {
        Alumni(self)
    }

    /// Portraits of people, and the keys they are found by.
    #[must_use]
    pub const fn matching(&self) -> Matching<'_> {
        Matching(self)
    }

    /// Lookups of applicants, and what people decided on them.
    #[must_use]
    pub const fn applicants(&self) -> Applicants<'_> {
        Applicants(self)
    }

    /// Consents, and who can be found by them.
    #[must_use]
    pub const fn privacy(&self) -> Privacy<'_> {
        Privacy(self)
    }

    /// Activities.
    #[must_use]
    pub const fn activities(&self) -> Activities<'_> {
        Activities(self)
    }

    /// What activities are worth, and the books that figures are read from.
    #[must_use]
    pub const fn engagement(&self) -> Engagement<'_> {
        Engagement(self)
    }

    /// How people are counted, and the questions that metrics ask.
    #[must_use]
    pub const fn figures(&self) -> Figures<'_> {
        Figures(self)
    }

    /// Gatherings.
    #[must_use]
    pub const fn gatherings(&self) -> Gatherings<'_> {
        Gatherings(self)
    }

    /// Who was invited to gatherings, comes, waits, was there.
    #[must_use]
    pub const fn registrations(&self) -> Registrations<'_> {
        Registrations(self)
    }

    /// Addresses from which calendars are read.
    #[must_use]
    pub const fn calendar_feeds(&self) -> CalendarFeeds<'_> {
        CalendarFeeds(self)
    }

    /// What timelines are read from.
    #[must_use]
    pub const fn timeline(&self) -> Timeline<'_> {
        Timeline(self)
    }

    /// Messages.
    #[must_use]
    pub const fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// Permissions to write to somebody that are held.
    #[must_use]
    pub const fn contact_permissions(&self) -> ContactPermissions<'_> {
        ContactPermissions(self)
    }

    /// Merges.
    #[must_use]
    pub const fn merges(&self) -> Merges<'_> {
        Merges(self)
    }

    /// Held records.
    #[must_use]
    pub const fn held_records(&self) -> HeldRecords<'_> {
        HeldRecords(self)
    }

    /// Events, and what is due to become one.
    #[must_use]
    pub const fn outbox(&self) -> Outbox<'_> {
        Outbox(self)
    }

    /// What was answered to requests with an idempotency key.
    #[must_use]
    pub const fn idempotency(&self) -> Idempotency<'_> {
        Idempotency(self)
    }

    /// How many requests of a caller the instances have leased.
    #[must_use]
    pub const fn quotas(&self) -> Quotas<'_> {
        Quotas(self)
    }

    /// What the organization's locks are called by: the half of its id that was drawn at random.
    pub(crate) fn lock(&self) -> i64 {
        let mut lock = [0; 8];
        lock.copy_from_slice(&self.organization.as_bytes()[8..]);
        i64::from_be_bytes(lock)
    }

    /// Whether a column is one of these values.
    pub(crate) const fn among<'v, C, T>(&self, column: C, values: &'v [T]) -> Among<'v, C, T> {
        Among { column, values, is_kept: matches!(self.at, Place::Anywhere(_)) }
    }

    pub(crate) async fn db(&self) -> Result<Db<'_>, Error> {
        Ok(match &self.at {
            Place::Pg(own) => Db::Pg(pg::Lane::Own(own)),
            Place::Lite(own) => Db::Lite(lite::Lane::Own(own.lock().await)),
            Place::Anywhere(Store { base: Base::Pg(pg), .. }) => Db::Pg(pg::Lane::Shared(pg.lane().await?)),
            Place::Anywhere(Store { base: Base::Lite(lite), .. }) => Db::Lite(lite::Lane::Shared(lite.reader().await?)),
        })
    }
}

/// One statement, checked and compiled for each database: `on!(self, |db| query.first(db).await)?`. Inside, `Db` is the
/// backend and `own` the module of the few functions that cannot be shared.
macro_rules! on {
    ($repository:ident, |$db:ident| $statement:expr) => {
        match $repository.0.db().await? {
            $crate::tx::Db::Pg(lane) => {
                #[allow(unused_imports)]
                use $crate::pg::{self as own, Db};
                let $db = &mut &*lane;
                $statement.map_err($crate::error::failed)
            }
            $crate::tx::Db::Lite(mut lane) => {
                #[allow(unused_imports)]
                use $crate::lite::{self as own, Db};
                let $db = &mut *lane;
                $statement.map_err($crate::error::failed)
            }
        }
    };
}

/// Many rows in few statements: `bulk!(self, rows, |part| diesel::insert_into(…).values(part))?`. A pair, because
/// SQLite takes several rows at once only through Diesel's synchronous connection; PostgreSQL keeps the prepared
/// statement, so that the sizes of the parts are few: see [`parts`].
macro_rules! bulk {
    ($repository:ident, $rows:expr, |$part:ident| $statement:expr) => {{
        let rows = $rows;
        match $repository.0.db().await? {
            $crate::tx::Db::Pg(lane) => {
                let db = &mut &*lane;
                let mut done = Ok(0);
                for $part in $crate::tx::parts(rows) {
                    let result = diesel_async::RunQueryDsl::execute($crate::expr::kept($statement), db).await;
                    done = done.and_then(|n| result.map(|m| n + m));
                    if done.is_err() {
                        break;
                    }
                }
                done.map_err($crate::error::failed)
            }
            $crate::tx::Db::Lite(mut lane) => lane
                .spawn_blocking(move |db| {
                    $crate::tx::parts(rows).try_fold(0, |n, $part| diesel::RunQueryDsl::execute($statement, db).map(|m| n + m))
                })
                .await
                .map_err($crate::error::failed),
        }
    }};
}

/// Cuts rows into parts of 1,000 and powers of two below, so that the statements to prepare are eleven and not a
/// thousand. With at most 22 columns that stays below the 32,766 values a statement of the bundled SQLite may have.
pub(crate) fn parts<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = match rest.len() {
            0 => return None,
            1_000.. => 1_000,
            n => 1 << n.ilog2(),
        };
        let after = rest.split_off(size);
        Some(std::mem::replace(&mut rest, after))
    })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_are_few_in_size_and_lose_nothing() {
        for n in [0, 1, 7, 999, 1_000, 2_345] {
            let rows: Vec<usize> = (0..n).collect();
            let cut: Vec<Vec<usize>> = parts(rows.clone()).collect();
            assert!(cut.iter().all(|part| part.len() == 1_000 || part.len().is_power_of_two()));
            assert_eq!(cut.concat(), rows);
        }
    }
}
