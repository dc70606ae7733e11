//! Portraits: a sketch normalised, so that two of them can be compared and keys made of them.

use super::address::{self, Place};
use super::date::{self, Birth};
use super::email::{self, Mailbox};
use super::lexicon::{Part, Reading};
use super::mailbox::{self, Told};
use super::name::{self, Form, Split, SplitKind};
use super::sketch::{Habits, Sketch};
use super::weights::Roster;
use super::{number, phone, romaji};

/// The version of the way portraits and keys are made. Whoever stored them under another must make them anew.
pub const SCHEME: u8 = 1;

/// A person as matching sees them: everything a sketch says, normalised.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Portrait {
    pub(super) names: Vec<Split>,
    pub(super) births: Vec<Birth>,
    pub(super) mailboxes: Vec<Mailbox>,
    /// What the mailboxes tell of the birth date.
    pub(super) told: Vec<Told>,
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
                push(&mut portrait.names, split, MOST_NAMES);
            }
        }
        portrait.lend_given_names();
        for birth in sketch.births.iter().take(4).flat_map(|text| date::read(text)) {
            push(&mut portrait.births, birth, 6);
        }
        for mailbox in sketch.emails.iter().take(12).filter_map(|text| email::read(text)) {
            if email::is_at(&mailbox, &habits.own_mail_domains) {
                portrait.hear_from_work(&mailbox);
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
        portrait.listen_to_mailboxes();
        portrait
    }

    /// A former name is often a family name alone: its bearer's given name goes with it.
    fn lend_given_names(&mut self) {
        let is_lender = |s: &&Split| s.kind == SplitKind::Current && !s.given.is_empty();
        let lent: Vec<Form> = self.names.iter().filter(is_lender).map(|s| s.given.clone()).take(3).collect();
        let (needy, mut names): (Vec<Split>, Vec<Split>) = std::mem::take(&mut self.names)
            .into_iter()
            .partition(|s| s.kind == SplitKind::Former && s.given.is_empty() && !lent.is_empty());
        for former in needy {
            for given in &lent {
                push(&mut names, Split { given: given.clone(), ..former.clone() }, MOST_NAMES);
            }
        }
        self.names = names;
    }

    /// The organization's own address is nobody's identifier, but it has the name in Latin letters.
    fn hear_from_work(&mut self, mailbox: &Mailbox) {
        let words: Vec<String> = mailbox.local.split(['.', '_', '-']).map(romaji::key).filter(|word| word.len() > 1).collect();
        let [one, two] = words.as_slice() else { return };
        for split in self.names.iter_mut().filter(|s| s.kind == SplitKind::Current) {
            // Given name first, unless a part that is known says otherwise.
            let family_first = split.family.said.contains(one) || split.given.said.contains(two);
            let (family, given) = if family_first { (one, two) } else { (two, one) };
            for (form, word) in [(&mut split.family, family), (&mut split.given, given)] {
                if !form.glyphs.is_empty() && form.said.is_empty() {
                    form.say(word);
                } else if !form.is_empty() && !form.said.contains(word) {
                    push(&mut form.heard, word.clone(), MOST_HEARD);
                }
            }
        }
    }

    /// What the mailboxes tell: birthdays, and names their owner did not give.
    fn listen_to_mailboxes(&mut self) {
        self.names.retain(|split| split.kind != SplitKind::Mailbox);
        self.told.clear();
        let mut found = Vec::new();
        for mailbox in &mut self.mailboxes {
            mailbox.is_named = mailbox::is_named(mailbox, &self.names);
            let names = mailbox::names(mailbox, &self.names);
            if (mailbox.is_named || !names.is_empty())
                && let Some(told) = mailbox::told(mailbox)
            {
                push(&mut self.told, told, 6);
            }
            found.extend(names);
        }
        for split in found {
            push(&mut self.names, split, MOST_NAMES);
        }
    }

    /// What a lexicon should be asked: every part as written in kanji (every way an unspaced name may be cut), to learn how
    /// it may be read; and every reading, to learn how many people bear it.
    #[must_use]
    pub fn unread(&self) -> Vec<(Part, String)> {
        let mut asked = Vec::new();
        for split in self.names.iter().filter(|split| split.kind != SplitKind::Mailbox) {
            for (family, given) in split.ways() {
                for (part, form) in [(Part::Family, family), (Part::Given, given)] {
                    for written in [form.kanji()].into_iter().chain(form.said.iter().take(1).map(String::as_str)).filter(|w| !w.is_empty())
                    {
                        push(&mut asked, (part, written.to_owned()), 64);
                    }
                }
            }
        }
        asked
    }

    /// Takes what the lexicon of a roster knows of the parts that [`Portrait::unread`] gave; the commonest readings count.
    pub fn learn(&mut self, readings: &[Reading], roster: &Roster) {
        let mut readings: Vec<&Reading> = readings.iter().filter(|r| !r.reading.is_empty()).collect();
        readings.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.reading.cmp(&b.reading)));
        for split in &mut self.names {
            let either_way = split.either_way;
            for (part, form) in [(Part::Family, &mut split.family), (Part::Given, &mut split.given)] {
                let known = |written: &str| -> Vec<&Reading> {
                    // What may be the other way round is read either way.
                    let is_meant = |r: &&Reading| r.written == written && !written.is_empty() && (r.part == part || either_way);
                    readings.iter().copied().filter(is_meant).collect()
                };
                let written = known(form.kanji());
                let said = form.said.first().map(|reading| known(reading)).unwrap_or_default();
                let heard = written.iter().filter(|_| form.said.is_empty()).map(|reading| reading.reading.clone());
                for reading in heard.collect::<Vec<_>>() {
                    push(&mut form.heard, reading, MOST_HEARD);
                }
                form.rarity = [rarity(&written, *roster), rarity(&said, *roster)];
            }
        }
        self.listen_to_mailboxes();
    }

    /// What a record teaches the lexicon: part, as written (variants folded), reading key. A reading is taught as its own
    /// writing too, so that it is known how many people bear it.
    #[must_use]
    pub fn teaches(&self) -> Vec<(Part, String, String)> {
        let mut taught = Vec::new();
        for split in self.names.iter().filter(|s| s.kind == SplitKind::Current) {
            for (part, form) in [(Part::Family, &split.family), (Part::Given, &split.given)] {
                // Latin letters beside the kanji teach as well as kana do.
                for reading in form.said.iter().take(2) {
                    if !form.glyphs.is_empty() {
                        push(&mut taught, (part, form.kanji().to_owned(), reading.clone()), 16);
                    }
                    push(&mut taught, (part, reading.clone(), reading.clone()), 16);
                }
            }
        }
        taught
    }
}

/// −log2 of the share of people who bear a name, in eighths, 1 to 255; 0 if nobody does.
fn rarity(readings: &[&Reading], roster: Roster) -> u8 {
    let people: u64 = readings.iter().map(|reading| reading.people).sum();
    if people == 0 {
        return 0;
    }
    let float = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let eighths = (float(roster.people.max(people)) / float(people)).log2() * 8.0;
    // Between 0 and 255 no bit is lost.
    (1..=u8::MAX).rev().find(|whole| f64::from(*whole) <= eighths).unwrap_or(1)
}

/// How many ways to take names apart a portrait keeps.
const MOST_NAMES: usize = 32;
/// How many readings nobody said a part keeps.
const MOST_HEARD: usize = 6;

/// Adds what is not there yet, up to a bound.
pub(super) fn push<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() < most && !list.contains(&item) {
        list.push(item);
    }
}
