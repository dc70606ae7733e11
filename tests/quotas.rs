//! Rate limits: what a caller may send in a minute, over all instances.

use furusu_tests::world::{World, leaver};
use furusu_tests::{Answer, Client, on_both};
use serde_json::json;

const PATH: &str = "/v1/alumni?limit=1";

/// `r` and `t` of the header `RateLimit`.
fn standing(answer: &Answer) -> (i64, i64) {
    let header = answer.header("ratelimit");
    let number = |name: &str| header.split(';').find_map(|p| p.strip_prefix(name)).and_then(|n| n.parse().ok());
    assert!(header.starts_with("\"default\";"), "{header}");
    (number("r=").unwrap(), number("t=").unwrap())
}

/// How many requests were let through without a lease.
fn unleased(world: &World) -> usize {
    let metrics = world.stranger().get("/metrics").is(200).text;
    let line = metrics.lines().find_map(|line| line.strip_prefix("furusu_requests_unleased_total "));
    line.and_then(|n| n.parse().ok()).expect("it is counted")
}

fn let_through(client: &Client, times: usize) -> usize {
    (0..times).filter(|_| client.get(PATH).status == 200).count()
}

on_both! {
    fn every_answer_to_a_known_caller_says_what_is_left(world) {
        let client = world.hris();
        let answers = [
            client.get("/v1/departures").is(200),
            client.get("/v1/departures?limit=0").is(422),
            client.get("/v1/departures/hr/nobody").is(404),
            client.get("/v1/alumni").is(403),
            client.send("PUT", "/v1/departures/hr/1", &[], Some(b"{}")).is(415),
            client.graphql("{ nonsense }", &json!({})).is(200),
        ];
        for (n, answer) in answers.iter().enumerate() {
            assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=60000;w=60");
            assert_eq!(standing(answer), (59_999 - i64::try_from(n).unwrap(), 60));
            assert_eq!(answer.header("retry-after"), "");
        }
        world.seconds_pass(47);
        assert_eq!(standing(&client.get("/v1/departures").is(200)).1, 13);
        world.seconds_pass(13);
        assert_eq!(standing(&client.get("/v1/departures").is(200)), (59_999, 60));
        for stranger in [world.stranger().get("/healthz").is(200), world.stranger().get("/v1/alumni").is(401)] {
            assert_eq!((stranger.header("ratelimit"), stranger.header("ratelimit-policy")), ("", ""));
        }
    }

    fn a_read_costs_no_statement_but_one_for_a_thousand(world) {
        let client = world.dashboard();
        let _ = world.hris().put("hr", &leaver("1", "2020-03-31")).is(201);
        let _ = client.get(PATH).is(200);
        let before = world.statements();
        for _ in 0..100 {
            let _ = client.get(PATH).is(200);
        }
        assert_eq!(world.statements() - before, 300, "the page's own three");
    }
}

mod ten_a_minute {
    use super::*;

    on_both! {
        |settings| settings.requests_per_minute = 10;

        fn two_instances_let_through_as_many_as_one(world) {
            let second = world.beside();
            let (here, there) = (world.client("alumni:read"), second.client("alumni:read"));
            assert_eq!(let_through(&here, 4), 4);
            assert_eq!(let_through(&there, 4), 4);
            assert_eq!(let_through(&here, 1), 1);
            assert_eq!(let_through(&there, 3), 1);
            let refused = here.get(PATH).is(429);
            refused.says("rate_limited");
            assert_eq!((refused.header("retry-after"), standing(&refused)), ("60", (0, 60)));
            assert_eq!(there.graphql("{ __typename }", &json!({})).is(429).says("rate_limited").header("ratelimit-policy"), "\"default\";q=10;w=60");
            world.seconds_pass(59);
            assert_eq!(here.get(PATH).is(429).header("retry-after"), "1");
            world.seconds_pass(1);
            assert_eq!((let_through(&there, 10), let_through(&here, 10)), (10, 0), "a new minute, all of it for whoever asks first");
        }

        fn a_flood_at_once_on_two_instances_is_let_through_as_far_as_the_quota(world) {
            let second = world.beside();
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let client = if n % 2 == 0 { world.client("alumni:read") } else { second.client("alumni:read") };
                    std::thread::spawn(move || let_through(&client, 5))
                })
                .collect();
            let through: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
            // On a machine that is so busy that a lease comes late, a request is let through, and that is counted.
            let unleased = unleased(world) + unleased(&second);
            assert!((10..=10 + unleased).contains(&through), "{through}, {unleased} of them without a lease");
        }

        fn one_callers_flood_is_not_anothers(world) {
            let flood = world.client("alumni:read");
            assert_eq!(let_through(&flood, 15), 10);
            let known = world.known_client("alumni:read");
            assert_eq!(standing(&known.get(PATH).is(200)).0, 9);
            assert_eq!(standing(&world.other_tenant().get(PATH).is(200)).0, 9);
            // Another token of the same caller is the same caller.
            let _ = world.client("alumni:read departures:read").get(PATH).is(429);
        }

        fn a_caller_who_is_refused_costs_no_statement(world) {
            let flood = world.client("alumni:read");
            assert_eq!(let_through(&flood, 10), 10);
            let before = world.statements();
            assert_eq!(let_through(&flood, 50), 0);
            assert_eq!(world.statements(), before);
        }

        fn while_nothing_can_be_leased_requests_are_let_through_and_counted(world) {
            let client = world.client("alumni:read");
            let_through(&client, 3);
            world.sql("alter table quota rename to away");
            assert_eq!(let_through(&client, 20), 20);
            assert_eq!(unleased(world), 20);
            assert_eq!(standing(&client.get(PATH).is(200)).0, 7, "as far as is known");
            world.sql("alter table away rename to quota");
        }

        fn leases_are_removed_when_their_minute_is_long_over(world) {
            let _ = world.client("alumni:read").get(PATH).is(200);
            world.seconds_pass(120);
            let _ = world.client("alumni:read").get(PATH).is(200);
            assert_eq!(world.the_service_forgets().1, 0);
            world.seconds_pass(60);
            assert_eq!(world.the_service_forgets().1, 1);
            assert_eq!(world.the_service_forgets().1, 0);
        }
    }
}

mod no_limit {
    use super::*;

    on_both! {
        |settings| settings.requests_per_minute = 0;
        fn without_a_limit_nothing_is_counted(world) {
            let answer = world.client("alumni:read").get(PATH).is(200);
            assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), ("", ""));
        }
    }
}

on_both! {
    |settings| settings.requests_per_minute = 6;

    fn each_request_of_a_graphql_batch_counts(world) {
        let client = world.client("alumni:read");
        let batch = json!(vec![json!({ "query": "{ __typename }" }); 10]);
        let answers = client.post("/graphql", &batch).is(200).body();
        let codes: Vec<&str> = answers.as_array().unwrap().iter().map(|a| a["errors"][0]["extensions"]["code"].as_str().unwrap_or("ran")).collect();
        assert_eq!(codes, [["ran"; 6].as_slice(), &["rate_limited"; 4]].concat());
        client.get("/v1/alumni").is(429).says("rate_limited");
    }
}
