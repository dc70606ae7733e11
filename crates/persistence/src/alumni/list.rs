//! The lists of those who left.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{AlumniFilter, AlumniOrder, AlumniPosition, Alumnus, Told, Viewpoint};
use furusu_domain::departures::AlumnusStatus;
use furusu_domain::engagement::Score;
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Direction, Page, Window};
use furusu_domain::sql::{Day, Instant, Uid};
use furusu_domain::time::{Date, Moment};

use super::Alumni;
use crate::departures::keyset;
use crate::expr::{Sql, Value};

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
