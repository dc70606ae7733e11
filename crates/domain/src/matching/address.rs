//! Postal addresses: the code, and the numbers of quarter, block and house (丁目・番・号) without the building.

use super::edits::edits;
use super::script::{is_cjk, tidy};

/// An address as it is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Place {
    /// Digits (or letters, abroad) of the postal code; empty if unknown.
    pub(super) postal: String,
    /// The numbers, joined by a hyphen; empty if unknown.
    pub(super) numbers: String,
    /// What is written before the numbers, without spaces: prefecture, town, quarter. Where the numbers come first, what
    /// follows them: the street.
    pub(super) town: String,
}

impl Place {
    /// Whether two towns are the same: a prefecture may be left out, a street may be misspelt.
    pub(super) fn is_same_town(&self, other: &Self) -> bool {
        let (one, two) = (self.town.as_str(), other.town.as_str());
        if one.is_empty() || two.is_empty() {
            return false;
        }
        one.ends_with(two) || two.ends_with(one) || (one.is_ascii() && one.len().min(two.len()) >= 6 && edits(one, two, 2) <= 2)
    }

    /// What is left of the town when a prefecture is left out or a street misspelt further on; empty if too little is.
    pub(super) fn town_stem(&self) -> String {
        let count = self.town.chars().count();
        if self.town.is_ascii() { self.town.chars().take(5).collect() } else { self.town.chars().skip(count.saturating_sub(3)).collect() }
    }
}

/// The place a postal code and an address name; `None` if nothing is left.
pub(super) fn read(postal_code: Option<&str>, text: Option<&str>) -> Option<Place> {
    let postal: String = tidy(postal_code.unwrap_or("")).to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let text = tidy(text.unwrap_or(""));
    let (town, numbers) = parts(&text);
    let place = Place { postal, numbers, town: super::kanji::fold(&town) };
    (place != Place { postal: String::new(), numbers: String::new(), town: String::new() }).then_some(place)
}

/// Town and numbers. The first run of numbers joined by 丁目, 番, 号 or hyphens counts; a building's number comes later.
fn parts(text: &str) -> (String, String) {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let mut town = String::new();
    let mut numbers: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        if let Some((number, used)) = number(letters.get(at..).unwrap_or(&[])) {
            numbers.push(number);
            at += used;
            let (joined, used) = joint(letters.get(at..).unwrap_or(&[]));
            at += used;
            if !joined {
                break;
            }
            continue;
        }
        if !numbers.is_empty() {
            break;
        }
        if c.is_alphanumeric() {
            town.push(c);
        }
        at += 1;
    }
    if town.is_empty() {
        // "12 High Street, Springfield": the street follows its number.
        let street = letters.get(at..).unwrap_or(&[]).iter().take_while(|c| !matches!(c, ',' | '、') && !c.is_ascii_digit());
        town = street.filter(|c| c.is_alphanumeric() && !is_cjk(**c)).collect();
    }
    (town, numbers.join("-"))
}

/// A number at the beginning, in digits or, before 丁目, in kanji; how many letters it takes.
fn number(letters: &[char]) -> Option<(String, usize)> {
    let digits: String = letters.iter().take_while(|c| c.is_ascii_digit()).take(6).collect();
    if !digits.is_empty() {
        let used = digits.len();
        return Some((digits.trim_start_matches('0').to_owned(), used));
    }
    let mut value = 0;
    let mut used = 0;
    for c in letters {
        match ("一二三四五六七八九".chars().position(|k| k == *c), c) {
            (Some(digit), _) => value += digit + 1,
            (None, '十') => value = if value == 0 { 10 } else { value * 10 },
            (None, _) => break,
        }
        used += 1;
    }
    let is_quarter = used > 0 && letters.get(used) == Some(&'丁') && letters.get(used + 1) == Some(&'目');
    is_quarter.then(|| (value.to_string(), used))
}

/// Whether what follows a number leads to the next one; how many letters it takes.
fn joint(letters: &[char]) -> (bool, usize) {
    for word in ["丁目", "番地の", "番地", "番", "号", "-", "−", "‐", "–", "—", "ー", "ｰ", "の", "条"] {
        if letters.iter().copied().take(word.chars().count()).eq(word.chars()) {
            let used = word.chars().count();
            let spaces = letters.get(used..).unwrap_or(&[]).iter().take_while(|c| **c == ' ').count();
            let more = letters.get(used + spaces).is_some_and(char::is_ascii_digit);
            // After 号 only a building can follow.
            return (more && word != "号" && (spaces == 0 || word == "-"), if more { used + spaces } else { used });
        }
    }
    (false, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> (String, String) {
        parts(&tidy(text))
    }

    #[test]
    fn quarter_block_and_house_are_read_from_every_notation() {
        for text in [
            "架空県架空市旭町6丁目6番16号　旭荘856号室",
            "架空県架空市旭町6-6-16",
            "架空県架空市旭町６－６－１６ 旭荘856",
            "架空県架空市旭町六丁目6-16",
            "架空県 架空市 旭町6丁目6番地の16",
        ] {
            assert_eq!(numbers(text), ("架空県架空市旭町".to_owned(), "6-6-16".to_owned()), "{text}");
        }
        assert_eq!(numbers("架空市旭町十二丁目3"), ("架空市旭町".to_owned(), "12-3".to_owned()));
        assert_eq!(numbers("12 High Street, Springfield 3000"), ("highstreet".to_owned(), "12".to_owned()));
    }

    #[test]
    fn a_town_is_the_same_without_its_prefecture() {
        let place = |text| read(None, Some(text)).expect("a place");
        assert!(place("架空県架空市旭町1-2").is_same_town(&place("架空市旭町3-4")));
        assert!(!place("架空県架空市旭町1-2").is_same_town(&place("架空県架空市南町1-2")));
        assert_eq!(read(Some("〒１２３－４５６７"), None).map(|place| place.postal).as_deref(), Some("1234567"));
        assert_eq!(read(Some(" "), Some("")), None);
    }
}
