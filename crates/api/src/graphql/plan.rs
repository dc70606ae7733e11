//! What an operation asks for, field by field, once its fragments are spread out, its conditions decided and its repeated
//! fields merged (GraphQL, 6.3.2 Collecting Fields): what the bounds are checked against, what is executed, and what the
//! answer is put in order by.

mod cost;
mod written;

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, DirectiveList, OperationType, Type, Value as Literal};
use apollo_compiler::collections::{HashMap, HashSet};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Number, Pos, ServerError, Value};

use super::bounds;
use super::documents::{Document, SCHEMA};
use super::variables::Values;
use super::words::{Phrase, Why};

pub use written::TYPENAME;

/// An operation that keeps all bounds but, perhaps, that of its cost.
pub struct Plan {
    /// Query, mutation or subscription.
    pub operation: OperationType,
    /// What is asked of the root.
    pub root: Set,
    /// What it costs.
    pub cost: u64,
}

/// What is asked of an object: for each type it can be of, the fields in their order.
pub struct Set {
    /// The types with their fields; one, unless it is asked of an interface.
    pub kinds: Vec<(Name, Vec<Planned>)>,
    /// Whether it is asked of an interface.
    pub is_abstract: bool,
}

/// A field that is asked for.
pub struct Planned {
    /// Under which name the answer has it.
    pub key: Name,
    /// The field.
    pub name: Name,
    /// With what; an argument whose variable has no value is left out.
    pub arguments: Vec<(Name, Value)>,
    /// Where it stands in the document.
    pub pos: Pos,
    /// Of what form its value is.
    pub form: Form,
    /// What is asked of the object or objects that it gives.
    pub set: Option<Set>,
}

/// Of what form a value is: whether it must be there, and what its items are if it is a list.
pub struct Form {
    /// Whether it is never null.
    pub is_required: bool,
    /// The form of its items.
    pub item: Option<Box<Self>>,
}

impl Form {
    fn of(ty: &Type) -> Self {
        match ty {
            Type::Named(_) => Self { is_required: false, item: None },
            Type::NonNullNamed(_) => Self { is_required: true, item: None },
            Type::List(item) => Self { is_required: false, item: Some(Box::new(Self::of(item))) },
            Type::NonNullList(item) => Self { is_required: true, item: Some(Box::new(Self::of(item))) },
        }
    }
}

impl Plan {
    /// Plans an operation.
    ///
    /// # Errors
    /// The bound that it does not keep.
    pub fn new(document: &Document, operation: &Operation, values: &Values) -> Result<Self, ServerError> {
        let mut planner = Planner { document, values, selections: 0, roots: 0 };
        let root = planner.set(&operation.selection_set.ty, &[&operation.selection_set], Depth::default())?;
        let cost = cost::of(&root)?;
        Ok(Self { operation: operation.operation_type, root, cost })
    }

    /// The most it may cost.
    #[must_use]
    pub fn limit(&self) -> u64 {
        if self.operation == OperationType::Subscription { bounds::FOLLOWING } else { bounds::COST }
    }

    /// Whether it changes anything.
    #[must_use]
    pub fn is_mutation(&self) -> bool {
        self.operation == OperationType::Mutation
    }
}

#[derive(Clone, Copy, Default)]
struct Depth {
    fields: usize,
    /// Set within `__schema` and `__type`: how many lists of the schema lie above.
    lists: Option<usize>,
}

struct Planner<'d> {
    document: &'d Document,
    values: &'d Values,
    selections: usize,
    roots: usize,
}

impl<'d> Planner<'d> {
    fn set(&mut self, ty: &str, asked: &[&'d SelectionSet], depth: Depth) -> Result<Set, ServerError> {
        let (names, is_abstract) = match SCHEMA.types.get(ty) {
            Some(ExtendedType::Interface(_) | ExtendedType::Union(_)) => (super::documents::possible(ty), true),
            Some(ExtendedType::Object(of)) => (std::slice::from_ref(&of.name), false),
            Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_) | ExtendedType::InputObject(_)) | None => (&[][..], false),
        };
        let mut kinds = Vec::with_capacity(names.len());
        for name in names {
            kinds.push((Name::new(name), self.fields(name, asked, depth)?));
        }
        Ok(Set { kinds, is_abstract })
    }

    fn fields(&mut self, ty: &str, asked: &[&'d SelectionSet], depth: Depth) -> Result<Vec<Planned>, ServerError> {
        let mut groups = IndexMap::new();
        let mut spread = HashSet::default();
        for set in asked {
            self.collect(ty, set, &mut spread, &mut groups)?;
        }
        let mut times: HashMap<&str, usize> = HashMap::default();
        let mut fields = Vec::with_capacity(groups.len());
        for (key, group) in groups {
            let Some(first) = group.first() else { continue };
            let name = first.name.as_str();
            let pos = self.document.pos(first.location());
            let n = times.entry(name).or_default();
            *n += 1;
            if *n > bounds::ALIASES {
                return Err(Why::TooManyAliases.at(Some(pos)));
            }
            let below = self.below(first, depth, pos)?;
            let sets: Vec<&SelectionSet> = group.iter().map(|field| &field.selection_set).collect();
            let set = if sets.iter().all(|set| set.selections.is_empty()) {
                None
            } else {
                Some(self.set(first.definition.ty.inner_named_type(), &sets, below)?)
            };
            let arguments = first.arguments.iter().filter_map(|argument| given(argument, self.values)).collect();
            let form = Form::of(&first.definition.ty);
            fields.push(Planned { key: Name::new(key), name: Name::new(name), arguments, pos, form, set });
        }
        Ok(fields)
    }

    /// How deep the fields below a field lie.
    fn below(&mut self, field: &Field, depth: Depth, pos: Pos) -> Result<Depth, ServerError> {
        let fields = depth.fields + 1;
        let name = field.name.as_str();
        if fields == 1 && matches!(name, "__schema" | "__type") {
            self.roots += 1;
            if self.roots > bounds::introspection::ROOTS {
                return Err(Why::Introspection("__schema or __type under too many names").at(Some(pos)));
            }
            return Ok(Depth { fields, lists: Some(0) });
        }
        let Some(lists) = depth.lists else {
            return if fields > bounds::DEPTH { Err(Why::TooDeep.at(Some(pos))) } else { Ok(Depth { fields, lists: None }) };
        };
        let lists = lists + usize::from(matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes"));
        if lists > bounds::introspection::LISTS || fields > bounds::introspection::DEPTH {
            return Err(Why::Introspection("types within types within types").at(Some(pos)));
        }
        Ok(Depth { fields, lists: Some(lists) })
    }

    fn collect(
        &mut self,
        ty: &str,
        set: &'d SelectionSet,
        spread: &mut HashSet<&'d str>,
        groups: &mut IndexMap<&'d str, Vec<&'d Node<Field>>>,
    ) -> Result<(), ServerError> {
        for selection in &set.selections {
            self.selections += 1;
            if self.selections > bounds::SELECTIONS {
                return Err(Why::TooLarge(Phrase::Selections { most: bounds::SELECTIONS }.said()).at(None));
            }
            match selection {
                Selection::Field(field) => {
                    if self.is_asked(&field.directives) {
                        groups.entry(field.response_key().as_str()).or_default().push(field);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let applies = fragment.type_condition.as_ref().is_none_or(|condition| applies(ty, condition));
                    if applies && self.is_asked(&fragment.directives) {
                        self.collect(ty, &fragment.selection_set, spread, groups)?;
                    }
                }
                Selection::FragmentSpread(named) => {
                    let name = named.fragment_name.as_str();
                    if !self.is_asked(&named.directives) || !spread.insert(name) {
                        continue;
                    }
                    let Some(fragment) = self.document.parsed().fragments.get(name) else { continue };
                    if applies(ty, fragment.type_condition()) {
                        self.collect(ty, &fragment.selection_set, spread, groups)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// `@skip` and `@include`.
    fn is_asked(&self, directives: &DirectiveList) -> bool {
        let says = |name: &str| {
            let condition = directives.get(name)?.specified_argument_by_name("if")?;
            constant(condition, self.values).map(|value| value == Value::Boolean(true))
        };
        says("skip") != Some(true) && says("include") != Some(false)
    }
}

/// Whether a fragment on `condition` applies to an object of the type `ty`.
fn applies(ty: &str, condition: &str) -> bool {
    ty == condition || super::documents::possible(condition).iter().any(|name| name == ty)
}

/// An argument with its value; none if its variable has none (GraphQL, 6.4.1 Coercing Field Arguments).
fn given(argument: &Node<Argument>, values: &Values) -> Option<(Name, Value)> {
    Some((Name::new(&argument.name), constant(&argument.value, values)?))
}

/// A literal with the values of its variables; none for a variable that has none.
pub(super) fn constant(literal: &Literal, values: &Values) -> Option<Value> {
    Some(match literal {
        Literal::Null => Value::Null,
        Literal::Enum(word) => Value::Enum(Name::new(word)),
        Literal::Variable(name) => return values.get(name.as_str()).cloned(),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(is) => Value::Boolean(*is),
        Literal::Int(n) => Value::Number(n.as_str().parse().unwrap_or_else(|_| Number::from(0))),
        Literal::Float(n) => Value::Number(n.as_str().parse().unwrap_or_else(|_| Number::from(0))),
        // In a list, what has no value is null; in an object, it is left out.
        Literal::List(items) => Value::List(items.iter().map(|item| constant(item, values).unwrap_or_default()).collect()),
        Literal::Object(members) => {
            let members = members.iter().filter_map(|(name, member)| Some((Name::new(name), constant(member, values)?)));
            Value::Object(members.collect())
        }
    })
}
