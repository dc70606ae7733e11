//! Held records: what waits for somebody to say whom it speaks of.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use furusu_domain::departures::{Fingerprint, Record, Source};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, HeldRecordId, OrganizationId};
use furusu_domain::identity::{Decision, HeldFilter, HeldPosition, HeldRecord, HeldStatus, SilentReturn, Verdict};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::Json;
use furusu_domain::time::{Date, Moment};

use crate::document;
use crate::schema::held_record as held;
use crate::tx::Tx;

/// The repository of held records.
#[derive(Clone, Copy)]
pub struct HeldRecords<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = held, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    id: HeldRecordId,
    source: String,
    external_id: String,
    period: String,
    record: Option<Json>,
    source_updated_at: Option<Moment>,
    fingerprint: Vec<u8>,
    suspects: Json,
    status: HeldStatus,
    decision: Option<Decision>,
    decided_person_id: Option<AlumnusId>,
    decided_by: Option<String>,
    decided_at: Option<Moment>,
    decision_reason: Option<String>,
    return_due_on: Option<Date>,
    return_told: bool,
    held_at: Moment,
    updated_at: Moment,
}

impl Row {
    fn of(organization_id: OrganizationId, held: HeldRecord) -> Result<Self, Error> {
        let HeldRecord {
            id,
            source,
            external_id,
            period,
            record,
            fingerprint,
            suspects,
            status,
            verdict,
            silent_return,
            held_at,
            updated_at,
        } = held;
        let (return_due_on, return_told) = match silent_return {
            SilentReturn::None => (None, false),
            SilentReturn::Due(on) => (Some(on), false),
            SilentReturn::Told => (None, true),
        };
        let source_updated_at = record.as_ref().and_then(|record| record.source_updated_at);
        let (decision, decided_person_id, decided_by, decided_at, decision_reason) = match verdict {
            None => (None, None, None, None, None),
            Some(Verdict { decision, alumnus, by, at, reason }) => (Some(decision), alumnus, Some(by), Some(at), reason),
        };
        Ok(Self {
            organization_id,
            id,
            source: source.as_str().to_owned(),
            external_id,
            period,
            record: record.as_ref().map(document::write).transpose()?,
            source_updated_at,
            fingerprint: fingerprint.0.to_vec(),
            suspects: document::write(&suspects)?,
            status,
            decision,
            decided_person_id,
            decided_by,
            decided_at,
            decision_reason,
            return_due_on,
            return_told,
            held_at,
            updated_at,
        })
    }
}

impl TryFrom<Row> for HeldRecord {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self, Error> {
        let Row {
            organization_id: _,
            id,
            source,
            external_id,
            period,
            record,
            source_updated_at,
            fingerprint,
            suspects,
            status,
            decision,
            decided_person_id,
            decided_by,
            decided_at,
            decision_reason,
            return_due_on,
            return_told,
            held_at,
            updated_at,
        } = row;
        let unreadable = |what: String| Error::Internal(format!("held record {id}: {what}"));
        let whose = format_args!("held record {id}");
        let record: Option<Record> = record.map(|record| document::read(whose, &record)).transpose()?;
        let verdict = match (decision, decided_by, decided_at) {
            (Some(decision), Some(by), Some(at)) => Some(Verdict { decision, alumnus: decided_person_id, by, at, reason: decision_reason }),
            (None, _, _) | (_, None, _) | (_, _, None) => None,
        };
        let silent_return = match (return_told, return_due_on) {
            (true, _) => SilentReturn::Told,
            (false, Some(on)) => SilentReturn::Due(on),
            (false, None) => SilentReturn::None,
        };
        Ok(Self {
            id,
            source: Source::parse(&source).map_err(|e| unreadable(e.code().to_owned()))?,
            external_id,
            period,
            record: record.map(|record| Record { source_updated_at, ..record }),
            fingerprint: Fingerprint(fingerprint.try_into().map_err(|_| unreadable("fingerprint".into()))?),
            suspects: document::read(whose, &suspects)?,
            status,
            verdict,
            silent_return,
            held_at,
            updated_at,
        })
    }
}

impl HeldRecords<'_> {
    /// What is kept aside under these ids of a source and has not gone in.
    ///
    /// # Errors
    /// As every statement.
    pub async fn aside(self, source: &Source, external_ids: &[String]) -> Result<Vec<HeldRecord>, Error> {
        let mut found = Vec::new();
        for ids in external_ids.chunks(2_000) {
            let rows: Vec<Row> = on!(self, |db| {
                held::table
                    .filter(held::organization_id.eq(self.0.organization))
                    .filter(held::source.eq(source.as_str()))
                    .filter(self.0.among(held::external_id, ids))
                    .order((held::external_id, held::period))
                    .select(Row::as_select())
                    .load(db)
                    .await
            })?;
            for row in rows {
                found.push(HeldRecord::try_from(row)?);
            }
        }
        Ok(found)
    }

    /// A held record.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such one.
    pub async fn find(self, id: HeldRecordId) -> Result<HeldRecord, Error> {
        let row: Option<Row> =
            on!(self, |db| held::table.find((self.0.organization, id)).select(Row::as_select()).first(db).await.optional())?;
        row.map(HeldRecord::try_from).transpose()?.ok_or(Error::NotFound)
    }

    /// These held records, in no particular order; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[HeldRecordId]) -> Result<Vec<HeldRecord>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            held::table
                .filter(held::organization_id.eq(self.0.organization))
                .filter(self.0.among(held::id, ids))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(HeldRecord::try_from).collect()
    }

    /// A page of held records, by the time they were first held.
    ///
    /// # Errors
    /// As every statement.
    pub async fn page(self, filter: &HeldFilter, direction: Direction, window: &Window<HeldPosition>) -> Result<Page<HeldRecord>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            let mut query = held::table
                .filter(held::organization_id.eq(self.0.organization))
                .select(Row::as_select())
                .limit(i64::from(window.limit) + 1)
                .into_boxed::<Db>();
            let HeldFilter { status, source, external_id } = filter;
            if let Some(status) = status {
                query = query.filter(held::status.eq(*status));
            }
            if let Some(source) = source {
                query = query.filter(held::source.eq(source.as_str()));
            }
            if let Some(external_id) = external_id {
                query = query.filter(held::external_id.eq(external_id));
            }
            let descending = (direction == Direction::Desc) != window.backwards;
            for (place, onwards) in [(&window.from, true), (&window.until, false)] {
                let Some(HeldPosition { held_at, id }) = *place else { continue };
                query = if onwards == descending {
                    query.filter(held::held_at.lt(held_at).or(held::held_at.eq(held_at).and(held::id.lt(id))))
                } else {
                    query.filter(held::held_at.gt(held_at).or(held::held_at.eq(held_at).and(held::id.gt(id))))
                };
            }
            if descending {
                query.order((held::held_at.desc(), held::id.desc())).load(db).await
            } else {
                query.order((held::held_at, held::id)).load(db).await
            }
        })?;
        let page = Page::cut(rows, window);
        let items = page.items.into_iter().map(HeldRecord::try_from).collect::<Result<_, Error>>()?;
        Ok(Page { items, more: page.more })
    }

    /// How many held records the filter leaves.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, filter: &HeldFilter) -> Result<i64, Error> {
        on!(self, |db| {
            let mut query = held::table.filter(held::organization_id.eq(self.0.organization)).count().into_boxed::<Db>();
            let HeldFilter { status, source, external_id } = filter;
            if let Some(status) = status {
                query = query.filter(held::status.eq(*status));
            }
            if let Some(source) = source {
                query = query.filter(held::source.eq(source.as_str()));
            }
            if let Some(external_id) = external_id {
                query = query.filter(held::external_id.eq(external_id));
            }
            query.get_result(db).await
        })
    }

    /// The held records that tell of a silent return by that day, the earliest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn returning_by(self, today: Date, limit: i64) -> Result<Vec<HeldRecord>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            held::table
                .filter(held::organization_id.eq(self.0.organization))
                .filter(held::return_due_on.le(today))
                .order((held::return_due_on, held::id))
                .limit(limit)
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(HeldRecord::try_from).collect()
    }

    /// Strikes what has been told of a silent return; `false` if somebody else did first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn strike_return(self, id: HeldRecordId) -> Result<bool, Error> {
        let n = on!(self, |db| {
            let due = held::table.find((self.0.organization, id)).filter(held::return_due_on.is_not_null());
            diesel::update(due).set((held::return_due_on.eq(None::<Date>), held::return_told.eq(true))).execute(db).await
        })?;
        Ok(n == 1)
    }

    /// Keeps held records in their new state.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, records: Vec<HeldRecord>) -> Result<(), Error> {
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            rows.push(Row::of(self.0.organization, record)?);
        }
        for row in rows {
            on!(self, |db| {
                diesel::insert_into(held::table)
                    .values(row)
                    .on_conflict((held::organization_id, held::id))
                    .do_update()
                    .set((
                        held::record.eq(excluded(held::record)),
                        held::source_updated_at.eq(excluded(held::source_updated_at)),
                        held::fingerprint.eq(excluded(held::fingerprint)),
                        held::suspects.eq(excluded(held::suspects)),
                        held::status.eq(excluded(held::status)),
                        held::decision.eq(excluded(held::decision)),
                        held::decided_person_id.eq(excluded(held::decided_person_id)),
                        held::decided_by.eq(excluded(held::decided_by)),
                        held::decided_at.eq(excluded(held::decided_at)),
                        held::decision_reason.eq(excluded(held::decision_reason)),
                        held::return_due_on.eq(excluded(held::return_due_on)),
                        held::return_told.eq(excluded(held::return_told)),
                        held::updated_at.eq(excluded(held::updated_at)),
                    ))
                    .execute(db)
                    .await
            })?;
        }
        Ok(())
    }
}
