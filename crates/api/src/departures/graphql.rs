//! Departures by GraphQL.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use async_graphql::dataloader::Loader as Load;
use async_graphql::{ComplexObject, Context, ErrorExtensions as _, InputObject, Object, Result, SimpleObject};
use furusu_domain::actor::Scope;
use furusu_domain::alumni::{DepartureFilter, DepartureOrder, DeparturePosition, Viewpoint};
use furusu_domain::departures::{DepartureStatus, Employment, Reason, SeparationType, Source};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::id::{DepartureId, EmploymentId};
use furusu_domain::page::Direction;
use furusu_domain::time::{Date, Moment};

use super::input::{self, RecordDeparture};
use super::rest::{BATCH, batch, position};
use super::view::{DepartureRecordView, DepartureView, EmploymentView, RecordedView, departure_versions};
use super::{Intake, Mode};
use tokio::sync::OnceCell;

use crate::alumni::graphql::ById;
use crate::alumni::view::AlumnusView;
use crate::cx::Cx;
use crate::error::{camel_faults, to_graphql};
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{Loader, as_in_rest, cx, narrowed};
use crate::idempotency::{self, Once};
use crate::json::{Place, tidy};
use crate::rest::body;
use crate::vocabulary::EvaluationView;

/// Narrows a list of departures.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "DepartureFilterInput")]
pub struct DepartureFilterInput {
    /// The department left.
    pub department: Option<String>,
    /// The legal entity left.
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
    /// Where it stands.
    pub status: Option<DepartureStatus>,
    /// Changed after this moment.
    pub updated_after: Option<Moment>,
}

impl TryFrom<DepartureFilterInput> for DepartureFilter {
    type Error = Error;
    fn try_from(input: DepartureFilterInput) -> Result<Self, Error> {
        let DepartureFilterInput { department, entity, ended_from, ended_to, separation_type, reason, source, status, updated_after } =
            input;
        let department = narrowed("/filter/department", department, |text| tidy(text, 200))?.flatten();
        let entity = narrowed("/filter/entity", entity, |text| tidy(text, 200))?.flatten();
        let source = narrowed("/filter/source", source, Source::parse)?;
        Ok(Self { department, entity, ended_from, ended_to, separation_type, reason, source, status, updated_after })
    }
}

/// What a list of departures is sorted by, and which way.
#[derive(Clone, Copy, Debug, InputObject)]
#[graphql(name = "DepartureOrderInput")]
pub struct DepartureOrderInput {
    /// By what.
    pub field: DepartureOrder,
    /// Which way.
    pub direction: Direction,
}

/// Departures, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DepartureConnection {
    /// The departures with their places.
    pub edges: Vec<Edge<DepartureView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    #[graphql(skip)]
    filter: DepartureFilter,
    #[graphql(skip)]
    order: DepartureOrder,
    /// Counted once, under however many names it is asked for.
    #[graphql(skip)]
    total: OnceCell<i64>,
}

#[ComplexObject]
impl DepartureConnection {
    /// The departures without their places.
    async fn nodes(&self) -> Vec<&DepartureView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many there are in all.
    async fn total_count(&self, context: &Context<'_>) -> Result<i64> {
        let count = || async { super::count(cx(context)?, &self.filter, self.order).await.map_err(to_graphql) };
        self.total.get_or_try_init(count).await.copied()
    }
}

/// What can be asked of departures.
#[derive(Default)]
pub struct DeparturesQuery;

#[Object]
impl DeparturesQuery {
    /// What a source told of a person: their latest employment period, or the one of a sequence. Needs the scope
    /// `departures:read`.
    async fn departure_record(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The HR system.")] source: String,
        #[graphql(desc = "The person's id there.")] external_id: String,
        #[graphql(desc = "Which of their periods; the latest if missing.")] sequence: Option<i32>,
    ) -> Result<Option<DepartureRecordView>> {
        let cx = cx(context)?;
        let Ok(source) = Source::parse(&source) else {
            return cx.may("departures.find").map(|()| None).map_err(to_graphql);
        };
        match super::find(cx, &source, &external_id, sequence).await {
            Ok((period, told)) => Ok(Some(DepartureRecordView::seen_by(cx.redaction(), cx.today(), period, told))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// Departures: announced, in effect and rescinded. Needs the scope `departures:read`.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn departures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Narrows the list.")] filter: Option<DepartureFilterInput>,
        #[graphql(desc = "The order; the latest changes first if missing. By the end date, rescinded ones are left out.")] order_by: Option<
            DepartureOrderInput,
        >,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<DepartureConnection> {
        let cx = cx(context)?;
        let part = Part { first, after, last, before };
        page(cx, filter.unwrap_or_default(), order_by, &part).await.map_err(to_graphql)
    }
}

async fn page(
    cx: &Cx,
    filter: DepartureFilterInput,
    order_by: Option<DepartureOrderInput>,
    part: &Part,
) -> Result<DepartureConnection, Error> {
    let filter = DepartureFilter::try_from(filter)?;
    let order = order_by.map_or((DepartureOrder::UpdatedAt, Direction::Desc), |by| (by.field, by.direction));
    let name = format!("departures {filter:?} {order:?}");
    let window = part.window(cx, &name, |p| DeparturePosition { value: p.value, id: DepartureId::from_bytes(p.id) })?;
    let page = super::page(cx, &filter, order, &window).await?;
    let from = Viewpoint::on(cx.today());
    let (edges, page_info) =
        part.edges(cx, &name, page, |period| Some((position(order.0, &period)?, DepartureView::seen_by(cx.redaction(), from, &period)?)));
    Ok(DepartureConnection { edges, page_info, filter, order: order.0, total: OnceCell::new() })
}

/// One departure record of a source.
#[derive(InputObject)]
pub struct RecordDepartureInput {
    /// The HR system.
    source: String,
    /// The record.
    record: RecordDeparture,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same record within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a record.
#[derive(SimpleObject)]
pub struct RecordDeparturePayload {
    /// What became of it.
    result: RecordedView,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Up to 1,000 departure records of one source.
#[derive(InputObject)]
pub struct RecordDeparturesInput {
    /// The HR system.
    source: String,
    /// The records, applied in their order.
    records: Vec<RecordDeparture>,
    /// All or none: any rejection refuses the batch, with every result, and nothing is written.
    #[graphql(default)]
    atomic: bool,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same batch within 24 hours, it gives
    /// what became of it and does nothing.
    idempotency_key: Option<String>,
}

/// What became of a batch.
#[derive(SimpleObject)]
pub struct RecordDeparturesPayload {
    /// What became of each record, in order.
    results: Vec<RecordedView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// What can be done with departures.
#[derive(Default)]
pub struct DeparturesMutation;

#[Object]
impl DeparturesMutation {
    /// Tell of one employment period: hired, ended or not. Needs the scope `departures:write`.
    async fn record_departure(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The record.")] input: RecordDepartureInput,
    ) -> Result<RecordDeparturePayload> {
        let cx = cx(context)?;
        record(cx, input).await.map_err(to_graphql)
    }

    /// Tell of up to 1,000 employment periods of one source. Needs the scope `departures:write`.
    async fn record_departures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The batch.")] input: RecordDeparturesInput,
    ) -> Result<RecordDeparturesPayload> {
        let cx = cx(context)?;
        record_all(cx, input).await.map_err(to_graphql)
    }
}

async fn record(cx: &Cx, input: RecordDepartureInput) -> Result<RecordDeparturePayload, Error> {
    cx.may("departures.record")?;
    let RecordDepartureInput { source, record, idempotency_key } = input;
    let asked = as_in_rest(&serde_json::json!({ "source": source, "record": record }))?;
    let source = Source::parse(&source).map_err(|problem| Error::fault("/input/source", problem))?;
    let text = as_in_rest(&record)?;
    let Intake { external_id, record } =
        input::read(body::parse(text.as_bytes())?, Place::ROOT.member("input").member("record"), cx.now(), cx.today());
    let intake = vec![Intake { external_id, record: Ok(record.map_err(Error::Invalid)?) }];
    let record = |receipt| super::record_once(cx, source, intake, Mode::Each, receipt);
    let key = idempotency_key.as_deref();
    let Once { mut what, replayed } =
        idempotency::by_graphql(cx, "recordDeparture", key, asked.as_bytes(), record, |kept| ready(Ok(kept))).await?;
    let recorded = what.pop().ok_or(Error::NotFound)?;
    Ok(RecordDeparturePayload { result: camelled(RecordedView::new(0, recorded)), replayed })
}

async fn record_all(cx: &Cx, input: RecordDeparturesInput) -> Result<RecordDeparturesPayload, Error> {
    cx.may("departures.record")?;
    let RecordDeparturesInput { source, records, atomic, idempotency_key } = input;
    if records.is_empty() || records.len() > BATCH {
        let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } };
        return Err(Error::fault("/input/records", problem));
    }
    let _turn = cx.turn().await;
    let text = as_in_rest(&serde_json::json!({ "source": source, "records": records }))?;
    let (source, intake) = batch(cx, body::parse(text.as_bytes())?)?;
    let mode = if atomic { Mode::Atomic } else { Mode::Each };
    let record = |receipt| super::record_once(cx, source, intake, mode, receipt);
    let asked = format!("{atomic} {text}");
    let key = idempotency_key.as_deref();
    let Once { what, replayed } =
        idempotency::by_graphql(cx, "recordDepartures", key, asked.as_bytes(), record, |kept| ready(Ok(kept))).await?;
    let results = what.into_iter().enumerate().map(|(n, recorded)| camelled(RecordedView::new(n, recorded))).collect();
    Ok(RecordDeparturesPayload { results, replayed })
}

pub(crate) fn camelled(mut view: RecordedView) -> RecordedView {
    camel_faults(&mut view.problems);
    view
}

#[ComplexObject]
impl EmploymentView {
    /// The last rating. Needs the scope `evaluations:read`.
    async fn evaluation(&self, context: &Context<'_>) -> Result<Option<&EvaluationView>> {
        let scope = Scope::EvaluationsRead;
        if !cx(context)?.actor().scopes.has(scope) {
            // Told beside the answer, so that the field is there and null.
            let denied = to_graphql(Error::Forbidden(scope)).into_server_error(context.item.pos);
            context.add_error(context.set_error_path(denied));
        }
        Ok(self.evaluation.as_ref())
    }

    /// Whose it is.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }
}

#[ComplexObject]
impl DepartureView {
    /// Whose it is.
    async fn alumnus(&self, context: &Context<'_>) -> Result<Option<AlumnusView>> {
        ById::load(context, self.alumnus_id).await
    }

    /// All its versions, the newest first.
    async fn versions(&self, context: &Context<'_>) -> Result<Vec<DepartureView>> {
        let cx = cx(context)?;
        let loaded = context.data::<Loader<Versions>>()?.load_one(self.employment_id).await;
        let periods = loaded.map_err(|shared| shared.extend())?.unwrap_or_default();
        Ok(departure_versions(cx.redaction(), cx.today(), &periods))
    }
}

/// Loads every version of employment periods.
pub struct Versions(pub Cx);

impl Load<EmploymentId> for Versions {
    type Value = Arc<Vec<Employment>>;
    type Error = async_graphql::Error;

    async fn load(&self, keys: &[EmploymentId]) -> Result<HashMap<EmploymentId, Self::Value>> {
        let mut found: HashMap<EmploymentId, Vec<Employment>> = HashMap::new();
        for version in super::versions(&self.0, keys).await.map_err(to_graphql)? {
            found.entry(version.id).or_default().push(version);
        }
        Ok(found.into_iter().map(|(id, versions)| (id, Arc::new(versions))).collect())
    }
}
