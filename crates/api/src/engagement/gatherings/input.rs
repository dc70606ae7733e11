//! What outsiders send of gatherings: plans, guests, and what becomes of them.

use async_graphql::{InputObject, MaybeUndefined};
use furusu_domain::engagement::{
    Call, EditPlan, EnrolAs, GatheringFilter, GatheringState, MOST_SEATS, Plan, RegistrationMove, RegistrationState, WebAddress, Whom,
};
use furusu_domain::error::{Error, Fault, Form, Problem};
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::Ask;
use crate::engagement::input::{Named, PersonOfSource};
use crate::json::{Json, Place, Reader};
use crate::rest::listing::WebAddressText;

/// The most guests of a batch.
pub const BATCH: usize = 1_000;

/// The most characters of a title, of a description and of a place.
const TITLE: usize = 200;
const DESCRIPTION: usize = 10_000;
const PLACE: usize = 500;

/// The most characters of a reason.
const REASON: usize = 1_000;

/// What, where and when, for how many.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct PlanGathering {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// What it is about. Nothing personal: it stands in calendars.
    #[schema(max_length = 10_000)]
    pub description: Option<String>,
    /// Where it is.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// Where it is online. It stands in calendars.
    #[schema(value_type = Option<WebAddressText>)]
    pub online_address: Option<String>,
    /// When it begins.
    pub starts_at: Moment,
    /// When it ends, after that.
    pub ends_at: Moment,
    /// Until when people can register, no later than its end; until then if missing.
    pub registration_deadline: Option<Moment>,
    /// How many seats there are, 1 to 100,000; as many as come if missing.
    #[schema(minimum = 1, maximum = 100_000)]
    pub capacity: Option<i32>,
    /// From when on attendance changes only with a reason that is kept, no earlier than its end. Seven days after it was held if
    /// missing.
    pub final_at: Option<Moment>,
}

/// What is edited of a gathering, as JSON Merge Patch (RFC 7396) has it: a member that is left out stays, null takes it away.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EditGathering {
    /// What it is called.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub title: MaybeUndefined<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    pub description: MaybeUndefined<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub place: MaybeUndefined<String>,
    /// Where it is online.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<WebAddressText>)]
    pub online_address: MaybeUndefined<String>,
    /// When it begins.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Moment, required = false)]
    pub starts_at: MaybeUndefined<Moment>,
    /// When it ends.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Moment, required = false)]
    pub ends_at: MaybeUndefined<Moment>,
    /// Until when people can register.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<Moment>)]
    pub registration_deadline: MaybeUndefined<Moment>,
    /// How many seats there are. With more, those who wait move up; with fewer, nobody loses theirs.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 100_000)]
    pub capacity: MaybeUndefined<i32>,
    /// From when on attendance changes only with a reason that is kept. Once that has come it cannot be changed.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<Moment>)]
    pub final_at: MaybeUndefined<Moment>,
}

/// Where a gathering is moved.
#[derive(Clone, Copy, Debug, Serialize, ToSchema, InputObject)]
pub struct MoveGathering {
    /// There.
    pub to: GatheringState,
}

/// Who comes to a gathering. They are named by `alumnus_id` or by `person`.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EnrolGuest {
    /// Who, by furusu's own id.
    pub alumnus_id: Option<AlumnusId>,
    /// Who, by the id that an HR system has for them.
    pub person: Option<PersonOfSource>,
    /// How they come to the list; `registered` if missing.
    pub state: Option<EnrolAs>,
}

/// One of several who come to a gathering. They are named by `alumnus_id` or by `person`.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct Guest {
    /// Who, by furusu's own id.
    pub alumnus_id: Option<AlumnusId>,
    /// Who, by the id that an HR system has for them.
    pub person: Option<PersonOfSource>,
}

/// Who come to a gathering, 1 to 1,000.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EnrolGuests {
    /// They, in the order in which they get seats.
    #[schema(min_items = 1, max_items = 1000)]
    pub guests: Vec<Guest>,
    /// How they come to the list; `registered` if missing.
    pub state: Option<EnrolAs>,
}

/// What is said of a registration.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct MoveRegistration {
    /// What.
    pub to: RegistrationMove,
    /// When they were there, only with `attended`: now if missing, never later than that, and at most a day before it begins.
    pub at: Option<Moment>,
    /// Why. Required once attendance is final.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
}

/// A calendar feed that is to be made.
#[derive(Clone, Debug, Default, Serialize, ToSchema, InputObject)]
pub struct OfferCalendarFeed {
    /// What it is for.
    #[schema(max_length = 200)]
    pub label: Option<String>,
}

/// Reads a plan.
///
/// # Errors
/// [`Error::Invalid`] with every fault of its form.
pub fn plan(json: Json<'_>) -> Result<Plan, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let title = r.text("title", TITLE);
    let title = r.require("title", title);
    let description = r.text("description", DESCRIPTION);
    let place = r.text("place", PLACE);
    let online_address = r.parsed("online_address", WebAddress::LONGEST, WebAddress::parse);
    let starts_at = r.moment("starts_at");
    let starts_at = r.require("starts_at", starts_at);
    let ends_at = r.moment("ends_at");
    let ends_at = r.require("ends_at", ends_at);
    let registration_deadline = r.moment("registration_deadline");
    let capacity = seats(&mut r);
    let final_at = r.moment("final_at");
    r.done();
    let plan = match (title, starts_at, ends_at) {
        (Some(title), Some(starts_at), Some(ends_at)) => {
            Some(Plan { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at })
        }
        _ => None,
    };
    // What is wrong with how its moments follow one another is told with the rest.
    match plan.map(Plan::checked) {
        Some(Ok(plan)) if faults.is_empty() => Ok(plan),
        Some(Err(more)) => Err(Error::Invalid(faults.into_iter().chain(more).collect())),
        Some(Ok(_)) | None => Err(Error::Invalid(faults)),
    }
}

fn seats(r: &mut Reader<'_, '_, '_>) -> Option<i32> {
    r.whole("capacity", 1..=i64::from(MOST_SEATS)).and_then(|seats| i32::try_from(seats).ok())
}

/// Reads an edit.
///
/// # Errors
/// [`Error::Invalid`] with every fault of its form.
pub fn edit(json: Json<'_>) -> Result<EditPlan, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let edit = EditPlan {
        title: r.there("title", |r| r.text("title", TITLE)),
        description: r.patch("description", |r| r.text("description", DESCRIPTION)),
        place: r.patch("place", |r| r.text("place", PLACE)),
        online_address: r.patch("online_address", |r| r.parsed("online_address", WebAddress::LONGEST, WebAddress::parse)),
        starts_at: r.there("starts_at", |r| r.moment("starts_at")),
        ends_at: r.there("ends_at", |r| r.moment("ends_at")),
        registration_deadline: r.patch("registration_deadline", |r| r.moment("registration_deadline")),
        capacity: r.patch("capacity", seats),
        final_at: r.patch("final_at", |r| r.moment("final_at")),
    };
    r.done();
    if faults.is_empty() { Ok(edit) } else { Err(Error::Invalid(faults)) }
}

/// Reads where a gathering is moved.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn moved(json: Json<'_>) -> Result<GatheringState, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let to = r.word("to", GatheringState::WORDS, GatheringState::from_word);
    let to = r.require("to", to);
    r.done();
    to.filter(|_| faults.is_empty()).ok_or(Error::Invalid(faults))
}

/// Reads one guest.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn guest(json: Json<'_>, by: &str) -> Result<Ask, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let named = Named::read(&mut r);
    let whom = named.whom(&mut r);
    let as_ = r.word("state", EnrolAs::WORDS, EnrolAs::from_word).unwrap_or(EnrolAs::Registered);
    r.done();
    match whom {
        Some(whom) if faults.is_empty() => Ok(Ask { whom: Ok(whom), as_, by: by.to_owned() }),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// Reads several guests: what is wrong with one of them rejects them alone.
///
/// # Errors
/// [`Error::Invalid`] with every fault of the batch itself.
pub fn guests(json: Json<'_>, by: &str) -> Result<Vec<Ask>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let as_ = r.word("state", EnrolAs::WORDS, EnrolAs::from_word).unwrap_or(EnrolAs::Registered);
    let guests = r.list("guests", BATCH, |json, _, _| Some(json));
    if guests.is_empty() && r.faults() == 0 {
        r.fault("guests", Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } });
    }
    r.done();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let ask = |json: Json<'_>| Ask { whom: one_of(json), as_, by: by.to_owned() };
    Ok(guests.into_iter().map(ask).collect())
}

/// The pointers of a guest's faults begin at the guest.
fn one_of(json: Json<'_>) -> Result<Whom, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let named = Named::read(&mut r);
    let whom = named.whom(&mut r);
    r.done();
    whom.filter(|_| faults.is_empty()).ok_or(faults)
}

/// Reads what is said of a registration.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn call(json: Json<'_>) -> Result<Call, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let to = r.word("to", RegistrationMove::WORDS, RegistrationMove::from_word);
    let to = r.require("to", to);
    let at = r.moment("at");
    let reason = r.text("reason", REASON);
    if at.is_some() && to.is_some_and(|to| to != RegistrationMove::Attended) {
        r.fault("at", Problem::OnlyWith { what: "attended" });
    }
    r.done();
    match to {
        Some(to) if faults.is_empty() => Ok(Call { to, at, reason }),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// Reads what a calendar feed is for.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn feed(json: Json<'_>) -> Result<Option<String>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let label = r.text("label", TITLE);
    r.done();
    if faults.is_empty() { Ok(label) } else { Err(Error::Invalid(faults)) }
}

/// Reads what a list of gatherings is narrowed to.
pub fn filter(r: &mut Reader<'_, '_, '_>) -> GatheringFilter {
    GatheringFilter {
        state: r.word("state", GatheringState::WORDS, GatheringState::from_word),
        starts_from: r.moment("starts_from"),
        starts_before: r.moment("starts_before"),
    }
}

/// Reads what a guest list is narrowed to.
pub fn standing(r: &mut Reader<'_, '_, '_>) -> Option<RegistrationState> {
    r.word("state", RegistrationState::WORDS, RegistrationState::from_word)
}
