//! Logs, to standard error: for people, or one JSON object a line.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How log lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Starts logging. `filter` is written as for `tracing_subscriber::EnvFilter`, such as `info` or `furusu_api=debug`.
/// A second call changes nothing.
///
/// # Errors
/// The filter cannot be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), String> {
    // The driver's own lines are of no use below a warning.
    let filter = EnvFilter::try_new(format!("tokio_postgres=warn,{filter}")).map_err(|e| format!("the log filter cannot be read: {e}"))?;
    let registry = tracing_subscriber::registry().with(filter);
    let to = std::io::stderr;
    let _ = match format {
        LogFormat::Human => registry.with(tracing_subscriber::fmt::layer().with_ansi(to().is_terminal()).with_writer(to)).try_init(),
        LogFormat::Json => registry.with(tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(to)).try_init(),
    };
    Ok(())
}
