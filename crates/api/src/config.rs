//! Settings: flags over environment over `furusu.toml` over defaults.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use furusu_persistence::DatabaseUrl;
use serde::Deserialize;

use crate::auth::MasterKey;
use crate::auth::issuers::{self, Issuer};
use crate::operating::logs::LogFormat;

/// How many requests a caller may send in a minute where nobody says another number: a thousand a second, which a program
/// that is in order never sends for so long.
pub const REQUESTS_PER_MINUTE: u32 = 60_000;

/// The public URL where nobody says another.
pub const PUBLIC_URL: &str = "http://127.0.0.1:8080";

/// Where the service listens where nobody says another address: under [`PUBLIC_URL`].
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Settings as flags and environment give them; what is missing may stand in `furusu.toml`.
#[derive(Args, Clone, Debug, Default)]
pub struct SettingsArgs {
    /// Where the database is: sqlite://FILE or postgres://USER@HOST/DATABASE?sslmode=…  [default: sqlite://furusu.db]
    #[arg(long, env = "FURUSU_DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where callers find the service; also the issuer and audience of its tokens  [default: http://127.0.0.1:8080]
    #[arg(long, env = "FURUSU_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// The file of the master key, 64 hexadecimal digits; made if it is not there  [default: beside an embedded database]
    #[arg(long, env = "FURUSU_MASTER_KEY_FILE", global = true, value_name = "FILE")]
    pub master_key_file: Option<PathBuf>,
    /// How many database connections at most  [default: 8]
    #[arg(long, env = "FURUSU_DATABASE_CONNECTIONS", global = true, value_name = "N")]
    pub database_connections: Option<usize>,
    /// External issuers of access tokens, as a JSON list; in a file, one table [[issuers]] each  [default: none]
    #[arg(long, env = "FURUSU_ISSUERS", hide_env_values = true, global = true, value_name = "JSON")]
    pub issuers: Option<String>,
    /// What is logged, such as info, warn or furusu_api=debug  [default: info when serving, else warn]
    #[arg(long, env = "FURUSU_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// How log lines are written  [default: human]
    #[arg(long, env = "FURUSU_LOG_FORMAT", global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// A file with settings; each is named as here, with underscores  [default: furusu.toml, if it is there]
    #[arg(long, env = "FURUSU_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Settings of a service that listens.
#[derive(Args, Clone, Debug, Default)]
pub struct ListenArgs {
    /// Where the service listens  [default: 127.0.0.1:8080]
    #[arg(long, env = "FURUSU_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// How many worker threads  [default: one for each core]
    #[arg(long, env = "FURUSU_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Origins whose pages may call the service, separated by commas, such as https://dashboard.example.com; * for any
    /// [default: none]
    #[arg(long, env = "FURUSU_CORS_ORIGINS", value_name = "ORIGINS", value_delimiter = ',')]
    pub cors_origins: Option<Vec<String>>,
    /// How many requests a caller may send in a minute, over all instances; 0 for no limit  [default: 60000]
    #[arg(long, env = "FURUSU_REQUESTS_PER_MINUTE", value_name = "N")]
    pub requests_per_minute: Option<u32>,
    /// Whether an edit must say with If-Match which state it means  [default: false]
    #[arg(long, env = "FURUSU_REQUIRE_IF_MATCH", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        value_parser = clap::builder::BoolishValueParser::new())]
    pub require_if_match: Option<bool>,
    /// A file of GraphQL documents that may be asked for by their ids: JSON, by id, or Apollo's manifest  [default: none]
    #[arg(long, env = "FURUSU_TRUSTED_DOCUMENTS", value_name = "FILE")]
    pub trusted_documents: Option<PathBuf>,
    /// Whether GraphQL runs the documents of that file only  [default: false]
    #[arg(long, env = "FURUSU_TRUSTED_DOCUMENTS_ONLY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub trusted_documents_only: Option<bool>,
}

/// The settings a file may hold.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
struct File {
    database_url: Option<String>,
    public_url: Option<String>,
    master_key_file: Option<PathBuf>,
    database_connections: Option<usize>,
    issuers: Option<Vec<serde_json::Value>>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    listen: Option<SocketAddr>,
    workers: Option<usize>,
    cors_origins: Option<Vec<String>>,
    requests_per_minute: Option<u32>,
    require_if_match: Option<bool>,
    trusted_documents: Option<PathBuf>,
    trusted_documents_only: Option<bool>,
}

/// How a service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the database is.
    pub database: DatabaseUrl,
    /// Where callers find the service, without a slash at its end.
    pub public_url: String,
    /// Whether somebody named the public URL.
    pub is_public_url_named: bool,
    /// The file of the master key, if somebody named one.
    pub master_key_file: Option<PathBuf>,
    /// How many database connections at most.
    pub connections: usize,
    /// Others whose access tokens are taken.
    pub issuers: Vec<Issuer>,
    /// What is logged, if somebody said so.
    pub log: Option<String>,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// How many worker threads; 0 for one a core.
    pub workers: usize,
    /// Origins whose pages may call the service; `*` is any.
    pub cors_origins: Vec<String>,
    /// How many requests a caller may send in a minute, over all instances; 0 for no limit.
    pub requests_per_minute: u32,
    /// Whether an edit must say which state it means.
    pub require_if_match: bool,
    /// The file of trusted GraphQL documents, if there is one.
    pub trusted_documents: Option<PathBuf>,
    /// Whether GraphQL runs no others.
    pub trusted_documents_only: bool,
}

impl Settings {
    /// Puts flags and environment over the file.
    ///
    /// # Errors
    /// What cannot be read, and what was expected.
    pub fn read(args: &SettingsArgs, listen: &ListenArgs) -> Result<Self, String> {
        let file = read_file(args.config.as_deref())?;
        let database = args.database_url.clone().or(file.database_url).unwrap_or_else(|| "sqlite://furusu.db".to_owned());
        let public_url = args.public_url.clone().or(file.public_url);
        let is_public_url_named = public_url.is_some();
        let public_url = public_url.unwrap_or_else(|| PUBLIC_URL.to_owned());
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            return Err(format!("the public URL must begin with https:// or http://, not be {public_url:?}"));
        }
        let connections = args.database_connections.or(file.database_connections).unwrap_or(8);
        if connections == 0 {
            return Err("database_connections must be 1 or more".to_owned());
        }
        let public_url = public_url.trim_end_matches('/').to_owned();
        let named = args.issuers.as_deref().map(issuers::settings::parse).transpose()?.or(file.issuers).unwrap_or_default();
        Ok(Self {
            database: database.parse().map_err(|e: furusu_persistence::url::UnknownDatabase| e.to_string())?,
            issuers: issuers::settings::read(&named, &public_url)?,
            public_url,
            is_public_url_named,
            master_key_file: args.master_key_file.clone().or(file.master_key_file),
            connections,
            log: args.log.clone().or(file.log),
            log_format: args.log_format.or(file.log_format).unwrap_or_default(),
            listen: listen.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            workers: listen.workers.or(file.workers).unwrap_or(0),
            cors_origins: origins(listen.cors_origins.clone().or(file.cors_origins).unwrap_or_default())?,
            requests_per_minute: listen.requests_per_minute.or(file.requests_per_minute).unwrap_or(REQUESTS_PER_MINUTE),
            require_if_match: listen.require_if_match.or(file.require_if_match).unwrap_or(false),
            trusted_documents: listen.trusted_documents.clone().or(file.trusted_documents),
            trusted_documents_only: listen.trusted_documents_only.or(file.trusted_documents_only).unwrap_or(false),
        })
    }

    /// The issuer and audience of the service's own tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.public_url
    }

    /// Where nobody named the public URL, and a service that listens there is not found under the one that stands in for it:
    /// what that means, and how to mend it. The default does not follow the address, since `furusu token` would not know it.
    #[must_use]
    pub fn sends_elsewhere(&self, at: SocketAddr) -> Option<String> {
        if self.is_public_url_named || at == DEFAULT_LISTEN {
            return None;
        }
        let better = if at.ip().is_loopback() && at.port() != 0 { format!("http://{at}") } else { "https://furusu.example.com".to_owned() };
        Some(format!(
            "the service listens on {at}, and no public URL is set: discovery sends callers to {}; set FURUSU_PUBLIC_URL to where they \
             find it, such as {better}, for `furusu serve` and `furusu token` alike",
            self.public_url
        ))
    }

    /// The file of the master key: the one named, else beside the embedded database.
    #[must_use]
    pub fn master_key_path(&self) -> Option<PathBuf> {
        match (&self.master_key_file, &self.database) {
            (Some(file), _) => Some(file.clone()),
            (None, DatabaseUrl::Sqlite(path)) => Some(beside(path)),
            (None, DatabaseUrl::Postgres(_)) => None,
        }
    }

    /// The master key. A file that is not there yet is made, where it was named or beside an embedded database: if keys
    /// were sealed with another one before, that is told when they are opened.
    ///
    /// # Errors
    /// Which file cannot be read, and how to make one.
    pub fn master_key(&self) -> Result<MasterKey, String> {
        match self.master_key_path() {
            Some(file) => MasterKey::read_or_make(&file),
            None => Err("a server database needs a master key: name its file with FURUSU_MASTER_KEY_FILE (it is made if it \
                 is not there; every instance of the service needs the same)"
                .to_owned()),
        }
    }
}

/// Origins as browsers send them: scheme, host and port, no path (RFC 6454, section 6.2).
fn origins(told: Vec<String>) -> Result<Vec<String>, String> {
    let told: Vec<String> = told.into_iter().map(|origin| origin.trim().to_owned()).filter(|origin| !origin.is_empty()).collect();
    let is_origin = |origin: &String| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        origin == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
    };
    match told.iter().find(|origin| !is_origin(origin)) {
        Some(odd) => {
            Err(format!("cors_origins: an origin such as https://dashboard.example.com was expected, without a path, not {odd:?}"))
        }
        None => Ok(told),
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn read_file(named: Option<&Path>) -> Result<File, String> {
    let path = named.unwrap_or(Path::new("furusu.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if named.is_none() && e.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(e) => return Err(format!("{}: {e}", path.display())),
    };
    toml::from_str(&text).map_err(|e| format!("{}: {}", path.display(), e.message()))
}
