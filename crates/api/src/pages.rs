//! The pages: for people with a browser, from files the binary carries. They load nothing from elsewhere.

mod docs;
mod shape;

use std::io::Read as _;
use std::sync::OnceLock;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::catalogue::Language;
use crate::error::Refused;
use crate::rest::etag;

pub use docs::{__path_show as __path_docs, show as docs};

mod carried {
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

/// What a page may load and do (Content Security Policy Level 3). Nothing of it is inline, and nothing is of elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The same for GraphiQL: its editor writes style sheets as it goes, has fonts within its own, and works in workers.
const POLICY_OF_GRAPHIQL: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                                  font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
                                  frame-ancestors 'none'";

/// What stands around every page, in one language.
pub struct Frame {
    /// The language, as HTML's `lang` has it (BCP 47).
    pub lang: &'static str,
    /// Leads past the navigation.
    pub skip: &'static str,
    /// The name of the navigation.
    pub pages: &'static str,
    /// The name of the reference.
    pub reference: &'static str,
    /// The name of the list of problems.
    pub problems: &'static str,
    /// The name of the contracts, as files.
    pub contracts: &'static str,
}

/// A page to be.
pub struct Page<'a> {
    /// What stands around it.
    pub frame: &'a Frame,
    /// Its title.
    pub title: &'a str,
    /// Its path, if the navigation has it.
    pub path: &'static str,
    /// The style sheets it has beside the common one, and its scripts, by their names in the sources.
    pub files: &'a [&'static str],
    /// What is in it: from `main` on.
    pub body: Markup,
}

impl Page<'_> {
    /// The page as HTML. What is no markup is escaped.
    #[must_use]
    pub fn html(self) -> String {
        let Page { frame, title, path, files, body } = self;
        let link = |to: &'static str, name: &str| {
            let current = (to == path).then_some("page");
            html! { li { a href=(to) aria-current=[current] { (name) } } }
        };
        let with = |kind: &'static str| files.iter().filter(move |name| name.ends_with(kind)).map(|name| served(name));
        let page = html! {
            (DOCTYPE)
            html lang=(frame.lang) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " – furusu" }
                    link rel="icon" href="data:,";
                    @for sheet in with(".css") { link rel="stylesheet" href=(sheet); }
                    link rel="stylesheet" href=(served("page.css"));
                    @for script in with(".js") { script type="module" src=(script) {} }
                }
                body {
                    a.skip href="#main" { (frame.skip) }
                    header.top {
                        p.name { a href="/" { span lang="ja" { "古巣" } " furusu" } }
                        nav aria-label=(frame.pages) {
                            ul {
                                (link("/docs", frame.reference))
                                (link("/graphql", "GraphiQL"))
                                (link("/problems", frame.problems))
                                li.files {
                                    span { (frame.contracts) ": " }
                                    a href="/openapi.json" { "openapi.json" } " "
                                    a href="/openapi.yaml" { "openapi.yaml" } " "
                                    a href="/schema.graphql" { "schema.graphql" }
                                }
                            }
                        }
                    }
                    (body)
                }
            }
        };
        page.into_string()
    }
}

/// Where a file is served that the sources call so; the page shows without it if it was left out.
fn served(name: &str) -> String {
    let found = carried::NAMES.iter().find(|(known, _)| *known == name);
    found.map_or_else(String::new, |(_, served)| format!("/pages/{served}"))
}

/// The form for a token. It stays in this tab, and is sent in a header only (`token.js`).
fn token_form() -> Markup {
    html! {
        form.token id="token-form" autocomplete="off" {
            label for="token" { "Access token" }
            input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-state";
            button type="submit" { "Use" }
            button type="button" id="token-forget" { "Forget" }
            output id="token-state" for="token" { "No token yet." }
        }
    }
}

/// Answers with a page, or with word that the caller has it already.
#[must_use]
pub fn answer(request: &HttpRequest, page: String) -> HttpResponse {
    under(request, POLICY, page)
}

fn under(request: &HttpRequest, policy: &'static str, page: String) -> HttpResponse {
    let tag = &blake3::hash(page.as_bytes()).to_hex()[..32];
    let known = has(request, tag);
    let mut response = guarded(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, policy);
    response.insert_header((header::ETAG, format!("\"{tag}\""))).insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::VARY, "Accept, Accept-Language"));
    if known { response.finish() } else { response.content_type("text/html; charset=utf-8").body(page) }
}

/// The headers of every page and file.
fn guarded(status: StatusCode, policy: &'static str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header(("cross-origin-opener-policy", "same-origin"))
        .insert_header(("cross-origin-resource-policy", "same-origin"));
    response
}

/// Whether the caller names that tag in `If-None-Match` (RFC 9110, section 13.1.2).
fn has(request: &HttpRequest, tag: &str) -> bool {
    let mut named = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    named.any(|value| etag::matches_weakly(value, tag))
}

/// `GET /pages/{file}`: what the pages are made of. The name carries a mark of the content, so it is kept for ever.
pub async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some((served, gzipped, bytes)) = carried::FILES.iter().find(|(served, _, _)| *served == name.as_str()) else {
        return Refused::Nowhere.response();
    };
    let known = has(&request, served);
    let mut response = guarded(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, "default-src 'none'");
    response
        .insert_header((header::ETAG, format!("\"{served}\"")))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    response.insert_header((header::VARY, "Accept-Encoding"));
    if known {
        return response.finish();
    }
    response.content_type(kind(served));
    if !gzipped {
        return response.body(web::Bytes::from_static(bytes));
    }
    if takes_gzip(&request) {
        return response.insert_header((header::CONTENT_ENCODING, "gzip")).body(web::Bytes::from_static(bytes));
    }
    let mut plain = Vec::new();
    match flate2::read::GzDecoder::new(*bytes).read_to_end(&mut plain) {
        Ok(_) => response.body(plain),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let named = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let mut codings = named.flat_map(|value| value.split(',')).map(|coding| coding.split_once(';').unwrap_or((coding, "")));
    codings
        .any(|(name, weight)| name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "ttf")) => "font/ttf",
        Some((_, "woff2")) => "font/woff2",
        Some((_, "txt")) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `GET /`: where to go from here.
pub async fn start(request: HttpRequest) -> HttpResponse {
    let body = html! {
        main id="main" {
            h1 { "furusu" }
            p { "The record and the rules of the relation between an organisation and the people who left it." }
            ul {
                li { a href="/docs" { "API reference" } ": every operation, to read and to try" }
                li { a href="/graphql" { "GraphiQL" } ": the same data by GraphQL" }
                li { a href="/problems" { "Problems" } ": what each refusal means, and what to do about it" }
            }
            p { "The first two ask for an access token before they show anybody's data." }
        }
    };
    answer(&request, Page { frame: Language::English.frame(), title: "Start", path: "/", files: &[], body }.html())
}

/// GraphiQL, at `GET /graphql` for a browser that brings no document.
#[must_use]
pub fn graphiql(request: &HttpRequest) -> HttpResponse {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| {
        let bundled = !served("graphiql.js").is_empty();
        let body = html! {
            main.tool id="main" {
                div.bar {
                    h1 { "GraphiQL" }
                    (token_form())
                }
                @if bundled {
                    div id="graphiql" { noscript { p { "GraphiQL needs JavaScript." } } }
                    p.small { a href=(served("licenses.txt")) { "Licences of what GraphiQL is made of" } }
                } @else {
                    p {
                        "This binary was built without GraphiQL. " code { "make pages" } " bundles it, with Node.js and npm; "
                        "build furusu again after that. The schema is at " a href="/schema.graphql" { "/schema.graphql" }
                        ", and documents are run by " code { "POST /graphql" } "."
                    }
                }
            }
        };
        let files: &[&str] = if bundled { &["graphiql.css", "token.js", "graphiql.js"] } else { &["token.js"] };
        Page { frame: Language::English.frame(), title: "GraphiQL", path: "/graphql", files, body }.html()
    });
    under(request, POLICY_OF_GRAPHIQL, page.clone())
}

/// Text of a contract: paragraphs, and code between backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) { p { (phrase(paragraph)) } }
    }
}

/// A line of a contract, with code between backticks.
fn phrase(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A path with places to break the line.
fn breakable(path: &str) -> Markup {
    html! {
        @for (at, part) in path.split('/').enumerate() {
            @if at > 0 { "/" (PreEscaped("<wbr>")) }
            (part)
        }
    }
}
