use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Algorithm, Checked, Jws, KeySet, judge};

/// Signs as that algorithm does, or nearly.
enum Signer {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(aws_lc_rs::rsa::KeyPair, &'static dyn RsaEncoding),
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        Self::Ec(EcdsaKeyPair::generate(algorithm).unwrap())
    }

    fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }

    fn rsa(encoding: &'static dyn RsaEncoding) -> Self {
        Self::Rsa(aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap(), encoding)
    }

    fn jwk(&self) -> Value {
        match self {
            Self::Ed(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key()) }),
            Self::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": if x.len() == 32 { "P-256" } else { "P-384" }, "x": b64(x), "y": b64(y) })
            }
            Self::Rsa(pair, _) => {
                let public = pair.public_key();
                let (n, e) = (public.modulus().big_endian_without_leading_zero(), public.exponent().big_endian_without_leading_zero());
                json!({ "kty": "RSA", "n": b64(n), "e": b64(e) })
            }
        }
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    fn signs(&self, header: &str) -> String {
        let signed = format!("{}.{}", b64(header), b64("anything"));
        let signature = self.signature(signed.as_bytes());
        format!("{signed}.{}", b64(signature))
    }
}

fn is_valid(keys: &[Value], jws: &str) -> bool {
    let mut answer = Vec::new();
    judge(json!({ "keys": keys, "jws": jws }).to_string().as_bytes(), &mut answer).unwrap();
    answer == b"valid\n"
}

fn with(jwk: &Value, members: Value) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    jwk
}

#[test]
fn the_vectors_of_the_standards_are_judged_as_they_say() {
    let vectors = include_str!("rfc.jsonl");
    let mut answers = Vec::new();
    judge(vectors.as_bytes(), &mut answers).unwrap();
    let answers = String::from_utf8(answers).unwrap();
    for (vector, answer) in vectors.lines().zip(answers.lines()) {
        let vector: Value = serde_json::from_str(vector).unwrap();
        assert_eq!(vector["result"], answer, "{}", vector["source"]);
    }
    assert_eq!(answers.lines().count(), 9);
}

#[test]
fn one_flipped_bit_anywhere_in_a_vector_is_noticed() {
    for line in include_str!("rfc.jsonl").lines().filter(|line| line.contains("\"result\":\"valid\"")) {
        let vector: Value = serde_json::from_str(line).unwrap();
        let keys = vector["keys"].as_array().unwrap();
        let parts: Vec<Vec<u8>> = vector["jws"].as_str().unwrap().split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        for (n, part) in parts.iter().enumerate() {
            for byte in (0..part.len()).step_by(7) {
                let mut changed = parts.clone();
                changed[n][byte] ^= 1;
                let jws: Vec<String> = changed.iter().map(b64).collect();
                assert!(!is_valid(keys, &jws.join(".")), "{}: part {n}, byte {byte}", vector["source"]);
            }
        }
    }
}

#[test]
fn every_algorithm_of_the_allow_list_works_with_its_own_keys_alone() {
    let signers = [
        ("RS256", Signer::rsa(&RSA_PKCS1_SHA256)),
        ("PS256", Signer::rsa(&RSA_PSS_SHA256)),
        ("ES256", Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING)),
        ("ES384", Signer::ec(&ECDSA_P384_SHA384_FIXED_SIGNING)),
        ("EdDSA", Signer::ed()),
    ];
    for (algorithm, signer) in &signers {
        for (name, other) in &signers {
            let jws = signer.signs(&format!(r#"{{"alg":"{name}"}}"#));
            assert_eq!(is_valid(&[signer.jwk()], &jws), name == algorithm, "{algorithm} signed, {name} named");
            assert_eq!(is_valid(&[other.jwk()], &jws), name == algorithm, "{algorithm} signed, {name} named and its key at hand");
        }
        let jws = signer.signs(&format!(r#"{{"alg":"{algorithm}"}}"#));
        let key = signer.jwk();
        for (members, good) in [
            (json!({ "alg": algorithm, "use": "sig", "key_ops": ["verify"] }), true),
            (json!({ "x5c": ["anything"], "colour": "red" }), true),
            (json!({ "use": "enc" }), false),
            (json!({ "use": 1 }), false),
            (json!({ "key_ops": ["sign"] }), false),
            (json!({ "key_ops": [] }), false),
            (json!({ "key_ops": "verify" }), false),
            (json!({ "alg": "HS256" }), false),
            (json!({ "alg": if *algorithm == "RS256" { "PS256" } else { "RS256" } }), false),
            (json!({ "alg": null }), false),
            (json!({ "kid": 5 }), false),
            (json!({ "kty": "oct", "k": "AAAA" }), false),
            (json!({ "d": "AAAA" }), false),
        ] {
            assert_eq!(is_valid(&[with(&key, members.clone())], &jws), good, "{algorithm} with {members}");
        }
    }
}

#[test]
fn what_a_header_says_is_neither_followed_nor_overlooked() {
    let (ours, theirs) = (Signer::ed(), Signer::ed());
    let keys = [ours.jwk()];
    let jwk = theirs.jwk().to_string();
    for header in [
        format!(r#"{{"alg":"EdDSA","jwk":{jwk}}}"#),
        r#"{"alg":"EdDSA","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/x"}"#.to_owned(),
    ] {
        assert!(!is_valid(&keys, &theirs.signs(&header)), "{header}");
        assert!(is_valid(&keys, &ours.signs(&header)), "{header}: of no meaning here");
    }
    for header in [
        r#"{"alg":"EdDSA","crit":["exp"],"exp":1}"#,
        r#"{"alg":"EdDSA","crit":[]}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"EdDSA","b64":false}"#,
        r#"{"alg":"EdDSA","alg":"EdDSA"}"#,
        r#"{"alg":"none","alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","x":{"a":1,"a":2}}"#,
        r#"{"alg":["EdDSA"]}"#,
        r#"{"alg":"eddsa"}"#,
        r#"{"alg":"none"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"EdDSA","kid":1}"#,
        r#"{"alg":"EdDSA","typ":null}"#,
        r#"["EdDSA"]"#,
        r#"{"alg":"EdDSA"} {}"#,
        "",
    ] {
        assert!(!is_valid(&keys, &ours.signs(header)), "{header}");
    }
    assert!(is_valid(&keys, &ours.signs(" {\"alg\" : \"EdDSA\"}\n")));
}

#[test]
fn only_the_one_spelling_of_a_signature_is_taken() {
    let signer = Signer::ed();
    let keys = [signer.jwk()];
    let jws = signer.signs(r#"{"alg":"EdDSA"}"#);
    let parts: Vec<&str> = jws.split('.').collect();
    assert!(is_valid(&keys, &jws));
    // 64 bytes leave four spare bits in the last character.
    let (head, last) = jws.split_at(jws.len() - 1);
    let spare = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        _ => "x",
    };
    let wrong = [
        format!("{jws}="),
        format!("{jws}=="),
        format!("{head}{spare}"),
        format!(" {jws}"),
        format!("{jws}\n"),
        jws.replace('.', ". "),
        jws.replace('.', ".."),
        format!("{jws}."),
        format!("{jws}.{}", parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
        format!(".{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], b64([0; 64])),
        json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] }).to_string(),
        String::new(),
        "..".to_owned(),
    ];
    for wrong in wrong {
        assert!(!is_valid(&keys, &wrong), "{wrong:?}");
    }
}

#[test]
fn an_ecdsa_signature_has_its_fixed_form() {
    let der = Signer::ec(&ECDSA_P256_SHA256_ASN1_SIGNING);
    assert!(!is_valid(&[der.jwk()], &der.signs(r#"{"alg":"ES256"}"#)), "DER, as in certificates");
    let good = Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let jws = good.signs(r#"{"alg":"ES256"}"#);
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    for wrong in [vec![], vec![0; 64], signature[..63].to_vec(), [&signature[..], &[0]].concat(), [&[0], &signature[..]].concat()] {
        assert!(!is_valid(&[good.jwk()], &format!("{signed}.{}", b64(wrong))));
    }
    assert!(is_valid(&[good.jwk()], &jws));
    for wrong in [json!({ "crv": "P-384" }), json!({ "crv": "secp256k1" }), json!({ "y": b64([1; 32]) }), json!({ "x": b64([0; 33]) })] {
        assert!(!is_valid(&[with(&good.jwk(), wrong.clone())], &jws), "{wrong}");
    }
}

#[test]
fn a_weak_rsa_key_is_no_key() {
    let signer = Signer::rsa(&RSA_PKCS1_SHA256);
    let jws = signer.signs(r#"{"alg":"RS256"}"#);
    let n = URL_SAFE_NO_PAD.decode(signer.jwk()["n"].as_str().unwrap()).unwrap();
    let padded = [&[0], n.as_slice()].concat();
    for weak in [
        json!({ "n": b64(&n[..128]) }),
        json!({ "n": b64([&[1], &n[1..]].concat()) }),
        json!({ "n": b64(padded) }),
        json!({ "n": b64([0xff; 2_048]) }),
        json!({ "n": "" }),
        json!({ "e": "AQ" }),
        json!({ "e": "Ag" }),
        json!({ "e": "" }),
    ] {
        assert!(!is_valid(&[with(&signer.jwk(), weak.clone())], &jws), "{weak}");
    }
}

#[test]
fn a_name_chooses_the_key_and_no_name_only_where_there_is_no_choice() {
    let (a, b) = (Signer::ed(), Signer::ed());
    let (key_a, key_b) = (with(&a.jwk(), json!({ "kid": "a" })), with(&b.jwk(), json!({ "kid": "b" })));
    let (named_a, unnamed) = (a.signs(r#"{"alg":"EdDSA","kid":"a"}"#), a.signs(r#"{"alg":"EdDSA"}"#));
    let both = [key_b.clone(), key_a.clone()];
    assert!(is_valid(&both, &named_a));
    assert!(!is_valid(&both, &b.signs(r#"{"alg":"EdDSA","kid":"a"}"#)), "signed by another of the set");
    assert!(!is_valid(&both, &unnamed), "two could be meant");
    assert!(is_valid(std::slice::from_ref(&key_a), &unnamed));
    assert!(is_valid(&[a.jwk()], &unnamed));
    assert!(is_valid(&[a.jwk()], &named_a), "the only key has no name to contradict");
    assert!(!is_valid(std::slice::from_ref(&key_a), &a.signs(r#"{"alg":"EdDSA","kid":"A"}"#)), "names are compared letter by letter");
    let other_kind = with(&Signer::ec(&ECDSA_P256_SHA256_FIXED_SIGNING).jwk(), json!({ "kid": "a" }));
    assert!(is_valid(&[other_kind.clone(), key_a.clone()], &named_a), "one name, two kinds");
    assert!(is_valid(&[other_kind, key_a.clone()], &unnamed), "one of its kind");
    assert!(!is_valid(&[], &named_a));

    let check = |keys: &[Value], jws: &str| Jws::parse(jws).unwrap().check(&KeySet::of(keys, &Algorithm::ALL));
    assert_eq!(check(std::slice::from_ref(&key_b), &named_a), Checked::UnknownKey);
    assert_eq!(check(&[key_b], &unnamed), Checked::UnknownKey);
    assert_eq!(check(&[key_a], &b.signs(r#"{"alg":"EdDSA","kid":"a"}"#)), Checked::Bad);
}

#[test]
fn an_issuer_can_be_held_to_fewer_algorithms() {
    let signer = Signer::rsa(&RSA_PKCS1_SHA256);
    let jws = signer.signs(r#"{"alg":"RS256"}"#);
    let check = |algorithms: &[Algorithm]| Jws::parse(&jws).unwrap().check(&KeySet::of(&[signer.jwk()], algorithms));
    assert_eq!(check(&[Algorithm::Rs256]), Checked::Good);
    assert_ne!(check(&[Algorithm::Ps256, Algorithm::EdDsa]), Checked::Good);
}

#[test]
fn every_line_has_its_answer() {
    let signer = Signer::ed();
    let good = json!({ "keys": [{}, 5, signer.jwk()], "jws": signer.signs(r#"{"alg":"EdDSA"}"#), "note": "for others" }).to_string();
    let mut lines = Vec::new();
    let deep = "[".repeat(100_000);
    let huge = format!("{{\"jws\":\"{}\"}}", "a".repeat(5 << 20));
    let named_twice = good.replace("\"note\"", "\"jws\"");
    for line in [&good, "", "nonsense", "[]", "{}", r#"{"keys":{},"jws":""}"#, &deep, &huge, &named_twice, &good] {
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    lines.extend_from_slice(b"\xff\xfe\n");
    lines.extend_from_slice(good.as_bytes());
    let mut answers = Vec::new();
    judge(lines.as_slice(), &mut answers).unwrap();
    let answers = String::from_utf8(answers).unwrap();
    let bad = "invalid\n";
    assert_eq!(answers, format!("valid\n{}valid\n{bad}valid\n", bad.repeat(8)));
}
