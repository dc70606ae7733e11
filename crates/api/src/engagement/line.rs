//! Activities that come in at the same time are written together: a commit waits for the disk, and one wait serves them all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use furusu_domain::engagement::ActivityRecorded;
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use tokio::sync::oneshot;

use super::Intake;
use crate::cx::Cx;
use crate::idempotency::Receipt;

/// How many are written together at most.
const TOGETHER: usize = 256;

/// Who waits in line to be written, organization by organization. While somebody writes, the others gather.
#[derive(Default)]
pub struct Line(Mutex<HashMap<OrganizationId, Vec<Waiting>>>);

struct Waiting {
    intake: Intake,
    answer: oneshot::Sender<Result<ActivityRecorded, Error>>,
}

impl Line {
    /// Takes one record; answers once it is written.
    ///
    /// # Errors
    /// As [`super::record`].
    pub async fn take(&self, cx: &Cx, intake: Intake) -> Result<ActivityRecorded, Error> {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut lines = self.lines();
            let is_first = !lines.contains_key(&cx.actor().organization);
            lines.entry(cx.actor().organization).or_default().push(Waiting { intake, answer });
            is_first
        };
        if is_first {
            // It goes on for the others even if whoever came first goes away.
            tokio::spawn(write(cx.clone()));
        }
        answered.await.unwrap_or_else(|_| Err(Error::Internal("whoever wrote activities broke off".into())))
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, HashMap<OrganizationId, Vec<Waiting>>> {
        // Nothing panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those who are next; `None` if nobody waits any more, after which whoever comes is the first again.
    fn next(&self, organization: OrganizationId) -> Option<Vec<Waiting>> {
        let mut lines = self.lines();
        let line = lines.get_mut(&organization)?;
        if line.is_empty() {
            lines.remove(&organization);
            return None;
        }
        let rest = line.split_off(line.len().min(TOGETHER));
        Some(std::mem::replace(line, rest))
    }
}

/// The line of an organization, which is left in order whatever happens: were it to stay behind, whoever comes next would wait
/// for somebody who is gone.
struct Turn<'a>(&'a Line, OrganizationId);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lines().remove(&self.1);
    }
}

/// Writes for everybody in line, until nobody is.
async fn write(cx: Cx) {
    let organization = cx.actor().organization;
    let line = &cx.app().activities;
    let turn = Turn(line, organization);
    while let Some(together) = line.next(organization) {
        let (intake, answers): (Vec<Intake>, Vec<_>) = together.into_iter().map(|Waiting { intake, answer }| (intake, answer)).unzip();
        match super::record(&cx.again(), intake, Receipt::none()).await {
            Ok(results) => {
                for (answer, recorded) in answers.into_iter().zip(results) {
                    // Whoever asked may be gone.
                    let _ = answer.send(Ok(recorded));
                }
            }
            Err(error) => {
                for answer in answers {
                    let _ = answer.send(Err(same(&error)));
                }
            }
        }
    }
    // Nobody waits, and whoever comes now begins anew: there may be a line again already, which is theirs.
    std::mem::forget(turn);
}

/// The same error once more.
fn same(error: &Error) -> Error {
    match error {
        Error::Conflict => Error::Conflict,
        Error::Unavailable => Error::Unavailable,
        Error::NotFound => Error::NotFound,
        Error::Forbidden(scope) => Error::Forbidden(*scope),
        Error::Malformed(_)
        | Error::Unauthenticated
        | Error::InvalidToken
        | Error::Invalid(_)
        | Error::BatchRejected(_)
        | Error::RateLimited { .. }
        | Error::PreconditionFailed
        | Error::PreconditionRequired
        | Error::IdempotencyKeyReused
        | Error::IdempotencyKeyInUse { .. }
        | Error::Internal(_) => Error::Internal(error.to_string()),
    }
}
