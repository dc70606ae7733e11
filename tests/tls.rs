//! TLS to PostgreSQL, as far as `sslmode` asks.

use std::path::PathBuf;

use furusu_persistence::{DatabaseUrl, migrate};
use furusu_tests::postgres::{Options, Postgres, Tls};

/// A certificate for that name, with its key, in files.
fn certificate(folder: &std::path::Path, name: &str, host: &str) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
    let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.pem")));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}

#[test]
fn a_connection_is_as_safe_as_the_url_asks() {
    // Without PostgreSQL the shared server has said so, loudly.
    if Postgres::shared().is_none() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("furusu-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (ours, key) = certificate(&folder, "server", "localhost");
    let (theirs, _) = certificate(&folder, "other", "localhost");
    let server = Postgres::start_with(&Options { tls: Some(Tls { certificate: ours.clone(), key }), ..Options::default() }).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let connect = |host: &str, mode: &str| {
        let url = format!("postgres://furusu@{host}:{}/postgres?{mode}", server.port());
        runtime.block_on(migrate::look(&DatabaseUrl::Postgres(url))).map(|_| ())
    };
    let root = |file: &PathBuf| format!("sslrootcert={}", file.display());
    for fine in ["sslmode=disable", "sslmode=prefer", "sslmode=require", &format!("sslmode=verify-full&{}", root(&ours))] {
        assert_eq!(connect("localhost", fine), Ok(()), "{fine}");
    }
    // The certificate is for the name and not for the address.
    assert_eq!(connect("127.0.0.1", &format!("sslmode=verify-ca&{}", root(&ours))), Ok(()));
    assert!(connect("127.0.0.1", &format!("sslmode=verify-full&{}", root(&ours))).is_err());
    for mode in ["verify-ca", "verify-full"] {
        assert!(connect("localhost", &format!("sslmode={mode}&{}", root(&theirs))).is_err(), "{mode}");
        assert!(connect("localhost", &format!("sslmode={mode}")).is_err(), "{mode} with the machine's authorities");
    }
    let plain = Postgres::shared().unwrap();
    let require = format!("{}?sslmode=require", plain.url("postgres"));
    assert!(runtime.block_on(migrate::look(&DatabaseUrl::Postgres(require))).is_err(), "a server without TLS");
    let _ = std::fs::remove_dir_all(folder);
}
