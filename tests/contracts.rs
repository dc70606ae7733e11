//! The contracts that are committed are those of the service, and describe it truly.

use furusu_tests::on_both;
use serde_json::Value;

fn committed(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

on_both! {
    fn the_committed_contracts_are_those_of_the_service(world) {
        let stranger = world.stranger();
        let stale = "the contracts are stale: run `make contracts`";
        assert_eq!(stranger.get("/openapi.yaml").is(200).text, committed("openapi.yaml"), "{stale}");
        assert_eq!(stranger.get("/schema.graphql").is(200).text, committed("schema.graphql"), "{stale}");
        assert_eq!(stranger.get("/openapi.json").is(200).body()["openapi"], "3.1.0");
    }

    fn everything_in_the_contracts_is_described(world) {
        let contract = world.stranger().get("/openapi.json").is(200).body();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{method} {path}");
            }
        }
        for (name, schema) in contract["components"]["schemas"].as_object().unwrap() {
            assert!(schema["description"].is_string(), "{name}");
        }
        let query = "{ __schema { types { name description fields { name description args { name description } } inputFields { name description } enumValues { name description } } } }";
        let types = world.client("alumni:read").data(query, &serde_json::json!({}));
        let described = |thing: &Value| thing["description"].as_str().is_some_and(|text| !text.trim().is_empty());
        for kind in types["__schema"]["types"].as_array().unwrap() {
            let name = kind["name"].as_str().unwrap();
            if name.starts_with("__") || ["Query", "Mutation", "Int", "Float", "String", "Boolean", "ID"].contains(&name) && kind["fields"].is_null() {
                continue;
            }
            assert!(described(kind) || ["Query", "Mutation"].contains(&name), "type {name}");
            for list in ["fields", "inputFields", "enumValues"] {
                for member in kind[list].as_array().into_iter().flatten() {
                    assert!(described(member), "{name}.{}", member["name"]);
                    for argument in member["args"].as_array().into_iter().flatten() {
                        assert!(described(argument), "{name}.{}({})", member["name"], argument["name"]);
                    }
                }
            }
        }
    }
}
