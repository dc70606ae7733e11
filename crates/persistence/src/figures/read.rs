//! The questions of metrics that are counted by statements: how departures and returns went, who was active.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::applicants::{LookupResult, Verdict};
use furusu_domain::engagement::Month;
use furusu_domain::error::Error;
use furusu_domain::figures::{Group, MetricDimension, Times};
use furusu_domain::id::LookupId;
use furusu_domain::sql::{Day, Instant, Uid};
use furusu_domain::time::{Date, Moment};

use super::Figures;
use crate::expr::Sql;

/// A row of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row<T> {
    /// Of which group.
    pub group: Group,
    /// On which day, if the days matter.
    pub day: Option<Date>,
    /// What.
    pub what: T,
}

type Columns = (Nullable<Text>, Nullable<Text>, Nullable<Day>, BigInt, BigInt, BigInt);
type Read = (Option<String>, Option<String>, Option<Date>, i64, i64, i64);

/// A lookup that somebody decided on, and their decisions, the first one first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it found.
    pub result: LookupResult,
    /// When it was asked.
    pub at: Moment,
    /// What was decided, and when.
    pub decided: Vec<(Moment, Verdict)>,
}

/// The column of people, or of departures, by which they are grouped.
fn column(dimension: MetricDimension) -> &'static str {
    match dimension {
        MetricDimension::Department => "f.department",
        MetricDimension::Entity => "f.entity",
        MetricDimension::ExitCohort => "cast(f.cohort as text)",
        MetricDimension::YearsSinceExit => "cast(f.away_years as text)",
        MetricDimension::Mode => "cast(m.mode as text)",
        MetricDimension::Kind
        | MetricDimension::Channel
        | MetricDimension::Level
        | MetricDimension::Stage
        | MetricDimension::MonthsSinceExit => "cast(null as text)",
    }
}

/// `select`, up to two columns to group by, and the day or none.
fn select(by: &[MetricDimension], day: Option<&'static str>) -> Sql<Columns> {
    let mut sql = Sql::new();
    sql.text("select ");
    for place in 0..2 {
        sql.text(by.get(place).map_or("cast(null as text)", |dimension| column(*dimension))).text(", ");
    }
    sql.text(day.unwrap_or("cast(null as date)"));
    sql
}

fn rows(by: &[MetricDimension], read: Vec<Read>) -> Vec<Row<[i64; 3]>> {
    let row = |(one, two, day, a, b, c): Read| Row { group: [one, two].into_iter().take(by.len()).collect(), day, what: [a, b, c] };
    read.into_iter().map(row).collect()
}

impl Figures<'_> {
    async fn ask(self, by: &[MetricDimension], mut sql: Sql<Columns>, more: &'static str) -> Result<Vec<Row<[i64; 3]>>, Error> {
        sql.text(" group by 1, 2, 3").text(more);
        let read: Vec<Read> = on!(self, |db| sql.load(db).await)?;
        Ok(rows(by, read))
    }

    /// Departures that came into effect within a time: how many came back (within so many years, if that is said), how many there
    /// were, and of how many it is not known yet.
    ///
    /// # Errors
    /// As every statement.
    pub async fn left(self, by: &[MetricDimension], is_series: bool, times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, is_series.then_some("f.ended_on"));
        sql.text(", coalesce(sum(case when f.returned_on <= ").value(times.today);
        sql.and("f.away_years < ", times.within_years.map(i64::from)).text(" then 1 else 0 end), 0), count(*), ");
        sql.text("coalesce(sum(case when f.ended_on > ").value(times.followed_until).text(" then 1 else 0 end), 0)");
        self.of_leavings(&mut sql);
        sql.text(" and f.ended_on < ").value(times.today);
        sql.and("f.ended_on >= ", Some(times.span.from)).and("f.ended_on <= ", Some(times.span.to));
        self.ask(by, sql, "").await
    }

    /// Returns within a time, by how many days they were away: the days, and how many.
    ///
    /// # Errors
    /// As every statement.
    pub async fn returned(self, by: &[MetricDimension], is_series: bool, times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, is_series.then_some("f.returned_on"));
        sql.text(", cast(f.away_days as bigint), count(*), cast(0 as bigint)");
        self.of_leavings(&mut sql);
        sql.and("f.returned_on >= ", Some(times.span.from)).and("f.returned_on <= ", Some(times.span.to.min(times.today)));
        self.ask(by, sql, ", f.away_days").await
    }

    /// Returns within a time that were long enough ago: how many were still here after so many years, and how many there were.
    ///
    /// # Errors
    /// As every statement.
    pub async fn stayed(self, by: &[MetricDimension], is_series: bool, times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, is_series.then_some("f.returned_on"));
        sql.text(", coalesce(sum(case when f.stayed_years is null or f.stayed_years >= ");
        sql.value(i64::from(times.within_years.unwrap_or(1))).text(" then 1 else 0 end), 0), count(*), cast(0 as bigint)");
        self.of_leavings(&mut sql);
        sql.and("f.returned_on <= ", Some(times.followed_until));
        sql.and("f.returned_on >= ", Some(times.span.from)).and("f.returned_on <= ", Some(times.span.to));
        self.ask(by, sql, "").await
    }

    /// Of those who left again within a time, and of whom both reasons are known: how many left for the same, and how many there
    /// were.
    ///
    /// # Errors
    /// As every statement.
    pub async fn left_again(self, by: &[MetricDimension], is_series: bool, times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, is_series.then_some("f.left_again_on"));
        sql.text(", coalesce(sum(case when f.is_same_reason then 1 else 0 end), 0), count(*), cast(0 as bigint)");
        self.of_leavings(&mut sql);
        sql.text(" and f.is_same_reason is not null");
        sql.and("f.left_again_on < ", Some(times.today));
        sql.and("f.left_again_on >= ", Some(times.span.from)).and("f.left_again_on <= ", Some(times.span.to));
        self.ask(by, sql, "").await
    }

    /// Departures within a time from which nobody has come back: the last day employed, and how many.
    ///
    /// # Errors
    /// As every statement.
    pub async fn still_away(self, by: &[MetricDimension], times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, Some("f.ended_on"));
        sql.text(", cast(0 as bigint), count(*), cast(0 as bigint)");
        self.of_leavings(&mut sql);
        sql.and("f.ended_on < ", Some(times.today)).and("f.ended_on >= ", Some(times.span.from));
        sql.and("f.ended_on <= ", Some(times.span.to));
        sql.text(" and (f.returned_on is null or f.returned_on > ").value(times.today).text(")");
        self.ask(by, sql, "").await
    }

    /// Departures within a time from which somebody has come back: how many days they were away, and how many.
    ///
    /// # Errors
    /// As every statement.
    pub async fn came_back(self, by: &[MetricDimension], times: &Times) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, None);
        sql.text(", cast(f.away_days as bigint), count(*), cast(0 as bigint)");
        self.of_leavings(&mut sql);
        sql.and("f.ended_on >= ", Some(times.span.from)).and("f.ended_on <= ", Some(times.span.to));
        sql.and("f.returned_on <= ", Some(times.today));
        self.ask(by, sql, ", f.away_days").await
    }

    fn of_leavings<T>(self, sql: &mut Sql<T>) {
        sql.text(" from leaving f where f.organization_id = ").value(self.0.organization);
    }

    /// How many alumni were active in these months, in stretches of so many from a month on, and how often: the number of the
    /// stretch, the people, the activities.
    ///
    /// # Errors
    /// As every statement.
    pub async fn active(
        self,
        by: &[MetricDimension],
        (from, to): (Month, Month),
        (base, stretch): (Month, i32),
    ) -> Result<Vec<Row<[i64; 3]>>, Error> {
        let mut sql = select(by, None);
        sql.text(", cast((m.month - ").value(i64::from(base.number())).text(") / ").value(i64::from(stretch));
        sql.text(" as bigint), count(distinct m.person_id), cast(sum(m.n) as bigint)");
        sql.text(" from activity_month m join audience f on f.organization_id = m.organization_id and f.person_id = m.person_id");
        sql.text(" where m.organization_id = ").value(self.0.organization);
        sql.and("m.month >= ", Some(i64::from(from.number()))).and("m.month <= ", Some(i64::from(to.number())));
        sql.text(" and f.is_alumnus");
        self.ask(by, sql, ", 4").await
    }

    /// How many lookups within a time found what.
    ///
    /// # Errors
    /// As every statement.
    pub async fn lookups(self, (from, to): (Moment, Moment)) -> Result<Vec<(LookupResult, i64)>, Error> {
        let mut sql = Sql::<(Text, BigInt)>::new();
        sql.text("select l.result, count(*) from lookup l where l.organization_id = ").value(self.0.organization);
        sql.and("l.at >= ", Some(from)).and("l.at < ", Some(to)).text(" group by l.result");
        on!(self, |db| sql.load(db).await)
    }

    /// The lookups that were decided on within a time, with every decision on them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn decided(self, (from, to): (Moment, Moment)) -> Result<Vec<Finding>, Error> {
        let mut sql = Sql::<(Uid, Text, Instant, Instant, Text)>::new();
        sql.text("select l.id, l.result, l.at, r.at, r.verdict from lookup_review r join lookup l");
        sql.text(" on l.organization_id = r.organization_id and l.id = r.lookup_id where r.organization_id = ");
        sql.value(self.0.organization).and("r.at >= ", Some(from)).and("r.at < ", Some(to)).text(" order by l.id, r.at, r.id");
        let rows: Vec<(LookupId, LookupResult, Moment, Moment, Verdict)> = on!(self, |db| sql.load(db).await)?;
        let mut found: Vec<(LookupId, Finding)> = Vec::new();
        for (id, result, at, decided_at, verdict) in rows {
            match found.last_mut().filter(|(last, _)| *last == id) {
                Some((_, finding)) => finding.decided.push((decided_at, verdict)),
                None => found.push((id, Finding { result, at, decided: vec![(decided_at, verdict)] })),
            }
        }
        Ok(found.into_iter().map(|(_, finding)| finding).collect())
    }
}
