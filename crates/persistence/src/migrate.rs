//! Bringing a database up to date, and telling whether it is. Several may start at once: one migrates, the others wait.

use std::path::Path;

use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::schema::__diesel_schema_migrations as migration;
use crate::url::DatabaseUrl;
use crate::{lite, pg};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Held while a PostgreSQL database is migrated: "furusu" in ASCII.
const LOCK: i64 = 0x66_75_72_75_73_75;

/// What to do with the migrations of a database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Up,
    Down,
}

/// Where a database stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Migrations applied by this very call.
    pub applied: Vec<String>,
    /// Migrations that this furusu has and the database has not.
    pub behind: Vec<String>,
    /// Migrations that the database has and this furusu does not know: a newer furusu made them.
    pub ahead: Vec<String>,
}

/// Applies what is missing.
///
/// # Errors
/// Why the database could not be migrated, for the operator.
pub async fn up(url: &DatabaseUrl) -> Result<Standing, String> {
    run(url, Step::Up).await
}

/// Takes every migration back, and everything that is kept with them.
///
/// # Errors
/// Why that could not be done.
pub async fn down(url: &DatabaseUrl) -> Result<Standing, String> {
    run(url, Step::Down).await
}

/// Where the database stands. Nothing is written by looking: neither a file nor the table of migrations is made.
///
/// # Errors
/// Why nobody can tell.
pub async fn look(url: &DatabaseUrl) -> Result<Standing, String> {
    let has = match url {
        DatabaseUrl::Sqlite(path) => {
            let path = path.clone();
            tokio::task::spawn_blocking(move || applied_on_sqlite(&path)).await.map_err(|e| e.to_string())??
        }
        DatabaseUrl::Postgres(url) => {
            let (mut conn, _) = pg::connect(&pg::Target::parse(url)?).await.map_err(|e| e.to_string())?;
            applied_on_postgres(&mut conn).await.map_err(|e| e.to_string())?
        }
    };
    Ok(standing(known(url), has))
}

fn applied_on_sqlite(path: &Path) -> Result<Vec<String>, String> {
    use diesel::{QueryDsl as _, RunQueryDsl as _};
    has_folder(path)?;
    if !path.exists() {
        return Err(format!("the file {} does not exist; `furusu migrate` makes it", path.display()));
    }
    let told = |e: diesel::result::Error| format!("{}: {e}", path.display());
    let mut conn = lite::look(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let is_there = "select exists (select 1 from sqlite_schema where name = '__diesel_schema_migrations') as yes";
    let There { yes } = diesel::sql_query(is_there).get_result(&mut conn).map_err(told)?;
    if yes { migration::table.select(migration::version).load(&mut conn).map_err(told) } else { Ok(Vec::new()) }
}

async fn applied_on_postgres(conn: &mut diesel_async::AsyncPgConnection) -> diesel::QueryResult<Vec<String>> {
    use diesel::QueryDsl as _;
    use diesel_async::RunQueryDsl as _;
    let is_there = "select to_regclass('__diesel_schema_migrations') is not null as yes";
    let There { yes } = diesel::sql_query(is_there).get_result(conn).await?;
    if yes { migration::table.select(migration::version).load(conn).await } else { Ok(Vec::new()) }
}

/// Whether there is a table of migrations.
#[derive(diesel::QueryableByName)]
struct There {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    yes: bool,
}

fn standing(ours: Vec<String>, has: Vec<String>) -> Standing {
    let behind = ours.iter().filter(|version| !has.contains(version)).cloned().collect();
    let ahead = has.into_iter().filter(|version| !ours.contains(version)).collect();
    Standing { applied: Vec::new(), behind, ahead }
}

/// The versions of the migrations that this furusu has for a database of that kind.
#[must_use]
pub fn known(url: &DatabaseUrl) -> Vec<String> {
    match url {
        DatabaseUrl::Sqlite(_) => ours::<diesel::sqlite::Sqlite>(&SQLITE),
        DatabaseUrl::Postgres(_) => ours::<diesel::pg::Pg>(&POSTGRES),
    }
    .unwrap_or_default()
}

fn ours<DB: diesel::backend::Backend>(known: &EmbeddedMigrations) -> Result<Vec<String>, String>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations = MigrationSource::<DB>::migrations(known).map_err(|e| e.to_string())?;
    Ok(migrations.iter().map(|m| m.name().version().to_string()).collect())
}

async fn run(url: &DatabaseUrl, step: Step) -> Result<Standing, String> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let path = path.clone();
            tokio::task::spawn_blocking(move || on_sqlite(&path, step)).await.map_err(|e| e.to_string())?
        }
        DatabaseUrl::Postgres(url) => {
            let target = pg::Target::parse(url)?;
            let (mut conn, _) = pg::connect(&target).await.map_err(|e| e.to_string())?;
            conn.batch_execute(&format!("select pg_advisory_lock({LOCK})")).await.map_err(|e| e.to_string())?;
            // The harness blocks its thread, which a current-thread runtime cannot spare; ending the connection frees
            // the lock, however this ends.
            tokio::task::block_in_place(|| walk(&mut AsyncMigrationHarness::new(conn), || POSTGRES, step))
        }
    }
}

fn has_folder(path: &Path) -> Result<(), String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => Err(format!("the folder {} does not exist", folder.display())),
        None => Ok(()),
    }
}

fn on_sqlite(path: &Path, step: Step) -> Result<Standing, String> {
    has_folder(path)?;
    if step == Step::Up {
        make_private(path).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let mut conn = lite::connect(path).map_err(|e| format!("{}: {e}", path.display()))?;
    conn.immediate_transaction(|conn| walk(conn, || SQLITE, step).map_err(Failed::Why)).map_err(|failed| match failed {
        Failed::Why(why) => why,
        Failed::Diesel(e) => e.to_string(),
    })
}

/// Makes the file, for its owner's eyes only, if it does not exist: it will hold what people confided.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e),
        Ok(_) | Err(_) => Ok(()),
    }
}

enum Failed {
    Why(String),
    Diesel(diesel::result::Error),
}

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self::Diesel(error)
    }
}

fn walk<DB: diesel::backend::Backend>(
    harness: &mut impl MigrationHarness<DB>,
    known: fn() -> EmbeddedMigrations,
    step: Step,
) -> Result<Standing, String>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let applied = match step {
        Step::Up => names(&harness.run_pending_migrations(known()).map_err(|e| e.to_string())?),
        Step::Down => {
            harness.revert_all_migrations(known()).map_err(|e| e.to_string())?;
            Vec::new()
        }
    };
    let has = names(&harness.applied_migrations().map_err(|e| e.to_string())?);
    Ok(Standing { applied, ..standing(ours::<DB>(&known())?, has) })
}

fn names(versions: &[MigrationVersion<'_>]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
