//! What lists of alumni and departures can be narrowed to, and sorted by.

use crate::departures::{AlumnusStatus, Reason, SeparationType, Source};
use crate::id::{AlumnusId, DepartureId};
use crate::time::{Date, Moment};

/// Narrows a list of alumni. All but `search` and `updated_after` speak of the latest departure in effect.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlumniFilter {
    /// The department they left.
    pub department: Option<String>,
    /// The legal entity they left.
    pub entity: Option<String>,
    /// Last day employed on this day or later.
    pub ended_from: Option<Date>,
    /// Last day employed on this day or earlier.
    pub ended_to: Option<Date>,
    /// How it ended.
    pub separation_type: Option<SeparationType>,
    /// Why.
    pub reason: Option<Reason>,
    /// The source that told of it.
    pub source: Option<Source>,
    /// Whether they are still away or came back.
    pub status: Option<AlumnusStatus>,
    /// Changed after this moment.
    pub updated_after: Option<Moment>,
    /// Prefix of a name or an e-mail address, folded.
    pub search: Option<String>,
    /// At this level of engagement or above, 1 to 5.
    pub level_from: Option<u8>,
    /// Last active at this moment or later.
    pub active_since: Option<Moment>,
}

impl AlumniFilter {
    /// Whether a list that is so narrowed, and so sorted, tells how engaged people are: beyond the wall nobody may have it.
    /// Whoever never was active is in no such list.
    #[must_use]
    pub const fn tells_engagement(&self, order: Option<AlumniOrder>) -> bool {
        let by_order = matches!(order, Some(AlumniOrder::EngagementScore | AlumniOrder::LastActivityAt));
        by_order || self.level_from.is_some() || self.active_since.is_some()
    }
}

/// What a list of alumni is sorted by; ties are broken by id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
#[cfg_attr(feature = "graphql", graphql(name = "AlumniOrderField"))]
pub enum AlumniOrder {
    /// The last day employed, of the latest departure in effect.
    EndedOn,
    /// The kana reading, else the folded name; family name first.
    Name,
    /// When a source first named them.
    CreatedAt,
    /// When anything about them last changed.
    UpdatedAt,
    /// How engaged they are; whoever never was active is left out.
    EngagementScore,
    /// When they were last active; whoever never was is left out.
    LastActivityAt,
}

/// A value a list is sorted by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SortValue {
    /// A date.
    Day(Date),
    /// A text, compared byte by byte.
    Text(String),
    /// A moment.
    Moment(Moment),
    /// A number.
    Number(i64),
}

/// A place in a list of alumni.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlumniPosition {
    /// What it is sorted by, there.
    pub value: SortValue,
    /// Who is there.
    pub id: AlumnusId,
}

/// Narrows a list of departures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DepartureFilter {
    /// The department left.
    pub department: Option<String>,
    /// The legal entity left.
    pub entity: Option<String>,
    /// Last day employed on this day or later.
    pub ended_from: Option<Date>,
    /// Last day employed on this day or earlier.
    pub ended_to: Option<Date>,
    /// How it ended.
    pub separation_type: Option<SeparationType>,
    /// Why.
    pub reason: Option<Reason>,
    /// The source that told of it.
    pub source: Option<Source>,
    /// Where it stands.
    pub status: Option<crate::departures::DepartureStatus>,
    /// Changed after this moment.
    pub updated_after: Option<Moment>,
}

/// What a list of departures is sorted by; ties are broken by id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
#[cfg_attr(feature = "graphql", graphql(name = "DepartureOrderField"))]
pub enum DepartureOrder {
    /// The last day employed.
    EndedOn,
    /// When what is known of it last changed.
    UpdatedAt,
}

/// A place in a list of departures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeparturePosition {
    /// What it is sorted by, there.
    pub value: SortValue,
    /// Which one is there.
    pub id: DepartureId,
}

impl AlumniOrder {
    /// The words of REST's `sort`, a minus before one turns it round.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("ended_on", Self::EndedOn),
        ("name", Self::Name),
        ("created_at", Self::CreatedAt),
        ("updated_at", Self::UpdatedAt),
        ("engagement_score", Self::EngagementScore),
        ("last_activity_at", Self::LastActivityAt),
    ];
}

impl DepartureOrder {
    /// The words of REST's `sort`, a minus before one turns it round.
    pub const WORDS: &'static [(&'static str, Self)] = &[("ended_on", Self::EndedOn), ("updated_at", Self::UpdatedAt)];
}
