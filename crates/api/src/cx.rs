//! The context of one request: who asks, and the two ways to the store. Only an authenticated actor has one, and only
//! through it is the store reached, so that no statement is without an organization.

use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use furusu_domain::actor::Actor;
use furusu_domain::alumni::Viewpoint;
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::Mint;
use furusu_domain::privacy::Redaction;
use furusu_domain::time::{Date, Moment};
use furusu_persistence::Tx;
use furusu_persistence::store::Unit;
use tokio::sync::SemaphorePermit;
use tracing::Instrument as _;

use crate::app::App;
use crate::error::Refusal;
use crate::operating::telemetry::SPANS;

/// Who asks, and where they stand.
#[derive(Clone)]
pub struct Cx {
    actor: Arc<Actor>,
    app: Arc<App>,
    now: Moment,
}

impl Cx {
    /// For an actor whose token has been checked, or the operator at the command line.
    #[must_use]
    pub fn new(app: Arc<App>, actor: Arc<Actor>) -> Self {
        let now = app.clock.now();
        Self { actor, app, now }
    }

    /// The same actor, a moment later: for work that goes on and on.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::new(self.app.clone(), self.actor.clone())
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the service is made of.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The same, to be kept beyond the request.
    #[must_use]
    pub fn shared(&self) -> Arc<App> {
        self.app.clone()
    }

    /// Asks leave.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the scope that is missing.
    pub fn may(&self, operation: &str) -> Result<(), Error> {
        self.actor.may(operation)
    }

    /// The moment of the request: one for everything it does.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// The day it is where the organization is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.actor.zone.date_at(self.now)
    }

    /// Where the reader stands. The future cannot be known: `known_at` must have been.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `/known_at`.
    pub fn viewpoint(&self, as_of: Option<Date>, known_at: Option<Moment>) -> Result<Viewpoint, Error> {
        if known_at.is_some_and(|at| at > self.now) {
            return Err(Error::Invalid(vec![Fault::new("/known_at", Problem::InTheFuture)]));
        }
        Ok(Viewpoint { today: self.today(), as_of, known_at })
    }

    /// What the reader may see.
    #[must_use]
    pub fn redaction(&self) -> Redaction {
        Redaction::of(self.actor.scopes)
    }

    /// Counts one more request of the caller, where one HTTP request or connection carries several.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub async fn count(&self) -> Result<(), Error> {
        self.app.quotas.take(&self.app, &self.actor).await.map_or(Ok(()), |standing| standing.check())
    }

    /// Waits for the turn of a batch, which lasts until what is given here is dropped.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Refused only when closed, which nobody does; then there would be no turns to wait for.
        self.app.batches.acquire().await.ok()
    }

    /// Makes new ids.
    #[must_use]
    pub fn mint(&self) -> Mint {
        self.app.mint(self.now)
    }

    /// Statements without a transaction.
    #[must_use]
    pub fn read(&self) -> Tx {
        self.app.store.read(self.actor.organization, self.now)
    }

    /// One unit of work, one transaction.
    ///
    /// # Errors
    /// What the unit returned.
    pub async fn write<T: Send + 'static>(&self, work: impl Unit<T>) -> Result<T, Error> {
        // The moment of the unit, not of the request: its body may have taken its time to arrive.
        let span = tracing::trace_span!(target: SPANS, "db.transaction", otel.kind = "client", db.system.name = system(&self.app));
        self.app.store.write(self.actor.organization, self.app.clock.now(), work).instrument(span).await
    }
}

impl FromRequest for Cx {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().map(|app| app.clone().into_inner());
        let request = request.clone();
        Box::pin(async move {
            let app = app.ok_or_else(|| Error::Internal("the service is not mounted".into()))?;
            let actor = app.gate.admit(&app, request.headers()).await?;
            if let Some(standing) = app.quotas.take(&app, &actor).await {
                // Told in the headers of the answer, whatever that is.
                request.extensions_mut().insert(standing);
                standing.check()?;
            }
            Ok(Self::new(app, actor))
        })
    }
}

/// The database as the semantic conventions of OpenTelemetry call it.
fn system(app: &App) -> &'static str {
    if app.store.kind() == "postgres" { "postgresql" } else { "sqlite" }
}
