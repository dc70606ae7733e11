//! The SQL types of the shared vocabulary, one Rust type for both databases.
//!
//! | type | PostgreSQL | SQLite |
//! | --- | --- | --- |
//! | [`Uid`] | `uuid` | `BLOB`, 16 bytes |
//! | [`Instant`] | `timestamptz` | `INTEGER`, microseconds since 1970 |
//! | [`Day`] | `date` | `TEXT`, `YYYY-MM-DD` |
//! | [`Doc`] | `jsonb` | `TEXT` |
//!
//! PostgreSQL's built-in types are named by their fixed numbers (`pg_type.dat`), because naming them by name costs
//! a look-up in the catalogue for every new connection.

use std::io::Write as _;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Integer, SqlType, Text};
use diesel::sqlite::{Sqlite, SqliteValue};

use crate::time::{Date, Moment};

/// A 128-bit id.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Uid;

/// A point of time, to the microsecond.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Instant;

/// A calendar date.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182), sqlite_type(name = "Text"))]
pub struct Day;

/// A JSON document, carried as its text.
#[derive(SqlType, QueryId, Clone, Copy, Debug, Default)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Doc;

/// PostgreSQL counts microseconds from 2000-01-01, furusu from 1970-01-01.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The text of a JSON document, neither parsed nor compared: PostgreSQL reorders members, SQLite keeps the bytes.
#[derive(Clone, PartialEq, Eq, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Doc)]
pub struct Json(pub String);

impl ToSql<Doc, Pg> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[1])?; // the version of the jsonb wire format
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Doc, Sqlite> for Json {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<Doc, Pg> for Json {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        let [1, text @ ..] = raw.as_bytes() else {
            return Err("an unknown version of jsonb".into());
        };
        Ok(Self(std::str::from_utf8(text)?.to_owned()))
    }
}

impl FromSql<Doc, Sqlite> for Json {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Sqlite>>::from_sql(raw).map(Self)
    }
}

impl ToSql<Instant, Pg> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.micros() - PG_EPOCH_MICROS;
        ToSql::<BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl ToSql<Instant, Sqlite> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Pg> for Moment {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Pg>>::from_sql(raw).map(|micros| Self::from_micros(micros + PG_EPOCH_MICROS))
    }
}

impl FromSql<Instant, Sqlite> for Moment {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(raw).map(Self::from_micros)
    }
}

impl ToSql<Day, Pg> for Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Integer, Pg>::to_sql(&self.days_since_2000(), &mut out.reborrow())
    }
}

impl ToSql<Day, Sqlite> for Date {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Day, Pg> for Date {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        let days = <i32 as FromSql<Integer, Pg>>::from_sql(raw)?;
        Self::from_days_since_2000(days).ok_or_else(|| "a date out of range".into())
    }
}

impl FromSql<Day, Sqlite> for Date {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(raw)?;
        text.parse().map_err(|_| "a malformed date".into())
    }
}

/// The 16 bytes of an id, on both databases.
macro_rules! sql_id {
    ($name:ident) => {
        impl ToSql<Uid, Pg> for $crate::id::$name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl ToSql<Uid, Sqlite> for $crate::id::$name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.as_bytes().as_slice());
                Ok(IsNull::No)
            }
        }
        impl FromSql<Uid, Pg> for $crate::id::$name {
            fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::from_bytes(raw.as_bytes().try_into()?))
            }
        }
        impl FromSql<Uid, Sqlite> for $crate::id::$name {
            fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(raw)?;
                Ok(Self::from_bytes(bytes.as_slice().try_into()?))
            }
        }
    };
}

sql_id!(OrganizationId);
sql_id!(ClientId);
sql_id!(SecretId);
sql_id!(KeyId);
sql_id!(AlumnusId);
sql_id!(EmploymentId);
sql_id!(DepartureId);
sql_id!(ConsentId);
sql_id!(EventId);
sql_id!(LookupId);
sql_id!(ReviewId);
sql_id!(MergeId);
sql_id!(HeldRecordId);
sql_id!(ActivityId);
sql_id!(GatheringId);
sql_id!(RegistrationId);
sql_id!(CalendarFeedId);
sql_id!(MessageId);
sql_id!(ContactPermissionId);
