//! GraphQL over HTTP, by its edition of September 2026, and by what clients of old expect of `application/json`.

pub mod accept;
pub mod request;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev, web};

use self::accept::Form;
use self::request::Came;
use super::run::{self, Answer, Refused};
use super::words::{Phrase, Why};
use super::{events, socket};
use crate::app::App;
use crate::cx::Cx;
use crate::error::{self, ProblemView, Refusal};
use crate::pages;
use crate::rest::{Refusals, Unreadable, body, decode_pairs};

/// A GraphQL request.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member")]
pub struct GraphqlRequest {
    /// The document.
    #[schema(example = "{ alumni(first: 5) { nodes { id displayName status } } }")]
    query: Option<String>,
    /// Instead of the document, the id of one that is known: `sha256:` and its hash.
    #[serde(rename = "documentId")]
    document_id: Option<String>,
    /// Which of the document's operations.
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    /// Values for its variables.
    #[schema(value_type = Option<Object>)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// Extensions of the protocol: `persistedQuery`.
    #[schema(value_type = Option<Object>)]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
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
    /// More about the answer: `cost`.
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
    summary = "Run a GraphQL document, or up to ten; each field needs the scope of its REST twin",
    request_body(content = GraphqlRequest, content_type = "application/json"),
    description = "The types are in `/schema.graphql`. A list of up to ten requests is answered by a list. Errors carry `extensions.code`, the same words as `code` here. `Accept` decides the form: `application/graphql-response+json`, or `application/json` whose status is 200 even where the document did not run.",
    responses(
        Refusals, Unreadable,
        (status = 200, description = "The document ran", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"),
        )),
        (status = 294, description = "The document ran, and not without errors", content((GraphqlResponse = "application/graphql-response+json"))),
        (status = 400, description = "The document did not run, or the body is not JSON", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"), (ProblemView = "application/problem+json"),
        )),
    ), security(("oauth2" = []), ("bearer" = [])))]
pub async fn execute(cx: Cx, app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    let Some(form) = accept::form(request.headers(), &Form::ANSWERS) else { return Ok(not_acceptable()) };
    if is_in_another_charset(&request) {
        return Err(error::Refused::MediaType { expected: "application/json" }.into());
    }
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let asked = match request::read(&bytes) {
        Ok(Came::Batch(asked)) => return Ok(batch(&cx, form, asked).await),
        Ok(Came::One(asked)) => asked,
        Err(why) => Err(why),
    };
    if form == Form::Events {
        let planned = asked.map_err(Refused::from).and_then(|asked| run::plan(&app, asked));
        return Ok(events::respond(app.into_inner(), cx, request.headers().clone(), planned).await);
    }
    Ok(respond(form, &answer(&cx, asked).await))
}

/// `GET /graphql`
#[utoipa::path(get, path = "/graphql", tag = "GraphQL", operation_id = "queryGraphql",
    description = "Queries only: mutations are sent by POST. A browser that brings no document gets GraphiQL.", summary = "Run a GraphQL query",
    params(
        ("query" = Option<String>, Query, description = "The document"),
        ("documentId" = Option<String>, Query, description = "Instead of the document, the id of one that is known"),
        ("operationName" = Option<String>, Query, description = "Which of the document's operations"),
        ("variables" = Option<String>, Query, description = "Values for its variables, as JSON"),
        ("extensions" = Option<String>, Query, description = "Extensions of the protocol, as JSON"),
    ),
    responses(
        Refusals,
        (status = 200, description = "The document ran; or, for a browser that brings no document, GraphiQL", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"), (String = "text/html"),
        )),
        (status = 294, description = "The document ran, and not without errors", content((GraphqlResponse = "application/graphql-response+json"))),
        (status = 400, description = "The document did not run", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"), (ProblemView = "application/problem+json"),
        )),
        (status = 405, description = "Mutations are sent by POST", content(
            (GraphqlResponse = "application/graphql-response+json"), (GraphqlResponse = "application/json"),
        )),
    ), security(("oauth2" = []), ("bearer" = [])))]
pub async fn query(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    if socket::is_wanted(&request) {
        return Ok(socket::open(app.into_inner(), &request, payload)?);
    }
    let has_document = decode_pairs(request.query_string()).any(|(name, _)| matches!(&*name, "query" | "documentId" | "extensions"));
    if !has_document && accept::form(request.headers(), &Form::ALL) == Some(Form::Page) {
        return Ok(pages::graphiql(&request));
    }
    let cx = Cx::from_request(&request, &mut dev::Payload::None).await?;
    let Some(form) = accept::form(request.headers(), &Form::ANSWERS) else { return Ok(not_acceptable()) };
    let asked = request::query(request.query_string());
    Ok(match asked.map_err(Refused::from).and_then(|asked| run::plan(&app, asked)) {
        Ok(plan) if plan.is_mutation() => respond(form, &Why::MutationByGet.into()),
        planned if form == Form::Events => events::respond(app.into_inner(), cx, request.headers().clone(), planned).await,
        Ok(plan) => respond(form, &run::run(&cx, &plan).await),
        Err(refused) => respond(form, &refused.into()),
    })
}

async fn answer(cx: &Cx, asked: Result<run::Asked, Why>) -> Answer {
    match asked {
        Ok(asked) => run::answer(cx, asked).await,
        Err(why) => why.into(),
    }
}

/// Several requests, one after the other, each answered in its place.
async fn batch(cx: &Cx, form: Form, batch: Vec<Result<run::Asked, Why>>) -> HttpResponse {
    if form == Form::Events {
        return respond(Form::Response, &Why::Batch(Phrase::BatchInEvents.said()).into());
    }
    let mut answers = Vec::with_capacity(batch.len());
    for (n, asked) in batch.into_iter().enumerate() {
        // The first was counted with the HTTP request.
        answers.push(match if n == 0 { Ok(()) } else { cx.count().await } {
            Ok(()) => answer(cx, asked).await,
            Err(over) => over.into(),
        });
    }
    let kind = if form == Form::Response { RESPONSE } else { JSON };
    HttpResponse::Ok().content_type(kind).json(answers)
}

const RESPONSE: &str = "application/graphql-response+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

fn respond(form: Form, answer: &Answer) -> HttpResponse {
    let (status, kind) = match form {
        Form::Response => (answer.status(), RESPONSE),
        Form::Json | Form::Events | Form::Page | Form::Csv | Form::Lines => (answer.legacy_status(), JSON),
    };
    let mut response = HttpResponse::build(status).content_type(kind).json(answer);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

fn not_acceptable() -> HttpResponse {
    error::Refused::NotAcceptable { given: "application/graphql-response+json, application/json" }.response()
}

/// JSON is UTF-8 (RFC 8259, section 8.1); whoever says that it is something else is not read.
fn is_in_another_charset(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("charset") && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}
