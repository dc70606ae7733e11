//! Profiles at work, on invented people.

use proptest::prelude::*;

use super::*;

mod binding;
mod cells;
mod refused_profiles;
mod shipped_profiles;

/// What every profile must say, ahead of the lines a test is about.
const LEAST: &str = r#"
name = "test"
[[names]]
family = "Family"
given = "Given"
[columns]
external_id = "Id"
employment.hired_on = "Hired"
"#;

fn least_and(lines: &str) -> Profile {
    parse(&format!("{LEAST}{lines}")).unwrap()
}

fn parse(text: &str) -> Result<Profile, ProfileError> {
    Profile::parse(text)
}

fn refusal(lines: &str) -> String {
    parse(&format!("{LEAST}{lines}")).expect_err("the profile should be refused").to_string()
}

/// Maps one row, given as pairs of column and cell.
fn map(profile: &Profile, row: &[(&str, &str)]) -> Mapped {
    let (header, cells): (Vec<&str>, Vec<&str>) = row.iter().copied().unzip();
    profile.bind(&header).unwrap().map(&cells)
}

/// Maps one row of the least columns and some more.
fn map_more(profile: &Profile, more: &[(&str, &str)]) -> Mapped {
    let mut row = vec![("Id", "7"), ("Family", "Lund"), ("Given", "Rosa"), ("Hired", "2015-03-30")];
    row.extend(more);
    map(profile, &row)
}

#[track_caller]
fn only_fault(mapped: &Mapped) -> &CellFault {
    let [fault] = &mapped.faults[..] else { panic!("one fault expected: {:?}", mapped.faults) };
    fault
}

proptest! {
    #[test]
    fn no_row_makes_a_profile_fall_over_or_repeat_a_birth_date(cells in proptest::collection::vec("\\PC{0,12}", 16)) {
        let profile = parse(shipped("generic").unwrap()).unwrap();
        let header = [
            "external_id", "family_name", "given_name", "hired_on", "birth_on", "employment_ended_on", "status", "reason",
            "rating", "rating_as_of", "regrettable", "sequence", "source_updated_at", "rehire", "email", "manager_name",
        ];
        let row: Vec<&str> = cells.iter().map(String::as_str).collect();
        let mapped = profile.bind(&header).unwrap().map(&row);
        for fault in mapped.faults.iter().filter(|fault| fault.pointer == "/birth_on") {
            prop_assert!(fault.detail.starts_with("not a date of the form YYYY-MM-DD ("));
        }
    }

    #[test]
    fn no_text_makes_parsing_fall_over(place in 0usize..4096, noise in "\\PC{0,6}") {
        let text = shipped("hr-dataset-v14").unwrap();
        let place = (0..=place.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
        let _ = parse(&format!("{}{noise}{}", &text[..place], &text[place..]));
    }
}
