//! Who may not be found cannot be told from a stranger: not by the answer, not by what it cost, and not by what is written.

use super::consent::{say, withdraw};
use super::*;
use furusu_tests::on_both;

/// What a lookup may write to.
const WRITTEN: [&str; 7] = ["lookup", "event", "idempotency", "lookup_review", "match_person", "match_key", "name_reading"];

/// How many rows there are of each, and of the disclosures, how many are of somebody and how long they are.
fn rows(world: &World) -> Vec<i64> {
    let tables = WRITTEN.iter().map(|table| world.count(&format!("select count(*) from {table}")));
    let whose = world.count("select count(person_id) from lookup");
    let length = world.count("select coalesce(sum(length(cast(document as text))), 0) from lookup");
    tables.chain([whose, length]).collect()
}

/// The answer, the statements and the rows that each door's question makes, by turns of the doors.
fn leaves(world: &World, vendor: &Client, applicant: &Value, name: &str) -> Vec<(Value, u64, Vec<i64>)> {
    let rest = |path: &str, body: Value, key: Option<&str>| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        vendor.send("POST", path, &headers, Some(body.to_string().as_bytes())).is(200).body()
    };
    let batch = format!("{LOOKUPS}/batch");
    let mut graphql = json!({ "names": applicant["names"], "birthOn": applicant["birth_on"], "identifiers": applicant["identifiers"] });
    for one in graphql["identifiers"].as_array_mut().unwrap() {
        one["kind"] = json!(one["kind"].as_str().unwrap().to_uppercase());
    }
    for (snake, camel) in [("family_kana", "familyKana"), ("given_kana", "givenKana")] {
        if let Some(value) = graphql["names"][0].as_object_mut().unwrap().remove(snake) {
            graphql["names"][0][camel] = value;
        }
    }
    let mutation = "mutation($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { replayed finding { result probability tier evidence { field } tooCommon } } }";
    let doors: Vec<Box<dyn Fn() -> Value>> = vec![
        Box::new(|| form(rest(LOOKUPS, applicant.clone(), None))),
        Box::new(|| form(rest(LOOKUPS, applicant.clone(), Some(name)))),
        Box::new(|| {
            let answer = rest(&batch, json!({ "applicants": [applicant, applicant] }), None);
            answer["results"].as_array().unwrap().iter().map(|one| form(one["finding"].clone())).collect()
        }),
        Box::new(|| vendor.data(mutation, &json!({ "input": { "applicant": graphql } }))),
        Box::new(|| vendor.data(mutation, &json!({ "input": { "applicant": graphql, "idempotencyKey": format!("{name}-twice") } }))),
    ];
    let made = |ask: &dyn Fn() -> Value| {
        let (statements, before) = (world.statements(), rows(world));
        let answer = ask();
        // Counting rows is no statement of the service's.
        let statements = world.statements() - statements;
        (answer, statements, rows(world).iter().zip(&before).map(|(after, before)| after - before).collect())
    };
    doors.iter().map(|ask| made(ask.as_ref())).collect()
}

/// Asks about her and about a stranger who sends as much, at every door, and compares.
fn nobody_can_tell(world: &World, why: &str) {
    let vendor = world.known_client("matching:lookup");
    let mut never_here = applicant();
    never_here["names"] = json!([{ "full": "五十嵐由美子" }]);
    never_here["birth_on"] = json!("平成11年9月9日");
    never_here["identifiers"][0]["value"] = json!("Yumiko.Igarashi+jobs@Example.com");
    // What is read once and remembered is read now.
    let _ = leaves(world, &vendor, &never_here, &format!("{why}-first"));
    let hidden = leaves(world, &vendor, &applicant(), &format!("{why}-hidden"));
    assert_eq!(hidden[0].0["result"], "no_match", "{why}: {:#}", hidden[0].0);
    assert_eq!(hidden, leaves(world, &vendor, &never_here, &format!("{why}-never")), "{why}");
}

on_both! {
    fn nothing_tells_who_objected_from_who_was_never_here(world) {
        let alumnus = roster(world);
        let _ = say(world, &alumnus, "objected", json!({ "text_version": null }));
        nobody_can_tell(world, "objected");
    }

    fn nothing_tells_who_withdrew_from_who_was_never_here(world) {
        let alumnus = roster(world);
        let consent = say(world, &alumnus, "granted", json!({}));
        withdraw(world, &alumnus, &consent);
        nobody_can_tell(world, "withdrew");
    }

    fn nothing_tells_who_has_not_agreed_from_who_was_never_here(world) {
        let _ = roster(world);
        let basis = json!({ "returning_applicants": { "basis": "consent" } });
        let _ = world.client("organization:admin").json("PATCH", "/v1/organization", &basis).is(200);
        nobody_can_tell(world, "unspoken");
    }

    fn nothing_tells_who_has_died_from_who_was_never_here(world) {
        let _ = roster(world);
        let mut died = yumiko();
        died["departure"]["separation_type"] = json!({ "value": "death" });
        let _ = world.hris().put("hr", &died).is(200);
        nobody_can_tell(world, "died");
    }

    fn nothing_tells_whose_consent_has_expired_from_who_was_never_here(world) {
        let alumnus = roster(world);
        let basis = json!({ "returning_applicants": { "basis": "consent" } });
        let _ = world.client("organization:admin").json("PATCH", "/v1/organization", &basis).is(200);
        let _ = say(world, &alumnus, "granted", json!({ "expires_at": "2026-12-01T00:00:00Z" }));
        assert_eq!(found(&ats(world), &applicant())["result"], "match");
        world.it_is("2026-12-01T00:00:01Z");
        // The service has not looked around yet.
        nobody_can_tell(world, "expired");
    }

    fn whoever_is_still_here_or_stays_after_all_is_not_found(world) {
        let _ = roster(world);
        let ats = ats(world);
        assert_eq!(found(&ats, &applicant())["result"], "match");
        // A departure to come: she is employed until then.
        let mut to_come = yumiko();
        to_come["departure"]["employment_ended_on"] = json!("2026-12-31");
        to_come["employment"]["status"] = json!({ "value": "active" });
        let _ = world.hris().put("hr", &to_come).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "no_match", "she has not left yet");
        world.it_is("2027-01-01T00:00:00Z");
        assert_eq!(found(&ats, &applicant())["result"], "match", "from the day after her last");
        // It is taken back: she never left.
        let mut stays = yumiko();
        stays["employment"]["status"] = json!({ "value": "active" });
        stays["departure"] = Value::Null;
        let _ = world.hris().put("hr", &stays).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "no_match", "she never left");
    }

    fn who_came_back_was_here_before_all_the_same(world) {
        let alumnus = roster(world);
        let mut again = yumiko();
        again["employment"] = json!({ "hired_on": "2024-04-01", "status": { "value": "active" } });
        again.as_object_mut().unwrap().remove("departure");
        let told = world.hris().put("hr", &again).is(201).body();
        assert_eq!(told["alumnus_id"], json!(alumnus));
        let finding = found(&ats(world), &applicant());
        assert_eq!((&finding["result"], &finding["standing"]["employment_ended_on"]), (&json!("match"), &json!("2018-03-31")));
    }
}
