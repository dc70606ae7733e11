//! Where a PostgreSQL server is, and how safely it is reached: libpq's `sslmode` and `sslrootcert` in the URL, with
//! rustls in place of OpenSSL.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server, and how to reach it.
pub(crate) struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// How far the server's certificate is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// `prefer`, `require`: the line is encrypted, whoever is at its other end.
    Anybody,
    /// `verify-ca`: the certificate is signed by an authority that is trusted.
    Authority,
    /// `verify-full`: and it is for this host.
    Host,
}

type Driver = BoxFuture<'static, ()>;

impl Target {
    /// Reads a URL as libpq does. `sslmode` is one of `disable`, `prefer` (the default), `require`, `verify-ca` and
    /// `verify-full`; `sslrootcert` names a PEM file of authorities, else the machine's own are trusted.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut rest) = ("prefer", None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = value,
                Some(("sslrootcert", value)) => roots = Some(value.replace("%2F", "/").replace("%2f", "/")),
                _ => rest.push(pair),
            }
        }
        let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        let mut config: Config = url.parse().map_err(|e: tokio_postgres::Error| {
            format!("the database URL cannot be read: {}", std::error::Error::source(&e).map_or_else(|| e.to_string(), ToString::to_string))
        })?;
        config.application_name("furusu");
        config.connect_timeout(crate::store::PATIENCE);
        let trust = match mode {
            "disable" => None,
            "allow" | "prefer" | "require" => Some(Trust::Anybody),
            "verify-ca" => Some(Trust::Authority),
            "verify-full" => Some(Trust::Host),
            other => {
                return Err(format!("sslmode={other} is not known; disable, prefer, require, verify-ca or verify-full was expected"));
            }
        };
        config.ssl_mode(match mode {
            "disable" => SslMode::Disable,
            "allow" | "prefer" => SslMode::Prefer,
            _ => SslMode::Require,
        });
        let tls = trust.map(|trust| client(trust, roots.as_deref())).transpose()?.map(MakeRustlsConnect::new);
        Ok(Self { config, tls })
    }

    /// A connection, and the future that drives it until it closes.
    pub(crate) async fn connect(&self) -> Result<(Client, Driver), tokio_postgres::Error> {
        let ended = |result: Result<(), tokio_postgres::Error>| {
            if let Err(cause) = result {
                tracing::warn!(%cause, "a connection to the database ended");
            }
        };
        match &self.tls {
            Some(tls) => {
                let (client, driver) = self.config.connect(tls.clone()).await?;
                Ok((client, driver.map(ended).boxed()))
            }
            None => {
                let (client, driver) = self.config.connect(NoTls).await?;
                Ok((client, driver.map(ended).boxed()))
            }
        }
    }
}

fn client(trust: Trust, roots: Option<&str>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(|e| e.to_string())?;
    // As libpq has it: a named authority makes `require` mean `verify-ca`.
    let trust = if trust == Trust::Anybody && roots.is_some() { Trust::Authority } else { trust };
    let inner = match trust {
        Trust::Anybody => None,
        Trust::Authority | Trust::Host => {
            let store = Arc::new(authorities(roots)?);
            Some(WebPkiServerVerifier::builder_with_provider(store, provider.clone()).build().map_err(|e| e.to_string())?)
        }
    };
    let verifier = Arc::new(Verifier { inner, check_host: trust == Trust::Host, provider });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn authorities(file: Option<&str>) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    if let Some(file) = file {
        let found = CertificateDer::pem_file_iter(file).map_err(|e| format!("sslrootcert {file}: {e}"))?;
        for certificate in found {
            store.add(certificate.map_err(|e| format!("sslrootcert {file}: {e}"))?).map_err(|e| format!("sslrootcert {file}: {e}"))?;
        }
    } else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if store.is_empty() { Err("no authority is trusted: name one with sslrootcert=FILE".to_owned()) } else { Ok(store) }
}

/// Checks a server's certificate as far as `sslmode` asks. Signatures are always checked.
#[derive(Debug)]
struct Verifier {
    inner: Option<Arc<WebPkiServerVerifier>>,
    check_host: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(inner) = &self.inner else { return Ok(ServerCertVerified::assertion()) };
        match inner.verify_server_cert(certificate, chain, host, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }))
                if !self.check_host =>
            {
                Ok(ServerCertVerified::assertion())
            }
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
