//! SQLite: connections, pools, settings, and the few functions that cannot be shared.

use std::error::Error as StdError;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use diesel::connection::AnsiTransactionManager;
use diesel::{Connection as _, ConnectionError, SqliteConnection};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::MutexGuard;

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
    writer: Pool<Conn>,
    readers: Pool<Conn>,
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

/// The waiting time comes first: even switching to write-ahead mode can meet a lock.
const SETTINGS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; \
     pragma foreign_keys = on; pragma cache_size = -16384; pragma mmap_size = 1073741824; pragma temp_store = memory;";

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
        Ok(Self { writer: pool(path, 1, Use::Write, statements.clone())?, readers: pool(path, readers, Use::Read, statements)? })
    }

    /// One that changes nothing: see [`look`].
    pub(crate) fn look(path: &Path, statements: Statements) -> Result<Self, Error> {
        Ok(Self { writer: pool(path, 1, Use::Look, statements.clone())?, readers: pool(path, 1, Use::Look, statements)? })
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
    Pool::builder(manager).max_size(size).build().map_err(|e| Error::Internal(e.to_string()))
}

/// Begins a transaction that writes, waiting for another process's to end.
pub(crate) async fn begin_immediate(conn: &mut Conn) -> diesel::QueryResult<()> {
    conn.spawn_blocking(|conn| AnsiTransactionManager::begin_transaction_sql(conn, "begin immediate")).await
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
