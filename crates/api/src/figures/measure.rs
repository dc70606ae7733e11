//! How each metric is measured.

use std::collections::BTreeMap;

use furusu_domain::applicants::LookupResult;
use furusu_domain::engagement::{Grain, Total};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::figures::{
    Cell, FLOOR, Facets, Followed, Group, Histogram, Measure, MetricDimension, MetricId, MetricInterval, MetricQuestion, MetricUnit, Point,
    Span, Sum, Suppression, Table, Tally, Times, steps, survival,
};
use furusu_domain::time::{Date, Moment, Zone};
use furusu_persistence::{Row, Tx};

use super::engaged;

/// The most cells that an answer has.
const MOST_CELLS: usize = 5_000;

/// The kind of activity that tells of a hire by referral.
const REFERRAL_HIRED: &str = "referral_hired";

/// One hour in seconds.
const HOUR: f64 = 3_600.0;

/// Measures what is asked on a day.
///
/// # Errors
/// [`Error::Invalid`] if the answer would have too many cells; as every statement.
pub(super) async fn table(tx: &Tx, question: &MetricQuestion, today: Date, zone: &Zone) -> Result<Table, Error> {
    let asked = Question { tx, question, today, zone };
    let table = match question.id {
        MetricId::AlumniCount | MetricId::ContactableShare => asked.people().await?,
        MetricId::EngagedCount | MetricId::EngagedShare => engaged::active(&asked).await?,
        MetricId::ActivityCount if asked.is_by_people() => engaged::activities(&asked).await?,
        MetricId::ActivityCount | MetricId::ReferralHires => asked.activities().await?,
        MetricId::LevelCount => engaged::levels(&asked).await?,
        MetricId::Funnel => engaged::funnel(&asked).await?,
        MetricId::DepartureCount => asked.departures().await?,
        MetricId::ReturnCount => asked.returns().await?,
        MetricId::ReturnRate if question.by.contains(&MetricDimension::YearsSinceExit) => asked.cohorts().await?,
        MetricId::ReturnRate => asked.return_rate().await?,
        MetricId::TimeAwayMedian => asked.time_away().await?,
        MetricId::TimeToReturn => asked.time_to_return().await?,
        MetricId::RetentionOneYear => asked.retention(1).await?,
        MetricId::RetentionTwoYears => asked.retention(2).await?,
        MetricId::SecondExitSameReason => asked.second_exits().await?,
        MetricId::ReviewTime => asked.review_time().await?,
        MetricId::OverturnedShare => asked.overturned().await?,
        MetricId::PossibleMatchShare => asked.possible_matches().await?,
        MetricId::RegistrationShare
        | MetricId::ShareOfHires
        | MetricId::TimeToHire
        | MetricId::OfferAcceptShare
        | MetricId::CostAvoided
        | MetricId::ReasonDivergence
        | MetricId::WouldRecommend
        | MetricId::CollaborationCount
        | MetricId::CollaborationValueBand
        | MetricId::DisputeMedianDays
        | MetricId::ErasureMedianDays => Table::default(),
    };
    if table.size() > MOST_CELLS {
        return Err(Error::Invalid(vec![Fault::new("/by", Problem::TooLong { limit: MOST_CELLS, came: table.size() })]));
    }
    Ok(table)
}

/// What is asked, and where it is answered from.
pub(super) struct Question<'q> {
    pub(super) tx: &'q Tx,
    pub(super) question: &'q MetricQuestion,
    pub(super) today: Date,
    zone: &'q Zone,
}

impl Question<'_> {
    /// The time that is asked of; a metric that is of now needs none.
    pub(super) fn window(&self) -> Span {
        self.question.window.unwrap_or_else(|| Span::last_twelve_months(self.today))
    }

    fn times(&self, years: Option<u8>) -> Times {
        Times::new(self.window(), self.today, years)
    }

    const fn is_series(&self) -> bool {
        self.question.every.is_some()
    }

    fn is_by_people(&self) -> bool {
        self.question.is_by_people()
    }

    /// From what is added up row by row to a table.
    pub(super) fn folded<T: Tally>(&self, rows: Vec<(Group, Option<Date>, T)>) -> Table {
        Table::fold(self.question.id.spec(), !self.question.by.is_empty(), rows, &self.question.spans())
    }

    fn fold<T: Tally>(&self, rows: Vec<Row<[i64; 3]>>, what: impl Fn([i64; 3]) -> T) -> Table {
        self.folded(rows.into_iter().map(|row| (row.group, row.day, what(row.what))).collect())
    }

    async fn people(&self) -> Result<Table, Error> {
        let is_share = self.question.id.spec().unit == MetricUnit::Share;
        let mut rows = Vec::new();
        for ((is_contactable, facets), n) in self.tx.figures().totals().await? {
            // Of all of them, those who may be written to; or simply all of them.
            let numerator = if is_contactable || !is_share { n } else { 0 };
            let sum = Sum { numerator, denominator: n, open: 0 };
            rows.push((group(&self.question.by, &facets), None, sum));
        }
        Ok(self.folded(rows))
    }

    async fn activities(&self) -> Result<Table, Error> {
        let window = self.window();
        let is_by_month = window.is_of_months() && !matches!(self.question.every, Some(MetricInterval::Day | MetricInterval::Week));
        let grain = if is_by_month { Grain::Month } else { Grain::Day };
        let (totals, alive) = tokio::try_join!(self.tx.engagement().totals(grain, window.from, window.to), self.tx.engagement().alive())?;
        let only = (self.question.id == MetricId::ReferralHires).then_some(REFERRAL_HIRED);
        let totals = totals.into_iter().filter(|(total, _)| only.is_none_or(|only| total.kind.as_str() == only));
        let row = |(Total { grain: _, begins_on, kind, channel }, n): (Total, i64)| {
            let key = |dimension: &MetricDimension| match dimension {
                MetricDimension::Kind => Some(kind.as_str().to_owned()),
                MetricDimension::Channel => Some(channel.as_str().to_owned()),
                MetricDimension::Mode => alive.newest().mode(&kind).map(|mode| mode.as_str().to_owned()),
                MetricDimension::Department
                | MetricDimension::Entity
                | MetricDimension::ExitCohort
                | MetricDimension::Level
                | MetricDimension::Stage
                | MetricDimension::YearsSinceExit
                | MetricDimension::MonthsSinceExit => None,
            };
            let group: Group = self.question.by.iter().map(key).collect();
            (group, Some(begins_on), Sum { numerator: n, ..Sum::default() })
        };
        Ok(self.folded(totals.map(row).collect()))
    }

    async fn departures(&self) -> Result<Table, Error> {
        let rows = self.tx.figures().left(&self.question.by, self.is_series(), &self.times(None)).await?;
        Ok(self.fold(rows, |[_, n, _]| Sum { numerator: n, ..Sum::default() }))
    }

    async fn returns(&self) -> Result<Table, Error> {
        let rows = self.tx.figures().returned(&self.question.by, self.is_series(), &self.times(None)).await?;
        Ok(self.fold(rows, |[_, n, _]| Sum { numerator: n, ..Sum::default() }))
    }

    /// How many returns there were in the window.
    pub(super) async fn returned_in_window(&self) -> Result<i64, Error> {
        let rows = self.tx.figures().returned(&[], false, &self.times(None)).await?;
        Ok(rows.into_iter().map(|row| row.what[1]).sum())
    }

    async fn return_rate(&self) -> Result<Table, Error> {
        let times = self.times(self.question.within_years);
        let rows = self.tx.figures().left(&self.question.by, self.is_series(), &times).await?;
        Ok(self.fold(rows, |[numerator, denominator, open]| Sum { numerator, denominator, open }))
    }

    /// By the year in which people left, the share that had come back within one year, two years and so on. Each cell has those
    /// to its left in it, so it is told only where it is by enough people more.
    async fn cohorts(&self) -> Result<Table, Error> {
        let times = self.times(None);
        let mut size: BTreeMap<Group, i64> = BTreeMap::new();
        let mut came: BTreeMap<Group, BTreeMap<i64, i64>> = BTreeMap::new();
        for Row { mut group, day: _, what: [numerator, n, _] } in self.tx.figures().left(&self.question.by, false, &times).await? {
            let years = group.pop().flatten().and_then(|years| years.parse::<i64>().ok());
            *size.entry(group.clone()).or_default() += n;
            if let Some(years) = years.filter(|_| numerator > 0) {
                *came.entry(group).or_default().entry(years + 1).or_default() += numerator;
            }
        }
        let mut cells = Vec::new();
        for (group, of) in size {
            let year = group.first().cloned().flatten().and_then(|year| year.parse::<i16>().ok()).unwrap_or(0);
            let since = i64::from(self.today.civil().year() - year);
            let came = came.remove(&group).unwrap_or_default();
            let until = |years: i64| came.range(..=years).map(|(_, n)| n).sum::<i64>();
            let counts: Vec<i64> = (1..=since).map(until).collect();
            for ((years, count), told) in (1..=since).zip(&counts).zip(steps(&counts, FLOOR)) {
                // The last of the cohort left on the last day of its year.
                let last = Date::new(year, 12, 31).unwrap_or_default();
                let measure = Measure { is_provisional: i64::from(self.today.years_since(last)) < years, ..Measure::share(*count, of) };
                let group: Group = group.iter().cloned().chain([Some(years.to_string())]).collect();
                let cell = Table::new(self.question.id.spec(), None, Vec::new(), vec![(None, group, measure)]).cells;
                cells.extend(cell.into_iter().map(|cell| if told { cell } else { Cell { measure: Err(Suppression::Small), ..cell } }));
            }
        }
        Ok(Table { total: None, totals: Vec::new(), cells })
    }

    async fn time_away(&self) -> Result<Table, Error> {
        let rows = self.tx.figures().returned(&self.question.by, self.is_series(), &self.times(None)).await?;
        Ok(self.fold(rows, |[days, n, _]| Histogram([(days, n)].into())))
    }

    async fn time_to_return(&self) -> Result<Table, Error> {
        let times = self.times(None);
        let by = &self.question.by[..self.question.by.len().saturating_sub(1)];
        let (came, away) = tokio::try_join!(self.tx.figures().came_back(by, &times), self.tx.figures().still_away(by, &times))?;
        let mut followed: BTreeMap<Group, Followed> = BTreeMap::new();
        for Row { group, day: _, what: [days, n, _] } in came {
            followed.entry(group).or_default().entry(i32::try_from(days).unwrap_or(i32::MAX)).or_default().0 += n;
        }
        for Row { group, day, what: [_, n, _] } in away {
            let days = day.map_or(0, |ended_on| self.today.days_since(ended_on));
            followed.entry(group).or_default().entry(days).or_default().1 += n;
        }
        let mut cells = Vec::new();
        for (group, followed) in followed {
            for Point { months, at_risk, returned, away, band } in survival(&followed, FLOOR) {
                let group = group.iter().cloned().chain([Some(months.to_string())]).collect();
                let measure = Measure { numerator: returned, denominator: Some(at_risk), value: Some(away), band, is_provisional: false };
                cells.push(Cell { group, span: None, measure: Ok(measure) });
            }
        }
        Ok(Table { total: None, totals: Vec::new(), cells })
    }

    async fn retention(&self, years: u8) -> Result<Table, Error> {
        let rows = self.tx.figures().stayed(&self.question.by, self.is_series(), &self.times(Some(years))).await?;
        Ok(self.fold(rows, |[numerator, denominator, open]| Sum { numerator, denominator, open }))
    }

    async fn second_exits(&self) -> Result<Table, Error> {
        let rows = self.tx.figures().left_again(&self.question.by, self.is_series(), &self.times(None)).await?;
        Ok(self.fold(rows, |[numerator, denominator, open]| Sum { numerator, denominator, open }))
    }

    fn moments(&self) -> (Moment, Moment) {
        let Span { from, to } = self.window();
        (self.zone.begin_of(from), self.zone.begin_of(to.tomorrow()))
    }

    fn whole(&self, measure: Measure) -> Table {
        Table::new(self.question.id.spec(), Some(measure), Vec::new(), Vec::new())
    }

    async fn review_time(&self) -> Result<Table, Error> {
        let mut seen = Histogram::default();
        for finding in self.tx.figures().decided(self.moments()).await? {
            let first = finding.decided.first().map_or(finding.at, |(at, _)| *at);
            seen.add(&Histogram([(first.seconds() - finding.at.seconds(), 1)].into()));
        }
        let median = Measure::median(&seen);
        Ok(self.whole(Measure { value: median.value.map(|seconds| seconds / HOUR), ..median }))
    }

    async fn overturned(&self) -> Result<Table, Error> {
        let mut sum = Sum::default();
        for finding in self.tx.figures().decided(self.moments()).await? {
            let is_match = match finding.result {
                LookupResult::Match | LookupResult::PossibleMatch => true,
                LookupResult::NoMatch => false,
            };
            let said = finding.decided.iter().rev().find_map(|(_, verdict)| verdict.names_the_person());
            if let Some(is_they) = said.filter(|_| is_match) {
                sum.add(&Sum { numerator: i64::from(!is_they), denominator: 1, open: 0 });
            }
        }
        Ok(self.whole(Measure::share(sum.numerator, sum.denominator)))
    }

    async fn possible_matches(&self) -> Result<Table, Error> {
        let mut sum = Sum::default();
        for (result, n) in self.tx.figures().lookups(self.moments()).await? {
            sum.add(&Sum { numerator: if result == LookupResult::PossibleMatch { n } else { 0 }, denominator: n, open: 0 });
        }
        Ok(self.whole(Measure::share(sum.numerator, sum.denominator)))
    }
}

/// The group of people who are alike in these.
pub(super) fn group(by: &[MetricDimension], facets: &Facets) -> Group {
    let key = |dimension: &MetricDimension| match dimension {
        MetricDimension::Department => facets.department.clone(),
        MetricDimension::Entity => facets.entity.clone(),
        MetricDimension::ExitCohort => facets.cohort.map(|year| year.to_string()),
        MetricDimension::Mode
        | MetricDimension::Kind
        | MetricDimension::Channel
        | MetricDimension::Level
        | MetricDimension::Stage
        | MetricDimension::YearsSinceExit
        | MetricDimension::MonthsSinceExit => None,
    };
    by.iter().map(key).collect()
}
