//! Gatherings: planned, published, held; guests, their seats and the waiting list; attendance; calendars.

mod attendance;
mod calendars;
mod merging;
mod storm;

use furusu_tests::world::World;
use furusu_tests::{Answer, Client, on_both};
use serde_json::{Value, json};

use crate::engagement::{alumnus, books};

/// Whoever plans gatherings and keeps their guest lists.
pub(crate) fn office(world: &World) -> Client {
    world.client("engagement:read engagement:write alumni:read")
}

/// A gathering on 5 December, three hours long, with so many seats.
pub(crate) fn planned(world: &World, capacity: Option<i32>) -> Value {
    let plan = json!({
        "title": "忘年会", "place": "Ueno, Tokyo", "starts_at": "2026-12-05T09:00:00Z", "ends_at": "2026-12-05T12:00:00Z",
        "capacity": capacity,
    });
    office(world).post("/v1/gatherings", &plan).is(201).body()
}

#[track_caller]
pub(crate) fn moves(world: &World, of: &Value, to: &str) -> Answer {
    office(world).post(&format!("/v1/gatherings/{}/moves", id(of)), &json!({ "to": to }))
}

/// The same, published.
pub(crate) fn published(world: &World, capacity: Option<i32>) -> Value {
    moves(world, &planned(world, capacity), "published").is(200).body()
}

#[track_caller]
pub(crate) fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

/// Puts somebody of the HR system on the guest list.
#[track_caller]
pub(crate) fn enrols(world: &World, of: &Value, who: &str) -> Answer {
    let guest = json!({ "person": { "source": "hr", "external_id": who } });
    office(world).post(&format!("/v1/gatherings/{}/registrations", id(of)), &guest)
}

#[track_caller]
pub(crate) fn says(world: &World, of: &Value, said: &Value) -> Answer {
    office(world).post(&format!("/v1/registrations/{}/moves", id(of)), said)
}

#[track_caller]
pub(crate) fn now(world: &World, of: &Value) -> Value {
    let path = if id(of).starts_with("gat_") { "gatherings" } else { "registrations" };
    office(world).get(&format!("/v1/{path}/{}", id(of))).is(200).body()
}

/// Registered, waiting, were there, seats left.
#[track_caller]
pub(crate) fn counts(world: &World, of: &Value) -> [Value; 4] {
    let mut now = now(world, of);
    ["registered", "waiting", "attended", "seats_left"].map(|member| now[member].take())
}

/// Who is on the guest list: the HR system's ids are not there, but furusu's own.
#[track_caller]
pub(crate) fn list(world: &World, of: &Value, narrowed: &str) -> Vec<Value> {
    let answer = office(world).get(&format!("/v1/gatherings/{}/registrations?limit=200{narrowed}", id(of))).is(200).body();
    answer["data"].as_array().expect("a list").clone()
}

/// The live activities of a gathering, by kind.
pub(crate) fn activities(world: &World, kind: &str) -> i64 {
    world.count(&format!(
        "select count(*) from activity where kind = '{kind}' and source = 'furusu' and subject_type = 'gathering' and retracted_at is null"
    ))
}

on_both! {
    fn a_gathering_is_planned_edited_published_and_read_back(world) {
        let office = office(world);
        let plan = json!({
            "title": " Hanami ", "description": "Bring a friend.\nOr two.", "online_address": "https://meet.example.com/hanami?room=1",
            "starts_at": "2027-04-03T12:00:00+09:00", "ends_at": "2027-04-03T15:00:00+09:00",
            "registration_deadline": "2027-04-01T00:00:00Z", "capacity": 30,
        });
        let made = office.post("/v1/gatherings", &plan).is(201).body();
        let path = format!("/v1/gatherings/{}", id(&made));
        let expected = json!({
            "id": made["id"], "state": "draft", "title": "Hanami", "description": "Bring a friend.\nOr two.", "place": null,
            "online_address": "https://meet.example.com/hanami?room=1", "starts_at": "2027-04-03T03:00:00Z",
            "ends_at": "2027-04-03T06:00:00Z", "registration_deadline": "2027-04-01T00:00:00Z", "capacity": 30, "seats_left": 30,
            "registered": 0, "waiting": 0, "attended": 0, "final_at": null, "moved_at": null, "moved_by": null,
            "created_at": "2026-11-22T03:00:00Z", "updated_at": "2026-11-22T03:00:00Z",
        });
        let read = office.get(&path).is(200);
        assert_eq!(read.body(), expected);
        let tag = read.header("etag").to_owned();
        assert_eq!(office.send("GET", &path, &[("if-none-match", &tag)], None).status, 304);
        let patch = |tag: &str, edit: Value| {
            office.send("PATCH", &path, &[("content-type", "application/merge-patch+json"), ("if-match", tag)], Some(edit.to_string().as_bytes()))
        };
        let edited = patch(&tag, json!({ "place": "Yoyogi", "description": null, "registration_deadline": null })).is(200);
        assert_eq!((&edited.body()["place"], &edited.body()["description"]), (&json!("Yoyogi"), &json!(null)));
        patch(&tag, json!({ "title": "Late" })).is(412).says("precondition_failed");
        let moved = moves(world, &made, "published").is(200).body();
        assert_eq!((&moved["state"], &moved["moved_by"]), (&json!("published"), &json!("operator")));
        assert_eq!(moves(world, &made, "published").is(200).body()["moved_at"], moved["moved_at"], "where it is, it stays");
        assert_eq!(world.events(), ["gathering.published"], "of a draft nobody is told");
        let _ = patch("*", json!({ "title": "Hanami 2027" })).is(200);
        assert_eq!(world.events(), ["gathering.published", "gathering.changed"]);
        let data = office.data(
            "query ($id: ID!) { gathering(id: $id) { state title etag registrations(first: 5) { totalCount } } node(id: $id) { id ... on Gathering { seatsLeft } }
               gatherings(first: 5, filter: { state: PUBLISHED, startsFrom: \"2027-01-01T00:00:00Z\" }) { totalCount nodes { id } } }",
            &json!({ "id": made["id"] }),
        );
        assert_eq!(data["gathering"]["title"], "Hanami 2027");
        assert_eq!(format!("\"{}\"", data["gathering"]["etag"].as_str().unwrap()), office.get(&path).header("etag"));
        assert_eq!(data["node"]["seatsLeft"], 30);
        assert_eq!(data["gatherings"], json!({ "totalCount": 1, "nodes": [{ "id": made["id"] }] }));
    }

    fn what_is_wrong_with_a_plan_is_told_all_at_once(world) {
        let office = office(world);
        let wrong = json!({
            "title": "", "online_address": "https://user@example.com/", "starts_at": "2027-04-03T12:00:00Z", "ends_at": "soon",
            "capacity": 0, "colour": "pink",
        });
        let expected = [
            ("/title", "required"), ("/online_address", "malformed_value"), ("/ends_at", "malformed_value"),
            ("/capacity", "out_of_range"), ("/colour", "unknown_member"),
        ];
        let answer = office.post("/v1/gatherings", &wrong).is(422);
        assert_eq!(answer.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let turned = json!({
            "title": "Hanami", "starts_at": "2027-04-03T12:00:00Z", "ends_at": "2027-04-03T12:00:00Z",
            "registration_deadline": "2027-04-04T00:00:00Z", "final_at": "2027-04-03T00:00:00Z",
        });
        let expected = [("/ends_at", "before"), ("/registration_deadline", "after"), ("/final_at", "before")];
        let answer = office.post("/v1/gatherings", &turned).is(422);
        assert_eq!(answer.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        let made = planned(world, None);
        let edit = json!({ "title": null, "ends_at": "2026-12-01T00:00:00Z" });
        assert_eq!(office.json("PATCH", &format!("/v1/gatherings/{}", id(&made)), &edit).is(422).faults(), [("/title".to_owned(), "required".to_owned())]);
        let edit = json!({ "ends_at": "2026-12-01T00:00:00Z" });
        assert_eq!(office.json("PATCH", &format!("/v1/gatherings/{}", id(&made)), &edit).is(422).faults(), [("/ends_at".to_owned(), "before".to_owned())]);
        let document = "mutation { planGathering(input: { gathering: { title: \"Hanami\", startsAt: \"2027-04-03T12:00:00Z\", endsAt: \"2027-04-03T12:00:00Z\" } }) { replayed } }";
        let refused = office.graphql(document, &json!({})).body();
        assert_eq!(refused["errors"][0]["extensions"]["errors"][0]["pointer"], "/endsAt", "{refused}");
    }

    fn forbidden_moves_are_refused_with_those_that_are_allowed(world) {
        let made = planned(world, None);
        let refused = moves(world, &made, "held").is(409);
        refused.says("move_refused");
        assert_eq!(refused.body()["allowed"], json!(["published", "cancelled"]));
        let _ = moves(world, &made, "published").is(200);
        moves(world, &made, "held").is(409).says("registration_closed");
        world.it_is("2026-12-05T09:00:00Z");
        let held = moves(world, &made, "held").is(200).body();
        assert_eq!(held["final_at"], "2026-12-12T12:00:00Z");
        let document = "mutation ($id: ID!) { moveGathering(input: { id: $id, to: CANCELLED }) { gathering { state } } }";
        let refused = office(world).graphql(document, &json!({ "id": made["id"] })).body();
        let extensions = &refused["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["allowed"]), (&json!("move_refused"), &json!([])));
        let refused = office(world).json("PATCH", &format!("/v1/gatherings/{}", id(&made)), &json!({ "capacity": 3 })).is(409);
        refused.says("edit_refused");
        assert_eq!(refused.body()["allowed"], json!(["title", "description", "final_at"]));
        let japanese = office(world).send(
            "POST",
            &format!("/v1/gatherings/{}/moves", id(&made)),
            &[("content-type", "application/json"), ("accept-language", "ja")],
            Some(br#"{"to":"draft"}"#),
        );
        assert_eq!(japanese.is(409).body()["title"], "現在の状態からその状態には移せません");
    }

    fn lists_are_read_page_by_page_and_narrowed(world) {
        let office = office(world);
        for day in 1..=5 {
            let plan = json!({ "title": format!("Day {day}"), "starts_at": format!("2026-12-0{day}T09:00:00Z"), "ends_at": format!("2026-12-0{day}T10:00:00Z") });
            let made = office.post("/v1/gatherings", &plan).is(201).body();
            if day % 2 == 1 {
                let _ = moves(world, &made, "published").is(200);
            }
        }
        let titles = |path: &str| -> (Vec<String>, String) {
            let page = office.get(path).is(200);
            let titles = page.body()["data"].as_array().unwrap().iter().map(|g| g["title"].as_str().unwrap()[4..].to_owned()).collect();
            (titles, page.header("link").split(['<', '>']).nth(1).unwrap_or("").to_owned())
        };
        let (first, next) = titles("/v1/gatherings?limit=2");
        let (second, last) = titles(&next);
        assert_eq!((first, second, titles(&last)), (vec!["1".into(), "2".into()], vec!["3".into(), "4".into()], (vec!["5".into()], String::new())));
        let (backwards, next) = titles("/v1/gatherings?limit=3&sort=-starts_at");
        assert_eq!((backwards, titles(&next).0), (vec!["5".into(), "4".into(), "3".into()], vec!["2".into(), "1".into()]));
        assert_eq!(titles("/v1/gatherings?state=published&starts_from=2026-12-02T00:00:00Z&starts_before=2026-12-05T00:00:00Z").0, ["3"]);
        let document = "query ($last: Int) { gatherings(last: $last) { nodes { title } pageInfo { hasPreviousPage } } }";
        let data = office.data(document, &json!({ "last": 2 }));
        assert_eq!(data["gatherings"], json!({ "nodes": [{ "title": "Day 4" }, { "title": "Day 5" }], "pageInfo": { "hasPreviousPage": true } }));
        let answer = office.get("/v1/gatherings?colour=pink&state=open").is(422);
        assert_eq!(answer.faults(), [("/state".to_owned(), "not_one_of".to_owned()), ("/colour".to_owned(), "unknown_member".to_owned())]);
    }

    fn whoever_withdraws_makes_room_for_the_first_in_line(world) {
        let people: Vec<String> = (1..=4).map(|n| alumnus(world, &n.to_string())).collect();
        let of = published(world, Some(1));
        let answers: Vec<Value> = (1..=4).map(|n| enrols(world, &of, &n.to_string()).is(201).body()).collect();
        let seen = |answer: &Value| (answer["state"].as_str().unwrap().to_owned(), answer["waiting_place"].as_i64());
        let expected: Vec<(String, Option<i64>)> =
            vec![("registered".into(), None), ("waiting".into(), Some(1)), ("waiting".into(), Some(2)), ("waiting".into(), Some(3))];
        assert_eq!(answers.iter().map(seen).collect::<Vec<_>>(), expected);
        assert_eq!(enrols(world, &of, "2").is(200).body(), answers[1], "whoever is on the list stays as they are");
        assert_eq!((counts(world, &of), activities(world, "event_rsvp")), ([json!(1), json!(3), json!(0), json!(0)], 4));
        // One in the middle goes, then the one with the seat.
        assert_eq!(seen(&says(world, &answers[2], &json!({ "to": "withdrawn" })).is(200).body()), ("withdrawn".into(), None));
        let _ = says(world, &answers[0], &json!({ "to": "withdrawn" })).is(200);
        assert_eq!(seen(&now(world, &answers[1])), ("registered".into(), None));
        assert_eq!(seen(&now(world, &answers[3])), ("waiting".into(), Some(3)), "places stay as they were told");
        assert_eq!((counts(world, &of), activities(world, "event_rsvp")), ([json!(1), json!(1), json!(0), json!(0)], 2));
        // Whoever comes back comes to the end of the line, and it counts again.
        assert_eq!(seen(&enrols(world, &of, "1").is(200).body()), ("waiting".into(), Some(4)));
        assert_eq!(activities(world, "event_rsvp"), 3);
        let told: Vec<String> = world.events().into_iter().filter(|name| name.starts_with("registration.")).collect();
        let expected = ["registered", "waiting", "waiting", "waiting", "withdrawn", "withdrawn", "moved_up", "waiting"];
        assert_eq!(told, expected.map(|what| format!("registration.{what}")));
        books::verify(world);
        let order: Vec<Value> = list(world, &of, "&state=waiting").iter().map(|r| r["alumnus_id"].clone()).collect();
        assert_eq!(order, [json!(people[3]), json!(people[0])]);
        let data = office(world).data(
            "query ($id: ID!, $who: ID!) {
               gathering(id: $id) { registrations(first: 10, state: WAITING) { totalCount nodes { waitingPlace alumnus { id } gathering { title } } } }
               alumnus(id: $who) { registrations(first: 1) { totalCount nodes { state waitingPlace } } activities(first: 5) { nodes { source subject { id } } } } }",
            &json!({ "id": of["id"], "who": people[3] }),
        );
        assert_eq!(data["gathering"]["registrations"]["totalCount"], 2);
        let first = json!({ "waitingPlace": 3, "alumnus": { "id": people[3] }, "gathering": { "title": "忘年会" } });
        assert_eq!(data["gathering"]["registrations"]["nodes"][0], first);
        assert_eq!(data["alumnus"]["registrations"], json!({ "totalCount": 1, "nodes": [{ "state": "WAITING", "waitingPlace": 3 }] }));
        assert_eq!(data["alumnus"]["activities"]["nodes"], json!([{ "source": "furusu", "subject": { "id": of["id"] } }]));
        let theirs = office(world).get(&format!("/v1/alumni/{}/registrations", people[0])).is(200).body();
        assert_eq!(theirs["data"][0]["id"], answers[0]["id"]);
    }

    fn more_seats_move_the_line_up_and_fewer_take_nobodys_seat(world) {
        (1..=5).for_each(|n| drop(alumnus(world, &n.to_string())));
        let of = published(world, Some(2));
        let answers: Vec<Value> = (1..=5).map(|n| enrols(world, &of, &n.to_string()).is(201).body()).collect();
        let seats = |n: Value| office(world).json("PATCH", &format!("/v1/gatherings/{}", id(&of)), &json!({ "capacity": n })).is(200).body();
        assert_eq!(seats(json!(4))["seats_left"], 0);
        assert_eq!(counts(world, &of), [json!(4), json!(1), json!(0), json!(0)]);
        assert_eq!(now(world, &answers[3])["state"], "registered");
        assert_eq!(seats(json!(1))["registered"], 4);
        let _ = says(world, &answers[0], &json!({ "to": "withdrawn" })).is(200);
        assert_eq!(counts(world, &of), [json!(3), json!(1), json!(0), json!(0)], "no seat became free by that");
        assert_eq!(seats(json!(null))["waiting"], 0);
        assert_eq!(counts(world, &of), [json!(4), json!(0), json!(0), json!(null)]);
        let moved: Vec<String> = world.events().into_iter().filter(|name| name.ends_with("moved_up")).collect();
        assert_eq!(moved.len(), 3);
        assert_eq!(world.count("select count(*) from registration_step"), 5 + 3 + 1, "each step is kept");
        books::verify(world);
    }

    fn invitations_are_answered_and_come_in_batches(world) {
        (1..=3).for_each(|n| drop(alumnus(world, &n.to_string())));
        let of = planned(world, Some(1));
        let guest = |n: &str| json!({ "person": { "source": "hr", "external_id": n } });
        enrols(world, &of, "1").is(409).says("registration_closed");
        let path = format!("/v1/gatherings/{}/registrations/batch", id(&of));
        let batch = json!({ "state": "invited", "guests": [guest("1"), guest("2"), guest("9"), {}, guest("1")] });
        let keyed = |key: &str| office(world).send("POST", &path, &[("content-type", "application/json"), ("idempotency-key", key)], Some(batch.to_string().as_bytes())).is(200);
        let answer = keyed("one");
        let outcomes: Vec<Value> = answer.body()["results"].as_array().unwrap().iter().map(|r| r["outcome"].clone()).collect();
        assert_eq!(outcomes, ["created", "created", "rejected", "rejected", "unchanged"]);
        assert_eq!(answer.body()["results"][2]["problems"][0]["pointer"], "/person");
        assert_eq!(answer.body()["results"][3]["problems"][0]["code"], "required_one_of");
        let again = keyed("one");
        assert_eq!((again.header("idempotency-replayed"), &again.body()), ("true", &answer.body()));
        let _ = moves(world, &of, "published").is(200);
        let one = answer.body()["results"][0]["registration"].clone();
        let two = answer.body()["results"][1]["registration"].clone();
        assert_eq!(activities(world, "event_rsvp"), 0, "to be invited is no act of theirs");
        assert_eq!(says(world, &one, &json!({ "to": "declined" })).is(200).body()["state"], "declined");
        let refused = says(world, &one, &json!({ "to": "withdrawn" })).is(409);
        refused.says("move_refused");
        assert_eq!(refused.body()["allowed"], json!(["registered"]));
        assert_eq!(says(world, &two, &json!({ "to": "registered" })).is(200).body()["state"], "registered");
        assert_eq!(says(world, &one, &json!({ "to": "registered" })).is(200).body()["waiting_place"], 1);
        let key = [("content-type", "application/json"), ("idempotency-key", "two")];
        let body = guest("3").to_string();
        let post = || office(world).send("POST", &format!("/v1/gatherings/{}/registrations", id(&of)), &key, Some(body.as_bytes()));
        let (first, second) = (post().is(201), post());
        assert_eq!((second.header("idempotency-replayed"), second.body()), ("true", first.body()));
        let answer = office(world).post(&format!("/v1/gatherings/{}/registrations", id(&of)), &guest("9")).is(422);
        assert_eq!(answer.faults(), [("/person".to_owned(), "unknown_person".to_owned())]);
        let document = "mutation ($of: ID!) { enrolGuests(input: { gatheringId: $of, guests: [{ person: { source: \"hr\", externalId: \"9\" } }, { person: { source: \"hr\", externalId: \"3\" } }] }) { replayed results { outcome registration { state } problems { pointer } } } }";
        let data = office(world).data(document, &json!({ "of": of["id"] }));
        assert_eq!(data["enrolGuests"]["results"][0], json!({ "outcome": "REJECTED", "registration": null, "problems": [{ "pointer": "/person" }] }));
        assert_eq!(data["enrolGuests"]["results"][1]["outcome"], "UNCHANGED");
        books::verify(world);
    }

    fn a_cancelled_gathering_and_one_whose_deadline_has_passed_take_nobody(world) {
        (1..=2).for_each(|n| drop(alumnus(world, &n.to_string())));
        let of = published(world, None);
        let one = enrols(world, &of, "1").is(201).body();
        let _ = office(world).json("PATCH", &format!("/v1/gatherings/{}", id(&of)), &json!({ "registration_deadline": "2026-11-22T02:00:00Z" })).is(200);
        let late = enrols(world, &of, "2").is(409);
        late.says("registration_closed");
        assert_eq!(late.body()["detail"], "the deadline for registering has passed");
        let _ = moves(world, &of, "cancelled").is(200);
        says(world, &one, &json!({ "to": "withdrawn" })).is(409).says("registration_closed");
        says(world, &one, &json!({ "to": "attended" })).is(409).says("registration_closed");
        assert_eq!(now(world, &one)["state"], "registered", "what they said stays known");
        assert_eq!(activities(world, "event_rsvp"), 1, "and it was an act of theirs");
        assert_eq!(world.events().last().unwrap(), "gathering.cancelled");
    }

    fn furusus_own_name_is_no_source_of_others(world) {
        let who = alumnus(world, "1");
        let record = json!({ "external_id": "1", "alumnus_id": who, "kind": "event_attended", "occurred_at": "2026-11-01T00:00:00Z" });
        for name in ["furusu", "Furusu"] {
            let answer = office(world).post("/v1/activities", &json!({ "source": name, "record": record })).is(422);
            assert_eq!(answer.faults(), [("/source".to_owned(), "reserved".to_owned())]);
            let answer = office(world).post("/v1/activities/batch", &json!({ "source": name, "records": [record] })).is(422);
            assert_eq!(answer.faults(), [("/source".to_owned(), "reserved".to_owned())]);
        }
        let document = "mutation { recordActivity(input: { source: \"furusu\", record: { externalId: \"1\", retracted: true } }) { replayed } }";
        assert_eq!(office(world).graphql(document, &json!({})).body()["errors"][0]["extensions"]["errors"][0]["code"], "reserved");
    }

    fn whoever_looks_applicants_up_reads_nothing_of_gatherings(world) {
        let who = alumnus(world, "1");
        let of = published(world, None);
        let guest = enrols(world, &of, "1").is(201).body();
        let both = world.client("matching:lookup engagement:read engagement:write alumni:read");
        let (of, guest) = (id(&of), id(&guest));
        for path in [format!("/v1/gatherings/{of}"), format!("/v1/gatherings/{of}/registrations"), format!("/v1/registrations/{guest}"), format!("/v1/alumni/{who}/registrations"), "/v1/gatherings".to_owned(), "/v1/calendar-feeds".to_owned()] {
            both.get(&path).is(403).says("insufficient_scope");
        }
        both.post("/v1/calendar-feeds", &json!({})).is(403).says("insufficient_scope");
        let answer = both.graphql("query ($who: ID!) { alumnus(id: $who) { id registrations(first: 1) { totalCount } } }", &json!({ "who": who })).body();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope", "{answer}");
        assert_eq!(answer["data"]["alumnus"], json!({ "id": who, "registrations": null }));
        let answer = both.graphql("query ($guest: ID!) { node(id: $guest) { id } }", &json!({ "guest": guest })).body();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope");
    }
}
