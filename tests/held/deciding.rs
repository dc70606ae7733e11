//! Saying whom held records speak of.

use furusu_tests::on_both;
use furusu_tests::world::{employee, leaver};
use serde_json::{Value, json};

use super::{decide, hold, known, outcome, queue, reviewer, twin};

on_both! {
    fn decided_to_be_somebody_known_it_goes_in_as_theirs(world) {
        let ito = known(world, "1");
        let record = twin("P-1", "1");
        let id = hold(world, &record);
        let done = decide(world, &id, json!({ "decision": "same_person", "alumnus_id": ito, "reason": "looked at the file" })).is(200).body();
        let result = &done["result"];
        assert_eq!((&result["outcome"], &result["alumnus_id"], &result["external_id"]), (&json!("created"), &json!(ito), &json!("P-1")));
        assert!(result["employment_id"].is_string() && result["departure_id"].is_string());
        let held = &done["held_record"];
        assert_eq!((&held["status"], &held["record"]), (&json!("decided"), &Value::Null), "what went in is not kept twice");
        assert_eq!((&held["verdict"]["decision"], &held["verdict"]["alumnus_id"]), (&json!("same_person"), &json!(ito)));
        assert_eq!((&held["verdict"]["decided_by"], &held["verdict"]["reason"]), (&json!("operator"), &json!("looked at the file")));
        assert_eq!((queue(world, "").len(), queue(world, "?status=decided").len()), (0, 1));
        // Later records follow.
        assert_eq!(outcome(&world.hris().put("payroll", &record).is(200)), "unchanged");
        let mut changed = record.clone();
        changed["employment"]["job_title"] = json!("Manager");
        let told = world.hris().put("payroll", &changed).is(200).body();
        assert_eq!((&told["outcome"], &told["alumnus_id"]), (&json!("updated"), &json!(ito)));
        let person = reviewer(world).get(&format!("/v1/alumni/{ito}")).is(200).body();
        assert_eq!(person["employments"].as_array().unwrap().len(), 2);
        // It was wrong: what came in by it is somebody else's.
        let merges = reviewer(world).get(&format!("/v1/alumni/{ito}/merges")).is(200).body();
        assert_eq!(merges["data"][0]["reason"], "looked at the file");
        let undo = format!("/v1/alumni/{ito}/merges/{}/undo", merges["data"][0]["id"].as_str().unwrap());
        let parted = reviewer(world).post(&undo, &json!({})).is(200).body();
        let person = reviewer(world).get(&format!("/v1/alumni/{ito}")).is(200).body();
        assert_eq!((person["employments"].as_array().unwrap().len(), &person["emails"]), (1, &json!(["p1@example.com"])));
        assert_eq!(world.hris().get("/v1/departures/payroll/P-1").is(200).body()["alumnus_id"], parted["merged_id"]);
    }

    fn decided_to_be_somebody_new_it_goes_in_as_theirs(world) {
        let ito = known(world, "1");
        let record = twin("P-1", "1");
        let id = hold(world, &record);
        let done = decide(world, &id, json!({ "decision": "new_person" })).is(200).body();
        let new = done["result"]["alumnus_id"].clone();
        assert_eq!((&done["result"]["outcome"], new != json!(ito)), (&json!("created"), true));
        assert_eq!(done["held_record"]["verdict"]["alumnus_id"], new);
        assert_eq!(outcome(&world.hris().put("payroll", &record).is(200)), "unchanged");
        assert_eq!(world.dashboard().get("/v1/alumni").body()["data"].as_array().unwrap().len(), 2);
        // The same decision again changes nothing; another one comes too late.
        let events = world.events().len();
        let again = decide(world, &id, json!({ "decision": "new_person" })).is(200).body();
        assert_eq!((&again["held_record"], &again["result"], world.events().len()), (&done["held_record"], &Value::Null, events));
        decide(world, &id, json!({ "decision": "same_person", "alumnus_id": ito })).is(409).says("conflict");
        decide(world, &id, json!({ "decision": "discarded" })).is(409).says("conflict");
    }

    fn somebody_new_stays_new_even_if_all_agrees_later(world) {
        let _ = known(world, "1");
        // The same number as well would be certain, and join.
        let id = hold(world, &twin("P-1", "1"));
        let _ = decide(world, &id, json!({ "decision": "new_person" })).is(200);
        let mut agrees = twin("P-1", "1");
        agrees["employee_number"] = json!("1");
        let told = world.hris().put("payroll", &agrees).is(200).body();
        assert_eq!(told["outcome"], "updated");
        assert_eq!(world.dashboard().get("/v1/alumni").body()["data"].as_array().unwrap().len(), 2);
    }

    fn what_is_discarded_stays_aside_and_can_be_decided_again(world) {
        let ito = known(world, "1");
        let mut record = twin("P-1", "1");
        let id = hold(world, &record);
        let done = decide(world, &id, json!({ "decision": "discarded", "reason": "a test account" })).is(200).body();
        assert_eq!((&done["result"], &done["held_record"]["verdict"]["decision"]), (&Value::Null, &json!("discarded")));
        assert!(done["held_record"]["record"].is_object());
        // What comes under its id later stays aside too, and nobody is asked again.
        assert_eq!(hold(world, &record), id);
        record["employment"]["job_title"] = json!("Manager");
        assert_eq!(hold(world, &record), id);
        let mut later = record.clone();
        later["employment"]["hired_on"] = json!("2021-04-01");
        later["departure"]["employment_ended_on"] = json!("2023-03-31");
        later["birth_on"] = json!("1999-09-09");
        let other = hold(world, &later);
        assert_ne!(other, id);
        assert_eq!((queue(world, "").len(), queue(world, "?status=decided").len()), (0, 2));
        let _ = decide(world, &id, json!({ "decision": "discarded" })).is(200);
        assert_eq!(world.dashboard().get("/v1/alumni").body()["data"].as_array().unwrap().len(), 1);
        // Somebody thinks better of it: the newest words go in, and those of the other period.
        let done = decide(world, &id, json!({ "decision": "same_person", "alumnus_id": ito })).is(200).body();
        assert_eq!(done["result"]["outcome"], "created");
        let titles = reviewer(world).get(&format!("/v1/alumni/{ito}/employments")).body();
        assert_eq!(titles["data"].as_array().unwrap().len(), 3);
        assert_eq!(world.hris().get("/v1/departures/payroll/P-1").is(200).body()["record"]["employment"]["hired_on"], "2021-04-01");
    }

    fn several_periods_of_one_id_are_decided_together(world) {
        let ito = known(world, "1");
        let mut first = twin("P-1", "1");
        first["sequence"] = json!(1);
        let mut second = first.clone();
        second["sequence"] = json!(2);
        second["employment"]["hired_on"] = json!("2022-04-01");
        second["departure"]["employment_ended_on"] = json!("2024-03-31");
        // By itself the second resembles nobody; but it is of the same id.
        second["birth_on"] = Value::Null;
        second["emails"] = Value::Null;
        second["employee_number"] = Value::Null;
        let batch = json!({ "source": "payroll", "records": [first, second] });
        let body = world.hris().post("/v1/departures/batch", &batch).is(200).body();
        assert_eq!((&body["results"][0]["outcome"], &body["results"][1]["outcome"]), (&json!("held"), &json!("held")));
        let mut waiting = queue(world, "?external_id=P-1");
        waiting.sort_by_key(|held| held["record"]["sequence"].as_i64());
        assert_eq!((waiting.len(), &waiting[1]["suspects"]), (2, &json!([])));
        let done = decide(world, waiting[1]["id"].as_str().unwrap(), json!({ "decision": "same_person", "alumnus_id": ito })).is(200).body();
        assert_eq!(done["result"]["outcome"], "created");
        assert_eq!((queue(world, "").len(), queue(world, "?status=overtaken").len()), (0, 1));
        let person = reviewer(world).get(&format!("/v1/alumni/{ito}")).is(200).body();
        assert_eq!(person["employments"].as_array().unwrap().len(), 3);
        let again = world.hris().post("/v1/departures/batch", &batch).is(200).body();
        assert!(again["results"].as_array().unwrap().iter().all(|r| r["outcome"] == "unchanged" && r["alumnus_id"] == json!(ito)), "{again}");
        decide(world, waiting[0]["id"].as_str().unwrap(), json!({ "decision": "new_person" })).is(409).says("conflict");
    }

    fn whoever_may_have_come_back_under_another_id_is_held(world) {
        let ito = known(world, "1");
        let mut back = employee("1");
        back["external_id"] = json!("R-1");
        back["employee_number"] = json!("R-1");
        back["employment"]["hired_on"] = json!("2022-04-01");
        let told = world.hris().put("hr", &back).is(202).body();
        let id = told["held_record_id"].as_str().unwrap();
        let _ = decide(world, id, json!({ "decision": "same_person", "alumnus_id": ito })).is(200);
        assert!(world.events().ends_with(&["alumnus.merged".to_owned(), "alumnus.returned".to_owned()]), "{:?}", world.events());
        let person = reviewer(world).get(&format!("/v1/alumni/{ito}")).is(200).body();
        assert_eq!((&person["status"], &person["returned_on"]), (&json!("returned"), &json!("2022-04-01")));
        assert_eq!(outcome(&world.hris().put("hr", &back).is(200)), "unchanged");
    }

    fn a_decision_that_cannot_be_is_refused(world) {
        let ito = known(world, "1");
        let id = hold(world, &twin("P-1", "1"));
        let refused = |decision: Value| decide(world, &id, decision).is(422).faults();
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(refused(json!({})), one("/decision", "required"));
        assert_eq!(refused(json!({ "decision": "maybe" })), one("/decision", "not_one_of"));
        assert_eq!(refused(json!({ "decision": "same_person" })), one("/alumnus_id", "required"));
        assert_eq!(refused(json!({ "decision": "new_person", "alumnus_id": ito })), one("/alumnus_id", "exclusive"));
        assert_eq!(refused(json!({ "decision": "same_person", "alumnus_id": "alm_1" })), one("/alumnus_id", "malformed_value"));
        assert_eq!(refused(json!({ "decision": "discarded", "why": "x" })), one("/why", "unknown_member"));
        let theirs = world.other_tenant().put("hr", &leaver("1", "2020-03-31")).is(201).body()["alumnus_id"].clone();
        for nobody in [json!("alm_00000000000070008000000000000000"), theirs] {
            decide(world, &id, json!({ "decision": "same_person", "alumnus_id": nobody })).is(404).says("not_found");
        }
        assert_eq!(queue(world, "").len(), 1, "nothing was done");
        world.hris().get("/v1/departures/payroll/P-1").is(404).says("not_found");
    }

    fn a_decision_with_a_key_is_made_once(world) {
        let _ = known(world, "1");
        let id = hold(world, &twin("P-1", "1"));
        let headers = [("content-type", "application/json"), ("idempotency-key", "decide-1")];
        let post = || reviewer(world).send("POST", &format!("/v1/held-records/{id}/decisions"), &headers, Some(br#"{"decision":"new_person"}"#));
        let (once, again) = (post().is(200), post().is(200));
        assert_eq!((once.body(), again.header("idempotency-replayed")), (again.body(), "true"));
        assert_eq!(again.body()["result"]["outcome"], "created");
    }

    fn two_who_decide_at_once_decide_once(world) {
        let ito = known(world, "1");
        let id = hold(world, &twin("P-1", "1"));
        let threads: Vec<_> = [json!({ "decision": "new_person" }), json!({ "decision": "same_person", "alumnus_id": ito }), json!({ "decision": "discarded" })]
            .into_iter()
            .map(|decision| {
                let (client, path) = (reviewer(world), format!("/v1/held-records/{id}/decisions"));
                std::thread::spawn(move || client.post(&path, &decision).status)
            })
            .collect();
        let mut statuses: Vec<u16> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        statuses.sort_unstable();
        // Discarding can be thought better of; what went in cannot be decided again.
        assert!(statuses == [200, 409, 409] || statuses == [200, 200, 409], "{statuses:?}");
        assert!(world.dashboard().get("/v1/alumni").body()["data"].as_array().unwrap().len() <= 2);
    }
}
