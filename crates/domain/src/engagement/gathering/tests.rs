//! Gatherings, their tables and the guest list.

use super::*;
use crate::departures::Source;
use crate::id::{AlumnusId, Mint, RegistrationId};

const NOW: Moment = Moment::from_micros(1_800_000_000_000_000);
const HOUR: i64 = 3_600;

fn gathering(capacity: Option<i32>) -> Gathering {
    let plan = Plan {
        title: "Hanami".into(),
        description: None,
        place: Some("Ueno".into()),
        online_address: None,
        starts_at: NOW.plus_seconds(HOUR),
        ends_at: NOW.plus_seconds(3 * HOUR),
        registration_deadline: None,
        capacity,
        final_at: None,
    };
    let planned = Gathering::planned(GatheringId::mint(&mut Mint::seeded(1, NOW)), plan, NOW).unwrap();
    planned.moved(GatheringState::Published, "operator", NOW).unwrap().0
}

fn list(gathering: Gathering, known: Vec<Registration>, at: Moment) -> GuestList {
    GuestList::open(gathering, known, (at, "operator".into()), Mint::seeded(2, at))
}

fn guest(n: u8) -> Standing {
    Standing { alumnus: AlumnusId::from_bytes([n; 16]), merged_from: None, as_: EnrolAs::Registered }
}

fn to(to: RegistrationMove) -> Call {
    Call { to, at: None, reason: None }
}

fn counts(gathering: &Gathering) -> [i32; 4] {
    let Guests { registered, waiting, attended, last_place } = gathering.guests;
    [registered, waiting, attended, last_place]
}

#[test]
fn a_gathering_moves_by_its_table_and_no_other_way() {
    for from in GatheringState::ALL {
        for next in GatheringState::ALL {
            let gathering = Gathering { state: *from, ..gathering(None) };
            let later = gathering.plan.ends_at;
            let moved = gathering.moved(*next, "operator", later);
            match moved {
                Ok((moved, told)) => {
                    assert!(from == next || from.next().contains(next), "{from} {next}");
                    assert_eq!((moved.state, told.is_some()), (*next, from != next));
                }
                Err(refused) => {
                    assert!(!from.next().contains(next), "{from} {next}");
                    assert_eq!(refused.code(), "move_refused");
                }
            }
        }
    }
    assert_eq!(gathering(None).moved(GatheringState::Held, "operator", NOW).unwrap_err().code(), "registration_closed");
}

#[test]
fn what_was_held_is_edited_in_few_members_and_what_was_cancelled_in_none() {
    let edit = EditPlan { capacity: Some(Some(3)), ..EditPlan::default() };
    let later = NOW.plus_seconds(4 * HOUR);
    let held = gathering(None).moved(GatheringState::Held, "operator", later).unwrap().0;
    assert_eq!(held.plan.final_at, Some(later.plus_seconds(7 * 24 * HOUR)));
    let refused = held.clone().edited(edit.clone(), later).unwrap_err();
    assert_eq!(refused.code(), "edit_refused");
    let title = EditPlan { title: Some("Hanami 2027".into()), ..EditPlan::default() };
    assert_eq!(held.clone().edited(title.clone(), later).unwrap().version, held.version + 1);
    let earlier = EditPlan { final_at: Some(Some(later)), ..EditPlan::default() };
    let final_already = held.edited(earlier, later).unwrap();
    let again = EditPlan { final_at: Some(Some(later.plus_seconds(HOUR))), ..EditPlan::default() };
    assert_eq!(final_already.edited(again, later).unwrap_err().code(), "attendance_final");
    let cancelled = gathering(None).moved(GatheringState::Cancelled, "operator", NOW).unwrap().0;
    assert_eq!(cancelled.clone().edited(title, NOW).unwrap_err().code(), "edit_refused");
    assert_eq!(cancelled.clone().edited(EditPlan::default(), NOW).unwrap(), cancelled);
}

#[test]
fn seats_are_given_in_order_and_who_waits_moves_up() {
    let mut guests = list(gathering(Some(2)), Vec::new(), NOW);
    let places: Vec<Option<i32>> = (1..=5).map(|n| guests.enrol(guest(n)).unwrap().1.waiting_place).collect();
    assert_eq!(places, [None, None, Some(1), Some(2), Some(3)]);
    assert_eq!(guests.enrol(guest(3)).unwrap().0, Enrolment::Unchanged);
    let written = guests.take(&Source::own());
    assert_eq!((written.new.len(), written.activities.len(), counts(&written.gathering)), (5, 5, [2, 3, 0, 3]));
    let known = written.new;
    let mut guests = list(written.gathering, vec![known[0].clone()], NOW.plus_seconds(1));
    let withdrawn = guests.call(known[0].id, &to(RegistrationMove::Withdrawn)).unwrap();
    assert_eq!((withdrawn.state, guests.free()), (RegistrationState::Withdrawn, 1));
    let waiting: Vec<Registration> = known.iter().filter(|r| r.waiting_place.is_some()).rev().cloned().collect();
    guests.move_up(waiting.clone());
    let written = guests.take(&Source::own());
    let moved: Vec<(RegistrationId, RegistrationState)> = written.changed.iter().map(|r| (r.id, r.state)).collect();
    assert!(moved.contains(&(known[2].id, RegistrationState::Registered)), "the first in line");
    assert_eq!((moved.len(), counts(&written.gathering)), (2, [2, 2, 0, 3]));
    // Saying yes was told when it was said: only the withdrawal tells of engagement.
    assert_eq!(written.activities.len(), 1);
    assert!(written.activities[0].act.is_none());
    let last = list(written.gathering, Vec::new(), NOW).enrol(guest(6)).unwrap().1;
    assert_eq!(last.waiting_place, Some(4), "a place is never given twice");
}

#[test]
fn attendance_changes_only_with_a_reason_once_it_is_final() {
    let mut guests = list(gathering(None), Vec::new(), NOW);
    let (_, registered) = guests.enrol(guest(1)).unwrap();
    let written = guests.take(&Source::own());
    let held = written.gathering.moved(GatheringState::Held, "operator", NOW.plus_seconds(4 * HOUR)).unwrap().0;
    assert!(registered.is_no_show(&held));
    let final_at = held.plan.final_at.unwrap();
    let mut guests = list(held, vec![registered.clone()], final_at);
    let silent = guests.call(registered.id, &to(RegistrationMove::Attended)).unwrap_err();
    assert_eq!(silent.to_string(), "/reason: required");
    let at = Some(NOW.plus_seconds(2 * HOUR));
    let told = Call { to: RegistrationMove::Attended, at, reason: Some("On the paper list".into()) };
    assert_eq!(guests.call(registered.id, &told).unwrap().attended_at, at);
    let written = guests.take(&Source::own());
    assert!(written.steps[0].is_amendment);
    assert_eq!((written.activities.len(), counts(&written.gathering)), (1, [1, 0, 1, 0]));
    let mut guests = list(written.gathering, written.changed, final_at);
    let early = Call { to: RegistrationMove::Attended, at: Some(NOW.plus_seconds(-24 * HOUR)), reason: None };
    assert_eq!(guests.call(registered.id, &early).unwrap_err().code(), "move_refused");
    assert_eq!(guests.call(registered.id, &to(RegistrationMove::Withdrawn)).unwrap_err().code(), "move_refused");
}

#[test]
fn of_two_registrations_of_one_person_one_stands_for_both_until_they_are_parted() {
    let mut guests = list(gathering(Some(1)), Vec::new(), NOW);
    let first = guests.enrol(guest(1)).unwrap().1;
    let second = guests.enrol(guest(2)).unwrap().1;
    let gathering = guests.take(&Source::own()).gathering;
    let one = Registration { alumnus: second.alumnus, ..first.clone() };
    let mut guests = list(gathering, vec![one.clone(), second.clone()], NOW);
    guests.settle();
    let written = guests.take(&Source::own());
    assert_eq!((written.changed.len(), counts(&written.gathering)), (1, [1, 0, 0, 1]));
    assert!(written.changed[0].is_double && written.changed[0].id == second.id);
    assert!(written.activities.iter().all(|record| record.act.is_none()));
    let parted = vec![first, written.changed[0].clone()];
    let mut guests = list(written.gathering, parted, NOW);
    guests.settle();
    let written = guests.take(&Source::own());
    assert_eq!((written.changed[0].state, written.changed[0].waiting_place), (RegistrationState::Waiting, Some(1)));
    assert_eq!(counts(&written.gathering), [1, 1, 0, 1]);
}
