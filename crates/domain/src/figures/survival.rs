//! How long people stay away, those included who have not come back.

use std::collections::BTreeMap;

use super::interval::Z;

/// Of how many people it is known, by the number of days after they left: how many came back then, and of how many no more is
/// known from then on.
pub type Followed = BTreeMap<i32, (i64, i64)>;

/// A month in days, of 400 years of the Gregorian calendar.
const MONTH: f64 = 146_097.0 / 4_800.0;

/// A place on the curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// How many months after they left.
    pub months: i32,
    /// How many were known to be away until then.
    pub at_risk: i64,
    /// How many had come back by then.
    pub returned: i64,
    /// The share that is still away.
    pub away: f64,
    /// The 95 % confidence band of it.
    pub band: Option<(f64, f64)>,
}

/// The share of those who left that is still away, by the product-limit estimate of Kaplan and Meier (Journal of the American
/// Statistical Association 53, 1958), at the end of each month at which it is otherwise than at the one before; with the
/// confidence band on the scale of log(−log), from the variance of Greenwood (1926).
///
/// Between two points lie at least `floor` returns, and at least so many people are still followed at each: nobody is found out
/// by a step. What is left over at the end is not told.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
pub fn survival(followed: &Followed, floor: i64) -> Vec<Point> {
    let mut at_risk: i64 = followed.values().map(|(returned, lost)| returned + lost).sum();
    let (mut away, mut variance, mut returned) = (1.0_f64, 0.0_f64, 0);
    let mut months: BTreeMap<i32, Point> = BTreeMap::new();
    for (days, (came, lost)) in followed {
        if *came > 0 {
            let (d, n) = (*came as f64, at_risk as f64);
            away *= 1.0 - d / n;
            variance += if at_risk > *came { d / (n * (n - d)) } else { 0.0 };
            returned += came;
        }
        let before = at_risk;
        at_risk -= came + lost;
        #[allow(clippy::cast_possible_truncation, reason = "months are fewer than days")]
        let month = (f64::from(*days) / MONTH).ceil() as i32;
        months.insert(month, Point { months: month, at_risk: before - came, returned, away, band: band(away, variance) });
    }
    let (mut told, mut last) = (Vec::new(), 0);
    for point in months.into_values() {
        if point.returned - last >= floor.max(1) && point.at_risk >= floor {
            last = point.returned;
            told.push(point);
        }
    }
    told
}

fn band(away: f64, variance: f64) -> Option<(f64, f64)> {
    if away <= 0.0 || away >= 1.0 {
        return None;
    }
    let half = Z * variance.sqrt() / away.ln().abs();
    Some((away.powf(half.exp()), away.powf((-half).exp())))
}
