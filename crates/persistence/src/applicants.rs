//! Lookups of applicants with their findings, and what people decided on them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::applicants::{Finding, LookupResult, Review, Verdict};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, LookupId, OrganizationId, ReviewId};
use furusu_domain::matching::Weights;
use furusu_domain::page::{Page, Window};
use furusu_domain::sql::Json;
use furusu_domain::time::Moment;

use crate::document;
use crate::expr::Sql;
use crate::schema::{lookup, lookup_review, match_weights};
use crate::tx::Tx;

/// Weights that an organization refitted.
#[derive(Clone, PartialEq, Debug)]
pub struct Refitted {
    /// Which, counted from 1.
    pub version: i32,
    /// When they were made.
    pub made_at: Moment,
    /// Of how many labels.
    pub labels: i64,
    /// The weights.
    pub weights: Weights,
}

/// The repository of lookups.
#[derive(Clone, Copy)]
pub struct Applicants<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = lookup, treat_none_as_default_value = false)]
struct LookupRow {
    organization_id: OrganizationId,
    id: LookupId,
    at: Moment,
    caller: String,
    person_id: Option<AlumnusId>,
    result: LookupResult,
    document: Json,
}

impl LookupRow {
    fn of(organization_id: OrganizationId, finding: &Finding) -> Result<Self, Error> {
        Ok(Self {
            organization_id,
            id: finding.id,
            at: finding.at,
            caller: finding.caller.clone(),
            person_id: finding.alumnus,
            result: finding.result,
            document: document::write(finding)?,
        })
    }
}

fn finding(id: LookupId, document: &Json) -> Result<Finding, Error> {
    document::read(format_args!("lookup {id}"), document)
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = lookup_review, treat_none_as_default_value = false)]
struct ReviewRow {
    organization_id: OrganizationId,
    id: ReviewId,
    lookup_id: LookupId,
    at: Moment,
    caller: String,
    verdict: Verdict,
    reference: Option<String>,
}

impl Applicants<'_> {
    /// Keeps findings: the disclosures of what was told.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, findings: &[Finding]) -> Result<(), Error> {
        let organization = self.0.organization;
        let rows: Vec<LookupRow> = findings.iter().map(|finding| LookupRow::of(organization, finding)).collect::<Result<_, _>>()?;
        bulk!(self, rows, |part| diesel::insert_into(lookup::table).values(part))?;
        Ok(())
    }

    /// A finding.
    ///
    /// # Errors
    /// As every statement.
    pub async fn seek(self, id: LookupId) -> Result<Option<Finding>, Error> {
        Ok(self.many(&[id]).await?.pop())
    }

    /// These findings, in no particular order.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[LookupId]) -> Result<Vec<Finding>, Error> {
        let rows: Vec<LookupRow> = on!(self, |db| {
            lookup::table
                .filter(lookup::organization_id.eq(self.0.organization))
                .filter(self.0.among(lookup::id, ids))
                .select(LookupRow::as_select())
                .load(db)
                .await
        })?;
        rows.iter().map(|row| finding(row.id, &row.document)).collect()
    }

    /// A page of what was told of a person, the latest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn told_of(self, person: AlumnusId, window: &Window<LookupId>) -> Result<Page<Finding>, Error> {
        let mut sql = Sql::<(furusu_domain::sql::Uid, furusu_domain::sql::Doc)>::new();
        sql.text("select l.id, l.document from lookup l where l.organization_id = ").value(self.0.organization);
        sql.text(" and l.person_id = ").value(person);
        let descending = !window.backwards;
        let (after, before) = if descending { (" < ", " > ") } else { (" > ", " < ") };
        for (place, sign) in [(&window.from, after), (&window.until, before)] {
            if let Some(id) = place {
                sql.text(" and l.id").text(sign).value(*id);
            }
        }
        sql.text(" order by l.id").text(if descending { " desc" } else { "" }).text(" limit ").value(i64::from(window.limit) + 1);
        let rows: Vec<(LookupId, Json)> = on!(self, |db| sql.load(db).await)?;
        let findings = rows.iter().map(|(id, document)| finding(*id, document)).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(findings, window))
    }

    /// Keeps what a person decided.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_review(self, review: &Review) -> Result<(), Error> {
        let Review { id, lookup, at, by, verdict, reference } = review.clone();
        let organization_id = self.0.organization;
        let row = ReviewRow { organization_id, id, lookup_id: lookup, at, caller: by, verdict, reference };
        on!(self, |db| diesel::insert_into(lookup_review::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// What was decided on these findings, the earliest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn reviews(self, lookups: &[LookupId]) -> Result<Vec<Review>, Error> {
        let rows: Vec<ReviewRow> = on!(self, |db| {
            lookup_review::table
                .filter(lookup_review::organization_id.eq(self.0.organization))
                .filter(self.0.among(lookup_review::lookup_id, lookups))
                .order((lookup_review::lookup_id, lookup_review::at, lookup_review::id))
                .select(ReviewRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(review).collect())
    }

    /// Which refitted weights are used; `None` for the shipped ones.
    ///
    /// # Errors
    /// As every statement.
    pub async fn weights_used(self) -> Result<Option<i32>, Error> {
        on!(self, |db| {
            match_weights::table
                .filter(match_weights::organization_id.eq(self.0.organization))
                .filter(match_weights::is_used.eq(true))
                .select(match_weights::version)
                .first(db)
                .await
                .optional()
        })
    }

    /// Refitted weights.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there are none of that version.
    pub async fn weights(self, version: i32) -> Result<Refitted, Error> {
        let row: Option<(Moment, i64, Json)> = on!(self, |db| {
            match_weights::table
                .find((self.0.organization, version))
                .select((match_weights::made_at, match_weights::labels, match_weights::document))
                .first(db)
                .await
                .optional()
        })?;
        let (made_at, labels, document) = row.ok_or(Error::NotFound)?;
        let weights = document::read(format_args!("weights {version}"), &document)?;
        Ok(Refitted { version, made_at, labels, weights })
    }

    /// Keeps refitted weights and uses them from now on; gives their version.
    ///
    /// # Errors
    /// As every statement.
    pub async fn use_weights(self, weights: &Weights, labels: i64) -> Result<i32, Error> {
        self.use_shipped_weights().await?;
        let last: Option<i32> = on!(self, |db| {
            match_weights::table
                .filter(match_weights::organization_id.eq(self.0.organization))
                .select(diesel::dsl::max(match_weights::version))
                .first(db)
                .await
        })?;
        let version = last.unwrap_or(0) + 1;
        let document = document::write(weights)?;
        on!(self, |db| {
            diesel::insert_into(match_weights::table)
                .values((
                    match_weights::organization_id.eq(self.0.organization),
                    match_weights::version.eq(version),
                    match_weights::made_at.eq(self.0.now()),
                    match_weights::labels.eq(labels),
                    match_weights::document.eq(document),
                    match_weights::is_used.eq(true),
                ))
                .execute(db)
                .await
        })?;
        Ok(version)
    }

    /// Goes back to the shipped weights; refitted ones are kept.
    ///
    /// # Errors
    /// As every statement.
    pub async fn use_shipped_weights(self) -> Result<(), Error> {
        on!(self, |db| {
            let used =
                match_weights::table.filter(match_weights::organization_id.eq(self.0.organization)).filter(match_weights::is_used.eq(true));
            diesel::update(used).set(match_weights::is_used.eq(false)).execute(db).await
        })?;
        Ok(())
    }

    /// Every review of the organization beyond one, in the order of their ids, so many at most.
    ///
    /// # Errors
    /// As every statement.
    pub async fn reviews_after(self, after: Option<ReviewId>, limit: i64) -> Result<Vec<Review>, Error> {
        let after = after.unwrap_or(ReviewId::from_bytes([0; 16]));
        let rows: Vec<ReviewRow> = on!(self, |db| {
            lookup_review::table
                .filter(lookup_review::organization_id.eq(self.0.organization))
                .filter(lookup_review::id.gt(after))
                .order(lookup_review::id)
                .limit(limit)
                .select(ReviewRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(review).collect())
    }
}

fn review(row: ReviewRow) -> Review {
    let ReviewRow { organization_id: _, id, lookup_id, at, caller, verdict, reference } = row;
    Review { id, lookup: lookup_id, at, by: caller, verdict, reference }
}
