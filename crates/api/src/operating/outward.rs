//! How the service itself calls others by HTTP: with TLS by the machine's own authorities, in bounded time, and never
//! sent on to somewhere else.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A client for calls that may take that long as a whole. It blocks its thread.
#[must_use]
pub fn agent(patience: Duration) -> Agent {
    let authorities: Vec<Certificate<'static>> =
        rustls_native_certs::load_native_certs().certs.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&authorities))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    Agent::config_builder().tls_config(tls).timeout_global(Some(patience)).max_redirects(0).build().new_agent()
}
