//! The books that figures are read from: how many activities there were by day and by month, what stands of each person,
//! and who was active when. They are written with the activities they count, in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::activity::{Activity, ActivityChannel, Change};
use super::formula::Formula;
use super::kind::{EngagementMode, Kind};
use super::score::{Done, Score, can_displace, counted, score, worth};
use crate::id::AlumnusId;
use crate::time::{Date, Moment};
use crate::words::words;

words! {
    /// How long the time is that a total is of.
    pub enum Grain {
        /// A day.
        Day = "day",
        /// A calendar month.
        Month = "month",
    }
}

/// A calendar month, counted from January of the year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(i32);

impl Month {
    /// Before every month: where somebody was never active before.
    pub const NEVER: Self = Self(-1);

    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let day = day.civil();
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// By its number.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Its first day; the beginning of the calendar for what is no month.
    #[must_use]
    pub fn begins_on(self) -> Date {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12));
        let day = i16::try_from(year).ok().zip(i8::try_from(month + 1).ok()).and_then(|(year, month)| Date::new(year, month, 1));
        day.unwrap_or_default()
    }

    /// That many months later, or earlier if negative.
    #[must_use]
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

/// A total: activities of one kind by one way in one stretch of time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Total {
    /// How long the stretch is.
    pub grain: Grain,
    /// Its first day.
    pub begins_on: Date,
    /// What kind of activities.
    pub kind: Kind,
    /// By which way.
    pub channel: ActivityChannel,
}

/// How many activities there were, or how many more.
pub type Totals = BTreeMap<Total, i64>;

/// How many activities of each mode one person has in each month.
pub type Months = BTreeMap<(Month, i16), i64>;

/// How many alumni were active in a month, by when they were active before: of those who were active between two months, each
/// is counted once, in the first month in which they were, by the month before that lies outside. So the number of people over
/// any months is a sum over few rows, however many people or activities there are. By mode; 0 is any mode.
pub type Reach = BTreeMap<(i16, Month, Month), i64>;

/// What stands of one person, by one version of the formula.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Figures {
    /// Their score.
    pub score: Score,
    /// When they were last active.
    pub last_activity_at: Moment,
    /// How many activities they have.
    pub activities: i64,
}

impl Figures {
    /// Where they are counted on the coarse scale of scores; nobody is whose acts are worth nothing.
    #[must_use]
    pub fn step(self) -> Option<i64> {
        (self.score != Score::NOTHING).then(|| self.score.step())
    }
}

/// The totals that activities add up to.
pub fn totals<'a>(activities: impl IntoIterator<Item = (&'a Activity, i64)>) -> Totals {
    let mut totals = Totals::new();
    for (activity, times) in activities {
        for (grain, begins_on) in stretches(activity.day) {
            let total = Total { grain, begins_on, kind: activity.kind.clone(), channel: activity.channel };
            *totals.entry(total).or_default() += times;
        }
    }
    totals
}

/// The stretches of time in which a day is counted, each with its first day.
#[must_use]
pub fn stretches(day: Date) -> [(Grain, Date); 2] {
    [(Grain::Day, day), (Grain::Month, Month::of(day).begins_on())]
}

/// What one person did that counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Doings {
    /// The acts, as far as the score is concerned.
    pub acts: Vec<Done>,
    /// The day that each of them is counted on.
    days: Vec<Date>,
}

impl Doings {
    /// One act more.
    pub fn push(&mut self, act: Done, day: Date) {
        self.acts.push(act);
        self.days.push(day);
    }

    /// In which months they were active.
    #[must_use]
    pub fn months(&self, formula: &Formula) -> Months {
        months_of(formula, self.acts.iter().map(|act| &act.kind).zip(self.days.iter().copied()))
    }
}

/// In which months somebody was active, by their activities.
fn months_of<'a>(formula: &Formula, activities: impl IntoIterator<Item = (&'a Kind, Date)>) -> Months {
    let mut months = Months::new();
    for (kind, day) in activities {
        if let Some(mode) = formula.mode(kind) {
            *months.entry((Month::of(day), mode.number())).or_default() += 1;
        }
    }
    months
}

/// What one person adds to [`Reach`].
#[must_use]
pub fn reach(months: &Months) -> Reach {
    let mut all: BTreeMap<i16, BTreeSet<Month>> = BTreeMap::new();
    for ((month, mode), n) in months {
        if *n > 0 {
            all.entry(*mode).or_default().insert(*month);
            all.entry(ANY).or_default().insert(*month);
        }
    }
    let mut reach = Reach::new();
    for (mode, months) in all {
        let mut previous = Month::NEVER;
        for month in months {
            reach.insert((mode, month, previous), 1);
            previous = month;
        }
    }
    reach
}

/// Any mode.
const ANY: i16 = 0;

/// The number under which a mode is counted, or any mode.
#[must_use]
pub fn mode_number(mode: Option<EngagementMode>) -> i16 {
    mode.map_or(ANY, EngagementMode::number)
}

/// What stands of a person who did all this, which comes in any order; `None` if they did nothing.
#[must_use]
pub fn figures(formula: &Formula, acts: &[Done]) -> Option<Figures> {
    let last_activity_at = acts.iter().map(|act| act.occurred_at).max()?;
    let activities = i64::try_from(acts.len()).unwrap_or(i64::MAX);
    Some(Figures { score: score(formula, acts), last_activity_at, activities })
}

/// What is written into the books after changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deltas {
    /// How many more activities there are.
    pub totals: Totals,
    /// How many more alumni were active.
    pub reach: Reach,
    /// The months of people that changed: 0 is none any more.
    pub months: BTreeMap<(AlumnusId, Month, i16), i64>,
    /// What stands of people from now on, by version: `None` is nothing any more.
    pub figures: BTreeMap<(i32, AlumnusId), Option<Figures>>,
    /// How many more alumni there are at each step of the score, by version.
    pub spread: BTreeMap<(i32, i64), i64>,
}

/// The pages of the books on which changes bear, and what comes of them.
#[derive(Clone, Debug, Default)]
pub struct Books {
    months: BTreeMap<AlumnusId, Months>,
    figures: BTreeMap<(i32, AlumnusId), Figures>,
    alumni: BTreeSet<AlumnusId>,
    deltas: Deltas,
}

impl Books {
    /// With what is written there of people now: their months, what stands of them by each version that is kept for them, and who
    /// of them is counted among the alumni.
    #[must_use]
    pub fn open(months: BTreeMap<AlumnusId, Months>, figures: BTreeMap<(i32, AlumnusId), Figures>, alumni: BTreeSet<AlumnusId>) -> Self {
        Self { months, figures, alumni, deltas: Deltas::default() }
    }

    /// Whether somebody is counted among the alumni.
    #[must_use]
    pub fn is_alumnus(&self, id: AlumnusId) -> bool {
        self.alumni.contains(&id)
    }

    /// Counts somebody among the alumni from now on, or no longer.
    pub fn count_as_alumnus(&mut self, id: AlumnusId, is_alumnus: bool) {
        if is_alumnus == self.is_alumnus(id) {
            return;
        }
        let sign = if is_alumnus { 1 } else { -1 };
        self.reached(sign, &self.months(id));
        let versions: BTreeSet<i32> = self.figures.keys().chain(self.deltas.figures.keys()).map(|(version, _)| *version).collect();
        for version in versions {
            self.scored(sign, version, self.standing(version, id));
        }
        if is_alumnus {
            self.alumni.insert(id);
        } else {
            self.alumni.remove(&id);
        }
    }

    fn reached(&mut self, sign: i64, months: &Months) {
        for (key, n) in reach(months) {
            *self.deltas.reach.entry(key).or_default() += sign * n;
        }
    }

    fn scored(&mut self, sign: i64, version: i32, figures: Option<Figures>) {
        if let Some(step) = figures.and_then(Figures::step) {
            *self.deltas.spread.entry((version, step)).or_default() += sign;
        }
    }

    /// Enters changes of activities: totals, months, and who was active when.
    pub fn enter(&mut self, formula: &Formula, changes: &[Change]) {
        let moved = changes.iter().flat_map(sides);
        self.deltas.totals = totals(moved.clone());
        let mut more: BTreeMap<AlumnusId, Months> = BTreeMap::new();
        for (activity, times) in moved {
            for (month, n) in months_of(formula, [(&activity.kind, activity.day)]) {
                *more.entry(activity.alumnus).or_default().entry(month).or_default() += n * times;
            }
        }
        for (id, more) in more {
            let before = self.months.get(&id).cloned().unwrap_or_default();
            let mut after = before.clone();
            for (month, n) in more {
                *after.entry(month).or_default() += n;
            }
            self.turn(id, &before, after);
        }
    }

    /// Replaces the months of a person.
    pub fn turn(&mut self, id: AlumnusId, before: &Months, after: Months) {
        for key in before.keys().chain(after.keys()) {
            let (was, is) = (before.get(key).copied().unwrap_or(0), after.get(key).copied().unwrap_or(0));
            if was != is {
                self.deltas.months.insert((id, key.0, key.1), is);
            }
        }
        if self.is_alumnus(id) {
            self.reached(-1, before);
            self.reached(1, &after);
        }
        self.months.insert(id, after);
    }

    /// What stands of a person by a version.
    #[must_use]
    pub fn standing(&self, version: i32, id: AlumnusId) -> Option<Figures> {
        self.deltas.figures.get(&(version, id)).copied().unwrap_or_else(|| self.figures.get(&(version, id)).copied())
    }

    /// The months of a person.
    #[must_use]
    pub fn months(&self, id: AlumnusId) -> Months {
        self.months.get(&id).cloned().unwrap_or_default()
    }

    /// Enters what stands of a person from now on.
    pub fn stand(&mut self, version: i32, id: AlumnusId, after: Option<Figures>) {
        let before = self.standing(version, id);
        if before == after {
            return;
        }
        if self.is_alumnus(id) {
            self.scored(-1, version, before);
            self.scored(1, version, after);
        }
        self.deltas.figures.insert((version, id), after);
    }

    /// Adds what new acts of a person are worth, and takes away what counts no more beside them. `beside` are their acts of
    /// capped kinds in the windows of the new ones, these included. `false` if the score must be made anew instead, see
    /// [`can_displace`].
    #[must_use]
    pub fn add(&mut self, (version, formula): (i32, &Formula), id: AlumnusId, new: &[Done], beside: &[Done]) -> bool {
        let news: BTreeSet<&Done> = new.iter().collect();
        let before: Vec<Done> = beside.iter().filter(|act| !news.contains(act)).cloned().collect();
        let counted_before: BTreeSet<&Done> = before.iter().zip(counted(formula, &before)).filter(|(_, c)| *c).map(|(a, _)| a).collect();
        let counted_now: BTreeSet<&Done> = beside.iter().zip(counted(formula, beside)).filter(|(_, c)| *c).map(|(a, _)| a).collect();
        let mut displaced = counted_before.difference(&counted_now).peekable();
        if displaced.peek().is_some() && !can_displace(formula) {
            return false;
        }
        let is_capped = |act: &Done| formula.kinds.get(&act.kind).is_some_and(|rule| rule.cap.is_some());
        let known = self.standing(version, id);
        let mut score = known.map_or(Score::NOTHING, |f| f.score);
        for act in new.iter().filter(|act| !is_capped(act) || counted_now.contains(act)) {
            score = score.plus(worth(formula, act));
        }
        for act in displaced {
            score = score.minus(worth(formula, act));
        }
        let last = new.iter().map(|act| act.occurred_at).chain(known.map(|f| f.last_activity_at)).max();
        if let Some(last_activity_at) = last {
            let activities = known.map_or(0, |f| f.activities) + i64::try_from(new.len()).unwrap_or(0);
            self.stand(version, id, Some(Figures { score, last_activity_at, activities }));
        }
        true
    }

    /// What is to be written.
    #[must_use]
    pub fn close(self) -> Deltas {
        let mut deltas = self.deltas;
        deltas.totals.retain(|_, n| *n != 0);
        deltas.reach.retain(|_, n| *n != 0);
        deltas.spread.retain(|_, n| *n != 0);
        deltas
    }
}

/// What a change takes away, and what it adds.
fn sides(change: &Change) -> impl Iterator<Item = (&Activity, i64)> + Clone {
    let before = change.before.as_ref().filter(|a| a.is_live()).map(|a| (a, -1));
    let after = Some(&change.after).filter(|a| a.is_live()).map(|a| (a, 1));
    before.into_iter().chain(after)
}

/// The number of alumni who were active from one month to another, both included; of one mode, or any.
#[must_use]
pub fn active_people(reach: &Reach, mode: Option<EngagementMode>, from: Month, to: Month) -> i64 {
    let mode = mode_number(mode);
    let first_time = reach.iter().filter(|((m, month, previous), _)| *m == mode && (from..=to).contains(month) && *previous < from);
    first_time.map(|(_, n)| n).sum()
}
