//! Batches of departure records.

use furusu_tests::client::faults;
use furusu_tests::on_both;
use furusu_tests::world::{employee, leaver};
use serde_json::{Value, json};

/// The outcomes of a batch, in order.
fn outcomes(body: &Value) -> Vec<&str> {
    body["results"].as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap()).collect()
}

on_both! {
    fn a_batch_answers_in_order_and_refuses_a_broken_record_alone(world) {
        let hris = world.hris();
        let mut records: Vec<Value> = (0..1_000).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        records[500] = json!({
            "external_id": "500", "salary": 1, "birth_on": 5, "names": [{ "kind": "maiden", "family": "x" }],
            "emails": ["ok@example.com", "broken"], "employment": { "hired_on": "2020-02-30", "department": ["Sales"] },
            "departure": { "employment_ended_on": "31.3.2020", "separation_type": { "value": "quit" }, "rehire": { "x/y": 1 } },
        });
        let batch = json!({ "source": "hr", "records": records });
        let body = hris.post("/v1/departures/batch", &batch).is(200).body();
        let results = body["results"].as_array().unwrap();
        assert_eq!(results.len(), 1_000);
        for (n, result) in results.iter().enumerate() {
            assert_eq!((&result["index"], &result["external_id"]), (&json!(n), &json!(n.to_string())));
            assert_eq!(result["outcome"], if n == 500 { "rejected" } else { "created" });
        }
        let mut found = faults(&results[500]["problems"]);
        found.sort();
        let expected = [
            ("/birth_on", "wrong_type"),
            ("/departure/employment_ended_on", "malformed_value"),
            ("/departure/rehire/x~1y", "unknown_member"),
            ("/departure/separation_type/value", "not_one_of"),
            ("/emails/1", "malformed_value"),
            ("/employment/department", "wrong_type"),
            ("/employment/hired_on", "malformed_value"),
            ("/names/0/kind", "not_one_of"),
            ("/salary", "unknown_member"),
        ];
        assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));

        // The same batch again is unchanged throughout and writes nothing: no event, and but a few reads.
        let (events, before) = (world.events().len(), world.statements());
        let again = hris.post("/v1/departures/batch", &batch).is(200).body();
        let sent = world.statements() - before;
        assert!(outcomes(&again).iter().enumerate().all(|(n, o)| *o == if n == 500 { "rejected" } else { "unchanged" }));
        assert_eq!(world.events().len(), events);
        assert!(sent <= 6, "{sent} statements for a batch that says nothing new");
        assert_eq!(again["results"][0]["alumnus_id"], body["results"][0]["alumnus_id"]);
    }

    fn an_atomic_batch_takes_all_or_none(world) {
        let hris = world.hris();
        let mut batch = json!({ "source": "hr", "records": [leaver("1", "2020-03-31"), leaver("2", "2010-03-31")] });
        let refused = hris.post("/v1/departures/batch?atomic=true", &batch).is(422);
        refused.says("batch_rejected");
        let body = refused.body();
        assert_eq!(outcomes(&body), ["created", "rejected"]);
        assert_eq!(body["results"][0]["alumnus_id"], Value::Null, "an id of what is not written was never given");
        assert_eq!(faults(&body["results"][1]["problems"]), [("/departure/employment_ended_on".to_owned(), "before".to_owned())]);
        hris.get("/v1/departures/hr/1").is(404).says("not_found");
        assert_eq!(world.events(), Vec::<String>::new());
        batch["records"][1] = leaver("2", "2020-03-31");
        assert_eq!(outcomes(&hris.post("/v1/departures/batch?atomic=true", &batch).is(200).body()), ["created", "created"]);
    }

    fn an_atomic_batch_that_is_refused_by_graphql_tells_every_result(world) {
        let record = |id: &str, ended_on: &str| json!({
            "externalId": id, "names": [{ "kind": "LEGAL", "family": "Roe" }], "employment": { "hiredOn": "2015-04-01" },
            "departure": { "employmentEndedOn": ended_on },
        });
        let batch = json!({ "input": { "source": "hr", "atomic": true, "records": [record("1", "2020-03-31"), record("2", "2010-03-31")] } });
        let mutation = "mutation ($input: RecordDeparturesInput!) { recordDepartures(input: $input) { results { outcome } } }";
        let refused = world.hris().graphql(mutation, &batch).is(200).body();
        let told = &refused["errors"][0]["extensions"];
        assert_eq!(told["code"], "batch_rejected");
        assert_eq!((&told["results"][0]["outcome"], &told["results"][1]["outcome"]), (&json!("CREATED"), &json!("REJECTED")), "{refused}");
        assert_eq!(told["results"][1]["problems"][0]["pointer"], "/departure/employmentEndedOn");
        assert_eq!(world.events(), Vec::<String>::new());
    }

    fn a_key_that_stands_twice_in_a_batch_has_its_effect_in_order(world) {
        let (hris, office) = (world.hris(), world.office());
        let changed = |title: &str| { let mut r = leaver("1", "2020-03-31"); r["employment"]["job_title"] = json!(title); r };
        let batch = json!({ "source": "hr", "records": [changed("A"), changed("A"), changed("B"), employee("1"), leaver("2", "2020-01-31")] });
        let body = hris.post("/v1/departures/batch", &batch).is(200).body();
        assert_eq!(outcomes(&body), ["created", "unchanged", "updated", "updated", "created"]);
        let person = office.get(&format!("/v1/alumni/{}", body["results"][0]["alumnus_id"].as_str().unwrap())).body();
        assert_eq!(person["status"], "employed");
        assert_eq!(person["employments"].as_array().unwrap().len(), 1);
        // Sent again, the first of the batch is a change once more: arrival counts.
        let again = hris.post("/v1/departures/batch", &batch).is(200).body();
        assert_eq!(outcomes(&again), ["updated", "unchanged", "updated", "updated", "unchanged"]);
    }

    fn two_batches_at_once_lose_nothing(world) {
        let hris = world.hris();
        let story = |offset: usize| {
            let hris = hris.clone();
            std::thread::spawn(move || {
                for round in 0..5 {
                    let records: Vec<Value> = (0..40).map(|n| {
                        let mut r = leaver(&n.to_string(), "2020-03-31");
                        r["employment"]["job_title"] = json!(format!("{offset}-{round}"));
                        r
                    }).collect();
                    let _ = hris.post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
                }
            })
        };
        for thread in [story(0), story(1), story(2)] {
            thread.join().unwrap();
        }
        let data = world.office().get("/v1/alumni?limit=200").body();
        assert_eq!(data["data"].as_array().unwrap().len(), 40);
        let person = data["data"][0]["id"].as_str().unwrap();
        let periods = world.office().get(&format!("/v1/alumni/{person}/employments")).body();
        assert_eq!(periods["data"].as_array().unwrap().len(), 1);
    }

    fn more_batches_at_once_than_are_worked_on_all_come_through(world) {
        let batch = |n: usize| json!({ "source": "hr", "records": [leaver(&format!("{n}-1"), "2020-03-31"), leaver(&format!("{n}-2"), "2020-03-31")] });
        let many = 16 * std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..many)
            .map(|n| {
                let hris = world.hris();
                std::thread::spawn(move || hris.post("/v1/departures/batch", &batch(n)).is(200).body())
            })
            .collect();
        for thread in threads {
            assert_eq!(outcomes(&thread.join().unwrap()), ["created", "created"]);
        }
    }
}

on_both! {
    fn a_short_batch_is_not_answered_with_a_long_list_of_faults(world) {
        let mut record = leaver("1", "2020-03-31");
        for n in 0..150 {
            record[format!("x{n}")] = json!(1);
        }
        let answer = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": [record] })).is(200).body();
        let problems = answer["results"][0]["problems"].as_array().unwrap();
        assert_eq!((&answer["results"][0]["outcome"], problems.len()), (&json!("rejected"), 10));
        assert!(problems.iter().all(|problem| problem["code"] == "unknown_member"));
    }
}
