//! Entries, and their places in the list.

use super::kind::TimelineKind;
use crate::applicants::LookupResult;
use crate::engagement::Kind;
use crate::id::{ActivityId, AlumnusId, ConsentId, DepartureId, EmploymentId, LookupId, MergeId};
use crate::page::{Page, Window};
use crate::privacy::Purpose;
use crate::time::Moment;

/// Something that happened to a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What.
    pub kind: TimelineKind,
    /// When it happened.
    pub occurred_at: Moment,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// What it is of.
    pub matter: Matter,
}

/// What an entry is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Matter {
    /// An employment period.
    Employment {
        /// Which.
        id: EmploymentId,
        /// Which version of it tells this.
        version: i32,
    },
    /// A departure.
    Departure {
        /// Which.
        id: DepartureId,
        /// Of which employment period.
        employment: EmploymentId,
        /// Which version of the period tells this.
        version: i32,
    },
    /// What was said about a purpose.
    Consent {
        /// The record.
        id: ConsentId,
        /// The purpose.
        purpose: Purpose,
    },
    /// A merge.
    Merge {
        /// Which.
        id: MergeId,
        /// Whose id answers with another's by it, or does so no more.
        merged: AlumnusId,
    },
    /// A finding.
    Lookup {
        /// Which.
        id: LookupId,
        /// What was told.
        result: LookupResult,
    },
    /// An activity.
    Activity {
        /// Which.
        id: ActivityId,
        /// What kind of activity.
        kind: Kind,
    },
}

impl Matter {
    const fn bytes(&self) -> [u8; 16] {
        match self {
            Self::Employment { id, .. } => *id.as_bytes(),
            Self::Departure { id, .. } => *id.as_bytes(),
            Self::Consent { id, .. } => *id.as_bytes(),
            Self::Merge { id, .. } => *id.as_bytes(),
            Self::Lookup { id, .. } => *id.as_bytes(),
            Self::Activity { id, .. } => *id.as_bytes(),
        }
    }
}

/// A place in a timeline: of two entries, the greater is the newer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryPosition {
    /// When it happened.
    pub occurred_at: Moment,
    /// What.
    pub kind: TimelineKind,
    /// What it is of, as its 16 bytes.
    pub of: [u8; 16],
}

impl Entry {
    /// Its place.
    #[must_use]
    pub const fn position(&self) -> EntryPosition {
        EntryPosition { occurred_at: self.occurred_at, kind: self.kind, of: self.matter.bytes() }
    }

    /// Its name: another entry of the same person has another.
    #[must_use]
    pub fn name(&self) -> String {
        let kind = self.kind;
        match &self.matter {
            // Told again and again of the same period.
            Matter::Employment { id, version } if kind == TimelineKind::EmploymentCorrected => format!("{kind}:{id}:{version}"),
            Matter::Departure { id, version, .. } if kind != TimelineKind::DepartureEffective => format!("{kind}:{id}:{version}"),
            Matter::Employment { id, .. } => format!("{kind}:{id}"),
            Matter::Departure { id, .. } => format!("{kind}:{id}"),
            Matter::Consent { id, .. } => format!("{kind}:{id}"),
            Matter::Merge { id, .. } => format!("{kind}:{id}"),
            Matter::Lookup { id, .. } => format!("{kind}:{id}"),
            Matter::Activity { id, .. } => format!("{kind}:{id}"),
        }
    }
}

impl Window<EntryPosition> {
    /// Beyond which place entries must be older, and beyond which newer.
    #[must_use]
    pub const fn sides(&self) -> (Option<EntryPosition>, Option<EntryPosition>) {
        if self.backwards { (self.until, self.from) } else { (self.from, self.until) }
    }
}

/// The page that a window shows of these entries, the newest first. There may be more of them than it shows, in any order, but
/// none may be missing that it shows.
#[must_use]
pub fn page(entries: Vec<Entry>, window: &Window<EntryPosition>) -> Page<Entry> {
    let (older, newer) = window.sides();
    let is_inside = |entry: &Entry| {
        let at = entry.position();
        older.is_none_or(|place| at < place) && newer.is_none_or(|place| at > place)
    };
    let mut inside: Vec<Entry> = entries.into_iter().filter(is_inside).collect();
    inside.sort_by_key(Entry::position);
    if !window.backwards {
        inside.reverse();
    }
    inside.truncate(window.limit as usize + 1);
    Page::cut(inside, window)
}
