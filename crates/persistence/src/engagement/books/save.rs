//! Writing what changed in the books.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::{Deltas, Figures, Month, Reach, Total, Totals};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;

use super::Engagement;
use super::row::{MonthRow, ReachRow, Row, SpreadRow, TotalRow};
use crate::schema::{activity_month, activity_reach, activity_total, engagement, engagement_spread};

impl Engagement<'_> {
    /// Writes what changed in the books.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, deltas: Deltas) -> Result<(), Error> {
        let Deltas { totals, reach, months, figures, spread } = deltas;
        tokio::try_join!(self.count(totals), self.remember(months), self.reach_by(reach), self.stand(figures), self.spread_by(spread))?;
        Ok(())
    }

    async fn count(self, totals: Totals) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let row = |(Total { grain, begins_on, kind, channel }, n)| TotalRow {
            organization_id,
            grain,
            begins_on,
            kind: String::from(kind),
            channel,
            n,
        };
        let rows: Vec<TotalRow> = totals.into_iter().map(row).collect();
        bulk!(self, rows, |part| {
            diesel::insert_into(activity_total::table)
                .values(part)
                .on_conflict((
                    activity_total::organization_id,
                    activity_total::grain,
                    activity_total::begins_on,
                    activity_total::kind,
                    activity_total::channel,
                ))
                .do_update()
                .set(activity_total::n.eq(activity_total::n + excluded(activity_total::n)))
        })?;
        Ok(())
    }

    async fn remember(self, months: BTreeMap<(AlumnusId, Month, i16), i64>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for ((person_id, month, mode), n) in months {
            if n == 0 {
                gone.push((person_id, month.number(), mode));
            } else {
                rows.push(MonthRow { organization_id, person_id, month: month.number(), mode, n });
            }
        }
        bulk!(self, rows, |part| {
            diesel::insert_into(activity_month::table)
                .values(part)
                .on_conflict((activity_month::organization_id, activity_month::person_id, activity_month::month, activity_month::mode))
                .do_update()
                .set(activity_month::n.eq(excluded(activity_month::n)))
        })?;
        for (person_id, month, mode) in gone {
            on!(self, |db| diesel::delete(activity_month::table.find((organization_id, person_id, month, mode))).execute(db).await)?;
        }
        Ok(())
    }

    async fn reach_by(self, reach: Reach) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let row = |((mode, month, previous), people): ((i16, Month, Month), i64)| {
            let (month, previous) = (month.number(), previous.number());
            ReachRow { organization_id, mode, month, previous, people }
        };
        let rows: Vec<ReachRow> = reach.into_iter().map(row).collect();
        bulk!(self, rows, |part| {
            diesel::insert_into(activity_reach::table)
                .values(part)
                .on_conflict((activity_reach::organization_id, activity_reach::mode, activity_reach::month, activity_reach::previous))
                .do_update()
                .set(activity_reach::people.eq(activity_reach::people + excluded(activity_reach::people)))
        })?;
        Ok(())
    }

    async fn stand(self, figures: BTreeMap<(i32, AlumnusId), Option<Figures>>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        for ((version, person_id), figures) in figures {
            match figures {
                Some(Figures { score, last_activity_at, activities }) => {
                    rows.push(Row { organization_id, version, person_id, score: score.kept(), last_activity_at, activities });
                }
                None => gone.push((version, person_id)),
            }
        }
        bulk!(self, rows, |part| {
            diesel::insert_into(engagement::table)
                .values(part)
                .on_conflict((engagement::organization_id, engagement::version, engagement::person_id))
                .do_update()
                .set((
                    engagement::score.eq(excluded(engagement::score)),
                    engagement::last_activity_at.eq(excluded(engagement::last_activity_at)),
                    engagement::activities.eq(excluded(engagement::activities)),
                ))
        })?;
        for (version, person_id) in gone {
            on!(self, |db| diesel::delete(engagement::table.find((organization_id, version, person_id))).execute(db).await)?;
        }
        Ok(())
    }

    async fn spread_by(self, spread: BTreeMap<(i32, i64), i64>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let row = |((version, step), people)| SpreadRow { organization_id, version, step, people };
        let rows: Vec<SpreadRow> = spread.into_iter().map(row).collect();
        bulk!(self, rows, |part| {
            diesel::insert_into(engagement_spread::table)
                .values(part)
                .on_conflict((engagement_spread::organization_id, engagement_spread::version, engagement_spread::step))
                .do_update()
                .set(engagement_spread::people.eq(engagement_spread::people + excluded(engagement_spread::people)))
        })?;
        Ok(())
    }
}
