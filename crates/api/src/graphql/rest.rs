//! GraphQL over HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::Request;
use furusu_domain::error::{Error, Form, Kind, Problem};

use super::{bounds, introspection, loader, schema};
use crate::cx::Cx;
use crate::error::{ProblemView, Refusal};
use crate::json::{Json, Place, Reader};
use crate::rest::{Refusals, Unreadable, body};
use crate::{alumni, departures};

/// The media type of GraphQL over HTTP.
const RESPONSE: &str = "application/graphql-response+json";

/// A GraphQL request.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct GraphqlRequest {
    /// The document.
    #[schema(example = "{ alumni(first: 5) { nodes { id displayName status } } }")]
    query: String,
    /// Which of the document's operations.
    #[serde(rename = "operationName")]
    #[schema(max_length = 200, pattern = "^[_A-Za-z][_0-9A-Za-z]*$")]
    operation_name: Option<String>,
    /// Values for its variables.
    #[schema(value_type = Option<Object>)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// What extensions of GraphQL over HTTP say; ignored.
    extensions: Option<serde_json::Value>,
}

/// What a document answered (GraphQL, section 7).
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct GraphqlResponse {
    /// What was asked for; null if it could not be told.
    #[schema(value_type = Option<Object>)]
    data: Option<serde_json::Value>,
    /// What went wrong.
    #[schema(nullable = false)]
    errors: Option<Vec<GraphqlError>>,
    /// More about the answer.
    #[schema(value_type = Option<Object>, nullable = false)]
    extensions: Option<serde_json::Value>,
}

/// One thing that went wrong with a document.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct GraphqlError {
    /// What went wrong.
    message: String,
    /// Where in the document.
    #[schema(value_type = Option<Vec<Object>>, nullable = false)]
    locations: Option<serde_json::Value>,
    /// Where in the answer.
    #[schema(value_type = Option<Vec<Value>>, nullable = false)]
    path: Option<serde_json::Value>,
    /// `code`, the stable name of the problem, and what belongs to it.
    #[schema(value_type = Option<Object>, nullable = false)]
    extensions: Option<serde_json::Value>,
}

/// `POST /graphql`
#[utoipa::path(post, path = "/graphql", tag = "GraphQL", operation_id = "executeGraphql",
    description = "The types are in `/schema.graphql`. Errors carry `extensions.code`, the same words as `code` here.",
    summary = "Run a GraphQL document; each field needs the scope of its REST twin",
    request_body(content = GraphqlRequest, content_type = "application/json"),
    responses(
        Refusals, Unreadable,
        (status = 200, description = "The document ran", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"),
        )),
        (status = 400, description = "The document did not run, or the body is not JSON", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"), (ProblemView = "application/problem+json"),
        )),
    ), security(("oauth2" = []), ("bearer" = [])))]
pub async fn execute(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let document = read(body::parse(&bytes)?)?;
    let document =
        document.data(loader(departures::graphql::Versions(cx.clone()))).data(loader(alumni::graphql::ById(cx.clone()))).data(cx);
    let mut document = document;
    // What cannot be parsed is refused by the library, with its own words.
    let of = match document.parsed_query() {
        Ok(parsed) if bounds::has_too_many_aliases(parsed) => {
            let problem = Problem::OutOfRange { expected: Form::Aliases { most: bounds::ALIASES } };
            return Err(Error::fault("/query", problem).into());
        }
        Ok(parsed) if bounds::is_introspection(parsed) => introspection(),
        Ok(_) | Err(_) => schema(),
    };
    let mut answer = of.execute(document).await;
    // A root field that failed leaves no data; without this its key would only be missing.
    if answer.errors.iter().any(|error| error.path.len() == 1) {
        answer.data = async_graphql::Value::Null;
    }
    // The library's own refusals have a code as well: of the document, or of a value that a field was given.
    for error in &mut answer.errors {
        let code = if error.path.is_empty() { "invalid_document" } else { "invalid" };
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    let modern = request.headers().get(ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|accept| accept.contains(RESPONSE));
    let never_ran = answer.is_err() && answer.data == async_graphql::Value::Null && answer.errors.iter().all(|e| e.path.is_empty());
    let status = if never_ran { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let kind = if modern { "application/graphql-response+json; charset=utf-8" } else { "application/json; charset=utf-8" };
    Ok(HttpResponse::build(status).content_type(kind).json(answer))
}

/// The most bytes a document has; its variables are not counted.
const LONGEST: usize = 64 << 10;

fn read(json: Json<'_>) -> Result<Request, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    let query = r.json("query");
    let query = match query {
        Some(Json::Text(text)) if text.len() > LONGEST => {
            r.fault("query", Problem::TooLong { limit: LONGEST, came: text.len() });
            None
        }
        Some(Json::Text(text)) => Some(text.into_owned()),
        Some(other) => {
            r.fault("query", Problem::WrongType { expected: Kind::Text, came: other.kind() });
            None
        }
        None => r.require("query", None),
    };
    let operation = r.text("operationName", 200);
    let variables = match r.json("variables") {
        None => None,
        Some(variables @ Json::Object(_)) => Some(value(variables)),
        Some(other) => {
            r.fault("variables", Problem::WrongType { expected: Kind::Object, came: other.kind() });
            None
        }
    };
    // GraphQL over HTTP leaves further members to extensions of it.
    r.json("extensions");
    r.done();
    let Some(query) = query.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let mut request = Request::new(query);
    if let Some(operation) = operation {
        request = request.operation_name(operation);
    }
    if let Some(variables) = variables {
        request = request.variables(async_graphql::Variables::from_value(variables));
    }
    Ok(request)
}

fn value(json: Json<'_>) -> async_graphql::Value {
    use async_graphql::{Name, Value};
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => b.into(),
        Json::Whole(n) => n.into(),
        Json::Number(n) => n.into(),
        Json::Text(text) => text.into_owned().into(),
        Json::List(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(members) => Value::Object(members.into_iter().map(|(name, v)| (Name::new(name), value(v))).collect()),
    }
}
