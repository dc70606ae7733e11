//! One person over several sources: who was merged into whom, and whose things are whose.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, MergeId, OrganizationId};
use furusu_domain::identity::{Face, Merge, Undone};
use furusu_domain::time::Moment;

use crate::schema::{
    activity, consent, contact_permission, employment, identity, lookup, merge, message, particulars, person, registration,
};
use crate::tx::Tx;

/// The repository of merges.
#[derive(Clone, Copy)]
pub struct Merges<'t>(pub(crate) &'t Tx);

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = merge, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    id: MergeId,
    person_id: AlumnusId,
    merged_id: AlumnusId,
    reason: Option<String>,
    merged_by: String,
    merged_at: Moment,
    undone_at: Option<Moment>,
    undone_by: Option<String>,
    undo_reason: Option<String>,
}

impl Row {
    fn of(organization_id: OrganizationId, merge: Merge) -> Self {
        let Merge { id, alumnus, merged, reason, by, at, undone } = merge;
        let (undone_at, undone_by, undo_reason) = undone.map_or((None, None, None), |u| (Some(u.at), Some(u.by), u.reason));
        Self {
            organization_id,
            id,
            person_id: alumnus,
            merged_id: merged,
            reason,
            merged_by: by,
            merged_at: at,
            undone_at,
            undone_by,
            undo_reason,
        }
    }
}

impl From<Row> for Merge {
    fn from(row: Row) -> Self {
        let Row { organization_id: _, id, person_id, merged_id, reason, merged_by, merged_at, undone_at, undone_by, undo_reason } = row;
        let undone = undone_at.zip(undone_by).map(|(at, by)| Undone { by, at, reason: undo_reason });
        Self { id, alumnus: person_id, merged: merged_id, reason, by: merged_by, at: merged_at, undone }
    }
}

/// Moves what is one person's in these tables to another, and notes beside it whose it was.
macro_rules! goes_over {
    ($repository:ident, $from:expr, $into:expr; $($table:ident),+) => {
        $({
            on!($repository, |db| {
                let own = $table::table
                    .filter($table::organization_id.eq($repository.0.organization))
                    .filter($table::person_id.eq($from))
                    .filter($table::origin_person_id.is_null());
                diesel::update(own).set($table::origin_person_id.eq(Some($from))).execute(db).await
            })?;
            on!($repository, |db| {
                let theirs = $table::table
                    .filter($table::organization_id.eq($repository.0.organization))
                    .filter($table::person_id.eq($from));
                diesel::update(theirs).set($table::person_id.eq($into)).execute(db).await
            })?;
        })+
    };
}

/// Moves what was the family's in these tables back to the one among them who answers for them now.
macro_rules! comes_back {
    ($repository:ident, $from:expr, $one:expr, $family:expr; $($table:ident),+) => {
        $({
            on!($repository, |db| {
                let theirs = $table::table
                    .filter($table::organization_id.eq($repository.0.organization))
                    .filter($table::person_id.eq($from))
                    .filter($repository.0.among($table::origin_person_id, $family));
                diesel::update(theirs).set($table::person_id.eq($one)).execute(db).await
            })?;
            on!($repository, |db| {
                let own = $table::table
                    .filter($table::organization_id.eq($repository.0.organization))
                    .filter($table::person_id.eq($one))
                    .filter($table::origin_person_id.eq($one));
                diesel::update(own).set($table::origin_person_id.eq(None::<AlumnusId>)).execute(db).await
            })?;
        })+
    };
}

impl Merges<'_> {
    /// Who answers for a person, themselves or whoever they were merged into, and when anything about that one last
    /// changed; `None` if there is no such person.
    ///
    /// # Errors
    /// As every statement.
    pub async fn who_answers(self, id: AlumnusId) -> Result<Option<(AlumnusId, Moment)>, Error> {
        let mut asked = id;
        // Whoever answers for somebody answers for themselves: the second look is the last.
        for _ in 0..2 {
            let row: Option<(AlumnusId, Option<AlumnusId>, Moment)> = on!(self, |db| {
                person::table
                    .find((self.0.organization, asked))
                    .select((person::id, person::merged_into_id, person::updated_at))
                    .first(db)
                    .await
                    .optional()
            })?;
            match row {
                None => return Ok(None),
                Some((id, None, updated_at)) => return Ok(Some((id, updated_at))),
                Some((_, Some(into), _)) => asked = into,
            }
        }
        Err(Error::Internal(format!("{id} is merged into somebody who is merged")))
    }

    /// A merge.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such merge.
    pub async fn find(self, id: MergeId) -> Result<Merge, Error> {
        let row: Option<Row> =
            on!(self, |db| merge::table.find((self.0.organization, id)).select(Row::as_select()).first(db).await.optional())?;
        row.map(Merge::from).ok_or(Error::NotFound)
    }

    /// The merges of a person and those who answer with them, in force or undone, the newest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of(self, alumnus: AlumnusId) -> Result<Vec<Merge>, Error> {
        Ok(self.of_each(&[alumnus]).await?.remove(&alumnus).unwrap_or_default())
    }

    /// The same of several people.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of_each(self, people: &[AlumnusId]) -> Result<BTreeMap<AlumnusId, Vec<Merge>>, Error> {
        let family: Vec<(AlumnusId, Option<AlumnusId>)> = on!(self, |db| {
            person::table
                .filter(person::organization_id.eq(self.0.organization))
                .filter(self.0.among(person::merged_into_id, people))
                .select((person::id, person::merged_into_id))
                .load(db)
                .await
        })?;
        let answers = family.into_iter().filter_map(|(id, into)| into.map(|into| (id, into))).chain(people.iter().map(|id| (*id, *id)));
        let answers: BTreeMap<AlumnusId, AlumnusId> = answers.collect();
        let all: Vec<AlumnusId> = answers.keys().copied().collect();
        let rows: Vec<Row> = on!(self, |db| {
            merge::table
                .filter(merge::organization_id.eq(self.0.organization))
                .filter(self.0.among(merge::person_id, &all).or(self.0.among(merge::merged_id, &all)))
                .order((merge::merged_at.desc(), merge::id.desc()))
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        let mut found: BTreeMap<AlumnusId, Vec<Merge>> = BTreeMap::new();
        for merge in rows.into_iter().map(Merge::from) {
            let whose: BTreeSet<AlumnusId> = [merge.alumnus, merge.merged].iter().filter_map(|id| answers.get(id).copied()).collect();
            for of in whose {
                found.entry(of).or_default().push(merge.clone());
            }
        }
        Ok(found)
    }

    /// Writes a merge, and moves all that is known of the one to the other. Both must be held, and answer for themselves.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, merged: Merge) -> Result<(), Error> {
        let (organization, into, from) = (self.0.organization, merged.alumnus, merged.merged);
        let row = Row::of(organization, merged);
        on!(self, |db| diesel::insert_into(merge::table).values(row).execute(db).await)?;
        on!(self, |db| {
            let them = person::table
                .filter(person::organization_id.eq(organization))
                .filter(person::id.eq(from).or(person::merged_into_id.eq(from)));
            diesel::update(them).set(person::merged_into_id.eq(Some(into))).execute(db).await
        })?;
        // What they were told under stays with each thing. What came to them by an earlier merge says already whose it was.
        goes_over!(self, from, into; employment, identity, consent, lookup, activity, registration, message, contact_permission);
        on!(self, |db| {
            let theirs = particulars::table.filter(particulars::organization_id.eq(organization)).filter(particulars::person_id.eq(from));
            diesel::update(theirs).set(particulars::person_id.eq(into)).execute(db).await
        })?;
        Ok(())
    }

    /// Writes that a merge is undone, and gives back to the one, and to `family` (the one among them), what was told under
    /// their ids. `from` is who answered for them and must be held.
    ///
    /// # Errors
    /// As every statement.
    pub async fn undo(self, undone: Merge, from: AlumnusId, family: &[AlumnusId]) -> Result<(), Error> {
        let (organization, one) = (self.0.organization, undone.merged);
        let row = Row::of(organization, undone);
        on!(self, |db| {
            diesel::update(merge::table.find((organization, row.id)))
                .set((merge::undone_at.eq(row.undone_at), merge::undone_by.eq(&row.undone_by), merge::undo_reason.eq(&row.undo_reason)))
                .execute(db)
                .await
        })?;
        on!(self, |db| {
            let them = person::table.filter(person::organization_id.eq(organization)).filter(self.0.among(person::id, family));
            diesel::update(them).set(person::merged_into_id.eq(Some(one))).execute(db).await
        })?;
        on!(self, |db| {
            diesel::update(person::table.find((organization, one))).set(person::merged_into_id.eq(None::<AlumnusId>)).execute(db).await
        })?;
        comes_back!(self, from, one, family; employment, identity, consent, lookup, activity, registration, message, contact_permission);
        on!(self, |db| {
            let theirs = particulars::table
                .filter(particulars::organization_id.eq(organization))
                .filter(particulars::person_id.eq(from))
                .filter(self.0.among(particulars::origin_person_id, family));
            diesel::update(theirs).set(particulars::person_id.eq(one)).execute(db).await
        })?;
        Ok(())
    }

    /// Shows people anew in lists and searches, and notes that they changed; `gone` are found no more.
    ///
    /// # Errors
    /// As every statement.
    pub async fn show(self, faces: Vec<Face>, gone: Option<AlumnusId>, at: Moment) -> Result<(), Error> {
        let mut keys = Vec::with_capacity(faces.len());
        let shown: Vec<AlumnusId> = faces.iter().map(|face| face.id).chain(gone).collect();
        for Face { id, sort_key, search_keys } in faces {
            on!(self, |db| {
                diesel::update(person::table.find((self.0.organization, id)))
                    .set((person::sort_key.eq(&sort_key), person::updated_at.eq(at)))
                    .execute(db)
                    .await
            })?;
            keys.push((id, search_keys));
        }
        let ids: Vec<AlumnusId> = keys.iter().map(|(id, _)| *id).collect();
        self.0.departures().find_by(shown, keys).await?;
        if let Some(gone) = gone {
            self.0.matching().forget(&[gone]).await?;
        }
        self.0.matching().portray_anew(&ids).await?;
        Ok(())
    }

    /// Whether no other source has named anybody.
    ///
    /// # Errors
    /// As every statement.
    pub async fn is_only_source(self, source: &str) -> Result<bool, Error> {
        let organization = self.0.organization;
        // From either end of the index, so that it costs the same however many people there are.
        let ends: (Option<String>, Option<String>) = on!(self, |db| {
            identity::table
                .filter(identity::organization_id.eq(organization))
                .select((diesel::dsl::min(identity::source), diesel::dsl::max(identity::source)))
                .first(db)
                .await
        })?;
        Ok([ends.0, ends.1].into_iter().flatten().all(|named| named == source))
    }
}
