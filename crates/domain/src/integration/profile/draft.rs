//! One row becoming one record.

use serde_json::{Map, Value, json};

use super::bind::Binding;
use super::cell::{Unread, length, read, refusal};
use super::member::{Member, Shape, is_below};
use super::plan::{Col, Fallback, Name, Origin, Rule};

/// A row made into a record. It has no `Debug`, as it is made of personal data.
#[derive(Clone, PartialEq)]
pub struct Mapped {
    /// The departure record, in the form that the doors take. With faults it lacks what could not be read.
    pub record: Value,
    /// What could not be read, in the order of the profile.
    pub faults: Vec<CellFault>,
}

/// A cell that could not be read. It never repeats personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// The columns at fault, in the spelling of the file; none when it is the row itself.
    pub columns: Vec<String>,
    /// The member they were meant for (RFC 6901); empty when it is the row itself.
    pub pointer: String,
    /// One of `malformed_date`, `malformed_instant`, `malformed_boolean`, `malformed_number`, `malformed_rating`,
    /// `malformed_name`, `unmapped_value`, `departure_contradicted`, `row_length`.
    pub code: &'static str,
    /// What came and what was expected.
    pub detail: String,
}

const ENDED_ON: &str = "/departure/employment_ended_on";

/// Draws up the record of one row.
pub(super) fn draw(binding: &Binding<'_>, cells: &[&str]) -> Mapped {
    let mut draft = Draft { binding, cells: binding.read(cells), record: Map::new(), faults: Vec::new() };
    draft.names(&binding.profile.names);
    let departed = draft.departed();
    if departed {
        draft.record.insert("departure".to_owned(), json!({}));
    }
    for rule in &binding.profile.rules {
        if departed || !is_below(rule.member.pointer, "/departure") {
            draft.apply(rule);
        }
    }
    draft.finish()
}

struct Draft<'b> {
    binding: &'b Binding<'b>,
    cells: Vec<Option<String>>,
    record: Map<String, Value>,
    faults: Vec<CellFault>,
}

impl Draft<'_> {
    fn cell(&self, col: Col) -> Option<&str> {
        self.cells.get(col)?.as_deref()
    }

    /// The filled ones of some columns; only the first of them unless they make a list.
    fn filled(&self, columns: &[Col], list: bool) -> Vec<(Col, String)> {
        let filled = columns.iter().filter_map(|col| Some((*col, self.cell(*col)?.to_owned())));
        filled.take(if list { columns.len() } else { 1 }).collect()
    }

    fn fault(&mut self, columns: &[Col], pointer: impl Into<String>, code: &'static str, detail: String) {
        let columns = columns.iter().map(|col| self.binding.column_name(*col).to_owned()).collect();
        self.faults.push(CellFault { columns, pointer: pointer.into(), code, detail });
    }

    /// Whether the row is a departure. A row that says both yes and no is at fault, and neither is assumed.
    fn departed(&mut self) -> bool {
        let profile = self.binding.profile;
        let ended_on = profile.rules.iter().find(|rule| rule.member.pointer == ENDED_ON);
        let columns = ended_on.map(|rule| rule.origin.columns()).unwrap_or_default();
        let filled: Vec<Col> = columns.into_iter().filter(|col| self.cell(*col).is_some()).collect();
        let Some(when) = &profile.departure_when else {
            return !filled.is_empty();
        };
        let departed = when.met(|col| self.cell(col));
        if !departed && !filled.is_empty() {
            let detail = "an end date came in a row that is no departure by the profile's departure_when".to_owned();
            self.fault(&filled, ENDED_ON, "departure_contradicted", detail);
        }
        departed
    }

    fn names(&mut self, names: &[Name]) {
        let drawn: Vec<Value> = names.iter().enumerate().filter_map(|(place, name)| self.name(place, name)).collect();
        if !drawn.is_empty() {
            self.record.insert("names".to_owned(), drawn.into());
        }
    }

    fn name(&mut self, place: usize, name: &Name) -> Option<Value> {
        let without_family = name.family_column().is_some_and(|col| self.cell(col).is_none());
        if name.kind != "legal" && without_family {
            return None;
        }
        let mut drawn = Map::new();
        for whole in &name.whole {
            let Some(text) = self.cell(whole.column) else {
                continue;
            };
            let Some(parts) = whole.form.read(text) else {
                let detail = format!("not {} ({})", whole.form.expected(), length(text));
                self.fault(&[whole.column], format!("/names/{place}"), "malformed_name", detail);
                continue;
            };
            drawn.insert(whole.family.to_owned(), parts.family.into());
            drawn.insert(whole.given.to_owned(), parts.given.into());
            if let (Some(member), Some(middle)) = (whole.middle, parts.middle) {
                drawn.insert(member.to_owned(), middle.into());
            }
        }
        for (part, col) in &name.parts {
            if let Some(text) = self.cell(*col) {
                drawn.insert((*part).to_owned(), text.into());
            }
        }
        if drawn.is_empty() {
            return None;
        }
        for (part, columns, dates) in &name.dates {
            for (col, text) in self.filled(columns, false) {
                match dates.read(&text) {
                    Some(date) => _ = drawn.insert((*part).to_owned(), date.to_string().into()),
                    None => {
                        let detail = format!("not a date of the form {} ({})", dates.expected(), length(&text));
                        self.fault(&[col], format!("/names/{place}/{part}"), "malformed_date", detail);
                    }
                }
            }
        }
        drawn.insert("kind".to_owned(), name.kind.as_str().into());
        Some(drawn.into())
    }

    fn apply(&mut self, rule: &Rule) {
        let member = rule.member;
        match &rule.origin {
            Origin::Constant(value) => self.put(member, value.clone(), None),
            Origin::Columns { columns, reading } => {
                for (col, text) in self.filled(columns, member.shape.is_list()) {
                    match read(reading, member, &text) {
                        Ok(value) => self.put(member, value, Some(&text)),
                        Err(Unread { code, expected }) => {
                            self.put(member, Value::Null, Some(&text));
                            self.fault(&[col], member.pointer, code, refusal(member, &text, &expected));
                        }
                    }
                }
            }
            Origin::Table { source, answers, fallback } => {
                let answer = answers.iter().find(|answer| answer.when.met(|col| self.cell(col)));
                let raw = self.cell(*source).map(str::to_owned);
                match (answer, raw, fallback) {
                    (Some(answer), raw, _) => self.put(member, answer.value.clone(), raw.as_deref()),
                    (None, None, _) => {}
                    (None, Some(raw), Some(Fallback::Value(value))) => self.put(member, value.clone(), Some(&raw)),
                    (None, Some(raw), Some(Fallback::Keep)) => self.put(member, Value::Null, Some(&raw)),
                    (None, Some(raw), None) => {
                        self.put(member, Value::Null, Some(&raw));
                        let detail = refusal(member, &raw, "a word that the profile maps");
                        self.fault(&rule.origin.columns(), member.pointer, "unmapped_value", detail);
                    }
                }
            }
        }
    }

    /// Writes a value in the form of its member; a null is a value that nobody knows, of which the raw text may stay.
    fn put(&mut self, member: &Member, value: Value, raw: Option<&str>) {
        match member.shape {
            Shape::Coded => {
                self.insert_known(&format!("{}/value", member.pointer), value);
                self.insert_known(&format!("{}/source_value", member.pointer), raw.into());
            }
            Shape::CodedList => {
                let mut pair = Map::new();
                for (name, part) in [("value", value), ("source_value", raw.into())] {
                    if !part.is_null() {
                        pair.insert(name.to_owned(), part);
                    }
                }
                self.push(member.pointer, pair.into());
            }
            Shape::Rating => {
                self.insert_known(member.pointer, value);
                self.insert_known("/evaluation/source_value", raw.into());
            }
            Shape::Text => self.insert_known(member.pointer, if value.is_null() { raw.into() } else { value }),
            Shape::Texts => self.push(member.pointer, if value.is_null() { raw.into() } else { value }),
            Shape::Date | Shape::Instant | Shape::Whole | Shape::Truth => self.insert_known(member.pointer, value),
        }
    }

    fn insert_known(&mut self, pointer: &str, value: Value) {
        if !value.is_null() {
            *place(&mut self.record, pointer) = value;
        }
    }

    /// Adds to a list what it does not have yet: two columns may hold the same address.
    fn push(&mut self, pointer: &str, value: Value) {
        let list = place(&mut self.record, pointer);
        if list.is_null() {
            *list = json!([]);
        }
        if let Some(list) = list.as_array_mut()
            && !list.contains(&value)
        {
            list.push(value);
        }
    }

    fn finish(mut self) -> Mapped {
        let evaluation = self.record.get("evaluation");
        if evaluation.is_some_and(|it| it.get("rating").is_none() && it.get("source_value").is_none()) {
            self.record.remove("evaluation");
        }
        Mapped { record: self.record.into(), faults: self.faults }
    }
}

/// The place a pointer names, made where it is missing.
fn place<'r>(record: &'r mut Map<String, Value>, pointer: &str) -> &'r mut Value {
    let (first, rest) = pointer.trim_start_matches('/').split_once('/').unwrap_or((pointer.trim_start_matches('/'), ""));
    let here = record.entry(first).or_insert(Value::Null);
    if rest.is_empty() {
        return here;
    }
    if !here.is_object() {
        *here = json!({});
    }
    match here {
        Value::Object(inner) => place(inner, rest),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => here,
    }
}
