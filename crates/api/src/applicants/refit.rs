//! Refitting an organization's weights to what people decided on its findings.

use std::collections::BTreeMap;

use furusu_domain::applicants::Finding;
use furusu_domain::error::Error;
use furusu_domain::id::{LookupId, ReviewId};
use furusu_domain::matching::{Question as Lesson, Refit, refit};

use super::weighing;
use crate::cx::Cx;

/// How many reviews are read at once.
const AT_ONCE: i64 = 1_000;

/// What came of it.
pub struct Outcome {
    /// What the refit found.
    pub refit: Refit,
    /// The version it is used under from now on.
    pub version: Option<i32>,
}

/// Refits the weights; a dry run changes nothing. They are used only if they keep their word better on findings that they
/// were not made from.
///
/// # Errors
/// As every statement.
pub async fn run(cx: &Cx, dry_run: bool) -> Result<Outcome, Error> {
    cx.may("applicants.refit")?;
    let tx = cx.read();
    let mut decided: BTreeMap<LookupId, bool> = BTreeMap::new();
    let mut after: Option<ReviewId> = None;
    loop {
        let reviews = tx.applicants().reviews_after(after, AT_ONCE).await?;
        let Some(last) = reviews.last() else { break };
        after = Some(last.id);
        for review in reviews {
            if let Some(is_the_person) = review.verdict.names_the_person() {
                // Whoever decides again has thought better of it.
                decided.insert(review.lookup, is_the_person);
            }
        }
    }
    let ids: Vec<LookupId> = decided.keys().copied().collect();
    let mut lessons = Vec::with_capacity(ids.len());
    for ids in ids.chunks(1_000) {
        for finding in tx.applicants().many(ids).await? {
            let is_the_person = decided.get(&finding.id).copied().unwrap_or(false);
            lessons.extend(lesson(&finding, is_the_person));
        }
    }
    let (settings, current) = tokio::try_join!(tx.accounts().settings(), cx.app().weighing.of(&tx))?;
    // What is judged is what was served.
    let current = weighing::expecting(current, &settings.returning_applicants);
    let found = refit(&lessons, &current);
    let mut version = None;
    if found.accepted && !dry_run {
        let (weights, labels) = (found.weights.clone(), i64::try_from(found.labels).unwrap_or(i64::MAX));
        version = Some(cx.write(async move |tx| tx.applicants().use_weights(&weights, labels).await).await?);
    }
    Ok(Outcome { refit: found, version })
}

/// Goes back to the weights that ship with furusu.
///
/// # Errors
/// As every statement.
pub async fn go_back(cx: &Cx) -> Result<(), Error> {
    cx.may("applicants.refit")?;
    cx.write(async move |tx| tx.applicants().use_shipped_weights().await).await
}

/// What a decided finding teaches: nothing, if it found nobody whom the decision could be about.
fn lesson(finding: &Finding, is_the_person: bool) -> Option<Lesson> {
    let alumnus = finding.alumnus?;
    let place = finding.candidates.iter().position(|candidate| candidate.alumnus == alumnus);
    let truth = if is_the_person { Some(place?) } else { None };
    let candidates = finding.candidates.iter().map(|candidate| candidate.levels).collect();
    Some(Lesson { roster: finding.roster, candidates, truth, weight: 1.0 })
}
