//! OpenTelemetry: traces and metrics for whoever collects them, as the usual `OTEL_…` variables ask (OpenTelemetry
//! Specification, "Environment Variable Specification" and "OTLP Exporter"). Where no endpoint is set nothing is
//! exported, nothing is started, and the spans are not even made.
//!
//! Spans are those of the target [`SPANS`] alone, never a log line: a name, what the standard calls the request's
//! method, route, status and scheme, and nothing that somebody sent.

mod outlet;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use self::outlet::Outlet;

/// The target of the spans that are exported; they are below every level that is logged.
pub const SPANS: &str = "furusu::spans";

/// How long what was not sent yet may take to go when the service ends: well within what an orchestrator grants.
const FLUSH: Duration = Duration::from_secs(5);

/// Where the request's duration is counted, if somebody collects it.
static DURATION: OnceLock<Histogram<f64>> = OnceLock::new();

/// Whether spans go anywhere.
static TRACED: OnceLock<Propagation> = OnceLock::new();

/// Whether the caller's trace is taken up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Propagation {
    TraceContext,
    Nothing,
}

/// What was asked for, and what of it cannot be done.
#[derive(PartialEq, Eq, Debug, Default)]
struct Plan {
    traces: bool,
    metrics: bool,
    propagates: bool,
    /// For the operator.
    complaints: Vec<String>,
}

impl Plan {
    /// Reads the variables. An empty one is one that is not set.
    fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut plan = Self::default();
        let propagators = get("OTEL_PROPAGATORS").unwrap_or_else(|| "tracecontext".to_owned());
        for name in propagators.split(',').map(str::trim) {
            match name {
                "tracecontext" => plan.propagates = true,
                // What others put into baggage may be of people: it is neither kept nor passed on.
                "none" | "baggage" => {}
                other => plan.complaints.push(format!("OTEL_PROPAGATORS: {other} is not known here; tracecontext is")),
            }
        }
        if get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return plan;
        }
        plan.traces = plan.signal("TRACES", &get);
        plan.metrics = plan.signal("METRICS", &get);
        plan
    }

    fn signal(&mut self, signal: &str, get: &impl Fn(&str) -> Option<String>) -> bool {
        let either =
            |what: &str| get(&format!("OTEL_EXPORTER_OTLP_{signal}_{what}")).or_else(|| get(&format!("OTEL_EXPORTER_OTLP_{what}")));
        let exporter = get(&format!("OTEL_{signal}_EXPORTER")).unwrap_or_else(|| "otlp".to_owned());
        if exporter == "none" || either("ENDPOINT").is_none() {
            return false;
        }
        if exporter != "otlp" {
            self.complaints
                .push(format!("OTEL_{signal}_EXPORTER={exporter} is not known here; otlp or none is. Nothing of it is exported"));
            return false;
        }
        let protocol = either("PROTOCOL").unwrap_or_else(|| "http/protobuf".to_owned());
        if protocol != "http/protobuf" {
            self.complaints.push(format!(
                "OTEL_EXPORTER_OTLP_PROTOCOL={protocol} is not spoken here; http/protobuf is (collectors take it at port 4318). Nothing of \
                 {} is exported",
                signal.to_lowercase()
            ));
            return false;
        }
        true
    }
}

/// What is exported.
#[derive(Default)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
    complaints: Vec<String>,
}

impl Telemetry {
    /// Starts what the environment asks for. What it asks for and cannot have is told by [`Telemetry::complain`], and is
    /// no reason not to serve.
    #[must_use]
    pub fn of_environment() -> Self {
        let Plan { traces, metrics, propagates, mut complaints } = Plan::read(|name| std::env::var(name).ok());
        let propagation = if propagates { Propagation::TraceContext } else { Propagation::Nothing };
        let mut telemetry = Self::default();
        if traces {
            let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_http_client(Outlet::new()).build();
            match exporter {
                Ok(exporter) => {
                    let provider = SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build();
                    telemetry.traces = Some(provider);
                    let _ = TRACED.set(propagation);
                }
                Err(e) => complaints.push(format!("no traces are exported: {e}")),
            }
        }
        if metrics {
            let exporter =
                MetricExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_http_client(Outlet::new()).build();
            match exporter {
                Ok(exporter) => {
                    let provider = SdkMeterProvider::builder().with_resource(resource()).with_periodic_exporter(exporter).build();
                    // The bounds that the semantic conventions for HTTP advise, in seconds.
                    let bounds = vec![0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
                    let meter = provider.meter("furusu");
                    let duration = meter.f64_histogram("http.server.request.duration").with_unit("s");
                    let duration = duration.with_description("How long answers took").with_boundaries(bounds).build();
                    let _ = DURATION.set(duration);
                    telemetry.metrics = Some(provider);
                }
                Err(e) => complaints.push(format!("no metrics are exported: {e}")),
            }
        }
        Self { complaints, ..telemetry }
    }

    /// Logs what was asked for and cannot be had.
    pub fn complain(&self) {
        for complaint in &self.complaints {
            tracing::warn!("{complaint}");
        }
    }

    /// Takes the spans that are meant for export.
    pub(super) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.traces.as_ref()?.tracer("furusu");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(filter_fn(|about| about.is_span() && about.target() == SPANS)))
    }

    /// Sends what is left, and sends nothing more. Whoever does not take it in time does not get it.
    pub fn end(self) {
        if let Some(traces) = self.traces {
            let _ = traces.shutdown_with_timeout(FLUSH);
        }
        if let Some(metrics) = self.metrics {
            let _ = metrics.shutdown_with_timeout(FLUSH);
        }
    }
}

/// Who we are: `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` go over what is said here.
fn resource() -> Resource {
    let named = std::env::var("OTEL_SERVICE_NAME").is_ok_and(|name| !name.is_empty())
        || std::env::var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|all| all.split(',').any(|one| one.trim().starts_with("service.name=")));
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_attribute(version);
    if named { resource } else { resource.with_service_name("furusu") }.build()
}

struct Carried<'a>(&'a HeaderMap);

impl Extractor for Carried<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

/// Where the caller's trace stands (W3C Trace Context), if it came with one that can be read.
fn carried(headers: &HeaderMap) -> Option<Context> {
    if !headers.contains_key("traceparent") {
        return None;
    }
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Carried(headers));
    context.span().span_context().is_valid().then_some(context)
}

/// The span of a request, named when its route is known, and the id of the trace it belongs to.
pub(super) fn request(request: &ServiceRequest) -> (Span, Option<String>) {
    let caller = carried(request.headers());
    if TRACED.get().is_none() {
        return (Span::none(), caller.map(|context| context.span().span_context().trace_id().to_string()));
    }
    let span = tracing::trace_span!(
        target: SPANS,
        "request",
        otel.kind = "server",
        http.request.method = known(request.method().as_str()),
        http.route = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
        url.scheme = "http",
    );
    if let Some(caller) = caller.filter(|_| TRACED.get() == Some(&Propagation::TraceContext)) {
        let _ = span.set_parent(caller);
    }
    let trace = span.context().span().span_context().trace_id();
    (span, Some(trace.to_string()))
}

/// Tells what became of a request.
pub(super) fn answered(span: &Span, method: &str, route: Option<&str>, status: u16, took: Duration) {
    let method = known(method);
    if !span.is_disabled() {
        // It began when its trace id was asked for, so that its name is not taken from a field any more.
        let context = span.context();
        match route {
            Some(route) => {
                context.span().update_name(format!("{method} {route}"));
                span.record("http.route", route);
            }
            None => context.span().update_name(method),
        }
        span.record("http.response.status_code", status);
        if status >= 500 {
            context.span().set_status(Status::error(""));
        }
    }
    if let Some(duration) = DURATION.get() {
        let mut attributes = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.response.status_code", i64::from(status)),
            KeyValue::new("url.scheme", "http"),
        ];
        attributes.extend(route.map(|route| KeyValue::new("http.route", Arc::<str>::from(route))));
        duration.record(took.as_secs_f64(), &attributes);
    }
}

/// A method of HTTP; one that somebody made up is `_OTHER`, as the semantic conventions have it.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

#[cfg(test)]
mod tests {
    use super::Plan;

    fn plan(variables: &[(&str, &str)]) -> Plan {
        Plan::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    const HERE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");

    #[test]
    fn nothing_is_exported_unless_an_endpoint_is_set() {
        for nothing in [vec![], vec![("OTEL_EXPORTER_OTLP_ENDPOINT", " ")], vec![HERE, ("OTEL_SDK_DISABLED", "True")]] {
            let plan = plan(&nothing);
            assert!(!plan.traces && !plan.metrics && plan.complaints.is_empty(), "{plan:?}");
        }
        let both = plan(&[HERE]);
        assert!(both.traces && both.metrics && both.propagates);
        let one = plan(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:4318/v1/metrics")]);
        assert!(!one.traces && one.metrics);
        let other = plan(&[HERE, ("OTEL_METRICS_EXPORTER", "none")]);
        assert!(other.traces && !other.metrics && other.complaints.is_empty());
    }

    #[test]
    fn what_is_asked_for_and_cannot_be_had_is_told() {
        for (variable, value) in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
        ] {
            let plan = plan(&[HERE, (variable, value)]);
            assert!(!plan.traces && plan.complaints.iter().any(|c| c.contains(value)), "{plan:?}");
        }
        let plan = plan(&[HERE, ("OTEL_PROPAGATORS", "b3, baggage")]);
        assert!(!plan.propagates && plan.complaints.len() == 1, "{plan:?}");
    }
}
