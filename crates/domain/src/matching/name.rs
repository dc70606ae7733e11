//! Names in parts: every way a written name can be split, each part as written and as read.

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
    /// Reading key; empty if nobody said how it is read.
    pub(super) reading: String,
    /// Readings that a lexicon or a mailbox gives it.
    pub(super) heard: Vec<String>,
    /// How many of a thousand people bear it: −log2 of the share, in quarter bits; 0 unknown.
    pub(super) rarity: u8,
}

impl Form {
    /// A part from how it is written and, perhaps, how it is read.
    pub(super) fn read(written: &str, reading: &str) -> Self {
        let written = tidy(written);
        let mut form = Self { reading: romaji::key(reading), ..Self::default() };
        if any_kanji(&written) {
            form.glyphs = written.chars().filter(|c| is_cjk(*c)).collect();
            form.kanji = kanji::fold(&form.glyphs);
        } else {
            let said = romaji::key(&written);
            // A foreign name has its letters, which are surer than its kana.
            if all_kana(&written) || form.reading.is_empty() || form.reading == said {
                form.reading = if said.is_empty() { form.reading } else { said };
            } else {
                form.heard.push(std::mem::replace(&mut form.reading, said));
            }
        }
        form
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.kanji.is_empty() && self.reading.is_empty()
    }
}

/// One way to take a name apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Split {
    /// What kind of name it is.
    pub(super) kind: SketchKind,
    /// Whether the parts were taken in the order the writer gave them.
    pub(super) as_written: bool,
    /// Family name.
    pub(super) family: Form,
    /// Given name.
    pub(super) given: Form,
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
    let mut out = Vec::new();
    let mut push = |family: Form, given: Form, as_written: bool| {
        let split = Split { kind: name.kind, as_written, family, given };
        if !(split.family.is_empty() && split.given.is_empty()) && !out.contains(&split) && out.len() < 8 {
            out.push(split);
        }
    };
    if !family.is_empty() || !given.is_empty() || (full.is_empty() && !(family_kana.is_empty() && given_kana.is_empty())) {
        let given = if middle.is_empty() { given } else { format!("{given} {middle}") };
        let (one, two) = (Form::read(&family, &family_kana), Form::read(&given, &given_kana));
        push(one.clone(), two.clone(), true);
        if !one.is_empty() && !two.is_empty() {
            push(two, one, false);
        }
    }
    if !full.is_empty() {
        for (family, given, as_written) in halves(&full) {
            let (family_kana, given_kana) = if as_written { (&family_kana, &given_kana) } else { (&given_kana, &family_kana) };
            push(Form::read(&family, family_kana), Form::read(&given, given_kana), as_written);
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
