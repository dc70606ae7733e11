//! `furusu serve`

use std::sync::Arc;

use clap::Args;
use furusu_domain::time::Clock;

use super::{Run, talk};
use crate::app::App;
use crate::config::{ListenArgs, Settings};
use crate::operating::logs;
use crate::operating::telemetry::Telemetry;
use crate::server::{self, Listening};

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    listen: ListenArgs,
    /// Bring a server database up to date before serving; an embedded one always is
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    pub(super) fn run(self, run: &Run) -> Result<(), String> {
        let settings = Settings::read(&run.settings, &self.listen)?;
        let telemetry = Telemetry::of_environment();
        logs::start_with(settings.log.as_deref().unwrap_or("info"), settings.log_format, &telemetry)?;
        let served = serve(settings, self.migrate, async |app, listening| {
            talk(&format!("furusu listens on http://{} with {}", listening.address(), app.settings.database));
            if let Some(why) = app.settings.sends_elsewhere(listening.address()) {
                talk(&format!("furusu: warning: {why}"));
            }
            Ok(())
        });
        telemetry.end();
        served
    }
}

/// Prepares the service, listens, does what is left to do, and serves until it is told to stop.
pub(super) fn serve(
    settings: Settings,
    migrate: bool,
    ready: impl AsyncFnOnce(&Arc<App>, &Listening) -> Result<(), String>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|e| e.to_string())?;
    // Migrating blocks a thread, which the single-threaded runtime of the server cannot spare.
    let app = runtime.block_on(server::prepare(settings, Clock::system(), migrate))?;
    actix_web::rt::System::with_tokio_rt(move || runtime).block_on(async move {
        // Whoever is told that the service listens may tell it to stop.
        let stop = server::stop_signal();
        let listening = server::listen(app.clone())?;
        ready(&app, &listening).await?;
        listening.run(app, stop).await.map_err(|e| e.to_string())
    })
}
