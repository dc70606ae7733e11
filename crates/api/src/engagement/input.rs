//! What outsiders send of engagement: activities, and edits of what they are worth.

use async_graphql::InputObject;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{
    Act, ActivityChannel, ActivityRecord, EditFormula, EditKind, EngagementMode, HALF_LIVES, Kind, LEVELS, MOST_KINDS, MOST_POINTS,
    Subject, SubjectType, Whom,
};
use furusu_domain::error::{Error, Fault, Form, Kind as JsonKind, Problem};
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::Intake;
use crate::departures::input::id as id_in_source;
use crate::json::{Json, Place, Reader};
use crate::rest::listing::{ActivityKind, ExternalId, SourceName};

/// The most activities a batch has.
pub const BATCH: usize = 1_000;

/// The most often acts of a kind may count within a window.
const MOST_OFTEN: i64 = 1_000;

/// A person by the id that an HR system has for them.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct PersonOfSource {
    /// The HR system.
    #[schema(value_type = SourceName)]
    pub source: String,
    /// Their id there.
    #[schema(value_type = ExternalId)]
    pub external_id: String,
}

/// What an activity is a part of.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct RecordSubject {
    /// What kind of thing.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub what: SubjectType,
    /// Its id: furusu's own, or the source's.
    #[schema(value_type = ExternalId)]
    pub id: String,
}

/// One activity, or word that there was none. Whose it is, is said by `alumnus_id` or by `person`.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct RecordActivity {
    /// Its id in the source, which names it for ever: the same again changes nothing, another content corrects it.
    #[schema(value_type = ExternalId)]
    pub external_id: String,
    /// Whose it is, by furusu's own id.
    pub alumnus_id: Option<AlumnusId>,
    /// Whose it is, by the id that an HR system has for them.
    pub person: Option<PersonOfSource>,
    /// What kind of activity: one of the organization's formula. Required unless it is taken back.
    #[schema(value_type = Option<ActivityKind>)]
    pub kind: Option<String>,
    /// By which way; `other` if missing.
    pub channel: Option<ActivityChannel>,
    /// When it happened, since 1970 and never after now. Required unless it is taken back.
    pub occurred_at: Option<Moment>,
    /// What it is a part of.
    pub subject: Option<RecordSubject>,
    /// When the source last changed it: what is older than what is known changes nothing.
    pub source_updated_at: Option<Moment>,
    /// Takes it back: it counts no more, unless the source dates a record after this one. Nothing else need be told then.
    pub retracted: Option<bool>,
}

/// Reads one record of a source; what is wrong with it is told with it.
pub fn record(json: Json<'_>, place: Place<'_>, source: &Source, now: Moment) -> Intake {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, place, &mut faults);
    let (external_id, record) = members(&mut r, source, now);
    r.done();
    let record = match record {
        Some(record) if faults.is_empty() => Ok(record),
        Some(_) | None => Err(faults),
    };
    Intake { external_id, record, place: place.pointer() }
}

fn members(r: &mut Reader<'_, '_, '_>, source: &Source, now: Moment) -> (Option<String>, Option<ActivityRecord>) {
    let external_id = r.parsed("external_id", 200, id_in_source);
    let external_id = r.require("external_id", external_id);
    let named = Named::read(r);
    let kind = r.parsed("kind", 200, Kind::parse);
    let channel = r.word("channel", ActivityChannel::WORDS, ActivityChannel::from_word).unwrap_or(ActivityChannel::Other);
    let occurred_at = r.moment("occurred_at").and_then(|at| match Act::can_be_of(at, now) {
        Ok(at) => Some(at),
        Err(problem) => {
            r.fault("occurred_at", problem);
            None
        }
    });
    let subject = r.object("subject", |r| {
        let what = r.word("type", SubjectType::WORDS, SubjectType::from_word);
        let what = r.require("type", what);
        let id = r.parsed("id", 200, id_in_source);
        let id = r.require("id", id);
        what.zip(id).map(|(what, id)| Subject { what, id })
    });
    let source_updated_at = r.moment("source_updated_at");
    let is_retracted = r.boolean("retracted").unwrap_or(false);
    if is_retracted {
        let record =
            external_id.clone().map(|external_id| ActivityRecord { source: source.clone(), external_id, source_updated_at, act: None });
        return (external_id, record);
    }
    let whom = named.whom(r);
    let kind = r.require("kind", kind);
    let occurred_at = r.require("occurred_at", occurred_at);
    let act = match (whom, kind, occurred_at) {
        (Some(whom), Some(kind), Some(occurred_at)) => Some(Act { whom, kind, channel, occurred_at, subject: subject.flatten() }),
        _ => None,
    };
    let record = external_id.clone().zip(act).map(|(external_id, act)| ActivityRecord {
        source: source.clone(),
        external_id,
        source_updated_at,
        act: Some(act),
    });
    (external_id, record)
}

/// Who is meant, as far as it was said: by furusu's own id, or by that of an HR system.
pub(super) struct Named {
    alumnus: Option<AlumnusId>,
    person: Option<Option<Whom>>,
    is_well_said: bool,
}

impl Named {
    /// Reads `alumnus_id` and `person`.
    pub(super) fn read(r: &mut Reader<'_, '_, '_>) -> Self {
        let before = r.faults();
        let alumnus = r.parsed("alumnus_id", 200, |text| text.parse().map_err(|_| Problem::Malformed { expected: Form::AlumnusId }));
        let person = r.object("person", |r| {
            let source = r.parsed("source", 200, Source::parse);
            let source = r.require("source", source);
            let id = r.parsed("external_id", 200, id_in_source);
            let id = r.require("external_id", id);
            source.zip(id).map(|(source, id)| Whom::Named(source, id))
        });
        Self { alumnus, person, is_well_said: r.faults() == before }
    }

    /// Who is meant, if anybody is named.
    pub(super) fn whom_if_said(self, r: &mut Reader<'_, '_, '_>) -> Option<Whom> {
        if self.alumnus.is_none() && self.person.is_none() { None } else { self.whom(r) }
    }

    /// Who is meant; one of the two must be there.
    pub(super) fn whom(self, r: &mut Reader<'_, '_, '_>) -> Option<Whom> {
        match (self.alumnus.map(Whom::Id), self.person) {
            (Some(_), Some(_)) => {
                r.fault("person", Problem::Exclusive { other: "alumnus_id" });
                None
            }
            (Some(whom), None) | (None, Some(Some(whom))) => Some(whom),
            (None, Some(None)) => None,
            (None, None) => {
                if self.is_well_said {
                    r.fault("alumnus_id", Problem::RequiredOneOf { members: "alumnus_id, person" });
                }
                None
            }
        }
    }
}

/// Reads one activity with its source.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn one(json: Json<'_>, now: Moment) -> Result<Intake, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let source = r.parsed("source", 200, Source::of_another);
    let source = r.require("source", source);
    let json = r.json("record");
    let json = r.require("record", json);
    r.done();
    let Some(json) = json else { return Err(Error::Invalid(faults)) };
    // Whatever else is wrong is told at once, whether it is known whose record it is or not.
    let stand_in = Source::parse("unknown").map_err(|_| Error::Internal("no source".into()))?;
    let intake = record(json, Place::ROOT.member("record"), source.as_ref().unwrap_or(&stand_in), now);
    if let Err(wrong) = &intake.record {
        faults.extend(wrong.iter().cloned());
    }
    if faults.is_empty() { Ok(intake) } else { Err(Error::Invalid(faults)) }
}

/// Reads a batch: what is wrong with the batch itself refuses it, what is wrong with a record only that record.
///
/// # Errors
/// [`Error::Invalid`].
pub fn batch(json: Json<'_>, now: Moment) -> Result<Vec<Intake>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let source = r.parsed("source", 200, Source::of_another);
    let source = r.require("source", source);
    let records = r.list("records", BATCH, |json, _, _| Some(json));
    if records.is_empty() && r.faults() == 0 {
        r.fault("records", Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } });
    }
    r.done();
    match source {
        // The pointers of a record's faults begin at the record: that is what its sender has in hand.
        Some(source) if faults.is_empty() => Ok(records.into_iter().map(|json| record(json, Place::ROOT, &source, now)).collect()),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}

/// What one kind of activity is to be worth.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct EditActivityKind {
    /// The kind: one there is, or a new one, a lower-snake-case word.
    #[schema(value_type = ActivityKind)]
    pub kind: String,
    /// How somebody engages by it: required of a new kind; it cannot change later.
    pub mode: Option<EngagementMode>,
    /// What one is worth on the day it happens: 0, or from 0.001 to 1,000. Required of a new kind.
    #[schema(minimum = 0, maximum = 1000)]
    pub points: Option<f64>,
    /// How many of them count within a window of 90 days, 1 to 1,000; 0 is all of them. A new kind has no such cap unless
    /// it is told.
    #[schema(minimum = 0, maximum = 1000)]
    pub cap: Option<i32>,
}

/// What is to be otherwise in the next version of the formula; what is left out stays.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
pub struct ChangeFormula {
    /// After how many days an activity is worth half: 1 to 3,650.
    #[schema(minimum = 1, maximum = 3650)]
    pub half_life_days: Option<i32>,
    /// Kinds to be changed or added.
    #[schema(max_items = 100)]
    pub kinds: Option<Vec<EditActivityKind>>,
    /// From which score on somebody is at level 1, 2, 3, 4 and 5: five rising numbers above 0.
    #[schema(min_items = 5, max_items = 5)]
    pub levels: Option<Vec<f64>>,
}

/// Reads what is to be otherwise.
///
/// # Errors
/// [`Error::Invalid`] with every fault of its form.
pub fn formula(json: Json<'_>) -> Result<EditFormula, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let half_life_days = r.whole("half_life_days", HALF_LIVES).and_then(|days| u16::try_from(days).ok());
    let kinds = r.list("kinds", MOST_KINDS, kind);
    let levels = match r.peek("levels") {
        None | Some(Json::Null) => {
            let _ = r.json("levels");
            None
        }
        Some(Json::Bool(_) | Json::Whole(_) | Json::Number(_) | Json::Text(_) | Json::List(_) | Json::Object(_)) => levels(&mut r),
    };
    r.done();
    if faults.is_empty() { Ok(EditFormula { half_life_days, kinds, levels }) } else { Err(Error::Invalid(faults)) }
}

fn kind(json: Json<'_>, place: Place<'_>, faults: &mut Vec<Fault>) -> Option<(Kind, EditKind)> {
    let mut r = Reader::new(json, place, faults);
    let kind = r.parsed("kind", 200, Kind::parse);
    let kind = r.require("kind", kind);
    let mode = r.word("mode", EngagementMode::WORDS, EngagementMode::from_word);
    let points = r.number("points");
    if points.is_some_and(|points| points != 0.0 && !(0.001..=MOST_POINTS).contains(&points)) {
        r.fault("points", Problem::OutOfRange { expected: Form::Points { most: 1_000 } });
    }
    let cap = r.whole("cap", 0..=MOST_OFTEN).and_then(|cap| u32::try_from(cap).ok()).map(|cap| (cap > 0).then_some(cap));
    r.done();
    kind.map(|kind| (kind, EditKind { mode, points, cap }))
}

fn levels(r: &mut Reader<'_, '_, '_>) -> Option<[f64; LEVELS]> {
    let read = |json: Json<'_>, place: Place<'_>, faults: &mut Vec<Fault>| {
        #[allow(clippy::cast_precision_loss, reason = "beyond what is allowed only the size matters")]
        let number = match json {
            Json::Whole(number) => number as f64,
            Json::Number(number) => number,
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
                faults.push(Fault::new(place.pointer(), Problem::WrongType { expected: JsonKind::Number, came: json.kind() }));
                return None;
            }
        };
        if !(0.001..=1_000_000.0).contains(&number) {
            faults.push(Fault::new(place.pointer(), Problem::OutOfRange { expected: Form::Points { most: 1_000_000 } }));
            return None;
        }
        Some(number)
    };
    let before = r.faults();
    let levels = r.list("levels", LEVELS, read);
    if r.faults() > before {
        return None;
    }
    let levels = <[f64; LEVELS]>::try_from(levels).ok();
    if levels.is_none() {
        r.fault("levels", Problem::OutOfRange { expected: Form::Items { least: LEVELS, most: LEVELS } });
    }
    levels
}
