//! How the service comes by the keys of other issuers, keeps them, and lets them go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use furusu_tests::on_both;
use serde_json::json;

use super::provider::{Key, Mood, Provider, b64, trust};
use super::{and, ask, claims, eventually, fresh, key, with_one_key, without};

on_both! { |settings| with_one_key(settings);
    fn an_issuer_that_fails_locks_nobody_out(world) {
        let (provider, key) = (Provider::of(world, 0), key("EdDSA"));
        let _ = ask(world, &fresh(world, &provider, key)).is(200);
        let huge = format!("{{\"keys\":[{}]}}", vec![key.jwk().to_string(); 4_000].join(","));
        let small = json!({ "keys": [{ "kty": "RSA", "n": b64([0xff; 128]), "e": "AQAB" }, { "kty": "oct", "k": "AAAA" }] });
        for mood in [
            Mood::Down,
            Mood::Says("500 Internal Server Error", b"{}".to_vec()),
            Mood::Says("302 Found\r\nlocation: http://127.0.0.1:1/", Vec::new()),
            Mood::Says("200 OK", b"<html>maintenance</html>".to_vec()),
            Mood::Says("200 OK", json!({ "issuer": "https://elsewhere.test", "jwks_uri": "https://elsewhere.test/keys" }).to_string().into_bytes()),
            Mood::Publishes(huge.into_bytes()),
            Mood::Publishes(b"{\"keys\":[]}".to_vec()),
            Mood::Publishes(b"{\"keys\":{}}".to_vec()),
            Mood::Publishes(small.to_string().into_bytes()),
            Mood::Publishes(vec![b'['; 100_000]),
        ] {
            provider.is(mood);
            let before = provider.asked();
            world.seconds_pass(61);
            let _ = ask(world, &fresh(world, &provider, key)).is(200);
            eventually("the provider is asked again", || provider.asked() > before);
            ask(world, &Key::new("nobody", "EdDSA").token(&claims(world, &provider))).is(401).says("invalid_token");
            let _ = ask(world, &fresh(world, &provider, key)).is(200);
        }
        provider.is(Mood::Good);
        provider.publishes(&[super::key("next")]);
        world.seconds_pass(61);
        eventually("what it publishes at last is taken", || ask(world, &fresh(world, &provider, super::key("next"))).status == 200);
    }

    fn an_issuer_that_keeps_silent_keeps_nobody_waiting_but_those_who_need_it(world) {
        let (provider, key) = (Provider::of(world, 0), key("EdDSA"));
        let known = fresh(world, &provider, key);
        let _ = ask(world, &known).is(200);
        provider.is(Mood::Silent);
        provider.publishes(&[key, super::key("next")]);
        let before = provider.asked();
        world.seconds_pass(61);
        let new = fresh(world, &provider, super::key("next"));
        std::thread::scope(|scope| {
            let waiting: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(world, &new).status)).collect();
            eventually("the provider is asked", || provider.asked() > before);
            for _ in 0..5 {
                let _ = ask(world, &fresh(world, &provider, key)).is(200);
                let _ = world.dashboard().get("/v1/alumni").is(200);
            }
            assert!(waiting.iter().all(|it| !it.is_finished()), "they wait for the keys");
            provider.is(Mood::Good);
            for answer in waiting {
                assert_eq!(answer.join().unwrap(), 200);
            }
        });
        assert_eq!(provider.asked(), before + 1, "one fetch for all of them");
        // Nobody waits longer than the six seconds that are promised.
        provider.is(Mood::Silent);
        world.seconds_pass(61);
        let since = Instant::now();
        ask(world, &Key::new("nobody", "EdDSA").token(&claims(world, &provider))).is(401).says("invalid_token");
        assert!(since.elapsed() < Duration::from_secs(8));
        provider.is(Mood::Good);
    }

    fn a_flood_of_unknown_keys_is_one_question_a_minute(world) {
        let (provider, key) = (Provider::of(world, 0), key("EdDSA"));
        let _ = ask(world, &fresh(world, &provider, key)).is(200);
        let before = provider.asked();
        let flood = || {
            for n in 0..50 {
                let header = and(key.header(), json!({ "kid": format!("unknown {n}") })).to_string();
                ask(world, &key.signs(&header, &claims(world, &provider).to_string())).is(401).says("invalid_token");
            }
        };
        for minute in 0..3 {
            flood();
            world.seconds_pass(30);
            flood();
            world.seconds_pass(29);
            flood();
            assert_eq!(provider.asked() - before, minute + 1);
            world.seconds_pass(1);
        }
        let _ = ask(world, &fresh(world, &provider, key)).is(200);
    }

    fn keys_are_exchanged_under_load_without_a_refused_token(world) {
        let (provider, old, new) = (Provider::of(world, 0), key("EdDSA"), key("next"));
        let (signs_new, done, served) = (AtomicBool::new(false), AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            let load = || {
                let mut answers = Vec::new();
                while !done.load(Ordering::SeqCst) {
                    let key = if signs_new.load(Ordering::SeqCst) { new } else { old };
                    answers.push(ask(world, &fresh(world, &provider, key)).status);
                    served.fetch_add(1, Ordering::SeqCst);
                }
                answers
            };
            let clients: Vec<_> = (0..4).map(|_| scope.spawn(load)).collect();
            eventually("the keys are known", || provider.fetches() == 1);
            provider.publishes(&[old, new]);
            // A fetch that is still under way is one from before.
            world.seconds_pass(1);
            signs_new.store(true, Ordering::SeqCst);
            eventually("the new key is asked for", || provider.fetches() == 2);
            let _ = ask(world, &fresh(world, &provider, new)).is(200);
            // Several of each client, some of them by the new key.
            let so_far = served.load(Ordering::SeqCst);
            eventually("they go on", || served.load(Ordering::SeqCst) > so_far + 8);
            done.store(true, Ordering::SeqCst);
            let answers: Vec<u16> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
            assert!(answers.len() > 8 && answers.iter().all(|status| *status == 200), "{answers:?}");
        });
        assert_eq!(provider.fetches(), 2);
    }

    fn a_key_that_is_published_while_older_ones_are_on_their_way_is_asked_for(world) {
        let (provider, old, new) = (Provider::of(world, 0), key("EdDSA"), key("next"));
        let _ = ask(world, &fresh(world, &provider, old)).is(200);
        provider.is(Mood::Silent);
        let before = provider.fetches();
        world.seconds_pass(60);
        eventually("older keys are on their way", || provider.fetches() > before || ask(world, &fresh(world, &provider, old)).status != 200);
        world.seconds_pass(1);
        provider.publishes(&[old, new]);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask(world, &fresh(world, &provider, new)).status);
            let _ = ask(world, &fresh(world, &provider, old)).is(200);
            provider.is(Mood::Lags(json!({ "keys": [old.jwk()] }).to_string().into_bytes()));
            assert_eq!(waiting.join().unwrap(), 200);
        });
        assert_eq!(provider.fetches(), before + 2);
    }

    fn a_token_falls_with_its_key(world) {
        let (provider, old, new) = (Provider::of(world, 0), key("EdDSA"), key("next"));
        let token = fresh(world, &provider, old);
        let _ = ask(world, &token).is(200);
        provider.publishes(&[new]);
        let _ = ask(world, &token).is(200);
        world.seconds_pass(60);
        let _ = ask(world, &fresh(world, &provider, old)).status;
        eventually("a remembered token falls too", || ask(world, &token).status == 401);
        let _ = ask(world, &fresh(world, &provider, new)).is(200);
    }
}

on_both! { |settings| trust(settings, &[(&Provider::start(vec![key("EdDSA").jwk()], Mood::Down), json!({}))]);
    fn an_issuer_that_is_down_at_the_start_is_let_in_once_it_is_up(world) {
        let (provider, key) = (Provider::of(world, 0), key("EdDSA"));
        let _ = world.dashboard().get("/v1/alumni").is(200);
        let _ = world.stranger().get("/readyz").is(200);
        ask(world, &fresh(world, &provider, key)).is(401).says("invalid_token");
        provider.is(Mood::Good);
        world.seconds_pass(60);
        let _ = ask(world, &fresh(world, &provider, key)).is(200);
    }
}

on_both! { |settings| {
        let mut jwk = key("EdDSA").jwk();
        jwk.as_object_mut().unwrap().remove("kid");
        let provider = Provider::start(vec![jwk], Mood::Good);
        let keys = format!("{}/keys", provider.url);
        trust(settings, &[(&provider, json!({ "jwks_uri": keys }))]);
    };
    fn the_only_key_needs_no_name(world) {
        let provider = Provider::of(world, 0);
        let header = without(key("EdDSA").header(), "kid").to_string();
        let _ = ask(world, &key("EdDSA").signs(&header, &claims(world, &provider).to_string())).is(200);
        ask(world, &key("other").signs(&header, &claims(world, &provider).to_string())).is(401).says("invalid_token");
        assert_eq!(provider.asked(), provider.fetches(), "an address that is named need not be found out");
    }
}
