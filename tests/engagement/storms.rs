//! The books under fire: broken off in the middle, in random order with repetitions, and with people who become one meanwhile.

use std::fs;

use furusu_tests::command::Operator;
use furusu_tests::on_both;
use serde_json::{Value, json};

use super::{act, alumnus, books, engagement, keeper};

/// A small generator of random numbers, the same every time.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// Records of ten people over six years, in random order: many twice, some corrected, some taken back, all of them dated.
fn history(n: u64) -> Vec<Value> {
    const KINDS: [&str; 6] = ["newsletter_opened", "link_clicked", "event_rsvp", "talk_given", "donation", "community_post"];
    let mut seed = 7;
    let mut draw = |below: u64| random(&mut seed) % below;
    (0..n)
        .map(|n| {
            let (year, month, day) = (2021 + draw(6), 1 + draw(9), 1 + draw(28));
            let of = (1 + draw(10)).to_string();
            let mut record =
                act(&draw(1 + 2 * n / 3).to_string(), &of, KINDS[draw(6) as usize], &format!("{year}-{month:02}-{day:02}T00:00:00Z"));
            if draw(10) == 0 {
                record = json!({ "external_id": record["external_id"], "retracted": true });
            }
            record["source_updated_at"] = json!(format!("2026-11-20T{:02}:{:02}:00.{:06}Z", draw(24), draw(60), draw(1_000_000)));
            record
        })
        .collect()
}

on_both! {
    fn a_file_that_is_broken_off_and_sent_again_counts_once(world) {
        for n in 1..=10 {
            let _ = alumnus(world, &n.to_string());
        }
        let operator = Operator::new(&world.folder, &world.database_url());
        let organization = world.organization.to_string();
        let lines: Vec<String> = history(20_000).iter().map(Value::to_string).collect();
        fs::write(world.folder.join("history.ndjson"), lines.join("\n")).unwrap();
        let args = ["--json", "import", "history.ndjson", "--activities", "--source", "web", "--organization", &organization];
        for _ in 0..2 {
            let known = world.count("select count(*) from activity");
            let mut import = operator.starts(&args);
            // Killed as soon as it has written something, amid the next batch.
            while world.count("select count(*) from activity") <= known && import.try_wait().unwrap().is_none() {}
            import.kill().unwrap();
            let _ = import.wait();
            books::verify(world);
        }
        let summary: Value = serde_json::from_str(operator.gets(&args).lines().last().unwrap()).unwrap();
        assert_eq!((&summary["read"], &summary["rejected"]), (&json!(20_000), &json!(0)));
        books::verify(world);
        let counted = world.count("select count(*) from activity where retracted_at is null");
        let mut backwards = lines.clone();
        backwards.reverse();
        fs::write(world.folder.join("history.ndjson"), backwards.join("\n")).unwrap();
        let again: Value = serde_json::from_str(operator.gets(&args).lines().last().unwrap()).unwrap();
        assert_eq!((&again["created"], &again["updated"], &again["retracted"]), (&json!(0), &json!(0), &json!(0)), "{again}");
        assert_eq!(world.count("select count(*) from activity where retracted_at is null"), counted);
    }

    fn who_become_one_while_activities_come_in_have_all_of_them(world) {
        let ids: Vec<String> = (1..=4).map(|n| alumnus(world, &n.to_string())).collect();
        let history = history(600);
        std::thread::scope(|scope| {
            for part in history.chunks(100) {
                let client = keeper(world);
                scope.spawn(move || {
                    for record in part {
                        let answer = client.post("/v1/activities", &json!({ "source": "web", "record": record }));
                        // Of the ten people four are known.
                        assert!([200, 201, 422].contains(&answer.status), "{}", answer.text);
                    }
                });
            }
            let reviewer = world.client("matching:review");
            for _ in 0..6 {
                let [one, two] = [&ids[0], &ids[1]];
                let merge = reviewer.post(&format!("/v1/alumni/{one}/merges"), &json!({ "merged_id": two })).is(201).body();
                let _ = reviewer.post(&format!("/v1/alumni/{one}/merges/{}/undo", merge["id"].as_str().unwrap()), &json!({})).is(200);
                let _ = world.hris().put("hr", &furusu_tests::world::leaver("3", "2021-03-31"));
            }
            let _ = reviewer.post(&format!("/v1/alumni/{}/merges", ids[2]), &json!({ "merged_id": ids[3] })).is(201);
        });
        books::verify(world);
        let all: i64 = [0, 1, 2].iter().map(|n| engagement(world, &ids[*n])["activity_count"].as_i64().unwrap()).sum();
        assert_eq!(all, world.count("select count(*) from activity where retracted_at is null"));
    }
}
