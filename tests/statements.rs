//! How many SQL statements an operation costs: a constant, whatever it returns.

use furusu_tests::on_both;
use furusu_tests::world::{World, leaver};
use serde_json::{Value, json};

fn cost(world: &World, work: impl FnOnce()) -> u64 {
    let before = world.statements();
    work();
    world.statements() - before
}

on_both! {
    fn a_page_costs_the_same_whatever_its_size(world) {
        let records: Vec<Value> = (0..60).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let dashboard = world.dashboard();
        let page = |first: i32| {
            cost(world, || {
                let query = "query($first: Int) { alumni(first: $first) { nodes { displayName employments { hiredOn alumnus { id } } departures { status versions { version } } } } }";
                let data = dashboard.data(query, &json!({ "first": first }));
                assert_eq!(data["alumni"]["nodes"].as_array().unwrap().len(), first as usize);
            })
        };
        let _ = page(1); // the token is looked at the first time
        let (one, forty) = (page(1), page(40));
        assert_eq!(one, forty);
        // The page, what is said of the people, their periods; the versions; the people again by their ids.
        assert_eq!(forty, 3 + 1 + 3);
        let plain = |limit: i32| cost(world, || drop(dashboard.get(&format!("/v1/alumni?limit={limit}")).is(200)));
        assert_eq!((plain(1), plain(50)), (3, 3));
        let departures = |first: i32| {
            cost(world, || drop(dashboard.data("query($first: Int) { departures(first: $first) { nodes { alumnus { displayName } } } }", &json!({ "first": first }))))
        };
        assert_eq!(departures(1), departures(50));
        let privacy = world.client("alumni:read privacy:read");
        let consents = |first: i32| {
            let query = "query($first: Int) { alumni(first: $first) { nodes { consents(first: 2) { totalCount nodes { timing } } } } }";
            cost(world, || drop(privacy.data(query, &json!({ "first": first }))))
        };
        let _ = consents(1);
        // The page with its people; then the people again, for the ends of their periods, and what they said.
        assert_eq!((consents(1), consents(50)), (3 + 3 + 1, 3 + 3 + 1));
    }

    fn a_timeline_costs_the_same_whatever_happened(world) {
        let records: Vec<Value> = (0..60).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let told = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200).body();
        let id = told["results"][0]["alumnus_id"].as_str().unwrap().to_owned();
        let act = |n: i64| json!({ "external_id": n.to_string(), "alumnus_id": id, "kind": "panel", "occurred_at": format!("2026-10-{:02}T00:00:00Z", n % 28 + 1) });
        let acts: Vec<Value> = (0..200).map(act).collect();
        let _ = world.client("engagement:write").post("/v1/activities/batch", &json!({ "source": "events", "records": acts })).is(200);
        let reader = world.client("alumni:read departures:read privacy:read matching:review engagement:read");
        let page = |limit: i32| cost(world, || drop(reader.get(&format!("/v1/alumni/{id}/timeline?limit={limit}")).is(200)));
        let _ = page(1);
        // Who answers; periods, consents, two for merges; activities, what was corrected and taken back of them, findings.
        assert_eq!((page(1), page(200)), (9, 9));
        let few = world.client("alumni:read");
        let _ = few.get(&format!("/v1/alumni/{id}/timeline")).is(200);
        assert_eq!(cost(world, || drop(few.get(&format!("/v1/alumni/{id}/timeline")).is(200))), 2, "nothing is read that may not be seen");
        let of_all = |first: i32| {
            let query = "query($first: Int) { alumni(first: $first) { nodes { timeline(first: 3) { totalCount nodes { kind occurredOn } } } } }";
            cost(world, || drop(reader.data(query, &json!({ "first": first }))))
        };
        let _ = of_all(1);
        // The page with its people; their timelines, and how long those are.
        assert_eq!((of_all(1), of_all(50)), (3 + 8 + 8, 3 + 8 + 8));
    }

    fn a_lookup_costs_the_same_however_many_may_be_meant(world) {
        let records: Vec<Value> = (0..80)
            .map(|n| {
                let mut record = leaver(&n.to_string(), "2020-03-31");
                // Eighty on one mailbox, and each with one that is theirs.
                record["emails"] = json!(["desk@agency.example", format!("own{n}@mail.example")]);
                record
            })
            .collect();
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let vendor = world.client("matching:lookup");
        let by = |email: &str| {
            let asked = json!({ "identifiers": [{ "kind": "email", "value": email }] });
            cost(world, || drop(vendor.post("/v1/returning-applicants/lookups", &asked).is(200)))
        };
        let _ = by("own1@mail.example");
        let (nobody, many) = (by("nobody@mail.example"), by("desk@agency.example"));
        // Terms, readings, keys, portraits, periods, consents; the disclosure, and of a finding an event, in a transaction.
        assert_eq!((nobody, many, by("own2@mail.example")), (9, 9, 10));
    }

    fn a_batch_costs_the_same_for_known_people_whatever_its_size(world) {
        let hris = world.hris();
        let batch = |n: usize, title: &str| {
            let records: Vec<Value> = (0..n).map(|n| { let mut r = leaver(&n.to_string(), "2020-03-31"); r["employment"]["job_title"] = json!(title); r }).collect();
            cost(world, || drop(hris.post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200)))
        };
        let _ = batch(64, "a");
        assert_eq!(batch(1, "b"), batch(64, "c"), "64 is a part of its own, as 1 is");
    }
}
