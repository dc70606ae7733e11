//! Lists of alumni by how engaged they are, and activities from files.

use std::fs;

use furusu_tests::command::Operator;
use furusu_tests::on_both;
use serde_json::{Value, json};

use super::{act, alumnus, books, keeper, send};

on_both! {
    fn alumni_are_sorted_and_narrowed_by_engagement_page_by_page(world) {
        let ids: Vec<String> = (1..=5).map(|n| alumnus(world, &n.to_string())).collect();
        let kinds = ["panel", "donation", "event_rsvp", "newsletter_opened"];
        let records: Vec<Value> = kinds.iter().enumerate().map(|(n, kind)| act(kind, &(n + 1).to_string(), kind, &format!("2026-11-1{n}T00:00:00Z"))).collect();
        let _ = send(world, &records);
        let _ = world.hris().put("hr", &furusu_tests::world::employee("9")).is(201);
        assert_eq!(send(world, &[act("x", "9", "sponsorship", "2026-11-20T00:00:00Z")]), ["created"], "who never left is no alumnus");
        let list = |query: &str| {
            let page = keeper(world).get(&format!("/v1/alumni?{query}")).is(200).body();
            let place = |id: &Value| ids.iter().position(|of| id == of).unwrap();
            let people: Vec<usize> = page["data"].as_array().unwrap().iter().map(|a| place(&a["id"])).collect();
            (people, page)
        };
        assert_eq!(list("sort=-engagement_score").0, [1, 0, 2, 3]);
        assert_eq!(list("sort=engagement_score").0, [3, 2, 0, 1]);
        assert_eq!(list("sort=-last_activity_at").0, [3, 2, 1, 0]);
        assert_eq!(list("sort=-engagement_score&level_from=2").0, [1, 0]);
        assert_eq!(list("level_from=3&sort=name").0, [1]);
        assert_eq!(list("sort=last_activity_at&active_since=2026-11-12T00:00:00Z").0, [2, 3]);
        let (first, page) = list("sort=-engagement_score&limit=3");
        assert_eq!(first, [1, 0, 2]);
        let after = page["next"].as_str().unwrap();
        assert_eq!(list(&format!("sort=-engagement_score&limit=3&after={after}")).0, [3]);
        let seen = &page["data"][0]["engagement"];
        assert_eq!((&seen["level"], &seen["activity_count"], &seen["last_activity_at"]), (&json!(3), &json!(1), &json!("2026-11-11T00:00:00Z")));
        assert!(list("sort=-ended_on").1["data"][0].get("engagement").is_none(), "only lists by engagement tell of it");
        let search = keeper(world).post("/v1/alumni/search", &json!({ "search": "ito", "level_from": 2, "sort": "-engagement_score" })).is(200).body();
        assert_eq!(search["data"].as_array().unwrap().len(), 2);
        let data = keeper(world).data("{ alumni(first: 2, filter: { levelFrom: 1 }, orderBy: { field: ENGAGEMENT_SCORE, direction: DESC }) { totalCount nodes { id engagement { level } } } }", &json!({}));
        assert_eq!(data["alumni"]["totalCount"], json!(2));
        assert_eq!(data["alumni"]["nodes"], json!([{ "id": ids[1], "engagement": { "level": 3 } }, { "id": ids[0], "engagement": { "level": 2 } }]));
        let keeper = keeper(world);
        assert_eq!(keeper.get("/v1/alumni?level_from=6").is(422).faults()[0].0, "/level_from");
        assert_eq!(keeper.get("/v1/alumni?level_from=1&as_of=2026-01-01").is(422).faults(), [("/as_of".to_owned(), "exclusive".to_owned())]);
        for client in [world.dashboard(), world.client("alumni:read engagement:read matching:lookup")] {
            for query in ["sort=engagement_score", "sort=-last_activity_at", "level_from=1", "active_since=2026-11-12T00:00:00Z"] {
                client.get(&format!("/v1/alumni?{query}")).is(403).says("insufficient_scope");
            }
            for part in ["orderBy: { field: LAST_ACTIVITY_AT, direction: ASC }", "filter: { levelFrom: 1 }"] {
                let answer = client.graphql(&format!("{{ alumni(first: 1, {part}) {{ totalCount }} }}"), &json!({})).body();
                assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope");
            }
        }
    }

    fn activities_come_in_from_a_file_and_the_books_are_verified_by_command(world) {
        let _ = alumnus(world, "1");
        let operator = Operator::new(&world.folder, &world.database_url());
        let organization = world.organization.to_string();
        let records: Vec<String> = (0..1_200).map(|n| act(&n.to_string(), "1", "link_clicked", &format!("2026-{:02}-{:02}T00:00:00Z", 1 + n % 10, 1 + n % 28)).to_string()).collect();
        let wrong = act("wrong", "7", "choir", "2026-01-01T00:00:00Z").to_string();
        let lines = [records.join("\n"), wrong.clone(), "{ not json".to_owned(), String::new(), json!({ "external_id": "5", "retracted": true }).to_string()].join("\n");
        fs::write(world.folder.join("activities.ndjson"), format!("\u{feff}{lines}")).unwrap();
        let args = ["--json", "import", "activities.ndjson", "--activities", "--source", "web", "--organization", &organization];
        let import = |more: &[&str]| serde_json::from_str::<Value>(operator.gets(&[&args, more].concat()).lines().last().unwrap()).unwrap();
        let first = import(&["--rejects", "rejects.ndjson"]);
        assert_eq!(first, json!({ "read": 1203, "created": 1200, "updated": 0, "unchanged": 0, "stale": 0, "retracted": 1, "rejected": 2 }));
        assert_eq!(fs::read_to_string(world.folder.join("rejects.ndjson")).unwrap(), format!("{wrong}\n{{ not json\n"));
        let again = import(&[]);
        assert_eq!((&again["unchanged"], &again["stale"], &again["created"]), (&json!(1200), &json!(1), &json!(0)));
        books::verify(world);
        let verify = ["rollups", "verify", "--organization", &organization];
        assert!(operator.gets(&verify).contains("the books are right"));
        world.sql("update activity_total set n = n + 1 where grain = 'month' and begins_on = '2026-03-01'");
        world.sql("update engagement set activities = activities + 1");
        let output = operator.runs(&verify);
        assert_eq!(output.status.code(), Some(1));
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains("the totals") && out.contains("2026-03-01") && out.contains("what stands of alm_"), "{out}");
    }
}
