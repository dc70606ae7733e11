//! GraphQL over HTTP, in its edition of September 2026: what a request may be, and what comes back.

use furusu_tests::on_both;
use serde_json::{Value, json};

use super::{RESPONSE, code, leavers};

/// Encodes a parameter of a query string.
fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

on_both! {
    fn every_body_is_answered_as_the_specification_says(world) {
        let client = world.client("alumni:read");
        // The body; the status by the media type of its own and by that of old; the code of the first error.
        let cases: &[(&str, u16, u16, &str)] = &[
            (r#"{"query": "{ __typename }"}"#, 200, 200, ""),
            (r#"{"query": "{ __typename }", "variables": null, "operationName": null, "extensions": null}"#, 200, 200, ""),
            (r#"{"query": "query Q { __typename }", "operationName": "Q", "variables": {}, "extensions": {"some": 1}}"#, 200, 200, ""),
            (r#"{"query": "{ __typename }", "unknown": [1]}"#, 200, 200, ""),
            (r#"{"query": "{ __type(name: \"Run🏃\") { name } }"}"#, 200, 200, ""),
            ("", 400, 400, "malformed"),
            ("NONSENSE", 400, 400, "malformed"),
            (r#"{"query": "{"#, 400, 400, "malformed"),
            (r#""text""#, 400, 400, "invalid_request"),
            (r#"{"qeury": "{ __typename }"}"#, 400, 400, "missing_document"),
            (r#"{"query": null}"#, 400, 400, "missing_document"),
            (r#"{"query": 1}"#, 400, 400, "invalid_request"),
            (r#"{"query": ["{ __typename }"]}"#, 400, 400, "invalid_request"),
            (r#"{"query": "{ __typename }", "variables": [7]}"#, 400, 400, "invalid_request"),
            (r#"{"query": "{ __typename }", "variables": "{}"}"#, 400, 400, "invalid_request"),
            (r#"{"query": "{ __typename }", "operationName": {}}"#, 400, 400, "invalid_request"),
            (r#"{"query": "{ __typename }", "extensions": 0}"#, 400, 400, "invalid_request"),
            (r#"{"query": "{"}"#, 400, 200, "malformed_document"),
            (r#"{"query": ""}"#, 400, 200, "malformed_document"),
            (r#"{"query": "{ nonsense }"}"#, 400, 200, "invalid_document"),
            (r#"{"query": "type T { a: Int }"}"#, 400, 200, "invalid_document"),
            (r#"{"query": "query A { __typename } query B { __typename }"}"#, 400, 200, "unknown_operation"),
            (r#"{"query": "query A { __typename } query B { __typename }", "operationName": "B"}"#, 200, 200, ""),
            (r#"{"query": "query A { __typename }", "operationName": "C"}"#, 400, 200, "unknown_operation"),
            (r#"{"query": "{ __typename }", "operationName": "C"}"#, 400, 200, "unknown_operation"),
            (r#"{"query": "query A { __typename } query A { __typename }", "operationName": "A"}"#, 400, 200, "invalid_document"),
            (r#"{"query": "query($id: ID!) { alumnus(id: $id) { id } }"}"#, 400, 200, "invalid_variables"),
            (r#"{"query": "query($id: ID!) { alumnus(id: $id) { id } }", "variables": {"id": null}}"#, 400, 200, "invalid_variables"),
            (r#"{"query": "query($n: Int) { alumni(first: $n) { totalCount } }", "variables": {"n": "1"}}"#, 400, 200, "invalid_variables"),
            (r#"{"query": "query($n: Int) { alumni(first: $n) { totalCount } }", "variables": {"n": 1.0, "m": 2}}"#, 200, 200, ""),
            (r#"{"query": "query($n: Int = 1) { alumni(first: $n) { totalCount } }"}"#, 200, 200, ""),
            // It ran, and a field failed.
            (r#"{"query": "{ alumnus(id: \"junk\") { id } }"}"#, 294, 200, "invalid"),
            (r#"{"query": "{ departures(first: 1) { totalCount } }"}"#, 294, 200, "insufficient_scope"),
        ];
        for (body, modern, legacy, expected) in cases {
            for (accept, status) in [(RESPONSE, modern), ("application/json", legacy)] {
                let headers = [("content-type", "application/json"), ("accept", accept)];
                let answer = client.send("POST", "/graphql", &headers, Some(body.as_bytes()));
                assert_eq!(answer.status, *status, "{body} as {accept}: {}", answer.text);
                assert_eq!(answer.header("content-type"), format!("{accept}; charset=utf-8"), "{body}");
                let came = answer.body();
                assert_eq!(came.get("errors").is_some(), !expected.is_empty(), "{body}: {came}");
                // The data is there if and only if it ran.
                assert_eq!(came.get("data").is_some(), matches!(status, 200 | 294) && !(400..500).contains(modern), "{body}: {came}");
                if !expected.is_empty() {
                    assert_eq!(code(&answer), *expected, "{body}: {came}");
                }
            }
        }
    }

    fn the_answer_has_the_form_that_is_accepted(world) {
        let client = world.client("alumni:read");
        let ask = |accept: &str| client.send("POST", "/graphql", &[("content-type", "application/json"), ("accept", accept)], Some(br#"{"query":"{ __typename }"}"#));
        for (accept, kind) in [
            ("*/*", "application/json"),
            ("application/*", "application/json"),
            ("application/json", "application/json"),
            (RESPONSE, RESPONSE),
            ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE),
            ("application/json;q=0.5, application/graphql-response+json;q=0.4", "application/json"),
            ("text/html, application/graphql-response+json;q=0.9", RESPONSE),
        ] {
            assert_eq!(ask(accept).is(200).header("content-type"), format!("{kind}; charset=utf-8"), "{accept}");
        }
        ask("image/png").is(406).says("not_acceptable");
        ask("application/json;q=0").is(406).says("not_acceptable");
    }

    fn a_body_of_another_type_is_refused_before_it_is_read(world) {
        let client = world.client("alumni:read");
        let body = br#"{"query":"{ __typename }"}"#;
        for kind in ["text/plain", "application/graphql", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16"] {
            client.send("POST", "/graphql", &[("content-type", kind)], Some(body)).is(415).says("unsupported_media_type");
        }
        client.send("POST", "/graphql", &[], Some(body)).is(415).says("unsupported_media_type");
        let _ = client.send("POST", "/graphql", &[("content-type", "application/json; charset=UTF-8")], Some(body)).is(200);
        client.send("PUT", "/graphql", &[], Some(body)).is(405).says("method_not_allowed");
        world.stranger().send("POST", "/graphql", &[("content-type", "application/json")], Some(body)).is(401).says("unauthenticated");
        client.send("GET", "/graphql", &[("upgrade", "websocket"), ("connection", "upgrade")], None).is(400).says("malformed");
        world.stranger().get("/graphql?query=%7B__typename%7D").is(401).says("unauthenticated");
    }

    fn queries_come_by_get_and_nothing_else_does(world) {
        let client = world.client("alumni:read alumni:write");
        let get = |parameters: &str| client.send("GET", &format!("/graphql?{parameters}"), &[("accept", RESPONSE)], None);
        let query = encoded("query Q($name: String!) { __type(name: $name) { name } }");
        let answer = get(&format!("query={query}&variables={}&operationName=Q&extensions={}&other=1", encoded(r#"{"name":"Alumnus"}"#), encoded("{}"))).is(200);
        assert_eq!(answer.body()["data"]["__type"]["name"], "Alumnus");
        // The empty name is none, and `null` is a name.
        let _ = get("query=%7B__typename%7D&operationName=").is(200);
        assert_eq!(code(&get("query=%7B__typename%7D&operationName=null").is(400)), "unknown_operation");
        assert_eq!(code(&get("query=%7B__typename%7D&variables=%7B").is(400)), "malformed");
        assert_eq!(code(&get("query=%7B__typename%7D&variables=1").is(400)), "invalid_request");
        assert_eq!(code(&get("query=%7B__typename%7D&extensions=1").is(400)), "invalid_request");
        assert_eq!(code(&get("operationName=Q").is(400)), "missing_document");
        for accept in [RESPONSE, "application/json"] {
            let mutation = encoded("mutation { __typename }");
            let answer = client.send("GET", &format!("/graphql?query={mutation}"), &[("accept", accept)], None).is(405);
            assert_eq!(answer.header("allow"), "POST");
            assert_eq!(code(&answer), "method_not_allowed");
        }
        let both = encoded("query A { __typename } mutation B { __typename }");
        let _ = get(&format!("query={both}&operationName=A")).is(200);
        let _ = get(&format!("query={both}&operationName=B")).is(405);
        let head = client.send("HEAD", "/graphql?query=%7B__typename%7D", &[], None).is(200);
        assert_eq!(head.text, "");
        client.send("GET", "/graphql?query=%7B__typename%7D", &[("accept", "text/html")], None).is(406).says("not_acceptable");
    }

    fn a_batch_is_answered_request_by_request(world) {
        let client = world.client("alumni:read");
        let ids = leavers(world, 1);
        let batch = json!([
            { "query": "query($id: ID!) { alumnus(id: $id) { id } }", "variables": { "id": ids[0] } },
            { "query": "{ nonsense }" },
            7,
            { "query": "{ __typename }" },
        ]);
        let headers = [("content-type", "application/json"), ("accept", RESPONSE)];
        let answers = client.send("POST", "/graphql", &headers, Some(batch.to_string().as_bytes())).is(200).body();
        assert_eq!(answers[0]["data"]["alumnus"]["id"], ids[0].as_str());
        assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "invalid_document");
        assert_eq!(answers[2]["errors"][0]["extensions"]["code"], "invalid_request");
        assert_eq!(answers[3]["data"]["__typename"], "Query");
        assert_eq!(answers.as_array().map(Vec::len), Some(4));
        let many = |n: usize| Value::Array(vec![json!({ "query": "{ __typename }" }); n]);
        let _ = client.post("/graphql", &many(10)).is(200);
        assert_eq!(code(&client.post("/graphql", &many(11)).is(400)), "invalid_batch");
        assert_eq!(code(&client.post("/graphql", &many(0)).is(400)), "invalid_batch");
    }
}
