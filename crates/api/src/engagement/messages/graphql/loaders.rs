//! What is loaded of messages for all that ask at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dataloader::Loader as Load;
use furusu_domain::engagement::{Message, MessagePosition};
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Page, Window};
use furusu_domain::privacy::ContactChannel;

use super::super as messages;
use crate::cx::Cx;
use crate::error::to_graphql;

/// Loads messages to people.
pub struct Messages(pub Cx);

/// Which page of whose messages.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AskedPage {
    pub(super) of: AlumnusId,
    pub(super) channel: Option<ContactChannel>,
    pub(super) window: Window<MessagePosition>,
}

/// How many messages somebody was sent.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    pub(super) of: AlumnusId,
    pub(super) channel: Option<ContactChannel>,
}

impl Load<AskedPage> for Messages {
    type Value = Arc<Page<Message>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AskedPage]) -> Result<HashMap<AskedPage, Self::Value>> {
        let mut groups: HashMap<(Option<ContactChannel>, Window<MessagePosition>), Vec<AlumnusId>> = HashMap::new();
        for AskedPage { of, channel, window } in keys {
            groups.entry((*channel, window.clone())).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for ((channel, window), people) in groups {
            for (of, page) in messages::pages(&self.0, &people, channel, &window).await.map_err(to_graphql)? {
                found.insert(AskedPage { of, channel, window: window.clone() }, Arc::new(page));
            }
        }
        Ok(found)
    }
}

impl Load<Counted> for Messages {
    type Value = i64;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, i64>> {
        let mut groups: HashMap<Option<ContactChannel>, Vec<AlumnusId>> = HashMap::new();
        for Counted { of, channel } in keys {
            groups.entry(*channel).or_default().push(*of);
        }
        let mut found = HashMap::new();
        for (channel, people) in groups {
            let counts = messages::count(&self.0, &people, channel).await.map_err(to_graphql)?;
            found.extend(counts.into_iter().map(|(of, n)| (Counted { of, channel }, n)));
        }
        Ok(found)
    }
}
