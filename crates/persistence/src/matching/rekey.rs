//! Making all keys anew, while the old ones serve: with another secret, after a change of how portraits are made, or for
//! people who were known before there were keys.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::Told;
use furusu_domain::departures::Employment;
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::matching::SCHEME;

use super::{Keys, Matching, RECS, RosterRow};
use crate::schema::{match_person, person, roster};

/// How far a rekeying is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rekeyed {
    /// So many more people have keys of the new generation.
    Built(usize),
    /// The new generation is complete, and read from now on.
    Turned,
    /// So many more people have lost the keys of earlier generations.
    Swept(usize),
    /// Nothing is left to do.
    Done,
}

impl Matching<'_> {
    /// Begins a new generation of keys, unless one is being built.
    ///
    /// # Errors
    /// As every statement.
    pub async fn begin_rekeying(self) -> Result<(), Error> {
        let RosterRow { generation, building, .. } = self.grow(0, 0).await?;
        if building.is_none() {
            on!(self, |db| {
                let it = roster::table.filter(roster::organization_id.eq(self.0.organization));
                diesel::update(it).set((roster::building.eq(Some(generation + 1)), roster::built_through.eq(0_i64))).execute(db).await
            })?;
        }
        Ok(())
    }

    /// Begins a new generation of keys, or anew with the one that is being built: whoever has keys of it already lacks some.
    ///
    /// # Errors
    /// As every statement.
    pub(super) async fn begin_rekeying_anew(self) -> Result<(), Error> {
        self.begin_rekeying().await?;
        on!(self, |db| {
            let it = roster::table.filter(roster::organization_id.eq(self.0.organization));
            diesel::update(it).set(roster::built_through.eq(0_i64)).execute(db).await
        })?;
        Ok(())
    }

    /// Whether a rekeying is under way.
    ///
    /// # Errors
    /// As every statement.
    pub async fn is_rekeying(self) -> Result<bool, Error> {
        Ok(self.seek_roster().await?.is_some_and(|roster| roster.building.is_some()))
    }

    /// Whether a rekeying is under way, or is needed: keys are made otherwise now, or some people have none.
    ///
    /// # Errors
    /// As every statement.
    pub async fn needs_rekeying(self) -> Result<bool, Error> {
        let people: i64 = on!(self, |db| {
            person::table
                .filter(person::organization_id.eq(self.0.organization))
                .filter(person::merged_into_id.is_null())
                .count()
                .get_result(db)
                .await
        })?;
        Ok(match self.seek_roster().await? {
            None => people > 0,
            Some(roster) => roster.building.is_some() || roster.scheme != i16::from(SCHEME) || roster.people < people,
        })
    }

    /// One step of a rekeying, of so many people at most; steps may be taken by several instances, and any time later.
    ///
    /// # Errors
    /// As every statement.
    pub async fn rekey(self, at_once: i64) -> Result<Rekeyed, Error> {
        // Whoever brings new people in, or makes another step, waits.
        self.0.departures().admit_alone().await?;
        let roster = self.grow(0, 0).await?;
        let unknown = self.without_portrait(at_once).await?;
        if !unknown.is_empty() {
            return self.portray_anew(&unknown).await;
        }
        if roster.building.is_none() {
            return self.sweep(&roster, at_once).await;
        }
        let first = (roster.tenant * RECS).max(roster.built_through);
        let last = (roster.tenant + 1) * RECS;
        let rows: Vec<(i64, AlumnusId)> = on!(self, |db| {
            match_person::table
                .filter(match_person::organization_id.eq(self.0.organization))
                .filter(match_person::rec.gt(first))
                .filter(match_person::rec.lt(last))
                .order(match_person::rec)
                .limit(at_once)
                .select((match_person::rec, match_person::person_id))
                .load(db)
                .await
        })?;
        let Some(through) = rows.last().map(|(rec, _)| *rec) else { return self.turn(&roster).await };
        let people: Vec<AlumnusId> = rows.iter().map(|(_, id)| *id).collect();
        self.0.departures().hold(&people).await?;
        let done = self.portray_anew(&people).await?;
        on!(self, |db| {
            let it = roster::table.filter(roster::organization_id.eq(self.0.organization));
            diesel::update(it).set(roster::built_through.eq(through)).execute(db).await
        })?;
        Ok(done)
    }

    /// People who were named before there were portraits.
    async fn without_portrait(self, limit: i64) -> Result<Vec<AlumnusId>, Error> {
        let organization = self.0.organization;
        on!(self, |db| {
            let theirs =
                match_person::table.filter(match_person::organization_id.eq(organization)).filter(match_person::person_id.eq(person::id));
            person::table
                .filter(person::organization_id.eq(organization))
                .filter(person::merged_into_id.is_null())
                .filter(diesel::dsl::not(diesel::dsl::exists(theirs)))
                .order(person::id)
                .limit(limit)
                .select(person::id)
                .load(db)
                .await
        })
    }

    /// Keeps what people look like by everything that is known of them now.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn portray_anew(self, people: &[AlumnusId]) -> Result<Rekeyed, Error> {
        let mut known: HashMap<AlumnusId, (Vec<Told>, bool)> = people.iter().map(|id| (*id, (Vec::new(), false))).collect();
        for (id, told) in self.0.alumni().told(people, None).await? {
            known.entry(id).and_modify(|(all, _)| all.push(told));
        }
        for employment in self.0.departures().current(people, None).await? {
            let died = Employment::tells_of_death(&employment);
            known.entry(employment.alumnus).and_modify(|(_, is_deceased)| *is_deceased |= died);
        }
        let ids = people.iter().copied().collect();
        let mut people: Vec<(AlumnusId, Vec<Told>, bool)> = known.into_iter().map(|(id, (told, died))| (id, told, died)).collect();
        people.sort_by_key(|(id, ..)| *id);
        let n = people.len();
        self.portray(people, &ids).await?;
        Ok(Rekeyed::Built(n))
    }

    async fn turn(self, roster: &RosterRow) -> Result<Rekeyed, Error> {
        let generation = roster.building.unwrap_or(roster.generation);
        on!(self, |db| {
            let it = roster::table.filter(roster::organization_id.eq(self.0.organization));
            diesel::update(it)
                .set((
                    roster::generation.eq(generation),
                    roster::building.eq(None::<i32>),
                    roster::built_through.eq(0_i64),
                    roster::scheme.eq(i16::from(SCHEME)),
                ))
                .execute(db)
                .await
        })?;
        Ok(Rekeyed::Turned)
    }

    /// Removes the keys of earlier generations, and of blindings that are retired.
    async fn sweep(self, roster: &RosterRow, at_once: i64) -> Result<Rekeyed, Error> {
        let first = (roster.tenant * RECS).max(roster.built_through);
        let rows: Vec<(i64, i16, Vec<u8>)> = on!(self, |db| {
            match_person::table
                .filter(match_person::organization_id.eq(self.0.organization))
                .filter(match_person::rec.gt(first))
                .filter(match_person::rec.lt((roster.tenant + 1) * RECS))
                .order(match_person::rec)
                .limit(at_once)
                .select((match_person::rec, match_person::found, match_person::keys))
                .load(db)
                .await
        })?;
        let Some(through) = rows.last().map(|(rec, ..)| *rec) else { return Ok(Rekeyed::Done) };
        let live = self.live().await?;
        let mut swept = 0;
        for (rec, found, keys) in rows {
            let is_kept = |of: i32| of == roster.generation || live.iter().any(|(number, ..)| *number == of);
            let (kept, old): (Vec<_>, Vec<_>) = Keys::from_bytes(&keys)?.0.into_iter().partition(|(of, _)| is_kept(*of));
            if old.is_empty() {
                continue;
            }
            swept += 1;
            let old: Vec<i64> = Keys(old).all().collect();
            self.take_away(roster, (rec, found), &old).await?;
            let kept = Keys(kept).to_bytes();
            on!(self, |db| { diesel::update(match_person::table.find(rec)).set(match_person::keys.eq(&kept)).execute(db).await })?;
        }
        on!(self, |db| {
            let it = roster::table.filter(roster::organization_id.eq(self.0.organization));
            diesel::update(it).set(roster::built_through.eq(through)).execute(db).await
        })?;
        Ok(Rekeyed::Swept(swept))
    }
}
