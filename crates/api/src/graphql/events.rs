//! Answers as server-sent events, by the protocol GraphQL over Server-Sent Events in its distinct connections mode: one
//! operation a connection, `next` for each answer, `complete` at its end. The stream is made as it is read: who reads too
//! slowly is dropped by the feed, and nothing is kept for them.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};

use super::feed::Listener;
use super::plan::Plan;
use super::run::{self, Answer, Given, Refused};
use super::words::Why;
use crate::app::App;
use crate::cx::Cx;

/// How often a sign of life is sent, and the token looked at again.
pub(super) const PULSE: Duration = Duration::from_secs(12);

/// Answers in events.
pub async fn respond(app: Arc<App>, cx: Cx, headers: HeaderMap, planned: Result<Plan, Refused>) -> HttpResponse {
    let given = match planned {
        Ok(plan) => run::begin(&cx, &app, plan).await,
        Err(refused) => Err(refused.into()),
    };
    match given {
        Ok(Given::Following(plan, listener)) => {
            let pulse = interval_at(Instant::now() + PULSE, PULSE);
            let following = Following { closing: app.feed.closing(), app, headers, plan, listener, pulse };
            let events = stream::unfold(Some(following), |following| async move { following?.turn().await });
            streaming().streaming(events.map(Ok::<_, std::convert::Infallible>))
        }
        Ok(Given::Once(plan)) => once(&run::run(&cx, &plan).await),
        Err(answer) => once(&answer),
    }
}

fn streaming() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    // A proxy that waits for the end of an answer would wait for ever.
    response.content_type("text/event-stream; charset=utf-8").insert_header(("x-accel-buffering", "no"));
    // Events go out as they come; compressed, they would wait for each other. The doorway takes the word back.
    response.insert_header((actix_web::http::header::CONTENT_ENCODING, "identity"));
    response
}

fn once(answer: &Answer) -> HttpResponse {
    let mut body = next(answer);
    body.push_str(COMPLETE);
    streaming().body(body)
}

fn next(answer: &Answer) -> String {
    // An answer is of text, numbers and lists: it can be written.
    let data = serde_json::to_string(answer).unwrap_or_default();
    format!("event: next\ndata: {data}\n\n")
}

const COMPLETE: &str = "event: complete\ndata: \n\n";

struct Following {
    app: Arc<App>,
    headers: HeaderMap,
    plan: Plan,
    listener: Listener,
    pulse: Interval,
    closing: tokio::sync::watch::Receiver<bool>,
}

impl Following {
    /// The next part of the stream, and what follows it, unless it is the last.
    async fn turn(mut self) -> Option<(Bytes, Option<Self>)> {
        loop {
            let told = tokio::select! {
                told = self.listener.recv() => Some(told),
                _ = self.pulse.tick() => None,
                _ = self.closing.wait_for(|closing| *closing) => Some(Err(RecvError::Closed)),
            };
            let told = match told {
                Some(Err(RecvError::Lagged(_))) => return Some((last(&Why::TooSlow.into()), None)),
                Some(Err(RecvError::Closed)) => return Some((Bytes::from_static(COMPLETE.as_bytes()), None)),
                Some(Ok(told)) => Some(told),
                None => None,
            };
            // Whoever follows may follow no longer: the token has ended, or was revoked.
            let actor = match self.app.gate.admit(&self.app, &self.headers).await {
                Ok(actor) => actor,
                Err(error) => return Some((last(&error.into()), None)),
            };
            let Some(told) = told else { return Some((Bytes::from_static(b":\n\n"), Some(self))) };
            let cx = Cx::new(self.app.clone(), actor);
            if let Some(answer) = run::follow(&cx, &self.plan, Some(told)).await {
                return Some((next(&answer).into(), Some(self)));
            }
        }
    }
}

fn last(answer: &Answer) -> Bytes {
    (next(answer) + COMPLETE).into()
}
