//! Latin letters: accents off, what has no plain form spelled out, Cyrillic transliterated.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower-case plain letters; anything that is not a Latin or Cyrillic letter stays as it is.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii() {
            out.push(letter);
            continue;
        }
        // Letters with a spelling of their own come before their parts: й would lose its breve.
        if let Some(spelled) = spelled(letter) {
            out.push_str(spelled);
            continue;
        }
        for part in std::iter::once(letter).nfd().filter(|c| !is_combining_mark(*c)) {
            match spelled(part) {
                Some(spelled) => out.push_str(spelled),
                None => out.push(part),
            }
        }
    }
    out
}

/// The spelling of a letter that has no plain form.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ı' => "i",
        'ħ' => "h",
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' | 'є' => "e",
        'ё' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' => "i",
        'ї' => "yi",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ў' => "w",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_scripts_meet() {
        for (written, read) in [
            ("Müller", "muller"),
            ("Straße", "strasse"),
            ("Đặng", "dang"),
            ("Łukasz", "lukasz"),
            ("Петров", "petrov"),
            ("Юрий", "yuriy"),
            ("Щукин", "shchukin"),
            ("Øystein", "oystein"),
        ] {
            assert_eq!(plain(written), read, "{written}");
        }
    }
}
