//! Who is recognised.

use super::*;
use furusu_tests::on_both;
use furusu_tests::world::employee;

on_both! {
    fn a_returner_is_recognised_whatever_the_name_looks_like_today(world) {
        let _ = roster(world);
        let ats = ats(world);
        let email = json!([{ "kind": "email", "value": "yumiko.takahashi@example.com" }]);
        let phone = json!([{ "kind": "phone", "value": "+81 (0)90 1234 5678" }]);
        let number = json!([{ "kind": "employee_number", "value": "4711" }]);
        for (what, names, birth, identifiers) in [
            ("an unspaced name in another kanji, 和暦", json!([{ "full": "高橋由美子" }]), "昭和60年4月2日", &email),
            ("a short era", json!([{ "full": "髙橋　由美子" }]), "S60.4.2", &phone),
            ("half-width kana", json!([{ "full_kana": "ﾀｶﾊｼ ﾕﾐｺ" }]), "1985/04/02", &email),
            ("Latin letters, given name first", json!([{ "full": "Yumiko TAKAHASHI" }]), "1985-04-02", &phone),
            ("another romanisation", json!([{ "family": "TAKAHASI", "given": "Yumiko" }]), "1985.4.2", &email),
            ("swapped fields", json!([{ "family": "Yumiko", "given": "Takahashi" }]), "1985-04-02", &number),
            ("married, with the former name", json!([{ "family": "佐藤", "given": "由美子" }, { "kind": "former", "family": "高橋" }]), "1985-04-02", &email),
            ("the number they had", json!([{ "family": "高橋", "given": "由美子" }]), "1985-04-02", &number),
        ] {
            let finding = found(&ats, &json!({ "names": names, "birth_on": birth, "identifiers": identifiers }));
            assert_eq!(finding["result"], "match", "{what}: {finding:#}");
            assert!(finding["probability"].as_f64().unwrap() >= 0.95, "{what}");
        }
    }

    fn a_stranger_is_nobody_even_with_a_common_name(world) {
        let _ = roster(world);
        let ats = ats(world);
        for applicant in [
            stranger(),
            json!({ "names": [{ "full": "鈴木 太郎" }], "birth_on": "2001-11-23", "identifiers": [{ "kind": "email", "value": "t.suzuki@example.org" }] }),
            json!({ "identifiers": [{ "kind": "phone", "value": "080-0000-1111" }] }),
            json!({ "identifiers": [{ "kind": "postal_code", "value": "100-0001" }] }),
        ] {
            let finding = found(&ats, &applicant);
            assert_eq!(finding["result"], "no_match", "{finding:#}");
            for empty in ["probability", "tier", "standing", "programme", "alumnus_id", "explanation", "runners_up"] {
                assert_eq!(finding[empty], Value::Null, "{empty}");
            }
            assert_eq!((&finding["evidence"], &finding["engagement_options"]), (&json!([]), &json!([])));
        }
    }

    fn the_rarer_returners_are_the_more_must_agree(world) {
        let _ = roster(world);
        let (ats, admin) = (ats(world), world.client("organization:admin"));
        let probability = || found(&ats, &applicant())["probability"].as_f64().unwrap();
        let usual = probability();
        let edit = json!({ "returning_applicants": { "expected_share": 0.001 } });
        let _ = admin.json("PATCH", "/v1/organization", &edit).is(200);
        let rare = probability();
        let edit = "mutation ($share: Float) { editOrganization(input: { edit: { returningApplicants: { expectedShare: $share } } }) { replayed } }";
        let _ = admin.data(edit, &json!({ "share": 0.9 }));
        let common = probability();
        assert!(rare < usual && usual < common, "{rare} {usual} {common}");
        let _ = admin.data(edit, &json!({ "share": null }));
        assert!((probability() - usual).abs() < 1e-12, "what the weights expect");
    }

    fn relatives_and_namesakes_are_for_people_to_tell_apart(world) {
        let _ = roster(world);
        let ats = ats(world);
        let twin = json!({ "names": [{ "family": "高橋", "given": "真由美", "family_kana": "タカハシ", "given_kana": "マユミ" }], "birth_on": "1985-04-02" });
        assert_ne!(found(&ats, &twin)["result"], "match", "a twin: the same family name and birth date");
        let spouse = json!({ "names": [{ "family": "高橋", "given": "一郎", "family_kana": "タカハシ", "given_kana": "イチロウ" }], "birth_on": "1983-01-20",
            "identifiers": [{ "kind": "email", "value": "yumiko.takahashi@example.com" }] });
        assert_ne!(found(&ats, &spouse)["result"], "match", "a spouse on one mailbox");
        let heir = json!({ "names": [{ "full": "山田 次郎" }], "birth_on": "1990-12-24", "identifiers": [{ "kind": "phone", "value": "09012345678" }] });
        assert_ne!(found(&ats, &heir)["result"], "match", "a recycled number");
    }

    fn who_never_left_and_who_has_died_are_not_found(world) {
        let hris = world.hris();
        let mut records = others(30);
        let mut here = employee("here");
        here["names"] = json!([{ "kind": "legal", "family": "Weatherwax", "given": "Esmeralda" }]);
        records.push(here);
        let _ = hris.post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let _ = hris.put("hr", &yumiko()).is(201);
        let ats = ats(world);
        let applicant_here = json!({ "names": [{ "full": "Esmeralda Weatherwax" }], "birth_on": "1985-05-05", "identifiers": [{ "kind": "email", "value": "phere@example.com" }] });
        assert_eq!(found(&ats, &applicant_here)["result"], "no_match");
        assert_eq!(found(&ats, &applicant())["result"], "match");
        let mut dead = yumiko();
        dead["departure"]["separation_type"] = json!({ "value": "death" });
        let _ = hris.put("hr", &dead).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "no_match");
        let _ = hris.put("hr", &yumiko()).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "match", "it was a mistake");
    }

    fn a_name_that_too_many_share_is_said_openly(world) {
        let mut records: Vec<Value> = others(5);
        records.extend((0..230).map(|n| json!({
            "external_id": format!("s{n}"), "names": [{ "kind": "legal", "family": "佐藤", "given": "健", "family_kana": "サトウ", "given_kana": "ケン" }],
            "birth_on": format!("19{:02}-{:02}-{:02}", 50 + n % 50, 1 + n % 12, 1 + n % 28),
            "employment": { "hired_on": "2010-04-01" }, "departure": { "employment_ended_on": "2019-03-31" },
        })));
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let ats = ats(world);
        let by_name = found(&ats, &json!({ "names": [{ "family": "佐藤", "given": "健" }] }));
        assert_eq!((&by_name["result"], &by_name["too_common"]), (&json!("no_match"), &json!(["name"])), "{by_name:#}");
        // With a birth date the one is found among the many.
        let finding = found(&ats, &json!({ "names": [{ "family": "佐藤", "given": "健", "family_kana": "サトウ", "given_kana": "ケン" }], "birth_on": "1957-08-08" }));
        assert_ne!(finding["result"], "no_match", "{finding:#}");
    }

    fn the_explanation_adds_up_and_is_for_reviewers(world) {
        let alumnus = roster(world);
        let finding = found(&world.client("matching:lookup matching:review"), &applicant());
        assert_eq!(finding["alumnus_id"], json!(alumnus));
        let explanation = &finding["explanation"];
        let lines = explanation["lines"].as_array().unwrap();
        let sum: f64 = lines.iter().map(|line| line["bits"].as_f64().unwrap()).sum();
        let (prior, total) = (explanation["prior_bits"].as_f64().unwrap(), explanation["total_bits"].as_f64().unwrap());
        assert!((prior + sum - total).abs() < 1e-6, "{explanation:#}");
        assert!(lines.iter().any(|line| line["field"] == "birth" && line["bits"].as_f64().unwrap() > 0.0));
        let (p, nobody) = (explanation["probability"].as_f64().unwrap(), explanation["nobody"].as_f64().unwrap());
        assert!((p - finding["probability"].as_f64().unwrap()).abs() < 1e-12 && p + nobody <= 1.0 + 1e-9);
        let text = explanation.to_string();
        for secret in ["由美子", "1985-04-02", "yumiko", "Yumiko"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        // The system that asks gets fields and coarse levels of what it sent, and nothing else.
        let plain = found(&ats(world), &applicant());
        let fields: Vec<&str> = plain["evidence"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["family", "given", "birth", "email"]);
        assert_eq!(plain["evidence"][2], json!({ "field": "birth", "method": "same", "strength": "strong" }));
        assert_eq!((&plain["explanation"], &plain["alumnus_id"], &plain["runners_up"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(plain["withheld"], json!(["alumnus_id", "explanation", "runners_up"]));
    }

    fn a_finding_has_tiers_and_keeps_reason_and_rating_to_itself(world) {
        let alumnus = roster(world);
        let (ats, office) = (ats(world), world.client("privacy:write"));
        let finding = found(&ats, &applicant());
        assert_eq!((&finding["result"], &finding["tier"]), (&json!("match"), &json!("standing")));
        assert_eq!(finding["standing"], json!({ "value": "review_required", "employment_ended_on": "2018-03-31" }));
        assert_eq!((&finding["engagement_options"], &finding["permitted_use"]), (&json!([]), &json!("human_review_only")));
        let text = finding.to_string();
        assert!(!text.contains("health") && !text.contains("rating") && !text.contains("evaluation"), "{text}");
        let said = json!({ "purpose": "boomerang_contact", "decision": "granted", "basis": "consent", "channel": "portal", "text_version": "2026-01", "given_at": "2026-11-01T00:00:00Z" });
        let consent = office.post(&format!("/v1/alumni/{alumnus}/consents"), &said).is(201).body()["id"].clone();
        let finding = found(&ats, &applicant());
        assert_eq!(finding["tier"], "talk_to_hr");
        let option = json!({ "kind": "talk_to_hr", "allowed_from": "2026-11-22", "because": "boomerang_contact_granted", "consent_id": consent });
        assert_eq!(finding["engagement_options"], json!([option]));
        // A possible match says only that they may have been here.
        let admin = world.client("organization:admin");
        let _ = admin.json("PATCH", "/v1/organization", &json!({ "returning_applicants": { "match_at": 0.999_999_999, "possible_match_at": 0.5 } })).is(200);
        let finding = found(&ats, &applicant());
        assert_eq!((&finding["result"], &finding["tier"], &finding["standing"]), (&json!("possible_match"), &json!("was_here"), &Value::Null));
        assert_eq!(finding["engagement_options"], json!([]));
        let _ = admin.json("PATCH", "/v1/organization", &json!({ "returning_applicants": { "possible_match_at": 0.999_999_999 } })).is(200);
        assert_eq!(found(&ats, &applicant())["result"], "no_match");
    }
}
