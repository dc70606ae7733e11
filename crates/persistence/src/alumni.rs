//! Alumni: people, what is said of them, and the lists of those who left.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{
    AlumniFilter, AlumniOrder, AlumniPosition, Alumnus, Origin, Particulars, Told, Viewpoint, search_keys, sort_key,
};
use furusu_domain::departures::{AlumnusStatus, Source};
use furusu_domain::engagement::Score;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::{Day, Instant, Json, Uid};
use furusu_domain::time::{Date, Moment};

use crate::departures::keyset;
use crate::document;
use crate::expr::{Sql, Value, kept};
use crate::schema::{particulars, person, search_key};
use crate::tx::Tx;

/// The repository of alumni.
#[derive(Clone, Copy)]
pub struct Alumni<'t>(pub(crate) &'t Tx);

/// What the alumni office is called where sources have their names: none can be called so.
const OFFICE: &str = "";

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = particulars, treat_none_as_default_value = false)]
pub(crate) struct ParticularsRow {
    organization_id: OrganizationId,
    person_id: AlumnusId,
    origin_person_id: AlumnusId,
    source: String,
    version: i32,
    employee_number: Option<String>,
    document: Json,
    recorded_at: Moment,
    superseded_at: Option<Moment>,
}

impl ParticularsRow {
    pub(crate) fn of(organization_id: OrganizationId, person_id: AlumnusId, origin: &str, told: Told) -> Result<Self, Error> {
        let Told { by: _, merged_from, version, particulars, recorded_at } = told;
        let document = document::write(&particulars)?;
        Ok(Self {
            organization_id,
            person_id,
            origin_person_id: merged_from.unwrap_or(person_id),
            source: origin.to_owned(),
            version,
            employee_number: particulars.employee_number,
            document,
            recorded_at,
            superseded_at: None,
        })
    }
}

impl TryFrom<ParticularsRow> for (AlumnusId, Told) {
    type Error = Error;
    fn try_from(row: ParticularsRow) -> Result<Self, Error> {
        let ParticularsRow {
            organization_id: _,
            person_id,
            origin_person_id,
            source,
            version,
            employee_number: _,
            document,
            recorded_at,
            superseded_at: _,
        } = row;
        let merged_from = Some(origin_person_id).filter(|origin| *origin != person_id);
        let unreadable = |what: String| Error::Internal(format!("particulars of {person_id}: {what}"));
        let particulars: Particulars = document::read(format_args!("particulars of {person_id}"), &document)?;
        let by = if source == OFFICE {
            Origin::Office
        } else {
            Origin::Source(Source::parse(&source).map_err(|e| unreadable(e.code().to_owned()))?)
        };
        Ok((person_id, Told { by, merged_from, version, particulars, recorded_at }))
    }
}

#[derive(Clone, Insertable)]
#[diesel(table_name = search_key, treat_none_as_default_value = false)]
pub(crate) struct SearchKeyRow {
    pub(crate) organization_id: OrganizationId,
    pub(crate) key: String,
    pub(crate) person_id: AlumnusId,
}

/// A person's place in a list: what it may be sorted by.
#[derive(Clone, Debug, QueryableByName, Queryable)]
pub struct Listed {
    /// Who.
    #[diesel(sql_type = Uid)]
    pub id: AlumnusId,
    /// When a source first named them.
    #[diesel(sql_type = Instant)]
    pub created_at: Moment,
    /// When anything about them last changed.
    #[diesel(sql_type = Instant)]
    pub updated_at: Moment,
    /// Their name, as lists sort it.
    #[diesel(sql_type = Text)]
    pub sort_key: String,
    /// The last day employed, of their latest departure in effect.
    #[diesel(sql_type = Day)]
    pub ended_on: Date,
    /// How engaged they are, where the list tells that.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub score: Option<i64>,
    /// When they were last active, likewise.
    #[diesel(sql_type = Nullable<Instant>)]
    pub last_activity_at: Option<Moment>,
}

type ListedColumns = (Uid, Instant, Instant, Text, Day, Nullable<BigInt>, Nullable<Instant>);

/// What bears on engagement in a list: by which version of the formula, and from which score on.
#[derive(Clone, Copy)]
struct Engaging {
    version: i32,
    from: Option<Score>,
}

impl Alumni<'_> {
    /// A page of alumni: the people with at least one departure in effect.
    ///
    /// # Errors
    /// As every statement.
    pub async fn page(
        self,
        filter: &AlumniFilter,
        from: Viewpoint,
        order: (AlumniOrder, Direction),
        window: &Window<AlumniPosition>,
    ) -> Result<Page<(Listed, Alumnus)>, Error> {
        let mut sql = Sql::<ListedColumns>::new();
        let engaging = self.engaging(filter, Some(order.0)).await?;
        sql.text("select p.id, p.created_at, p.updated_at, p.sort_key, e.ended_on, ");
        // PostgreSQL must be told the type of nothing.
        sql.text(if engaging.is_some() { "g.score, g.last_activity_at" } else { "cast(null as bigint), cast(null as timestamptz)" });
        self.narrow(&mut sql, filter, from, Some(order.0), engaging);
        let (column, both) = match order.0 {
            AlumniOrder::EndedOn => ("e.ended_on", "(e.ended_on, e.person_id)"),
            AlumniOrder::Name => ("p.sort_key", "(p.sort_key, p.id)"),
            AlumniOrder::CreatedAt => ("p.created_at", "(p.created_at, p.id)"),
            AlumniOrder::UpdatedAt => ("p.updated_at", "(p.updated_at, p.id)"),
            AlumniOrder::EngagementScore => ("g.score", "(g.score, g.person_id)"),
            AlumniOrder::LastActivityAt => ("g.last_activity_at", "(g.last_activity_at, g.person_id)"),
        };
        let id = match order.0 {
            AlumniOrder::EndedOn => "e.person_id",
            AlumniOrder::EngagementScore | AlumniOrder::LastActivityAt => "g.person_id",
            AlumniOrder::Name | AlumniOrder::CreatedAt | AlumniOrder::UpdatedAt => "p.id",
        };
        keyset(&mut sql, order.1, window, column, both, id, |p| (p.value.clone(), Value::Alumnus(p.id)));
        let rows: Vec<Listed> = on!(self, |db| sql.load(db).await)?;
        let page = Page::cut(rows, window);
        let ids: Vec<AlumnusId> = page.items.iter().map(|listed| listed.id).collect();
        let (told, employments) = tokio::try_join!(self.told(&ids, from.known_at), self.0.departures().current(&ids, from.known_at))?;
        let mut told_of: BTreeMap<AlumnusId, Vec<Told>> = BTreeMap::new();
        for (id, told) in told {
            told_of.entry(id).or_default().push(told);
        }
        let mut employments_of: BTreeMap<AlumnusId, Vec<_>> = BTreeMap::new();
        for employment in employments {
            employments_of.entry(employment.alumnus).or_default().push(employment);
        }
        Ok(page.map(|listed| {
            let told = told_of.remove(&listed.id).unwrap_or_default();
            let employments = employments_of.remove(&listed.id).unwrap_or_default();
            let alumnus = Alumnus::new(listed.id, listed.created_at, listed.updated_at, told, employments);
            (listed, alumnus)
        }))
    }

    /// How many alumni the filter leaves.
    ///
    /// # Errors
    /// As every statement.
    pub async fn count(self, filter: &AlumniFilter, from: Viewpoint) -> Result<i64, Error> {
        let mut sql = Sql::<BigInt>::new();
        let engaging = self.engaging(filter, None).await?;
        sql.text("select count(*)");
        self.narrow(&mut sql, filter, from, None, engaging);
        on!(self, |db| sql.get_result(db).await)
    }

    /// What bears on engagement in such a list; `None` if nothing does.
    async fn engaging(self, filter: &AlumniFilter, order: Option<AlumniOrder>) -> Result<Option<Engaging>, Error> {
        if !filter.tells_engagement(order) {
            return Ok(None);
        }
        let in_use = self.0.engagement().alive().await?.in_use;
        let threshold = filter.level_from.and_then(|level| in_use.formula.levels.get(usize::from(level).checked_sub(1)?));
        let from = threshold.map(|points| Score::reaching(*points, self.0.now(), in_use.formula.half_life_days));
        Ok(Some(Engaging { version: in_use.version, from }))
    }

    /// From each person's latest departure in effect, seen from the viewpoint. `cross join` keeps SQLite to the order
    /// in which the tables are named: first the few whom a search finds, or the table whose index has the list's order.
    fn narrow<T>(self, sql: &mut Sql<T>, filter: &AlumniFilter, from: Viewpoint, order: Option<AlumniOrder>, engaging: Option<Engaging>) {
        let AlumniFilter {
            department,
            entity,
            ended_from,
            ended_to,
            separation_type,
            reason,
            source,
            status,
            updated_after,
            search,
            level_from: _,
            active_since,
        } = filter;
        let day = from.day();
        sql.text(" from ");
        if let Some(prefix) = search {
            sql.text("(select distinct k.person_id from search_key k where k.organization_id = ").value(self.0.organization);
            sql.and("k.key >= ", Some(prefix.clone()));
            // Every text that begins with the prefix comes before the prefix followed by the last character there is.
            sql.and("k.key < ", Some(format!("{prefix}\u{10FFFF}"))).text(") s cross join ");
        }
        let is_ranked = matches!(order, Some(AlumniOrder::EngagementScore | AlumniOrder::LastActivityAt));
        if is_ranked {
            sql.text("engagement g cross join ");
        }
        sql.text(match order {
            Some(AlumniOrder::EndedOn) | None if search.is_none() => "employment e cross join person p",
            Some(
                AlumniOrder::EndedOn
                | AlumniOrder::Name
                | AlumniOrder::CreatedAt
                | AlumniOrder::UpdatedAt
                | AlumniOrder::EngagementScore
                | AlumniOrder::LastActivityAt,
            )
            | None => "person p cross join employment e",
        });
        if engaging.is_some() && !is_ranked {
            sql.text(" cross join engagement g");
        }
        sql.text(" where p.organization_id = e.organization_id and p.id = e.person_id and e.organization_id = ")
            .value(self.0.organization)
            .text(" and p.organization_id = ")
            .value(self.0.organization);
        if search.is_some() {
            sql.text(" and p.id = s.person_id");
        }
        if let Some(Engaging { version, from }) = engaging {
            sql.text(" and g.person_id = p.id and g.organization_id = ").value(self.0.organization);
            sql.text(" and g.version = ").value(i64::from(version));
            sql.and("g.score >= ", from.map(Score::kept)).and("g.last_activity_at >= ", *active_since);
        }
        known(sql, "e.superseded_at", "e.recorded_at", from.known_at);
        sql.and("e.ended_on < ", Some(day))
            .and("e.department = ", department.clone())
            .and("e.entity = ", entity.clone())
            .and("e.ended_on >= ", *ended_from)
            .and("e.ended_on <= ", *ended_to)
            .and("e.separation_type = ", separation_type.map(|s| s.as_str().to_owned()))
            .and("e.reason = ", reason.map(|r| r.as_str().to_owned()))
            .and("e.source = ", source.as_ref().map(|s| s.as_str().to_owned()))
            .and("p.updated_at > ", *updated_after);
        sql.text(" and not exists (select 1 from employment l where l.organization_id = e.organization_id and l.person_id = e.person_id");
        known(sql, "l.superseded_at", "l.recorded_at", from.known_at);
        sql.and("l.ended_on < ", Some(day)).text(" and (l.ended_on, l.id) > (e.ended_on, e.id))");
        match status {
            None => {}
            Some(AlumnusStatus::Employed) => {
                // Nobody in a list of alumni has never left.
                sql.text(" and 1 = 0");
            }
            Some(AlumnusStatus::Away) => self.returned(sql.text(" and not exists "), from),
            Some(AlumnusStatus::Returned) => self.returned(sql.text(" and exists "), from),
        }
    }

    /// A later period that has begun and not ended: the same rule as `Employment::follows`.
    fn returned<T>(self, sql: &mut Sql<T>, from: Viewpoint) {
        let day = from.day();
        sql.text("(select 1 from employment r where r.organization_id = e.organization_id and r.person_id = e.person_id and r.id <> e.id");
        known(sql, "r.superseded_at", "r.recorded_at", from.known_at);
        sql.and("r.hired_on <= ", Some(day)).text(" and (r.ended_on is null or r.ended_on >= ").value(day);
        sql.text(
            ") and (r.hired_on > e.ended_on or (r.source = e.source and r.external_id = e.external_id \
             and coalesce(r.sequence, -2147483648) > coalesce(e.sequence, -2147483648))))",
        );
    }

    /// A person with everything that was known of them at the viewpoint's moment.
    ///
    /// # Errors
    /// As every statement.
    pub async fn seek(self, id: AlumnusId, from: Viewpoint) -> Result<Option<Alumnus>, Error> {
        Ok(self.many(&[id], from).await?.pop())
    }

    /// These people, in no particular order; who does not exist is left out, and whoever was merged into another answers
    /// as that one: see [`Alumnus::answers_to`].
    ///
    /// # Errors
    /// As every statement.
    pub async fn many(self, ids: &[AlumnusId], from: Viewpoint) -> Result<Vec<Alumnus>, Error> {
        let (mut people, elsewhere) = self.themselves(ids, from).await?;
        if elsewhere.is_empty() {
            return Ok(people);
        }
        let is_there = |id: &AlumnusId| people.iter().any(|p| p.id == *id);
        let others: BTreeSet<AlumnusId> = elsewhere.values().copied().filter(|id| !is_there(id)).collect();
        let others: Vec<AlumnusId> = others.into_iter().collect();
        if !others.is_empty() {
            people.extend(self.themselves(&others, from).await?.0);
        }
        for (asked, answers) in elsewhere {
            people.iter_mut().filter(|p| p.id == answers).for_each(|p| p.merged_ids.extend([asked]));
        }
        Ok(people)
    }

    /// Those of these people who answer for themselves, and who answers for the others.
    async fn themselves(self, ids: &[AlumnusId], from: Viewpoint) -> Result<(Vec<Alumnus>, BTreeMap<AlumnusId, AlumnusId>), Error> {
        let people = async {
            let rows: Vec<(AlumnusId, Moment, Moment, Option<AlumnusId>)> = on!(self, |db| {
                person::table
                    .filter(person::organization_id.eq(self.0.organization))
                    .filter(self.0.among(person::id, ids))
                    .select((person::id, person::created_at, person::updated_at, person::merged_into_id))
                    .load(db)
                    .await
            })?;
            Ok(rows)
        };
        let (people, told, employments) =
            tokio::try_join!(people, self.told(ids, from.known_at), self.0.departures().current(ids, from.known_at))?;
        let elsewhere = people.iter().filter_map(|(id, _, _, into)| into.map(|into| (*id, into))).collect();
        // Before they were first named, under whichever id, nobody knew of them.
        let was_known =
            |id: AlumnusId, created_at: Moment| from.known_at.is_none_or(|at| created_at <= at || told.iter().any(|(of, _)| *of == id));
        let people = people
            .into_iter()
            .filter(|(id, created_at, _, into)| into.is_none() && was_known(*id, *created_at))
            .map(|(id, created_at, updated_at, _)| {
                let told = told.iter().filter(|(of, _)| *of == id).map(|(_, told)| told.clone()).collect();
                let employments = employments.iter().filter(|e| e.alumnus == id).cloned().collect();
                Alumnus::new(id, created_at, updated_at, told, employments)
            })
            .collect();
        Ok((people, elsewhere))
    }

    /// What is said of these people, now or as known at a moment.
    pub(crate) async fn told(self, people: &[AlumnusId], known_at: Option<Moment>) -> Result<Vec<(AlumnusId, Told)>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(2_000) {
            let rows: Vec<ParticularsRow> = on!(self, |db| {
                let query = particulars::table
                    .filter(particulars::organization_id.eq(self.0.organization))
                    .filter(self.0.among(particulars::person_id, ids))
                    .select(ParticularsRow::as_select())
                    .into_boxed::<Db>();
                let query = match known_at {
                    None => query.filter(particulars::superseded_at.is_null()),
                    Some(at) => query
                        .filter(particulars::recorded_at.le(at))
                        .filter(particulars::superseded_at.is_null().or(particulars::superseded_at.gt(at))),
                };
                query.load(db).await
            })?;
            for row in rows {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    /// Everything that was ever said of these people, each word with the moment from which on another one stands for it.
    ///
    /// # Errors
    /// As every statement.
    pub async fn told_ever(self, people: &[AlumnusId]) -> Result<Vec<(AlumnusId, Told, Option<Moment>)>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(2_000) {
            let rows: Vec<ParticularsRow> = on!(self, |db| {
                particulars::table
                    .filter(particulars::organization_id.eq(self.0.organization))
                    .filter(self.0.among(particulars::person_id, ids))
                    .select(ParticularsRow::as_select())
                    .load(db)
                    .await
            })?;
            for row in rows {
                let until = row.superseded_at;
                let (id, told) = row.try_into()?;
                found.push((id, told, until));
            }
        }
        Ok(found)
    }

    /// Keeps the office's words on a person, beside what the sources say: on themselves, and on others who were merged into
    /// them, each under the id it is of.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save_office_words(self, alumnus: &Alumnus, words: Vec<(Option<AlumnusId>, Particulars)>) -> Result<(), Error> {
        // Learnt after everything that is known of the person, whatever the clocks of two instances say.
        let at = self.0.now().max(alumnus.updated_at.next());
        let mut all = alumnus.told.clone();
        for (merged_from, particulars) in words {
            let before = all.iter().position(|t| t.by == Origin::Office && t.merged_from == merged_from).map(|n| all.remove(n));
            let version = before.map_or(0, |told| told.version) + 1;
            let told = Told { by: Origin::Office, merged_from, version, particulars, recorded_at: at };
            all.push(told.clone());
            let of = merged_from.unwrap_or(alumnus.id);
            self.0.departures().tell(OFFICE, vec![of], vec![(alumnus.id, told)], at).await?;
        }
        let keys = search_keys(&all, alumnus.is_deceased());
        self.0.departures().find_by(vec![alumnus.id], vec![(alumnus.id, keys)]).await?;
        let likeness = (alumnus.id, all.clone(), alumnus.is_deceased());
        self.0.matching().portray(vec![likeness], &[alumnus.id].into()).await?;
        let sort_key = sort_key(&all);
        on!(self, |db| {
            let them = person::table.find((self.0.organization, alumnus.id));
            kept(diesel::update(them).set((person::updated_at.eq(at), person::sort_key.eq(sort_key)))).execute(db).await
        })?;
        Ok(())
    }
}

/// ` and …`: the version that is known now, or was at a moment.
fn known<T>(sql: &mut Sql<T>, superseded_at: &'static str, recorded_at: &'static str, at: Option<Moment>) {
    match at {
        None => {
            sql.text(" and ").text(superseded_at).text(" is null");
        }
        Some(at) => {
            sql.text(" and ").text(recorded_at).text(" <= ").value(at);
            sql.text(" and (").text(superseded_at).text(" is null or ").text(superseded_at).text(" > ").value(at).text(")");
        }
    }
}
