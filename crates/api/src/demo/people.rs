//! The demonstration's people: a believable organisation, made up on the spot.
//!
//! Person `n` depends on the seed and on `n` alone, not on how many others there are, and costs the
//! same for every `n`. Only whole numbers and plain arithmetic on floats are used, so that every
//! machine makes the same people; the dates alone move along with `today`.

mod activity;
mod calendar;
mod consent;
mod contact;
mod departure;
mod dice;
mod doc;
mod evaluation;
mod life;
mod naming;
mod record;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde_json::Value;

use self::calendar::days_after;
pub(super) use self::dice::Dice;
use self::dice::Purpose;
use self::life::{Fate, Life, Stint};
use super::company::Site;
use super::names::Identity;

/// All records of the first `people` persons, in order.
pub fn records(seed: u64, people: u64, today: Date) -> impl Iterator<Item = Value> {
    (0..people).flat_map(move |n| person(seed, n, today))
}

/// Person `n` of the organisation, counted from 0: one departure record, in the form the API takes,
/// per employment period, oldest first. Those still employed have no `departure`.
pub fn person(seed: u64, n: u64, today: Date) -> Vec<Value> {
    let one = Person::of(seed, n, today);
    one.life.stints().map(|stint| one.record(stint)).collect()
}

/// What the first `people` persons did after they left, as people whom that HR system knows.
pub fn activities(seed: u64, people: u64, today: Date, source: &str) -> impl Iterator<Item = Value> {
    (0..people).flat_map(move |n| Person::of(seed, n, today).activities(source))
}

/// What the first `people` persons said about being written to, each by the id under which the HR system knows them.
pub fn consents(seed: u64, people: u64, today: Date) -> impl Iterator<Item = (String, Value)> {
    (0..people).filter_map(move |n| Person::of(seed, n, today).consent())
}

/// A person with a name, ready to be written down.
struct Person {
    seed: u64,
    n: u64,
    today: Date,
    life: Life,
    identity: Identity,
}

impl Person {
    fn of(seed: u64, n: u64, today: Date) -> Self {
        let life = Life::of(seed, n, today);
        let dice = &mut Dice::of(seed, n, Purpose::Name, 0);
        let identity = Identity::draw(dice, life.post.office.site, life.age);
        Self { seed, n, today, life, identity }
    }

    fn site(&self) -> Site {
        self.life.post.office.site
    }

    fn dice(&self, purpose: Purpose, stint: &Stint) -> Dice {
        Dice::of(self.seed, self.n, purpose, stint.sequence)
    }

    /// The last day the HR system tells of: the departure, or else today.
    fn known_until(&self, stint: &Stint) -> Date {
        stint.exit.map_or(self.today, |(ended, _)| ended.min(self.today))
    }

    /// The latest day on which the HR system can have been edited, whatever its time zone.
    fn yesterday(&self) -> Date {
        days_after(self.today, -1)
    }

    fn external_id(&self, stint: &Stint) -> String {
        let number = 10_001 + self.n;
        let renumbered = matches!(self.life.fate, Fate::Returned { new_id: true, .. });
        if renumbered && stint.sequence > 1 { format!("R{number}") } else { number.to_string() }
    }
}
