//! The database: whether it answers, its migrations, its time, its room, and whose people are in it.

use furusu_domain::time::Moment;
use furusu_persistence::vitals::Vitals;
use furusu_persistence::{Store, migrate};

use crate::config::Settings;
use crate::demo;

/// How far the clocks may be apart, in seconds: half of what tokens are forgiven.
const APART: i64 = 30;

/// Where the migrations stand. `Err` if the database cannot be read; `Ok(Err)` if it can and is not current.
pub(super) async fn standing(settings: &Settings) -> Result<Result<String, String>, String> {
    let standing = migrate::look(&settings.database).await.map_err(|why| {
        format!("{why}; see that it runs, and that FURUSU_DATABASE_URL names it, a user it lets in, and the right sslmode")
    })?;
    if !standing.ahead.is_empty() {
        return Ok(Err(format!("ahead by migrations {}, made by a newer furusu; run that one", standing.ahead.join(", "))));
    }
    if !standing.behind.is_empty() {
        return Ok(Err(format!("behind by migrations {}; run `furusu migrate`", standing.behind.join(", "))));
    }
    Ok(Ok("reachable, migrations current".to_owned()))
}

/// Whether this machine's clock and the server's agree.
pub(super) fn clock(here: Moment, there: Moment) -> Result<String, String> {
    let apart = here.seconds() - there.seconds();
    if apart.abs() > APART {
        let which = if apart > 0 { "behind" } else { "ahead" };
        return Err(format!(
            "it is {here} here and {there} at the database, which is {which} by {} s; let both follow a time server (NTP): tokens and days \
             depend on it",
            apart.abs()
        ));
    }
    Ok(format!("{here}, the database's is {} s away", apart.abs()))
}

/// Whether the server allows as many connections as the service may ask for.
pub(super) fn connections(vitals: Vitals) -> Result<String, String> {
    let Vitals { now: _, needed, room } = vitals;
    if needed > room {
        return Err(format!(
            "the service may ask for {needed} connections, and the server has {room} for it (max_connections and the limits of user and \
             database, less those kept and those others use); lower FURUSU_DATABASE_CONNECTIONS, or raise the limit"
        ));
    }
    Ok(format!("{needed} at most, and the server has {room}: enough for {} services like this one", room / needed.max(1)))
}

/// Whether the people of the demonstration got into a server's database, where real ones are.
pub(super) async fn demonstration(settings: &Settings, store: &Store) -> Result<String, String> {
    let made_up = demo::organization();
    let found = store.outside(Moment::from_micros(0)).accounts().seek_organization(made_up).await.map_err(|e| e.to_string())?;
    match found {
        None => Ok("none of its people are here".to_owned()),
        Some(_) if settings.database.is_embedded() => Ok(format!("its organization {made_up} is here: nobody real should be")),
        Some(_) => Err(format!(
            "its organization {made_up} is in a server's database, and whoever makes a token for it sees people who do not exist; start \
             anew from a database without it"
        )),
    }
}
