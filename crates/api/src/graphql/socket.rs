//! GraphQL over WebSocket, by the protocol `graphql-transport-ws`: one connection, several operations at once, each under
//! an id of the client's. Nothing is kept for a client that does not read.

mod message;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, Session};
use furusu_domain::error::{Error, Unparsed};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::AbortHandle;
use tokio::time::{Instant, interval_at, sleep_until};

use self::message::Message;
use super::bounds;
use super::events::PULSE;
use super::run::{self, Answer, Asked, Given, Refused};
use super::words::Why;
use crate::app::App;
use crate::cx::Cx;
use crate::operating;
use crate::rest::body;

/// The protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// How long a client may take to say who it is.
const INIT: Duration = Duration::from_secs(3);

/// How long a message may take to be taken, before the client is given up.
const TAKEN: Duration = Duration::from_secs(10);

/// After how many pulses without a word a client is given up.
const SILENT: u32 = 3;

/// Whether a request wants a WebSocket.
#[must_use]
pub fn is_wanted(request: &HttpRequest) -> bool {
    request.headers().get(UPGRADE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Opens a WebSocket. Who it is is asked for on it, unless the request says so.
///
/// # Errors
/// [`Error::Malformed`]: the request is no handshake by RFC 6455.
pub fn open(app: Arc<App>, request: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, Error> {
    let opened = actix_ws::handle_with_protocols(request, payload, &[PROTOCOL]);
    let (response, session, messages) = opened.map_err(|_| Error::Malformed(Unparsed::Handshake))?;
    let messages = messages.max_frame_size(body::DOCUMENT).aggregate_continuations().max_continuation_size(body::DOCUMENT);
    let mut headers = HeaderMap::new();
    if let Some(token) = request.headers().get(AUTHORIZATION) {
        headers.insert(AUTHORIZATION, token.clone());
    }
    let speaks = response.headers().contains_key(SEC_WEBSOCKET_PROTOCOL);
    let closing = app.feed.closing();
    let connection = Connection { app, session, headers, is_known: false, running: Rc::default() };
    actix_web::rt::spawn(operating::carried(async move {
        let running = connection.running.clone();
        let session = connection.session.clone();
        let why = if speaks { connection.serve(messages, closing).await } else { Close::of(4406, "Subprotocol not acceptable") };
        for (_, task) in running.borrow_mut().drain() {
            task.abort();
        }
        let reason = CloseReason { code: CloseCode::Other(why.code), description: Some(why.words.to_owned()) };
        let _ = tokio::time::timeout(TAKEN, session.close(Some(reason))).await;
    }));
    Ok(response)
}

/// Why a connection is closed.
struct Close {
    code: u16,
    words: String,
}

impl Close {
    fn of(code: u16, words: &str) -> Self {
        // A closing frame has 123 bytes of text at most (RFC 6455, section 5.5).
        let end = words.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 123).last().unwrap_or(0);
        Self { code, words: words[..end].to_owned() }
    }

    fn forbidden() -> Self {
        Self::of(4403, "Forbidden")
    }
}

impl From<Closed> for Close {
    fn from(_: Closed) -> Self {
        Self::of(1000, "")
    }
}

/// Operations that run, by the ids that the client gave them.
type Running = Rc<RefCell<HashMap<String, AbortHandle>>>;

struct Connection {
    app: Arc<App>,
    session: Session,
    /// What the client says who it is with.
    headers: HeaderMap,
    is_known: bool,
    running: Running,
}

impl Connection {
    /// Serves until the connection ends.
    async fn serve(mut self, mut messages: AggregatedMessageStream, mut closing: tokio::sync::watch::Receiver<bool>) -> Close {
        let deadline = Instant::now() + INIT;
        let mut pulse = interval_at(Instant::now() + PULSE, PULSE);
        let mut silent = 0;
        loop {
            let done = tokio::select! {
                message = messages.recv() => {
                    silent = 0;
                    match message {
                        Some(Ok(message)) => self.hear(message).await,
                        Some(Err(_)) => Err(Close::of(1009, "a message is too large, or none by RFC 6455")),
                        None => Err(Close::of(1000, "")),
                    }
                }
                () = sleep_until(deadline), if !self.is_known => Err(Close::of(4408, "Connection initialisation timeout")),
                _ = pulse.tick() => {
                    silent += 1;
                    if silent > SILENT { Err(Close::of(1001, "no sign of life")) } else { self.ping().await }
                }
                _ = closing.wait_for(|closing| *closing) => Err(Close::of(1001, "the service is stopping")),
            };
            if let Err(close) = done {
                return close;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), Close> {
        if self.is_known {
            self.admit().await?;
        }
        match tokio::time::timeout(TAKEN, self.session.ping(b"")).await {
            Ok(sent) => Ok(sent?),
            Err(_) => Err(Close::of(1001, "what is sent is not read")),
        }
    }

    /// Who it is, as the gate knows them now: a token that has ended or was revoked ends the connection.
    async fn admit(&self) -> Result<Cx, Close> {
        let actor = self.app.gate.admit(&self.app, &self.headers).await.map_err(|_| Close::forbidden())?;
        Ok(Cx::new(self.app.clone(), actor))
    }

    async fn hear(&mut self, message: AggregatedMessage) -> Result<(), Close> {
        let text = match message {
            AggregatedMessage::Text(text) => text,
            AggregatedMessage::Binary(_) => return Err(Close::of(4400, "text was expected")),
            AggregatedMessage::Ping(bytes) => return Ok(self.session.pong(&bytes).await?),
            AggregatedMessage::Pong(_) => return Ok(()),
            AggregatedMessage::Close(_) => return Err(Close::of(1000, "")),
        };
        match Message::read(&text).map_err(|what| Close::of(4400, &what))? {
            Message::Init(_) if self.is_known => Err(Close::of(4429, "Too many initialisation requests")),
            Message::Init(authorization) => {
                if let Some(token) = authorization {
                    let token = HeaderValue::from_str(&token).map_err(|_| Close::forbidden())?;
                    self.headers.insert(AUTHORIZATION, token);
                }
                self.admit().await?;
                self.is_known = true;
                send(&mut self.session, message::ACK.to_owned()).await
            }
            Message::Ping => send(&mut self.session, message::PONG.to_owned()).await,
            Message::Pong => Ok(()),
            Message::Subscribe(..) | Message::Complete(_) if !self.is_known => Err(Close::of(4401, "Unauthorized")),
            Message::Complete(id) => {
                if let Some(task) = self.running.borrow_mut().remove(&id) {
                    task.abort();
                }
                Ok(())
            }
            Message::Subscribe(id, asked) => self.begin(id, asked).await,
        }
    }

    async fn begin(&mut self, id: String, asked: Result<Asked, Why>) -> Result<(), Close> {
        if self.running.borrow().contains_key(&id) {
            return Err(Close::of(4409, &format!("Subscriber for {id} already exists")));
        }
        let cx = self.admit().await?;
        if let Err(over) = cx.count().await {
            return send(&mut self.session, message::error(&id, &over.into())).await;
        }
        if self.running.borrow().len() >= bounds::SUBSCRIPTIONS {
            return send(&mut self.session, message::error(&id, &Why::TooManySubscriptions.into())).await;
        }
        let operation = Operation {
            id: id.clone(),
            app: self.app.clone(),
            headers: self.headers.clone(),
            session: self.session.clone(),
            running: self.running.clone(),
        };
        let task = actix_web::rt::spawn(operating::carried(async move {
            let session = operation.session.clone();
            if let Err(close) = operation.run(cx, asked).await {
                // The client does not read, or may not any more: the connection ends with it.
                let reason = CloseReason { code: CloseCode::Other(close.code), description: Some(close.words) };
                let _ = tokio::time::timeout(TAKEN, session.close(Some(reason))).await;
            }
        }));
        self.running.borrow_mut().insert(id, task.abort_handle());
        Ok(())
    }
}

/// An operation that runs.
struct Operation {
    id: String,
    app: Arc<App>,
    headers: HeaderMap,
    session: Session,
    running: Running,
}

impl Operation {
    async fn run(mut self, cx: Cx, asked: Result<Asked, Why>) -> Result<(), Close> {
        let given = match asked.map_err(Refused::from).and_then(|asked| run::plan(&self.app, asked)) {
            Ok(plan) => run::begin(&cx, &self.app, plan).await,
            Err(refused) => Err(refused.into()),
        };
        let (plan, mut listener) = match given {
            Ok(Given::Following(plan, listener)) => (plan, listener),
            Ok(Given::Once(plan)) => {
                let answer = run::run(&cx, &plan).await;
                send(&mut self.session, message::next(&self.id, &answer)).await?;
                return self.end(None).await;
            }
            Err(answer) => return self.end(Some(answer)).await,
        };
        loop {
            let told = match listener.recv().await {
                Ok(told) => told,
                Err(RecvError::Lagged(_)) => return self.end(Some(Why::TooSlow.into())).await,
                Err(RecvError::Closed) => return self.end(None).await,
            };
            let actor = self.app.gate.admit(&self.app, &self.headers).await.map_err(|_| Close::forbidden())?;
            if let Some(answer) = run::follow(&Cx::new(self.app.clone(), actor), &plan, Some(told)).await {
                send(&mut self.session, message::next(&self.id, &answer)).await?;
            }
        }
    }

    /// The id is free before the client is told, so that it may be used again at once.
    async fn end(mut self, refused: Option<Answer>) -> Result<(), Close> {
        self.running.borrow_mut().remove(&self.id);
        let last = refused.map_or_else(|| message::complete(&self.id), |answer| message::error(&self.id, &answer));
        send(&mut self.session, last).await
    }
}

/// Sends a message. The session holds few: whoever does not take them in time is given up.
async fn send(session: &mut Session, message: String) -> Result<(), Close> {
    match tokio::time::timeout(TAKEN, session.text(message)).await {
        Ok(sent) => Ok(sent?),
        Err(_) => Err(Close::of(1001, "what is sent is not read")),
    }
}
