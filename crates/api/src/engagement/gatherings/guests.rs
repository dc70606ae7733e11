//! Guests: put on the list, one or many; what they say afterwards; and what becomes of them when two people become one.

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::alumni::SortValue;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{
    Amendment, Call, EnrolAs, Enrolment, Gathering, GuestList, Registration, RegistrationPosition, Standing, Whom,
};
use furusu_domain::error::{Error, Fault, Problem};
use furusu_domain::id::{AlumnusId, GatheringId, Mint, RegistrationId};
use furusu_domain::page::{Page, Window};
use furusu_domain::time::Zone;
use furusu_persistence::{GuestsAsked, Tx};
use serde::{Deserialize, Serialize};

use crate::cursor::Position;
use crate::cx::Cx;
use crate::engagement;
use crate::idempotency::Receipt;

/// Somebody who is to be put on the list, or why they cannot be.
pub struct Ask {
    /// Who, or the faults of what came.
    pub whom: Result<Whom, Vec<Fault>>,
    /// How they come to the list.
    pub as_: EnrolAs,
    /// By whose credentials.
    pub by: String,
}

/// What became of them.
pub type Answered = Result<Enrolled, Error>;

/// A guest who was put on the list.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// What became of them.
    pub outcome: Enrolment,
    /// As they stand now.
    pub known: Known,
}

/// A registration, with its gathering, by which it is seen, and with what was changed after attendance was final.
#[derive(Clone, Debug)]
pub struct Known {
    /// The registration.
    pub registration: Registration,
    /// Whether they did not come.
    pub is_no_show: bool,
    /// What was changed after attendance was final.
    pub amendments: Vec<Amendment>,
}

/// What became of one of many, as it is kept for whoever asks again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// What became of them.
    pub outcome: Enrolment,
    /// Their registration, if there is one.
    pub registration: Option<RegistrationId>,
    /// Why they were not put on the list.
    pub problems: Vec<Fault>,
}

/// Puts one guest on the list of a gathering, together with whatever others come at the same time: each has their seat, or their
/// place on the waiting list, by the order in which they came, and is answered once it is on the disk.
///
/// # Errors
/// [`Error::NotFound`] if there is no such gathering; [`Error::Invalid`] if nobody is known by that; [`Error::Refused`] with what
/// stands in the way.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.enrol", skip_all)]
pub async fn enrol(cx: &Cx, id: GatheringId, ask: Ask) -> Result<Enrolled, Error> {
    cx.may("gatherings.enrol")?;
    let (cx, key) = (cx.clone(), (cx.actor().organization, id));
    let app = cx.shared();
    // It goes on for the others even if whoever came first goes away.
    let begin = || drop(tokio::spawn(serve(cx, id)));
    app.guests.take(key, ask, begin).await?
}

/// Puts everybody in line on the list.
async fn serve(cx: Cx, id: GatheringId) {
    let together = |asks: Vec<Ask>| {
        let cx = cx.again();
        async move {
            let (zone, mint, others) = (cx.actor().zone.clone(), cx.mint(), cx.mint());
            cx.write(async move |tx| take(tx, id, asks, zone, (mint, others)).await).await
        }
    };
    cx.app().guests.serve((cx.actor().organization, id), together).await;
}

/// Puts guests on the list in one transaction, and keeps what became of them with the receipt. Whoever is unknown is rejected
/// alone; what stands in the way of one stands in the way of all.
///
/// # Errors
/// As [`enrol`], and those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.enrol_all", skip_all)]
pub async fn enrol_all(cx: &Cx, id: GatheringId, asks: Vec<Ask>, receipt: Receipt<Vec<Kept>>) -> Result<Vec<(Kept, Option<Known>)>, Error> {
    cx.may("gatherings.enrol")?;
    let (zone, mint, others) = (cx.actor().zone.clone(), cx.mint(), cx.mint());
    cx.write(async move |tx| {
        let mut results = Vec::with_capacity(asks.len());
        for answered in take(tx, id, asks, zone, (mint, others)).await? {
            results.push(match answered {
                Ok(Enrolled { outcome, known }) => {
                    (Kept { outcome, registration: Some(known.registration.id), problems: Vec::new() }, Some(known))
                }
                Err(Error::Invalid(problems)) => (Kept { outcome: Enrolment::Rejected, registration: None, problems }, None),
                Err(error) => return Err(error),
            });
        }
        let kept: Vec<Kept> = results.iter().map(|(kept, _)| kept.clone()).collect();
        receipt.keep(tx, &kept).await?;
        Ok(results)
    })
    .await
}

/// What became of guests before, with their registrations as they are now.
///
/// # Errors
/// As every statement.
pub async fn enrolled(cx: &Cx, kept: Vec<Kept>) -> Result<Vec<(Kept, Option<Known>)>, Error> {
    cx.may("gatherings.enrol")?;
    let ids: Vec<RegistrationId> = kept.iter().filter_map(|kept| kept.registration).collect();
    let known = known(&cx.read(), cx.read().registrations().many(&ids).await?).await?;
    let known: BTreeMap<RegistrationId, Known> = known.into_iter().map(|known| (known.registration.id, known)).collect();
    Ok(kept.into_iter().map(|kept| (kept.clone(), kept.registration.and_then(|id| known.get(&id).cloned()))).collect())
}

async fn take(tx: &Tx, id: GatheringId, asks: Vec<Ask>, zone: Zone, (mint, others): (Mint, Mint)) -> Result<Vec<Answered>, Error> {
    // The books come before the gathering, as everywhere: whoever merges people holds them before either.
    tx.activities().alone().await?;
    tx.gatherings().hold(&[id]).await?;
    let named: BTreeSet<Whom> = asks.iter().filter_map(|ask| ask.whom.as_ref().ok()).cloned().collect();
    let (gathering, people) = tokio::try_join!(tx.gatherings().find(id), tx.activities().whom(named))?;
    let ids: Vec<AlumnusId> = people.values().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect();
    let known = tx.registrations().of_guests(id, &ids).await?;
    let mut list = GuestList::open(gathering, known, (tx.now(), String::new()), mint);
    let mut answers: Vec<Result<(Enrolment, Registration), Error>> = Vec::with_capacity(asks.len());
    for Ask { whom, as_, by } in asks {
        list.hear(by);
        answers.push(match whom {
            Err(faults) => Err(Error::Invalid(faults)),
            Ok(whom) => match people.get(&whom) {
                Some((alumnus, merged_from)) => list.enrol(Standing { alumnus: *alumnus, merged_from: *merged_from, as_ }),
                None => Err(Error::fault(place_of(&whom), Problem::UnknownPerson)),
            },
        });
    }
    write(tx, &mut list, zone, others).await?;
    let gathering = list.gathering();
    Ok(answers
        .into_iter()
        .map(|answer| answer.map(|(outcome, registration)| Enrolled { outcome, known: Known::fresh(registration, gathering) }))
        .collect())
}

/// Where it stands who is meant.
const fn place_of(whom: &Whom) -> &'static str {
    match whom {
        Whom::Id(_) => "/alumnus_id",
        Whom::Named(..) => "/person",
    }
}

/// Writes what became of the list, gives free seats to those who wait, and tells engagement of all of it.
pub(super) async fn write(tx: &Tx, list: &mut GuestList, zone: Zone, mint: Mint) -> Result<(), Error> {
    let source = Source::own();
    let first = list.take(&source);
    let mut acts = first.activities.clone();
    if !first.is_empty() {
        tx.registrations().save(first).await?;
    }
    let free = list.free();
    if free > 0 {
        list.move_up(tx.registrations().first_in_line(list.gathering().id, i64::from(free)).await?);
        let moved = list.take(&source);
        acts.extend(moved.activities.clone());
        tx.registrations().save(moved).await?;
    }
    if acts.is_empty() { Ok(()) } else { engagement::tell(tx, zone, mint, acts).await }
}

/// Follows what is said of a registration: that they come or do not, were there or were not. What is so already stays.
///
/// # Errors
/// [`Error::NotFound`] if there is no such registration; [`Error::Refused`] with what would be allowed; [`Error::Invalid`] if
/// attendance is final and no reason is given; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.turn", skip_all)]
pub async fn turn(cx: &Cx, id: RegistrationId, call: Call, receipt: Receipt<RegistrationId>) -> Result<Known, Error> {
    cx.may("gatherings.turn")?;
    let by = cx.actor().caller.to_string();
    let (zone, mint, others) = (cx.actor().zone.clone(), cx.mint(), cx.mint());
    cx.write(async move |tx| {
        let only = [id];
        tx.activities().alone().await?;
        let whose = tx.registrations().many(&only).await?.pop().ok_or(Error::NotFound)?.gathering;
        tx.gatherings().hold(&[whose]).await?;
        // Once more: somebody may have turned it before this unit held the gathering.
        let (gathering, known) = tokio::try_join!(tx.gatherings().find(whose), tx.registrations().many(&only))?;
        let mut list = GuestList::open(gathering, known, (tx.now(), by), mint);
        let registration = list.call(id, &call)?;
        write(tx, &mut list, zone, others).await?;
        receipt.keep(tx, &id).await?;
        self::known(tx, vec![registration]).await?.pop().ok_or(Error::NotFound)
    })
    .await
}

/// A registration that was turned before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such one any more.
pub async fn turned(cx: &Cx, id: RegistrationId) -> Result<Known, Error> {
    cx.may("gatherings.turn")?;
    let tx = cx.read();
    known(&tx, tx.registrations().many(&[id]).await?).await?.pop().ok_or(Error::NotFound)
}

/// Settles the registrations of people who became one, or were parted: of two for one gathering, one stands for both. In a unit of
/// work that is alone with the books and holds the people.
///
/// # Errors
/// As every statement.
pub async fn settle(tx: &Tx, people: &[AlumnusId], by: &str, zone: &Zone, mint: &Mint) -> Result<(), Error> {
    let all = tx.registrations().all_of_people(people).await?;
    let mut of: BTreeMap<(GatheringId, AlumnusId), (usize, bool)> = BTreeMap::new();
    for registration in &all {
        let theirs = of.entry((registration.gathering, registration.alumnus)).or_default();
        *theirs = (theirs.0 + 1, theirs.1 || registration.is_double);
    }
    let unsettled: BTreeSet<GatheringId> = of.into_iter().filter(|(_, (n, doubled))| *n > 1 || *doubled).map(|((id, _), _)| id).collect();
    let unsettled: Vec<GatheringId> = unsettled.into_iter().collect();
    tx.gatherings().hold(&unsettled).await?;
    for id in unsettled {
        let (gathering, known) = tokio::try_join!(tx.gatherings().find(id), tx.registrations().of_guests(id, people))?;
        let mut list = GuestList::open(gathering, known, (tx.now(), by.to_owned()), mint.clone());
        list.settle();
        write(tx, &mut list, zone.clone(), mint.clone()).await?;
    }
    Ok(())
}

/// Registrations by their ids; what does not exist is left out.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.registrations", skip_all)]
pub async fn registrations(cx: &Cx, ids: &[RegistrationId]) -> Result<Vec<Known>, Error> {
    cx.may("gatherings.guests")?;
    let tx = cx.read();
    known(&tx, tx.registrations().many(ids).await?).await
}

/// A page of the guests of each of these gatherings.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.guests", skip_all)]
pub(super) async fn pages(
    cx: &Cx,
    of: &[GatheringId],
    asked: GuestsAsked,
    window: &Window<RegistrationPosition>,
) -> Result<BTreeMap<GatheringId, Page<Known>>, Error> {
    cx.may("gatherings.guests")?;
    let tx = cx.read();
    let pages = tx.registrations().pages(of, asked, window).await?;
    let all = known(&tx, pages.values().flat_map(|page| page.items.clone()).collect()).await?;
    let mut all: BTreeMap<RegistrationId, Known> = all.into_iter().map(|known| (known.registration.id, known)).collect();
    let mut seen = |page: Page<Registration>| {
        let items = page.items.into_iter().filter_map(|registration| all.remove(&registration.id)).collect();
        Page { items, more: page.more }
    };
    Ok(pages.into_iter().map(|(id, page)| (id, seen(page))).collect())
}

/// How many guests each of these gatherings has.
///
/// # Errors
/// As every statement.
pub(super) async fn count(cx: &Cx, of: &[GatheringId], asked: GuestsAsked) -> Result<BTreeMap<GatheringId, i64>, Error> {
    cx.may("gatherings.guests")?;
    cx.read().registrations().count(of, asked).await
}

/// Every registration of these people, the latest first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "gatherings.of_people", skip_all)]
pub async fn of_people(cx: &Cx, people: &[AlumnusId]) -> Result<Vec<Known>, Error> {
    cx.may("gatherings.guests")?;
    let tx = cx.read();
    known(&tx, tx.registrations().of_people(people).await?).await
}

/// With what is needed to see them, in their order.
async fn known(tx: &Tx, registrations: Vec<Registration>) -> Result<Vec<Known>, Error> {
    let ids: Vec<RegistrationId> = registrations.iter().map(|registration| registration.id).collect();
    let of: Vec<GatheringId> = registrations.iter().map(|r| r.gathering).collect::<BTreeSet<_>>().into_iter().collect();
    let (gatherings, mut amendments) = tokio::try_join!(tx.gatherings().many(&of), tx.registrations().amendments(&ids))?;
    let with = |registration: Registration| {
        let gathering = gatherings.iter().find(|gathering| gathering.id == registration.gathering)?;
        let amendments = amendments.remove(&registration.id).unwrap_or_default();
        Some(Known { amendments, ..Known::fresh(registration, gathering) })
    };
    Ok(registrations.into_iter().filter_map(with).collect())
}

impl Known {
    /// One of whose attendance nothing was changed after it was final.
    fn fresh(registration: Registration, gathering: &Gathering) -> Self {
        Self { is_no_show: registration.is_no_show(gathering), amendments: Vec::new(), registration }
    }
}

/// A guest's place in a list.
#[must_use]
pub(super) fn position(registration: &Registration) -> Position {
    Position { value: SortValue::Number(i64::from(registration.waiting_place.unwrap_or(0))), id: *registration.id.as_bytes() }
}

/// The place that a cursor names.
#[must_use]
pub(super) fn place(position: Position) -> RegistrationPosition {
    let waiting_place = match position.value {
        SortValue::Number(place) => i32::try_from(place).unwrap_or(0),
        // A cursor is good for its own list only, and this one is sorted by a number.
        SortValue::Day(_) | SortValue::Text(_) | SortValue::Moment(_) => 0,
    };
    RegistrationPosition { waiting_place, id: RegistrationId::from_bytes(position.id) }
}

/// A page of somebody's registrations, the latest first. Whoever was merged into another is answered as that one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such person.
pub(super) async fn of_one(cx: &Cx, of: AlumnusId, window: &Window<RegistrationPosition>) -> Result<(AlumnusId, Page<Known>), Error> {
    cx.may("gatherings.guests")?;
    let (answers, _) = cx.read().merges().who_answers(of).await?.ok_or(Error::NotFound)?;
    Ok((answers, cut(of_people(cx, &[answers]).await?, window)))
}

/// The part of somebody's registrations, the latest first, that a window shows.
pub(super) fn cut(all: Vec<Known>, window: &Window<RegistrationPosition>) -> Page<Known> {
    // Where the window begins and ends, in the order of the list.
    let (after, before) = if window.backwards { (window.until, window.from) } else { (window.from, window.until) };
    let is_inside = |known: &Known| {
        let id = known.registration.id;
        after.is_none_or(|after| id < after.id) && before.is_none_or(|before| id > before.id)
    };
    let mut items: Vec<Known> = all.into_iter().filter(is_inside).collect();
    if window.backwards {
        items.reverse();
    }
    Page::cut(items, window)
}

/// The one that there is, if they were put on the list.
pub(super) fn first(enrolled: Vec<(Kept, Option<Known>)>) -> Result<(Enrolment, Known), Error> {
    match enrolled.into_iter().next() {
        Some((kept, Some(known))) => Ok((kept.outcome, known)),
        Some((kept, None)) => Err(Error::Invalid(kept.problems)),
        None => Err(Error::NotFound),
    }
}
