//! The few pieces of SQL that Diesel has no words for, written once for both databases.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};
use furusu_domain::id::{AlumnusId, DepartureId, EmploymentId, OrganizationId};
use furusu_domain::sql::{Day, Instant, Uid};
use furusu_domain::time::{Date, Moment};

/// Keeps the prepared statement of an update or a batch, which Diesel prepares anew each time because a changeset may
/// skip members. It is kept by its text, so a changeset that skips one is another statement.
pub(crate) struct Kept<Q>(pub(crate) Q);

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

/// A statement as text with typed values in it. What somebody typed is only ever a value: the text is ours.
pub(crate) struct Sql<T> {
    parts: Vec<Part>,
    returns: PhantomData<fn() -> T>,
}

enum Part {
    Text(&'static str),
    Value(Value),
}

/// A value in a statement.
pub(crate) enum Value {
    Organization(OrganizationId),
    Alumnus(AlumnusId),
    Employment(EmploymentId),
    Departure(DepartureId),
    Day(Date),
    Moment(Moment),
    Text(String),
    Number(i64),
}

macro_rules! value_from {
    ($($from:ty => $value:ident),+) => {
        $(impl From<$from> for Value { fn from(value: $from) -> Self { Self::$value(value) } })+
    };
}

value_from!(
    OrganizationId => Organization, AlumnusId => Alumnus, EmploymentId => Employment, DepartureId => Departure,
    Date => Day, Moment => Moment, String => Text, i64 => Number
);

impl<T> Sql<T> {
    pub(crate) const fn new() -> Self {
        Self { parts: Vec::new(), returns: PhantomData }
    }

    pub(crate) fn text(&mut self, text: &'static str) -> &mut Self {
        self.parts.push(Part::Text(text));
        self
    }

    pub(crate) fn value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.parts.push(Part::Value(value.into()));
        self
    }

    /// ` and … value`, if there is a value to compare with.
    pub(crate) fn and<V: Into<Value>>(&mut self, text: &'static str, value: Option<V>) -> &mut Self {
        if let Some(value) = value {
            self.text(" and ").text(text).value(value);
        }
        self
    }
}

impl<T> QueryId for Sql<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Sql<T> {
    type SqlType = T;
}

impl<T, C> diesel::RunQueryDsl<C> for Sql<T> {}

impl<T, DB> QueryFragment<DB> for Sql<T>
where
    DB: Backend + HasSqlType<Uid> + HasSqlType<Instant> + HasSqlType<Day>,
    OrganizationId: ToSql<Uid, DB>,
    AlumnusId: ToSql<Uid, DB>,
    EmploymentId: ToSql<Uid, DB>,
    DepartureId: ToSql<Uid, DB>,
    Date: ToSql<Day, DB>,
    Moment: ToSql<Instant, DB>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Value(Value::Organization(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Alumnus(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Employment(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Departure(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Day(day)) => out.push_bind_param::<Day, _>(day)?,
                Part::Value(Value::Moment(at)) => out.push_bind_param::<Instant, _>(at)?,
                Part::Value(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Part::Value(Value::Number(n)) => out.push_bind_param::<BigInt, _>(n)?,
            }
        }
        Ok(())
    }
}
