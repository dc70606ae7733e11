//! Engagement: activities in, what they add up to, gatherings, and messages.

mod build;
pub mod formula;
pub mod gatherings;
pub mod graphql;
pub mod import;
pub mod input;
mod line;
pub mod messages;
mod record;
pub mod rest;
mod verify;
pub mod view;

pub use build::look_around;
pub use line::Line;
pub use record::{Intake, first, record, record_by_itself, record_one, restate, tell};
pub(crate) use verify::Differences;
pub use verify::verify;

use std::collections::BTreeMap;

use furusu_domain::alumni::SortValue;
use furusu_domain::engagement::{Activity, ActivityPosition, Contribution, Formula, Kind, TREND_DAYS, explain, figures};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::page::{Page, Window};
use furusu_domain::time::Moment;
use furusu_persistence::Engaged;

use crate::cursor::Position;
use crate::cx::Cx;

/// The most contributions that are told of one person.
const TOLD: usize = 1_000;

/// One day in seconds.
const DAY: i64 = 86_400;

/// How engaged somebody is.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// Who.
    pub alumnus: AlumnusId,
    /// Their score.
    pub score: f64,
    /// Their level.
    pub level: u8,
    /// When they were last active.
    pub last_activity_at: Option<Moment>,
    /// How many activities they have.
    pub activities: i64,
    /// The moment of which all of this is.
    pub as_of: Moment,
    /// By which version of the formula.
    pub version: i32,
    /// What the score is made of, if that was asked for.
    pub explained: Option<Explained>,
}

/// What a score is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct Explained {
    /// The score less that of 90 days before.
    pub trend: f64,
    /// What each activity contributes, the most first.
    pub contributions: Vec<Contribution>,
}

/// An activity, with the formula that knows its mode.
///
/// # Errors
/// [`Error::NotFound`] if there is no such activity.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.find", skip_all)]
pub async fn find(cx: &Cx, id: ActivityId) -> Result<(Activity, Formula), Error> {
    let (mut activities, formula) = many(cx, &[id]).await?;
    activities.pop().map(|activity| (activity, formula)).ok_or(Error::NotFound)
}

/// Several activities; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.many", skip_all)]
pub async fn many(cx: &Cx, ids: &[ActivityId]) -> Result<(Vec<Activity>, Formula), Error> {
    cx.may("engagement.find")?;
    let tx = cx.read();
    let (activities, alive) = tokio::try_join!(tx.activities().many(ids), tx.engagement().alive())?;
    Ok((activities, alive.newest().clone()))
}

/// A page of somebody's activities, what happened last first. Whoever was merged into another is answered as that one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.page", skip_all)]
pub async fn page(
    cx: &Cx,
    of: AlumnusId,
    kind: Option<&Kind>,
    window: &Window<ActivityPosition>,
) -> Result<(AlumnusId, Page<Activity>, Formula), Error> {
    cx.may("engagement.find")?;
    let tx = cx.read();
    let (of, _) = tx.merges().who_answers(of).await?.ok_or(Error::NotFound)?;
    let (mut pages, formula) = pages(cx, &[of], kind, window).await?;
    Ok((of, pages.remove(&of).ok_or(Error::NotFound)?, formula))
}

/// A page of each of these people's activities, what happened last first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.pages", skip_all)]
pub async fn pages(
    cx: &Cx,
    of: &[AlumnusId],
    kind: Option<&Kind>,
    window: &Window<ActivityPosition>,
) -> Result<(BTreeMap<AlumnusId, Page<Activity>>, Formula), Error> {
    cx.may("engagement.find")?;
    let tx = cx.read();
    let (pages, alive) = tokio::try_join!(tx.activities().pages(of, kind, window), tx.engagement().alive())?;
    Ok((pages, alive.newest().clone()))
}

/// How many activities each of these people has.
///
/// # Errors
/// As every statement.
pub async fn count(cx: &Cx, of: &[AlumnusId], kind: Option<&Kind>) -> Result<BTreeMap<AlumnusId, i64>, Error> {
    cx.may("engagement.find")?;
    cx.read().activities().count(of, kind).await
}

/// How engaged somebody is at a moment, and what that is made of. Whoever was merged into another is answered as that one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person; [`Error::Invalid`] if the moment has not come yet.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.standing", skip_all)]
pub async fn standing(cx: &Cx, of: AlumnusId, at: Option<Moment>) -> Result<Standing, Error> {
    cx.may("engagement.standing")?;
    if at.is_some_and(|at| at > cx.now()) {
        return Err(Error::Invalid(vec![Fault::new("/at", Problem::InTheFuture)]));
    }
    let tx = cx.read();
    let (of, _) = tx.merges().who_answers(of).await?.ok_or(Error::NotFound)?;
    Ok(explained(cx, &[of], at.unwrap_or(cx.now())).await?.remove(&of).unwrap_or_else(|| nothing(of, cx.now())))
}

/// How engaged each of these people is at a moment, with what that is made of, from their activities.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.explained", skip_all)]
pub async fn explained(cx: &Cx, people: &[AlumnusId], at: Moment) -> Result<BTreeMap<AlumnusId, Standing>, Error> {
    cx.may("engagement.standing")?;
    let tx = cx.read();
    let (alive, mut done) = tokio::try_join!(tx.engagement().alive(), tx.activities().done(people))?;
    let (version, formula) = (alive.in_use.version, &alive.in_use.formula);
    let of = |id: &AlumnusId| {
        let mut acts = done.remove(id).unwrap_or_default().acts;
        acts.retain(|act| act.occurred_at <= at);
        let figures = figures(formula, &acts);
        let score = figures.map_or(0.0, |f| f.score.at(at, formula.half_life_days));
        let before = at.plus_seconds(-TREND_DAYS * DAY);
        let score_before: f64 = explain(formula, &acts, before).iter().map(|c| c.contribution).sum();
        let mut contributions = explain(formula, &acts, at);
        contributions.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| b.act.cmp(&a.act)));
        contributions.truncate(TOLD);
        let standing = Standing {
            alumnus: *id,
            score,
            level: formula.level(score),
            last_activity_at: figures.map(|f| f.last_activity_at),
            activities: figures.map_or(0, |f| f.activities),
            as_of: at,
            version,
            explained: Some(Explained { trend: score - score_before, contributions }),
        };
        (*id, standing)
    };
    Ok(people.iter().map(of).collect())
}

/// How engaged each of these people is now, from the books.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.standings", skip_all)]
pub async fn standings(cx: &Cx, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Standing>, Error> {
    cx.may("engagement.standing")?;
    let tx = cx.read();
    let alive = tx.engagement().alive().await?;
    let (version, formula) = (alive.in_use.version, &alive.in_use.formula);
    let mut all: BTreeMap<AlumnusId, Standing> = people.iter().map(|id| (*id, Standing { version, ..nothing(*id, cx.now()) })).collect();
    for Engaged { alumnus, version, figures } in tx.engagement().many(people, &[version]).await? {
        let score = figures.score.at(cx.now(), formula.half_life_days);
        let standing = Standing {
            alumnus,
            score,
            level: formula.level(score),
            last_activity_at: Some(figures.last_activity_at),
            activities: figures.activities,
            as_of: cx.now(),
            version,
            explained: None,
        };
        all.insert(alumnus, standing);
    }
    Ok(all)
}

/// What stands of somebody who did nothing.
const fn nothing(alumnus: AlumnusId, as_of: Moment) -> Standing {
    Standing { alumnus, score: 0.0, level: 0, last_activity_at: None, activities: 0, as_of, version: 1, explained: None }
}

/// An activity's place in a list.
#[must_use]
pub const fn position(activity: &Activity) -> Position {
    Position { value: SortValue::Moment(activity.occurred_at), id: *activity.id.as_bytes() }
}

/// The place that a cursor names.
#[must_use]
pub fn place(position: Position) -> ActivityPosition {
    let occurred_at = match position.value {
        SortValue::Moment(at) => at,
        // A cursor is good for its own list only, and this one is sorted by a moment.
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Number(_) => Moment::from_micros(0),
    };
    ActivityPosition { occurred_at, id: ActivityId::from_bytes(position.id) }
}
