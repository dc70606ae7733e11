//! Documents that are asked for by their hashes, and documents that the operator trusts.

use std::path::PathBuf;

use furusu_api::config::Settings;
use furusu_tests::command::Operator;
use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

use super::{RESPONSE, code, parsed};

const QUERY: &str = "query Names($n: Int = 1) { alumni(first: $n) { totalCount } }";

fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn encoded(value: &Value) -> String {
    value.to_string().bytes().map(|b| format!("%{b:02X}")).collect()
}

/// A file of trusted documents, in the folder of the story.
fn file(settings: &Settings, content: &Value) -> Option<PathBuf> {
    let path = settings.master_key_file.as_ref()?.with_file_name("trusted.json");
    std::fs::write(&path, content.to_string()).expect("it is written");
    Some(path)
}

fn ask(client: &Client, body: &Value) -> furusu_tests::Answer {
    let headers = [("content-type", "application/json"), ("accept", RESPONSE)];
    client.send("POST", "/graphql", &headers, Some(body.to_string().as_bytes()))
}

on_both! {
    fn a_document_is_registered_by_its_hash_as_apollo_does(world) {
        let client = world.client("alumni:read");
        let hash = sha256(QUERY);
        let get = |extra: &str| client.send("GET", &format!("/graphql?extensions={}{extra}", encoded(&persisted(&hash))), &[("accept", RESPONSE)], None);
        for answer in [ask(&client, &json!({ "extensions": persisted(&hash) })), get("")] {
            let body = answer.is(400).body();
            assert_eq!(body["errors"][0]["message"], "PersistedQueryNotFound");
            assert_eq!(body["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
        }
        // What Apollo's clients get when they accept the form of old.
        assert_eq!(code(&client.post("/graphql", &json!({ "extensions": persisted(&hash) })).is(200)), "PERSISTED_QUERY_NOT_FOUND");
        let wrong = json!({ "query": QUERY, "extensions": persisted(&sha256("another")) });
        assert_eq!(code(&ask(&client, &wrong).is(400)), "document_hash_mismatch");
        let _ = ask(&client, &json!({ "query": QUERY, "extensions": persisted(&hash) })).is(200);
        let before = parsed(world);
        let _ = ask(&client, &json!({ "extensions": persisted(&hash), "variables": { "n": 2 } })).is(200);
        let _ = get("&operationName=Names&variables=%7B%22n%22%3A3%7D").is(200);
        let _ = ask(&client, &json!({ "documentId": format!("sha256:{hash}") })).is(200);
        let _ = client.send("GET", &format!("/graphql?documentId=sha256:{hash}"), &[], None).is(200);
        assert_eq!(parsed(world), before, "a hash is enough");
        // A mutation stays one, by whichever name it is called.
        let mutation = "mutation { __typename }";
        let _ = ask(&client, &json!({ "query": mutation })).is(200);
        let _ = client.get(&format!("/graphql?documentId=sha256:{}", sha256(mutation))).is(405);
    }

    fn an_id_that_names_nothing_is_told(world) {
        let client = world.client("alumni:read");
        let said = |body: Value| code(&ask(&client, &body).is(400));
        assert_eq!(said(json!({ "documentId": format!("sha256:{}", sha256("nothing")) })), "unknown_document");
        assert_eq!(said(json!({ "documentId": "anything" })), "unknown_document");
        assert_eq!(said(json!({ "documentId": "sha256:abc" })), "unknown_document");
        assert_eq!(said(json!({ "documentId": 7 })), "invalid_request");
        assert_eq!(said(json!({ "documentId": "sha256:00", "query": QUERY })), "document_hash_mismatch");
        for wrong in [json!({ "version": 2, "sha256Hash": sha256(QUERY) }), json!({ "version": 1, "sha256Hash": "00" }), json!({ "version": 1 }), json!(1)] {
            assert_eq!(said(json!({ "query": QUERY, "extensions": { "persistedQuery": wrong } })), "invalid_request");
        }
    }
}

on_both! {
    |settings| {
        let map = json!({ "names": QUERY, format!("sha256:{}", sha256("{ __typename }")): "{ __typename }" });
        settings.trusted_documents = file(settings, &map);
        settings.trusted_documents_only = true;
    };
    fn only_trusted_documents_are_run(world) {
        let client = world.client("alumni:read");
        let _ = ask(&client, &json!({ "documentId": "names", "variables": { "n": 2 } })).is(200);
        let _ = ask(&client, &json!({ "documentId": format!("sha256:{}", sha256(QUERY)) })).is(200);
        let _ = ask(&client, &json!({ "extensions": persisted(&sha256(QUERY)) })).is(200);
        let _ = ask(&client, &json!({ "query": "{ __typename }" })).is(200);
        for query in ["{ alumni(first: 1) { totalCount } }", "{ __schema { queryType { name } } }", "nonsense"] {
            assert_eq!(code(&ask(&client, &json!({ "query": query })).is(403)), "document_not_trusted");
            let registered = json!({ "query": query, "extensions": persisted(&sha256(query)) });
            assert_eq!(code(&ask(&client, &registered).is(403)), "document_not_trusted");
            assert_eq!(code(&ask(&client, &json!({ "extensions": persisted(&sha256(query)) })).is(403)), "document_not_trusted");
        }
        assert_eq!(parsed(world), 0, "they were read at the start");
    }
}

on_both! {
    |settings| {
        let manifest = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id": "n", "name": "Names", "type": "query", "body": QUERY }] });
        settings.trusted_documents = file(settings, &manifest);
    };
    fn trusted_documents_may_be_run_beside_others(world) {
        let client = world.client("alumni:read");
        let _ = ask(&client, &json!({ "documentId": "n" })).is(200);
        let _ = ask(&client, &json!({ "query": "{ alumni(first: 1) { totalCount } }" })).is(200);
    }
}

#[test]
fn a_broken_list_of_documents_stops_the_start() {
    let folder = std::env::temp_dir().join(format!("furusu-trusted-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let operator = Operator::new(&folder, "sqlite://furusu.db");
    let said = |content: &str| {
        let path = folder.join("broken.json");
        std::fs::write(&path, content).expect("it is written");
        operator.fails(1, &["serve", "--listen", "127.0.0.1:0", "--trusted-documents", path.to_str().expect("a path")])
    };
    assert!(
        said(r#"{"good": "{ __typename }", "wrong": "{ nonsense }"}"#)
            .contains("the document wrong cannot be run: type `Query` does not have a field `nonsense`")
    );
    assert!(said(r#"{"sha256:00": "{ __typename }"}"#).contains("the document sha256:00 has another hash"));
    assert!(
        said(r#"{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}"#)
            .contains("apollo-persisted-query-manifest")
    );
    assert!(said("[]").contains("was expected"));
    assert!(operator.fails(1, &["serve", "--listen", "127.0.0.1:0", "--trusted-documents-only"]).contains("trusted_documents"));
    let _ = std::fs::remove_dir_all(&folder);
}
