//! Engagement by REST.

use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::engagement::{ActivityOutcome, ActivityRecorded, Kind};
use furusu_domain::error::Error;
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::page::{Direction, MOST};
use furusu_domain::time::Moment;

use super::input::{self, ChangeFormula, RecordActivity};
use super::view::{ActivityPageView, ActivityView, BatchView, EngagementView, FormulaView, FormulasView, RecordedView};
use super::{first, formula, place, position, record_by_itself};
use crate::cx::Cx;
use crate::error::Refusal;
use crate::idempotency::{self, Once};
use crate::identity::rest::as_of_another;
use crate::rest::listing::{ActivityKind, Cursor, SourceName};
use crate::rest::{NoSuch, Overtaken, Refusals, Unreadable, body, id, listing, query};

/// One activity, with the source that tells of it.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct RecordActivityOfSource {
    /// The source that tells of it.
    #[schema(value_type = SourceName)]
    source: String,
    /// The activity.
    record: RecordActivity,
}

/// Activities of one source.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct RecordActivities {
    /// The source that all the records come from.
    #[schema(value_type = SourceName)]
    source: String,
    /// The records, 1 to 1,000; applied in their order.
    #[schema(min_items = 1, max_items = 1000)]
    records: Vec<RecordActivity>,
}

/// `POST /v1/activities`
#[utoipa::path(post, path = "/v1/activities", tag = "Engagement", operation_id = "recordActivity",
    description = "Idempotent by source and external id: the same again changes nothing, another content corrects it, `retracted` takes it back. Records may come in any order, and late.",
    summary = "Tell of one activity of an alumnus",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and does nothing"),
    ),
    request_body(content = RecordActivityOfSource, content_type = "application/json"),
    responses(
        (status = 201, description = "It was not known", body = RecordedView),
        (status = 200, description = "It was known, or is taken back", body = RecordedView),
        Refusals, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn record(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.record")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let intake = input::one(body::parse(&bytes)?, cx.now())?;
    let key = idempotency::key(&request)?;
    let Once { what, replayed } = if key.is_none() {
        Once { what: super::record_one(&cx, intake).await?, replayed: false }
    } else {
        let work = |receipt| record_by_itself(&cx, intake, receipt);
        idempotency::by_rest(&cx, &request, &bytes, work, |kept: Vec<ActivityRecorded>| async { first(kept) }).await?
    };
    let status = match what.outcome {
        ActivityOutcome::Created => actix_web::http::StatusCode::CREATED,
        ActivityOutcome::Updated | ActivityOutcome::Unchanged | ActivityOutcome::Stale | ActivityOutcome::Retracted => {
            actix_web::http::StatusCode::OK
        }
        ActivityOutcome::Rejected => return Err(Error::Invalid(what.problems).into()),
    };
    Ok(idempotency::mark(replayed, HttpResponse::build(status).json(RecordedView::new(0, what))))
}

/// `POST /v1/activities/batch`
#[utoipa::path(post, path = "/v1/activities/batch", tag = "Engagement", operation_id = "recordActivities",
    description = "Records are applied in their order, each with its own outcome; a record with a fault is rejected alone, and the others go in. The pointers of its problems begin at the record.",
    summary = "Tell of up to 1,000 activities of one source",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it gives what was answered and does nothing"),
    ),
    request_body(content = RecordActivities, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of each record, in order", body = BatchView),
        Refusals, Unreadable, Overtaken,
    ),
    security(("oauth2" = ["engagement:write"]), ("bearer" = [])))]
pub async fn record_batch(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.record")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::BATCH).await?;
    let _turn = cx.turn().await;
    let intake = input::batch(body::parse(&bytes)?, cx.now())?;
    let record = |receipt| super::record(&cx, intake, receipt);
    let Once { what, replayed } = idempotency::by_rest(&cx, &request, &bytes, record, |kept| std::future::ready(Ok(kept))).await?;
    let results = what.into_iter().enumerate().map(|(n, r)| RecordedView::new(n, r)).collect();
    Ok(idempotency::mark(replayed, HttpResponse::Ok().json(BatchView { results })))
}

/// `GET /v1/activities/{id}`
#[utoipa::path(get, path = "/v1/activities/{id}", tag = "Engagement", operation_id = "getActivity",
    description = "What was taken back is read as well, with the moment at which it was.",
    summary = "One activity, as it is known now",
    params(("id" = ActivityId, Path, description = "Its id")),
    responses((status = 200, description = "The activity", body = ActivityView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn find(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.find")?;
    query(&request, |_| ())?;
    let (activity, formula) = super::find(&cx, id(&path)?).await?;
    Ok(HttpResponse::Ok().json(ActivityView::by(&formula, activity)))
}

/// `GET /v1/alumni/{id}/activities`
#[utoipa::path(get, path = "/v1/alumni/{id}/activities", tag = "Engagement", operation_id = "listActivities",
    description = "Those that were taken back are left out.",
    summary = "What somebody did with us, what happened last first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("kind" = Option<ActivityKind>, Query, description = "Only activities of this kind"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = ActivityPageView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.find")?;
    let (kind, question) =
        query(&request, |r| (r.parsed("kind", 200, Kind::parse), listing::read_in_order(r, ((), Direction::Desc), MOST)))?;
    let of: AlumnusId = id(&path)?;
    let name = format!("activities {of} {kind:?}");
    let window = question.window(&cx, &name, place)?;
    let (answers, page, formula) = super::page(&cx, of, kind.as_ref(), &window).await?;
    let last = page.items.last().filter(|_| page.more).map(position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.into_iter().map(|activity| ActivityView::by(&formula, activity)).collect();
    let response = listing::answer(&request, next.as_deref()).json(ActivityPageView { data, next });
    Ok(as_of_another(of, answers, "/activities", response))
}

/// `GET /v1/alumni/{id}/engagement`
#[utoipa::path(get, path = "/v1/alumni/{id}/engagement", tag = "Engagement", operation_id = "getEngagement",
    description = "The score is the sum of what each activity is worth, halved with every half-life that has passed since; every part of it is told. It is walled off from selection: a token that may look applicants up never reads it.",
    summary = "How engaged somebody is, and what that is made of",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("at" = Option<Moment>, Query, description = "At this moment; now if missing, and never later than that"),
    ),
    responses((status = 200, description = "How engaged they are", body = EngagementView), Refusals, NoSuch),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn standing(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.standing")?;
    let at = query(&request, |r| r.moment("at"))?;
    let of: AlumnusId = id(&path)?;
    let standing = super::standing(&cx, of, at).await?;
    let answers = standing.alumnus;
    Ok(as_of_another(of, answers, "/engagement", HttpResponse::Ok().json(EngagementView::from(standing))))
}

/// `GET /v1/engagement-formulas`
#[utoipa::path(get, path = "/v1/engagement-formulas", tag = "Engagement", operation_id = "listEngagementFormulas",
    description = "Version 1 is what every organization begins with. Figures are by the version that is `in_use`; while another one is `building`, they stay so.",
    summary = "What activities are worth: every version, the newest first",
    responses((status = 200, description = "The versions", body = FormulasView), Refusals),
    security(("oauth2" = ["engagement:read"]), ("bearer" = [])))]
pub async fn formulas(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.formulas")?;
    query(&request, |_| ())?;
    let data = formula::all(&cx).await?.into_iter().map(FormulaView::from).collect();
    Ok(HttpResponse::Ok().json(FormulasView { data }))
}

/// `POST /v1/engagement-formulas`
#[utoipa::path(post, path = "/v1/engagement-formulas", tag = "Engagement", operation_id = "changeEngagementFormula",
    description = "Adds a version: what is left out stays as in the newest. Figures by it are made in the background, while those by the version in use are served. What says nothing new gives the newest version.",
    summary = "Change what activities are worth",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = ChangeFormula, content_type = "application/json"),
    responses((status = 201, description = "The version", body = FormulaView), Refusals, Unreadable, Overtaken),
    security(("oauth2" = ["organization:admin"]), ("bearer" = [])))]
pub async fn change_formula(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("engagement.change_formula")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let edit = input::formula(body::parse(&bytes)?)?;
    let change = |receipt| formula::change(&cx, edit, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, change, |version| formula::changed(&cx, version)).await?;
    Ok(idempotency::mark(done.replayed, HttpResponse::Created().json(FormulaView::from(done.what))))
}
