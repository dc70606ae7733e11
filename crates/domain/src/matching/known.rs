//! Sketches of people whom sources have named.

use super::date;
use super::key::KeySecret;
use super::sketch::{MatchNameKind, Sketch, SketchAddress, SketchName};
use crate::alumni::{Particulars, PersonName, Told};
use crate::departures::NameKind;
use crate::id::OrganizationId;

/// The sketch of a person of whom one record speaks.
#[must_use]
pub fn sketch_of_particulars(particulars: &Particulars) -> Sketch {
    let mut sketch = Sketch::default();
    hear(&mut sketch, particulars);
    sketch
}

/// The sketch of a person: everything that is said of them by anybody, and of what was said `earlier` the names and contacts,
/// since people come back under those too.
#[must_use]
pub fn sketch_of(told: &[Told], earlier: &[Particulars]) -> Sketch {
    let mut sketch = Sketch::default();
    for Told { particulars, .. } in told {
        hear(&mut sketch, particulars);
    }
    for Particulars { names, emails, phones, .. } in earlier {
        let former = |told: &PersonName| {
            let name = name(told);
            SketchName { kind: if name.kind == MatchNameKind::Current { MatchNameKind::Former } else { name.kind }, ..name }
        };
        let said = |name: &SketchName| sketch.names.iter().any(|known| SketchName { kind: name.kind, ..known.clone() } == *name);
        let former: Vec<SketchName> = names.iter().map(former).filter(|name| !said(name)).collect();
        add(&mut sketch.names, former);
        add(&mut sketch.emails, emails.iter().flatten().map(|email| email.as_str().to_owned()));
        add(&mut sketch.phones, phones.iter().flatten().map(|phone| phone.as_str().to_owned()));
    }
    sketch
}

fn hear(sketch: &mut Sketch, particulars: &Particulars) {
    let Particulars { names, birth_on, employee_number, emails, phones, postal_code, address } = particulars;
    add(&mut sketch.names, names.iter().map(name));
    add(&mut sketch.births, birth_on.map(|day| day.to_string()));
    add(&mut sketch.employee_numbers, employee_number.clone());
    add(&mut sketch.emails, emails.iter().flatten().map(|email| email.as_str().to_owned()));
    add(&mut sketch.phones, phones.iter().flatten().map(|phone| phone.as_str().to_owned()));
    if postal_code.is_some() || address.is_some() {
        add(&mut sketch.addresses, [SketchAddress { postal_code: postal_code.clone(), text: address.clone() }]);
    }
}

fn name(name: &PersonName) -> SketchName {
    let PersonName { kind, family, given, middle, family_kana, given_kana, valid_from: _, valid_to: _ } = name.clone();
    let kind = match kind {
        NameKind::Legal | NameKind::Preferred => MatchNameKind::Current,
        NameKind::FormerLegal => MatchNameKind::Former,
        NameKind::Business => MatchNameKind::Business,
        NameKind::Romanised => MatchNameKind::Romanised,
    };
    SketchName { kind, full: None, family, given, middle, full_kana: None, family_kana, given_kana }
}

fn add<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// Whether a text can be read as the date of a birth, in any notation that is known here.
#[must_use]
pub fn reads_as_a_date(text: &str) -> bool {
    !date::read(text).is_empty()
}

/// A date in any notation that is known here, as ISO 8601 writes it, if it means one day.
#[must_use]
pub fn iso_date(text: &str) -> Option<String> {
    match date::read(text).as_slice() {
        [day] => Some(day.iso()),
        [] | [_, _, ..] => None,
    }
}

/// The secret of one generation of an organization's keys, of the service's own: without that nobody can tell whose a key is.
#[must_use]
pub fn secret_of(own: &[u8; 32], organization: OrganizationId, generation: i32) -> KeySecret {
    let mut hasher = blake3::Hasher::new_keyed(own);
    hasher.update(organization.as_bytes()).update(&generation.to_be_bytes());
    *hasher.finalize().as_bytes()
}
