//! What outsiders send of alumni: what to narrow a list to, and edits.

use async_graphql::{InputObject, MaybeUndefined};
use furusu_domain::alumni::{AlumniFilter, Edit, Email, Phone, search_prefix};
use furusu_domain::departures::{AlumnusStatus, NameKind, Reason, SeparationType, Source};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::departures::input::name_parts;
use crate::json::{Json, Place, Reader};
use crate::rest::listing::{AlumniSort, Cursor, EmailAddress, PhoneNumber, SourceName};

/// What the alumni office edits, as JSON Merge Patch (RFC 7396) has it: a member that is left out stays, null takes the
/// office's word back so that the sources' shows again. The office's word outlives imports.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EditAlumnus {
    /// E-mail addresses; an empty list says that there are none.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<Vec<EmailAddress>>, max_items = 20)]
    pub emails: MaybeUndefined<Vec<String>>,
    /// Telephone numbers, likewise.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<Vec<PhoneNumber>>, max_items = 20)]
    pub phones: MaybeUndefined<Vec<String>>,
    /// Postal code.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<String>, max_length = 20)]
    pub postal_code: MaybeUndefined<String>,
    /// Postal address.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub address: MaybeUndefined<String>,
    /// What they wish to be called.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    #[schema(value_type = Option<PreferredName>)]
    pub preferred_name: MaybeUndefined<PreferredName>,
}

/// A name somebody wishes to be called by; `family` or `given` at least.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "PreferredNameInput")]
pub struct PreferredName {
    /// Family name (姓).
    #[schema(max_length = 200)]
    pub family: Option<String>,
    /// Given name (名).
    #[schema(max_length = 200)]
    pub given: Option<String>,
    /// Middle name or initial.
    #[schema(max_length = 200)]
    pub middle: Option<String>,
    /// Reading of the family name in kana.
    #[schema(max_length = 200)]
    pub family_kana: Option<String>,
    /// Reading of the given name in kana.
    #[schema(max_length = 200)]
    pub given_kana: Option<String>,
}

/// Reads an edit.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn edit(json: Json<'_>) -> Result<Edit, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let edit = Edit {
        emails: r.patch("emails", |r| Some(r.list_of("emails", 20, Email::parse))),
        phones: r.patch("phones", |r| Some(r.list_of("phones", 20, Phone::parse))),
        postal_code: r.patch("postal_code", |r| r.text("postal_code", 20)),
        address: r.patch("address", |r| r.text("address", 1_000)),
        preferred_name: r.patch("preferred_name", |r| r.object("preferred_name", |r| name_parts(r, NameKind::Preferred)).flatten()),
    };
    r.done();
    if faults.is_empty() { Ok(edit) } else { Err(Error::Invalid(faults)) }
}

/// What a list of alumni is narrowed to.
pub fn filter(r: &mut Reader<'_, '_, '_>, search: bool) -> AlumniFilter {
    AlumniFilter {
        department: r.text("department", 200),
        entity: r.text("entity", 200),
        ended_from: r.date("ended_from"),
        ended_to: r.date("ended_to"),
        separation_type: r.word("separation_type", SeparationType::WORDS, SeparationType::from_word),
        reason: r.word("reason", Reason::WORDS, Reason::from_word),
        source: r.parsed("source", 200, Source::parse),
        status: r.word("status", &LISTED, status),
        updated_after: r.moment("updated_after"),
        search: if search { r.parsed("search", 200, prefix) } else { None },
        level_from: r.whole("level_from", 1..=5).and_then(|level| u8::try_from(level).ok()),
        active_since: r.moment("active_since"),
    }
}

/// Where people in a list of alumni stand.
const LISTED: [&str; 2] = ["away", "returned"];

/// A list of alumni holds those who are away and those who returned.
fn status(word: &str) -> Option<AlumnusStatus> {
    AlumnusStatus::from_word(word).filter(|status| *status != AlumnusStatus::Employed)
}

/// What somebody typed to find a person, folded.
///
/// # Errors
/// Nothing is left of it, and nothing would find everybody.
pub fn prefix(typed: &str) -> Result<String, Problem> {
    let typed = crate::json::tidy(typed, 200)?.unwrap_or_default();
    let prefix = search_prefix(&typed);
    if prefix.is_empty() { Err(Problem::Malformed { expected: Form::Search }) } else { Ok(prefix) }
}

/// Whether somebody in a list of alumni is still away or returned.
#[derive(Debug)]
pub struct ListedStatus;

impl utoipa::PartialSchema for ListedStatus {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Whether somebody in a list of alumni is still away or returned."))
            .enum_values(Some(LISTED))
            .into()
    }
}

impl ToSchema for ListedStatus {}

/// What a search of alumni asks for. All but `search` and `updated_after` speak of the latest departure in effect.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct SearchAlumni {
    /// The beginning of a name, in kanji, kana or Latin letters, from either end, or of an e-mail address.
    #[schema(
        example = "Yamada",
        max_length = 200,
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u002f:-?\\[-\\u0060\\u007b-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    )]
    search: Option<String>,
    /// The department they left.
    #[schema(max_length = 200)]
    department: Option<String>,
    /// The legal entity they left.
    #[schema(max_length = 200)]
    entity: Option<String>,
    /// Last day employed on this day or later.
    ended_from: Option<Date>,
    /// Last day employed on this day or earlier.
    ended_to: Option<Date>,
    /// How it ended.
    separation_type: Option<SeparationType>,
    /// Why; restricted reasons need the scope `evaluations:read`.
    reason: Option<Reason>,
    /// The HR system that told of it.
    #[schema(value_type = Option<SourceName>)]
    source: Option<String>,
    /// `away` or `returned`.
    #[schema(value_type = Option<ListedStatus>)]
    status: Option<AlumnusStatus>,
    /// Changed after this moment.
    updated_after: Option<Moment>,
    /// At this level of engagement or above; needs the scope `engagement:read`.
    #[schema(minimum = 1, maximum = 5)]
    level_from: Option<u8>,
    /// Last active at this moment or later; needs the scope `engagement:read`.
    active_since: Option<Moment>,
    /// What the list is sorted by.
    #[schema(value_type = Option<AlumniSort>)]
    sort: Option<String>,
    /// How many at most; 50 if missing.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[schema(value_type = Option<Cursor>)]
    after: Option<String>,
    /// As it was on this day.
    as_of: Option<Date>,
    /// As it was known at this moment.
    known_at: Option<Moment>,
}
