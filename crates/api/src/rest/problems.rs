//! What a problem's `type` leads to: a page that says what it means and what to do.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::catalogue::Entry;
use crate::error::{ProblemView, Refused};
use crate::operating;

/// `GET /problems/{code}`
#[utoipa::path(get, path = "/problems/{code}", tag = "Operating", operation_id = "getProblem", summary = "What a problem means and what to do about it",
    params(("code" = String, Path, description = "The code of the problem")),
    responses(
        (status = 200, description = "A page to read", content_type = "text/html", body = String),
        (status = 404, description = "There is no such problem", content_type = "application/problem+json", body = ProblemView),
    ), security(()))]
pub async fn show(code: web::Path<String>) -> HttpResponse {
    let language = operating::language();
    let Some(Entry { title, advice }) = language.entry(&code) else { return Refused::NoSuchProblem.response() };
    let (tag, code) = (language.tag(), code.as_str());
    let page = format!(
        "<!doctype html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1><p>{advice}</p><p><code>{code}</code></p></main></body></html>\n"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, tag))
        .insert_header((header::VARY, "accept-language"))
        .body(page)
}
