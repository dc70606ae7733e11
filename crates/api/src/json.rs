//! Reading what came in as JSON, telling everything that is wrong with it at once, each with its place.
//!
//! A library stops at the first member of the wrong type and says so in its own words; whoever mends a file of
//! departures needs all of them, in ours.

mod reader;

use std::borrow::Cow;
use std::fmt::Write as _;

use furusu_domain::error::Kind;
pub use reader::{Reader, tidy};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value as it came: members in their order, repeated ones included.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number
    Whole(i64),
    /// Any other number
    Number(f64),
    /// A string
    Text(Cow<'a, str>),
    /// An array
    List(Vec<Self>),
    /// An object
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl Json<'_> {
    /// What kind of value it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Boolean,
            Self::Whole(_) | Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::List(_) => Kind::List,
            Self::Object(_) => Kind::Object,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Anything(std::marker::PhantomData))
    }
}

struct Anything<'a>(std::marker::PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for Anything<'a> {
    type Value = Json<'a>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json<'a>, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json<'a>, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json<'a>, E> {
        Ok(Json::Whole(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json<'a>, E> {
        #[allow(clippy::cast_precision_loss, reason = "beyond 63 bits only the size matters")]
        Ok(i64::try_from(value).map_or(Json::Number(value as f64), Json::Whole))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json<'a>, E> {
        Ok(Json::Number(value))
    }
    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }
    fn visit_string<E>(self, value: String) -> Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'a>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'a>, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<Name<'a>, Json<'a>>()? {
            members.push((name.0, value));
        }
        Ok(Json::Object(members))
    }
}

/// The name of a member, borrowed where it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Json::deserialize(from)? {
            Json::Text(name) => Ok(Self(name)),
            Json::Null | Json::Bool(_) | Json::Whole(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                Err(serde::de::Error::custom("a member has no name"))
            }
        }
    }
}

/// A place in what came in; written out as a JSON pointer (RFC 6901) only when there is something to say.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    above: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Member(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    /// The whole of what came in.
    pub const ROOT: Self = Self { above: None, step: Step::Root };

    /// A member of the object at this place.
    #[must_use]
    pub const fn member(&'p self, name: &'p str) -> Self {
        Self { above: Some(self), step: Step::Member(name) }
    }

    /// An item of the list at this place.
    #[must_use]
    pub const fn item(&'p self, n: usize) -> Self {
        Self { above: Some(self), step: Step::Item(n) }
    }

    /// The JSON pointer.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = self.above.map(Self::pointer).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Member(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Item(n) => {
                let _ = write!(pointer, "/{n}");
            }
        }
        pointer
    }
}
