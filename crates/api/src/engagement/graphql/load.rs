//! Loading engagement for whoever asks at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dataloader::Loader as Load;
use furusu_domain::engagement::{Activity, ActivityPosition, Formula, Kind};
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Page, Window};
use furusu_domain::time::Moment;

use crate::cx::Cx;
use crate::engagement::{self, Standing};
use crate::error::to_graphql;

/// Loads activities of people.
pub struct Activities(pub Cx);

/// Which page of whose activities.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    pub(super) of: AlumnusId,
    pub(super) kind: Option<Kind>,
    pub(super) window: Window<ActivityPosition>,
}

/// How many activities who has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    pub(super) of: AlumnusId,
    pub(super) kind: Option<Kind>,
}

impl Load<Asked> for Activities {
    type Value = (Arc<Page<Activity>>, Arc<Formula>);
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Asked]) -> Result<HashMap<Asked, Self::Value>> {
        let mut groups: HashMap<(Option<Kind>, Window<ActivityPosition>), Vec<AlumnusId>> = HashMap::new();
        for Asked { of, kind, window } in keys {
            groups.entry((kind.clone(), window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((kind, window), people) in groups {
            let (pages, formula) = engagement::pages(&self.0, &people, kind.as_ref(), &window).await.map_err(to_graphql)?;
            let formula = Arc::new(formula);
            for (of, page) in pages {
                found.insert(Asked { of, kind: kind.clone(), window: window.clone() }, (Arc::new(page), formula.clone()));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for Activities {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<Option<Kind>, Vec<AlumnusId>> = HashMap::new();
        for Counted { of, kind } in keys {
            groups.entry(kind.clone()).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (kind, people) in groups {
            for (of, n) in engagement::count(&self.0, &people, kind.as_ref()).await.map_err(to_graphql)? {
                found.insert(Counted { of, kind: kind.clone() }, n);
            }
        }
        Ok(found)
    }
}

/// Loads how engaged people are.
pub struct Standings(pub Cx);

/// Who, and when.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct At {
    pub(super) of: AlumnusId,
    pub(super) at: Moment,
}

impl Load<AlumnusId> for Standings {
    type Value = Standing;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Standing>> {
        Ok(engagement::standings(&self.0, keys).await.map_err(to_graphql)?.into_iter().collect())
    }
}

impl Load<At> for Standings {
    type Value = Standing;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[At]) -> Result<HashMap<At, Standing>> {
        let mut groups: HashMap<Moment, Vec<AlumnusId>> = HashMap::new();
        for At { of, at } in keys {
            groups.entry(*at).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (at, people) in groups {
            let all = engagement::explained(&self.0, &people, at).await.map_err(to_graphql)?;
            found.extend(all.into_iter().map(|(of, standing)| (At { of, at }, standing)));
        }
        Ok(found)
    }
}
