//! Bounds of a document that are checked before it runs.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// How often one field may be asked for side by side, under other names.
pub const ALIASES: usize = 15;

/// Whether the document asks for nothing but the schema.
#[must_use]
pub fn is_introspection(document: &ExecutableDocument) -> bool {
    document.operations.iter().all(|(_, operation)| {
        operation.node.selection_set.node.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => field.node.name.node.starts_with("__"),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
        })
    })
}

/// Whether any field is asked for too often side by side.
#[must_use]
pub fn has_too_many_aliases(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).any(repeats)
}

fn repeats(set: &SelectionSet) -> bool {
    let mut times: HashMap<&str, usize> = HashMap::new();
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            let times = times.entry(field.node.name.node.as_str()).or_default();
            *times += 1;
            *times > ALIASES || repeats(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => repeats(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}
