//! Scripts and tidy text: what every reader begins with.

use unicode_normalization::UnicodeNormalization as _;

pub(super) use crate::alumni::is_cjk;

/// Compatibility forms made plain (NFKC), whitespace made single spaces, ends trimmed, absurd lengths cut.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for letter in text.chars().take(200).nfkc() {
        if letter.is_whitespace() || letter == '\u{200b}' {
            if !tidy.is_empty() && !tidy.ends_with(' ') {
                tidy.push(' ');
            }
        } else if !letter.is_control() {
            tidy.push(letter);
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

/// Whether the letter is a kanji.
pub(super) fn is_kanji(letter: char) -> bool {
    is_cjk(letter) && !is_kana(letter)
}

/// Whether the letter is hiragana, katakana or the long-vowel mark.
pub(super) fn is_kana(letter: char) -> bool {
    matches!(letter, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ァ'..='ヿ')
}

/// Whether the text is kana and spaces only.
pub(super) fn all_kana(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| is_kana(c) || c == ' ' || c == '・' || c == '-') && text.chars().any(is_kana)
}

/// Whether a kanji occurs in the text.
pub(super) fn any_kanji(text: &str) -> bool {
    text.chars().any(is_kanji)
}
