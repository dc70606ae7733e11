//! What a problem's `type` leads to: a page that says what it means and what to do.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;

use crate::catalogue::{CODES, Entry};
use crate::error::{ProblemView, Refused};
use crate::operating;
use crate::pages::{self, Page};

/// What a problem's page says, in one language.
pub struct Words<'a> {
    /// The code, the same in every language.
    pub code: &'a str,
    /// What kind of problem it is, in a few words.
    pub title: &'a str,
    /// What to do about it.
    pub advice: &'a str,
}

/// The page of a problem, in the language of what stands around it. Texts are escaped.
#[must_use]
pub fn page(frame: &pages::Frame, words: &Words<'_>) -> String {
    let body = html! {
        main id="main" {
            h1 { (words.title) }
            p { (words.advice) }
            p { code { (words.code) } }
            p { a href="/problems" { (frame.problems) } }
        }
    };
    Page { frame, title: words.title, path: "", files: &[], body }.html()
}

/// The page of all problems.
#[must_use]
pub fn index<'a>(frame: &pages::Frame, all: impl Iterator<Item = Words<'a>>) -> String {
    let body = html! {
        main id="main" {
            h1 { (frame.problems) }
            dl.problems {
                @for Words { code, title, advice } in all {
                    dt { a href={ "/problems/" (code) } { code { (code) } } " – " (title) }
                    dd { (advice) }
                }
            }
        }
    };
    Page { frame, title: frame.problems, path: "/problems", files: &[], body }.html()
}

/// `GET /problems`
#[utoipa::path(get, path = "/problems", tag = "Operating", operation_id = "listProblems",
    description = "In English or Japanese, by `Accept-Language`.", summary = "Every problem by its code, and what to do about it",
    responses((status = 200, description = "A page to read", content_type = "text/html", body = String)), security(()))]
pub async fn list(request: HttpRequest) -> HttpResponse {
    let language = operating::language();
    let words = |code: &&'static str| language.entry(code).map(|Entry { title, advice }| Words { code, title, advice });
    pages::answer(&request, index(language.frame(), CODES.iter().filter_map(words)))
}

/// `GET /problems/{code}`
#[utoipa::path(get, path = "/problems/{code}", tag = "Operating", operation_id = "getProblem",
    description = "The `type` of a problem leads here.", summary = "What a problem means and what to do about it",
    params(("code" = String, Path, description = "The code of the problem", example = "invalid")),
    responses(
        (status = 200, description = "A page to read", content_type = "text/html", body = String),
        (status = 404, description = "There is no such problem", content_type = "application/problem+json", body = ProblemView),
    ), security(()))]
pub async fn show(request: HttpRequest, code: web::Path<String>) -> HttpResponse {
    let language = operating::language();
    let Some(Entry { title, advice }) = language.entry(&code) else { return Refused::NoSuchProblem.response() };
    pages::answer(&request, page(language.frame(), &Words { code: &code, title, advice }))
}
