//! What is kept of a lookup: the disclosure, and what people decide.

use super::*;
use furusu_tests::on_both;

on_both! {
    fn each_lookup_is_a_disclosure_that_the_person_can_read(world) {
        let alumnus = roster(world);
        let vendor = world.known_client("matching:lookup");
        let mut asked = applicant();
        asked["application"] = json!({ "ats": "greenhouse", "candidate_id": "4711", "region": "JP" });
        asked["applicant_notice"] = json!({ "version": "2026-01", "shown_at": "2026-11-20T00:00:00Z" });
        let finding = found(&vendor, &asked);
        assert_eq!(finding["applicant_notice"], json!({ "version": "2026-01", "shown_at": "2026-11-20T00:00:00Z" }));
        let _ = found(&ats(world), &stranger());
        let privacy = world.client("privacy:read");
        let page = privacy.get(&format!("/v1/alumni/{alumnus}/disclosures")).is(200).body();
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
        let told = &page["data"][0];
        assert_eq!((&told["id"], &told["result"], &told["tier"], &told["basis"]), (&finding["id"], &json!("match"), &json!("standing"), &json!("legitimate_interest")));
        assert_eq!(told["sent"], json!(["name", "birth_date", "email"]));
        assert_eq!(told["evidence"], finding["evidence"]);
        assert!(told["caller"].as_str().unwrap().starts_with("cli_"));
        assert_eq!(told["application"]["candidate_id"], "4711");
        let query = "query($id: ID!) { disclosures(alumnusId: $id, first: 5) { nodes { id result sent } pageInfo { hasNextPage } } }";
        let data = privacy.data(query, &json!({ "id": alumnus }));
        assert_eq!(data["disclosures"], json!({ "nodes": [{ "id": finding["id"], "result": "MATCH", "sent": ["NAME", "BIRTH_DATE", "EMAIL"] }], "pageInfo": { "hasNextPage": false } }));
        let by_id = world.client("alumni:read privacy:read matching:review");
        let node = by_id.data("query($id: ID!) { node(id: $id) { id __typename ... on Disclosure { result } } }", &json!({ "id": finding["id"] }));
        assert_eq!(node["node"], json!({ "id": finding["id"], "__typename": "Disclosure", "result": "MATCH" }));
        let nobody = found(&ats(world), &stranger())["id"].clone();
        assert_eq!(by_id.data("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": nobody })), json!({ "node": null }), "nobody was told of");
        privacy.get("/v1/alumni/alm_00000000000070008000000000000000/disclosures").is(404).says("not_found");
        assert!(world.events().iter().any(|event| event == "returning_applicant.matched"));
    }

    fn what_cannot_be_kept_is_not_told(world) {
        let _ = roster(world);
        let ats = ats(world);
        assert_eq!(found(&ats, &applicant())["result"], "match");
        world.sql("alter table lookup rename to lookup_gone");
        let by_graphql = "mutation ($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { finding { result } } }";
        let one = json!({ "applicant": { "names": [{ "full": "高橋由美子" }], "birthOn": "1985-04-02" } });
        for answer in [
            ask(&ats, &applicant()),
            ask(&ats, &stranger()),
            ats.post(&format!("{LOOKUPS}/batch"), &json!({ "applicants": [applicant()] })),
            ats.graphql(by_graphql, &json!({ "input": one })),
        ] {
            assert!(!answer.text.contains("match") && !answer.text.contains("MATCH"), "{}", answer.text);
        }
        world.sql("alter table lookup_gone rename to lookup");
        assert_eq!(world.count("select count(*) from lookup"), 1);
        assert_eq!(world.events().iter().filter(|event| event.starts_with("returning_applicant")).count(), 1);
        assert_eq!(found(&ats, &applicant())["result"], "match");
    }

    fn disclosures_are_walked_page_by_page(world) {
        let alumnus = roster(world);
        let asked: Vec<Value> = (0..5).map(|_| applicant()).collect();
        let _ = ats(world).post(&format!("{LOOKUPS}/batch"), &json!({ "applicants": asked })).is(200);
        let privacy = world.client("privacy:read");
        let mut path = format!("/v1/alumni/{alumnus}/disclosures?limit=2");
        let mut walked = Vec::new();
        loop {
            let page = privacy.get(&path).is(200).body();
            walked.extend(page["data"].as_array().unwrap().iter().map(|told| told["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/alumni/{alumnus}/disclosures?limit=2&after={next}");
        }
        let mut sorted = walked.clone();
        sorted.sort();
        sorted.reverse();
        sorted.dedup();
        assert_eq!((walked.len(), &walked), (5, &sorted), "each once, the latest first");
    }

    fn a_finding_is_read_again_by_who_asked_and_by_reviewers(world) {
        let _ = roster(world);
        let (vendor, another) = (world.known_client("matching:lookup"), world.known_client("matching:lookup"));
        let finding = found(&vendor, &applicant());
        let path = format!("{LOOKUPS}/{}", finding["id"].as_str().unwrap());
        assert_eq!(vendor.get(&path).is(200).body(), finding);
        another.get(&path).is(404).says("not_found");
        world.other_tenant().get(&path).is(404).says("not_found");
        let reviewer = world.client("matching:review");
        let seen = reviewer.get(&path).is(200).body();
        assert!(seen["explanation"]["lines"].is_array() && seen["alumnus_id"].is_string());
        let data = reviewer.data("query($id: ID!) { finding(id: $id) { result explanation { totalBits lines { field bits } } } }", &json!({ "id": finding["id"] }));
        assert_eq!(data["finding"]["result"], "MATCH");
        assert_eq!(another.data("query($id: ID!) { finding(id: $id) { result } }", &json!({ "id": finding["id"] })), json!({ "finding": null }));
    }

    fn what_a_person_decides_comes_back(world) {
        let _ = roster(world);
        let vendor = world.known_client("matching:lookup");
        let finding = found(&vendor, &applicant());
        let path = format!("{LOOKUPS}/{}/reviews", finding["id"].as_str().unwrap());
        let review = vendor.post(&path, &json!({ "verdict": "confirmed", "reference": "gh-17" })).is(201).body();
        assert_eq!((&review["lookup_id"], &review["verdict"], &review["reference"]), (&finding["id"], &json!("confirmed"), &json!("gh-17")));
        world.seconds_pass(1);
        let key = [("content-type", "application/json"), ("idempotency-key", "once")];
        let first = vendor.send("POST", &path, &key, Some(br#"{"verdict":"hired"}"#)).is(201).body();
        let again = vendor.send("POST", &path, &key, Some(br#"{"verdict":"hired"}"#)).is(201);
        assert_eq!((again.header("idempotency-replayed"), again.body()), ("true", first));
        world.seconds_pass(1);
        let mutation = "mutation($input: ReviewFindingInput!) { reviewFinding(input: $input) { review { verdict } replayed } }";
        let input = json!({ "input": { "lookupId": finding["id"], "review": { "verdict": "ADVANCED" } } });
        assert_eq!(vendor.data(mutation, &input), json!({ "reviewFinding": { "review": { "verdict": "ADVANCED" }, "replayed": false } }));
        let keyed = json!({ "input": { "lookupId": finding["id"], "review": { "verdict": "ADVANCED" }, "idempotencyKey": "once-more" } });
        world.seconds_pass(1);
        for replayed in [false, true] {
            assert_eq!(vendor.data(mutation, &keyed), json!({ "reviewFinding": { "review": { "verdict": "ADVANCED" }, "replayed": replayed } }));
        }
        let reviews = vendor.get(path.strip_suffix("/reviews").unwrap()).is(200).body()["reviews"].clone();
        let verdicts: Vec<&str> = reviews.as_array().unwrap().iter().map(|review| review["verdict"].as_str().unwrap()).collect();
        assert_eq!(verdicts, ["confirmed", "hired", "advanced", "advanced"]);
        assert_eq!(vendor.post(&path, &json!({ "verdict": "maybe", "by": "me" })).is(422).faults(), [("/verdict".into(), "not_one_of".into()), ("/by".into(), "unknown_member".into())]);
        world.known_client("matching:lookup").post(&path, &json!({ "verdict": "hired" })).is(404).says("not_found");
        assert_eq!(world.events().iter().filter(|event| *event == "returning_applicant.reviewed").count(), 4);
    }
}
