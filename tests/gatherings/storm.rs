//! Many at once for few seats.

use std::collections::BTreeSet;

use furusu_tests::on_both;
use serde_json::{Value, json};

use super::{counts, enrols, id, list, moves, now, office, planned, published, says};
use crate::engagement::books;
use furusu_tests::world::leaver;

on_both! {
    fn of_two_hundred_at_once_one_gets_the_last_seat_and_the_others_wait_in_order(world) {
        const MANY: usize = 200;
        let records: Vec<Value> = (0..MANY).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let of = published(world, Some(1));
        let beside = world.beside();
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let (of, beside) = (&of, &beside);
            // Half of them through another instance on the same database.
            let begun: Vec<_> = (0..MANY)
                .map(|n| scope.spawn(move || enrols(if n % 2 == 0 { world } else { beside }, of, &n.to_string()).is(201).body()))
                .collect();
            begun.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        let seated: Vec<&Value> = answers.iter().filter(|answer| answer["state"] == "registered").collect();
        assert_eq!(seated.len(), 1, "exactly one has the seat");
        let places: BTreeSet<i64> = answers.iter().filter_map(|answer| answer["waiting_place"].as_i64()).collect();
        assert_eq!(places, (1..MANY as i64).collect(), "each place once, without a gap");
        assert_eq!(counts(world, &of), [json!(1), json!(MANY - 1), json!(0), json!(0)]);
        let line: Vec<Value> = list(world, &of, "&state=waiting");
        let mut told: Vec<&Value> = answers.iter().filter(|answer| answer["state"] == "waiting").collect();
        told.sort_by_key(|answer| answer["waiting_place"].as_i64());
        let ids = |of: Vec<&Value>| -> Vec<Value> { of.iter().map(|r| r["id"].clone()).collect() };
        assert_eq!(ids(line.iter().collect()), ids(told.clone()), "the list is the order that was told");
        books::verify(world);
        let first = told[0].clone();
        let _ = says(world, seated[0], &json!({ "to": "withdrawn" })).is(200);
        assert_eq!(now(world, &first)["state"], "registered");
        assert_eq!(counts(world, &of), [json!(1), json!(MANY - 2), json!(0), json!(0)]);
    }

    fn seats_come_out_even_while_people_come_go_and_seats_are_added(world) {
        const MANY: usize = 40;
        let records: Vec<Value> = (0..MANY).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200);
        let of = published(world, Some(5));
        std::thread::scope(|scope| {
            let of = &of;
            for part in 0..4 {
                scope.spawn(move || {
                    for n in (part..MANY).step_by(4) {
                        let registration = enrols(world, of, &n.to_string()).is(201).body();
                        if n % 3 == 0 {
                            let _ = says(world, &registration, &json!({ "to": "withdrawn" })).is(200);
                        }
                    }
                });
            }
            scope.spawn(move || {
                for capacity in [6, 4, 9, 7, 12] {
                    let _ = office(world).json("PATCH", &format!("/v1/gatherings/{}", id(of)), &json!({ "capacity": capacity })).is(200);
                }
            });
        });
        let here = MANY - MANY.div_ceil(3);
        let [registered, waiting, _, left] = counts(world, &of);
        assert_eq!(registered.as_u64().unwrap() + waiting.as_u64().unwrap(), here as u64);
        assert_eq!((registered, left), (json!(12), json!(0)));
        assert_eq!(list(world, &of, "&state=registered").len(), 12);
        assert_eq!(list(world, &of, "&state=waiting").len(), here - 12);
        books::verify(world);
    }

    fn a_page_of_gatherings_with_their_guests_costs_the_same_whatever_its_size(world) {
        let made: Vec<Value> = (0..12).map(|_| planned(world, None)).collect();
        for (n, of) in made.iter().enumerate() {
            let _ = crate::engagement::alumnus(world, &n.to_string());
            let _ = moves(world, of, "published").is(200);
            let _ = enrols(world, of, &n.to_string()).is(201);
        }
        let client = office(world);
        let cost = |first: i32| {
            let before = world.statements();
            let document = "query ($first: Int) { gatherings(first: $first) { nodes { registrations(first: 3) { totalCount nodes { state alumnus { id } gathering { title } } } } } }";
            let data = client.data(document, &json!({ "first": first }));
            assert_eq!(data["gatherings"]["nodes"].as_array().unwrap().len(), first as usize);
            world.statements() - before
        };
        let _ = cost(1);
        assert_eq!(cost(2), cost(10));
    }
}
