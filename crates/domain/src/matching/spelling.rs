//! How names are spelled in tokens: variants of kanji folded, readings in the letters a to z. The recipe is published, so its
//! tables are its own: see `tokens`.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::script::is_kana;

/// The tables of the recipe, which the example clients have as `recipe.json`.
#[derive(Deserialize, Default)]
struct Recipe {
    /// A kana or letter, and how it is spelled; ^ takes the vowel before it away.
    letters: HashMap<char, String>,
    /// What is spelled otherwise, one after the other.
    spellings: Vec<(String, String)>,
    /// A variant of a kanji, and the form in common use.
    kanji: HashMap<char, char>,
}

fn recipe() -> &'static Recipe {
    static RECIPE: OnceLock<Recipe> = OnceLock::new();
    RECIPE.get_or_init(|| serde_json::from_str(include_str!("tokens.json")).unwrap_or_default())
}

/// Whether the letter is a kanji: a CJK ideograph, or 々.
fn is_kanji(letter: char) -> bool {
    matches!(letter, '々' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a kanji occurs in the text.
pub(super) fn any_kanji(text: &str) -> bool {
    text.chars().any(is_kanji)
}

/// A name in kanji and the kana among them, variants folded and nothing else; empty if it has no kanji.
pub(super) fn written(text: &str) -> String {
    if !any_kanji(text) {
        return String::new();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| is_kanji(*letter) || (is_kana(*letter) && *letter != '・')) {
        // 々 repeats the kanji before it.
        let letter = if letter == '々' { out.chars().next_back().unwrap_or(letter) } else { letter };
        out.push(recipe().kanji.get(&letter).copied().unwrap_or(letter));
    }
    out
}

/// A reading in the letters a to z: one spelling for what kana, Hepburn, Kunrei and passports write differently.
pub(super) fn reading(text: &str) -> String {
    let recipe = recipe();
    let mut spelled = String::with_capacity(text.len());
    for letter in text.nfkc().collect::<String>().to_lowercase().chars().map(hiragana) {
        match recipe.letters.get(&letter) {
            Some(letters) => match letters.strip_prefix('^') {
                // A small kana takes the place of the vowel before it.
                Some(small) => {
                    if spelled.ends_with(VOWELS) {
                        spelled.pop();
                    }
                    spelled.push_str(small);
                }
                None => spelled.push_str(letters),
            },
            None => spelled.push(letter),
        }
    }
    let mut plain: String = spelled.nfd().filter(char::is_ascii_lowercase).collect();
    for (one, other) in &recipe.spellings {
        plain = plain.replace(one.as_str(), other);
    }
    let letters: Vec<char> = plain.chars().collect();
    let is_vowel = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| VOWELS.contains(letter));
    let mut out = String::with_capacity(plain.len());
    for (at, letter) in letters.iter().enumerate() {
        // The h of Ohno and Satoh only makes the vowel long; what is doubled is long too.
        let is_long = *letter == 'h' && is_vowel(at.checked_sub(1)) && !is_vowel(Some(at + 1)) && letters.get(at + 1) != Some(&'y');
        if !is_long && !out.ends_with(*letter) {
            out.push(*letter);
        }
    }
    out
}

const VOWELS: [char; 5] = ['a', 'i', 'u', 'e', 'o'];

/// Katakana as hiragana.
fn hiragana(letter: char) -> char {
    match letter {
        'ァ'..='ヶ' => char::from_u32(letter as u32 - 0x60).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipe_is_there_and_folds_in_one_step() {
        assert!(recipe().letters.len() > 100 && recipe().spellings.len() > 20 && recipe().kanji.len() > 100);
        assert!(recipe().kanji.values().all(|common| !recipe().kanji.contains_key(common)));
    }

    #[test]
    fn a_reading_is_one_however_it_is_written() {
        for same in [
            &["おおの", "オオノ", "ｵｵﾉ", "Ohno", "Ōno", "OONO", "Ono"][..],
            &["しんぺい", "Shimpei", "Sinpei", "Shin-pei"],
            &["つちや", "Tsuchiya", "Tutiya"],
            &["じゅんいち", "Jun'ichi", "Zyuniti"],
            &["こうの", "Kohno", "Kouno", "Kōno"],
            &["はっとり", "Hattori"],
            &["えっちゅう", "Etchu", "Ecchuu"],
            &["ジョン", "Jon", "John"],
            &["ヴァレリー", "Vareri"],
            &["Müller", "MULLER"],
            &["Жуков", "Zhukov"],
        ] {
            assert!(same.iter().all(|text| reading(text) == reading(same[0])), "{:?}", same.iter().map(|t| reading(t)).collect::<Vec<_>>());
        }
    }
}
