//! `furusu matching`: judging the matcher by files, training it, and refitting it to reviews; `furusu rekey`.

use std::path::Path;

use furusu_tests::command::Operator;
use furusu_tests::{World, on_both};
use serde_json::{Value, json};

use crate::command_line::Folder;

mod accuracy;

/// Forty people who were here, made up: no two have a birth date, a mailbox or a number in common.
fn alumni() -> String {
    let families = [("葛西", "カサイ"), ("日比野", "ヒビノ"), ("仁科", "ニシナ"), ("鵜飼", "ウカイ"), ("真鍋", "マナベ")];
    let givens = [
        ("綾子", "アヤコ"),
        ("俊介", "シュンスケ"),
        ("文恵", "フミエ"),
        ("泰造", "タイゾウ"),
        ("美雪", "ミユキ"),
        ("広志", "ヒロシ"),
        ("紗英", "サエ"),
        ("直紀", "ナオキ"),
    ];
    let mut csv = "alumnus_id,family_name,given_name,family_kana,given_kana,dob,emails,phones,hired_on,left_on\n".to_owned();
    for (n, ((family, family_kana), (given, given_kana))) in families.iter().flat_map(|f| givens.iter().map(move |g| (f, g))).enumerate() {
        csv += &format!(
            "A{n},{family},{given},{family_kana},{given_kana},19{:02}-{:02}-{:02},a{n}@mail{}.example,090-0000-{n:04},2010-04-01,2019-03-31\n",
            60 + n,
            1 + n % 12,
            1 + n % 28,
            n % 7
        );
    }
    csv
}

/// Applicants: the first half of them were here, written otherwise than on record.
const APPLICANTS: &str = "applicant_id,name,dob,emails,phones\n\
    B1,葛西綾子,昭和35年1月1日,A0@MAIL0.example,\n\
    B2,Shunsuke KASAI,1961/2/2,,+81 90 0000 0001\n\
    B3,仁科 紗英,1982-11-23,a22@mail1.example,\n\
    B4,山口 大樹,2001-05-05,daiki@applicants.example,\n\
    B5,Rosa Lund,1999-12-31,rosa@applicants.example,080-1111-2222\n\
    B6,五十嵐 詩乃,2003-11-08,,\n";

const TRUTH: &str = "applicant_id,alumnus_id\nB1,A0\nB2,A1\nB3,A22\nB4,\nB5,\nB6,\n";

/// An operator in a folder of its own, with the files; what is temporary lies there too.
fn operator(folder: &Folder) -> Operator {
    for (name, text) in [("alumni.csv", alumni().as_str()), ("applicants.csv", APPLICANTS), ("truth.csv", TRUTH)] {
        std::fs::write(folder.0.join(name), text).unwrap();
    }
    let temporary = folder.0.join("tmp");
    std::fs::create_dir_all(&temporary).unwrap();
    Operator::new(&folder.0, "postgres://nobody@127.0.0.1:1/not-used").with("TMPDIR", temporary.to_str().unwrap())
}

const EVALUATE: [&str; 6] = ["matching", "evaluate", "--alumni", "alumni.csv", "--applicants", "applicants.csv"];
const TRAIN: [&str; 8] = ["matching", "train", "--alumni", "alumni.csv", "--applicants", "applicants.csv", "--truth", "truth.csv"];

/// The rows of a file of predictions, in the form that it must have.
fn predictions(path: &Path) -> Vec<(String, String, f64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("applicant_id,alumnus_id,probability"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [applicant, alumnus, probability] = cells.as_slice() else { panic!("three cells: {line}") };
        (applicant.to_string(), alumnus.to_string(), probability.parse().expect("a number"))
    };
    lines.map(row).collect()
}

#[test]
fn the_matcher_is_judged_by_files() {
    let folder = Folder::new("evaluate");
    let operator = operator(&folder);
    let told: Value = serde_json::from_str(&operator.gets(&[&EVALUATE[..], &["--out", "out.csv", "--json"]].concat())).unwrap();
    assert_eq!(told, json!({ "alumni": 40, "applicants": 6, "probable": 3 }));
    let rows = predictions(&folder.0.join("out.csv"));
    let asked: Vec<&str> = rows.iter().map(|(applicant, ..)| applicant.as_str()).collect();
    assert_eq!(asked, ["B1", "B2", "B3", "B4", "B5", "B6"], "each applicant, in order");
    for ((applicant, alumnus, probability), truth) in rows.iter().zip(["A0", "A1", "A22", "", "", ""]) {
        assert!((0.0..=1.0).contains(probability), "{applicant}");
        match truth {
            "" => assert!(*probability < 0.5, "{applicant} is nobody: {alumnus} {probability}"),
            _ => assert!(alumnus == truth && *probability >= 0.5, "{applicant} is {truth}: {alumnus} {probability}"),
        }
    }
    // Where hardly anybody comes back, nobody is as probable.
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "rare.csv", "--returners", "0.0001"]].concat());
    let rare = predictions(&folder.0.join("rare.csv"));
    assert!(rows.iter().zip(&rare).all(|(often, rare)| rare.2 <= often.2), "{rows:?} {rare:?}");
    let people = operator.gets(&[&EVALUATE[..], &["--out", "out.csv"]].concat());
    assert!(people.contains("6 applicants") && people.contains("40 alumni"), "{people}");
    assert_eq!(std::fs::read_dir(folder.0.join("tmp")).unwrap().count(), 0, "what was temporary is gone");
    assert!(!folder.0.join("furusu.db").exists(), "nobody's database was touched");
}

/// Bits of levels that are all worth nothing.
fn nothing() -> Value {
    json!({ "base": 0.0, "levels": {} })
}

#[test]
fn the_matcher_is_trained_on_files_and_judged_with_what_it_learnt() {
    let folder = Folder::new("train");
    let operator = operator(&folder);
    let told: Value = serde_json::from_str(&operator.gets(&[&TRAIN[..], &["--out", "weights.json", "--json"]].concat())).unwrap();
    assert_eq!(told["applicants"], 6);
    for member in ["ece_before", "ece_after", "log_loss_before", "log_loss_after"] {
        assert!(told[member].as_f64().is_some_and(|n| n >= 0.0), "{member} in {told}");
    }
    assert!(told["log_loss_after"].as_f64() <= told["log_loss_before"].as_f64(), "it learnt: {told}");
    let weights: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("weights.json")).unwrap()).unwrap();
    assert!(weights["name"].is_string() && weights["chance"]["levels"]["email"].is_object(), "{weights}");
    let with = ["--weights", "weights.json"];
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "out.csv"], &with].concat());
    let trained = predictions(&folder.0.join("out.csv"));
    assert_eq!(trained[0].1, "A0");
    // The file is what is judged with, and no other.
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "shipped.csv"]].concat());
    assert_ne!(predictions(&folder.0.join("shipped.csv")), trained);
    let numb = serde_json::json!({ "name": "numb", "version": 1, "returners": 0.4, "chance": nothing(), "relative": nothing(), "namesake": nothing() });
    std::fs::write(folder.0.join("numb.json"), numb.to_string()).unwrap();
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "numb.csv", "--weights", "numb.json"]].concat());
    assert!(
        predictions(&folder.0.join("numb.csv")).iter().all(|(_, _, probability)| *probability < 0.5),
        "who weighs nothing knows nobody"
    );
    // Training can go on from what was trained, and be held back by a strong pull.
    let again = operator.gets(&[&TRAIN[..], &["--out", "again.json", "--pull", "1000"], &with].concat());
    assert!(again.contains("trained on 6 applicants"), "{again}");
    let _ = operator.gets(&[&TRAIN[..], &["--out", "loose.json", "--pull", "0.01"], &with].concat());
    let bits = |file: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.0.join(file)).unwrap()).unwrap() };
    let moved = |file: &str| {
        let (from, to) = (bits("weights.json"), bits(file));
        let at = |weights: &Value| weights["chance"]["levels"]["email"]["same"].as_f64().unwrap();
        (at(&to) - at(&from)).abs()
    };
    assert!(moved("again.json") < moved("loose.json"), "{} {}", moved("again.json"), moved("loose.json"));
    assert_eq!(std::fs::read_dir(folder.0.join("tmp")).unwrap().count(), 0, "what was temporary is gone");
}

#[test]
fn files_that_cannot_be_read_are_told_clearly() {
    let folder = Folder::new("bad-files");
    let operator = operator(&folder);
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    write("headless.csv", "id,name\n1,x\n");
    write("nameless.csv", "alumnus_id,family_name\nA1,葛西\n ,仁科\n");
    write("twice.csv", "alumnus_id,family_name\nA1,葛西\nA1,仁科\n");
    write("some.csv", "applicant_id,alumnus_id\nB1,A0\n");
    write("unknown.csv", "applicant_id,alumnus_id\nB1,A0\nB2,A1\nB3,Z9\nB4,\nB5,\nB6,\n");
    write("weights.json", "{\"name\": \"half\"");
    let evaluate = |alumni: &str, more: &[&str]| {
        let args = ["matching", "evaluate", "--alumni", alumni, "--applicants", "applicants.csv", "--out", "out.csv"];
        operator.fails(1, &[&args[..], more].concat())
    };
    for (alumni, more, says) in [
        ("headless.csv", &[][..], &["headless.csv", "alumnus_id", "id, name"][..]),
        ("nameless.csv", &[], &["nameless.csv", "row 2", "the id is empty"]),
        ("twice.csv", &[], &["twice.csv", "row 2", "A1"]),
        ("nowhere.csv", &[], &["nowhere.csv"]),
        ("alumni.csv", &["--weights", "weights.json"], &["weights.json", "these are no weights"]),
        ("alumni.csv", &["--weights", "nowhere.json"], &["nowhere.json"]),
        ("alumni.csv", &["--returners", "1.5"], &["--returners", "above 0 and below 1"]),
        ("alumni.csv", &["--own-mail-domain", "not a domain"], &["not a domain"]),
    ] {
        let said = evaluate(alumni, more);
        assert!(says.iter().all(|word| said.contains(word)), "{alumni} {more:?}: {said}");
    }
    let train = |truth: &str| {
        let args = ["matching", "train", "--alumni", "alumni.csv", "--applicants", "applicants.csv", "--truth", truth, "--out", "w.json"];
        operator.fails(1, &args)
    };
    for (truth, says) in
        [("headless.csv", ["headless.csv", "applicant_id"]), ("some.csv", ["some.csv", "B2"]), ("unknown.csv", ["unknown.csv", "Z9"])]
    {
        let said = train(truth);
        assert!(says.iter().all(|word| said.contains(word)), "{truth}: {said}");
    }
    assert!(!folder.0.join("w.json").exists(), "nothing was written");
    for wrong in [&["matching"][..], &["matching", "evaluate"], &["matching", "train", "--alumni", "alumni.csv"], &["matching", "guess"]] {
        let _ = operator.fails(2, wrong);
    }
}

const LOOKUPS: &str = "/v1/returning-applicants/lookups";

/// The service's own operator, on its database.
fn beside(world: &World) -> Operator {
    Operator::new(&world.folder, &world.database_url())
}

/// People who left, the organization's.
fn leavers(world: &World) {
    let records: Vec<Value> = alumni()
        .lines()
        .skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            json!({
                "external_id": cells[0],
                "names": [{ "kind": "legal", "family": cells[1], "given": cells[2], "family_kana": cells[3], "given_kana": cells[4] }],
                "birth_on": cells[5], "emails": [cells[6]], "phones": [cells[7]],
                "employment": { "hired_on": cells[8] }, "departure": { "employment_ended_on": cells[9] },
            })
        })
        .collect();
    let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
}

/// Of each person, an applicant of the same reading and birth date, with another mailbox: somebody must look.
fn applicants() -> Vec<Value> {
    let applicant = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        json!({ "names": [{ "family_kana": cells[3], "given_kana": cells[4] }], "birth_on": cells[5],
            "identifiers": [{ "kind": "email", "value": format!("new.{}@applicants.example", cells[0]) }] })
    };
    alumni().lines().skip(1).map(applicant).collect()
}

on_both! {
    fn weights_are_refitted_to_what_people_decided_and_taken_back(world) {
        leavers(world);
        // Whoever is found at all is a finding that can be reviewed.
        let _ = world.client("organization:admin").json("PATCH", "/v1/organization",
            &json!({ "returning_applicants": { "possible_match_at": 0.01 } })).is(200);
        let vendor = world.client("matching:lookup");
        let found = |applicant: &Value| vendor.post(LOOKUPS, applicant).is(200).body();
        let review = |finding: &Value, verdict: &str| {
            let path = format!("{LOOKUPS}/{}/reviews", finding["id"].as_str().unwrap());
            let _ = vendor.post(&path, &json!({ "verdict": verdict })).is(201);
        };
        let organization = world.organization.to_string();
        let (operator, refit) = (beside(world), ["matching", "refit", "--organization", &organization]);
        let told = |more: &[&str]| -> Value { serde_json::from_str(&operator.gets(&[&refit[..], more, &["--json"]].concat())).unwrap() };

        let applicants = applicants();
        let first = found(&applicants[0]);
        assert_ne!(first["result"], "no_match", "{first:#}");
        review(&first, "hired");
        assert_eq!(told(&["--dry-run"])["labels"], 0, "what became of an application does not say who it was");
        review(&first, "not_the_same_person");
        world.seconds_pass(1);
        review(&first, "confirmed");
        let few = told(&[]);
        assert_eq!((&few["labels"], &few["accepted"], &few["version"]), (&json!(1), &json!(false), &Value::Null), "the last word counts");
        assert!(operator.gets(&[&refit[..], &["--dry-run"]].concat()).contains("20 are needed"));

        // People find that it is they, each time.
        for applicant in &applicants[1..] {
            let finding = found(applicant);
            if finding["result"] != "no_match" {
                review(&finding, "confirmed");
            }
        }
        let dry = told(&["--dry-run"]);
        assert!(dry["labels"].as_u64().unwrap() >= 20, "{dry}");
        assert_eq!((&dry["accepted"], &dry["version"]), (&json!(true), &Value::Null), "{dry}");
        assert!(dry["after"]["ece"].as_f64() < dry["before"]["ece"].as_f64(), "{dry}");
        assert_eq!(world.count("select count(*) from match_weights"), 0, "a dry run changes nothing");
        let probability = |applicant: &Value| found(applicant)["probability"].as_f64().unwrap();
        let before = probability(&applicants[1]);
        let real = told(&[]);
        assert_eq!((&real["version"], &real["before"], &real["after"]), (&json!(1), &dry["before"], &dry["after"]));
        let after = probability(&applicants[1]);
        assert!(after > before, "they were right more often than was said: {before} then, {after} now");

        // The shipped ones are always there to return to; the service goes by them from the next lookup on.
        assert_eq!(told(&["--shipped"]), json!({ "weights": "shipped" }));
        assert!((probability(&applicants[1]) - before).abs() < 1e-12);
        assert_eq!(world.count("select count(*) from match_weights"), 1, "what was refitted is kept");
        assert!(operator.fails(2, &[&refit[..], &["--shipped", "--dry-run"]].concat()).contains("--dry-run"));
        assert!(operator.fails(1, &["matching", "refit", "--organization", "org_1"]).contains("--organization"));
        let nobody = format!("org_{}", "0198c7d2a4b07c3e9f1a2b3c4d5e6f70");
        assert!(operator.fails(1, &["matching", "refit", "--organization", &nobody]).contains("there is none"));
    }

    fn keys_are_made_anew_while_the_service_answers(world) {
        leavers(world);
        let vendor = world.client("matching:lookup");
        let applicant = json!({ "names": [{ "full": "葛西綾子" }], "birth_on": "1960-01-01", "identifiers": [{ "kind": "email", "value": "a0@mail0.example" }] });
        let answer = || vendor.post(LOOKUPS, &applicant).is(200).body()["result"].clone();
        assert_eq!(answer(), "match");
        let organization = world.organization.to_string();
        let operator = beside(world);
        let one = operator.gets(&["rekey", "--organization", &organization, "--json"]);
        let told: Value = serde_json::from_str(&one).unwrap();
        assert_eq!((&told["organization"], &told["people"]), (&json!(organization), &json!(40)));
        assert_eq!(answer(), "match", "under the new keys");
        let all = operator.gets(&["rekey"]);
        assert!(all.lines().count() == 2 && all.contains("40 people have new keys"), "{all}");
        assert_eq!(answer(), "match");
        assert!(operator.fails(1, &["rekey", "--organization", "org_1"]).contains("--organization"));
    }

    fn a_refit_that_keeps_its_word_no_better_is_not_used(world) {
        leavers(world);
        let vendor = world.client("matching:lookup");
        let organization = world.organization.to_string();
        let operator = beside(world);
        let refit = |more: &[&str]| -> Value {
            serde_json::from_str(&operator.gets(&[&["matching", "refit", "--organization", &organization, "--json"], more].concat())).unwrap()
        };
        // As many are said to be right as the probabilities say: there is nothing to learn.
        let mut wrong = 0.0;
        for applicant in applicants() {
            let finding = vendor.post(LOOKUPS, &applicant).is(200).body();
            let Some(probability) = finding["probability"].as_f64() else { continue };
            wrong += 1.0 - probability;
            let verdict = if wrong >= 1.0 { "not_the_same_person" } else { "confirmed" };
            wrong -= f64::from(u8::from(verdict != "confirmed"));
            let path = format!("{LOOKUPS}/{}/reviews", finding["id"].as_str().unwrap());
            let _ = vendor.post(&path, &json!({ "verdict": verdict })).is(201);
        }
        let told = refit(&[]);
        assert!(told["labels"].as_u64().unwrap() >= 20, "{told}");
        assert_eq!((&told["accepted"], &told["version"]), (&json!(false), &Value::Null), "{told}");
        assert_eq!(world.count("select count(*) from match_weights"), 0);
        // What is judged is what was served: with another share expected, another probability was.
        let rare = json!({ "returning_applicants": { "expected_share": 0.01 } });
        let _ = world.client("organization:admin").json("PATCH", "/v1/organization", &rare).is(200);
        let then = refit(&["--dry-run"]);
        assert!(then["before"]["ece"].as_f64() > told["before"]["ece"].as_f64(), "{then} {told}");
    }

    fn the_command_and_the_door_are_one_matcher(world) {
        leavers(world);
        let folder = Folder::new(&format!("one-matcher-{}", world.app.store.kind()));
        let _ = operator(&folder).gets(&[&EVALUATE[..], &["--out", "out.csv"]].concat());
        let by_file = predictions(&folder.0.join("out.csv"));
        let vendor = world.client("matching:lookup");
        let email = |value: &str| json!([{ "kind": "email", "value": value }]);
        for (row, applicant) in [
            (0, json!({ "names": [{ "full": "葛西綾子" }], "birth_on": "昭和35年1月1日", "identifiers": email("A0@MAIL0.example") })),
            (1, json!({ "names": [{ "full": "Shunsuke KASAI" }], "birth_on": "1961/2/2", "identifiers": [{ "kind": "phone", "value": "+81 90 0000 0001" }] })),
            (2, json!({ "names": [{ "full": "仁科 紗英" }], "birth_on": "1982-11-23", "identifiers": email("a22@mail1.example") })),
        ] {
            let by_door = vendor.post(LOOKUPS, &applicant).is(200).body()["probability"].as_f64().unwrap();
            assert!((by_door - by_file[row].2).abs() < 1e-6, "{by_door} and {:?}", by_file[row]);
        }
    }
}
