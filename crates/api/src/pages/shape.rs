//! Schemas of the contract (JSON Schema 2020-12, as far as the contract uses it), in words.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::{phrase, prose};

/// A contract, to look names up in.
#[derive(Clone, Copy)]
pub(super) struct Contract<'a>(pub(super) &'a Value);

impl<'a> Contract<'a> {
    /// What is meant: it, or what it refers to.
    pub(super) fn resolved(self, it: &'a Value) -> &'a Value {
        let pointer = it["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        pointer.and_then(|to| self.0.pointer(to)).unwrap_or(it)
    }
}

/// The name that a reference has in the contract.
fn name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// The kinds a schema allows, by the word `type`.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn choices(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array())
}

/// What kind of value it is, with links to the shapes.
pub(super) fn kind(schema: &Value) -> Markup {
    if let Some(reference) = schema["$ref"].as_str() {
        return html! { a href={ "#shape-" (name(reference)) } { (name(reference)) } };
    }
    let parts = choices(schema).map(|all| (all, " or ")).or_else(|| schema["allOf"].as_array().map(|all| (all, " and ")));
    if let Some((parts, between)) = parts {
        return html! { @for (at, part) in parts.iter().enumerate() { @if at > 0 { (between) } (kind(part)) } };
    }
    if !schema["const"].is_null() {
        return html! { code { (plain(&schema["const"])) } };
    }
    html! {
        @for (at, one) in types(schema).into_iter().enumerate() {
            @if at > 0 { " or " }
            @match one {
                "array" => { "list of " (kind(&schema["items"])) }
                "object" if schema["additionalProperties"].is_object() => { "object with any members" }
                one => { (one) @if let Some(format) = schema["format"].as_str() { " (" (format) ")" } }
            }
        }
        @if types(schema).is_empty() { "any value" }
    }
}

/// What else is asked of a value, a line for each.
pub(super) fn bounds(schema: &Value) -> Markup {
    const WORDS: [(&str, &str); 9] = [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "characters, at least"),
        ("maxLength", "characters, at most"),
        ("minItems", "entries, at least"),
        ("maxItems", "entries, at most"),
        ("pattern", "pattern"),
        ("default", "default"),
        ("example", "example"),
    ];
    // What a reference leads to is told there.
    let words = schema["enum"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        @for (key, word) in WORDS {
            @if !schema[key].is_null() { div.bound { (word) " " code { (plain(&schema[key])) } } }
        }
        @if !words.is_empty() { div.bound { "one of " @for (at, word) in words.iter().enumerate() { @if at > 0 { ", " } code { (plain(word)) } } } }
    }
}

/// The words a value may be, if they are few and known.
pub(super) fn words(of: Contract<'_>, schema: &Value) -> Vec<String> {
    let schema = of.resolved(schema);
    if types(schema).contains(&"boolean") {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    schema["enum"].as_array().into_iter().flatten().map(plain).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A schema that has a name.
pub(super) fn described(name: &str, schema: &Value) -> Markup {
    let description = schema["description"].as_str().unwrap_or_default();
    html! {
        article.shape aria-labelledby={ "shape-" (name) } {
            h3 id={ "shape-" (name) } { (name) }
            (prose(description))
            (told(schema))
        }
    }
}

/// What is in a schema: its members, or what it is made of.
fn told(schema: &Value) -> Markup {
    if let Some(parts) = schema["allOf"].as_array() {
        return html! {
            @for part in parts {
                @if part["$ref"].is_string() { p { "All of " (kind(part)) ", and:" } } @else { (told(part)) }
            }
        };
    }
    if let Some(parts) = choices(schema) {
        return html! {
            p { "One of:" }
            ul { @for part in parts { li { (kind(part)) @if part["properties"].is_object() { (told(part)) } } } }
        };
    }
    let Some(members) = schema["properties"].as_object() else {
        return html! { p { (kind(schema)) } (bounds(schema)) };
    };
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    html! {
        table {
            thead { tr { th scope="col" { "Member" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
            tbody {
                @for (name, member) in members {
                    tr {
                        th scope="row" { code { (name) } @if required(name) { " " span.required { "required" } } }
                        td { (kind(member)) }
                        td {
                            (phrase(meaning(member)))
                            (bounds(member))
                            @if member["properties"].is_object() { (told(member)) }
                        }
                    }
                }
            }
        }
    }
}

/// What a member means; that it may be null takes its description into the choice.
fn meaning(member: &Value) -> &str {
    let inner = || choices(member).into_iter().flatten().find_map(|part| part["description"].as_str());
    member["description"].as_str().or_else(inner).unwrap_or_default()
}

/// A body to begin with: the example, or what must be in it.
pub(super) fn sample(of: Contract<'_>, media: &str, form: &Value) -> String {
    let value = if form["example"].is_null() { made(of, &form["schema"], 0) } else { form["example"].clone() };
    match (&value, media.contains("form-urlencoded")) {
        (Value::Object(members), true) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in members {
                form.append_pair(name, &plain(value));
            }
            form.finish()
        }
        _ => serde_json::to_string_pretty(&value).unwrap_or_default(),
    }
}

/// How deep a sample goes.
const DEEPEST: usize = 8;

fn made(of: Contract<'_>, schema: &Value, depth: usize) -> Value {
    let schema = of.resolved(schema);
    if depth > DEEPEST {
        return Value::Null;
    }
    let given = ["example", "default", "const"].into_iter().map(|key| &schema[key]).find(|value| !value.is_null());
    if let Some(given) = given.or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0)) {
        return given.clone();
    }
    if let Some(first) = choices(schema).and_then(|parts| parts.first()) {
        return made(of, first, depth + 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let members = parts.iter().map(|part| made(of, part, depth + 1));
        return Value::Object(members.filter_map(|part| part.as_object().cloned()).flatten().collect());
    }
    match types(schema).first() {
        Some(&"object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            Value::Object(required.map(|name| (name.to_owned(), made(of, &schema["properties"][name], depth + 1))).collect::<Map<_, _>>())
        }
        Some(&"array") => json!([made(of, &schema["items"], depth + 1)]),
        Some(&"integer" | &"number") => json!(1),
        Some(&"boolean") => json!(false),
        Some(&"string") => json!(match schema["format"].as_str() {
            Some("date") => "2024-03-31",
            Some("date-time") => "2024-03-31T00:00:00Z",
            _ => "",
        }),
        _ => Value::Null,
    }
}
