//! GraphQL: the roots and loaders, and the way of a request.
//!
//! | module | what is there |
//! | --- | --- |
//! | [`rest`], [`events`], [`socket`] | the transports: HTTP, server-sent events, WebSocket |
//! | [`run`] | from what is asked to the answer, for all of them |
//! | [`documents`] | documents, parsed and validated once, kept by their hash; those that the operator trusts |
//! | [`variables`], [`plan`], [`bounds`] | what an operation asks for, what it costs, what it may |
//! | [`shape`] | the answer as the specification has it |
//! | [`feed`] | what happens, for those who follow it |
//! | [`words`] | why a request is not run: codes, texts, statuses |
//! | [`node`], [`connection`] | what all slices have of Relay |

pub mod bounds;
pub mod connection;
pub mod documents;
pub mod events;
pub mod feed;
pub mod node;
pub mod plan;
pub mod rest;
pub mod run;
pub mod shape;
pub mod socket;
pub mod variables;
pub mod words;

use std::sync::LazyLock;

use async_graphql::dataloader::{DataLoader, HashMapCache};
use async_graphql::{Context, MergedObject, MergedSubscription, Schema, ValidationMode};

use furusu_domain::error::{Error, Problem};

use crate::cx::Cx;
use crate::{alumni, applicants, departures, engagement, figures, identity, operating, organization, privacy};

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    alumni::graphql::AlumniQuery,
    departures::graphql::DeparturesQuery,
    applicants::graphql::ApplicantsQuery,
    identity::graphql::IdentityQuery,
    engagement::graphql::EngagementQuery,
    figures::graphql::FiguresQuery,
    engagement::gatherings::graphql::GatheringsQuery,
    engagement::messages::graphql::MessagesQuery,
    organization::graphql::OrganizationQuery,
    node::NodeQuery,
);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    departures::graphql::DeparturesMutation,
    alumni::graphql::AlumniMutation,
    applicants::graphql::ApplicantsMutation,
    identity::graphql::IdentityMutation,
    privacy::graphql::PrivacyMutation,
    engagement::graphql::EngagementMutation,
    engagement::gatherings::graphql::GatheringsMutation,
    engagement::messages::graphql::MessagesMutation,
    organization::graphql::OrganizationMutation,
);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(alumni::graphql::AlumniSubscription, engagement::graphql::EngagementSubscription);

/// The schema of the service.
pub type Furusu = Schema<Query, Mutation, Subscription>;

/// Documents come here parsed, validated and within their bounds: nothing of that is done again.
static SCHEMA: LazyLock<Furusu> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<node::Node>()
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
        .finish()
});

/// The schema of the service; one for all requests.
#[must_use]
pub fn schema() -> &'static Furusu {
    &SCHEMA
}

/// The schema in its own language.
#[must_use]
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let mut sdl = schema().sdl_with_options(options);
    sdl.truncate(sdl.trim_end().len());
    sdl.push('\n');
    sdl
}

/// The context of a request, and its loaders.
pub(crate) fn cx<'c>(context: &Context<'c>) -> async_graphql::Result<&'c Cx> {
    context.data::<Cx>()
}

/// What a filter is narrowed to, read from its text.
pub(crate) fn narrowed<T>(
    pointer: &'static str,
    text: Option<String>,
    read: impl FnOnce(&str) -> Result<T, Problem>,
) -> Result<Option<T>, Error> {
    text.map(|text| read(&text)).transpose().map_err(|problem| Error::fault(pointer, problem))
}

/// An input as it would be written for REST, so that both doors read with the same eyes.
pub(crate) fn as_in_rest(input: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(input).map_err(|e| Error::Internal(e.to_string()))
}

/// A loader that keeps what it has for one request.
pub(crate) type Loader<T> = DataLoader<T, HashMapCache>;

/// How many turns of the other tasks a loader waits for.
const TURNS: usize = 128;

/// A loader for one request. It waits for turns and not for time: the resolvers of a long list are polled a few at a
/// time, and however busy the machine is, all of them must have asked before the one statement is sent.
pub(crate) fn loader<T>(of: T) -> Loader<T> {
    let spawn = |load: futures_util::future::BoxFuture<'static, ()>| {
        tokio::task::spawn_local(operating::carried(async move {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            load.await;
        }))
    };
    DataLoader::with_cache(of, spawn, HashMapCache::default()).delay(std::time::Duration::ZERO)
}
