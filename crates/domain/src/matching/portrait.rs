//! Portraits: a sketch normalised, so that two of them can be compared and keys made of them.

use super::address::{self, Place};
use super::date::{self, Birth};
use super::email::{self, Mailbox};
use super::lexicon::{Part, Reading};
use super::name::{self, Form, Split};
use super::sketch::{Habits, Sketch, SketchKind};
use super::{number, phone, romaji};

/// The version of the way portraits and keys are made. Whoever stored them under another must make them anew.
pub const SCHEME: u8 = 1;

/// A person as matching sees them: everything a sketch says, normalised.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Portrait {
    pub(super) names: Vec<Split>,
    pub(super) births: Vec<Birth>,
    pub(super) mailboxes: Vec<Mailbox>,
    /// Reading keys of the words before the @ of the organization's own addresses.
    pub(super) work_words: Vec<String>,
    pub(super) phones: Vec<String>,
    pub(super) places: Vec<Place>,
    pub(super) employee_numbers: Vec<String>,
}

impl Portrait {
    /// The portrait of a sketch, read with the organization's habits. Whatever cannot be read is left out.
    #[must_use]
    pub fn of(sketch: &Sketch, habits: &Habits) -> Self {
        let mut portrait = Self::default();
        for name in sketch.names.iter().take(12) {
            for split in name::splits(name) {
                push(&mut portrait.names, split, 32);
            }
        }
        portrait.lend_given_names();
        for birth in sketch.births.iter().take(4).flat_map(|text| date::read(text)) {
            push(&mut portrait.births, birth, 6);
        }
        for mailbox in sketch.emails.iter().take(12).filter_map(|text| email::read(text)) {
            if email::is_at(&mailbox, &habits.own_mail_domains) {
                for word in mailbox.local.split(['.', '_', '-']) {
                    push(&mut portrait.work_words, romaji::key(word), 6);
                }
            } else {
                push(&mut portrait.mailboxes, mailbox, 12);
            }
        }
        for phone in sketch.phones.iter().take(12).filter_map(|text| phone::read(text, &habits.region)) {
            push(&mut portrait.phones, phone, 12);
        }
        for place in sketch.addresses.iter().take(6).filter_map(|a| address::read(a.postal_code.as_deref(), a.text.as_deref())) {
            push(&mut portrait.places, place, 6);
        }
        for number in sketch.employee_numbers.iter().take(6).map(|text| number::read(text)).filter(|number| !number.is_empty()) {
            push(&mut portrait.employee_numbers, number, 6);
        }
        portrait
    }

    /// A former name is often a family name alone: its bearer's given name goes with it.
    fn lend_given_names(&mut self) {
        let lent: Vec<Form> = self.names.iter().filter(|s| s.kind != SketchKind::Former && s.as_written).map(|s| s.given.clone()).collect();
        let mut more = Vec::new();
        for former in self.names.iter_mut().filter(|s| s.kind == SketchKind::Former && s.given.is_empty()) {
            for (at, given) in lent.iter().filter(|given| !given.is_empty()).take(2).enumerate() {
                if at == 0 {
                    former.given = given.clone();
                } else {
                    more.push(Split { given: given.clone(), ..former.clone() });
                }
            }
        }
        for split in more {
            push(&mut self.names, split, 32);
        }
    }

    /// What a lexicon should be asked: every part written in kanji (every way an unspaced name may be cut), and the
    /// readings, of which it may know how common they are.
    #[must_use]
    pub fn unread(&self) -> Vec<(Part, String)> {
        let mut asked = Vec::new();
        for split in &self.names {
            for (part, form) in [(Part::Family, &split.family), (Part::Given, &split.given)] {
                if !form.kanji.is_empty() && form.reading.is_empty() {
                    push(&mut asked, (part, form.kanji.clone()), 64);
                }
            }
        }
        asked
    }

    /// Takes what the lexicon knows of the parts that [`Portrait::unread`] gave.
    pub fn learn(&mut self, readings: &[Reading]) {
        for split in &mut self.names {
            for (part, form) in [(Part::Family, &mut split.family), (Part::Given, &mut split.given)] {
                for known in readings.iter().filter(|r| r.part == part && r.written == form.kanji) {
                    if form.reading.is_empty() && !known.reading.is_empty() {
                        push(&mut form.heard, known.reading.clone(), 6);
                    }
                }
            }
        }
    }

    /// What a record that has both kanji and kana teaches the lexicon: part, as written (variants folded), reading key.
    #[must_use]
    pub fn teaches(&self) -> Vec<(Part, String, String)> {
        let mut taught = Vec::new();
        for split in self.names.iter().filter(|s| s.as_written && s.kind != SketchKind::Romanised) {
            for (part, form) in [(Part::Family, &split.family), (Part::Given, &split.given)] {
                if !form.kanji.is_empty() && !form.reading.is_empty() {
                    push(&mut taught, (part, form.kanji.clone(), form.reading.clone()), 8);
                }
            }
        }
        taught
    }
}

/// Adds what is not there yet, up to a bound.
pub(super) fn push<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() < most && !list.contains(&item) {
        list.push(item);
    }
}
