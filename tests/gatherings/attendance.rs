//! Who was there: said on the day, and amended visibly afterwards.

use furusu_tests::on_both;
use serde_json::json;

use super::{activities, counts, enrols, id, list, moves, now, office, published, says};
use crate::engagement::{alumnus, books, engagement, near};

on_both! {
    fn whoever_was_there_is_told_so_and_whoever_was_not_shows(world) {
        let people: Vec<String> = (1..=3).map(|n| alumnus(world, &n.to_string())).collect();
        let of = published(world, Some(2));
        let guests: Vec<_> = (1..=3).map(|n| enrols(world, &of, &n.to_string()).is(201).body()).collect();
        let early = says(world, &guests[0], &json!({ "to": "attended" })).is(409);
        early.says("registration_closed");
        world.it_is("2026-12-05T10:00:00Z");
        let there = says(world, &guests[0], &json!({ "to": "attended" })).is(200).body();
        assert_eq!(there["attended_at"], "2026-12-05T10:00:00Z");
        // Whoever waits may be let in all the same.
        assert_eq!(says(world, &guests[2], &json!({ "to": "attended", "at": "2026-12-05T09:30:00Z" })).is(200).body()["state"], "waiting");
        let wrong = says(world, &guests[1], &json!({ "to": "attended", "at": "2026-12-05T10:00:01Z" })).is(422);
        assert_eq!(wrong.faults(), [("/at".to_owned(), "in_the_future".to_owned())]);
        let wrong = says(world, &guests[1], &json!({ "to": "withdrawn", "at": "2026-12-05T10:00:00Z" })).is(422);
        assert_eq!(wrong.faults(), [("/at".to_owned(), "only_with".to_owned())]);
        world.it_is("2026-12-05T12:00:00Z");
        let _ = enrols(world, &of, "2").is(200);
        says(world, &guests[1], &json!({ "to": "withdrawn" })).is(409).says("registration_closed");
        assert_eq!(now(world, &guests[1])["no_show"], false, "not before it was held");
        let _ = moves(world, &of, "held").is(200);
        let shows: Vec<_> = guests.iter().map(|guest| now(world, guest)["no_show"].clone()).collect();
        assert_eq!(shows, [false, true, false]);
        assert_eq!(counts(world, &of), [json!(2), json!(1), json!(2), json!(0)]);
        assert_eq!((activities(world, "event_rsvp"), activities(world, "event_attended")), (3, 2));
        let score = engagement(world, &people[0]);
        near(&score["score"], (-(13.375_f64) / 180.0).exp2() + 3.0 * (-(2.0_f64) / 24.0 / 180.0).exp2());
        // Undone before it is final, nothing shows of it but in what is kept.
        let undone = says(world, &guests[0], &json!({ "to": "not_attended" })).is(200).body();
        assert_eq!((&undone["attended_at"], &undone["amendments"], &undone["no_show"]), (&json!(null), &json!([]), &json!(true)));
        assert_eq!(activities(world, "event_attended"), 1);
        assert_eq!(says(world, &guests[0], &json!({ "to": "attended", "at": "2026-12-05T09:00:00Z" })).is(200).body()["no_show"], false);
        assert_eq!(activities(world, "event_attended"), 2, "what was taken back is told again");
        books::verify(world);
    }

    fn after_it_is_final_attendance_changes_only_visibly(world) {
        (1..=3).for_each(|n| drop(alumnus(world, &n.to_string())));
        let of = published(world, None);
        let one = enrols(world, &of, "1").is(201).body();
        let two = enrols(world, &of, "2").is(201).body();
        world.it_is("2026-12-05T11:00:00Z");
        let _ = says(world, &one, &json!({ "to": "attended" })).is(200);
        let _ = moves(world, &of, "held").is(200);
        let sooner = json!({ "final_at": "2026-12-06T00:00:00Z" });
        let _ = office(world).json("PATCH", &format!("/v1/gatherings/{}", id(&of)), &sooner).is(200);
        world.it_is("2026-12-06T00:00:00Z");
        for said in [json!({ "to": "not_attended" }), json!({ "to": "not_attended", "reason": "  " })] {
            assert_eq!(says(world, &one, &said).is(422).faults(), [("/reason".to_owned(), "required".to_owned())]);
        }
        let amended = says(world, &one, &json!({ "to": "not_attended", "reason": "Taken for somebody else" })).is(200).body();
        let first = json!({
            "attended_before": "2026-12-05T11:00:00Z", "attended_at": null, "reason": "Taken for somebody else",
            "amended_at": "2026-12-06T00:00:00Z", "amended_by": "operator",
        });
        assert_eq!(amended["amendments"], json!([first]));
        world.it_is("2026-12-07T00:00:00Z");
        let again = says(world, &one, &json!({ "to": "attended", "at": "2026-12-05T11:00:00Z", "reason": "It was they" })).is(200).body();
        assert_eq!(again["amendments"].as_array().unwrap().len(), 2, "nothing is overwritten");
        assert_eq!((&again["amendments"][0], &again["amendments"][1]["attended_before"]), (&first, &json!(null)));
        let listed = list(world, &of, "").into_iter().find(|guest| guest["id"] == one["id"]).unwrap();
        assert_eq!(listed, again, "whoever reads the list sees it too");
        let data = office(world).data("query ($id: ID!) { registration(id: $id) { noShow amendments { reason attendedBefore } } }", &json!({ "id": one["id"] }));
        assert_eq!(data["registration"]["amendments"][1]["reason"], "It was they");
        office(world).json("PATCH", &format!("/v1/gatherings/{}", id(&of)), &json!({ "final_at": "2027-12-06T00:00:00Z" })).is(409).says("attendance_final");
        // Somebody who was there without an invitation.
        let guest = json!({ "person": { "source": "hr", "external_id": "3" }, "state": "invited" });
        let three = office(world).post(&format!("/v1/gatherings/{}/registrations", id(&of)), &guest).is(201).body();
        let there = says(world, &three, &json!({ "to": "attended", "at": "2026-12-05T10:00:00Z", "reason": "In the photograph" })).is(200).body();
        assert_eq!((&there["state"], &there["amendments"][0]["reason"]), (&json!("invited"), &json!("In the photograph")));
        let document = "mutation ($id: ID!) { moveRegistration(input: { id: $id, move: { to: ATTENDED, reason: \"Late\" }, idempotencyKey: \"k\" }) { replayed registration { attendedAt } } }";
        let data = office(world).data(document, &json!({ "id": two["id"] }));
        assert_eq!(data["moveRegistration"]["registration"]["attendedAt"], "2026-12-07T00:00:00Z");
        assert_eq!(office(world).data(document, &json!({ "id": two["id"] }))["moveRegistration"]["replayed"], true);
        assert_eq!((counts(world, &of)[2].clone(), activities(world, "event_attended")), (json!(3), 3));
        books::verify(world);
    }
}
