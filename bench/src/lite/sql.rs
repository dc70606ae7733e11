//! Statements as text, through Diesel's plain connection, and the rows they give.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;

/// A statement cut at the places of its values.
pub(super) struct Statement(Vec<(String, Option<usize>)>);

/// A value for a place.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Bytes(&'a [u8]),
    Text(&'a str),
    Number(i64),
}

impl Statement {
    /// Cuts the text at `$1`, `$2`, …
    pub(super) fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let place = after[..digits].parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            parts.push((before.to_owned(), place));
            rest = &after[digits..];
        }
        parts.push((rest.to_owned(), None));
        Self(parts)
    }

    /// With its values; `T` is what it gives. The connection prepares it once.
    pub(super) const fn with<'a, T>(&'a self, values: &'a [Value<'a>]) -> Sql<'a, T> {
        Sql { statement: self, values, returns: PhantomData }
    }
}

pub(super) struct Sql<'a, T> {
    statement: &'a Statement,
    values: &'a [Value<'a>],
    returns: PhantomData<T>,
}

impl<T> QueryId for Sql<'_, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Sql<'_, T> {
    type SqlType = T;
}

impl<T> diesel::RunQueryDsl<SqliteConnection> for Sql<'_, T> {}

impl<T> QueryFragment<Sqlite> for Sql<'_, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for (text, place) in &self.statement.0 {
            out.push_sql(text);
            match place.and_then(|place| self.values.get(place)) {
                Some(Value::Bytes(bytes)) => out.push_bind_param::<Binary, [u8]>(bytes)?,
                Some(Value::Text(text)) => out.push_bind_param::<Text, str>(text)?,
                Some(Value::Number(number)) => out.push_bind_param::<BigInt, i64>(number)?,
                None => {}
            }
        }
        Ok(())
    }
}

/// Rows of a table, as SQL and as Rust have them.
macro_rules! rows {
    ($($columns:ident, $row:ident: $($sql:ty => $rust:ty),+;)+) => {
        $(pub(super) type $columns = ($($sql,)+); pub(super) type $row = ($($rust,)+);)+
    };
}

rows! {
    PersonColumns, PersonRow: Binary => Vec<u8>, Text => String, BigInt => i64, BigInt => i64;
    ToldColumns, ToldRow:
        Binary => Vec<u8>, Text => String, Integer => i32, Nullable<Text> => Option<String>, Text => String, BigInt => i64;
    PeriodColumns, PeriodRow:
        Binary => Vec<u8>, Integer => i32, Binary => Vec<u8>, Text => String, Text => String, Nullable<Integer> => Option<i32>,
        Nullable<Binary> => Option<Vec<u8>>, Nullable<Integer> => Option<i32>, Nullable<BigInt> => Option<i64>,
        Nullable<Text> => Option<String>, Text => String, Binary => Vec<u8>, Nullable<BigInt> => Option<i64>, BigInt => i64;
    PageColumns, PageRow: Binary => Vec<u8>, BigInt => i64, BigInt => i64, Text => String, Text => String;
    MarkColumns, MarkRow:
        Binary => Vec<u8>, Binary => Vec<u8>, Nullable<Binary> => Option<Vec<u8>>, Text => String, Nullable<Integer> => Option<i32>,
        Text => String, Binary => Vec<u8>, Nullable<BigInt> => Option<i64>;
}
