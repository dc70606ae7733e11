//! From what is asked to the answer: the document, its bounds, its execution, and the answer in shape. Every transport
//! comes through here.

use std::sync::Arc;

use actix_web::http::StatusCode;
use apollo_compiler::ast::OperationType;
use async_graphql::{PathSegment, Request, Response, ServerError, Value};
use furusu_domain::error::Error;
use furusu_persistence::Told;
use futures_util::StreamExt as _;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::documents::Digest;
use super::feed::{Feed, Listener};
use super::plan::Plan;
use super::shape::shape;
use super::variables::{self, Values};
use super::words::Why;
use super::{bounds, loader, schema};
use crate::app::App;
use crate::cx::Cx;
use crate::engagement::{gatherings, messages};
use crate::{alumni, departures, engagement, privacy, timeline};

/// What is asked.
#[derive(Debug, Default)]
pub struct Asked {
    /// The document's text, if it came.
    pub query: Option<String>,
    /// The document's id, if one came.
    pub document_id: Option<String>,
    /// The hash of Apollo's automatic persisted queries, if one came.
    pub persisted: Option<Digest>,
    /// Which of the document's operations.
    pub operation: Option<String>,
    /// Values for its variables.
    pub variables: Values,
}

/// Why nothing was run.
#[derive(Debug)]
pub struct Refused {
    errors: Vec<ServerError>,
    cost: Option<u64>,
    status: StatusCode,
    is_of_http: bool,
}

impl From<Why> for Refused {
    fn from(why: Why) -> Self {
        Self { errors: vec![why.at(None)], cost: None, status: why.status(), is_of_http: why.is_of_http() }
    }
}

impl From<Vec<ServerError>> for Refused {
    fn from(errors: Vec<ServerError>) -> Self {
        Self { errors, cost: None, status: StatusCode::BAD_REQUEST, is_of_http: false }
    }
}

impl From<ServerError> for Refused {
    fn from(error: ServerError) -> Self {
        vec![error].into()
    }
}

/// An answer to one request: what a GraphQL response holds.
pub struct Answer {
    /// The data; none if nothing ran.
    data: Option<Value>,
    errors: Vec<ServerError>,
    cost: Option<u64>,
    /// The status and whether even a client of old is told by it, if nothing ran.
    refused: Option<(StatusCode, bool)>,
}

impl From<Refused> for Answer {
    fn from(Refused { errors, cost, status, is_of_http }: Refused) -> Self {
        Self { data: None, errors, cost, refused: Some((status, is_of_http)) }
    }
}

impl From<Vec<ServerError>> for Answer {
    fn from(errors: Vec<ServerError>) -> Self {
        Refused::from(errors).into()
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        let mut error = crate::error::to_graphql(error).into_server_error(Default::default());
        // It is of no place in a document.
        error.locations.clear();
        vec![error].into()
    }
}

impl From<Why> for Answer {
    fn from(why: Why) -> Self {
        Refused::from(why).into()
    }
}

impl Answer {
    /// What went wrong.
    #[must_use]
    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    /// The status under `application/graphql-response+json`.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.refused {
            Some((status, _)) => status,
            // Partial success, as GraphQL over HTTP names it; any client takes it for 200.
            None if !self.errors.is_empty() => StatusCode::from_u16(294).unwrap_or(StatusCode::OK),
            None => StatusCode::OK,
        }
    }

    /// The status under `application/json`, for clients of old, who take any other than 200 for a fault on the way.
    #[must_use]
    pub fn legacy_status(&self) -> StatusCode {
        self.refused.filter(|(_, is_of_http)| *is_of_http).map_or(StatusCode::OK, |(status, _)| status)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &self.errors)?;
        }
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        }
        if let Some(requested) = self.cost {
            map.serialize_entry("extensions", &serde_json::json!({ "cost": { "requested": requested, "limit": bounds::COST } }))?;
        }
        map.end()
    }
}

/// The document and the operation of it that is asked for, within its bounds.
///
/// # Errors
/// Why it is not run.
pub fn plan(app: &App, asked: Asked) -> Result<Plan, Refused> {
    let Asked { query, document_id, persisted, operation, variables } = asked;
    let document = app.documents.find(query.as_deref(), document_id.as_deref(), persisted)?;
    let operation = document.parsed().operations.get(operation.as_deref()).map_err(|_| Why::Operation)?;
    let values = variables::coerce(&document, operation, variables)?;
    let plan = Plan::new(&document, operation, &values)?;
    if plan.cost > plan.limit() {
        return Err(Refused { cost: Some(plan.cost), ..Why::TooCostly { cost: plan.cost, limit: plan.limit() }.into() });
    }
    Ok(plan)
}

/// Runs a query or a mutation.
pub async fn run(cx: &Cx, plan: &Plan) -> Answer {
    if plan.operation == OperationType::Subscription {
        return Answer { cost: Some(plan.cost), ..Why::SubscriptionHere.into() };
    }
    shaped(plan, schema().execute(with_loaders(plan.request(), cx)).await)
}

/// What an operation gives: one answer, or one for each thing that happens.
pub enum Given {
    /// A query or a mutation.
    Once(Plan),
    /// A subscription, and where to listen.
    Following(Plan, Listener),
}

/// Begins an operation.
///
/// # Errors
/// Why it is not run: for a subscription also what its field says at once, such as a scope that is missing.
pub async fn begin(cx: &Cx, app: &Arc<App>, plan: Plan) -> Result<Given, Answer> {
    if plan.operation != OperationType::Subscription {
        return Ok(Given::Once(plan));
    }
    // Without an event nothing comes of it but what it refuses.
    if let Some(refused) = follow(cx, &plan, None).await {
        return Err(Answer { data: None, refused: Some((StatusCode::BAD_REQUEST, false)), ..refused });
    }
    match Feed::listen(app, cx.actor().organization).await {
        Ok(listener) => Ok(Given::Following(plan, listener)),
        Err(error) => Err(error.into()),
    }
}

/// The answer of a subscription to one event, as the person who follows may see it now.
pub async fn follow(cx: &Cx, plan: &Plan, told: Option<Arc<Told>>) -> Option<Answer> {
    let mut request = with_loaders(plan.request(), cx);
    if let Some(told) = told {
        request = request.data(told);
    }
    let response = schema().execute_stream(request).next().await?;
    Some(shaped(plan, response))
}

fn with_loaders(request: Request, cx: &Cx) -> Request {
    let request = request.data(loader(departures::graphql::Versions(cx.clone()))).data(loader(alumni::graphql::ById(cx.clone())));
    let request =
        request.data(loader(engagement::graphql::Activities(cx.clone()))).data(loader(engagement::graphql::Standings(cx.clone())));
    let request = request.data(loader(messages::graphql::Messages(cx.clone())));
    let request = request.data(loader(gatherings::graphql::Gatherings(cx.clone())));
    let request =
        request.data(loader(gatherings::graphql::Registrations(cx.clone()))).data(loader(gatherings::graphql::GuestLists(cx.clone())));
    let request = request.data(loader(timeline::graphql::Timelines(cx.clone())));
    request.data(loader(privacy::graphql::Consents(cx.clone()))).data(cx.clone())
}

/// The answer of the executor, in shape.
pub fn shaped(plan: &Plan, response: Response) -> Answer {
    let Response { data, mut errors, .. } = response;
    let data = shape(plan, data, &errors);
    // The library's own refusals, of a value that a field was given, have a code as well.
    for error in &mut errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", "invalid");
        }
    }
    // In the order of the answer, whichever was ready first.
    errors.sort_by(|a, b| steps(a).cmp(steps(b)));
    Answer { data: Some(data), errors, cost: Some(plan.cost), refused: None }
}

fn steps(error: &ServerError) -> impl Iterator<Item = (Option<&str>, usize)> {
    error.path.iter().map(|step| match step {
        PathSegment::Field(name) => (Some(name.as_str()), 0),
        PathSegment::Index(n) => (None, *n),
    })
}

/// What is asked, and the answer.
pub async fn answer(cx: &Cx, asked: Asked) -> Answer {
    match plan(cx.app(), asked) {
        Ok(plan) => run(cx, &plan).await,
        Err(refused) => refused.into(),
    }
}
