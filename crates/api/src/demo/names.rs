//! The names of the demonstration's people: which occur, how they are read, and which go together.
//!
//! A name is put together at random from the tables below, so that nobody in particular is meant.

mod international;
mod japanese;

use self::international::INTERNATIONAL;
use self::japanese::JAPANESE;
use super::company::Site;
use super::people::Dice;

/// One part of a name, as written, as read and in plain Latin letters.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// As the person writes it.
    pub(super) written: &'static str,
    /// Reading in katakana, for Japanese names only.
    pub(super) kana: Option<&'static str>,
    /// In Latin letters; where the name is Latin already, the same as `written`.
    pub(super) latin: &'static str,
}

impl Part {
    const fn latin(written: &'static str) -> Self {
        Self { written, kana: None, latin: written }
    }
}

/// The name a person was born with and what marriage may make of it.
pub(super) struct Identity {
    /// Family name at birth.
    pub(super) family: Part,
    /// Given name.
    pub(super) given: Part,
    /// Middle name, where the naming custom knows one and the person has it.
    pub(super) middle: Option<&'static str>,
    /// Family name after marriage, and at what age, if it changes.
    pub(super) marriage: Option<(Part, i32)>,
    /// Whether the person goes on working under the family name at birth (旧姓使用).
    pub(super) works_under_birth_name: bool,
    /// A name for every day, besides the one on paper.
    pub(super) preferred: Option<&'static str>,
    /// Whether the HR system also knows a spelling in plain Latin letters.
    pub(super) romanised: bool,
    /// Whether the family name is written first.
    pub(super) family_first: bool,
}

impl Identity {
    /// Draws a name that fits the place and, for Japanese names, the age.
    pub(super) fn draw(dice: &mut Dice, site: Site, age: i32) -> Self {
        let custom = *dice.weighted(&CUSTOMS, |custom| custom.share_at(site));
        let woman = dice.chance(46);
        let family = dice.draw(custom.families);
        let given = match custom.given {
            Given::ByAge { women, men } => dice.draw(if woman { women } else { men }[generation(age)]),
            Given::Any { women, men } => dice.draw(if woman { women } else { men }),
        };
        let middle = match custom.given {
            Given::ByAge { .. } => None,
            Given::Any { women, men } => Some(dice.draw(if woman { women } else { men }).latin),
        };
        let middle = middle.filter(|name| dice.chance(custom.middle) && *name != given.latin);
        let partner = dice.draw(custom.families);
        let married_at = dice.between(24, 40);
        let changes = dice.chance(if woman { 34 } else { 2 }) && partner.written != family.written;
        let works_under_birth_name = dice.chance(45);
        let everyday = *dice.pick(&EVERYDAY);
        let preferred = dice.chance(custom.everyday).then_some(everyday);
        let romanised = dice.chance(if site == Site::Japan { 65 } else { 95 });
        Self {
            family,
            given,
            middle,
            marriage: changes.then_some((partner, married_at)),
            works_under_birth_name,
            preferred,
            romanised,
            family_first: custom.family_first,
        }
    }
}

/// Which of the three columns of Japanese given names suits the age.
const fn generation(age: i32) -> usize {
    match age {
        55.. => 0,
        35.. => 1,
        _ => 2,
    }
}

/// Plain lower-case ASCII letters of a name, for e-mail addresses and passports.
pub(super) fn fold(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphabetic() {
            plain.push(letter);
        } else if let Some((_, ascii)) = PLAIN.iter().find(|(with, _)| with.contains(letter)) {
            plain.push_str(ascii);
        }
    }
    plain
}

#[rustfmt::skip]
const PLAIN: [(&str, &str); 18] = [
    ("áàâäãåăąạảấầẩậắằặā", "a"),
    ("éèêëęěẹẽếềễệ", "e"),
    ("íìîïıị", "i"),
    ("óòôöõőøọốồỗộơớờợ", "o"),
    ("úùûüũűůụưứừự", "u"),
    ("ýỳ", "y"),
    ("çćč", "c"),
    ("đď", "d"),
    ("ğ", "g"),
    ("ł", "l"),
    ("ñńň", "n"),
    ("ř", "r"),
    ("şśš", "s"),
    ("ß", "ss"),
    ("ťţ", "t"),
    ("źżž", "z"),
    ("æ", "ae"),
    ("þ", "th"),
];

/// How names are given somewhere: which there are, and which habits go with them.
#[derive(Clone, Copy)]
struct Custom {
    /// Share in parts among the staff in Japan, Germany and the United States.
    shares: [u32; 3],
    families: Parts,
    given: Given,
    /// How many in a hundred have a middle name, and a name for every day.
    middle: u64,
    everyday: u64,
    family_first: bool,
}

#[derive(Clone, Copy)]
enum Given {
    ByAge { women: [Parts; 3], men: [Parts; 3] },
    Any { women: Parts, men: Parts },
}

/// A table of name parts: with a reading, with a transcription, or in Latin letters anyway.
#[derive(Clone, Copy)]
enum Parts {
    Read(&'static [(&'static str, &'static str, &'static str)]),
    Transcribed(&'static [(&'static str, &'static str)]),
    Latin(&'static [&'static str]),
}

impl Dice {
    fn draw(&mut self, from: Parts) -> Part {
        match from {
            Parts::Read(table) => {
                let &(written, kana, latin) = self.pick(table);
                Part { written, kana: Some(kana), latin }
            }
            Parts::Transcribed(table) => {
                let &(written, latin) = self.pick(table);
                Part { written, kana: None, latin }
            }
            Parts::Latin(table) => Part::latin(self.pick::<&str>(table)),
        }
    }
}

impl Custom {
    const fn share_at(&self, site: Site) -> u32 {
        match site {
            Site::Japan => self.shares[0],
            Site::Germany => self.shares[1],
            Site::UnitedStates => self.shares[2],
        }
    }

    const fn latin(
        shares: [u32; 3],
        middle: u64,
        families: &'static [&'static str],
        women: &'static [&'static str],
        men: &'static [&'static str],
    ) -> Self {
        Self {
            shares,
            families: Parts::Latin(families),
            given: Given::Any { women: Parts::Latin(women), men: Parts::Latin(men) },
            middle,
            everyday: 3,
            family_first: false,
        }
    }

    const fn with_everyday_names(self, everyday: u64) -> Self {
        Self { everyday, ..self }
    }
}

/// All customs: the Japanese, then the others.
static CUSTOMS: [Custom; 1 + INTERNATIONAL.len()] = {
    let (mut customs, mut at) = ([JAPANESE; 1 + INTERNATIONAL.len()], 0);
    while at < INTERNATIONAL.len() {
        customs[1 + at] = INTERNATIONAL[at];
        at += 1;
    }
    customs
};

/// Names people take for every day, whatever stands in the passport.
#[rustfmt::skip]
const EVERYDAY: [&str; 12] =
    ["Kevin", "Amy", "Jay", "Sunny", "Alex", "Coco", "Leo", "Mia", "Robin", "Ken", "Kit", "Sam"];

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(table: Parts) -> Vec<Part> {
        match table {
            Parts::Read(rows) => rows.iter().map(|&(written, kana, latin)| Part { written, kana: Some(kana), latin }).collect(),
            Parts::Transcribed(rows) => rows.iter().map(|&(written, latin)| Part { written, kana: None, latin }).collect(),
            Parts::Latin(rows) => rows.iter().copied().map(Part::latin).collect(),
        }
    }

    fn everything() -> Vec<Part> {
        let tables = CUSTOMS.iter().flat_map(|custom| {
            let given = match custom.given {
                Given::ByAge { women, men } => [women, men].concat(),
                Given::Any { women, men } => vec![women, men],
            };
            given.into_iter().chain([custom.families])
        });
        tables.flat_map(parts).collect()
    }

    #[test]
    fn every_name_has_a_plain_spelling_without_lost_letters() {
        for part in everything() {
            let letters = part.latin.chars().filter(|letter| letter.is_alphabetic()).count();
            assert!(letters > 0 && fold(part.latin).len() >= letters, "{}", part.latin);
        }
    }

    #[test]
    fn readings_are_in_katakana() {
        for kana in everything().iter().filter_map(|part| part.kana) {
            assert!(kana.chars().all(|letter| ('ァ'..='ー').contains(&letter)), "{kana}");
        }
    }

    #[test]
    fn no_name_stands_twice_in_its_table() {
        for custom in &CUSTOMS {
            let families = parts(custom.families);
            let mut written: Vec<_> = families.iter().map(|part| part.written).collect();
            written.sort_unstable();
            written.dedup();
            assert_eq!(written.len(), families.len());
        }
    }
}
