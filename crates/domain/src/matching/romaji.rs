//! The reading key: one lossy spelling for what Hepburn, Kunrei, passports and keyboards write differently.

use super::kana;

/// The key of a reading in kana or Latin letters: `Sugawara`, `SUGAWARA` and すがわら give the same; so do Ohno, Oono,
/// Ōno and おおの, Shimpei and Sinpei, Tsuchiya and Tutiya. Empty if no letter is left.
pub(super) fn key(text: &str) -> String {
    let latin = super::latin::plain(&kana::romaji(text));
    let mut key = simpler(&latin);
    // One rule may make room for another: the key of a key is itself.
    for _ in 0..MOST_PASSES {
        let simpler = simpler(&key);
        if simpler == key {
            break;
        }
        key = simpler;
    }
    key
}

/// How often the rules are gone through; twice is enough for names.
const MOST_PASSES: usize = 12;

/// One pass of the rules.
fn simpler(latin: &str) -> String {
    let letters: Vec<char> = latin.chars().filter(char::is_ascii_alphabetic).collect();
    let mut out = String::with_capacity(letters.len());
    let mut at = 0;
    let is = |i: usize, c: char| letters.get(i) == Some(&c);
    let vowel = |i: usize| letters.get(i).is_some_and(|c| "aiueo".contains(*c));
    while let Some(&letter) = letters.get(at) {
        let (sound, used): (&str, usize) = match letter {
            's' if is(at + 1, 'h') && is(at + 2, 'i') => ("si", 3),
            's' if is(at + 1, 'h') && vowel(at + 2) => ("sy", 2),
            't' if is(at + 1, 's') => ("t", 2),
            't' if is(at + 1, 'h') => ("t", 2),
            't' if is(at + 1, 'c') && is(at + 2, 'h') => ("", 1),
            'c' if is(at + 1, 'h') && is(at + 2, 'i') => ("ti", 3),
            'c' if is(at + 1, 'h') && vowel(at + 2) => ("ty", 2),
            'c' if is(at + 1, 'h') => ("k", 2),
            'c' if is(at + 1, 'k') || is(at + 1, 'c') => ("", 1),
            'c' | 'q' => ("k", 1),
            'j' if is(at + 1, 'i') => ("zi", 2),
            'j' if is(at + 1, 'y') => ("z", 1),
            'j' if vowel(at + 1) => ("zy", 1),
            'j' => ("z", 1),
            'd' if is(at + 1, 'z') => ("", 1),
            'd' if is(at + 1, 'u') => ("zu", 2),
            'd' if is(at + 1, 'i') && is(at + 2, 'y') => ("zi", 2),
            'p' if is(at + 1, 'h') => ("h", 2),
            'f' => ("h", 1),
            'l' => ("r", 1),
            'v' => ("b", 1),
            'x' => ("ks", 1),
            'm' if is(at + 1, 'b') || is(at + 1, 'p') || is(at + 1, 'm') => ("n", 1),
            // A long vowel written with h (Ohno, Satoh), or a silent one (Sarah).
            'h' if at > 0 && vowel(at - 1) && !vowel(at + 1) && !is(at + 1, 'y') => ("", 1),
            'u' if at > 0 && is(at - 1, 'o') => ("", 1),
            'w' if is(at + 1, 'o') => ("", 1),
            _ => ("\0", 1),
        };
        let plain = letter.to_string();
        for c in if sound == "\0" { plain.as_str() } else { sound }.chars() {
            // Doubled letters are long vowels or small っ: one is enough.
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        at += used;
    }
    out
}

/// The consonants that survive when a foreign name is written in kana and back, at most six.
pub(super) fn skeleton(key: &str) -> String {
    let mut out = String::new();
    for c in key.chars() {
        let c = match c {
            'a' | 'i' | 'u' | 'e' | 'o' | 'y' | 'w' | 'h' => continue,
            'z' => 's',
            'd' => 't',
            'g' => 'k',
            'p' => 'b',
            other => other,
        };
        if !out.ends_with(c) && out.len() < 6 {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_sound_have_one_key() {
        for spellings in [
            &["すがわら", "スガワラ", "Sugawara", "SUGAWARA"][..],
            &["おおの", "オオノ", "Ohno", "Oono", "Ōno", "Ono"],
            &["しんぺい", "Shimpei", "Shinpei", "Sinpei"],
            &["つちや", "Tsuchiya", "Tutiya"],
            &["じゅんいち", "Jun'ichi", "Junichi", "Zyuniti", "Jyunichi"],
            &["ふじい", "Fujii", "Huzii"],
            &["いっせい", "Issei"],
            &["はっちょう", "Hatchō", "Hacchou", "Hattyo"],
            &["さとう", "Satō", "Satoh", "Satou", "Sato"],
            &["なんば", "Namba", "Nanba"],
            &["ちづる", "Chizuru", "Chiduru", "Tiduru"],
        ] {
            let keys: Vec<String> = spellings.iter().map(|spelling| key(spelling)).collect();
            assert!(keys.iter().all(|key| *key == keys[0] && !key.is_empty()), "{spellings:?} {keys:?}");
        }
    }

    #[test]
    fn different_sounds_have_different_keys() {
        for (one, two) in [("かな", "がな"), ("おの", "うの"), ("けん", "けんた"), ("しょう", "しゅう")] {
            assert_ne!(key(one), key(two), "{one} {two}");
        }
    }

    #[test]
    fn a_skeleton_outlives_kana() {
        assert_eq!(skeleton(&key("Taylor")).get(..2), Some("tr"));
        assert_eq!(skeleton(&key("テイラー")), "tr");
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(text in "\\PC{0,16}") {
            let once = key(&text);
            prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn the_key_of_a_latin_key_is_itself(text in "[a-z]{0,12}") {
            let once = key(&text);
            prop_assert_eq!(key(&once), once);
        }
    }
}
