//! Employee numbers: the digits without leading zeros.

use super::script::tidy;

/// The number as it is compared; empty if it has neither digits nor letters.
pub(super) fn read(text: &str) -> String {
    let text = tidy(text).to_lowercase();
    let digits: String = text.chars().filter(char::is_ascii_digit).take(18).collect();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { text.chars().filter(|c| c.is_alphanumeric()).take(18).collect() } else { digits.to_owned() }
}
