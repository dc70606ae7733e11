//! Entity tags: nobody overwrites what they have not seen, and nobody is sent again what they have.

use furusu_tests::world::{World, leaver};
use furusu_tests::{Answer, Client, on_both};
use serde_json::{Value, json};

fn somebody(world: &World) -> String {
    let created = world.hris().put("hr", &leaver("1", "2020-03-31")).is(201).body();
    format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap())
}

fn patch(client: &Client, path: &str, if_match: &[&str], edit: &Value) -> Answer {
    let mut headers = vec![("content-type", "application/merge-patch+json")];
    headers.extend(if_match.iter().map(|tag| ("if-match", *tag)));
    client.send("PATCH", path, &headers, Some(edit.to_string().as_bytes()))
}

fn tag(answer: &Answer) -> String {
    let tag = answer.header("etag").to_owned();
    assert!(tag.len() == 18 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    tag
}

const ALUMNUS: &str = "query ($id: ID!) { alumnus(id: $id) { etag } }";
const EDIT: &str = "mutation ($input: EditAlumnusInput!) { editAlumnus(input: $input) { alumnus { etag phones } } }";

on_both! {
    fn an_edit_of_what_has_changed_since_is_refused(world) {
        let (office, path) = (world.office(), somebody(world));
        let seen = tag(&office.get(&path).is(200));
        let first = patch(&office, &path, &[&seen], &json!({ "emails": ["a@example.com"] })).is(200);
        let now = tag(&first);
        assert_ne!(now, seen);
        assert_eq!(tag(&office.get(&path).is(200)), now, "the answer to an edit names the state it left");
        let events = world.events().len();
        patch(&office, &path, &[&seen], &json!({ "emails": ["b@example.com"] })).is(412).says("precondition_failed");
        for wrong in ["", "W/\"x\"", &now.replace('"', ""), &format!("W/{now}"), "\"x\", \"y\""] {
            patch(&office, &path, &[wrong], &json!({ "emails": ["b@example.com"] })).is(412).says("precondition_failed");
        }
        assert_eq!(world.events().len(), events);
        // What says nothing new leaves the state, and its tag, as it is.
        let same = patch(&office, &path, &[&now], &json!({ "emails": ["a@example.com"] })).is(200);
        assert_eq!(tag(&same), now);
        // A source changes it as well.
        let mut told = leaver("1", "2020-03-31");
        told["employment"]["job_title"] = json!("Head");
        let _ = world.hris().put("hr", &told).is(200);
        patch(&office, &path, &[&now], &json!({ "phones": [] })).is(412).says("precondition_failed");
    }

    fn any_of_several_tags_will_do_and_a_star_for_whatever_is_there(world) {
        let (office, path) = (world.office(), somebody(world));
        let edits = [json!({ "emails": ["a@example.com"] }), json!({ "emails": ["b@example.com"] })];
        for (n, list) in ["\"x\", {}", "{}", "*", "W/\"x\",{} , \"y\"", "{-gzip}", "{-zstd}"].iter().enumerate() {
            let now = tag(&office.get(&path).is(200));
            let coded = |coding: &str| format!("{}{coding}\"", now.trim_end_matches('"'));
            let list = list.replace("{-gzip}", &coded("-gzip")).replace("{-zstd}", &coded("-zstd")).replace("{}", &now);
            let _ = patch(&office, &path, &[&list], &edits[n % 2]).is(200);
        }
        let now = tag(&office.get(&path).is(200));
        let _ = patch(&office, &path, &["\"x\"", &now], &edits[0]).is(200);
        // Without a condition the last one wins, as before.
        let _ = patch(&office, &path, &[], &edits[1]).is(200);
        let nobody = "/v1/alumni/alm_00000000000070008000000000000000";
        patch(&office, nobody, &["*"], &edits[0]).is(404).says("not_found");
    }

    fn who_has_it_is_told_so_and_no_more(world) {
        let (office, path) = (world.office(), somebody(world));
        let seen = tag(&office.get(&path).is(200));
        for list in [seen.clone(), format!("W/{seen}"), format!("\"x\", {seen}"), format!("{}-gzip\"", seen.trim_end_matches('"')), "*".to_owned()] {
            for method in ["GET", "HEAD"] {
                let answer = office.send(method, &path, &[("if-none-match", &list)], None).is(304);
                // Who has it compressed is told the tag that came with it.
                let same = if list.ends_with("-gzip\"") { &list } else { &seen };
                assert_eq!((answer.text.as_str(), answer.header("etag")), ("", same.as_str()), "{method} {list}");
            }
        }
        let _ = office.send("GET", &path, &[("if-none-match", "\"x\"")], None).is(200);
        let _ = patch(&office, &path, &[], &json!({ "emails": ["a@example.com"] })).is(200);
        assert_ne!(tag(&office.send("GET", &path, &[("if-none-match", &seen)], None).is(200)), seen);
        let record = "/v1/departures/hr/1";
        let seen = tag(&world.hris().get(record).is(200));
        let _ = world.hris().send("GET", record, &[("if-none-match", &seen)], None).is(304);
        let _ = world.hris().put("hr", &leaver("1", "2020-04-30")).is(200);
        assert_ne!(tag(&world.hris().send("GET", record, &[("if-none-match", &seen)], None).is(200)), seen);
    }

    fn the_tag_follows_the_day_the_viewpoint_and_what_the_reader_may_see(world) {
        let (office, path) = (world.office(), somebody(world));
        let seen = tag(&office.get(&path).is(200));
        assert_eq!(tag(&office.get(&path).is(200)), seen);
        assert_ne!(tag(&world.dashboard().get(&path).is(200)), seen, "ratings apart, it is another representation");
        assert_ne!(tag(&office.get(&format!("{path}?as_of=2019-01-01")).is(200)), seen);
        assert_ne!(tag(&office.get(&format!("{path}?known_at=2026-11-22T03:00:00Z")).is(200)), seen);
        world.it_is("2026-11-22T14:59:59Z");
        assert_eq!(tag(&office.get(&path).is(200)), seen);
        world.it_is("2026-11-22T15:00:00Z");
        assert_ne!(tag(&office.get(&path).is(200)), seen, "in Tokyo it is another day");
    }

    fn both_doors_give_the_same_tag_and_take_it(world) {
        let (office, path) = (world.office(), somebody(world));
        let id = path.rsplit('/').next().unwrap();
        let opaque = office.data(ALUMNUS, &json!({ "id": id }))["alumnus"]["etag"].as_str().unwrap().to_owned();
        assert_eq!(tag(&office.get(&path).is(200)), format!("\"{opaque}\""));
        let edit = |if_match: &str, phones: Value| json!({ "input": { "id": id, "edit": { "phones": phones }, "ifMatch": if_match } });
        let now = office.data(EDIT, &edit(&opaque, json!(["+81 3 1234 5678"])))["editAlumnus"]["alumnus"].clone();
        let refused = office.graphql(EDIT, &edit(&opaque, json!([]))).is(200).body();
        assert_eq!(refused["errors"][0]["extensions"]["code"], "precondition_failed", "{refused}");
        let quoted = tag(&office.get(&path).is(200));
        assert_eq!(format!("\"{}\"", now["etag"].as_str().unwrap()), quoted);
        let _ = office.data(EDIT, &edit(&quoted, json!([])));
        let _ = office.data(EDIT, &edit("*", json!(["+81 3 1234 5679"])));
    }

    fn a_record_is_told_only_of_the_state_that_is_meant(world) {
        let (hris, path) = (world.hris(), "/v1/departures/hr/1");
        let put = |name: &str, said: &str, ended_on: &str| {
            let headers = [("content-type", "application/json"), (name, said)];
            hris.send("PUT", path, &headers, Some(leaver("1", ended_on).to_string().as_bytes()))
        };
        put("if-match", "*", "2020-03-31").is(412).says("precondition_failed");
        let _ = hris.get(path).is(404);
        let _ = put("if-none-match", "*", "2020-03-31").is(201);
        put("if-none-match", "*", "2020-04-30").is(412).says("precondition_failed");
        let seen = tag(&hris.get(path).is(200));
        assert_eq!(put("if-match", &seen, "2020-04-30").is(200).body()["outcome"], "updated");
        put("if-match", &seen, "2020-05-31").is(412).says("precondition_failed");
        assert_eq!(hris.get(path).is(200).body()["record"]["departure"]["employment_ended_on"], "2020-04-30");
        let _ = put("if-match", "*", "2020-05-31").is(200);
    }

    fn of_two_who_tell_of_somebody_new_at_once_one_is_the_first(world) {
        let second = world.beside();
        let threads: Vec<_> = (0..6)
            .map(|n| {
                let hris = if n % 2 == 0 { world.hris() } else { second.hris() };
                let headers = [("content-type", "application/json"), ("if-none-match", "*")];
                let record = leaver("1", "2020-03-31").to_string();
                std::thread::spawn(move || hris.send("PUT", "/v1/departures/hr/1", &headers, Some(record.as_bytes())).status)
            })
            .collect();
        let mut statuses: Vec<u16> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        statuses.sort();
        assert_eq!(statuses, [201, 412, 412, 412, 412, 412]);
    }

    fn of_two_edits_at_once_of_one_state_one_is_made(world) {
        let (path, second) = (somebody(world), world.beside());
        let seen = tag(&world.office().get(&path).is(200));
        let threads: Vec<_> = (0..6)
            .map(|n| {
                let (office, path, seen) = (if n % 2 == 0 { world.office() } else { second.office() }, path.clone(), seen.clone());
                std::thread::spawn(move || patch(&office, &path, &[&seen], &json!({ "emails": [format!("e{n}@example.com")] })).status)
            })
            .collect();
        let mut statuses: Vec<u16> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        statuses.sort();
        assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    }
}

mod where_it_is_required {
    use super::*;

    on_both! {
        |settings| settings.require_if_match = true;
        fn an_edit_without_a_tag_is_refused(world) {
            let (office, path) = (world.office(), somebody(world));
            patch(&office, &path, &[], &json!({ "emails": [] })).is(428).says("precondition_required");
            let id = path.rsplit('/').next().unwrap();
            let body = office.graphql(EDIT, &json!({ "input": { "id": id, "edit": { "emails": [] } } })).body();
            assert_eq!(body["errors"][0]["extensions"]["code"], "precondition_required", "{body}");
            let seen = tag(&office.get(&path).is(200));
            let _ = patch(&office, &path, &[&seen], &json!({ "emails": [] })).is(200);
            patch(&world.client("alumni:read"), &path, &[], &json!({})).is(403).says("insufficient_scope");
        }
    }
}
