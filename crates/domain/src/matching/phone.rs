//! Telephone numbers as E.164 writes them, without the plus sign.

use super::script::tidy;

/// The number, with its country; `None` if there are too few or too many digits. Numbers without a country are taken
/// to be of `region`.
pub(super) fn read(text: &str, region: &str) -> Option<String> {
    let text = tidy(text);
    // An extension is no part of the number; "(0)" is dialled only from within the country.
    let text = text.to_lowercase();
    let text = text.split(['x', '#', '内', ';']).next().unwrap_or("");
    let is_international = text.trim_start_matches(['(', ' ']).starts_with('+');
    let text = if is_international { text.replace("(0)", "") } else { text.to_owned() };
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let code = country(region);
    let prefix = if code == "1" {
        "011"
    } else if code == "81" {
        "010"
    } else {
        "00"
    };
    let number = if is_international {
        trunk_dropped(digits)
    } else if digits.starts_with("00") {
        trunk_dropped(digits.split_off(2))
    } else if digits.starts_with(prefix) && digits.len() > 11 {
        trunk_dropped(digits.split_off(3))
    } else if digits.starts_with(code) && digits.len() == code.len() + 10 && code == "81" {
        digits
    } else {
        let national = if code == "39" { &digits } else { digits.trim_start_matches('0') };
        // A spreadsheet eats the first zero: what is left is the national number all the same.
        format!("{code}{}", if code == "1" { national.strip_prefix('1').filter(|n| n.len() == 10).unwrap_or(national) } else { national })
    };
    (8..=15).contains(&number.len()).then_some(number)
}

/// An international number, without the zero that some leave after +81 or +44.
fn trunk_dropped(digits: String) -> String {
    for code in ["81", "44", "49", "33", "82", "84", "61"] {
        if let Some(rest) = digits.strip_prefix(code) {
            return format!("{code}{}", rest.trim_start_matches('0'));
        }
    }
    digits
}

/// The calling code of a region; Japan's if it is not listed.
pub(super) fn country(region: &str) -> &'static str {
    match region.to_ascii_uppercase().as_str() {
        "US" | "CA" => "1",
        "GB" => "44",
        "DE" => "49",
        "FR" => "33",
        "IT" => "39",
        "ES" => "34",
        "KR" => "82",
        "CN" => "86",
        "TW" => "886",
        "HK" => "852",
        "SG" => "65",
        "VN" => "84",
        "IN" => "91",
        "AU" => "61",
        _ => "81",
    }
}

/// Whether it is a Japanese mobile number: one person's, not a household's.
pub(super) fn is_mobile(number: &str) -> bool {
    number.strip_prefix("81").is_some_and(|n| n.len() == 10 && (n.starts_with("70") || n.starts_with("80") || n.starts_with("90")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_read_from_every_notation() {
        for text in [
            "090-1234-5678",
            "09012345678",
            "０９０－１２３４－５６７８",
            "(090)1234-5678",
            "+81 90-1234-5678",
            "+81 (0)90 1234 5678",
            "+819012345678",
            "010 81 90 1234 5678",
            "0081-90-1234-5678",
            "090ー1234ー5678",
            "9012345678",
            "090-1234-5678 ext. 12",
        ] {
            assert_eq!(read(text, "JP").as_deref(), Some("819012345678"), "{text}");
        }
        assert_eq!(read("03-1234-5678", "JP").as_deref(), Some("81312345678"));
        assert_eq!(read("+1 (415) 555-2671", "JP").as_deref(), Some("14155552671"));
        assert_eq!(read("(415) 555-2671", "US").as_deref(), Some("14155552671"));
        assert_eq!(read("020 7946 0958", "GB").as_deref(), Some("442079460958"));
        for text in ["", "123", "なし", "+"] {
            assert_eq!(read(text, "JP"), None, "{text}");
        }
    }

    #[test]
    fn mobiles_are_told_from_landlines() {
        assert!(is_mobile("819012345678") && is_mobile("817012345678") && !is_mobile("81312345678") && !is_mobile("14155552671"));
    }
}
