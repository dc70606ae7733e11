use super::*;
use crate::actor::needs;
use crate::id::{ActivityId, DepartureId, EmploymentId};
use crate::page::Window;
use crate::time::{Date, Moment, Zone};

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn tokyo() -> Zone {
    "Asia/Tokyo".parse().unwrap()
}

/// A version of the period of that number: told on a day, with the version of its departure and the last day employed.
fn version(period: u8, version: i32, told_on: &str, hired_on: &str, departure: Option<i32>, ended_on: Option<&str>) -> PeriodVersion {
    PeriodVersion {
        id: EmploymentId::from_bytes([period; 16]),
        version,
        source: "hr".into(),
        external_id: "1".into(),
        sequence: None,
        hired_on: day(hired_on),
        departure: departure.map(|version| (DepartureId::from_bytes([period; 16]), version)),
        ended_on: ended_on.map(day),
        recorded_at: at(&format!("{told_on}T03:00:00Z")),
    }
}

/// What versions tell on 22 November 2026 in Tokyo: kind, when, when learnt; the newest first.
fn told(versions: &[PeriodVersion]) -> Vec<String> {
    let shown = page(of_periods(versions, &tokyo(), day("2026-11-22")), &Window::first(100));
    shown.items.iter().map(|entry| format!("{} {} {}", entry.kind, entry.occurred_at, entry.recorded_at)).collect()
}

#[test]
fn every_kind_is_read_by_an_operation_that_there_is() {
    for kind in TimelineKind::ALL {
        assert!(needs(kind.operation()).is_some(), "{kind}");
        let expected = format!("Needs `{}`", needs(kind.operation()).unwrap());
        assert!(TimelineKind::MEANINGS[*kind as usize].contains(&expected), "{kind} says which scope it needs");
    }
}

#[test]
fn a_departure_is_announced_comes_into_effect_and_they_come_back() {
    let versions = [
        version(1, 1, "2020-01-10", "2015-04-01", None, None),
        version(1, 2, "2020-03-01", "2015-04-01", Some(1), Some("2020-03-31")),
        version(2, 1, "2024-04-02", "2024-04-01", None, None),
    ];
    assert_eq!(
        told(&versions),
        [
            "alumnus.returned 2024-03-31T15:00:00Z 2024-04-02T03:00:00Z",
            "departure.effective 2020-03-31T15:00:00Z 2020-03-01T03:00:00Z",
            "departure.announced 2020-03-01T03:00:00Z 2020-03-01T03:00:00Z",
            "employment.began 2015-03-31T15:00:00Z 2020-01-10T03:00:00Z",
        ]
    );
}

#[test]
fn corrections_and_what_was_taken_back_are_entries_too() {
    let versions = [
        version(1, 1, "2020-05-01", "2015-04-01", Some(1), Some("2020-03-31")),
        version(1, 2, "2020-06-01", "2015-04-01", Some(2), Some("2020-04-30")),
        version(1, 3, "2020-07-01", "2015-04-02", Some(2), Some("2020-04-30")),
    ];
    assert_eq!(
        told(&versions),
        [
            "employment.corrected 2020-07-01T03:00:00Z 2020-07-01T03:00:00Z",
            "departure.corrected 2020-06-01T03:00:00Z 2020-06-01T03:00:00Z",
            "departure.effective 2020-04-30T15:00:00Z 2020-06-01T03:00:00Z",
            "employment.began 2015-04-01T15:00:00Z 2020-05-01T03:00:00Z",
        ]
    );
    let rescinded = version(1, 4, "2020-08-01", "2015-04-02", Some(3), None);
    let told = told(&[versions.as_slice(), &[rescinded]].concat());
    assert_eq!(told[0], "departure.rescinded 2020-08-01T03:00:00Z 2020-08-01T03:00:00Z");
    assert!(!told.iter().any(|entry| entry.starts_with("departure.effective")), "they never left, as is known now");
}

#[test]
fn what_has_not_come_yet_is_left_out() {
    let versions =
        [version(1, 1, "2026-11-01", "2015-04-01", Some(1), Some("2026-11-22")), version(2, 1, "2026-11-01", "2026-12-01", None, None)];
    let kinds: Vec<String> = told(&versions).iter().map(|entry| entry.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["departure.announced", "employment.began"], "in effect from tomorrow on, and back from December on");
}

#[test]
fn pages_lose_nothing_and_repeat_nothing_in_either_direction() {
    let activity = |n: u8, second: i64, kind| Entry {
        kind,
        occurred_at: Moment::from_micros(second * 1_000_000),
        recorded_at: Moment::from_micros(0),
        matter: Matter::Activity { id: ActivityId::from_bytes([n; 16]), kind: crate::engagement::Kind::parse("panel").unwrap() },
    };
    // Many at one moment, of several kinds.
    let all: Vec<Entry> =
        (0..30).map(|n| activity(n, i64::from(n / 7), TimelineKind::ALL[TimelineKind::ALL.len() - 1 - usize::from(n % 3)])).collect();
    let whole = page(all.clone(), &Window::first(100)).items;
    assert_eq!(whole.len(), 30);
    for backwards in [false, true] {
        let (mut seen, mut from) = (Vec::new(), None);
        loop {
            let shown = page(all.clone(), &Window { limit: 4, from, until: None, backwards });
            from = if backwards { shown.items.first() } else { shown.items.last() }.map(Entry::position);
            if backwards {
                seen.splice(0..0, shown.items);
            } else {
                seen.extend(shown.items);
            }
            if !shown.more {
                break;
            }
        }
        assert_eq!(seen, whole);
    }
}
