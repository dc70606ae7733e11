//! The single texts and numbers of a profile.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::Read;
use crate::integration::profile::date::{Format, TwoDigitYears};
use crate::integration::profile::member::{Member, Shape, accepts};
use crate::integration::profile::node::Node;
use crate::integration::profile::plan::Fallback;

/// What other words take: a value, or `"keep"`.
pub(super) fn fallback(member: &'static Member, node: &Node<'_>) -> Read<Fallback> {
    if member.shape.keeps_raw() && node.text().is_ok_and(|text| text == "keep") {
        return Ok(Fallback::Keep);
    }
    value(member, node).map(Fallback::Value)
}

/// A value written in the profile, checked against the member it is for.
pub(super) fn value(member: &'static Member, node: &Node<'_>) -> Read<Value> {
    Ok(match member.shape {
        Shape::Text | Shape::Texts => node.word()?.into(),
        Shape::Truth => node.truth()?.into(),
        Shape::Coded | Shape::CodedList => accepted(member.pointer, node)?.into(),
        Shape::Date => {
            let date = node.text()?.parse::<Date>();
            date.map_err(|_| node.fault("expected a date such as \"2025-03-31\""))?.to_string().into()
        }
        Shape::Instant => {
            let instant = node.text()?.parse::<Timestamp>();
            instant.map_err(|_| node.fault("expected an instant such as \"2025-03-31T00:00:00Z\""))?.to_string().into()
        }
        Shape::Whole => {
            let number = u32::try_from(node.whole()?);
            number.map_err(|_| node.fault("expected a whole number from 0"))?.into()
        }
        Shape::Rating => {
            let number = Some(node.number()?).filter(|number| (0.0..=1.0).contains(number));
            number.ok_or_else(|| node.fault("expected a number from 0 to 1"))?.into()
        }
    })
}

/// One of furusu's own words.
pub(super) fn accepted(pointer: &str, node: &Node<'_>) -> Read<String> {
    let word = node.word()?;
    accepts(pointer, &word)
        .map_err(|words| node.fault(format!("{word:?} is not a word of furusu here; expected one of: {}", words.join(", "))))?;
    Ok(word)
}

/// Date formats, in order.
pub(super) fn formats(node: &Node<'_>) -> Read<Vec<Format>> {
    node.texts()?.iter().map(|node| Format::parse(node.text()?).map_err(|detail| node.fault(detail))).collect()
}

/// `{ latest = 2005 }`
pub(super) fn two_digit_rule(node: &Node<'_>) -> Read<TwoDigitYears> {
    let [latest] = node.fields(["latest"])?;
    let latest = latest.ok_or_else(|| node.fault("expected { latest = … }, the last year that two digits can mean"))?;
    let year = i16::try_from(latest.whole()?).ok().filter(|year| (1900..=2199).contains(year));
    Ok(TwoDigitYears { latest: year.ok_or_else(|| latest.fault("expected a year from 1900 to 2199"))? })
}

/// An IANA time zone.
pub(super) fn time_zone(node: &Node<'_>) -> Read<TimeZone> {
    TimeZone::get(node.text()?).map_err(|_| node.fault("expected an IANA time zone such as \"Asia/Tokyo\""))
}

/// One word, or a list of them.
pub(super) fn words(node: &Node<'_>) -> Read<Vec<String>> {
    node.texts()?.iter().map(Node::word).collect()
}

/// The byte between two cells.
pub(super) fn delimiter_byte(node: &Node<'_>) -> Read<u8> {
    match node.text()? {
        "tab" => Ok(b'\t'),
        text => match text.as_bytes() {
            [byte] if !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte) => Ok(*byte),
            _ => Err(node.fault("expected one ASCII mark such as \",\" or \";\", or \"tab\"")),
        },
    }
}
