//! GraphQL: the roots, limits and loaders.

pub mod bounds;
pub mod connection;
pub mod node;
pub mod rest;

use std::sync::LazyLock;

use async_graphql::dataloader::{DataLoader, HashMapCache};
use async_graphql::{Context, EmptySubscription, MergedObject, Schema};

use furusu_domain::error::{Error, Problem};

use crate::cx::Cx;
use crate::{alumni, departures, operating};

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(alumni::graphql::AlumniQuery, departures::graphql::DeparturesQuery, node::NodeQuery);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(departures::graphql::DeparturesMutation, alumni::graphql::AlumniMutation);

/// The schema of the service.
pub type Furusu = Schema<Query, Mutation, EmptySubscription>;

/// How deep a document may go.
const DEPTH: usize = 12;

/// How many fields a document may select, a list's fields counted once.
const FIELDS: usize = 2_000;

static SCHEMA: LazyLock<Furusu> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<node::Node>()
        .limit_depth(DEPTH)
        .limit_complexity(FIELDS)
        .disable_suggestions()
        .finish()
});

/// Introspection asks deep and wide of a schema that is small and known: it has bounds of its own.
static INTROSPECTION: LazyLock<Furusu> = LazyLock::new(|| {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<node::Node>()
        .limit_depth(20)
        .limit_complexity(FIELDS)
        .disable_suggestions()
        .finish()
});

/// The schema of the service; one for all requests.
#[must_use]
pub fn schema() -> &'static Furusu {
    &SCHEMA
}

/// The schema as it answers documents that ask for nothing but the schema.
#[must_use]
pub fn introspection() -> &'static Furusu {
    &INTROSPECTION
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
