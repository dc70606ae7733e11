//! Engagement: activities in, in any order and again and again, and what they add up to.

pub(crate) mod books;
mod formula;
mod lists;
mod storms;
mod wall;

use furusu_tests::world::{World, leaver};
use furusu_tests::{Client, client, on_both};
use serde_json::{Value, json};

/// Whoever sends activities and reads what they add up to.
pub(crate) fn keeper(world: &World) -> Client {
    world.client("engagement:read engagement:write alumni:read")
}

/// An alumnus by their id in the HR system.
pub(crate) fn alumnus(world: &World, external_id: &str) -> String {
    world.hris().put("hr", &leaver(external_id, "2020-03-31")).is(201).body()["alumnus_id"].as_str().unwrap().to_owned()
}

/// A record of an activity of somebody in the HR system.
pub(crate) fn act(external_id: &str, of: &str, kind: &str, occurred_at: &str) -> Value {
    json!({
        "external_id": external_id, "person": { "source": "hr", "external_id": of }, "kind": kind, "channel": "web",
        "occurred_at": occurred_at,
    })
}

/// What becomes of records, one after the other.
#[track_caller]
pub(crate) fn send(world: &World, records: &[Value]) -> Vec<String> {
    let answer = keeper(world).post("/v1/activities/batch", &json!({ "source": "web", "records": records })).is(200).body();
    let outcome = |result: &Value| result["outcome"].as_str().unwrap().to_owned();
    answer["results"].as_array().unwrap().iter().map(outcome).collect()
}

/// How engaged somebody is.
#[track_caller]
pub(crate) fn engagement(world: &World, id: &str) -> Value {
    keeper(world).get(&format!("/v1/alumni/{id}/engagement")).is(200).body()
}

fn one(world: &World, record: &Value) -> furusu_tests::Answer {
    keeper(world).post("/v1/activities", &json!({ "source": "web", "record": record }))
}

#[track_caller]
pub(crate) fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value}, not {expected}");
}

on_both! {
    fn an_activity_comes_in_and_is_read_back(world) {
        let id = alumnus(world, "1");
        let mut record = act("a-1", "1", "event_attended", "2026-11-22T02:00:00+00:00");
        record["subject"] = json!({ "type": "gathering", "id": "hanami" });
        record["source_updated_at"] = json!("2026-11-22T02:30:00Z");
        let told = one(world, &record).is(201).body();
        assert_eq!((&told["outcome"], &told["alumnus_id"], &told["index"], &told["problems"]), (&json!("created"), &json!(id), &json!(0), &json!([])));
        let read = keeper(world).get(&format!("/v1/activities/{}", told["activity_id"].as_str().unwrap())).is(200).body();
        let expected = json!({
            "id": told["activity_id"], "alumnus_id": id, "source": "web", "external_id": "a-1", "kind": "event_attended",
            "mode": "experiential", "channel": "web", "occurred_at": "2026-11-22T02:00:00Z", "subject": { "type": "gathering", "id": "hanami" },
            "source_updated_at": "2026-11-22T02:30:00Z", "version": 1, "recorded_at": "2026-11-22T03:00:00Z",
            "updated_at": "2026-11-22T03:00:00Z", "retracted_at": null,
        });
        assert_eq!(read, expected);
        assert_eq!(one(world, &record).is(200).body()["outcome"], "unchanged");
        let query = "query ($id: AlumnusId!, $act: ActivityId!) {
            alumnus(id: $id) { activities(first: 5) { totalCount nodes { id kind mode occurredAt subject { type id } } } engagement { score level activityCount lastActivityAt formulaVersion trend contributions(first: 1) { kind counts points } } }
            activity(id: $act) { externalId alumnus { id } }
            node(id: $act) { id ... on Activity { kind } }
        }".replace("AlumnusId!", "ID!").replace("ActivityId!", "ID!");
        let data = keeper(world).data(&query, &json!({ "id": id, "act": told["activity_id"] }));
        let seen = &data["alumnus"]["activities"];
        assert_eq!(seen["totalCount"], 1);
        let node = json!({ "id": told["activity_id"], "kind": "event_attended", "mode": "EXPERIENTIAL", "occurredAt": "2026-11-22T02:00:00Z", "subject": { "type": "GATHERING", "id": "hanami" } });
        assert_eq!(seen["nodes"], json!([node]));
        let of = &data["alumnus"]["engagement"];
        assert_eq!((&of["activityCount"], &of["formulaVersion"], &of["level"]), (&json!(1), &json!(1), &json!(1)));
        assert_eq!(of["contributions"], json!([{ "kind": "event_attended", "counts": true, "points": 3.0 }]));
        assert_eq!(of["trend"], of["score"]);
        near(&of["score"], 3.0 * (-1.0_f64 / 24.0 / 180.0).exp2());
        assert_eq!(data["activity"], json!({ "externalId": "a-1", "alumnus": { "id": id } }));
        assert_eq!(data["node"], json!({ "id": told["activity_id"], "kind": "event_attended" }));
    }

    fn what_comes_late_or_twice_or_is_corrected_or_taken_back_counts_as_it_is_known(world) {
        let [one, two] = ["1", "2"].map(|id| alumnus(world, id));
        let talk = |day: &str| act("t", "1", "talk_given", &format!("2026-{day}T00:00:00Z"));
        assert_eq!(send(world, &[talk("11-01"), talk("11-01"), act("d", "1", "donation", "2025-11-27T03:00:00Z")]), ["created", "unchanged", "created"]);
        let of = |day: f64, points: f64| points * (-day / 180.0).exp2();
        near(&engagement(world, &one)["score"], of(21.125, 7.0) + of(360.0, 10.0));
        assert_eq!(engagement(world, &one)["activity_count"], 2);
        near(&engagement(world, &one)["trend"], of(21.125, 7.0) + of(360.0, 10.0) - of(270.0, 10.0));
        assert_eq!(send(world, &[talk("11-11")]), ["updated"]);
        near(&engagement(world, &one)["score"], of(11.125, 7.0) + of(360.0, 10.0));
        let mut of_another = talk("11-11");
        of_another["person"]["external_id"] = json!("2");
        assert_eq!(send(world, &[of_another]), ["updated"]);
        near(&engagement(world, &two)["score"], of(11.125, 7.0));
        near(&engagement(world, &one)["score"], of(360.0, 10.0));
        let back = json!({ "external_id": "t", "retracted": true });
        assert_eq!(send(world, &[back.clone(), back, talk("11-11")]), ["retracted", "unchanged", "stale"]);
        let nothing = engagement(world, &two);
        assert_eq!((&nothing["score"], &nothing["level"], &nothing["last_activity_at"], &nothing["activity_count"]), (&json!(0.0), &json!(0), &json!(null), &json!(0)));
        assert_eq!(keeper(world).get(&format!("/v1/alumni/{two}/activities")).is(200).body()["data"], json!([]));
        let told = world.events().into_iter().filter(|name| name.starts_with("engagement.")).collect::<Vec<_>>();
        assert_eq!(told, ["engagement.recorded", "engagement.recorded", "engagement.corrected", "engagement.corrected", "engagement.retracted"]);
        assert_eq!(world.count("select count(*) from activity_version"), 3, "what was known before is kept");
        books::verify(world);
    }

    fn dated_records_come_out_the_same_in_any_order(world) {
        let id = alumnus(world, "1");
        let dated = |second: &str, mut record: Value| {
            record["source_updated_at"] = json!(format!("2026-11-20T00:00:{second}Z"));
            record
        };
        let gone = || json!({ "external_id": "g", "retracted": true });
        let records = [
            dated("01", act("t", "1", "talk_given", "2026-11-01T00:00:00Z")),
            dated("02", act("t", "1", "panel", "2026-11-02T00:00:00Z")),
            dated("03", gone()),
            dated("01", act("g", "1", "donation", "2026-11-02T00:00:00Z")),
        ];
        let mut back = records.to_vec();
        back.reverse();
        assert_eq!(send(world, &back), ["created", "retracted", "created", "stale"]);
        assert_eq!(send(world, &records), ["stale", "unchanged", "unchanged", "stale"]);
        let mut early = gone();
        early["external_id"] = json!("never told");
        assert_eq!(send(world, &[early, act("never told", "1", "donation", "2026-11-02T00:00:00Z")]), ["retracted", "stale"]);
        assert_eq!(engagement(world, &id)["activity_count"], 1);
        assert_eq!(engagement(world, &id)["contributions"][0]["kind"], "panel");
        books::verify(world);
    }

    fn of_a_capped_kind_the_earliest_count_however_they_arrive(world) {
        let id = alumnus(world, "1");
        // 2026-11-02 and the 2nd to the 4th lie in one window of 90 days from 2000-01-01.
        let opened = |n: &str| act(n, "1", "newsletter_opened", &format!("2026-11-{n}T00:00:00Z"));
        assert_eq!(send(world, &[opened("04"), opened("05")]), ["created", "created"]);
        assert_eq!(send(world, &[opened("03")]), ["created"]);
        let seen = engagement(world, &id);
        let counts = |seen: &Value| -> Vec<(String, bool)> {
            let mut all: Vec<_> = seen["contributions"].as_array().unwrap().iter().map(|c| (c["external_id"].as_str().unwrap().to_owned(), c["counts"].as_bool().unwrap())).collect();
            all.sort();
            all
        };
        assert_eq!(counts(&seen), [("03".into(), true), ("04".into(), true), ("05".into(), false)]);
        let of = |day: f64| 0.2 * (-day / 180.0).exp2();
        near(&seen["score"], of(19.125) + of(18.125));
        assert_eq!(send(world, &[json!({ "external_id": "03", "retracted": true })]), ["retracted"]);
        near(&engagement(world, &id)["score"], of(18.125) + of(17.125));
        books::verify(world);
    }

    fn what_is_wrong_is_told_all_at_once_and_the_others_go_in(world) {
        let id = alumnus(world, "1");
        let wrong = json!({ "external_id": " ", "alumnus_id": "nobody", "kind": "Choir", "channel": "pigeon", "occurred_at": "yesterday", "subject": { "type": "gathering" }, "colour": 1 });
        let records = json!([
            act("1", "1", "talk_given", "2026-11-01T00:00:00Z"),
            wrong,
            act("2", "9", "choir", "2026-11-01T00:00:00Z"),
            act("3", "1", "talk_given", "2026-11-22T03:00:01Z"),
            act("4", "1", "talk_given", "1969-12-31T23:59:59Z"),
            { "external_id": "5", "alumnus_id": id, "person": { "source": "hr", "external_id": "1" }, "kind": "panel", "occurred_at": "2026-11-01T00:00:00Z" },
            { "external_id": "6" },
        ]);
        let answer = keeper(world).post("/v1/activities/batch", &json!({ "source": "web", "records": records })).is(200).body();
        let told: Vec<Vec<(String, String)>> = answer["results"].as_array().unwrap().iter().map(|r| client::faults(&r["problems"])).collect();
        let pairs = |of: &[(&str, &str)]| of.iter().map(|(p, c)| ((*p).to_owned(), (*c).to_owned())).collect::<Vec<_>>();
        assert_eq!(told[0], []);
        let all = [("/external_id", "malformed_value"), ("/alumnus_id", "malformed_value"), ("/kind", "malformed_value"), ("/channel", "not_one_of"), ("/occurred_at", "malformed_value"), ("/subject/id", "required"), ("/colour", "unknown_member")];
        assert_eq!(told[1], pairs(&all));
        assert_eq!(told[2], pairs(&[("/kind", "unknown_kind"), ("/person", "unknown_person")]));
        assert_eq!(told[3], pairs(&[("/occurred_at", "in_the_future")]));
        assert_eq!(told[4], pairs(&[("/occurred_at", "out_of_range")]));
        assert_eq!(told[5], pairs(&[("/person", "exclusive")]));
        assert_eq!(told[6], pairs(&[("/alumnus_id", "required_one_of"), ("/kind", "required"), ("/occurred_at", "required")]));
        assert_eq!(engagement(world, &id)["activity_count"], 1);
        let alone = one(world, &act("2", "9", "choir", "2026-11-01T00:00:00Z")).is(422);
        assert_eq!(alone.faults(), pairs(&[("/record/kind", "unknown_kind"), ("/record/person", "unknown_person")]));
        assert_eq!(one(world, &json!({})).is(422).faults()[0], ("/record/external_id".to_owned(), "required".to_owned()));
        assert_eq!(keeper(world).post("/v1/activities", &json!({ "activity": 1 })).is(422).faults(), pairs(&[("/source", "required"), ("/record", "required"), ("/activity", "unknown_member")]));
        let by_graphql = keeper(world).graphql("mutation { recordActivity(input: { source: \"web\", record: { externalId: \"2\", alumnusId: \"alm_00000000000070008000000000000000\", kind: \"choir\", occurredAt: \"2026-11-01T00:00:00Z\" } }) { result { outcome } } }", &json!({})).body();
        let errors = &by_graphql["errors"][0]["extensions"]["errors"];
        assert_eq!(client::faults(errors), pairs(&[("/input/record/kind", "unknown_kind"), ("/input/record/alumnusId", "unknown_person")]));
        books::verify(world);
    }

    fn activities_are_read_page_by_page(world) {
        let id = alumnus(world, "1");
        let other = alumnus(world, "2");
        let records: Vec<Value> = (0..7).map(|n| act(&n.to_string(), "1", if n % 2 == 0 { "panel" } else { "talk_given" }, &format!("2026-11-0{}T00:00:00Z", 1 + n / 2))).collect();
        let _ = send(world, &records);
        let path = format!("/v1/alumni/{id}/activities");
        let mut seen: Vec<Value> = Vec::new();
        let mut next = format!("{path}?limit=3");
        loop {
            let page = keeper(world).get(&next).is(200).body();
            seen.extend(page["data"].as_array().unwrap().clone());
            let Some(after) = page["next"].as_str() else { break };
            next = format!("{path}?limit=3&after={after}");
        }
        let days: Vec<&str> = seen.iter().map(|a| &a["occurred_at"].as_str().unwrap()[8..10]).collect();
        assert_eq!(days, ["04", "03", "03", "02", "02", "01", "01"]);
        assert_eq!(keeper(world).get(&format!("{path}?kind=panel")).is(200).body()["data"].as_array().unwrap().len(), 4);
        keeper(world).get(&format!("{path}?kind=Panel")).is(422).says("invalid");
        let query = "query ($first: Int, $last: Int, $after: String) { alumni(first: 10, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id activities(first: $first, last: $last, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { occurredAt } } } } }";
        let before = world.statements();
        let data = keeper(world).data(query, &json!({ "first": 2 }));
        let statements = world.statements() - before;
        let of = |data: &Value, id: &str| data["alumni"]["nodes"].as_array().unwrap().iter().find(|n| n["id"] == id).unwrap().clone();
        let [mine, theirs] = [of(&data, &id), of(&data, &other)];
        assert_eq!((&mine["activities"]["totalCount"], &theirs["activities"]["totalCount"]), (&json!(7), &json!(0)));
        assert_eq!(mine["activities"]["nodes"], json!([{ "occurredAt": "2026-11-04T00:00:00Z" }, { "occurredAt": "2026-11-03T00:00:00Z" }]));
        assert_eq!(mine["activities"]["pageInfo"]["hasNextPage"], true);
        let data = keeper(world).data(query, &json!({ "last": 1 }));
        assert_eq!(of(&data, &id)["activities"]["nodes"], json!([{ "occurredAt": "2026-11-01T00:00:00Z" }]));
        for n in 3..9 {
            let _ = alumnus(world, &n.to_string());
        }
        let before = world.statements();
        let _ = keeper(world).data(query, &json!({ "first": 2 }));
        assert_eq!(world.statements() - before, statements, "the same statements for eight people as for two");
    }

    fn many_that_come_at_once_are_all_written_and_each_is_answered(world) {
        let id = alumnus(world, "1");
        let send = |n: usize| {
            let record = act(&(n % 50).to_string(), "1", "link_clicked", "2026-11-01T00:00:00Z");
            let answer = one(world, &record);
            assert!(answer.status == 200 || answer.status == 201, "{}", answer.text);
            answer.body()["outcome"].as_str().unwrap().to_owned()
        };
        let outcomes: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|t| scope.spawn(move || (0..25).map(|n| send(t * 25 + n)).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|o| *o == "created").count(), 50);
        assert_eq!(outcomes.iter().filter(|o| *o == "unchanged").count(), 150);
        assert_eq!(engagement(world, &id)["activity_count"], 50);
        books::verify(world);
    }

    fn an_idempotency_key_gives_the_same_answer_again(world) {
        let _ = alumnus(world, "1");
        let client = world.known_client("engagement:write");
        let body = json!({ "source": "web", "record": act("1", "1", "panel", "2026-11-01T00:00:00Z") }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "k1")];
        let post = |path: &str, body: &str| client.send("POST", path, &headers, Some(body.as_bytes()));
        let first = post("/v1/activities", &body).is(201);
        let again = post("/v1/activities", &body).is(201);
        assert_eq!((again.header("idempotency-replayed"), again.body()), ("true", first.body()));
        post("/v1/activities", &body.replace("panel", "talk_given")).is(422).says("idempotency_key_reused");
        let batch = json!({ "source": "web", "records": [act("2", "1", "panel", "2026-11-01T00:00:00Z")] }).to_string();
        let first = post("/v1/activities/batch", &batch).is(200);
        assert_eq!(post("/v1/activities/batch", &batch).is(200).body(), first.body());
        assert_eq!(first.body()["results"][0]["outcome"], "created");
    }

    fn two_who_become_one_have_the_engagement_of_both_and_apart_again_each_their_own(world) {
        let [one, two] = ["1", "2"].map(|id| alumnus(world, id));
        let _ = send(world, &[act("a", "1", "talk_given", "2026-11-01T00:00:00Z"), act("b", "2", "newsletter_opened", "2026-11-02T00:00:00Z"), act("c", "2", "newsletter_opened", "2026-11-03T00:00:00Z"), act("d", "1", "newsletter_opened", "2026-11-01T00:00:00Z")]);
        let before = [&one, &two].map(|id| engagement(world, id)["score"].as_f64().unwrap());
        let reviewer = world.client("matching:review");
        let merge = reviewer.post(&format!("/v1/alumni/{one}/merges"), &json!({ "merged_id": two })).is(201).body();
        let both = engagement(world, &two);
        assert_eq!((&both["alumnus_id"], &both["activity_count"]), (&json!(one), &json!(4)));
        let of = |day: f64, points: f64| points * (-day / 180.0).exp2();
        near(&both["score"], of(21.125, 7.2) + of(20.125, 0.2));
        books::verify(world);
        // What is told of either id from now on is theirs, and goes with the id it was told under.
        assert_eq!(send(world, &[act("e", "2", "panel", "2026-11-04T00:00:00Z")]), ["created"]);
        assert_eq!(engagement(world, &one)["activity_count"], 5);
        let _ = reviewer.post(&format!("/v1/alumni/{one}/merges/{}/undo", merge["id"].as_str().unwrap()), &json!({})).is(200);
        near(&engagement(world, &one)["score"], before[0]);
        near(&engagement(world, &two)["score"], before[1] + of(18.125, 7.0));
        books::verify(world);
    }

    fn the_score_of_an_earlier_moment_is_told_as_it_is_known_now(world) {
        let id = alumnus(world, "1");
        let _ = send(world, &[act("a", "1", "talk_given", "2026-05-26T03:00:00Z"), act("b", "1", "donation", "2026-11-01T00:00:00Z")]);
        let at = |moment: &str| keeper(world).get(&format!("/v1/alumni/{id}/engagement?at={moment}"));
        let then = at("2026-08-24T03:00:00Z").is(200).body();
        near(&then["score"], 7.0 * (-90.0_f64 / 180.0).exp2());
        assert_eq!((&then["activity_count"], &then["as_of"]), (&json!(1), &json!("2026-08-24T03:00:00Z")));
        assert_eq!(at("2026-05-26T02:59:59Z").is(200).body()["score"], json!(0.0));
        assert_eq!(at("2026-11-22T03:00:01Z").is(422).faults(), [("/at".to_owned(), "in_the_future".to_owned())]);
        let data = keeper(world).data("query ($id: ID!) { engagement(alumnusId: $id, at: \"2026-08-24T03:00:00Z\") { score trend activityCount asOf } }", &json!({ "id": id }));
        near(&data["engagement"]["score"], 7.0 * (-90.0_f64 / 180.0).exp2());
        near(&data["engagement"]["trend"], 7.0 * (-90.0_f64 / 180.0).exp2() - 7.0);
    }
}
