//! Returning applicants: was this person here before?

mod alike;
mod blinded;
mod consent;
mod disclosures;
mod doors;
mod keys;
mod matching;
mod merged;
mod relatives;
mod watched;

use furusu_tests::world::World;
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

/// Where applicants are asked about.
const LOOKUPS: &str = "/v1/returning-applicants/lookups";

/// Somebody who left, in Japanese: what HR knows of her.
fn yumiko() -> Value {
    json!({
        "external_id": "1",
        "employee_number": "E0004711",
        "names": [
            { "kind": "legal", "family": "髙橋", "given": "由美子", "family_kana": "タカハシ", "given_kana": "ユミコ" },
            { "kind": "romanised", "family": "Takahashi", "given": "Yumiko" },
        ],
        "birth_on": "1985-04-02",
        "emails": ["yumiko.takahashi@example.com"],
        "phones": ["090-1234-5678"],
        "postal_code": "100-0001",
        "address": "東京都千代田区千代田１丁目１番１号",
        "employment": { "hired_on": "2010-04-01", "status": { "value": "ended" } },
        "departure": { "employment_ended_on": "2018-03-31", "separation_type": { "value": "voluntary" }, "reason": { "value": "health" },
            "rehire": { "source_value": "No" } },
        "evaluation": { "as_of": "2017-12-31", "rating": 0.2, "scale": "0 lowest, 1 highest" },
    })
}

/// Others who left, so that she is not alone.
fn others(n: usize) -> Vec<Value> {
    let families = [
        ("鈴木", "スズキ"),
        ("佐々木", "ササキ"),
        ("中村", "ナカムラ"),
        ("小林", "コバヤシ"),
        ("加藤", "カトウ"),
        ("吉田", "ヨシダ"),
        ("山口", "ヤマグチ"),
    ];
    let givens = [("太郎", "タロウ"), ("花子", "ハナコ"), ("健", "ケン"), ("美咲", "ミサキ"), ("陽子", "ヨウコ")];
    (0..n)
        .map(|n| {
            let ((family, family_kana), (given, given_kana)) = (families[n % families.len()], givens[n / families.len() % givens.len()]);
            json!({
                "external_id": format!("o{n}"),
                "names": [{ "kind": "legal", "family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana }],
                "birth_on": format!("19{:02}-{:02}-{:02}", 60 + n % 39, 1 + n % 12, 1 + n % 28),
                "emails": [format!("o{n}@mail{}.example", n % 7)],
                "employment": { "hired_on": "2010-04-01" },
                "departure": { "employment_ended_on": "2019-03-31" },
            })
        })
        .collect()
}

/// The organization with Yumiko and others who left. Gives her id.
fn roster(world: &World) -> String {
    let mut records = others(60);
    records.push(yumiko());
    let body = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200).body();
    body["results"][60]["alumnus_id"].as_str().unwrap().to_owned()
}

/// An applicant-tracking system.
fn ats(world: &World) -> Client {
    world.client("matching:lookup")
}

fn ask(client: &Client, applicant: &Value) -> Answer {
    client.post(LOOKUPS, applicant)
}

fn found(client: &Client, applicant: &Value) -> Value {
    ask(client, applicant).is(200).body()
}

/// Yumiko as she applies: married, under another name, with her old one.
fn applicant() -> Value {
    json!({
        "names": [{ "full": "高橋由美子" }],
        "birth_on": "昭和60年4月2日",
        "identifiers": [{ "kind": "email", "value": "Yumiko.Takahashi+jobs@Example.com" }],
    })
}

/// Somebody who was never here.
fn stranger() -> Value {
    json!({
        "names": [{ "family": "五十嵐", "given": "蓮", "family_kana": "イガラシ", "given_kana": "レン" }],
        "birth_on": "1999-09-09",
        "identifiers": [{ "kind": "email", "value": "ren@example.net" }],
    })
}

/// An answer without what differs between any two of them.
fn form(mut finding: Value) -> Value {
    for member in ["id", "at", "expires_at", "review_url", "disclosure_id", "explanation_id"] {
        assert!(finding[member].is_string(), "{member}: {finding:#}");
        finding[member] = Value::Null;
    }
    finding
}
