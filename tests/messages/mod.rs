//! Messages: what others sent to alumni, and what came of it, in any order and again and again.

mod permissions;

use furusu_tests::world::World;
use furusu_tests::{Answer, Client, on_both};
use serde_json::{Value, json};

use crate::engagement::{alumnus, books};

/// Whoever tells of messages and asks whether one may be sent.
pub(crate) fn mailer(world: &World) -> Client {
    world.client("engagement:read engagement:write alumni:read")
}

/// They say yes to being invited to gatherings, since the day before.
pub(crate) fn agrees(world: &World, id: &str, purpose: &str) -> String {
    let said = json!({
        "purpose": purpose, "decision": "granted", "basis": "consent", "channel": "portal", "text_version": "2026-04",
        "given_at": "2026-11-21T00:00:00Z",
    });
    let made = world.client("privacy:write").post(&format!("/v1/alumni/{id}/consents"), &said).is(201).body();
    made["id"].as_str().unwrap().to_owned()
}

/// A report of an invitation to somebody in the HR system.
pub(crate) fn sent(external_id: &str, of: &str, at: &str) -> Value {
    json!({
        "external_id": external_id, "person": { "source": "hr", "external_id": of }, "channel": "email", "purpose": "events",
        "sent_at": at,
    })
}

#[track_caller]
pub(crate) fn tell(world: &World, record: &Value) -> Answer {
    mailer(world).post("/v1/messages", &json!({ "source": "mailer", "record": record }))
}

/// What becomes of reports, one after the other.
#[track_caller]
pub(crate) fn tell_all(world: &World, records: &[Value]) -> Vec<String> {
    let answer = mailer(world).post("/v1/messages/batch", &json!({ "source": "mailer", "records": records })).is(200).body();
    answer["results"].as_array().unwrap().iter().map(|result| result["outcome"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn read(world: &World, id: &Value) -> Value {
    mailer(world).get(&format!("/v1/messages/{}", id.as_str().unwrap())).is(200).body()
}

on_both! {
    fn a_message_is_kept_with_what_allowed_it_and_what_came_of_it(world) {
        let id = alumnus(world, "1");
        let consent = agrees(world, &id, "events");
        let mut report = sent("m-1", "1", "2026-11-22T02:00:00Z");
        report["campaign"] = json!("Hanami 2027");
        report["subject"] = json!({ "type": "gathering", "id": "hanami" });
        report["delivered_at"] = json!("2026-11-22T02:00:05Z");
        let told = tell(world, &report).is(201).body();
        assert_eq!((&told["outcome"], &told["alumnus_id"], &told["permitted"]), (&json!("created"), &json!(id), &json!(true)));
        let expected = json!({
            "id": told["message_id"], "alumnus_id": id, "source": "mailer", "external_id": "m-1", "channel": "email", "purpose": "events",
            "campaign": "Hanami 2027", "subject": { "type": "gathering", "id": "hanami" }, "sent_at": "2026-11-22T02:00:00Z",
            "delivered_at": "2026-11-22T02:00:05Z", "opened_at": null, "clicked_at": null, "replied_at": null, "bounced_at": null,
            "bounce": null, "permitted": true, "consent": { "id": consent, "basis": "consent", "text_version": "2026-04" }, "lack": null,
            "permission_id": null, "source_updated_at": null, "version": 1, "recorded_at": "2026-11-22T03:00:00Z",
            "updated_at": "2026-11-22T03:00:00Z",
        });
        assert_eq!(read(world, &told["message_id"]), expected);
        assert_eq!(tell(world, &report).is(200).body()["outcome"], "unchanged");
        // Later reports need say only what is new; of each the earliest is kept.
        let later = |opened: &str| json!({ "external_id": "m-1", "opened_at": opened, "clicked_at": "2026-11-22T02:31:00Z" });
        assert_eq!(tell_all(world, &[later("2026-11-22T02:40:00Z"), later("2026-11-22T02:30:00Z"), later("2026-11-22T02:50:00Z")]), ["updated", "updated", "unchanged"]);
        assert_eq!(tell_all(world, &[json!({ "external_id": "m-1", "replied_at": "2026-11-22T02:45:00Z" })]), ["updated"]);
        let now = read(world, &told["message_id"]);
        assert_eq!((&now["opened_at"], &now["version"]), (&json!("2026-11-22T02:30:00Z"), &json!(4)));
        assert_eq!(world.count("select count(*) from message_version"), 2, "what was known before is kept; of one batch, before all of it");
        let document = "query ($id: ID!, $m: ID!) {
            alumnus(id: $id) { messages(first: 2) { totalCount nodes { id permitted consent { basis } } }
              activities(first: 5) { nodes { kind channel occurredAt source subject { type id } } } }
            message(id: $m) { alumnus { id } openedAt } node(id: $m) { id ... on Message { channel purpose } } }";
        let data = mailer(world).data(document, &json!({ "id": id, "m": told["message_id"] }));
        let seen = json!({ "totalCount": 1, "nodes": [{ "id": told["message_id"], "permitted": true, "consent": { "basis": "CONSENT" } }] });
        assert_eq!(data["alumnus"]["messages"], seen);
        let act = |kind: &str, at: &str| json!({ "kind": kind, "channel": "EMAIL", "occurredAt": at, "source": "furusu", "subject": { "type": "MESSAGE", "id": told["message_id"] } });
        let acts = [act("message_replied", "2026-11-22T02:45:00Z"), act("link_clicked", "2026-11-22T02:31:00Z"), act("newsletter_opened", "2026-11-22T02:30:00Z")];
        assert_eq!(data["alumnus"]["activities"]["nodes"], json!(acts));
        assert_eq!(data["message"], json!({ "alumnus": { "id": id }, "openedAt": "2026-11-22T02:30:00Z" }));
        assert_eq!(data["node"], json!({ "id": told["message_id"], "channel": "EMAIL", "purpose": "EVENTS" }));
        let told: Vec<String> = world.events().into_iter().filter(|name| name.starts_with("message.")).collect();
        assert_eq!(told, ["message.recorded", "message.updated", "message.updated"]);
        books::verify(world);
    }

    fn what_happened_without_leave_is_kept_all_the_same(world) {
        let id = alumnus(world, "1");
        let first = tell(world, &sent("1", "1", "2026-11-22T01:00:00Z")).is(201).body();
        assert_eq!(first["permitted"], false);
        let now = read(world, &first["message_id"]);
        assert_eq!((&now["permitted"], &now["lack"], &now["consent"]), (&json!(false), &json!("no_consent"), &json!(null)));
        let _ = agrees(world, &id, "events");
        // What is said later changes nothing of how it stood; a correction is judged by its own moment.
        assert_eq!(tell(world, &json!({ "external_id": "1", "opened_at": "2026-11-22T02:00:00Z" })).is(200).body()["permitted"], false);
        assert_eq!(tell(world, &sent("1", "1", "2026-11-22T01:30:00Z")).is(200).body()["permitted"], true);
        let objection = json!({ "purpose": "events", "decision": "objected", "channel": "email", "given_at": "2026-11-22T02:00:00Z" });
        let _ = world.client("privacy:write").post(&format!("/v1/alumni/{id}/consents"), &objection).is(201);
        let after = tell(world, &sent("2", "1", "2026-11-22T02:30:00Z")).is(201).body();
        assert_eq!(read(world, &after["message_id"])["lack"], "objected");
        assert_eq!(tell(world, &sent("3", "1", "2026-11-22T01:59:59Z")).is(201).body()["permitted"], true);
        books::verify(world);
    }

    fn a_report_with_a_fault_is_rejected_alone_with_all_its_faults(world) {
        let _ = alumnus(world, "1");
        let wrong = json!({ "external_id": " ", "alumnus_id": "nobody", "channel": "pigeon", "purpose": "statistics", "sent_at": "2026-11-22T03:00:01Z", "bounce": "hard", "text": "Dear all" });
        let records = json!([
            sent("1", "1", "2026-11-01T00:00:00Z"),
            wrong,
            sent("2", "9", "2026-11-01T00:00:00Z"),
            { "external_id": "3", "opened_at": "2026-11-01T00:00:00Z" },
            { "external_id": "1", "opened_at": "2026-10-01T00:00:00Z", "permission_id": "cpm_0198c7d2a4b07c3e9f1a2b3c4d5e6f84" },
        ]);
        let answer = mailer(world).post("/v1/messages/batch", &json!({ "source": "mailer", "records": records })).is(200).body();
        let outcomes: Vec<&Value> = answer["results"].as_array().unwrap().iter().map(|result| &result["outcome"]).collect();
        assert_eq!(outcomes, ["created", "rejected", "rejected", "rejected", "rejected"]);
        let faults = |n: usize| furusu_tests::client::faults(&answer["results"][n]["problems"]);
        let expect = |all: &[(&str, &str)]| all.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect::<Vec<_>>();
        assert_eq!(faults(1), expect(&[
            ("/external_id", "malformed_value"), ("/alumnus_id", "malformed_value"), ("/channel", "not_one_of"), ("/purpose", "not_one_of"),
            ("/sent_at", "in_the_future"), ("/bounce", "only_with"), ("/text", "unknown_member"),
        ]));
        assert_eq!(faults(2), expect(&[("/person", "unknown_person")]));
        assert_eq!(faults(3), expect(&[("/alumnus_id", "required_one_of"), ("/channel", "required"), ("/purpose", "required"), ("/sent_at", "required")]));
        assert_eq!(faults(4), expect(&[("/opened_at", "before"), ("/permission_id", "unknown_permission")]));
        let answer = mailer(world).post("/v1/messages", &json!({ "source": "furusu", "record": sent("1", "1", "2026-11-01T00:00:00Z") })).is(422);
        assert_eq!(answer.faults(), expect(&[("/source", "reserved")]));
        let document = "mutation { recordMessages(input: { source: \"mailer\", records: [{ externalId: \"1\", openedAt: \"2026-11-02T00:00:00Z\" }, { externalId: \"8\" }] }) { results { outcome problems { pointer } } } }";
        let data = mailer(world).data(document, &json!({}));
        assert_eq!(data["recordMessages"]["results"][0]["outcome"], "UPDATED");
        assert_eq!(data["recordMessages"]["results"][1]["problems"][0]["pointer"], "/alumnusId");
        books::verify(world);
    }

    fn messages_come_in_once_and_go_with_whoever_becomes_another(world) {
        let people: Vec<String> = (1..=2).map(|n| alumnus(world, &n.to_string())).collect();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for n in 0..10 {
                        let mut report = sent(&n.to_string(), &(1 + n % 2).to_string(), &format!("2026-11-{:02}T00:00:00Z", 10 + n));
                        report["opened_at"] = json!("2026-11-21T00:00:00Z");
                        assert!([200, 201].contains(&tell(world, &report).status));
                    }
                });
            }
        });
        assert_eq!(world.count("select count(*) from message"), 10);
        books::verify(world);
        let merge = world.client("matching:review").post(&format!("/v1/alumni/{}/merges", people[0]), &json!({ "merged_id": people[1] })).is(201).body();
        let mut seen = Vec::new();
        let mut next = format!("/v1/alumni/{}/messages?limit=4", people[1]);
        while !next.is_empty() {
            let page = mailer(world).get(&next).is(200);
            seen.extend(page.body()["data"].as_array().unwrap().iter().map(|m| m["sent_at"].as_str().unwrap()[8..10].to_owned()));
            next = page.header("link").split(['<', '>']).nth(1).unwrap_or("").to_owned();
        }
        assert_eq!(seen, (10..20).rev().map(|n| n.to_string()).collect::<Vec<_>>(), "what was sent last first");
        books::verify(world);
        let _ = world.client("matching:review").post(&format!("/v1/alumni/{}/merges/{}/undo", people[0], merge["id"].as_str().unwrap()), &json!({})).is(200);
        let theirs = mailer(world).get(&format!("/v1/alumni/{}/messages?channel=email", people[1])).is(200).body();
        assert_eq!(theirs["data"].as_array().unwrap().len(), 5);
        books::verify(world);
    }

    fn whoever_looks_applicants_up_reads_nothing_of_messages(world) {
        let id = alumnus(world, "1");
        let told = tell(world, &sent("1", "1", "2026-11-01T00:00:00Z")).is(201).body();
        let both = world.client("matching:lookup engagement:read engagement:write alumni:read");
        both.get(&format!("/v1/alumni/{id}/messages")).is(403).says("insufficient_scope");
        both.get(&format!("/v1/messages/{}", told["message_id"].as_str().unwrap())).is(403).says("insufficient_scope");
        both.post("/v1/contact-permissions", &json!({ "alumnus_id": id, "channel": "email", "purpose": "events" })).is(403).says("insufficient_scope");
        let answer = both.graphql("query ($id: ID!) { alumnus(id: $id) { id messages(first: 1) { totalCount } } }", &json!({ "id": id })).body();
        assert_eq!(answer["data"]["alumnus"], json!({ "id": id, "messages": null }));
    }
}
