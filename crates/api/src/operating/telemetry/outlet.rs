//! How the exporter calls the collector: by the HTTP client that the service has anyway.

use std::pin::Pin;
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

use crate::operating::outward;

/// What a collector may answer at most, in bytes: it says next to nothing.
const ANSWER: u64 = 1 << 20;

/// Calls the collector. It blocks its thread, which is one of the exporter's own.
#[derive(Debug)]
pub(super) struct Outlet(Agent);

impl Outlet {
    pub(super) fn new() -> Self {
        let patience = std::env::var("OTEL_EXPORTER_OTLP_TIMEOUT").ok().and_then(|ms| ms.trim().parse().ok());
        Self(outward::agent(patience.map_or(Duration::from_secs(10), Duration::from_millis)))
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.0.run(request.map(|body| body.to_vec()))?;
        let (head, mut body) = answer.into_parts();
        Ok(Response::from_parts(head, body.with_config().limit(ANSWER).read_to_vec()?.into()))
    }
}

impl HttpClient for Outlet {
    fn send_bytes<'this, 'sent>(
        &'this self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sent>>
    where
        'this: 'sent,
        Self: 'sent,
    {
        Box::pin(async move { self.send(request) })
    }
}
