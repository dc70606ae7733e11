//! Blinded lookups: a vendor asks with keyed hashes, and the service never hears about whom.

use super::*;
use furusu_domain::actor::Scopes;
use furusu_domain::id::ClientId;
use furusu_domain::matching::{BlindSecret, BlindToken, Habits, MatchNameKind, Sketch, SketchName, hex, tokens};
use furusu_tests::command::Operator;
use furusu_tests::on_both;

/// A vendor: its client, and the secret of a period.
pub(super) struct Vendor {
    pub(super) client: Client,
    id: ClientId,
    pub(super) secret: BlindSecret,
}

/// A client that may look applicants up, without a period.
fn unregistered(world: &World) -> Vendor {
    let scopes = Scopes::parse("matching:lookup").unwrap();
    let made = world.wait_for(furusu_api::auth::create(&world.app, world.organization, "Vendor".to_owned(), scopes)).unwrap();
    let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", made.id, made.secret);
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let granted = world.stranger().send("POST", "/oauth/token", &headers, Some(form.as_bytes())).is(200).body();
    let client = world.stranger().with(Some(format!("Bearer {}", granted["access_token"].as_str().unwrap())));
    Vendor { client, id: made.id, secret: [0; 32] }
}

/// A client that may look applicants up blinded in 2026Q4.
pub(super) fn vendor(world: &World) -> Vendor {
    let mut vendor = unregistered(world);
    vendor.secret = register(world, vendor.id, "2026Q4");
    vendor
}

fn register(world: &World, client: ClientId, period: &str) -> BlindSecret {
    let work = furusu_api::applicants::blinding::register(&world.app, world.organization, client, period.to_owned());
    let secret = world.wait_for(work).unwrap();
    make_keys(world);
    secret
}

/// Every person gets the keys that are missing, and loses those that are old.
fn make_keys(world: &World) {
    let _ = world.wait_for(furusu_api::applicants::rekey::run(&world.app, world.organization, |_| ())).unwrap();
}

fn keys(world: &World) -> i64 {
    world.count("select count(*) from match_key")
}

/// A sketch blinded, as a vendor sends it.
pub(super) fn blinded(secret: &BlindSecret, period: &str, applicant: &Sketch) -> Value {
    let identifier = |(kind, value): &(_, String)| json!({ "kind": kind, "blinded": hex(&BlindToken::of(secret, *kind, value).mac) });
    let made: Vec<Value> = tokens(applicant, &Habits::default()).iter().map(identifier).collect();
    json!({ "identifiers": made, "blinding": { "period": period } })
}

fn named(family: &str, given: &str, kana: [&str; 2]) -> SketchName {
    let mut name = SketchName::of(MatchNameKind::Current);
    (name.family, name.given) = (Some(family.to_owned()), Some(given.to_owned()));
    (name.family_kana, name.given_kana) = (Some(kana[0].to_owned()), Some(kana[1].to_owned()));
    name
}

/// Yumiko as she applies.
pub(super) fn herself() -> Sketch {
    Sketch {
        names: vec![named("高橋", "由美子", ["たかはし", "ゆみこ"])],
        births: vec!["1985-04-02".into()],
        emails: vec!["Yumiko.Takahashi+jobs@Example.com".into()],
        phones: vec!["+81 90 1234 5678".into()],
        ..Sketch::default()
    }
}

/// Somebody who was never here, as they apply.
fn nobody() -> Sketch {
    Sketch {
        names: vec![named("五十嵐", "蓮", ["イガラシ", "レン"])],
        births: vec!["1999-09-09".into()],
        emails: vec!["ren@example.net".into()],
        phones: vec!["080-0000-9999".into()],
        ..Sketch::default()
    }
}

on_both! {
    fn a_vendor_finds_somebody_without_saying_whom(world) {
        let alumnus = roster(world);
        let vendor = vendor(world);
        let asked = blinded(&vendor.secret, "2026Q4", &herself());
        let finding = found(&vendor.client, &asked);
        assert_eq!((&finding["result"], &finding["tier"]), (&json!("match"), &json!("standing")), "{finding:#}");
        let evidence: Vec<(&str, &str)> = finding["evidence"].as_array().unwrap().iter().map(|e| (e["field"].as_str().unwrap(), e["method"].as_str().unwrap())).collect();
        assert_eq!(evidence, [("family", "same"), ("given", "same"), ("birth", "same"), ("email", "same"), ("phone", "same")]);
        assert_eq!(found(&vendor.client, &blinded(&vendor.secret, "2026Q4", &nobody()))["result"], "no_match");
        // Whoever reviews sees why, in bits, and no value of either side.
        let reviewer = world.client("matching:review");
        let seen = reviewer.get(&format!("{LOOKUPS}/{}", finding["id"].as_str().unwrap())).is(200).body();
        assert_eq!(seen["alumnus_id"], json!(alumnus));
        let lines = seen["explanation"]["lines"].as_array().unwrap();
        assert!(lines.iter().all(|line| line["left"].is_null() && line["right"].is_null()), "{lines:#?}");
        let sum: f64 = lines.iter().map(|line| line["bits"].as_f64().unwrap()).sum();
        assert!((seen["explanation"]["prior_bits"].as_f64().unwrap() + sum - seen["explanation"]["total_bits"].as_f64().unwrap()).abs() < 1e-6);
        // It is told to her like any other.
        let told = world.client("privacy:read").get(&format!("/v1/alumni/{alumnus}/disclosures")).is(200).body();
        assert_eq!(told["data"][0]["sent"], json!(["name", "birth_date", "email", "phone"]));
        assert_eq!(told["data"][0]["caller"], json!(vendor.id));
    }

    fn blinded_and_plain_find_the_same(world) {
        let _ = roster(world);
        let vendor = vendor(world);
        let alone = |change: &dyn Fn(&mut Sketch)| {
            let mut sketch = Sketch { names: herself().names, ..Sketch::default() };
            change(&mut sketch);
            sketch
        };
        for (applicant, method) in [
            (alone(&|s| s.births = vec!["1985-04-02".into()]), ("birth", "same")),
            (alone(&|s| s.births = vec!["1985-04-20".into()]), ("birth", "similar")),
            (alone(&|s| s.phones = vec!["09012345678".into()]), ("phone", "same")),
            (alone(&|s| s.emails = vec!["yumiko.takahashi@example.com".into()]), ("email", "same")),
            (alone(&|s| s.employee_numbers = vec!["4711".into()]), ("employee_number", "same")),
            (Sketch { names: vec![named("Takahashi", "Yumiko", ["", ""])], births: vec!["1985-04-02".into()], ..Sketch::default() }, ("family", "same_reading")),
        ] {
            let finding = found(&vendor.client, &blinded(&vendor.secret, "2026Q4", &applicant));
            let identifiers: Vec<Value> = applicant.emails.iter().map(|v| ("email", v)).chain(applicant.phones.iter().map(|v| ("phone", v)))
                .chain(applicant.employee_numbers.iter().map(|v| ("employee_number", v))).map(|(kind, value)| json!({ "kind": kind, "value": value })).collect();
            let name = &applicant.names[0];
            let plain = json!({ "names": [{ "family": name.family, "given": name.given, "family_kana": name.family_kana, "given_kana": name.given_kana }], "birth_on": applicant.births.first(), "identifiers": identifiers });
            let plain = found(&vendor.client, &plain);
            assert_eq!((&finding["result"], &finding["tier"], &finding["standing"]), (&plain["result"], &plain["tier"], &plain["standing"]), "{applicant:?}");
            if finding["result"] != "no_match" {
                let compared = finding["evidence"].as_array().unwrap().iter().find(|e| e["field"] == method.0).map(|e| e["method"].clone());
                assert_eq!(compared, Some(json!(method.1)), "{applicant:?} {finding:#}");
            }
        }
    }

    fn who_objected_cannot_be_told_from_a_stranger_blinded_either(world) {
        let alumnus = roster(world);
        let vendor = vendor(world);
        let (hers, theirs) = (blinded(&vendor.secret, "2026Q4", &herself()), blinded(&vendor.secret, "2026Q4", &nobody()));
        assert_eq!(found(&vendor.client, &hers)["result"], "match");
        let objection = json!({ "purpose": "returning_applicant_flag", "decision": "objected", "basis": "consent", "channel": "portal", "given_at": "2026-11-01T00:00:00Z" });
        let _ = world.client("privacy:read privacy:write").post(&format!("/v1/alumni/{alumnus}/consents"), &objection).is(201);
        let count = |applicant: &Value| {
            let before = world.statements();
            let answer = ask(&vendor.client, applicant).is(200);
            (world.statements() - before, form(answer.body()), answer.header("ratelimit-policy").to_owned())
        };
        assert_eq!(count(&hers), count(&theirs), "statements, body and quota");
    }

    fn a_secret_is_of_one_client_and_one_period(world) {
        let _ = roster(world);
        let (one, two) = (vendor(world), vendor(world));
        assert_ne!(one.secret, two.secret);
        let foreign = blinded(&two.secret, "2026Q4", &herself());
        assert_eq!(found(&one.client, &foreign)["result"], "no_match", "another's secret finds nobody");
        assert_eq!(found(&two.client, &foreign)["result"], "match");
        let unknown = |answer: Answer| assert_eq!(answer.is(422).faults(), [("/blinding/period".to_owned(), "unknown_period".to_owned())]);
        unknown(ask(&one.client, &blinded(&one.secret, "2027Q1", &herself())));
        unknown(ask(&unregistered(world).client, &foreign));
        unknown(ask(&ats(world), &foreign));
        // Another period has another secret; the two overlap until the first is ended.
        let next = register(world, one.id, "2027Q1");
        assert_ne!(next, one.secret);
        for (secret, period, result) in [(&one.secret, "2026Q4", "match"), (&next, "2027Q1", "match"), (&one.secret, "2027Q1", "no_match")] {
            assert_eq!(found(&one.client, &blinded(secret, period, &herself()))["result"], result, "{period}");
        }
        let before = keys(world);
        let retire = || world.wait_for(furusu_api::applicants::blinding::retire(&world.app, world.organization, one.id, "2026Q4".to_owned()));
        retire().unwrap();
        unknown(ask(&one.client, &blinded(&one.secret, "2026Q4", &herself())));
        make_keys(world);
        assert!(keys(world) < before, "its keys are gone");
        assert_eq!(found(&one.client, &blinded(&next, "2027Q1", &herself()))["result"], "match", "those of the other are there");
        assert_eq!(found(&two.client, &foreign)["result"], "match");
        assert!(retire().is_err(), "it has ended");
        assert_eq!(register(world, one.id, "2026Q4"), one.secret, "the same secret again");
        assert_eq!(found(&one.client, &blinded(&one.secret, "2026Q4", &herself()))["result"], "match");
    }

    fn who_comes_or_changes_later_is_found_blinded(world) {
        let _ = roster(world);
        let vendor = vendor(world);
        let mut late = yumiko();
        late["external_id"] = json!("late");
        late["employee_number"] = json!("E0009999");
        late["names"] = json!([{ "kind": "legal", "family": "Vimes", "given": "Sybil" }]);
        late["emails"] = json!(["sybil@example.com"]);
        late["birth_on"] = json!("1970-01-02");
        late["phones"] = json!([]);
        let _ = world.hris().put("hr", &late).is(201);
        let sybil = |family: &str| Sketch { names: vec![named(family, "Sybil", ["", ""])], births: vec!["1970-01-02".into()], emails: vec!["sybil@example.com".into()], ..Sketch::default() };
        let result = |family: &str| found(&vendor.client, &blinded(&vendor.secret, "2026Q4", &sybil(family)))["result"].clone();
        assert_eq!(result("Vimes"), "match");
        late["names"] = json!([{ "kind": "legal", "family": "Ramkin", "given": "Sybil" }]);
        let _ = world.hris().put("hr", &late).is(200);
        assert_eq!((result("Ramkin"), result("Vimes")), (json!("match"), json!("match")), "people come back under either");
        // Plain keys are made anew; the blinded ones stay.
        let plain = |world: &World| world.wait_for(furusu_api::applicants::rekey::begin(&world.app, world.organization)).unwrap();
        plain(world);
        make_keys(world);
        assert_eq!(result("Ramkin"), "match");
    }

    fn what_cannot_be_asked_blinded_is_told(world) {
        let vendor = vendor(world);
        let token = hex(&[7; 32]);
        let faults = |asked: Value| {
            let mut faults = ask(&vendor.client, &asked).is(422).faults();
            faults.sort();
            faults
        };
        let are = |expected: &[(&str, &str)]| expected.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect::<Vec<_>>();
        let mixed = json!({
            "names": [{ "full": "高橋由美子" }], "birth_on": "1985-04-02", "blinding": { "period": "2026Q4" },
            "identifiers": [{ "kind": "email", "blinded": token }, { "kind": "email", "value": "a@example.com" }, { "kind": "address", "blinded": token }, { "kind": "phone", "blinded": "0" }, { "kind": "birth" }],
        });
        let expected = [
            ("/birth_on", "exclusive"),
            ("/identifiers/1/value", "exclusive"),
            ("/identifiers/2/kind", "not_one_of"),
            ("/identifiers/3/blinded", "malformed_value"),
            ("/identifiers/4/blinded", "required"),
            ("/names", "exclusive"),
        ];
        assert_eq!(faults(mixed), are(&expected));
        assert_eq!(faults(json!({ "identifiers": [{ "kind": "email", "blinded": token }] })), are(&[("/identifiers/0/blinded", "only_with")]));
        assert_eq!(faults(json!({ "identifiers": [{ "kind": "birth", "value": "1985-04-02" }] })), are(&[("/identifiers/0/kind", "not_one_of")]));
        assert_eq!(faults(json!({ "blinding": { "period": "2026Q4" } })), are(&[("/identifiers", "required")]));
        assert_eq!(faults(json!({ "identifiers": [{ "kind": "email", "blinded": token }], "blinding": {} })), are(&[("/blinding/period", "required")]));
        assert_eq!(faults(json!({ "identifiers": [{ "kind": "email", "blinded": token }], "blinding": { "period": "a b" } })), are(&[("/blinding/period", "unknown_period")]));
    }

    fn batches_and_the_other_door_ask_blinded_too(world) {
        let _ = roster(world);
        let vendor = vendor(world);
        let hers = blinded(&vendor.secret, "2026Q4", &herself());
        let mut past = hers.clone();
        past["blinding"]["period"] = json!("2026Q3");
        let batch = json!({ "applicants": [hers, past, applicant()] }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "blinded")];
        let ask = || vendor.client.send("POST", &format!("{LOOKUPS}/batch"), &headers, Some(batch.as_bytes())).is(200).body();
        let answer = ask();
        let said: Vec<&Value> = answer["results"].as_array().unwrap().iter().map(|answer| &answer["finding"]["result"]).collect();
        assert_eq!(said, [&json!("match"), &Value::Null, &json!("match")]);
        assert_eq!((&answer["results"][1]["problems"][0]["pointer"], &answer["results"][1]["problems"][0]["code"]), (&json!("/blinding/period"), &json!("unknown_period")));
        assert_eq!(ask(), answer, "the same again");
        let mutation = "mutation($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { finding { result } } }";
        let camelled = |asked: &Value| {
            let mut asked = asked.clone();
            for one in asked["identifiers"].as_array_mut().unwrap() {
                one["kind"] = json!(one["kind"].as_str().unwrap().to_uppercase());
            }
            json!({ "input": { "applicant": asked } })
        };
        assert_eq!(vendor.client.data(mutation, &camelled(&hers))["lookUpApplicant"]["finding"]["result"], "MATCH");
        let refused = vendor.client.graphql(mutation, &camelled(&past)).body();
        assert_eq!(refused["errors"][0]["extensions"]["errors"][0]["pointer"], "/input/applicant/blinding/period", "{refused}");
    }

    fn an_operator_gives_and_ends_a_period(world) {
        let _ = roster(world);
        let vendor = unregistered(world);
        let operator = Operator::new(&world.folder, &world.database_url()).with("FURUSU_MASTER_KEY_FILE", "master.key");
        let (organization, client) = (world.organization.to_string(), vendor.id.to_string());
        let blind = ["--json", "client", "blind", "--organization", &organization, "--client", &client, "--period", "2026Q4"];
        let made: Value = serde_json::from_str(&operator.gets(&blind)).unwrap();
        assert_eq!((&made["client_id"], &made["period"]), (&json!(client), &json!("2026Q4")));
        let secret = BlindToken::read(furusu_domain::matching::TokenKind::Email, made["secret"].as_str().unwrap()).unwrap().mac;
        assert_eq!(found(&vendor.client, &blinded(&secret, "2026Q4", &herself()))["result"], "match");
        assert_eq!(serde_json::from_str::<Value>(&operator.gets(&blind)).unwrap(), made, "the same secret again");
        let before = keys(world);
        let _ = operator.gets(&[&blind[..], &["--retire"]].concat());
        assert!(keys(world) < before);
        let _ = ask(&vendor.client, &blinded(&secret, "2026Q4", &herself())).is(422);
        let said = operator.fails(1, &[&blind[..], &["--retire"]].concat());
        assert!(said.contains("there is no such period"), "{said}");
        let nobody = ["client", "blind", "--organization", &organization, "--client", "cli_00000000000070008000000000000000", "--period", "2026Q4"];
        assert!(operator.fails(1, &nobody).contains("there is no such organization or client"));
    }
}

#[test]
fn the_clients_have_the_tables_of_the_recipe() {
    let of = |path: &str| std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap();
    assert_eq!(of("examples/blinded-lookup/recipe.json"), of("crates/domain/src/matching/tokens.json"));
}

#[test]
fn the_vectors_of_the_recipe_are_what_the_command_prints() {
    let recipe = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/blinded-lookups.md")).unwrap();
    let (_, vectors) = recipe.split_once("### Vectors").unwrap();
    let (_, question) = vectors.split_once("```json\n").unwrap();
    let (question, table) = question.split_once("```").unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('`').skip(1).step_by(2).collect()).collect();
    let mut command = std::process::Command::new(furusu_tests::command::binary());
    command.args(["matching", "tokens", "--secret", &"0b".repeat(32)]);
    let mut running = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut running.stdin.take().unwrap(), question.as_bytes()).unwrap();
    let printed: Vec<Value> = serde_json::from_slice(&running.wait_with_output().unwrap().stdout).unwrap();
    let printed: Vec<Vec<&str>> =
        printed.iter().map(|token| ["kind", "value", "blinded"].map(|member| token[member].as_str().unwrap()).to_vec()).collect();
    assert!(rows.len() > 10);
    assert_eq!(printed, rows);
}
