//! What an answer looks like: in the document's order, with null for what failed.

use furusu_tests::on_both;
use furusu_tests::world::given_name;
use serde_json::json;

use super::{RESPONSE, leavers, parsed};

/// A document's answer as it was written, since a JSON value forgets the order.
fn text(world: &furusu_tests::World, scopes: &str, query: &str, id: &str) -> String {
    let body = json!({ "query": query, "variables": { "id": id } }).to_string();
    world.client(scopes).send("POST", "/graphql", &[("content-type", "application/json"), ("accept", RESPONSE)], Some(body.as_bytes())).text
}

on_both! {
    fn fields_come_in_the_order_of_the_document(world) {
        let id = &leavers(world, 1)[0];
        let query = "query($id: ID!) { z: __typename ...Late b: alumnus(id: $id) { status ... on Alumnus { displayName id } ...More status id } a: __typename }
            fragment Late on Query { b: alumnus(id: $id) { deceased } m: node(id: $id) { id ... on Employment { hiredOn } ... on Alumnus { status } __typename } }
            fragment More on Alumnus { employments { status { value } hiredOn } employments { alumnus { id } } }";
        let given = given_name("0");
        let expected = format!(
            r#"{{"z":"Query","b":{{"deceased":false,"status":"AWAY","displayName":"{given} Ito","id":"{id}","employments":[{{"status":{{"value":"ENDED"}},"hiredOn":"2015-04-01","alumnus":{{"id":"{id}"}}}}]}},"m":{{"id":"{id}","status":"AWAY","__typename":"Alumnus"}},"a":"Query"}}"#
        );
        let came = text(world, "alumni:read", query, id);
        assert!(came.contains(&format!(r#""data":{expected}"#)), "{came}\n{expected}");
    }

    fn what_is_skipped_is_not_there_and_what_is_empty_is_no_null(world) {
        let id = &leavers(world, 1)[0];
        let query = "query($id: ID!, $no: Boolean = false) { a: alumnus(id: $id) { id @skip(if: true) } b: alumnus(id: $id) { id @include(if: $no) ... @include(if: $no) { status } ...F @skip(if: true) } c: __typename @include(if: $no) d: node(id: $id) { ... on Employment { id } } }
            fragment F on Alumnus { status }";
        let came = text(world, "alumni:read", query, id);
        assert!(came.contains(r#""data":{"a":{},"b":{},"d":{}}"#), "{came}");
        let none = text(world, "alumni:read", "query($id: ID!) { __typename @skip(if: true) node(id: $id) @include(if: false) { id } }", id);
        assert!(none.contains(r#""data":{}"#), "{none}");
    }

    fn a_field_that_failed_is_null_and_what_may_not_be_null_is_null_further_up(world) {
        let id = &leavers(world, 1)[0];
        // A field that may be null, at the root, under two names and beside one that did not fail.
        let came = text(world, "alumni:read", "query($id: ID!) { x: departureRecord(source: \"hr\", externalId: \"1\") { source } alumnus(id: $id) { id } y: departureRecord(source: \"hr\", externalId: \"1\") { source } }", id);
        assert!(came.contains(&format!(r#""data":{{"x":null,"alumnus":{{"id":"{id}"}},"y":null}}"#)), "{came}");
        // In a list, deep down.
        let came = text(world, "alumni:read", "query($id: ID!) { alumnus(id: $id) { employments { evaluation { rating } hiredOn } } }", id);
        assert!(came.contains(r#""employments":[{"evaluation":null,"hiredOn":"2015-04-01"}]"#), "{came}");
        assert!(came.contains(r#""path":["alumnus","employments",0,"evaluation"]"#), "{came}");
        // A connection may not be null: all data is, and nothing is said to have run well.
        let came = text(world, "alumni:read", "query($id: ID!) { alumnus(id: $id) { id } departures(first: 1) { totalCount } }", id);
        assert!(came.contains(r#""data":null"#) && came.contains(r#""path":["departures"]"#), "{came}");
        // In lists of things that may be null, each is null by itself.
        let came = text(world, "alumni:read", "query($id: ID!) { nodes(ids: [$id, \"nonsense\", $id]) { id } }", id);
        assert!(came.contains(&format!(r#""data":{{"nodes":[{{"id":"{id}"}},null,{{"id":"{id}"}}]}}"#)), "{came}");
    }

    fn repeated_fields_are_run_once(world) {
        let id = &leavers(world, 1)[0];
        let mutation = "mutation($id: ID!) { editAlumnus(input: { id: $id, edit: { phones: [\"+1 617 555 0100\"] } }) { alumnus { id } } editAlumnus(input: { id: $id, edit: { phones: [\"+1 617 555 0100\"] } }) { alumnus { phones } } }";
        let before = world.events().len();
        let came = text(world, "alumni:read alumni:write", mutation, id);
        assert!(came.contains(&format!(r#"{{"alumnus":{{"id":"{id}","phones":["+1 617 555 0100"]}}}}"#)), "{came}");
        assert_eq!(world.events().len(), before + 1);
    }

    fn a_document_that_is_known_is_not_parsed_again(world) {
        let client = world.client("alumni:read");
        let query = "query($n: Int!) { alumni(first: $n) { totalCount } }";
        let before = parsed(world);
        for n in 1..=20 {
            let _ = client.data(query, &json!({ "n": n }));
        }
        assert_eq!(parsed(world), before + 1);
        // What is broken is told anew each time, and is not kept.
        let _ = (client.graphql("{ nonsense }", &json!({})), client.graphql("{ nonsense }", &json!({})));
        assert_eq!(parsed(world), before + 3);
    }

    fn a_value_that_a_field_cannot_take_is_no_fault_of_the_document(world) {
        let client = world.client("alumni:read");
        let code = |body: serde_json::Value| body["errors"][0]["extensions"]["code"].clone();
        for query in ["query($id: ID = \"junk\") { alumnus(id: $id) { id } }", "query { alumnus(id: \"junk\") { id } }"] {
            let body = client.graphql(query, &json!({})).is(200).body();
            assert_eq!(code(body.clone()), "invalid", "{body}");
            assert_eq!(body["errors"][0]["path"], json!(["alumnus"]));
            assert_eq!(body["data"], json!({ "alumnus": null }));
        }
        let body = client.graphql("query ($filter: AlumniFilterInput) { alumni(first: 1, filter: $filter) { totalCount } }", &json!({ "filter": { "status": "secret-word", "nonsense": 1, "endedFrom": null } })).is(200).body();
        let said: Vec<&str> = body["errors"].as_array().unwrap().iter().map(|e| e["message"].as_str().unwrap()).collect();
        assert_eq!(said, ["$filter: AlumniFilterInput has no member nonsense", "$filter.status: a value of the type AlumnusStatus was expected, another word came"]);
        assert_eq!(body["errors"][0]["locations"], json!([{ "line": 1, "column": 8 }]));
        assert!(!body.to_string().contains("secret"));
    }
}
