//! Sketches out of the columns of a file: alumni and applicants alike.

use super::sketch::{MatchNameKind, Sketch, SketchAddress, SketchName};

/// A sketch out of a row: each column's heading with its cell. Unknown columns are passed over; lists are separated by
/// semicolons.
#[must_use]
pub fn sketch<'a>(row: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sketch {
    let mut sketch = Sketch::default();
    let mut current = SketchName::of(MatchNameKind::Current);
    let mut romanised = SketchName::of(MatchNameKind::Romanised);
    let mut address = SketchAddress::default();
    for (heading, cell) in row {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let text = || Some(cell.to_owned());
        let many = || cell.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        match heading.trim().trim_start_matches('\u{feff}') {
            "name" => current.full = text(),
            "family_name" => current.family = text(),
            "given_name" => current.given = text(),
            "middle_name" => current.middle = text(),
            "kana_name" => current.full_kana = text(),
            "family_kana" => current.family_kana = text(),
            "given_kana" => current.given_kana = text(),
            "romaji_name" => romanised.full = text(),
            "family_romaji" => romanised.family = text(),
            "given_romaji" => romanised.given = text(),
            "former_names" | "former_family_names" => {
                sketch.names.extend(many().map(|family| SketchName { family: Some(family), ..SketchName::of(MatchNameKind::Former) }));
            }
            "emails" | "email" => sketch.emails.extend(many()),
            "phones" | "phone" => sketch.phones.extend(many()),
            "dob" | "birth_date" | "birth_on" => sketch.births.push(cell.to_owned()),
            "postal_code" => address.postal_code = text(),
            "address" => address.text = text(),
            "employee_no" | "employee_number" | "prev_employee_no" => sketch.employee_numbers.extend(many()),
            _ => {}
        }
    }
    let mut names: Vec<SketchName> = [current, romanised].into_iter().filter(|name| *name != SketchName::of(name.kind)).collect();
    names.append(&mut sketch.names);
    sketch.names = names;
    if address != SketchAddress::default() {
        sketch.addresses.push(address);
    }
    sketch
}
