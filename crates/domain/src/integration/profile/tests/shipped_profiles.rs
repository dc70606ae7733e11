//! The profiles that come with furusu.

use serde_json::json;

use super::*;

const HEADER: [&str; 16] = [
    "\u{feff}Employee_Name",
    "EmpID",
    "Position",
    "State",
    "DOB",
    "DateofHire",
    "DateofTermination",
    "TermReason",
    "EmploymentStatus",
    "Department",
    "ManagerName",
    "ManagerID",
    "PerformanceScore",
    "LastPerformanceReview_Date",
    "Sex",
    "Salary",
];

fn row<'r>(ended: &'r str, reason: &'r str, status: &'r str) -> [&'r str; 16] {
    [
        "Del Monte,Rosa  K",
        " 90001 ",
        "Data  Analyst",
        "MA",
        "04/09/68",
        "7/5/2011",
        ended,
        reason,
        status,
        "Production       ",
        "Ola Nord",
        "",
        "Fully Meets",
        "1/17/2019",
        "F",
        "1",
    ]
}

fn hr_dataset() -> Profile {
    parse(shipped("hr-dataset-v14").unwrap()).unwrap()
}

#[test]
fn each_is_known_by_the_name_it_gives_itself() {
    for (name, text) in SHIPPED {
        let profile = parse(text).unwrap();
        assert_eq!((profile.name(), profile.delimiter()), (name, b','));
        assert!(profile.about().is_some());
    }
    assert_eq!(shipped("nobody"), None);
}

#[test]
fn a_leaver_of_the_hr_dataset_becomes_a_whole_record() {
    let profile = hr_dataset();
    let binding = profile.bind(&HEADER).unwrap();
    let mapped = binding.map(&row("6/16/2016", "Career  Change", "voluntarily terminated"));
    assert_eq!(mapped.faults, []);
    let expected = json!({
        "external_id": "90001", "employee_number": "90001", "birth_on": "1968-04-09",
        "names": [{"kind": "legal", "family": "Del Monte", "given": "Rosa", "middle": "K"}],
        "employment": {
            "hired_on": "2011-07-05", "department": "Production", "job_title": "Data Analyst", "location": "MA",
            "status": {"value": "ended", "source_value": "voluntarily terminated"}, "manager": {"name": "Ola Nord"},
        },
        "departure": {
            "employment_ended_on": "2016-06-16",
            "separation_type": {"value": "voluntary", "source_value": "voluntarily terminated"},
            "reason": {"value": "new_field", "source_value": "Career Change"},
        },
        "evaluation": {"as_of": "2019-01-17", "rating": 0.67, "scale": "0 lowest, 1 highest", "source_value": "Fully Meets"},
    });
    assert!(mapped.record == expected, "{:#}", mapped.record);
    assert_eq!(binding.unread(), ["Sex", "Salary"]);
    assert_eq!(binding.header()[0], "Employee_Name");
}

#[test]
fn who_is_still_employed_has_no_departure() {
    let profile = hr_dataset();
    let mapped = profile.bind(&HEADER).unwrap().map(&row("", "N/A-StillEmployed", "Active"));
    assert_eq!(mapped.faults, []);
    assert_eq!(mapped.record.get("departure"), None);
    assert_eq!(mapped.record["employment"]["status"]["value"], "active");
}

#[test]
fn status_and_reason_of_the_hr_dataset_decide_together() {
    let profile = hr_dataset();
    let binding = profile.bind(&HEADER).unwrap();
    let story = [
        ("Terminated for Cause", "no-call, no-show", "ended", "abandonment", "attendance"),
        ("Terminated for Cause", "gross misconduct", "ended", "dismissal_for_cause", "misconduct"),
        ("Terminated for Cause", "performance", "ended", "dismissal_for_cause", "performance"),
        ("Voluntarily Terminated", "performance", "ended", "voluntary", "performance"),
        ("Voluntarily Terminated", "retiring", "retired", "voluntary", "other"),
        ("Voluntarily Terminated", "medical issues", "ended", "voluntary", "health"),
        ("Voluntarily Terminated", "eaten by a whale", "ended", "voluntary", "other"),
    ];
    for (status, why, state, separation, reason) in story {
        let mapped = binding.map(&row("6/16/2016", why, status));
        assert_eq!(mapped.faults, []);
        assert_eq!(mapped.record["employment"]["status"]["value"], state, "{why}");
        let departure = &mapped.record["departure"];
        assert_eq!(departure["separation_type"], json!({"value": separation, "source_value": status}), "{why}");
        assert_eq!(departure["reason"], json!({"value": reason, "source_value": why}));
    }
}

#[test]
fn a_status_and_an_end_date_that_disagree_are_told() {
    let profile = hr_dataset();
    let binding = profile.bind(&HEADER).unwrap();
    let contradicted = binding.map(&row("6/16/2016", "N/A-StillEmployed", "Active"));
    assert_eq!(only_fault(&contradicted).code, "departure_contradicted");
    assert_eq!(only_fault(&contradicted).columns, ["DateofTermination"]);
    let undated = binding.map(&row("", "hours", "Voluntarily Terminated"));
    assert!(undated.record["departure"].is_object(), "a leaver without a date is not one of the employed");
    let unheard_of = binding.map(&row("", "", "Vanished"));
    assert_eq!(only_fault(&unheard_of).detail, "\"Vanished\" is not a word that the profile maps");
}

#[test]
fn the_generic_profile_asks_for_four_columns_and_takes_all() {
    let profile = parse(shipped("generic").unwrap()).unwrap();
    let missing = profile.bind(&["external_id", "email"]).unwrap_err();
    let keys: Vec<&str> = missing.iter().map(ProfileError::key).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.contains(&"column \"family_name\"") && keys.contains(&"column \"hired_on\""));

    let mapped = map(
        &profile,
        &[
            ("external_id", "A-7"),
            ("family_name", "山田"),
            ("given_name", "花子"),
            ("family_kana", "ヤマダ"),
            ("given_kana", "ハナコ"),
            ("former_family_name", "林"),
            ("business_family_name", ""),
            ("preferred_given_name", "Hana"),
            ("hired_on", "2015-04-01"),
            ("employment_ended_on", "2020-03-31 00:00:00"),
            ("status", "On leave"),
            ("email", "h@example.com"),
            ("email_2", "h@example.com"),
            ("phone_2", "+81 3 0000 0000"),
            ("separation_type", "mutual"),
            ("reason_secondary", "pay"),
            ("regrettable", "Yes"),
            ("notice_kept", "0"),
            ("rehire", "TRUE"),
            ("rehire_reason", "asked"),
            ("sequence", "2"),
            ("source_updated_at", "2020-04-01T09:00:00+09:00"),
            ("rating_scale", "stars"),
            ("rating_as_of", "2020-01-01"),
        ],
    );
    assert_eq!(mapped.faults, []);
    let expected = json!({
        "external_id": "A-7", "sequence": 2, "source_updated_at": "2020-04-01T00:00:00Z",
        "names": [
            {"kind": "legal", "family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
            {"kind": "former_legal", "family": "林", "given": "花子", "given_kana": "ハナコ"},
            {"kind": "preferred", "given": "Hana"},
        ],
        "emails": ["h@example.com"], "phones": ["+81 3 0000 0000"],
        "employment": {"hired_on": "2015-04-01", "status": {"value": "on_leave", "source_value": "On leave"}},
        "departure": {
            "employment_ended_on": "2020-03-31", "separation_type": {"value": "mutual", "source_value": "mutual"},
            "reason_secondary": [{"value": "pay", "source_value": "pay"}], "regrettable": true, "exit": {"notice_kept": false},
            "rehire": {"source_value": "TRUE", "reason": "asked"},
        },
    });
    assert!(mapped.record == expected, "{:#}", mapped.record);
}
