//! Merging two people into one, and taking that back.

mod parting;

use furusu_tests::world::{World, employee, given_name, leaver};
use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

/// Whoever looks after who is who, and may read and edit besides.
fn reviewer(world: &World) -> Client {
    world.client("matching:review alumni:read alumni:write departures:read evaluations:read")
}

/// Takes a record in and gives its person's id.
fn person(world: &World, source: &str, record: &Value) -> String {
    world.hris().put(source, record).is(201).body()["alumnus_id"].as_str().unwrap().to_owned()
}

fn merge(world: &World, into: &str, merged: &str) -> Value {
    reviewer(world)
        .post(&format!("/v1/alumni/{into}/merges"), &json!({ "merged_id": merged, "reason": "the same passport" }))
        .is(201)
        .body()
}

fn undo(world: &World, of: &str, merge: &Value) -> Value {
    let path = format!("/v1/alumni/{of}/merges/{}/undo", merge["id"].as_str().unwrap());
    reviewer(world).post(&path, &json!({ "reason": "two people after all" })).is(200).body()
}

fn read(world: &World, id: &str) -> Value {
    reviewer(world).get(&format!("/v1/alumni/{id}")).is(200).body()
}

/// A person as they read, without what a change moves by itself.
fn face(world: &World, id: &str) -> Value {
    let mut seen = read(world, id);
    seen.as_object_mut().unwrap().remove("updated_at");
    seen
}

/// Somebody of another name, of whom another source tells.
fn other(external_id: &str, ended_on: &str) -> Value {
    let mut record = leaver(external_id, ended_on);
    record["names"] = json!([{ "kind": "legal", "family": "Mori", "given": given_name(&format!("o{external_id}")) }]);
    record["emails"] = json!([format!("other{external_id}@mail{external_id}.example.com")]);
    record["employee_number"] = json!(format!("{}", 40_000 + 7_919 * external_id.bytes().map(u32::from).sum::<u32>()));
    record["employment"]["hired_on"] = json!("2021-04-01");
    record
}

fn names(person: &Value) -> Vec<&str> {
    person["names"].as_array().unwrap().iter().map(|n| n["family"].as_str().unwrap()).collect()
}

fn found(world: &World, search: &str) -> Vec<String> {
    let page = reviewer(world).post("/v1/alumni/search", &json!({ "search": search })).is(200).body();
    page["data"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    fn an_old_id_answers_with_the_person_at_every_door(world) {
        let a = person(world, "hr", &leaver("1", "2020-03-31"));
        world.seconds_pass(60);
        let b = person(world, "payroll", &other("2", "2024-03-31"));
        let made = merge(world, &a, &b);
        assert_eq!((&made["alumnus_id"], &made["merged_id"], &made["undone_at"]), (&json!(a), &json!(b), &Value::Null));
        assert_eq!((&made["reason"], &made["merged_by"]), (&json!("the same passport"), &json!("operator")));
        let office = reviewer(world);
        let (old, new) = (office.get(&format!("/v1/alumni/{b}")).is(200), office.get(&format!("/v1/alumni/{a}")).is(200));
        assert_eq!(old.body(), new.body());
        assert_eq!((old.body()["id"].as_str(), old.body()["merged_ids"].clone()), (Some(a.as_str()), json!([b])));
        assert_eq!((old.header("content-location"), new.header("content-location")), (format!("/v1/alumni/{a}").as_str(), ""));
        assert_eq!(old.header("etag"), new.header("etag"));
        for below in ["employments", "departures", "merges"] {
            let old = office.get(&format!("/v1/alumni/{b}/{below}")).is(200);
            assert_eq!(old.body(), office.get(&format!("/v1/alumni/{a}/{below}")).is(200).body());
            assert_eq!(old.header("content-location"), format!("/v1/alumni/{a}/{below}"));
            assert!(!old.body()["data"].as_array().unwrap().is_empty());
        }
        let known = old.body();
        assert_eq!(names(&known), ["Mori", "Ito"]);
        assert_eq!(known["employments"].as_array().unwrap().len(), 2);
        assert!(known["employments"].as_array().unwrap().iter().all(|e| e["alumnus_id"] == json!(a)));
        assert_eq!(known["emails"].as_array().unwrap().len(), 2);
        // GraphQL: by itself, as a node, among nodes, twice in one request.
        let query = "query($a: ID!, $b: ID!) { alumnus(id: $b) { id mergedIds } node(id: $b) { id } nodes(ids: [$b, $a]) { id ... on Alumnus { employments { alumnus { id } } } } }";
        let data = office.data(query, &json!({ "a": a, "b": b }));
        assert_eq!((&data["alumnus"]["id"], &data["alumnus"]["mergedIds"], &data["node"]["id"]), (&json!(a), &json!([b]), &json!(a)));
        assert!(data["nodes"].as_array().unwrap().iter().all(|n| n["id"] == json!(a) && n["employments"][1]["alumnus"]["id"] == json!(a)));
        // Lists and searches have the person once, under either name and address.
        let listed = office.get("/v1/alumni").is(200).body();
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        for search in ["ito", "mori", "p1@example.com", "other2@mail2.example.com"] {
            assert_eq!(found(world, search), std::slice::from_ref(&a), "{search}");
        }
        // Departures and records name the person of now.
        let departures = office.get("/v1/departures").is(200).body();
        assert!(departures["data"].as_array().unwrap().iter().all(|d| d["alumnus_id"] == json!(a)));
        assert_eq!(office.get("/v1/departures/payroll/2").is(200).body()["alumnus_id"], json!(a));
        assert_eq!(world.events().last().unwrap(), "alumnus.merged");
    }

    fn an_edit_under_an_old_id_is_of_the_person(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let office = reviewer(world);
        let edit = |id: &str, edit: Value| office.json("PATCH", &format!("/v1/alumni/{id}"), &edit).is(200);
        let _ = (edit(&a, json!({ "emails": ["a@office.example.com"] })), edit(&b, json!({ "emails": ["b@office.example.com"], "phones": ["03 1234 5678"] })));
        let made = merge(world, &a, &b);
        let both = read(world, &a);
        // The word on the one who stays comes first, and what it leaves open is filled in.
        assert_eq!((&both["emails"], &both["phones"]), (&json!(["a@office.example.com"]), &json!(["03 1234 5678"])));
        assert_eq!((found(world, "a@office"), found(world, "b@office")), (vec![a.clone()], vec![]));
        let edited = edit(&b, json!({ "address": "Kanda 1-2-3" }));
        assert_eq!((edited.body()["id"].as_str(), edited.header("content-location")), (Some(a.as_str()), format!("/v1/alumni/{a}").as_str()));
        assert_eq!((&edited.body()["emails"], &edited.body()["address"]), (&json!(["a@office.example.com"]), &json!("Kanda 1-2-3")));
        // What is taken back is taken back of both, so that the sources show again.
        assert_eq!(edit(&a, json!({ "phones": null })).body()["phones"], json!([]));
        let _ = undo(world, &a, &made);
        let (one, two) = (read(world, &a), read(world, &b));
        assert_eq!((&one["emails"], &one["address"]), (&json!(["a@office.example.com"]), &json!("Kanda 1-2-3")));
        assert_eq!((&two["emails"], &two["phones"], &two["address"]), (&json!(["b@office.example.com"]), &json!([]), &Value::Null));
    }

    fn merging_into_somebody_merged_is_merging_into_who_answers(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let c = person(world, "third", &other("3", "2023-03-31"));
        let _ = merge(world, &a, &b);
        let made = merge(world, &b, &c);
        assert_eq!((&made["alumnus_id"], &made["merged_id"]), (&json!(a), &json!(c)));
        let (d, e) = (person(world, "fourth", &other("4", "2022-03-31")), person(world, "fifth", &other("5", "2022-03-31")));
        let _ = merge(world, &d, &e);
        // Whoever is named brings along all that they are.
        assert_eq!(merge(world, &a, &e)["merged_id"], json!(d));
        assert_eq!(read(world, &e)["merged_ids"].as_array().unwrap().len(), 4);
    }

    fn one_person_cannot_be_merged_with_themselves(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let office = reviewer(world);
        let post = |into: &str, body: Value| office.post(&format!("/v1/alumni/{into}/merges"), &body);
        let same = [("/merged_id".to_owned(), "same_person".to_owned())];
        assert_eq!(post(&a, json!({ "merged_id": a })).is(422).faults(), same);
        let _ = merge(world, &a, &b);
        for (into, merged) in [(&a, &b), (&b, &a), (&b, &b)] {
            assert_eq!(post(into, json!({ "merged_id": merged })).is(422).faults(), same);
        }
        assert_eq!(post(&a, json!({})).is(422).faults(), [("/merged_id".to_owned(), "required".to_owned())]);
        assert_eq!(post(&a, json!({ "merged_id": "alm_1" })).is(422).faults(), [("/merged_id".to_owned(), "malformed_value".to_owned())]);
        let nobody = "alm_00000000000070008000000000000000";
        post(&a, json!({ "merged_id": nobody })).is(404).says("not_found");
        post(nobody, json!({ "merged_id": a })).is(404).says("not_found");
    }

    fn another_tenant_can_neither_merge_nor_part(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let made = merge(world, &a, &b);
        let theirs = world.other_tenant();
        let there = theirs.put("hr", &leaver("1", "2020-03-31")).is(201).body()["alumnus_id"].as_str().unwrap().to_owned();
        theirs.post(&format!("/v1/alumni/{there}/merges"), &json!({ "merged_id": a })).is(404).says("not_found");
        theirs.post(&format!("/v1/alumni/{a}/merges"), &json!({ "merged_id": there })).is(404).says("not_found");
        let merge_id = made["id"].as_str().unwrap();
        theirs.post(&format!("/v1/alumni/{there}/merges/{merge_id}/undo"), &json!({})).is(404).says("not_found");
        // Nor is a merge one of somebody whom it has nothing to do with.
        let c = person(world, "third", &other("3", "2023-03-31"));
        reviewer(world).post(&format!("/v1/alumni/{c}/merges/{merge_id}/undo"), &json!({})).is(404).says("not_found");
    }

    fn the_past_is_read_of_who_is_one_person_now(world) {
        let a = person(world, "hr", &leaver("1", "2020-03-31"));
        world.seconds_pass(60);
        let b = person(world, "payroll", &other("2", "2024-03-31"));
        world.seconds_pass(60);
        // The younger one stays.
        let _ = merge(world, &b, &a);
        let office = reviewer(world);
        let then = office.get(&format!("/v1/alumni/{a}?known_at=2026-11-22T03:00:30Z")).is(200).body();
        assert_eq!((then["id"].clone(), names(&then)), (json!(b), vec!["Ito"]));
        let then = office.get(&format!("/v1/alumni/{b}?known_at=2026-11-22T03:00:30Z")).is(200).body();
        assert_eq!(then["employments"].as_array().unwrap().len(), 1);
        let listed = office.get("/v1/alumni?known_at=2026-11-22T03:00:30Z").is(200).body();
        assert_eq!((listed["data"].as_array().unwrap().len(), listed["data"][0]["id"].clone()), (1, json!(b)));
        let _ = office.get(&format!("/v1/alumni/{a}?known_at=2026-11-21T00:00:00Z")).is(404);
    }

    fn a_merge_tells_of_who_is_back_by_it(world) {
        let a = person(world, "hr", &leaver("1", "2020-03-31"));
        let mut here = employee("2");
        here["names"] = json!([{ "kind": "legal", "family": "Mori", "given": "Aoi" }]);
        here["emails"] = json!(["mori@example.com"]);
        here["employment"]["hired_on"] = json!("2022-04-01");
        let b = person(world, "subsidiary", &here);
        let _ = merge(world, &a, &b);
        assert!(world.events().ends_with(&["alumnus.merged".to_owned(), "alumnus.returned".to_owned()]), "{:?}", world.events());
        assert_eq!((&read(world, &b)["status"], &read(world, &b)["returned_on"]), (&json!("returned"), &json!("2022-04-01")));
    }

    fn contact_stops_for_both_when_one_of_them_has_died(world) {
        let a = person(world, "hr", &leaver("1", "2020-03-31"));
        let mut died = other("2", "2024-03-31");
        died["departure"]["separation_type"] = json!({ "value": "death" });
        let b = person(world, "payroll", &died);
        let made = merge(world, &a, &b);
        assert!(world.events().contains(&"alumnus.deceased".to_owned()));
        assert_eq!((&read(world, &a)["deceased"], &read(world, &a)["emails"]), (&json!(true), &json!([])));
        assert_eq!(found(world, "p1@example.com"), Vec::<String>::new());
        let _ = undo(world, &a, &made);
        assert_eq!(read(world, &a)["emails"], json!(["p1@example.com"]));
        assert_eq!(found(world, "p1@example.com"), [a]);
    }

    fn a_coming_departure_is_told_of_who_answers_then(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2026-11-30")));
        let _ = merge(world, &a, &b);
        world.it_is("2026-12-01T00:00:00Z");
        assert_eq!(world.the_service_looks_around(), 1);
        assert_eq!(read(world, &b)["latest_departure"]["employment_ended_on"], "2026-11-30");
    }

    fn a_merge_with_a_key_is_made_once(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let body = json!({ "merged_id": b }).to_string();
        let post = || {
            let headers = [("content-type", "application/json"), ("idempotency-key", "merge-1")];
            reviewer(world).send("POST", &format!("/v1/alumni/{a}/merges"), &headers, Some(body.as_bytes()))
        };
        let (once, again) = (post().is(201), post().is(201));
        assert_eq!((once.body(), again.header("idempotency-replayed")), (again.body(), "true"));
        let headers = [("content-type", "application/json"), ("idempotency-key", "undo-1")];
        let path = format!("/v1/alumni/{a}/merges/{}/undo", once.body()["id"].as_str().unwrap());
        let undo = || reviewer(world).send("POST", &path, &headers, Some(b"{}"));
        let _ = (undo().is(200), undo().is(200));
        assert_eq!(world.events().iter().filter(|e| e.starts_with("alumnus.merged") || *e == "alumnus.unmerged").count(), 2);
    }

    fn the_same_by_graphql(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let office = reviewer(world);
        let merge = "mutation($input: MergeAlumniInput!) { mergeAlumni(input: $input) { replayed merge { id alumnusId mergedId reason mergedBy undoneAt alumnus { id } merged { id } } } }";
        let input = json!({ "input": { "alumnusId": a, "mergedId": b, "reason": "one passport", "idempotencyKey": "m1" } });
        let made = office.data(merge, &input)["mergeAlumni"].clone();
        assert_eq!((&made["merge"]["merged"]["id"], &made["merge"]["reason"], &made["replayed"]), (&json!(a), &json!("one passport"), &json!(false)));
        assert_eq!(office.data(merge, &input)["mergeAlumni"]["replayed"], true);
        let fault = office.graphql(merge, &json!({ "input": { "alumnusId": a, "mergedId": b } })).body();
        assert_eq!(fault["errors"][0]["extensions"]["errors"][0]["code"], "same_person");
        assert_eq!(fault["errors"][0]["extensions"]["errors"][0]["pointer"], "/mergedId");
        let all = office.data("query($id: ID!) { merges(alumnusId: $id) { id undoneAt } }", &json!({ "id": b }));
        assert_eq!(all["merges"], json!([{ "id": made["merge"]["id"], "undoneAt": null }]));
        let part = "mutation($input: UnmergeAlumniInput!) { unmergeAlumni(input: $input) { merge { undoneAt undoReason merged { id displayName } } } }";
        let parted = office.data(part, &json!({ "input": { "mergeId": made["merge"]["id"], "reason": "two" } }));
        assert_eq!((&parted["unmergeAlumni"]["merge"]["merged"]["id"], &parted["unmergeAlumni"]["merge"]["undoReason"]), (&json!(b), &json!("two")));
        assert_eq!(office.data("query($id: ID!) { merges(alumnusId: $id) { id } }", &json!({ "id": "alm_00000000000070008000000000000000" }))["merges"], Value::Null);
    }

    fn reading_somebody_costs_no_more_for_a_merge(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let cost = |path: String| {
            let office = world.dashboard();
            let _ = office.get(&path).is(200);
            let before = world.statements();
            let _ = office.get(&path).is(200);
            world.statements() - before
        };
        let (one, list) = (cost(format!("/v1/alumni/{a}")), cost("/v1/alumni".to_owned()));
        let _ = merge(world, &a, &b);
        assert_eq!((cost(format!("/v1/alumni/{a}")), cost("/v1/alumni".to_owned())), (one, list));
        // An old id costs a second look, however many are asked for.
        assert_eq!(cost(format!("/v1/alumni/{b}")), 2 * one);
    }
}
