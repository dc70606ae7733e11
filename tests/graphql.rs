//! GraphQL to its specifications, on both databases.

mod answers;
mod following;
mod http;
mod limits;
mod persisted;

use furusu_tests::Answer;
use furusu_tests::world::World;
use serde_json::{Value, json};

const RESPONSE: &str = "application/graphql-response+json";

/// The code of the first error.
fn code(answer: &Answer) -> Value {
    answer.body()["errors"][0]["extensions"]["code"].clone()
}

/// How many documents the service has parsed.
fn parsed(world: &World) -> u64 {
    let metrics = world.stranger().get("/metrics").is(200).text;
    let line = metrics.lines().find(|line| line.starts_with("furusu_graphql_documents_parsed_total ")).expect("a metric");
    line.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number")
}

/// So many people who left, and the ids of the first page of them.
fn leavers(world: &World, n: usize) -> Vec<String> {
    let records: Vec<Value> = (0..n).map(|n| furusu_tests::world::leaver(&n.to_string(), "2020-03-31")).collect();
    let batch = json!({ "source": "hr", "records": records });
    let results = world.hris().post("/v1/departures/batch", &batch).is(200).body();
    results["results"].as_array().expect("results").iter().map(|r| r["alumnus_id"].as_str().expect("an id").to_owned()).collect()
}
