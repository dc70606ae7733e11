//! What a request may ask for at most, refused before anything runs.

use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

use super::{RESPONSE, code};

/// What a document costs, whether it was run or not.
fn cost(client: &Client, query: &str, variables: &Value) -> Value {
    client.graphql(query, variables).body()["extensions"]["cost"]["requested"].clone()
}

fn refused(client: &Client, query: &str, expected: &str) {
    let body = json!({ "query": query }).to_string();
    let answer =
        client.send("POST", "/graphql", &[("content-type", "application/json"), ("accept", RESPONSE)], Some(body.as_bytes())).is(400);
    assert_eq!(code(&answer), expected, "{}", &answer.text[..answer.text.len().min(600)]);
    assert!(answer.body().get("data").is_none());
    assert!(answer.text.len() < 20_000, "{} bytes", answer.text.len());
}

on_both! {
    fn what_is_asked_for_again_under_another_name_costs(world) {
        let client = world.client("alumni:read");
        assert_eq!(cost(&client, "{ alumni(first: 10) { nodes { id } } }", &json!({})), 11);
        assert_eq!(cost(&client, "{ alumni(first: 10) { nodes { a: id b: id c: id d: status } } }", &json!({})), 31);
        let again: String = (0..15).map(|n| format!("a{n}: displayName ")).collect();
        refused(&client, &format!("{{ alumni(first: 100) {{ edges {{ node {{ {again} {} }} }} }} }}", again.replace('a', "b").replace("displbyNbme", "id")), "too_costly");
        // Whoever follows is answered for everything that happens, and so may ask for less.
        let wide = "subscription { alumnusChanged { alumnus { employments { departure { versions { alumnus { employments { id } } } } } } } }";
        refused(&client, wide, "too_costly");
    }

    fn an_object_costs_one_and_scalars_are_free(world) {
        let client = world.client("alumni:read departures:read");
        let cases = [
            ("{ __typename }", 0),
            ("{ __schema { types { name } } }", 0),
            ("{ alumni(first: 10) { totalCount } }", 1),
            ("{ alumni(first: 10) { nodes { id displayName emails } } }", 11),
            ("{ alumni(last: 10) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage } } }", 1 + 10 + 10 + 10 + 1),
            // Two lists of five for each of a hundred.
            ("{ alumni(first: 100) { nodes { employments { id } departures { id } } } }", 1 + 100 + 500 + 500),
            ("{ nodes(ids: [\"a\", \"b\", \"c\"]) { id ... on Alumnus { employments { id } } ... on Departure { id } } }", 3 * 6),
            ("{ node(id: \"a\") { id } }", 1),
            ("query($n: Int = 7) { alumni(first: $n) { nodes { id } } }", 8),
            ("{ a: alumni(first: 3) { ...F } b: alumni(first: 3) { ...F ...F } } fragment F on AlumniConnection { nodes { id } nodes { status } }", 8),
            ("query($no: Boolean = false) { alumni(first: 100) @include(if: $no) { nodes { id } } __typename }", 0),
            ("{ alumni(first: 100) { edges { node { employments { id alumnus { id } } departures { id versions { id } } } } } }", 1 + 100 + 100 + 500 + 500 + 500 + 2_500),
        ];
        for (query, expected) in cases {
            assert_eq!(cost(&client, query, &json!({})), json!(expected), "{query}");
        }
        assert_eq!(cost(&client, "query($n: Int!) { alumni(first: $n) { nodes { id } } }", &json!({ "n": 42 })), json!(43));
        assert_eq!(cost(&client, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", &json!({ "ids": ["a", "b"] })), json!(2));
        let answer = client.graphql("{ alumni(first: 100) { nodes { departures { versions { id } } } } }", &json!({})).is(200);
        assert_eq!(code(&answer), "too_costly");
        assert_eq!(answer.body()["extensions"]["cost"], json!({ "requested": 1 + 100 + 500 + 2_500, "limit": 2_000 }));
        assert!(answer.body().get("data").is_none());
    }

    fn a_document_is_bounded_in_every_way(world) {
        let client = world.client("alumni:read");
        let refused = |query: &str, code: &str| refused(&client, query, code);
        let nested = |n: usize| format!("{{ alumni(first: 1) {{ nodes {}id{} }} }}", "{ employments { alumnus ".repeat(n) + "{ ", " } }".repeat(n) + " }");
        let _ = client.data(&nested(4), &json!({}));
        refused(&nested(5), "too_deep");
        // Through fragments as well.
        refused("{ alumni(first: 1) { nodes { ...A } } } fragment A on Alumnus { employments { alumnus { ...B } } } fragment B on Alumnus { employments { alumnus { ...C } } } fragment C on Alumnus { employments { alumnus { ...D } } } fragment D on Alumnus { employments { alumnus { employments { alumnus { employments { alumnus { id } } } } } } }", "too_deep");
        refused(&format!("{{ __typename }} #{}", "x".repeat(70_000)), "document_too_large");
        refused(&format!("{{ {} }}", "a ".repeat(30_000)), "document_too_large");
        let aliases = |n: usize| (0..n).map(|n| format!("a{n}: totalCount ")).collect::<String>();
        let _ = client.data(&format!("{{ alumni(first: 1) {{ {} }} }}", aliases(15)), &json!({}));
        refused(&format!("{{ alumni(first: 1) {{ {} }} }}", aliases(16)), "too_many_aliases");
        refused(&format!("{{ alumni(first: 1) {{ {} ...F }} }} fragment F on AlumniConnection {{ ... on AlumniConnection {{ b: totalCount }} }}", aliases(15)), "too_many_aliases");
        refused(&format!("{{ {} }}", (0..10_000).map(|n| format!("a{n}:__typename ")).collect::<String>().split_at(60_000).0.rsplit_once(' ').unwrap().0), "too_many_aliases");
        refused(&format!("{{ __typename {} }}", "@skip(if:false)".repeat(2_000)), "invalid_document");
        refused(&format!("{{ __typename {} }}", "@a".repeat(10_000)), "document_too_large");
        refused(&format!("query Q {} {{ __typename }}", "@a".repeat(9_000)), "invalid_document");
        refused(&format!("query($v: [Int] = {}1{}) {{ __typename }}", "[".repeat(5_000), "]".repeat(5_000)), "document_too_large");
        refused(&format!("{{ alumni(first: 1, filter: {}{}) {{ totalCount }} }}", "{search:".repeat(3_000), "}".repeat(3_000)), "document_too_large");
        refused(&format!("query($v: {}Int{}) {{ __typename }}", "[".repeat(5_000), "]".repeat(5_000)), "document_too_large");
        refused(&"{ alumni ".repeat(5_000), "document_too_large");
        refused("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "invalid_document");
        refused("{ ...A } fragment A on Query { ...A }", "invalid_document");
        // Each fragment spreads the next one twice under two names: 2^40 selections.
        let mut bomb = "{ node(id: \"a\") { ...F0 } }".to_owned();
        for n in 0..40 {
            bomb.push_str(&format!(" fragment F{n} on Node {{ ...F{} ... on Alumnus {{ ...F{} }} }}", n + 1, n + 1));
        }
        bomb.push_str(" fragment F40 on Node { id }");
        let _ = client.graphql(&bomb, &json!({})).is(200);
        let mut wide = "{ node(id: \"a\") { ... on Alumnus { ...F0 } } }".to_owned();
        for n in 0..3 {
            let many: String = (0..15).map(|a| format!("a{a}: employments {{ alumnus {{ ...F{} }} }} ", n + 1)).collect();
            wide.push_str(&format!(" fragment F{n} on Alumnus {{ {many} }}"));
        }
        wide.push_str(" fragment F3 on Alumnus { id }");
        refused(&wide, "document_too_large");
        // A thousand fragments, each spread.
        let spreads: String = (0..900).map(|n| format!("...F{n} ")).collect();
        let fragments: String = (0..900).map(|n| format!("fragment F{n} on Query {{ a{n}: __typename }} ")).collect();
        refused(&format!("{{ {spreads} }} {fragments}"), "too_many_aliases");
        // Variables are bounded by the body, and by how deep JSON may go.
        let deep: Value = (0..100).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(code(&client.graphql("query($v: [ID!]!) { nodes(ids: $v) { id } }", &json!({ "v": deep })).is(200)), "invalid_variables");
    }

    fn the_standard_queries_of_tools_are_answered_and_wider_ones_are_not(world) {
        let client = world.client("alumni:read");
        let of_type = format!("kind name {}{}", "ofType { kind name ".repeat(9), "}".repeat(9));
        let input = format!("name description type {{ {of_type} }} defaultValue isDeprecated deprecationReason");
        let standard = format!("query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }} types {{ ...FullType }} directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ {input} }} }} }} }} fragment FullType on __Type {{ kind name description specifiedByURL isOneOf fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ {input} }} type {{ {of_type} }} isDeprecated deprecationReason }} inputFields(includeDeprecated: true) {{ {input} }} interfaces {{ {of_type} }} enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ {of_type} }} }}");
        let data = client.data(&standard, &json!({}));
        assert!(data["__schema"]["types"].as_array().unwrap().iter().any(|ty| ty["name"] == "Alumnus" && ty["description"].is_string()));
        let _ = client.data("{ __type(name: \"Query\") { fields { type { fields { name } } } } }", &json!({}));
        refused(&client, "{ __type(name: \"Query\") { fields { type { fields { type { fields { name } } } } } } }", "introspection_too_large");
        refused(&client, "{ __schema { types { fields { type { fields { type { possibleTypes { name } } } } } } } }", "introspection_too_large");
        refused(&client, &format!("{{ __type(name: \"Query\") {}{{ name }}{} }}", "{ ofType ".repeat(20), " }".repeat(20)), "introspection_too_large");
        let roots: String = (0..11).map(|n| format!("a{n}: __type(name: \"Query\") {{ name }} ")).collect();
        refused(&client, &format!("{{ {roots} }}"), "introspection_too_large");
        let wide: String = (0..10).map(|n| format!("a{n}: __schema {{ types {{ fields {{ args {{ type {{ ofType {{ ofType {{ name }} }} }} }} type {{ fields {{ args {{ name }} }} }} }} }} }} ")).collect();
        refused(&client, &format!("{{ {wide} }}"), "introspection_too_large");
    }
}
