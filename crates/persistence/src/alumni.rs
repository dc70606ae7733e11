//! Alumni: people, what is said of them, and the lists of those who left.

mod list;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{Alumnus, Origin, Particulars, Told, Viewpoint, search_keys, sort_key};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Moment;

pub use list::Listed;
pub(crate) use row::{ParticularsRow, SearchKeyRow};

use crate::expr::kept;
use crate::schema::{particulars, person};
use crate::tx::Tx;

/// The repository of alumni.
#[derive(Clone, Copy)]
pub struct Alumni<'t>(pub(crate) &'t Tx);

/// What the alumni office is called where sources have their names: none can be called so.
const OFFICE: &str = "";

impl Alumni<'_> {
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
