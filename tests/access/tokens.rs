//! Tokens that must not be let in.

use aws_lc_rs::signature::Ed25519KeyPair;
use furusu_tests::world::World;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// A token signed with that key, its header and claims changed.
fn forged(world: &World, key: &EncodingKey, header: impl FnOnce(&mut Header), claims: impl FnOnce(&mut Value)) -> String {
    let good = world.token(world.organization, "alumni:read departures:read departures:write");
    let mut head = jsonwebtoken::decode_header(&good).unwrap();
    let mut body: Value = serde_json::from_slice(&decode(good.split('.').nth(1).unwrap())).unwrap();
    header(&mut head);
    claims(&mut body);
    jsonwebtoken::encode(&head, &body, key).unwrap()
}

fn decode(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Tokens that must not be let in, each wrong in one way.
pub(super) fn bad_tokens(world: &World) -> Vec<(&'static str, String)> {
    let (_, ours) = world.app.keys.signer().unwrap();
    let pair = Ed25519KeyPair::generate().unwrap();
    let theirs = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
    let now = world.app.clock.now().seconds();
    let good = world.token(world.organization, "alumni:read");
    let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    let header = |with: Value| {
        let mut head: Value = serde_json::from_slice(&decode(&parts[0])).unwrap();
        head.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        format!("{}.{}.{}", encode(head.to_string().as_bytes()), parts[1], parts[2])
    };
    let mut bad = vec![
        ("another key", forged(world, &theirs, |_| {}, |_| {})),
        ("an unknown key id", forged(world, &ours, |h| h.kid = Some("key_00000000000070008000000000000000".into()), |_| {})),
        ("no key id", forged(world, &ours, |h| h.kid = None, |_| {})),
        ("another algorithm", forged(world, &EncodingKey::from_secret(b"secret"), |h| h.alg = Algorithm::HS256, |_| {})),
        ("another type", forged(world, &ours, |h| h.typ = Some("JWT".into()), |_| {})),
        ("no type", forged(world, &ours, |h| h.typ = None, |_| {})),
        ("a critical extension", forged(world, &ours, |h| h.crit = Some(vec!["b64".into()]), |_| {})),
        ("another issuer", forged(world, &ours, |_| {}, |c| c["iss"] = json!("https://elsewhere.test"))),
        ("no issuer", forged(world, &ours, |_| {}, |c| drop(c.as_object_mut().unwrap().remove("iss")))),
        ("another audience", forged(world, &ours, |_| {}, |c| c["aud"] = json!("https://elsewhere.test"))),
        ("no audience", forged(world, &ours, |_| {}, |c| drop(c.as_object_mut().unwrap().remove("aud")))),
        ("expired", forged(world, &ours, |_| {}, |c| c["exp"] = json!(now - 61))),
        ("no end", forged(world, &ours, |_| {}, |c| drop(c.as_object_mut().unwrap().remove("exp")))),
        ("too early", forged(world, &ours, |_| {}, |c| c["nbf"] = json!(now + 120))),
        ("an organization that is none", forged(world, &ours, |_| {}, |c| c["org"] = json!("org_00000000000070008000000000000000"))),
        ("a client that is none", forged(world, &ours, |_| {}, |c| c["client_id"] = json!("cli_00000000000070008000000000000000"))),
        ("a header changed after signing", header(json!({ "extra": 1 }))),
        ("unsigned", format!("{}.{}.", encode(br#"{"alg":"none","typ":"at+jwt"}"#), parts[1])),
        ("no token at all", "nonsense".to_owned()),
        ("empty", String::new()),
    ];
    parts[2] = encode(&[0; 64]);
    bad.push(("a signature of zeros", parts.join(".")));
    let large = forged(world, &ours, |_| {}, |c| c["pad"] = json!("x".repeat(9_000)));
    bad.push(("oversized", large));
    bad
}
