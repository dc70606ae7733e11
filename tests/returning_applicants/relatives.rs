//! Twins, namesakes born on the same day, parents and children, spouses on one mailbox, recycled numbers: who have much in
//! common with somebody who was here, and were not here themselves. What is answered for each is a table in
//! `docs/flag-returning-applicants.md`; run this with `--nocapture` to see the probabilities of now.
//!
//! The weights may change, so each story says which answers would do, and not how probable they are.

use super::*;
use furusu_tests::on_both;

/// A returner must be told as one.
const RETURNER: &[&str] = &["match"];
/// A person must look: either word does, but it is not left out.
const FOR_A_PERSON: &[&str] = &["match", "possible_match"];
/// A person may have to look, nothing is certain.
const NOT_CERTAIN: &[&str] = &["possible_match", "no_match"];
/// Nobody should be bothered with it.
const STRANGER: &[&str] = &["no_match"];
/// What is right depends on what else is known: it is told in the table as it is.
const ANY: &[&str] = &["match", "possible_match", "no_match"];

/// What HR knows of Ayaka, who left.
fn ayaka() -> Value {
    json!({
        "external_id": "ayaka",
        "employee_number": "E0001207",
        "names": [{ "kind": "legal", "family": "松本", "given": "彩香", "family_kana": "マツモト", "given_kana": "アヤカ" }],
        "birth_on": "1988-06-15",
        "emails": ["matsumoto.family@example.com"],
        "phones": ["090-2345-6789", "03-3456-7890"],
        "postal_code": "154-0024",
        "address": "東京都世田谷区三軒茶屋２丁目１１番３号",
        "employment": { "hired_on": "2011-04-01" },
        "departure": { "employment_ended_on": "2019-03-31" },
    })
}

/// What HR knows of John, who left and has a son of the same name.
fn john() -> Value {
    json!({
        "external_id": "john",
        "names": [{ "kind": "legal", "family": "Ashgrove", "given": "John" }],
        "birth_on": "1961-02-10",
        "emails": ["john.ashgrove@example.org"],
        "postal_code": "02139",
        "address": "12 Willow Street, Cambridge",
        "employment": { "hired_on": "1990-01-08" },
        "departure": { "employment_ended_on": "2015-06-30" },
    })
}

fn of(family: &str, given: &str, kana: [&str; 2], birth: &str, identifiers: &[(&str, &str)]) -> Value {
    let identifiers: Vec<Value> = identifiers.iter().map(|(kind, value)| json!({ "kind": kind, "value": value })).collect();
    json!({ "names": [{ "family": family, "given": given, "family_kana": kana[0], "given_kana": kana[1] }], "birth_on": birth, "identifiers": identifiers })
}

/// Who asks, what they send, and which answers would do.
type Case = (&'static str, Value, &'static [&'static str]);

const MAILBOX: (&str, &str) = ("email", "matsumoto.family@example.com");
const MOBILE: (&str, &str) = ("phone", "090-2345-6789");
const LANDLINE: (&str, &str) = ("phone", "03-3456-7890");
const POSTAL: (&str, &str) = ("postal_code", "154-0024");
const HOME: (&str, &str) = ("address", "東京都世田谷区三軒茶屋2-11-3");

fn returners() -> Vec<Case> {
    let kana = ["マツモト", "アヤカ"];
    let own = ("email", "ayaka88@example.net");
    vec![
        ("name, birth date, e-mail", of("松本", "彩香", kana, "1988-06-15", &[MAILBOX]), RETURNER),
        ("name, birth date, mobile", of("松本", "彩香", kana, "1988-06-15", &[MOBILE]), RETURNER),
        ("name, birth date, address; a new mailbox", of("松本", "彩香", kana, "1988-06-15", &[own, POSTAL, HOME]), RETURNER),
        ("name and birth date; a new mailbox", of("松本", "彩香", kana, "1988-06-15", &[own]), FOR_A_PERSON),
        (
            "married, former name not told; birth date, mobile",
            of("今井", "彩香", ["イマイ", "アヤカ"], "1988-06-15", &[MOBILE]),
            FOR_A_PERSON,
        ),
        (
            "married, former name not told; birth date; a new mailbox",
            of("今井", "彩香", ["イマイ", "アヤカ"], "1988-06-15", &[own]),
            NOT_CERTAIN,
        ),
        ("name alone", json!({ "names": [{ "full": "松本彩香" }] }), NOT_CERTAIN),
    ]
}

fn others_in_common() -> Vec<Case> {
    let twin = |more: &[(&str, &str)]| of("松本", "真央", ["マツモト", "マオ"], "1988-06-15", more);
    let child = |more: &[(&str, &str)]| of("松本", "陽菜", ["マツモト", "ハルナ"], "2007-09-02", more);
    let spouse = |more: &[(&str, &str)]| of("松本", "健吾", ["マツモト", "ケンゴ"], "1986-11-30", more);
    let namesake = |more: &[(&str, &str)]| of("松本", "彩香", ["マツモト", "アヤカ"], "1988-06-15", more);
    let son = json!({ "names": [{ "full": "John Ashgrove" }], "birth_on": "1990-08-21",
        "identifiers": [{ "kind": "email", "value": "johnny@example.net" }, { "kind": "postal_code", "value": "02139" }, { "kind": "address", "value": "12 Willow Street, Cambridge" }] });
    vec![
        ("twin: family name, birth date", twin(&[]), NOT_CERTAIN),
        ("twin: and the address", twin(&[POSTAL, HOME]), NOT_CERTAIN),
        ("twin: and the address, the landline", twin(&[POSTAL, HOME, LANDLINE]), NOT_CERTAIN),
        ("twin: and the mailbox of the family", twin(&[MAILBOX]), NOT_CERTAIN),
        (
            "namesake born on the same day, another mailbox, another mobile",
            namesake(&[("email", "aya-m@example.net"), ("phone", "080-7654-3210")]),
            NOT_CERTAIN,
        ),
        (
            "namesake born on another day",
            of("松本", "彩香", ["マツモト", "アヤカ"], "1979-01-28", &[("email", "aya-m@example.net")]),
            STRANGER,
        ),
        ("child: family name, address", child(&[POSTAL, HOME]), STRANGER),
        ("child: and the landline", child(&[POSTAL, HOME, LANDLINE]), NOT_CERTAIN),
        ("child: and the mailbox of the family", child(&[POSTAL, HOME, MAILBOX]), NOT_CERTAIN),
        ("son of the same name, at the same address", son, NOT_CERTAIN),
        ("spouse: family name, mailbox", spouse(&[MAILBOX]), NOT_CERTAIN),
        ("spouse: and the address", spouse(&[MAILBOX, POSTAL, HOME]), NOT_CERTAIN),
        ("spouse under another name: mailbox", of("今井", "健吾", ["イマイ", "ケンゴ"], "1986-11-30", &[MAILBOX]), STRANGER),
        ("recycled number: mobile", of("岡田", "亮介", ["オカダ", "リョウスケ"], "1995-03-19", &[MOBILE]), STRANGER),
    ]
}

fn one_thing_in_common() -> Vec<Case> {
    let heir = |birth: Option<&str>| {
        let mut heir = of("岡田", "亮介", ["オカダ", "リョウスケ"], "1995-03-19", &[MOBILE]);
        heir["birth_on"] = json!(birth);
        heir
    };
    let alone = |(kind, value): (&str, &str)| json!({ "identifiers": [{ "kind": kind, "value": value }] });
    vec![
        ("recycled number: mobile; no birth date told", heir(None), ANY),
        ("recycled number: mobile, the same given name", of("岡田", "彩香", ["オカダ", "アヤカ"], "1995-03-19", &[MOBILE]), ANY),
        ("a mobile number and nothing else", alone(MOBILE), NOT_CERTAIN),
        ("a landline number and nothing else", alone(LANDLINE), NOT_CERTAIN),
        ("a mailbox and nothing else", alone(MAILBOX), NOT_CERTAIN),
    ]
}

fn settle(world: &World, more: Vec<Value>) -> Vec<String> {
    let mut records = others(120);
    let first = records.len();
    records.extend(more);
    let body = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200).body();
    body["results"].as_array().unwrap()[first..].iter().map(|told| told["alumnus_id"].as_str().unwrap().to_owned()).collect()
}

#[allow(clippy::print_stdout, reason = "the table of the guide is made of what it prints")]
fn each_is_answered_so(world: &World, cases: &[Case]) {
    let _ = settle(world, vec![ayaka(), john()]);
    let reviewer = world.client("matching:lookup matching:review");
    let (admin, settings) =
        (world.client("organization:admin"), |least: f64| json!({ "returning_applicants": { "possible_match_at": least } }));
    let mut wrong = Vec::new();
    for (what, applicant, expected) in cases {
        let finding = found(&reviewer, applicant);
        let result = finding["result"].as_str().unwrap().to_owned();
        // How probable it is also of who was not found: for the table, nothing is asserted of it.
        let _ = admin.json("PATCH", "/v1/organization", &settings(0.000_001)).is(200);
        let p = found(&reviewer, applicant)["probability"].as_f64().unwrap_or(0.0);
        let _ = admin.json("PATCH", "/v1/organization", &settings(0.5)).is(200);
        println!("| {what} | `{result}` | {p:.3} |");
        if !expected.contains(&result.as_str()) {
            wrong.push(format!("{what}: {result} ({p:.4}), and {expected:?} was expected"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_of_the_guide_has_every_case_with_an_answer_that_would_do() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/flag-returning-applicants.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let (_, table) = guide.split_once("| what is sent | answer | probability |").unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().skip(1).take_while(|line| line.starts_with('|')).map(|line| line.split('|').map(str::trim).collect()).collect();
    let answers: std::collections::BTreeMap<&str, &str> =
        rows.iter().filter(|row| row[2].starts_with('`')).map(|row| (row[1], row[2].trim_matches('`'))).collect();
    let cases: Vec<Case> = [returners(), others_in_common(), one_thing_in_common()].concat();
    assert_eq!(answers.len(), cases.len(), "one row for each");
    for (what, _, expected) in cases {
        let told = answers.get(what).unwrap_or_else(|| panic!("no row for: {what}"));
        assert!(expected.contains(told), "{what}: the guide says {told}, and {expected:?} would do");
    }
}

on_both! {
    fn who_was_here_is_recognised_by_what_they_share_with_their_record(world) {
        each_is_answered_so(world, &returners());
    }

    fn who_only_has_much_in_common_with_somebody_is_never_a_match(world) {
        each_is_answered_so(world, &others_in_common());
    }

    fn one_thing_in_common_is_weighed_as_what_it_is(world) {
        each_is_answered_so(world, &one_thing_in_common());
    }

    fn of_two_twins_on_record_the_right_one_is_found(world) {
        let mut mao = ayaka();
        mao["external_id"] = json!("mao");
        mao["employee_number"] = json!("E0001208");
        mao["names"] = json!([{ "kind": "legal", "family": "松本", "given": "真央", "family_kana": "マツモト", "given_kana": "マオ" }]);
        mao["phones"] = json!(["080-9876-5432", "03-3456-7890"]);
        let ids = settle(world, vec![ayaka(), mao]);
        let reviewer = world.client("matching:lookup matching:review");
        for (given, kana, who) in [("彩香", "アヤカ", &ids[0]), ("真央", "マオ", &ids[1])] {
            let finding = found(&reviewer, &of("松本", given, ["マツモト", kana], "1988-06-15", &[MAILBOX, POSTAL, HOME]));
            assert_eq!((&finding["result"], &finding["alumnus_id"]), (&json!("match"), &json!(who)), "{finding:#}");
        }
        // A brother of both is neither.
        let brother = of("松本", "大樹", ["マツモト", "ダイキ"], "1991-04-04", &[MAILBOX, POSTAL, HOME]);
        assert_ne!(found(&reviewer, &brother)["result"], "match");
    }

    fn two_of_one_name_and_birth_date_on_record_are_for_a_person_to_tell_apart(world) {
        let mut another = ayaka();
        another["external_id"] = json!("another");
        for (member, value) in [("employee_number", json!("E0009301")), ("emails", json!(["ayaka.m@example.org"])), ("phones", json!(["070-1111-2222"])),
            ("postal_code", json!("812-0011")), ("address", json!("福岡県福岡市博多区博多駅前３丁目２番１号"))] {
            another[member] = value;
        }
        let ids = settle(world, vec![ayaka(), another]);
        let reviewer = world.client("matching:lookup matching:review");
        let by_name = |identifiers: &[(&str, &str)]| found(&reviewer, &of("松本", "彩香", ["マツモト", "アヤカ"], "1988-06-15", identifiers));
        let finding = by_name(&[]);
        assert_ne!(finding["result"], "match", "{finding:#}");
        // What is theirs alone tells them apart.
        for (identifier, who) in [(MAILBOX, &ids[0]), (("email", "ayaka.m@example.org"), &ids[1])] {
            let finding = by_name(&[identifier]);
            assert_eq!((&finding["result"], &finding["alumnus_id"]), (&json!("match"), &json!(who)), "{finding:#}");
        }
    }
}
