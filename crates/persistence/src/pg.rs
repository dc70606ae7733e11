//! PostgreSQL: connections with TLS, the pool, the shared lanes for reads, and the few functions that cannot be shared.

mod tls;

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool::managed::{PoolError, QueueMode, Timeouts};
use diesel::ConnectionError;
use diesel::dsl::sql;
use diesel::sql_types::{Array, BigInt, SmallInt};
use diesel::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, GatheringId, OrganizationId};
use futures_util::FutureExt as _;
use tokio::sync::RwLock;

use crate::error::unreachable;
use crate::expr::{Among, kept};
use crate::store::{PATIENCE, Statements, patiently};

pub(crate) use tls::Target;

pub(crate) type Db = diesel::pg::Pg;
pub(crate) type Own = Object<AsyncPgConnection>;

/// How many connections reads share at most, each carrying many statements at once.
const LANES: usize = 8;

/// A PostgreSQL server: connections for units of work, a few shared ones for reads.
pub(crate) struct Pg {
    /// A few for each thread that answers, and the first of them for all others: to work over a connection that another thread
    /// drives wakes that thread for each statement, and this one for each answer.
    pools: Vec<Pool<AsyncPgConnection>>,
    lanes: Vec<RwLock<Option<Shared>>>,
    target: Arc<Target>,
    statements: Statements,
}

struct Shared {
    conn: Arc<AsyncPgConnection>,
    closed: Arc<AtomicBool>,
}

/// One statement's connection.
pub(crate) enum Lane<'a> {
    Shared(Arc<AsyncPgConnection>),
    Own(&'a AsyncPgConnection),
}

impl Deref for Lane<'_> {
    type Target = AsyncPgConnection;
    fn deref(&self) -> &AsyncPgConnection {
        match self {
            Self::Shared(conn) => conn,
            Self::Own(conn) => conn,
        }
    }
}

impl Pg {
    pub(crate) fn open(url: &str, connections: usize, statements: Statements) -> Result<Self, Error> {
        let target = Arc::new(Target::parse(url).map_err(Error::Internal)?);
        let answering = std::thread::available_parallelism().map_or(1, usize::from);
        let count = (answering + 1).min(connections.max(1));
        // Together they are as many as there may be.
        let sizes = (0..count).map(|n| connections / count + usize::from(n < connections % count));
        let pools = sizes.map(|size| pool(&target, &statements, size)).collect::<Result<_, _>>()?;
        let lanes = (0..connections.clamp(1, LANES)).map(|_| RwLock::new(None)).collect();
        Ok(Self { pools, lanes, target, statements })
    }

    /// How many connections there are at most: those of the pools, and the lanes.
    pub(crate) fn needed(&self) -> i64 {
        let pooled: usize = self.pools.iter().map(|pool| pool.status().max_size).sum();
        i64::try_from(pooled + self.lanes.len()).unwrap_or(i64::MAX)
    }

    /// A connection of one's own: of this thread's, unless they are all at work and another thread has one to spare.
    pub(crate) async fn connection(&self) -> Result<Own, Error> {
        let at_once = Timeouts { wait: Some(Duration::ZERO), ..Timeouts::default() };
        let own = own(self.pools.len());
        let (others, first) = self.pools.split_at(own);
        for pool in first.iter().chain(others) {
            match tokio::time::timeout(PATIENCE, pool.timeout_get(&at_once)).await {
                Ok(Err(PoolError::Timeout(_))) => {}
                Ok(got) => return got.map_err(|cause| unreachable(&cause)),
                Err(_) => return Err(unreachable(&"the server does not answer")),
            }
        }
        patiently(self.pools[own].get()).await
    }

    /// The shared connection of this thread. Its session is never changed by a request, and nothing can be written on
    /// it. One that the server closed is replaced.
    pub(crate) async fn lane(&self) -> Result<Arc<AsyncPgConnection>, Error> {
        let lane = &self.lanes[own(self.lanes.len())];
        let open = |shared: &Option<Shared>| shared.as_ref().filter(|s| !s.closed.load(Ordering::Acquire)).map(|s| s.conn.clone());
        if let Some(conn) = open(&*lane.read().await) {
            return Ok(conn);
        }
        let mut lane = lane.write().await;
        if let Some(conn) = open(&lane) {
            return Ok(conn);
        }
        let made = async {
            let (mut conn, closed) = connect(&self.target).await?;
            conn.batch_execute("set default_transaction_read_only = on; set statement_timeout = '30s'")
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            conn.set_instrumentation(self.statements.watch());
            Ok::<_, ConnectionError>(Shared { conn: Arc::new(conn), closed })
        };
        let shared = match tokio::time::timeout(PATIENCE, made).await {
            Ok(made) => made.map_err(|cause| unreachable(&cause))?,
            Err(_) => return Err(unreachable(&"the server does not answer")),
        };
        Ok(lane.insert(shared).conn.clone())
    }
}

/// A pool of so many connections.
fn pool(target: &Arc<Target>, statements: &Statements, size: usize) -> Result<Pool<AsyncPgConnection>, Error> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let (to, count) = (target.clone(), statements.clone());
    config.custom_setup = Box::new(move |_| {
        let (to, count) = (to.clone(), count.clone());
        async move {
            let (mut conn, _) = connect(&to).await?;
            conn.set_instrumentation(count.watch());
            Ok(conn)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    // The connection used last comes next: its statements are prepared, its server process is warm.
    Pool::builder(manager).max_size(size).queue_mode(QueueMode::Lifo).build().map_err(|e| Error::Internal(e.to_string()))
}

thread_local! {
    /// A number for each thread that answers, the first is 1; 0 for every other.
    static ANSWERING: Cell<usize> = const { Cell::new(0) };
}

/// This thread answers from now on, and drives its connections itself.
pub(crate) fn answer_here() {
    static ALL: AtomicUsize = AtomicUsize::new(1);
    ANSWERING.with(|it| {
        if it.get() == 0 {
            it.set(ALL.fetch_add(1, Ordering::Relaxed));
        }
    });
}

/// Which of so many is this thread's: the first is for all that do not answer, if there are several.
fn own(count: usize) -> usize {
    match ANSWERING.with(Cell::get) {
        n if n > 0 && count > 1 => (n - 1) % (count - 1) + 1,
        _ => 0,
    }
}

/// Notes that a connection is closed when its driver ends, or is ended with the runtime that it ran on.
struct Closing(Arc<AtomicBool>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection, and whether it has been closed since.
pub(crate) async fn connect(target: &Target) -> Result<(AsyncPgConnection, Arc<AtomicBool>), ConnectionError> {
    let bad = |cause: tokio_postgres::Error| {
        // Only what went wrong, never the parameters, which may hold a password.
        let root = std::error::Error::source(&cause).map_or_else(String::new, |s| format!(": {s}"));
        ConnectionError::BadConnection(format!("{cause}{root}"))
    };
    let closed = Arc::new(AtomicBool::new(false));
    let (client, driver) = target.connect().await.map_err(bad)?;
    let closing = Closing(closed.clone());
    tokio::spawn(async move {
        let _closing = closing;
        driver.await;
    });
    Ok((AsyncPgConnection::try_from(client).await?, closed))
}

/// Waits until no other unit of work holds this lock, and holds it until the transaction ends.
pub(crate) async fn one_at_a_time(db: &mut &AsyncPgConnection, lock: i64) -> diesel::QueryResult<()> {
    diesel_async::RunQueryDsl::execute(diesel::select(pg_advisory_xact_lock(lock)), db).await.map(|_| ())
}

/// The transactions that have written something and have not ended (manual of PostgreSQL, section 53.13, "pg_locks": each
/// holds a lock on its own number).
pub(crate) async fn running(db: &mut &AsyncPgConnection) -> diesel::QueryResult<Vec<i64>> {
    #[derive(diesel::QueryableByName)]
    struct Running {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let all = "select transactionid::text::bigint as number from pg_locks where locktype = 'transactionid' and mode = 'ExclusiveLock' and granted";
    let rows: Vec<Running> = diesel_async::RunQueryDsl::load(diesel::sql_query(all), db).await?;
    Ok(rows.into_iter().map(|Running { number }| number).collect())
}

/// Holds these people until the transaction ends, in the order of their ids, so that two units of work on one person
/// follow one another and each sees what the other did.
pub(crate) async fn hold(db: &mut &AsyncPgConnection, organization: OrganizationId, people: &[AlumnusId]) -> diesel::QueryResult<()> {
    use crate::schema::person;
    let them = person::table
        .filter(person::organization_id.eq(organization))
        .filter(Among { column: person::id, values: people, is_kept: false })
        .order(person::id)
        .select(person::id)
        .for_update();
    diesel_async::RunQueryDsl::load::<AlumnusId>(them, db).await.map(|_| ())
}

/// Holds these gatherings until the transaction ends, in the order of their ids: seats are given by one unit of work at a time.
pub(crate) async fn hold_gatherings(
    db: &mut &AsyncPgConnection,
    organization: OrganizationId,
    gatherings: &[GatheringId],
) -> diesel::QueryResult<()> {
    use crate::schema::gathering;
    let them = gathering::table
        .filter(gathering::organization_id.eq(organization))
        .filter(Among { column: gathering::id, values: gatherings, is_kept: false })
        .order(gathering::id)
        .select(gathering::id)
        .for_update();
    diesel_async::RunQueryDsl::load::<GatheringId>(them, db).await.map(|_| ())
}

/// Each of these keys with the numbers of those who have it and can be found so easily, so many at most of each. A statement
/// for any number of keys: with a part for each key, the database takes twice as long to begin.
pub(crate) async fn postings(
    db: &mut &AsyncPgConnection,
    tenant: i64,
    keys: Vec<i64>,
    found: i16,
    limit: i64,
) -> diesel::QueryResult<Vec<(i64, i64)>> {
    let statement = sql::<(BigInt, BigInt)>("select k.key, m.rec from unnest(")
        .bind::<Array<BigInt>, _>(keys)
        .sql(") k(key) cross join lateral (select rec from match_key where tenant = ")
        .bind::<BigInt, _>(tenant)
        .sql(" and key = k.key and found >= ")
        .bind::<SmallInt, _>(found)
        .sql(" limit ")
        .bind::<BigInt, _>(limit)
        .sql(") m");
    diesel_async::RunQueryDsl::load(kept(statement), db).await
}

diesel::define_sql_function! {
    /// See the manual of PostgreSQL, section 9.28.10, "Advisory Lock Functions".
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Integer;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_answer_have_connections_of_their_own() {
        let others = [own(1), own(3)];
        let answering = || {
            std::thread::spawn(|| {
                answer_here();
                let before = own(3);
                answer_here();
                (before, own(3), own(1))
            })
            .join()
            .unwrap()
        };
        let (one, two) = (answering(), answering());
        assert_eq!(others, [0, 0], "all others share the first");
        assert_ne!(one.0, two.0);
        for (before, after, only) in [one, two] {
            assert!(before > 0);
            assert_eq!((before, 0), (after, only), "once told it stays; where there is one it is everybody's");
        }
    }
}
