//! What people are called, and when.

use jiff::civil::Date;
use serde_json::Value;

use super::Person;
use super::calendar::years_before;
use super::doc::Doc;
use crate::demo::names::{Identity, Part, fold};

impl Person {
    /// The family name in law on that day, and the one at birth if it is another.
    fn family_on(&self, day: Date) -> (Part, Option<Part>) {
        let Identity { family, marriage, .. } = &self.identity;
        match marriage {
            Some((married, age)) if years_before(day, *age) >= self.life.birth => (*married, Some(*family)),
            Some(_) | None => (*family, None),
        }
    }

    /// The legal name on that day, in the order in which it is written.
    pub(super) fn display_name(&self, day: Date) -> String {
        let (family, given) = (self.family_on(day).0.written, self.identity.given.written);
        if self.identity.family_first { format!("{family} {given}") } else { format!("{given} {family}") }
    }

    pub(super) fn names(&self, on: Date) -> Vec<Value> {
        let Identity { given, middle, works_under_birth_name, preferred, romanised, .. } = &self.identity;
        let (family, former) = self.family_on(on);
        let written = |kind: &str, family: Part| {
            Doc::new()
                .with("kind", kind)
                .with("family", family.written)
                .with("given", given.written)
                .maybe("family_kana", family.kana)
                .maybe("given_kana", given.kana)
        };
        let mut names = vec![written("legal", family).maybe("middle", *middle).into()];
        if let Some(former) = former {
            names.push(written("former_legal", former).into());
            if *works_under_birth_name {
                names.push(written("business", former).into());
            }
        }
        let plain = family.written.is_ascii() && given.written.is_ascii();
        if *romanised && !plain {
            let [family, given] = [family, *given].map(|part| passport_spelling(part.latin));
            names.push(Doc::new().with("kind", "romanised").with("family", family).with("given", given).into());
        }
        if let Some(preferred) = preferred {
            let called = Doc::new().with("kind", "preferred").with("family", family.latin);
            names.push(called.with("given", *preferred).into());
        }
        names
    }
}

/// A name without diacritics or signs, with the capital letters of a passport's readable line.
fn passport_spelling(name: &str) -> String {
    let words = name.split_whitespace().map(|word| {
        let mut letters = fold(word);
        if let Some(first) = letters.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        letters
    });
    words.collect::<Vec<_>>().join(" ")
}
