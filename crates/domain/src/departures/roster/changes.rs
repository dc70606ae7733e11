//! What the roster is told, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::alumni::Told;
use crate::departures::employment::Employment;
use crate::departures::record::{Fingerprint, Record};
use crate::departures::vocabulary::Outcome;
use crate::error::Fault;
use crate::event::{Due, Event};
use crate::id::{AlumnusId, DepartureId, EmploymentId, HeldRecordId};
use crate::identity::HeldRecord;
use crate::time::{Date, Moment};

/// What became of one record.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Recorded {
    /// The id the source gave; `None` if none could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whom it speaks of, unless it was rejected.
    pub alumnus: Option<AlumnusId>,
    /// The period it speaks of, unless it was rejected.
    pub employment: Option<EmploymentId>,
    /// The departure, if the period has one.
    pub departure: Option<DepartureId>,
    /// Why it was rejected, or what is odd about it.
    pub problems: Vec<Fault>,
    /// JSON pointers of what an update changed.
    pub changed: Vec<String>,
    /// Where it is kept aside, if it is held.
    #[serde(default)]
    pub held: Option<HeldRecordId>,
}

impl Recorded {
    /// A record that is refused.
    #[must_use]
    pub const fn rejected(external_id: Option<String>, problems: Vec<Fault>) -> Self {
        let (alumnus, employment, departure) = (None, None, None);
        Self { external_id, outcome: Outcome::Rejected, alumnus, employment, departure, problems, changed: Vec::new(), held: None }
    }

    /// A record that is kept aside.
    #[must_use]
    pub fn held(external_id: String, id: HeldRecordId, problems: Vec<Fault>) -> Self {
        Self { outcome: Outcome::Held, held: Some(id), ..Self::rejected(Some(external_id), problems) }
    }
}

/// The little that is read of every period a batch speaks of: most records of a nightly file need no more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The period.
    pub employment: EmploymentId,
    /// Whose.
    pub alumnus: AlumnusId,
    /// Its departure, if it has one.
    pub departure: Option<DepartureId>,
    /// The person's id in the source.
    pub external_id: String,
    /// Which of their periods.
    pub sequence: Option<i32>,
    /// Its first day.
    pub hired_on: Date,
    /// The fingerprint of the record that is known.
    pub fingerprint: Fingerprint,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
}

impl Mark {
    /// Settles a record that says nothing new: the same again, or older than what is known. `None` if more must be
    /// known to tell.
    #[must_use]
    pub fn settles(&self, record: &Record) -> Option<Outcome> {
        let period = match (record.sequence, self.sequence) {
            (Some(told), Some(known)) => told == known,
            (None, None) => record.stint.employment.hired_on == self.hired_on,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !period || record.external_id != self.external_id {
            return None;
        }
        match (record.source_updated_at, self.source_updated_at) {
            (Some(told), Some(known)) if told < known => Some(Outcome::Stale),
            // A newer time for the same words must be remembered: what lies between is stale from now on.
            (Some(told), known) if known.is_none_or(|known| known < told) => None,
            _ => (record.fingerprint() == self.fingerprint).then_some(Outcome::Unchanged),
        }
    }

    /// What becomes of a record that this mark settles.
    #[must_use]
    pub fn answer(&self, outcome: Outcome, problems: Vec<Fault>) -> Recorded {
        Recorded {
            external_id: Some(self.external_id.clone()),
            outcome,
            alumnus: Some(self.alumnus),
            employment: Some(self.employment),
            departure: self.departure,
            problems,
            changed: Vec::new(),
            held: None,
        }
    }
}

/// A person the roster knows: what is said of them, and their periods as furusu knows them now.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonKnown {
    /// Their id.
    pub id: AlumnusId,
    /// What each source, and the office, says of them.
    pub told: Vec<Told>,
    /// The current version of each of their periods.
    pub employments: Vec<Employment>,
}

impl PersonKnown {
    /// Whether they have left: periods of theirs are known, and every one has ended by that day.
    #[must_use]
    pub fn is_away(&self, day: Date) -> bool {
        !self.employments.is_empty() && self.employments.iter().all(|period| period.has_ended_by(day))
    }

    /// The periods that are returns, with their first day.
    pub(crate) fn returns(&self) -> BTreeMap<EmploymentId, Date> {
        let periods = &self.employments;
        let is_return = |e: &&Employment| periods.iter().any(|left| e.follows(left));
        periods.iter().filter(is_return).map(|e| (e.id, e.stint.employment.hired_on)).collect()
    }

    /// Whether a source says that they have died.
    pub(crate) fn is_deceased(&self) -> bool {
        self.employments.iter().any(Employment::tells_of_death)
    }
}

/// Somebody a source names for the first time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Newcomer {
    /// Their id.
    pub id: AlumnusId,
    /// What lists are sorted by.
    pub sort_key: String,
}

/// A source's name for a person, for ever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The id the source gave.
    pub external_id: String,
    /// Who that is.
    pub alumnus: AlumnusId,
    /// Which id of theirs it names, if that has been merged into their own; `None` for their own.
    pub merged_from: Option<AlumnusId>,
}

/// Everything that has to be written, in the order in which it can be.
#[derive(Debug, Default)]
pub struct Changes {
    /// When all of it is learnt.
    pub at: Option<Moment>,
    /// New people.
    pub newcomers: Vec<Newcomer>,
    /// People known before of whom something changed, with what lists are sorted by if that changed too.
    pub touched: BTreeMap<AlumnusId, Option<String>>,
    /// New names of people in the source.
    pub identities: Vec<Identity>,
    /// People of whom the source now says something else, by the ids under which it does: its earlier word ends.
    pub told_anew: BTreeSet<AlumnusId>,
    /// People known before whose keys are not those they are found by now.
    pub found_anew: BTreeSet<AlumnusId>,
    /// What the source says now.
    pub told: Vec<(AlumnusId, Told)>,
    /// The keys under which a prefix finds a person, all of them, for those whose particulars changed.
    pub search_keys: Vec<(AlumnusId, BTreeSet<String>)>,
    /// What is said of these people by all, and whether they have died: what they are matched by.
    pub likenesses: Vec<(AlumnusId, Vec<Told>, bool)>,
    /// Periods whose stored version ends.
    pub superseded: Vec<EmploymentId>,
    /// New versions of periods.
    pub employments: Vec<Employment>,
    /// Periods told again in the same words at a later time of the source.
    pub reaffirmed: BTreeMap<EmploymentId, Moment>,
    /// What happened.
    pub events: Vec<Event>,
    /// What will be so from a coming day on.
    pub due: BTreeSet<Due>,
    /// Records that are kept aside, or no longer, in their new state.
    pub held: Vec<HeldRecord>,
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            at: _,
            found_anew,
            newcomers,
            touched,
            identities,
            told_anew,
            told,
            search_keys,
            likenesses,
            superseded,
            employments,
            reaffirmed,
            events,
            due,
            held,
        } = self;
        newcomers.is_empty()
            && touched.is_empty()
            && identities.is_empty()
            && told_anew.is_empty()
            && found_anew.is_empty()
            && told.is_empty()
            && search_keys.is_empty()
            && likenesses.is_empty()
            && superseded.is_empty()
            && employments.is_empty()
            && reaffirmed.is_empty()
            && events.is_empty()
            && due.is_empty()
            && held.is_empty()
    }
}
