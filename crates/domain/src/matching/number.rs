//! Employee numbers: the digits without leading zeros.

use super::script::tidy;

/// The number as it is compared; empty if it has neither digits nor letters.
pub(super) fn read(text: &str) -> String {
    let text = tidy(text).to_lowercase();
    let digits: String = text.chars().filter(char::is_ascii_digit).take(18).collect();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { text.chars().filter(|c| c.is_alphanumeric()).take(18).collect() } else { digits.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_count_and_zeros_in_front_do_not() {
        for text in ["E0012345", "12345", "E-0012345", "００１２３４５"] {
            assert_eq!(read(text), "12345", "{text}");
        }
        assert_eq!(read("ABC"), "abc");
        assert_eq!(read(" - "), "");
    }
}
