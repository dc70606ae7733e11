//! Addresses from which calendars are read without a token.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::CalendarFeed;
use furusu_domain::error::Error;
use furusu_domain::id::{CalendarFeedId, OrganizationId};
use furusu_domain::time::Moment;

use crate::schema::calendar_feed as feed;
use crate::tx::Tx;

/// The repository of calendar feeds.
#[derive(Clone, Copy)]
pub struct CalendarFeeds<'t>(pub(crate) &'t Tx);

#[derive(Queryable, Selectable)]
#[diesel(table_name = feed)]
struct Row {
    id: CalendarFeedId,
    label: Option<String>,
    created_at: Moment,
    created_by: String,
    revoked_at: Option<Moment>,
    revoked_by: Option<String>,
}

impl From<Row> for CalendarFeed {
    fn from(row: Row) -> Self {
        let Row { id, label, created_at, created_by, revoked_at, revoked_by } = row;
        Self { id, label, created: (created_at, created_by), revoked: revoked_at.zip(revoked_by) }
    }
}

impl CalendarFeeds<'_> {
    /// Every feed of the organization, revoked ones too, the newest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn all(self) -> Result<Vec<CalendarFeed>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            feed::table.filter(feed::organization_id.eq(self.0.organization)).order(feed::id.desc()).select(Row::as_select()).load(db).await
        })?;
        Ok(rows.into_iter().map(CalendarFeed::from).collect())
    }

    /// A feed.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such one.
    pub async fn find(self, id: CalendarFeedId) -> Result<CalendarFeed, Error> {
        let row: Option<Row> =
            on!(self, |db| feed::table.find((self.0.organization, id)).select(Row::as_select()).first(db).await.optional())?;
        row.map(CalendarFeed::from).ok_or(Error::NotFound)
    }

    /// Adds a feed, with the hash of its secret.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, new: &CalendarFeed, secret: [u8; 32]) -> Result<(), Error> {
        let CalendarFeed { id, label, created: (created_at, created_by), revoked: _ } = new;
        on!(self, |db| {
            let row = (
                feed::organization_id.eq(self.0.organization),
                feed::id.eq(id),
                feed::label.eq(label),
                feed::secret.eq(secret.as_slice()),
                feed::created_at.eq(created_at),
                feed::created_by.eq(created_by),
            );
            diesel::insert_into(feed::table).values(row).execute(db).await
        })?;
        Ok(())
    }

    /// Revokes a feed; one that is revoked stays as it is.
    ///
    /// # Errors
    /// As every statement.
    pub async fn revoke(self, id: CalendarFeedId, by: &str) -> Result<(), Error> {
        on!(self, |db| {
            let known = feed::table.find((self.0.organization, id)).filter(feed::revoked_at.is_null());
            diesel::update(known).set((feed::revoked_at.eq(Some(self.0.now())), feed::revoked_by.eq(Some(by)))).execute(db).await
        })?;
        Ok(())
    }

    /// Whose calendar is read by a secret of that hash, of any organization; `None` if nobody's, or not any more.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whose(self, secret: [u8; 32]) -> Result<Option<OrganizationId>, Error> {
        on!(self, |db| {
            feed::table
                .filter(feed::secret.eq(secret.as_slice()))
                .filter(feed::revoked_at.is_null())
                .select(feed::organization_id)
                .first(db)
                .await
                .optional()
        })
    }
}
