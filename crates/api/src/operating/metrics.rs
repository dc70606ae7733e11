//! What is counted, in the text format of Prometheus (OpenMetrics 1.0). No label ever holds what somebody sent: routes
//! are templates.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::error::Refused;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What is counted.
pub struct Metrics {
    answered: Family<Answered, Counter>,
    took: Family<Route, Histogram, fn() -> Histogram>,
    unleased: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets: fn() -> Histogram =
            || Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]);
        Self { answered: Family::default(), took: Family::new_with_constructor(buckets), unleased: Counter::default() }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        // Only methods that exist here: a caller must not be able to make new label values.
        let method = if matches!(method, "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") { method } else { "other" };
        let labels = Answered { method: method.to_owned(), route: route.to_owned(), status };
        self.answered.get_or_create(&labels).inc();
        self.took.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a request that was let through before the database said that its caller may send another.
    pub fn let_through_unleased(&self) {
        self.unleased.inc();
    }

    fn text(&self, app: &App) -> String {
        let mut registry = Registry::with_prefix("furusu");
        registry.register("http_requests", "Requests answered", self.answered.clone());
        registry.register("graphql_documents_parsed", "GraphQL documents parsed and validated", app.documents.parsed.clone());
        let listeners = ConstGauge::new(i64::try_from(app.feed.listeners()).unwrap_or(i64::MAX));
        registry.register("graphql_listeners", "GraphQL subscriptions that are open", listeners);
        registry.register("http_request_duration_seconds", "How long answers took", self.took.clone());
        registry.register("sql_statements", "SQL statements sent", ConstCounter::new(app.store.statements()));
        registry.register("requests_unleased", "Requests let through while no quota could be leased", self.unleased.clone());
        if let Some(bytes) = resident_bytes() {
            registry.register("process_resident_memory_bytes", "Memory in use", ConstGauge::new(bytes));
        }
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &registry);
        text
    }
}

/// The resident set, where the system tells it (proc(5), `statm`, in pages of 4 KiB).
fn resident_bytes() -> Option<i64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    statm.split_ascii_whitespace().nth(1)?.parse::<i64>().ok().map(|pages| pages * 4_096)
}

/// `GET /metrics`: only for callers on this machine.
pub async fn show(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    // What a proxy on this machine passes on comes from elsewhere.
    let passed_on = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| request.headers().contains_key(*name));
    if passed_on || !request.peer_addr().is_some_and(|peer| peer.ip().is_loopback()) {
        return Refused::OnThisMachineOnly.response();
    }
    HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(app.metrics.text(&app))
}
