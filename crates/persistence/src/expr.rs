//! The few pieces of SQL that Diesel has no words for, written once for both databases.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, IntoNotNullable, Nullable, SingleValue, Text};
use diesel::sqlite::Sqlite;
use furusu_domain::id::{
    ActivityId, AlumnusId, DepartureId, EmploymentId, GatheringId, LookupId, MessageId, OrganizationId, RegistrationId,
};
use furusu_domain::sql::{Day, Instant, Uid};
use furusu_domain::time::{Date, Moment};

/// An update or a batch whose prepared statement is kept, by its text; Diesel by itself prepares it anew each time,
/// because a changeset may skip members.
pub(crate) struct Kept<Q> {
    statement: Q,
    is_kept: bool,
}

/// See [`Kept`].
pub(crate) const fn kept<Q>(statement: Q) -> Kept<Q> {
    Kept { statement, is_kept: true }
}

/// The same, unless the statement is for several values at once: see [`Among`].
pub(crate) const fn kept_for<T, Q>(values: &[T], statement: Q) -> Kept<Q> {
    Kept { statement, is_kept: values.len() == 1 }
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }
    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(self.is_kept)
    }
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

/// How many values are few.
const FEW: usize = 32;

/// `column` is one of these values, by [`Tx::among`]; in place of Diesel's `eq_any`.
///
/// One value reads `column = $1`, for which PostgreSQL soon keeps a plan. Several are an array there. With many of them in a
/// unit of work the statement is prepared anew each time: a plan that was kept from when the table was small would compare each
/// row with each value. With a few, planning would cost more than reading. SQLite takes the values one by one; their number is rounded up to a power of
/// two, the last standing for the rest, so that the statements are few and stay prepared.
///
/// [`Tx::among`]: crate::tx::Tx::among
pub(crate) struct Among<'v, C, T> {
    pub(crate) column: C,
    pub(crate) values: &'v [T],
    pub(crate) is_kept: bool,
}

impl<C, T> QueryId for Among<'_, C, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: Expression, T> Expression for Among<'_, C, T> {
    type SqlType = Nullable<Bool>;
}

impl<C: AppearsOnTable<Q>, T, Q> AppearsOnTable<Q> for Among<'_, C, T> {}

impl<C: SelectableExpression<Q>, T, Q> SelectableExpression<Q> for Among<'_, C, T> {}

impl<C: ValidGrouping<G>, T, G> ValidGrouping<G> for Among<'_, C, T> {
    type IsAggregate = C::IsAggregate;
}

/// The type of one value of a column, which may be empty.
type One<C> = <<C as Expression>::SqlType as IntoNotNullable>::NotNullable;

impl<C, T> QueryFragment<Pg> for Among<'_, C, T>
where
    C: Expression<SqlType: IntoNotNullable<NotNullable: SingleValue>> + QueryFragment<Pg>,
    Pg: HasSqlType<One<C>>,
    T: ToSql<One<C>, Pg>,
    [T]: ToSql<Array<One<C>>, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        if let [one] = self.values {
            out.push_sql(" = ");
            return out.push_bind_param::<One<C>, _>(one);
        }
        if !self.is_kept && self.values.len() > FEW {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(" = any(");
        out.push_bind_param::<Array<One<C>>, _>(self.values)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C, T> QueryFragment<Sqlite> for Among<'_, C, T>
where
    C: Expression<SqlType: IntoNotNullable<NotNullable: SingleValue>> + QueryFragment<Sqlite>,
    Sqlite: HasSqlType<One<C>>,
    T: ToSql<One<C>, Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in (");
        let last = self.values.last().into_iter().cycle();
        let places = if self.values.is_empty() { 0 } else { self.values.len().next_power_of_two() };
        for (n, value) in self.values.iter().chain(last).take(places).enumerate() {
            out.push_sql(if n == 0 { "" } else { ", " });
            out.push_bind_param::<One<C>, _>(value)?;
        }
        out.push_sql(")");
        Ok(())
    }
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
    Lookup(LookupId),
    Activity(ActivityId),
    Gathering(GatheringId),
    Registration(RegistrationId),
    Message(MessageId),
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
    LookupId => Lookup, ActivityId => Activity, GatheringId => Gathering, RegistrationId => Registration, MessageId => Message, Date => Day, Moment => Moment, String => Text, i64 => Number
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

    /// ` … in (…)`, the number of values rounded up to a power of two, so that the statements to prepare are few; see [`Among`].
    pub(crate) fn among<V: Into<Value> + Copy>(&mut self, text: &'static str, values: &[V]) -> &mut Self {
        self.text(text);
        let places = if values.is_empty() { 0 } else { values.len().next_power_of_two() };
        for (n, value) in values.iter().chain(values.last().into_iter().cycle()).take(places).enumerate() {
            self.text(if n == 0 { "" } else { ", " }).value(*value);
        }
        self.text(")")
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
    LookupId: ToSql<Uid, DB>,
    ActivityId: ToSql<Uid, DB>,
    GatheringId: ToSql<Uid, DB>,
    RegistrationId: ToSql<Uid, DB>,
    MessageId: ToSql<Uid, DB>,
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
                Part::Value(Value::Lookup(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Activity(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Gathering(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Registration(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Message(id)) => out.push_bind_param::<Uid, _>(id)?,
                Part::Value(Value::Day(day)) => out.push_bind_param::<Day, _>(day)?,
                Part::Value(Value::Moment(at)) => out.push_bind_param::<Instant, _>(at)?,
                Part::Value(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Part::Value(Value::Number(n)) => out.push_bind_param::<BigInt, _>(n)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use diesel::prelude::*;

    use super::*;
    use crate::schema::person;

    fn among(values: &[AlumnusId], is_kept: bool) -> impl QueryFragment<Pg> + QueryFragment<Sqlite> {
        person::table.filter(Among { column: person::id, values, is_kept }).select(person::id)
    }

    fn ids(n: u8) -> Vec<AlumnusId> {
        (0..n).map(|n| AlumnusId::from_bytes([n; 16])).collect()
    }

    #[test]
    fn one_value_is_equal_and_several_are_an_array_on_postgres() {
        let text = |n| debug_query::<Pg, _>(&among(&ids(n), true)).to_string();
        assert!(text(1).contains(r#""person"."id" = $1 "#), "{}", text(1));
        assert!(text(2).contains(r#""person"."id" = any($1)"#), "{}", text(2));
        assert!(text(0).contains(r#""person"."id" = any($1)"#), "{}", text(0));
    }

    #[test]
    fn a_long_array_is_planned_anew_in_a_unit_of_work() {
        let is_kept = |n, is_kept| QueryFragment::<Pg>::is_safe_to_cache_prepared(&among(&ids(n), is_kept), &Pg).unwrap();
        assert!(is_kept(1, false) && is_kept(32, false) && is_kept(33, true));
        assert!(!is_kept(33, false));
    }

    #[test]
    fn the_statements_are_few_on_sqlite() {
        let text = |n: u8| {
            let text = debug_query::<Sqlite, _>(&among(&ids(n), false)).to_string();
            text.split(" -- binds").next().unwrap_or_default().to_owned()
        };
        assert!(text(0).contains("in ()"), "{}", text(0));
        assert!(text(1).contains("in (?)"), "{}", text(1));
        assert!(text(3).contains("in (?, ?, ?, ?)"), "{}", text(3));
        let texts: std::collections::BTreeSet<String> = (1..=200).map(text).collect();
        assert_eq!(texts.len(), 9, "1, 2, 4, … 256");
    }
}
