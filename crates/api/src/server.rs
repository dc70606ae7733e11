//! The HTTP server, from its first connection to its last.

pub mod line;
mod refusal;
mod room;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::{App as Web, web};
use furusu_domain::time::Clock;
use furusu_persistence::{Store, migrate};

use crate::app::App;
use crate::config::Settings;
use crate::graphql::documents::Documents;
use crate::graphql::documents::trusted::Trusted;
use crate::server::line::Line;
use crate::{applicants, departures, engagement, figures, idempotency, operating, quota, rest};

/// How long a request's head may take to arrive.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection that is done with may idle before it is closed.
const IDLE: Duration = Duration::from_secs(5);

/// How long a connection that is being closed may take to go.
const GOING: Duration = Duration::from_secs(1);

/// How long what runs may take to finish after the service is told to stop, in seconds.
const FINISH: u64 = 30;

/// How often the service looks whether a new day has turned anything, and its keys are due for exchange.
const ROUND: Duration = Duration::from_secs(60);

/// How often the service looks whether the keys of another issuer are due.
const LOOK: Duration = Duration::from_secs(5);

/// Opens the store and puts the service together. An embedded database is migrated by itself; a server database only
/// if `migrate` says so, and one that is behind is refused.
///
/// # Errors
/// What is missing and how to mend it.
pub async fn prepare(settings: Settings, clock: Clock, migrate: bool) -> Result<Arc<App>, String> {
    let master = settings.master_key()?;
    let by_itself = migrate || settings.database.is_embedded();
    let standing = if by_itself { migrate::up(&settings.database).await? } else { migrate::look(&settings.database).await? };
    if !standing.ahead.is_empty() {
        return Err(format!("the database is ahead by migrations {}, made by a newer furusu; run that one", standing.ahead.join(", ")));
    }
    if !standing.behind.is_empty() {
        let behind = standing.behind.join(", ");
        return Err(format!("the database is behind by migrations {behind}; run `furusu migrate`, or serve with --migrate"));
    }
    let secret = master.derive("furusu 2026 matching keys");
    let store = Store::open(&settings.database, settings.connections, secret).await.map_err(|e| e.to_string())?;
    let trusted = Trusted::read(settings.trusted_documents.as_deref(), settings.trusted_documents_only)?;
    let mut app = App::new(settings, store, clock, &master);
    app.documents = Documents::new(trusted);
    let app = Arc::new(app);
    app.keys.refresh(&app).await.map_err(|e| e.to_string())?;
    Ok(app)
}

/// A service that is about to listen.
pub struct Listening {
    server: Server,
    address: SocketAddr,
}

/// Begins to listen; what comes is answered once [`Listening::run`] runs.
///
/// # Errors
/// The address is taken, or not this machine's.
pub fn listen(app: Arc<App>) -> Result<Listening, String> {
    let at = app.settings.listen;
    let listener = TcpListener::bind(at).map_err(|e| format!("cannot listen on {at}: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let workers = match app.settings.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        n => n,
    };
    let builder =
        Server::build().workers(workers).max_concurrent_connections(room::connections(workers)).shutdown_timeout(FINISH).disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    // What `HttpServer` does, over a connection of our own.
    let serve = move || {
        // Each worker makes its own, on its thread.
        app.store.answer_here();
        let (data, app, stopping) = (web::Data::from(app.clone()), app.clone(), stopping.clone());
        // What is wrapped last is outermost.
        let web = Web::new().app_data(data).wrap(Compress::default()).wrap(from_fn(rest::doorway::around));
        let web = web.wrap(rest::cors::of(&app.settings.cors_origins)).wrap(from_fn(rest::doorway::in_our_form));
        let web = web.wrap(from_fn(operating::around)).configure(rest::mount);
        let web = web.into_factory().map_err(|error: actix_web::Error| error.error_response().map_into_boxed_body());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(IDLE)
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(GOING)
            .local_addr(address)
            .on_connect_ext(|line: &Line, about| {
                about.insert(line.traffic());
            })
            .h1(map_config(web, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let (peer, app) = (stream.peer_addr().ok(), app.clone());
            async move { Ok((Line::new(stream, app), peer)) }
        })
        .and_then(http)
    };
    let server = builder.listen("furusu", listener, serve).map_err(|e| e.to_string())?.run();
    Ok(Listening { server, address })
}

impl Listening {
    /// Where the service listens: the port that was chosen, if any would do.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` comes; then accepts nothing more and lets what runs finish.
    ///
    /// # Errors
    /// The server broke down.
    pub async fn run(self, app: Arc<App>, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let handle = self.server.handle();
        let looking = actix_web::rt::spawn(look_for_keys(app.clone()));
        let rounds = actix_web::rt::spawn(rounds(app.clone()));
        let rekeying = actix_web::rt::spawn(rekey(app.clone()));
        let figuring = actix_web::rt::spawn(make_figures(app.clone()));
        let serving = actix_web::rt::spawn(self.server);
        tokio::pin!(serving);
        let done = tokio::select! {
            done = &mut serving => done,
            () = stop => {
                tracing::info!("stopping: finishing what runs");
                app.feed.close();
                handle.stop(true).await;
                serving.await
            }
        };
        rounds.abort();
        rekeying.abort();
        figuring.abort();
        looking.abort();
        done.unwrap_or_else(|e| Err(std::io::Error::other(e)))
    }
}

/// What the service does by itself: tells what a new day turned, and exchanges its keys in time.
async fn rounds(app: Arc<App>) {
    let mut every = tokio::time::interval(ROUND);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = departures::tell_what_came_due(&app).await {
            tracing::warn!(%error, "what came due could not be told; trying again in a minute");
        }
        if let Err(error) = idempotency::forget(&app).await.and(quota::forget(&app).await) {
            tracing::warn!(%error, "what is over could not be removed; trying again in a minute");
        }
        if let Err(error) = app.keys.refresh(&app).await {
            tracing::warn!(%error, "the signing keys could not be read; trying again in a minute");
        }
    }
}

/// Makes the keys that people are found by anew, where that is needed: once looked for at the start, then whenever somebody
/// began it.
async fn rekey(app: Arc<App>) {
    let mut every = tokio::time::interval(ROUND);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_start = true;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.rekey.notified() => {}
        }
        if let Err(error) = applicants::rekey::look_around(&app, is_start).await {
            tracing::warn!(%error, "the keys that people are found by could not be made anew; trying again in a minute");
        } else {
            is_start = false;
        }
    }
}

/// Makes figures by new versions of the formula: once looked for at the start, then whenever somebody made one.
async fn make_figures(app: Arc<App>) {
    let mut every = tokio::time::interval(ROUND);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.figures.notified() => {}
        }
        if let Err(error) = engagement::look_around(&app).await {
            tracing::warn!(%error, "figures by a new formula could not be made; trying again in a minute");
        }
        if let Err(error) = figures::count_anew(&app).await {
            tracing::warn!(%error, "people could not be counted anew; trying again in a minute");
        }
    }
}

/// Has the keys of other issuers fetched whenever they are due.
async fn look_for_keys(app: Arc<App>) {
    let mut every = tokio::time::interval(LOOK);
    loop {
        every.tick().await;
        app.issuers.look_around(app.clock.now());
    }
}

/// The signal to stop, SIGTERM or SIGINT: looked out for from now on, not from the first time somebody waits for it.
pub fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        match signals {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ => std::future::pending().await,
        }
    }
}
