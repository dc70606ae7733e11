//! Messages: what was sent to whom, and what came of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::SortValue;
use furusu_domain::departures::Source;
use furusu_domain::engagement::{Allowance, Bounce, Fates, Lack, Message, MessageChange, MessagePosition, Subject, SubjectType};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, ConsentId, ContactPermissionId, MessageId, OrganizationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::privacy::{ConsentBasis, ContactChannel, Purpose};
use furusu_domain::sql::{Json, Uid};
use furusu_domain::time::Moment;
use serde::Serialize;

use super::activities::by_source;
use crate::departures::keyset;
use crate::document;
use crate::expr::{Sql, Value, kept};
use crate::schema::{message, message_version};
use crate::tx::Tx;

/// The repository of messages.
#[derive(Clone, Copy)]
pub struct Messages<'t>(pub(crate) &'t Tx);

/// How many values a statement is asked about at once.
const AT_ONCE: usize = 2_000;

/// Of how many people a page is read in one statement: SQLite takes 500 parts.
const PAGES: usize = 128;

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = message, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    organization_id: OrganizationId,
    id: MessageId,
    person_id: AlumnusId,
    origin_person_id: Option<AlumnusId>,
    source: String,
    external_id: String,
    channel: ContactChannel,
    purpose: Purpose,
    campaign: Option<String>,
    subject_type: Option<SubjectType>,
    subject_id: Option<String>,
    sent_at: Moment,
    delivered_at: Option<Moment>,
    opened_at: Option<Moment>,
    clicked_at: Option<Moment>,
    replied_at: Option<Moment>,
    bounced_at: Option<Moment>,
    bounce: Option<Bounce>,
    consent_id: Option<ConsentId>,
    basis: Option<ConsentBasis>,
    text_version: Option<String>,
    lack: Option<Lack>,
    permission_id: Option<ContactPermissionId>,
    source_updated_at: Option<Moment>,
    version: i32,
    recorded_at: Moment,
    updated_at: Moment,
}

impl Row {
    fn of(organization_id: OrganizationId, of: Message) -> Self {
        let Message {
            id,
            alumnus,
            merged_from,
            source,
            external_id,
            channel,
            purpose,
            campaign,
            subject,
            sent_at,
            fates: Fates { delivered_at, opened_at, clicked_at, replied_at, bounced },
            allowance,
            permission,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        } = of;
        let (subject_type, subject_id) = subject.map_or((None, None), |Subject { what, id }| (Some(what), Some(id)));
        let (bounced_at, bounce) = bounced.unzip();
        let (consent_id, basis, text_version, lack) = match allowance {
            Allowance::By { consent, basis, text_version } => (Some(consent), Some(basis), text_version, None),
            Allowance::Not { lack } => (None, None, None, Some(lack)),
        };
        Self {
            organization_id,
            id,
            person_id: alumnus,
            origin_person_id: merged_from,
            source: source.as_str().to_owned(),
            external_id,
            channel,
            purpose,
            campaign,
            subject_type,
            subject_id,
            sent_at,
            delivered_at,
            opened_at,
            clicked_at,
            replied_at,
            bounced_at,
            bounce,
            consent_id,
            basis,
            text_version,
            lack,
            permission_id: permission,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        }
    }
}

impl TryFrom<Row> for Message {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self, Error> {
        let Row {
            organization_id: _,
            id,
            person_id,
            origin_person_id,
            source,
            external_id,
            channel,
            purpose,
            campaign,
            subject_type,
            subject_id,
            sent_at,
            delivered_at,
            opened_at,
            clicked_at,
            replied_at,
            bounced_at,
            bounce,
            consent_id,
            basis,
            text_version,
            lack,
            permission_id,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        } = row;
        let allowance = match (consent_id, basis, lack) {
            (Some(consent), Some(basis), _) => Allowance::By { consent, basis, text_version },
            (_, _, Some(lack)) => Allowance::Not { lack },
            (None, _, None) | (_, None, None) => return Err(Error::Internal(format!("message {id}: neither allowed nor not"))),
        };
        Ok(Self {
            id,
            alumnus: person_id,
            merged_from: origin_person_id,
            source: Source::parse(&source).map_err(|e| Error::Internal(format!("message {id}: source: {}", e.code())))?,
            external_id,
            channel,
            purpose,
            campaign,
            subject: subject_type.zip(subject_id).map(|(what, id)| Subject { what, id }),
            sent_at,
            fates: Fates { delivered_at, opened_at, clicked_at, replied_at, bounced: bounced_at.zip(bounce) },
            allowance,
            permission: permission_id,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
        })
    }
}

/// What was known of a message before.
#[derive(Serialize)]
struct Former<'a> {
    alumnus_id: AlumnusId,
    channel: ContactChannel,
    purpose: Purpose,
    campaign: &'a Option<String>,
    subject: &'a Option<Subject>,
    sent_at: Moment,
    fates: Fates,
    allowance: &'a Allowance,
    source_updated_at: Option<Moment>,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = message_version, treat_none_as_default_value = false)]
struct VersionRow {
    organization_id: OrganizationId,
    message_id: MessageId,
    version: i32,
    document: Json,
    recorded_at: Moment,
}

impl Messages<'_> {
    /// What is known of messages by the ids that sources have for them.
    ///
    /// # Errors
    /// As every statement.
    pub async fn known(self, keys: &BTreeSet<(Source, String)>) -> Result<Vec<Message>, Error> {
        let mut found = Vec::new();
        for (source, ids) in by_source(keys) {
            for ids in ids.chunks(AT_ONCE) {
                let rows: Vec<Row> = on!(self, |db| {
                    message::table
                        .filter(message::organization_id.eq(self.0.organization))
                        .filter(message::source.eq(source.as_str()))
                        .filter(self.0.among(message::external_id, ids))
                        .select(Row::as_select())
                        .load(db)
                        .await
                })?;
                for row in rows {
                    found.push(Message::try_from(row)?);
                }
            }
        }
        Ok(found)
    }

    /// Messages by their ids; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[MessageId]) -> Result<Vec<Message>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            message::table
                .filter(message::organization_id.eq(self.0.organization))
                .filter(self.0.among(message::id, ids))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Message::try_from).collect()
    }

    /// Writes what became of messages.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, changes: Vec<MessageChange>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let (mut new, mut former) = (Vec::new(), Vec::new());
        for MessageChange { before, after } in changes {
            let Some(before) = before else {
                new.push(Row::of(organization_id, after));
                continue;
            };
            if before.version != after.version {
                let Message { alumnus, channel, purpose, campaign, subject, sent_at, fates, allowance, source_updated_at, .. } = &before;
                let document = document::write(&Former {
                    alumnus_id: *alumnus,
                    channel: *channel,
                    purpose: *purpose,
                    campaign,
                    subject,
                    sent_at: *sent_at,
                    fates: *fates,
                    allowance,
                    source_updated_at: *source_updated_at,
                })?;
                let (message_id, version, recorded_at) = (before.id, before.version, before.updated_at);
                former.push(VersionRow { organization_id, message_id, version, document, recorded_at });
            }
            let row = Row::of(organization_id, after);
            on!(self, |db| {
                let it = diesel::update(message::table.find((organization_id, row.id))).set(&row);
                kept(it).execute(db).await
            })?;
        }
        bulk!(self, new, |part| diesel::insert_into(message::table).values(part))?;
        bulk!(self, former, |part| diesel::insert_into(message_version::table).values(part))?;
        Ok(())
    }

    /// When each of these people was written to since a moment, by whomever and whichever way.
    ///
    /// # Errors
    /// As every statement.
    pub async fn sent_since(self, people: &[AlumnusId], since: Moment) -> Result<Vec<(AlumnusId, Moment)>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<(AlumnusId, Moment)> = on!(self, |db| {
                message::table
                    .filter(message::organization_id.eq(self.0.organization))
                    .filter(self.0.among(message::person_id, ids))
                    .filter(message::sent_at.gt(since))
                    .select((message::person_id, message::sent_at))
                    .load(db)
                    .await
            })?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// When a message to each of these people last came back for good, by each way.
    ///
    /// # Errors
    /// As every statement.
    pub async fn bounces(self, people: &[AlumnusId]) -> Result<BTreeMap<(AlumnusId, ContactChannel), Moment>, Error> {
        let mut found: BTreeMap<(AlumnusId, ContactChannel), Moment> = BTreeMap::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<(AlumnusId, ContactChannel, Option<Moment>)> = on!(self, |db| {
                message::table
                    .filter(message::organization_id.eq(self.0.organization))
                    .filter(self.0.among(message::person_id, ids))
                    .filter(message::bounce.eq(Bounce::Hard))
                    .select((message::person_id, message::channel, message::bounced_at))
                    .load(db)
                    .await
            })?;
            for (person, channel, at) in rows {
                if let Some(at) = at {
                    found.entry((person, channel)).and_modify(|last| *last = at.max(*last)).or_insert(at);
                }
            }
        }
        Ok(found)
    }

    /// A page of the messages to each of these people, what was sent last first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn pages(
        self,
        of: &[AlumnusId],
        channel: Option<ContactChannel>,
        window: &Window<MessagePosition>,
    ) -> Result<BTreeMap<AlumnusId, Page<Message>>, Error> {
        let mut places: BTreeMap<AlumnusId, Vec<MessageId>> = of.iter().map(|id| (*id, Vec::new())).collect();
        for people in of.chunks(PAGES) {
            let mut sql = Sql::<(Uid, Uid)>::new();
            // So many parts that the statements are few: the last one stands for the rest.
            let parts = people.len().next_power_of_two();
            for (n, id) in people.iter().chain(people.last().into_iter().cycle()).take(parts).enumerate() {
                sql.text(if n == 0 { "" } else { " union all " }).text("select * from (select m.person_id, m.id from message m");
                sql.text(" where m.organization_id = ").value(self.0.organization);
                sql.and("m.person_id = ", Some(*id)).and("m.channel = ", channel.map(|channel| channel.as_str().to_owned()));
                let place = |p: &MessagePosition| (SortValue::Moment(p.sent_at), Value::Message(p.id));
                keyset(&mut sql, Direction::Desc, window, "m.sent_at", "(m.sent_at, m.id)", "m.id", place);
                sql.text(") p");
            }
            let rows: Vec<(AlumnusId, MessageId)> = on!(self, |db| sql.load(db).await)?;
            let mut seen = BTreeSet::new();
            for (person, id) in rows {
                if seen.insert(id) {
                    places.entry(person).or_default().push(id);
                }
            }
        }
        let ids: Vec<MessageId> = places.values().flatten().copied().collect();
        let mut all: HashMap<MessageId, Message> = self.many(&ids).await?.into_iter().map(|m| (m.id, m)).collect();
        let mut found = |ids: Vec<MessageId>| -> Vec<Message> { ids.into_iter().filter_map(|id| all.remove(&id)).collect() };
        Ok(places.into_iter().map(|(person, ids)| (person, Page::cut(found(ids), window))).collect())
    }

    /// How many messages each of these people was sent.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, of: &[AlumnusId], channel: Option<ContactChannel>) -> Result<BTreeMap<AlumnusId, i64>, Error> {
        let rows: Vec<(AlumnusId, i64)> = on!(self, |db| {
            let counted = message::table
                .filter(message::organization_id.eq(self.0.organization))
                .filter(self.0.among(message::person_id, of))
                .group_by(message::person_id)
                .select((message::person_id, diesel::dsl::count_star()))
                .into_boxed::<Db>();
            let counted = match channel {
                Some(channel) => counted.filter(message::channel.eq(channel)),
                None => counted,
            };
            counted.load(db).await
        })?;
        Ok(rows.into_iter().collect())
    }
}
