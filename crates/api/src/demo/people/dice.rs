//! Chance that falls the same way on every machine.

/// A small generator of random numbers (SplitMix64), the same for ever.
pub(in crate::demo) struct Dice(u64);

/// 2^64 divided by the golden ratio: its multiples, modulo 2^64, spread evenly.
pub(super) const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

pub(super) const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// What dice are thrown for. Each has dice of its own: a throw more for one changes no other.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Life,
    Name,
    Contact,
    Record,
    Departure,
    Evaluation,
    Activity,
    Consent,
}

impl Dice {
    /// The dice of one person for one purpose and employment period.
    pub(super) const fn of(seed: u64, n: u64, purpose: Purpose, sequence: u64) -> Self {
        let one = mix(mix(seed) ^ n);
        Self(mix(one.wrapping_add((purpose as u64) * 256 + sequence)))
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub(in crate::demo) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as u64) as i32
    }

    /// True in so many of a hundred cases.
    pub(in crate::demo) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a table's rows.
    pub(in crate::demo) fn pick<'t, T>(&mut self, table: &'t [T]) -> &'t T {
        &table[self.below(table.len() as u64) as usize]
    }

    /// One of a table's rows, each in proportion to its share.
    pub(in crate::demo) fn weighted<'t, T>(&mut self, table: &'t [T], share: impl Fn(&T) -> u32) -> &'t T {
        &table[self.place(table, share)]
    }

    /// The place of such a row.
    pub(super) fn place<T>(&mut self, table: &[T], share: impl Fn(&T) -> u32) -> usize {
        let mut left = self.below(table.iter().map(|row| u64::from(share(row))).sum());
        let hit = table.iter().position(|row| match left.checked_sub(u64::from(share(row))) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        hit.unwrap_or_default()
    }

    /// A value whose distribution has these evenly spaced quantiles.
    pub(super) fn along(&mut self, quantiles: &[i32]) -> i32 {
        let steps = (quantiles.len() - 1) as u64;
        let at = self.below(steps * 1024);
        let (step, rest) = ((at / 1024) as usize, (at % 1024) as i32);
        let (low, high) = (quantiles[step], quantiles[step + 1]);
        low + (high - low) * rest / 1024
    }
}
