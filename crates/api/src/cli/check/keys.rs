//! The master key, and whether it opens the signing keys.

use std::os::unix::fs::PermissionsExt as _;

use furusu_domain::time::Clock;
use furusu_persistence::{SigningKey, Store};

use crate::app::App;
use crate::auth::MasterKey;
use crate::config::Settings;

pub(super) fn master(settings: &Settings) -> Result<String, String> {
    let Some(path) = settings.master_key_path() else { return Err(settings.master_key().err().unwrap_or_default()) };
    if !path.exists() {
        return Err(format!(
            "{} does not exist; put the one back that sealed the signing keys, or, for a new database, let `furusu serve` make it",
            path.display()
        ));
    }
    MasterKey::read(&path)?;
    let mode = std::fs::metadata(&path).map_err(|e| format!("{}: {e}", path.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!("{0} can be read by others (mode {1:03o}); `chmod 600 {0}`", path.display(), mode & 0o777));
    }
    Ok(format!("{}, readable by its owner only", path.display()))
}

/// Whether the master key opens the signing keys.
pub(super) async fn signing(settings: &Settings, store: Store, keys: &[SigningKey]) -> Result<String, String> {
    let Some(newest) = keys.first() else { return Ok("none yet; `furusu serve` makes the first".to_owned()) };
    let path = settings.master_key_path().ok_or("they cannot be opened without a master key; see there")?;
    let master = MasterKey::read(&path).map_err(|_| "they cannot be opened without the master key; see there".to_owned())?;
    // At the moment the newest was made, none is due for exchange: they are opened, and nothing is written.
    let app = App::new(settings.clone(), store, Clock::standing_at(newest.created_at), &master);
    app.keys.refresh(&app).await.map_err(|e| format!("{e}; put the master key back that sealed them"))?;
    Ok(format!("{} can be opened with the master key", keys.len()))
}
