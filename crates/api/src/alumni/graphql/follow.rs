//! What can be followed of alumni by GraphQL.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject, Subscription};
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Moment;
use furusu_persistence::Told;
use futures_util::{Stream, stream};

use super::ById;
use crate::alumni::view::AlumnusView;
use crate::error::to_graphql;
use crate::graphql::cx;

/// Something that happened to a person.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct AlumnusChange {
    /// The id of what happened: of two with one id, one was told twice.
    pub id: ID,
    /// What happened, such as `alumnus.edited`, `employment.recorded` or `departure.effective`.
    pub event: String,
    /// When furusu learnt it.
    pub at: Moment,
    /// Whose it is.
    pub alumnus_id: AlumnusId,
}

#[ComplexObject]
impl AlumnusChange {
    /// The person as they are known now; null if nothing is known of them any more.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

/// What can be followed of alumni.
#[derive(Default)]
pub struct AlumniSubscription;

#[Subscription]
impl AlumniSubscription {
    /// What happens to people whom any source has named, as furusu learns it, each once and in order as far as it is
    /// known; from the moment of the subscription on. Needs the scope `alumni:read`.
    async fn alumnus_changed(&self, context: &Context<'_>) -> Result<impl Stream<Item = AlumnusChange>> {
        let cx = cx(context)?;
        cx.may("alumni.follow").map_err(to_graphql)?;
        // Each event is answered by itself, so that what it shows is of its own moment.
        // What somebody said about their data is told to those only who may read it.
        // Nor is anybody told of engagement beyond its wall.
        let may_be_told = |told: &&Arc<Told>| {
            let is_of = |slice: &str| told.name.split('.').next() == Some(slice);
            let is_walled = ["engagement", "gathering", "registration", "message"].into_iter().any(is_of);
            (!is_of("consent") || cx.may("privacy.page_consents").is_ok()) && (!is_walled || cx.may("engagement.follow").is_ok())
        };
        let told = context.data_opt::<Arc<Told>>().filter(may_be_told).map(|told| {
            let Told { place: _, id, alumnus, name, at, document: _ } = Told::clone(told);
            AlumnusChange { id: ID(id.to_string()), event: name, at, alumnus_id: alumnus }
        });
        Ok(stream::iter(told))
    }
}
