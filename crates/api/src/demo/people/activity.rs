//! What people did with the organisation after they left.

use serde_json::{Value, json};

use super::Person;
use super::calendar::days_after;
use super::dice::{Dice, Purpose};

/// Kinds of activities, by which way they come about, and how common they are.
const KINDS: &[(&str, &str, u32)] = &[
    ("newsletter_opened", "email", 40),
    ("link_clicked", "email", 15),
    ("event_attended", "in_person", 12),
    ("event_rsvp", "web", 10),
    ("survey_answered", "web", 6),
    ("profile_updated", "web", 5),
    ("community_post", "app", 5),
    ("referral_made", "web", 3),
    ("mentoring_session", "in_person", 2),
    ("talk_given", "in_person", 1),
    ("introduction_made", "email", 1),
];

/// How many activities people have at most in their best year, and how many people are so.
const EAGERNESS: &[(i32, u32)] = &[(0, 55), (4, 27), (10, 14), (24, 4)];

impl Person {
    /// The activities of somebody who is away, as the events tool and the mailing tool tell of them.
    pub(super) fn activities(&self, source: &str) -> Vec<Value> {
        let Some(last) = self.life.stints().last() else { return Vec::new() };
        let Some((ended, _)) = last.exit.filter(|(ended, _)| *ended < self.yesterday()) else { return Vec::new() };
        let away = (self.yesterday() - ended).get_days();
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Activity, 0);
        let (most, _) = *dice.weighted(EAGERNESS, |row| row.1);
        // The longer they are away the more there is to tell, and the less comes in a year.
        let years = 1 + away.min(2_190) / 730;
        let count = if most == 0 { 0 } else { dice.between(1, most * years) };
        let external_id = self.external_id(last);
        let one = |n: i32| {
            let (kind, channel, _) = *dice.weighted(KINDS, |row| row.2);
            let day = days_after(ended, dice.between(1, away.max(1)));
            let (hour, minute) = (dice.between(8, 21), dice.between(0, 59));
            json!({
                "external_id": format!("{external_id}-{n}"),
                "person": { "source": source, "external_id": external_id },
                "kind": kind,
                "channel": channel,
                "occurred_at": format!("{day}T{hour:02}:{minute:02}:00+09:00"),
            })
        };
        (1..=count).map(one).collect()
    }
}
