//! Merges and held records by GraphQL.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use furusu_domain::alumni::SortValue;
use furusu_domain::departures::Source;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, HeldRecordId, MergeId};
use furusu_domain::identity::{Decision, HeldFilter, HeldPosition, HeldStatus};
use furusu_domain::page::Direction;
use furusu_domain::time::Moment;
use tokio::sync::OnceCell;

use super::input::{Decide, REASON};
use super::view::{HeldRecordView, MergeView, SuspectView};
use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cursor::Position;
use crate::cx::Cx;
use crate::departures::graphql::camelled;
use crate::departures::input::id as external_id_in_source;
use crate::departures::view::RecordedView;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{cx, narrowed};
use crate::idempotency;
use crate::json::tidy;

/// Narrows a list of held records.
#[derive(Clone, Debug, Default, InputObject)]
pub struct HeldRecordFilterInput {
    /// Where they stand; those that wait if missing.
    pub status: Option<HeldStatus>,
    /// The HR system they came from.
    pub source: Option<String>,
    /// The person's id there.
    pub external_id: Option<String>,
}

impl TryFrom<HeldRecordFilterInput> for HeldFilter {
    type Error = Error;
    fn try_from(input: HeldRecordFilterInput) -> Result<Self, Error> {
        let HeldRecordFilterInput { status, source, external_id } = input;
        let source = narrowed("/filter/source", source, Source::parse)?;
        let external_id = narrowed("/filter/externalId", external_id, external_id_in_source)?;
        Ok(Self { status: Some(status.unwrap_or(HeldStatus::Waiting)), source, external_id })
    }
}

/// Held records, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct HeldRecordConnection {
    /// The held records with their places.
    pub edges: Vec<Edge<HeldRecordView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    filter: HeldFilter,
    /// Counted once, under however many names it is asked for.
    #[graphql(skip)]
    total: OnceCell<i64>,
}

#[ComplexObject]
impl HeldRecordConnection {
    /// The held records without their places.
    async fn nodes(&self) -> Vec<&HeldRecordView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let count = || async { super::count(cx(context)?, &self.filter).await.map_err(to_graphql) };
        self.total.get_or_try_init(count).await.copied()
    }
}

#[ComplexObject]
impl MergeView {
    /// Who answers for them now. Needs the scope `alumni:read`.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }

    /// Who answers for the one who was merged: the same person while the merge is in force. Needs the scope `alumni:read`.
    async fn merged(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.merged_id).await
    }
}

#[ComplexObject]
impl SuspectView {
    /// Who. Needs the scope `alumni:read`.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

/// What can be asked of merges and held records.
#[derive(Default)]
pub struct IdentityQuery;

#[Object]
impl IdentityQuery {
    /// The merges of a person, in force and undone, the newest first; null if there is no such person. Needs the scope
    /// `matching:review`.
    async fn merges(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The person's id, of now or of before.")] alumnus_id: AlumnusId,
    ) -> Result<Option<Vec<MergeView>>> {
        match super::merges(cx(context)?, alumnus_id).await {
            Ok((_, merges)) => Ok(Some(merges.into_iter().map(MergeView::from).collect())),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// A held record, and whom it may speak of; null if there is no such one. Needs the scope `matching:review`.
    async fn held_record(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: HeldRecordId) -> Result<Option<HeldRecordView>> {
        let cx = cx(context)?;
        match super::find(cx, id).await {
            Ok(held) => Ok(Some(HeldRecordView::seen_by(cx.actor().scopes, held))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// Held records: departure records that wait for somebody to say whom they speak of, by the time they were first held.
    /// Needs the scope `matching:review`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn held_records(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Narrows the list; to those that wait if missing.")] filter: Option<HeldRecordFilterInput>,
        #[graphql(desc = "Which way; those that wait longest first if missing.")] direction: Option<Direction>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<HeldRecordConnection> {
        let cx = cx(context)?;
        let part = Part { first, after, last, before };
        page(cx, filter.unwrap_or_default(), direction.unwrap_or(Direction::Asc), &part).await.map_err(to_graphql)
    }
}

async fn page(cx: &Cx, filter: HeldRecordFilterInput, direction: Direction, part: &Part) -> Result<HeldRecordConnection, Error> {
    let filter = HeldFilter::try_from(filter)?;
    let name = format!("held records {filter:?} {:?}", ((), direction));
    let window = part.window(cx, &name, place)?;
    let page = super::page(cx, &filter, direction, &window).await?;
    let (edges, page_info) =
        part.edges(cx, &name, page, |held| Some((super::position(&held), HeldRecordView::seen_by(cx.actor().scopes, held))));
    Ok(HeldRecordConnection { edges, page_info, filter, total: OnceCell::new() })
}

/// A place in the list of held records. A cursor is sealed: what it holds is what was put there.
pub(super) fn place(position: Position) -> HeldPosition {
    let held_at = match position.value {
        SortValue::Moment(at) => at,
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Number(_) => Moment::from_micros(0),
    };
    HeldPosition { held_at, id: HeldRecordId::from_bytes(position.id) }
}

/// Merges one person into another.
#[derive(InputObject)]
pub struct MergeAlumniInput {
    /// Who stays.
    alumnus_id: AlumnusId,
    /// Whose id is to answer with them.
    merged_id: AlumnusId,
    /// Why the two are one, for whoever looks at it later.
    reason: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// Takes a merge back.
#[derive(InputObject)]
pub struct UnmergeAlumniInput {
    /// The merge.
    merge_id: MergeId,
    /// Why the two are not one, for whoever looks at it later.
    reason: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// A merge that was made or taken back.
#[derive(SimpleObject)]
pub struct MergePayload {
    /// The merge.
    merge: MergeView,
    /// Whether that was earlier, for the same `idempotencyKey`; the merge is as it is now.
    replayed: bool,
}

/// Says whom a held record speaks of.
#[derive(InputObject)]
pub struct DecideHeldRecordInput {
    /// The held record.
    id: HeldRecordId,
    /// What is decided.
    decision: Decision,
    /// Whom it speaks of; with `SAME_PERSON`, and only then.
    alumnus_id: Option<AlumnusId>,
    /// Why, for whoever looks at it later.
    reason: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// What became of a held record.
#[derive(SimpleObject)]
pub struct DecideHeldRecordPayload {
    /// The held record, as it is now.
    held_record: HeldRecordView,
    /// What became of what it says, as of every record; null if it was discarded, or decided so before.
    result: Option<RecordedView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// What can be done with merges and held records.
#[derive(Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Merge one person into another, who answers for both from now on. Needs the scope `matching:review`.
    async fn merge_alumni(&self, context: &Context<'_>, #[graphql(desc = "The merge.")] input: MergeAlumniInput) -> Result<MergePayload> {
        merge(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Take a merge back: each has again what was told under their own ids. Needs the scope `matching:review`.
    async fn unmerge_alumni(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is taken back.")] input: UnmergeAlumniInput,
    ) -> Result<MergePayload> {
        unmerge(cx(context)?, input).await.map_err(to_graphql)
    }

    /// Say whom a held record speaks of; it goes in unless it is discarded. Needs the scope `matching:review`.
    async fn decide_held_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: DecideHeldRecordInput,
    ) -> Result<DecideHeldRecordPayload> {
        decide(cx(context)?, input).await.map_err(to_graphql)
    }
}

fn why(reason: Option<String>) -> Result<Option<String>, Error> {
    Ok(narrowed("/input/reason", reason, |text| tidy(text, REASON))?.flatten())
}

async fn merge(cx: &Cx, input: MergeAlumniInput) -> Result<MergePayload, Error> {
    cx.may("identity.merge")?;
    let MergeAlumniInput { alumnus_id, merged_id, reason, idempotency_key } = input;
    let reason = why(reason)?;
    let asked = format!("{alumnus_id} {merged_id} {reason:?}");
    let merge = |receipt| super::merge(cx, alumnus_id, merged_id, reason, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "mergeAlumni", key, asked.as_bytes(), merge, |id| super::merged(cx, id)).await?;
    Ok(MergePayload { merge: done.what.into(), replayed: done.replayed })
}

async fn unmerge(cx: &Cx, input: UnmergeAlumniInput) -> Result<MergePayload, Error> {
    cx.may("identity.unmerge")?;
    let UnmergeAlumniInput { merge_id, reason, idempotency_key } = input;
    let reason = why(reason)?;
    let asked = format!("{merge_id} {reason:?}");
    let undo = |receipt| super::unmerge(cx, None, merge_id, reason, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "unmergeAlumni", key, asked.as_bytes(), undo, |id| super::merged(cx, id)).await?;
    Ok(MergePayload { merge: done.what.into(), replayed: done.replayed })
}

async fn decide(cx: &Cx, input: DecideHeldRecordInput) -> Result<DecideHeldRecordPayload, Error> {
    cx.may("identity.decide")?;
    let DecideHeldRecordInput { id, decision, alumnus_id, reason, idempotency_key } = input;
    let asked = Decide::checked(decision, alumnus_id, why(reason)?)?;
    let said = format!("{id} {asked:?}");
    let decide = |receipt| super::decide(cx, id, asked, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "decideHeldRecord", key, said.as_bytes(), decide, |kept| super::decided(cx, kept)).await?;
    let (held, recorded) = done.what;
    let held_record = HeldRecordView::seen_by(cx.actor().scopes, held);
    let result = recorded.map(|recorded| camelled(RecordedView::new(0, recorded)));
    Ok(DecideHeldRecordPayload { held_record, result, replayed: done.replayed })
}
