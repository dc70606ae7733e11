//! Small cells are hidden, and as many others as it takes that nobody can find them by subtracting.

use crate::words::words;

/// Of fewer people than these no figure is told (k-anonymity; Sweeney, International Journal of Uncertainty, Fuzziness and
/// Knowledge-Based Systems 10, 2002).
pub const FLOOR: i64 = 5;

words! {
    /// Why a cell is hidden.
    pub enum Suppression {
        /// It is of too few people.
        Small = "small",
        /// It would give a small one away, by what is left of the total.
        Complementary = "complementary",
    }
}

fn is_small(n: i64, floor: i64) -> bool {
    0 < n && n < floor
}

/// Numbers of people that a cell tells of, one way or another: those who did something, those who did not.
pub(super) type Parts = Vec<i64>;

/// Which of these cells are hidden, besides those that are so already, and whether their total is. With `adds_up`, the cells add
/// up to the total, number by number.
#[must_use]
pub(super) fn suppress(
    cells: &[Parts],
    already: Vec<Option<Suppression>>,
    total: &[i64],
    adds_up: bool,
    floor: i64,
) -> (Vec<Option<Suppression>>, Option<Suppression>) {
    let small = |parts: &[i64]| parts.iter().any(|n| is_small(*n, floor)).then_some(Suppression::Small);
    let mut hidden: Vec<Option<Suppression>> = cells.iter().zip(already).map(|(parts, why)| why.or_else(|| small(parts))).collect();
    let of_total = small(total);
    if !adds_up || of_total.is_some() {
        return (hidden, of_total);
    }
    let size = |parts: &Parts| parts.iter().sum::<i64>();
    while gives_away(cells, &hidden, floor) {
        let visible = cells.iter().enumerate().filter(|(n, parts)| hidden[*n].is_none() && size(parts) > 0);
        let Some((next, _)) = visible.min_by_key(|(n, parts)| (size(parts), *n)) else {
            return (hidden, Some(Suppression::Complementary));
        };
        hidden[next] = Some(Suppression::Complementary);
    }
    (hidden, None)
}

/// Whether what is hidden can be found by subtracting what is not from the total: if it is one cell alone, or so few people
/// that they are a small cell together.
fn gives_away(cells: &[Parts], hidden: &[Option<Suppression>], floor: i64) -> bool {
    let out: Vec<&Parts> = cells.iter().zip(hidden).filter(|(_, why)| why.is_some()).map(|(parts, _)| parts).collect();
    let parts = out.first().map_or(0, |parts| parts.len());
    let sum = |part: usize| out.iter().map(|parts| parts[part]).sum::<i64>();
    !out.is_empty() && (out.len() == 1 || (0..parts).any(|part| is_small(sum(part), floor)))
}

/// Which of these counts, each of which has all before it in it, may be told one after the other: those that are by at least
/// `floor` more than the last that was told, or the same.
#[must_use]
pub fn steps(counts: &[i64], floor: i64) -> Vec<bool> {
    let mut last = 0;
    let mut tell = |n: i64| {
        let may = !is_small(n - last, floor);
        last = if may { n } else { last };
        may
    };
    counts.iter().map(|n| tell(*n)).collect()
}
