//! Keys keep in step with people, and are made anew while they serve.

use super::*;
use furusu_tests::command::Operator;
use furusu_tests::on_both;

on_both! {
    fn a_new_contact_finds_and_so_does_the_old_one(world) {
        let alumnus = roster(world);
        let ats = ats(world);
        let by = |email: &str| found(&ats, &json!({ "names": [{ "full": "高橋由美子" }], "birth_on": "1985-04-02", "identifiers": [{ "kind": "email", "value": email }] }));
        let strong = |finding: &Value| finding["evidence"].as_array().unwrap().iter().any(|e| e["field"] == "email" && e["method"] == "same");
        assert!(!strong(&by("yumi@example.net")) && strong(&by("yumiko.takahashi@example.com")));
        let _ = world.office().json("PATCH", &format!("/v1/alumni/{alumnus}"), &json!({ "emails": ["yumi@example.net"] })).is(200);
        assert!(strong(&by("yumi@example.net")) && strong(&by("yumiko.takahashi@example.com")), "people come back under either");
    }

    fn a_name_that_hr_overwrites_still_finds(world) {
        let _ = roster(world);
        let mut married = yumiko();
        married["names"] = json!([{ "kind": "legal", "family": "佐藤", "given": "由美子", "family_kana": "サトウ", "given_kana": "ユミコ" }]);
        let _ = world.hris().put("hr", &married).is(200);
        let ats = ats(world);
        for family in ["高橋", "佐藤"] {
            let finding = found(&ats, &json!({ "names": [{ "family": family, "given": "由美子" }], "birth_on": "1985-04-02", "identifiers": [{ "kind": "phone", "value": "09012345678" }] }));
            assert_eq!(finding["result"], "match", "{family}: {finding:#}");
        }
    }

    fn people_of_before_there_were_keys_get_them(world) {
        let _ = roster(world);
        for table in ["match_key", "match_person", "name_reading", "roster"] {
            world.sql(&format!("delete from {table}"));
        }
        let ats = ats(world);
        assert_eq!(found(&ats, &applicant())["result"], "no_match");
        let rekeyed = Operator::new(&world.folder, &world.database_url()).with("FURUSU_MASTER_KEY_FILE", "master.key").gets(&["rekey", "--organization", &world.organization.to_string()]);
        assert!(rekeyed.contains("people have new keys"), "{rekeyed}");
        assert_eq!(found(&ats, &applicant())["result"], "match");
    }

    fn keys_are_made_anew_while_they_serve(world) {
        let _ = roster(world);
        let ats = ats(world);
        let keys = || world.count("select count(*) from match_key");
        let before = keys();
        let begin = async |tx: &furusu_persistence::Tx| tx.matching().begin_rekeying().await;
        let step = async |tx: &furusu_persistence::Tx| tx.matching().rekey(25).await;
        let (store, organization, now) = (&world.app.store, world.organization, world.app.clock.now());
        world.wait_for(store.write(organization, now, begin)).unwrap();
        // Half of the people have keys of both generations; somebody comes in and somebody changes; all are found.
        let _ = world.wait_for(store.write(organization, now, step)).unwrap();
        assert!(keys() > before);
        let mut late = yumiko();
        late["external_id"] = json!("late");
        late["employee_number"] = json!("E0009999");
        late["names"] = json!([{ "kind": "legal", "family": "Vimes", "given": "Sybil" }]);
        late["emails"] = json!(["sybil@example.com"]);
        let _ = world.hris().put("hr", &late).is(201);
        let mut changed = yumiko();
        changed["phones"] = json!(["080-9999-0000"]);
        let _ = world.hris().put("hr", &changed).is(200);
        let all_are_found = || {
            assert_eq!(found(&ats, &applicant())["result"], "match");
            let sybil = json!({ "names": [{ "full": "Sybil Vimes" }], "birth_on": "1985-04-02", "identifiers": [{ "kind": "email", "value": "sybil@example.com" }] });
            assert_eq!(found(&ats, &sybil)["result"], "match");
        };
        all_are_found();
        let mut steps = 0;
        while world.wait_for(store.write(organization, now, step)).unwrap() != furusu_persistence::Rekeyed::Done {
            all_are_found();
            steps += 1;
            assert!(steps < 30, "it comes to an end");
        }
        all_are_found();
        // No key of the generation before is left.
        let theirs = world.count("select count(*) from match_key");
        assert!(theirs < before + before / 4 + 40, "{theirs} keys, {before} before");
    }

    fn other_mail_domains_make_the_keys_be_made_anew(world) {
        let _ = roster(world);
        let admin = world.client("organization:admin");
        let _ = admin.json("PATCH", "/v1/organization", &json!({ "returning_applicants": { "own_mail_domains": ["example.com"] } })).is(200);
        let organization = world.organization;
        let is_rekeying = || world.wait_for(world.app.store.read(organization, world.app.clock.now()).matching().is_rekeying()).unwrap();
        let before = std::time::Instant::now();
        while is_rekeying() {
            assert!(before.elapsed().as_secs() < 20, "the service makes them anew by itself");
            std::thread::yield_now();
        }
        let finding = found(&ats(world), &json!({ "identifiers": [{ "kind": "email", "value": "yumiko.takahashi@example.com" }] }));
        assert_eq!(finding["result"], "no_match", "an address at work is nobody's identifier");
    }

    fn people_and_their_keys_are_written_together_or_not_at_all(world) {
        let alumnus = roster(world);
        let (hris, office) = (world.hris(), world.office());
        let etag = |world: &World| world.office().get(&format!("/v1/alumni/{alumnus}")).is(200).header("etag").to_owned();
        let rows = || ["person", "particulars", "employment", "event", "consent", "match_person"].map(|table| world.count(&format!("select count(*) from {table}")));
        let (before, tag) = (rows(), etag(world));
        let mut new = yumiko();
        new["external_id"] = json!("new");
        new["names"] = json!([{ "kind": "legal", "family": "Vimes", "given": "Sybil" }]);
        let mut married = yumiko();
        married["names"] = json!([{ "kind": "legal", "family": "佐藤", "given": "由美子" }]);
        let batch = json!({ "source": "hr", "records": [new, married] });
        let objection = json!({ "purpose": "returning_applicant_flag", "decision": "objected", "channel": "portal" });
        world.sql("alter table match_key rename to match_key_gone");
        for answer in [
            hris.put("hr", &new),
            hris.put("hr", &married),
            hris.post("/v1/departures/batch?atomic=true", &batch),
            office.json("PATCH", &format!("/v1/alumni/{alumnus}"), &json!({ "emails": ["yumi@example.net"] })),
            world.client("privacy:read privacy:write").post(&format!("/v1/alumni/{alumnus}/consents"), &objection),
        ] {
            assert_eq!(answer.status, 500, "{}", answer.text);
        }
        world.sql("alter table match_key_gone rename to match_key");
        assert_eq!((rows(), etag(world)), (before, tag), "nothing is half written");
        let _ = hris.post("/v1/departures/batch?atomic=true", &batch).is(200);
        let by = |applicant: Value| found(&ats(world), &applicant)["result"] != "no_match";
        assert!(by(json!({ "names": [{ "full": "Sybil Vimes" }], "birth_on": "1985-04-02", "identifiers": [{ "kind": "phone", "value": "090-1234-5678" }] })));
        assert!(by(json!({ "names": [{ "full": "佐藤由美子" }], "birth_on": "1985-04-02", "identifiers": [{ "kind": "postal_code", "value": "100-0001" }] })));
    }
}
