//! Held records: what a source says of an id that it never named before, where somebody known may be meant.

use super::suspect::Suspect;
use crate::departures::{Fingerprint, Record, Source};
use crate::id::{AlumnusId, HeldRecordId};
use crate::time::{Date, Moment};
use crate::words::words;

words! {
    /// Where a held record stands.
    pub enum HeldStatus {
        /// Somebody has to say whom it speaks of.
        Waiting = "waiting",
        /// Somebody has.
        Decided = "decided",
        /// Nobody has to any more: the id has come to be known in another way, and the record went in.
        Overtaken = "overtaken",
    }
}

words! {
    /// Whom a held record speaks of.
    pub enum Decision {
        /// Somebody known: the two are merged, which can be undone.
        SamePerson = "same_person",
        /// Somebody new.
        NewPerson = "new_person",
        /// Nobody that should be known here: it stays aside, and so does what comes under its id. It can be decided again.
        Discarded = "discarded",
    }
}

/// What somebody decided, and who, when and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// What.
    pub decision: Decision,
    /// Whom it speaks of, unless it was discarded.
    pub alumnus: Option<AlumnusId>,
    /// By whose credentials.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// Whether a held record tells that somebody who had left may be employed again, while nobody has decided whom it speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SilentReturn {
    /// It says nothing of the kind.
    None,
    /// From this day on.
    Due(Date),
    /// It was told.
    Told,
}

/// A departure record that was kept aside.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldRecord {
    /// Its id.
    pub id: HeldRecordId,
    /// The source it came from.
    pub source: Source,
    /// The person's id there.
    pub external_id: String,
    /// Which period: the sequence, else the first day. Another record of the same period takes its place.
    pub period: String,
    /// What it says; not kept once it went in.
    pub record: Option<Record>,
    /// The fingerprint of what it says.
    pub fingerprint: Fingerprint,
    /// Whom it may speak of, the likeliest first.
    pub suspects: Vec<Suspect>,
    /// Where it stands.
    pub status: HeldStatus,
    /// What was decided, if anything was.
    pub verdict: Option<Verdict>,
    /// Whether it tells that somebody who had left may be employed again.
    pub silent_return: SilentReturn,
    /// When the first record of the period was held.
    pub held_at: Moment,
    /// When anything about it last changed.
    pub updated_at: Moment,
}

impl HeldRecord {
    /// What tells the records of one id apart: the sequence, else the first day.
    #[must_use]
    pub fn period_of(record: &Record) -> String {
        record.sequence.map_or_else(|| record.stint.employment.hired_on.to_string(), |sequence| sequence.to_string())
    }

    /// Whether somebody put it aside for good, or until they think better of it.
    #[must_use]
    pub fn is_discarded(&self) -> bool {
        self.verdict.as_ref().is_some_and(|verdict| verdict.decision == Decision::Discarded)
    }

    /// Whether what it says is not known yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.status {
            HeldStatus::Waiting => true,
            HeldStatus::Decided => self.is_discarded(),
            HeldStatus::Overtaken => false,
        }
    }

    /// Whether the record says nothing that is not kept here already: the same again, or older.
    #[must_use]
    pub fn settles(&self, record: &Record, fingerprint: Fingerprint) -> bool {
        let known = self.record.as_ref().and_then(|known| known.source_updated_at);
        let is_older = matches!((record.source_updated_at, known), (Some(told), Some(known)) if told < known);
        self.fingerprint == fingerprint || is_older
    }

    /// Notes the day from which on it tells of a silent return: the first day of somebody hired, if the likeliest suspect is away.
    pub(crate) fn expect_return(&mut self) {
        if self.silent_return == SilentReturn::Told {
            return;
        }
        let is_away = self.suspects.first().is_some_and(|likeliest| likeliest.is_away);
        let hired = self.record.as_ref().filter(|record| record.stint.departure.is_none() && is_away && self.status == HeldStatus::Waiting);
        self.silent_return = hired.map_or(SilentReturn::None, |record| SilentReturn::Due(record.stint.employment.hired_on));
    }

    /// Whose return it tells of on that day, if it does; once. They are the likeliest suspect.
    #[must_use]
    pub fn tell_return(&mut self, today: Date) -> Option<AlumnusId> {
        let SilentReturn::Due(on) = self.silent_return else { return None };
        let likeliest = self.suspects.first().filter(|_| on <= today && self.status == HeldStatus::Waiting)?;
        self.silent_return = SilentReturn::Told;
        Some(likeliest.alumnus)
    }

    /// The record went in: what it says is known elsewhere now.
    pub(crate) fn overtake(&mut self, at: Moment) {
        (self.record, self.status, self.updated_at) = (None, HeldStatus::Overtaken, at);
        self.expect_return();
    }

    /// Somebody has decided. What is discarded is kept: whoever thinks better of it finds it here.
    #[must_use]
    pub fn decide(self, verdict: Verdict) -> Self {
        let record = self.record.filter(|_| verdict.decision == Decision::Discarded);
        let mut decided = Self { record, status: HeldStatus::Decided, updated_at: verdict.at, verdict: Some(verdict), ..self };
        decided.expect_return();
        decided
    }
}

/// Narrows a list of held records.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HeldFilter {
    /// Where they stand.
    pub status: Option<HeldStatus>,
    /// The source they came from.
    pub source: Option<Source>,
    /// The person's id there.
    pub external_id: Option<String>,
}

/// A place in a list of held records, which is in the order in which they were first held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeldPosition {
    /// When it was held.
    pub held_at: Moment,
    /// Which one it is.
    pub id: HeldRecordId,
}
