//! How purposes stand, and who can be found, by what was said.

use proptest::prelude::*;

use super::*;
use crate::error::Fault;
use crate::id::{AlumnusId, ConsentId, Mint};
use crate::time::Moment;

const NOW: i64 = 100;

const fn day(n: i64) -> Moment {
    Moment::from_micros(n * 86_400_000_000)
}

fn said(purpose: Purpose, decision: ConsentDecision) -> Said {
    let is_grant = decision == ConsentDecision::Granted;
    Said {
        aim: Aim { purpose, recipient: None },
        decision,
        basis: is_grant.then_some(ConsentBasis::Consent),
        balancing_note_id: None,
        channel: ConsentChannel::Portal,
        contact_channels: Vec::new(),
        text_version: is_grant.then(|| "2026-04".to_owned()),
        given_at: Some(day(NOW)),
        expires_at: None,
    }
}

fn recorded(said: Said) -> Result<Consent, Vec<Fault>> {
    let mut mint = Mint::at(day(NOW));
    let (id, alumnus) = (ConsentId::mint(&mut mint), AlumnusId::from_bytes([1; 16]));
    Consent::record(id, alumnus, said, day(NOW), "operator")
}

fn faults(said: Said) -> Vec<(String, &'static str)> {
    recorded(said).unwrap_err().into_iter().map(|fault| (fault.pointer, fault.problem.code())).collect()
}

fn flag(decision: ConsentDecision, basis: ConsentBasis, given: i64, expires: Option<i64>, withdrawn: Option<i64>) -> Consent {
    let channel = ConsentChannel::Portal;
    let given_at = day(given);
    let withdrawal = withdrawn.map(|at| Withdrawal { at: day(at), channel, recorded_at: day(at), recorded_by: "operator".into() });
    let said = Said { given_at: Some(day(0)), ..said(Purpose::ReturningApplicantFlag, decision) };
    Consent { basis, given_at, expires_at: expires.map(day), withdrawal, ..recorded(said).unwrap() }
}

fn yes(given: i64, expires: Option<i64>, withdrawn: Option<i64>) -> Consent {
    flag(ConsentDecision::Granted, ConsentBasis::Consent, given, expires, withdrawn)
}

fn no(given: i64, withdrawn: Option<i64>) -> Consent {
    flag(ConsentDecision::Objected, ConsentBasis::None, given, None, withdrawn)
}

fn ours(given: i64, expires: Option<i64>) -> Consent {
    flag(ConsentDecision::Granted, ConsentBasis::LegitimateInterest, given, expires, None)
}

fn at(records: &[Consent], n: i64) -> (ConsentStanding, Option<Moment>) {
    let PurposeStanding { stands, by: _, until } = standing(records, &Aim::FLAG, None, day(n));
    (stands, until)
}

use ConsentStanding::{Granted, Refused, Unspoken};

#[test]
fn a_grant_stands_from_when_it_was_given_until_it_ends() {
    let records = [yes(10, Some(20), None)];
    assert_eq!(at(&[], 10), (Unspoken, None));
    assert_eq!(at(&records, 9), (Unspoken, None), "nothing that is not said yet is foreseen");
    assert_eq!(at(&records, 10), (Granted, Some(day(20))));
    assert_eq!(at(&records, 20), (Unspoken, None));
    assert_eq!(at(&[yes(10, None, None)], 99), (Granted, None));
}

#[test]
fn what_was_withdrawn_is_refused_until_somebody_agrees_anew() {
    let records = [yes(10, Some(20), Some(15))];
    assert_eq!(at(&records, 14), (Granted, Some(day(20))));
    assert_eq!(at(&records, 15), (Refused, None));
    assert_eq!(at(&records, 30), (Refused, None), "its end does not make it forgotten");
    let again = [records[0].clone(), yes(30, Some(40), None)];
    assert_eq!(at(&again, 30), (Granted, Some(day(40))));
    assert_eq!(at(&again, 40), (Refused, None), "what was said before stands again");
    let another = [yes(10, None, None), yes(12, None, Some(15))];
    assert_eq!(at(&another, 16), (Refused, None), "whoever withdraws one withdraws the purpose");
}

#[test]
fn an_objection_is_lifted_by_the_person_only() {
    let records = [no(10, None), ours(12, None)];
    assert_eq!(at(&records, 13), (Refused, None));
    assert_eq!(at(&[no(10, None), yes(12, None, None)], 13), (Granted, None));
    assert_eq!(at(&[no(10, None), yes(10, None, None)], 13), (Refused, None), "at the very same moment the refusal wins");
    assert_eq!(at(&[no(10, Some(14)), ours(5, None)], 13), (Refused, None));
    assert_eq!(at(&[no(10, Some(14)), ours(5, None)], 14), (Granted, None), "taken back, it never was");
}

#[test]
fn each_purpose_each_recipient_and_each_way_is_asked_for_itself() {
    let to = |recipient: &str| {
        let aim = Aim { purpose: Purpose::ThirdParty, recipient: Some(recipient.into()) };
        recorded(Said { aim, ..said(Purpose::ThirdParty, ConsentDecision::Granted) }).unwrap()
    };
    let records = [to("Example Search KK")];
    let asked = |recipient: &str| Aim { purpose: Purpose::ThirdParty, recipient: Some(recipient.into()) };
    assert_eq!(standing(&records, &asked("Example Search KK"), None, day(NOW)).stands, Granted);
    assert_eq!(standing(&records, &asked("Others KK"), None, day(NOW)).stands, Unspoken);
    let news = Aim { purpose: Purpose::Newsletter, recipient: None };
    let by_mail = Said { contact_channels: vec![ContactChannel::Email], ..said(Purpose::Newsletter, ConsentDecision::Granted) };
    let records = [recorded(by_mail).unwrap()];
    let over = |way| standing(&records, &news, way, day(NOW)).stands;
    assert_eq!(over(Some(ContactChannel::Email)), Granted);
    assert_eq!((over(Some(ContactChannel::Phone)), over(None)), (Unspoken, Unspoken));
}

#[test]
fn who_is_found_follows_the_basis_of_the_organization() {
    use FindClass::{Consented, Hidden, Unspoken};
    for (class, interest, consent) in [(Hidden, false, false), (Unspoken, true, false), (Consented, true, true)] {
        assert_eq!(is_found(FlagBasis::LegitimateInterest, class), interest, "{class:?}");
        assert_eq!(is_found(FlagBasis::Consent, class), consent, "{class:?}");
        assert_eq!(FindClass::of_number(class.number()), Some(class));
    }
    let of = |records: &[Consent], n| {
        let Findability { class, until } = Findability::by_records(records, day(n));
        (class, until)
    };
    assert_eq!(of(&[], 1), (Unspoken, None));
    assert_eq!(of(&[no(1, None)], 1), (Hidden, None));
    assert_eq!(of(&[yes(1, Some(9), None)], 1), (Consented, Some(day(9))));
    assert_eq!(of(&[yes(1, Some(9), None)], 9), (Unspoken, None));
    assert_eq!(of(&[ours(1, Some(9))], 1), (Unspoken, None), "the organization's own word is not theirs");
    assert_eq!(of(&[no(1, None), yes(2, Some(9), None)], 2), (Consented, Some(day(9))));
    assert_eq!(of(&[no(1, None), yes(2, Some(9), None)], 9), (Hidden, None));
    assert_eq!(of(&[yes(1, Some(5), None), yes(2, Some(9), None)], 2), (Consented, Some(day(9))), "one takes over from the other");
    assert_eq!(Findability::by_records(&[yes(1, None, None)], day(2)).unless(true), Findability::DECEASED);
    let news = recorded(said(Purpose::Newsletter, ConsentDecision::Objected)).unwrap();
    assert_eq!(Findability::by_records(&[news], day(NOW)), Findability::UNSPOKEN);
}

#[test]
fn every_fault_is_told_at_once() {
    let wrong = Said {
        aim: Aim { purpose: Purpose::ThirdParty, recipient: None },
        basis: Some(ConsentBasis::LegitimateInterest),
        contact_channels: vec![ContactChannel::Email],
        given_at: Some(day(NOW + 1)),
        expires_at: Some(day(NOW)),
        ..said(Purpose::ThirdParty, ConsentDecision::Granted)
    };
    let expected = [
        ("/recipient", "required"),
        ("/balancing_note_id", "required"),
        ("/contact_channels", "only_with"),
        ("/given_at", "in_the_future"),
        ("/expires_at", "before"),
    ];
    assert_eq!(faults(wrong), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let news = said(Purpose::Newsletter, ConsentDecision::Granted);
    let aim = Aim { purpose: Purpose::Newsletter, recipient: Some("Example".into()) };
    for (wrong, pointer, code) in [
        (Said { aim, ..news.clone() }, "/recipient", "only_with"),
        (Said { basis: None, ..news.clone() }, "/basis", "required"),
        (Said { basis: Some(ConsentBasis::None), ..news.clone() }, "/basis", "not_one_of"),
        (Said { balancing_note_id: Some("n".into()), ..news.clone() }, "/balancing_note_id", "only_with"),
        (Said { text_version: None, ..news.clone() }, "/text_version", "required"),
        (Said { expires_at: Some(day(NOW)), ..news.clone() }, "/expires_at", "before"),
        (Said { expires_at: Some(day(NOW)), given_at: None, ..news.clone() }, "/expires_at", "before"),
        (Said { expires_at: Some(day(200)), ..said(Purpose::Newsletter, ConsentDecision::Objected) }, "/expires_at", "only_with"),
    ] {
        assert_eq!(faults(wrong), [(pointer.to_owned(), code)]);
    }
}

#[test]
fn nothing_is_withdrawn_before_it_was_given_or_in_the_future() {
    let record = recorded(Said { given_at: Some(day(50)), ..said(Purpose::Events, ConsentDecision::Granted) }).unwrap();
    let withdraw = |at| record.withdraw(at, ConsentChannel::Phone, day(NOW), "operator");
    assert_eq!(withdraw(None).unwrap().at, day(NOW));
    assert_eq!(withdraw(Some(day(50))).unwrap().at, day(50));
    assert_eq!(withdraw(Some(day(49))).unwrap_err().problem.code(), "before");
    assert_eq!(withdraw(Some(day(NOW + 1))).unwrap_err().problem.code(), "in_the_future");
}

fn any_record() -> impl Strategy<Value = Consent> {
    let basis = prop_oneof![Just(ConsentBasis::Consent), Just(ConsentBasis::LegitimateInterest), Just(ConsentBasis::Contract)];
    (any::<bool>(), basis, 0..30_i64, proptest::option::of(1..30_i64), proptest::option::of(0..30_i64)).prop_map(
        |(granted, basis, given, lasts, withdrawn)| {
            let withdrawn = withdrawn.map(|after| given + after);
            if granted { flag(ConsentDecision::Granted, basis, given, lasts.map(|n| given + n), withdrawn) } else { no(given, withdrawn) }
        },
    )
}

proptest! {
    // What is foreseen is what comes, as far as nobody says anything more.
    #[test]
    fn nothing_changes_before_until_and_something_does_then(records in proptest::collection::vec(any_record(), 0..6), now in 0..70_i64) {
        // What is said later is not known yet.
        let known: Vec<Consent> = records
            .into_iter()
            .filter(|record| record.given_at <= day(now))
            .map(|record| {
                let withdrawal = record.withdrawal.clone().filter(|withdrawal| withdrawal.at <= day(now));
                Consent { withdrawal, ..record }
            })
            .collect();
        let PurposeStanding { stands, by, until } = standing(&known, &Aim::FLAG, None, day(now));
        let found = Findability::by_records(&known, day(now));
        for later in now..=100 {
            let then = standing(&known, &Aim::FLAG, None, day(later));
            if until.is_none_or(|until| day(later) < until) {
                prop_assert_eq!((then.stands, then.by), (stands, by));
            }
            if until == Some(day(later)) {
                prop_assert_ne!((then.stands, then.by), (stands, by));
            }
            if found.until.is_none_or(|until| day(later) < until) {
                prop_assert_eq!(Findability::by_records(&known, day(later)).class, found.class);
            }
        }
    }

    // The order in which records are read says nothing.
    #[test]
    fn the_order_of_the_records_says_nothing(records in proptest::collection::vec(any_record(), 0..6), now in 0..70_i64) {
        let mut turned = records.clone();
        turned.reverse();
        prop_assert_eq!(standing(&records, &Aim::FLAG, None, day(now)), standing(&turned, &Aim::FLAG, None, day(now)));
    }
}
