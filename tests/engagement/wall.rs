//! The wall between lookups and engagement: whoever looks applicants up never reads how engaged they are.

use furusu_tests::on_both;
use serde_json::json;

use super::{act, alumnus, keeper, send};

on_both! {
    fn a_token_that_looks_applicants_up_reads_nothing_of_engagement(world) {
        let id = alumnus(world, "1");
        let _ = send(world, &[act("a", "1", "talk_given", "2026-11-01T00:00:00Z")]);
        let both = world.client("matching:lookup engagement:read engagement:write alumni:read organization:admin analytics:read");
        let activity = keeper(world).get(&format!("/v1/alumni/{id}/activities")).is(200).body()["data"][0]["id"].as_str().unwrap().to_owned();
        for path in [format!("/v1/alumni/{id}/engagement"), format!("/v1/alumni/{id}/activities"), format!("/v1/activities/{activity}"), "/v1/engagement-formulas".to_owned()] {
            both.get(&path).is(403).says("insufficient_scope");
        }
        both.post("/v1/activities", &json!({ "source": "web", "record": act("b", "1", "panel", "2026-11-01T00:00:00Z") })).is(403).says("insufficient_scope");
        for field in ["engagement { score }", "activities(first: 1) { nodes { id } }"] {
            let answer = both.graphql(&format!("query ($id: ID!) {{ alumnus(id: $id) {{ id {field} }} }}"), &json!({ "id": id })).body();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope", "{answer}");
            assert_eq!(answer["data"]["alumnus"]["id"], json!(id), "the rest is answered");
            assert!(answer["data"]["alumnus"].as_object().unwrap().values().filter(|v| v.is_null()).count() == 1);
        }
        let answer = both.graphql("query ($id: ID!) { engagement(alumnusId: $id) { score } }", &json!({ "id": id })).body();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope");
        assert_eq!(both.graphql("subscription { activityRecorded { activityId } }", &json!({})).body()["data"], json!(null));
    }
}
