//! Guests who turn out to be one person, or two after all.

use furusu_tests::on_both;
use furusu_tests::world::World;
use serde_json::{Value, json};

use super::{activities, counts, enrols, id, list, now, published, says};
use crate::engagement::{alumnus, books};

fn merge(world: &World, into: &str, merged: &str) -> Value {
    world.client("matching:review").post(&format!("/v1/alumni/{into}/merges"), &json!({ "merged_id": merged })).is(201).body()
}

fn part(world: &World, of: &str, merge: &Value) {
    let _ = world.client("matching:review").post(&format!("/v1/alumni/{of}/merges/{}/undo", id(merge)), &json!({})).is(200);
}

on_both! {
    fn of_two_who_become_one_one_seat_becomes_free_and_comes_back_if_it_can(world) {
        let people: Vec<String> = (1..=4).map(|n| alumnus(world, &n.to_string())).collect();
        let of = published(world, Some(2));
        let enrolled = |n: i32| {
            world.seconds_pass(1);
            enrols(world, &of, &n.to_string()).is(201).body()
        };
        let guests: Vec<Value> = (1..=4).map(enrolled).collect();
        assert_eq!(counts(world, &of), [json!(2), json!(2), json!(0), json!(0)]);
        let merged = merge(world, &people[0], &people[1]);
        let double = now(world, &guests[1]);
        assert_eq!((&double["doubled"], &double["alumnus_id"]), (&json!(true), &json!(people[0])));
        assert_eq!(now(world, &guests[2])["state"], "registered", "the first in line has the seat");
        assert_eq!((counts(world, &of), list(world, &of, "").len()), ([json!(2), json!(1), json!(0), json!(0)], 3));
        assert_eq!(activities(world, "event_rsvp"), 3, "they said yes once");
        books::verify(world);
        let refused = says(world, &double, &json!({ "to": "withdrawn" })).is(409);
        refused.says("move_refused");
        assert_eq!(enrols(world, &of, "2").is(200).body()["id"], guests[0]["id"], "under either id they are the one");
        part(world, &people[0], &merged);
        let restored = now(world, &guests[1]);
        assert_eq!((&restored["doubled"], &restored["state"], &restored["waiting_place"]), (&json!(false), &json!("waiting"), &json!(3)));
        assert_eq!(restored["alumnus_id"], json!(people[1]));
        assert_eq!((counts(world, &of), activities(world, "event_rsvp")), ([json!(2), json!(2), json!(0), json!(0)], 4));
        let told = world.events();
        assert!(told.contains(&"registration.doubled".to_owned()) && told.contains(&"registration.restored".to_owned()));
        books::verify(world);
    }

    fn the_one_who_was_there_stands_for_both(world) {
        let people: Vec<String> = (1..=2).map(|n| alumnus(world, &n.to_string())).collect();
        let of = published(world, None);
        let guests: Vec<Value> = (1..=2).map(|n| enrols(world, &of, &n.to_string()).is(201).body()).collect();
        world.it_is("2026-12-05T10:00:00Z");
        let _ = says(world, &guests[1], &json!({ "to": "attended" })).is(200);
        let merged = merge(world, &people[0], &people[1]);
        assert_eq!((now(world, &guests[0])["doubled"].clone(), now(world, &guests[1])["doubled"].clone()), (json!(true), json!(false)));
        assert_eq!((activities(world, "event_rsvp"), activities(world, "event_attended")), (1, 1));
        assert_eq!(counts(world, &of), [json!(1), json!(0), json!(1), json!(null)]);
        books::verify(world);
        part(world, &people[0], &merged);
        assert_eq!(counts(world, &of), [json!(2), json!(0), json!(1), json!(null)]);
        assert_eq!((activities(world, "event_rsvp"), activities(world, "event_attended")), (2, 1));
        books::verify(world);
    }

    fn people_become_one_and_two_while_they_register(world) {
        let people: Vec<String> = (1..=6).map(|n| alumnus(world, &n.to_string())).collect();
        let gatherings: Vec<Value> = (0..4).map(|_| published(world, Some(3))).collect();
        std::thread::scope(|scope| {
            let gatherings = &gatherings;
            for n in 1..=6 {
                scope.spawn(move || {
                    for of in gatherings {
                        let guest = enrols(world, of, &n.to_string());
                        assert!([200, 201].contains(&guest.status), "{}", guest.text);
                        if n % 2 == 0 {
                            // As a double it cannot be moved.
                            let answer = says(world, &guest.body(), &json!({ "to": "withdrawn" }));
                            assert!([200, 409].contains(&answer.status), "{}", answer.text);
                        }
                    }
                });
            }
            for _ in 0..4 {
                let merged = merge(world, &people[0], &people[1]);
                part(world, &people[0], &merged);
            }
            let _ = merge(world, &people[2], &people[3]);
        });
        books::verify(world);
        for of in &gatherings {
            let guests = list(world, of, "");
            let is = |state: &str| guests.iter().filter(|guest| guest["state"] == state).count();
            let [registered, waiting, ..] = counts(world, of);
            assert_eq!((registered, waiting), (json!(is("registered")), json!(is("waiting"))));
            assert!(is("registered") <= 3 && (is("waiting") == 0 || is("registered") == 3));
        }
        let live = world.count("select count(*) from registration where state in ('registered', 'waiting') and not is_double");
        assert_eq!(activities(world, "event_rsvp"), live);
    }
}
