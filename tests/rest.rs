//! What REST does with requests that nobody sends on purpose, or only generators do.

use furusu_tests::world::{employee, leaver};
use furusu_tests::{Answer, on_both};
use serde_json::{Value, json};

fn problem(answer: &Answer) -> (u16, String) {
    let body = answer.body();
    (answer.status, body["code"].as_str().unwrap_or_default().to_owned())
}

/// A record of somebody employed, under any id.
fn named(external_id: &str) -> Value {
    let mut record = employee("1");
    record["external_id"] = json!(external_id);
    record["employee_number"] = Value::Null;
    record
}

on_both! {
    fn a_url_that_is_not_utf8_is_malformed(world) {
        let hris = world.client("alumni:read departures:read departures:write");
        for path in ["/v1/alumni/%FF", "/v1/alumni?department=%C3%28", "/v1/alumni?department=50%", "/v1/departures/hr/%ff", "/v1/alumni?%ed%a0%80=1"] {
            assert_eq!(problem(&hris.get(path)), (400, "malformed".into()), "{path}");
        }
        // Read loosely, the path would be the character that stands for what cannot be read.
        let record = named("\u{fffd}");
        assert_eq!(problem(&hris.json("PUT", "/v1/departures/hr/%FF", &record)), (400, "malformed".into()));
    }

    fn an_id_of_a_source_may_hold_what_a_url_must_escape(world) {
        let hris = world.hris();
        for (id, path) in [("a/b", "a%2Fb"), ("50%", "50%25"), ("%2F", "%252F"), ("a+b c", "a+b%20c"), ("?#&=;", "%3F%23%26%3D%3B"), ("社員 1", "%E7%A4%BE%E5%93%A1%201")] {
            let path = format!("/v1/departures/hr/{path}");
            let _ = hris.json("PUT", &path, &named(id)).is(201);
            assert_eq!(hris.get(&path).is(200).body()["record"]["external_id"], id);
        }
    }

    fn an_id_of_a_source_has_no_control_characters(world) {
        let hris = world.hris();
        for (id, path) in [("a\nb", "a%0Ab"), ("\u{0}", "%00"), ("a\u{85}b", "a%C2%85b")] {
            let path = format!("/v1/departures/hr/{path}");
            let faults = hris.json("PUT", &path, &named(id)).is(422).faults();
            assert_eq!(faults, [("/external_id".to_owned(), "malformed_value".to_owned())]);
            let _ = hris.get(&path).is(404);
        }
    }

    fn a_parameter_that_is_empty_is_not_left_out(world) {
        let dashboard = world.dashboard();
        for name in ["ended_from", "ended_to", "separation_type", "reason", "source", "status", "updated_after", "sort", "limit", "after"] {
            for list in ["alumni", "departures"] {
                let answer = dashboard.get(&format!("/v1/{list}?{name}="));
                assert_eq!(answer.is(422).faults()[0].0, format!("/{name}"), "{list}");
            }
        }
        // A text may be empty, and then asks for nothing.
        let _ = dashboard.get("/v1/alumni?department=").is(200);
    }

    fn a_member_that_is_empty_is_a_mistake_unless_it_is_a_text(world) {
        let hris = world.hris();
        let mut record = leaver("1", "2024-03-31");
        record["birth_on"] = json!("");
        record["departure"]["reason"] = json!({ "value": "" });
        let faults = hris.put("hr", &record).is(422).faults();
        assert_eq!(faults, [("/birth_on".into(), "malformed_value".into()), ("/departure/reason/value".to_owned(), "not_one_of".to_owned())]);
        record["birth_on"] = Value::Null;
        record["departure"]["reason"] = json!({ "value": null, "source_value": "" });
        record["address"] = json!("");
        let _ = hris.put("hr", &record).is(201);
    }

    fn numbers_are_what_json_says_they_are(world) {
        let hris = world.hris();
        let told = |member: &str, value: Value| {
            let mut record = leaver("1", "2024-03-31");
            *record.pointer_mut(member).unwrap() = value;
            hris.put("hr", &record)
        };
        let mut record = leaver("1", "2024-03-31");
        record["sequence"] = json!(2.0);
        let _ = hris.put("hr", &record).is(201);
        assert_eq!(hris.get("/v1/departures/hr/1").body()["record"]["sequence"], 2);
        // No reader of JSON keeps these exactly, so they are no codes and no ratings.
        for (member, value) in [("/departure/rehire/source_value", json!(9_007_199_254_740_992_i64)), ("/evaluation/rating", json!(1e300)), ("/evaluation/source_value", json!(u64::MAX))] {
            assert_eq!(told(member, value).is(422).faults(), [(member.to_owned(), "out_of_range".to_owned())]);
        }
        let _ = told("/departure/rehire/source_value", json!(9_007_199_254_740_991_i64)).is(200);
    }

    fn the_ends_of_the_calendar_can_be_asked_for(world) {
        let dashboard = world.dashboard();
        let _ = world.hris().put("hr", &leaver("1", "2024-03-31")).is(201);
        let many = |path: &str| dashboard.get(path).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!(many("/v1/alumni?updated_after=0000-01-01T00:00:00Z"), 1);
        assert_eq!(many("/v1/alumni?updated_after=0001-01-01T00:00:00%2B23:59"), 1);
        assert_eq!(many("/v1/alumni?updated_after=9999-12-31T23:59:59.999999999Z"), 0);
        assert_eq!(many("/v1/alumni?ended_from=0000-01-01&ended_to=9999-12-31"), 1);
        assert_eq!(many("/v1/alumni?as_of=9999-12-31"), 1);
        assert_eq!(many("/v1/alumni?as_of=0000-01-01&known_at=0000-01-01T00:00:00Z"), 0);
        assert_eq!(many("/v1/departures?updated_after=9999-12-31T23:59:59-23:59"), 0);
        let _ = dashboard.get("/v1/alumni?updated_after=2020-01-01T00:00Z").is(422);
    }

    fn texts_are_measured_as_they_came(world) {
        let hris = world.hris();
        let mut record = employee("1");
        record["employment"]["department"] = json!(format!("{}{}", "あ".repeat(199), " "));
        let _ = hris.put("hr", &record).is(201);
        record["employment"]["department"] = json!(format!("{}{}", "あ".repeat(199), "  "));
        assert_eq!(hris.put("hr", &record).is(422).faults(), [("/employment/department".to_owned(), "too_long".to_owned())]);
        record["employment"]["department"] = json!("Sales");
        record["phones"] = json!([format!("０３{}１２３", "－".repeat(55))]);
        let _ = hris.put("hr", &record).is(200);
    }

    fn a_parameter_that_comes_twice_is_refused(world) {
        let dashboard = world.dashboard();
        assert_eq!(dashboard.get("/v1/alumni?limit=5&limit=6").is(422).faults(), [("/limit".to_owned(), "repeated_member".to_owned())]);
        assert_eq!(dashboard.get("/v1/alumni?limit=99999999999999999999").is(422).faults(), [("/limit".to_owned(), "out_of_range".to_owned())]);
        assert_eq!(dashboard.get("/v1/alumni?=x").is(422).faults(), [("/".to_owned(), "unknown_member".to_owned())]);
    }

    fn a_method_that_a_path_does_not_have_is_told_which_it_has(world) {
        let contract = world.stranger().get("/openapi.json").body();
        for (path, item) in contract["paths"].as_object().unwrap() {
            let mut has: Vec<String> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            if has.contains(&"GET".to_owned()) {
                has.push("HEAD".to_owned());
            }
            has.sort();
            let path = path.replace("{id}", "x").replace("{source}", "x").replace("{external_id}", "x").replace("{code}", "invalid");
            let path = path.replace("{secret}", "x");
            let method = if has.contains(&"DELETE".to_owned()) { "PUT" } else { "DELETE" };
            let answer = world.stranger().send(method, &path, &[], None).is(405);
            assert_eq!(answer.body()["code"], "method_not_allowed", "{path}");
            let mut allowed: Vec<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
            allowed.sort();
            assert_eq!(allowed, has, "{path}");
        }
    }

    fn a_path_that_leads_nowhere_is_not_found_in_the_same_form(world) {
        for path in ["/v1", "/v1/alumni/", "//v1/alumni", "/V1/alumni", "/v1/alumni/x/y/z", "/%00", "/v1/departures/hr"] {
            assert_eq!(problem(&world.dashboard().get(path)), (404, "not_found".into()), "{path}");
        }
    }

    fn json_that_is_none_is_malformed_wherever_it_breaks(world) {
        let dashboard = world.dashboard();
        let deep = [vec![b'['; 200], vec![b']'; 200]].concat();
        for body in [&b""[..], b"{} x", b"\xef\xbb\xbf{}", b"{\"search\":\"\xff\"}", b"{\"search\":\"\\ud800\"}", b"{\"limit\":1e400}", &deep] {
            let answer = dashboard.send("POST", "/v1/alumni/search", &[("content-type", "application/json")], Some(body));
            assert_eq!(problem(&answer), (400, "malformed".into()));
        }
    }
}
