//! Who may be found: the basis, objections, and that nobody can tell an objection from a stranger.

use super::*;
use furusu_tests::on_both;

pub(super) fn say(world: &World, alumnus: &str, decision: &str, more: Value) -> String {
    let mut said = json!({ "purpose": "returning_applicant_flag", "decision": decision, "basis": "consent", "channel": "portal",
        "text_version": "2026-01", "given_at": "2026-11-01T00:00:00Z" });
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let office = world.client("privacy:read privacy:write");
    let body = office.post(&format!("/v1/alumni/{alumnus}/consents"), &said).is(201).body();
    body["id"].as_str().unwrap().to_owned()
}

pub(super) fn withdraw(world: &World, alumnus: &str, consent: &str) {
    let office = world.client("privacy:read privacy:write");
    let _ = office.post(&format!("/v1/alumni/{alumnus}/consents/{consent}/withdrawals"), &json!({ "channel": "portal" })).is(200);
}

on_both! {
    fn who_objected_cannot_be_told_from_a_stranger(world) {
        let alumnus = roster(world);
        let ats = ats(world);
        assert_eq!(found(&ats, &applicant())["result"], "match");
        let objection = say(world, &alumnus, "objected", json!({ "text_version": null }));
        let count = |applicant: &Value| {
            let before = world.statements();
            let answer = ask(&ats, applicant).is(200);
            (world.statements() - before, form(answer.body()), answer.header("ratelimit-policy").to_owned())
        };
        let (objected, never_here) = (count(&applicant()), count(&stranger()));
        assert_eq!(objected, never_here, "statements, body and quota");
        // The same rows are written of both.
        let told = |world: &World| world.client("privacy:read").get(&format!("/v1/alumni/{alumnus}/disclosures")).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!(told(world), 1, "only what was told before");
        withdraw(world, &alumnus, &objection);
        assert_eq!(found(&ats, &applicant())["result"], "match", "the objection is taken back");
        assert_eq!(told(world), 2);
    }

    fn what_somebody_who_objected_taught_of_names_is_forgotten(world) {
        let _ = roster(world);
        let put = |record: &Value| world.hris().put("hr", record).is(201).body()["alumnus_id"].as_str().unwrap().to_owned();
        let somebody = |id: &str, name: Value, birth: &str| {
            json!({ "external_id": id, "names": [name], "birth_on": birth, "employment": { "hired_on": "2010-04-01" },
                "departure": { "employment_ended_on": "2018-03-31" } })
        };
        let _ = put(&somebody("latin", json!({ "kind": "legal", "family": "Ukai", "given": "Sayuri" }), "1979-11-03"));
        let kanji = json!({ "kind": "legal", "family": "鵜飼", "given": "小百合", "family_kana": "ウカイ", "given_kana": "サユリ" });
        let teacher = put(&somebody("kanji", kanji, "1991-06-30"));
        let asked = json!({ "names": [{ "family": "鵜飼", "given": "小百合" }], "birth_on": "1979-11-03" });
        let ats = ats(world);
        assert_eq!(found(&ats, &asked)["result"], "match", "the one tells how the other's name sounds");
        let objection = say(world, &teacher, "objected", json!({ "text_version": null }));
        assert_eq!(found(&ats, &asked)["result"], "no_match");
        withdraw(world, &teacher, &objection);
        assert_eq!(found(&ats, &asked)["result"], "match");
    }

    fn an_organization_may_find_only_those_who_agreed(world) {
        let alumnus = roster(world);
        let ats = ats(world);
        let admin = world.client("organization:admin");
        let _ = admin.json("PATCH", "/v1/organization", &json!({ "returning_applicants": { "basis": "consent" } })).is(200);
        let finding = found(&ats, &applicant());
        assert_eq!((&finding["result"], &finding["basis"]), (&json!("no_match"), &json!("consent")));
        let consent = say(world, &alumnus, "granted", json!({ "expires_at": "2026-12-01T00:00:00Z" }));
        assert_eq!(found(&ats, &applicant())["result"], "match");
        world.it_is("2026-12-01T00:00:01Z");
        assert_eq!(found(&ats, &applicant())["result"], "no_match", "at once, when the consent is over");
        let _ = world.the_service_looks_around();
        assert_eq!(found(&ats, &applicant())["result"], "no_match");
        let _ = admin.json("PATCH", "/v1/organization", &json!({ "returning_applicants": { "basis": "legitimate_interest" } })).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "match", "who said nothing is found on this basis");
        let again = say(world, &alumnus, "granted", json!({ "given_at": "2026-12-01T00:00:01Z" }));
        withdraw(world, &alumnus, &again);
        assert_eq!(found(&ats, &applicant())["result"], "no_match", "who withdrew is not");
        assert_ne!(consent, again);
    }

    fn an_objection_outlives_what_hr_sends(world) {
        let alumnus = roster(world);
        let _ = say(world, &alumnus, "objected", json!({ "text_version": null }));
        let mut changed = yumiko();
        changed["emails"] = json!(["yumi@example.org"]);
        let _ = world.hris().put("hr", &changed).is(200);
        let mut asked = applicant();
        asked["identifiers"][0]["value"] = json!("yumi@example.org");
        assert_eq!(found(&ats(world), &asked)["result"], "no_match");
    }
}
