//! Reading timelines page by page.

use furusu_tests::on_both;
use furusu_tests::world::leaver;
use serde_json::{Value, json};

use super::{ALL, each, eventful, person, reader, timeline};

on_both! {
    fn pages_lose_nothing_and_repeat_nothing(world) {
        let (id, _) = eventful(world);
        // Many at the moments at which other things happened as well.
        let moments = ["2026-11-06T00:00:00Z", "2026-11-01T00:00:00Z", "2025-05-05T00:00:00Z", "2024-03-31T15:00:00Z", "2020-04-30T15:00:00Z"];
        let act = |n: usize| json!({ "external_id": format!("many-{n}"), "alumnus_id": id, "kind": "panel", "occurred_at": moments[n % moments.len()] });
        let acts: Vec<Value> = (0..60).map(act).collect();
        let _ = world.client("engagement:write").post("/v1/activities/batch", &json!({ "source": "events", "records": acts })).is(200);
        let moved: Vec<Value> = (0..20).map(|n| { let mut act = act(n); act["channel"] = json!("email"); act }).collect();
        let _ = world.client("engagement:write").post("/v1/activities/batch", &json!({ "source": "events", "records": moved })).is(200);
        let gone: Vec<Value> = (20..40).map(|n| json!({ "external_id": format!("many-{n}"), "retracted": true })).collect();
        let _ = world.client("engagement:write").post("/v1/activities/batch", &json!({ "source": "events", "records": gone })).is(200);
        let reader = reader(world);
        let whole = timeline(&reader, &id);
        assert_eq!(whole.len(), 18 + 60 + 20);
        let moments = each(&whole, "occurred_at");
        assert!(moments.is_sorted_by(|a, b| a >= b), "the newest first");
        for limit in [1, 7, 97] {
            let mut seen = Vec::new();
            let mut path = format!("/v1/alumni/{id}/timeline?limit={limit}");
            loop {
                let answer = reader.get(&path).is(200);
                let page = answer.body();
                seen.extend(page["data"].as_array().unwrap().clone());
                let Some(next) = page["next"].as_str() else { break };
                assert!(answer.header("link").contains("rel=\"next\""));
                path = format!("/v1/alumni/{id}/timeline?limit={limit}&after={next}");
            }
            assert_eq!(seen, whole, "{limit} at a time");
        }
        let query = "query ($id: ID!, $kinds: [TimelineKind!], $first: Int, $after: String, $last: Int, $before: String) { alumnus(id: $id) { timeline(kinds: $kinds, first: $first, after: $after, last: $last, before: $before) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
        for (kinds, expected) in [
            (Value::Null, whole.clone()),
            (json!(["ENGAGEMENT_CORRECTED", "EMPLOYMENT_BEGAN"]), whole.iter().filter(|e| e["kind"] == "engagement.corrected" || e["kind"] == "employment.began").cloned().collect()),
        ] {
            let expected = each(&expected, "id");
            for backwards in [false, true] {
                let mut seen: Vec<String> = Vec::new();
                let mut variables = if backwards { json!({ "id": id, "kinds": kinds, "last": 9 }) } else { json!({ "id": id, "kinds": kinds, "first": 9 }) };
                loop {
                    let page = reader.data(query, &variables)["alumnus"]["timeline"].clone();
                    assert_eq!(page["totalCount"], expected.len());
                    let ids: Vec<String> = each(page["nodes"].as_array().unwrap(), "id").iter().map(|id| (*id).to_owned()).collect();
                    let more = if backwards {
                        seen.splice(0..0, ids);
                        variables["before"] = page["pageInfo"]["startCursor"].clone();
                        &page["pageInfo"]["hasPreviousPage"]
                    } else {
                        seen.extend(ids);
                        variables["after"] = page["pageInfo"]["endCursor"].clone();
                        &page["pageInfo"]["hasNextPage"]
                    };
                    if *more == json!(false) {
                        break;
                    }
                }
                assert_eq!(seen, expected, "backwards: {backwards}");
            }
        }
    }

    fn what_is_asked_wrongly_is_refused(world) {
        let id = person(world, "hr", &leaver("1", "2020-03-31"));
        let reader = reader(world);
        let path = format!("/v1/alumni/{id}/timeline");
        let answer = reader.get(&format!("{path}?kind=alumnus.married")).is(422);
        assert_eq!(answer.faults(), [("/kind".to_owned(), "not_one_of".to_owned())]);
        assert!(answer.text.contains("alumnus.returned"), "the kinds there are: {}", answer.text);
        let next = reader.get(&format!("{path}?limit=1")).is(200).body()["next"].as_str().unwrap().to_owned();
        let elsewhere = person(world, "hr", &leaver("2", "2020-03-31"));
        for wrong in [format!("{path}?after=nonsense"), format!("{path}?kind=employment.began&after={next}"), format!("/v1/alumni/{elsewhere}/timeline?after={next}")] {
            let answer = reader.get(&wrong).is(422);
            assert_eq!(answer.faults(), [("/after".to_owned(), "foreign_cursor".to_owned())], "{wrong}");
        }
        for (wrong, place) in [("limit=0", "/limit"), ("limit=201", "/limit"), ("sort=kind", "/sort")] {
            assert_eq!(reader.get(&format!("{path}?{wrong}")).is(422).faults()[0].0, place);
        }
        reader.get("/v1/alumni/alm_0198c7d2a4b07c3e9f1a2b3c4d5e6f70/timeline").is(404).says("not_found");
        reader.get("/v1/alumni/nobody/timeline").is(404).says("not_found");
        world.other_tenant().get(&path).is(404).says("not_found");
        let unknown = "query ($id: ID!) { alumnus(id: $id) { timeline(kinds: [ALUMNUS_MARRIED], first: 1) { totalCount } } }";
        let refused = reader.graphql(unknown, &json!({ "id": id })).body();
        assert!(refused["data"].is_null() && refused["errors"][0]["message"].as_str().unwrap().contains("ALUMNUS_MARRIED"), "{refused}");
        assert_eq!(world.client(ALL).graphql("query ($id: ID!) { alumnus(id: $id) { timeline { totalCount } } }", &json!({ "id": id })).body()["errors"][0]["extensions"]["code"], "invalid");
    }
}
