//! Clients and the tokens they get.

use base64::Engine as _;
use furusu_api::auth;
use furusu_domain::actor::Scopes;
use furusu_tests::on_both;
use furusu_tests::world::World;
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

fn ask(client: &Client, headers: &[(&str, &str)], form: &str) -> Answer {
    let headers = [&[("content-type", "application/x-www-form-urlencoded")], headers].concat();
    client.send("POST", "/oauth/token", &headers, Some(form.as_bytes()))
}

fn make(world: &World, scopes: &str) -> auth::NewClient {
    world.wait_for(auth::create(&world.app, world.organization, "ATS".into(), Scopes::parse(scopes).unwrap())).unwrap()
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}")))
}

on_both! {
    fn a_client_gets_a_token_that_works(world) {
        let client = make(world, "alumni:read departures:read");
        let (stranger, id) = (world.stranger(), client.id.to_string());
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={}&colour=red", client.secret);
        let answer = ask(&stranger, &[], &form).is(200);
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        let granted = answer.body();
        assert_eq!((&granted["token_type"], &granted["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(granted["scope"], "departures:read alumni:read");
        let bearer = |token: &Value| stranger.with(Some(format!("Bearer {}", token.as_str().unwrap())));
        let caller = bearer(&granted["access_token"]);
        let _ = caller.get("/v1/alumni").is(200);
        caller.json("PATCH", "/v1/alumni/alm_00000000000070008000000000000000", &json!({})).is(403).says("insufficient_scope");

        let narrow = ask(&stranger, &[("authorization", &basic(&id, &client.secret))], "grant_type=client_credentials&scope=alumni%3Aread").is(200).body();
        assert_eq!(narrow["scope"], "alumni:read");
        bearer(&narrow["access_token"]).get("/v1/departures").is(403).says("insufficient_scope");

        // The claims are those of RFC 9068.
        let token = granted["access_token"].as_str().unwrap();
        let decode = |n: usize| -> Value { serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap() };
        assert_eq!((&decode(0)["typ"], &decode(0)["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
        let claims = decode(1);
        assert_eq!((&claims["client_id"], &claims["sub"], &claims["iss"]), (&json!(id), &json!(id), &json!("https://furusu.test")));
        assert!(claims["jti"].is_string() && claims["iat"].is_i64());
        let keys = stranger.get("/.well-known/jwks.json").is(200).body();
        assert_eq!(keys["keys"][0]["kid"], decode(0)["kid"]);
        assert_eq!(keys["keys"][0].get("d"), None);
        let found = stranger.get("/.well-known/oauth-authorization-server").is(200).body();
        assert_eq!(found["token_endpoint"], "https://furusu.test/oauth/token");
    }

    fn a_request_for_a_token_that_is_wrong_says_so_as_oauth_does(world) {
        let client = make(world, "alumni:read");
        let (id, secret) = (client.id.to_string(), client.secret.clone());
        let good = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        for (form, header, status, error) in [
            (String::new(), None, 400, "invalid_request"),
            (format!("client_id={id}&client_secret={secret}"), None, 400, "invalid_request"),
            (format!("{good}&client_id={id}"), None, 400, "invalid_request"),
            (good.clone(), Some(basic(&id, &secret)), 400, "invalid_request"),
            (format!("grant_type=password&client_id={id}&client_secret={secret}"), None, 400, "unsupported_grant_type"),
            (format!("{good}&scope=alumni:write"), None, 400, "invalid_scope"),
            (format!("{good}&scope=everything"), None, 400, "invalid_scope"),
            (format!("{good}x"), None, 401, "invalid_client"),
            (format!("grant_type=client_credentials&client_id={id}"), None, 401, "invalid_client"),
            ("grant_type=client_credentials&client_id=cli_nobody&client_secret=x".to_owned(), None, 401, "invalid_client"),
            ("grant_type=client_credentials".to_owned(), Some(basic(&id, "wrong")), 401, "invalid_client"),
            ("grant_type=client_credentials".to_owned(), Some("Basic !!!".to_owned()), 401, "invalid_client"),
        ] {
            let headers: Vec<(&str, &str)> = header.iter().map(|h| ("authorization", h.as_str())).collect();
            let answer = ask(&world.stranger(), &headers, &form);
            assert_eq!((answer.status, &answer.body()["error"]), (status, &json!(error)), "{form}");
            assert_eq!(answer.header("cache-control"), "no-store");
            let challenge = answer.header("www-authenticate");
            assert_eq!(!challenge.is_empty(), status == 401 && header.is_some(), "{form}: {challenge}");
        }
        let json = world.stranger().post("/oauth/token", &json!({ "grant_type": "client_credentials" })).is(400);
        assert_eq!(json.body()["error"], "invalid_request");
    }

    fn two_secrets_overlap_while_they_are_exchanged(world) {
        let old = make(world, "alumni:read");
        let new = world.wait_for(auth::rotate(&world.app, world.organization, old.id, 3_600)).unwrap();
        let works = |secret: &str| ask(&world.stranger(), &[], &format!("grant_type=client_credentials&client_id={}&client_secret={secret}", old.id)).status;
        assert_eq!((works(&old.secret), works(&new.secret)), (200, 200));
        world.seconds_pass(3_601);
        assert_eq!((works(&old.secret), works(&new.secret)), (401, 200));
    }

    fn a_revoked_clients_tokens_stop_within_a_minute(world) {
        let client = make(world, "alumni:read");
        let granted = ask(&world.stranger(), &[], &format!("grant_type=client_credentials&client_id={}&client_secret={}", client.id, client.secret)).is(200).body();
        let caller = world.stranger().with(Some(format!("Bearer {}", granted["access_token"].as_str().unwrap())));
        let _ = caller.get("/v1/alumni").is(200);
        world.wait_for(auth::revoke(&world.app, world.organization, client.id)).unwrap();
        world.seconds_pass(60);
        caller.get("/v1/alumni").is(401).says("invalid_token");
        let again = ask(&world.stranger(), &[], &format!("grant_type=client_credentials&client_id={}&client_secret={}", client.id, client.secret));
        assert_eq!(again.status, 401);
    }

    fn keys_are_exchanged_and_the_old_one_stays_good(world) {
        let before = world.stranger().get("/.well-known/jwks.json").body()["keys"].as_array().unwrap().len();
        let caller = world.client("alumni:read");
        world.seconds_pass(31 * 86_400);
        let old = world.token(world.organization, "alumni:read");
        world.wait_for(world.app.keys.refresh(&world.app)).unwrap();
        assert_eq!(world.stranger().get("/.well-known/jwks.json").body()["keys"].as_array().unwrap().len(), before + 1);
        let _ = caller.with(Some(format!("Bearer {old}"))).get("/v1/alumni").is(200);
        let _ = world.client("alumni:read").get("/v1/alumni").is(200);
    }

    fn a_copy_of_the_database_holds_no_secret_in_the_clear(world) {
        let client = make(world, "alumni:read");
        let (secrets, keys) = world.wait_for(async {
            let tx = world.app.store.read(world.organization, world.app.clock.now());
            (tx.accounts().secrets(client.id).await.unwrap(), tx.accounts().signing_keys().await.unwrap())
        });
        assert!(secrets[0].hash.starts_with("$argon2id$") && !secrets[0].hash.contains(&client.secret));
        // A PKCS#8 key begins with a DER sequence of known length; what is kept is sealed.
        assert!(!keys[0].sealed_key.windows(4).any(|w| w == [0x06, 0x03, 0x2b, 0x65]));
    }
}
