//! Entity tags and the conditions that name them (RFC 9110, sections 8.8.3 and 13.1).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use furusu_domain::error::Error;
use serde::Serialize;

use crate::cx::Cx;

/// What the compression of an answer puts behind the opaque part of its tag.
const CODINGS: [&str; 3] = ["-gzip", "-zstd", "-deflate"];

/// Names one state of a thing, as one kind of reader is shown it from one viewpoint: another state, another tag. It tells
/// nothing of what it names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Etag([u8; 12]);

impl Etag {
    /// The tag of what these parts determine. The release is one of them: it may show the same in another way.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        let mut short = [0; 12];
        short.copy_from_slice(&hasher.finalize().as_bytes()[..12]);
        Self(short)
    }

    /// The tag of a small thing that has no cheaper one: of all that is shown of it.
    #[must_use]
    pub fn of_view(view: &impl Serialize) -> Self {
        // Writing into memory cannot fail.
        Self::of(&[&serde_json::to_vec(view).unwrap_or_default()])
    }
}

impl fmt::Display for Etag {
    /// The opaque part, without quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// Whether `If-Match` holds for a thing of that tag, given without quotes: `*`, or one of the listed tags is it. A weak one
/// never is. What is no list of tags matches nothing.
#[must_use]
pub fn matches(header: &str, tag: &str) -> bool {
    any(header, tag, |is_weak| !is_weak)
}

/// Whether `If-None-Match` names a thing of that tag, given without quotes: `*`, or one of the listed tags is it, weak or
/// not.
#[must_use]
pub fn matches_weakly(header: &str, tag: &str) -> bool {
    any(header, tag, |_| true)
}

fn any(header: &str, tag: &str, counts: impl Fn(bool) -> bool) -> bool {
    if header.trim() == "*" {
        return true;
    }
    let plain = |sent: &str| CODINGS.iter().find_map(|coding| sent.strip_suffix(coding)).is_some_and(|plain| plain == tag);
    tags(header).is_some_and(|tags| tags.iter().any(|(is_weak, sent)| counts(*is_weak) && (*sent == tag || plain(sent))))
}

/// The tags of a list, each with whether it is weak; `None` if it is no list of tags. Empty members are allowed (RFC 9110,
/// section 5.6.1.2).
fn tags(header: &str) -> Option<Vec<(bool, &str)>> {
    let mut found = Vec::new();
    let mut rest = header.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let weak = rest.strip_prefix("W/");
        // An opaque part may hold a comma, but no quote.
        let (opaque, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        found.push((weak.is_some(), opaque));
        let after = after.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    Some(found)
}

/// What a caller says of the state they mean to change.
#[derive(Clone, Default, Debug)]
pub struct Condition {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Condition {
    /// Of a REST request.
    #[must_use]
    pub fn of_request(request: &HttpRequest) -> Self {
        Self { if_match: said(request, IF_MATCH), if_none_match: said(request, IF_NONE_MATCH) }
    }

    /// Of a mutation: a tag as this door or the other gave it, with or without quotes, or `*`.
    #[must_use]
    pub fn of_input(tag: Option<String>) -> Self {
        let quoted = |tag: String| if tag.contains('"') || tag.trim() == "*" { tag } else { format!("\"{tag}\"") };
        Self { if_match: tag.map(quoted), if_none_match: None }
    }

    /// Of an edit by people, who can be made to say which state they mean.
    ///
    /// # Errors
    /// [`Error::PreconditionRequired`] if nothing is said where something must be.
    pub fn of_edit(self, cx: &Cx) -> Result<Self, Error> {
        if self.if_match.is_none() && cx.app().settings.require_if_match { Err(Error::PreconditionRequired) } else { Ok(self) }
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Checks the state that is met, or that there is none: inside the unit of work, when nobody else can change it any
    /// more.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] if it is another one.
    pub fn check(&self, met: Option<Etag>) -> Result<(), Error> {
        let met = met.map(|tag| tag.to_string());
        let is_met = |said: &String, by: fn(&str, &str) -> bool| met.as_ref().is_some_and(|tag| by(said, tag));
        let holds = self.if_match.as_ref().is_none_or(|said| is_met(said, matches));
        let fails = self.if_none_match.as_ref().is_some_and(|said| is_met(said, matches_weakly));
        if holds && !fails { Ok(()) } else { Err(Error::PreconditionFailed) }
    }
}

/// A condition of a request, its lines put together. One that is no text names nothing.
fn said(request: &HttpRequest, name: actix_web::http::header::HeaderName) -> Option<String> {
    let mut lines = request.headers().get_all(name).map(|line| line.to_str().unwrap_or("")).peekable();
    lines.peek()?;
    Some(lines.collect::<Vec<_>>().join(", "))
}

/// Answers with a thing and its tag; who has it already is told so, and no more (304).
#[must_use]
pub fn answer(request: &HttpRequest, tag: Etag, view: &impl Serialize) -> HttpResponse {
    with(request, tag, |mut response| response.json(view))
}

/// The same of a text of another type, tagged by all of it.
#[must_use]
pub fn answer_text(request: &HttpRequest, kind: &'static str, text: String) -> HttpResponse {
    with(request, Etag::of(&[text.as_bytes()]), |mut response| response.content_type(kind).body(text))
}

fn with(request: &HttpRequest, tag: Etag, whole: impl FnOnce(HttpResponseBuilder) -> HttpResponse) -> HttpResponse {
    let tag = tag.to_string();
    let known = request.method().is_safe() && said(request, IF_NONE_MATCH).is_some_and(|said| matches_weakly(&said, &tag));
    let mut response = if known { HttpResponse::build(StatusCode::NOT_MODIFIED) } else { HttpResponse::Ok() };
    if let Ok(value) = HeaderValue::try_from(format!("\"{tag}\"")) {
        response.insert_header((ETAG, value));
    }
    if known { response.finish() } else { whole(response) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_holds_for_the_tag_and_for_anything() {
        for header in
            ["\"abc\"", "*", " * ", "\"x\", \"abc\"", "\"x\",,\"abc\",", "\"abc-gzip\"", "\"a,b\", \"abc-zstd\"", "W/\"x\", \"abc\""]
        {
            assert!(matches(header, "abc") && matches_weakly(header, "abc"), "{header}");
        }
        for header in ["", "abc", "\"ab\"", "\"abcd\"", "\"abc", "abc\"", "\"abc\" \"x\"", "\"abc\", x", "\"abc-br\"", "\"*\"", "w/\"abc\""]
        {
            assert!(!matches(header, "abc") && !matches_weakly(header, "abc"), "{header}");
        }
    }

    #[test]
    fn a_weak_tag_is_good_for_reading_only() {
        for header in ["W/\"abc\"", "W/\"abc-gzip\"", "\"x\", W/\"abc\""] {
            assert!(!matches(header, "abc") && matches_weakly(header, "abc"), "{header}");
        }
    }

    #[test]
    fn parts_cannot_be_shifted_into_one_another() {
        assert_ne!(Etag::of(&[b"ab", b"c"]), Etag::of(&[b"a", b"bc"]));
        assert_eq!(Etag::of(&[b"ab"]).to_string().len(), 16);
    }
}
