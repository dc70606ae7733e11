//! Dates and moments in GraphQL.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use super::{Date, Moment};

/// A calendar date, `YYYY-MM-DD` (ISO 8601).
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map_err(|e: super::NotADate| InputValueError::custom(e)),
            Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) | Value::List(_) | Value::Object(_) => {
                Err(InputValueError::custom(super::NotADate))
            }
        }
    }
    fn to_value(&self) -> Value {
        self.to_string().into()
    }
}

/// An instant in UTC (RFC 3339), to the microsecond.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for Moment {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map_err(|e: super::NotAMoment| InputValueError::custom(e)),
            Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) | Value::List(_) | Value::Object(_) => {
                Err(InputValueError::custom(super::NotAMoment))
            }
        }
    }
    fn to_value(&self) -> Value {
        self.to_string().into()
    }
}
