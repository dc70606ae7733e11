//! The answer as the specification has it: fields in the order of the document (GraphQL, 7.2.2), null for a field that
//! failed, and null further up where that field may not be null (6.4.4 Handling Execution Errors). The executor gives
//! fields in the order in which they were ready, leaves out those that failed, and gives null for an object of which
//! every field failed.

use async_graphql::indexmap::IndexMap;
use async_graphql::{PathSegment, ServerError, Value};

use super::plan::{Form, Plan, Planned, Set, TYPENAME};

/// A field failed that may not be null: whatever has it is null instead.
struct Failed;

/// Puts an answer in shape.
#[must_use]
pub fn shape(plan: &Plan, data: Value, errors: &[ServerError]) -> Value {
    let mut shaper = Shaper { errors, path: Vec::new() };
    let data = if data == Value::Null { Value::Object(IndexMap::new()) } else { data };
    shaper.object(&plan.root, data).unwrap_or_default()
}

struct Shaper<'e> {
    errors: &'e [ServerError],
    path: Vec<PathSegment>,
}

impl Shaper<'_> {
    fn object(&mut self, set: &Set, value: Value) -> Result<Value, Failed> {
        let Value::Object(mut members) = value else { return Ok(value) };
        let kind = if set.is_abstract {
            let Some(Value::String(name)) = members.get(TYPENAME) else { return Err(Failed) };
            set.kinds.iter().find(|(known, _)| known == name.as_str())
        } else {
            set.kinds.first()
        };
        let Some((_, fields)) = kind else { return Err(Failed) };
        let mut shaped = IndexMap::with_capacity(fields.len());
        for field in fields {
            let value = self.field(field, members.swap_remove(&field.key))?;
            shaped.insert(field.key.clone(), value);
        }
        Ok(Value::Object(shaped))
    }

    fn field(&mut self, field: &Planned, value: Option<Value>) -> Result<Value, Failed> {
        let Planned { key, name: _, arguments: _, pos: _, form, set } = field;
        match value {
            None if form.is_required => Err(Failed),
            None => Ok(Value::Null),
            Some(value) => match set {
                // What has no fields is given whole, and never fails in part.
                None => Ok(value),
                Some(set) => self.below(PathSegment::Field(key.to_string()), |here| here.value(form, set, value)),
            },
        }
    }

    fn value(&mut self, form: &Form, set: &Set, value: Value) -> Result<Value, Failed> {
        let shaped = match (value, &form.item) {
            (Value::List(items), Some(item)) => {
                let shape = |(n, value)| self.below(PathSegment::Index(n), |here| here.value(item, set, value));
                items.into_iter().enumerate().map(shape).collect::<Result<_, _>>().map(Value::List)
            }
            (Value::Null, None) if self.something_failed_below() => self.object(set, Value::Object(IndexMap::new())),
            (Value::Null, _) => Err(Failed),
            (value, _) => self.object(set, value),
        };
        match shaped {
            Err(Failed) if !form.is_required => Ok(Value::Null),
            shaped => shaped,
        }
    }

    fn below<T>(&mut self, step: PathSegment, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.errors.is_empty() {
            return work(self);
        }
        self.path.push(step);
        let done = work(self);
        self.path.pop();
        done
    }

    /// Whether an error is of something below this place: then it is no null that was given, but an object of which
    /// every field failed.
    fn something_failed_below(&self) -> bool {
        let below = |error: &ServerError| error.path.len() > self.path.len() && error.path.starts_with(&self.path);
        self.errors.iter().any(below)
    }
}
