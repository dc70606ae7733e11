//! The doors: bad input, batches, sending again, GraphQL.

use super::*;
use furusu_tests::on_both;

on_both! {
    fn what_cannot_be_asked_is_told_with_every_fault(world) {
        let ats = ats(world);
        let wrong = json!({
            "names": [{ "kind": "maiden", "family": "x" }, {}], "birth_on": "someday", "salary": 1,
            "identifiers": [{ "kind": "email", "value": "not an address" }, { "kind": "my_number", "value": "1" }, { "kind": "phone" }],
            "purpose": "curiosity", "applicant_notice": { "version": "1", "shown_at": "2027-01-01T00:00:00Z" },
        });
        let mut faults = ask(&ats, &wrong).is(422).faults();
        faults.sort();
        let expected = [
            ("/applicant_notice/shown_at", "in_the_future"),
            ("/birth_on", "malformed_value"),
            ("/identifiers/0/value", "malformed_value"),
            ("/identifiers/1/kind", "not_one_of"),
            ("/identifiers/2/value", "required"),
            ("/names/0/kind", "not_one_of"),
            ("/names/1/full", "required_one_of"),
            ("/purpose", "not_one_of"),
            ("/salary", "unknown_member"),
        ];
        assert_eq!(faults, expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
        assert_eq!(ask(&ats, &json!({})).is(422).faults(), [("/names".to_owned(), "required_one_of".to_owned())]);
        let text = ask(&ats, &wrong).is(422).body().to_string();
        assert!(!text.contains("someday") && !text.contains("not an address"), "{text}");
        ats.get(&format!("{LOOKUPS}/{}", "lkp_00000000000070008000000000000000")).is(404).says("not_found");
        let answer = ats.post(&format!("{LOOKUPS}?email=x"), &applicant()).is(422);
        assert_eq!(answer.faults(), [("/email".to_owned(), "unknown_member".to_owned())]);
        assert!(!answer.text.contains("known are"), "nothing is known here: {}", answer.text);
        world.dashboard().post(LOOKUPS, &applicant()).is(403).says("insufficient_scope");
    }

    fn a_batch_is_answered_in_order_each_alone(world) {
        let _ = roster(world);
        let ats = ats(world);
        let batch = json!({ "applicants": [stranger(), applicant(), { "names": [{}] }, applicant()] });
        let results = ats.post(&format!("{LOOKUPS}/batch"), &batch).is(200).body()["results"].clone();
        let said: Vec<&Value> = results.as_array().unwrap().iter().map(|answer| &answer["finding"]["result"]).collect();
        assert_eq!(said, [&json!("no_match"), &json!("match"), &Value::Null, &json!("match")]);
        assert_eq!(results[2]["problems"][0]["pointer"], "/names/0/full");
        assert_eq!(results[2]["index"], 2);
        for wrong in [json!({ "applicants": [] }), json!({ "applicants": vec![stranger(); 1_001] }), json!({})] {
            ats.post(&format!("{LOOKUPS}/batch"), &wrong).is(422).says("invalid");
        }
        // A thousand who differ, each answered in its place.
        let one = |n: usize| match n % 100 {
            7 => applicant(),
            _ => json!({ "identifiers": [{ "kind": "email", "value": format!("nobody{n}@example.net") }] }),
        };
        let many = ats.post(&format!("{LOOKUPS}/batch"), &json!({ "applicants": (0..1_000).map(one).collect::<Vec<_>>() })).is(200).body();
        let matched = |answer: &&Value| answer["finding"]["result"] == "match";
        let places: Vec<&Value> = many["results"].as_array().unwrap().iter().filter(matched).map(|answer| &answer["index"]).collect();
        assert_eq!((many["results"].as_array().unwrap().len(), places), (1_000, [7, 107, 207, 307, 407, 507, 607, 707, 807, 907].map(|n| json!(n)).iter().collect()));
        let by_graphql = "mutation($input: LookUpApplicantsInput!) { lookUpApplicants(input: $input) { results { index } } }";
        let name = json!({ "names": [{ "full": "高橋由美子" }] });
        let refused = ats.graphql(by_graphql, &json!({ "input": { "applicants": vec![name; 1_001] } })).body();
        assert_eq!(refused["errors"][0]["extensions"]["errors"][0]["pointer"], "/input/applicants", "{refused}");
    }

    fn sent_again_with_its_name_nobody_is_looked_up_again(world) {
        let alumnus = roster(world);
        let vendor = world.known_client("matching:lookup");
        let headers = [("content-type", "application/json"), ("idempotency-key", "application-17")];
        let body = applicant().to_string();
        let first = vendor.send("POST", LOOKUPS, &headers, Some(body.as_bytes())).is(200);
        let again = vendor.send("POST", LOOKUPS, &headers, Some(body.as_bytes())).is(200);
        assert_eq!((again.header("idempotency-replayed"), again.body()), ("true", first.body()));
        vendor.send("POST", LOOKUPS, &headers, Some(stranger().to_string().as_bytes())).is(422).says("idempotency_key_reused");
        let batch = json!({ "applicants": [applicant(), { "names": [{}] }] }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "batch-1")];
        let path = format!("{LOOKUPS}/batch");
        let first = vendor.send("POST", &path, &headers, Some(batch.as_bytes())).is(200);
        let again = vendor.send("POST", &path, &headers, Some(batch.as_bytes())).is(200);
        assert_eq!((again.header("idempotency-replayed"), again.body()), ("true", first.body()));
        let told = world.client("privacy:read").get(&format!("/v1/alumni/{alumnus}/disclosures")).is(200).body();
        assert_eq!(told["data"].as_array().unwrap().len(), 2);
    }

    fn the_other_door_finds_the_same(world) {
        let _ = roster(world);
        let ats = ats(world);
        let mutation = "mutation($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { replayed finding { result tier evidence { field method strength } standing { value } permittedUse withheld } } }";
        let asked = json!({ "names": [{ "full": "高橋由美子" }], "birthOn": "昭和60年4月2日", "identifiers": [{ "kind": "EMAIL", "value": "Yumiko.Takahashi+jobs@Example.com" }] });
        let data = ats.data(mutation, &json!({ "input": { "applicant": asked, "idempotencyKey": "a" } }));
        let finding = &data["lookUpApplicant"]["finding"];
        assert_eq!((&finding["result"], &finding["tier"], &finding["standing"]["value"]), (&json!("MATCH"), &json!("STANDING"), &json!("REVIEW_REQUIRED")));
        let rest = found(&ats, &applicant());
        let lower = finding["evidence"].to_string().to_lowercase();
        assert_eq!(serde_json::from_str::<Value>(&lower).unwrap(), rest["evidence"]);
        let again = ats.data(mutation, &json!({ "input": { "applicant": asked, "idempotencyKey": "a" } }));
        assert_eq!((&again["lookUpApplicant"]["replayed"], &again["lookUpApplicant"]["finding"]), (&json!(true), finding));
        let wrong = ats.graphql(mutation, &json!({ "input": { "applicant": { "birthOn": "x", "identifiers": [{ "kind": "EMAIL", "value": "x" }] } } })).body();
        let pointers: Vec<&str> = wrong["errors"][0]["extensions"]["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/input/applicant/birthOn", "/input/applicant/identifiers/0/value"], "{wrong:#}");
        let batch = "mutation($input: LookUpApplicantsInput!) { lookUpApplicants(input: $input) { results { index finding { result } problems { pointer code } } } }";
        let data = ats.data(batch, &json!({ "input": { "applicants": [asked, { "birthOn": "x" }] } }));
        assert_eq!(data["lookUpApplicants"]["results"], json!([
            { "index": 0, "finding": { "result": "MATCH" }, "problems": [] },
            { "index": 1, "finding": null, "problems": [{ "pointer": "/birthOn", "code": "malformed_value" }] },
        ]));
    }

    fn nothing_of_an_applicant_is_kept_as_it_was_sent(world) {
        let _ = roster(world);
        let _ = found(&ats(world), &applicant());
        let _ = found(&ats(world), &stranger());
        for (table, column) in [("lookup", "document"), ("match_key", "key"), ("event", "document")] {
            for word in ["由美子", "五十嵐", "yumiko", "ren@example", "1999-09-09"] {
                assert_eq!(world.count(&format!("select count(*) from {table} where lower(cast({column} as text)) like '%{word}%'")), 0, "{word} in {table}");
            }
        }
    }
}
