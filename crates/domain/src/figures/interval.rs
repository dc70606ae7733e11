//! How sure a share is.

/// The quantile of the normal distribution for 95 % on both sides.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Between which two shares the true one lies, with 95 % confidence, if so many of so many were seen; `None` of nobody. The score
/// interval of Wilson (Journal of the American Statistical Association 22, 1927), which stays within 0 and 1 and is good for
/// few people too.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
pub fn wilson(numerator: i64, denominator: i64) -> Option<(f64, f64)> {
    if denominator <= 0 || numerator < 0 || numerator > denominator {
        return None;
    }
    let (k, n) = (numerator as f64, denominator as f64);
    let p = k / n;
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // At the ends it is exact, and rounding must not say otherwise.
    let low = if numerator == 0 { 0.0 } else { centre - half };
    let high = if numerator == denominator { 1.0 } else { centre + half };
    Some((low, high))
}
