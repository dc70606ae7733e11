//! May somebody be written to? Yes, or no and why and when again.

use furusu_tests::Answer;
use furusu_tests::on_both;
use furusu_tests::world::World;
use serde_json::{Value, json};

use super::{agrees, mailer, sent, tell, tell_all};
use crate::engagement::alumnus;

fn question(of: &str) -> Value {
    json!({ "person": { "source": "hr", "external_id": of }, "channel": "email", "purpose": "events" })
}

#[track_caller]
fn ask(world: &World, question: &Value) -> Answer {
    mailer(world).post("/v1/contact-permissions", question)
}

fn held(of: &str) -> Value {
    let mut question = question(of);
    question["hold"] = json!(true);
    question
}

/// Why not.
#[track_caller]
fn codes(answer: &Value) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

fn cap(world: &World, messages: i32, days: i32) {
    let edit = json!({ "contact_cap": { "messages": messages, "days": days } });
    let _ = world.client("organization:admin").json("PATCH", "/v1/organization", &edit).is(200);
}

on_both! {
    fn a_yes_names_what_allows_it_and_a_no_says_why(world) {
        let id = alumnus(world, "1");
        let no = ask(world, &question("1")).is(200).body();
        assert_eq!((&no["may"], &no["consent"], codes(&no), &no["again_at"]), (&json!(false), &json!(null), vec!["no_consent"], &json!(null)));
        assert!(no["reasons"][0]["detail"].is_string());
        let consent = agrees(world, &id, "events");
        let yes = ask(world, &question("1")).is(200).body();
        let expected = json!({
            "alumnus_id": id, "may": true, "consent": { "id": consent, "basis": "consent", "text_version": "2026-04" }, "reasons": [],
            "again_at": null, "permission_id": null, "held_until": null,
        });
        assert_eq!(yes, expected);
        let mut by_phone = question("1");
        by_phone["channel"] = json!("sms");
        assert_eq!(codes(&ask(world, &by_phone).is(200).body()), ["no_address"]);
        by_phone["channel"] = json!("line");
        assert_eq!(ask(world, &by_phone).is(200).body()["may"], true, "what they are called there only the tool knows");
        let mut other = question("1");
        other["purpose"] = json!("job_offers");
        assert_eq!(codes(&ask(world, &other).is(200).body()), ["no_consent"]);
        let withdrawal = json!({ "channel": "portal" });
        let _ = world.client("privacy:write").post(&format!("/v1/alumni/{id}/consents/{consent}/withdrawals"), &withdrawal).is(200);
        assert_eq!(codes(&ask(world, &question("1")).is(200).body()), ["withdrawn"]);
        let objection = json!({ "purpose": "events", "decision": "objected", "channel": "email" });
        let _ = world.client("privacy:write").post(&format!("/v1/alumni/{id}/consents"), &objection).is(201);
        let japanese = mailer(world).send("POST", "/v1/contact-permissions", &[("content-type", "application/json"), ("accept-language", "ja")], Some(question("1").to_string().as_bytes()));
        assert_eq!(japanese.is(200).body()["reasons"][0], json!({ "code": "objected", "detail": "本人が拒否しています", "again_at": null }));
        ask(world, &question("9")).is(404).says("not_found");
        let wrong = ask(world, &json!({ "channel": "pigeon", "purpose": "statistics", "hold": 1 })).is(422);
        let expected = [("/alumnus_id", "required_one_of"), ("/channel", "not_one_of"), ("/purpose", "not_one_of"), ("/hold", "wrong_type")];
        assert_eq!(wrong.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let document = "query ($id: ID!) { contactPermission(question: { alumnusId: $id, channel: EMAIL, purpose: EVENTS }) { may reasons { code } }
            contactPermissions(questions: [{ alumnusId: $id, channel: EMAIL, purpose: EVENTS }, { person: { source: \"hr\", externalId: \"9\" }, channel: EMAIL, purpose: EVENTS }]) { index permission { may } problems { pointer } } }";
        let data = mailer(world).data(document, &json!({ "id": id }));
        assert_eq!(data["contactPermission"], json!({ "may": false, "reasons": [{ "code": "OBJECTED" }] }));
        assert_eq!(data["contactPermissions"][1], json!({ "index": 1, "permission": null, "problems": [{ "pointer": "/person" }] }));
    }

    fn the_cap_counts_over_all_ways_and_senders_and_tells_when_again(world) {
        let id = alumnus(world, "1");
        let _ = agrees(world, &id, "events");
        let organization = world.client("organization:admin").get("/v1/organization").is(200).body();
        assert_eq!(organization["contact_cap"], json!({ "messages": 4, "days": 30 }));
        let mut letter = sent("2", "1", "2026-11-10T00:00:00Z");
        letter["channel"] = json!("post");
        letter["purpose"] = json!("job_offers");
        assert_eq!(tell_all(world, &[sent("1", "1", "2026-10-24T00:00:00Z"), letter, sent("3", "1", "2026-11-15T00:00:00Z")]), ["created"; 3]);
        let _ = mailer(world).post("/v1/messages", &json!({ "source": "recruiters", "record": sent("1", "1", "2026-11-20T00:00:00Z") })).is(201);
        let no = ask(world, &question("1")).is(200).body();
        assert_eq!((codes(&no), &no["again_at"]), (vec!["cap_reached"], &json!("2026-11-23T00:00:00Z")), "once the first of the four has left");
        world.it_is("2026-11-23T00:00:00Z");
        assert_eq!(ask(world, &question("1")).is(200).body()["may"], true);
        cap(world, 2, 10);
        let no = ask(world, &question("1")).is(200).body();
        assert_eq!(no["again_at"], "2026-11-25T00:00:00Z");
        let wrong = json!({ "contact_cap": { "messages": 0, "days": 366 } });
        let answer = world.client("organization:admin").json("PATCH", "/v1/organization", &wrong).is(422);
        assert_eq!(answer.faults(), [("/contact_cap/messages".to_owned(), "out_of_range".to_owned()), ("/contact_cap/days".to_owned(), "out_of_range".to_owned())]);
        let document = "mutation { editOrganization(input: { edit: { contactCap: { messages: 3 } } }) { organization { contactCap { messages days } } } }";
        let data = world.client("organization:admin").data(document, &json!({}));
        assert_eq!(data["editOrganization"]["organization"]["contactCap"], json!({ "messages": 3, "days": 10 }));
        // Who turns out to be one person with another was written to as both.
        let other = alumnus(world, "2");
        let _ = agrees(world, &other, "events");
        assert_eq!(ask(world, &question("2")).is(200).body()["may"], true);
        let _ = tell(world, &sent("4", "2", "2026-11-22T00:00:00Z")).is(201);
        let _ = world.client("matching:review").post(&format!("/v1/alumni/{id}/merges"), &json!({ "merged_id": other })).is(201);
        assert_eq!(codes(&ask(world, &question("2")).is(200).body()), ["cap_reached"]);
    }

    fn of_many_who_ask_for_the_last_place_at_once_one_gets_it(world) {
        let id = alumnus(world, "1");
        let _ = agrees(world, &id, "events");
        cap(world, 2, 30);
        let _ = tell(world, &sent("1", "1", "2026-11-20T00:00:00Z")).is(201);
        let beside = world.beside();
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let beside = &beside;
            let asked: Vec<_> = (0..24).map(|n| scope.spawn(move || ask(if n % 2 == 0 { world } else { beside }, &held("1")).is(200).body())).collect();
            asked.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        let yes: Vec<&Value> = answers.iter().filter(|answer| answer["may"] == true).collect();
        assert_eq!(yes.len(), 1, "one place, one yes");
        assert_eq!(yes[0]["held_until"], "2026-11-22T04:00:00Z");
        let no = answers.iter().find(|answer| answer["may"] == false).unwrap();
        assert_eq!((codes(no), &no["again_at"]), (vec!["cap_reached"], &json!("2026-11-22T04:00:00Z")), "perhaps it is not used");
        // A report that names it uses it up: then the message counts, and for as long as messages do.
        let mut report = sent("2", "1", "2026-11-22T02:59:00Z");
        report["permission_id"] = yes[0]["permission_id"].clone();
        assert_eq!(tell(world, &report).is(201).body()["permitted"], true);
        world.it_is("2026-11-22T05:00:00Z");
        assert_eq!(ask(world, &held("1")).is(200).body()["again_at"], "2026-12-20T00:00:00Z");
        assert_eq!(world.count("select count(*) from contact_permission where message_id is not null"), 1);
        // What is held and not used is free again after an hour.
        world.it_is("2026-12-20T00:00:00Z");
        assert_eq!(ask(world, &held("1")).is(200).body()["may"], true);
        assert_eq!(ask(world, &question("1")).is(200).body()["may"], false);
        world.seconds_pass(3_600);
        assert_eq!(ask(world, &question("1")).is(200).body()["may"], true);
        // The permission of one is not another's.
        let _ = alumnus(world, "2");
        let mut report = sent("3", "2", "2026-12-20T00:00:00Z");
        report["permission_id"] = yes[0]["permission_id"].clone();
        assert_eq!(tell(world, &report).is(422).faults(), [("/record/permission_id".to_owned(), "unknown_permission".to_owned())]);
    }

    fn questions_of_one_batch_count_one_another_only_where_a_yes_is_held(world) {
        let id = alumnus(world, "1");
        let _ = agrees(world, &id, "events");
        cap(world, 2, 30);
        let questions = json!([question("1"), question("1"), question("9"), question("1"), {}]);
        let batch = |hold: bool| json!({ "questions": questions, "hold": hold });
        let path = "/v1/contact-permissions/batch";
        let seen = |answer: &Value| -> Vec<Value> { answer["results"].as_array().unwrap().iter().map(|r| r["permission"]["may"].clone()).collect() };
        assert_eq!(seen(&mailer(world).post(path, &batch(false)).is(200).body()), [json!(true), json!(true), json!(null), json!(true), json!(null)]);
        let reader = world.client("engagement:read");
        reader.post(path, &batch(true)).is(403).says("insufficient_scope");
        let keyed = || mailer(world).send("POST", path, &[("content-type", "application/json"), ("idempotency-key", "k")], Some(batch(true).to_string().as_bytes())).is(200);
        let first = keyed();
        assert_eq!(seen(&first.body()), [json!(true), json!(true), json!(null), json!(false), json!(null)]);
        assert_eq!(first.body()["results"][2]["problems"][0]["pointer"], "/person");
        assert_eq!(first.body()["results"][4]["problems"][0]["code"], "required_one_of");
        let again = keyed();
        assert_eq!((again.header("idempotency-replayed"), again.body()), ("true", first.body()));
        assert_eq!(world.count("select count(*) from contact_permission"), 2, "asked again, nothing more is held");
        let document = "mutation ($id: ID!) { holdContactPermission(input: { question: { alumnusId: $id, channel: EMAIL, purpose: EVENTS } }) { replayed permission { may reasons { code againAt } permissionId } }
            holdContactPermissions(input: { questions: [{ alumnusId: $id, channel: EMAIL, purpose: EVENTS }] }) { results { permission { may } } } }";
        let data = mailer(world).data(document, &json!({ "id": id }));
        let no = json!({ "may": false, "reasons": [{ "code": "CAP_REACHED", "againAt": "2026-11-22T04:00:00Z" }], "permissionId": null });
        assert_eq!(data["holdContactPermission"], json!({ "replayed": false, "permission": no }));
        assert_eq!(data["holdContactPermissions"]["results"][0]["permission"]["may"], false);
        let cost = |n: usize| {
            let questions: Vec<Value> = (0..n).map(|_| question("1")).collect();
            let before = world.statements();
            let _ = mailer(world).post(path, &json!({ "questions": questions })).is(200);
            world.statements() - before
        };
        let _ = cost(1);
        assert_eq!(cost(1), cost(50));
    }

    fn what_came_back_for_good_stands_in_the_way_until_the_address_changes(world) {
        let id = alumnus(world, "1");
        let _ = agrees(world, &id, "events");
        world.it_is("2026-11-23T00:00:00Z");
        let mut bounced = sent("1", "1", "2026-11-22T12:00:00Z");
        bounced["bounced_at"] = json!("2026-11-22T12:00:10Z");
        bounced["bounce"] = json!("soft");
        let _ = tell(world, &bounced).is(201);
        assert_eq!(ask(world, &question("1")).is(200).body()["may"], true, "it may go through next time");
        bounced["bounce"] = json!("hard");
        assert_eq!(tell(world, &bounced).is(200).body()["outcome"], "updated");
        assert_eq!(codes(&ask(world, &question("1")).is(200).body()), ["bounced"]);
        let office = world.office();
        let _ = office.json("PATCH", &format!("/v1/alumni/{id}"), &json!({ "preferred_name": { "given": "Hana" } })).is(200);
        assert_eq!(codes(&ask(world, &question("1")).is(200).body()), ["bounced"], "another name is no other address");
        let _ = office.json("PATCH", &format!("/v1/alumni/{id}"), &json!({ "emails": ["new@example.com"] })).is(200);
        assert_eq!(ask(world, &question("1")).is(200).body()["may"], true);
        let _ = office.json("PATCH", &format!("/v1/alumni/{id}"), &json!({ "emails": [] })).is(200);
        assert_eq!(codes(&ask(world, &question("1")).is(200).body()), ["no_address"]);
    }
}
