//! Consents by GraphQL.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, ConsentId};
use furusu_domain::page::Page;
use furusu_domain::privacy::{ConsentChannel, ConsentPosition, Purpose};
use furusu_domain::time::Moment;

use super::input::{self, RecordConsent};
use super::view::ConsentView;
use super::{Known, place, position_of};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cx::Cx;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx};
use crate::idempotency;
use crate::rest::body;

/// What was said about the purposes of a person's data, and where the page lies among it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ConsentConnection {
    /// The records with their places.
    pub edges: Vec<Edge<ConsentView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub total_count: usize,
}

#[ComplexObject]
impl ConsentConnection {
    /// The records without their places.
    async fn nodes(&self) -> Vec<&ConsentView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
}

/// A person's records, loaded with those of all others that are asked for at the same time.
///
/// # Errors
/// The scope `privacy:read` is missing, the page is none, or a statement failed.
pub async fn connection(context: &Context<'_>, of: AlumnusId, purpose: Option<Purpose>, part: &Part) -> Result<ConsentConnection> {
    let cx = cx(context)?;
    let name = format!("consents {of} {purpose:?}");
    let window = part.window(cx, &name, place).map_err(to_graphql)?;
    let loaded = context.data::<Loader<Consents>>()?.load_one(of).await.map_err(|shared| shared.extend())?.unwrap_or_default();
    let all: Vec<&ConsentView> = loaded.iter().filter(|consent| purpose.is_none_or(|purpose| consent.purpose == purpose)).collect();
    // Where the window begins and ends, in the order of the list: what was given last first.
    let (after, before) = if window.backwards { (window.until, window.from) } else { (window.from, window.until) };
    let at = |consent: &ConsentView| ConsentPosition { given_at: consent.given_at, id: consent.id };
    let inside =
        |consent: &&&ConsentView| after.is_none_or(|after| at(consent) < after) && before.is_none_or(|before| at(consent) > before);
    let mut items: Vec<&ConsentView> = all.iter().filter(inside).copied().collect();
    if window.backwards {
        items.reverse();
    }
    let page = Page::cut(items, &window);
    let (edges, page_info) = part.edges(cx, &name, page, |consent| Some((position_of(at(consent)), consent.clone())));
    Ok(ConsentConnection { edges, page_info, total_count: all.len() })
}

#[ComplexObject]
impl ConsentView {
    /// Whose word it is about.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

/// Records what was said about one purpose.
#[derive(InputObject)]
pub struct RecordConsentInput {
    /// Whose word it is about.
    alumnus_id: AlumnusId,
    /// What was said.
    consent: RecordConsent,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What was recorded.
#[derive(SimpleObject)]
pub struct RecordConsentPayload {
    /// The record.
    consent: ConsentView,
    /// Whether it was recorded earlier, for the same `idempotencyKey`; it is as it reads now.
    replayed: bool,
}

/// Withdraws what was said about one purpose.
#[derive(InputObject)]
pub struct WithdrawConsentInput {
    /// The record's id.
    id: ConsentId,
    /// By which way the withdrawal came.
    channel: ConsentChannel,
    /// Since when it is withdrawn; now if missing, never later than that, and never before it was given.
    withdrawn_at: Option<Moment>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What was withdrawn.
#[derive(SimpleObject)]
pub struct WithdrawConsentPayload {
    /// The record with its withdrawal.
    consent: ConsentView,
    /// Whether it was withdrawn earlier, for the same `idempotencyKey`; it is as it reads now.
    replayed: bool,
}

/// What can be done with consents.
#[derive(Default)]
pub struct PrivacyMutation;

#[Object]
impl PrivacyMutation {
    /// Record what a person said about one purpose: a grant or an objection. Needs the scope `privacy:write`.
    async fn record_consent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was said, and by whom.")] input: RecordConsentInput,
    ) -> Result<RecordConsentPayload> {
        let cx = cx(context)?;
        record(cx, input).await.map_err(to_graphql)
    }

    /// Withdraw what a person said about one purpose: what was granted is refused from then on, an objection that is taken back
    /// never was. Needs the scope `privacy:write`.
    async fn withdraw_consent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The withdrawal.")] input: WithdrawConsentInput,
    ) -> Result<WithdrawConsentPayload> {
        let cx = cx(context)?;
        withdraw(cx, input).await.map_err(to_graphql)
    }
}

async fn record(cx: &Cx, input: RecordConsentInput) -> Result<RecordConsentPayload, Error> {
    cx.may("privacy.record_consent")?;
    let RecordConsentInput { alumnus_id, consent, idempotency_key } = input;
    let text = as_in_rest(&consent)?;
    let said = input::said(body::parse(text.as_bytes())?, cx.now())?;
    let asked = format!("{alumnus_id} {text}");
    let record = |receipt| super::record(cx, alumnus_id, said, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "recordConsent", key, asked.as_bytes(), record, |id| super::recorded(cx, id)).await?;
    Ok(RecordConsentPayload { consent: ConsentView::of(cx, done.what), replayed: done.replayed })
}

async fn withdraw(cx: &Cx, input: WithdrawConsentInput) -> Result<WithdrawConsentPayload, Error> {
    cx.may("privacy.withdraw_consent")?;
    let WithdrawConsentInput { id, channel, withdrawn_at, idempotency_key } = input;
    let asked = format!("{id} {channel} {withdrawn_at:?}");
    let withdraw = |receipt| super::withdraw(cx, None, id, (withdrawn_at, channel), receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "withdrawConsent", key, asked.as_bytes(), withdraw, |id| super::recorded(cx, id)).await?;
    Ok(WithdrawConsentPayload { consent: ConsentView::of(cx, done.what), replayed: done.replayed })
}

/// Loads everything that was said about the purposes of people.
pub struct Consents(pub Cx);

impl Load<AlumnusId> for Consents {
    type Value = Arc<Vec<ConsentView>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Self::Value>> {
        let people = super::of_people(&self.0, keys).await.map_err(to_graphql)?;
        let seen = |Known { alumnus, what }: Known<Vec<_>>| {
            let views = what.into_iter().map(|consent| ConsentView::seen(&self.0, &alumnus, consent)).collect();
            (alumnus.id, Arc::new(views))
        };
        Ok(people.into_iter().map(seen).collect())
    }
}
