//! The books: totals, who was active when, and what stands of each person.

mod row;
mod save;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::{Books, EngagementMode, Figures, Grain, Month, Months, Reach, Score, Totals, mode_number};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Date;

use row::{MonthRow, ReachRow, Row, SpreadRow, TotalRow, total};

use crate::expr::Sql;
use crate::schema::{activity_month, activity_reach, activity_total, engagement, engagement_spread};
use crate::tx::Tx;

/// The repository of what activities add up to.
#[derive(Clone, Copy)]
pub struct Engagement<'t>(pub(crate) &'t Tx);

/// How many people a statement is asked about at once.
const AT_ONCE: usize = 2_000;

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
        let alumni = self.0.figures().alumni_among(people);
        let (months, standing, alumni) = tokio::try_join!(self.months(people), self.many(people, versions), alumni)?;
        let figures = standing.into_iter().map(|Engaged { alumnus, version, figures }| ((version, alumnus), figures)).collect();
        Ok(Books::open(months, figures, alumni))
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

    /// How many alumni were active in which of these months, by when they were before; of one mode, or any.
    ///
    /// # Errors
    /// As every statement.
    pub async fn reach(self, mode: Option<EngagementMode>, from: Month, to: Month) -> Result<Reach, Error> {
        let rows: Vec<ReachRow> = on!(self, |db| {
            activity_reach::table
                .filter(activity_reach::organization_id.eq(self.0.organization))
                .filter(activity_reach::mode.eq(mode_number(mode)))
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

    /// How many alumni were active from one month to another, both included, in any mode.
    ///
    /// # Errors
    /// As every statement.
    pub async fn active(self, from: Month, to: Month) -> Result<i64, Error> {
        let mut sql = Sql::<BigInt>::new();
        sql.text("select cast(coalesce(sum(r.people), 0) as bigint) from activity_reach r where r.organization_id = ");
        sql.value(self.0.organization)
            .and("r.mode = ", Some(i64::from(mode_number(None))))
            .and("r.month >= ", Some(i64::from(from.number())));
        sql.and("r.month <= ", Some(i64::from(to.number()))).and("r.previous < ", Some(i64::from(from.number())));
        on!(self, |db| sql.get_result(db).await)
    }

    /// How many alumni have at least this sum by a version: the coarse scale gives all but those on the very step.
    ///
    /// # Errors
    /// As every statement.
    pub async fn at_least(self, version: i32, score: Score) -> Result<i64, Error> {
        let mut sql = Sql::<BigInt>::new();
        sql.text("select (select cast(coalesce(sum(s.people), 0) as bigint) from engagement_spread s where s.organization_id = ");
        sql.value(self.0.organization).and("s.version = ", Some(i64::from(version))).and("s.step > ", Some(score.step()));
        sql.text(") + (select count(*) from engagement g join audience f on f.organization_id = g.organization_id");
        sql.text(" and f.person_id = g.person_id where f.is_alumnus and g.organization_id = ").value(self.0.organization);
        sql.and("g.version = ", Some(i64::from(version))).and("g.score >= ", Some(score.kept()));
        sql.and("g.score < ", Some(Score::of_step(score.step() + 1).kept())).text(")");
        on!(self, |db| sql.get_result(db).await)
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

    /// Which alumni were active when, all of it.
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

    /// How many alumni there are at each step of the score, by these versions.
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
