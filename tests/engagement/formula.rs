//! What activities are worth: changed version by version, while figures by the one before are served.

use furusu_tests::on_both;
use serde_json::json;

use super::{act, alumnus, books, engagement, keeper, near, send};

on_both! {
    fn a_new_formula_is_served_once_its_figures_are_made(world) {
        let id = alumnus(world, "1");
        let other = alumnus(world, "2");
        let _ = send(world, &[act("a", "1", "talk_given", "2026-08-24T03:00:00Z"), act("b", "2", "event_rsvp", "2026-11-01T00:00:00Z")]);
        let admin = world.client("organization:admin engagement:read");
        // Only the service's own round makes figures here: nobody is told.
        let change = json!({ "half_life_days": 90, "kinds": [{ "kind": "talk_given", "points": 8 }, { "kind": "choir", "mode": "experiential", "points": 2, "cap": 1 }], "levels": [2, 4, 6, 8, 10] });
        let made = admin.post("/v1/engagement-formulas", &change).is(201).body();
        assert_eq!((&made["version"], &made["state"], &made["half_life_days"], &made["levels"]), (&json!(2), &json!("building"), &json!(90), &json!([2.0, 4.0, 6.0, 8.0, 10.0])));
        assert_eq!(admin.post("/v1/engagement-formulas", &change).is(201).body()["version"], 2, "what says nothing new makes no version");
        let _ = world.the_service_makes_figures();
        let seen = engagement(world, &id);
        assert_eq!((&seen["formula_version"], &seen["level"]), (&json!(2), &json!(2)));
        near(&seen["score"], 4.0);
        assert_eq!(send(world, &[act("c", "1", "choir", "2026-11-22T03:00:00Z"), act("d", "1", "choir", "2026-11-22T02:00:00Z")]), ["created", "created"]);
        near(&engagement(world, &id)["score"], 4.0 + 2.0 * (-1.0_f64 / 24.0 / 90.0).exp2());
        assert_eq!(engagement(world, &other)["formula_version"], 2);
        let _ = world.the_service_makes_figures();
        assert_eq!(world.count("select count(*) from engagement where version = 1"), 0, "what nobody reads any more is removed");
        let all = admin.get("/v1/engagement-formulas").is(200).body();
        let states: Vec<_> = all["data"].as_array().unwrap().iter().map(|v| (v["version"].clone(), v["state"].clone())).collect();
        assert_eq!(states, [(json!(2), json!("in_use")), (json!(1), json!("past"))]);
        let by_graphql = admin.data("mutation { changeEngagementFormula(input: { change: { halfLifeDays: 180, kinds: [{ kind: \"choir\", cap: 0 }] } }) { formula { version state halfLifeDays kinds { kind cap } } } }", &json!({}));
        let formula = &by_graphql["changeEngagementFormula"]["formula"];
        assert_eq!((&formula["version"], &formula["halfLifeDays"]), (&json!(3), &json!(180)));
        assert!(formula["kinds"].as_array().unwrap().contains(&json!({ "kind": "choir", "cap": null })));
        let _ = world.the_service_makes_figures();
        books::verify(world);
        near(&engagement(world, &id)["score"], 8.0 * (-90.0_f64 / 180.0).exp2() + 2.0 + 2.0 * (-1.0_f64 / 24.0 / 180.0).exp2());
    }

    fn a_formula_that_cannot_be_is_refused_with_every_fault(world) {
        let admin = world.client("organization:admin");
        let wrong = json!({ "half_life_days": 0, "kinds": [{ "kind": "Choir" }, { "kind": "panel", "points": 1001, "cap": -1 }], "levels": [1, 2, "3"], "colour": 1 });
        let faults = admin.post("/v1/engagement-formulas", &wrong).is(422).faults();
        let places: Vec<&str> = faults.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["/half_life_days", "/kinds/0/kind", "/kinds/1/points", "/kinds/1/cap", "/levels/2", "/colour"]);
        let wrong = json!({ "kinds": [{ "kind": "panel", "mode": "philanthropic" }, { "kind": "choir" }], "levels": [1, 1, 2, 3, 4] });
        let faults = admin.post("/v1/engagement-formulas", &wrong).is(422).faults();
        let told: Vec<(&str, &str)> = faults.iter().map(|(p, c)| (p.as_str(), c.as_str())).collect();
        assert_eq!(told, [("/kinds/0/mode", "fixed"), ("/kinds/1/mode", "required"), ("/kinds/1/points", "required"), ("/levels/1", "not_rising")]);
        assert_eq!(keeper(world).get("/v1/engagement-formulas").is(200).body()["data"].as_array().unwrap().len(), 1);
    }
}
