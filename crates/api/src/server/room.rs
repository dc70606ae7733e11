//! How many connections there is room for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most files and connections the process asks to have open.
const FILES: u64 = 65_536;

/// Kept for the database's files and connections, and whatever else is opened.
const KEPT: u64 = 256;

/// The most connections of one worker.
const MOST: u64 = 8_192;

/// How many connections one of so many workers may hold, so that those who come and stay do not take from the rest of
/// the process what it must open. The soft limit of open files is raised as far as the system lets us.
pub(super) fn connections(workers: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(FILES).min(FILES);
    let raised =
        current.is_some_and(|current| current < wanted) && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok();
    let files = if raised { wanted } else { current.unwrap_or(FILES) };
    let each = files.saturating_sub(KEPT.min(files / 2)) / u64::try_from(workers.max(1)).unwrap_or(1);
    usize::try_from(each.clamp(16, MOST)).unwrap_or(1_024)
}
