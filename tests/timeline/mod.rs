//! Timelines: everything that happened to one person, as far as the reader may see it.

mod paging;
mod seen;

use furusu_tests::world::{World, employee, given_name, leaver};
use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

/// Every scope that a kind of entries needs.
pub(crate) const ALL: &str = "alumni:read departures:read privacy:read matching:review engagement:read";

/// Whoever sees everything.
pub(crate) fn reader(world: &World) -> Client {
    world.client(ALL)
}

/// Takes a record in and gives its person's id.
pub(crate) fn person(world: &World, source: &str, record: &Value) -> String {
    world.hris().put(source, record).is(201).body()["alumnus_id"].as_str().unwrap().to_owned()
}

pub(crate) fn act(world: &World, record: &Value) -> Value {
    let told = world.client("engagement:write").post("/v1/activities/batch", &json!({ "source": "events", "records": [record] })).is(200);
    told.body()["results"][0].clone()
}

/// A person's timeline, whole.
#[track_caller]
pub(crate) fn timeline(client: &Client, id: &str) -> Vec<Value> {
    let page = client.get(&format!("/v1/alumni/{id}/timeline?limit=200")).is(200).body();
    assert_eq!(page["next"], Value::Null);
    page["data"].as_array().unwrap().clone()
}

/// The members of that name of all entries.
pub(crate) fn each<'v>(entries: &'v [Value], member: &str) -> Vec<&'v str> {
    entries.iter().map(|entry| entry[member].as_str().unwrap()).collect()
}

/// Somebody to whom one thing of every kind happened; gives their id, and that of whoever was merged into them for a while.
pub(crate) fn eventful(world: &World) -> (String, String) {
    world.it_is("2026-11-01T00:00:00Z");
    let id = person(world, "hr", &leaver("1", "2020-03-31"));
    let mut back = employee("1");
    back["employment"]["hired_on"] = json!("2024-04-01");
    let _ = world.hris().put("hr", &back).is(201);
    let privacy = world.client("privacy:write");
    let say = |said: Value| privacy.post(&format!("/v1/alumni/{id}/consents"), &said).is(201).body()["id"].as_str().unwrap().to_owned();
    let _ = say(
        json!({ "purpose": "newsletter", "decision": "granted", "basis": "consent", "channel": "portal", "text_version": "1", "given_at": "2025-01-01T00:00:00Z", "expires_at": "2026-01-01T00:00:00Z" }),
    );
    let objection = say(json!({ "purpose": "events", "decision": "objected", "channel": "email", "given_at": "2025-02-01T00:00:00Z" }));
    let withdrawal = json!({ "channel": "email", "withdrawn_at": "2025-03-01T00:00:00Z" });
    let _ = privacy.post(&format!("/v1/alumni/{id}/consents/{objection}/withdrawals"), &withdrawal).is(200);
    let record = |name: &str, at: &str| json!({ "external_id": name, "alumnus_id": id, "kind": "panel", "occurred_at": at });
    let _ = act(world, &record("once", "2025-05-05T00:00:00Z"));
    let _ = act(world, &record("moved", "2025-06-01T00:00:00Z"));
    let _ = act(world, &record("never", "2025-07-01T00:00:00Z"));
    let asked = json!({ "names": [{ "family": "Ito", "given": given_name("1") }], "birth_on": "1985-05-05", "identifiers": [{ "kind": "email", "value": "p1@example.com" }] });
    assert_eq!(world.client("matching:lookup").post("/v1/returning-applicants/lookups", &asked).is(200).body()["result"], "match");
    world.it_is("2026-11-02T00:00:00Z");
    let _ = world.hris().put("hr", &leaver("1", "2020-04-30")).is(200);
    world.it_is("2026-11-03T00:00:00Z");
    let mut leaving = back.clone();
    leaving["departure"] = json!({ "employment_ended_on": "2027-03-31" });
    let _ = world.hris().put("hr", &leaving).is(200);
    world.it_is("2026-11-04T00:00:00Z");
    let _ = world.hris().put("hr", &back).is(200);
    world.it_is("2026-11-05T00:00:00Z");
    back["employment"]["job_title"] = json!("Director");
    let _ = world.hris().put("hr", &back).is(200);
    world.it_is("2026-11-06T00:00:00Z");
    let _ = act(world, &record("moved", "2025-06-02T00:00:00Z"));
    world.it_is("2026-11-07T00:00:00Z");
    let _ = act(world, &json!({ "external_id": "never", "retracted": true }));
    let mut other = leaver("2", "2019-03-31");
    other["employment"]["hired_on"] = json!("2018-04-01");
    let other = person(world, "payroll", &other);
    world.it_is("2026-11-08T00:00:00Z");
    let reviewer = world.client("matching:review");
    let merge = reviewer.post(&format!("/v1/alumni/{id}/merges"), &json!({ "merged_id": other })).is(201).body();
    world.it_is("2026-11-09T00:00:00Z");
    let _ = reviewer.post(&format!("/v1/alumni/{id}/merges/{}/undo", merge["id"].as_str().unwrap()), &json!({})).is(200);
    world.it_is("2026-11-22T03:00:00Z");
    (id, other)
}

/// What comes of that: kind, when it happened and when that was learnt, the newest first.
pub(crate) const HAPPENED: [(&str, &str, &str); 18] = [
    ("alumnus.unmerged", "2026-11-09T00:00:00Z", "2026-11-09T00:00:00Z"),
    ("alumnus.merged", "2026-11-08T00:00:00Z", "2026-11-08T00:00:00Z"),
    ("engagement.retracted", "2026-11-07T00:00:00Z", "2026-11-07T00:00:00Z"),
    ("engagement.corrected", "2026-11-06T00:00:00Z", "2026-11-06T00:00:00Z"),
    ("employment.corrected", "2026-11-05T00:00:00Z", "2026-11-05T00:00:00Z"),
    ("departure.rescinded", "2026-11-04T00:00:00Z", "2026-11-04T00:00:00Z"),
    ("departure.announced", "2026-11-03T00:00:00Z", "2026-11-03T00:00:00Z"),
    ("departure.corrected", "2026-11-02T00:00:00Z", "2026-11-02T00:00:00Z"),
    ("returning_applicant.matched", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("consent.expired", "2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("engagement.recorded", "2025-06-02T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("engagement.recorded", "2025-05-05T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("consent.withdrawn", "2025-03-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("consent.objected", "2025-02-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ("consent.granted", "2025-01-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    // Learnt at the same moment as the first period, and yet after it.
    ("alumnus.returned", "2024-03-31T15:00:00Z", "2026-11-01T00:00:00.000001Z"),
    ("departure.effective", "2020-04-30T15:00:00Z", "2026-11-02T00:00:00Z"),
    ("employment.began", "2015-03-31T15:00:00Z", "2026-11-01T00:00:00Z"),
];

on_both! {
    fn everything_that_happened_is_told_by_when_it_happened(world) {
        let (id, _) = eventful(world);
        let entries = timeline(&reader(world), &id);
        let told: Vec<(&str, &str, &str)> = entries.iter().map(|e| (e["kind"].as_str().unwrap(), e["occurred_at"].as_str().unwrap(), e["recorded_at"].as_str().unwrap())).collect();
        assert_eq!(told, HAPPENED);
        let names: std::collections::BTreeSet<&str> = each(&entries, "id").into_iter().collect();
        assert_eq!(names.len(), entries.len(), "each entry has a name of its own");
        let of = |kind: &str| entries.iter().find(|e| e["kind"] == kind).unwrap();
        assert_eq!((&of("alumnus.returned")["occurred_on"], &of("alumnus.returned")["title"]), (&json!("2024-04-01"), &json!("Returned")));
        assert_eq!((&of("engagement.recorded")["about"], &of("consent.granted")["about"]), (&json!("panel"), &json!("newsletter")));
        assert_eq!(of("returning_applicant.matched")["about"], "match");
        // What it is of can be read where such things are read.
        let activity = of("engagement.corrected")["activity_id"].as_str().unwrap();
        assert_eq!(reader(world).get(&format!("/v1/activities/{activity}")).is(200).body()["occurred_at"], "2025-06-02T00:00:00Z");
        let departure = of("departure.effective")["departure_id"].as_str().unwrap();
        let query = "query ($id: ID!) { node(id: $id) { id ... on Departure { employmentEndedOn } } }";
        assert_eq!(reader(world).data(query, &json!({ "id": departure }))["node"], json!({ "id": departure, "employmentEndedOn": "2020-04-30" }));
        assert_eq!(of("employment.corrected")["version"], 4);
        assert!(!entries.iter().any(|e| e.to_string().contains("pay")), "why they left is no part of it");
        // The same in Japanese, and by the other door.
        let japanese = world.client(ALL);
        let page = japanese.send("GET", &format!("/v1/alumni/{id}/timeline?limit=200"), &[("accept-language", "ja")], None).is(200).body();
        assert_eq!(page["data"].as_array().unwrap().last().unwrap()["title"], "入社");
        let query = "query ($id: ID!) { alumnus(id: $id) { timeline(first: 100) { totalCount nodes { id kind title occurredAt occurredOn recordedAt about employmentId departureId version consentId mergeId mergedId lookupId activityId } } } }";
        let seen = &reader(world).data(query, &json!({ "id": id }))["alumnus"]["timeline"];
        assert_eq!(seen["totalCount"], 18);
        for (node, entry) in seen["nodes"].as_array().unwrap().iter().zip(&entries) {
            for (name, value) in entry.as_object().unwrap() {
                let mut words = name.split('_');
                let camel: String = words.next().unwrap().to_owned() + &words.map(|w| w[..1].to_uppercase() + &w[1..]).collect::<String>();
                let expected = if name == "kind" { json!(value.as_str().unwrap().replace('.', "_").to_uppercase()) } else { value.clone() };
                assert_eq!(node[&camel], expected, "{name}");
            }
        }
    }

    fn whoever_was_merged_answers_as_the_one_they_were_merged_into(world) {
        let (id, other) = eventful(world);
        let reader = reader(world);
        let (own, others) = (timeline(&reader, &id), timeline(&reader, &other));
        let departed = |entries: &[Value]| each(&entries.iter().filter(|e| e["kind"] == "departure.effective").cloned().collect::<Vec<_>>(), "occurred_on").iter().map(|d| (*d).to_owned()).collect::<Vec<_>>();
        assert_eq!((departed(&own), departed(&others)), (vec!["2020-05-01".to_owned()], vec!["2019-04-01".to_owned()]));
        assert_eq!(each(&others, "kind")[..2], ["alumnus.unmerged", "alumnus.merged"], "both sides know of the merge");
        let merges = reader.post(&format!("/v1/alumni/{id}/merges"), &json!({ "merged_id": other })).is(201).body();
        let answer = reader.get(&format!("/v1/alumni/{other}/timeline?limit=200")).is(200);
        assert_eq!(answer.header("content-location"), format!("/v1/alumni/{id}/timeline"));
        let both = answer.body()["data"].as_array().unwrap().clone();
        assert_eq!(both, timeline(&reader, &id));
        assert_eq!(departed(&both), ["2020-05-01", "2019-04-01"]);
        assert_eq!(each(&both, "kind").iter().filter(|kind| **kind == "alumnus.merged").count(), 2);
        let query = "query ($id: ID!) { alumnus(id: $id) { id timeline(first: 100) { totalCount } } }";
        assert_eq!(reader.data(query, &json!({ "id": other }))["alumnus"], json!({ "id": id, "timeline": { "totalCount": both.len() } }));
        let _ = reader.post(&format!("/v1/alumni/{id}/merges/{}/undo", merges["id"].as_str().unwrap()), &json!({})).is(200);
        assert_eq!(departed(&timeline(&reader, &id)), ["2020-05-01"]);
    }

    fn what_has_not_come_yet_is_told_on_its_day(world) {
        let id = person(world, "hr", &leaver("1", "2026-11-22"));
        let reader = reader(world);
        assert_eq!(each(&timeline(&reader, &id), "kind"), ["departure.announced", "employment.began"]);
        world.it_is("2026-11-22T15:00:00Z");
        let entries = timeline(&reader, &id);
        assert_eq!(each(&entries, "kind"), ["departure.effective", "departure.announced", "employment.began"]);
        assert_eq!((&entries[0]["occurred_at"], &entries[0]["recorded_at"]), (&json!("2026-11-22T15:00:00Z"), &json!("2026-11-22T03:00:00Z")));
    }
}
