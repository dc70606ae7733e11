//! Ids: a prefix that says what the thing is, and a UUIDv7 (RFC 9562, section 5.7) in 32 hexadecimal digits.
//!
//! The first 48 bits are the millisecond in which the thing was first known, so ids of one kind sort by time.

use std::fmt;
use std::str::FromStr;

use uuid::{Builder, Uuid};

use crate::time::Moment;

/// An id that is not one: of another kind, too short, or not hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAnId {
    /// The prefix that was expected, without the underscore.
    pub expected: &'static str,
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id of the form {}_ and 32 hexadecimal digits was expected", self.expected)
    }
}

impl std::error::Error for NotAnId {}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "sql", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "sql", diesel(sql_type = crate::sql::Uid))]
        pub struct $name(Uuid);

        impl $name {
            /// What the id begins with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new one.
            #[must_use]
            pub fn mint(mint: &mut Mint) -> Self {
                Self(mint.uuid())
            }

            /// From the 16 bytes of the database.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// For the 16 bytes of the database.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.as_simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let wrong = NotAnId { expected: $prefix };
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(wrong)?;
                if digits.len() != 32 || digits.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(wrong);
                }
                Uuid::try_parse(digits).map(Self).map_err(|_| wrong)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .description(Some(concat!("An id that begins with ", $prefix, "_")))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        #[cfg(feature = "graphql")]
        impl async_graphql::InputType for $name {
            type RawValueType = Self;
            fn type_name() -> std::borrow::Cow<'static, str> {
                <async_graphql::ID as async_graphql::InputType>::type_name()
            }
            fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                <async_graphql::ID as async_graphql::InputType>::create_type_info(registry)
            }
            fn parse(value: Option<async_graphql::Value>) -> async_graphql::InputValueResult<Self> {
                let id = <async_graphql::ID as async_graphql::InputType>::parse(value).map_err(|e| e.propagate())?;
                id.parse().map_err(|e: NotAnId| async_graphql::InputValueError::custom(e))
            }
            fn to_value(&self) -> async_graphql::Value {
                self.to_string().into()
            }
            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }

        #[cfg(feature = "graphql")]
        impl async_graphql::OutputType for $name {
            fn type_name() -> std::borrow::Cow<'static, str> {
                <async_graphql::ID as async_graphql::OutputType>::type_name()
            }
            fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                <async_graphql::ID as async_graphql::OutputType>::create_type_info(registry)
            }
            async fn resolve(
                &self,
                _: &async_graphql::ContextSelectionSet<'_>,
                _: &async_graphql::Positioned<async_graphql::parser::types::Field>,
            ) -> async_graphql::ServerResult<async_graphql::Value> {
                Ok(self.to_string().into())
            }
        }
    };
}

id!(
    /// One employer, with its group companies: the tenant.
    OrganizationId, "org"
);
id!(
    /// A program that calls furusu with its own credentials.
    ClientId, "cli"
);
id!(
    /// One secret of a client; two may overlap while they are exchanged.
    SecretId, "sec"
);
id!(
    /// A key that furusu signs access tokens with.
    KeyId, "key"
);
id!(
    /// A person any source has named, from the first record on.
    AlumnusId, "alm"
);
id!(
    /// One employment period.
    EmploymentId, "emp"
);
id!(
    /// The end of one employment period.
    DepartureId, "dep"
);
id!(
    /// A question about one applicant, and its finding.
    LookupId, "lkp"
);
id!(
    /// What a person decided on a finding.
    ReviewId, "rev"
);
id!(
    /// One record of what somebody said about a purpose.
    ConsentId, "cns"
);
id!(
    /// Something that happened.
    EventId, "evt"
);
id!(
    /// The merge of two people into one.
    MergeId, "mrg"
);
id!(
    /// A departure record that waits for somebody to say whom it speaks of.
    HeldRecordId, "hld"
);
id!(
    /// An activity.
    ActivityId, "act"
);
id!(
    /// An exchange event.
    GatheringId, "gat"
);
id!(
    /// One guest of an exchange event.
    RegistrationId, "reg"
);
id!(
    /// An address from which a calendar is read without a token.
    CalendarFeedId, "fed"
);
id!(
    /// Something that was sent to somebody.
    MessageId, "msg"
);
id!(
    /// A permission to write to somebody that is held for a while.
    ContactPermissionId, "cpm"
);

/// Makes ids. It stands still at one moment, and takes its random bits from the system or, for the demonstration's
/// people, who must be the same every day, from a seed.
#[derive(Clone, Debug)]
pub struct Mint {
    at: Moment,
    random: Random,
}

#[derive(Clone, Debug)]
enum Random {
    System,
    Seeded { seed: u64, drawn: u64 },
}

impl Mint {
    /// Ids of this moment.
    #[must_use]
    pub const fn at(at: Moment) -> Self {
        Self { at, random: Random::System }
    }

    /// The same ids every time.
    #[must_use]
    pub const fn seeded(seed: u64, at: Moment) -> Self {
        Self { at, random: Random::Seeded { seed, drawn: 0 } }
    }

    fn uuid(&mut self) -> Uuid {
        let mut bits = [0; 10];
        match &mut self.random {
            // Without random bits nothing in this process is safe, tokens and secrets least of all.
            Random::System => getrandom::fill(&mut bits).expect("the operating system gives random bits"),
            Random::Seeded { seed, drawn } => {
                *drawn += 1;
                let hash = blake3::hash(&[seed.to_le_bytes(), drawn.to_le_bytes()].concat());
                bits.copy_from_slice(&hash.as_bytes()[..10]);
            }
        }
        Builder::from_unix_timestamp_millis(self.at.millis(), &bits).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_itself_and_not_as_another_kind() {
        let mut mint = Mint::at(Moment::from_micros(1_700_000_000_000_000));
        let id = AlumnusId::mint(&mut mint);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().starts_with("alm_"));
        assert_eq!(id.to_string().parse::<DepartureId>(), Err(NotAnId { expected: "dep" }));
        for wrong in ["", "alm_", "alm_12", "ALM_00000000000000000000000000000000"] {
            assert!(wrong.parse::<AlumnusId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_seeded_mint_makes_the_same_ids_again() {
        let ids = |seed| {
            let mut mint = Mint::seeded(seed, Moment::from_micros(0));
            [AlumnusId::mint(&mut mint), AlumnusId::mint(&mut mint)]
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
        assert_ne!(ids(1)[0], ids(1)[1]);
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = AlumnusId::mint(&mut Mint::at(Moment::from_micros(1_000)));
        let late = AlumnusId::mint(&mut Mint::at(Moment::from_micros(9_000)));
        assert!(early < late);
    }
}
