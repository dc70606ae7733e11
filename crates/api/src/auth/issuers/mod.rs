//! External identity providers: their settings, their keys, and what their tokens say.

pub(super) mod claims;
mod fetch;
mod keys;
pub mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use furusu_domain::time::Moment;
pub(super) use keys::Source;
pub use settings::Issuer;

use crate::config::Settings;

/// The issuers that are trusted beside the service itself.
pub struct Issuers(Vec<Arc<Source>>);

impl Issuers {
    /// Those of the settings, of whom nothing is known yet.
    #[must_use]
    pub fn new(issuers: &[Issuer]) -> Self {
        Self(issuers.iter().cloned().map(|issuer| Arc::new(Source::new(issuer))).collect())
    }

    /// The issuer of that name, compared letter by letter.
    pub(super) fn find(&self, issuer: &str) -> Option<&Arc<Source>> {
        self.0.iter().find(|source| source.issuer.issuer == issuer)
    }

    /// Has the keys fetched that are due, aside; nobody waits.
    pub fn look_around(&self, now: Moment) {
        for source in &self.0 {
            source.look(now);
        }
    }
}

/// `furusu check`: whether each issuer's keys can be had, and be used; `Err` says which issuer's cannot, and how to mend it.
/// `None` if there is none but the service itself.
pub async fn check(settings: &Settings) -> Option<Result<String, String>> {
    if settings.issuers.is_empty() {
        return None;
    }
    let asked: Vec<_> = settings.issuers.iter().cloned().map(|it| tokio::task::spawn_blocking(move || fetch::keys(&it, None))).collect();
    let (mut fine, mut wrong) = (Vec::new(), Vec::new());
    for (issuer, answer) in settings.issuers.iter().zip(asked) {
        match answer.await.map_err(|e| e.to_string()).flatten() {
            Ok(found) => fine.push(format!("{}: {} usable keys", issuer.issuer, found.keys.len())),
            Err(why) => wrong.push(format!(
                "{}: {why}; mend the issuer, its entry in the settings, or the way to it: until then none of its tokens are let in",
                issuer.issuer
            )),
        }
    }
    Some(if wrong.is_empty() { Ok(fine.join("; ")) } else { Err(wrong.join("; ")) })
}
