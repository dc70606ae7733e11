//! A PostgreSQL of the test's own: made in a temporary folder, gone with the process.
//!
//! Nothing need be set up. The programs are looked for in the usual places, a fresh cluster is made
//! with `initdb`, and the server listens on a free port of 127.0.0.1 alone, where `furusu` is the
//! superuser and needs no password.
//!
//! A static is never dropped, and a killed process drops nothing at all. So no cluster depends on
//! [`Drop`]: a watchdog, a shell in a process group of its own, reads a pipe whose other end only
//! this process holds. When the pipe closes, for whatever reason, the watchdog stops the server and
//! removes the folder.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, fmt, thread};

/// Knows where systems keep the programs, what version will do, and how to install it.
const FINDER: &str = include_str!("../install-postgres.sh");

/// What the watchdog does; its argument is the folder. The lock file is the server's own word: it
/// appears before the first data is touched and vanishes when the last process is gone. During
/// `initdb` the number in it is negative.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
read -r _
lock=$1/data/postmaster.pid
for _ in 1 2 3 4 5; do
    [ -d "$1" ] || exit 0
    if read -r pid <"$lock"; then
        kill -QUIT "${pid#-}" || rm -f "$lock"
        n=0
        while [ -e "$lock" ] && [ "$n" -lt 500 ]; do
            n=$((n + 1))
            sleep 0.02
        done
        [ -e "$lock" ] && kill -KILL "${pid#-}"
    fi
    rm -rf "$1" || sleep 0.1
done
"#;

/// How a cluster differs from the usual one.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Writes survive a crash of the machine, as in production: for benchmarks. Tests do without.
    pub durable: bool,
    /// Speak TLS to whoever asks for it.
    pub tls: Option<Tls>,
    /// Further settings, as in `postgresql.conf`; they win over those made here, except the address.
    pub settings: Vec<(String, String)>,
}

/// The certificate a cluster shows. Both files are copied, so they need not be readable by the
/// account that runs the server.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate chain, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// Why there is no cluster, and what to do about it.
#[derive(Debug)]
pub struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "No PostgreSQL: {}", self.0)
    }
}

impl std::error::Error for Missing {}

/// A running cluster. Dropping it stops the server and removes its folder.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    port: u16,
    programs: PathBuf,
    folder: Folder,
}

impl Postgres {
    /// Starts a cluster for tests: quick, and careless about a crash of the machine.
    pub fn start() -> Result<Self, Missing> {
        Self::start_with(&Options::default())
    }

    /// Starts a cluster.
    pub fn start_with(options: &Options) -> Result<Self, Missing> {
        Self::launch(options).map_err(Missing)
    }

    fn launch(options: &Options) -> Result<Self, String> {
        let mut finder = Command::new("/bin/sh");
        finder.args(["-c", FINDER, "install-postgres.sh", "--find"]);
        let programs = PathBuf::from(run(&mut finder, "")?);
        let folder = Folder::new()?;
        folder.init(&programs)?;
        let settings = folder.settings(options)?;
        // Between choosing a free port and listening on it, anyone may take it.
        for _ in 0..10 {
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
            let port = free.map_err(cannot("find a free port"))?.port();
            if let Some(server) = folder.serve(&programs, port, &settings)? {
                return Ok(Self { server, port, programs, folder });
            }
        }
        Err("every free port was taken a moment later".into())
    }

    /// The cluster that all tests of this process share, started when first asked for.
    ///
    /// Without PostgreSQL it says so once, aloud, and the caller skips its test.
    ///
    /// # Panics
    /// If there is no PostgreSQL although `FURUSU_REQUIRE_PG=1` asks for it.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Result<Postgres, Missing>> = OnceLock::new();
        let required = env::var_os("FURUSU_REQUIRE_PG").is_some_and(|value| value == "1");
        let start = || {
            let cluster = Self::start();
            if let (Err(missing), false) = (&cluster, required) {
                // Not `eprintln!`, which the test harness keeps to itself while tests pass.
                let loud = format!("\nSKIPPED: all tests on PostgreSQL. {missing}\n\n");
                let _ = io::stderr().write_all(loud.as_bytes());
            }
            cluster
        };
        match SHARED.get_or_init(start) {
            Ok(cluster) => Some(cluster),
            Err(missing) if required => panic!("FURUSU_REQUIRE_PG=1, but: {missing}"),
            Err(_) => None,
        }
    }

    /// Where to connect to a database of this cluster; `postgres` is there from the start.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://furusu@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process all others of the cluster are children of.
    pub fn postmaster_pid(&self) -> u32 {
        self.server.id()
    }

    /// The server's other processes, one for each connection and a few for housekeeping; for
    /// accounts of CPU time. Read from `/proc`, so empty on systems without it.
    pub fn backend_pids(&self) -> Vec<u32> {
        let parent = self.postmaster_pid().to_string();
        let is_child = |pid: &u32| {
            // "pid (name) state parent …", where the name may hold anything, parentheses too.
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let rest = stat.rsplit(')').next().unwrap_or_default();
            rest.split_whitespace().nth(1) == Some(&parent)
        };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(is_child).collect()
    }

    /// Runs statements, each in its own transaction, with the cluster's own `psql`. Rows come back
    /// one a line, columns parted by `|`; the first error ends it.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = command(self.programs.join("psql"), None);
        psql.args("-XqAt -f - -v ON_ERROR_STOP=1 -h 127.0.0.1 -U furusu".split(' '));
        psql.args(["-p", &self.port.to_string(), "-d", database]);
        run(&mut psql, sql)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if !self.folder.release() {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// A user and a group.
type Account = (u32, u32);

/// The temporary folder with all that belongs to a cluster, and the watchdog that sees to its end.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Who runs the server if not the caller: PostgreSQL refuses to run as root.
    account: Option<Account>,
    watchdog: Child,
}

impl Folder {
    fn new() -> Result<Self, String> {
        let account = account()?;
        let pattern = env::temp_dir().join("furusu-pg-XXXXXX");
        let path = run(command("mktemp", account).arg("-d").arg(pattern), "")?;
        // A group of its own, so that Ctrl-C ends the tests and not the one who tidies up.
        let mut watchdog = command("/bin/sh", account);
        watchdog.process_group(0).stdin(Stdio::piped());
        let watchdog = watchdog.args(["-c", WATCHDOG, "watchdog", &path]).spawn();
        let watchdog = watchdog.map_err(cannot("start a watchdog"))?;
        let path = path.into();
        Ok(Self { path, account, watchdog })
    }

    fn init(&self, programs: &Path) -> Result<(), String> {
        let mut initdb = command(programs.join("initdb"), self.account);
        initdb.args("-A trust -U furusu --no-sync --locale=C -E UTF8 -D".split(' '));
        run(initdb.arg(self.path.join("data")), "").map(drop)
    }

    fn settings(&self, options: &Options) -> Result<Vec<String>, String> {
        let mut settings = vec!["max_connections=300".to_owned()];
        if !options.durable {
            let careless = ["fsync", "synchronous_commit", "full_page_writes"];
            settings.extend(careless.map(|name| format!("{name}=off")));
        }
        if let Some(Tls { certificate, key }) = &options.tls {
            settings.push("ssl=on".into());
            for (name, original) in [("ssl_cert_file", certificate), ("ssl_key_file", key)] {
                let copy = self.private_copy(original, name)?;
                settings.push(format!("{name}={}", copy.display()));
            }
        }
        let further = options.settings.iter();
        settings.extend(further.map(|(name, value)| format!("{name}={value}")));
        Ok(settings)
    }

    /// A copy that the server's account owns and nobody else may read; it refuses any other key.
    fn private_copy(&self, original: &Path, name: &str) -> Result<PathBuf, String> {
        let pem = fs::read_to_string(original);
        let pem = pem.map_err(cannot(format_args!("read {}", original.display())))?;
        let copy = self.path.join(name);
        let mut shell = command("/bin/sh", self.account);
        shell.args(["-c", r#"umask 077 && cat >"$0""#]).arg(&copy);
        run(&mut shell, &pem).map(|_| copy)
    }

    /// Starts the server and waits until it takes connections; `None` if the port was taken.
    fn serve(&self, from: &Path, port: u16, settings: &[String]) -> Result<Option<Child>, String> {
        let log = self.path.join("log");
        let failed = |why: &str| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            Err(format!("postgres did not start: {why}\n{}", tail(&said)))
        };
        let file = File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = file.map_err(cannot("make a log"))?;
        let mut postgres = command(from.join("postgres"), self.account);
        postgres.arg("-D").arg(self.path.join("data"));
        postgres.args(settings.iter().flat_map(|setting| ["-c", setting]));
        postgres.args(["-h", "127.0.0.1", "-k", "", "-p", &port.to_string()]);
        let server = postgres.process_group(0).stdout(out).stderr(err).spawn();
        let mut server = server.map_err(cannot("start postgres"))?;
        for _ in 0..3_000 {
            if self.is_ready(server.id()) {
                return Ok(Some(server));
            }
            if let Some(status) = server.try_wait().map_err(cannot("wait for postgres"))? {
                let outcome = failed(&status.to_string());
                let taken = |said: &String| said.contains("Address already in use");
                return if outcome.as_ref().is_err_and(taken) { Ok(None) } else { outcome };
            }
            thread::sleep(Duration::from_millis(20));
        }
        failed("it was not ready after a minute")
    }

    /// Whether this very server takes connections: its lock file says so, in the eighth line. To
    /// knock at the port would not do, for behind it may be the server of another process.
    fn is_ready(&self, pid: u32) -> bool {
        let lock = fs::read_to_string(self.path.join("data/postmaster.pid")).unwrap_or_default();
        let mut lines = lock.lines().map(str::trim);
        lines.next() == Some(&pid.to_string()) && lines.nth(6) == Some("ready")
    }

    /// Lets go of the watchdog; whether it is there to do its work.
    fn release(&mut self) -> bool {
        drop(self.watchdog.stdin.take());
        matches!(self.watchdog.try_wait(), Ok(None))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.release();
        let _ = self.watchdog.wait();
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Whom to run the server as, if the caller is root.
fn account() -> Result<Option<Account>, String> {
    if run(command("id", None).arg("-u"), "")? != "0" {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").map_err(cannot("read /etc/passwd"))?;
    let find = |name: &&str| {
        let line = accounts.lines().find(|line| line.starts_with(name))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    let found = ["postgres:", "nobody:"].iter().find_map(find);
    found.map(Some).ok_or_else(|| "root may not run it, and there is no user nobody".into())
}

/// A program that takes nothing from its caller: no folder, no input, no settings of PostgreSQL.
fn command(program: impl AsRef<OsStr>, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Runs a program to its end: what it printed or, if it failed, what it complained of.
fn run(command: &mut Command, input: &str) -> Result<String, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let ran = command.stderr(Stdio::piped()).spawn().and_then(|mut program| {
        let stdin = program.stdin.take();
        thread::scope(|scope| {
            // On its own thread, lest both sides wait for the other to read. It fails if the
            // program gave up early; then the program says why.
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(input.as_bytes())));
            program.wait_with_output()
        })
    });
    let output = ran.map_err(cannot(format_args!("run {}", command.get_program().display())))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(tail(&text(&output.stderr)))
}

fn cannot(what: impl fmt::Display) -> impl FnOnce(io::Error) -> String {
    move |error| format!("cannot {what}: {error}")
}

/// What a program said last.
fn tail(said: &str) -> String {
    let lines: Vec<_> = said.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
