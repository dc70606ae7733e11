//! A furusu of the benchmark's own: set up by its command line, started and stopped.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, process, thread};

use furusu_domain::actor::Scopes;
use furusu_domain::id::OrganizationId;
use serde_json::Value;

use crate::Res;
use crate::http::{self, Connection};

/// Where the rows are.
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Database {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A folder with a migrated database, one organization in it, and a token that may do everything there.
pub(crate) struct Site {
    pub(crate) database: Database,
    pub(crate) organization: OrganizationId,
    token: String,
    furusu: PathBuf,
    folder: PathBuf,
}

impl Site {
    pub(crate) fn new(furusu: &Path, postgres: Option<String>) -> Res<Self> {
        let furusu = furusu.canonicalize().map_err(|e| format!("{}: {e}; build it with --release", furusu.display()))?;
        let folder = env::temp_dir().join(format!("furusu-bench-{}", process::id()));
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::write(folder.join("master.key"), "0123456789abcdef".repeat(4)).map_err(|e| e.to_string())?;
        let database = match postgres {
            Some(url) => Database::Postgres(format!("{url}?sslmode=disable")),
            None => Database::Sqlite(folder.join("furusu.db")),
        };
        let organization = OrganizationId::from_bytes([0; 16]);
        let mut site = Self { database, organization, token: String::new(), furusu, folder };
        site.get(&["migrate"])?;
        let made = site.get(&["organization", "create", "Bench"])?;
        let id = made["id"].as_str().unwrap_or_default();
        site.organization = id.parse().map_err(|_| format!("no organization was made: {made}"))?;
        let scopes = Scopes::all().to_string();
        let granted = site.get(&["token", "--organization", id, "--scope", &scopes, "--ttl", "12h"])?;
        granted["access_token"].as_str().unwrap_or_default().clone_into(&mut site.token);
        Ok(site)
    }

    fn command(&self, args: &[&str]) -> Command {
        let url = match &self.database {
            Database::Sqlite(file) => format!("sqlite://{}", file.display()),
            Database::Postgres(url) => url.clone(),
        };
        let mut command = Command::new(&self.furusu);
        command.args(args).current_dir(&self.folder).env_clear().env("FURUSU_DATABASE_URL", url).env("FURUSU_LOG", "warn");
        // One token sends all there is: what is measured is the service, not its limit.
        command.env("FURUSU_REQUESTS_PER_MINUTE", "0").env("FURUSU_PUBLIC_URL", "http://127.0.0.1");
        command.env("FURUSU_MASTER_KEY_FILE", self.folder.join("master.key")).stdin(Stdio::null());
        command
    }

    /// The result of a command that must succeed.
    pub(crate) fn get(&self, args: &[&str]) -> Res<Value> {
        let output = self.command(args).arg("--json").output().map_err(|e| format!("furusu does not run: {e}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        serde_json::from_slice(&output.stdout).map_err(|e| format!("furusu {}: {e}", args[0]))
    }

    /// Starts the service on a free port and waits until it says where it listens.
    pub(crate) fn start(&self) -> Res<Service> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("no pipe")?);
        let pid = child.id();
        let running = Running(child);
        let mut line = String::new();
        lines.read_line(&mut line).map_err(|e| e.to_string())?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let address = address.and_then(|address| address.parse().ok()).ok_or_else(|| format!("furusu does not listen: {line}"))?;
        thread::spawn(move || io::copy(&mut lines, &mut io::stderr()));
        Ok(Service { address, pid, token: self.token.clone(), _running: running })
    }

    /// The same, with a token that may do this only.
    pub(crate) fn start_for(&self, scopes: &str) -> Res<Service> {
        let organization = self.organization.to_string();
        let granted = self.get(&["token", "--organization", &organization, "--scope", scopes, "--ttl", "12h"])?;
        let token = granted["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(Service { token, ..self.start()? })
    }

    /// Starts the service so many times, and keeps the last; the times from the start of the process to the first
    /// request that finds it ready, in seconds.
    pub(crate) fn started(&self, times: usize) -> Res<(Service, Vec<f64>)> {
        let mut took = Vec::new();
        loop {
            let began = Instant::now();
            let service = self.start()?;
            while !service.is_ready() {
                if began.elapsed() > Duration::from_secs(30) {
                    return Err("the service is not ready after 30 s".to_owned());
                }
                thread::sleep(Duration::from_millis(1));
            }
            took.push(began.elapsed().as_secs_f64());
            if took.len() == times {
                return Ok((service, took));
            }
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A service that listens; dropped, it ends.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    pub(crate) token: String,
    _running: Running,
}

impl Service {
    /// Kills it, whatever it does.
    pub(crate) fn kill(&self) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }

    fn is_ready(&self) -> bool {
        let asked = Connection::open(self.address).and_then(|mut connection| {
            let (status, _) = connection.ask(&http::render("/readyz", &self.token, None))?;
            Ok(status)
        });
        asked == Ok(200)
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        http::render(path, &self.token, None)
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Vec<u8> {
        http::render(path, &self.token, Some(body))
    }
}

/// A process that ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        let _ = io::stderr().flush();
    }
}
