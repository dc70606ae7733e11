use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use serde_json::json;

use super::calendar::years_before;
use super::life::HORIZON;
use super::*;

const SEED: u64 = 1;
const TODAY: Date = date(2026, 8, 1);
/// Days on which calendars are awkward.
const TODAYS: [Date; 5] = [TODAY, date(2024, 2, 29), date(2027, 3, 31), date(2027, 4, 1), date(2031, 1, 1)];

fn all(people: u64) -> Vec<Value> {
    records(SEED, people, TODAY).collect()
}

fn on(record: &Value, pointer: &str) -> Option<Date> {
    record.pointer(pointer).map(|day| text(day).parse().expect("a date"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn has_name(record: &Value, kind: &str) -> bool {
    let names = record["names"].as_array().expect("names");
    names.iter().any(|name| name["kind"] == kind)
}

fn share(of: usize, all: usize) -> f64 {
    of as f64 / all as f64
}

#[test]
fn the_same_seed_gives_the_same_people_whatever_their_number() {
    let few = all(60);
    assert_eq!(few, all(200)[..few.len()]);
    assert_ne!(few, records(SEED + 1, 60, TODAY).collect::<Vec<_>>());
}

#[test]
fn the_first_people_are_called_what_they_were_always_called() {
    let names = [0, 1, 36, 10_000, 999_999].map(|n| Person::of(SEED, n, TODAY).display_name(TODAY));
    assert_eq!(names, ["宮本 美香", "木下 奈津子", "新井 悠真", "武田 彩", "増田 大介"]);
}

#[test]
fn people_remain_who_they_are_as_time_goes_by() {
    let who = |n, today| {
        let stays = |record: &Value| {
            let Value::Object(record) = record else { panic!("an object") };
            let given: Vec<_> = record["names"].as_array().into_iter().flatten().map(|name| &name["given"]).collect();
            let departure = record.get("departure");
            let leaving = departure.map(|departure| [&departure["separation_type"], &departure["reason"]]);
            let kept = ["external_id", "previous_external_ids", "sequence", "entity", "emails", "phones", "address"];
            json!([kept.map(|member| record.get(member)), given[0], leaving])
        };
        person(SEED, n, today).iter().map(stays).collect::<Vec<_>>()
    };
    for n in 0..1_000 {
        for later in TODAYS {
            assert_eq!(who(n, TODAY), who(n, later), "person {n} on {later}");
        }
    }
}

#[test]
fn external_ids_name_one_person_each_and_managers_are_among_them() {
    let mut owners = BTreeMap::new();
    for n in 0..5_000 {
        for record in person(SEED, n, TODAY) {
            let owner = *owners.entry(text(&record["external_id"]).to_owned()).or_insert(n);
            assert_eq!(owner, n);
            for former in record.get("previous_external_ids").and_then(Value::as_array).into_iter().flatten() {
                assert_eq!(owners.get(text(former)), Some(&n));
            }
            match record.pointer("/employment/manager/external_id") {
                Some(manager) => assert!(owners[text(manager)] < n, "{record}"),
                None => assert_eq!(n, 0, "only the president has no manager"),
            }
        }
    }
}

#[test]
fn contacts_are_nobody_elses_and_on_reserved_domains() {
    let mut seen = BTreeMap::new();
    for n in 0..5_000 {
        for record in person(SEED, n, TODAY) {
            for email in record.get("emails").and_then(Value::as_array).into_iter().flatten() {
                let email = text(email).to_owned();
                let (local, domain) = email.split_once('@').expect("an address");
                assert!(local.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c)), "{email}");
                assert!(["example.com", "example.jp", "example.org"].contains(&domain));
                assert_eq!(*seen.entry(email).or_insert(n), n);
            }
        }
    }
}

#[test]
fn dates_follow_one_another() {
    for today in TODAYS {
        for n in 0..5_000 {
            let mut last_end = None;
            for (sequence, record) in (1..).zip(person(SEED, n, today)) {
                let at = |pointer| on(&record, pointer);
                let birth = at("/birth_on").expect("a birth date");
                let hired = at("/employment/hired_on").expect("a first day");
                let ended = at("/departure/employment_ended_on");
                let worked = at("/departure/last_worked_on").or(ended);
                assert_eq!(record["sequence"], sequence);
                assert!(birth <= years_before(hired, 18), "{record}");
                assert!(last_end.is_none_or(|end| end < hired), "{record}");
                assert!(at("/employment/original_hired_on").is_none_or(|first| first < hired));
                if let Some(ended) = ended {
                    assert!(hired < ended && birth > years_before(ended, 70), "{record}");
                    assert!(worked.is_some_and(|day| hired <= day && day <= ended), "{record}");
                    assert!(ended > days_after(today, -HORIZON - 366) && ended <= days_after(today, 60));
                    assert!((ended - hired).get_days() <= 38 * 366, "{record}");
                }
                if let Some(notified) = at("/departure/notified_on") {
                    assert!(hired <= notified && Some(notified) <= worked && notified < today, "{record}");
                }
                let updated = text(&record["source_updated_at"]);
                let updated: jiff::Timestamp = updated.parse().expect("an instant");
                let begun = today.at(0, 0, 0, 0).in_tz("Pacific/Kiritimati").expect("a zone");
                assert!(updated < begun.timestamp(), "{record}");
                if let Some(as_of) = at("/evaluation/as_of") {
                    assert!(hired < as_of && as_of < today && ended.is_none_or(|ended| as_of <= ended), "{record}");
                }
                let status = text(&record["employment"]["status"]["value"]);
                let gone = ended.is_some_and(|ended| ended < today);
                assert_eq!(["ended", "retired", "deceased"].contains(&status), gone, "{record}");
                assert_eq!(status == "pending", hired > today, "{record}");
                last_end = ended;
            }
        }
    }
}

#[test]
fn shares_are_those_of_a_believable_organisation() {
    for seed in 0..3 {
        let people: Vec<_> = (0..5_000).map(|n| person(seed, n, TODAY)).collect();
        let left = |record: &Value| on(record, "/departure/employment_ended_on").is_some_and(|end| end < TODAY);
        let leavers = people.iter().filter(|person| left(&person[0])).count();
        let returned = |person: &&Vec<Value>| person.len() == 2 && on(&person[1], "/employment/hired_on") <= Some(TODAY);
        let returners: Vec<_> = people.iter().filter(returned).collect();
        let again = returners.iter().filter(|person| left(&person[1])).count();
        let renumbered = returners.iter().filter(|person| person[1].get("previous_external_ids").is_some());
        let announced = people.iter().filter(|person| on(&person[0], "/departure/employment_ended_on") > Some(TODAY));
        let japanese = people.iter().filter(|person| person[0]["names"][0].get("family_kana").is_some());
        let former = people.iter().filter(|person| person.iter().any(|record| has_name(record, "former_legal")));
        let employed = people.len() - leavers;
        for (what, share, bounds) in [
            ("left", share(leavers, people.len()), 0.53..0.57),
            ("returned", share(returners.len(), leavers), 0.07..0.09),
            ("left again", share(again, returners.len()), 0.28..0.39),
            ("renumbered", share(renumbered.count(), returners.len()), 0.12..0.28),
            ("announced", share(announced.count(), employed), 0.010..0.021),
            ("Japanese", share(japanese.count(), people.len()), 0.66..0.74),
            ("former name", share(former.count(), people.len()), 0.06..0.14),
        ] {
            assert!(bounds.contains(&share), "{what}: {share} is not within {bounds:?}");
        }

        let mut tenures: Vec<_> = people
            .iter()
            .filter(|person| left(&person[0]))
            .filter_map(|person| on(&person[0], "/departure/employment_ended_on")?.since(on(&person[0], "/employment/hired_on")?).ok())
            .map(|tenure| tenure.get_days())
            .collect();
        tenures.sort_unstable();
        assert!((1_300..1_700).contains(&tenures[tenures.len() / 2]), "median {}", tenures[tenures.len() / 2]);
        let in_march = people.iter().filter(|person| on(&person[0], "/departure/employment_ended_on").is_some_and(|end| end.month() == 3));
        assert!(share(in_march.count(), leavers) > 0.22);
    }
}

#[test]
fn five_hundred_people_show_every_special_case() {
    for seed in 0..20 {
        let people: Vec<_> = (0..500).map(|n| person(seed, n, TODAY)).collect();
        let any = |what: &str, case: &dyn Fn(&[Value]) -> bool| {
            assert!(people.iter().any(|person| case(person)), "nobody {what} with seed {seed}");
        };
        any("returned", &|person| person.len() == 2);
        any("left again", &|person| person.len() == 2 && person[1].get("departure").is_some());
        any("got another id", &|person| person.len() == 2 && person[0]["external_id"] != person[1]["external_id"]);
        any("has announced a departure", &|person| on(&person[0], "/departure/employment_ended_on") > Some(TODAY));
        any("has changed names", &|person| has_name(&person[0], "former_legal"));
        any("works under another name", &|person| has_name(&person[0], "business"));
        for status in ["pending", "on_leave", "retired"] {
            any(status, &|person| person[0]["employment"]["status"]["value"] == status);
        }
    }
}

#[test]
fn records_have_the_members_of_a_departure_record_and_none_is_empty() {
    fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                assert!(!object.is_empty(), "{path}");
                for (name, value) in object {
                    members(value, &format!("{path}/{name}"), found);
                }
            }
            Value::Array(items) => {
                assert!(!items.is_empty(), "{path}");
                items.iter().for_each(|item| members(item, path, found));
            }
            Value::Null => panic!("{path} is null"),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                found.insert(path.to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    all(5_000).iter().for_each(|record| members(record, "", &mut found));
    let expected = [
        "/address",
        "/birth_on",
        "/departure/employment_ended_on",
        "/departure/exit/handover_done",
        "/departure/exit/interview_held",
        "/departure/exit/notice_kept",
        "/departure/last_worked_on",
        "/departure/notified_on",
        "/departure/paid_through_on",
        "/departure/reason/source_value",
        "/departure/reason/value",
        "/departure/reason_secondary/source_value",
        "/departure/reason_secondary/value",
        "/departure/regrettable",
        "/departure/rehire/authorised_by",
        "/departure/rehire/reason",
        "/departure/rehire/source_value",
        "/departure/separation_type/source_value",
        "/departure/separation_type/value",
        "/emails",
        "/employee_number",
        "/employment/contract_end_on",
        "/employment/department",
        "/employment/employment_type/source_value",
        "/employment/employment_type/value",
        "/employment/hired_on",
        "/employment/job_title",
        "/employment/location",
        "/employment/manager/external_id",
        "/employment/manager/name",
        "/employment/original_hired_on",
        "/employment/status/source_value",
        "/employment/status/value",
        "/entity",
        "/evaluation/as_of",
        "/evaluation/rating",
        "/evaluation/scale",
        "/evaluation/source_value",
        "/external_id",
        "/names/family",
        "/names/family_kana",
        "/names/given",
        "/names/given_kana",
        "/names/kind",
        "/names/middle",
        "/phones",
        "/postal_code",
        "/previous_external_ids",
        "/sequence",
        "/source_updated_at",
    ];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
