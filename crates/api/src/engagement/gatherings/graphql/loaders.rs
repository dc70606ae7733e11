//! What is loaded of gatherings and their guests for all that ask at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dataloader::Loader as Load;
use furusu_domain::engagement::{Gathering, RegistrationPosition};
use furusu_domain::id::{AlumnusId, GatheringId};
use furusu_domain::page::{Page, Window};
use furusu_persistence::GuestsAsked;

use super::super::guests::Known;
use super::super::{self as gatherings, guests};
use crate::cx::Cx;
use crate::error::to_graphql;

/// Loads gatherings by their ids.
pub struct Gatherings(pub Cx);

impl Load<GatheringId> for Gatherings {
    type Value = Gathering;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[GatheringId]) -> Result<HashMap<GatheringId, Self::Value>> {
        Ok(gatherings::many(&self.0, keys).await.map_err(to_graphql)?.into_iter().collect())
    }
}

/// Loads registrations of people.
pub struct Registrations(pub Cx);

impl Load<AlumnusId> for Registrations {
    type Value = Arc<[Known]>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Self::Value>> {
        let mut found: HashMap<AlumnusId, Vec<Known>> = HashMap::new();
        for known in gatherings::of_people(&self.0, keys).await.map_err(to_graphql)? {
            found.entry(known.registration.alumnus).or_default().push(known);
        }
        Ok(found.into_iter().map(|(of, known)| (of, known.into())).collect())
    }
}

/// Loads guest lists.
pub struct GuestLists(pub Cx);

/// Which page of whose guests.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    pub(super) of: GatheringId,
    pub(super) asked: GuestsAsked,
    pub(super) window: Window<RegistrationPosition>,
}

/// How many guests there are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    pub(super) of: GatheringId,
    pub(super) asked: GuestsAsked,
}

impl Load<Asked> for GuestLists {
    type Value = Arc<Page<Known>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Asked]) -> Result<HashMap<Asked, Self::Value>> {
        let mut groups: HashMap<(GuestsAsked, Window<RegistrationPosition>), Vec<GatheringId>> = HashMap::new();
        for Asked { of, asked, window } in keys {
            groups.entry((*asked, window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((asked, window), of) in groups {
            for (of, page) in guests::pages(&self.0, &of, asked, &window).await.map_err(to_graphql)? {
                found.insert(Asked { of, asked, window: window.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for GuestLists {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<GuestsAsked, Vec<GatheringId>> = HashMap::new();
        for Counted { of, asked } in keys {
            groups.entry(*asked).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (asked, of) in groups {
            let counts = guests::count(&self.0, &of, asked).await.map_err(to_graphql)?;
            found.extend(counts.into_iter().map(|(of, n)| (Counted { of, asked }, n)));
        }
        Ok(found)
    }
}
