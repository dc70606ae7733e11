//! The departure record of one employment period.

use jiff::civil::Date;
use serde_json::Value;

use super::Person;
use super::calendar::{days_after, next_fiscal_year_end};
use super::contact::Home;
use super::dice::{Dice, Purpose};
use super::doc::{Doc, day, pair};
use super::life::{Fate, Life, Stint};
use crate::demo::company::{ACTIVE, CHIEF_TITLES, FIXED_TERM, ON_LEAVE, PART_TIME, PENDING, REGULAR, Rank, Term};

impl Person {
    pub(super) fn record(&self, stint: &Stint) -> Value {
        let Life { post, fate, birth, .. } = &self.life;
        let site = self.site();
        let dice = &mut self.dice(Purpose::Record, stint);
        let known_until = self.known_until(stint);
        let id = self.external_id(stint);
        let former_ids = self.life.stints().map(|stint| self.external_id(stint));
        let former_ids: Vec<_> = former_ids.take_while(|former| *former != id).collect();

        let term_ran_out = stint.exit.is_some_and(|(_, exit)| exit.term == Term::Contract);
        let hundredth = dice.below(100);
        let fixed_term = term_ran_out || post.rank == Rank::Member && hundredth < 8;
        let employment_type = if fixed_term {
            FIXED_TERM
        } else if post.rank == Rank::Member && hundredth < 15 {
            PART_TIME
        } else {
            REGULAR
        };
        // A contract that was not cut short ran to its end; others would at the end of a fiscal year.
        let contract_end = fixed_term.then(|| match stint.exit {
            Some((ended, _)) if term_ran_out => ended,
            Some((ended, _)) => next_fiscal_year_end(ended),
            None => next_fiscal_year_end(self.today.max(stint.hired)),
        });
        let (status, status_source) = match (stint.exit, fate) {
            (Some((ended, exit)), _) if ended < self.today => exit.status,
            (None, _) if stint.hired > self.today => PENDING,
            (None, Fate::OnLeave) => ON_LEAVE,
            (Some(_) | None, _) => ACTIVE,
        };
        let rung = match (post.rank, known_until.year() - birth.year()) {
            (Rank::Chief | Rank::Head, _) => 0,
            (Rank::Manager, _) => 1,
            (Rank::Member, 40..) => 2,
            (Rank::Member, 29..) => 3,
            (Rank::Member, _) => 4,
        };
        let title = match post.department {
            Some(department) => department.titles[rung],
            None => CHIEF_TITLES[usize::from(self.n > 0)],
        };
        let employment = Doc::new()
            .with("hired_on", day(stint.hired))
            .maybe("original_hired_on", (stint.sequence > 1).then(|| day(self.life.first.hired)))
            .with("status", pair(status, status_source.at(site)))
            .with("employment_type", pair(employment_type.0, employment_type.1.at(site)))
            .maybe("department", post.department.map(|department| department.name.at(site)))
            .with("job_title", title.at(site))
            .with("location", post.office.name)
            .maybe("contract_end_on", contract_end.map(day))
            .maybe("manager", self.manager(known_until));

        let departure = stint.exit.map(|(ended, exit)| self.departure(stint, ended, exit));
        let home = Home::of(self, stint);
        let (emails, phones) = (self.emails(), self.phones(stint));
        Doc::new()
            .with("external_id", id.as_str())
            .with("sequence", stint.sequence)
            .maybe("previous_external_ids", (!former_ids.is_empty()).then_some(former_ids))
            .with("employee_number", id.as_str())
            .with("source_updated_at", self.updated_at(stint, dice))
            .with("entity", site.entity())
            .with("names", self.names(known_until))
            .with("birth_on", day(*birth))
            .maybe("emails", (!emails.is_empty()).then_some(emails))
            .maybe("phones", (!phones.is_empty()).then_some(phones))
            .maybe("postal_code", home.as_ref().map(|home| home.postal_code))
            .maybe("address", home.map(|home| home.address))
            .with("employment", employment)
            .maybe("departure", departure)
            .maybe("evaluation", self.evaluation(stint))
            .into()
    }

    /// The superior who was there on that day, and what they were called then.
    fn manager(&self, on: Date) -> Option<Doc> {
        self.life.post.superiors.into_iter().flatten().find_map(|n| {
            let superior = Self::of(self.seed, n, self.today);
            let stint = superior.life.stints().find(|stint| stint.employed_on(on))?;
            let id = superior.external_id(stint);
            Some(Doc::new().with("external_id", id).with("name", superior.display_name(on)))
        })
    }

    /// Office hours, and early enough in the day to be past wherever it is already today.
    fn updated_at(&self, stint: &Stint, dice: &mut Dice) -> String {
        let (later, since) = (dice.between(0, 12), dice.between(0, 400));
        let (hour, minute, second) = (dice.below(10), dice.below(60), dice.below(60));
        let on = match stint.exit {
            Some((ended, _)) if ended < self.today => days_after(ended, later),
            Some(_) => days_after(self.yesterday(), -later),
            None => days_after(self.yesterday(), -since).max(stint.hired).max(self.evaluated_on(stint).unwrap_or(Date::MIN)),
        };
        format!("{}T{hour:02}:{minute:02}:{second:02}Z", on.min(self.yesterday()))
    }
}
