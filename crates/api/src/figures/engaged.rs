//! How many alumni were active, and how much: read from the books of engagement.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use furusu_domain::engagement::{EngagementMode, LEVELS, Month, Reach, Score, active_people};
use furusu_domain::error::Error;
use furusu_domain::figures::{Group, Measure, MetricDimension, MetricInterval, MetricUnit, Span, Sum, Table};
use furusu_persistence::Row;
use futures_util::future::try_join_all;

use super::measure::{Question, group};

/// The level from which on somebody is engaged, in the funnel.
const ENGAGED_FROM: usize = 3;

/// Alumni who were active, or their share of those who may be written to.
pub(super) async fn active(asked: &Question<'_>) -> Result<Table, Error> {
    let by = &asked.question.by;
    let spec = asked.question.id.spec();
    let measure = |n: i64, of: i64| if spec.unit == MetricUnit::Share { Measure::share(n, of) } else { Measure::count(n) };
    let (window, spans) = (asked.window(), asked.question.spans());
    let (from, to) = window.months();
    let (active, (_, all)) = tokio::try_join!(asked.tx.engagement().active(from, to), asked.tx.figures().alumni())?;
    let total = Some(measure(active, all));
    let reach = async |mode: Option<EngagementMode>| asked.tx.engagement().reach(mode, from, to).await;
    let any = if spans.is_empty() { Reach::new() } else { reach(None).await? };
    let people = |reach: &Reach, mode: Option<EngagementMode>, span: Span| {
        let (from, to) = span.months();
        active_people(reach, mode, from, to)
    };
    let totals: Vec<(Span, Measure)> = spans.iter().map(|span| (*span, measure(people(&any, None, *span), all))).collect();
    if by.is_empty() {
        let cells = totals.into_iter().map(|(span, measure)| (Some(span), Group::new(), measure)).collect();
        return Ok(Table::new(spec, total, Vec::new(), cells));
    }
    let cells = if asked.question.is_by_people() {
        let (rows, contactable) = tokio::try_join!(by_people(asked), contactable(asked))?;
        let of = |group: &Group| contactable.get(&without_mode(by, group)).copied().unwrap_or(0);
        rows.into_iter().map(|(span, group, people, _)| (span, group.clone(), measure(people, of(&group)))).collect()
    } else {
        let stretches: Vec<Option<Span>> = if spans.is_empty() { vec![None] } else { spans.into_iter().map(Some).collect() };
        let mut cells = Vec::new();
        for mode in EngagementMode::ALL {
            let reach = reach(Some(*mode)).await?;
            for span in &stretches {
                let n = people(&reach, Some(*mode), span.unwrap_or(window));
                cells.push((*span, vec![Some(mode.as_str().to_owned())], measure(n, all)));
            }
        }
        cells.sort_by_key(|(span, _, _): &(Option<Span>, Group, Measure)| span.map(|span| span.from));
        cells
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
    let counts = points.map(|(_, points)| {
        let threshold = Score::reaching(*points, asked.tx.now(), formula.half_life_days);
        asked.tx.engagement().at_least(version, threshold)
    });
    try_join_all(counts).await
}

/// How many alumni are at each level.
pub(super) async fn levels(asked: &Question<'_>) -> Result<Table, Error> {
    let ((alumni, _), at) = tokio::try_join!(asked.tx.figures().alumni(), at_or_above(asked, 1..=LEVELS))?;
    let at: Vec<i64> = std::iter::once(alumni).chain(at).collect();
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
    let (from, to) = window.months();
    let ((alumni, contactable), engaged, active, returned) = tokio::try_join!(
        asked.tx.figures().alumni(),
        at_or_above(asked, ENGAGED_FROM..=ENGAGED_FROM),
        asked.tx.engagement().active(from, to),
        asked.returned_in_window()
    )?;
    let engaged = engaged.first().copied().unwrap_or(0);
    let stages = [("alumni", alumni), ("contactable", contactable), ("active", active), ("engaged", engaged), ("returned", returned)];
    let cell = |(stage, n): (&str, i64)| (None, vec![Some(stage.to_owned())], Measure::share(n, alumni));
    Ok(Table::new(asked.question.id.spec(), None, Vec::new(), stages.into_iter().map(cell).collect()))
}
