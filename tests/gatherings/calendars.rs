//! Calendars: files, and feeds that are read without a token.

use furusu_tests::on_both;
use furusu_tests::world::World;
use icalendar::{Calendar, Component as _};
use serde_json::{Value, json};

use super::{enrols, id, moves, office, planned, published};
use crate::engagement::alumnus;

/// The path of an address that the service told.
fn path(url: &Value) -> String {
    url.as_str().expect("an address").strip_prefix("https://furusu.test").expect("of this service").to_owned()
}

fn feed(world: &World, label: &str) -> Value {
    office(world).post("/v1/calendar-feeds", &json!({ "label": label })).is(201).body()
}

/// Each event's property, as another program reads it.
fn read(text: &str, property: &str) -> Vec<String> {
    let calendar: Calendar = text.parse().expect("a calendar");
    calendar.components.iter().filter_map(|c| c.as_event()).map(|e| e.property_value(property).unwrap_or("").to_owned()).collect()
}

on_both! {
    fn a_gathering_is_a_file_that_calendars_read(world) {
        let plan = json!({
            "title": "Drinks, food; and more", "description": "長い説明。".repeat(60), "place": "Ueno\nTokyo",
            "starts_at": "2026-12-05T18:00:00+09:00", "ends_at": "2026-12-05T21:00:00+09:00",
            "online_address": "https://meet.example.com/a,b;c",
        });
        let made = office(world).post("/v1/gatherings", &plan).is(201).body();
        let path = format!("/v1/gatherings/{}/calendar", id(&made));
        let _ = moves(world, &made, "published").is(200);
        let answer = office(world).send("GET", &path, &[("accept", "text/calendar")], None).is(200);
        assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{}.ics\"", id(&made)));
        for line in answer.text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let expected = [
            ("UID", format!("{}@furusu", id(&made))), ("SUMMARY", "Drinks, food; and more".to_owned()), ("STATUS", "CONFIRMED".to_owned()),
            ("DTSTART", "20261205T090000Z".to_owned()), ("DTEND", "20261205T120000Z".to_owned()), ("DTSTAMP", "20261122T030000Z".to_owned()),
            ("LAST-MODIFIED", "20261122T030000Z".to_owned()), ("SEQUENCE", "1".to_owned()), ("LOCATION", "Ueno\nTokyo".to_owned()),
            ("DESCRIPTION", "長い説明。".repeat(60)), ("URL", "https://meet.example.com/a,b;c".to_owned()),
        ];
        for (property, value) in expected {
            assert_eq!(read(&answer.text, property), [value], "{property}");
        }
        assert_eq!(office(world).send("GET", &path, &[("if-none-match", answer.header("etag"))], None).status, 304);
        assert_eq!(office(world).send("GET", &path, &[("accept", "image/png")], None).status, 406);
        let data = office(world).data("query ($id: ID!) { gathering(id: $id) { calendar } }", &json!({ "id": made["id"] }));
        assert_eq!(data["gathering"]["calendar"], answer.text);
        let calendar: Calendar = answer.text.parse().unwrap();
        assert!(calendar.components[0].as_event().unwrap().get_start().is_some());
    }

    fn a_feed_shows_what_was_published_and_nothing_of_anybody(world) {
        let who = alumnus(world, "1");
        let draft = planned(world, None);
        let one = published(world, Some(3));
        let _ = enrols(world, &one, "1").is(201);
        let _ = moves(world, &planned(world, None), "cancelled").is(200);
        let two = published(world, None);
        let feed = feed(world, "Portal");
        let at = path(&feed["url"]);
        assert_eq!(at.len(), "/calendars/.ics".len() + 43, "256 random bits");
        let stranger = world.stranger();
        let answer = stranger.get(&at).is(200);
        assert_eq!(read(&answer.text, "UID").len(), 2);
        assert!(!answer.text.contains(&id(&draft)) && !answer.text.contains(&who), "neither drafts nor people");
        assert!(!answer.text.contains("Ito") && !answer.text.contains("ATTENDEE") && !answer.text.contains("ORGANIZER"));
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let tag = answer.header("etag").to_owned();
        let again = stranger.send("GET", &at, &[("if-none-match", &tag)], None);
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        // Who comes changes no calendar.
        let _ = enrols(world, &two, "1").is(201);
        assert_eq!(stranger.get(&at).is(200).header("etag"), tag);
        world.seconds_pass(60);
        let _ = moves(world, &two, "cancelled").is(200);
        let answer = stranger.get(&at).is(200);
        assert_ne!(answer.header("etag"), tag);
        let mut standing: Vec<(String, String)> = read(&answer.text, "UID").into_iter().zip(read(&answer.text, "STATUS")).collect();
        standing.sort();
        let mut expected = vec![(format!("{}@furusu", id(&one)), "CONFIRMED".to_owned()), (format!("{}@furusu", id(&two)), "CANCELLED".to_owned())];
        expected.sort();
        assert_eq!(standing, expected);
        assert_eq!(read(&answer.text, "SEQUENCE").into_iter().max().unwrap(), "2", "it rises with each change");
        let head = stranger.send("HEAD", &at, &[], None).is(200);
        assert_eq!((head.text.as_str(), head.header("etag")), ("", answer.header("etag")));
        // A year after it ended it is left out.
        world.it_is("2028-01-01T00:00:00Z");
        assert_eq!(read(&stranger.get(&at).is(200).text, "UID"), Vec::<String>::new());
    }

    fn a_revoked_address_is_one_that_never_was_and_no_address_is_kept(world) {
        let (one, two) = (feed(world, "Portal"), feed(world, "Newsletter"));
        assert_ne!(one["url"], two["url"]);
        let listed = office(world).get("/v1/calendar-feeds").is(200).body();
        assert_eq!(listed["data"].as_array().unwrap().len(), 2);
        assert!(listed["data"].as_array().unwrap().iter().all(|feed| feed["url"].is_null()), "told once");
        let stranger = world.stranger();
        let never = stranger.get("/calendars/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics").is(404);
        let delete = |feed: &Value| office(world).send("DELETE", &format!("/v1/calendar-feeds/{}", id(feed)), &[], None);
        assert_eq!((delete(&one).status, delete(&one).status), (204, 204));
        let revoked = stranger.get(&path(&one["url"])).is(404);
        let plain = |answer: &furusu_tests::Answer| {
            let mut body = answer.body();
            body.as_object_mut().unwrap().remove("request_id");
            let names: Vec<&str> = answer.headers.iter().map(|(name, _)| name.as_str()).collect();
            (body, names.join(" "))
        };
        assert_eq!(plain(&revoked), plain(&never));
        let _ = stranger.get(&path(&two["url"])).is(200);
        let theirs = world.stranger().with(Some(format!("Bearer {}", world.token(world.other, "engagement:write"))));
        let theirs = theirs.send("DELETE", &format!("/v1/calendar-feeds/{}", id(&two)), &[], None);
        assert_eq!(theirs.status, 404);
        let _ = stranger.get(&path(&two["url"])).is(200);
        let secret = path(&two["url"]).replace("/calendars/", "").replace(".ics", "");
        let kept = if world.database_url().starts_with("sqlite") { "cast(secret as text)" } else { "encode(secret, 'escape')" };
        assert_eq!(world.count(&format!("select count(*) from calendar_feed where {kept} like '%{}%'", &secret[..8])), 0);
        // By GraphQL; asked again with the same key, the address is not told again.
        let document = "mutation { offerCalendarFeed(input: { label: \"App\", idempotencyKey: \"k\" }) { replayed calendarFeed { id url } } }";
        let first = office(world).data(document, &json!({}))["offerCalendarFeed"].clone();
        let again = office(world).data(document, &json!({}))["offerCalendarFeed"].clone();
        assert_eq!((&again["replayed"], &again["calendarFeed"]["url"], &again["calendarFeed"]["id"]), (&json!(true), &json!(null), &first["calendarFeed"]["id"]));
        let at = path(&first["calendarFeed"]["url"]);
        let _ = stranger.get(&at).is(200);
        let revoke = "mutation ($id: ID!) { revokeCalendarFeed(input: { id: $id }) { calendarFeed { revokedAt revokedBy } } }";
        let revoked = office(world).data(revoke, &json!({ "id": first["calendarFeed"]["id"] }));
        assert_eq!(revoked["revokeCalendarFeed"]["calendarFeed"], json!({ "revokedAt": "2026-11-22T03:00:00Z", "revokedBy": "operator" }));
        let _ = stranger.get(&at).is(404);
    }
}
