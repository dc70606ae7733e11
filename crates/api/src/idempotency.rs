//! Doing a thing once, however often it is asked for: both doors' way to an idempotency key.
//!
//! The key is claimed in a transaction of its own, so that every instance sees that the work is being done. What is
//! answered is written in the very transaction of the work: whoever dies in between leaves either both or a claim, which
//! ends by itself. What is kept is what happened and no view of it, so that whoever asks again is shown what they may see
//! then.

use std::marker::PhantomData;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::idempotency::{Claim, Claimed, Key};
use furusu_persistence::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::auth::MasterKey;
use crate::cx::Cx;

/// The header a caller names a request with.
pub const HEADER: &str = "idempotency-key";

/// The header that says that the answer is one of earlier.
pub const REPLAYED: &str = "idempotency-replayed";

/// Where a wrong header is pointed at.
const PLACE: &str = "/headers/Idempotency-Key";

/// Rows that a round removes in one transaction, and transactions that a round has, at most.
const AT_ONCE: (i64, usize) = (1_000, 20);

/// What turns keys and bodies into hashes that nobody without the master key can guess at.
pub struct Seal([u8; 32]);

impl Seal {
    /// With a key of its own, derived from the master key, so that every instance makes the same hashes.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self(master.derive("furusu 2026 idempotency"))
    }

    fn hash<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        *hasher.finalize().as_bytes()
    }
}

/// A request that has a name, and what it asks for.
pub struct Named<'a> {
    /// Its name.
    pub key: Key,
    /// Where it came in: the same name elsewhere is another request's.
    pub route: &'a str,
    /// All that makes the request what it is.
    pub said: &'a [&'a [u8]],
}

impl Named<'_> {
    /// A claim on the name, of this caller.
    ///
    /// # Errors
    /// [`Error::Internal`] if there are no random bits.
    pub fn claim(&self, cx: &Cx) -> Result<Claim, Error> {
        let Self { key, route, said } = self;
        let seal = &cx.app().seal;
        let caller = cx.actor().caller.to_string();
        let organization = cx.actor().organization;
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Claim {
            key: seal.hash([&b"key"[..], organization.as_bytes(), caller.as_bytes(), route.as_bytes(), key.as_str().as_bytes()]),
            body: seal.hash(std::iter::once(&b"body"[..]).chain(said.iter().copied())),
            token,
        })
    }
}

/// What a unit of work keeps its answer with; of a request without a name it keeps nothing.
pub struct Receipt<T> {
    claim: Option<Claim>,
    what: PhantomData<fn(&T)>,
}

impl<T> Clone for Receipt<T> {
    fn clone(&self) -> Self {
        Self { claim: self.claim.clone(), what: PhantomData }
    }
}

impl<T: Serialize> Receipt<T> {
    /// For a request without a name.
    #[must_use]
    pub const fn none() -> Self {
        Self { claim: None, what: PhantomData }
    }

    /// For a claim.
    #[must_use]
    pub const fn of(claim: Claim) -> Self {
        Self { claim: Some(claim), what: PhantomData }
    }

    /// Keeps what happened. The last thing a unit of work does.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyInUse`] if this work took so long that somebody else does it now.
    pub async fn keep(&self, tx: &Tx, what: &T) -> Result<(), Error> {
        let Some(claim) = &self.claim else { return Ok(()) };
        let answer = serde_json::to_string(what).map_err(|e| Error::Internal(e.to_string()))?;
        tx.idempotency().keep(claim, answer).await
    }
}

/// What was done, now or earlier.
pub struct Once<T> {
    /// What was done.
    pub what: T,
    /// Whether it was done earlier, for the same request.
    pub replayed: bool,
}

/// Puts the header into a response that says so if it was done earlier.
#[must_use]
pub fn mark(replayed: bool, mut response: HttpResponse) -> HttpResponse {
    if replayed {
        response.headers_mut().insert(HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
    }
    response
}

/// Does what is asked; of a request with a name only if it was not done before. `work` keeps what happened with the receipt;
/// `again` makes the answer of what was kept.
///
/// # Errors
/// Those of the work, after which the name is free again; [`Error::IdempotencyKeyReused`],
/// [`Error::IdempotencyKeyInUse`].
pub async fn once<K, T, W, A>(
    cx: &Cx,
    named: Option<Named<'_>>,
    work: impl FnOnce(Receipt<K>) -> W,
    again: impl FnOnce(K) -> A,
) -> Result<Once<T>, Error>
where
    K: Serialize + DeserializeOwned,
    W: Future<Output = Result<T, Error>>,
    A: Future<Output = Result<T, Error>>,
{
    let Some(named) = named else { return Ok(Once { what: work(Receipt::none()).await?, replayed: false }) };
    let claim = named.claim(cx)?;
    let ours = claim.clone();
    match cx.write(async move |tx| tx.idempotency().claim(&ours).await).await? {
        Claimed::Answered(answer) => {
            let kept = serde_json::from_str(&answer);
            // The parser's own message may quote what it met.
            let kept = kept.map_err(|e| Error::Internal(format!("a kept answer: line {} column {}", e.line(), e.column())))?;
            return Ok(Once { what: again(kept).await?, replayed: true });
        }
        Claimed::AnotherBody => return Err(Error::IdempotencyKeyReused),
        Claimed::Running => return Err(Error::IdempotencyKeyInUse { retry_after: 1 }),
        Claimed::Ours => {}
    }
    match work(Receipt::of(claim.clone())).await {
        Ok(what) => Ok(Once { what, replayed: false }),
        Err(why) => {
            // Nothing was done. If this fails as well, the claim ends by itself.
            if let Err(error) = cx.write(async move |tx| tx.idempotency().release(&claim).await).await {
                tracing::warn!(%error, "an idempotency key could not be given free; it will be in a minute");
            }
            Err(why)
        }
    }
}

/// Does what a REST request asks, once for its `Idempotency-Key`, if it has one: see [`once`]. Method, path, query and body
/// make the request what it is.
///
/// # Errors
/// As [`once`], and [`Error::Invalid`] if the header is no key.
pub async fn by_rest<K, T, W, A>(
    cx: &Cx,
    request: &HttpRequest,
    body: &[u8],
    work: impl FnOnce(Receipt<K>) -> W,
    again: impl FnOnce(K) -> A,
) -> Result<Once<T>, Error>
where
    K: Serialize + DeserializeOwned,
    W: Future<Output = Result<T, Error>>,
    A: Future<Output = Result<T, Error>>,
{
    let Some(key) = key(request)? else { return once(cx, None, work, again).await };
    let route = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
    let said = [request.path().as_bytes(), request.query_string().as_bytes(), body];
    once(cx, Some(Named { key, route: &route, said: &said }), work, again).await
}

/// Does what a mutation asks, once for its `idempotencyKey`, if it has one: see [`once`].
///
/// # Errors
/// As [`once`], and [`Error::Invalid`] if the text is no key.
pub async fn by_graphql<K, T, W, A>(
    cx: &Cx,
    mutation: &str,
    key: Option<&str>,
    input: &[u8],
    work: impl FnOnce(Receipt<K>) -> W,
    again: impl FnOnce(K) -> A,
) -> Result<Once<T>, Error>
where
    K: Serialize + DeserializeOwned,
    W: Future<Output = Result<T, Error>>,
    A: Future<Output = Result<T, Error>>,
{
    let key = key.map(Key::parse).transpose().map_err(|problem| Error::fault("/input/idempotencyKey", problem))?;
    let named = key.map(|key| Named { key, route: mutation, said: std::slice::from_ref(&input) });
    once(cx, named, work, again).await
}

/// The key of a request.
///
/// # Errors
/// [`Error::Invalid`] if there are two, or it is no key.
pub fn key(request: &HttpRequest) -> Result<Option<Key>, Error> {
    let mut sent = request.headers().get_all(HEADER);
    let Some(value) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(Error::fault(PLACE, Problem::Repeated));
    }
    let key = value.to_str().map_err(|_| Problem::Malformed { expected: Form::IdempotencyKey }).and_then(Key::parse_header);
    key.map(Some).map_err(|problem| Error::fault(PLACE, problem))
}

/// Removes the answers that are over, a bounded number a round; gives how many.
///
/// # Errors
/// As every statement.
pub async fn forget(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let (limit, rounds) = AT_ONCE;
    let mut all = 0;
    for _ in 0..rounds {
        let n = app.store.write_outside(now, async move |tx| tx.idempotency().remove_expired(limit).await).await?;
        all += n;
        if i64::try_from(n).unwrap_or(limit) < limit {
            break;
        }
    }
    Ok(all)
}
