//! How the service itself calls others by HTTP: with TLS by the machine's own authorities, in bounded time, and never
//! sent on to somewhere else.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// A client for calls that may take that long as a whole. It blocks its thread.
#[must_use]
pub fn agent(patience: Duration) -> Agent {
    Agent::config_builder().tls_config(tls(&authorities())).timeout_global(Some(patience)).max_redirects(0).build().new_agent()
}

/// The machine's own trusted authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` win over them).
#[must_use]
pub fn authorities() -> Vec<Certificate<'static>> {
    rustls_native_certs::load_native_certs().certs.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect()
}

/// TLS to whoever one of these authorities vouches for.
#[must_use]
pub fn tls(authorities: &[Certificate<'static>]) -> TlsConfig {
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(authorities))
        .build()
}
