//! OpenTelemetry, to a small collector of the test's own: traces that go on where the caller's began, metrics, and no
//! person in any of it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use furusu_tests::command::Operator;
use furusu_tests::world::leaver;
use furusu_tests::{Client, World, on_both};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::json;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Paths, with what came there.
type Taken = Vec<(String, Vec<u8>)>;

/// Takes what is exported (OTLP over HTTP), and keeps it.
struct Collector {
    url: String,
    taken: Arc<Mutex<Taken>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let taken: Arc<Mutex<Taken>> = Arc::default();
        let keep = taken.clone();
        // Ends with the process: it waits for whoever calls next.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let keep = keep.clone();
                std::thread::spawn(move || take(stream, &keep));
            }
        });
        Self { url, taken }
    }

    fn all(&self, path: &str) -> Vec<Vec<u8>> {
        self.taken.lock().unwrap().iter().filter(|(to, _)| to == path).map(|(_, body)| body.clone()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.all("/v1/traces").into_iter().map(|body| ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        requests.flat_map(|r| r.resource_spans).flat_map(|r| r.scope_spans).flat_map(|s| s.spans).collect()
    }
}

/// Reads requests from one connection, one after the other.
fn take(mut stream: TcpStream, keep: &Mutex<Taken>) -> Option<()> {
    let mut unread = Vec::new();
    let mut part = [0; 16_384];
    loop {
        let end = loop {
            if let Some(at) = unread.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            let n = stream.read(&mut part).ok().filter(|n| *n > 0)?;
            unread.extend_from_slice(&part[..n]);
        };
        let head = String::from_utf8_lossy(&unread[..end]).to_ascii_lowercase();
        assert!(head.contains("content-type: application/x-protobuf") && head.contains("x-tenant: kanda"), "{head}");
        let length: usize = head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
        while unread.len() < end + length {
            let n = stream.read(&mut part).ok().filter(|n| *n > 0)?;
            unread.extend_from_slice(&part[..n]);
        }
        let path = head.split(' ').nth(1)?.to_owned();
        keep.lock().unwrap().push((path, unread[end..end + length].to_vec()));
        unread.drain(..end + length);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let value = attributes.iter().find(|a| a.key == name)?.value.as_ref()?.value.as_ref()?;
    if let Value::StringValue(text) = value {
        return Some(text.clone());
    }
    if let Value::IntValue(n) = value { Some(n.to_string()) } else { None }
}

/// Starts a service beside the world, on its database, and gives a client of it that may do everything.
fn serve(world: &World, operator: &Operator) -> (Child, Client, String) {
    let scopes = ["alumni:read", "alumni:write", "departures:read", "departures:write"];
    let organization = world.organization.to_string();
    let token = operator.gets(&[&["token", "--organization", &organization, "--scope"], scopes.as_slice()].concat());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let service = operator.starts(&["serve", "--listen", &listen, "--log-format", "json"]);
    for _ in 0..400 {
        if TcpStream::connect(&listen).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let client = Client::new(&format!("http://{listen}"), Some(format!("Bearer {token}")));
    (service, client, listen)
}

/// Ends a service in order, and gives what it logged.
fn end(mut service: Child) -> String {
    let pid = service.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let mut log = String::new();
    service.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(service.wait().unwrap().success(), "{log}");
    log
}

on_both! {
    fn traces_go_on_where_the_callers_began_and_hold_no_person(world) {
        let collector = Collector::start();
        let operator = Operator::new(&world.folder, &world.database_url())
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
            .with("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=Kanda")
            .with("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test");
        let (service, client, at) = serve(world, &operator);
        let mut record = leaver("E-4711", "2020-03-31");
        record["names"][0]["family"] = json!("Kawaguchi");
        let traceparent = format!("00-{TRACE}-{PARENT}-01");
        let body = record.to_string();
        let headers = [("traceparent", traceparent.as_str()), ("content-type", "application/json"), ("baggage", "who=Kawaguchi")];
        let _ = client.send("PUT", "/v1/departures/hr/E-4711", &headers, Some(body.as_bytes())).is(201);
        let found = client.send("GET", "/v1/alumni?department=Confidential", &[], None).is(200);
        let _ = client.post("/v1/alumni/search", &json!({ "search": "kawaguchi" })).is(200);
        drop(found);
        let odd = b"FROBNICATE /v1/Confidential/kawaguchi HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut wire = TcpStream::connect(at).unwrap();
        wire.write_all(odd).unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        let log = end(service);

        let spans = collector.spans();
        let of_trace: Vec<&Span> = spans.iter().filter(|s| hex(&s.trace_id) == TRACE).collect();
        let named = |name: &str| *of_trace.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("{name}: {of_trace:#?}"));
        let server = named("PUT /v1/departures/{source}/{external_id}");
        assert_eq!((hex(&server.parent_span_id), server.kind), (PARENT.to_owned(), 2));
        for (name, value) in [("http.request.method", "PUT"), ("http.route", "/v1/departures/{source}/{external_id}"), ("http.response.status_code", "201"), ("url.scheme", "http")] {
            assert_eq!(attribute(&server.attributes, name).as_deref(), Some(value), "{name}");
        }
        let verb = named("departures.record");
        assert_eq!(verb.parent_span_id, server.span_id);
        assert_eq!(named("db.transaction").parent_span_id, verb.span_id);
        assert!(spans.iter().any(|s| s.name == "alumni.page" && hex(&s.trace_id) != TRACE));
        let stranger = spans.iter().find(|s| s.name == "_OTHER").expect("a request without a route");
        assert_eq!(attribute(&stranger.attributes, "http.route"), None);
        let line = log.lines().find(|l| l.contains("departures") && l.contains("201")).unwrap();
        assert!(line.contains(TRACE), "{line}");

        let metrics: Vec<ExportMetricsServiceRequest> = collector.all("/v1/metrics").iter().map(|body| ExportMetricsServiceRequest::decode(body.as_slice()).unwrap()).collect();
        let resource = metrics[0].resource_metrics[0].resource.as_ref().unwrap();
        assert_eq!(attribute(&resource.attributes, "service.name").as_deref(), Some("furusu"));
        assert_eq!(attribute(&resource.attributes, "deployment.environment.name").as_deref(), Some("test"));
        let counted: u64 = metrics.last().unwrap().resource_metrics.iter().flat_map(|r| &r.scope_metrics).flat_map(|s| &s.metrics)
            .filter(|m| m.name == "http.server.request.duration" && m.unit == "s")
            .filter_map(|m| match &m.data { Some(Data::Histogram(h)) => Some(h.data_points.iter().map(|p| p.count).sum::<u64>()), _ => None })
            .sum();
        assert_eq!(counted, 4);

        for (path, body) in collector.taken.lock().unwrap().iter() {
            let text = String::from_utf8_lossy(body).to_lowercase();
            for secret in ["kawaguchi", "e-4711", "confidential", "1985-05-05", "example.com", "frobnicate", "127.0.0.1"] {
                assert!(!text.contains(secret), "{secret} is in what {path} got");
            }
        }
    }

    fn a_collector_that_is_gone_slows_nothing_down(world) {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let operator = Operator::new(&world.folder, &world.database_url()).with("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{nobody}"));
        let (service, client, _) = serve(world, &operator);
        for n in 0..20 {
            let _ = client.put("hr", &leaver(&n.to_string(), "2020-03-31")).is(201);
        }
        let began = Instant::now();
        let _ = end(service);
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    }

    fn what_telemetry_cannot_do_is_told_and_traces_reach_the_log_without_it(world) {
        let operator = Operator::new(&world.folder, &world.database_url())
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
            .with("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        let (service, client, _) = serve(world, &operator);
        let _ = client.send("GET", "/healthz", &[("traceparent", &format!("00-{TRACE}-{PARENT}-01"))], None).is(200);
        let _ = client.send("GET", "/healthz", &[("traceparent", "00-Kawaguchi-1-01")], None).is(200);
        let log = end(service);
        assert!(log.contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not spoken here"), "{log}");
        assert_eq!(log.lines().filter(|l| l.contains(TRACE)).count(), 1, "{log}");
        assert!(!log.contains("Kawaguchi"));
    }
}
