//! Profiles meeting the header of a file.

use serde_json::json;

use super::*;

#[test]
fn names_are_found_exactly_before_case_is_ignored() {
    let profile = least_and("entity = \"ENTITY\"");
    let header = ["\u{feff} ID ", "family", "Given", "  hired", "entity", "ENTITY"];
    let binding = profile.bind(&header).unwrap();
    let mapped = binding.map(&["7", "Lund", "Rosa", "2015-03-30", "wrong", "right"]);
    assert_eq!(mapped.record["entity"], "right");
    assert_eq!(binding.columns_of("/external_id"), ["ID"]);
    assert_eq!(binding.unread(), ["entity"]);
}

#[test]
fn every_missing_or_repeated_column_is_told_at_once() {
    let faults = least_and("").bind(&["Id", "id", "ID", "Family", "family", "GIVEN", "given"]).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["column \"Hired\": the file has no such column", "column \"Given\": the file has more than one such column"]);
}

#[test]
fn a_pointer_leads_back_to_its_columns() {
    let profile = least_and(
        r#"
        entity = "Firm"
        emails = ["Mail", "Mail 2"]
        employment.department = "Dept"
        [constants]
        sequence = 1
        [[maps]]
        members = { employment.status = "State" }
        rows = [{ when = { State = "out", Why = "old" }, set = { employment.status = "retired" } }]
        "#,
    );
    let binding = profile.bind(&["Id", "Family", "Given", "Hired", "Firm", "Mail", "Mail 2", "Dept", "State", "Why"]).unwrap();
    let cases: [(&str, &[&str]); 10] = [
        ("/entity", &["Firm"]),
        ("/emails/1", &["Mail", "Mail 2"]),
        ("/employment/status/value", &["State", "Why"]),
        ("/employment", &["Dept", "Hired", "State", "Why"]),
        ("/names/0/family", &["Family"]),
        ("/names", &["Family", "Given"]),
        ("/names/4", &[]),
        ("/sequence", &[]),
        ("/birth_on", &[]),
        ("nonsense", &[]),
    ];
    for (pointer, columns) in cases {
        let mut found = binding.columns_of(pointer);
        found.sort_unstable();
        assert_eq!(found, columns, "{pointer}");
    }
}

#[test]
fn a_row_of_another_length_is_not_looked_into() {
    let profile = least_and("");
    let binding = profile.bind(&["Id", "Family", "Given", "Hired"]).unwrap();
    for cells in [&["7", "Lund"][..], &["7", "Lund", "Rosa", "2015-03-30", "x"], &[]] {
        let mapped = binding.map(cells);
        assert_eq!((only_fault(&mapped).code, &mapped.record), ("row_length", &json!({})));
    }
    assert_eq!(binding.map(&["7", "Lund", "Rosa", "2015-03-30", "", " "]).faults, []);
}
