//! The command line: organizations, clients, tokens, serving, the demonstration.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Child;

use furusu_tests::Client;
use furusu_tests::command::Operator;
use furusu_tests::world::leaver;
use serde_json::{Value, json};

/// A folder that goes away with its test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("furusu-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running furusu that is told to stop, and then ended, with its test.
struct Running(Child);

impl Running {
    fn asked_to_stop(&mut self) -> i32 {
        let pid = self.0.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.0.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_new_operator_gets_from_nothing_to_an_answer() {
    let folder = Folder::new("new");
    let operator = Operator::new(&folder.0, "sqlite://furusu.db");
    assert!(operator.fails(1, &["check"]).contains("checks failed"));
    let organization = operator.gets(&["organization", "create", "Kanda KK", "--time-zone", "Asia/Tokyo"]);
    assert!(organization.starts_with("org_"));
    assert!(operator.fails(1, &["organization", "create", "X", "--time-zone", "Mars/Olympus"]).contains("IANA"));
    let checked = operator.gets(&["check"]);
    assert!(checked.lines().all(|l| l.starts_with("ok")), "{checked}");
    let token: Value = serde_json::from_str(&operator.gets(&[
        "--json",
        "token",
        "--organization",
        &organization,
        "--scope",
        "departures:write",
        "alumni:read",
        "--ttl",
        "15m",
    ]))
    .unwrap();
    assert_eq!(token["expires_in"], 900);
    assert!(operator.fails(1, &["token", "--organization", &organization, "--scope", "everything"]).contains("everything"));
    assert!(operator.fails(1, &["token", "--organization", "org_1", "--scope", "alumni:read"]).contains("--organization"));
    assert_eq!(operator.runs(&["token"]).status.code(), Some(2));

    let client: Value = serde_json::from_str(&operator.gets(&[
        "client",
        "create",
        "--organization",
        &organization,
        "--name",
        "ATS",
        "--scope",
        "alumni:read",
        "--json",
    ]))
    .unwrap();
    let id = client["client_id"].as_str().unwrap();
    assert!(
        operator
            .fails(
                1,
                &["client", "create", "--organization", &organization, "--name", "X", "--scope", "matching:lookup", "engagement:read"]
            )
            .contains("cannot be held together")
    );
    let other: Value =
        serde_json::from_str(&operator.gets(&["--json", "client", "rotate", "--organization", &organization, "--client", id])).unwrap();
    assert_ne!(other["client_secret"], client["client_secret"]);
    assert!(operator.gets(&["client", "list", "--organization", &organization]).contains("active"));

    let port = free_port();
    let mut service = Running(operator.starts(&["serve", "--listen", &format!("127.0.0.1:{port}")]));
    let caller = Client::new(&format!("http://127.0.0.1:{port}"), Some(format!("Bearer {}", token["access_token"].as_str().unwrap())));
    wait_until_ready(port);
    let _ = caller.put("hr", &leaver("1", "2020-03-31")).is(201);
    assert_eq!(caller.get("/v1/alumni").is(200).body()["data"][0]["employee_number"], "1");
    let _ = operator.gets(&["client", "revoke", "--organization", &organization, "--client", id]);
    assert!(operator.gets(&["client", "list", "--organization", &organization]).contains("revoked"));
    assert_eq!(service.asked_to_stop(), 0, "an orderly end");

    use std::os::unix::fs::PermissionsExt as _;
    let key = folder.0.join("furusu.db.key");
    assert_eq!(std::fs::metadata(folder.0.join("furusu.db")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(String::from_utf8_lossy(&operator.runs(&["check"]).stdout).contains("chmod 600"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, "0".repeat(64)).unwrap();
    assert!(operator.fails(1, &["serve", "--listen", &format!("127.0.0.1:{port}")]).contains("another master key"));
}

fn wait_until_ready(port: u16) {
    let stranger = Client::new(&format!("http://127.0.0.1:{port}"), None);
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() && stranger.get("/readyz").status == 200 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("the service does not get ready");
}

/// The text between single quotes, as a shell reads the printed lines.
fn quoted(line: &str) -> Vec<String> {
    line.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_demonstration_prints_lines_that_work_and_is_the_same_every_time() {
    let folder = Folder::new("demo");
    let operator = Operator::new(&folder.0, "postgres://nobody@127.0.0.1:1/not-used");
    let mut organizations = Vec::new();
    for _ in 0..2 {
        let port = free_port();
        let mut demo = Running(operator.starts(&["demo", "--listen", &format!("127.0.0.1:{port}")]));
        let lines: Vec<String> =
            BufReader::new(demo.0.stdout.take().unwrap()).lines().map_while(Result::ok).take_while(|l| !l.starts_with("Stop")).collect();
        let curls: Vec<&String> = lines.iter().filter(|l| l.starts_with("curl ")).collect();
        assert_eq!(curls.len(), 12, "{curls:#?}");
        let url = format!("http://127.0.0.1:{port}");
        let authorization = quoted(curls[0])[0].strip_prefix("Authorization: ").unwrap().to_owned();
        let caller = Client::new(&url, Some(authorization));
        let departure: Value = serde_json::from_str(&quoted(curls[0])[2]).unwrap();
        assert_eq!(caller.put("hris", &departure).is(201).body()["outcome"], "created");
        let list = quoted(curls[1])[0].strip_prefix(&url).unwrap().to_owned();
        let first = caller.get(&list).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!(first, 3);
        let document: Value = serde_json::from_str(&quoted(curls[2])[2]).unwrap();
        let answer = caller.post("/graphql", &document).is(200).body();
        assert!(answer["data"]["alumni"]["totalCount"].as_i64().unwrap() > 200, "{answer}");
        let document: Value = serde_json::from_str(&quoted(curls[3])[2]).unwrap();
        let engaged = caller.post("/graphql", &document).is(200).body();
        let scores: Vec<f64> =
            engaged["data"]["alumni"]["nodes"].as_array().unwrap().iter().map(|n| n["engagement"]["score"].as_f64().unwrap()).collect();
        assert!(scores.len() == 3 && scores[0] >= scores[1] && scores[1] >= scores[2] && scores[2] > 1.0, "{engaged}");
        let activity: Value = serde_json::from_str(&quoted(curls[4])[2]).unwrap();
        assert_eq!(caller.post("/v1/activities", &activity).is(201).body()["outcome"], "created");
        let returned = caller.get("/v1/alumni?status=returned").is(200).body();
        assert!(returned["data"].as_array().unwrap().len() > 5);
        let document: Value = serde_json::from_str(&quoted(curls[5])[2]).unwrap();
        let figures = caller.post("/graphql", &document).is(200).body()["data"].clone();
        assert!(
            figures["active"]["total"]["value"].as_f64().unwrap() > 0.1 && figures["away"]["total"]["value"].as_f64().unwrap() > 100.0,
            "{figures}"
        );
        assert_eq!(
            (figures["perMonth"]["cells"].as_array().unwrap().len(), figures["funnel"]["cells"].as_array().unwrap().len()),
            (12, 5),
            "{figures}"
        );
        let to_come = caller.get(quoted(curls[6])[0].strip_prefix(&url).unwrap()).is(200).body();
        assert_eq!((&to_come["data"][0]["registered"], &to_come["data"][0]["seats_left"]), (&json!(8), &json!(0)), "{to_come}");
        let question: Value = serde_json::from_str(&quoted(curls[7])[2]).unwrap();
        let answer = caller.post("/v1/contact-permissions", &question).is(200).body();
        assert_eq!((&answer["may"], &answer["reasons"][0]["code"]), (&json!(false), &json!("no_consent")), "{answer}");
        // The applicant-tracking system has a token of its own: the office's cannot look anybody up.
        let authorization = quoted(curls[8])[0].strip_prefix("Authorization: ").unwrap().to_owned();
        let ats = caller.with(Some(authorization));
        let lookups = "/v1/returning-applicants/lookups";
        let found: Vec<Value> = curls[8..10]
            .iter()
            .map(|line| {
                assert!(line.contains(&format!("{url}{lookups} ")), "{line}");
                let applicant: Value = serde_json::from_str(&quoted(line)[2]).unwrap();
                caller.post(lookups, &applicant).is(403).says("insufficient_scope");
                ats.post(lookups, &applicant).is(200).body()
            })
            .collect();
        assert_eq!((&found[0]["result"], &found[1]["result"]), (&json!("match"), &json!("no_match")), "{found:#?}");
        assert!(found[0]["explanation"]["lines"].is_array(), "{found:#?}");
        let path = |line: &str| line.split_whitespace().find_map(|word| word.strip_prefix(&url)).unwrap().to_owned();
        assert_eq!(ats.get(&path(curls[10])).is(200).body()["data"][0]["id"], found[0]["id"]);
        let happened = caller.get(&path(curls[11])).is(200).body();
        assert_eq!(
            (&happened["data"][0]["kind"], &happened["data"][0]["lookup_id"]),
            (&json!("returning_applicant.matched"), &found[0]["id"])
        );
        let all =
            caller.data("{ alumni(first: 100, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id displayName } } }", &json!({}));
        organizations.push((lines.iter().find(|l| l.starts_with("organization")).unwrap().clone(), all["alumni"]["nodes"][1].clone()));
        assert_eq!(demo.asked_to_stop(), 0);
        let on_it = Operator::new(&folder.0, "sqlite://furusu-demo.db").with("FURUSU_MASTER_KEY_FILE", "furusu-demo.db.key");
        assert!(on_it.gets(&["rollups", "verify"]).contains("the books are right"));
    }
    assert_eq!(organizations[0].0, organizations[1].0);
    assert!(operator.fails(1, &["demo", "--listen", "0.0.0.0:0"]).contains("this machine only"));
    std::fs::write(folder.0.join("precious.txt"), "not a database").unwrap();
    assert!(operator.fails(1, &["demo", "--file", "precious.txt"]).contains("left as it is"));
}

#[test]
fn the_demonstration_takes_nobodys_place() {
    let folder = Folder::new("place");
    let operator = Operator::new(&folder.0, "sqlite://furusu.db");
    let real = operator.gets(&["organization", "create", "Kanda KK"]);
    let before = std::fs::read(folder.0.join("furusu.db")).unwrap();
    let said = operator.fails(1, &["demo", "--file", "furusu.db"]);
    assert!(said.contains("furusu.db holds organizations") && said.contains("left as it is"), "{said}");
    assert!(std::fs::read(folder.0.join("furusu.db")).unwrap() == before);
    let port = free_port();
    let mut service = Running(operator.starts(&["serve", "--listen", &format!("127.0.0.1:{port}")]));
    wait_until_ready(port);
    assert!(operator.fails(1, &["demo", "--file", "furusu.db"]).contains("left as it is"));
    assert_eq!(service.asked_to_stop(), 0);
    assert!(operator.gets(&["organization", "list"]).contains(&real));

    let port = free_port();
    let start = || {
        let mut demo = Running(operator.starts(&["demo", "--people", "3", "--listen", &format!("127.0.0.1:{port}")]));
        let lines = BufReader::new(demo.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.into_iter().any(|l| l.starts_with("Stop")), "it is ready");
        demo
    };
    let mut demo = start();
    let said = operator.fails(1, &["demo", "--listen", &format!("127.0.0.1:{}", free_port())]);
    assert!(said.contains("furusu-demo.db is in use") && said.contains("left as it is"), "{said}");
    let _ = Client::new(&format!("http://127.0.0.1:{port}"), None).get("/readyz").is(200);
    // What a demonstration leaves that did not end in order is rebuilt as well.
    demo.0.kill().unwrap();
    demo.0.wait().unwrap();
    assert!(folder.0.join("furusu-demo.db-wal").exists());
    assert_eq!(start().asked_to_stop(), 0);
    assert_eq!(start().asked_to_stop(), 0);
}

#[test]
fn the_demonstration_refuses_what_it_would_not_heed() {
    let folder = Folder::new("heed");
    let operator = Operator::new(&folder.0, "sqlite://furusu.db");
    let help = operator.gets(&["demo", "--help"]);
    for (flag, instead) in [("--database-url", "--file"), ("--public-url", "--listen"), ("--master-key-file", "beside its database")] {
        assert!(!help.contains(flag), "{help}");
        for args in [["demo", flag, "http://x"], [flag, "http://x", "demo"]] {
            let said = operator.fails(2, &args);
            assert!(said.contains(flag) && said.contains(instead), "{said}");
        }
    }
    assert!(help.contains("--file") && operator.gets(&["serve", "--help"]).contains("--database-url"));
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "nothing was made");
}

#[test]
fn what_does_not_exist_fails_and_says_so() {
    let folder = Folder::new("wrong");
    let migrate = |database: &str| Operator::new(&folder.0, database).fails(1, &["migrate"]);
    assert!(migrate("mysql://x:secret@y/z").contains("sqlite://"));
    assert!(!migrate("mysql://x:secret@y/z").contains("secret"));
    assert!(migrate("sqlite://nowhere/furusu.db").contains("nowhere"));
    assert!(migrate("postgres://x:secret@127.0.0.1:1/z").contains("refused"));
    assert!(migrate("postgres://x@127.0.0.1/z?sslmode=perhaps").contains("verify-full"));
    let operator = Operator::new(&folder.0, "sqlite://furusu.db");
    assert!(operator.gets(&["migrate"]).contains("migrations applied"));
    assert!(operator.gets(&["migrate"]).contains("up to date"));
    std::fs::write(folder.0.join("furusu.toml"), "listen = \"127.0.0.1:0\"\ncolour = 1\n").unwrap();
    assert!(operator.fails(1, &["check"]).contains("colour"));
    std::fs::write(folder.0.join("furusu.toml"), "public_url = \"ftp://x\"\n").unwrap();
    assert!(operator.fails(1, &["check"]).contains("public URL"));
    let server = Operator::new(&folder.0, "postgres://x@127.0.0.1:1/z");
    std::fs::remove_file(folder.0.join("furusu.toml")).unwrap();
    assert!(server.fails(1, &["serve"]).contains("FURUSU_MASTER_KEY_FILE"));
    let help = operator.gets(&["serve", "--help"]);
    for setting in [
        "FURUSU_DATABASE_URL",
        "FURUSU_LISTEN",
        "FURUSU_PUBLIC_URL",
        "FURUSU_MASTER_KEY_FILE",
        "FURUSU_LOG",
        "FURUSU_DATABASE_CONNECTIONS",
        "FURUSU_WORKERS",
        "FURUSU_CONFIG",
        "FURUSU_LOG_FORMAT",
    ] {
        assert!(help.contains(setting), "{setting}");
    }
}
