//! Portraits as bytes: the scheme's version, then every list with its length.

use super::address::Place;
use super::date::Birth;
use super::email::Mailbox;
use super::mailbox::Told;
use super::name::{Form, Split, SplitKind};
use super::portrait::{Portrait, SCHEME};

/// The bytes are no portrait of this scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a portrait of this scheme")
    }
}

impl std::error::Error for Unreadable {}

impl Portrait {
    /// The portrait as bytes, to be stored beside the record.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![SCHEME];
        let form = |out: &mut Vec<u8>, form: &Form| {
            text(out, &form.glyphs);
            text(out, &form.folded);
            for readings in [&form.said, &form.heard, &form.words] {
                list(out, readings, |out, reading| text(out, reading));
            }
            out.extend(form.rarity);
        };
        list(&mut out, &self.names, |out, split| {
            let kind: u8 = match split.kind {
                SplitKind::Current => 0,
                SplitKind::Former => 1,
                SplitKind::Mailbox => 2,
            };
            out.push(kind << 1 | u8::from(split.either_way));
            form(out, &split.family);
            form(out, &split.given);
        });
        list(&mut out, &self.births, |out, birth| {
            out.extend(birth.year.to_le_bytes());
            out.extend(birth.month.to_le_bytes());
            out.extend(birth.day.to_le_bytes());
        });
        list(&mut out, &self.mailboxes, |out, mailbox| {
            text(out, &mailbox.local);
            text(out, &mailbox.domain);
            out.push(u8::from(mailbox.is_named));
        });
        list(&mut out, &self.told, |out, told| match told {
            Told::Day(month, day) => out.extend([*month, *day]),
            Told::Year(year) => out.extend([0, *year]),
        });
        list(&mut out, &self.phones, |out, phone| text(out, phone));
        list(&mut out, &self.places, |out, place| {
            text(out, &place.postal);
            text(out, &place.numbers);
            text(out, &place.town);
        });
        list(&mut out, &self.employee_numbers, |out, number| text(out, number));
        out
    }

    /// The portrait that bytes hold.
    ///
    /// # Errors
    /// They were written under another scheme, or are cut or broken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader { rest: bytes };
        if reader.byte()? != SCHEME {
            return Err(Unreadable);
        }
        let portrait = Self {
            names: reader.list(|r| {
                let head = r.byte()?;
                let kind = match head >> 1 {
                    0 => SplitKind::Current,
                    1 => SplitKind::Former,
                    2 => SplitKind::Mailbox,
                    _ => return Err(Unreadable),
                };
                Ok(Split { kind, either_way: head & 1 == 1, family: r.form()?, given: r.form()? })
            })?,
            births: reader.list(|r| Ok(Birth { year: i16::from_le_bytes([r.byte()?, r.byte()?]), month: r.small()?, day: r.small()? }))?,
            mailboxes: reader.list(|r| Ok(Mailbox { local: r.text()?, domain: r.text()?, is_named: r.byte()? == 1 }))?,
            told: reader.list(|r| {
                let (month, rest) = (r.byte()?, r.byte()?);
                Ok(if month == 0 { Told::Year(rest) } else { Told::Day(month, rest) })
            })?,
            phones: reader.list(Reader::text)?,
            places: reader.list(|r| Ok(Place { postal: r.text()?, numbers: r.text()?, town: r.text()? }))?,
            employee_numbers: reader.list(Reader::text)?,
        };
        if reader.rest.is_empty() { Ok(portrait) } else { Err(Unreadable) }
    }
}

/// A text with its length in front. Texts here are short; what is longer than 16 bits can count is cut.
fn text(out: &mut Vec<u8>, text: &str) {
    let mut end = text.len().min(usize::from(u16::MAX) >> 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (high, low) = (end >> 7, end & 0x7f);
    // One byte for lengths below 128, which is nearly always.
    if high == 0 {
        out.push(u8::try_from(low).unwrap_or(0));
    } else {
        out.push(u8::try_from(low).unwrap_or(0) | 0x80);
        out.push(u8::try_from(high).unwrap_or(u8::MAX));
    }
    out.extend(text.as_bytes().get(..end).unwrap_or_default());
}

/// A list with its length in front, at most 255 items.
fn list<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    let count = u8::try_from(items.len()).unwrap_or(u8::MAX);
    out.push(count);
    for item in items.iter().take(usize::from(count)) {
        write(out, item);
    }
}

/// Reads from the front.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.rest.split_first().ok_or(Unreadable)?;
        self.rest = rest;
        Ok(*first)
    }

    fn small(&mut self) -> Result<i8, Unreadable> {
        Ok(i8::from_le_bytes([self.byte()?]))
    }

    fn text(&mut self) -> Result<String, Unreadable> {
        let low = self.byte()?;
        let len = if low & 0x80 == 0 { usize::from(low) } else { usize::from(low & 0x7f) | usize::from(self.byte()?) << 7 };
        let (text, rest) = self.rest.split_at_checked(len).ok_or(Unreadable)?;
        self.rest = rest;
        std::str::from_utf8(text).map(str::to_owned).map_err(|_| Unreadable)
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T, Unreadable>) -> Result<Vec<T>, Unreadable> {
        let count = usize::from(self.byte()?);
        let mut items = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn form(&mut self) -> Result<Form, Unreadable> {
        Ok(Form {
            glyphs: self.text()?,
            folded: self.text()?,
            said: self.list(Self::text)?,
            heard: self.list(Self::text)?,
            words: self.list(Self::text)?,
            rarity: [self.byte()?, self.byte()?],
        })
    }
}
