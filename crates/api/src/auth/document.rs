//! JSON of somebody whom we do not trust yet: headers, claims, keys. A member that is said twice is refused, because
//! two readers could each believe another one (RFC 8725, section 2.4; RFC 7519, section 4).

use std::collections::HashSet;

use serde_json::{Map, Number, Value};

use crate::json::Json;

/// Members by their names.
pub(super) type Object = Map<String, Value>;

/// The object that the text holds; `None` if it is none, or any object in it names a member twice.
pub(super) fn object(text: &[u8]) -> Option<Object> {
    let json: Json<'_> = serde_json::from_slice(text).ok()?;
    match value(json)? {
        Value::Object(members) => Some(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

fn value(json: Json<'_>) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(it),
        Json::Whole(it) => Value::Number(it.into()),
        Json::Number(it) => Value::Number(Number::from_f64(it)?),
        Json::Text(it) => Value::String(it.into_owned()),
        Json::List(items) => Value::Array(items.into_iter().map(value).collect::<Option<_>>()?),
        Json::Object(members) => {
            let mut names = HashSet::with_capacity(members.len());
            if !members.iter().all(|(name, _)| names.insert(name.as_ref())) {
                return None;
            }
            drop(names);
            Value::Object(members.into_iter().map(|(name, it)| Some((name.into_owned(), value(it)?))).collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::object;

    #[test]
    fn a_member_that_is_said_twice_is_refused_at_any_depth() {
        assert_eq!(object(br#"{"a":[{"b":1}],"c":1.5}"#).unwrap()["a"][0]["b"], 1);
        for wrong in [
            &br#"{"a":1,"a":1}"#[..],
            br#"{"a":1,"\u0061":1}"#,
            br#"{"o":{"a":1,"a":2}}"#,
            br#"{"o":[{"a":1,"a":2}]}"#,
            b"[]",
            b"1",
            b"",
            b"{} {}",
            b"{\"a\":\"\xff\"}",
        ] {
            assert_eq!(object(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
    }
}
