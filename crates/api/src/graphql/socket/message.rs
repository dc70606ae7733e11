//! The messages of `graphql-transport-ws`.

use serde_json::json;

use crate::graphql::rest::request;
use crate::graphql::run::{Answer, Asked};
use crate::graphql::words::Why;
use crate::json::Json;

/// What a client says.
pub(super) enum Message {
    /// Who it is: the `Authorization` header, if the payload has one.
    Init(Option<String>),
    /// Are you there?
    Ping,
    /// I am.
    Pong,
    /// Begin this operation under this id.
    Subscribe(String, Result<Asked, Why>),
    /// End the operation of this id.
    Complete(String),
}

/// The longest id of an operation.
const ID: usize = 128;

/// The connection is known.
pub(super) const ACK: &str = r#"{"type":"connection_ack"}"#;

/// The answer to a ping.
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// What was expected instead: the connection ends.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let Ok(Json::Object(members)) = serde_json::from_str::<Json<'_>>(text) else {
            return Err("a JSON object was expected".to_owned());
        };
        let (mut kind, mut id, mut payload) = (None, None, None);
        for (name, value) in members {
            match (&*name, value) {
                ("type", Json::Text(text)) => kind = Some(text),
                ("id", Json::Text(text)) => id = Some(text.into_owned()),
                ("payload", value) => payload = Some(value),
                _ => {}
            }
        }
        let id = id.filter(|id| !id.is_empty() && id.len() <= ID).ok_or_else(|| format!("id: 1 to {ID} bytes of text were expected"));
        let is_object = matches!(payload, None | Some(Json::Null | Json::Object(_)));
        match kind.as_deref() {
            Some(_) if !is_object => Err("payload: an object was expected".to_owned()),
            Some("connection_init") => Ok(Self::Init(payload.and_then(authorization))),
            Some("ping") => Ok(Self::Ping),
            Some("pong") => Ok(Self::Pong),
            Some("complete") => id.map(Self::Complete),
            Some("subscribe") => {
                let payload = payload.filter(|payload| *payload != Json::Null).ok_or("payload: an object was expected")?;
                Ok(Self::Subscribe(id?, request::one(payload)))
            }
            Some(_) | None => Err("type: connection_init, ping, pong, subscribe or complete was expected".to_owned()),
        }
    }
}

/// The token in a payload: `authorization`, in whatever case, with its scheme or without.
fn authorization(payload: Json<'_>) -> Option<String> {
    let Json::Object(members) = payload else { return None };
    let (_, value) = members.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let Json::Text(text) = value else { return None };
    Some(if text.contains(' ') { text.into_owned() } else { format!("Bearer {text}") })
}

/// An answer of an operation.
pub(super) fn next(id: &str, answer: &Answer) -> String {
    #[derive(serde::Serialize)]
    struct Next<'a> {
        id: &'a str,
        r#type: &'static str,
        payload: &'a Answer,
    }
    // Written as it is: a JSON value would forget the order. An answer is of text, numbers and lists: it can be written.
    serde_json::to_string(&Next { id, r#type: "next", payload: answer }).unwrap_or_default()
}

/// Nothing was run, or it ended so: the operation is over.
pub(super) fn error(id: &str, answer: &Answer) -> String {
    json!({ "id": id, "type": "error", "payload": answer.errors() }).to_string()
}

/// The operation is over.
pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}
