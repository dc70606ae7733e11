//! How many alumni were active, and how much: read from the books of engagement.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use furusu_domain::engagement::{EngagementMode, LEVELS, Month, Reach, Score, active_people};
use furusu_domain::error::Error;
use furusu_domain::figures::{Group, Measure, MetricDimension, MetricInterval, MetricUnit, Span, Sum, Table};
use furusu_persistence::Row;

use super::measure::{Question, group};

/// The level from which on somebody is engaged, in the funnel.
const ENGAGED_FROM: usize = 3;

/// The number that stands for any mode.
const ANY: i16 = 0;

/// Alumni who were active in months, by mode.
struct Active(Reach);

impl Active {
    async fn read(asked: &Question<'_>, is_by_mode: bool) -> Result<Self, Error> {
        let (from, to) = asked.window().months();
        let modes = EngagementMode::ALL.iter().filter(|_| is_by_mode).map(|mode| mode.number());
        let mut reach = Reach::new();
        for mode in std::iter::once(ANY).chain(modes) {
            reach.extend(asked.tx.engagement().reach(mode, from, to).await?);
        }
        Ok(Self(reach))
    }

    /// How many alumni were active in a stretch.
    fn people(&self, mode: Option<EngagementMode>, span: Span) -> i64 {
        let (from, to) = span.months();
        active_people(&self.0, mode, from, to)
    }
}

/// Alumni who were active, or their share of those who may be written to.
pub(super) async fn active(asked: &Question<'_>) -> Result<Table, Error> {
    let by = &asked.question.by;
    let spec = asked.question.id.spec();
    let is_by_mode = by.contains(&MetricDimension::Mode);
    let contactable = contactable(asked).await?;
    let all: i64 = contactable.values().sum();
    let measure = |n: i64, of: i64| if spec.unit == MetricUnit::Share { Measure::share(n, of) } else { Measure::count(n) };
    let active = Active::read(asked, is_by_mode).await?;
    let (window, spans) = (asked.window(), asked.question.spans());
    let total = Some(measure(active.people(None, window), all));
    let totals: Vec<(Span, Measure)> = spans.iter().map(|span| (*span, measure(active.people(None, *span), all))).collect();
    if by.is_empty() {
        let cells = totals.into_iter().map(|(span, measure)| (Some(span), Group::new(), measure)).collect();
        return Ok(Table::new(spec, total, Vec::new(), cells));
    }
    let cells = if asked.question.is_by_people() {
        let rows = by_people(asked).await?;
        let of = |group: &Group| contactable.get(&without_mode(by, group)).copied().unwrap_or(0);
        rows.into_iter().map(|(span, group, people, _)| (span, group.clone(), measure(people, of(&group)))).collect()
    } else {
        let stretches: Vec<Option<Span>> = if spans.is_empty() { vec![None] } else { spans.into_iter().map(Some).collect() };
        let of_mode = |span: Option<Span>, mode: EngagementMode| {
            let n = active.people(Some(mode), span.unwrap_or(window));
            (span, vec![Some(mode.as_str().to_owned())], measure(n, all))
        };
        stretches.iter().flat_map(|span| EngagementMode::ALL.iter().map(|mode| of_mode(*span, *mode))).collect()
    };
    Ok(Table::new(spec, total, totals, cells))
}

/// Activities of alumni, by what they are.
pub(super) async fn activities(asked: &Question<'_>) -> Result<Table, Error> {
    let rows = by_people(asked).await?;
    let row =
        |(span, group, _, n): (Option<Span>, Group, i64, i64)| (group, span.map(|span| span.from), Sum { numerator: n, ..Sum::default() });
    Ok(asked.folded(rows.into_iter().map(row).collect()))
}

/// For each group in each stretch: how many alumni were active, and how often.
async fn by_people(asked: &Question<'_>) -> Result<Vec<(Option<Span>, Group, i64, i64)>, Error> {
    let by = &asked.question.by;
    let (window, spans) = (asked.window(), asked.question.spans());
    let (from, to) = window.months();
    let (base, stretch) = match asked.question.every {
        None => (from, i32::MAX),
        Some(MetricInterval::Quarter) => (Month::of(MetricInterval::Quarter.begins_on(window.from)), 3),
        // What is counted by month is told by no less.
        Some(MetricInterval::Month | MetricInterval::Week | MetricInterval::Day) => (from, 1),
    };
    let rows = asked.tx.figures().active(by, (from, to), (base, stretch)).await?;
    let row = |Row { mut group, day: _, what: [number, people, n] }: Row<[i64; 3]>| {
        let span = usize::try_from(number).ok().and_then(|number| spans.get(number).copied());
        if let Some(place) = by.iter().position(|dimension| *dimension == MetricDimension::Mode) {
            let number = group[place].as_deref().and_then(|number| number.parse::<i16>().ok());
            let mode = EngagementMode::ALL.iter().find(|mode| Some(mode.number()) == number);
            group[place] = mode.map(|mode| mode.as_str().to_owned());
        }
        (span, group, people, n)
    };
    Ok(rows.into_iter().map(row).collect())
}

/// How many alumni may be written to, by what is asked for of people.
async fn contactable(asked: &Question<'_>) -> Result<BTreeMap<Group, i64>, Error> {
    let by: Vec<MetricDimension> = asked.question.by.iter().copied().filter(|dimension| *dimension != MetricDimension::Mode).collect();
    let mut found: BTreeMap<Group, i64> = BTreeMap::new();
    for ((is_contactable, facets), n) in asked.tx.figures().totals().await? {
        *found.entry(group(&by, &facets)).or_default() += if is_contactable { n } else { 0 };
    }
    Ok(found)
}

fn without_mode(by: &[MetricDimension], group: &Group) -> Group {
    by.iter().zip(group).filter(|(dimension, _)| **dimension != MetricDimension::Mode).map(|(_, key)| key.clone()).collect()
}

/// Of the alumni, those who are at this level or above, for each of some levels from 1 on.
async fn at_or_above(asked: &Question<'_>, levels: RangeInclusive<usize>) -> Result<Vec<i64>, Error> {
    let alive = asked.tx.engagement().alive().await?;
    let (version, formula) = (alive.in_use.version, &alive.in_use.formula);
    let points = formula.levels.iter().enumerate().filter(|(n, _)| levels.contains(&(n + 1)));
    let thresholds: Vec<Score> = points.map(|(_, points)| Score::reaching(*points, asked.tx.now(), formula.half_life_days)).collect();
    asked.tx.engagement().at_least(version, &thresholds).await
}

/// How many alumni are at each level.
pub(super) async fn levels(asked: &Question<'_>) -> Result<Table, Error> {
    let (totals, at) = tokio::try_join!(asked.tx.figures().totals(), at_or_above(asked, 1..=LEVELS))?;
    let at: Vec<i64> = std::iter::once(totals.values().sum()).chain(at).collect();
    let above = at.iter().skip(1).chain([&0]);
    let rows = at.iter().zip(above).enumerate().map(|(level, (at, above))| {
        let sum = Sum { numerator: at - above, ..Sum::default() };
        (vec![Some(level.to_string())], None, sum)
    });
    Ok(asked.folded(rows.collect()))
}

/// From all alumni to those who came back. The stages are not parts of one another: somebody may come back whom nobody could
/// write to.
pub(super) async fn funnel(asked: &Question<'_>) -> Result<Table, Error> {
    let window = asked.window();
    let (totals, engaged, active, returned) = tokio::try_join!(
        asked.tx.figures().totals(),
        at_or_above(asked, ENGAGED_FROM..=ENGAGED_FROM),
        Active::read(asked, false),
        asked.returned_in_window()
    )?;
    let alumni: i64 = totals.values().sum();
    let contactable: i64 = totals.iter().filter(|((is_contactable, _), _)| *is_contactable).map(|(_, n)| n).sum();
    let (active, engaged) = (active.people(None, window), engaged.first().copied().unwrap_or(0));
    let stages = [("alumni", alumni), ("contactable", contactable), ("active", active), ("engaged", engaged), ("returned", returned)];
    let cell = |(stage, n): (&str, i64)| (None, vec![Some(stage.to_owned())], Measure::share(n, alumni));
    Ok(Table::new(asked.question.id.spec(), None, Vec::new(), stages.into_iter().map(cell).collect()))
}
