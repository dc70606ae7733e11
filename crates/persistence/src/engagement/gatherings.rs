//! Gatherings: the plan, where each stands, and how many come.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::{Gathering, GatheringFilter, GatheringPosition, GatheringState, Guests, Plan, WebAddress};
use furusu_domain::error::Error;
use furusu_domain::id::{GatheringId, OrganizationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::time::Moment;

use crate::expr::kept;
use crate::schema::gathering;
use crate::tx::Tx;

/// The repository of gatherings.
#[derive(Clone, Copy)]
pub struct Gatherings<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = gathering, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    organization_id: OrganizationId,
    id: GatheringId,
    state: GatheringState,
    title: String,
    description: Option<String>,
    place: Option<String>,
    online_address: Option<String>,
    starts_at: Moment,
    ends_at: Moment,
    registration_deadline: Option<Moment>,
    capacity: Option<i32>,
    final_at: Option<Moment>,
    was_published: bool,
    moved_at: Option<Moment>,
    moved_by: Option<String>,
    registered: i32,
    waiting: i32,
    attended: i32,
    last_place: i32,
    version: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl Row {
    fn of(organization_id: OrganizationId, gathering: Gathering) -> Self {
        let Gathering { id, state, plan, was_published, moved, guests, version, created_at, updated_at } = gathering;
        let Plan { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at } = plan;
        let Guests { registered, waiting, attended, last_place } = guests;
        let (moved_at, moved_by) = moved.unzip();
        Self {
            organization_id,
            id,
            state,
            title,
            description,
            place,
            online_address: online_address.map(|address| address.as_str().to_owned()),
            starts_at,
            ends_at,
            registration_deadline,
            capacity,
            final_at,
            was_published,
            moved_at,
            moved_by,
            registered,
            waiting,
            attended,
            last_place,
            version,
            created_at,
            updated_at,
        }
    }
}

impl TryFrom<Row> for Gathering {
    type Error = Error;
    fn try_from(row: Row) -> Result<Self, Error> {
        let Row {
            organization_id: _,
            id,
            state,
            title,
            description,
            place,
            online_address,
            starts_at,
            ends_at,
            registration_deadline,
            capacity,
            final_at,
            was_published,
            moved_at,
            moved_by,
            registered,
            waiting,
            attended,
            last_place,
            version,
            created_at,
            updated_at,
        } = row;
        let online_address = online_address.map(|text| WebAddress::parse(&text)).transpose();
        let online_address = online_address.map_err(|e| Error::Internal(format!("gathering {id}: online_address: {}", e.code())))?;
        let plan = Plan { title, description, place, online_address, starts_at, ends_at, registration_deadline, capacity, final_at };
        let guests = Guests { registered, waiting, attended, last_place };
        Ok(Self { id, state, plan, was_published, moved: moved_at.zip(moved_by), guests, version, created_at, updated_at })
    }
}

impl Gatherings<'_> {
    /// Waits until no other unit of work has these gatherings, and keeps them until this one ends. After the books are held
    /// ([`Activities::alone`]), never before.
    ///
    /// [`Activities::alone`]: super::Activities::alone
    ///
    /// # Errors
    /// As every statement.
    pub async fn hold(self, ids: &[GatheringId]) -> Result<(), Error> {
        on!(self, |db| own::hold_gatherings(db, self.0.organization, ids).await)
    }

    /// A gathering.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such one.
    pub async fn find(self, id: GatheringId) -> Result<Gathering, Error> {
        let row: Option<Row> =
            on!(self, |db| gathering::table.find((self.0.organization, id)).select(Row::as_select()).first(db).await.optional())?;
        row.map(Gathering::try_from).transpose()?.ok_or(Error::NotFound)
    }

    /// These gatherings, in no particular order; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[GatheringId]) -> Result<Vec<Gathering>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            gathering::table
                .filter(gathering::organization_id.eq(self.0.organization))
                .filter(self.0.among(gathering::id, ids))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Gathering::try_from).collect()
    }

    /// A page of gatherings, by when they begin.
    ///
    /// # Errors
    /// As every statement.
    pub async fn page(
        self,
        filter: GatheringFilter,
        direction: Direction,
        window: &Window<GatheringPosition>,
    ) -> Result<Page<Gathering>, Error> {
        let GatheringFilter { state, starts_from, starts_before } = filter;
        let descending = (direction == Direction::Desc) != window.backwards;
        // The smaller and the larger end of the window, whichever way it is read.
        let (above, below) = if descending { (window.until, window.from) } else { (window.from, window.until) };
        let rows: Vec<Row> = on!(self, |db| {
            let mut query = gathering::table
                .filter(gathering::organization_id.eq(self.0.organization))
                .limit(i64::from(window.limit) + 1)
                .select(Row::as_select())
                .into_boxed::<Db>();
            if let Some(state) = state {
                query = query.filter(gathering::state.eq(state));
            }
            if let Some(from) = starts_from {
                query = query.filter(gathering::starts_at.ge(from));
            }
            if let Some(before) = starts_before {
                query = query.filter(gathering::starts_at.lt(before));
            }
            if let Some(GatheringPosition { starts_at, id }) = above {
                let later = gathering::starts_at.gt(starts_at).or(gathering::starts_at.eq(starts_at).and(gathering::id.gt(id)));
                query = query.filter(gathering::starts_at.ge(starts_at)).filter(later);
            }
            if let Some(GatheringPosition { starts_at, id }) = below {
                let earlier = gathering::starts_at.lt(starts_at).or(gathering::starts_at.eq(starts_at).and(gathering::id.lt(id)));
                query = query.filter(gathering::starts_at.le(starts_at)).filter(earlier);
            }
            let query = if descending {
                query.order((gathering::starts_at.desc(), gathering::id.desc()))
            } else {
                query.order((gathering::starts_at.asc(), gathering::id.asc()))
            };
            query.load(db).await
        })?;
        let items = rows.into_iter().map(Gathering::try_from).collect::<Result<_, _>>()?;
        Ok(Page::cut(items, window))
    }

    /// How many gatherings a list has.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, filter: GatheringFilter) -> Result<i64, Error> {
        let GatheringFilter { state, starts_from, starts_before } = filter;
        on!(self, |db| {
            let mut query = gathering::table
                .filter(gathering::organization_id.eq(self.0.organization))
                .select(diesel::dsl::count_star())
                .into_boxed::<Db>();
            if let Some(state) = state {
                query = query.filter(gathering::state.eq(state));
            }
            if let Some(from) = starts_from {
                query = query.filter(gathering::starts_at.ge(from));
            }
            if let Some(before) = starts_before {
                query = query.filter(gathering::starts_at.lt(before));
            }
            query.first(db).await
        })
    }

    /// What a calendar shows: gatherings that were ever published and end after a moment, so many at most, those that begin last
    /// first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn shown(self, ends_after: Moment, limit: i64) -> Result<Vec<Gathering>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            gathering::table
                .filter(gathering::organization_id.eq(self.0.organization))
                .filter(gathering::was_published.eq(true))
                .filter(gathering::ends_at.gt(ends_after))
                .order((gathering::starts_at.desc(), gathering::id.desc()))
                .limit(limit)
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        rows.into_iter().map(Gathering::try_from).collect()
    }

    /// Adds a gathering.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, new: Gathering) -> Result<(), Error> {
        let row = Row::of(self.0.organization, new);
        on!(self, |db| diesel::insert_into(gathering::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// Writes a gathering that is known.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save(self, known: Gathering) -> Result<(), Error> {
        let row = Row::of(self.0.organization, known);
        on!(self, |db| {
            let it = diesel::update(gathering::table.find((row.organization_id, row.id))).set(&row);
            kept(it).execute(db).await
        })?;
        Ok(())
    }
}
