//! Edits: how many slips of the hand lie between two texts.

/// The longest text that is compared, in letters; slips in longer ones are not counted.
const LONGEST: usize = 40;

/// Edits between two texts (insert, delete, replace, swap neighbours), or `most` + 1 if there are more.
pub(super) fn edits(left: &str, right: &str, most: usize) -> usize {
    if left == right {
        return 0;
    }
    if left.is_ascii() && right.is_ascii() {
        // Each edit takes one letter away and brings one in at most: different letters tell many pairs apart at once.
        let strange = (letters(left) ^ letters(right)).count_ones();
        if usize::try_from(strange).is_ok_and(|strange| strange > 2 * most) {
            return most + 1;
        }
        return distance(left.as_bytes(), right.as_bytes(), most);
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().take(LONGEST + 1).collect(), right.chars().take(LONGEST + 1).collect());
    distance(&left, &right, most)
}

/// The set of letters of a text, by the last five bits of each.
fn letters(text: &str) -> u32 {
    text.bytes().fold(0, |set, byte| set | 1 << (byte & 31))
}

/// The same, over letters.
fn distance<T: PartialEq>(left: &[T], right: &[T], most: usize) -> usize {
    let head = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(head..).unwrap_or(&[]), right.get(head..).unwrap_or(&[]));
    let tail = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(..left.len() - tail).unwrap_or(&[]), right.get(..right.len() - tail).unwrap_or(&[]));
    if left.len().abs_diff(right.len()) > most || left.len() > LONGEST || right.len() > LONGEST {
        return most + 1;
    }
    if left.is_empty() || right.is_empty() {
        return left.len().max(right.len());
    }
    // Three rows of the usual table: two back (for swaps), one back, and this one. No cell passes LONGEST.
    let (mut two_back, mut back) = ([0_u8; LONGEST + 1], [0_u8; LONGEST + 1]);
    let cell = |row: &[u8; LONGEST + 1], at: usize| row.get(at).copied().unwrap_or(u8::MAX >> 1);
    for (slot, at) in back.iter_mut().zip(0_u8..) {
        *slot = at;
    }
    for ((i, a), first) in left.iter().enumerate().zip(1_u8..) {
        let mut row = [first; LONGEST + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = cell(&back, j) + u8::from(a != b);
            let mut least = replaced.min(cell(&back, j + 1) + 1).min(cell(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a);
            if is_swap {
                least = least.min(cell(&two_back, j - 1) + 1);
            }
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = least;
            }
        }
        (two_back, back) = (back, row);
    }
    usize::from(cell(&back, right.len())).min(most + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_swap_is_one_slip() {
        for (left, right, slips) in
            [("nao", "noa", 1), ("kana", "kaana", 1), ("courtmtey", "courtney", 2), ("a", "", 1), ("abc", "xyz", 3), ("山田", "山下", 1)]
        {
            assert_eq!(edits(left, right, 2), slips, "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn edits_are_the_same_both_ways(left in "[a-d]{0,8}", right in "[a-d]{0,8}", most in 0_usize..4) {
            prop_assert_eq!(edits(&left, &right, most), edits(&right, &left, most));
            prop_assert_eq!(edits(&left, &right, most) == 0, left == right);
        }
    }
}
