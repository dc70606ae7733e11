//! Names in parts: every way a written name can be split, each part as written and as read.

use super::portrait::push;
use super::script::{all_kana, any_kanji, is_cjk, is_kanji, tidy};
use super::sketch::{SketchKind, SketchName};
use super::{kanji, romaji};

/// How a part of a name is written and read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct Form {
    /// In kanji, as written; empty if it is not.
    pub(super) glyphs: String,
    /// In kanji, variants folded.
    pub(super) kanji: String,
    /// Reading keys that somebody gave: by kana, by Latin letters, or both.
    pub(super) said: Vec<String>,
    /// Reading keys that a lexicon or a mailbox gives.
    pub(super) heard: Vec<String>,
    /// Reading keys of its words, if it has several.
    pub(super) words: Vec<String>,
    /// How rare it is as written and as read: −log2 of the share of people who bear it, in eighths; 0 if unknown.
    pub(super) rarity: [u8; 2],
}

impl Form {
    /// A part from how it is written and, perhaps, how it is read.
    pub(super) fn read(written: &str, reading: &str) -> Self {
        let written = tidy(written);
        let mut form = Self::default();
        if any_kanji(&written) {
            form.glyphs = written.chars().filter(|c| is_cjk(*c)).collect();
            form.kanji = kanji::fold(&form.glyphs);
        } else {
            form.words = words(&written);
            // Initials beside a whole name ("Arjun S.") say little and hide the name.
            form.say(&romaji::key(&form.words.concat()));
            form.say(&romaji::key(&written));
            if form.words.len() < 2 {
                form.words.clear();
            }
        }
        form.say(&romaji::key(reading));
        form
    }

    /// Takes a reading, if it is one.
    pub(super) fn say(&mut self, reading: &str) {
        if !reading.is_empty() {
            push(&mut self.said, reading.to_owned(), 4);
        }
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.kanji.is_empty() && self.said.is_empty()
    }

    /// Every reading, said or heard.
    pub(super) fn readings(&self) -> impl Iterator<Item = &str> {
        self.said.iter().chain(&self.heard).map(String::as_str)
    }
}

/// Reading keys of the words of a name in letters, without initials.
fn words(written: &str) -> Vec<String> {
    if all_kana(written) && !written.contains([' ', '・']) {
        return Vec::new();
    }
    let mut words = Vec::new();
    for word in written.split([' ', '・', '-', '.']).map(romaji::key).filter(|word| word.len() > 1) {
        push(&mut words, word, 4);
    }
    words
}

/// One way to take a name apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Split {
    /// What kind of name it is.
    pub(super) kind: SplitKind,
    /// Whether the parts were taken in the order the writer gave them.
    pub(super) as_written: bool,
    /// Family name.
    pub(super) family: Form,
    /// Given name.
    pub(super) given: Form,
}

/// Where a name comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum SplitKind {
    /// The name they bear, in whatever script.
    Current,
    /// A name they bore.
    Former,
    /// A name that their mailbox has.
    Mailbox,
}

/// Every way to take a name apart, the likeliest first, at most eight.
pub(super) fn splits(name: &SketchName) -> Vec<Split> {
    let text = |part: &Option<String>| tidy(part.as_deref().unwrap_or(""));
    let [full, family, given, middle, full_kana, mut family_kana, mut given_kana] =
        [&name.full, &name.family, &name.given, &name.middle, &name.full_kana, &name.family_kana, &name.given_kana].map(text);
    if family_kana.is_empty() && given_kana.is_empty() {
        if let Some((first, second)) = full_kana.split_once(' ') {
            (family_kana, given_kana) = (first.to_owned(), second.to_owned());
        }
    }
    let kind = match name.kind {
        SketchKind::Current | SketchKind::Business | SketchKind::Romanised => SplitKind::Current,
        SketchKind::Former => SplitKind::Former,
    };
    let mut out = Vec::new();
    let mut add = |family: Form, given: Form, as_written: bool| {
        let split = Split { kind, as_written, family, given };
        if !(split.family.is_empty() && split.given.is_empty()) {
            push(&mut out, split, 8);
        }
    };
    if !family.is_empty() || !given.is_empty() || full.is_empty() {
        let given = if middle.is_empty() { given } else { format!("{given} {middle}") };
        let (one, two) = (Form::read(&family, &family_kana), Form::read(&given, &given_kana));
        add(one.clone(), two.clone(), true);
        if !one.is_empty() && !two.is_empty() {
            add(two, one, false);
        }
    }
    if !full.is_empty() {
        let is_eastern = full.chars().any(is_cjk);
        for (family, given, as_written) in halves(&full) {
            // Kana are written family name first; Latin letters beside them may not be.
            let is_crossed = is_eastern && !as_written;
            let (family_kana, given_kana) = if is_crossed { (&given_kana, &family_kana) } else { (&family_kana, &given_kana) };
            add(Form::read(&family, family_kana), Form::read(&given, given_kana), as_written);
        }
    }
    out
}

/// Every way to cut a name written in one line into family and given name.
fn halves(full: &str) -> Vec<(String, String, bool)> {
    let full = full.replace(['・', '＝', '='], " ");
    if let Some((family, given)) = full.split_once([',', '、']) {
        return vec![(family.trim().to_owned(), given.trim().to_owned(), true)];
    }
    let words: Vec<&str> = full.split(' ').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => Vec::new(),
        [one] if one.chars().any(is_kanji) => {
            let letters: Vec<char> = one.chars().take(8).collect();
            // Most names are two and two; then two and one, one and two, two and three.
            let mut cuts: Vec<usize> = (1..letters.len()).collect();
            cuts.sort_by_key(|cut| usize::abs_diff(*cut, 2));
            let half = |part: &[char]| part.iter().collect::<String>();
            if cuts.is_empty() {
                return vec![((*one).to_owned(), String::new(), true)];
            }
            cuts.into_iter().map(|cut| (half(letters.get(..cut).unwrap_or(&[])), half(letters.get(cut..).unwrap_or(&[])), true)).collect()
        }
        [one] => vec![((*one).to_owned(), String::new(), true), (String::new(), (*one).to_owned(), false)],
        many => {
            let is_eastern = full.chars().any(is_cjk);
            let mut out = Vec::new();
            for cut in [many.len() - 1, 1, 2].into_iter().filter(|cut| *cut < many.len()) {
                let (head, tail) = (many.get(..cut).unwrap_or(&[]).join(" "), many.get(cut..).unwrap_or(&[]).join(" "));
                // In kanji the family name comes first; in Latin letters it may be either.
                out.push((head.clone(), tail.clone(), is_eastern));
                out.push((tail, head, !is_eastern));
            }
            out.sort_by_key(|(_, _, as_written)| !*as_written);
            out
        }
    }
}
