//! What comes in at the same time is written together: a commit waits for the disk, and one wait serves them all. Activities of an
//! organization come in by such a line, and guests of a gathering.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use furusu_domain::error::Error;
use tokio::sync::oneshot;

/// How many are written together at most.
const TOGETHER: usize = 256;

/// Who waits in line to be written, line by line. While somebody writes, the others gather.
pub struct Line<K, I, O>(Mutex<HashMap<K, Vec<Waiting<I, O>>>>);

struct Waiting<I, O> {
    intake: I,
    answer: oneshot::Sender<Result<O, Error>>,
}

impl<K, I, O> Default for Line<K, I, O> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Copy + Eq + Hash, I, O> Line<K, I, O> {
    /// Takes one thing; answers once it is written. `begin` sets somebody to [`Line::serve`], if nobody does.
    ///
    /// # Errors
    /// As the writing.
    pub async fn take(&self, key: K, intake: I, begin: impl FnOnce()) -> Result<O, Error> {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut lines = self.lines();
            let is_first = !lines.contains_key(&key);
            lines.entry(key).or_default().push(Waiting { intake, answer });
            is_first
        };
        if is_first {
            begin();
        }
        answered.await.unwrap_or_else(|_| Err(Error::Internal("whoever wrote for others broke off".into())))
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<K, Vec<Waiting<I, O>>>> {
        // Nothing panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those who are next; `None` if nobody waits any more, after which whoever comes is the first again.
    fn next(&self, key: K) -> Option<Vec<Waiting<I, O>>> {
        let mut lines = self.lines();
        let line = lines.get_mut(&key)?;
        if line.is_empty() {
            lines.remove(&key);
            return None;
        }
        let rest = line.split_off(line.len().min(TOGETHER));
        Some(std::mem::replace(line, rest))
    }

    /// Writes for everybody in line, until nobody is.
    pub async fn serve<F: Future<Output = Result<Vec<O>, Error>>>(&self, key: K, write: impl Fn(Vec<I>) -> F) {
        let turn = Turn(self, key);
        while let Some(together) = self.next(key) {
            let (intake, answers): (Vec<I>, Vec<_>) = together.into_iter().map(|Waiting { intake, answer }| (intake, answer)).unzip();
            match write(intake).await {
                Ok(results) => {
                    for (answer, result) in answers.into_iter().zip(results) {
                        // Whoever asked may be gone.
                        let _ = answer.send(Ok(result));
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
}

/// A line, which is left in order whatever happens: were it to stay behind, whoever comes next would wait for somebody who is gone.
struct Turn<'a, K: Copy + Eq + Hash, I, O>(&'a Line<K, I, O>, K);

impl<K: Copy + Eq + Hash, I, O> Drop for Turn<'_, K, I, O> {
    fn drop(&mut self) {
        self.0.lines().remove(&self.1);
    }
}

/// The same error once more.
fn same(error: &Error) -> Error {
    match error {
        Error::Conflict => Error::Conflict,
        Error::Unavailable => Error::Unavailable,
        Error::NotFound => Error::NotFound,
        Error::Forbidden(scope) => Error::Forbidden(*scope),
        Error::Refused(rule) => Error::Refused(rule.clone()),
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
