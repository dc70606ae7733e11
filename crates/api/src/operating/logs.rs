//! Logs, to standard error: for people, or one JSON object a line.

use std::io::IsTerminal as _;

use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use super::telemetry::Telemetry;

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
    start_with(filter, format, &Telemetry::default())
}

/// Starts logging, and the export of traces beside it.
///
/// # Errors
/// The filter cannot be read.
pub fn start_with(filter: &str, format: LogFormat, telemetry: &Telemetry) -> Result<(), String> {
    // The driver's own lines are of no use below a warning. What the server under the application refuses is logged by
    // us, with a request id; its own lines would be errors that any stranger can cause.
    let filter = EnvFilter::try_new(format!("tokio_postgres=warn,actix_http=off,{filter}"))
        .map_err(|e| format!("the log filter cannot be read: {e}"))?;
    let to = std::io::stderr;
    let registry = tracing_subscriber::registry();
    let _ = match (format, telemetry.layer()) {
        // Without export one filter stands before everything, which is the cheapest there is.
        (LogFormat::Human, None) => registry.with(filter).with(layer().with_ansi(to().is_terminal()).with_writer(to)).try_init(),
        (LogFormat::Json, None) => registry.with(filter).with(layer().json().flatten_event(true).with_writer(to)).try_init(),
        (LogFormat::Human, Some(spans)) => {
            registry.with(spans).with(layer().with_ansi(to().is_terminal()).with_writer(to).with_filter(filter)).try_init()
        }
        (LogFormat::Json, Some(spans)) => {
            registry.with(spans).with(layer().json().flatten_event(true).with_writer(to).with_filter(filter)).try_init()
        }
    };
    telemetry.complain();
    Ok(())
}
