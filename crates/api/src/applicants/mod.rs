//! Returning applicants: the question an applicant-tracking system asks, and what people decide on the findings.
//!
//! The same statements run whoever is asked about, and a finding is kept before it is told: it is the disclosure.

pub mod blinding;
pub mod graphql;
pub mod input;
pub mod refit;
pub mod rekey;
pub mod rest;
pub mod view;
mod watch;
mod weighing;

use std::collections::BTreeSet;
use std::sync::Arc;

use furusu_domain::account::ReturningApplicants;
use furusu_domain::alumni::Alumnus;
use furusu_domain::applicants::{
    Blinded, Finding, Known, LookupResult, Probe, Question, Review, SentKind, Suspicion, Thresholds, Verdict, decide, probes,
};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, ConsentId, EventId, LookupId, ReviewId};
use furusu_domain::matching::{Habits, Judgement, KeyKind, Levels, Part, Portrait, Roster, Sketch, Weights, judge_levels, levels};
use furusu_domain::page::{Page, Window};
use furusu_domain::privacy::{Aim, FlagBasis, Purpose, granted_by};
use furusu_persistence::{Lexicon, Searched, SearchedBlindly, Tx};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::cx::Cx;
use crate::idempotency::Receipt;

pub use watch::Watches;
pub use weighing::Weighing;

/// So many questions of a batch are searched for at once: others are waiting, too.
const AT_ONCE: usize = 4;

/// What a lookup is made with, for all the questions of a request.
struct Terms {
    basis: FlagBasis,
    thresholds: Thresholds,
    habits: Habits,
    weights: Arc<Weights>,
}

/// The terms, and what is known of the names of those who are asked about.
async fn terms(cx: &Cx, tx: &Tx, asked: impl Iterator<Item = &Sketch>) -> Result<(Terms, Lexicon), Error> {
    let furusu_persistence::Terms { settings, weights, lexicon } = tx.matching().terms(unread(asked)).await?;
    let weights = cx.app().weighing.version(tx, weights).await?;
    let habits = settings.returning_applicants.habits();
    let weights = weighing::expecting(weights, &settings.returning_applicants);
    let ReturningApplicants { basis, match_at, possible_match_at, .. } = settings.returning_applicants;
    let thresholds = Thresholds { match_at: match_at.get(), possible_match_at: possible_match_at.get() };
    Ok((Terms { basis, thresholds, habits, weights }, lexicon))
}

/// Whether the applicant was here before. The finding is kept before it is told.
///
/// # Errors
/// [`Error::RateLimited`] if the credential is suspected of enumerating; [`Error::Invalid`] if it may not look people up
/// blinded in the period; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.look_up", skip_all)]
pub async fn look_up(cx: &Cx, question: Question, receipt: Receipt<Vec<Option<LookupId>>>) -> Result<Finding, Error> {
    cx.may("applicants.look_up")?;
    // A question that is refused leaves no receipt.
    if let Some(blinded) = &question.blinded
        && blinding::seek(cx, &cx.read(), blinded, &Habits::default()).await?.is_none()
    {
        return Err(Error::Invalid(unknown_period()));
    }
    let mut answers = look_up_all(cx, vec![Ok(question)], receipt).await?;
    match answers.pop() {
        Some(answer) => answer.map_err(Error::Invalid),
        None => Err(Error::Internal("a question was not answered".into())),
    }
}

/// The same of several applicants, each with its own finding, or with its faults if it could not be read.
///
/// # Errors
/// As [`look_up`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.look_up_all", skip_all)]
pub async fn look_up_all(
    cx: &Cx,
    questions: Vec<Result<Question, Vec<Fault>>>,
    receipt: Receipt<Vec<Option<LookupId>>>,
) -> Result<Vec<Result<Finding, Vec<Fault>>>, Error> {
    cx.may("applicants.look_up")?;
    let caller = cx.actor().caller.to_string();
    let watches = &cx.app().watches;
    watches.admit(cx, questions.len())?;
    let tx = cx.read();
    let asked = questions.iter().flatten().map(|question| &question.applicant);
    let (terms, lexicon) = terms(cx, &tx, asked).await?;
    let mut mint = cx.mint();
    let named: Vec<(LookupId, Result<Question, Vec<Fault>>)> =
        questions.into_iter().map(|question| (LookupId::mint(&mut mint), question)).collect();
    let mut each = Vec::with_capacity(named.len());
    for (id, question) in &named {
        each.push(answer(cx, &tx, (&terms, &lexicon), question.as_ref(), &caller, *id));
    }
    let answers: Vec<Result<Finding, Vec<Fault>>> = stream::iter(each).buffered(AT_ONCE).try_collect().await?;
    let mut suspicion = None;
    for ((_, question), answer) in named.iter().zip(&answers) {
        if let (Ok(question), Ok(finding)) = (question, answer) {
            let asked: Vec<Probe> = probes(question, |texts| watches.hash(texts));
            suspicion = watches.note(cx, &asked, finding.result != LookupResult::NoMatch).or(suspicion);
        }
    }
    disclose(cx, answers.iter().filter_map(|answer| answer.as_ref().ok()).cloned().collect(), suspicion, &answers, receipt).await?;
    Ok(answers)
}

/// The parts of names that these people's can be read by. What an organization is used to does not bear on names.
fn unread<'s>(sketches: impl Iterator<Item = &'s Sketch>) -> BTreeSet<(Part, String)> {
    sketches.flat_map(|sketch| Portrait::of(sketch, &Habits::default()).unread()).collect()
}

/// The people an applicant may be, and how far each agrees with what is said of the applicant, in a roster of so many: what
/// training learns from.
///
/// # Errors
/// As every statement.
pub async fn compare(cx: &Cx, applicant: &Sketch) -> Result<(Vec<AlumnusId>, Vec<Levels>, u64), Error> {
    cx.may("applicants.look_up")?;
    let tx = cx.read();
    let (terms, lexicon) = terms(cx, &tx, std::iter::once(applicant)).await?;
    let mut applicant = Portrait::of(applicant, &terms.habits);
    let Searched { candidates, too_common: _, people } = tx.matching().search(&mut applicant, &lexicon, terms.basis.floor()).await?;
    let compared = candidates.iter().map(|(_, portrait)| levels(&applicant, portrait)).collect();
    Ok((candidates.into_iter().map(|(id, _)| id).collect(), compared, people))
}

/// What the matcher makes of an applicant: the people it may be, how far each agrees, and what is thought of them all.
struct Judged {
    ids: Vec<AlumnusId>,
    compared: Vec<Levels>,
    judgement: Judgement,
    too_common: BTreeSet<SentKind>,
    people: u64,
}

/// Judges an applicant by what is written of them.
async fn judged(tx: &Tx, terms: &Terms, lexicon: &Lexicon, applicant: &Sketch) -> Result<Judged, Error> {
    let mut applicant = Portrait::of(applicant, &terms.habits);
    let Searched { candidates, too_common, people } = tx.matching().search(&mut applicant, lexicon, terms.basis.floor()).await?;
    let (ids, portraits): (Vec<AlumnusId>, Vec<Portrait>) = candidates.into_iter().unzip();
    let compared: Vec<Levels> = portraits.iter().map(|portrait| levels(&applicant, portrait)).collect();
    let roster = Roster { people };
    let mut judgement = judge_levels(&terms.weights, &roster, &compared);
    if let Some(best) = judgement.candidates.first_mut()
        && let Some(portrait) = portraits.get(best.candidate)
    {
        // Only of the most probable it is shown, masked, what was compared.
        best.show(&applicant, portrait);
    }
    Ok(Judged { ids, compared, judgement, too_common: too_common.into_iter().map(sent).collect(), people })
}

/// Judges an applicant of whom only blinded tokens are known; `None` if the caller has no such period.
async fn judged_blindly(cx: &Cx, tx: &Tx, terms: &Terms, blinded: &Blinded) -> Result<Option<Judged>, Error> {
    let Some(blinding) = blinding::seek(cx, tx, blinded, &terms.habits).await? else { return Ok(None) };
    let searched = tx.matching().search_blindly(&blinding, &blinded.tokens, terms.basis.floor()).await?;
    let SearchedBlindly { candidates, too_common, people } = searched;
    let (ids, compared): (Vec<AlumnusId>, Vec<Levels>) = candidates.into_iter().unzip();
    let judgement = judge_levels(&terms.weights, &Roster { people }, &compared);
    Ok(Some(Judged { ids, compared, judgement, too_common: too_common.into_iter().map(SentKind::from).collect(), people }))
}

fn unknown_period() -> Vec<Fault> {
    vec![Fault::new("/blinding/period", Problem::UnknownPeriod)]
}

/// Finds out about one applicant.
async fn answer(
    cx: &Cx,
    tx: &Tx,
    (terms, lexicon): (&Terms, &Lexicon),
    question: Result<&Question, &Vec<Fault>>,
    caller: &str,
    id: LookupId,
) -> Result<Result<Finding, Vec<Fault>>, Error> {
    let question = match question {
        Ok(question) => question,
        Err(faults) => return Ok(Err(faults.clone())),
    };
    let judged = match &question.blinded {
        None => Some(judged(tx, terms, lexicon, &question.applicant).await?),
        Some(blinded) => judged_blindly(cx, tx, terms, blinded).await?,
    };
    let Some(Judged { ids, compared, judgement, too_common, people }) = judged else { return Ok(Err(unknown_period())) };
    let best = judgement.candidates.first().and_then(|best| ids.get(best.candidate)).copied();
    let (alumnus, may_be_talked_about) = known(cx, tx, best).await?;
    let today = cx.today();
    let known = alumnus.as_ref().map(|alumnus| Known { alumnus, today, may_be_talked_about });
    Ok(Ok(decide(
        id,
        cx.now(),
        caller.to_owned(),
        terms.basis,
        question,
        too_common.into_iter().collect(),
        (&judgement, &ids, &compared),
        people,
        terms.thresholds,
        known.as_ref(),
    )))
}

/// The most probable person with their periods, and the record by which they may be talked with about a return. Of nobody the
/// same is asked.
async fn known(cx: &Cx, tx: &Tx, best: Option<AlumnusId>) -> Result<(Option<Alumnus>, Option<ConsentId>), Error> {
    let ids = [best.unwrap_or(Event::NOBODY)];
    let (employments, said) = tokio::try_join!(tx.departures().current(&ids, None), tx.privacy().many(&ids))?;
    let aim = Aim { purpose: Purpose::BoomerangContact, recipient: None };
    let contact = granted_by(&said, &aim, None, cx.now()).map(|consent| consent.id);
    let alumnus = best.map(|id| Alumnus::new(id, cx.now(), cx.now(), Vec::new(), employments));
    Ok((alumnus, contact))
}

/// What of the question a key is made of first.
const fn sent(kind: KeyKind) -> SentKind {
    match kind {
        KeyKind::EmployeeNumber => SentKind::EmployeeNumber,
        KeyKind::Email | KeyKind::Mailbox => SentKind::Email,
        KeyKind::Phone => SentKind::Phone,
        KeyKind::BirthInitial => SentKind::BirthDate,
        KeyKind::PostalGiven | KeyKind::PostalFamily | KeyKind::Place | KeyKind::Street => SentKind::Address,
        KeyKind::DayGiven | KeyKind::YearName | KeyKind::FullKanji | KeyKind::FullReading | KeyKind::SkeletonYear | KeyKind::Skeleton => {
            SentKind::Name
        }
    }
}

/// Keeps what is about to be told: who asked, on which basis, and what they get.
async fn disclose(
    cx: &Cx,
    findings: Vec<Finding>,
    suspicion: Option<Suspicion>,
    answers: &[Result<Finding, Vec<Fault>>],
    receipt: Receipt<Vec<Option<LookupId>>>,
) -> Result<(), Error> {
    let ids: Vec<Option<LookupId>> = answers.iter().map(|answer| answer.as_ref().ok().map(|finding| finding.id)).collect();
    let mut mint = cx.mint();
    let mut events = Vec::new();
    let mut happened = |alumnus, at, what| events.push(Event { id: EventId::mint(&mut mint), alumnus, at, what });
    for finding in &findings {
        if let Some(alumnus) = finding.alumnus {
            let what = Happening::ReturningApplicantMatched { lookup_id: finding.id, result: finding.result };
            happened(alumnus, finding.at, what);
        }
    }
    if let Some(suspicion) = suspicion {
        let caller = cx.actor().caller.to_string();
        tracing::warn!(%caller, %suspicion, "a credential looks applicants up as somebody does who wants a list of people; it is slowed");
        happened(Event::NOBODY, cx.now(), Happening::LookupEnumerationSuspected { caller, suspicion });
    }
    cx.write(async move |tx| {
        tokio::try_join!(tx.applicants().insert(&findings), tx.outbox().push(events), receipt.keep(tx, &ids)).map(drop)
    })
    .await
}

/// What was answered earlier to a question.
///
/// # Errors
/// [`Error::NotFound`] if the finding is gone.
pub async fn told_one(cx: &Cx, ids: Vec<Option<LookupId>>) -> Result<Finding, Error> {
    let mut told = told_all(cx, ids, Vec::new()).await?;
    told.pop().and_then(Result::ok).ok_or(Error::NotFound)
}

/// What was answered earlier to questions, of which some had faults.
///
/// # Errors
/// [`Error::NotFound`] if a finding is gone.
pub async fn told_all(
    cx: &Cx,
    ids: Vec<Option<LookupId>>,
    faults: Vec<Option<Vec<Fault>>>,
) -> Result<Vec<Result<Finding, Vec<Fault>>>, Error> {
    may_see(cx)?;
    let known: Vec<LookupId> = ids.iter().flatten().copied().collect();
    let findings = cx.read().applicants().many(&known).await?;
    let mut faults = faults.into_iter();
    let mut answers = Vec::with_capacity(ids.len());
    for id in ids {
        let faults = faults.next().flatten();
        let finding = findings.iter().find(|finding| Some(finding.id) == id);
        // What can be read and was not answered was of a period that there was not.
        let unknown = id.is_none().then(unknown_period);
        answers.push(finding.cloned().map(Ok).or(faults.or(unknown).map(Err)).ok_or(Error::NotFound)?);
    }
    Ok(answers)
}

/// A finding: one's own, or with the scope `matching:review` any of the organization.
///
/// # Errors
/// [`Error::NotFound`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.find", skip_all)]
pub async fn find(cx: &Cx, id: LookupId) -> Result<(Finding, Vec<Review>), Error> {
    may_see(cx)?;
    let tx = cx.read();
    let finding = tx.applicants().seek(id).await?.filter(|finding| is_shown(cx, finding)).ok_or(Error::NotFound)?;
    let reviews = tx.applicants().reviews(&[id]).await?;
    Ok((finding, reviews))
}

/// Whoever asks sees their own findings, whoever reviews all of them.
fn may_see(cx: &Cx) -> Result<(), Error> {
    cx.may("applicants.find").or_else(|error| cx.may("applicants.examine").map_err(|_| error))
}

/// A finding as this caller sees it.
fn shown(cx: &Cx, finding: Finding, reviews: Vec<Review>) -> view::FindingView {
    let public_url = cx.app().settings.public_url.trim_end_matches('/');
    view::FindingView::seen_by(cx.redaction(), public_url, finding, reviews)
}

fn is_shown(cx: &Cx, finding: &Finding) -> bool {
    cx.redaction().shows_evidence() || finding.caller == cx.actor().caller.to_string()
}

/// Keeps what a person decided on a finding.
///
/// # Errors
/// [`Error::NotFound`] if there is no such finding for this caller; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.review", skip_all)]
pub async fn review(
    cx: &Cx,
    id: LookupId,
    (verdict, reference): (Verdict, Option<String>),
    receipt: Receipt<ReviewId>,
) -> Result<Review, Error> {
    cx.may("applicants.review").or_else(|error| cx.may("applicants.examine").map_err(|_| error))?;
    let asker = cx.clone();
    let mut mint = cx.mint();
    cx.write(async move |tx| {
        let finding = tx.applicants().seek(id).await?.filter(|finding| is_shown(&asker, finding)).ok_or(Error::NotFound)?;
        let by = asker.actor().caller.to_string();
        let review = Review { id: ReviewId::mint(&mut mint), lookup: id, at: tx.now(), by, verdict, reference };
        receipt.keep(tx, &review.id).await?;
        tx.applicants().insert_review(&review).await?;
        let what = Happening::ReturningApplicantReviewed { lookup_id: id, review_id: review.id, verdict };
        let alumnus = finding.alumnus.unwrap_or(Event::NOBODY);
        tx.outbox().push(vec![Event { id: EventId::mint(&mut mint), alumnus, at: tx.now(), what }]).await?;
        Ok(review)
    })
    .await
}

/// A review that was kept earlier.
///
/// # Errors
/// [`Error::NotFound`] if it is gone.
pub async fn reviewed(cx: &Cx, lookup: LookupId, id: ReviewId) -> Result<Review, Error> {
    let (_, reviews) = find(cx, lookup).await?;
    reviews.into_iter().find(|review| review.id == id).ok_or(Error::NotFound)
}

/// Several disclosures; what does not exist, or found nobody, is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.disclosures_of", skip_all)]
pub async fn disclosures_of(cx: &Cx, ids: &[LookupId]) -> Result<Vec<Finding>, Error> {
    cx.may("applicants.disclosures")?;
    let mut findings = cx.read().applicants().many(ids).await?;
    findings.retain(|finding| finding.alumnus.is_some());
    Ok(findings)
}

/// What was told of a person by lookups: who asked, on which basis, and what they got. The latest first; and who answers for
/// the id by now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "applicants.disclosures", skip_all)]
pub async fn disclosures(cx: &Cx, person: AlumnusId, window: &Window<LookupId>) -> Result<(AlumnusId, Page<Finding>), Error> {
    cx.may("applicants.disclosures")?;
    let tx = cx.read();
    // Under an id that was merged they are asked about who answers for it now.
    let person = tx.alumni().seek(person, cx.viewpoint(None, None)?).await?.ok_or(Error::NotFound)?.id;
    Ok((person, tx.applicants().told_of(person, window).await?))
}
