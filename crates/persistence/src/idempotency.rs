//! What was answered to requests with an idempotency key, and who claims a key while the work is done.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::idempotency::{CLAIMED_SECONDS, Claim, Claimed, KEPT_SECONDS};
use furusu_domain::time::Moment;

use crate::expr::kept;
use crate::schema::idempotency;
use crate::tx::Tx;

/// The repository of answers by idempotency key.
#[derive(Clone, Copy)]
pub struct Idempotency<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    key: Vec<u8>,
    body: Vec<u8>,
    claim: Vec<u8>,
    claimed_until: Moment,
    expires_at: Moment,
    answer: Option<String>,
}

impl Row {
    fn of(organization_id: OrganizationId, claim: &Claim, now: Moment) -> Self {
        let Claim { key, body, token } = claim;
        Self {
            organization_id,
            key: key.to_vec(),
            body: body.to_vec(),
            claim: token.to_vec(),
            claimed_until: now.plus_seconds(CLAIMED_SECONDS),
            expires_at: now.plus_seconds(KEPT_SECONDS),
            answer: None,
        }
    }
}

impl Idempotency<'_> {
    /// Claims a key for a while. The unit of work must end with this, so that everybody else sees the claim.
    ///
    /// # Errors
    /// As every statement.
    pub async fn claim(self, claim: &Claim) -> Result<Claimed, Error> {
        let now = self.0.now();
        let row = Row::of(self.0.organization, claim, now);
        let new = row.clone();
        let n = on!(self, |db| diesel::insert_into(idempotency::table).values(new).on_conflict_do_nothing().execute(db).await)?;
        if n == 1 {
            return Ok(Claimed::Ours);
        }
        let known: Option<Row> = on!(self, |db| {
            idempotency::table.find((self.0.organization, claim.key.as_slice())).select(Row::as_select()).first(db).await.optional()
        })?;
        // Given free at this very moment: whoever asks again finds it so.
        let Some(known) = known else { return Ok(Claimed::Running) };
        let is_over = known.expires_at <= now;
        let is_dead = known.answer.is_none() && known.claimed_until <= now;
        if is_over || is_dead {
            return Ok(if self.take_over(&known.claim, row).await? { Claimed::Ours } else { Claimed::Running });
        }
        Ok(match known.answer {
            Some(_) | None if known.body != claim.body => Claimed::AnotherBody,
            Some(answer) => Claimed::Answered(answer),
            None => Claimed::Running,
        })
    }

    /// Puts a claim in the place of one that is over; `false` if somebody else did first.
    async fn take_over(self, over: &[u8], row: Row) -> Result<bool, Error> {
        let Row { organization_id, key, body, claim, claimed_until, expires_at, answer } = row;
        let n = on!(self, |db| {
            let it = idempotency::table.find((organization_id, key)).filter(idempotency::claim.eq(over));
            kept(diesel::update(it).set((
                idempotency::body.eq(body),
                idempotency::claim.eq(claim),
                idempotency::claimed_until.eq(claimed_until),
                idempotency::expires_at.eq(expires_at),
                idempotency::answer.eq(answer),
            )))
            .execute(db)
            .await
        })?;
        Ok(n == 1)
    }

    /// Keeps what is answered, in the unit of work that did what was asked: both are there, or neither.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyInUse`] if the claim was taken for dead meanwhile and somebody else has the key: the unit
    /// must leave nothing behind.
    pub async fn keep(self, claim: &Claim, answer: String) -> Result<(), Error> {
        let n = on!(self, |db| {
            let it = idempotency::table
                .find((self.0.organization, claim.key.as_slice()))
                .filter(idempotency::claim.eq(claim.token.as_slice()))
                .filter(idempotency::answer.is_null());
            kept(diesel::update(it).set(idempotency::answer.eq(Some(answer)))).execute(db).await
        })?;
        if n == 1 { Ok(()) } else { Err(Error::IdempotencyKeyInUse { retry_after: 1 }) }
    }

    /// Gives a key free for which nothing was done.
    ///
    /// # Errors
    /// As every statement.
    pub async fn release(self, claim: &Claim) -> Result<(), Error> {
        on!(self, |db| {
            let it = idempotency::table
                .find((self.0.organization, claim.key.as_slice()))
                .filter(idempotency::claim.eq(claim.token.as_slice()))
                .filter(idempotency::answer.is_null());
            diesel::delete(it).execute(db).await
        })?;
        Ok(())
    }

    /// Removes what is over, of every organization, so many rows at most; gives how many there were.
    ///
    /// # Errors
    /// As every statement.
    pub async fn remove_expired(self, limit: i64) -> Result<usize, Error> {
        let now = self.0.now();
        let keys: Vec<Vec<u8>> = on!(self, |db| {
            idempotency::table
                .filter(idempotency::expires_at.le(now))
                .order(idempotency::expires_at)
                .limit(limit)
                .select(idempotency::key)
                .load(db)
                .await
        })?;
        if keys.is_empty() {
            return Ok(0);
        }
        // Hashes of which there is one each, whatever the organization. A key may have been claimed anew since.
        on!(self, |db| {
            let over = idempotency::table.filter(idempotency::expires_at.le(now)).filter(idempotency::key.eq_any(&keys));
            diesel::delete(over).execute(db).await
        })
    }
}
