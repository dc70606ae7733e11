//! The books: totals, who was active when, and what stands of each person.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::{ActivityChannel, Books, Deltas, Figures, Grain, Month, Months, Reach, Score, Total, Totals};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::time::{Date, Moment};

use super::activities::kind;
use crate::expr::Sql;
use crate::schema::{activity_month, activity_reach, activity_total, engagement, engagement_spread};
use crate::tx::Tx;

/// The repository of what activities add up to.
#[derive(Clone, Copy)]
pub struct Engagement<'t>(pub(crate) &'t Tx);

/// How many people a statement is asked about at once.
const AT_ONCE: usize = 2_000;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_total, treat_none_as_default_value = false)]
struct TotalRow {
    organization_id: OrganizationId,
    grain: Grain,
    begins_on: Date,
    kind: String,
    channel: ActivityChannel,
    n: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_month, treat_none_as_default_value = false)]
struct MonthRow {
    organization_id: OrganizationId,
    person_id: AlumnusId,
    month: i32,
    mode: i16,
    n: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_reach, treat_none_as_default_value = false)]
struct ReachRow {
    organization_id: OrganizationId,
    mode: i16,
    month: i32,
    previous: i32,
    people: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    version: i32,
    person_id: AlumnusId,
    score: i64,
    last_activity_at: Moment,
    activities: i64,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_spread, treat_none_as_default_value = false)]
struct SpreadRow {
    organization_id: OrganizationId,
    version: i32,
    step: i64,
    people: i64,
}

fn total(row: TotalRow) -> Result<(Total, i64), Error> {
    let TotalRow { organization_id: _, grain, begins_on, kind, channel, n } = row;
    Ok((Total { grain, begins_on, kind: self::kind(&kind)?, channel }, n))
}

/// What stands of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Engaged {
    /// Who.
    pub alumnus: AlumnusId,
    /// By which version of the formula.
    pub version: i32,
    /// What.
    pub figures: Figures,
}

impl From<Row> for Engaged {
    fn from(row: Row) -> Self {
        let Row { organization_id: _, version, person_id, score, last_activity_at, activities } = row;
        let figures = Figures { score: Score::from_kept(score), last_activity_at, activities };
        Self { alumnus: person_id, version, figures }
    }
}

impl Engagement<'_> {
    /// What stands of these people, by each version that is kept for them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, people: &[AlumnusId], versions: &[i32]) -> Result<Vec<Engaged>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<Row> = on!(self, |db| {
                engagement::table
                    .filter(engagement::organization_id.eq(self.0.organization))
                    .filter(self.0.among(engagement::version, versions))
                    .filter(self.0.among(engagement::person_id, ids))
                    .select(Row::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(Engaged::from));
        }
        Ok(found)
    }

    /// In which months these people were active.
    ///
    /// # Errors
    /// As every statement.
    pub async fn months(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Months>, Error> {
        let mut months: BTreeMap<AlumnusId, Months> = BTreeMap::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<MonthRow> = on!(self, |db| {
                activity_month::table
                    .filter(activity_month::organization_id.eq(self.0.organization))
                    .filter(self.0.among(activity_month::person_id, ids))
                    .select(MonthRow::as_select())
                    .load(db)
                    .await
            })?;
            for MonthRow { organization_id: _, person_id, month, mode, n } in rows {
                months.entry(person_id).or_default().insert((Month::from_number(month), mode), n);
            }
        }
        Ok(months)
    }

    /// The books at the pages of these people. In a unit of work that is [alone](super::Activities::alone).
    ///
    /// # Errors
    /// As every statement.
    pub async fn open(self, people: &[AlumnusId], versions: &[i32]) -> Result<Books, Error> {
        let (months, standing) = tokio::try_join!(self.months(people), self.many(people, versions))?;
        let figures = standing.into_iter().map(|Engaged { alumnus, version, figures }| ((version, alumnus), figures)).collect();
        Ok(Books::open(months, figures))
    }

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

    /// The totals of a grain, of stretches that begin on these days, both included.
    ///
    /// # Errors
    /// As every statement.
    pub async fn totals(self, grain: Grain, from: Date, to: Date) -> Result<Totals, Error> {
        let rows: Vec<TotalRow> = on!(self, |db| {
            activity_total::table
                .filter(activity_total::organization_id.eq(self.0.organization))
                .filter(activity_total::grain.eq(grain))
                .filter(activity_total::begins_on.between(from, to))
                .select(TotalRow::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(total).collect()
    }

    /// How many people were active in which of these months, by when they were before; of one mode, or any (0).
    ///
    /// # Errors
    /// As every statement.
    pub async fn reach(self, mode: i16, from: Month, to: Month) -> Result<Reach, Error> {
        let rows: Vec<ReachRow> = on!(self, |db| {
            activity_reach::table
                .filter(activity_reach::organization_id.eq(self.0.organization))
                .filter(activity_reach::mode.eq(mode))
                .filter(activity_reach::month.between(from.number(), to.number()))
                .select(ReachRow::as_select())
                .load(db)
                .await
        })?;
        let key = |row: &ReachRow| (row.mode, Month::from_number(row.month), Month::from_number(row.previous));
        Ok(rows.into_iter().map(|row| (key(&row), row.people)).collect())
    }

    /// The people of whom something stands by a version, in the order of their ids, beyond one of them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn people(self, version: i32, beyond: Option<AlumnusId>, limit: i64) -> Result<Vec<AlumnusId>, Error> {
        on!(self, |db| {
            let them = engagement::table
                .filter(engagement::organization_id.eq(self.0.organization))
                .filter(engagement::version.eq(version))
                .order(engagement::person_id)
                .limit(limit)
                .select(engagement::person_id)
                .into_boxed::<Db>();
            let them = match beyond {
                Some(id) => them.filter(engagement::person_id.gt(id)),
                None => them,
            };
            them.load(db).await
        })
    }

    /// The oldest version by which anything stands of anybody.
    ///
    /// # Errors
    /// As every statement.
    pub async fn oldest_version(self) -> Result<Option<i32>, Error> {
        on!(self, |db| {
            engagement::table
                .filter(engagement::organization_id.eq(self.0.organization))
                .select(diesel::dsl::min(engagement::version))
                .first(db)
                .await
        })
    }

    /// Removes what stands of so many people by a version by which nothing is read any more; gives how many they were.
    ///
    /// # Errors
    /// As every statement.
    pub async fn forget_version(self, version: i32, limit: i64) -> Result<usize, Error> {
        let people = self.people(version, None, limit).await?;
        on!(self, |db| {
            let theirs = engagement::table
                .filter(engagement::organization_id.eq(self.0.organization))
                .filter(engagement::version.eq(version))
                .filter(self.0.among(engagement::person_id, &people));
            diesel::delete(theirs).execute(db).await
        })?;
        on!(self, |db| {
            let steps = engagement_spread::table
                .filter(engagement_spread::organization_id.eq(self.0.organization))
                .filter(engagement_spread::version.eq(version));
            diesel::delete(steps).execute(db).await
        })?;
        Ok(people.len())
    }

    /// How many people have at least each of these sums by a version: the coarse scale gives all but those on the very step.
    ///
    /// # Errors
    /// As every statement.
    pub async fn at_least(self, version: i32, scores: &[Score]) -> Result<Vec<i64>, Error> {
        let steps: Vec<SpreadRow> = on!(self, |db| {
            engagement_spread::table
                .filter(engagement_spread::organization_id.eq(self.0.organization))
                .filter(engagement_spread::version.eq(version))
                .select(SpreadRow::as_select())
                .load(db)
                .await
        })?;
        let mut counts = Vec::with_capacity(scores.len());
        for score in scores {
            let above: i64 = steps.iter().filter(|row| row.step > score.step()).map(|row| row.people).sum();
            let mut sql = Sql::<BigInt>::new();
            sql.text("select count(*) from engagement g where g.organization_id = ").value(self.0.organization);
            sql.text(" and g.version = ").value(i64::from(version));
            sql.and("g.score >= ", Some(score.kept())).and("g.score < ", Some(Score::of_step(score.step() + 1).kept()));
            let on_it: i64 = on!(self, |db| sql.get_result(db).await)?;
            counts.push(above + on_it);
        }
        Ok(counts)
    }

    /// Every total there is.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whole_totals(self) -> Result<Totals, Error> {
        let rows: Vec<TotalRow> = on!(self, |db| {
            activity_total::table
                .filter(activity_total::organization_id.eq(self.0.organization))
                .select(TotalRow::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(total).collect()
    }

    /// Who was active when, all of it.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whole_reach(self) -> Result<Reach, Error> {
        let rows: Vec<ReachRow> = on!(self, |db| {
            activity_reach::table
                .filter(activity_reach::organization_id.eq(self.0.organization))
                .select(ReachRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(|row| ((row.mode, Month::from_number(row.month), Month::from_number(row.previous)), row.people)).collect())
    }

    /// How many people there are at each step of the score, by these versions.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whole_spread(self, versions: &[i32]) -> Result<BTreeMap<(i32, i64), i64>, Error> {
        let rows: Vec<SpreadRow> = on!(self, |db| {
            engagement_spread::table
                .filter(engagement_spread::organization_id.eq(self.0.organization))
                .filter(self.0.among(engagement_spread::version, versions))
                .select(SpreadRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(|row| ((row.version, row.step), row.people)).collect())
    }

    /// Of how many people something stands by each of these versions.
    ///
    /// # Errors
    /// As every statement.
    pub async fn standing_by(self, versions: &[i32]) -> Result<Vec<(i32, i64)>, Error> {
        on!(self, |db| {
            engagement::table
                .filter(engagement::organization_id.eq(self.0.organization))
                .filter(self.0.among(engagement::version, versions))
                .group_by(engagement::version)
                .select((engagement::version, diesel::dsl::count_star()))
                .load(db)
                .await
        })
    }

    /// How many people have months.
    ///
    /// # Errors
    /// As every statement.
    pub async fn people_with_months(self) -> Result<i64, Error> {
        let mut sql = Sql::<BigInt>::new();
        sql.text("select count(distinct m.person_id) from activity_month m where m.organization_id = ").value(self.0.organization);
        on!(self, |db| sql.get_result(db).await)
    }
}
