//! The API reference, written from the contract that the service gives out, so that it cannot say anything else.

use std::sync::OnceLock;

use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::catalogue::Language;

use super::shape::{self, Contract};
use super::{Page, breakable, phrase, prose};

/// `GET /docs`
#[utoipa::path(get, path = "/docs", tag = "Operating", operation_id = "getReference",
    description = "It works without the internet.", summary = "This contract, as a page to read and to try",
    responses((status = 200, description = "A page to read", content_type = "text/html", body = String)), security(()))]
pub async fn show(request: HttpRequest) -> HttpResponse {
    static PAGE: OnceLock<String> = OnceLock::new();
    super::answer(&request, PAGE.get_or_init(|| reference(&crate::rest::contract::document())).clone())
}

/// An operation of the contract, and where it is.
struct Operation<'a> {
    method: String,
    path: &'a str,
    id: &'a str,
    it: &'a Value,
}

impl Operation<'_> {
    fn is_of(&self, tag: &str) -> bool {
        self.it["tags"][0] == tag
    }

    /// Whether it needs no token.
    fn is_open(&self) -> bool {
        let ways = self.it["security"].as_array();
        ways.is_none_or(|ways| ways.iter().any(|way| way.as_object().is_some_and(Map::is_empty)))
    }

    fn scopes(&self) -> impl Iterator<Item = &str> {
        let ways = self.it["security"].as_array().into_iter().flatten();
        ways.filter_map(|way| way["oauth2"].as_array()).flatten().filter_map(Value::as_str)
    }
}

fn operations(contract: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in contract["paths"].as_object().into_iter().flatten() {
        for (method, it) in item.as_object().into_iter().flatten() {
            if let Some(id) = it["operationId"].as_str() {
                found.push(Operation { method: method.to_uppercase(), path, id, it });
            }
        }
    }
    found
}

fn reference(contract: &Value) -> String {
    let of = Contract(contract);
    let operations = operations(contract);
    let shapes = contract["components"]["schemas"].as_object().into_iter().flatten();
    let tags: Vec<(&str, &str)> = contract["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| (text(&tag["name"]), text(&tag["description"])))
        .filter(|(tag, _)| operations.iter().any(|operation| operation.is_of(tag)))
        .collect();
    let body = html! {
        div.columns {
            nav.contents aria-label="Contents" {
                @for (tag, _) in &tags {
                    h2 { a href={ "#" (anchor(tag)) } { (tag) } }
                    ul {
                        @for operation in operations.iter().filter(|operation| operation.is_of(tag)) {
                            li { a href={ "#" (operation.id) } { span.method { (operation.method) } " " (breakable(operation.path)) } }
                        }
                    }
                }
                h2 { a href="#shapes" { "Shapes" } }
                ul { @for (name, _) in shapes.clone() { li { a href={ "#shape-" (name) } { (name) } } } }
            }
            main id="main" {
                h1 { "API reference" }
                p { "Version " (text(&contract["info"]["version"])) ", OpenAPI " (text(&contract["openapi"])) "." }
                (prose(text(&contract["info"]["description"])))
                h2 { "Token" }
                p {
                    "With an access token, every operation here can be tried. "
                    "It stays in this tab, and what you send runs for real: whatever writes, writes."
                }
                (super::token_form())
                @for (tag, description) in &tags {
                    section aria-labelledby=(anchor(tag)) {
                        h2 id=(anchor(tag)) { (tag) }
                        (prose(description))
                        @for operation in operations.iter().filter(|operation| operation.is_of(tag)) { (described(of, operation)) }
                    }
                }
                section aria-labelledby="shapes" {
                    h2 id="shapes" { "Shapes" }
                    p { "What is sent and what comes back, by the names that the operations use." }
                    @for (name, schema) in shapes { (shape::described(name, schema)) }
                }
            }
        }
    };
    Page { frame: Language::English.frame(), title: "API reference", path: "/docs", files: &["token.js", "docs.js"], body }.html()
}

fn described(of: Contract<'_>, operation: &Operation<'_>) -> Markup {
    let parameters: Vec<&Value> = operation.it["parameters"].as_array().into_iter().flatten().map(|one| of.resolved(one)).collect();
    let body = of.resolved(&operation.it["requestBody"]);
    let answers = operation.it["responses"].as_object();
    html! {
        article.operation aria-labelledby=(operation.id) {
            h3 id=(operation.id) { span.method { (operation.method) } " " code { (breakable(operation.path)) } }
            p { (phrase(text(&operation.it["summary"]))) }
            (prose(text(&operation.it["description"])))
            p.needs {
                @if operation.is_open() { "No token needed." } @else {
                    @let scopes: Vec<&str> = operation.scopes().collect();
                    @if scopes.is_empty() { "Needs a token." } @else {
                        "Needs the scope" @if scopes.len() > 1 { "s" } " "
                        @for (at, scope) in scopes.iter().enumerate() { @if at > 0 { ", " } code { (scope) } }
                        "."
                    }
                }
            }
            @if !parameters.is_empty() {
                h4 { "Parameters" }
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "In" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                    tbody {
                        @for parameter in &parameters {
                            tr {
                                th scope="row" {
                                    code { (text(&parameter["name"])) }
                                    @if parameter["required"] == true { " " span.required { "required" } }
                                }
                                td.place { (text(&parameter["in"])) }
                                td { (shape::kind(&parameter["schema"])) }
                                td { (phrase(text(&parameter["description"]))) (shape::bounds(&parameter["schema"])) }
                            }
                        }
                    }
                }
            }
            @if let Some(forms) = body["content"].as_object() {
                h4 { "Body" }
                (prose(text(&body["description"])))
                ul { @for (media, form) in forms { li { (shape::kind(&form["schema"])) " as " code { (media) } } } }
            }
            h4 { "Answers" }
            table {
                thead { tr { th scope="col" { "Status" } th scope="col" { "Meaning" } th scope="col" { "Form" } } }
                tbody {
                    @for (status, answer) in answers.into_iter().flatten() {
                        @let answer = of.resolved(answer);
                        tr {
                            th scope="row" { code { (status) } }
                            td { (phrase(text(&answer["description"]))) }
                            td {
                                @for (media, form) in answer["content"].as_object().into_iter().flatten() {
                                    div { (shape::kind(&form["schema"])) " as " code { (media) } }
                                }
                            }
                        }
                    }
                }
            }
            (attempt(of, operation, &parameters, body))
        }
    }
}

/// A form to call an operation with (`docs.js` sends it).
fn attempt(of: Contract<'_>, operation: &Operation<'_>, parameters: &[&Value], body: &Value) -> Markup {
    let id = operation.id;
    let sent = body["content"].as_object().and_then(|forms| forms.iter().next());
    html! {
        details {
            summary { "Try it" span.hidden { ": " (operation.method) " " (operation.path) } }
            form.try data-method=(operation.method) data-path=(operation.path) data-open=[operation.is_open().then_some("yes")] autocomplete="off" {
                @for parameter in parameters {
                    @let name = text(&parameter["name"]);
                    @let required = parameter["required"] == true;
                    p {
                        label for={ (id) "-" (name) } { code { (name) } @if required { " (required)" } }
                        @let words = shape::words(of, &parameter["schema"]);
                        @if words.is_empty() {
                            input id={ (id) "-" (name) } type="text" data-in=(text(&parameter["in"])) data-name=(name) required[required] spellcheck="false";
                        } @else {
                            select id={ (id) "-" (name) } data-in=(text(&parameter["in"])) data-name=(name) required[required] {
                                option value="" { "–" }
                                @for word in words { option { (word) } }
                            }
                        }
                    }
                }
                @if let Some((media, form)) = sent {
                    p {
                        label for={ (id) "-body" } { "Body, " code { (media) } }
                        textarea id={ (id) "-body" } rows="8" data-type=(media) spellcheck="false" { (shape::sample(of, media, form)) }
                    }
                }
                button type="submit" { "Send" }
                output aria-live="polite" {}
                pre tabindex="0" role="region" aria-label={ "Answer of " (operation.method) " " (operation.path) } hidden {}
            }
        }
    }
}

fn anchor(tag: &str) -> String {
    format!("tag-{}", tag.to_lowercase().replace(' ', "-"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
