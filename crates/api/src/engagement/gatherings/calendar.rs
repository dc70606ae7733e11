//! Gatherings as iCalendar (RFC 5545): a file, or what a feed gives. Nothing in it is about a person, and the same gatherings make
//! the same bytes.

use furusu_domain::engagement::{Gathering, GatheringState, Plan};
use furusu_domain::time::Moment;
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};

/// The media type.
pub const TYPE: &str = "text/calendar; charset=utf-8";

/// How often a program that follows a feed should look.
const REFRESH: &str = "PT1H";

/// The calendar of these gatherings.
#[must_use]
pub fn of(gatherings: &[Gathering]) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", "-//furusu//gatherings//EN"));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done());
    calendar.append_property(("X-PUBLISHED-TTL", REFRESH));
    for gathering in gatherings {
        calendar.push(event(gathering));
    }
    calendar.to_string()
}

fn event(gathering: &Gathering) -> Event {
    let Gathering { id, state, plan, was_published: _, moved: _, guests: _, version, created_at, updated_at } = gathering;
    let Plan { title, description, place, online_address, starts_at, ends_at, registration_deadline: _, capacity: _, final_at: _ } = plan;
    let mut event = Event::new();
    event.uid(&format!("{id}@furusu")).summary(&plain(title)).sequence(u32::try_from(version - 1).unwrap_or(0));
    for (name, at) in
        [("DTSTAMP", updated_at), ("CREATED", created_at), ("LAST-MODIFIED", updated_at), ("DTSTART", starts_at), ("DTEND", ends_at)]
    {
        event.append_property((name, utc(*at).as_str()));
    }
    event.status(match state {
        GatheringState::Draft => EventStatus::Tentative,
        GatheringState::Published | GatheringState::Held => EventStatus::Confirmed,
        GatheringState::Cancelled => EventStatus::Cancelled,
    });
    if let Some(description) = description {
        event.description(&plain(description));
    }
    let online = online_address.as_ref().map(|address| address.as_str());
    if let Some(place) = place.as_deref().map(plain).or_else(|| online.map(str::to_owned)) {
        event.location(&place);
    }
    if let Some(address) = online {
        event.url(address);
    }
    event.done()
}

/// A moment as iCalendar has it: UTC, in whole seconds.
fn utc(at: Moment) -> String {
    let text = Moment::from_micros(at.seconds() * 1_000_000).to_string();
    text.chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

/// Text whose lines end in one way: a lone carriage return would end a line of the file.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use furusu_domain::id::{GatheringId, Mint};

    use super::*;

    #[test]
    fn no_line_is_too_long_or_ends_another_way_and_no_text_can_add_one() {
        let at: Moment = "2026-12-05T09:00:00.5Z".parse().unwrap();
        let plan = Plan {
            title: "忘年会; food, drinks\\".into(),
            description: Some(format!("{}\r\nBEGIN:VALARM\rATTENDEE:mailto:x@example.com\nend", "長い説明".repeat(40))),
            place: Some("Ueno, Tokyo".into()),
            online_address: None,
            starts_at: at,
            ends_at: at.plus_seconds(7_200),
            registration_deadline: None,
            capacity: None,
            final_at: None,
        };
        let gathering = Gathering::planned(GatheringId::mint(&mut Mint::seeded(1, at)), plan, at).unwrap();
        let text = of(std::slice::from_ref(&gathering));
        assert_eq!(text, of(&[gathering]), "the same bytes");
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let unfolded = text.replace("\r\n ", "");
        assert!(!unfolded.contains("\r\nATTENDEE") && !unfolded.contains("\r\nBEGIN:VALARM"));
        assert!(unfolded.contains("\r\nDTSTART:20261205T090000Z\r\n"), "{unfolded}");
        assert!(unfolded.contains("SUMMARY:忘年会\\; food\\, drinks\\\\\r\n"), "{unfolded}");
        assert!(unfolded.contains("長い説明\\nBEGIN:VALARM\\nATTENDEE:mailto:x@example.com\\nend\r\n"), "{unfolded}");
    }
}
