//! May somebody be written to? Asked by whoever is about to, before they do.

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::alumni::{Told, Viewpoint};
use furusu_domain::engagement::{Allowance, ContactPermission, Counted, HELD_SECONDS, Reachability, Verdict, Whom, may};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::{AlumnusId, ContactPermissionId, Mint};
use furusu_domain::privacy::{Consent, ContactChannel, Purpose};
use furusu_domain::time::Moment;
use furusu_persistence::Tx;
use serde::{Deserialize, Serialize};

use crate::cx::Cx;
use crate::idempotency::Receipt;

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whom.
    pub whom: Whom,
    /// By which way.
    pub channel: ContactChannel,
    /// For what.
    pub purpose: Purpose,
}

/// A permission that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    /// Its id.
    pub id: ContactPermissionId,
    /// Until when.
    pub until: Moment,
}

/// The answer to one question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// Whom.
    pub alumnus: AlumnusId,
    /// Whether they may be.
    pub verdict: Verdict,
    /// What is held for whoever asked, if they asked for that.
    pub held: Option<Held>,
}

/// What was asked, or what is wrong with it.
pub(super) type Asked = Result<Question, Vec<Fault>>;

/// What was answered, or what is wrong with the question.
pub(super) type Answer = Result<Answered, Vec<Fault>>;

/// Whether people may be written to, as things are now. Nothing is held by it: whoever asks next is told the same.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.ask", skip_all)]
pub async fn ask(cx: &Cx, questions: Vec<Asked>) -> Result<Vec<Answer>, Error> {
    cx.may("messages.ask")?;
    judge(&cx.read(), cx.viewpoint(None, None)?, questions, cx.now(), None).await
}

/// The same, and each yes is held for an hour: it counts against the cap, for the later questions too, until a message names it or
/// its time is over. Of two who ask for the last place at the same time, one gets it.
///
/// # Errors
/// [`Error::Conflict`] if somebody was merged at the same time; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "messages.hold", skip_all)]
pub async fn hold(cx: &Cx, questions: Vec<Asked>, receipt: Receipt<Vec<Answer>>) -> Result<Vec<Answer>, Error> {
    cx.may("messages.hold")?;
    let (from, mint, by) = (cx.viewpoint(None, None)?, cx.mint(), cx.actor().caller.to_string());
    cx.write(async move |tx| {
        let answers = judge(tx, from, questions, tx.now(), Some((mint, by))).await?;
        receipt.keep(tx, &answers).await?;
        Ok(answers)
    })
    .await
}

/// What was answered before stays the answer: what is held is held.
///
/// # Errors
/// The scope is missing by now.
pub async fn replied(cx: &Cx, answers: Vec<Answer>) -> Result<Vec<Answer>, Error> {
    cx.may("messages.hold")?;
    Ok(answers)
}

async fn judge(
    tx: &Tx,
    from: Viewpoint,
    questions: Vec<Asked>,
    at: Moment,
    mut holding: Option<(Mint, String)>,
) -> Result<Vec<Answer>, Error> {
    let named: BTreeSet<Whom> = questions.iter().filter_map(|asked| asked.as_ref().ok()).map(|question| question.whom.clone()).collect();
    let people = tx.activities().whom(named.clone()).await?;
    let ids: Vec<AlumnusId> = people.values().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
    if holding.is_some() {
        tx.departures().hold(&ids).await?;
        // Who was merged before they were held is somebody else now.
        if tx.activities().whom(named).await? != people {
            return Err(Error::Conflict);
        }
    }
    let cap = tx.accounts().find_with_settings().await?.1.contact_cap;
    let (alumni, consents, sent, held, bounces) = tokio::try_join!(
        tx.alumni().many(&ids, from),
        tx.privacy().many(&ids),
        tx.messages().sent_since(&ids, cap.since(at)),
        tx.contact_permissions().held(&ids, at),
        tx.messages().bounces(&ids)
    )?;
    let bounced: Vec<AlumnusId> = bounces.keys().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut ever: BTreeMap<AlumnusId, Vec<(Told, Option<Moment>)>> = BTreeMap::new();
    if !bounced.is_empty() {
        for (id, told, until) in tx.alumni().told_ever(&bounced).await? {
            ever.entry(id).or_default().push((told, until));
        }
    }
    let mut said: BTreeMap<AlumnusId, Vec<Consent>> = BTreeMap::new();
    for consent in consents {
        said.entry(consent.alumnus).or_default().push(consent);
    }
    let mut counted: BTreeMap<AlumnusId, Vec<Counted>> = BTreeMap::new();
    let all =
        sent.into_iter().map(|(id, at)| (id, Counted::Sent(at))).chain(held.into_iter().map(|(id, until)| (id, Counted::Held(until))));
    for (id, one) in all {
        counted.entry(id).or_default().push(one);
    }
    let (mut answers, mut new) = (Vec::with_capacity(questions.len()), Vec::new());
    for asked in questions {
        let Question { whom, channel, purpose } = match asked {
            Ok(question) => question,
            Err(faults) => {
                answers.push(Err(faults));
                continue;
            }
        };
        let found = people.get(&whom).and_then(|(id, origin)| alumni.iter().find(|alumnus| alumnus.id == *id).map(|a| (a, *origin)));
        let Some((alumnus, merged_from)) = found else {
            let place = match whom {
                Whom::Id(_) => "/alumnus_id",
                Whom::Named(..) => "/person",
            };
            answers.push(Err(vec![Fault::new(place, Problem::UnknownPerson)]));
            continue;
        };
        let id = alumnus.id;
        let words = ever.get(&id).map(Vec::as_slice).unwrap_or_default();
        let reach = Reachability::of(alumnus, words, channel, bounces.get(&(id, channel)).copied());
        let theirs = said.get(&id).map(Vec::as_slice).unwrap_or_default();
        let against = counted.entry(id).or_default();
        let verdict = may((purpose, channel), theirs, reach, (cap, against), at);
        let mut permission = None;
        if let (Some((mint, by)), Some(Allowance::By { consent, .. })) = (&mut holding, &verdict.consent) {
            let held = Held { id: ContactPermissionId::mint(mint), until: at.plus_seconds(HELD_SECONDS) };
            against.push(Counted::Held(held.until));
            permission = Some(held);
            new.push(ContactPermission {
                id: held.id,
                alumnus: id,
                merged_from,
                channel,
                purpose,
                consent: *consent,
                granted: (at, by.clone()),
                held_until: held.until,
                used_by: None,
            });
        }
        answers.push(Ok(Answered { alumnus: id, verdict, held: permission }));
    }
    if !new.is_empty() {
        tx.contact_permissions().insert(new).await?;
    }
    Ok(answers)
}
