//! What a plan costs: one for each object that it can return, and one for each scalar that is asked for again under
//! another name.

use async_graphql::{ServerError, Value};

use super::{Planned, Set};
use crate::graphql::bounds;
use crate::graphql::words::Why;

/// The cost of everything but the schema itself, which has a bound of its own.
///
/// # Errors
/// More of the schema is asked for than is given at once.
pub(super) fn of(root: &Set) -> Result<u64, ServerError> {
    let fields = root.kinds.iter().flat_map(|(_, fields)| fields);
    let (schema, data): (Vec<&Planned>, Vec<&Planned>) = fields.partition(|field| field.name.starts_with("__"));
    let estimated = sum(schema.into_iter().map(schema_values));
    if estimated > bounds::introspection::VALUES {
        return Err(Why::Introspection("too many values").at(None));
    }
    Ok(sum(data.into_iter().map(|field| field_cost(field, None))))
}

fn sum(costs: impl Iterator<Item = u64>) -> u64 {
    costs.fold(0, u64::saturating_add)
}

/// `page` is how long the lists of a connection are, for its fields.
fn field_cost(field: &Planned, page: Option<u64>) -> u64 {
    let Some(set) = &field.set else { return 0 };
    let objects = match (&field.form.item, page, length(field, "ids")) {
        (None, _, _) => 1,
        (Some(_), Some(page), _) => page,
        (Some(_), None, Some(ids)) => ids,
        (Some(_), None, None) => bounds::LIST,
    };
    let below = size(field, "first").or_else(|| size(field, "last"));
    let of_kind = |(_, fields): &(_, Vec<Planned>)| sum(fields.iter().map(|field| field_cost(field, below))).saturating_add(again(fields));
    let each = set.kinds.iter().map(of_kind).max().unwrap_or(0);
    let told = brought(field);
    // What became of each record is told once for each; what is wrong with them is bounded elsewhere.
    objects.saturating_mul(each.saturating_add(1)).saturating_add(told)
}

/// How many scalars are asked for more than once.
fn again(fields: &[Planned]) -> u64 {
    let mut names: Vec<&str> = fields.iter().filter(|field| field.set.is_none()).map(|field| field.name.as_str()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    (all - names.len()) as u64
}

/// How many records or applicants a mutation brings, each of which it answers.
fn brought(field: &Planned) -> u64 {
    let Some(Value::Object(input)) = argument(field, "input") else { return 0 };
    let many = |name: &str| if let Some(Value::List(items)) = input.get(name) { items.len() as u64 } else { 0 };
    many("records") + many("applicants") + many("guests") + many("questions")
}

fn argument<'p>(field: &'p Planned, name: &str) -> Option<&'p Value> {
    field.arguments.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// How long a page is. What is out of bounds is refused by the connection, in its own words.
fn size(field: &Planned, name: &str) -> Option<u64> {
    let Value::Number(number) = argument(field, name)? else { return None };
    Some(number.as_u64().unwrap_or(1).clamp(1, bounds::PAGE))
}

fn length(field: &Planned, name: &str) -> Option<u64> {
    // A value that is no list is a list of one.
    Some(if let Value::List(items) = argument(field, name)? { items.len() as u64 } else { 1 })
}

/// How many values the schema gives, by how long its lists are.
fn schema_values(field: &Planned) -> u64 {
    let Some(set) = &field.set else { return 1 };
    let each = sum(set.kinds.iter().flat_map(|(_, fields)| fields).map(schema_values));
    let times = match (field.form.item.is_some(), field.name.as_str()) {
        (false, _) => 1,
        (true, "types") => 100,
        (true, "args") => 3,
        (true, _) => 10,
    };
    each.saturating_add(1).saturating_mul(times)
}
