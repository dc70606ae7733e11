//! Edits: how many slips of the hand lie between two texts.

/// The longest text that is compared, in letters; slips in longer ones are not counted.
const LONGEST: usize = 40;

/// Edits between two texts (insert, delete, replace, swap neighbours), or `most` + 1 if there are more.
pub(super) fn edits(left: &str, right: &str, most: usize) -> usize {
    if left == right {
        return 0;
    }
    if left.is_ascii() && right.is_ascii() {
        return distance(left.as_bytes(), right.as_bytes(), most);
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().take(LONGEST + 1).collect(), right.chars().take(LONGEST + 1).collect());
    distance(&left, &right, most)
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
    // Three rows of the usual table: two back (for swaps), one back, and this one.
    let mut rows = [[0_usize; LONGEST + 1]; 3];
    let cell = |row: &[usize; LONGEST + 1], at: usize| row.get(at).copied().unwrap_or(usize::MAX >> 1);
    for (at, slot) in rows[1].iter_mut().enumerate() {
        *slot = at;
    }
    for (i, a) in left.iter().enumerate() {
        let mut row = [i + 1; LONGEST + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = cell(&rows[1], j) + usize::from(a != b);
            let mut least = replaced.min(cell(&rows[1], j + 1) + 1).min(cell(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a);
            if is_swap {
                least = least.min(cell(&rows[0], j - 1) + 1);
            }
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = least;
            }
        }
        rows = [rows[1], row, row];
    }
    cell(&rows[1], right.len()).min(most + 1)
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
