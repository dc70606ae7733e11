//! Which media type the answer has (RFC 9110, section 12.5.1; GraphQL over HTTP, 5.1).

use actix_web::http::header::{ACCEPT, HeaderMap};

/// A form of answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `application/json`: the form of old.
    Json,
    /// `application/graphql-response+json`
    Response,
    /// `text/event-stream`
    Events,
    /// `text/html`: a browser asks for a page.
    Page,
    /// `text/csv`
    Csv,
    /// `application/x-ndjson`
    Lines,
}

impl Form {
    /// The forms, the one for whom any would do first.
    pub const ALL: [Self; 4] = [Self::Json, Self::Response, Self::Events, Self::Page];

    /// Those of figures.
    pub const TABLES: [Self; 3] = [Self::Json, Self::Csv, Self::Lines];

    /// Those of an answer.
    pub const ANSWERS: [Self; 3] = [Self::Json, Self::Response, Self::Events];

    const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("application", "json"),
            Self::Response => ("application", "graphql-response+json"),
            Self::Events => ("text", "event-stream"),
            Self::Page => ("text", "html"),
            Self::Csv => ("text", "csv"),
            Self::Lines => ("application", "x-ndjson"),
        }
    }
}

/// How well a range fits: what it is worth, how exact it is, and how early it came.
type Fit = (u16, u8, std::cmp::Reverse<usize>);

/// The form of these that is liked best; JSON where nobody says anything, none where none fits.
#[must_use]
pub fn form(headers: &HeaderMap, of: &[Form]) -> Option<Form> {
    let mut sent = headers.get_all(ACCEPT).peekable();
    if sent.peek().is_none() {
        return Some(Form::Json);
    }
    let text: Vec<&str> = sent.filter_map(|value| value.to_str().ok()).collect();
    let text = text.join(",");
    if text.trim().is_empty() {
        return Some(Form::Json);
    }
    let ranges: Vec<Range<'_>> = text.split(',').filter_map(Range::read).collect();
    let mut best: Option<(Fit, Form)> = None;
    for form in of.iter().copied() {
        // Of several ranges that fit, the most exact one says what the form is worth.
        let fits = ranges.iter().enumerate().filter_map(|(n, range)| Some((range.exactness(form)?, std::cmp::Reverse(n), range.worth)));
        let Some((exactness, early, worth)) = fits.max() else { continue };
        // A page or events are given to those who ask for them, not to those who would take anything.
        let is_asked_for = exactness > 0 || matches!(form, Form::Json | Form::Response);
        let fit = (worth, exactness, early);
        if worth > 0 && is_asked_for && best.as_ref().is_none_or(|(known, _)| fit > *known) {
            best = Some((fit, form));
        }
    }
    best.map(|(_, form)| form)
}

/// One range of an `Accept` header.
struct Range<'h> {
    kind: &'h str,
    subtype: &'h str,
    /// In thousandths.
    worth: u16,
}

impl<'h> Range<'h> {
    fn read(text: &'h str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut worth = 1_000;
        for parameter in parts {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("q") {
                let weight = value.parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q))?;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1,000")]
                let thousandths = (weight * 1_000.0).round() as u16;
                worth = thousandths;
            } else if name.eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
                return None;
            }
        }
        Some(Self { kind, subtype, worth })
    }

    fn exactness(&self, form: Form) -> Option<u8> {
        let (kind, subtype) = form.kind();
        let is = |text: &str, known: &str| text.eq_ignore_ascii_case(known);
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (text, "*") if is(text, kind) => Some(1),
            (text, other) if is(text, kind) && is(other, subtype) => Some(2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{ACCEPT, Form, form};

    #[test]
    fn the_form_that_is_liked_best_is_given() {
        let cases = [
            ("application/json", Some(Form::Json)),
            ("application/graphql-response+json", Some(Form::Response)),
            ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", Some(Form::Response)),
            ("application/json, application/graphql-response+json", Some(Form::Json)),
            ("application/json;q=0.9, application/graphql-response+json", Some(Form::Response)),
            ("application/graphql-response+json;q=0.1, application/json;q=0.2", Some(Form::Json)),
            ("application/json;q=0, */*", Some(Form::Response)),
            ("application/*", Some(Form::Json)),
            ("*/*", Some(Form::Json)),
            ("*/*;q=0.1, application/graphql-response+json;q=0.5", Some(Form::Response)),
            ("APPLICATION/JSON", Some(Form::Json)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Form::Page)),
            ("text/event-stream", Some(Form::Events)),
            ("application/graphql-response+json, application/json, text/event-stream", Some(Form::Response)),
            ("", Some(Form::Json)),
            ("image/png", None),
            ("application/json; charset=utf-16", None),
            ("*/*;q=0", None),
            ("application/json;q=2", None),
        ];
        for (accept, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(accept).expect("a header"));
            assert_eq!(form(&headers, &Form::ALL), expected, "{accept}");
        }
        assert_eq!(form(&HeaderMap::new(), &Form::ALL), Some(Form::Json));
    }
}
