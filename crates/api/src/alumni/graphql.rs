//! Alumni by GraphQL.

mod follow;

use std::collections::HashMap;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::alumni::{AlumniFilter, AlumniOrder, AlumniPosition, Alumnus, Viewpoint};
use furusu_domain::departures::{AlumnusStatus, Reason, SeparationType, Source};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::AlumnusId;
use furusu_domain::page::Direction;
use furusu_domain::privacy::{ContactChannel, Purpose};
use furusu_domain::time::{Date, Moment};
use furusu_domain::timeline::TimelineKind;
use tokio::sync::OnceCell;

pub use follow::AlumniSubscription;

use super::input::{self, EditAlumnus};
use super::view::AlumnusView;
use crate::cx::Cx;
use crate::departures::view::{DepartureView, EmploymentView};
use crate::engagement::gatherings::graphql::RegistrationConnection;
use crate::engagement::graphql::ActivityConnection;
use crate::engagement::messages::graphql::MessageConnection;
use crate::engagement::view::EngagementView;
use crate::error::to_graphql;
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx, narrowed};
use crate::idempotency;
use crate::json::tidy;
use crate::privacy::graphql::ConsentConnection;
use crate::rest::body;
use crate::rest::etag::Condition;
use crate::timeline::graphql::TimelineConnection;

/// Narrows a list of alumni. All but `search` and `updatedAfter` speak of the latest departure in effect.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "AlumniFilterInput")]
pub struct AlumniFilterInput {
    /// The beginning of a name, in kanji, kana or Latin letters, from either end, or of an e-mail address.
    pub search: Option<String>,
    /// The department they left.
    pub department: Option<String>,
    /// The legal entity they left.
    pub entity: Option<String>,
    /// Last day employed on this day or later.
    pub ended_from: Option<Date>,
    /// Last day employed on this day or earlier.
    pub ended_to: Option<Date>,
    /// How it ended.
    pub separation_type: Option<SeparationType>,
    /// Why; restricted reasons need the scope `evaluations:read`.
    pub reason: Option<Reason>,
    /// The HR system that told of it.
    pub source: Option<String>,
    /// Whether they are still away or returned.
    pub status: Option<AlumnusStatus>,
    /// Changed after this moment.
    pub updated_after: Option<Moment>,
    /// At this level of engagement or above, 1 to 5; needs the scope `engagement:read`.
    pub level_from: Option<i32>,
    /// Last active at this moment or later; needs the scope `engagement:read`.
    pub active_since: Option<Moment>,
}

impl TryFrom<AlumniFilterInput> for AlumniFilter {
    type Error = Error;
    fn try_from(input: AlumniFilterInput) -> Result<Self, Error> {
        let AlumniFilterInput {
            search,
            department,
            entity,
            ended_from,
            ended_to,
            separation_type,
            reason,
            source,
            status,
            updated_after,
            level_from,
            active_since,
        } = input;
        let level = |level: i32| u8::try_from(level).ok().filter(|level| (1..=5).contains(level));
        let outside = || Error::fault("/filter/levelFrom", Problem::OutOfRange { expected: Form::Whole { least: 1, most: 5 } });
        let level_from = level_from.map(|from| level(from).ok_or_else(outside)).transpose()?;
        let department = narrowed("/filter/department", department, |text| tidy(text, 200))?.flatten();
        let entity = narrowed("/filter/entity", entity, |text| tidy(text, 200))?.flatten();
        let source = narrowed("/filter/source", source, Source::parse)?;
        let search = narrowed("/filter/search", search, input::prefix)?;
        Ok(Self {
            department,
            entity,
            ended_from,
            ended_to,
            separation_type,
            reason,
            source,
            status,
            updated_after,
            search,
            level_from,
            active_since,
        })
    }
}

/// What a list of alumni is sorted by, and which way.
#[derive(Clone, Copy, Debug, InputObject)]
#[graphql(name = "AlumniOrderInput")]
pub struct AlumniOrderInput {
    /// By what.
    pub field: AlumniOrder,
    /// Which way.
    pub direction: Direction,
}

/// Alumni, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct AlumniConnection {
    /// The alumni with their places.
    pub edges: Vec<Edge<AlumnusView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    filter: AlumniFilter,
    #[graphql(skip)]
    from: Viewpoint,
    /// Counted once, under however many names it is asked for.
    #[graphql(skip)]
    total: OnceCell<i64>,
}

#[ComplexObject]
impl AlumniConnection {
    /// The alumni without their places.
    async fn nodes(&self) -> Vec<&AlumnusView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let count = || async { super::count(cx(context)?, &self.filter, self.from).await.map_err(to_graphql) };
        self.total.get_or_try_init(count).await.copied()
    }
}

/// What can be asked of alumni.
#[derive(Default)]
pub struct AlumniQuery;

#[Object]
impl AlumniQuery {
    /// A person any source has named; null if there is no such person, or was none at that moment. Needs the scope
    /// `alumni:read`.
    async fn alumnus(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Their id.")] id: AlumnusId,
        #[graphql(desc = "As it was on this day.")] as_of: Option<Date>,
        #[graphql(desc = "As it was known at this moment.")] known_at: Option<Moment>,
    ) -> Result<Option<AlumnusView>> {
        let cx = cx(context)?;
        let from = cx.viewpoint(as_of, known_at).map_err(to_graphql)?;
        match super::find(cx, id, from).await {
            Ok(alumnus) => Ok(Some(AlumnusView::seen_by(cx.redaction(), from, &alumnus))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// Alumni: people with at least one departure in effect. Needs the scope `alumni:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn alumni(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Narrows the list.")] filter: Option<AlumniFilterInput>,
        #[graphql(desc = "The order; those who left last first if missing.")] order_by: Option<AlumniOrderInput>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "As it was on this day.")] as_of: Option<Date>,
        #[graphql(desc = "As it was known at this moment.")] known_at: Option<Moment>,
    ) -> Result<AlumniConnection> {
        let cx = cx(context)?;
        let part = Part { first, after, last, before };
        page(cx, filter.unwrap_or_default(), order_by, (as_of, known_at), &part).await.map_err(to_graphql)
    }
}

async fn page(
    cx: &Cx,
    filter: AlumniFilterInput,
    order_by: Option<AlumniOrderInput>,
    (as_of, known_at): (Option<Date>, Option<Moment>),
    part: &Part,
) -> Result<AlumniConnection, Error> {
    let from = cx.viewpoint(as_of, known_at)?;
    let filter = AlumniFilter::try_from(filter)?;
    let order = order_by.map_or((AlumniOrder::EndedOn, Direction::Desc), |by| (by.field, by.direction));
    let name = format!("alumni {filter:?} {as_of:?} {known_at:?} {order:?}");
    let window = part.window(cx, &name, |p| AlumniPosition { value: p.value, id: AlumnusId::from_bytes(p.id) })?;
    let page = super::page(cx, &filter, from, order, &window).await?;
    let (edges, page_info) = part.edges(cx, &name, page, |(listed, alumnus)| {
        Some((super::position(order.0, &listed), AlumnusView::seen_by(cx.redaction(), from, &alumnus)))
    });
    Ok(AlumniConnection { edges, page_info, filter, from, total: OnceCell::new() })
}

#[ComplexObject]
impl AlumnusView {
    /// Their employment periods, the latest first.
    async fn employments(&self) -> &[EmploymentView] {
        self.employments.as_deref().unwrap_or_default()
    }

    /// What they said about the purposes of their data, what was given last first. Needs the scope `privacy:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn consents(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only what is about this purpose.")] purpose: Option<Purpose>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<ConsentConnection>> {
        let part = Part { first, after, last, before };
        crate::privacy::graphql::connection(context, self.id, purpose, &part).await.map(Some)
    }

    /// What they did with us, what happened last first. Needs the scope `engagement:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn activities(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only activities of this kind.")] kind: Option<String>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<ActivityConnection>> {
        let part = Part { first, after, last, before };
        crate::engagement::graphql::connection(context, self.id, kind, &part).await.map(Some)
    }

    /// What was sent to them, last first. Needs the scope `engagement:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn messages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only what was sent by this way.")] channel: Option<ContactChannel>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<MessageConnection>> {
        let part = Part { first, after, last, before };
        crate::engagement::messages::graphql::connection(context, self.id, channel, &part).await.map(Some)
    }

    /// To which gatherings they were invited, and what came of it, the latest first. Needs the scope `engagement:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn registrations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<RegistrationConnection>> {
        let part = Part { first, after, last, before };
        crate::engagement::gatherings::graphql::connection(context, self.id, &part).await.map(Some)
    }

    /// Everything that happened to them, as far as you may see it, the newest first. Corrections, and what was taken back, are
    /// entries of their own.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn timeline(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Only entries of these kinds; of all that you may see if missing or empty. Each needs the scope that its description names."
        )]
        kinds: Option<Vec<TimelineKind>>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<TimelineConnection>> {
        let part = Part { first, after, last, before };
        crate::timeline::graphql::connection(context, self.id, kinds, &part).await.map(Some)
    }

    /// How engaged they are now. Needs the scope `engagement:read`.
    async fn engagement(&self, context: &Context<'_>) -> Result<Option<EngagementView>> {
        crate::engagement::graphql::engagement(context, self.id).await
    }

    /// Names this state of them, as this reader sees them today: another state, another tag. Send it as `ifMatch` with an edit; it
    /// is the `ETag` of REST without its quotes.
    async fn etag(&self) -> String {
        self.etag.to_string()
    }

    /// Their departures, the latest first: announced, in effect and rescinded.
    async fn departures(&self) -> Vec<&DepartureView> {
        self.employments.iter().flatten().filter_map(|period| period.departure.as_ref()).collect()
    }
}

/// Edits one person's contacts and preferred name.
#[derive(InputObject)]
pub struct EditAlumnusInput {
    /// Their id.
    id: AlumnusId,
    /// What is edited.
    edit: EditAlumnus,
    /// The `etag` of the state that is to be changed: another state is refused. The operator may require it.
    if_match: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// The person after an edit.
#[derive(SimpleObject)]
pub struct EditAlumnusPayload {
    /// The person.
    alumnus: AlumnusView,
    /// Whether the edit was made earlier, for the same `idempotencyKey`; the person is as they are now.
    replayed: bool,
}

/// What can be done with alumni.
#[derive(Default)]
pub struct AlumniMutation;

#[Object]
impl AlumniMutation {
    /// Edit contacts and the preferred name; the office's word outlives imports. Needs the scope `alumni:write`.
    async fn edit_alumnus(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The edit.")] input: EditAlumnusInput,
    ) -> Result<EditAlumnusPayload> {
        let cx = cx(context)?;
        edit(cx, input).await.map_err(to_graphql)
    }
}

async fn edit(cx: &Cx, input: EditAlumnusInput) -> Result<EditAlumnusPayload, Error> {
    cx.may("alumni.edit")?;
    let EditAlumnusInput { id, edit, if_match, idempotency_key } = input;
    let text = as_in_rest(&edit)?;
    let edit = input::edit(body::parse(text.as_bytes())?)?;
    let asked = format!("{id} {if_match:?} {text}");
    let state = Condition::of_input(if_match).of_edit(cx)?;
    let edit = |receipt| super::edit(cx, id, edit, state, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "editAlumnus", key, asked.as_bytes(), edit, |id| super::edited(cx, id)).await?;
    let alumnus = AlumnusView::seen_by(cx.redaction(), cx.viewpoint(None, None)?, &done.what);
    Ok(EditAlumnusPayload { alumnus, replayed: done.replayed })
}

/// Loads people by their ids.
pub struct ById(pub Cx);

impl ById {
    /// One person, loaded with all others that are asked for at the same time.
    ///
    /// # Errors
    /// The scope `alumni:read` is missing, or a statement failed.
    pub async fn load(context: &Context<'_>, id: AlumnusId) -> Result<Option<AlumnusView>> {
        let cx = cx(context)?;
        let from = Viewpoint::on(cx.today());
        let loaded = context.data::<Loader<Self>>()?.load_one(id).await.map_err(|shared| shared.extend())?;
        Ok(loaded.map(|alumnus| AlumnusView::seen_by(cx.redaction(), from, &alumnus)))
    }
}

impl Load<AlumnusId> for ById {
    type Value = Alumnus;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[AlumnusId]) -> Result<HashMap<AlumnusId, Alumnus>> {
        let people = super::many(&self.0, keys, Viewpoint::on(self.0.today())).await.map_err(to_graphql)?;
        let of = |id: &AlumnusId| people.iter().find(|alumnus| alumnus.answers_to(*id)).map(|alumnus| (*id, alumnus.clone()));
        Ok(keys.iter().filter_map(of).collect())
    }
}
