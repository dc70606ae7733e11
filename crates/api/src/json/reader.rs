//! Reading an object member by member, with every fault found on the way.

// Here alone a wildcard arm is what is meant: any other kind of value is of the wrong type.
#![allow(clippy::wildcard_enum_match_arm)]

use std::borrow::Cow;

use furusu_domain::error::{Fault, Form, Kind, Problem};
use furusu_domain::time::{Date, Moment};

use super::{Json, Place};

/// The largest whole number that every reader of JSON keeps (RFC 7493, section 2.2).
const EXACT: u64 = (1 << 53) - 1;

/// The most members an object has.
const MEMBERS: usize = 200;

/// How many unknown, or repeated, members of one object are told.
const TOLD: usize = 10;

/// A text of at most `limit` characters, without the blanks around it; `None` if nothing is left.
///
/// # Errors
/// It is too long, or has characters that no database keeps.
pub fn tidy(text: &str, limit: usize) -> Result<Option<String>, Problem> {
    let tidy = text.trim();
    let kept = || (!tidy.is_empty()).then(|| tidy.to_owned());
    // Nearly every text is short and plain, which one look at its bytes tells.
    if text.len() <= limit && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(kept());
    }
    let came = text.chars().count();
    if came > limit {
        return Err(Problem::TooLong { limit, came });
    }
    if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::Malformed { expected: Form::PlainText });
    }
    Ok(kept())
}

/// Reads the members of one object. Each is asked for by name; what was not asked for is unknown, and refused when the
/// reader is done.
pub struct Reader<'j, 'p, 'f> {
    members: Vec<(Cow<'j, str>, Json<'j>)>,
    asked: Vec<&'static str>,
    place: Place<'p>,
    faults: &'f mut Vec<Fault>,
    /// Values came as text, from a query string.
    from_text: bool,
}

impl<'j, 'p, 'f> Reader<'j, 'p, 'f> {
    /// A reader of the object at a place; anything else there is a fault, and reads as an empty object.
    pub fn new(json: Json<'j>, place: Place<'p>, faults: &'f mut Vec<Fault>) -> Self {
        let members = match json {
            // No object here has a tenth of that; comparing names with names must not become a way to keep us busy.
            Json::Object(members) if members.len() > MEMBERS => {
                faults.push(Fault::new(place.pointer(), Problem::TooLong { limit: MEMBERS, came: members.len() }));
                Vec::new()
            }
            Json::Object(members) => members,
            other => {
                faults.push(Fault::new(place.pointer(), Problem::WrongType { expected: Kind::Object, came: other.kind() }));
                Vec::new()
            }
        };
        let mut reader = Self { members, asked: Vec::new(), place, faults, from_text: false };
        reader.refuse_repeated();
        reader
    }

    /// A reader of a query string's pairs.
    pub fn of_query(pairs: Vec<(Cow<'j, str>, Cow<'j, str>)>, faults: &'f mut Vec<Fault>) -> Self {
        let members = pairs.into_iter().take(MEMBERS).map(|(name, value)| (name, Json::Text(value))).collect();
        let mut reader = Self { members, asked: Vec::new(), place: Place::ROOT, faults, from_text: true };
        reader.refuse_repeated();
        reader
    }

    fn refuse_repeated(&mut self) {
        let mut told = 0;
        for n in 1..self.members.len() {
            let (before, rest) = self.members.split_at(n);
            if told < TOLD && before.iter().any(|(name, _)| *name == rest[0].0) {
                let pointer = self.place.member(&rest[0].0).pointer();
                self.faults.push(Fault::new(pointer, Problem::Repeated));
                told += 1;
            }
        }
    }

    /// Says what is wrong with a member.
    pub fn fault(&mut self, name: &str, problem: Problem) {
        let pointer = self.place.member(name).pointer();
        self.faults.push(Fault::new(pointer, problem));
    }

    /// How many faults there are so far, here and elsewhere.
    #[must_use]
    pub const fn faults(&self) -> usize {
        self.faults.len()
    }

    /// The member if it is there, null or not, without asking for it.
    #[must_use]
    pub fn peek(&self, name: &str) -> Option<&Json<'j>> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, json)| json)
    }

    /// The member as it came; `None` if it is missing.
    pub fn given(&mut self, name: &'static str) -> Option<Json<'j>> {
        self.asked.push(name);
        let at = self.members.iter().position(|(member, _)| member == name)?;
        Some(self.members.remove(at).1)
    }

    /// The member; `None` if it is missing or null.
    pub fn json(&mut self, name: &'static str) -> Option<Json<'j>> {
        self.given(name).filter(|json| *json != Json::Null)
    }

    /// A member as JSON Merge Patch (RFC 7396) has it: left out, null, or there and read.
    pub fn patch<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        let given = self.peek(name).map(|json| *json == Json::Null);
        match given {
            None | Some(true) => {
                self.given(name);
                given.map(|_| None)
            }
            Some(false) => Some(read(self)),
        }
    }

    /// The same of a member that may be left out, but not taken away.
    pub fn there<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let edit = self.patch(name, read)?;
        self.require(name, edit)
    }

    fn wrong<T>(&mut self, name: &str, expected: Kind, came: &Json<'_>) -> Option<T> {
        self.fault(name, Problem::WrongType { expected, came: came.kind() });
        None
    }

    /// A text of at most `limit` characters, trimmed; an empty one reads as missing.
    pub fn text(&mut self, name: &'static str, limit: usize) -> Option<String> {
        match self.json(name)? {
            Json::Text(text) => self.tidy(name, &text, limit),
            other => self.wrong(name, Kind::Text, &other),
        }
    }

    fn tidy(&mut self, name: &str, text: &str, limit: usize) -> Option<String> {
        tidy(text, limit).unwrap_or_else(|problem| {
            self.fault(name, problem);
            None
        })
    }

    /// A source's own code: a text, a number or a boolean, kept as text.
    #[allow(clippy::cast_precision_loss, reason = "up to there nothing is lost")]
    pub fn code(&mut self, name: &'static str, limit: usize) -> Option<String> {
        match self.json(name)? {
            Json::Text(text) => self.tidy(name, &text, limit),
            Json::Whole(n) if n.unsigned_abs() <= EXACT => Some(n.to_string()),
            Json::Number(n) if n.abs() < EXACT as f64 => Some(n.to_string()),
            Json::Whole(_) | Json::Number(_) => self.inexact(name),
            Json::Bool(b) => Some(b.to_string()),
            other => self.wrong(name, Kind::Code, &other),
        }
    }

    /// A value of the domain, read from text. An empty one is none: whoever sends it meant something else.
    pub fn parsed<T>(&mut self, name: &'static str, limit: usize, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        let text = match self.json(name)? {
            Json::Text(text) => tidy(&text, limit).map(Option::unwrap_or_default),
            other => return self.wrong(name, Kind::Text, &other),
        };
        match text.and_then(|text| parse(&text)) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.fault(name, problem);
                None
            }
        }
    }

    /// A date.
    pub fn date(&mut self, name: &'static str) -> Option<Date> {
        self.parsed(name, 40, |text| text.parse().map_err(|_| Problem::Malformed { expected: Form::Date }))
    }

    /// An instant.
    pub fn moment(&mut self, name: &'static str) -> Option<Moment> {
        self.parsed(name, 40, |text| text.parse().map_err(|_| Problem::Malformed { expected: Form::Instant }))
    }

    /// One of some words.
    pub fn word<T>(&mut self, name: &'static str, words: &[&'static str], of: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.parsed(name, 200, |text| of(text).ok_or_else(|| Problem::NotOneOf { expected: words.to_vec() }))
    }

    /// A boolean.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.json(name)? {
            Json::Bool(value) => Some(value),
            Json::Text(text) if self.from_text && text == "true" => Some(true),
            Json::Text(text) if self.from_text && text == "false" => Some(false),
            other => self.wrong(name, Kind::Boolean, &other),
        }
    }

    /// A whole number within bounds.
    pub fn whole(&mut self, name: &'static str, bounds: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let number = match self.json(name)? {
            Json::Whole(number) => Some(number),
            Json::Text(text) if self.from_text => text.parse().ok(),
            // JSON does not tell 5 from 5.0.
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a whole number within bounds is exact")]
            Json::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT as f64 => Some(number as i64),
            Json::Number(_) => None,
            other => return self.wrong(name, Kind::WholeNumber, &other),
        };
        let number = number.filter(|n| bounds.contains(n));
        if number.is_none() {
            let expected = Form::Whole { least: *bounds.start(), most: *bounds.end() };
            self.fault(name, Problem::OutOfRange { expected });
        }
        number
    }

    fn inexact<T>(&mut self, name: &str) -> Option<T> {
        self.fault(name, Problem::OutOfRange { expected: Form::Number { most: EXACT } });
        None
    }

    /// A number that every reader of JSON keeps.
    #[allow(clippy::cast_precision_loss, reason = "up to there nothing is lost")]
    pub fn number(&mut self, name: &'static str) -> Option<f64> {
        match self.json(name)? {
            Json::Whole(number) if number.unsigned_abs() <= EXACT => Some(number as f64),
            Json::Number(number) if number.abs() <= EXACT as f64 => Some(number),
            Json::Whole(_) | Json::Number(_) => self.inexact(name),
            other => self.wrong(name, Kind::Number, &other),
        }
    }

    /// An object, read by its own reader.
    pub fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Reader<'j, '_, '_>) -> T) -> Option<T> {
        let json = self.json(name)?;
        let place = self.place.member(name);
        let mut reader = Reader::new(json, place, self.faults);
        let read = read(&mut reader);
        reader.done();
        Some(read)
    }

    /// A list of at most `limit` items, each read in its place; a missing list is an empty one.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        limit: usize,
        mut read: impl FnMut(Json<'j>, Place<'_>, &mut Vec<Fault>) -> Option<T>,
    ) -> Vec<T> {
        let items = match self.json(name) {
            None => return Vec::new(),
            Some(Json::List(items)) => items,
            Some(other) => return self.wrong(name, Kind::List, &other).unwrap_or_default(),
        };
        if items.len() > limit {
            self.fault(name, Problem::TooLong { limit, came: items.len() });
            return Vec::new();
        }
        let place = self.place.member(name);
        items.into_iter().enumerate().filter_map(|(n, item)| read(item, place.item(n), self.faults)).collect()
    }

    /// A list of values of the domain, read from texts.
    pub fn list_of<T>(&mut self, name: &'static str, limit: usize, parse: impl Fn(&str) -> Result<T, Problem>) -> Vec<T> {
        self.list(name, limit, |item, place, faults| {
            let problem = match &item {
                Json::Text(text) => match parse(text.trim()) {
                    Ok(value) => return Some(value),
                    Err(problem) => problem,
                },
                other => Problem::WrongType { expected: Kind::Text, came: other.kind() },
            };
            faults.push(Fault::new(place.pointer(), problem));
            None
        })
    }

    /// Says that a member must be there, if it is not and nothing else is wrong with it.
    pub fn require<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let pointer = self.place.member(name).pointer();
            let below = format!("{pointer}/");
            if !self.faults.iter().any(|fault| fault.pointer == pointer || fault.pointer.starts_with(&below)) {
                self.faults.push(Fault::new(pointer, Problem::Required));
            }
        }
        value
    }

    /// Refuses, by name, members that nobody asked for: the first of them, lest a short document be answered with a long list.
    pub fn done(self) {
        for (name, _) in self.members.iter().take(TOLD) {
            let pointer = self.place.member(name).pointer();
            let repeated = self.faults.iter().any(|f| f.pointer == pointer && f.problem == Problem::Repeated);
            if !repeated {
                self.faults.push(Fault::new(pointer, Problem::Unknown { known: self.asked.clone() }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str, read: impl FnOnce(&mut Reader<'_, '_, '_>)) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        let json: Json<'_> = serde_json::from_str(text).unwrap();
        let mut reader = Reader::new(json, Place::ROOT, &mut faults);
        read(&mut reader);
        reader.done();
        faults.into_iter().map(|f| (f.pointer, f.problem.code())).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let found = faults(r#"{"a": 1, "b": "2016-13-01", "c/d": 1, "e": [1, "x"], "e": []}"#, |r| {
            let a = r.text("a", 10);
            assert_eq!(r.require("a", a), None);
            assert_eq!(r.date("b"), None);
            assert_eq!(r.list_of("e", 10, |t| Ok(t.to_owned())), ["x"]);
            let f = r.text("f", 10);
            assert_eq!(r.require("f", f), None);
        });
        assert_eq!(
            found,
            [
                ("/e".into(), "repeated_member"),
                ("/a".into(), "wrong_type"),
                ("/b".into(), "malformed_value"),
                ("/e/0".into(), "wrong_type"),
                ("/f".into(), "required"),
                ("/c~1d".into(), "unknown_member"),
            ]
        );
    }

    #[test]
    fn text_that_no_database_keeps_is_refused() {
        assert_eq!(faults(r#"{"a": "x\u0000y"}"#, |r| assert_eq!(r.text("a", 10), None)), [("/a".to_owned(), "malformed_value")]);
    }
}
