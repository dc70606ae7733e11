//! Timelines by GraphQL.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, Result, SimpleObject};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Page, Window};
use furusu_domain::timeline::{Entry, EntryPosition, TimelineKind};

use super::view::EntryView;
use super::{Kinds, place, position, seen};
use crate::cx::Cx;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, cx};

/// What happened to somebody, and where the page lies among it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TimelineConnection {
    /// The entries with their places.
    pub edges: Vec<Edge<EntryView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    of: AlumnusId,
    #[graphql(skip)]
    kinds: Kinds,
}

#[ComplexObject]
impl TimelineConnection {
    /// The entries without their places.
    async fn nodes(&self) -> Vec<&EntryView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all that you may see.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let key = Counted { of: self.of, kinds: self.kinds.clone() };
        let loaded = context.data::<Loader<Timelines>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
        Ok(loaded.unwrap_or_default())
    }
}

/// A person's timeline, loaded with those of all others that are asked for at the same time.
///
/// # Errors
/// A scope is missing that a kind needs which is asked for, the page is none, or a statement failed.
pub async fn connection(context: &Context<'_>, of: AlumnusId, kinds: Option<Vec<TimelineKind>>, part: &Part) -> Result<TimelineConnection> {
    let cx = cx(context)?;
    let kinds: Kinds = kinds.into_iter().flatten().collect();
    // Before others who ask at the same time are refused as well.
    seen(cx, &kinds).map_err(to_graphql)?;
    let name = format!("timeline {of} {kinds:?}");
    let window = part.window(cx, &name, place).map_err(to_graphql)?;
    let key = Asked { of, kinds: kinds.clone(), window };
    let loaded = context.data::<Loader<Timelines>>()?.load_one(key).await.map_err(|shared| shared.extend())?;
    let Some(page) = loaded else { return Err(to_graphql(Error::NotFound)) };
    let (edges, page_info) = part.edges(cx, &name, Page::clone(&page), |entry| Some((position(&entry), EntryView::seen(cx, entry))));
    Ok(TimelineConnection { edges, page_info, of, kinds })
}

/// Loads timelines.
pub struct Timelines(pub Cx);

/// Which page of whose timeline.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    of: AlumnusId,
    kinds: Kinds,
    window: Window<EntryPosition>,
}

/// How many entries whose timeline has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    of: AlumnusId,
    kinds: Kinds,
}

impl Load<Asked> for Timelines {
    type Value = Arc<Page<Entry>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Asked]) -> Result<HashMap<Asked, Self::Value>> {
        let mut groups: HashMap<(Kinds, Window<EntryPosition>), Vec<AlumnusId>> = HashMap::new();
        for Asked { of, kinds, window } in keys {
            groups.entry((kinds.clone(), window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((kinds, window), people) in groups {
            for (of, page) in super::pages(&self.0, &people, &kinds, &window).await.map_err(to_graphql)? {
                found.insert(Asked { of, kinds: kinds.clone(), window: window.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for Timelines {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<Kinds, Vec<AlumnusId>> = HashMap::new();
        for Counted { of, kinds } in keys {
            groups.entry(kinds.clone()).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (kinds, people) in groups {
            for (of, n) in super::count(&self.0, &people, &kinds).await.map_err(to_graphql)? {
                found.insert(Counted { of, kinds: kinds.clone() }, n);
            }
        }
        Ok(found)
    }
}
