//! Messages, and whether one may be sent.

use std::collections::{BTreeMap, HashMap};

use super::*;
use crate::error::Problem;
use crate::id::Mint;
use crate::privacy::{ConsentChannel, Said, Withdrawal};

const NOW: Moment = Moment::from_micros(1_800_000_000_000_000);
const DAY: i64 = 86_400;

fn day(n: i64) -> Moment {
    NOW.plus_seconds(n * DAY)
}

fn who() -> AlumnusId {
    AlumnusId::from_bytes([1; 16])
}

fn consent(decision: ConsentDecision, given: i64, over: &[ContactChannel], ends: Option<i64>) -> Consent {
    let is_granted = decision == ConsentDecision::Granted;
    let said = Said {
        aim: Aim { purpose: Purpose::Events, recipient: None },
        decision,
        basis: is_granted.then_some(ConsentBasis::Consent),
        balancing_note_id: None,
        channel: ConsentChannel::Portal,
        contact_channels: over.to_vec(),
        text_version: is_granted.then(|| "2026-04".to_owned()),
        given_at: Some(day(given)),
        expires_at: ends.map(day),
    };
    Consent::record(ConsentId::mint(&mut Mint::at(day(given))), who(), said, day(given), "operator").unwrap()
}

fn withdrawn(consent: Consent, at: i64) -> Consent {
    let withdrawal = Withdrawal { at: day(at), channel: ConsentChannel::Portal, recorded_at: day(at), recorded_by: "operator".into() };
    Consent { withdrawal: Some(withdrawal), ..consent }
}

fn lack(said: &[Consent], over: ContactChannel, at: i64) -> Option<Lack> {
    match Allowance::of(said, Purpose::Events, over, day(at)) {
        Allowance::By { .. } => None,
        Allowance::Not { lack } => Some(lack),
    }
}

#[test]
fn what_is_lacking_is_told_as_it_stood_at_the_moment() {
    use ContactChannel::{Email, Sms};
    let granted = consent(ConsentDecision::Granted, 1, &[Email], Some(10));
    let objected = consent(ConsentDecision::Objected, 5, &[], None);
    assert_eq!(lack(&[], Email, 3), Some(Lack::NoConsent));
    assert_eq!(lack(std::slice::from_ref(&granted), Email, 0), Some(Lack::NoConsent), "it came later");
    assert_eq!(lack(std::slice::from_ref(&granted), Email, 3), None);
    assert_eq!(lack(std::slice::from_ref(&granted), Sms, 3), Some(Lack::NoConsent), "it speaks of another way");
    assert_eq!(lack(std::slice::from_ref(&granted), Email, 10), Some(Lack::Expired));
    assert_eq!(lack(&[granted.clone(), objected], Email, 5), Some(Lack::Objected));
    assert_eq!(lack(&[withdrawn(granted.clone(), 4)], Email, 4), Some(Lack::Withdrawn));
    assert_eq!(lack(&[withdrawn(granted, 4)], Email, 3), None, "as it stood");
}

fn reach() -> Reachability {
    Reachability { is_alive: true, has_address: true, has_bounced: false }
}

fn verdict(counted: &[Counted], cap: ContactCap) -> Verdict {
    let said = [consent(ConsentDecision::Granted, -1, &[], None)];
    may((Purpose::Events, ContactChannel::Email), &said, reach(), (cap, counted), NOW)
}

#[test]
fn the_cap_counts_all_within_its_days_and_tells_when_there_is_room_again() {
    let cap = ContactCap { messages: 2, days: 30 };
    let sent = |n| Counted::Sent(day(n));
    assert!(verdict(&[], cap).may() && verdict(&[sent(-3)], cap).may());
    assert!(verdict(&[sent(-30), sent(-3)], cap).may(), "thirty days are over");
    let full = verdict(&[sent(-3), sent(-20)], cap);
    assert_eq!(full.reasons, [Reason { code: ReasonCode::CapReached, again_at: Some(day(10)) }]);
    assert_eq!((full.again_at(), full.consent), (Some(day(10)), None));
    // Of three the two oldest must have left.
    assert_eq!(verdict(&[sent(-3), sent(-20), sent(-25)], cap).again_at(), Some(day(10)));
    // A place that is held is free again after its hour.
    let held = Counted::Held(NOW.plus_seconds(HELD_SECONDS));
    assert_eq!(verdict(&[held, sent(-3)], cap).again_at(), Some(NOW.plus_seconds(HELD_SECONDS)));
    assert!(verdict(&[Counted::Held(NOW), sent(-3)], cap).may());
}

#[test]
fn every_reason_is_told_and_one_without_an_end_has_none() {
    let reach = Reachability { is_alive: false, has_address: false, has_bounced: true };
    let cap = ContactCap { messages: 1, days: 30 };
    let verdict = may((Purpose::Events, ContactChannel::Email), &[], reach, (cap, &[Counted::Sent(day(-1))]), NOW);
    let codes: Vec<ReasonCode> = verdict.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(codes, [ReasonCode::Deceased, ReasonCode::NoConsent, ReasonCode::NoAddress, ReasonCode::CapReached]);
    assert_eq!(verdict.again_at(), None);
}

fn report(id: &str) -> MessageRecord {
    MessageRecord {
        source: Source::parse("mailer").unwrap(),
        external_id: id.into(),
        source_updated_at: None,
        whom: Some(Whom::Id(who())),
        channel: Some(ContactChannel::Email),
        purpose: Some(Purpose::Events),
        campaign: None,
        subject: None,
        sent_at: Some(day(-5)),
        fates: Fates::default(),
        permission: None,
    }
}

fn more(id: &str, fates: Fates) -> MessageRecord {
    MessageRecord { whom: None, channel: None, purpose: None, sent_at: None, fates, ..report(id) }
}

fn ledger(known: Vec<Message>) -> MessageLedger {
    let people = HashMap::from([(Whom::Id(who()), (who(), None))]);
    let consents = vec![consent(ConsentDecision::Granted, -9, &[], None)];
    MessageLedger::new(NOW, Mint::seeded(1, NOW), people, consents, BTreeMap::new(), known)
}

#[test]
fn what_came_of_a_message_adds_up_in_any_order() {
    let at = |n| Some(day(n));
    let fates = [
        Fates { opened_at: at(-3), ..Fates::default() },
        Fates { opened_at: at(-4), clicked_at: at(-2), ..Fates::default() },
        Fates { bounced: Some((day(-4), Bounce::Soft)), ..Fates::default() },
        Fates { bounced: Some((day(-2), Bounce::Hard)), delivered_at: at(-4), ..Fates::default() },
    ];
    let expected =
        Fates { delivered_at: at(-4), opened_at: at(-4), clicked_at: at(-2), replied_at: None, bounced: Some((day(-2), Bounce::Hard)) };
    for turn in 0..fates.len() {
        let mut order = fates.to_vec();
        order.rotate_left(turn);
        let mut ledger = ledger(Vec::new());
        assert_eq!(ledger.take(report("1")).outcome, MessageOutcome::Created);
        for fate in &order {
            assert_ne!(ledger.take(more("1", *fate)).outcome, MessageOutcome::Rejected);
        }
        assert_eq!(ledger.take(more("1", fates[0])).outcome, MessageOutcome::Unchanged);
        assert_eq!(ledger.into_changes()[0].after.fates, expected);
    }
}

#[test]
fn an_older_report_changes_nothing_of_what_it_was_and_a_later_one_is_judged_anew() {
    let dated = |n, record: MessageRecord| MessageRecord { source_updated_at: Some(day(n)), ..record };
    let mut ledger = ledger(Vec::new());
    assert_eq!(ledger.take(dated(-3, report("1"))).permitted, Some(true));
    let older = MessageRecord { purpose: Some(Purpose::JobOffers), ..dated(-4, report("1")) };
    assert_eq!(ledger.take(older.clone()).outcome, MessageOutcome::Stale);
    let opened = Fates { opened_at: Some(day(-1)), ..Fates::default() };
    assert_eq!(ledger.take(MessageRecord { fates: opened, ..older }).outcome, MessageOutcome::Updated, "but what came of it is");
    let later = ledger.take(MessageRecord { purpose: Some(Purpose::JobOffers), ..dated(-2, report("1")) });
    assert_eq!((later.outcome, later.permitted), (MessageOutcome::Updated, Some(false)));
    let change = ledger.into_changes().remove(0);
    assert_eq!(change.after.allowance, Allowance::Not { lack: Lack::NoConsent });
    assert_eq!((change.after.version, change.after.tells(None).len()), (3, 1));
}

#[test]
fn what_is_wrong_with_a_report_is_told_all_at_once() {
    let mut ledger = ledger(Vec::new());
    let faults = |recorded: MessageRecorded| -> Vec<(String, &'static str)> {
        recorded.problems.into_iter().map(|fault| (fault.pointer, fault.problem.code())).collect()
    };
    let unknown = ledger.take(more("1", Fates::default()));
    let expected = [("/alumnus_id", "required_one_of"), ("/channel", "required"), ("/purpose", "required"), ("/sent_at", "required")];
    assert_eq!(faults(unknown), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    let fates = Fates { opened_at: Some(day(-6)), ..Fates::default() };
    let permission = Some(ContactPermissionId::from_bytes([9; 16]));
    let wrong = ledger.take(MessageRecord { fates, permission, ..report("1") });
    assert_eq!(faults(wrong), [("/opened_at".into(), "before"), ("/permission_id".into(), Problem::UnknownPermission.code())]);
    assert!(ledger.into_changes().is_empty());
}
