//! One person over several sources, as lookups see them; and returns that nobody announced.

use super::*;
use furusu_tests::on_both;

/// The same woman as another system knows her: married, with another address.
fn payroll() -> Value {
    json!({
        "external_id": "P-9",
        "names": [{ "kind": "legal", "family": "佐藤", "given": "由美子", "family_kana": "サトウ", "given_kana": "ユミコ" }],
        "birth_on": "1985-04-03",
        "emails": ["y.sato@example.net"],
        "employment": { "hired_on": "2010-04-01" },
        "departure": { "employment_ended_on": "2018-03-31" },
    })
}

fn by_payroll() -> Value {
    json!({ "names": [{ "full": "佐藤 由美子" }], "birth_on": "1985-04-03", "identifiers": [{ "kind": "email", "value": "y.sato@example.net" }] })
}

/// The same woman, hired anew under an id and a number of employee that say nothing of the former ones.
fn back(external_id: &str) -> Value {
    let mut back = yumiko();
    back["external_id"] = json!(external_id);
    back["employee_number"] = json!(format!("E000{external_id}"));
    back["names"] = json!([{ "kind": "legal", "family": "佐藤", "given": "由美子", "family_kana": "サトウ", "given_kana": "ユミコ" }, { "kind": "former_legal", "family": "高橋" }]);
    back["sequence"] = json!(1);
    back["employment"] = json!({ "hired_on": "2026-10-01", "status": { "value": "active" } });
    back.as_object_mut().unwrap().remove("departure");
    back
}

on_both! {
    fn who_is_merged_is_found_by_what_either_was_called(world) {
        let hr = roster(world);
        let other = world.hris().put("payroll", &payroll()).is(201).body()["alumnus_id"].as_str().unwrap().to_owned();
        let reviewer = world.client("matching:lookup matching:review privacy:read privacy:write");
        let who = |applicant: &Value| found(&reviewer, applicant)["alumnus_id"].as_str().map(str::to_owned);
        assert_eq!((who(&applicant()), who(&by_payroll())), (Some(hr.clone()), Some(other.clone())));
        let told_before = reviewer.get(&format!("/v1/alumni/{hr}/disclosures")).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!(told_before, 1);
        let merge = reviewer.post(&format!("/v1/alumni/{hr}/merges"), &json!({ "merged_id": other, "reason": "one passport" })).is(201).body();
        assert_eq!((who(&applicant()), who(&by_payroll())), (Some(hr.clone()), Some(hr.clone())));
        // What was told of either is told to the one; and the one's word counts for both.
        let told = reviewer.get(&format!("/v1/alumni/{hr}/disclosures")).is(200).body()["data"].clone();
        assert_eq!(told.as_array().unwrap().len(), 4);
        for below in ["disclosures", "consents"] {
            let old = reviewer.get(&format!("/v1/alumni/{other}/{below}")).is(200);
            assert_eq!(old.header("content-location"), format!("/v1/alumni/{hr}/{below}"));
            assert_eq!(old.body(), reviewer.get(&format!("/v1/alumni/{hr}/{below}")).is(200).body(), "the old id answers with the one");
        }
        let asked = "query ($id: ID!) { disclosures(alumnusId: $id, first: 9) { nodes { id } } }";
        let ids = reviewer.data(asked, &json!({ "id": other }))["disclosures"]["nodes"].clone();
        assert_eq!(ids.as_array().unwrap().len(), 4, "{ids}");
        let objection = json!({ "purpose": "returning_applicant_flag", "decision": "objected", "channel": "portal" });
        let said = reviewer.post(&format!("/v1/alumni/{other}/consents"), &objection).is(201).body();
        assert_eq!((who(&applicant()), who(&by_payroll())), (None, None));
        let withdrawal = format!("/v1/alumni/{hr}/consents/{}/withdrawals", said["id"].as_str().unwrap());
        let _ = reviewer.post(&withdrawal, &json!({ "channel": "portal" })).is(200);
        let undo = format!("/v1/alumni/{hr}/merges/{}/undo", merge["id"].as_str().unwrap());
        let _ = reviewer.post(&undo, &json!({ "reason": "two passports" })).is(200);
        // What was told of each before they were one is theirs again.
        let told = |id: &str| reviewer.get(&format!("/v1/alumni/{id}/disclosures")).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!((told(&hr), told(&other)), (3, 1));
        assert_eq!((who(&applicant()), who(&by_payroll())), (Some(hr.clone()), Some(other.clone())));
        assert_eq!((told(&hr), told(&other)), (4, 2));
        assert_eq!(world.count("select count(*) from match_person"), 62);
        assert_eq!(world.count("select people from roster"), 62);
    }

    fn an_objection_made_before_a_merge_counts_after_it(world) {
        let hr = roster(world);
        let other = world.hris().put("payroll", &payroll()).is(201).body()["alumnus_id"].as_str().unwrap().to_owned();
        let office = world.client("matching:review privacy:write");
        let objection = json!({ "purpose": "returning_applicant_flag", "decision": "objected", "channel": "portal" });
        let _ = office.post(&format!("/v1/alumni/{other}/consents"), &objection).is(201);
        assert_eq!(found(&ats(world), &applicant())["result"], "match");
        let merge = office.post(&format!("/v1/alumni/{hr}/merges"), &json!({ "merged_id": other })).is(201).body();
        assert_eq!(found(&ats(world), &applicant())["result"], "no_match", "the one person objected");
        let _ = office.post(&format!("/v1/alumni/{hr}/merges/{}/undo", merge["id"].as_str().unwrap()), &json!({})).is(200);
        assert_eq!(found(&ats(world), &applicant())["result"], "match", "it was the other's word");
    }

    fn an_employee_who_was_here_before_is_reported(world) {
        let alumnus = roster(world);
        let hris = world.hris();
        let back = back("2001");
        let held = hris.put("hr", &back).is(202).body();
        assert_eq!(world.events().iter().filter(|event| *event == "alumnus.return_suspected").count(), 1);
        let _ = hris.put("hr", &back).is(202);
        assert_eq!(world.events().iter().filter(|event| *event == "alumnus.return_suspected").count(), 1, "told once");
        let reviewer = world.client("matching:review");
        let record = reviewer.get(&format!("/v1/held-records/{}", held["held_record_id"].as_str().unwrap())).is(200).body();
        let suspect = &record["suspects"][0];
        assert_eq!((&suspect["alumnus_id"], &suspect["is_away"]), (&json!(alumnus), &json!(true)));
        let bits: f64 = suspect["evidence"].as_array().unwrap().iter().map(|line| line["bits"].as_f64().unwrap()).sum();
        assert!(bits > 0.0, "{suspect:#}");
        let decision = json!({ "decision": "same_person", "alumnus_id": alumnus });
        let _ = reviewer.post(&format!("/v1/held-records/{}/decisions", held["held_record_id"].as_str().unwrap()), &decision).is(200);
        assert!(world.events().iter().any(|event| event == "alumnus.returned"), "{:?}", world.events());
        let person = world.office().get(&format!("/v1/alumni/{alumnus}")).is(200).body();
        assert_eq!(person["status"], "returned");
        // Somebody hired anew whom nobody resembles comes in as ever.
        let mut new = back.clone();
        new["external_id"] = json!("2002");
        new["employee_number"] = json!("E0009002");
        new["names"] = json!([{ "kind": "legal", "family": "Ridcully", "given": "Mustrum" }]);
        new["birth_on"] = json!("1999-12-31");
        new["emails"] = json!(["mustrum@example.org"]);
        new["phones"] = json!([]);
        for member in ["postal_code", "address"] {
            new.as_object_mut().unwrap().remove(member);
        }
        let _ = hris.put("hr", &new).is(201);
    }

    fn somebody_hired_for_a_day_to_come_is_reported_on_that_day(world) {
        let alumnus = roster(world);
        let (hris, reviewer) = (world.hris(), world.client("matching:review"));
        let told = || world.events().iter().filter(|event| *event == "alumnus.return_suspected").count();
        let hold = |record: &Value| hris.put("hr", record).is(202).body()["held_record_id"].as_str().unwrap().to_owned();
        let mut hired = back("2001");
        hired["employment"]["hired_on"] = json!("2026-12-01");
        let id = hold(&hired);
        // The first day is put off while the record waits.
        hired["employment"]["hired_on"] = json!("2026-12-10");
        assert_eq!(hold(&hired), id);
        // Of somebody else it is decided before the day that nobody known here is meant.
        let mut other = back("2002");
        other["employment"]["hired_on"] = json!("2026-12-10");
        let dropped = hold(&other);
        let _ = reviewer.post(&format!("/v1/held-records/{dropped}/decisions"), &json!({ "decision": "discarded" })).is(200);
        for (day, count) in [("2026-12-01", 0), ("2026-12-09", 0), ("2026-12-10", 1), ("2026-12-11", 0)] {
            world.it_is(&format!("{day}T09:00:00Z"));
            assert_eq!((world.the_service_looks_around(), day), (count, day));
        }
        assert_eq!(told(), 1);
        // It is told of who was here, and once, whatever more is said of them.
        let suspected = world.count(&format!("select count(*) from event where name = 'alumnus.return_suspected' and document ->> 'held_record_id' = '{id}'"));
        assert_eq!(suspected, 1);
        hired["employment"]["job_title"] = json!("Archivist");
        assert_eq!(hold(&hired), id);
        assert_eq!((world.the_service_looks_around(), told()), (0, 1));
        let _ = reviewer.post(&format!("/v1/held-records/{id}/decisions"), &json!({ "decision": "same_person", "alumnus_id": alumnus })).is(200);
        assert!(world.events().iter().any(|event| event == "alumnus.returned"));
    }

    fn who_has_come_back_by_then_is_not_reported(world) {
        let alumnus = roster(world);
        let (hris, reviewer) = (world.hris(), world.client("matching:review"));
        let mut hired = back("2001");
        hired["employment"]["hired_on"] = json!("2026-12-10");
        let _ = hris.put("hr", &hired).is(202);
        // Meanwhile they are back, under another id, as somebody has said.
        let other = hris.put("hr", &back("2002")).is(202).body()["held_record_id"].as_str().unwrap().to_owned();
        assert_eq!(world.events().iter().filter(|event| *event == "alumnus.return_suspected").count(), 1);
        let _ = reviewer.post(&format!("/v1/held-records/{other}/decisions"), &json!({ "decision": "same_person", "alumnus_id": alumnus })).is(200);
        world.it_is("2026-12-10T09:00:00Z");
        assert_eq!(world.the_service_looks_around(), 0);
    }
}
