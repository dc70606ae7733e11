//! Returning applicants by GraphQL.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use furusu_domain::error::{Error, Fault, Form, Problem};
use furusu_domain::id::{AlumnusId, LookupId};

use super::input::{self, BATCH, LookUpApplicant, ReviewFinding};
use super::rest::{answered, place};
use super::view::{AnswerView, DisclosureView, FindingView, ReviewView};
use crate::cx::Cx;
use crate::error::{camel_faults, to_graphql};
use crate::graphql::connection::{Edge, PageInfo, Part};
use crate::graphql::{as_in_rest, cx};
use crate::idempotency;
use crate::json::Place;
use crate::rest::body;

/// Asks about one applicant.
#[derive(InputObject)]
pub struct LookUpApplicantInput {
    /// The applicant, as the form has them.
    applicant: LookUpApplicant,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it gives the
    /// same finding and looks nobody up.
    idempotency_key: Option<String>,
}

/// What was found.
#[derive(SimpleObject)]
pub struct LookUpApplicantPayload {
    /// The finding.
    finding: FindingView,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Asks about up to 1,000 applicants.
#[derive(InputObject)]
pub struct LookUpApplicantsInput {
    /// The applicants, answered in their order.
    applicants: Vec<LookUpApplicant>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it gives the
    /// same findings and looks nobody up.
    idempotency_key: Option<String>,
}

/// What was found of each.
#[derive(SimpleObject)]
pub struct LookUpApplicantsPayload {
    /// What became of each question, in order.
    results: Vec<AnswerView>,
    /// Whether that was earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Sends back what a person decided on a finding.
#[derive(InputObject)]
pub struct ReviewFindingInput {
    /// The finding.
    lookup_id: LookupId,
    /// What was decided.
    review: ReviewFinding,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// The review as it is kept.
#[derive(SimpleObject)]
pub struct ReviewFindingPayload {
    /// The review.
    review: ReviewView,
    /// Whether it was kept earlier, for the same `idempotencyKey`.
    replayed: bool,
}

/// Disclosures, and where the page lies among them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DisclosureConnection {
    /// The disclosures with their places.
    pub edges: Vec<Edge<DisclosureView>>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

#[ComplexObject]
impl DisclosureConnection {
    /// The disclosures without their places.
    async fn nodes(&self) -> Vec<&DisclosureView> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
}

/// What can be asked of returning applicants.
#[derive(Default)]
pub struct ApplicantsQuery;

#[Object]
impl ApplicantsQuery {
    /// A finding as it was told, and what people decided on it: one's own, or with the scope `matching:review` any of the
    /// organization. Needs the scope `matching:lookup` or `matching:review`.
    async fn finding(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: LookupId) -> Result<Option<FindingView>> {
        let cx = cx(context)?;
        match super::find(cx, id).await {
            Ok((finding, reviews)) => Ok(Some(super::shown(cx, finding, reviews))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(to_graphql(error)),
        }
    }

    /// What was told of a person by lookups: who asked, on which basis, and what they got; the latest first. Needs the scope
    /// `privacy:read`.
    async fn disclosures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The person.")] alumnus_id: AlumnusId,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Beyond this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<DisclosureConnection> {
        let cx = cx(context)?;
        disclosures(cx, alumnus_id, &Part { first, after, last, before }).await.map_err(to_graphql)
    }
}

async fn disclosures(cx: &Cx, person: AlumnusId, part: &Part) -> Result<DisclosureConnection, Error> {
    cx.may("applicants.disclosures")?;
    let name = format!("disclosures {person}");
    let window = part.window(cx, &name, |p| LookupId::from_bytes(p.id))?;
    let (_, page) = super::disclosures(cx, person, &window).await?;
    let (edges, page_info) = part.edges(cx, &name, page, |finding| Some((place(&finding), DisclosureView::from(finding))));
    Ok(DisclosureConnection { edges, page_info })
}

/// What can be done with returning applicants.
#[derive(Default)]
pub struct ApplicantsMutation;

#[Object]
impl ApplicantsMutation {
    /// Was this applicant here before? The finding is kept as a disclosure before it is told. Needs the scope `matching:lookup`.
    async fn look_up_applicant(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The question.")] input: LookUpApplicantInput,
    ) -> Result<LookUpApplicantPayload> {
        let cx = cx(context)?;
        look_up(cx, input).await.map_err(to_graphql)
    }

    /// Were these applicants here before? Up to 1,000. Needs the scope `matching:lookup`.
    async fn look_up_applicants(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The questions.")] input: LookUpApplicantsInput,
    ) -> Result<LookUpApplicantsPayload> {
        let cx = cx(context)?;
        look_up_all(cx, input).await.map_err(to_graphql)
    }

    /// Send back what a person decided on a finding. Needs the scope `matching:lookup` or `matching:review`.
    async fn review_finding(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The decision.")] input: ReviewFindingInput,
    ) -> Result<ReviewFindingPayload> {
        let cx = cx(context)?;
        review(cx, input).await.map_err(to_graphql)
    }
}

async fn look_up(cx: &Cx, input: LookUpApplicantInput) -> Result<LookUpApplicantPayload, Error> {
    cx.may("applicants.look_up")?;
    let LookUpApplicantInput { applicant, idempotency_key } = input;
    let text = as_in_rest(&applicant)?;
    let place = Place::ROOT.member("input");
    let question = input::question(body::parse(text.as_bytes())?, place.member("applicant"), cx.now()).map_err(Error::Invalid)?;
    let ask = |receipt| super::look_up(cx, question, receipt);
    let key = idempotency_key.as_deref();
    let again = |ids: Vec<Option<LookupId>>| super::told_one(cx, ids);
    let done = idempotency::by_graphql(cx, "lookUpApplicant", key, text.as_bytes(), ask, again).await.map_err(of_applicant)?;
    Ok(LookUpApplicantPayload { finding: super::shown(cx, done.what, Vec::new()), replayed: done.replayed })
}

/// Faults that looking the applicant up found, where this door has the applicant.
fn of_applicant(error: Error) -> Error {
    let Error::Invalid(mut faults) = error else { return error };
    for fault in faults.iter_mut().filter(|fault| fault.pointer.starts_with("/blinding")) {
        fault.pointer.insert_str(0, "/input/applicant");
    }
    Error::Invalid(faults)
}

async fn look_up_all(cx: &Cx, input: LookUpApplicantsInput) -> Result<LookUpApplicantsPayload, Error> {
    cx.may("applicants.look_up")?;
    let LookUpApplicantsInput { applicants, idempotency_key } = input;
    if applicants.is_empty() || applicants.len() > BATCH {
        let problem = Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } };
        return Err(Error::fault("/input/applicants", problem));
    }
    let _turn = cx.turn().await;
    let text = as_in_rest(&serde_json::json!({ "applicants": applicants }))?;
    let questions = input::batch(body::parse(text.as_bytes())?, cx.now())?;
    let faults: Vec<Option<Vec<Fault>>> = questions.iter().map(|question| question.as_ref().err().cloned()).collect();
    let ask = |receipt| super::look_up_all(cx, questions, receipt);
    let key = idempotency_key.as_deref();
    let again = |ids: Vec<Option<LookupId>>| super::told_all(cx, ids, faults);
    let done = idempotency::by_graphql(cx, "lookUpApplicants", key, text.as_bytes(), ask, again).await?;
    let camelled = |(index, answer)| {
        let mut answer = answered(cx, index, answer);
        camel_faults(&mut answer.problems);
        answer
    };
    Ok(LookUpApplicantsPayload { results: done.what.into_iter().enumerate().map(camelled).collect(), replayed: done.replayed })
}

async fn review(cx: &Cx, input: ReviewFindingInput) -> Result<ReviewFindingPayload, Error> {
    super::may_see(cx)?;
    let ReviewFindingInput { lookup_id, review, idempotency_key } = input;
    let text = as_in_rest(&review)?;
    let place = Place::ROOT.member("input");
    let decided = input::review(body::parse(text.as_bytes())?, place.member("review"))?;
    let asked = format!("{lookup_id} {text}");
    let keep = |receipt| super::review(cx, lookup_id, decided, receipt);
    let key = idempotency_key.as_deref();
    let again = |id| super::reviewed(cx, lookup_id, id);
    let done = idempotency::by_graphql(cx, "reviewFinding", key, asked.as_bytes(), keep, again).await?;
    Ok(ReviewFindingPayload { review: ReviewView::from(done.what), replayed: done.replayed })
}
