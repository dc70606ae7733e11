//! The store: one of two databases, and the two doors into it.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::managed::Object;
use diesel_async::{AsyncConnection, SimpleAsyncConnection, TransactionManager as _};
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::time::Moment;
use futures_util::FutureExt as _;
use futures_util::future::join;
use tokio::sync::Mutex;

use crate::error::{failed, unreachable};
use crate::lite::{self, Lite};
use crate::pg::{self, Pg};
use crate::tx::{Place, Tx};
use crate::url::DatabaseUrl;
use crate::vitals::{self, Vitals};

/// How long a unit of work waits for a connection before it gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// One of two databases.
#[derive(Clone)]
pub struct Store {
    pub(crate) base: Base,
    statements: Statements,
    secret: [u8; 32],
}

#[derive(Clone)]
pub(crate) enum Base {
    Pg(Arc<Pg>),
    Lite(Arc<Lite>),
}

/// How many SQL statements were sent, for `/metrics` and for the tests that count them.
#[derive(Clone, Default)]
pub(crate) struct Statements(Arc<AtomicU64>);

impl Statements {
    /// Counts every query of the connection from now on.
    pub(crate) fn watch(&self) -> impl diesel::connection::Instrumentation {
        let count = self.0.clone();
        move |event: diesel::connection::InstrumentationEvent<'_>| {
            if matches!(event, diesel::connection::InstrumentationEvent::StartQuery { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// An `async |tx| …` whose future is `Send`, which stable Rust cannot yet say with `AsyncFnOnce` alone.
pub trait Work<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> Self::Fut {
    /// What the closure returns when called.
    type Fut: Future<Output = R> + Send;
}

impl<F, A, R, Fut> Work<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R> + Send,
{
    type Fut = Fut;
}

/// What [`Store::write`] takes: `async move |tx| { … }`.
pub trait Unit<T>: for<'t> AsyncFnOnce(&'t Tx) -> Result<T, Error> + for<'t> Work<&'t Tx, Result<T, Error>> + Send + 'static {}

impl<T, W> Unit<T> for W where W: for<'t> AsyncFnOnce(&'t Tx) -> Result<T, Error> + for<'t> Work<&'t Tx, Result<T, Error>> + Send + 'static {}

impl Store {
    /// Opens the database; nothing is migrated here. `connections` is how many at most, readers or pool; `secret` is what the
    /// keys of matching are made with.
    ///
    /// # Errors
    /// [`Error::Internal`] if the URL is wrong or the file cannot be opened; a server that does not answer is found out
    /// at the first statement.
    pub async fn open(url: &DatabaseUrl, connections: usize, secret: [u8; 32]) -> Result<Self, Error> {
        let statements = Statements::default();
        let base = match url {
            DatabaseUrl::Postgres(url) => Base::Pg(Arc::new(Pg::open(url, connections, statements.clone())?)),
            DatabaseUrl::Sqlite(path) => Base::Lite(Arc::new(Lite::open(path, connections, statements.clone())?)),
        };
        Ok(Self { base, statements, secret })
    }

    /// This thread answers requests from now on: on a server it has connections of its own, so that no other
    /// thread need be woken for its statements.
    pub fn answer_here(&self) {
        if matches!(self.base, Base::Pg(_)) {
            pg::answer_here();
        }
    }

    /// Opens the database only to look at it: nothing is written, not even by opening. The service's other settings hold.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn look(url: &DatabaseUrl, connections: usize) -> Result<Self, Error> {
        let statements = Statements::default();
        let base = match url {
            // Reads go over connections on which the server refuses a write.
            DatabaseUrl::Postgres(url) => Base::Pg(Arc::new(Pg::open(url, connections, statements.clone())?)),
            DatabaseUrl::Sqlite(path) => Base::Lite(Arc::new(Lite::look(path, statements.clone())?)),
        };
        // No key can be made or read with this, which is not needed to look.
        Ok(Self { base, statements, secret: [0; 32] })
    }

    /// How a database server is; `None` for an embedded database, which has this machine's clock and no connections.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database does not answer.
    pub async fn vitals(&self) -> Result<Option<Vitals>, Error> {
        match &self.base {
            Base::Pg(pg) => vitals::ask(pg).await.map(Some),
            Base::Lite(_) => Ok(None),
        }
    }

    /// How many SQL statements were sent since the store was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.0.load(Ordering::Relaxed)
    }

    /// The name of the database's kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.base {
            Base::Pg(_) => "postgres",
            Base::Lite(_) => "sqlite",
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.outside(Moment::from_micros(0)).accounts().ping().await
    }

    /// The versions of the migrations that have been applied.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database does not answer.
    pub async fn applied_migrations(&self) -> Result<Vec<String>, Error> {
        self.outside(Moment::from_micros(0)).accounts().migrations().await
    }

    /// Statements without a transaction, each on the next free connection; both databases refuse a write here.
    #[must_use]
    pub fn read(&self, organization: OrganizationId, now: Moment) -> Tx {
        Tx::new(Place::Anywhere(self.clone()), organization, now, self.secret)
    }

    /// Reads that are of no organization yet: finding the client of a token, the service's own keys.
    #[must_use]
    pub fn outside(&self, now: Moment) -> Tx {
        self.read(OrganizationId::from_bytes([0; 16]), now)
    }

    /// One unit of work, one transaction; it runs to its end even if the caller goes away. The unit either comes
    /// through whole or leaves nothing behind.
    ///
    /// # Errors
    /// What the unit returned, or [`Error::Unavailable`] if no connection was to be had.
    pub async fn write<T: Send + 'static>(&self, organization: OrganizationId, now: Moment, work: impl Unit<T>) -> Result<T, Error> {
        let secret = self.secret;
        match &self.base {
            Base::Pg(pg) => {
                let conn = pg.connection().await?;
                tokio::spawn(on_pg(conn, "begin", (organization, now, secret), work)).await
            }
            Base::Lite(lite) => {
                let conn = lite.writer().await?;
                let here = tokio::runtime::Handle::current();
                let done = tokio::task::spawn_blocking(move || {
                    here.block_on(on_lite(conn, lite::begin_immediate, (organization, now, secret), work))
                })
                .await;
                lite.committed();
                done
            }
        }
        .map_err(|panic| Error::Internal(panic.to_string()))?
    }

    /// Many statements that read, all of one moment: what others write meanwhile is not seen. Both databases refuse a write here.
    ///
    /// # Errors
    /// What the unit returned, or [`Error::Unavailable`] if no connection was to be had.
    pub async fn snapshot<T: Send + 'static>(&self, organization: OrganizationId, now: Moment, work: impl Unit<T>) -> Result<T, Error> {
        let of = (organization, now, self.secret);
        match &self.base {
            Base::Pg(pg) => {
                let conn = pg.connection().await?;
                tokio::spawn(on_pg(conn, "begin isolation level repeatable read read only", of, work)).await
            }
            Base::Lite(lite) => {
                let conn = lite.reader().await?;
                let here = tokio::runtime::Handle::current();
                tokio::task::spawn_blocking(move || here.block_on(on_lite(conn, lite::begin_reading, of, work))).await
            }
        }
        .map_err(|panic| Error::Internal(panic.to_string()))?
    }

    /// A unit of work of no organization: making one, or the service's own keys.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_outside<T: Send + 'static>(&self, now: Moment, work: impl Unit<T>) -> Result<T, Error> {
        self.write(OrganizationId::from_bytes([0; 16]), now, work).await
    }
}

/// What a unit of work is for: the organization, its moment, and what the keys of matching are made with.
type For = (OrganizationId, Moment, [u8; 32]);

async fn on_pg<T: Send + 'static>(
    conn: pg::Own,
    how: &'static str,
    (organization, now, secret): For,
    work: impl Unit<T>,
) -> Result<T, Error> {
    let tx = Tx::new(Place::Pg(conn), organization, now, secret);
    let begin = async {
        let Place::Pg(conn) = &tx.at else { return Err(lost()) };
        SimpleAsyncConnection::batch_execute(&mut &**conn, how).await.map_err(failed)
    };
    // The server does what it is sent in that order: the work need not wait for the word that its transaction has begun.
    let (begun, done) = join(begin, AssertUnwindSafe(work(&tx)).catch_unwind()).await;
    let Place::Pg(conn) = tx.at else { return Err(lost()) };
    match (begun, done) {
        (Ok(()), Ok(Ok(kept))) => end(conn, "commit").await.map(|()| kept),
        (Ok(()), Ok(Err(why))) => {
            end(conn, "rollback").await?;
            Err(why)
        }
        // Nobody else is to meet a connection of which it is not known what it is amid.
        (Err(why), Ok(_)) => {
            drop(Object::take(conn));
            Err(why)
        }
        (_, Err(panic)) => {
            drop(Object::take(conn));
            resume_unwind(panic)
        }
    }
}

/// Ends the transaction; a connection on which that fails is not used again.
async fn end(mut conn: pg::Own, how: &str) -> Result<(), Error> {
    let ended = conn.batch_execute(how).await;
    if ended.is_err() {
        drop(Object::take(conn));
    }
    ended.map_err(failed)
}

fn lost() -> Error {
    Error::Internal("the unit lost its connection".into())
}

async fn on_lite<T: Send + 'static>(
    mut conn: lite::Own,
    begin: impl AsyncFnOnce(&mut lite::Conn) -> diesel::QueryResult<()>,
    (organization, now, secret): For,
    work: impl Unit<T>,
) -> Result<T, Error> {
    type Manager = <lite::Conn as AsyncConnection>::TransactionManager;
    begin(&mut conn).await.map_err(failed)?;
    let tx = Tx::new(Place::Lite(Mutex::new(conn)), organization, now, secret);
    let done = work(&tx).await;
    let Place::Lite(conn) = tx.at else { return Err(lost()) };
    let mut conn = conn.into_inner();
    match done {
        Ok(kept) => Manager::commit_transaction(&mut *conn).await.map_err(failed).map(|()| kept),
        Err(why) => {
            Manager::rollback_transaction(&mut *conn).await.map_err(failed)?;
            Err(why)
        }
    }
}

/// A connection from a pool, or the reason why there is none.
pub(crate) async fn patiently<T, E: std::fmt::Display>(wait: impl Future<Output = Result<T, E>>) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(cause)) => Err(unreachable(&cause)),
        Err(_) => Err(unreachable(&"every connection is busy")),
    }
}
