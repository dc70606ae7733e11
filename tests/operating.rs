//! Operating: health, readiness, metrics, request ids, refusals of the framework, logs.

use furusu_tests::command::Operator;
use furusu_tests::on_both;
use furusu_tests::world::leaver;
use serde_json::json;

on_both! {
    fn health_readiness_and_metrics_answer_without_a_token(world) {
        let stranger = world.stranger();
        assert_eq!(stranger.get("/healthz").is(200).text, "alive\n");
        assert_eq!(stranger.get("/readyz").is(200).text, "ready\n");
        let _ = world.client("alumni:read").get("/v1/alumni?department=Secret").is(200);
        let metrics = stranger.get("/metrics").is(200).text;
        assert!(metrics.contains("furusu_http_requests_total{method=\"GET\",route=\"/v1/alumni\",status=\"200\"} 1"), "{metrics}");
        assert!(metrics.contains("furusu_sql_statements_total") && metrics.contains("furusu_http_request_duration_seconds_bucket"));
        assert!(!metrics.contains("Secret"));
        // What a proxy on this machine passes on comes from elsewhere.
        stranger.send("GET", "/metrics", &[("x-forwarded-for", "203.0.113.9")], None).is(404).says("not_found");
    }

    fn a_request_keeps_the_id_it_came_with(world) {
        let answer = world.stranger().send("GET", "/v1/alumni", &[("x-request-id", "abc-123")], None).is(401);
        assert_eq!((answer.header("x-request-id"), answer.body()["request_id"].as_str()), ("abc-123", Some("abc-123")));
        let odd = world.stranger().send("GET", "/v1/alumni", &[("x-request-id", "a b;c")], None).is(401);
        assert!(!odd.header("x-request-id").is_empty() && odd.header("x-request-id") != "a b;c");
    }

    fn the_frameworks_own_refusals_have_the_same_form(world) {
        let client = world.client("alumni:read");
        client.get("/v1/nothing").is(404).says("not_found");
        assert!(client.get("/problems/invalid").is(200).text.contains("<h1>What came is wrong</h1>"));
        client.get("/problems/nonsense").is(404).says("not_found");
        let answer = client.send("DELETE", "/v1/departures/hr/1", &[], None).is(405);
        answer.says("method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, PUT");
        let head = client.send("HEAD", "/v1/alumni", &[], None).is(200);
        assert_eq!(head.text, "");
        let text = client.send("POST", "/v1/alumni/search", &[("content-type", "text/plain")], Some(b"{}")).is(415);
        text.says("unsupported_media_type");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        client.send("POST", "/v1/alumni/search", &[("content-type", "application/json")], Some(deep.as_bytes())).is(400).says("malformed");
    }

    fn what_no_database_keeps_is_refused_or_names_nothing(world) {
        let client = world.client("alumni:read departures:read departures:write");
        client.get("/v1/departures/hr/%00").is(404).says("not_found");
        client.get("/v1/alumni?department=%00").is(422).says("invalid");
        client.get("/v1/alumni?updated_after=-009000-01-01T00:00:00Z").is(422).says("invalid");
        client.post("/v1/alumni/search", &json!({ "search": "a\u{0}@b" })).is(422).says("invalid");
        for filter in [json!({ "department": "\u{0}" }), json!({ "entity": "x\u{0}" }), json!({ "search": "\u{0}a" })] {
            let answer = client.graphql("query($filter: AlumniFilterInput) { alumni(first: 1, filter: $filter) { nodes { id } } }", &json!({ "filter": filter }));
            assert_eq!(answer.body()["errors"][0]["extensions"]["code"], "invalid", "{filter}");
        }
        assert_eq!(client.data("{ departureRecord(source: \"hr\", externalId: \"\\u0000\") { alumnusId } }", &json!({}))["departureRecord"], json!(null));
        let mut record = leaver("1", "2020-03-31");
        record["source_updated_at"] = json!("-009000-01-01T00:00:00Z");
        assert_eq!(client.put("hr", &record).is(422).faults()[0].0, "/source_updated_at");
    }

    fn an_object_of_endless_members_is_refused_at_once(world) {
        let members: String = (0..50_000).map(|n| format!("\"a{n}\":0,")).collect();
        let body = format!("{{{members}\"z\":0}}");
        let answer = world.client("alumni:read").send("POST", "/v1/alumni/search", &[("content-type", "application/json")], Some(body.as_bytes()));
        assert_eq!(answer.is(422).faults(), [(String::new(), "too_long".to_owned())]);
    }

    fn logs_hold_templates_and_no_person(world) {
        let operator = Operator::new(&world.folder, &world.database_url());
        let organization = world.organization.to_string();
        let token = operator.gets(&["token", "--organization", &organization, "--scope", "alumni:read departures:write"]);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let mut service = operator.starts(&["serve", "--listen", &listen, "--log-format", "json", "--log", "debug"]);
        let caller = furusu_tests::Client::new(&format!("http://{listen}"), Some(format!("Bearer {token}")));
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() { break; }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let mut record = leaver("E-4711", "2020-03-31");
        record["names"][0]["family"] = json!("Kawaguchi");
        let _ = caller.put("hr", &record).is(201);
        record["birth_on"] = json!("yesterday");
        let _ = caller.put("hr", &record).is(422);
        let _ = caller.post("/v1/alumni/search", &json!({ "search": "kawaguchi" })).is(200);
        let _ = caller.get("/v1/alumni?department=Confidential").is(200);
        let pid = service.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut log = String::new();
        std::io::Read::read_to_string(&mut service.stderr.take().unwrap(), &mut log).unwrap();
        assert!(service.wait().unwrap().success());
        assert!(log.contains("/v1/departures/{source}/{external_id}"), "{log}");
        for secret in ["Kawaguchi", "kawaguchi", "E-4711", "Confidential", "1985-05-05", "example.com", &token] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}
