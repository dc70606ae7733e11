//! How people leave: dates, reasons, and what was done on the way out.

use jiff::civil::Date;

use super::Person;
use super::calendar::days_after;
use super::dice::Purpose;
use super::doc::{Doc, day, pair};
use super::life::Stint;
use crate::demo::company::{Exit, REHIRE_AUTHORITY, REHIRE_REFUSED, Reason};

impl Person {
    pub(super) fn departure(&self, stint: &Stint, ended: Date, exit: &'static Exit) -> Doc {
        let site = self.site();
        let dice = &mut self.dice(Purpose::Departure, stint);
        let reason = dice.weighted(exit.reasons, |reason| reason.share);
        let second_reason = dice.weighted(exit.reasons, |reason| reason.share);
        let second_reason =
            Some(second_reason).filter(|second| dice.chance(15) && second.value != reason.value && second.value != "not_stated");
        let leave_taken = dice.between(-10, 30).max(0);
        let tells_last_day = dice.chance(75);
        let tells_paid = dice.chance(60);
        let tells_notice = dice.chance(85);
        let notice = exit.notice.map(|(least, most)| dice.between(least, most));
        let willing = dice.below(100);
        let asked = dice.chance(70);
        let [notice_kept, handover_done, interview_held] = [92, 86, 62].map(|percent| dice.chance(percent));
        let regretted = dice.chance(if self.grade(stint) < 2 { 80 } else { 15 });

        let last_worked = match exit.notice {
            Some(_) => days_after(ended, -leave_taken).max(stint.hired),
            None => ended,
        };
        // What is announced has been announced: not later than yesterday.
        let notified = notice.map(|days| days_after(last_worked.min(self.yesterday()), -days).max(stint.hired));
        let voluntary = exit.value == "voluntary";
        let exit_record = exit.notice.filter(|_| asked && ended < self.today).map(|_| {
            Doc::new()
                .maybe("notice_kept", voluntary.then_some(notice_kept))
                .with("handover_done", handover_done)
                .with("interview_held", interview_held)
        });
        let (may, may_not) = exit.rehire;
        let rehire = if willing < may {
            Some(Doc::new().with("source_value", "true"))
        } else if willing < may + may_not {
            let refused = Doc::new().with("source_value", "false").with("reason", REHIRE_REFUSED.at(site));
            Some(refused.with("authorised_by", REHIRE_AUTHORITY.at(site)))
        } else {
            None
        };
        let as_pair = |reason: &Reason| pair(reason.value, reason.source.at(site));
        Doc::new()
            .with("employment_ended_on", day(ended))
            .maybe("last_worked_on", tells_last_day.then(|| day(last_worked)))
            .maybe("paid_through_on", tells_paid.then(|| day(ended)))
            .maybe("notified_on", notified.filter(|_| tells_notice).map(day))
            .with("separation_type", pair(exit.value, exit.source.at(site)))
            .with("reason", as_pair(reason))
            .maybe("reason_secondary", second_reason.map(|second| vec![as_pair(second)]))
            .maybe("regrettable", (voluntary && asked).then_some(regretted))
            .maybe("exit", exit_record)
            .maybe("rehire", rehire)
    }
}
