//! Alumni as outsiders see them: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::alumni::{Alumnus, Viewpoint};
use furusu_domain::departures::AlumnusStatus;
use furusu_domain::id::AlumnusId;
use furusu_domain::privacy::Redaction;
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::departures::view::{DepartureView, EmploymentView};
use crate::engagement::view::StandingView;
use crate::rest::etag::Etag;
use crate::rest::listing::Cursor;
use crate::vocabulary::NameView;

/// A person any source has named, as they read from a day. Who has at least one departure in effect is an alumnus.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Alumnus", complex)]
#[schema(as = Alumnus)]
pub struct AlumnusView {
    /// Their id, from the first record on.
    pub id: AlumnusId,
    /// Other ids that answer with them: those of people who turned out to be them.
    pub merged_ids: Vec<AlumnusId>,
    /// Where they stand: employed (never left), away, or returned.
    pub status: AlumnusStatus,
    /// The name they are listed under, written in its own order.
    pub display_name: String,
    /// Every name that was theirs on the day, the legal first.
    pub names: Vec<NameView>,
    /// When they were born.
    pub birth_on: Option<Date>,
    /// Their number as an employee.
    pub employee_number: Option<String>,
    /// E-mail addresses: the alumni office's if it said anything of them, else those of all sources. None once a source
    /// says that they have died.
    pub emails: Vec<String>,
    /// Telephone numbers, likewise.
    pub phones: Vec<String>,
    /// Postal code, likewise.
    pub postal_code: Option<String>,
    /// Postal address, likewise.
    pub address: Option<String>,
    /// Whether a source says that they have died.
    pub deceased: bool,
    /// The latest departure in effect: the one that makes them an alumnus.
    pub latest_departure: Option<DepartureView>,
    /// The first day of the period in which they are back, if they are.
    pub returned_on: Option<Date>,
    /// When a source first named them.
    pub created_at: Moment,
    /// When anything about them last changed.
    pub updated_at: Moment,
    /// Their employment periods with their departures, the latest first; not in lists.
    #[graphql(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub employments: Option<Vec<EmploymentView>>,
    /// How engaged they are: in lists that are sorted or narrowed by that.
    #[graphql(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub engagement: Option<StandingView>,
    /// Names this state of them: REST gives it as the header `ETag`.
    #[graphql(skip)]
    #[serde(skip)]
    pub etag: Etag,
}

/// The tag of a person as somebody sees them who stands there, the same on both doors. Whatever changes of a person moves
/// `updated_at`; what a day turns moves the day.
#[must_use]
pub fn etag(redaction: Redaction, from: Viewpoint, alumnus: &Alumnus) -> Etag {
    let Viewpoint { today, as_of, known_at } = from;
    let as_of = as_of.map_or(i32::MIN, Date::days_since_2000);
    let known_at = known_at.map_or(i64::MIN, Moment::micros);
    Etag::of(&[
        b"alumnus",
        alumnus.id.as_bytes(),
        &alumnus.updated_at.micros().to_be_bytes(),
        &[redaction.mark()],
        &today.days_since_2000().to_be_bytes(),
        &as_of.to_be_bytes(),
        &known_at.to_be_bytes(),
    ])
}

impl AlumnusView {
    /// As somebody sees them who stands there, their periods included.
    #[must_use]
    pub fn seen_by(redaction: Redaction, from: Viewpoint, alumnus: &Alumnus) -> Self {
        let day = from.day();
        let deceased = alumnus.is_deceased();
        let (postal_code, address) = alumnus.address();
        let reachable = |text: Option<&str>| text.filter(|_| !deceased).map(str::to_owned);
        let departure =
            |view: Option<&furusu_domain::departures::Employment>| view.and_then(|e| DepartureView::seen_by(redaction, from, e));
        Self {
            id: alumnus.id,
            merged_ids: alumnus.merged_ids.iter().copied().collect(),
            status: alumnus.status(day),
            display_name: alumnus.name().map(furusu_domain::alumni::PersonName::display).unwrap_or_default(),
            names: alumnus.names(day).into_iter().cloned().map(NameView::from).collect(),
            birth_on: alumnus.birth_on(),
            employee_number: alumnus.employee_number().map(str::to_owned),
            emails: if deceased { Vec::new() } else { alumnus.emails().iter().map(|e| e.as_str().to_owned()).collect() },
            phones: if deceased { Vec::new() } else { alumnus.phones().iter().map(|p| p.as_str().to_owned()).collect() },
            postal_code: reachable(postal_code),
            address: reachable(address),
            deceased,
            latest_departure: departure(alumnus.latest_departure(day)),
            returned_on: alumnus.return_period(day).map(|e| e.stint.employment.hired_on),
            created_at: alumnus.created_at,
            updated_at: alumnus.updated_at,
            engagement: None,
            etag: etag(redaction, from, alumnus),
            employments: Some(alumnus.employments_seen(from).map(|e| EmploymentView::seen_by(redaction, from, e)).collect()),
        }
    }

    /// As lists show them: without their periods.
    #[must_use]
    pub fn in_a_list(redaction: Redaction, from: Viewpoint, alumnus: &Alumnus) -> Self {
        Self { employments: None, ..Self::seen_by(redaction, from, alumnus) }
    }
}

/// A page of alumni.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AlumniPage)]
pub struct AlumniPageView {
    /// The alumni.
    pub data: Vec<AlumnusView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// Employment periods, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EmploymentList)]
pub struct EmploymentsView {
    /// The periods.
    pub data: Vec<EmploymentView>,
}

/// Departures with their versions, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DepartureHistories)]
pub struct DeparturesView {
    /// The departures.
    pub data: Vec<crate::departures::view::DepartureHistoryView>,
}
