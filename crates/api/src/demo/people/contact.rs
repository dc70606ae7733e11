//! How people can be reached: e-mail, telephone and address.

use super::Person;
use super::dice::{Dice, Purpose, mix};
use super::life::Stint;
use crate::demo::company::{Site, streets};
use crate::demo::names::fold;

impl Person {
    /// Private addresses, which people keep for life: they are made of the name at birth.
    pub(super) fn emails(&self) -> Vec<String> {
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Contact, 0);
        let (family, given) = (fold(self.identity.family.latin), fold(self.identity.given.latin));
        let number = own_number(self.n);
        let any = dice.chance(88);
        let domain = *dice.pick(&["example.com", "example.jp", "example.org"]);
        let local = match dice.below(4) {
            0 => format!("{given}.{family}{number}"),
            1 => format!("{family}.{given}{number}"),
            2 => format!("{}{family}{number}", &given[..1]),
            _ => format!("{given}{number}"),
        };
        let another = dice.chance(12).then(|| format!("{family}_{number}@example.com"));
        any.then(|| format!("{local}@{domain}")).into_iter().chain(another.filter(|_| any)).collect()
    }

    /// Telephone numbers that nobody can have: not assigned in Japan, set aside for films elsewhere.
    pub(super) fn phones(&self, stint: &Stint) -> Vec<String> {
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Contact, 1);
        let changed = dice.chance(25) && stint.sequence > 1;
        let prefix = if changed { 70 } else { *dice.pick(&[80, 90, 90]) };
        let any = dice.below(100);
        // Steps without a common divisor with the ranges: no number twice until a range is used up.
        let spread = |range: u64| (mix(self.seed) % range + self.n % range * 6_180_339 + u64::from(changed)) % range;
        match self.site() {
            Site::Japan if any < 80 => {
                let number = spread(10_000_000);
                vec![format!("+81 {prefix}-0{:03}-{:04}", number / 10_000, number % 10_000)]
            }
            Site::UnitedStates if any < 60 => {
                let (area, line) = (spread(71_200) / 100, spread(71_200) % 100);
                let (first, rest) = (2 + area / 89, area % 89);
                vec![format!("+1 {first}{:02} 555 01{line:02}", rest + u64::from(rest >= 11))]
            }
            Site::Germany if any < 50 => {
                let areas = ["30 23125", "40 66969", "69 90009", "89 99998", "221 4710"];
                let number = spread(5_000);
                vec![format!("+49 {} {:03}", areas[(number / 1000) as usize], number % 1000)]
            }
            Site::Japan | Site::UnitedStates | Site::Germany => Vec::new(),
        }
    }
}

/// Where somebody lives: a real place, an invented house.
pub(super) struct Home {
    pub(super) postal_code: &'static str,
    pub(super) address: String,
}

impl Home {
    pub(super) fn of(person: &Person, stint: &Stint) -> Option<Self> {
        let dice = &mut Dice::of(person.seed, person.n, Purpose::Contact, 2);
        if dice.chance(40) && stint.sequence > 1 {
            // Moved house meanwhile: one throw further, all is different.
            dice.next();
        }
        let &(postal_code, place) = dice.pick(person.life.post.office.homes);
        let [block, lot, house] = [9, 28, 24].map(|most| dice.between(1, most));
        let flat = dice.between(1, 12) * 100 + dice.between(1, 9);
        let (in_flat, known) = (dice.chance(60), dice.chance(85));
        let site = person.site();
        let address = match site {
            Site::Japan if in_flat => format!("{place}{block}-{lot}-{house}-{flat}"),
            Site::Japan => format!("{place}{block}-{lot}-{house}"),
            Site::Germany => format!("{} {lot}, {place}", dice.pick(streets(site))),
            Site::UnitedStates => format!("{} {}, {place}", flat + block, dice.pick(streets(site))),
        };
        known.then_some(Self { postal_code, address })
    }
}

/// A number that only person `n` has, with as few digits as there are people before them, and in no
/// visible order.
fn own_number(n: u64) -> u64 {
    let (mut first, mut base) = (0, 10);
    while n - first >= base * 9 {
        first += base * 9;
        base *= 10;
    }
    // The step has no divisor in common with any 9 · 10^k.
    base + (n - first) * 7_919 % (base * 9)
}
