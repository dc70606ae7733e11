//! Timelines as outsiders see them: one shape for REST and GraphQL.

use async_graphql::{ID, SimpleObject};
use furusu_domain::id::{ActivityId, AlumnusId, ConsentId, DepartureId, EmploymentId, LookupId, MergeId};
use furusu_domain::time::{Date, Moment};
use furusu_domain::timeline::{Entry, Matter, TimelineKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::cx::Cx;
use crate::operating;
use crate::rest::listing::Cursor;

/// Something that happened to a person. What it is of is named by its id, to be read where such things are read.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TimelineEntry")]
#[schema(as = TimelineEntry)]
pub struct EntryView {
    /// Its name in this timeline, opaque: the same entry has the same name.
    #[schema(value_type = String)]
    pub id: ID,
    /// What happened.
    pub kind: TimelineKind,
    /// The same in a few words, in the language of the request.
    pub title: &'static str,
    /// When it happened.
    pub occurred_at: Moment,
    /// The day that was, where the organization is.
    pub occurred_on: Date,
    /// When furusu learnt it: before it happened, at once, or long after.
    pub recorded_at: Moment,
    /// What it is about, in one word: the kind of the activity, the purpose of the consent, the result of the lookup.
    pub about: Option<String>,
    /// The employment period.
    pub employment_id: Option<EmploymentId>,
    /// The departure.
    pub departure_id: Option<DepartureId>,
    /// Which version of the employment period tells it.
    pub version: Option<i32>,
    /// What was said about the purpose.
    pub consent_id: Option<ConsentId>,
    /// The merge.
    pub merge_id: Option<MergeId>,
    /// Whose id answers with another's by the merge, or does so no more.
    pub merged_id: Option<AlumnusId>,
    /// The finding.
    pub lookup_id: Option<LookupId>,
    /// The activity.
    pub activity_id: Option<ActivityId>,
}

impl EntryView {
    /// An entry as it reads where the organization is.
    #[must_use]
    pub fn seen(cx: &Cx, entry: Entry) -> Self {
        let id = ID(entry.name());
        let Entry { kind, occurred_at, recorded_at, matter } = entry;
        let mut view = Self {
            id,
            kind,
            title: operating::language().happened(kind),
            occurred_at,
            occurred_on: cx.actor().zone.date_at(occurred_at),
            recorded_at,
            about: None,
            employment_id: None,
            departure_id: None,
            version: None,
            consent_id: None,
            merge_id: None,
            merged_id: None,
            lookup_id: None,
            activity_id: None,
        };
        match matter {
            Matter::Employment { id, version } => (view.employment_id, view.version) = (Some(id), Some(version)),
            Matter::Departure { id, employment, version } => {
                (view.departure_id, view.employment_id, view.version) = (Some(id), Some(employment), Some(version));
            }
            Matter::Consent { id, purpose } => (view.consent_id, view.about) = (Some(id), Some(purpose.as_str().to_owned())),
            Matter::Merge { id, merged } => (view.merge_id, view.merged_id) = (Some(id), Some(merged)),
            Matter::Lookup { id, result } => (view.lookup_id, view.about) = (Some(id), Some(result.as_str().to_owned())),
            Matter::Activity { id, kind } => (view.activity_id, view.about) = (Some(id), Some(kind.into())),
        }
        view
    }
}

/// A page of a timeline, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TimelinePage)]
pub struct TimelinePageView {
    /// The entries.
    pub data: Vec<EntryView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}
