//! How a database server is: its time, and whether it has room for the connections of a service. Only `check` asks.

use furusu_domain::error::Error;
use furusu_domain::time::Moment;

use crate::pg::Pg;

/// How a database server is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vitals {
    /// What time it is there.
    pub now: Moment,
    /// How many connections a service that is set up so needs at most: its pool, and those that reads share.
    pub needed: i64,
    /// How many connections the server, the database or the user has for services like this one: what the limits allow,
    /// less what is kept for superusers and what others use now.
    pub room: i64,
}

/// The limits by the manual of PostgreSQL, section 20.3.1, and `connlimit` in `pg_roles` and `pg_database`, where -1 is
/// none. The connections of furusu itself are not others'. A session of another user shows no name, and so is another's.
const ASK: &str = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros, \
     least( \
         current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint \
             - coalesce(nullif(current_setting('reserved_connections', true), '')::bigint, 0) \
             - (select count(*) from pg_stat_activity a where a.datid is not null \
                 and not (coalesce(a.application_name, '') = 'furusu' and a.usename = current_user)), \
         (select nullif(r.rolconnlimit, -1) from pg_roles r where r.rolname = current_user), \
         (select nullif(d.datconnlimit, -1) from pg_database d where d.datname = current_database()) \
     )::bigint as room";

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    micros: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    room: i64,
}

/// Asks a server how it is.
pub(crate) async fn ask(server: &Pg) -> Result<Vitals, Error> {
    let lane = server.lane().await?;
    let asked: diesel::QueryResult<Row> = diesel_async::RunQueryDsl::get_result(diesel::sql_query(ASK), &mut &*lane).await;
    let Row { micros, room } = asked.map_err(crate::error::failed)?;
    Ok(Vitals { now: Moment::from_micros(micros), needed: server.needed(), room })
}
