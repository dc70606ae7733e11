//! Values of variables, coerced to the types that the operation declares (GraphQL, 6.1.2 Coercing Variable Values).
//! What does not fit is told by its place and its type, never by its value.

use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::{EnumType, ExtendedType};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, ServerError, Value};

use furusu_domain::error::Kind;

use super::bounds;
use super::documents::{Document, SCHEMA};
use super::words::{Came, Phrase, Why};

/// Values by the names of the variables; a variable without a value is not there.
pub type Values = IndexMap<Name, Value>;

/// Coerces what came. Values for variables that the operation does not declare are left out.
///
/// # Errors
/// Every value that does not fit, at the variable's definition.
pub fn coerce(document: &Document, operation: &Operation, mut came: Values) -> Result<Values, Vec<ServerError>> {
    let mut values = Values::with_capacity(operation.variables.len());
    let mut errors = Vec::new();
    for variable in &operation.variables {
        let name = variable.name.as_str();
        let mut reader = Reader { place: format!("${name}"), faults: Vec::new() };
        let value = match came.swap_remove(name) {
            Some(value) => Some(reader.value(&variable.ty, value)),
            None => match &variable.default_value {
                // Validated with the document.
                Some(default) => super::plan::constant(default, &Values::new()).map(|value| reader.value(&variable.ty, value)),
                None if variable.ty.is_non_null() => {
                    reader.fault(&variable.ty, Came::Nothing);
                    None
                }
                None => None,
            },
        };
        let pos = document.pos(variable.location());
        errors.extend(reader.faults.into_iter().map(|fault| Why::Variables(fault).at(Some(pos))));
        if let Some(value) = value {
            values.insert(Name::new(name), value);
        }
        if errors.len() >= bounds::ERRORS {
            errors.truncate(bounds::ERRORS);
            break;
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

struct Reader {
    place: String,
    faults: Vec<String>,
}

impl Reader {
    fn fault(&mut self, ty: &Type, came: Came) -> Value {
        if self.faults.len() < bounds::ERRORS {
            self.faults.push(Phrase::Value { place: &self.place, ty: &ty.to_string(), came }.said());
        }
        Value::Null
    }

    /// Reads what lies at a step below this place.
    fn below<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let here = self.place.len();
        self.place.push_str(step);
        let value = read(self);
        self.place.truncate(here);
        value
    }

    fn value(&mut self, ty: &Type, value: Value) -> Value {
        if value == Value::Null {
            return if ty.is_non_null() { self.fault(ty, Came::Of(Kind::Null)) } else { value };
        }
        let name = match ty {
            Type::List(of) | Type::NonNullList(of) => {
                // A value that is no list is a list of one.
                let Value::List(items) = value else { return Value::List(vec![self.value(of, value)]) };
                let item = |(n, item)| self.below(&format!("[{n}]"), |here| here.value(of, item));
                return Value::List(items.into_iter().enumerate().map(item).collect());
            }
            Type::Named(name) | Type::NonNullNamed(name) => name,
        };
        match SCHEMA.types.get(name) {
            Some(ExtendedType::Scalar(_)) => self.scalar(ty, name, value),
            Some(ExtendedType::Enum(of)) => {
                let word = if let Value::String(word) = &value { Name::new(word) } else { return self.word(ty, of, value) };
                self.word(ty, of, Value::Enum(word))
            }
            Some(ExtendedType::InputObject(of)) => {
                let Value::Object(mut members) = value else { return self.fault(ty, kind(&value)) };
                for member in members.keys().filter(|member| !of.fields.contains_key(member.as_str())) {
                    if self.faults.len() < bounds::ERRORS {
                        // The member's name is the caller's own, and may be anything.
                        let shown: String = member.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
                        self.faults.push(Phrase::NoMember { place: &self.place, of: name, member: &shown }.said());
                    }
                }
                for (member, definition) in &of.fields {
                    let step = format!(".{member}");
                    if let Some(value) = members.get_mut(member.as_str()) {
                        let came = std::mem::take(value);
                        *value = self.below(&step, |here| here.value(&definition.ty, came));
                    } else if definition.ty.is_non_null() && definition.default_value.is_none() {
                        self.below(&step, |here| here.fault(&definition.ty, Came::Nothing));
                    }
                }
                Value::Object(members)
            }
            // Validated with the document: a variable is of an input type.
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)) | None => self.fault(ty, kind(&value)),
        }
    }

    /// A word of an enumeration: in a document it stands bare, in variables it is a string.
    fn word(&mut self, ty: &Type, of: &EnumType, value: Value) -> Value {
        let Value::Enum(word) = &value else { return self.fault(ty, kind(&value)) };
        if of.values.contains_key(word.as_str()) { value } else { self.fault(ty, Came::AnotherWord) }
    }

    fn scalar(&mut self, ty: &Type, name: &str, value: Value) -> Value {
        match (name, &value) {
            ("Int", Value::Number(number)) => {
                let whole = number.as_i64().or_else(|| {
                    let float = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 1e10)?;
                    #[allow(clippy::cast_possible_truncation, reason = "whole and far below 2^63")]
                    Some(float as i64)
                });
                match whole.and_then(|n| i32::try_from(n).ok()) {
                    Some(n) => n.into(),
                    None => self.fault(ty, Came::NotWhole),
                }
            }
            ("Float", Value::Number(_)) | ("String", Value::String(_)) | ("Boolean", Value::Boolean(_)) | ("ID", Value::String(_)) => value,
            ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => Value::String(number.to_string()),
            ("Int" | "Float" | "String" | "Boolean" | "ID", _) => self.fault(ty, kind(&value)),
            // Scalars of the schema's own are read where they are used.
            _ => value,
        }
    }
}

const fn kind(value: &Value) -> Came {
    match value {
        Value::Null => Came::Of(Kind::Null),
        Value::Number(_) => Came::Of(Kind::Number),
        Value::String(_) => Came::Of(Kind::Text),
        Value::Boolean(_) => Came::Of(Kind::Boolean),
        Value::Enum(_) => Came::Word,
        Value::List(_) => Came::Of(Kind::List),
        Value::Object(_) => Came::Of(Kind::Object),
        Value::Binary(_) => Came::Bytes,
    }
}
