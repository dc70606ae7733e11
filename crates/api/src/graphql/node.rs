//! `node` and `nodes`: anything by its id (Relay, global object identification).

use async_graphql::{Context, ID, Interface, Object, Result};
use furusu_domain::alumni::Viewpoint;
use furusu_domain::error::Error;
use furusu_domain::id::{
    ActivityId, AlumnusId, ConsentId, DepartureId, EmploymentId, GatheringId, HeldRecordId, LookupId, MessageId, RegistrationId,
};

use super::cx;
use crate::alumni::view::AlumnusView;
use crate::applicants::view::DisclosureView;
use crate::cx::Cx;
use crate::departures::view::{DepartureView, EmploymentView};
use crate::engagement::gatherings::{self, view::GatheringView, view::RegistrationView};
use crate::engagement::messages::{self, view::MessageView};
use crate::engagement::view::ActivityView;
use crate::error::to_graphql;
use crate::identity::view::HeldRecordView;
use crate::privacy::view::ConsentView;
use crate::{alumni, applicants, departures, engagement, identity, privacy};

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "async_graphql::ID", desc = "Its id, of which there is no other."))]
#[allow(clippy::large_enum_variant, reason = "made for the moment of an answer")]
pub enum Node {
    /// A person.
    Alumnus(AlumnusView),
    /// An employment period.
    Employment(EmploymentView),
    /// A departure.
    Departure(DepartureView),
    /// What was said about one purpose of a person's data.
    Consent(ConsentView),
    /// What was told of a person by a lookup.
    Disclosure(DisclosureView),
    /// One act of engagement.
    Activity(ActivityView),
    /// An exchange event.
    Gathering(GatheringView),
    /// Something that was sent to somebody.
    Message(MessageView),
    /// One guest of an exchange event.
    Registration(RegistrationView),
    /// A departure record that waits for somebody to say whom it speaks of.
    HeldRecord(HeldRecordView),
}

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id; null if there is no such thing, or not for this organization.
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Node>> {
        let cx = cx(context)?;
        seek(cx, &id).await.map_err(to_graphql)
    }

    /// Several things by their ids, at most 100, in their order; null where there is no such thing.
    async fn nodes(&self, context: &Context<'_>, #[graphql(desc = "Their ids.")] ids: Vec<ID>) -> Result<Vec<Option<Node>>> {
        let cx = cx(context)?;
        if ids.len() > 100 {
            let problem = furusu_domain::error::Problem::TooLong { limit: 100, came: ids.len() };
            return Err(to_graphql(Error::fault("/ids", problem)));
        }
        many(cx, &ids).await.map_err(to_graphql)
    }
}

async fn seek(cx: &Cx, id: &ID) -> Result<Option<Node>, Error> {
    Ok(many(cx, std::slice::from_ref(id)).await?.pop().flatten())
}

/// One statement a kind, however many ids.
async fn many(cx: &Cx, ids: &[ID]) -> Result<Vec<Option<Node>>, Error> {
    let from = Viewpoint::on(cx.today());
    let redaction = cx.redaction();
    let (people, periods, ends): (Vec<AlumnusId>, Vec<EmploymentId>, Vec<DepartureId>) = (parse(ids), parse(ids), parse(ids));
    // Whoever asks for any of them must be allowed to read alumni, whether it exists or not.
    cx.may("alumni.find")?;
    let people = if people.is_empty() { Vec::new() } else { alumni::many(cx, &people, from).await? };
    let periods = if periods.is_empty() { Vec::new() } else { departures::periods(cx, &periods).await? };
    let ends = if ends.is_empty() { Vec::new() } else { departures::of(cx, &ends).await? };
    let said: Vec<ConsentId> = parse(ids);
    let said = if said.is_empty() { Vec::new() } else { privacy::many(cx, &said).await? };
    let said: Vec<ConsentView> = said.into_iter().map(|known| ConsentView::of(cx, known)).collect();
    let told: Vec<LookupId> = parse(ids);
    let told = if told.is_empty() { Vec::new() } else { applicants::disclosures_of(cx, &told).await? };
    let held: Vec<HeldRecordId> = parse(ids);
    let held = if held.is_empty() { Vec::new() } else { identity::held_records(cx, &held).await? };
    let done: Vec<ActivityId> = parse(ids);
    let done = if done.is_empty() { None } else { Some(engagement::many(cx, &done).await?) };
    let held_at: Vec<GatheringId> = parse(ids);
    let held_at = if held_at.is_empty() { std::collections::BTreeMap::new() } else { gatherings::many(cx, &held_at).await? };
    let guests: Vec<RegistrationId> = parse(ids);
    let guests = if guests.is_empty() { Vec::new() } else { gatherings::registrations(cx, &guests).await? };
    let guests: Vec<RegistrationView> = guests.into_iter().map(RegistrationView::from).collect();
    let sent: Vec<MessageId> = parse(ids);
    let sent = if sent.is_empty() { Vec::new() } else { messages::many(cx, &sent).await? };
    let find = |id: &ID| {
        if let Ok(id) = id.parse::<AlumnusId>() {
            return people.iter().find(|p| p.answers_to(id)).map(|p| Node::Alumnus(AlumnusView::seen_by(redaction, from, p)));
        }
        if let Ok(id) = id.parse::<EmploymentId>() {
            return periods.iter().find(|e| e.id == id).map(|e| Node::Employment(EmploymentView::seen_by(redaction, from, e)));
        }
        if let Ok(id) = id.parse::<ConsentId>() {
            return said.iter().find(|consent| consent.id == id).cloned().map(Node::Consent);
        }
        if let Ok(id) = id.parse::<LookupId>() {
            return told.iter().find(|finding| finding.id == id).cloned().map(|told| Node::Disclosure(told.into()));
        }
        if let Ok(id) = id.parse::<ActivityId>() {
            let (activities, formula) = done.as_ref()?;
            let activity = activities.iter().find(|activity| activity.id == id).cloned()?;
            return Some(Node::Activity(ActivityView::by(formula, activity)));
        }
        if let Ok(id) = id.parse::<GatheringId>() {
            return held_at.get(&id).map(GatheringView::from).map(Node::Gathering);
        }
        if let Ok(id) = id.parse::<MessageId>() {
            return sent.iter().find(|message| message.id == id).cloned().map(|message| Node::Message(message.into()));
        }
        if let Ok(id) = id.parse::<RegistrationId>() {
            return guests.iter().find(|guest| guest.id == id).cloned().map(Node::Registration);
        }
        if let Ok(id) = id.parse::<HeldRecordId>() {
            let held = held.iter().find(|held| held.id == id).cloned()?;
            return Some(Node::HeldRecord(HeldRecordView::seen_by(cx.actor().scopes, held)));
        }
        let id = id.parse::<DepartureId>().ok()?;
        let period = ends.iter().find(|e| e.departure.is_some_and(|d| d.id == id))?;
        DepartureView::seen_by(redaction, from, period).map(Node::Departure)
    };
    Ok(ids.iter().map(find).collect())
}

fn parse<T: std::str::FromStr>(ids: &[ID]) -> Vec<T> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
