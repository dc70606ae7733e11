//! Consents: only ever added to. A withdrawal is a row of its own, read beside what it withdraws.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, ConsentId, OrganizationId};
use furusu_domain::page::{Page, Window};
use furusu_domain::privacy::{
    Aim, Consent, ConsentBasis, ConsentChannel, ConsentDecision, ConsentFilter, ConsentPosition, ContactChannel, Findability, Purpose,
    Withdrawal, Word,
};
use furusu_domain::sql::{Instant, Uid};
use furusu_domain::time::Moment;

use crate::expr::Sql;
use crate::schema::{consent, consent_due, consent_withdrawal};
use crate::tx::Tx;

/// The repository of consents.
#[derive(Clone, Copy)]
pub struct Privacy<'t>(pub(crate) &'t Tx);

/// At most so many values in one `in (…)`: SQLite takes 32,766 in a statement.
const AT_ONCE: usize = 2_000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consent, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    id: ConsentId,
    person_id: AlumnusId,
    purpose: Purpose,
    recipient: Option<String>,
    decision: ConsentDecision,
    basis: ConsentBasis,
    balancing_note_id: Option<String>,
    channel: ConsentChannel,
    contact_channels: String,
    text_version: Option<String>,
    given_at: Moment,
    expires_at: Option<Moment>,
    recorded_at: Moment,
    recorded_by: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consent_withdrawal)]
struct WithdrawalRow {
    organization_id: OrganizationId,
    consent_id: ConsentId,
    withdrawn_at: Moment,
    channel: ConsentChannel,
    recorded_at: Moment,
    recorded_by: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consent_due)]
struct DueRow {
    organization_id: OrganizationId,
    due_at: Moment,
    consent_id: ConsentId,
}

impl Row {
    fn of(organization_id: OrganizationId, consent: &Consent) -> Self {
        let Consent {
            id,
            alumnus,
            aim: Aim { purpose, recipient },
            decision,
            basis,
            balancing_note_id,
            channel,
            contact_channels,
            text_version,
            given_at,
            expires_at,
            recorded_at,
            recorded_by,
            withdrawal: _,
        } = consent.clone();
        let ways: Vec<&str> = contact_channels.iter().map(|way| way.as_str()).collect();
        Self {
            organization_id,
            id,
            person_id: alumnus,
            purpose,
            recipient,
            decision,
            basis,
            balancing_note_id,
            channel,
            contact_channels: ways.join(" "),
            text_version,
            given_at,
            expires_at,
            recorded_at,
            recorded_by,
        }
    }
}

/// A record with its withdrawal.
type Known = (Row, Option<WithdrawalRow>);

fn known((row, withdrawal): Known) -> Consent {
    let Row {
        organization_id: _,
        id,
        person_id,
        purpose,
        recipient,
        decision,
        basis,
        balancing_note_id,
        channel,
        contact_channels,
        text_version,
        given_at,
        expires_at,
        recorded_at,
        recorded_by,
    } = row;
    let withdrawal = withdrawal.map(|row| {
        let WithdrawalRow { organization_id: _, consent_id: _, withdrawn_at, channel, recorded_at, recorded_by } = row;
        Withdrawal { at: withdrawn_at, channel, recorded_at, recorded_by }
    });
    Consent {
        id,
        alumnus: person_id,
        aim: Aim { purpose, recipient },
        decision,
        basis,
        balancing_note_id,
        channel,
        contact_channels: contact_channels.split_ascii_whitespace().filter_map(ContactChannel::from_word).collect(),
        text_version,
        given_at,
        expires_at,
        recorded_at,
        recorded_by,
        withdrawal,
    }
}

type FoundColumns = (Uid, Text, Text, Instant, Nullable<Instant>, Nullable<Instant>);

/// Whose word it is, the word, and when it counts.
type Found = (AlumnusId, String, String, Moment, Option<Moment>, Option<Moment>);

/// The organization's records, each beside its withdrawal.
#[auto_type(no_type_alias)]
fn records(organization: OrganizationId) -> _ {
    let its_own = consent_withdrawal::organization_id.eq(consent::organization_id).and(consent_withdrawal::consent_id.eq(consent::id));
    consent::table.left_join(consent_withdrawal::table.on(its_own)).filter(consent::organization_id.eq(organization))
}

impl Privacy<'_> {
    /// A page of what was said about one person's purposes, what was given last first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn page(self, of: AlumnusId, filter: &ConsentFilter, window: &Window<ConsentPosition>) -> Result<Page<Consent>, Error> {
        let ConsentFilter { purpose } = *filter;
        // Where the window begins and ends, in the order of the list.
        let (after, before) = if window.backwards { (window.until, window.from) } else { (window.from, window.until) };
        let rows: Vec<Known> = on!(self, |db| {
            let mut query = records(self.0.organization)
                .filter(consent::person_id.eq(of))
                .limit(i64::from(window.limit) + 1)
                .select((Row::as_select(), Option::<WithdrawalRow>::as_select()))
                .into_boxed::<Db>();
            if let Some(purpose) = purpose {
                query = query.filter(consent::purpose.eq(purpose));
            }
            if let Some(ConsentPosition { given_at, id }) = after {
                query = query.filter(consent::given_at.lt(given_at).or(consent::given_at.eq(given_at).and(consent::id.lt(id))));
            }
            if let Some(ConsentPosition { given_at, id }) = before {
                query = query.filter(consent::given_at.gt(given_at).or(consent::given_at.eq(given_at).and(consent::id.gt(id))));
            }
            let query = if window.backwards {
                query.order((consent::given_at.asc(), consent::id.asc()))
            } else {
                query.order((consent::given_at.desc(), consent::id.desc()))
            };
            query.load(db).await
        })?;
        Ok(Page::cut(rows, window).map(known))
    }

    /// Everything that was said about the purposes of these people, what was given last first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, people: &[AlumnusId]) -> Result<Vec<Consent>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<Known> = on!(self, |db| {
                records(self.0.organization)
                    .filter(self.0.among(consent::person_id, ids))
                    .order((consent::given_at.desc(), consent::id.desc()))
                    .select((Row::as_select(), Option::<WithdrawalRow>::as_select()))
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(known));
        }
        Ok(found)
    }

    /// These records; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of_ids(self, ids: &[ConsentId]) -> Result<Vec<Consent>, Error> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<Known> = on!(self, |db| {
                records(self.0.organization)
                    .filter(self.0.among(consent::id, ids))
                    .select((Row::as_select(), Option::<WithdrawalRow>::as_select()))
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(known));
        }
        Ok(found)
    }

    /// Who of these people can be found at a moment, and until when that is so: by what they said of
    /// `returning_applicant_flag`, and by what sources say of their death. One statement, and everybody asked for is there.
    ///
    /// # Errors
    /// As every statement.
    pub async fn findability(self, people: &[AlumnusId], at: Moment) -> Result<BTreeMap<AlumnusId, Findability>, Error> {
        let mut said: BTreeMap<AlumnusId, Vec<Word>> = people.iter().map(|id| (*id, Vec::new())).collect();
        let mut dead: BTreeSet<AlumnusId> = BTreeSet::new();
        for ids in people.chunks(AT_ONCE) {
            let mut sql = Sql::<FoundColumns>::new();
            sql.text("select c.person_id, c.decision, c.basis, c.given_at, c.expires_at, w.withdrawn_at from consent c ")
                .text("left join consent_withdrawal w on w.organization_id = c.organization_id and w.consent_id = c.id ")
                .text("where c.purpose = 'returning_applicant_flag' and c.organization_id = ")
                .value(self.0.organization);
            sql.among(" and c.person_id in (", ids);
            // The same rule as `Employment::tells_of_death`.
            sql.text(" union all select e.person_id, 'died', '', e.recorded_at, null, null from employment e ")
                .text("where (e.separation_type = 'death' or e.document -> 'employment' -> 'status' ->> 'value' = 'deceased') ")
                .text("and e.superseded_at is null and e.organization_id = ")
                .value(self.0.organization);
            sql.among(" and e.person_id in (", ids);
            let rows: Vec<Found> = on!(self, |db| sql.load(db).await)?;
            for (id, decision, basis, given_at, expires_at, withdrawn_at) in rows {
                match (ConsentDecision::from_word(&decision), ConsentBasis::from_word(&basis)) {
                    (Some(decision), Some(basis)) => {
                        said.entry(id).or_default().push(Word { decision, basis, given_at, expires_at, withdrawn_at });
                    }
                    (Some(_) | None, Some(_) | None) => {
                        dead.insert(id);
                    }
                }
            }
        }
        let found = |(id, words): (AlumnusId, Vec<Word>)| (id, Findability::of(&words, at).unless(dead.contains(&id)));
        Ok(said.into_iter().map(found).collect())
    }

    /// Adds a record, and notes its end to be told.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, new: &Consent) -> Result<(), Error> {
        let row = Row::of(self.0.organization, new);
        on!(self, |db| diesel::insert_into(consent::table).values(row).execute(db).await)?;
        if let Some(due_at) = new.expires_at {
            let row = DueRow { organization_id: self.0.organization, due_at, consent_id: new.id };
            on!(self, |db| diesel::insert_into(consent_due::table).values(row).execute(db).await)?;
        }
        Ok(())
    }

    /// Adds the withdrawal of a record.
    ///
    /// # Errors
    /// As every statement.
    pub async fn withdraw(self, id: ConsentId, withdrawal: &Withdrawal) -> Result<(), Error> {
        let Withdrawal { at, channel, recorded_at, recorded_by } = withdrawal.clone();
        let organization_id = self.0.organization;
        let row = WithdrawalRow { organization_id, consent_id: id, withdrawn_at: at, channel, recorded_at, recorded_by };
        on!(self, |db| diesel::insert_into(consent_withdrawal::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// The records that have come to their end by a moment and are not told yet, the oldest end first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn due_by(self, at: Moment, limit: i64) -> Result<Vec<(Moment, ConsentId)>, Error> {
        on!(self, |db| {
            consent_due::table
                .filter(consent_due::organization_id.eq(self.0.organization))
                .filter(consent_due::due_at.le(at))
                .order((consent_due::due_at, consent_due::consent_id))
                .limit(limit)
                .select((consent_due::due_at, consent_due::consent_id))
                .load(db)
                .await
        })
    }

    /// Strikes what has been told; `false` if somebody else did first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn strike(self, (due_at, id): (Moment, ConsentId)) -> Result<bool, Error> {
        let n = on!(self, |db| diesel::delete(consent_due::table.find((self.0.organization, due_at, id))).execute(db).await)?;
        Ok(n == 1)
    }
}
