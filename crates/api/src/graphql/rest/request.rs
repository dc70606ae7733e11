//! Reading requests by GraphQL over HTTP: from a body, or from a query string.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};

use furusu_domain::error::Kind;

use crate::graphql::bounds;
use crate::graphql::documents;
use crate::graphql::run::Asked;
use crate::graphql::variables::Values;
use crate::graphql::words::{Phrase, Why};
use crate::json::Json;
use crate::operating;
use crate::rest::{body, decode_pairs};

/// What came in one body.
pub enum Came {
    /// One request.
    One(Result<Asked, Why>),
    /// Several, each to be answered in its place.
    Batch(Vec<Result<Asked, Why>>),
}

/// Reads a body.
///
/// # Errors
/// It is no JSON, or no request and no batch.
pub fn read(bytes: &[u8]) -> Result<Came, Why> {
    let json = parse(bytes)?;
    let Json::List(items) = json else { return Ok(Came::One(one(json))) };
    if !(1..=bounds::BATCH).contains(&items.len()) {
        return Err(Why::Batch(Phrase::Batch { most: bounds::BATCH, came: items.len() }.said()));
    }
    Ok(Came::Batch(items.into_iter().map(one).collect()))
}

fn parse(bytes: &[u8]) -> Result<Json<'_>, Why> {
    body::parse(bytes).map_err(|error| Why::Json(operating::language().error(&error)))
}

/// Reads a query string.
///
/// # Errors
/// A parameter is not what was expected.
pub fn query(text: &str) -> Result<Asked, Why> {
    let mut asked = Asked::default();
    for (name, value) in decode_pairs(text) {
        match &*name {
            "query" => asked.query = Some(value.into_owned()),
            // The empty name is none.
            "operationName" => asked.operation = Some(value.into_owned()).filter(|name| !name.is_empty()),
            "documentId" => asked.document_id = Some(value.into_owned()),
            "variables" => asked.variables = variables(parse(value.as_bytes())?)?,
            "extensions" => extensions(&mut asked, parse(value.as_bytes())?)?,
            // What is not known is for others.
            _ => {}
        }
    }
    Ok(asked)
}

/// Reads one request.
///
/// # Errors
/// A member is not what was expected.
pub fn one(json: Json<'_>) -> Result<Asked, Why> {
    let Json::Object(members) = json else { return Err(expected("", Kind::Object, &json)) };
    let mut asked = Asked::default();
    let mut read: Vec<String> = Vec::new();
    for (name, value) in members {
        // Of two members of one name the first is read.
        if read.iter().any(|known| *known == name) {
            continue;
        }
        match (&*name, value) {
            ("query" | "documentId" | "operationName" | "variables" | "extensions", Json::Null) => {}
            ("query", Json::Text(text)) => asked.query = Some(text.into_owned()),
            ("documentId", Json::Text(text)) => asked.document_id = Some(text.into_owned()),
            ("operationName", Json::Text(text)) => asked.operation = Some(text.into_owned()),
            ("query" | "documentId" | "operationName", other) => return Err(expected(&name, Kind::Text, &other)),
            ("variables", value) => asked.variables = variables(value)?,
            ("extensions", value) => extensions(&mut asked, value)?,
            _ => continue,
        }
        read.push(name.into_owned());
    }
    Ok(asked)
}

fn expected(name: &str, expected: Kind, came: &Json<'_>) -> Why {
    Why::Request(Phrase::Member { name, expected, came: came.kind() }.said())
}

fn variables(json: Json<'_>) -> Result<Values, Why> {
    if json == Json::Null {
        return Ok(Values::new());
    }
    let Json::Object(members) = json else { return Err(expected("variables", Kind::Object, &json)) };
    Ok(object(members))
}

fn extensions(asked: &mut Asked, json: Json<'_>) -> Result<(), Why> {
    if json == Json::Null {
        return Ok(());
    }
    let Json::Object(members) = json else { return Err(expected("extensions", Kind::Object, &json)) };
    for (name, value) in members {
        if name != "persistedQuery" {
            continue;
        }
        let Json::Object(members) = value else { return Err(expected("extensions.persistedQuery", Kind::Object, &value)) };
        let seek = |wanted: &str| members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        if seek("version") != Some(&Json::Whole(1)) {
            return Err(Why::Request(Phrase::Version.said()));
        }
        let hash = match seek("sha256Hash") {
            Some(Json::Text(text)) => documents::hash(text),
            _ => None,
        };
        let hash = hash.ok_or_else(|| Why::Request(Phrase::Hash.said()))?;
        asked.persisted = Some(hash);
    }
    Ok(())
}

fn object(members: Vec<(std::borrow::Cow<'_, str>, Json<'_>)>) -> Values {
    let mut object = IndexMap::with_capacity(members.len());
    for (name, value) in members {
        object.entry(Name::new(name)).or_insert_with(|| self::value(value));
    }
    object
}

fn value(json: Json<'_>) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(is) => is.into(),
        Json::Whole(n) => n.into(),
        Json::Number(n) => n.into(),
        Json::Text(text) => text.into_owned().into(),
        Json::List(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(members) => Value::Object(object(members)),
    }
}
