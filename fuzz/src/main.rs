//! Each parser of furusu under libFuzzer: `FUZZ_TARGET` names which. Besides not crashing, what is read and written again
//! must be read as the same.
#![no_main]

use std::borrow::Cow;
use std::sync::OnceLock;

use furusu_api::alumni::input as alumni;
use furusu_api::applicants::input::question;
use furusu_api::auth::MasterKey;
use furusu_api::cursor::{Cursors, Position};
use furusu_api::departures::input as departures;
use furusu_api::json::{Json, Place, Reader};
use furusu_api::rest::{body, decode_pairs};
use furusu_domain::actor::Scopes;
use furusu_domain::alumni::{Email, Phone, SortValue, fold, search_prefix};
use furusu_domain::departures::Source;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::integration::{Profile, shipped};
use furusu_domain::matching::{Habits, Portrait, Roster, Weights, judge, keys_of_applicant};
use furusu_domain::time::{Date, Moment, Zone};
use furusu_persistence::DatabaseUrl;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<String> = OnceLock::new();
    let target = TARGET.get_or_init(|| std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target"));
    match (target.as_str(), std::str::from_utf8(data)) {
        ("json", _) => json(data),
        ("departure", _) => departure(data),
        ("rows", _) => rows(data),
        ("edit", _) => edit(data),
        ("applicants", _) => applicants(data),
        (_, Err(_)) => {}
        ("query", Ok(text)) => query(text),
        ("cursor", Ok(text)) => cursor(text),
        ("profile", Ok(text)) => profile(text),
        ("dates", Ok(text)) => dates(text),
        ("words", Ok(text)) => words(text),
        ("names", Ok(text)) => names(text),
        ("urls", Ok(text)) => urls(text),
        (other, _) => panic!("there is no target {other}"),
    }
});

/// What is asked of an applicant, all the way to how far two portraits agree: nothing that somebody writes may break it.
fn applicants(data: &[u8]) {
    let Ok(json) = body::parse(data) else { return };
    let Ok(question) = question(json, Place::ROOT, now()) else { return };
    let portrait = Portrait::of(&question.applicant, &Habits::default());
    let kept = portrait.to_bytes();
    let again = Portrait::from_bytes(&kept).expect("what was kept is read");
    assert_eq!(again.to_bytes(), kept, "and is the same");
    let roster = Roster { people: 10_000 };
    assert!(keys_of_applicant(&portrait).len() <= 200, "keys are bounded");
    let judgement = judge(Weights::shipped(), &roster, &portrait, &[again]);
    let of_one = judgement.candidates.first().map_or(0.0, |judged| judged.probability);
    assert!((0.0..=1.0).contains(&of_one) && (of_one + judgement.nobody - 1.0).abs() < 1e-6, "probabilities are shared out");
}

fn now() -> Moment {
    "2026-11-22T03:00:00Z".parse().expect("a moment")
}

fn today() -> Date {
    "2026-11-22".parse().expect("a date")
}

/// Without the fractions, of which the last digit may differ when read again.
fn value(json: &Json<'_>) -> Value {
    match json {
        Json::Null | Json::Number(_) => Value::Null,
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Whole(n) => (*n).into(),
        Json::Text(text) => text.as_ref().into(),
        Json::List(list) => list.iter().map(value).collect(),
        Json::Object(members) => Value::Object(members.iter().map(|(name, json)| (name.to_string(), value(json))).collect()),
    }
}

fn json(data: &[u8]) {
    let Ok(read) = body::parse(data) else { return };
    let written = value(&read).to_string();
    let again = body::parse(written.as_bytes()).expect("what was written can be read");
    assert_eq!(value(&again), value(&read));
}

fn departure(data: &[u8]) {
    let Ok(json) = body::parse(data) else { return };
    let intake = departures::read(json, Place::ROOT, now(), today());
    if let Err(faults) = intake.record {
        assert!(!faults.is_empty(), "a rejected record says why");
    }
}

fn edit(data: &[u8]) {
    if let Ok(json) = body::parse(data) {
        let _ = alumni::edit(json);
    }
    if let Ok(json) = body::parse(data) {
        let mut faults = Vec::new();
        let mut reader = Reader::new(json, Place::ROOT, &mut faults);
        let _ = alumni::filter(&mut reader, true);
        reader.done();
    }
}

fn query(text: &str) {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = decode_pairs(text).collect();
    let mut faults = Vec::new();
    let mut reader = Reader::of_query(pairs, &mut faults);
    let _ = alumni::filter(&mut reader, true);
    reader.done();
}

fn cursor(text: &str) {
    static CURSORS: OnceLock<Cursors> = OnceLock::new();
    let cursors = CURSORS.get_or_init(|| {
        let file = std::env::temp_dir().join(format!("furusu-fuzz-{}.key", std::process::id()));
        let key = MasterKey::read_or_make(&file).expect("a key");
        std::fs::remove_file(file).expect("its file goes");
        Cursors::new(&key)
    });
    let organization = OrganizationId::from_bytes([7; 16]);
    assert!(cursors.open(organization, "a list", text).is_err(), "nobody guesses a cursor");
    let position = Position { value: SortValue::Text(text.to_owned()), id: [9; 16] };
    let sealed = cursors.seal(organization, "a list", &position);
    assert_eq!(cursors.open(organization, "a list", &sealed), Ok(position));
    assert!(cursors.open(organization, "another list", &sealed).is_err());
}

fn profile(text: &str) {
    let Ok(profile) = Profile::parse(text) else { return };
    let header: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
    if let Ok(binding) = profile.bind(&header) {
        let mapped = binding.map(&header);
        let written = mapped.record.to_string();
        departure(written.as_bytes());
    }
}

/// A file as the import reads it.
fn rows(data: &[u8]) {
    static GENERIC: OnceLock<Profile> = OnceLock::new();
    let generic = GENERIC.get_or_init(|| Profile::parse(shipped("generic").expect("it is shipped")).expect("it can be read"));
    let mut reader = csv::ReaderBuilder::new().terminator(csv::Terminator::Any(b'\n')).flexible(true).has_headers(false).from_reader(data);
    let mut rows = reader.records();
    let Some(Ok(first)) = rows.next() else { return };
    let Ok(binding) = generic.bind(&first.iter().map(|name| name.trim_end_matches('\r')).collect::<Vec<_>>()) else { return };
    for row in rows.map_while(Result::ok) {
        let mapped = binding.map(&row.iter().map(|cell| cell.trim_end_matches('\r')).collect::<Vec<_>>());
        departure(mapped.record.to_string().as_bytes());
    }
}

fn dates(text: &str) {
    if let Ok(date) = text.parse::<Date>() {
        assert_eq!(date.to_string(), text);
        assert_eq!(Date::from_days_since_2000(date.days_since_2000()), Some(date));
    }
    if let Ok(at) = text.parse::<Moment>() {
        assert_eq!(at.to_string().parse(), Ok(at), "{at}");
    }
    if let Ok(zone) = text.parse::<Zone>() {
        assert_eq!(zone.name().parse().as_ref(), Ok(&zone));
        let _ = zone.date_at(now());
    }
}

fn words(text: &str) {
    if let Ok(scopes) = Scopes::parse(text) {
        assert_eq!(Scopes::parse(&scopes.to_string()), Ok(scopes));
    }
    if let Ok(id) = text.parse::<AlumnusId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(email) = Email::parse(text) {
        assert_eq!(Email::parse(email.as_str()).as_ref(), Ok(&email));
    }
    if let Ok(phone) = Phone::parse(text) {
        assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
    }
    let _ = Source::parse(text);
}

fn names(text: &str) {
    let folded = fold(text);
    assert_eq!(fold(&folded), folded);
    assert_eq!(folded.trim(), folded);
    let _ = search_prefix(text);
    if let Ok(prefix) = alumni::prefix(text) {
        assert!(!prefix.is_empty());
    }
}

fn urls(text: &str) {
    if let Ok(url) = text.parse::<DatabaseUrl>() {
        let _ = url.to_string();
    }
    // A password is never shown, whatever stands in it.
    if let Ok(url) = format!("postgres://ada:secret{text}@db.example.com/furusu").parse::<DatabaseUrl>() {
        assert!(!url.to_string().contains("secret"), "{url}");
    }
}
