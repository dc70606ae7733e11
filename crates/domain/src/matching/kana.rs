//! Kana to romaji: one spelling per sound, near the official one (訓令式), long vowels and small っ dropped.

/// The kana of a text in romaji; what is not kana stays as it is.
pub(super) fn romaji(kana: &str) -> String {
    let mut out = String::with_capacity(kana.len());
    let letters: Vec<char> = kana.chars().map(hiragana).collect();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let small = letters.get(at + 1).copied();
        if let Some((sound, two)) = digraph(letter, small) {
            out.push_str(&sound);
            at += if two { 2 } else { 1 };
            continue;
        }
        at += 1;
        match letter {
            'っ' | 'ー' | '・' => {}
            other => out.push(other),
        }
    }
    out
}

/// Katakana as hiragana.
pub(super) fn hiragana(letter: char) -> char {
    match letter {
        'ァ'..='ヶ' => char::from_u32(letter as u32 - 0x60).unwrap_or(letter),
        _ => letter,
    }
}

/// The sound of a kana with the small one after it; whether the small one was used.
fn digraph(letter: char, next: Option<char>) -> Option<(String, bool)> {
    let sound = single(letter)?;
    let Some(small) = next else { return Some((sound.to_owned(), false)) };
    let vowel = match small {
        'ゃ' => "ya",
        'ゅ' => "yu",
        'ょ' => "yo",
        'ぁ' => "a",
        'ぃ' => "i",
        'ぅ' => "u",
        'ぇ' => "e",
        'ぉ' => "o",
        'ゎ' => "wa",
        _ => return Some((sound.to_owned(), false)),
    };
    let stem = sound.trim_end_matches(['a', 'i', 'u', 'e', 'o']);
    // しぇ is sye, ちぇ tye, じぇ zye; ふぁ is ha, うぃ wi, てぃ ti, ゔぁ ba.
    let joined = match (letter, small) {
        ('し' | 'ち' | 'じ', 'ぇ') => format!("{stem}ye"),
        ('う', 'ぃ' | 'ぇ' | 'ぉ') => format!("w{vowel}"),
        _ => format!("{stem}{vowel}"),
    };
    Some((joined, true))
}

/// The sound of one kana.
fn single(letter: char) -> Option<&'static str> {
    Some(match letter {
        'あ' | 'ぁ' => "a",
        'い' | 'ぃ' | 'ゐ' => "i",
        'う' | 'ぅ' => "u",
        'え' | 'ぇ' | 'ゑ' => "e",
        'お' | 'ぉ' | 'を' => "o",
        'か' | 'ゕ' => "ka",
        'き' => "ki",
        'く' => "ku",
        'け' | 'ゖ' => "ke",
        'こ' => "ko",
        'が' => "ga",
        'ぎ' => "gi",
        'ぐ' => "gu",
        'げ' => "ge",
        'ご' => "go",
        'さ' => "sa",
        'し' => "si",
        'す' => "su",
        'せ' => "se",
        'そ' => "so",
        'ざ' => "za",
        'じ' => "zi",
        'ず' => "zu",
        'ぜ' => "ze",
        'ぞ' => "zo",
        'た' => "ta",
        'ち' => "ti",
        'つ' => "tu",
        'て' => "te",
        'と' => "to",
        'だ' => "da",
        'ぢ' => "zi",
        'づ' => "zu",
        'で' => "de",
        'ど' => "do",
        'な' => "na",
        'に' => "ni",
        'ぬ' => "nu",
        'ね' => "ne",
        'の' => "no",
        'は' => "ha",
        'ひ' => "hi",
        'ふ' => "hu",
        'へ' => "he",
        'ほ' => "ho",
        'ば' => "ba",
        'び' => "bi",
        'ぶ' => "bu",
        'べ' => "be",
        'ぼ' => "bo",
        'ぱ' => "pa",
        'ぴ' => "pi",
        'ぷ' => "pu",
        'ぺ' => "pe",
        'ぽ' => "po",
        'ま' => "ma",
        'み' => "mi",
        'む' => "mu",
        'め' => "me",
        'も' => "mo",
        'や' | 'ゃ' => "ya",
        'ゆ' | 'ゅ' => "yu",
        'よ' | 'ょ' => "yo",
        'ら' => "ra",
        'り' => "ri",
        'る' => "ru",
        'れ' => "re",
        'ろ' => "ro",
        'わ' | 'ゎ' => "wa",
        'ん' => "n",
        'ゔ' => "bu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_are_read_by_the_official_table() {
        for (kana, read) in [
            ("シャチョウ", "syatyou"),
            ("ジェーン", "zyen"),
            ("ファン", "han"),
            ("ウィリアム", "wiriamu"),
            ("ヴァン", "ban"),
            ("きっちょう", "kityou"),
            ("ティ", "ti"),
            ("abc", "abc"),
        ] {
            assert_eq!(romaji(kana), read, "{kana}");
        }
    }
}
