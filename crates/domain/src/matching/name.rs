//! Names in parts: every way a written name can be split, each part as written and as read.

use super::portrait::push;
use super::script::{all_kana, any_kanji, is_cjk, is_kanji, tidy};
use super::sketch::{MatchNameKind, SketchName};
use super::{kanji, romaji};

/// How a part of a name is written and read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct Form {
    /// In kanji, as written; empty if it is not.
    pub(super) glyphs: String,
    /// In kanji, variants folded; empty if that changes nothing.
    pub(super) folded: String,
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
            form.folded = kanji::fold(&form.glyphs);
            if form.folded == form.glyphs {
                form.folded.clear();
            }
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

    /// In kanji, variants folded.
    pub(super) fn kanji(&self) -> &str {
        if self.folded.is_empty() { &self.glyphs } else { &self.folded }
    }

    /// Takes a reading, if it is one.
    pub(super) fn say(&mut self, reading: &str) {
        if !reading.is_empty() {
            push(&mut self.said, reading.to_owned(), 4);
        }
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty() && self.said.is_empty()
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
    /// Whether the parts may be the other way round: fields are mistaken for each other, and names in Latin letters have
    /// no order of their own.
    pub(super) either_way: bool,
    /// Family name.
    pub(super) family: Form,
    /// Given name.
    pub(super) given: Form,
}

impl Split {
    /// Family and given name, then the other way round if that may be.
    pub(super) fn ways(&self) -> impl Iterator<Item = (&Form, &Form)> {
        let other = self.either_way.then_some((&self.given, &self.family));
        std::iter::once((&self.family, &self.given)).chain(other)
    }
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
    if family_kana.is_empty()
        && given_kana.is_empty()
        && let Some((first, second)) = full_kana.split_once(' ')
    {
        (family_kana, given_kana) = (first.to_owned(), second.to_owned());
    }
    let kind = match name.kind {
        MatchNameKind::Current | MatchNameKind::Business | MatchNameKind::Romanised => SplitKind::Current,
        MatchNameKind::Former => SplitKind::Former,
    };
    let mut out = Vec::new();
    let mut add = |family: Form, given: Form, either_way: bool| {
        let either_way = either_way && !family.is_empty() && !given.is_empty();
        let split = Split { kind, either_way, family, given };
        if !(split.family.is_empty() && split.given.is_empty()) {
            push(&mut out, split, 8);
        }
    };
    if !family.is_empty() || !given.is_empty() || full.is_empty() {
        let given = if middle.is_empty() { given } else { format!("{given} {middle}") };
        add(Form::read(&family, &family_kana), Form::read(&given, &given_kana), true);
    }
    for (family, given, either_way) in halves(&full) {
        add(Form::read(&family, &family_kana), Form::read(&given, &given_kana), either_way);
    }
    out
}

/// Every way to cut a name written in one line into family and given name, and whether each may be the other way round.
fn halves(full: &str) -> Vec<(String, String, bool)> {
    let full = full.replace(['・', '＝', '='], " ");
    if let Some((family, given)) = full.split_once([',', '、']) {
        return vec![(family.trim().to_owned(), given.trim().to_owned(), false)];
    }
    let words: Vec<&str> = full.split(' ').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => Vec::new(),
        [one] if one.chars().any(is_kanji) => unspaced(one),
        [one] => vec![((*one).to_owned(), String::new(), false), (String::new(), (*one).to_owned(), false)],
        many => {
            let is_eastern = full.chars().any(is_cjk);
            let mut out = Vec::new();
            for cut in [many.len() - 1, 1, 2].into_iter().filter(|cut| *cut < many.len()) {
                let (head, tail) = (many.get(..cut).unwrap_or(&[]).join(" "), many.get(cut..).unwrap_or(&[]).join(" "));
                // In kanji the family name comes first; in Latin letters it may be either.
                out.push(if is_eastern { (head, tail, true) } else { (tail, head, true) });
            }
            out
        }
    }
}

/// Every way to cut a name in kanji without a space. Most are two and two; then two and one, one and two, two and three.
fn unspaced(name: &str) -> Vec<(String, String, bool)> {
    let letters: Vec<char> = name.chars().take(8).collect();
    if letters.len() == 1 {
        return vec![(name.to_owned(), String::new(), false)];
    }
    let mut cuts: Vec<usize> = (1..letters.len()).collect();
    cuts.sort_by_key(|cut| usize::abs_diff(*cut, 2));
    let half = |part: Option<&[char]>| part.unwrap_or(&[]).iter().collect::<String>();
    cuts.into_iter().map(|cut| (half(letters.get(..cut)), half(letters.get(cut..)), false)).collect()
}
