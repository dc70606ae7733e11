//! The message catalogue: every word that a caller reads, in English and Japanese, keyed by code. Which of the two is
//! chosen by `Accept-Language` (RFC 9110, section 12.5.4).

mod english;
mod japanese;

use actix_web::HttpMessage;
use actix_web::http::header::{ACCEPT_LANGUAGE, AcceptLanguage, Header as _, Preference, Quality, QualityItem};
use furusu_domain::engagement::ReasonCode;
use furusu_domain::error::{Error, Problem};
use furusu_domain::timeline::TimelineKind;
use language_tags::LanguageTag;

use crate::error::Refused;
use crate::graphql::words::{Phrase, Why};
use crate::pages;

/// A language that the service speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// English, for whoever asks for no other.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

/// What a code means and what to do about it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What kind of problem it is, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// Every code of a problem, in the order of its status.
pub const CODES: &[&str] = &[
    "malformed",
    "unauthenticated",
    "invalid_token",
    "insufficient_scope",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "request_timeout",
    "conflict",
    "idempotency_key_in_use",
    "move_refused",
    "edit_refused",
    "registration_closed",
    "attendance_final",
    "precondition_failed",
    "too_large",
    "uri_too_long",
    "unsupported_media_type",
    "invalid",
    "batch_rejected",
    "idempotency_key_reused",
    "precondition_required",
    "rate_limited",
    "headers_too_large",
    "internal",
    "not_implemented",
    "not_ready",
    "unavailable",
    "version_not_supported",
];

impl Language {
    /// The language that a request would like best of those that the service speaks.
    #[must_use]
    pub fn wanted(request: &impl HttpMessage) -> Self {
        if !request.headers().contains_key(ACCEPT_LANGUAGE) {
            return Self::English;
        }
        let Ok(AcceptLanguage(mut wanted)) = AcceptLanguage::parse(request) else { return Self::English };
        // A stable sort: of two that are liked alike, the first.
        wanted.sort_by_key(|wish| std::cmp::Reverse(wish.quality));
        let spoken = |wish: &QualityItem<Preference<LanguageTag>>| match &wish.item {
            Preference::Any => Some(Self::English),
            Preference::Specific(tag) => match tag.primary_language() {
                "ja" => Some(Self::Japanese),
                "en" => Some(Self::English),
                _ => None,
            },
        };
        wanted.iter().filter(|wish| wish.quality != Quality::ZERO).find_map(spoken).unwrap_or_default()
    }

    /// Its tag (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// What a code means and what to do about it; `None` if no problem is called so.
    #[must_use]
    pub fn entry(self, code: &str) -> Option<Entry> {
        match self {
            Self::English => english::entry(code),
            Self::Japanese => japanese::entry(code),
        }
    }

    /// What stands around every page.
    #[must_use]
    pub const fn frame(self) -> &'static pages::Frame {
        match self {
            Self::English => &english::FRAME,
            Self::Japanese => &japanese::FRAME,
        }
    }

    /// What kind of problem a code is, in a few words.
    #[must_use]
    pub fn title(self, code: &str) -> &'static str {
        self.entry(code).map_or("", |entry| entry.title)
    }

    /// What happened, of a verb's error.
    #[must_use]
    pub fn error(self, error: &Error) -> String {
        match self {
            Self::English => english::error(error),
            Self::Japanese => japanese::error(error),
        }
    }

    /// What happened, where a request never reached a verb.
    #[must_use]
    pub fn refused(self, refused: &Refused) -> String {
        match self {
            Self::English => english::refused(refused),
            Self::Japanese => japanese::refused(refused),
        }
    }

    /// Why a GraphQL request is not run.
    #[must_use]
    pub fn why(self, why: &Why) -> String {
        match self {
            Self::English => english::why(why),
            Self::Japanese => japanese::why(why),
        }
    }

    /// What is wrong with a part of a GraphQL request.
    #[must_use]
    pub fn phrase(self, phrase: Phrase<'_>) -> String {
        match self {
            Self::English => english::phrase(phrase),
            Self::Japanese => japanese::phrase(phrase),
        }
    }

    /// What happened, of an entry of a timeline.
    #[must_use]
    pub const fn happened(self, kind: TimelineKind) -> &'static str {
        match self {
            Self::English => english::happened(kind),
            Self::Japanese => japanese::happened(kind),
        }
    }

    /// What stands in the way of writing to somebody.
    #[must_use]
    pub const fn reason(self, code: ReasonCode) -> &'static str {
        match self {
            Self::English => english::reason(code),
            Self::Japanese => japanese::reason(code),
        }
    }

    /// What is wrong, or odd, with a field.
    #[must_use]
    pub fn fault(self, problem: &Problem) -> String {
        match self {
            Self::English => english::fault(problem),
            Self::Japanese => japanese::fault(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn wanted(header: &str) -> Language {
        Language::wanted(&TestRequest::default().insert_header((ACCEPT_LANGUAGE, header)).to_http_request())
    }

    #[test]
    fn the_language_liked_best_of_those_spoken_is_chosen() {
        for header in ["ja", "ja-JP", "JA-jp", "fr, ja;q=0.5", "en;q=0.5, ja;q=0.8", "ja, en", "de, ja-JP;q=0.9, en;q=0.8"] {
            assert_eq!(wanted(header), Language::Japanese, "{header}");
        }
        for header in ["", "en", "en-GB, ja;q=0.9", "fr", "*", "ja;q=0", "ja;q=0, *", "en, ja", ";;;", "jav", "ja;q=7"] {
            assert_eq!(wanted(header), Language::English, "{header}");
        }
    }

    #[test]
    fn every_code_has_its_words_in_both_languages() {
        for code in CODES {
            let (english, japanese) = (Language::English.entry(code).unwrap(), Language::Japanese.entry(code).unwrap());
            let is_japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c));
            assert!(english.title.is_ascii() && english.advice.is_ascii(), "{code}");
            assert!(is_japanese(japanese.advice) && !japanese.title.is_ascii(), "{code}");
        }
        for kind in TimelineKind::ALL {
            assert!(Language::English.happened(*kind).is_ascii() && !Language::Japanese.happened(*kind).is_ascii(), "{kind}");
        }
        assert!(Language::English.entry("no_such_code").is_none() && Language::Japanese.entry("no_such_code").is_none());
    }
}
