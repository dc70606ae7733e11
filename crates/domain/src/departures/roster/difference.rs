//! What is different between two tellings.

use std::collections::BTreeSet;

/// JSON pointers, below `pointer`, of the members in which two values differ.
pub(super) fn differences<T: serde::Serialize>(pointer: &str, before: &T, after: &T) -> Vec<String> {
    let mut found = Vec::new();
    if let (Ok(before), Ok(after)) = (serde_json::to_value(before), serde_json::to_value(after)) {
        compare(pointer, &before, &after, &mut found);
    }
    found
}

fn compare(pointer: &str, before: &serde_json::Value, after: &serde_json::Value, found: &mut Vec<String>) {
    use serde_json::Value::Object;
    match (before, after) {
        (Object(before), Object(after)) => {
            let members: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for member in members {
                let nothing = serde_json::Value::Null;
                let [before, after] = [before, after].map(|o| o.get(member).unwrap_or(&nothing));
                compare(&format!("{pointer}/{}", outside(member)), before, after, found);
            }
        }
        _ if before != after => found.push(pointer.to_owned()),
        _ => {}
    }
}

/// The member as the record calls it, where the document calls it otherwise.
fn outside(member: &str) -> &str {
    match member {
        "ended_on" => "employment_ended_on",
        "standing" => "rehire",
        other => other,
    }
}
