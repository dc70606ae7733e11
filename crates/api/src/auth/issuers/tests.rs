use furusu_domain::actor::Caller;
use furusu_domain::time::Moment;
use serde_json::{Value, json};

use super::claims;
use super::settings::{self, Issuer, Tenant};

const OWN: &str = "https://furusu.test";
const KANDA: &str = "org_00000000000070008000000000000001";
const OTHER: &str = "org_00000000000070008000000000000002";

fn and(value: &Value, more: &Value) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

fn entry() -> Value {
    json!({ "issuer": "https://id.example", "audience": "furusu", "organization": KANDA })
}

fn read(more: &Value) -> Result<Issuer, String> {
    settings::read(&[and(&entry(), more)], OWN).map(|mut all| all.remove(0))
}

fn now() -> Moment {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// Who that is, and what they may do: the claims of an access token with these beside them.
fn vouched(issuer: &Issuer, typ: &str, more: &Value) -> Option<(String, String)> {
    let good = json!({ "iss": issuer.issuer, "exp": now().seconds() + 60, "sub": "somebody" });
    let vouched = claims::read(issuer, Some(typ), and(&good, more).as_object().unwrap(), now())?;
    let Caller::Vouched { issuer: by, id } = vouched.caller else { panic!("an external caller") };
    assert_eq!(by, issuer.issuer);
    Some((id, vouched.scopes.to_string()))
}

fn is(client: &str, scopes: &str) -> Option<(String, String)> {
    Some((format!("client {client}"), scopes.to_owned()))
}

#[test]
fn what_is_wrong_with_an_issuer_is_said_of_the_field() {
    for (more, said) in [
        (json!({ "issuer": 5 }), "issuers[0].issuer: a text was expected, not 5"),
        (json!({ "issuer": null }), "issuers[0].issuer: is missing"),
        (json!({ "issuer": "http://id.example" }), "issuers[0].issuer: \"http://id.example\" must begin with https://"),
        (json!({ "issuer": "http://127.0.0.1.example" }), "must begin with https://"),
        (json!({ "issuer": "http://localhost@id.example" }), "must begin with https://"),
        (json!({ "issuer": "https://a:b@id.example" }), "must not hold a name or a password"),
        (json!({ "issuer": "https://id.example/?a=b" }), "has a query"),
        (json!({ "issuer": "https://id.example/#a" }), "must not have a fragment"),
        (json!({ "issuer": "id.example" }), "issuers[0].issuer: \"id.example\" must begin with https://"),
        (json!({ "issuer": "ftp://id.example" }), "must begin with https://"),
        (json!({ "issuer": OWN }), "is this service's own"),
        (json!({ "jwks_uri": "http://id.example/keys" }), "issuers[0].jwks_uri: "),
        (json!({ "audience": null }), "issuers[0].audience: is missing"),
        (json!({ "audience": [] }), "issuers[0].audience: a text or a list of texts was expected, not []"),
        (json!({ "audience": ["furusu", 1] }), "issuers[0].audience: a text or a list of texts was expected, not 1"),
        (json!({ "audience": "" }), "issuers[0].audience: "),
        (json!({ "audience_claim": "azp" }), "issuers[0].audience_claim: aud or client_id was expected, not \"azp\""),
        (json!({ "audience_claim": "client_id" }), "issuers[0].audience_claim: client_id needs a scope_map of words"),
        (json!({ "algorithms": ["RS256", "HS256"] }), "issuers[0].algorithms: \"HS256\" is none of RS256, PS256, ES256, ES384, EdDSA"),
        (json!({ "algorithms": "none" }), "issuers[0].algorithms: \"none\" is none of"),
        (json!({ "scope_map": {} }), "issuers[0].scope_map: a table was expected, not {}"),
        (
            json!({ "scope_map": { "Read": "alumni:reed" } }),
            "issuers[0].scope_map.\"Read\": \"alumni:reed\" is no scope; known are departures:read",
        ),
        (json!({ "scope_map": { "Read": 1 } }), "issuers[0].scope_map.\"Read\": furusu's scopes were expected"),
        (json!({ "scope_map": { "Read": "" } }), "issuers[0].scope_map.\"Read\": name at least one"),
        (json!({ "scope_map": { "All": "matching:lookup engagement:read" } }), "matching:lookup cannot be given together"),
        (json!({ "organization": "kanda" }), "issuers[0].organization: furusu's id of an organization was expected"),
        (json!({ "organization": null }), "issuers[0].organization: is missing"),
        (json!({ "organization_claim": "org" }), "name it, or the organization_claim, but not both"),
        (json!({ "organization_map": { "a": KANDA } }), "issuers[0].organization_map: belongs to organization_claim"),
        (
            json!({ "organization": null, "organization_claim": "tid", "organization_map": { "a": "b" } }),
            "issuers[0].organization_map.\"a\": furusu's id",
        ),
        (json!({ "typ": [] }), "issuers[0].typ: a text or a list of texts was expected"),
        (json!({ "colour": "red" }), "issuers[0].colour: no such setting; known are issuer, audience"),
    ] {
        let why = read(&more).unwrap_err();
        assert!(why.contains(said), "{more}: {why}");
    }
    let twice = settings::read(&[entry(), entry()], OWN).unwrap_err();
    assert!(twice.contains("issuers[1].issuer: https://id.example is named twice"), "{twice}");
    assert!(settings::read(&[json!("https://id.example")], OWN).unwrap_err().contains("issuers[0]: "));
    assert!(settings::parse("{}").unwrap_err().contains("a JSON list of issuers was expected"));
}

#[test]
fn an_issuer_needs_little_and_can_be_told_much() {
    let plain = read(&json!({})).unwrap();
    assert_eq!((plain.typ.as_slice(), plain.algorithms.len(), plain.scopes.is_none()), (&["at+jwt".to_owned()][..], 5, true));
    assert_eq!(plain.organization, Tenant::Fixed(KANDA.parse().unwrap()));
    for loopback in ["http://127.0.0.1:8080", "http://localhost:1/realm", "http://[::1]:9", "http://127.1.2.3"] {
        assert_eq!(read(&json!({ "issuer": loopback })).unwrap().issuer, loopback);
    }
    assert_eq!(read(&json!({ "typ": ["application/JWT", ""] })).unwrap().typ, ["jwt", ""]);
    let file: toml::Table = toml::from_str(
        r#"
        [[issuers]]
        issuer = "https://id.example/"
        audience = ["furusu"]
        organization_claim = "https://furusu.example/org"
        algorithms = ["RS256"]
        [issuers.organization_map]
        acme = "org_00000000000070008000000000000002"
        [issuers.scope_map]
        "read:alumni" = "alumni:read departures:read"
        "#,
    )
    .unwrap();
    let issuers: Vec<Value> = file["issuers"].clone().try_into().unwrap();
    let read = settings::read(&issuers, OWN).unwrap().remove(0);
    assert_eq!((read.issuer.as_str(), read.algorithms.len()), ("https://id.example/", 1));
    assert_eq!(read.scopes.unwrap()["read:alumni"].to_string(), "departures:read alumni:read");
}

#[test]
fn the_client_is_named_by_whichever_claim_the_issuer_uses() {
    let issuer = read(&json!({})).unwrap();
    let base = json!({ "aud": "furusu", "scope": "alumni:read openid" });
    for (more, id) in [
        (json!({ "client_id": "a", "azp": "b" }), "client a"),
        (json!({ "azp": "b" }), "client b"),
        (json!({ "appid": "c" }), "client c"),
        (json!({ "cid": "d" }), "client d"),
        (json!({}), "sub somebody"),
    ] {
        assert_eq!(vouched(&issuer, "at+jwt", &and(&base, &more)), Some((id.to_owned(), "alumni:read".to_owned())), "{more}");
    }
    assert_eq!(vouched(&issuer, "at+jwt", &and(&base, &json!({ "client_id": null }))), None);
    assert_eq!(vouched(&issuer, "at+jwt", &and(&base, &json!({ "client_id": "x".repeat(256) }))), None);
    assert_eq!(vouched(&issuer, "at+jwt", &and(&base, &json!({ "sub": 5 }))), None);
    let few = read(&json!({ "clients": ["a"] })).unwrap();
    assert_eq!(vouched(&few, "at+jwt", &and(&base, &json!({ "client_id": "a" }))), is("a", "alumni:read"));
    assert_eq!(vouched(&few, "at+jwt", &and(&base, &json!({ "client_id": "b" }))), None);
    assert_eq!(vouched(&few, "at+jwt", &and(&base, &json!({ "sub": "a" }))), None, "a subject is no client");
}

#[test]
fn an_organization_is_fixed_or_claimed_or_translated() {
    let of = |more: &Value, claims: &Value| {
        let issuer = read(&and(&json!({ "organization": null }), more)).unwrap();
        let good = json!({ "iss": issuer.issuer, "exp": now().seconds() + 60, "sub": "somebody", "aud": "furusu" });
        let vouched = claims::read(&issuer, Some("at+jwt"), and(&good, claims).as_object().unwrap(), now());
        vouched.map(|it| it.organization.to_string())
    };
    assert_eq!(of(&json!({ "organization": KANDA }), &json!({ "org": OTHER })), Some(KANDA.to_owned()));
    assert_eq!(of(&json!({ "organization_claim": "org" }), &json!({ "org": OTHER })), Some(OTHER.to_owned()));
    assert_eq!(of(&json!({ "organization_claim": "org" }), &json!({})), None);
    assert_eq!(of(&json!({ "organization_claim": "/a~1b/c" }), &json!({ "a/b": { "c": OTHER } })), Some(OTHER.to_owned()));
    let words = json!({ "organization_claim": "tid", "organization_map": { "acme": OTHER } });
    assert_eq!(of(&words, &json!({ "tid": "acme" })), Some(OTHER.to_owned()));
    assert_eq!(of(&words, &json!({ "tid": KANDA })), None, "whoever translates takes the translation alone");
    assert_eq!(of(&words, &json!({ "tid": ["acme"] })), None);
}

#[test]
fn scopes_come_as_a_text_or_a_list_and_are_translated_if_there_is_a_table() {
    let plain = read(&json!({ "scope_claim": ["scp", "/realm_access/roles"] })).unwrap();
    let base = json!({ "aud": "furusu", "client_id": "a" });
    for (more, scopes) in [
        (json!({ "scp": "alumni:read  departures:read" }), "departures:read alumni:read"),
        (json!({ "scp": ["alumni:read", 5, "nonsense"] }), "alumni:read"),
        (json!({ "scp": ["alumni:read departures:read"] }), ""),
        (json!({ "scp": "alumni:read", "realm_access": { "roles": ["alumni:write"] } }), "alumni:read alumni:write"),
        (json!({ "scope": "alumni:read" }), ""),
        (json!({ "scp": { "alumni:read": true } }), ""),
    ] {
        assert_eq!(vouched(&plain, "at+jwt", &and(&base, &more)), is("a", scopes), "{more}");
    }
    let table = read(&json!({ "scope_map": { "Office": ["alumni:read", "alumni:write"], "Read": "alumni:read" } })).unwrap();
    assert_eq!(vouched(&table, "at+jwt", &and(&base, &json!({ "scope": "Office departures:write" }))), is("a", "alumni:read alumni:write"));
    assert_eq!(vouched(&table, "at+jwt", &and(&base, &json!({ "scope": "office" }))), is("a", ""), "letter by letter");
}

/// The claims as the providers document them, an access token and an ID token each.
#[test]
fn access_tokens_of_the_large_providers_pass_and_their_id_tokens_do_not() {
    let entra = json!({ "typ": "JWT", "scope_claim": ["scp", "roles"], "scope_map": { "Alumni.Read": "alumni:read" } });
    let okta = json!({ "typ": ["", "at+jwt"], "scope_claim": "scp" });
    let auth0 = json!({ "typ": ["at+jwt", "JWT"] });
    let keycloak = json!({ "typ": "JWT" });
    let cognito =
        json!({ "typ": "", "audience_claim": "client_id", "audience": "app", "scope_map": { "furusu/alumni:read": "alumni:read" } });
    for (name, more, typ, access, id_token) in [
        (
            "Entra ID, an application",
            &entra,
            "JWT",
            json!({ "aud": "furusu", "azp": "app", "azpacr": "1", "roles": ["Alumni.Read"], "tid": "t", "ver": "2.0" }),
            json!({ "aud": "furusu", "roles": ["Alumni.Read"], "tid": "t", "ver": "2.0", "preferred_username": "a" }),
        ),
        (
            "Entra ID, a person, version 1",
            &entra,
            "JWT",
            json!({ "aud": "furusu", "appid": "app", "appidacr": "1", "scp": "Alumni.Read", "tid": "t", "ver": "1.0" }),
            json!({ "aud": "furusu", "nonce": "n", "roles": ["Alumni.Read"], "ver": "1.0" }),
        ),
        (
            "Okta",
            &okta,
            "",
            json!({ "aud": "furusu", "cid": "app", "scp": ["alumni:read"], "ver": 1, "jti": "AT.1" }),
            json!({ "aud": "furusu", "at_hash": "h", "amr": ["pwd"], "ver": 1, "jti": "ID.1" }),
        ),
        (
            "Auth0",
            &auth0,
            "JWT",
            json!({ "aud": ["furusu", "https://tenant.example/userinfo"], "azp": "app", "scope": "openid alumni:read", "gty": "client-credentials" }),
            json!({ "aud": "furusu", "sid": "s" }),
        ),
        (
            "Keycloak",
            &keycloak,
            "JWT",
            json!({ "aud": ["furusu", "account"], "azp": "app", "typ": "Bearer", "scope": "alumni:read", "realm_access": { "roles": ["x"] } }),
            json!({ "aud": "furusu", "azp": "furusu", "typ": "ID", "scope": "alumni:read" }),
        ),
        (
            "Cognito",
            &cognito,
            "",
            json!({ "client_id": "app", "token_use": "access", "scope": "furusu/alumni:read" }),
            json!({ "aud": "app", "token_use": "id", "scope": "furusu/alumni:read" }),
        ),
    ] {
        let issuer = read(more).unwrap();
        assert_eq!(vouched(&issuer, typ, &access), is("app", "alumni:read"), "{name}");
        assert_eq!(vouched(&issuer, typ, &id_token), None, "{name}");
    }
    let issuer = read(&cognito).unwrap();
    assert_eq!(vouched(&issuer, "", &json!({ "client_id": "other", "scope": "furusu/alumni:read" })), None, "another client");
    assert_eq!(
        vouched(&issuer, "", &json!({ "client_id": "app", "aud": "app", "scope": "furusu/alumni:read" })),
        None,
        "it says for whom it is"
    );
}
