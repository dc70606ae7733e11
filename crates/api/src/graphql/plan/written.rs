//! A plan as the document that is executed: no fragments but one for each type of an interface, no directives, nothing
//! twice.

use apollo_compiler::ast::OperationType as Kind;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet,
    TypeCondition,
};
use async_graphql::{Name, Pos, Positioned, Request, Value};

use super::{Plan, Planned, Set};

/// Under which name the type of an object is asked for, where the answer is put in order by it. No name of a document
/// can be this.
pub const TYPENAME: &str = "#";

impl Plan {
    /// The request to execute.
    #[must_use]
    pub fn request(&self) -> Request {
        let ty = match self.operation {
            Kind::Query => OperationType::Query,
            Kind::Mutation => OperationType::Mutation,
            Kind::Subscription => OperationType::Subscription,
        };
        let operation =
            OperationDefinition { ty, variable_definitions: Vec::new(), directives: Vec::new(), selection_set: at(set(&self.root)) };
        let document = ExecutableDocument { operations: DocumentOperations::Single(at(operation)), fragments: Default::default() };
        let mut request = Request::new("");
        request.set_parsed_query(document);
        request
    }
}

fn at<T>(node: T) -> Positioned<T> {
    Positioned::new(node, Pos::default())
}

fn set(asked: &Set) -> SelectionSet {
    let mut items = Vec::new();
    if asked.is_abstract {
        items.push(typename());
        for (name, fields) in &asked.kinds {
            let condition = TypeCondition { on: at(name.clone()) };
            let fragment =
                InlineFragment { type_condition: Some(at(condition)), directives: Vec::new(), selection_set: at(listed(fields)) };
            items.push(at(Selection::InlineFragment(at(fragment))));
        }
    } else if let Some((_, fields)) = asked.kinds.first() {
        items = listed(fields).items;
        if items.is_empty() {
            // An object of which nothing is asked is still told apart from none.
            items.push(typename());
        }
    }
    SelectionSet { items }
}

fn typename() -> Positioned<Selection> {
    let field = Field {
        alias: Some(at(Name::new(TYPENAME))),
        name: at(Name::new("__typename")),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: at(SelectionSet::default()),
    };
    at(Selection::Field(at(field)))
}

fn listed(fields: &[Planned]) -> SelectionSet {
    SelectionSet { items: fields.iter().map(field).collect() }
}

fn field(planned: &Planned) -> Positioned<Selection> {
    let Planned { key, name, arguments, pos, form: _, set: below } = planned;
    let here = |node| Positioned::new(node, *pos);
    let argument = |(name, value): &(Name, Value)| (Positioned::new(name.clone(), *pos), Positioned::new(value.clone().into_value(), *pos));
    let field = Field {
        alias: (key != name).then(|| here(key.clone())),
        name: here(name.clone()),
        arguments: arguments.iter().map(argument).collect(),
        directives: Vec::new(),
        selection_set: Positioned::new(below.as_ref().map(set).unwrap_or_default(), *pos),
    };
    Positioned::new(Selection::Field(Positioned::new(field, *pos)), *pos)
}
