//! Idempotency keys: a request that is sent twice is done once.

use std::sync::Arc;

use furusu_api::cx::Cx;
use furusu_api::departures::{Intake, Mode, input, record_once};
use furusu_api::idempotency::{Named, Receipt};
use furusu_api::json::Place;
use furusu_api::rest::body;
use furusu_domain::actor::{Actor, Caller, Scopes};
use furusu_domain::departures::Source;
use furusu_domain::error::Error;
use furusu_domain::idempotency::{Claim, Claimed, Key};
use furusu_tests::world::{World, leaver};
use furusu_tests::{Answer, Client, on_both};
use serde_json::{Value, json};

const BATCH: &str = "/v1/departures/batch";

fn batch(ids: &[&str]) -> Value {
    let records: Vec<Value> = ids.iter().map(|id| leaver(id, "2020-03-31")).collect();
    json!({ "source": "hr", "records": records })
}

fn keyed(client: &Client, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    client.send(method, path, &[("content-type", "application/json"), ("idempotency-key", key)], Some(body.to_string().as_bytes()))
}

fn post(client: &Client, key: &str, body: &Value) -> Answer {
    keyed(client, "POST", BATCH, key, body)
}

fn outcomes(answer: &Answer) -> Vec<String> {
    answer.body()["results"].as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap().to_owned()).collect()
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

/// The operator, whose tokens the stories use, inside the service.
fn operator(world: &World) -> Cx {
    let actor =
        Actor { organization: world.organization, zone: "Asia/Tokyo".parse().unwrap(), caller: Caller::Operator, scopes: Scopes::all() };
    Cx::new(world.app.clone(), Arc::new(actor))
}

/// What a process does before its work: the same as the service for the same request.
fn claimed(world: &World, key: &str, body: &Value) -> Claim {
    let cx = operator(world);
    let (key, text) = (Key::parse(key).unwrap(), body.to_string());
    let claim = Named { key, route: &format!("POST {BATCH}"), said: &[BATCH.as_bytes(), b"", text.as_bytes()] }.claim(&cx).unwrap();
    let ours = claim.clone();
    let met = world.wait_for(async { cx.write(async move |tx| tx.idempotency().claim(&ours).await).await }).unwrap();
    assert_eq!(met, Claimed::Ours);
    claim
}

const RECORD: &str = "mutation ($input: RecordDepartureInput!) { recordDeparture(input: $input) { replayed result { outcome alumnusId problems { pointer code } } } }";
const RECORDS: &str = "mutation ($input: RecordDeparturesInput!) { recordDepartures(input: $input) { replayed results { externalId outcome problems { pointer code detail } } } }";
const EDIT: &str = "mutation ($input: EditAlumnusInput!) { editAlumnus(input: $input) { replayed alumnus { id emails etag } } }";

/// A record as GraphQL has it.
fn input(external_id: &str, hired_on: &str) -> Value {
    json!({ "externalId": external_id, "names": [{ "kind": "LEGAL", "family": "Ito", "given": "Ken" }], "employment": { "hiredOn": hired_on } })
}

on_both! {
    fn a_batch_sent_twice_with_a_key_is_done_once_and_answered_twice(world) {
        let hris = world.hris();
        let mut sent = batch(&["1", "2", "3"]);
        sent["records"][1]["salary"] = json!(5);
        sent["records"][2]["names"] = json!([{ "kind": "maiden" }]);
        let first = post(&hris, "\"night-1\"", &sent).is(200);
        assert_eq!(outcomes(&first), ["created", "rejected", "rejected"]);
        assert!(!replayed(&first));
        let events = world.events();
        let replay = || {
            let before = world.statements();
            let again = post(&hris, "night-1", &sent).is(200);
            assert!(replayed(&again), "in quotes or bare, it is the same key");
            assert_eq!(again.body(), first.body(), "status, outcomes, ids and problems");
            world.statements() - before
        };
        // What the service does by itself now and then is counted too: the least of three is the replay's own.
        assert!((0..3).map(|_| replay()).min() <= Some(4), "the claim and what was kept");
        assert_eq!(world.events(), events);
        // Without the key the records are told again, and say nothing new.
        assert_eq!(outcomes(&hris.post(BATCH, &batch(&["2"])).is(200)), ["created"]);
        let plain = hris.post(BATCH, &batch(&["2"])).is(200);
        assert_eq!(outcomes(&plain), ["unchanged"]);
        assert_eq!(plain.header("idempotency-replayed"), "");
    }

    fn a_key_with_another_request_is_refused(world) {
        let hris = world.hris();
        let _ = post(&hris, "k", &batch(&["1"])).is(200);
        post(&hris, "k", &batch(&["2"])).is(422).says("idempotency_key_reused");
        keyed(&hris, "POST", "/v1/departures/batch?atomic=true", "k", &batch(&["1"])).is(422).says("idempotency_key_reused");
        let _ = hris.get("/v1/departures/hr/2").is(404);
    }

    fn a_key_is_one_callers_of_one_organization_on_one_route(world) {
        let sent = batch(&["1"]);
        let _ = post(&world.hris(), "k", &sent).is(200);
        let theirs = post(&world.other_tenant(), "k", &sent).is(200);
        assert_eq!((outcomes(&theirs), replayed(&theirs)), (vec!["created".to_owned()], false));
        let data = world.hris().data(RECORDS, &json!({ "input": { "source": "hr", "records": [input("9", "2015-04-01")], "idempotencyKey": "k" } }));
        assert_eq!(data["recordDepartures"]["replayed"], false);
        // Another client of the same organization.
        let client = world.known_client("departures:write");
        let other = post(&client, "k", &sent).is(200);
        assert_eq!((outcomes(&other), replayed(&other)), (vec!["unchanged".to_owned()], false));
        assert!(replayed(&post(&client, "k", &sent).is(200)));
        post(&client, "k", &batch(&["2"])).is(422).says("idempotency_key_reused");
    }

    fn what_was_refused_leaves_the_key_free(world) {
        let hris = world.hris();
        let mut wrong = batch(&["1", "2"]);
        wrong["records"][1]["birth_on"] = json!("long ago");
        let atomic = "/v1/departures/batch?atomic=true";
        keyed(&hris, "POST", atomic, "k", &wrong).is(422).says("batch_rejected");
        let right = keyed(&hris, "POST", atomic, "k", &batch(&["1", "2"])).is(200);
        assert_eq!((outcomes(&right), replayed(&right)), (vec!["created".to_owned(); 2], false));
        post(&hris, "other", &json!({ "source": "hr", "records": [] })).is(422).says("invalid");
        assert!(!replayed(&post(&hris, "other", &batch(&["3"])).is(200)));
    }

    fn a_key_is_known_for_a_day_and_then_removed(world) {
        let hris = world.hris();
        let sent = batch(&["1"]);
        let _ = post(&hris, "k", &sent).is(200);
        let _ = post(&hris, "l", &sent).is(200);
        world.seconds_pass(24 * 3_600 - 1);
        assert!(replayed(&post(&hris, "k", &sent).is(200)));
        assert_eq!(world.the_service_forgets().0, 0);
        world.seconds_pass(1);
        let after = post(&hris, "k", &batch(&["1", "2"])).is(200);
        assert_eq!((outcomes(&after), replayed(&after)), (vec!["unchanged".to_owned(), "created".to_owned()], false));
        assert_eq!(world.the_service_forgets().0, 1, "the one that nobody has used again");
        assert_eq!(world.the_service_forgets().0, 0);
        assert!(replayed(&post(&hris, "k", &batch(&["1", "2"])).is(200)));
    }

    fn a_request_that_still_runs_is_not_begun_again_on_any_instance(world) {
        let second = world.beside();
        let sent = batch(&["1"]);
        let _claim = claimed(world, "k", &sent);
        for hris in [world.hris(), second.hris()] {
            let answer = post(&hris, "k", &sent).is(409);
            answer.says("idempotency_key_in_use");
            assert_eq!(answer.header("retry-after"), "1");
            post(&hris, "k", &batch(&["2"])).is(422).says("idempotency_key_reused");
        }
        let _ = world.hris().get("/v1/departures/hr/1").is(404);
    }

    fn a_process_that_died_neither_loses_nor_doubles_nor_blocks(world) {
        let sent = batch(&["1"]);
        let dead = claimed(world, "k", &sent);
        world.seconds_pass(59);
        let _ = post(&world.hris(), "k", &sent).is(409);
        world.seconds_pass(1);
        let done = post(&world.hris(), "k", &sent).is(200);
        assert_eq!((outcomes(&done), replayed(&done)), (vec!["created".to_owned()], false));
        // It was not dead, only slow: its work comes too late and leaves nothing behind, not even what is new in it.
        let (cx, events) = (operator(world), world.events());
        let text = leaver("2", "2020-03-31").to_string();
        let Intake { external_id, record } = input::read(body::parse(text.as_bytes()).unwrap(), Place::ROOT, cx.now(), cx.today());
        let late = record_once(&cx, Source::parse("hr").unwrap(), vec![Intake { external_id, record }], Mode::Each, Receipt::of(dead));
        assert!(matches!(world.wait_for(late), Err(Error::IdempotencyKeyInUse { .. })));
        assert_eq!(world.events(), events);
        let _ = world.hris().get("/v1/departures/hr/2").is(404);
        assert_eq!(post(&world.hris(), "k", &sent).is(200).body(), done.body());
    }

    fn many_at_once_with_one_key_on_two_instances_do_it_once(world) {
        let second = world.beside();
        let ids: Vec<String> = (0..50).map(|n| n.to_string()).collect();
        let sent = batch(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let threads: Vec<_> = [world.hris(), second.hris(), world.hris(), second.hris(), world.hris(), second.hris()]
            .into_iter()
            .map(|hris| {
                let sent = sent.clone();
                std::thread::spawn(move || loop {
                    let answer = post(&hris, "k", &sent);
                    match answer.status {
                        409 => answer.says("idempotency_key_in_use"),
                        _ => break answer.is(200),
                    };
                    std::thread::yield_now();
                })
            })
            .collect();
        let answers: Vec<Answer> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(answers.iter().filter(|a| !replayed(a)).count(), 1, "one did it");
        for answer in &answers {
            assert_eq!(outcomes(answer), vec!["created"; 50]);
            assert_eq!(answer.body(), answers[0].body());
        }
        assert_eq!(world.events().iter().filter(|name| *name == "departure.effective").count(), 50, "{:?}", world.events());
    }

    fn what_is_no_key_is_refused_by_the_name_of_its_header(world) {
        let hris = world.hris();
        for wrong in ["", "\"\"", "\"open", "\"a\" b", &"k".repeat(256), "naïve"] {
            let answer = post(&hris, wrong, &batch(&["1"])).is(422);
            assert_eq!(answer.faults(), [("/headers/Idempotency-Key".to_owned(), "malformed_value".to_owned())], "{wrong}");
        }
        let two = [("content-type", "application/json"), ("idempotency-key", "a"), ("idempotency-key", "b")];
        let answer = hris.send("POST", BATCH, &two, Some(batch(&["1"]).to_string().as_bytes())).is(422);
        assert_eq!(answer.faults(), [("/headers/Idempotency-Key".to_owned(), "repeated_member".to_owned())]);
        let body = hris.graphql(RECORD, &json!({ "input": { "source": "hr", "record": input("1", "2015-04-01"), "idempotencyKey": "" } })).body();
        assert_eq!(body["errors"][0]["extensions"]["errors"][0]["pointer"], "/input/idempotencyKey", "{body}");
        let _ = hris.get("/v1/departures/hr/1").is(404);
    }

    fn mutations_that_record_are_done_once_for_a_key(world) {
        let hris = world.hris();
        let one = json!({ "input": { "source": "hr", "record": input("1", "2015-04-01"), "idempotencyKey": "k" } });
        let first = hris.data(RECORD, &one)["recordDeparture"].clone();
        assert_eq!((&first["replayed"], &first["result"]["outcome"]), (&json!(false), &json!("CREATED")));
        let again = hris.data(RECORD, &one)["recordDeparture"].clone();
        assert_eq!((&again["replayed"], &again["result"]), (&json!(true), &first["result"]));
        let other = json!({ "input": { "source": "hr", "record": input("1", "2015-05-01"), "idempotencyKey": "k" } });
        assert_eq!(hris.graphql(RECORD, &other).body()["errors"][0]["extensions"]["code"], "idempotency_key_reused");

        let mut wrong = input("3", "2015-04-01");
        wrong["birthOn"] = json!("2030-01-01");
        let all = json!({ "input": { "source": "hr", "records": [input("2", "2015-04-01"), wrong], "idempotencyKey": "k" } });
        let first = hris.data(RECORDS, &all)["recordDepartures"].clone();
        assert_eq!(first["results"][1]["problems"][0]["pointer"], "/birthOn", "{first}");
        let again = hris.data(RECORDS, &all)["recordDepartures"].clone();
        assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
        assert_eq!(again["results"], first["results"]);
        let mut atomic = all.clone();
        atomic["input"]["atomic"] = json!(true);
        assert_eq!(hris.graphql(RECORDS, &atomic).body()["errors"][0]["extensions"]["code"], "idempotency_key_reused");
    }

    fn an_edit_is_made_once_for_a_key_and_shown_as_the_caller_may_see_it_then(world) {
        let created = world.hris().put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let id = created["alumnus_id"].as_str().unwrap();
        let office = world.office();
        let first = json!({ "input": { "id": id, "edit": { "emails": ["a@example.com"] }, "idempotencyKey": "k" } });
        assert_eq!(office.data(EDIT, &first)["editAlumnus"]["replayed"], false);
        let path = format!("/v1/alumni/{id}");
        let _ = office.json("PATCH", &path, &json!({ "emails": ["b@example.com"] })).is(200);
        // The edit is not made again, and the person is shown as they are now.
        let again = office.data(EDIT, &first)["editAlumnus"].clone();
        assert_eq!((&again["replayed"], &again["alumnus"]["emails"]), (&json!(true), &json!(["b@example.com"])));

        let edit = json!({ "phones": ["+81 3 1234 5678"] });
        let rest = keyed(&office, "PATCH", &path, "k", &edit).is(200);
        assert!(!replayed(&rest) && rest.body()["employments"][0]["evaluation"].is_object(), "{}", rest.text);
        let plain = keyed(&world.client("alumni:write"), "PATCH", &path, "k", &edit).is(200);
        assert!(replayed(&plain));
        assert_eq!(plain.body()["employments"][0]["evaluation"], Value::Null, "what was kept is no view of it: {}", plain.text);
        keyed(&world.client("alumni:read"), "PATCH", &path, "k", &edit).is(403).says("insufficient_scope");
        assert_eq!(world.events().iter().filter(|name| *name == "alumnus.edited").count(), 3);
    }

    fn without_a_key_a_write_costs_no_statement_more(world) {
        let hris = world.hris();
        let _ = hris.post(BATCH, &batch(&["1"])).is(200);
        // The least of three: the service looks around now and then, and that costs statements as well.
        let cost = |work: &dyn Fn(&str) -> Answer| {
            let costs = ["k1", "k2", "k3"].map(|key| {
                let before = world.statements();
                let _ = work(key).is(200);
                world.statements() - before
            });
            costs.into_iter().min()
        };
        assert_eq!(
            cost(&|_| hris.post(BATCH, &batch(&["1"]))), Some(3),
            "a batch that says nothing new reads a few columns, in a transaction"
        );
        // The claim in a transaction of its own, and what is kept; then the claim that finds it.
        assert_eq!(cost(&|key| post(&hris, key, &batch(&["1"]))), Some(3 + 3 + 1));
        assert_eq!(cost(&|key| post(&hris, key, &batch(&["1"]))), Some(3 + 1));
    }

    fn every_refusal_of_a_write_is_described(world) {
        for code in ["idempotency_key_reused", "idempotency_key_in_use", "precondition_failed", "precondition_required", "rate_limited"] {
            assert!(world.stranger().get(&format!("/problems/{code}")).is(200).text.contains(code));
        }
    }

    fn no_key_reaches_the_token_endpoint(world) {
        let form = [("content-type", "application/x-www-form-urlencoded"), ("idempotency-key", "k")];
        for _ in 0..2 {
            let answer = world.stranger().send("POST", "/oauth/token", &form, Some(b"grant_type=client_credentials"));
            assert_eq!((answer.status, answer.header("idempotency-replayed")), (401, ""), "{}", answer.text);
        }
    }
}
