//! Gatherings as outsiders see them: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::engagement::{
    Amendment, CalendarFeed, Enrolment, Gathering, GatheringState, Guests, Plan, Registration, RegistrationState,
};
use furusu_domain::id::{AlumnusId, CalendarFeedId, GatheringId, RegistrationId};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::guests::{Kept, Known};
use crate::error::FaultView;
use crate::rest::etag::Etag;
use crate::rest::listing::{Cursor, WebAddressText};

/// An exchange event.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Gathering", complex)]
#[schema(as = Gathering)]
pub struct GatheringView {
    /// Its id.
    pub id: GatheringId,
    /// Where it stands.
    pub state: GatheringState,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where it is.
    pub place: Option<String>,
    /// Where it is online.
    #[schema(value_type = Option<WebAddressText>)]
    pub online_address: Option<String>,
    /// When it begins.
    pub starts_at: Moment,
    /// When it ends.
    pub ends_at: Moment,
    /// Until when people can register; null: until it ends.
    pub registration_deadline: Option<Moment>,
    /// How many seats there are; null: as many as come.
    pub capacity: Option<i32>,
    /// How many of them are left; null if there are as many as come.
    pub seats_left: Option<i32>,
    /// How many have a seat.
    pub registered: i32,
    /// How many wait for one.
    pub waiting: i32,
    /// How many were there.
    pub attended: i32,
    /// From when on attendance changes only with a reason that is kept.
    pub final_at: Option<Moment>,
    /// When it was published, held or cancelled, whichever was last.
    pub moved_at: Option<Moment>,
    /// By whose credentials.
    pub moved_by: Option<String>,
    /// When it was planned.
    pub created_at: Moment,
    /// When the plan or the state last changed.
    pub updated_at: Moment,
    /// Names this state of it.
    #[graphql(skip)]
    #[serde(skip)]
    pub etag: Etag,
}

impl From<&Gathering> for GatheringView {
    fn from(gathering: &Gathering) -> Self {
        let Gathering { id, state, plan, was_published: _, moved, guests, version: _, created_at, updated_at } = gathering.clone();
        let Plan { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at } = plan;
        let Guests { registered, waiting, attended, last_place: _ } = guests;
        let (moved_at, moved_by) = moved.unzip();
        Self {
            id,
            state,
            title,
            description,
            place,
            online_address: online_address.map(|address| address.as_str().to_owned()),
            starts_at,
            ends_at,
            registration_deadline,
            capacity,
            seats_left: gathering.seats_left(),
            registered,
            waiting,
            attended,
            final_at,
            moved_at,
            moved_by,
            created_at,
            updated_at,
            etag: etag(gathering),
        }
    }
}

/// The tag of a gathering: how many come is a part of what is shown.
#[must_use]
pub fn etag(gathering: &Gathering) -> Etag {
    let Guests { registered, waiting, attended, last_place: _ } = gathering.guests;
    let numbers: Vec<u8> = [gathering.version, registered, waiting, attended].iter().flat_map(|n| n.to_be_bytes()).collect();
    Etag::of(&[b"gathering", gathering.id.as_bytes(), &numbers])
}

/// A page of gatherings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = GatheringPage)]
pub struct GatheringPageView {
    /// The gatherings.
    pub data: Vec<GatheringView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// One guest of a gathering.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Registration", complex)]
#[schema(as = Registration)]
pub struct RegistrationView {
    /// Its id.
    pub id: RegistrationId,
    /// The gathering.
    pub gathering_id: GatheringId,
    /// Who.
    pub alumnus_id: AlumnusId,
    /// Where it stands.
    pub state: RegistrationState,
    /// Their place on the waiting list, if they wait: whoever has the lowest moves up first. A place is never given twice.
    pub waiting_place: Option<i32>,
    /// When they last said yes.
    pub registered_at: Option<Moment>,
    /// When they were there.
    pub attended_at: Option<Moment>,
    /// Whether they had a seat and did not come, as far as is known: only of what was held.
    pub no_show: bool,
    /// Whether another registration of the same person stands for it, since two people became one: it has no seat then.
    pub doubled: bool,
    /// What was changed of their attendance after it was final, the oldest change first.
    pub amendments: Vec<AmendmentView>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A change of attendance after it was final.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "AttendanceAmendment")]
#[schema(as = AttendanceAmendment)]
pub struct AmendmentView {
    /// When they were there, as it was known before; null if they were not.
    pub attended_before: Option<Moment>,
    /// The same, as it is known since.
    pub attended_at: Option<Moment>,
    /// Why it was changed.
    pub reason: Option<String>,
    /// When it was changed.
    pub amended_at: Moment,
    /// By whose credentials.
    pub amended_by: String,
}

impl From<Known> for RegistrationView {
    fn from(known: Known) -> Self {
        let Known { registration, is_no_show, amendments } = known;
        let Registration {
            id,
            gathering,
            alumnus,
            merged_from: _,
            state,
            waiting_place,
            registered_at,
            attended_at,
            is_double,
            version: _,
            created_at,
            updated_at,
        } = registration;
        let amendment = |of: Amendment| {
            let Amendment { registration: _, attended_before, attended_at, at, by, reason } = of;
            AmendmentView { attended_before, attended_at, reason, amended_at: at, amended_by: by }
        };
        Self {
            id,
            gathering_id: gathering,
            alumnus_id: alumnus,
            state,
            waiting_place,
            registered_at,
            attended_at,
            no_show: is_no_show,
            doubled: is_double,
            amendments: amendments.into_iter().map(amendment).collect(),
            created_at,
            updated_at,
        }
    }
}

/// A page of guests.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RegistrationPage)]
pub struct RegistrationPageView {
    /// The guests.
    pub data: Vec<RegistrationView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// What became of one guest of several.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EnrolledGuest")]
#[schema(as = EnrolledGuest)]
pub struct EnrolledView {
    /// Their place in the batch, from 0.
    pub index: usize,
    /// What became of them.
    pub outcome: Enrolment,
    /// Their registration.
    pub registration: Option<RegistrationView>,
    /// Why they were rejected.
    pub problems: Vec<FaultView>,
}

impl EnrolledView {
    /// At their place in the batch.
    #[must_use]
    pub fn new(index: usize, (kept, known): (Kept, Option<Known>)) -> Self {
        let Kept { outcome, registration: _, problems } = kept;
        let problems = problems.into_iter().map(FaultView::from).collect();
        Self { index, outcome, registration: known.map(RegistrationView::from), problems }
    }
}

/// What became of several guests.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EnrolledGuests)]
pub struct EnrolledPageView {
    /// What became of each, in order.
    pub results: Vec<EnrolledView>,
}

/// An address from which the calendar of all gatherings is read without a token.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CalendarFeed")]
#[schema(as = CalendarFeed)]
pub struct CalendarFeedView {
    /// Its id.
    pub id: CalendarFeedId,
    /// What it is for.
    pub label: Option<String>,
    /// The address. It is told once, when the feed is made: only a hash of it is kept.
    pub url: Option<String>,
    /// When it was made.
    pub created_at: Moment,
    /// By whose credentials.
    pub created_by: String,
    /// When it was revoked: its address leads nowhere since.
    pub revoked_at: Option<Moment>,
    /// By whose credentials.
    pub revoked_by: Option<String>,
}

impl CalendarFeedView {
    /// With its address, if that is known.
    #[must_use]
    pub fn of(feed: CalendarFeed, url: Option<String>) -> Self {
        let CalendarFeed { id, label, created: (created_at, created_by), revoked } = feed;
        let (revoked_at, revoked_by) = revoked.unzip();
        Self { id, label, url, created_at, created_by, revoked_at, revoked_by }
    }
}

/// Every calendar feed, revoked ones too, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CalendarFeeds)]
pub struct CalendarFeedsView {
    /// The feeds.
    pub data: Vec<CalendarFeedView>,
}
