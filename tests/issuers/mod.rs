//! Tokens of external identity providers.

mod keys;
mod provider;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use furusu_tests::command::Operator;
use furusu_tests::world::World;
use furusu_tests::{Answer, Client, on_both};
use provider::{Key, Mood, Provider, b64, trust};
use serde_json::{Value, json};

/// Keys of the stories that need no more than one: made once, since an RSA key takes its time.
fn key(alg: &'static str) -> &'static Key {
    use std::sync::LazyLock;
    static RS256: LazyLock<Key> = LazyLock::new(|| Key::new("rs", "RS256"));
    static PS256: LazyLock<Key> = LazyLock::new(|| Key::new("ps", "PS256"));
    static ES256: LazyLock<Key> = LazyLock::new(|| Key::new("es", "ES256"));
    static ES384: LazyLock<Key> = LazyLock::new(|| Key::new("es384", "ES384"));
    static EDDSA: LazyLock<Key> = LazyLock::new(|| Key::new("ed", "EdDSA"));
    static OTHER: LazyLock<Key> = LazyLock::new(|| Key::new("ed", "EdDSA"));
    static NEXT: LazyLock<Key> = LazyLock::new(|| Key::new("next", "ES256"));
    match alg {
        "RS256" => &RS256,
        "PS256" => &PS256,
        "ES256" => &ES256,
        "ES384" => &ES384,
        "other" => &OTHER,
        "next" => &NEXT,
        _ => &EDDSA,
    }
}

/// The claims of a good access token of that provider.
fn claims(world: &World, provider: &Provider) -> Value {
    let now = world.app.clock.now().seconds();
    json!({
        "iss": provider.url, "aud": "https://furusu.test", "sub": "somebody", "client_id": "dashboard", "jti": "1",
        "iat": now, "exp": now + 365 * 86_400, "org": world.organization.to_string(), "scope": "openid alumni:read",
    })
}

fn and(mut claims: Value, more: Value) -> Value {
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn bearer(world: &World, token: &str) -> Client {
    world.stranger().with(Some(format!("Bearer {token}")))
}

fn ask(world: &World, token: &str) -> Answer {
    bearer(world, token).get("/v1/alumni")
}

/// Another token each time: one that no cache knows.
fn fresh(world: &World, provider: &Provider, key: &Key) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    key.token(&and(claims(world, provider), json!({ "jti": COUNT.fetch_add(1, Ordering::Relaxed).to_string() })))
}

/// Waits for what the service does aside.
#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A provider with one key of each algorithm, trusted.
fn with_every_key(settings: &mut furusu_api::config::Settings) {
    let keys = ["RS256", "PS256", "ES256", "ES384", "EdDSA"].map(|alg| key(alg).jwk());
    let provider = Provider::start(keys.to_vec(), Mood::Good);
    trust(settings, &[(&provider, json!({}))]);
}

fn with_one_key(settings: &mut furusu_api::config::Settings) {
    trust(settings, &[(&Provider::start(vec![key("EdDSA").jwk()], Mood::Good), json!({}))]);
}

on_both! { |settings| with_every_key(settings);
    fn a_token_of_a_trusted_issuer_is_let_in_as_far_as_its_scopes_go(world) {
        let provider = Provider::of(world, 0);
        for alg in ["RS256", "PS256", "ES256", "ES384", "EdDSA"] {
            let token = key(alg).token(&claims(world, &provider));
            let _ = ask(world, &token).is(200);
            bearer(world, &token).get("/v1/departures").is(403).says("insufficient_scope");
        }
        let theirs = key("EdDSA").token(&and(claims(world, &provider), json!({ "org": world.other.to_string() })));
        let _ = world.hris().put("hr", &furusu_tests::world::leaver("1", "2020-03-31")).is(201);
        assert_eq!(ask(world, &theirs).is(200).body()["data"], json!([]), "another organization's token sees another organization");
        let nothing = key("EdDSA").token(&without(claims(world, &provider), "scope"));
        ask(world, &nothing).is(403).says("insufficient_scope");
        let many = key("EdDSA").token(&and(claims(world, &provider), json!({ "aud": ["https://elsewhere.test", "https://furusu.test"] })));
        let _ = ask(world, &many).is(200);
    }

    fn whatever_is_wrong_with_a_token_the_answer_is_the_same(world) {
        let provider = Provider::of(world, 0);
        let (good, key) = (claims(world, &provider), key("EdDSA"));
        let now = world.app.clock.now().seconds();
        let _ = ask(world, &key.token(&good)).is(200);
        let mut wrong: Vec<(String, String)> = Vec::new();
        for (claim, value) in [
            ("aud", json!("https://elsewhere.test")), ("aud", json!([])), ("aud", json!(["https://furusu.test", 1])), ("aud", json!("https://furusu.test/")),
            ("iss", json!("https://elsewhere.test")), ("iss", json!(format!("{}/", provider.url))), ("iss", json!("https://furusu.test")), ("iss", json!([provider.url])),
            ("exp", json!(now - 60)), ("exp", json!((now + 60).to_string())), ("exp", json!(null)), ("exp", json!(1e300)),
            ("nbf", json!(now + 61)), ("nbf", json!("now")), ("iat", json!(now + 61)), ("iat", json!({})),
            ("org", json!("org_00000000000070008000000000000000")), ("org", json!("kanda")), ("org", json!([world.organization.to_string()])),
            ("client_id", json!("")), ("client_id", json!(5)), ("client_id", json!("a\nb")),
            ("nonce", json!("n")), ("at_hash", json!("h")), ("c_hash", json!("h")), ("s_hash", json!("h")), ("events", json!({})),
            ("token_use", json!("id")), ("typ", json!("ID")), ("typ", json!("Refresh")), ("cnf", json!({ "jkt": "k" })),
        ] {
            wrong.push((format!("{claim} {value}"), key.token(&and(good.clone(), json!({ claim: value })))));
        }
        for claim in ["iss", "aud", "exp", "org"] {
            wrong.push((format!("no {claim}"), key.token(&without(good.clone(), claim))));
        }
        for (name, value) in [
            ("typ", json!("JWT")), ("typ", json!("")), ("typ", json!("at+jwt+x")), ("typ", json!(null)), ("typ", json!("id_token+jwt")), ("crit", json!(["exp"])),
            ("b64", json!(true)), ("kid", json!("rs")), ("kid", json!("nobody")), ("kid", json!(null)), ("alg", json!("ES256")), ("alg", json!("none")),
            ("alg", json!("HS256")), ("alg", json!("RS512")),
        ] {
            wrong.push((format!("{name} {value} in its header"), key.signs(&and(key.header(), json!({ name: value })).to_string(), &good.to_string())));
        }
        let head = key.header().to_string();
        wrong.push(("no typ".to_owned(), key.signs(&without(key.header(), "typ").to_string(), &good.to_string())));
        wrong.push(("a claim said twice".to_owned(), key.signs(&head, &good.to_string().replacen('{', "{\"scope\":\"alumni:read\",", 1))));
        wrong.push(("no claims".to_owned(), key.signs(&head, "[]")));
        wrong.push(("a foreign key".to_owned(), self::key("other").token(&good)));
        let own_key = and(key.header(), json!({ "jwk": self::key("other").jwk(), "jku": format!("{}/keys", provider.url) }));
        wrong.push(("a key in its header".to_owned(), self::key("other").signs(&own_key.to_string(), &good.to_string())));
        wrong.push(("too long".to_owned(), key.token(&and(good.clone(), json!({ "pad": "x".repeat(8_192) })))));
        wrong.push(("unsigned".to_owned(), format!("{}.{}.", b64(r#"{"alg":"none","typ":"at+jwt"}"#), b64(good.to_string()))));
        let mut same = None;
        for (what, token) in wrong {
            let answer = ask(world, &token);
            assert_eq!(answer.status, 401, "{what}");
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{what}");
            let mut body = answer.says("invalid_token").body();
            body.as_object_mut().unwrap().remove("request_id");
            assert_eq!(same.get_or_insert_with(|| body.clone()), &body, "{what}");
        }
        for (claim, value) in [("exp", json!(now - 59)), ("exp", json!(now as f64 + 0.5)), ("nbf", json!(now + 60)), ("iat", json!(now + 60)), ("token_use", json!("access")), ("typ", json!("Bearer"))] {
            assert_eq!(ask(world, &key.token(&and(good.clone(), json!({ claim: value })))).status, 200, "{claim} {value} is fine");
        }
        let spelled = and(key.header(), json!({ "typ": "application/AT+JWT" }));
        let _ = ask(world, &key.signs(&spelled.to_string(), &good.to_string())).is(200);
        assert_eq!(provider.fetches(), 2, "at the start, and for the first of the unknown keys");
    }
}

on_both! { |settings| {
        let (one, other) = (Provider::start(vec![key("EdDSA").jwk()], Mood::Good), Provider::start(vec![key("other").jwk(), key("ES256").jwk()], Mood::Good));
        trust(settings, &[(&one, json!({})), (&other, json!({ "audience": "furusu", "scope_claim": ["scp", "/access/roles"], "algorithms": ["EdDSA"] }))]);
    };
    fn each_issuer_is_judged_by_its_own_keys_and_settings_alone(world) {
        let (one, other) = (Provider::of(world, 0), Provider::of(world, 1));
        let (of_one, of_other) = (claims(world, &one), and(claims(world, &other), json!({ "aud": "furusu", "scp": ["alumni:read"] })));
        // Both call their keys the same.
        let _ = ask(world, &key("EdDSA").token(&of_one)).is(200);
        let _ = ask(world, &key("other").token(&of_other)).is(200);
        ask(world, &key("other").token(&of_one)).is(401).says("invalid_token");
        ask(world, &key("EdDSA").token(&of_other)).is(401).says("invalid_token");
        ask(world, &key("ES256").token(&of_one)).is(401).says("invalid_token");
        ask(world, &key("ES256").token(&of_other)).is(401).says("invalid_token");
        ask(world, &key("other").token(&and(of_other.clone(), json!({ "aud": "https://furusu.test" })))).is(401).says("invalid_token");
        ask(world, &key("other").token(&without(of_other.clone(), "scp"))).is(403).says("insufficient_scope");
        let nested = and(without(of_other, "scp"), json!({ "access": { "roles": ["admin", "alumni:read"] } }));
        let _ = ask(world, &key("other").token(&nested)).is(200);
        let own = and(of_one, json!({ "iss": "https://furusu.test", "client_id": "operator" }));
        ask(world, &key("EdDSA").token(&own)).is(401).says("invalid_token");
    }
}

on_both! { |settings| {
        let provider = Provider::start(vec![key("EdDSA").jwk()], Mood::Good);
        trust(settings, &[(&provider, json!({ "typ": ["JWT", ""], "scope_map": { "Alumni.Read": ["alumni:read", "departures:read"] }, "scope_claim": ["scope", "roles"] }))]);
    };
    fn an_id_token_is_refused_where_its_type_is_taken(world) {
        let provider = Provider::of(world, 0);
        let key = key("EdDSA");
        let good = and(claims(world, &provider), json!({ "scope": "Alumni.Read alumni:write" }));
        let send = |typ: Option<&str>, claims: &Value| {
            let header = typ.map_or(json!({ "alg": "EdDSA", "kid": "ed" }), |typ| json!({ "alg": "EdDSA", "kid": "ed", "typ": typ }));
            ask(world, &key.signs(&header.to_string(), &claims.to_string())).status
        };
        assert_eq!((send(Some("JWT"), &good), send(Some("jwt"), &good), send(None, &good)), (200, 200, 200));
        assert_eq!(send(Some("at+jwt"), &good), 401, "not in the list");
        assert_eq!(send(Some("JWT"), &and(good.clone(), json!({ "scope": "alumni:read" }))), 403, "their words alone are mapped");
        let id_token = and(without(good.clone(), "scope"), json!({ "roles": ["Alumni.Read"], "azp": "dashboard" }));
        assert_eq!(send(Some("JWT"), &id_token), 200, "an access token with roles instead of scopes");
        for (what, claims) in [
            ("one with a nonce", and(id_token.clone(), json!({ "nonce": "n" }))),
            ("one with a hash", and(id_token.clone(), json!({ "at_hash": "h" }))),
            ("one that says so", and(id_token.clone(), json!({ "token_use": "id" }))),
            ("one for its client", and(id_token.clone(), json!({ "client_id": "https://furusu.test", "azp": "https://furusu.test" }))),
            ("one that names no client", without(without(id_token.clone(), "azp"), "client_id")),
        ] {
            assert_eq!(send(Some("JWT"), &claims), 401, "{what}");
        }
    }
}

#[test]
fn the_check_tells_of_an_issuer_that_cannot_be_used() {
    let folder = std::env::temp_dir().join(format!("furusu-issuers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let operator = Operator::new(&folder, "sqlite://furusu.db");
    let organization = operator.gets(&["organization", "create", "Kanda KK"]);
    let (good, empty) = (Provider::start(vec![key("EdDSA").jwk()], Mood::Good), Provider::start(vec![], Mood::Good));
    let entry = |provider: &Arc<Provider>| json!({ "issuer": provider.url, "audience": "furusu", "organization": organization });
    let checked = operator.gets(&["check", "--issuers", &json!([entry(&good)]).to_string()]);
    assert!(checked.contains(&format!("issuers: {}: 1 usable keys", good.url)), "{checked}");
    let output = operator.runs(&["check", "--issuers", &json!([entry(&good), entry(&empty)]).to_string()]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("WRONG  issuers") && told.contains(&format!("{}/keys answered 0 keys", empty.url)), "{told}");
    empty.is(Mood::Down);
    let output = operator.runs(&["check", "--issuers", &json!([entry(&empty)]).to_string()]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("WRONG  issuers"));
    std::fs::write(
        folder.join("furusu.toml"),
        format!("[[issuers]]\nissuer = \"{}\"\naudience = \"furusu\"\norganisation = \"x\"\n", good.url),
    )
    .unwrap();
    let said = operator.fails(1, &["check"]);
    assert!(said.contains("issuers[0].organisation: no such setting"), "{said}");
    let won = operator.gets(&["check", "--issuers", &json!([entry(&good)]).to_string()]);
    assert!(won.contains("1 usable keys"), "flags win over the file: {won}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn an_issuer_over_tls_must_show_a_certificate_that_this_machine_trusts() {
    let folder = std::env::temp_dir().join(format!("furusu-issuers-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (ours, theirs) = (folder.join("ours.crt"), folder.join("theirs.crt"));
    let provider = Provider::start_over_tls(vec![key("EdDSA").jwk()], "localhost", &ours);
    let _ = Provider::start_over_tls(vec![], "localhost", &theirs);
    let check = |issuer: &str, trusted: &std::path::Path| {
        let issuers = json!([{ "issuer": issuer, "audience": "furusu", "organization": "org_00000000000070008000000000000000" }]);
        let mut command = std::process::Command::new(furusu_tests::command::binary());
        command.args(["check", "--issuers", &issuers.to_string()]).current_dir(&folder).env_clear().env("SSL_CERT_FILE", trusted);
        // A proxy of the environment would be told which issuers are trusted, and could answer for them.
        command.env("HTTPS_PROXY", "http://127.0.0.1:1").env("ALL_PROXY", "http://127.0.0.1:1");
        let told = String::from_utf8(command.output().unwrap().stdout).unwrap();
        told.lines().find(|line| line.contains("issuers: ")).unwrap().to_owned()
    };
    let fine = check(&provider.url, &ours);
    assert!(fine.starts_with("ok ") && fine.ends_with("1 usable keys"), "{fine}");
    let untrusted = check(&provider.url, &theirs);
    assert!(untrusted.contains("WRONG") && untrusted.contains("invalid peer certificate"), "{untrusted}");
    let by_address = check(&provider.url.replace("localhost", "127.0.0.1"), &ours);
    assert!(by_address.contains("WRONG") && by_address.contains("not valid for name"), "{by_address}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn signatures_are_judged_line_by_line_at_the_command_line() {
    use std::io::Write as _;
    let key = key("EdDSA");
    let good = json!({ "keys": [key.jwk()], "jws": key.signs(r#"{"alg":"EdDSA"}"#, "anything") });
    let mut command = std::process::Command::new(furusu_tests::command::binary());
    command.args(["token", "verify-jws"]).env_clear().stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut judge = command.spawn().unwrap();
    let mut questions = judge.stdin.take().unwrap();
    write!(questions, "{good}\nnonsense\n{good}\n").unwrap();
    drop(questions);
    let output = judge.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "valid\ninvalid\nvalid\n");
}
