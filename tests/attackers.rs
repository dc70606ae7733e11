//! Callers who mean no good: what is no HTTP, what never ends, what is too slow, and too many at once. Each is refused in
//! the form of every other problem, others notice nothing, and the process lives on.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::Child;
use std::time::{Duration, Instant};

use furusu_tests::command::Operator;
use furusu_tests::{Answer, Client, World, on_both};
use serde_json::json;

/// Longer than any answer takes, shorter than a connection that was forgotten.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection on which anything can be said.
struct Wire(TcpStream);

impl Wire {
    fn to(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    /// Says something; whoever does not want to hear it has hung up, which the answer will tell.
    fn says(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let _ = self.0.write_all(bytes.as_ref());
        self
    }

    /// What comes until the other side closes.
    fn hears(mut self) -> String {
        let mut all = Vec::new();
        self.0.read_to_end(&mut all).unwrap_or_else(|e| panic!("no end came: {e}, after {}", String::from_utf8_lossy(&all)));
        String::from_utf8(all).unwrap()
    }

    /// The one answer that comes until the other side closes.
    fn answer(self) -> Answer {
        let mut answers = answers(&self.hears());
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers.remove(0)
    }
}

/// The answers in what was heard, each with its Content-Length.
fn answers(heard: &str) -> Vec<Answer> {
    let (mut answers, mut rest) = (Vec::new(), heard);
    while let Some((head, after)) = rest.split_once("\r\n\r\n") {
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> =
            lines.map(|line| line.split_once(": ").unwrap()).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
        let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
        let (text, next) = after.split_at(length);
        answers.push(Answer { status, headers, text: text.to_owned(), bytes: text.as_bytes().to_vec() });
        rest = next;
    }
    assert_eq!(rest, "", "more than answers came");
    answers
}

/// A refusal is a problem by RFC 9457, with what every answer carries, and ends the connection.
#[track_caller]
fn is_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!((answer.status, answer.body()["code"].as_str()), (status, Some(code)), "{what}: {}", answer.text);
    answer.says(code);
    assert_eq!(answer.header("x-request-id"), answer.body()["request_id"], "{what}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert_eq!(answer.header("connection"), "close", "{what}");
    assert!(!answer.header("date").is_empty() || status == 431 || status == 414, "{what}");
}

on_both! {
    fn what_is_no_http_is_refused_as_a_problem(world) {
        let long = "x".repeat(40_000);
        let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
        let post = "POST /v1/alumni/search HTTP/1.1\r\nHost: a\r\n";
        for (said, status, code) in [
            ("GET /healthz HTTP/1.1\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nx y: 1\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nx : 1\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nx: a\0b\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nx: a\r\n b\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /heal\0thz HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /heal thz HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, "malformed"),
            ("G\u{1}T /healthz HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET  HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, "malformed"),
            ("GET /healthz\r\n\r\n".to_owned(), 400, "malformed"),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}".to_owned(), 400, "malformed"),
            ("GET /healthz HTTP/3.0\r\nHost: a\r\n\r\n".to_owned(), 505, "version_not_supported"),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 505, "version_not_supported"),
            (format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"), 400, "malformed"),
            (format!("{post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}"), 400, "malformed"),
            (format!("{post}Content-Length: -2\r\n\r\n{{}}"), 400, "malformed"),
            (format!("{post}Content-Length: +2\r\n\r\n{{}}"), 400, "malformed"),
            (format!("{post}Content-Length: 99999999999999999999999\r\n\r\n{{}}"), 400, "malformed"),
            (format!("{post}Transfer-Encoding: gzip\r\n\r\n"), 501, "not_implemented"),
            (format!("{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, "malformed"),
            (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), 414, "uri_too_long"),
            (format!("GET /healthz HTTP/1.1\r\nHost: a\r\nx: {long}\r\n\r\n"), 431, "headers_too_large"),
            (format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n"), 431, "headers_too_large"),
        ] {
            let what = said.chars().take(80).collect::<String>();
            is_refused(&Wire::to(&world.url).says(&said).answer(), status, code, &what);
        }
        assert!(world.stranger().get("/metrics").is(200).text.contains("route=\"(refused)\",status=\"431\"} 2"));
    }

    fn no_request_is_smuggled_behind_another(world) {
        let hidden = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
        let both = format!("POST /v1/alumni/search HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}");
        is_refused(&Wire::to(&world.url).says(both).answer(), 400, "malformed", "two lengths");
        let broken = format!("POST /v1/alumni/search HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{hidden}");
        let heard = answers(&Wire::to(&world.url).says(broken).hears());
        assert!(heard.iter().all(|a| a.status >= 400), "{heard:?}");
        // What is rightly sent one behind the other is answered in order, up to the first fault.
        let three = format!("{hidden}{hidden}GET / HTTP/1.1\r\nHost: a\r\nb c: d\r\n\r\n{hidden}");
        let heard = answers(&Wire::to(&world.url).says(three).hears());
        assert_eq!(heard.iter().map(|a| a.status).collect::<Vec<_>>(), [200, 200, 400]);
        is_refused(&heard[2], 400, "malformed", "the third");
    }

    fn odd_targets_and_methods_are_answered_by_the_application(world) {
        let ask = |line: &str| Wire::to(&world.url).says(format!("{line}\r\nHost: a\r\nConnection: close\r\n\r\n")).answer();
        assert_eq!(ask("GET http://elsewhere.example/healthz HTTP/1.1").is(200).text, "alive\n");
        assert_eq!(ask("GET /healthz HTTP/1.0").is(200).text, "alive\n");
        for (line, status) in [("FROBNICATE /healthz HTTP/1.1", 405), ("OPTIONS * HTTP/1.1", 404), ("CONNECT a:443 HTTP/1.1", 404), ("TRACE /healthz HTTP/1.1", 405), ("GET //healthz HTTP/1.1", 404), ("GET /healthz/../metrics HTTP/1.1", 404), ("GET /%2e%2e/%00 HTTP/1.1", 404)] {
            let answer = ask(line);
            assert_eq!(answer.status, status, "{line}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json", "{line}");
        }
    }

    fn documents_that_mean_no_good_are_refused(world) {
        let client = world.client("alumni:read departures:write");
        let post = |path: &str, body: &str| client.send("POST", path, &[("content-type", "application/json")], Some(body.as_bytes()));
        let digits = "9".repeat(100_000);
        let members: String = (0..200_000).map(|n| format!("\"{n}\":0,")).collect();
        let is_malformed = |answer: Answer| match answer.is(400) {
            // GraphQL says it in its own form.
            answer if answer.header("content-type").starts_with("application/json") => assert_eq!(answer.body()["errors"][0]["extensions"]["code"], "malformed"),
            answer => drop(answer.says("malformed")),
        };
        for path in ["/v1/alumni/search", "/v1/departures/batch", "/graphql"] {
            is_malformed(post(path, &"[".repeat(100_000)));
            is_malformed(post(path, &"{\"a\":".repeat(100_000)));
            for huge in [digits.as_str(), "1e999999", "-1e999999"] {
                is_malformed(post(path, &format!("{{\"limit\":{huge}}}")));
            }
            let wrong = ["[]".to_owned(), format!("[{}0]", "0,".repeat(200_000)), "{\"limit\":1,\"limit\":2,\"source\":\"a\",\"source\":\"b\"}".to_owned()];
            for document in wrong {
                let answer = post(path, &document);
                assert!((400..500).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
            }
        }
        post("/v1/departures/batch", &format!("[{}0]", "0,".repeat(600_000))).is(400).says("malformed");
        post("/v1/departures/batch", &format!("{{{members}\"source\":\"hr\",\"records\":[]}}")).is(422).says("invalid");
        post("/v1/alumni/search", &format!("{{{members}\"z\":0}}")).is(413).says("too_large");
        assert_eq!(world.stranger().get("/healthz").is(200).text, "alive\n");
    }

    fn a_body_without_end_is_refused_at_the_limit(world) {
        let token = world.token(world.organization, "alumni:read");
        let head = format!("POST /v1/alumni/search HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        let mut wire = Wire::to(&world.url).says(head);
        let chunk = format!("4000\r\n{}\r\n", "[".repeat(0x4000));
        // It answers after a mebibyte, listens a moment longer, lest the answer be lost, and hangs up.
        let began = Instant::now();
        while wire.0.write_all(chunk.as_bytes()).is_ok() {
            assert!(began.elapsed() < PATIENCE, "it listens for ever");
        }
        let mut heard = Vec::new();
        let _ = wire.0.read_to_end(&mut heard);
        // What was not read makes the system reset the connection, which may lose the answer; nothing else may come.
        if !heard.is_empty() {
            answers(&String::from_utf8(heard).unwrap()).remove(0).is(413).says("too_large");
        }
    }
}

#[test]
fn whoever_is_too_slow_is_cut_off_at_the_stated_deadline() {
    let Some(world) = World::on(furusu_tests::Kind::Sqlite) else { return };
    let url = world.url.as_str();
    let token = world.token(world.organization, "alumni:read");
    let good = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    // Says one byte after the other until nobody listens, and gives what came and how long it took.
    let dribble = |begin: String| {
        let began = Instant::now();
        let mut wire = Wire::to(url).says(begin);
        wire.0.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let mut heard = Vec::new();
        while began.elapsed() < Duration::from_secs(40) {
            let mut part = [0; 4_096];
            match wire.0.read(&mut part) {
                Ok(0) => break,
                Ok(n) => heard.extend_from_slice(&part[..n]),
                Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    let _ = wire.0.write_all(b"x");
                }
                Err(_) => break,
            }
        }
        (answers(&String::from_utf8(heard).unwrap()), began.elapsed())
    };
    let silent = |begin: String| {
        let began = Instant::now();
        let heard = Wire::to(url).says(begin).hears();
        (answers(&heard), began.elapsed())
    };
    let statuses = |answers: &[Answer]| answers.iter().map(|a| a.status).collect::<Vec<_>>();
    let (head, body) = (Duration::from_millis(4_900)..Duration::from_secs(9), Duration::from_millis(29_900)..Duration::from_secs(36));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| dribble("GET /healthz HTTP/1.1\r\nHost: a\r\nx: ".into()));
        let second = scope.spawn(|| dribble(format!("{good}GET /healthz HTTP/1.1\r\nHost: a\r\nx: ")));
        let half = scope.spawn(|| silent(format!("{good}GET /healthz HTTP/1.1\r\nHost:")));
        let idle = scope.spawn(|| silent(good.into()));
        let nothing = scope.spawn(|| silent(String::new()));
        let slow_body = scope.spawn(|| {
            dribble(format!(
                "POST /v1/alumni/search HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n["
            ))
        });
        let (heard, took) = first.join().unwrap();
        is_refused(&heard[0], 408, "request_timeout", "a head dribbled");
        assert!(head.contains(&took), "{took:?}");
        // Nobody else noticed.
        assert_eq!(world.stranger().get("/healthz").is(200).text, "alive\n");
        for (what, told) in [("a second head dribbled", second), ("a second head broken off", half), ("idle", idle)] {
            let (heard, took) = told.join().unwrap();
            assert_eq!((statuses(&heard), head.contains(&took)), (vec![200], true), "{what}: {took:?}");
        }
        let (heard, took) = nothing.join().unwrap();
        assert_eq!((statuses(&heard), head.contains(&took)), (vec![408], true), "nothing said: {took:?}");
        let (heard, took) = slow_body.join().unwrap();
        assert_eq!((statuses(&heard), body.contains(&took)), (vec![408], true), "a body dribbled: {took:?}");
        heard[0].says("request_timeout");
    });
}

/// A running furusu that ends with its test.
struct Besieged {
    process: Child,
    url: String,
    folder: std::path::PathBuf,
}

impl Besieged {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("furusu-besieged-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let process = Operator::new(&folder, "sqlite://furusu.db").starts(&["serve", "--listen", &listen, "--log", "warn"]);
        for _ in 0..400 {
            if TcpStream::connect(&listen).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { process, url: format!("http://{listen}"), folder }
    }

    /// The resident set in KiB (proc(5), `VmRSS`), where the system tells it.
    fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Besieged {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_siege_takes_little_memory_and_nobody_else_notices() {
    let mut service = Besieged::start();
    let client = Client::new(&service.url, None);
    for _ in 0..50 {
        let _ = client.get("/readyz").is(200);
    }
    let idle = service.resident();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nx: {}", "x".repeat(30_000));
    let body =
        "POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\na=";
    let mut wires: Vec<Wire> = Vec::new();
    let mut most = 0;
    for _ in 0..4 {
        for n in 0..100 {
            wires.push(match n % 4 {
                0 => Wire::to(&service.url),
                1 => Wire::to(&service.url).says(&head),
                2 => Wire::to(&service.url).says(body),
                _ => Wire::to(&service.url).says([0x80; 4_096]),
            });
        }
        assert_eq!(client.get("/readyz").is(200).text, "ready\n");
        most = most.max(service.resident().unwrap_or(0));
    }
    if let Some(idle) = idle {
        assert!(most < idle + 65_536, "{idle} KiB became {most} KiB");
    }
    for wire in &wires {
        let _ = wire.0.shutdown(Shutdown::Both);
    }
    assert_eq!(client.get("/readyz").is(200).text, "ready\n");
    assert!(service.process.try_wait().unwrap().is_none(), "it lives on");
    let unknown = client.send("POST", "/v1/alumni/search", &[("content-type", "application/json")], Some(json!({}).to_string().as_bytes()));
    unknown.is(401).says("unauthenticated");
}
