//! The organization: what it sets for itself, on both doors.

use furusu_tests::client::faults;
use furusu_tests::on_both;
use furusu_tests::world::{NOW, World};
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

fn admin(world: &World) -> Client {
    world.client("organization:admin")
}

fn patch(client: &Client, headers: &[(&str, &str)], edit: &Value) -> Answer {
    let mut all = vec![("content-type", "application/merge-patch+json")];
    all.extend(headers);
    client.send("PATCH", "/v1/organization", &all, Some(edit.to_string().as_bytes()))
}

const EDIT: &str = "mutation ($input: EditOrganizationInput!) { editOrganization(input: $input) { replayed organization { name timeZone etag returningApplicants { basis matchAt possibleMatchAt ownMailDomains telephoneRegion } } } }";

on_both! {
    fn settings_that_nobody_made_read_as_usual(world) {
        let answer = admin(world).get("/v1/organization").is(200);
        let expected = json!({
            "id": world.organization.to_string(), "name": "Kanda KK", "time_zone": "Asia/Tokyo", "created_at": NOW,
            "returning_applicants": {
                "basis": "legitimate_interest", "match_at": 0.95, "possible_match_at": 0.5, "expected_share": null, "own_mail_domains": [], "telephone_region": "JP",
            },
            "contact_cap": { "messages": 4, "days": 30 },
        });
        assert_eq!(answer.body(), expected);
        assert_eq!(world.other_tenant().get("/v1/organization").is(200).body()["name"], "Elsewhere GmbH");
        let settings = world.wait_for(async {
            world.app.store.read(world.organization, world.app.clock.now()).accounts().settings().await.unwrap()
        });
        assert_eq!(settings, furusu_domain::account::OrganizationSettings::default());
    }

    fn an_edit_touches_only_what_it_names(world) {
        let admin = admin(world);
        let edit = json!({ "name": " Kanda Holdings ", "returning_applicants": { "basis": "consent", "match_at": 0.9, "expected_share": 0.02, "own_mail_domains": ["Kanda.example.com", "a.example.com", "kanda.example.com"], "telephone_region": "de" } });
        let edited = patch(&admin, &[], &edit).is(200).body();
        assert_eq!((&edited["name"], &edited["time_zone"]), (&json!("Kanda Holdings"), &json!("Asia/Tokyo")));
        let settings = json!({ "basis": "consent", "match_at": 0.9, "possible_match_at": 0.5, "expected_share": 0.02, "own_mail_domains": ["a.example.com", "kanda.example.com"], "telephone_region": "DE" });
        assert_eq!(edited["returning_applicants"], settings);
        assert_eq!(admin.get("/v1/organization").is(200).body(), edited);
        // Null is as it was at first, one by one or all of it.
        let one = patch(&admin, &[], &json!({ "returning_applicants": { "match_at": null, "own_mail_domains": null } })).is(200).body();
        assert_eq!((&one["returning_applicants"]["match_at"], &one["returning_applicants"]["own_mail_domains"], &one["returning_applicants"]["basis"]), (&json!(0.95), &json!([]), &json!("consent")));
        let all = patch(&admin, &[], &json!({ "returning_applicants": null })).is(200).body();
        assert_eq!(all["returning_applicants"]["basis"], "legitimate_interest");
        assert_eq!(all["name"], "Kanda Holdings");
        assert_eq!(world.other_tenant().get("/v1/organization").is(200).body()["name"], "Elsewhere GmbH");
    }

    fn thresholds_domains_and_names_that_cannot_be_are_refused(world) {
        let admin = admin(world);
        let before = admin.get("/v1/organization").is(200).body();
        let in_returning = |pointer: &str| format!("/returning_applicants/{pointer}");
        for (edit, pointer, code) in [
            (json!({ "name": null }), "/name".to_owned(), "required"),
            (json!({ "name": " " }), "/name".to_owned(), "required"),
            (json!({ "time_zone": "Asia/Kanda" }), "/time_zone".to_owned(), "malformed_value"),
            (json!({ "id": "org_1" }), "/id".to_owned(), "unknown_member"),
            (json!({ "returning_applicants": { "match_at": 1 } }), in_returning("match_at"), "out_of_range"),
            (json!({ "returning_applicants": { "possible_match_at": 0 } }), in_returning("possible_match_at"), "out_of_range"),
            (json!({ "returning_applicants": { "match_at": "0.9" } }), in_returning("match_at"), "wrong_type"),
            (json!({ "returning_applicants": { "match_at": 0.4 } }), in_returning("possible_match_at"), "above"),
            (json!({ "returning_applicants": { "possible_match_at": 0.96 } }), in_returning("possible_match_at"), "above"),
            (json!({ "returning_applicants": { "basis": "contract" } }), in_returning("basis"), "not_one_of"),
            (json!({ "returning_applicants": { "own_mail_domains": ["a.example.com", "@b.example.com"] } }), in_returning("own_mail_domains/1"), "malformed_value"),
            (json!({ "returning_applicants": { "telephone_region": "ZZ" } }), in_returning("telephone_region"), "malformed_value"),
            (json!({ "returning_applicants": { "threshold": 0.9 } }), in_returning("threshold"), "unknown_member"),
        ] {
            let answer = patch(&admin, &[], &edit).is(422);
            assert_eq!(answer.faults(), [(pointer, code.to_owned())], "{edit}");
        }
        let several = patch(&admin, &[], &json!({ "time_zone": 9, "returning_applicants": { "match_at": 2, "telephone_region": "J" } })).is(422);
        assert_eq!(several.faults().len(), 3);
        assert_eq!(admin.get("/v1/organization").is(200).body(), before);
        let equal = patch(&admin, &[], &json!({ "returning_applicants": { "match_at": 0.5 } })).is(200).body();
        assert_eq!(equal["returning_applicants"]["match_at"], 0.5);
    }

    fn nobody_overwrites_what_they_have_not_seen(world) {
        let admin = admin(world);
        let seen = admin.get("/v1/organization").is(200).header("etag").to_owned();
        let _ = admin.send("GET", "/v1/organization", &[("if-none-match", &seen)], None).is(304);
        let edited = patch(&admin, &[("if-match", &seen)], &json!({ "name": "Kanda Holdings" })).is(200);
        let now = edited.header("etag").to_owned();
        assert_ne!(now, seen);
        patch(&admin, &[("if-match", &seen)], &json!({ "name": "Kanda Group" })).is(412).says("precondition_failed");
        let same = patch(&admin, &[("if-match", &now)], &json!({ "name": "Kanda Holdings" })).is(200);
        assert_eq!(same.header("etag"), now, "what says nothing new leaves the state as it is");
        let opaque = admin.data("{ organization { etag } }", &json!({}))["organization"]["etag"].as_str().unwrap().to_owned();
        assert_eq!(format!("\"{opaque}\""), now);
        let edit = json!({ "input": { "edit": { "returningApplicants": { "basis": "CONSENT", "possibleMatchAt": 0.6 } }, "ifMatch": opaque, "idempotencyKey": "k" } });
        let done = admin.data(EDIT, &edit)["editOrganization"].clone();
        assert_eq!((&done["replayed"], &done["organization"]["returningApplicants"]["possibleMatchAt"]), (&json!(false), &json!(0.6)));
        assert_eq!(admin.data(EDIT, &edit)["editOrganization"]["replayed"], true);
        let body = admin.graphql(EDIT, &json!({ "input": { "edit": { "name": "x" }, "ifMatch": opaque } })).body();
        assert_eq!(body["errors"][0]["extensions"]["code"], "precondition_failed", "{body}");
        let body = admin.graphql(EDIT, &json!({ "input": { "edit": { "returningApplicants": { "matchAt": 0.55 } } } })).body();
        assert_eq!(faults(&body["errors"][0]["extensions"]["errors"]), [("/returningApplicants/possibleMatchAt".to_owned(), "above".to_owned())], "{body}");
        let key = [("idempotency-key", "\"once\"")];
        let _ = patch(&admin, &key, &json!({ "name": "A" })).is(200);
        let _ = patch(&admin, &[], &json!({ "name": "B" })).is(200);
        let again = patch(&admin, &key, &json!({ "name": "A" })).is(200);
        assert_eq!((again.header("idempotency-replayed"), &again.body()["name"]), ("true", &json!("B")));
    }

    fn another_time_zone_moves_the_day(world) {
        use furusu_tests::world::leaver;
        let path = format!("/v1/alumni/{}", world.hris().put("hr", &leaver("1", "2026-11-21")).is(201).body()["alumnus_id"].as_str().unwrap());
        let status = || world.client("alumni:read").get(&path).is(200).body()["employments"][0]["departure"]["status"].clone();
        assert_eq!(status(), "effective");
        let _ = patch(&admin(world), &[], &json!({ "time_zone": "America/New_York" })).is(200);
        world.seconds_pass(31);
        assert_eq!(status(), "announced", "late on the 21st in New York, they are still there");
    }
}
