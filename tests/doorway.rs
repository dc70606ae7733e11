//! What every request passes on its way in and out: compression, languages, types, other origins.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use furusu_tests::world::leaver;
use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 19).unwrap()
}

fn put(client: &Client, coding: &str, body: &[u8]) -> furusu_tests::Answer {
    let headers = [("content-type", "application/json"), ("content-encoding", coding)];
    client.send("PUT", "/v1/departures/hr/1", &headers, Some(body))
}

fn batch(client: &Client, coding: &str, body: &[u8]) -> furusu_tests::Answer {
    let headers = [("content-type", "application/json"), ("content-encoding", coding)];
    client.send("POST", "/v1/departures/batch", &headers, Some(body))
}

fn origin_of(page: &str) -> [(&str, &str); 1] {
    [("origin", page)]
}

on_both! {
    fn bodies_may_be_compressed(world) {
        let hris = world.hris();
        let body = leaver("1", "2020-03-31").to_string();
        let _ = put(&hris, "gzip", &gzip(body.as_bytes())).is(201);
        assert_eq!(put(&hris, "zstd", &zstd(body.as_bytes())).is(200).body()["outcome"], "unchanged");
        assert_eq!(put(&hris, "identity", body.as_bytes()).is(200).body()["outcome"], "unchanged");
        // Two parts, one after the other, are one body.
        let (one, two) = body.as_bytes().split_at(100);
        assert_eq!(put(&hris, "x-gzip", &[gzip(one), gzip(two)].concat()).is(200).body()["outcome"], "unchanged");
        let answer = world.client("alumni:read").send("POST", "/graphql", &[("content-type", "application/json"), ("content-encoding", "gzip")], Some(&gzip(br#"{"query":"{ alumni(first: 1) { nodes { id } } }"}"#)));
        assert_eq!(answer.is(200).body()["data"]["alumni"]["nodes"].as_array().unwrap().len(), 1);
    }

    fn a_body_that_cannot_be_decompressed_is_refused(world) {
        let hris = world.hris();
        let body = leaver("1", "2020-03-31").to_string();
        for coding in ["br", "deflate", "gzip, gzip", "compress", "none"] {
            let answer = put(&hris, coding, body.as_bytes()).is(415);
            answer.says("unsupported_media_type");
            assert_eq!(answer.header("accept-encoding"), "gzip, zstd, identity", "{coding}");
        }
        let half = gzip(body.as_bytes());
        for (coding, bytes) in [("gzip", body.as_bytes()), ("zstd", body.as_bytes()), ("zstd", &gzip(body.as_bytes())), ("gzip", &half[..half.len() / 2]), ("gzip", b"")] {
            put(&hris, coding, bytes).is(400).says("malformed");
        }
        hris.get("/v1/departures/hr/1").is(404).says("not_found");
    }

    fn a_compressed_bomb_is_stopped_at_the_limit(world) {
        let hris = world.hris();
        let zeros = vec![b' '; 256 << 20];
        let (small, large) = (gzip(&zeros[..2 << 20]), gzip(&zeros));
        let (tiny, window) = (zstd(&zeros), {
            // A frame that asks for a window of 128 MiB.
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
            encoder.window_log(27).unwrap();
            encoder.include_contentsize(false).unwrap();
            encoder.write_all(body_of_batch().as_bytes()).unwrap();
            encoder.finish().unwrap()
        });
        let began = Instant::now();
        put(&hris, "gzip", &small).is(413).says("too_large");
        batch(&hris, "gzip", &large).is(413).says("too_large");
        put(&hris, "zstd", &tiny).is(413).says("too_large");
        batch(&hris, "zstd", &tiny).is(413).says("too_large");
        batch(&hris, "zstd", &window).is(400).says("malformed");
        assert!(began.elapsed() < Duration::from_secs(5), "each within a second");
        let _ = batch(&hris, "zstd", &zstd(body_of_batch().as_bytes())).is(200);
    }

    fn answers_are_compressed_for_who_asks(world) {
        let hris = world.hris();
        let records: Vec<Value> = (0..50).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let _ = hris.post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let dashboard = world.dashboard();
        let plain = dashboard.get("/v1/alumni").is(200);
        assert_eq!(plain.header("content-encoding"), "");
        for (accept, coding) in [("gzip", "gzip"), ("zstd", "zstd"), ("gzip;q=0.1, zstd;q=0.9", "zstd"), ("br", ""), ("identity", ""), ("gzip;q=0", "")] {
            let answer = dashboard.send("GET", "/v1/alumni", &[("accept-encoding", accept)], None).is(200);
            assert_eq!(answer.header("content-encoding"), coding, "{accept}");
            let bytes = match coding {
                "gzip" => {
                    let mut bytes = Vec::new();
                    flate2::read::GzDecoder::new(&*answer.bytes).read_to_end(&mut bytes).unwrap();
                    bytes
                }
                "zstd" => zstd::decode_all(&*answer.bytes).unwrap(),
                _ => answer.bytes.clone(),
            };
            assert_eq!(String::from_utf8(bytes).unwrap(), plain.text, "{accept}");
            if !coding.is_empty() {
                assert!(answer.header("vary").contains("accept-encoding"));
                assert!(answer.bytes.len() * 4 < plain.bytes.len(), "{accept}: {} of {}", answer.bytes.len(), plain.bytes.len());
            }
        }
        dashboard.send("GET", "/v1/alumni", &[("accept-encoding", "identity;q=0, br")], None).is(406).says("not_acceptable");
    }

    fn problems_are_told_in_japanese_to_who_reads_it(world) {
        let (hris, stranger) = (world.hris(), world.stranger());
        let japanese = |text: &Value| text.as_str().unwrap().chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c));
        let mut wrong = leaver("1", "2020-03-31");
        wrong["birth_on"] = json!("yesterday");
        wrong["emails"] = json!([7]);
        wrong["colour"] = json!("red");
        let body = wrong.to_string();
        let send = |language: &str| hris.send("PUT", "/v1/departures/hr/1", &[("content-type", "application/json"), ("accept-language", language)], Some(body.as_bytes())).is(422);
        let (english, other) = (send("en"), send("ja-JP, en;q=0.5"));
        assert_eq!(english.faults(), other.faults(), "codes and pointers are of no language");
        let (english, other) = (english.body(), other.body());
        for (one, same) in english["errors"].as_array().unwrap().iter().zip(other["errors"].as_array().unwrap()) {
            assert!(!japanese(&one["detail"]) && japanese(&same["detail"]), "{one} {same}");
        }
        assert!(japanese(&other["title"]) && japanese(&other["detail"]) && !japanese(&english["title"]));
        let answer = stranger.send("GET", "/v1/alumni", &[("accept-language", "ja")], None).is(401);
        assert_eq!((answer.header("content-language"), answer.header("vary")), ("ja", "accept-language"));
        for (method, path) in [("GET", "/nowhere"), ("DELETE", "/v1/alumni"), ("GET", "/problems/unknown")] {
            let body = stranger.send(method, path, &[("accept-language", "ja")], None).body();
            assert!(japanese(&body["title"]) && japanese(&body["detail"]), "{body}");
        }
        // By GraphQL too, and where a loader answers.
        let graphql = |language: &str, query: &str| world.client("departures:read").send("POST", "/graphql", &[("content-type", "application/json"), ("accept-language", language)], Some(json!({ "query": query }).to_string().as_bytes())).body();
        let _ = hris.put("hr", &leaver("1", "2020-03-31")).is(201);
        for query in ["{ alumni(first: 1) { nodes { id } } }", "{ departures(first: 1) { nodes { alumnus { id } } } }", "{ departures(first: 0) { nodes { id } } }", "{ nonsense }", "{", "query ($n: Int!) { departures(first: $n) { nodes { id } } }"] {
            assert!(japanese(&graphql("ja", query)["errors"][0]["message"]), "{query}");
            assert!(!japanese(&graphql("fr", query)["errors"][0]["message"]), "{query}");
        }
        let page = stranger.send("GET", "/problems/invalid", &[("accept-language", "ja")], None).is(200);
        assert!(page.text.contains("lang=\"ja\"") && page.text.contains("送られた内容に誤りがあります"));
    }

    fn a_type_that_is_not_given_is_refused(world) {
        let dashboard = world.dashboard();
        let ask = |accept: &str| dashboard.send("GET", "/v1/alumni", &[("accept", accept)], None);
        for accept in ["application/json", "*/*", "application/*", "text/html, */*;q=0.1", "application/problem+json", "application/json; charset=utf-8", "nonsense", ""] {
            assert_eq!(ask(accept).status, 200, "{accept}");
        }
        for accept in ["text/html", "application/xml", "application/json;q=0", "image/png, text/csv"] {
            let answer = ask(accept).is(406);
            answer.says("not_acceptable");
            assert!(answer.body()["detail"].as_str().unwrap().contains("application/json"), "{accept}");
        }
    }

    fn no_page_of_another_origin_may_call_unless_it_is_named(world) {
        let dashboard = world.dashboard();
        let answer = dashboard.send("GET", "/v1/alumni", &origin_of("https://dashboard.test"), None).is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let preflight = [("origin", "https://dashboard.test"), ("access-control-request-method", "GET")];
        world.stranger().send("OPTIONS", "/v1/alumni", &preflight, None).is(405).says("method_not_allowed");
    }
}

on_both! {
    |settings| settings.cors_origins = vec!["https://dashboard.test".into()];

    fn pages_of_a_named_origin_may_call(world) {
        let preflight = |origin: &str, method: &str, headers: &str| {
            let headers = [("origin", origin), ("access-control-request-method", method), ("access-control-request-headers", headers)];
            world.stranger().send("OPTIONS", "/v1/alumni/alm_00000000000070008000000000000000", &headers, None)
        };
        let answer = preflight("https://dashboard.test", "PATCH", "authorization, content-type, if-match").is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "https://dashboard.test");
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
        assert!(answer.header("access-control-allow-headers").to_lowercase().contains("if-match"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        preflight("https://elsewhere.test", "GET", "authorization").is(400).says("malformed");

        let answer = world.dashboard().send("GET", "/v1/alumni", &origin_of("https://dashboard.test"), None).is(200);
        assert_eq!(answer.header("access-control-allow-origin"), "https://dashboard.test");
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["etag", "link", "ratelimit", "x-request-id"] {
            assert!(exposed.split(',').any(|exposed| exposed.trim() == name), "{name} of {exposed}");
        }
        assert!(answer.header("vary").to_lowercase().contains("origin"));
        // A refusal must be readable for the page as well.
        let refused = world.stranger().send("GET", "/v1/alumni", &origin_of("https://dashboard.test"), None).is(401);
        assert_eq!(refused.header("access-control-allow-origin"), "https://dashboard.test");
        let other = world.dashboard().send("GET", "/v1/alumni", &origin_of("https://elsewhere.test"), None).is(200);
        assert_eq!(other.header("access-control-allow-origin"), "");
    }
}

fn body_of_batch() -> String {
    json!({ "source": "hr", "records": [leaver("1", "2020-03-31")] }).to_string()
}
