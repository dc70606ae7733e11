//! Figures by REST.

use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::error::Error;
use furusu_domain::figures::{MetricDimension, MetricId, MetricInterval};
use furusu_domain::time::Date;

use super::input;
use super::view::{CatalogueView, MetricView};
use crate::cx::Cx;
use crate::error::Refusal;
use crate::graphql::rest::accept::{self, Form};
use crate::rest::{NoSuch, Refusals, query};

/// `GET /v1/metrics`
#[utoipa::path(get, path = "/v1/metrics", tag = "Figures", operation_id = "listMetrics",
    description = "What is declared and cannot be read yet says `not_available_yet`.",
    summary = "Every metric there is, and what it means",
    responses((status = 200, description = "The catalogue", body = CatalogueView), Refusals),
    security(("oauth2" = ["analytics:read"]), ("bearer" = [])))]
pub async fn catalogue(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let catalogue = super::catalogue(&cx)?;
    query(&request, |_| ())?;
    Ok(HttpResponse::Ok().json(CatalogueView { data: catalogue.iter().map(|id| (*id).into()).collect() }))
}

/// `GET /v1/metrics/{id}`
#[utoipa::path(get, path = "/v1/metrics/{id}", tag = "Figures", operation_id = "getMetric",
    description = "Of fewer than five people nothing is told, and nothing by which that could be found by subtracting: `hidden` says which. Figures are of everything that was known at `as_of`. As `text/csv` or `application/x-ndjson`, by `Accept`, the answer is a table for other programs.",
    summary = "A metric: over a time or now, as a series, by groups",
    params(
        ("id" = MetricId, Path, description = "Which"),
        ("from" = Option<Date>, Query, description = "The first day; the first of the twelve calendar months that end with `to`, if missing"),
        ("to" = Option<Date>, Query, description = "The last day; that of the current calendar month if missing"),
        ("every" = Option<MetricInterval>, Query, description = "As a series of such stretches"),
        ("by" = Option<Vec<MetricDimension>>, Query, style = Form, explode = false, description = "Grouped by these, two at most"),
        ("within_years" = Option<u8>, Query, minimum = 1, maximum = 50, description = "Within how many years somebody comes back, of `boomerang.return_rate`; 5 if missing"),
    ),
    responses(
        (status = 200, description = "The figures", content((MetricView = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"))),
        Refusals, NoSuch,
    ),
    security(("oauth2" = ["analytics:read"]), ("bearer" = [])))]
pub async fn metric(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("figures.measure")?;
    let asked = query(&request, input::read)?;
    let id = MetricId::from_word(&path).ok_or(Error::NotFound)?;
    let question = input::question(&cx, id, asked)?;
    let view = MetricView::from(super::measure(&cx, question).await?);
    answer(request.headers(), view)
}

fn answer(headers: &HeaderMap, view: MetricView) -> Result<HttpResponse, Refusal> {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::VARY, "Accept, Accept-Language"));
    let name = view.id.clone();
    let mut as_file = |kind: &str, ending: &str, bytes: Vec<u8>| {
        response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{ending}\"")));
        response.content_type(kind).body(bytes)
    };
    Ok(match accept::form(headers, &Form::TABLES) {
        Some(Form::Csv) => as_file("text/csv; charset=utf-8", "csv", super::export::csv(view)?),
        Some(Form::Lines) => as_file("application/x-ndjson", "ndjson", super::export::lines(view)),
        Some(Form::Json | Form::Response | Form::Events | Form::Page) | None => response.json(view),
    })
}
