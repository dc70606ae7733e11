//! Whoever asks again and again with one thing varied, or about practically nobody but strangers, is not looking at
//! applicants but for a list of who worked here. It is noticed, and slowed.

use std::collections::{HashMap, HashSet};

use super::question::{Question, SentKind};
use crate::matching::{Sketch, SketchAddress, SketchName, hex};
use crate::time::Moment;
use crate::words::words;

words! {
    /// Why a credential is suspected of enumerating.
    pub enum Suspicion {
        /// The same applicant again and again, with one thing varied.
        OneThingVaried = "one_thing_varied",
        /// Many applicants, practically all of them strangers.
        ManyStrangers = "many_strangers",
    }
}

/// How long what was asked is remembered, in seconds.
const WINDOW: i64 = 3_600;

/// One applicant with so many different values of one thing is more than corrections of a form.
const VARIED: usize = 20;

/// Where what stays the same is only a name, a birth date or an address, others share it.
const VARIED_OF_MANY: usize = 100;

/// So many strangers in a window are looked at.
const STRANGERS: u32 = 2_000;

/// Among so many lookups one at least finds somebody, even where few applicants come back.
const ONE_IN: u32 = 200;

/// A suspected credential has one lookup in so many seconds, until the window ends.
const PACE: i64 = 2;

/// So many different things are remembered of a credential; then the window begins anew.
const REMEMBERED: usize = 50_000;

/// What a question has with one thing left out, and that thing; as hashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Probe {
    rest: u64,
    varied: u64,
    most: usize,
}

/// The probes of a question: one for each kind of thing sent, where something else was sent besides. `hash` must be keyed.
pub fn probes(question: &Question, hash: impl Fn(&[&str]) -> u64) -> Vec<Probe> {
    let Sketch { names, births, emails, phones, addresses, employee_numbers } = &question.applicant;
    fn texts<'t>(parts: &[&'t Option<String>]) -> Vec<&'t str> {
        parts.iter().map(|part| part.as_deref().unwrap_or("")).collect()
    }
    let name = |name: &'_ SketchName| {
        let SketchName { kind: _, full, family, given, middle, full_kana, family_kana, given_kana } = name;
        hash(&texts(&[full, family, given, middle, full_kana, family_kana, given_kana]))
    };
    let address = |address: &'_ SketchAddress| hash(&texts(&[&address.postal_code, &address.text]));
    let plain = |texts: &Vec<String>| texts.iter().map(|text| hash(&[text])).collect::<Vec<u64>>();
    let mut kinds: [Vec<u64>; 6] = [
        names.iter().map(name).collect(),
        plain(births),
        plain(emails),
        plain(phones),
        addresses.iter().map(address).collect(),
        plain(employee_numbers),
    ];
    for token in question.tokens() {
        if let Some(values) = kinds.get_mut(SentKind::from(token.kind) as usize) {
            values.push(hash(&[&hex(&token.mac)]));
        }
    }
    let one = |values: &[u64]| values.iter().fold(0_u64, |all, value| all.rotate_left(9).wrapping_add(*value));
    let sent = kinds.iter().filter(|values| !values.is_empty()).count();
    if sent < 2 {
        return Vec::new();
    }
    let probe = |left_out: usize| {
        let rest = kinds.iter().enumerate().filter(|(n, _)| *n != left_out);
        let rest = rest.fold(left_out as u64, |all, (n, values)| all.rotate_left(13) ^ one(values).wrapping_add(n as u64));
        // E-mail, telephone and employee number are one person's, or nearly.
        let is_one_person = sent > 2 || [2, 3, 5].iter().any(|n| *n != left_out && !kinds[*n].is_empty());
        Probe { rest, varied: one(&kinds[left_out]), most: if is_one_person { VARIED } else { VARIED_OF_MANY } }
    };
    (0..kinds.len()).filter(|n| !kinds[*n].is_empty()).map(probe).collect()
}

/// What one credential asked lately.
#[derive(Debug, Default)]
pub struct Watch {
    began: Option<Moment>,
    found: u32,
    strangers: u32,
    asked: HashMap<u64, HashSet<u64>>,
    suspected: Option<Suspicion>,
    next: Option<Moment>,
}

impl Watch {
    /// Lets a request of so many lookups through, or says in how many seconds the next one may come. A batch is no way
    /// around the pace: who is suspected pays for each lookup of it.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn admit(&mut self, lookups: usize, now: Moment) -> Result<(), u32> {
        self.turn(now);
        if self.suspected.is_some()
            && let Some(next) = self.next.filter(|next| *next > now)
        {
            return Err(u32::try_from((next.micros() - now.micros() + 999_999) / 1_000_000).unwrap_or(1));
        }
        let pause = i64::try_from(lookups.max(1)).unwrap_or(WINDOW).saturating_mul(PACE);
        // A new window begins with a clean slate.
        let over = self.began.map_or(now, |began| began.plus_seconds(WINDOW));
        self.next = Some(now.plus_seconds(pause).min(over));
        Ok(())
    }

    /// Notes what was asked and whether it found anybody; gives a suspicion when it is new.
    pub fn note(&mut self, probes: &[Probe], found: bool, now: Moment) -> Option<Suspicion> {
        self.turn(now);
        if found {
            self.found += 1;
        } else {
            self.strangers += 1;
        }
        let mut is_varied = false;
        for Probe { rest, varied, most } in probes {
            let values = self.asked.entry(*rest).or_default();
            if values.len() < *most {
                values.insert(*varied);
            }
            is_varied |= values.len() >= *most;
        }
        if self.suspected.is_some() {
            return None;
        }
        self.suspected = if is_varied {
            Some(Suspicion::OneThingVaried)
        } else if self.strangers >= STRANGERS && self.found.saturating_mul(ONE_IN) < self.strangers {
            Some(Suspicion::ManyStrangers)
        } else {
            None
        };
        self.suspected
    }

    /// Begins anew when the window has passed, or too much would have to be remembered.
    fn turn(&mut self, now: Moment) {
        let is_over = self.began.is_none_or(|began| began.plus_seconds(WINDOW) <= now);
        if is_over || (self.asked.len() > REMEMBERED && self.suspected.is_none()) {
            *self = Self { began: Some(now), ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn probe(rest: u64, varied: u64) -> Vec<Probe> {
        vec![Probe { rest, varied, most: VARIED }]
    }

    #[test]
    fn one_thing_varied_again_and_again_is_noticed_once_and_slowed() {
        let mut watch = Watch::default();
        for n in 0..VARIED as u64 - 1 {
            assert_eq!(watch.note(&probe(1, n), false, at(0)), None);
        }
        assert_eq!(watch.note(&probe(1, 3), false, at(0)), None, "the same again is no variation");
        assert!(watch.admit(1, at(1)).is_ok() && watch.admit(1, at(1)).is_ok());
        assert_eq!(watch.note(&probe(1, 99), false, at(1)), Some(Suspicion::OneThingVaried));
        assert_eq!(watch.note(&probe(1, 100), false, at(1)), None, "told once");
        assert_eq!(watch.admit(1, at(2)), Err(1));
        assert!(watch.admit(1, at(3)).is_ok());
        assert!(watch.admit(1, at(1 + WINDOW)).is_ok() && watch.admit(1, at(1 + WINDOW)).is_ok(), "a new window");
    }

    #[test]
    fn a_batch_is_no_way_around_the_pace() {
        let mut watch = Watch::default();
        assert!(watch.admit(100, at(0)).is_ok() && watch.admit(100, at(0)).is_ok(), "nobody is suspected");
        for n in 0..VARIED as u64 {
            let _ = watch.note(&probe(1, n), false, at(0));
        }
        assert_eq!(watch.admit(1, at(1)), Err(199), "for the batch that made it suspected");
        assert!(watch.admit(100, at(200)).is_ok());
        assert_eq!((watch.admit(1, at(201)), watch.admit(1, at(399))), (Err(199), Err(1)));
        assert!(watch.admit(1_000_000, at(400)).is_ok());
        assert_eq!(watch.admit(1, at(401)), Err(u32::try_from(WINDOW - 401).unwrap_or(0)), "no longer than the window");
        assert!(watch.admit(1, at(WINDOW)).is_ok());
    }

    #[test]
    fn many_strangers_are_noticed_and_ordinary_applicants_are_not() {
        let mut ordinary = Watch::default();
        let mut curious = Watch::default();
        for n in 0..u64::from(STRANGERS) * 2 {
            assert_eq!(ordinary.note(&probe(n, n), n % 50 == 0, at(0)), None, "two in a hundred came back");
            let suspicion = curious.note(&probe(n, n), false, at(0));
            assert_eq!(suspicion.is_some(), n + 1 == u64::from(STRANGERS));
        }
    }
}
