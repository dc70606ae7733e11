//! Tokens: exact, simple values that a vendor can make with a few lines of any language, for blinded lookups.
//!
//! The recipe is published (`docs/blinded-lookups.md`), and vendors make tokens by it: whatever becomes of portraits and keys,
//! it stays as it is. So it shares nothing with them, and its tables are its own.

use unicode_normalization::UnicodeNormalization as _;

use super::email::{self, Mailbox};
use super::phone;
use super::portrait::push;
use super::sketch::{Habits, Sketch, SketchName};
use super::spelling::{any_kanji, reading, written};
use crate::words::words;

words! {
    /// What a token says.
    pub enum TokenKind {
        /// Mailbox: lower case, no +tag, no dots at Gmail.
        Email = "email",
        /// Telephone number, E.164 without the plus sign.
        Phone = "phone",
        /// Digits of the employee number, without leading zeros.
        EmployeeNumber = "employee_number",
        /// Birth date, ISO 8601.
        Birth = "birth",
        /// Year and month of the birth date.
        BirthYearMonth = "birth_year_month",
        /// Year and day of the birth date.
        BirthYearDay = "birth_year_day",
        /// Month and day of the birth date.
        BirthMonthDay = "birth_month_day",
        /// Family name in kanji, variants folded.
        Family = "family",
        /// Given name in kanji, variants folded.
        Given = "given",
        /// Reading of the family name.
        FamilyReading = "family_reading",
        /// Reading of the given name.
        GivenReading = "given_reading",
        /// Family and given name in kanji.
        FullName = "full_name",
        /// The words of the whole name as read, in alphabetical order.
        FullReading = "full_reading",
    }
}

impl TokenKind {
    /// Whether so few people share it that they are looked up by it; the others are only compared.
    #[must_use]
    pub const fn finds(self) -> bool {
        match self {
            Self::Email | Self::Phone | Self::EmployeeNumber | Self::Birth | Self::FullName | Self::FullReading => true,
            Self::BirthYearMonth
            | Self::BirthYearDay
            | Self::BirthMonthDay
            | Self::Family
            | Self::Given
            | Self::FamilyReading
            | Self::GivenReading => false,
        }
    }
}

/// So many tokens one person has at most.
const MOST: usize = 200;

/// The tokens of what is said of a person, unique, as the published recipe makes them.
#[must_use]
pub fn tokens(sketch: &Sketch, habits: &Habits) -> Vec<(TokenKind, String)> {
    let mut tokens = Vec::new();
    let mut add = |kind, value: String| {
        if !value.is_empty() {
            push(&mut tokens, (kind, value), MOST);
        }
    };
    for (local, domain) in sketch.emails.iter().filter_map(|text| mailbox(text)) {
        let mailbox = Mailbox { local, domain, is_named: false };
        // The organization's own address ends with the employment, and is nobody's identifier.
        if !email::is_at(&mailbox, &habits.own_mail_domains) {
            add(TokenKind::Email, format!("{}@{}", mailbox.local, mailbox.domain));
        }
    }
    for number in sketch.phones.iter().filter_map(|text| telephone(text, phone::country(&habits.region))) {
        add(TokenKind::Phone, number);
    }
    for number in &sketch.employee_numbers {
        add(TokenKind::EmployeeNumber, digits(&tidy(number)).trim_start_matches('0').to_owned());
    }
    for (year, month, day) in sketch.births.iter().filter_map(|text| date(text)) {
        add(TokenKind::Birth, format!("{year}-{month}-{day}"));
        add(TokenKind::BirthYearMonth, format!("{year}-{month}"));
        add(TokenKind::BirthYearDay, format!("{year}-{day}"));
        add(TokenKind::BirthMonthDay, format!("{month}-{day}"));
    }
    for (kind, value) in names(&sketch.names) {
        add(kind, value);
    }
    tokens
}

/// NFKC, without spaces around it.
fn tidy(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What stands before and after the last @ of an address, if both are there.
fn mailbox(text: &str) -> Option<(String, String)> {
    let text = tidy(text).to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or("");
    let domain = domain.trim_end_matches('.');
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain };
    let local = if domain == "gmail.com" { local.replace('.', "") } else { local.to_owned() };
    (!local.is_empty() && domain.contains('.')).then(|| (local, domain.to_owned()))
}

/// A telephone number with its country and without the plus sign; `code` is the calling code of one without a country.
fn telephone(text: &str, code: &str) -> Option<String> {
    let text = tidy(text);
    // What follows is an extension.
    let text = text.split(['x', 'X', '#', ';', '内']).next().unwrap_or("");
    let is_international = text.trim_start_matches([' ', '(']).starts_with('+');
    let text = if is_international { text.replace("(0)", "") } else { text.to_owned() };
    let digits = digits(&text);
    let number = if is_international {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if digits.starts_with(code) && digits.len() >= 11 {
        digits
    } else {
        format!("{code}{digits}")
    };
    let number = match number.strip_prefix(code) {
        Some(national) => format!("{code}{}", national.trim_start_matches('0')),
        None => number,
    };
    (8..=15).contains(&number.len()).then_some(number)
}

/// Year, month and day of a date in this order, or in eight digits.
fn date(text: &str) -> Option<(String, String, String)> {
    let text = tidy(text);
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let (year, month, day) = match runs.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => (*year, *month, *day),
        [whole] if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        _ => return None,
    };
    let is_fine = (1..=12).contains(&month.parse().unwrap_or(0)) && (1..=31).contains(&day.parse().unwrap_or(0));
    is_fine.then(|| (year.to_owned(), format!("{month:0>2}"), format!("{day:0>2}")))
}

/// A name in the parts that tokens are made of.
#[derive(Clone, Default)]
struct Parts {
    full: String,
    family: String,
    given: String,
    full_kana: String,
    family_kana: String,
    given_kana: String,
}

impl Parts {
    fn of(name: &SketchName) -> Self {
        let text = |part: &Option<String>| tidy(part.as_deref().unwrap_or(""));
        let SketchName { kind: _, full, family, given, middle: _, full_kana, family_kana, given_kana } = name;
        let mut parts = Self {
            full: text(full),
            family: text(family),
            given: text(given),
            full_kana: text(full_kana),
            family_kana: text(family_kana),
            given_kana: text(given_kana),
        };
        parts.part();
        parts
    }

    /// Parts a name in one line of two words, and a reading in one line.
    fn part(&mut self) {
        if self.family.is_empty()
            && self.given.is_empty()
            && any_kanji(&self.full)
            && let [family, given] = words(&self.full).as_slice()
        {
            (self.family, self.given) = ((*family).to_owned(), (*given).to_owned());
        }
        if self.family_kana.is_empty()
            && self.given_kana.is_empty()
            && let [family, given] = words(&self.full_kana).as_slice()
        {
            (self.family_kana, self.given_kana) = ((*family).to_owned(), (*given).to_owned());
        }
    }

    fn has_given(&self) -> bool {
        !self.given.is_empty() || !self.given_kana.is_empty()
    }
}

/// The tokens of names. A name that is only a family name takes the given name of the first that has one; if none has, it is
/// taken for a name in one line.
fn names(names: &[SketchName]) -> Vec<(TokenKind, String)> {
    let parts: Vec<Parts> = names.iter().take(12).map(Parts::of).collect();
    let lender = parts.iter().find(|parts| parts.has_given()).cloned();
    let mut tokens = Vec::new();
    for mut parts in parts {
        match &lender {
            _ if parts.has_given() || !parts.full.is_empty() => {}
            Some(lender) => (parts.given, parts.given_kana) = (lender.given.clone(), lender.given_kana.clone()),
            None => {
                (parts.full, parts.full_kana) = (std::mem::take(&mut parts.family), std::mem::take(&mut parts.family_kana));
                parts.part();
            }
        }
        let Parts { full, family, given, full_kana, family_kana, given_kana } = &parts;
        let (family_written, given_written) = (written(family), written(given));
        let full_written = if family.is_empty() && given.is_empty() {
            written(full)
        } else if family_written.is_empty() || given_written.is_empty() {
            String::new()
        } else {
            format!("{family_written}{given_written}")
        };
        let (families, givens) = (said(family, family_kana), said(given, given_kana));
        tokens.extend(families.iter().map(|text| (TokenKind::FamilyReading, reading(text))));
        tokens.extend(givens.iter().map(|text| (TokenKind::GivenReading, reading(text))));
        tokens.push((TokenKind::Family, family_written));
        tokens.push((TokenKind::Given, given_written));
        tokens.push((TokenKind::FullName, full_written));
        let pairs = families.iter().flat_map(|family| givens.iter().map(move |given| format!("{family} {given}")));
        for text in pairs.chain(said(full, full_kana).into_iter().map(str::to_owned)) {
            tokens.push((TokenKind::FullReading, all_words(&text)));
        }
    }
    tokens
}

/// What is read of a part: what is written, unless that is kanji, and the kana beside it.
fn said<'t>(written: &'t str, kana: &'t str) -> Vec<&'t str> {
    let written = if any_kanji(written) { "" } else { written };
    [written, kana].into_iter().filter(|text| !text.is_empty()).collect()
}

/// The words of a text.
fn words(text: &str) -> Vec<&str> {
    text.split([' ', '・', '-', '.', ',', '=']).filter(|word| !word.is_empty()).collect()
}

/// The readings of all words in alphabetical order; empty if there are fewer than two.
fn all_words(text: &str) -> String {
    let mut words: Vec<String> = words(text).into_iter().map(reading).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    if words.len() < 2 { String::new() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::MatchNameKind;

    fn made(sketch: &Sketch) -> Vec<String> {
        tokens(sketch, &Habits::default()).into_iter().map(|(kind, value)| format!("{kind} {value}")).collect()
    }

    #[test]
    fn a_telephone_number_is_one_however_it_is_written() {
        for text in [
            "090-1234-5678",
            "+81 90 1234 5678",
            "+81 (0)90-1234-5678",
            "0081-90-1234-5678",
            "９０１２３４５６７８",
            "81 90 1234 5678",
            "090-1234-5678 x12",
        ] {
            assert_eq!(telephone(text, "81").as_deref(), Some("819012345678"), "{text}");
        }
        assert_eq!(telephone("12", "81"), None);
    }

    #[test]
    fn names_make_the_tokens_that_their_writers_have_in_common() {
        let name = |f: &dyn Fn(&mut SketchName)| {
            let mut name = SketchName::of(MatchNameKind::Current);
            f(&mut name);
            Sketch { names: vec![name], ..Sketch::default() }
        };
        let recorded = made(&name(&|n| {
            (n.family, n.given) = (Some("髙橋".into()), Some("由美子".into()));
            (n.family_kana, n.given_kana) = (Some("タカハシ".into()), Some("ユミコ".into()));
        }));
        assert_eq!(
            recorded,
            [
                "family_reading takahasi",
                "given_reading yumiko",
                "family 高橋",
                "given 由美子",
                "full_name 高橋由美子",
                "full_reading takahasi yumiko"
            ]
        );
        assert_eq!(made(&name(&|n| n.full = Some("高橋由美子".into()))), ["full_name 高橋由美子"]);
        assert_eq!(made(&name(&|n| n.family = Some("髙橋由美子".into()))), ["full_name 高橋由美子"]);
        assert_eq!(made(&name(&|n| n.full = Some("Yumiko TAKAHASHI".into()))), ["full_reading takahasi yumiko"]);
        assert_eq!(made(&name(&|n| n.full = Some("高橋　由美子".into()))), ["family 高橋", "given 由美子", "full_name 高橋由美子"]);
    }
}
