//! A departure record as it comes in, by REST, by GraphQL, or row by row from a file: one shape, one set of checks.

use async_graphql::{InputObject, SimpleObject};
use furusu_domain::alumni::{Email, Particulars, PersonName, Phone};
use furusu_domain::departures::{
    Coded, Employed, EmploymentStatus, EmploymentType, Evaluation, Exit, Left, Manager, NameKind, Reason, Record, Rehire, SeparationType,
    Standing, Stint,
};
use furusu_domain::error::{Fault, Form, Problem};
use furusu_domain::time::{Date, Moment};
use serde::Serialize;
use utoipa::ToSchema;

use super::Intake;
use crate::json::{Json, Place, Reader};
use crate::rest::listing::{EmailAddress, ExternalId, PhoneNumber};
use crate::vocabulary::{
    CodedEmploymentStatus, CodedEmploymentType, CodedReason, CodedSeparationType, EvaluationView, ExitView, ManagerView, NameView,
    RehireView,
};

/// A departure record: what one source says of one employment period of one person. All members but `external_id`,
/// `names` and `employment` are optional; a record without `departure` is of somebody who is employed, and takes back a
/// departure that was told before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, InputObject, SimpleObject)]
#[graphql(name = "DepartureRecordContent", input_name = "DepartureRecordInput")]
#[schema(as = DepartureRecordContent)]
pub struct RecordDeparture {
    /// Who, in the words of the source; names a person there for ever.
    #[schema(value_type = ExternalId)]
    pub external_id: String,
    /// Which of their employment periods, counted by the source.
    #[graphql(default)]
    #[schema(minimum = 0)]
    pub sequence: Option<i32>,
    /// Earlier ids of the same person, where the source gives a new one at rehire.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<ExternalId>>, nullable = false, max_items = 50)]
    pub previous_external_ids: Option<Vec<String>>,
    /// Their number as an employee.
    #[schema(max_length = 128)]
    pub employee_number: Option<String>,
    /// When the source last changed it: an older record than the one that is known is stale.
    pub source_updated_at: Option<Moment>,
    /// The legal entity of the organization.
    #[schema(max_length = 200)]
    pub entity: Option<String>,
    /// What they are or were called; at least one name.
    #[schema(min_items = 1, max_items = 20)]
    pub names: Vec<NameView>,
    /// When they were born.
    pub birth_on: Option<Date>,
    /// E-mail addresses that outlast the employment.
    #[schema(value_type = Option<Vec<EmailAddress>>, max_items = 20)]
    pub emails: Option<Vec<String>>,
    /// Telephone numbers.
    #[schema(value_type = Option<Vec<PhoneNumber>>, max_items = 20)]
    pub phones: Option<Vec<String>>,
    /// Postal code.
    #[schema(max_length = 20)]
    pub postal_code: Option<String>,
    /// Postal address.
    #[schema(max_length = 1000)]
    pub address: Option<String>,
    /// The employment.
    pub employment: RecordEmployment,
    /// How it ended, if it has, or will.
    pub departure: Option<RecordEnd>,
    /// The last rating.
    pub evaluation: Option<EvaluationView>,
}

/// The employment part of a departure record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, InputObject, SimpleObject)]
#[graphql(name = "DepartureRecordEmployment", input_name = "DepartureRecordEmploymentInput")]
#[schema(as = DepartureRecordEmployment)]
pub struct RecordEmployment {
    /// First day of this period.
    pub hired_on: Date,
    /// First day of the first period.
    pub original_hired_on: Option<Date>,
    /// Where it stands.
    pub status: Option<CodedEmploymentStatus>,
    /// The kind of contract.
    pub employment_type: Option<CodedEmploymentType>,
    /// Department, at the end or now.
    #[schema(max_length = 200)]
    pub department: Option<String>,
    /// Job title.
    #[schema(max_length = 200)]
    pub job_title: Option<String>,
    /// Place of work.
    #[schema(max_length = 200)]
    pub location: Option<String>,
    /// End of the contract's term.
    pub contract_end_on: Option<Date>,
    /// The last manager.
    pub manager: Option<ManagerView>,
}

/// The departure part of a departure record.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, InputObject, SimpleObject)]
#[graphql(name = "DepartureRecordEnd", input_name = "DepartureRecordEndInput")]
#[schema(as = DepartureRecordEnd)]
pub struct RecordEnd {
    /// The last day employed (退職日): the departure is in effect from the next day on.
    pub employment_ended_on: Date,
    /// The last day at work (最終出社日).
    pub last_worked_on: Option<Date>,
    /// The last day that was paid.
    pub paid_through_on: Option<Date>,
    /// The day notice was given (退職申出日).
    pub notified_on: Option<Date>,
    /// Who ended it, and how.
    pub separation_type: Option<CodedSeparationType>,
    /// Why.
    pub reason: Option<CodedReason>,
    /// Why else.
    #[schema(max_items = 20)]
    pub reason_secondary: Option<Vec<CodedReason>>,
    /// Whether the employer regrets it.
    pub regrettable: Option<bool>,
    /// How they left.
    pub exit: Option<ExitView>,
    /// What the source says of a return.
    pub rehire: Option<RehireView>,
}

/// How long texts may be, in characters.
const ID: usize = 128;
const SHORT: usize = 200;
const LONG: usize = 1_000;

/// Words that may be recorded as a reason: `withheld` is only ever read.
fn recordable(word: &str) -> Option<Reason> {
    Reason::from_word(word).filter(|reason| *reason != Reason::Withheld)
}

/// Reads a record, with every fault found on the way, and what is odd about it.
#[must_use]
pub fn read(json: Json<'_>, place: Place<'_>, now: Moment, today: Date) -> Intake {
    let mut faults = Vec::new();
    let mut reader = Reader::new(json, place, &mut faults);
    let external_id = reader.parsed("external_id", ID, id);
    let named = external_id.clone();
    let record = members(&mut reader, external_id);
    reader.done();
    let Some((record, mut warnings)) = record else { return Intake { external_id: named, record: Err(faults) } };
    for mut fault in record.review(now, today) {
        fault.pointer = format!("{}{}", place.pointer(), fault.pointer);
        if fault.problem.is_warning() { warnings.push(fault) } else { faults.push(fault) }
    }
    Intake { external_id: named, record: if faults.is_empty() { Ok((record, warnings)) } else { Err(faults) } }
}

/// An id as a source gives it, of a person or of anything else: 1 to 128 characters.
///
/// # Errors
/// The text is empty, longer, or holds control characters.
pub fn id(text: &str) -> Result<String, Problem> {
    match text.chars().count() {
        1..=ID if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(Problem::Malformed { expected: Form::ExternalId }),
    }
}

fn members(reader: &mut Reader<'_, '_, '_>, external_id: Option<String>) -> Option<(Record, Vec<Fault>)> {
    let mut warnings = Vec::new();
    let external_id = reader.require("external_id", external_id);
    let sequence = reader.whole("sequence", 0..=i64::from(i32::MAX)).and_then(|n| i32::try_from(n).ok());
    let previous_external_ids = reader.list_of("previous_external_ids", 50, id);
    let employee_number = reader.text("employee_number", ID);
    let source_updated_at = reader.moment("source_updated_at");
    let entity = reader.text("entity", SHORT);
    let names = reader.list("names", 20, name);
    if names.is_empty() {
        reader.require("names", None::<()>);
    }
    let birth_on = reader.date("birth_on");
    let emails = reader.list_of("emails", 20, Email::parse);
    let phones = reader.list_of("phones", 20, Phone::parse);
    let postal_code = reader.text("postal_code", 20);
    let address = reader.text("address", LONG);
    let employment = reader.object("employment", |r| employed(r, entity)).flatten();
    let employment = reader.require("employment", employment);
    let departure_given = reader.object("departure", |r| left(r, &mut warnings));
    let evaluation = reader.object("evaluation", |r| Evaluation {
        as_of: r.date("as_of"),
        rating: r.number("rating"),
        scale: r.text("scale", SHORT),
        source_value: r.code("source_value", SHORT),
    });
    let departure = match departure_given {
        None => None,
        Some(left) => Some(left?),
    };
    let some = |list: Vec<_>| (!list.is_empty()).then_some(list);
    let particulars = Particulars {
        names,
        birth_on,
        employee_number,
        emails: some(emails),
        phones: (!phones.is_empty()).then_some(phones),
        postal_code,
        address,
    };
    let stint = Stint { employment: employment?, departure, evaluation };
    let record = Record { external_id: external_id?, sequence, previous_external_ids, source_updated_at, particulars, stint };
    Some((record, warnings))
}

/// A name at a place.
pub fn name(json: Json<'_>, place: Place<'_>, faults: &mut Vec<Fault>) -> Option<PersonName> {
    let mut reader = Reader::new(json, place, faults);
    let before = reader.faults();
    let kind = reader.word("kind", NameKind::WORDS, NameKind::from_word);
    let kind = reader.require("kind", kind);
    let name = name_parts(&mut reader, kind.unwrap_or(NameKind::Legal));
    let fine = reader.faults() == before;
    reader.done();
    name.filter(|_| fine)
}

/// The parts of a name, without its kind.
pub fn name_parts(reader: &mut Reader<'_, '_, '_>, kind: NameKind) -> Option<PersonName> {
    let name = PersonName {
        kind,
        family: reader.text("family", SHORT),
        given: reader.text("given", SHORT),
        middle: reader.text("middle", SHORT),
        family_kana: reader.text("family_kana", SHORT),
        given_kana: reader.text("given_kana", SHORT),
        valid_from: reader.date("valid_from"),
        valid_to: reader.date("valid_to"),
    };
    if name.family.is_none() && name.given.is_none() {
        reader.fault("family", Problem::RequiredOneOf { members: "family, given" });
        return None;
    }
    if let (Some(from), Some(to)) = (name.valid_from, name.valid_to)
        && to < from
    {
        reader.fault("valid_to", Problem::Before { other: "valid_from" });
    }
    Some(name)
}

fn employed(reader: &mut Reader<'_, '_, '_>, entity: Option<String>) -> Option<Employed> {
    let hired_on = reader.date("hired_on");
    let hired_on = reader.require("hired_on", hired_on);
    let employed = Employed {
        hired_on: hired_on.unwrap_or_default(),
        original_hired_on: reader.date("original_hired_on"),
        entity,
        status: coded(reader, "status", EmploymentStatus::WORDS, EmploymentStatus::from_word),
        employment_type: coded(reader, "employment_type", EmploymentType::WORDS, EmploymentType::from_word),
        department: reader.text("department", SHORT),
        job_title: reader.text("job_title", SHORT),
        location: reader.text("location", SHORT),
        contract_end_on: reader.date("contract_end_on"),
        manager: reader
            .object("manager", |r| Manager { external_id: r.code("external_id", ID), name: r.text("name", SHORT) })
            .filter(|m| m.external_id.is_some() || m.name.is_some()),
    };
    hired_on.map(|_| employed)
}

fn left(reader: &mut Reader<'_, '_, '_>, warnings: &mut Vec<Fault>) -> Option<Left> {
    let ended_on = reader.date("employment_ended_on");
    let ended_on = reader.require("employment_ended_on", ended_on);
    let left = Left {
        ended_on: ended_on.unwrap_or_default(),
        last_worked_on: reader.date("last_worked_on"),
        paid_through_on: reader.date("paid_through_on"),
        notified_on: reader.date("notified_on"),
        separation_type: coded(reader, "separation_type", SeparationType::WORDS, SeparationType::from_word),
        reason: coded(reader, "reason", &Reason::WORDS[..Reason::WORDS.len() - 1], recordable),
        reason_secondary: reader.list("reason_secondary", 20, |json, place, faults| {
            let mut reader = Reader::new(json, place, faults);
            let reason = coded_members(&mut reader, &Reason::WORDS[..Reason::WORDS.len() - 1], recordable);
            reader.done();
            Some(reason).filter(|reason| !reason.is_empty())
        }),
        regrettable: reader.boolean("regrettable"),
        exit: reader
            .object("exit", |r| Exit {
                notice_kept: r.boolean("notice_kept"),
                handover_done: r.boolean("handover_done"),
                interview_held: r.boolean("interview_held"),
            })
            .unwrap_or_default(),
        rehire: reader.object("rehire", |r| rehire(r, warnings)).unwrap_or_default(),
    };
    ended_on.map(|_| left)
}

fn rehire(reader: &mut Reader<'_, '_, '_>, warnings: &mut Vec<Fault>) -> Rehire {
    let said = coded_members(reader, Standing::WORDS, Standing::from_word);
    let (standing, odd) = Rehire::heard(said);
    if let Some(what) = odd {
        warnings.push(Fault::new("/departure/rehire/value", Problem::Odd { what }));
    }
    Rehire { standing, reason: reader.text("reason", LONG), authorised_by: reader.text("authorised_by", SHORT) }
}

fn coded<T>(reader: &mut Reader<'_, '_, '_>, name: &'static str, words: &[&'static str], of: fn(&str) -> Option<T>) -> Coded<T> {
    reader.object(name, |r| coded_members(r, words, of)).unwrap_or_default()
}

fn coded_members<T>(reader: &mut Reader<'_, '_, '_>, words: &[&'static str], of: fn(&str) -> Option<T>) -> Coded<T> {
    Coded { value: reader.word("value", words, of), source_value: reader.code("source_value", SHORT) }
}
