//! A world for one story: the service on a fresh database, its clock standing still until somebody moves it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};

use furusu_api::app::App;
use furusu_api::auth::operator_token;
use furusu_api::config::Settings;
use furusu_api::server;
use furusu_domain::account::Organization;
use furusu_domain::actor::Scopes;
use furusu_domain::id::{Mint, OrganizationId};
use furusu_domain::time::{Clock, Moment};
use furusu_persistence::{DatabaseUrl, migrate};

use crate::client::Client;
use crate::postgres::Postgres;
pub use crate::records::{employee, given_name, leaver};

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

/// The service on a fresh database, with one organization, and another that must not see it.
pub struct World {
    /// What the service is made of, for what no door gives: time, tokens.
    pub app: Arc<App>,
    /// The organization.
    pub organization: OrganizationId,
    /// Another tenant of the same service.
    pub other: OrganizationId,
    /// Where the service listens.
    pub url: String,
    /// The folder of this world.
    pub folder: PathBuf,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    runtime: tokio::runtime::Runtime,
}

/// When every story begins: in the morning of 22 November 2026 in Tokyo, late on the 21st in New York.
pub const NOW: &str = "2026-11-22T03:00:00Z";

/// How long the tokens of a story are good, in seconds: longer than any story.
pub const TTL: i64 = 365 * 86_400;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A new folder for one world.
fn folder() -> PathBuf {
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("furusu-test-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// A fresh database, empty or migrated; `None` if there is no PostgreSQL here and nobody requires it.
#[must_use]
pub fn database(kind: Kind, folder: &Path, migrated: bool) -> Option<DatabaseUrl> {
    match kind {
        Kind::Sqlite => Some(DatabaseUrl::Sqlite(folder.join("furusu.db"))),
        Kind::Postgres => {
            let server = Postgres::shared()?;
            let name = format!("world_{}", COUNT.fetch_add(1, Ordering::Relaxed));
            // A template that somebody is copying cannot be copied at the same time.
            static COPYING: Mutex<()> = Mutex::new(());
            let copying = COPYING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let template = if migrated { template(server) } else { "template0" };
            server.psql("postgres", &format!("create database {name} template {template}")).expect("a database");
            drop(copying);
            Some(DatabaseUrl::Postgres(format!("{}?sslmode=disable", server.url(&name))))
        }
    }
}

/// A database with the migrations applied, to be copied.
fn template(server: &Postgres) -> &'static str {
    static MADE: OnceLock<()> = OnceLock::new();
    MADE.get_or_init(|| {
        server.psql("postgres", "create database furusu_template template template0").expect("a template");
        let url = DatabaseUrl::Postgres(format!("{}?sslmode=disable", server.url("furusu_template")));
        runtime().block_on(migrate::up(&url)).expect("migrations");
    });
    "furusu_template"
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

impl World {
    /// A world on that database; `None` if there is no PostgreSQL here and nobody requires it.
    #[must_use]
    pub fn on(kind: Kind) -> Option<Self> {
        Self::set_up(kind, |_| {})
    }

    /// A world whose service is set up in another way; `None` if there is no PostgreSQL here and nobody requires it.
    #[must_use]
    pub fn set_up(kind: Kind, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let folder = folder();
        let database = database(kind, &folder, true)?;
        let key = folder.join("master.key");
        std::fs::write(&key, "0123456789abcdef".repeat(4)).expect("a master key");
        let mut settings = Settings {
            database,
            public_url: "https://furusu.test".to_owned(),
            is_public_url_named: true,
            master_key_file: Some(key),
            connections: 4,
            issuers: Vec::new(),
            log: None,
            log_format: Default::default(),
            listen: ([127, 0, 0, 1], 0).into(),
            workers: 1,
            cors_origins: Vec::new(),
            requests_per_minute: furusu_api::config::REQUESTS_PER_MINUTE,
            require_if_match: false,
            trusted_documents: None,
            trusted_documents_only: false,
        };
        change(&mut settings);
        let clock = Clock::standing_at(NOW.parse().expect("a moment"));
        let (app, address, stop, thread) = serve(settings, clock);
        let runtime = runtime();
        let [organization, other] = runtime.block_on(organizations(&app));
        let url = format!("http://{address}");
        Some(Self { app, organization, other, url, folder, stop: Some(stop), thread: Some(thread), runtime })
    }

    /// A second service beside this one: another instance on the same database, with the same settings, keys, organizations
    /// and clock.
    #[must_use]
    pub fn beside(&self) -> Self {
        let (app, address, stop, thread) = serve(self.app.settings.clone(), self.app.clock.clone());
        let url = format!("http://{address}");
        let Self { organization, other, .. } = *self;
        Self { app, organization, other, url, folder: folder(), stop: Some(stop), thread: Some(thread), runtime: runtime() }
    }

    /// A client of the organization with these scopes, separated by spaces.
    #[must_use]
    pub fn client(&self, scopes: &str) -> Client {
        Client::new(&self.url, Some(format!("Bearer {}", self.token(self.organization, scopes))))
    }

    /// A client of the other tenant that may do everything there.
    #[must_use]
    pub fn other_tenant(&self) -> Client {
        let token = self.token(self.other, &Scopes::all().to_string());
        Client::new(&self.url, Some(format!("Bearer {token}")))
    }

    /// A client of the other tenant that may do this there.
    #[must_use]
    pub fn other_tenant_may(&self, scopes: &str) -> Client {
        Client::new(&self.url, Some(format!("Bearer {}", self.token(self.other, scopes))))
    }

    /// A client that furusu knows, with a token it asked for: another caller than the operator, who is behind the others.
    #[must_use]
    pub fn known_client(&self, scopes: &str) -> Client {
        let scopes = Scopes::parse(scopes).expect("scopes");
        let made = self.wait_for(furusu_api::auth::create(&self.app, self.organization, "Known".to_owned(), scopes)).expect("a client");
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", made.id, made.secret);
        let type_of = [("content-type", "application/x-www-form-urlencoded")];
        let granted = self.stranger().send("POST", "/oauth/token", &type_of, Some(form.as_bytes())).is(200).body();
        self.stranger().with(Some(format!("Bearer {}", granted["access_token"].as_str().expect("a token"))))
    }

    /// The HR system: writes and reads departure records.
    #[must_use]
    pub fn hris(&self) -> Client {
        self.client("departures:write departures:read")
    }

    /// A dashboard: reads alumni and departures, ratings apart.
    #[must_use]
    pub fn dashboard(&self) -> Client {
        self.client("alumni:read departures:read")
    }

    /// The alumni office: reads and edits, ratings included.
    #[must_use]
    pub fn office(&self) -> Client {
        self.client("alumni:read alumni:write evaluations:read departures:read")
    }

    /// A client without credentials.
    #[must_use]
    pub fn stranger(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// An access token.
    #[must_use]
    pub fn token(&self, organization: OrganizationId, scopes: &str) -> String {
        let scopes = Scopes::parse(scopes).expect("scopes");
        self.runtime.block_on(operator_token(&self.app, organization, scopes, TTL)).expect("a token").access_token
    }

    /// Waits for something that the service does by itself, or the command line.
    pub fn wait_for<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The database's URL, for a command line beside the service.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.app.settings.database {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// Moves the clock.
    pub fn it_is(&self, moment: &str) {
        self.app.clock.set(moment.parse().expect("a moment"));
    }

    /// Moves the clock on.
    pub fn seconds_pass(&self, seconds: i64) {
        self.app.clock.set(self.app.clock.now().plus_seconds(seconds));
    }

    /// A new day has begun, and the service looks what it turned; gives how many events that made.
    #[must_use]
    pub fn the_service_looks_around(&self) -> usize {
        self.wait_for(furusu_api::departures::tell_what_came_due(&self.app)).expect("it can")
    }

    /// The service makes figures by a new formula, if there is one; gives how many people it took.
    #[must_use]
    pub fn the_service_makes_figures(&self) -> usize {
        self.wait_for(furusu_api::engagement::look_around(&self.app)).expect("it can")
    }

    /// The service counts those anew whose figures may be otherwise; gives how many notes that took.
    #[must_use]
    pub fn the_service_counts(&self) -> usize {
        self.wait_for(furusu_api::figures::count_anew(&self.app)).expect("it can")
    }

    /// A minute has passed, and the service removes what is over; gives how many answers and leases that were.
    #[must_use]
    pub fn the_service_forgets(&self) -> (usize, usize) {
        self.wait_for(async {
            let answers = furusu_api::idempotency::forget(&self.app).await.expect("it can");
            (answers, furusu_api::quota::forget(&self.app).await.expect("it can"))
        })
    }

    /// Does something to the database behind the service's back.
    ///
    /// # Panics
    /// The database refuses.
    pub fn sql(&self, statement: &str) {
        match &self.app.settings.database {
            DatabaseUrl::Sqlite(path) => {
                use diesel::Connection as _;
                use diesel::connection::SimpleConnection as _;
                let mut conn = diesel::SqliteConnection::establish(&path.to_string_lossy()).expect("the file");
                conn.batch_execute(&format!("pragma busy_timeout = 5000; {statement}")).expect("the statement");
            }
            DatabaseUrl::Postgres(url) => {
                let name = url.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a name");
                Postgres::shared().expect("it runs").psql(name, statement).expect("the statement");
            }
        }
    }

    /// A number out of the database, behind the service's back.
    ///
    /// # Panics
    /// The database refuses, or gives something else.
    #[must_use]
    pub fn count(&self, statement: &str) -> i64 {
        match &self.app.settings.database {
            DatabaseUrl::Sqlite(path) => {
                use diesel::{Connection as _, QueryableByName, RunQueryDsl as _};
                #[derive(QueryableByName)]
                struct Count {
                    #[diesel(sql_type = diesel::sql_types::BigInt)]
                    n: i64,
                }
                let mut conn = diesel::SqliteConnection::establish(&path.to_string_lossy()).expect("the file");
                let statement = format!("select ({statement}) as n");
                diesel::sql_query(statement).get_result::<Count>(&mut conn).expect("the statement").n
            }
            DatabaseUrl::Postgres(url) => {
                let name = url.rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a name");
                let told = Postgres::shared().expect("it runs").psql(name, statement).expect("the statement");
                told.trim().parse().expect("a number")
            }
        }
    }

    /// How many SQL statements the service has sent.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.app.store.statements()
    }

    /// The names of the events so far, the oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<String> {
        self.wait_for(async {
            let tx = self.app.store.read(self.organization, self.app.clock.now());
            tx.outbox().names().await.expect("events")
        })
    }
}

/// Serves on a thread of its own until told to stop.
fn serve(
    settings: Settings,
    clock: Clock,
) -> (Arc<App>, std::net::SocketAddr, tokio::sync::oneshot::Sender<()>, std::thread::JoinHandle<()>) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (up, is_up) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = runtime();
        let app = runtime.block_on(server::prepare(settings, clock, false)).expect("a service");
        let served = actix_rt(runtime).block_on(async move {
            let listening = server::listen(app.clone()).expect("a free port");
            up.send((app.clone(), listening.address())).expect("somebody waits");
            listening.run(app, async { drop(stopped.await) }).await
        });
        served.expect("an orderly end");
    });
    let (app, address) = is_up.recv().expect("the service starts");
    (app, address, stop, thread)
}

fn actix_rt(runtime: tokio::runtime::Runtime) -> actix_web::rt::SystemRunner {
    actix_web::rt::System::with_tokio_rt(move || runtime)
}

/// The organization in Tokyo, and another one.
async fn organizations(app: &App) -> [OrganizationId; 2] {
    let now = app.clock.now();
    let mut mint = Mint::at(now);
    let mut made = [OrganizationId::mint(&mut mint), OrganizationId::mint(&mut mint)];
    for (id, name) in made.iter_mut().zip(["Kanda KK", "Elsewhere GmbH"]) {
        let zone = "Asia/Tokyo".parse().expect("a zone");
        let organization = Organization { id: *id, name: name.to_owned(), zone, created_at: Moment::from_micros(now.micros()) };
        app.store.write(*id, now, async move |tx| tx.accounts().insert_organization(&organization).await).await.expect("an organization");
    }
    made
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.expect("the service ends in order");
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
