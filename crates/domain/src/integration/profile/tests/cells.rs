//! Cells becoming members.

use serde_json::{Value, json};

use super::*;

#[test]
fn words_for_nothing_are_absent_and_spelled_exactly() {
    let profile = parse(&format!("absent = [\"N/A\", \"NULL\"]\n{LEAST}entity = \"Firm\"\nemployment.location = \"Place\"")).unwrap();
    let mapped = map(
        &profile,
        &[
            ("Id", "7"),
            ("Family", "Null"),
            ("Given", "\u{3000}Rosa \u{a0} Ann "),
            ("Hired", "2015-03-30"),
            ("Firm", " N/A "),
            ("Place", "NULL"),
        ],
    );
    assert_eq!(mapped.faults, []);
    assert_eq!(mapped.record["names"], json!([{"kind": "legal", "family": "Null", "given": "Rosa Ann"}]));
    assert_eq!((mapped.record.get("entity"), mapped.record["employment"].get("location")), (None, None));
}

#[test]
fn the_first_filled_column_wins_unless_they_make_a_list() {
    let profile = least_and("entity = [\"A\", \"B\"]\nemails = [\"A\", \"B\", \"C\"]");
    let mapped = map_more(&profile, &[("A", ""), ("B", "b"), ("C", "c")]);
    assert_eq!((&mapped.record["entity"], &mapped.record["emails"]), (&json!("b"), &json!(["b", "c"])));
}

#[test]
fn a_fault_tells_what_was_expected_and_keeps_what_is_personal_to_itself() {
    let profile = least_and(
        r#"
        birth_on = { column = "Born", formats = ["M/D/YYYY", "MM/DD/YY"], two_digit_years = { latest = 2005 } }
        sequence = "Seq"
        source_updated_at = "Changed"
        departure.employment_ended_on = "Ended"
        departure.regrettable = "Sad"
        departure.separation_type = "How"
        evaluation.rating = "Rating"
        "#,
    );
    let mapped = map_more(
        &profile,
        &[
            ("Born", "31/12/1970"),
            ("Seq", "-1"),
            ("Changed", "yesterday"),
            ("Ended", "2016-13-01"),
            ("Sad", "very"),
            ("How", "left"),
            ("Rating", "A+"),
        ],
    );
    let told = |pointer: &str| {
        let fault = mapped.faults.iter().find(|fault| fault.pointer == pointer).unwrap();
        (fault.code, fault.columns.join("+"), fault.detail.as_str())
    };
    assert_eq!(mapped.faults.len(), 7);
    let born = told("/birth_on");
    assert_eq!(born, ("malformed_date", "Born".to_owned(), "not a date of the form M/D/YYYY or MM/DD/YY (10 characters came)"));
    assert_eq!(told("/departure/employment_ended_on").2, "\"2016-13-01\" is not a date of the form YYYY-MM-DD");
    assert_eq!(told("/sequence").0, "malformed_number");
    assert_eq!(told("/source_updated_at").0, "malformed_instant");
    assert_eq!(told("/departure/regrettable").0, "malformed_boolean");
    assert_eq!(told("/departure/separation_type").0, "unmapped_value");
    assert_eq!(told("/evaluation/rating").2, "not a number from 0 to 1 (2 characters came)");
    let departure = &mapped.record["departure"];
    assert_eq!(departure, &json!({"separation_type": {"source_value": "left"}}), "a date that cannot be read is no rescission");
}

#[test]
fn a_time_without_an_offset_needs_a_zone() {
    let profile = least_and("source_updated_at = { column = \"Changed\", zone = \"Asia/Tokyo\" }");
    let mapped = map_more(&profile, &[("Changed", "2024-05-01 09:00:00")]);
    assert_eq!(mapped.record["source_updated_at"], "2024-05-01T00:00:00Z");
}

#[test]
fn a_whole_name_comes_apart_with_its_kana() {
    let profile = parse(
        r#"
        name = "jp"
        columns = { external_id = "社員番号", employment.hired_on = { column = "入社日", formats = ["YYYY/M/D", "YYYY年M月D日"] } }
        names = [
          { column = "氏名", kana_column = "フリガナ", form = "Last First" },
          { kind = "former_legal", family = "旧姓", given = "名", valid_to = "改姓日" },
        ]
        "#,
    )
    .unwrap();
    let row = |name, former, until| {
        [
            ("社員番号", "7"),
            ("氏名", name),
            ("フリガナ", "ヤマダ　ハナコ"),
            ("旧姓", former),
            ("名", "花子"),
            ("改姓日", until),
            ("入社日", "2015年4月1日"),
        ]
    };
    let mapped = map(&profile, &row("山田　花子", "林", "2018-06-01"));
    assert_eq!(mapped.faults, []);
    assert_eq!(
        mapped.record["names"],
        json!([
            {"kind": "legal", "family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
            {"kind": "former_legal", "family": "林", "given": "花子", "valid_to": "2018-06-01"},
        ])
    );
    let together = map(&profile, &row("山田花子", "", "someday"));
    let fault = only_fault(&together);
    assert_eq!((fault.pointer.as_str(), fault.code, fault.columns.join("+")), ("/names/0", "malformed_name", "氏名".to_owned()));
    assert_eq!(fault.detail, "not a family name, a space and a given name (4 characters came)");
}

#[test]
fn each_member_takes_the_first_row_that_matches_and_sets_it() {
    let profile = least_and(
        r#"
        departure.employment_ended_on = "End"
        [[maps]]
        members = { departure.separation_type = "How", departure.reason = "Why", entity = "Code", departure.regrettable = "How" }
        rows = [
          { when = { How = "fired", Why = ["awol", "no  show"] }, set = { departure = { separation_type = "abandonment", reason = "attendance" } } },
          { when = { How = "FIRED", Why = "*" }, set = { departure.separation_type = "dismissal_ordinary", departure.regrettable = false } },
          { when = { Why = "" }, set = { departure.reason = "not_stated" } },
          { when = { Code = "01" }, set = { entity = "Example KK" } },
        ]
        fallback = { departure.reason = "other", departure.separation_type = "keep", entity = "keep" }
        "#,
    );
    let departure = |how, why| {
        let mapped = map_more(&profile, &[("End", "2020-03-31"), ("How", how), ("Why", why), ("Code", "01")]);
        let departure = mapped.record["departure"].clone();
        (mapped.faults.len(), departure["separation_type"].clone(), departure["reason"].clone())
    };
    let pair = |value: &str, raw: &str| json!({"value": value, "source_value": raw});
    assert_eq!(departure("Fired", "No Show"), (0, pair("abandonment", "Fired"), pair("attendance", "No Show")));
    assert_eq!(departure("fired ", "late"), (0, pair("dismissal_ordinary", "fired"), pair("other", "late")));
    assert_eq!(departure("", ""), (0, Value::Null, json!({"value": "not_stated"})));
    // The raw word may stay alone, but a yes or no that nobody mapped is a fault.
    assert_eq!(departure("moved", "late"), (1, json!({"source_value": "moved"}), pair("other", "late")));
    let entity = |code| map_more(&profile, &[("End", ""), ("How", ""), ("Why", ""), ("Code", code)]).record["entity"].clone();
    assert_eq!((entity("01"), entity("99")), (json!("Example KK"), json!("99")));
}

#[test]
fn constants_come_out_where_their_object_does() {
    let profile = least_and(
        r#"
        departure.employment_ended_on = "End"
        evaluation.rating = { column = "Rated", values = { good = 1 }, fallback = "keep" }
        [constants]
        entity = "Example KK"
        employment.employment_type = "full_time"
        departure.rehire = "undetermined"
        evaluation.scale = "poor to good"
        "#,
    );
    let bare = map_more(&profile, &[("End", ""), ("Rated", "")]).record;
    assert_eq!((&bare["entity"], &bare["employment"]["employment_type"]), (&json!("Example KK"), &json!({"value": "full_time"})));
    assert_eq!((bare.get("departure"), bare.get("evaluation")), (None, None));
    let full = map_more(&profile, &[("End", "2020-03-31"), ("Rated", "so-so")]).record;
    assert_eq!(full["departure"]["rehire"], json!({"value": "undetermined"}));
    assert_eq!(full["evaluation"], json!({"scale": "poor to good", "source_value": "so-so"}));
}
