//! Who sees what of a timeline.

use furusu_domain::actor::{Scope, Scopes, needs};
use furusu_domain::timeline::TimelineKind;
use furusu_tests::on_both;
use serde_json::{Value, json};

use super::{ALL, HAPPENED, each, eventful, reader, timeline};

on_both! {
    fn what_a_token_may_not_read_is_not_there(world) {
        let (id, _) = eventful(world);
        for missing in Scopes::parse(ALL).unwrap().iter().filter(|scope| *scope != Scope::AlumniRead) {
            let scopes: Scopes = Scopes::parse(ALL).unwrap().iter().filter(|scope| *scope != missing).collect();
            let client = world.client(&scopes.to_string());
            let may_see = |kind: &str| needs(TimelineKind::from_word(kind).unwrap().operation()) != Some(missing);
            let expected: Vec<&str> = HAPPENED.iter().map(|(kind, ..)| *kind).filter(|kind| may_see(kind)).collect();
            assert!(expected.len() < 18, "{missing}");
            assert_eq!(each(&timeline(&client, &id), "kind"), expected, "without {missing}");
            // No page is shorter for it.
            let mut path = format!("/v1/alumni/{id}/timeline?limit=3");
            let mut seen = Vec::new();
            loop {
                let page = client.get(&path).is(200).body();
                let data = page["data"].as_array().unwrap().clone();
                assert!(data.len() == 3 || page["next"].is_null(), "without {missing}");
                seen.extend(each(&data, "kind").iter().map(|kind| (*kind).to_owned()));
                let Some(next) = page["next"].as_str() else { break };
                path = format!("/v1/alumni/{id}/timeline?limit=3&after={next}");
            }
            assert_eq!(seen, expected, "without {missing}");
            let query = "query ($id: ID!) { alumnus(id: $id) { timeline(first: 1) { totalCount } } }";
            assert_eq!(client.data(query, &json!({ "id": id }))["alumnus"]["timeline"]["totalCount"], expected.len());
        }
    }

    fn asking_for_what_a_token_may_not_read_is_refused_with_the_scope(world) {
        let (id, _) = eventful(world);
        let few = world.client("alumni:read");
        let all = reader(world);
        for kind in TimelineKind::ALL {
            let path = format!("/v1/alumni/{id}/timeline?kind={kind}");
            let entries = all.get(&path).is(200).body()["data"].as_array().unwrap().clone();
            assert!(!entries.is_empty() && entries.iter().all(|entry| entry["kind"] == kind.as_str()), "{kind}: {entries:?}");
            let query = "query ($id: ID!, $kinds: [TimelineKind!]) { alumnus(id: $id) { id timeline(kinds: $kinds, first: 5) { nodes { kind } } } }";
            let variables = json!({ "id": id, "kinds": [kind.as_str().replace('.', "_").to_uppercase()] });
            let scope = needs(kind.operation()).unwrap();
            if scope == Scope::AlumniRead {
                assert_eq!(few.get(&path).is(200).body()["data"], Value::Array(entries));
                let _ = few.data(query, &variables);
                continue;
            }
            let answer = few.get(&path).is(403);
            answer.says("insufficient_scope");
            assert!(answer.header("www-authenticate").contains(&format!("scope=\"{scope}\"")), "{kind}");
            let body = few.graphql(query, &variables).body();
            assert_eq!((&body["errors"][0]["extensions"]["scope"], &body["data"]["alumnus"]["timeline"]), (&json!(scope.as_str()), &Value::Null), "{kind}");
            assert_eq!(body["data"]["alumnus"]["id"], json!(id), "the rest is answered");
        }
        let query = "query ($id: ID!) { alumnus(id: $id) { a: timeline(kinds: [CONSENT_GRANTED], first: 1) { totalCount } b: timeline(first: 1) { totalCount } } }";
        let body = few.graphql(query, &json!({ "id": id })).body();
        assert_eq!(body["data"]["alumnus"], json!({ "a": null, "b": { "totalCount": 3 } }), "nobody else is refused with it: {body}");
        world.client("departures:read").get(&format!("/v1/alumni/{id}/timeline")).is(403).says("insufficient_scope");
    }

    fn a_token_that_looks_applicants_up_sees_nothing_of_engagement(world) {
        let (id, _) = eventful(world);
        let both = world.client(&format!("{ALL} engagement:write matching:lookup"));
        let seen = timeline(&both, &id);
        assert_eq!(seen.len(), 14);
        assert!(!seen.iter().any(|entry| entry["kind"].as_str().unwrap().starts_with("engagement.") || !entry["activity_id"].is_null()));
        both.get(&format!("/v1/alumni/{id}/timeline?kind=engagement.recorded")).is(403).says("insufficient_scope");
    }
}
