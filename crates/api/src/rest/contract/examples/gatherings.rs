//! Examples of gatherings, of the same story.

use serde_json::{Value, json};

use super::{ALUMNUS, CLIENT, RECORDED_AT};

const GATHERING: &str = "gat_0198c7d2a4b07c3e9f1a2b3c4d5e6f80";
const REGISTRATION: &str = "reg_0198c7d2a4b07c3e9f1a2b3c4d5e6f81";
const FEED: &str = "fed_0198c7d2a4b07c3e9f1a2b3c4d5e6f82";

/// What an operation is sent, or answers with a status.
pub(super) fn example(operation: &str, place: &str) -> Option<Value> {
    let value = match (operation, place) {
        ("listGatherings", "200") => json!({ "data": [gathering("published")], "next": null }),
        ("planGathering", "request") => json!({
            "title": "Hanami", "place": "Ueno Park, Tokyo", "starts_at": "2024-04-20T03:00:00Z", "ends_at": "2024-04-20T06:00:00Z",
            "capacity": 30,
        }),
        ("planGathering", "201") => gathering("draft"),
        ("getGathering" | "moveGathering", "200") => gathering("published"),
        ("moveGathering", "request") => json!({ "to": "published" }),
        ("editGathering", "request") => json!({ "place": "Yoyogi Park, Tokyo", "description": null }),
        ("editGathering", "200") => {
            let mut gathering = gathering("published");
            gathering["place"] = json!("Yoyogi Park, Tokyo");
            gathering
        }
        ("getGatheringCalendar" | "readCalendarFeed", "200") => json!(CALENDAR),
        ("listRegistrations" | "listRegistrationsOfAlumnus", "200") => json!({ "data": [registration()], "next": null }),
        ("enrolGuest", "request") => json!({ "alumnus_id": ALUMNUS }),
        ("enrolGuest", "200" | "201") | ("getRegistration", "200") => registration(),
        ("enrolGuests", "request") => json!({ "guests": [{ "person": { "source": "hris", "external_id": "10084" } }], "state": "invited" }),
        ("enrolGuests", "200") => {
            let mut invited = registration();
            invited["state"] = json!("invited");
            invited["registered_at"] = Value::Null;
            json!({ "results": [{ "index": 0, "outcome": "created", "registration": invited, "problems": [] }] })
        }
        ("moveRegistration", "request") => json!({ "to": "attended", "at": "2024-04-20T03:10:00Z" }),
        ("moveRegistration", "200") => {
            let mut there = registration();
            there["attended_at"] = json!("2024-04-20T03:10:00Z");
            there
        }
        ("listCalendarFeeds", "200") => json!({ "data": [feed(None)] }),
        ("offerCalendarFeed", "request") => json!({ "label": "The alumni portal" }),
        ("offerCalendarFeed", "201") => feed(Some("https://furusu.example.com/calendars/Zk9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZmdoaWo.ics")),
        _ => return None,
    };
    Some(value)
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//furusu//gatherings//EN\r\nBEGIN:VEVENT\r\n\
    UID:gat_0198c7d2a4b07c3e9f1a2b3c4d5e6f80@furusu\r\nDTSTAMP:20240401T093000Z\r\nDTSTART:20240420T030000Z\r\n\
    DTEND:20240420T060000Z\r\nSUMMARY:Hanami\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn gathering(state: &str) -> Value {
    let moved = (state != "draft").then_some((RECORDED_AT, CLIENT)).unzip();
    json!({
        "id": GATHERING, "state": state, "title": "Hanami", "description": null, "place": "Ueno Park, Tokyo", "online_address": null,
        "starts_at": "2024-04-20T03:00:00Z", "ends_at": "2024-04-20T06:00:00Z", "registration_deadline": null, "capacity": 30,
        "seats_left": 30, "registered": 0, "waiting": 0, "attended": 0, "final_at": null, "moved_at": moved.0, "moved_by": moved.1,
        "created_at": RECORDED_AT, "updated_at": RECORDED_AT,
    })
}

fn registration() -> Value {
    json!({
        "id": REGISTRATION, "gathering_id": GATHERING, "alumnus_id": ALUMNUS, "state": "registered", "waiting_place": null,
        "registered_at": RECORDED_AT, "attended_at": null, "no_show": false, "doubled": false, "amendments": [],
        "created_at": RECORDED_AT, "updated_at": RECORDED_AT,
    })
}

fn feed(url: Option<&str>) -> Value {
    json!({
        "id": FEED, "label": "The alumni portal", "url": url, "created_at": RECORDED_AT, "created_by": CLIENT, "revoked_at": null,
        "revoked_by": null,
    })
}
