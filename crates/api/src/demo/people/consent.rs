//! What people said about being written to, after they left.

use serde_json::{Value, json};

use super::Person;
use super::calendar::days_after;
use super::dice::{Dice, Purpose};

/// What they said, and how common that is: to which purpose, and whether they allowed it.
const SAID: &[(Option<(&str, bool)>, u32)] = &[
    (None, 30),
    (Some(("newsletter", true)), 35),
    (Some(("events", true)), 20),
    (Some(("job_offers", true)), 9),
    (Some(("newsletter", false)), 6),
];

impl Person {
    /// What somebody said who is away, and under which id the HR system knows them.
    pub(super) fn consent(&self) -> Option<(String, Value)> {
        let last = self.life.stints().last()?;
        let (ended, _) = last.exit.filter(|(ended, _)| *ended < self.yesterday())?;
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Consent, 0);
        let (purpose, is_allowed) = dice.weighted(SAID, |row| row.1).0?;
        let day = days_after(ended, dice.between(1, (self.yesterday() - ended).get_days().clamp(1, 60)));
        let mut said = json!({ "purpose": purpose, "channel": "portal", "given_at": format!("{day}T03:00:00Z") });
        if is_allowed {
            said["decision"] = json!("granted");
            said["basis"] = json!("consent");
            said["text_version"] = json!("alumni-1");
        } else {
            said["decision"] = json!("objected");
        }
        Some((self.external_id(last), said))
    }
}
