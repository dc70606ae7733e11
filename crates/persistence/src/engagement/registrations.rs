//! The guests of gatherings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::SortValue;
use furusu_domain::engagement::{Amendment, Registration, RegistrationPosition, RegistrationState, Step, Unwritten};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, GatheringId, OrganizationId, RegistrationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::Uid;
use furusu_domain::time::Moment;

use crate::departures::keyset;
use crate::expr::{Sql, Value, kept};
use crate::schema::{registration, registration_step};
use crate::tx::Tx;

/// The repository of registrations.
#[derive(Clone, Copy)]
pub struct Registrations<'t>(pub(crate) &'t Tx);

/// How many values a statement is asked about at once.
const AT_ONCE: usize = 2_000;

/// Of how many gatherings a page is read in one statement: SQLite takes 500 parts.
const PAGES: usize = 128;

/// Which of the registrations of a gathering.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct GuestsAsked {
    /// Only those that stand there.
    pub state: Option<RegistrationState>,
}

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registration, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    organization_id: OrganizationId,
    id: RegistrationId,
    gathering_id: GatheringId,
    person_id: AlumnusId,
    origin_person_id: Option<AlumnusId>,
    guest_id: AlumnusId,
    state: RegistrationState,
    waiting_place: i32,
    registered_at: Option<Moment>,
    attended_at: Option<Moment>,
    is_double: bool,
    version: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl Row {
    fn of(organization_id: OrganizationId, of: Registration) -> Self {
        let Registration {
            id,
            gathering,
            alumnus,
            merged_from,
            state,
            waiting_place,
            registered_at,
            attended_at,
            is_double,
            version,
            created_at,
            updated_at,
        } = of;
        Self {
            organization_id,
            id,
            gathering_id: gathering,
            person_id: alumnus,
            origin_person_id: merged_from,
            guest_id: merged_from.unwrap_or(alumnus),
            state,
            waiting_place: waiting_place.unwrap_or(0),
            registered_at,
            attended_at,
            is_double,
            version,
            created_at,
            updated_at,
        }
    }
}

impl From<Row> for Registration {
    fn from(row: Row) -> Self {
        let Row {
            organization_id: _,
            id,
            gathering_id,
            person_id,
            origin_person_id,
            guest_id: _,
            state,
            waiting_place,
            registered_at,
            attended_at,
            is_double,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            gathering: gathering_id,
            alumnus: person_id,
            merged_from: origin_person_id,
            state,
            waiting_place: Some(waiting_place).filter(|place| *place > 0),
            registered_at,
            attended_at,
            is_double,
            version,
            created_at,
            updated_at,
        }
    }
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = registration_step, treat_none_as_default_value = false)]
struct StepRow {
    organization_id: OrganizationId,
    registration_id: RegistrationId,
    version: i32,
    state: RegistrationState,
    waiting_place: i32,
    attended_at: Option<Moment>,
    attended_before: Option<Moment>,
    recorded_at: Moment,
    recorded_by: String,
    reason: Option<String>,
    is_amendment: bool,
}

impl StepRow {
    fn of(organization_id: OrganizationId, step: Step) -> Self {
        let Step { registration, version, state, waiting_place, attended_at, attended_before, at, by, reason, is_amendment } = step;
        Self {
            organization_id,
            registration_id: registration,
            version,
            state,
            waiting_place: waiting_place.unwrap_or(0),
            attended_at,
            attended_before,
            recorded_at: at,
            recorded_by: by,
            reason,
            is_amendment,
        }
    }
}

impl Registrations<'_> {
    /// Registrations by their ids; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[RegistrationId]) -> Result<Vec<Registration>, Error> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<Row> = on!(self, |db| {
                registration::table
                    .filter(registration::organization_id.eq(self.0.organization))
                    .filter(self.0.among(registration::id, ids))
                    .select(Row::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(Registration::from));
        }
        Ok(found)
    }

    /// Every registration of these people for a gathering.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of_guests(self, gathering: GatheringId, people: &[AlumnusId]) -> Result<Vec<Registration>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<Row> = on!(self, |db| {
                registration::table
                    .filter(registration::organization_id.eq(self.0.organization))
                    .filter(registration::gathering_id.eq(gathering))
                    .filter(self.0.among(registration::person_id, ids))
                    .select(Row::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(Registration::from));
        }
        Ok(found)
    }

    /// Every registration of these people that stands for itself, the latest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of_people(self, people: &[AlumnusId]) -> Result<Vec<Registration>, Error> {
        Ok(self.all_of_people(people).await?.into_iter().filter(|registration| !registration.is_double).collect())
    }

    /// Every registration of these people, the latest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn all_of_people(self, people: &[AlumnusId]) -> Result<Vec<Registration>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<Row> = on!(self, |db| {
                registration::table
                    .filter(registration::organization_id.eq(self.0.organization))
                    .filter(self.0.among(registration::person_id, ids))
                    .order(registration::id.desc())
                    .select(Row::as_select())
                    .load(db)
                    .await
            })?;
            found.extend(rows.into_iter().map(Registration::from));
        }
        Ok(found)
    }

    /// The first so many of those who wait for a seat.
    ///
    /// # Errors
    /// As every statement.
    pub async fn first_in_line(self, gathering: GatheringId, limit: i64) -> Result<Vec<Registration>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            registration::table
                .filter(registration::organization_id.eq(self.0.organization))
                .filter(registration::gathering_id.eq(gathering))
                .filter(registration::state.eq(RegistrationState::Waiting))
                .filter(registration::is_double.eq(false))
                .order((registration::waiting_place, registration::id))
                .limit(limit)
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(Registration::from).collect())
    }

    /// A page of the guests of each of these gatherings: those who do not wait, by when they came to the list, then the waiting list
    /// in its order. Doubles are left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn pages(
        self,
        of: &[GatheringId],
        asked: GuestsAsked,
        window: &Window<RegistrationPosition>,
    ) -> Result<BTreeMap<GatheringId, Page<Registration>>, Error> {
        let GuestsAsked { state } = asked;
        let mut places: BTreeMap<GatheringId, Vec<RegistrationId>> = of.iter().map(|id| (*id, Vec::new())).collect();
        for gatherings in of.chunks(PAGES) {
            let mut sql = Sql::<(Uid, Uid)>::new();
            // So many parts that the statements are few: the last one stands for the rest.
            let parts = gatherings.len().next_power_of_two();
            for (n, id) in gatherings.iter().chain(gatherings.last().into_iter().cycle()).take(parts).enumerate() {
                sql.text(if n == 0 { "" } else { " union all " }).text("select * from (select r.gathering_id, r.id from registration r");
                sql.text(" where not r.is_double and r.organization_id = ").value(self.0.organization);
                sql.and("r.gathering_id = ", Some(*id)).and("r.state = ", state.map(|state| state.as_str().to_owned()));
                let place = |p: &RegistrationPosition| (SortValue::Number(i64::from(p.waiting_place)), Value::Registration(p.id));
                keyset(&mut sql, Direction::Asc, window, "r.waiting_place", "(r.waiting_place, r.id)", "r.id", place);
                sql.text(") p");
            }
            let rows: Vec<(GatheringId, RegistrationId)> = on!(self, |db| sql.load(db).await)?;
            let mut seen = BTreeSet::new();
            for (gathering, id) in rows {
                if seen.insert(id) {
                    places.entry(gathering).or_default().push(id);
                }
            }
        }
        let ids: Vec<RegistrationId> = places.values().flatten().copied().collect();
        let mut all: HashMap<RegistrationId, Registration> = self.many(&ids).await?.into_iter().map(|r| (r.id, r)).collect();
        let mut found = |ids: Vec<RegistrationId>| -> Vec<Registration> { ids.into_iter().filter_map(|id| all.remove(&id)).collect() };
        Ok(places.into_iter().map(|(gathering, ids)| (gathering, Page::cut(found(ids), window))).collect())
    }

    /// How many guests each of these gatherings has, doubles left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, of: &[GatheringId], asked: GuestsAsked) -> Result<BTreeMap<GatheringId, i64>, Error> {
        let rows: Vec<(GatheringId, i64)> = on!(self, |db| {
            let counted = registration::table
                .filter(registration::organization_id.eq(self.0.organization))
                .filter(self.0.among(registration::gathering_id, of))
                .filter(registration::is_double.eq(false))
                .group_by(registration::gathering_id)
                .select((registration::gathering_id, diesel::dsl::count_star()))
                .into_boxed::<Db>();
            let counted = match asked.state {
                Some(state) => counted.filter(registration::state.eq(state)),
                None => counted,
            };
            counted.load(db).await
        })?;
        Ok(rows.into_iter().collect())
    }

    /// What was changed of the attendance of these after it was final, the oldest change first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn amendments(self, ids: &[RegistrationId]) -> Result<BTreeMap<RegistrationId, Vec<Amendment>>, Error> {
        let mut found: BTreeMap<RegistrationId, Vec<Amendment>> = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<StepRow> = on!(self, |db| {
                registration_step::table
                    .filter(registration_step::organization_id.eq(self.0.organization))
                    .filter(self.0.among(registration_step::registration_id, ids))
                    .filter(registration_step::is_amendment.eq(true))
                    .order((registration_step::registration_id, registration_step::version))
                    .select(StepRow::as_select())
                    .load(db)
                    .await
            })?;
            for StepRow { registration_id, attended_at, attended_before, recorded_at, recorded_by, reason, .. } in rows {
                let amendment =
                    Amendment { registration: registration_id, attended_before, attended_at, at: recorded_at, by: recorded_by, reason };
                found.entry(registration_id).or_default().push(amendment);
            }
        }
        Ok(found)
    }

    /// Writes what became of guests, and how many there are now. The gathering must be held.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, unwritten: Unwritten) -> Result<(), Error> {
        let organization = self.0.organization;
        let Unwritten { gathering, new, changed, steps, events, activities: _ } = unwritten;
        let new: Vec<Row> = new.into_iter().map(|registration| Row::of(organization, registration)).collect();
        bulk!(self, new, |part| diesel::insert_into(registration::table).values(part))?;
        for row in changed.into_iter().map(|registration| Row::of(organization, registration)) {
            on!(self, |db| {
                let it = diesel::update(registration::table.find((organization, row.id))).set(&row);
                kept(it).execute(db).await
            })?;
        }
        let steps: Vec<StepRow> = steps.into_iter().map(|step| StepRow::of(organization, step)).collect();
        bulk!(self, steps, |part| diesel::insert_into(registration_step::table).values(part))?;
        self.0.gatherings().save(gathering).await?;
        self.0.outbox().push(events).await
    }
}
