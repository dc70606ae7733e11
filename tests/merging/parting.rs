//! Taking merges back: each has again what was told of them, whatever came in between.

use furusu_tests::on_both;
use furusu_tests::world::leaver;
use serde_json::{Value, json};

use super::{face, found, merge, names, other, person, read, reviewer, undo};

on_both! {
    fn an_un_merge_gives_back_exactly_what_was(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let before = [face(world, &a), face(world, &b)];
        let made = merge(world, &a, &b);
        world.seconds_pass(60);
        let undone = undo(world, &b, &made);
        assert_eq!((&undone["undone_by"], &undone["undo_reason"]), (&json!("operator"), &json!("two people after all")));
        assert!(undone["undone_at"].is_string());
        assert_eq!([face(world, &a), face(world, &b)], before);
        assert_eq!((found(world, "ito"), found(world, "mori"), found(world, "other2@")), (vec![a.clone()], vec![b.clone()], vec![b.clone()]));
        assert_eq!(reviewer(world).get("/v1/alumni").body()["data"].as_array().unwrap().len(), 2);
        assert_eq!(world.events().last().unwrap(), "alumnus.unmerged");
        // Once more: it stays so, and nothing happens.
        let events = world.events().len();
        assert_eq!(undo(world, &a, &made), undone);
        assert_eq!(world.events().len(), events);
        // And both are found in the history, under either id.
        for id in [&a, &b] {
            assert_eq!(reviewer(world).get(&format!("/v1/alumni/{id}/merges")).body()["data"], json!([undone]));
        }
    }

    fn what_arrives_in_between_goes_to_whom_it_was_told_of(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let made = merge(world, &a, &b);
        let hris = world.hris();
        // The other's source corrects itself, tells of a new address, and of a later period.
        let mut corrected = other("2", "2024-06-30");
        corrected["emails"] = json!(["new2@example.com"]);
        let told = hris.put("payroll", &corrected).is(200).body();
        assert_eq!((&told["outcome"], &told["alumnus_id"]), (&json!("updated"), &json!(a)));
        assert_eq!(hris.put("payroll", &corrected).is(200).body()["outcome"], "unchanged");
        let mut back = other("2", "2026-03-31");
        back["employment"]["hired_on"] = json!("2025-04-01");
        back["emails"] = json!(["new2@example.com"]);
        assert_eq!(hris.put("payroll", &back).is(201).body()["alumnus_id"], json!(a));
        // A new id of the same person there.
        let mut renamed = back.clone();
        renamed["external_id"] = json!("2b");
        renamed["previous_external_ids"] = json!(["2"]);
        assert_eq!(hris.put("payroll", &renamed).body()["alumnus_id"], json!(a));
        // And the first one's source tells of their own.
        let mut own = leaver("1", "2020-03-31");
        own["emails"] = json!(["new1@example.com"]);
        assert_eq!(hris.put("hr", &own).is(200).body()["outcome"], "updated");
        let both = read(world, &b);
        assert_eq!(both["employments"].as_array().unwrap().len(), 3);
        assert_eq!((found(world, "new2@"), found(world, "new1@")), (vec![a.clone()], vec![a.clone()]));

        let _ = undo(world, &a, &made);
        let (one, two) = (read(world, &a), read(world, &b));
        assert_eq!((names(&one), names(&two)), (vec!["Ito"], vec!["Mori"]));
        assert_eq!((&one["emails"], &two["emails"]), (&json!(["new1@example.com"]), &json!(["new2@example.com"])));
        assert_eq!((one["employments"].as_array().unwrap().len(), two["employments"].as_array().unwrap().len()), (1, 2));
        assert_eq!(two["employments"][1]["departure"]["employment_ended_on"], "2024-06-30");
        // What comes under the new id is the other's.
        renamed["employment"]["job_title"] = json!("Director");
        assert_eq!(hris.put("payroll", &renamed).is(200).body()["alumnus_id"], json!(b));
        assert_eq!((found(world, "new2@"), found(world, "new1@")), (vec![b.clone()], vec![a.clone()]));
    }

    fn two_ids_of_one_source_stay_two_tellings(world) {
        // The source made somebody twice, hired on the same day.
        let (first, mut second) = (leaver("1", "2020-03-31"), leaver("2", "2020-03-31"));
        second["employment"]["job_title"] = json!("Manager");
        let (a, b) = (person(world, "hr", &first), person(world, "hr", &second));
        let before = [face(world, &a), face(world, &b)];
        let made = merge(world, &a, &b);
        for record in [&first, &second] {
            let read = world.hris().get(&format!("/v1/departures/hr/{}", record["external_id"].as_str().unwrap())).is(200).body();
            assert_eq!(read["record"]["names"][0]["given"], record["names"][0]["given"]);
        }
        for record in [&first, &second, &first] {
            assert_eq!(world.hris().put("hr", record).is(200).body()["outcome"], "unchanged");
        }
        second["employment"]["job_title"] = json!("Director");
        assert_eq!(world.hris().put("hr", &second).is(200).body()["outcome"], "updated");
        assert_eq!(world.hris().put("hr", &first).is(200).body()["outcome"], "unchanged");
        let mut titles: Vec<Value> = read(world, &a)["employments"].as_array().unwrap().iter().map(|e| e["job_title"].clone()).collect();
        titles.sort_by_key(Value::to_string);
        assert_eq!(titles, [json!("Clerk"), json!("Director")]);
        second["employment"]["job_title"] = json!("Manager");
        assert_eq!(world.hris().put("hr", &second).is(200).body()["outcome"], "updated");
        let _ = undo(world, &a, &made);
        assert_eq!(face(world, &a), before[0]);
        assert_eq!(face(world, &b)["employments"][0]["job_title"], before[1]["employments"][0]["job_title"]);
    }

    fn chains_are_answered_by_the_last_and_parted_in_any_order(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let c = person(world, "third", &other("3", "2023-03-31"));
        let before = [face(world, &a), face(world, &b), face(world, &c)];
        let c_into_b = merge(world, &b, &c);
        let middle = face(world, &b);
        let b_into_a = merge(world, &a, &b);
        for id in [&a, &b, &c] {
            assert_eq!(read(world, id)["id"], json!(a));
        }
        assert_eq!(read(world, &c)["employments"].as_array().unwrap().len(), 3);
        assert_eq!(reviewer(world).get(&format!("/v1/alumni/{c}/merges")).body()["data"].as_array().unwrap().len(), 2);
        // The later one first: the two that were one before are so again.
        let _ = undo(world, &c, &b_into_a);
        assert_eq!((face(world, &a), face(world, &b), read(world, &c)["id"].clone()), (before[0].clone(), middle, json!(b)));
        let b_into_a = merge(world, &a, &b);
        // The earlier one first: whoever was merged then stands alone, the others stay.
        let _ = undo(world, &a, &c_into_b);
        assert_eq!(face(world, &c), before[2]);
        assert_eq!((read(world, &b)["id"].clone(), read(world, &a)["merged_ids"].clone()), (json!(a), json!([b])));
        let _ = undo(world, &a, &b_into_a);
        assert_eq!([face(world, &a), face(world, &b), face(world, &c)], before);
    }

    fn records_and_merges_at_once_lose_nothing(world) {
        let (a, b) = (person(world, "hr", &leaver("1", "2020-03-31")), person(world, "payroll", &other("2", "2024-03-31")));
        let tell = |source: &'static str, record: Value| {
            let hris = world.hris();
            std::thread::spawn(move || {
                for n in 0..12 {
                    let mut record = record.clone();
                    record["employment"]["job_title"] = json!(format!("Title {n}"));
                    let _ = hris.put(source, &record).is(200);
                }
            })
        };
        let threads = [tell("hr", leaver("1", "2020-03-31")), tell("payroll", other("2", "2024-03-31"))];
        for _ in 0..4 {
            let made = merge(world, &a, &b);
            let _ = undo(world, &a, &made);
        }
        for thread in threads {
            thread.join().unwrap();
        }
        for (id, name) in [(&a, "Ito"), (&b, "Mori")] {
            let seen = read(world, id);
            assert_eq!((names(&seen), seen["employments"].as_array().unwrap().len()), (vec![name], 1));
            assert_eq!(seen["employments"][0]["job_title"], "Title 11");
        }
    }
}
