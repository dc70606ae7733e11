//! Profiles that must not be taken.

use super::*;

#[test]
fn the_line_and_the_key_are_named() {
    let error = parse(&format!("{LEAST}birth_on = {{ column = \"Born\", formatz = [\"YYYY-MM-DD\"] }}")).unwrap_err();
    assert_eq!((error.line(), error.key()), (Some(9), "columns.birth_on.formatz"));
    assert_eq!(
        error.to_string(),
        "line 9: columns.birth_on.formatz: unknown key; known here are column, formats, two_digit_years, optional_time"
    );
}

#[test]
fn each_for_its_own_reason() {
    let cases = [
        ("birth_on = { column = \"B\", formats = [\"MM/DD/YY\"] }", "two_digit_years = { latest"),
        ("birth_on = { column = \"B\", two_digit_years = { latest = 2005 } }", "no format of this column has YY"),
        ("birth_on = { column = \"B\", formats = [\"MM/DD/YY\"], two_digit_years = { latest = 205 } }", "from 1900 to 2199"),
        ("birth_on = { column = \"B\", formats = [\"M/D/YYYY\", \"D/M/YYYY\"] }", "one text could be two days"),
        ("birth_on = { column = \"B\", formats = [\"YYYY-MMM-DD\"] }", "not a date format"),
        ("birth_on = 3", "expected a table, found a number"),
        ("birth_on = []", "this list is empty"),
        ("birth_on = \" \"", "this text is empty"),
        ("hired_on = \"H\"", "expected one of: employment.hired_on"),
        ("departure = \"H\"", "departure.employment_ended_on"),
        ("salary = \"S\"", "salary is not a member"),
        ("\"names[0].family\" = \"F\"", "[[names]] blocks"),
        ("\"/external_id\" = \"X\"", "external_id is filled in another place"),
        ("employment.status = { column = \"S\", values = { gone = \"endet\" } }", "\"endet\" is not a word of furusu here"),
        ("employment.status = { column = [\"S\", \"T\"], values = { gone = \"ended\" } }", "values need a single column"),
        ("employment.status = { column = \"S\", values = { \"*\" = \"ended\" } }", "use fallback"),
        ("employment.status = { column = \"S\", values = { a = \"ended\", A = \"active\" } }", "an earlier row"),
        ("employment.status = { column = \"S\", fallback = \"gone\" }", "expected one of: pending"),
        ("entity = { column = \"E\", fallback = \"X\" }", "a fallback needs values"),
        ("source_updated_at = { column = \"U\", zone = \"Mars/Olympus\" }", "IANA"),
        ("departure.reason = \"R\"", "nothing tells which rows are departures"),
        ("[constants]\nemployment.employment_type = \"fulltime\"", "full_time"),
        ("[constants]\nsequence = -1", "whole number from 0"),
        ("[constants]\nbirth_on = \"1.1.1970\"", "expected a date"),
        ("[constants]\nevaluation.rating = 7", "from 0 to 1"),
        ("[[names]]\nkind = \"maiden\"\nfamily = \"F\"", "former_legal"),
        ("[[names]]\nkind = \"business\"", "either column with form"),
        ("[[names]]\ncolumn = \"N\"", "needs a form"),
        ("[[names]]\ncolumn = \"N\"\nform = \"Last\"", "Last, First M"),
        ("[[maps]]\nmembers = { employment.status = \"S\" }\nrows = []", "no row of this map sets it"),
        ("[[maps]]\nmembers = { birth_on = \"S\" }\nrows = []", "read this one in [columns]"),
        (
            "[[maps]]\nmembers = { entity = \"S\" }\nrows = [{ when = {}, set = { employment.status = \"ended\" } }]",
            "not among the members",
        ),
        ("[[maps]]\nmembers = { entity = \"S\" }\nrows = [{ when = { S = 1 }, set = { entity = \"E\" } }]", "expected a text or a list"),
        ("[[maps]]\nmembers = { entity = \"S\" }\nrows = [{ set = { entity = \"E\" } }]", "no when"),
        ("[extra]", "extra: unknown key"),
        ("external_id = \"again\"", "not TOML"),
        ("]", "not TOML"),
    ];
    for (lines, reason) in cases {
        let told = refusal(lines);
        assert!(told.starts_with("line ") && told.contains(reason), "{lines}\n→ {told}");
    }
}

#[test]
fn what_every_record_needs_must_be_mapped() {
    for (text, reason) in [
        ("", "no column gives external_id"),
        ("name = \"x\"\ncolumns = { external_id = \"I\" }", "no column gives employment.hired_on"),
        ("name = \"x\"\ncolumns = { external_id = \"I\", employment.hired_on = \"H\" }", "no [[names]] block"),
        (&LEAST.replace("name = \"test\"", ""), "the profile has no name"),
        (&format!("delimiter = \"ab\"\n{LEAST}"), "expected one ASCII mark"),
        (&format!("required_columns = [\"Nmae\"]\n{LEAST}"), "reads no column \"Nmae\""),
    ] {
        let told = parse(text).unwrap_err().to_string();
        assert!(told.contains(reason), "{text}\n→ {told}");
    }
    assert_eq!(parse(&format!("delimiter = \"tab\"\n{LEAST}")).unwrap().delimiter(), b'\t');
}
