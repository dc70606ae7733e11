//! A person as they read from a day: what is said of them, put together, and their periods with us.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::particulars::{Email, Origin, PersonName, Phone, Told, each_once, listed_name, office_words};
use crate::departures::{AlumnusStatus, Employment, NameKind, SeparationType};
use crate::id::AlumnusId;
use crate::time::{Date, Moment};

/// The day and the moment a reader stands at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Viewpoint {
    /// The day it is where the organization is.
    pub today: Date,
    /// Show the world as it was on this day: periods begun by then, departures in effect by then.
    pub as_of: Option<Date>,
    /// Show what was known at this moment, not what has been learnt since.
    pub known_at: Option<Moment>,
}

impl Viewpoint {
    /// Here and now.
    #[must_use]
    pub const fn on(today: Date) -> Self {
        Self { today, as_of: None, known_at: None }
    }

    /// The day that counts.
    #[must_use]
    pub fn day(&self) -> Date {
        self.as_of.unwrap_or(self.today)
    }
}

/// A person any source has named, with everything that was known of them at the viewpoint's moment. Whether they are
/// an alumnus depends on the day: see [`Alumnus::status`].
#[derive(Clone, PartialEq, Debug)]
pub struct Alumnus {
    /// Their id, from the first record on.
    pub id: AlumnusId,
    /// Other ids that answer with them, since those were merged into theirs.
    pub merged_ids: BTreeSet<AlumnusId>,
    /// When they were first named.
    pub created_at: Moment,
    /// When anything about them last changed.
    pub updated_at: Moment,
    /// What each source, and the office, says of them.
    pub told: Vec<Told>,
    /// Their employment periods, the latest first.
    pub employments: Vec<Employment>,
}

impl Alumnus {
    /// Puts the periods in order, the latest first.
    #[must_use]
    pub fn new(id: AlumnusId, created_at: Moment, updated_at: Moment, told: Vec<Told>, mut employments: Vec<Employment>) -> Self {
        employments.sort_by_key(|e| Reverse((e.stint.employment.hired_on, e.sequence, e.id)));
        let merged_ids = told.iter().filter_map(|t| t.merged_from).chain(employments.iter().filter_map(|e| e.merged_from)).collect();
        Self { id, merged_ids, created_at, updated_at, told, employments }
    }

    /// Whether this is the person of that id: their own, or one that was merged into theirs.
    #[must_use]
    pub fn answers_to(&self, id: AlumnusId) -> bool {
        self.id == id || self.merged_ids.contains(&id)
    }

    /// The periods that had begun by the day asked for; without such a day, all of them.
    pub fn employments_seen(&self, from: Viewpoint) -> impl Iterator<Item = &Employment> {
        self.employments.iter().filter(move |e| from.as_of.is_none_or(|day| e.stint.employment.hired_on <= day))
    }

    /// The latest departure in effect on that day: the one that makes them an alumnus.
    #[must_use]
    pub fn latest_departure(&self, day: Date) -> Option<&Employment> {
        self.employments.iter().filter(|e| e.has_ended_by(day)).max_by_key(|e| (e.ended_on(), e.id))
    }

    /// The period in which they are back on that day, if they are.
    #[must_use]
    pub fn return_period(&self, day: Date) -> Option<&Employment> {
        let latest = self.latest_departure(day)?;
        self.employments.iter().find(|e| e.is_under_way(day) && e.follows(latest))
    }

    /// Where they stand on that day.
    #[must_use]
    pub fn status(&self, day: Date) -> AlumnusStatus {
        match (self.latest_departure(day), self.return_period(day)) {
            (None, _) => AlumnusStatus::Employed,
            (Some(_), None) => AlumnusStatus::Away,
            (Some(_), Some(_)) => AlumnusStatus::Returned,
        }
    }

    /// Whether a source says that they have died.
    #[must_use]
    pub fn is_deceased(&self) -> bool {
        self.employments.iter().any(Employment::tells_of_death)
    }

    /// The office's words first, then the newest.
    fn voices(&self) -> Vec<&Told> {
        let mut sources: Vec<&Told> = self.told.iter().filter(|told| told.by != Origin::Office).collect();
        sources.sort_by_key(|told| Reverse(told.recorded_at));
        office_words(&self.told).into_iter().chain(sources).collect()
    }

    /// The name they are listed under.
    #[must_use]
    pub fn name(&self) -> Option<&PersonName> {
        listed_name(&self.told)
    }

    /// Every name that was theirs on that day, the legal first, each once; the office's preferred name replaces the
    /// sources'.
    #[must_use]
    pub fn names(&self, day: Date) -> Vec<&PersonName> {
        let mut names: Vec<&PersonName> = Vec::new();
        for name in self.voices().into_iter().flat_map(|told| &told.particulars.names) {
            let settled = name.kind == NameKind::Preferred && names.iter().any(|n| n.kind == NameKind::Preferred);
            if name.is_valid_on(day) && !settled && !names.contains(&name) {
                names.push(name);
            }
        }
        names.sort_by_key(|name| name.kind);
        names
    }

    /// When they were born, by the newest source that says so.
    #[must_use]
    pub fn birth_on(&self) -> Option<Date> {
        self.voices().into_iter().find_map(|told| told.particulars.birth_on)
    }

    /// Their employee number, by the newest source that says so.
    #[must_use]
    pub fn employee_number(&self) -> Option<&str> {
        self.voices().into_iter().find_map(|told| told.particulars.employee_number.as_deref())
    }

    /// The office's addresses if it said anything of them, else those of all sources, each once.
    #[must_use]
    pub fn emails(&self) -> Vec<&Email> {
        self.contacts(|told| told.particulars.emails.as_deref())
    }

    /// The office's numbers if it said anything of them, else those of all sources, each once.
    #[must_use]
    pub fn phones(&self) -> Vec<&Phone> {
        self.contacts(|told| told.particulars.phones.as_deref())
    }

    fn contacts<'a, T: PartialEq>(&'a self, of: impl Fn(&'a Told) -> Option<&'a [T]>) -> Vec<&'a T> {
        match office_words(&self.told).into_iter().find_map(&of) {
            Some(said) => each_once(said),
            None => each_once(self.voices().into_iter().filter_map(of).flatten()),
        }
    }

    /// Postal code and address: the office's, else the newest.
    #[must_use]
    pub fn address(&self) -> (Option<&str>, Option<&str>) {
        self.voices()
            .into_iter()
            .map(|told| (told.particulars.postal_code.as_deref(), told.particulars.address.as_deref()))
            .find(|(code, address)| code.is_some() || address.is_some())
            .unwrap_or_default()
    }

    /// What the office says of them under their own id, if anything: what an edit changes.
    #[must_use]
    pub fn office(&self) -> Option<&Told> {
        office_words(&self.told).into_iter().find(|told| told.merged_from.is_none())
    }
}

impl Employment {
    /// Whether the period tells of the person's death.
    #[must_use]
    pub fn tells_of_death(&self) -> bool {
        use crate::departures::EmploymentStatus::Deceased;
        let died = |e: &Self| e.in_force().and_then(|left| left.separation_type.value) == Some(SeparationType::Death);
        self.stint.employment.status.value == Some(Deceased) || died(self)
    }
}
