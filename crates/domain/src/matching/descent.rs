//! Finding the lowest point of a smooth function of many parameters (L-BFGS with backtracking).

/// How many steps are remembered.
const MEMORY: usize = 12;
/// How many steps are taken at most.
const STEPS: usize = 400;

/// The lowest point reached from `start`. `function` gives the value at a point and fills in its gradient.
pub(super) fn minimum(start: &[f64], mut function: impl FnMut(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let mut here = start.to_vec();
    let mut slope = vec![0.0; here.len()];
    let mut value = function(&here, &mut slope);
    let mut memory: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for _ in 0..STEPS {
        let mut direction = downhill(&slope, &memory);
        if dot(&direction, &slope) >= 0.0 {
            memory.clear();
            direction = slope.iter().map(|g| -g).collect();
        }
        let descent = dot(&direction, &slope);
        let mut length = if memory.is_empty() { 1.0 / dot(&slope, &slope).sqrt().max(1.0) } else { 1.0 };
        let mut next_slope = vec![0.0; here.len()];
        let step = loop {
            let next: Vec<f64> = here.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let next_value = function(&next, &mut next_slope);
            if next_value.is_finite() && next_value <= value + 1e-4 * length * descent {
                break Some((next, next_value));
            }
            length *= 0.5;
            if length < 1e-12 {
                break None;
            }
        };
        let Some((next, next_value)) = step else { break };
        let moved: Vec<f64> = next.iter().zip(&here).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        if dot(&moved, &turned) > 1e-12 {
            memory.push((moved, turned));
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
        let gained = value - next_value;
        (here, value, slope) = (next, next_value, next_slope);
        if gained.abs() <= 1e-9 * value.abs().max(1.0) {
            break;
        }
    }
    here
}

/// The direction to go, from the slope and the steps remembered (the two-loop recursion).
fn downhill(slope: &[f64], memory: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for (moved, turned) in memory.iter().rev() {
        let share = dot(moved, &direction) / dot(moved, turned);
        add(&mut direction, turned, -share);
        shares.push(share);
    }
    if let Some((moved, turned)) = memory.last() {
        let scale = dot(moved, turned) / dot(turned, turned);
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for ((moved, turned), share) in memory.iter().zip(shares.into_iter().rev()) {
        let other = dot(turned, &direction) / dot(moved, turned);
        add(&mut direction, moved, share - other);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (x, y) in to.iter_mut().zip(what) {
        *x += times * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_valley_is_found() {
        // Rosenbrock's valley: its floor is curved, and its lowest point at (1, 1).
        let found = minimum(&[-1.2, 1.0], |at, slope| {
            let (x, y) = (at[0], at[1]);
            slope[0] = -400.0 * x * (y - x * x) - 2.0 * (1.0 - x);
            slope[1] = 200.0 * (y - x * x);
            100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2)
        });
        assert!((found[0] - 1.0).abs() < 1e-3 && (found[1] - 1.0).abs() < 1e-3, "{found:?}");
    }
}
