//! Suspects: whom a record may speak of, how likely it is, and why.
//!
//! What is found here is provisional: a few fields and fixed weights, until the matcher proper takes its place. The shape
//! of a suspect is what the rest stands on.

use serde::{Deserialize, Serialize};

use crate::alumni::{Origin, Particulars, PersonName, fold};
use crate::departures::{PersonKnown, Record, Source};
use crate::id::AlumnusId;
use crate::time::Date;

/// From this probability on, a record that may speak of somebody known waits for a person to decide.
pub const DOUBT: f64 = 0.5;

/// Somebody known whom a record may speak of.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Suspect {
    /// Who.
    pub alumnus: AlumnusId,
    /// How likely it is that the record speaks of them.
    pub probability: f64,
    /// Why: one line for what is so of everybody, then one for each field.
    pub evidence: Vec<EvidenceLine>,
}

/// What one field says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// Which field.
    pub field: String,
    /// How well both sides agree there.
    pub level: String,
    /// What that is worth: how many times likelier it makes them the same person, as a power of two.
    pub bits: f64,
    /// What the record says, masked.
    pub left: Option<String>,
    /// What is known of the person, masked.
    pub right: Option<String>,
}

/// Whether a person may be meant by a record of that source at all. The source itself tells its people apart, but for who
/// comes back: they may be given a new id, and nobody says whose the old one was.
#[must_use]
pub fn resembles(source: &Source, record: &Record, known: &PersonKnown, today: Date) -> bool {
    let by = Origin::Source(source.clone());
    if !known.told.iter().any(|told| told.by == by) {
        return true;
    }
    let hired_on = record.stint.employment.hired_on;
    let is_back = record.stint.departure.is_none() && !known.employments.is_empty();
    is_back && known.employments.iter().all(|e| e.has_ended_by(today) && e.ended_on().is_some_and(|ended| ended < hired_on))
}

/// What speaks for a person being meant, by the best of what anybody says of them; `None` if nothing does.
#[must_use]
pub fn provisional(told: &Particulars, known: &PersonKnown) -> Option<Suspect> {
    let all = known.told.iter().filter_map(|other| compare(told, &other.particulars)).map(|evidence| (total(&evidence), evidence));
    let (bits, evidence) = all.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(Suspect { alumnus: known.id, probability: 1.0 / (1.0 + (-bits).exp2()), evidence })
}

fn total(evidence: &[EvidenceLine]) -> f64 {
    evidence.iter().map(|line| line.bits).sum()
}

/// Before anything is compared: one in about a thousand of those who have something in common.
const PRIOR: f64 = -10.0;

fn compare(a: &Particulars, b: &Particulars) -> Option<Vec<EvidenceLine>> {
    let mut lines = Vec::new();
    let mut say = |field: &str, same: bool, worth: (f64, f64), left: String, right: String| {
        let (level, bits) = if same { ("same", worth.0) } else { ("differs", worth.1) };
        lines.push(EvidenceLine { field: field.into(), level: level.into(), bits, left: Some(left), right: Some(right) });
    };
    let pairs = || a.names.iter().flat_map(|one| b.names.iter().map(move |other| (one, other)));
    let same_name = pairs().find(|(one, other)| one.is_same_as(other));
    if let Some((one, other)) = same_name.or_else(|| pairs().next()) {
        let part = |x: &Option<String>, y: &Option<String>| match (x, y) {
            (Some(x), Some(y)) => Some((same_name.is_some() || fold(x) == fold(y), mask(x), mask(y))),
            (None, _) | (_, None) => None,
        };
        if let Some((same, left, right)) = part(&one.family, &other.family) {
            say("family", same, (6.7, -3.9), left, right);
        }
        if let Some((same, left, right)) = part(&one.given, &other.given) {
            say("given", same, (8.3, -5.4), left, right);
        }
    }
    if let (Some(one), Some(other)) = (a.birth_on, b.birth_on) {
        say("birth_on", one == other, (12.1, -9.9), masked_date(one), masked_date(other));
    }
    if let (Some([one, ..]), Some([other, ..])) = (a.emails.as_deref(), b.emails.as_deref()) {
        let same = a.emails.iter().flatten().find(|email| b.emails.iter().flatten().any(|e| e == *email));
        let (one, other) = same.map_or((one, other), |email| (email, email));
        say("email", same.is_some(), (12.0, -0.9), masked_email(one.as_str()), masked_email(other.as_str()));
    }
    if let (Some(one), Some(other)) = (&a.employee_number, &b.employee_number) {
        say("employee_number", one == other, (12.9, -5.0), mask(one), mask(other));
    }
    let worth_a_look =
        |line: &EvidenceLine| line.level == "same" && matches!(line.field.as_str(), "birth_on" | "email" | "employee_number");
    if !lines.iter().any(worth_a_look) {
        return None;
    }
    lines.insert(0, EvidenceLine { field: "prior".into(), level: "everybody".into(), bits: PRIOR, left: None, right: None });
    Some(lines)
}

/// The first character, and that there are others.
fn mask(text: &str) -> String {
    text.chars().next().map(|first| format!("{first}…")).unwrap_or_default()
}

fn masked_email(email: &str) -> String {
    let host = email.rsplit_once('@').map_or("", |(_, host)| host);
    format!("{}@{host}", mask(email))
}

/// The year.
fn masked_date(date: Date) -> String {
    let text = date.to_string();
    format!("{}-…", text.rsplitn(3, '-').last().unwrap_or_default())
}

impl PersonName {
    /// The key under which this very name, without a middle one, is found: as it is written, and as it is read.
    pub fn exact_keys(&self) -> impl Iterator<Item = String> {
        let key = |given: &Option<String>, family: &Option<String>| {
            let parts = [given, family].map(|part| part.as_deref().map(fold).unwrap_or_default());
            Some(fold(&parts.join(" "))).filter(|key| !key.is_empty())
        };
        [key(&self.given, &self.family), key(&self.given_kana, &self.family_kana)].into_iter().flatten()
    }
}
