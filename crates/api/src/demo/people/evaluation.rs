//! How people's work was graded.

use jiff::civil::Date;

use super::Person;
use super::calendar::{days_after, fiscal_year_end};
use super::dice::Purpose;
use super::doc::{Doc, day};
use super::life::Stint;
use crate::demo::company::{GRADES, Rank};

impl Person {
    /// The place in [`GRADES`] that the work of this period was given.
    pub(super) fn grade(&self, stint: &Stint) -> usize {
        let (best, worst) = stint.exit.map_or((0, GRADES.len() - 1), |(_, exit)| exit.grades);
        let dice = &mut self.dice(Purpose::Evaluation, stint);
        best + dice.place(&GRADES[best..=worst], |grade| grade.2)
    }

    /// The end of a fiscal year at which this work was last evaluated, if it was and that is kept.
    pub(super) fn evaluated_on(&self, stint: &Stint) -> Option<Date> {
        let as_of = fiscal_year_end(self.known_until(stint).min(self.yesterday()));
        let lost = self.dice(Purpose::Evaluation, stint).next().is_multiple_of(16);
        let rated = !lost && self.life.post.rank != Rank::Chief;
        (rated && as_of >= days_after(stint.hired, 60)).then_some(as_of)
    }

    pub(super) fn evaluation(&self, stint: &Stint) -> Option<Doc> {
        let as_of = self.evaluated_on(stint)?;
        let (name, rating, _) = GRADES[self.grade(stint)];
        Some(
            Doc::new()
                .with("as_of", day(as_of))
                .with("rating", rating)
                .with("scale", "0 lowest, 1 highest")
                .with("source_value", name.at(self.site())),
        )
    }
}
