//! An identity provider of the story's own: a counterpart that listens, publishes keys, signs, and can misbehave.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use furusu_api::auth::issuers::settings;
use furusu_api::config::Settings;
use furusu_tests::world::World;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

pub(super) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A key that signs.
pub(super) struct Key {
    pub(super) kid: &'static str,
    alg: &'static str,
    pair: Pair,
}

enum Pair {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

impl Key {
    pub(super) fn new(kid: &'static str, alg: &'static str) -> Self {
        let rsa = || RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let pair = match alg {
            "RS256" => Pair::Rsa(rsa(), &RSA_PKCS1_SHA256),
            "PS256" => Pair::Rsa(rsa(), &RSA_PSS_SHA256),
            "ES256" => Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
            "ES384" => Pair::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()),
            _ => Pair::Ed(Ed25519KeyPair::generate().unwrap()),
        };
        Self { kid, alg, pair }
    }

    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Ed(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key()) }),
            Pair::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": if x.len() == 32 { "P-256" } else { "P-384" }, "x": b64(x), "y": b64(y) })
            }
            Pair::Rsa(pair, _) => {
                let public = pair.public_key();
                let (n, e) = (public.modulus().big_endian_without_leading_zero(), public.exponent().big_endian_without_leading_zero());
                json!({ "kty": "RSA", "n": b64(n), "e": b64(e) })
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.alg);
        jwk
    }

    /// Signs what it is given, as it is.
    pub(super) fn signs(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", b64(header), b64(claims));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Ed(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Pair::Ec(pair) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{signed}.{}", b64(signature))
    }

    /// The header of an access token of this key.
    pub(super) fn header(&self) -> Value {
        json!({ "alg": self.alg, "kid": self.kid, "typ": "at+jwt" })
    }

    /// An access token with these claims.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.signs(&self.header().to_string(), &claims.to_string())
    }
}

/// How the provider answers.
#[derive(Clone)]
pub(super) enum Mood {
    /// As it must.
    Good,
    /// It hangs up.
    Down,
    /// It says nothing until its mood changes.
    Silent,
    /// It answers this, whatever it is asked.
    Says(&'static str, Vec<u8>),
    /// It answers this when it is asked for its keys.
    Publishes(Vec<u8>),
    /// It answers this once more, and then as it must.
    Lags(Vec<u8>),
}

struct State {
    mood: Mood,
    keys: Vec<Value>,
    discoveries: usize,
    fetches: usize,
}

pub(super) struct Provider {
    pub(super) url: String,
    state: Mutex<State>,
    changed: Condvar,
}

/// Everyone who listens in this process: a story finds its own by the settings.
static LISTENING: Mutex<Vec<Arc<Provider>>> = Mutex::new(Vec::new());

impl Provider {
    pub(super) fn start(keys: Vec<Value>, mood: Mood) -> Arc<Self> {
        Self::listen(keys, mood, "http://127.0.0.1", |provider, stream| provider.answer(stream))
    }

    /// Over TLS, with a certificate of its own for that host, which is written there.
    pub(super) fn start_over_tls(keys: Vec<Value>, host: &str, certificate: &Path) -> Arc<Self> {
        let made = rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        std::fs::write(certificate, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = Arc::new(builder.with_single_cert(vec![made.cert.der().clone()], key).unwrap());
        Self::listen(keys, Mood::Good, &format!("https://{host}"), move |provider, stream| {
            provider.answer(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream));
        })
    }

    fn listen(keys: Vec<Value>, mood: Mood, host: &str, answer: impl Fn(&Self, TcpStream) + Send + Sync + 'static) -> Arc<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("{host}:{}", listener.local_addr().unwrap().port());
        let state = Mutex::new(State { mood, keys, discoveries: 0, fetches: 0 });
        let provider = Arc::new(Self { url, state, changed: Condvar::new() });
        LISTENING.lock().unwrap().push(provider.clone());
        let (at_work, answer) = (provider.clone(), Arc::new(answer));
        // It listens until the process ends.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (at_work, answer) = (at_work.clone(), answer.clone());
                std::thread::spawn(move || answer(&at_work, stream));
            }
        });
        provider
    }

    /// The one that this world's settings name there.
    pub(super) fn of(world: &World, n: usize) -> Arc<Self> {
        let url = &world.app.settings.issuers[n].issuer;
        LISTENING.lock().unwrap().iter().find(|it| it.url == *url).unwrap().clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn is(&self, mood: Mood) {
        self.state().mood = mood;
        self.changed.notify_all();
    }

    pub(super) fn publishes(&self, keys: &[&Key]) {
        self.state().keys = keys.iter().map(|key| key.jwk()).collect();
    }

    /// How often it was asked for its keys.
    pub(super) fn fetches(&self) -> usize {
        self.state().fetches
    }

    /// How often it was asked for anything.
    pub(super) fn asked(&self) -> usize {
        let state = self.state();
        state.fetches + state.discoveries
    }

    fn answer(&self, mut stream: impl Read + Write) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && head.len() < 8_192 && stream.read(&mut byte).is_ok_and(|n| n == 1) {
            head.push(byte[0]);
        }
        let for_keys = head.starts_with(b"GET /keys ");
        let mut state = self.state();
        if for_keys {
            state.fetches += 1
        } else {
            state.discoveries += 1
        }
        while matches!(state.mood, Mood::Silent) {
            state = self.changed.wait(state).unwrap();
        }
        let (status, body) = match state.mood.clone() {
            Mood::Down | Mood::Silent => return,
            Mood::Says(status, body) => (status, body),
            Mood::Publishes(body) if for_keys => ("200 OK", body),
            Mood::Lags(body) if for_keys => {
                state.mood = Mood::Good;
                ("200 OK", body)
            }
            Mood::Good | Mood::Publishes(_) | Mood::Lags(_) if for_keys => {
                ("200 OK", json!({ "keys": state.keys }).to_string().into_bytes())
            }
            Mood::Good | Mood::Publishes(_) | Mood::Lags(_) if head.starts_with(b"GET /.well-known/openid-configuration ") => {
                ("200 OK", json!({ "issuer": self.url, "jwks_uri": format!("{}/keys", self.url) }).to_string().into_bytes())
            }
            Mood::Good | Mood::Publishes(_) | Mood::Lags(_) => ("404 Not Found", Vec::new()),
        };
        drop(state);
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).and_then(|()| stream.flush());
    }
}

/// Has the service trust these providers, each with further settings: their tokens name the organization by its id.
pub(super) fn trust(settings: &mut Settings, providers: &[(&Arc<Provider>, Value)]) {
    let entry = |(provider, more): &(&Arc<Provider>, Value)| {
        let mut entry = json!({ "issuer": provider.url, "audience": "https://furusu.test", "organization_claim": "org" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    let entries: Vec<Value> = providers.iter().map(entry).collect();
    settings.issuers = settings::read(&entries, &settings.public_url).unwrap();
}
