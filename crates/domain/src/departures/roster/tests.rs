//! The laws of taking records.

use proptest::prelude::*;

use super::*;
use crate::alumni::PersonName;
use crate::departures::{Coded, Employed, Left, NameKind, Reason};

fn moment(n: i64) -> Moment {
    Moment::from_micros(1_700_000_000_000_000 + n * 1_000_000)
}

fn today() -> Date {
    "2026-11-22".parse().unwrap()
}

fn record(reason: Option<Reason>, updated: Option<i64>) -> Record {
    let name = PersonName {
        kind: NameKind::Legal,
        family: Some("Ito".into()),
        given: Some("Aoi".into()),
        middle: None,
        family_kana: None,
        given_kana: None,
        valid_from: None,
        valid_to: None,
    };
    let departure = reason.map(|reason| Left {
        ended_on: "2020-03-31".parse().unwrap(),
        reason: Coded { value: Some(reason), source_value: None },
        ..Left::default()
    });
    Record {
        external_id: "1".into(),
        sequence: None,
        previous_external_ids: Vec::new(),
        source_updated_at: updated.map(moment),
        particulars: Particulars { names: vec![name], ..Particulars::default() },
        stint: Stint {
            employment: Employed { hired_on: "2015-04-01".parse().unwrap(), ..Employed::default() },
            departure,
            evaluation: None,
        },
    }
}

fn empty() -> Roster {
    Roster::new(Source::parse("hr").unwrap(), moment(0), today(), Mint::seeded(1, moment(0)), [], [])
}

/// What the roster knows in the end: the versions of the one period, in their order.
fn versions(roster: Roster) -> Vec<Employment> {
    roster.into_changes().employments
}

fn names(roster: Roster) -> Vec<&'static str> {
    roster.into_changes().events.iter().map(|e| e.what.name()).collect()
}

#[test]
fn nothing_taken_is_nothing_to_write() {
    assert!(empty().into_changes().is_empty());
}

#[test]
fn every_change_is_born_with_its_event() {
    let mut roster = empty();
    roster.take(record(Some(Reason::Pay), None), vec![]);
    roster.take(record(Some(Reason::Study), None), vec![]);
    roster.take(record(None, None), vec![]);
    roster.take(record(None, None), vec![]);
    roster.take(record(Some(Reason::Study), None), vec![]);
    let expected = [
        "alumnus.created",
        "employment.recorded",
        "departure.effective",
        "departure.corrected",
        "departure.rescinded",
        "departure.effective",
    ];
    assert_eq!(names(roster), expected);
}

#[test]
fn a_correction_of_something_else_is_none_of_the_departure() {
    let mut roster = empty();
    roster.take(record(Some(Reason::Pay), None), vec![]);
    let mut moved = record(Some(Reason::Pay), None);
    moved.stint.employment.department = Some("IT".into());
    let recorded = roster.take(moved, vec![]);
    assert_eq!(recorded.changed, ["/employment/department"]);
    let versions = versions(roster);
    assert_eq!(versions.iter().map(|v| (v.version, v.departure.unwrap().version)).collect::<Vec<_>>(), [(1, 1), (2, 1)]);
}

#[test]
fn an_old_period_brings_no_old_address_back() {
    let mut roster = empty();
    roster.take(record(Some(Reason::Pay), None), vec![]);
    let mut back = record(None, None);
    back.stint.employment.hired_on = "2022-04-01".parse().unwrap();
    back.particulars.address = Some("new".into());
    roster.take(back, vec![]);
    let mut old = record(Some(Reason::Study), None);
    old.particulars.address = Some("old".into());
    assert_eq!(roster.take(old, vec![]).outcome, Outcome::Updated);
    let told = roster.into_changes().told;
    assert_eq!(told[0].1.particulars.address.as_deref(), Some("new"));
}

fn any_record() -> impl Strategy<Value = Record> {
    let reasons = prop::option::of(prop::sample::select(vec![Reason::Pay, Reason::Study, Reason::Workload]));
    (reasons, prop::option::of(0..20_i64)).prop_map(|(reason, updated)| record(reason, updated))
}

proptest! {
    /// The same record again is unchanged, whatever came before, unless it is older than what is known.
    #[test]
    fn the_same_again_changes_nothing(records in prop::collection::vec(any_record(), 1..12)) {
        let mut roster = empty();
        for record in records {
            let outcome = roster.take(record.clone(), vec![]).outcome;
            let events = roster.events.len();
            let again = roster.take(record, vec![]).outcome;
            prop_assert_eq!(again, if outcome == Outcome::Stale { Outcome::Stale } else { Outcome::Unchanged });
            prop_assert_eq!(roster.events.len(), events);
        }
    }

    /// In whatever order records with their own times arrive, the latest is what is known in the end.
    #[test]
    fn the_latest_counts_in_whatever_order_they_arrive(order in Just((0..8_i64).collect::<Vec<_>>()).prop_shuffle()) {
        let reasons = [Reason::Pay, Reason::Study, Reason::Workload];
        let mut roster = empty();
        for n in order {
            roster.take(record(Some(reasons[n as usize % 3]), Some(n)), vec![]);
        }
        let versions = versions(roster);
        let known = versions.last().unwrap();
        prop_assert_eq!(known.stint.departure.as_ref().unwrap().reason.value, Some(reasons[7 % 3]));
        prop_assert_eq!(known.source_updated_at, Some(moment(7)));
    }

    /// Nothing is overwritten: versions count up by one, and only the last of a period is not superseded.
    #[test]
    fn versions_follow_one_another(records in prop::collection::vec(any_record(), 1..12)) {
        let mut roster = empty();
        for record in records {
            roster.take(record, vec![]);
        }
        let versions = versions(roster);
        for (n, version) in versions.iter().enumerate() {
            prop_assert_eq!(version.version as usize, n + 1);
            prop_assert_eq!(version.superseded_at.is_none(), n + 1 == versions.len());
        }
    }
}
