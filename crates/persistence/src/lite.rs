//! SQLite: connections, pools, settings, and the few functions that cannot be shared.

use std::error::Error as StdError;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::QueueMode;
use diesel::connection::AnsiTransactionManager;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, ConnectionError, SqliteConnection};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, GatheringId, OrganizationId};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::MutexGuard;

use crate::expr::Sql;
use crate::schema::organization;
use crate::store::{Statements, patiently};

pub(crate) type Db = diesel::sqlite::Sqlite;
pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection, InPlace>;
pub(crate) type Own = Object<Conn>;

/// Runs a call to SQLite where it is made. A short read costs less than a hop to another thread, and a unit of work is
/// on a blocking thread as a whole already.
pub(crate) struct InPlace;

impl SpawnBlocking for InPlace {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn StdError + Send + Sync + 'static>>> {
        let done = task();
        async move { Ok(done) }.boxed()
    }
    fn get_runtime() -> Self {
        Self
    }
}

/// A SQLite file: one writer, several readers, in write-ahead mode.
pub(crate) struct Lite {
    path: PathBuf,
    writer: Pool<Conn>,
    readers: Pool<Conn>,
    /// When the log was last taken over into the file, if it was, and how many units of work there were since.
    taken_over: Mutex<(Option<Instant>, u32)>,
}

/// One statement's connection.
pub(crate) enum Lane<'a> {
    Shared(Own),
    Own(MutexGuard<'a, Own>),
}

impl Deref for Lane<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        match self {
            Self::Shared(conn) => conn,
            Self::Own(conn) => conn,
        }
    }
}

impl DerefMut for Lane<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        match self {
            Self::Shared(conn) => conn,
            Self::Own(conn) => conn,
        }
    }
}

/// The waiting time comes first: even switching to write-ahead mode can meet a lock. The file is not mapped into memory: a
/// reader would map it anew after each write. Whoever commits takes the log over into the file only where [`take_over`] does
/// not keep up.
const SETTINGS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; \
     pragma foreign_keys = on; pragma cache_size = -16384; pragma temp_store = memory; pragma wal_autocheckpoint = 10000;";

/// How long the log grows before it is taken over into the file, or for how many units of work: that, and beginning the log
/// anew, waits for the disk, which far fewer units of work are to feel than one in a hundred.
const TAKE_OVER: (Duration, u32) = (Duration::from_secs(5), 500);

/// A plain connection with the settings of the service, for migrating.
pub(crate) fn connect(path: &Path) -> Result<SqliteConnection, ConnectionError> {
    use diesel::connection::SimpleConnection as _;
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    conn.batch_execute(SETTINGS).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// A connection that changes nothing, not even by being there. Where no log of unwritten pages lies beside the file,
/// nobody has it open, and it is read as it lies: to share it with others SQLite would make files beside it.
pub(crate) fn look(path: &Path) -> Result<SqliteConnection, ConnectionError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let lone = if Path::new(&log).exists() { "" } else { "&immutable=1" };
    // A file's name in a URI (sqlite.org/uri.html): what would end it is written as its number.
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let mut conn = SqliteConnection::establish(&format!("file:{name}?mode=ro{lone}"))?;
    diesel::connection::SimpleConnection::batch_execute(&mut conn, "pragma busy_timeout = 5000; pragma query_only = on")
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// The organizations in a file, without a change to it.
///
/// # Errors
/// It is no database of furusu's, or cannot be read.
pub fn organizations_in(path: &Path) -> Result<Vec<OrganizationId>, String> {
    use diesel::{QueryDsl as _, RunQueryDsl as _};
    let mut conn = look(path).map_err(|e| e.to_string())?;
    organization::table.select(organization::id).load(&mut conn).map_err(|e| e.to_string())
}

/// Whether somebody else has a file open. Whoever keeps a file in write-ahead mode open keeps a lock on it, which stands in
/// the way of leaving that mode (sqlite.org/wal.html, section 8): that is tried, so the file should be one to be removed.
///
/// # Errors
/// The file cannot be opened to write.
pub fn is_in_use(path: &Path) -> Result<bool, String> {
    use diesel::connection::SimpleConnection as _;
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(|e| e.to_string())?;
    match conn.batch_execute("pragma busy_timeout = 0; pragma journal_mode = delete; begin exclusive; rollback") {
        Ok(()) => Ok(false),
        Err(e) if e.to_string().contains("locked") => Ok(true),
        Err(e) => Err(e.to_string()),
    }
}

/// What a pool's connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    Read,
    Look,
}

impl Lite {
    pub(crate) fn open(path: &Path, readers: usize, statements: Statements) -> Result<Self, Error> {
        let (writer, readers) = (pool(path, 1, Use::Write, statements.clone())?, pool(path, readers, Use::Read, statements)?);
        Ok(Self { path: path.to_owned(), writer, readers, taken_over: Mutex::default() })
    }

    /// One that changes nothing: see [`look`].
    pub(crate) fn look(path: &Path, statements: Statements) -> Result<Self, Error> {
        let (writer, readers) = (pool(path, 1, Use::Look, statements.clone())?, pool(path, 1, Use::Look, statements)?);
        Ok(Self { path: path.to_owned(), writer, readers, taken_over: Mutex::default() })
    }

    /// After a commit: has the log taken over into the file, now and then, on a thread aside, so that no unit of work waits
    /// for it.
    pub(crate) fn committed(&self) {
        let mut taken_over = self.taken_over.lock().unwrap_or_else(PoisonError::into_inner);
        taken_over.1 += 1;
        if taken_over.0.is_some_and(|last| last.elapsed() < TAKE_OVER.0) && taken_over.1 < TAKE_OVER.1 {
            return;
        }
        *taken_over = (Some(Instant::now()), 0);
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = take_over(&path) {
                tracing::warn!(%error, "the log of the database could not be taken over; trying again after the next write");
            }
        });
    }

    pub(crate) async fn writer(&self) -> Result<Own, Error> {
        patiently(self.writer.get()).await
    }

    pub(crate) async fn reader(&self) -> Result<Own, Error> {
        patiently(self.readers.get()).await
    }
}

fn pool(path: &Path, size: usize, purpose: Use, statements: Statements) -> Result<Pool<Conn>, Error> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let path = path.to_owned();
    config.custom_setup = Box::new(move |_| {
        use diesel::connection::SimpleConnection as _;
        let made = if purpose == Use::Look { look(&path) } else { connect(&path) }.and_then(|mut conn| {
            if purpose == Use::Read {
                conn.batch_execute("pragma query_only = on").map_err(ConnectionError::CouldntSetupConfiguration)?;
            }
            conn.set_instrumentation(statements.watch());
            Ok(Conn::new(conn))
        });
        async move { made }.boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    // The connection used last comes next: what it has mapped and prepared is still warm, while after each write every other
    // one has to begin anew.
    Pool::builder(manager).max_size(size).queue_mode(QueueMode::Lifo).build().map_err(|e| Error::Internal(e.to_string()))
}

/// Takes over into the file what stands in the log, as far as nobody reads what was there before. Neither readers nor the
/// writer wait for it (sqlite.org/c3ref/wal_checkpoint_v2.html, passive).
fn take_over(path: &Path) -> Result<(), ConnectionError> {
    use diesel::connection::SimpleConnection as _;
    connect(path)?.batch_execute("pragma wal_checkpoint(passive)").map_err(ConnectionError::CouldntSetupConfiguration)
}

/// Begins a transaction that only reads: it sees what there was at its first statement.
pub(crate) async fn begin_reading(conn: &mut Conn) -> diesel::QueryResult<()> {
    conn.spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "begin")).await
}

/// Begins a transaction that writes, waiting for another process's to end. One that reads first and writes later would fail at
/// once if another process wrote in between.
pub(crate) async fn begin_immediate(conn: &mut Conn) -> diesel::QueryResult<()> {
    conn.spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "begin immediate")).await
}

/// Keys are looked up in statements for a multiple of so many, so that these are few and stay prepared; and for so many at most,
/// of the 500 parts that SQLite takes.
const KEYS: (usize, usize) = (8, 400);

/// A key that nobody has: it stands where a statement has more places than there are keys.
const NOBODY: i64 = 0;

/// Each of these keys with the numbers of those who have it and can be found so easily, so many at most of each.
pub(crate) async fn postings(
    db: &mut Conn,
    tenant: i64,
    mut keys: Vec<i64>,
    found: i16,
    limit: i64,
) -> diesel::QueryResult<Vec<(i64, i64)>> {
    keys.resize(keys.len().max(1).next_multiple_of(KEYS.0), NOBODY);
    let mut rows = Vec::new();
    for keys in keys.chunks(KEYS.1) {
        let mut sql = Sql::<(BigInt, BigInt)>::new();
        for (n, key) in keys.iter().enumerate() {
            sql.text(if n == 0 { "" } else { " union all " });
            sql.text("select k.key, k.rec from (select key, rec from match_key where tenant = ").value(tenant);
            sql.text(" and key = ").value(*key).text(" and found >= ").value(i64::from(found)).text(" limit ").value(limit).text(") k");
        }
        rows.extend(diesel_async::RunQueryDsl::load::<(i64, i64)>(sql, db).await?);
    }
    Ok(rows)
}

/// Nothing: the one writer of SQLite is alone already. PostgreSQL takes a lock here.
pub(crate) async fn one_at_a_time(_: &mut Conn, _: i64) -> diesel::QueryResult<()> {
    Ok(())
}

/// None: the one writer draws places in the order in which its units of work end. On PostgreSQL there are several.
pub(crate) async fn running(_: &mut Conn) -> diesel::QueryResult<Vec<i64>> {
    Ok(Vec::new())
}

/// Nothing, for the same reason. PostgreSQL locks the rows here.
pub(crate) async fn hold(_: &mut Conn, _: OrganizationId, _: &[AlumnusId]) -> diesel::QueryResult<()> {
    Ok(())
}

/// Nothing, once more.
pub(crate) async fn hold_gatherings(_: &mut Conn, _: OrganizationId, _: &[GatheringId]) -> diesel::QueryResult<()> {
    Ok(())
}
