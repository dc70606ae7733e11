//! How many requests of a caller the instances have leased, minute by minute.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Moment;

use crate::schema::quota;
use crate::tx::Tx;

/// The repository of leases.
#[derive(Clone, Copy)]
pub struct Quotas<'t>(pub(crate) &'t Tx);

#[derive(Insertable)]
#[diesel(table_name = quota)]
struct Row {
    organization_id: OrganizationId,
    caller: Vec<u8>,
    began_at: Moment,
    leased: i64,
}

impl Quotas<'_> {
    /// Leases so many requests of a caller in the minute that began then; gives how many all instances together have
    /// leased of it, these included.
    ///
    /// # Errors
    /// As every statement.
    pub async fn lease(self, caller: [u8; 16], began_at: Moment, requests: i64) -> Result<i64, Error> {
        let row = Row { organization_id: self.0.organization, caller: caller.to_vec(), began_at, leased: requests };
        on!(self, |db| {
            diesel::insert_into(quota::table)
                .values(row)
                .on_conflict((quota::organization_id, quota::caller, quota::began_at))
                .do_update()
                .set(quota::leased.eq(quota::leased + requests))
                .returning(quota::leased)
                .get_result(db)
                .await
        })
    }

    /// Removes the leases of minutes that began before that moment, of every organization.
    ///
    /// # Errors
    /// As every statement.
    pub async fn remove_before(self, at: Moment) -> Result<usize, Error> {
        on!(self, |db| diesel::delete(quota::table.filter(quota::began_at.lt(at))).execute(db).await)
    }
}
