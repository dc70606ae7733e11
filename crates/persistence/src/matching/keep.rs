//! Keeping portraits and keys in step with what is said of people.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt, Text};
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{Particulars, Told};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::matching::{Habits, Part, Portrait, Roster, keys_of_alumnus, sketch_of};
use furusu_domain::privacy::{FindClass, Findability};
use furusu_domain::sql::Json;

use super::{Keys, Matching, PersonRow, RECS, RosterRow};
use crate::document;
use crate::expr::{Sql, kept};
use crate::schema::{match_key, match_person, particulars};
use crate::tx::parts;

#[derive(Clone, Insertable)]
#[diesel(table_name = match_key, treat_none_as_default_value = false)]
struct KeyRow {
    tenant: i64,
    key: i64,
    found: i16,
    rec: i64,
}

/// How names are read, by whom that may be found so easily, and how many more people's, or fewer, than before.
type Counts = BTreeMap<(&'static str, String, String, i16), i64>;

impl Matching<'_> {
    /// Keeps what people look like by what is said of them now; `known` are those who were known before.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn portray(self, people: Vec<(AlumnusId, Vec<Told>, bool)>, known: &BTreeSet<AlumnusId>) -> Result<(), Error> {
        if people.is_empty() {
            return Ok(());
        }
        let ids: Vec<AlumnusId> = people.iter().map(|(id, ..)| *id).filter(|id| known.contains(id)).collect();
        let mut before: HashMap<AlumnusId, PersonRow> = HashMap::new();
        let mut earlier: HashMap<AlumnusId, Vec<Particulars>> = HashMap::new();
        for ids in ids.chunks(1_000) {
            before.extend(self.kept(ids).await?.into_iter().map(|row| (row.person_id, row)));
            for (id, said) in self.said_earlier(ids).await? {
                earlier.entry(id).or_default().push(said);
            }
        }
        let fresh = people.iter().filter(|(id, ..)| !before.contains_key(id)).count();
        let fresh = i64::try_from(fresh).unwrap_or(0);
        let roster = self.grow(fresh, fresh).await?;
        let mut rec = roster.tenant * RECS + roster.last_rec - fresh;
        let habits = self.habits().await?;
        let blinded = self.blindings(&habits).await?;
        let mut work = Work::default();
        let findable = self.0.privacy().findability(&ids, self.0.now()).await?;
        let mut portraits = Vec::with_capacity(people.len());
        let mut unread = BTreeSet::new();
        for (id, told, is_deceased) in people {
            let sketch = sketch_of(&told, earlier.get(&id).map_or(&[], Vec::as_slice));
            let portrait = Portrait::of(&sketch, &habits);
            unread.extend(portrait.unread());
            let keys: Vec<(i32, Vec<i64>)> = blinded.iter().map(|(number, fold)| (*number, fold.keys(&sketch))).collect();
            portraits.push((id, portrait, keys, is_deceased));
        }
        // Whoever is recorded without a reading is read as others here are.
        let size = Roster { people: u64::try_from(roster.people).unwrap_or(0) };
        let readings = self.readings(&unread.into_iter().collect::<Vec<_>>()).await?;
        for (id, mut portrait, blinded, is_deceased) in portraits {
            portrait.learn(&readings.of(&portrait.unread(), FindClass::Hidden), &size);
            let before = before.remove(&id);
            if before.is_none() {
                rec += 1;
            }
            let findable = findable.get(&id).copied().unwrap_or(Findability::UNSPOKEN).unless(is_deceased);
            self.portray_one(&roster, id, (&portrait, blinded), before, rec, findable, &mut work)?;
        }
        self.write(&roster, work).await
    }

    /// What comes of one new portrait. `rec` is the number of who has none yet.
    #[allow(clippy::too_many_arguments, reason = "each is another thing of the one person")]
    fn portray_one(
        self,
        roster: &RosterRow,
        id: AlumnusId,
        (portrait, blinded): (&Portrait, Vec<(i32, Vec<i64>)>),
        before: Option<PersonRow>,
        rec: i64,
        findable: Findability,
        work: &mut Work,
    ) -> Result<(), Error> {
        let mut keys = self.keys(roster, portrait);
        keys.0.extend(blinded);
        let (found, found_until) = (findable.class.number(), findable.until);
        teaches(portrait, found, 1, &mut work.readings);
        let portrait = portrait.to_bytes();
        let organization_id = self.0.organization;
        let Some(before) = before else {
            work.keys.extend(keys.all().map(|key| KeyRow { tenant: roster.tenant, key, found, rec }));
            let keys = keys.to_bytes();
            work.people.push(PersonRow { rec, organization_id, person_id: id, found, found_until, portrait, keys });
            return Ok(());
        };
        if let Ok(old) = Portrait::from_bytes(&before.portrait) {
            teaches(&old, before.found, -1, &mut work.readings);
        }
        let old = Keys::from_bytes(&before.keys)?;
        let (was, is): (HashSet<i64>, HashSet<i64>) = (old.all().collect(), keys.all().collect());
        let is_moved = found != before.found;
        let gone: Vec<i64> = was.iter().copied().filter(|key| is_moved || !is.contains(key)).collect();
        let rec = before.rec;
        if !gone.is_empty() {
            work.gone.push((rec, before.found, gone));
        }
        let come = is.into_iter().filter(|key| is_moved || !was.contains(key));
        work.keys.extend(come.map(|key| KeyRow { tenant: roster.tenant, key, found, rec }));
        work.changed.push(PersonRow { found, found_until, portrait, keys: keys.to_bytes(), ..before });
        Ok(())
    }

    /// The keys of a portrait: of the generation that is read, and of the one that is being built.
    pub(super) fn keys(self, roster: &RosterRow, portrait: &Portrait) -> Keys {
        let plain = keys_of_alumnus(portrait);
        let generations = std::iter::once(roster.generation).chain(roster.building);
        Keys(
            generations
                .map(|generation| {
                    let secret = self.secret(generation);
                    let mut keys: Vec<i64> = plain.iter().map(|key| key.hash(&secret)).collect();
                    keys.sort_unstable();
                    keys.dedup();
                    (generation, keys)
                })
                .collect(),
        )
    }

    async fn write(self, roster: &RosterRow, work: Work) -> Result<(), Error> {
        let Work { people, changed, keys, gone, readings } = work;
        if !people.is_empty() {
            bulk!(self, people, |part| diesel::insert_into(match_person::table).values(part))?;
        }
        for PersonRow { rec, organization_id, person_id: _, found, found_until, portrait, keys } in changed {
            on!(self, |db| {
                let them = match_person::table.find(rec).filter(match_person::organization_id.eq(organization_id));
                kept(diesel::update(them).set((
                    match_person::found.eq(found),
                    match_person::found_until.eq(found_until),
                    match_person::portrait.eq(portrait),
                    match_person::keys.eq(keys),
                )))
                .execute(db)
                .await
            })?;
        }
        for (rec, found, keys) in gone {
            self.take_away(roster, (rec, found), &keys).await?;
        }
        if !keys.is_empty() {
            bulk!(self, keys, |part| diesel::insert_into(match_key::table).values(part).on_conflict_do_nothing())?;
        }
        self.count_readings(readings).await
    }

    /// Takes these keys from a person, who can be found so easily.
    pub(super) async fn take_away(self, roster: &RosterRow, (rec, found): (i64, i16), keys: &[i64]) -> Result<(), Error> {
        on!(self, |db| {
            let theirs = match_key::table
                .filter(match_key::tenant.eq(roster.tenant))
                .filter(self.0.among(match_key::key, keys))
                .filter(match_key::found.eq(found))
                .filter(match_key::rec.eq(rec));
            diesel::delete(theirs).execute(db).await
        })?;
        Ok(())
    }

    /// Counts how names are read, in the order of the names: two units of work never wait for one another.
    async fn count_readings(self, counts: Counts) -> Result<(), Error> {
        for part in parts(counts.into_iter().filter(|(_, people)| *people != 0).collect()) {
            let mut sql = Sql::<()>::new();
            sql.text("insert into name_reading (organization_id, part, written, reading, found, people) values ");
            for (n, ((part, written, reading, found), people)) in part.into_iter().enumerate() {
                sql.text(if n == 0 { "(" } else { ", (" }).value(self.0.organization);
                sql.text(", ").value(part.to_owned()).text(", ").value(written).text(", ").value(reading);
                sql.text(", ").value(i64::from(found)).text(", ").value(people).text(")");
            }
            sql.text(" on conflict (organization_id, part, written, reading, found) do update set people = name_reading.people + excluded.people");
            on!(self, |db| sql.execute(db).await)?;
        }
        Ok(())
    }

    /// Lets people be found as what they said has it now: by whom that changes, in the same unit of work.
    ///
    /// # Errors
    /// As every statement.
    pub async fn refind(self, people: &[AlumnusId]) -> Result<(), Error> {
        let Some(roster) = self.seek_roster().await? else { return Ok(()) };
        let findable = self.0.privacy().findability(people, self.0.now()).await?;
        let mut work = Work::default();
        for before in self.kept(people).await? {
            let Findability { class, until } = findable.get(&before.person_id).copied().unwrap_or(Findability::UNSPOKEN);
            let found = class.number();
            if found != before.found {
                let keys: Vec<i64> = Keys::from_bytes(&before.keys)?.all().collect();
                work.keys.extend(keys.iter().map(|key| KeyRow { tenant: roster.tenant, key: *key, found, rec: before.rec }));
                work.gone.push((before.rec, before.found, keys));
                if let Ok(portrait) = Portrait::from_bytes(&before.portrait) {
                    teaches(&portrait, before.found, -1, &mut work.readings);
                    teaches(&portrait, found, 1, &mut work.readings);
                }
            }
            if found != before.found || until != before.found_until {
                work.changed.push(PersonRow { found, found_until: until, ..before });
            }
        }
        self.write(&roster, work).await
    }

    /// Forgets what people looked like: somebody else answers for them now.
    ///
    /// # Errors
    /// As every statement.
    pub(crate) async fn forget(self, people: &[AlumnusId]) -> Result<(), Error> {
        let rows = self.kept(people).await?;
        let roster = self.grow(-i64::try_from(rows.len()).unwrap_or(0), 0).await?;
        let mut work = Work::default();
        let recs: Vec<i64> = rows.iter().map(|row| row.rec).collect();
        for row in rows {
            if let Ok(old) = Portrait::from_bytes(&row.portrait) {
                teaches(&old, row.found, -1, &mut work.readings);
            }
            work.gone.push((row.rec, row.found, Keys::from_bytes(&row.keys)?.all().collect()));
        }
        self.write(&roster, work).await?;
        on!(self, |db| {
            let them = match_person::table
                .filter(match_person::organization_id.eq(self.0.organization))
                .filter(self.0.among(match_person::rec, &recs));
            diesel::delete(them).execute(db).await
        })?;
        Ok(())
    }

    pub(super) async fn kept(self, people: &[AlumnusId]) -> Result<Vec<PersonRow>, Error> {
        on!(self, |db| {
            match_person::table
                .filter(match_person::organization_id.eq(self.0.organization))
                .filter(self.0.among(match_person::person_id, people))
                .select(PersonRow::as_select())
                .load(db)
                .await
        })
    }

    /// What was said of people and is said no more: they may come back under a name that HR has overwritten.
    pub(super) async fn said_earlier(self, people: &[AlumnusId]) -> Result<Vec<(AlumnusId, Particulars)>, Error> {
        let rows: Vec<(AlumnusId, Json)> = on!(self, |db| {
            particulars::table
                .filter(particulars::organization_id.eq(self.0.organization))
                .filter(self.0.among(particulars::person_id, people))
                .filter(particulars::superseded_at.is_not_null())
                .select((particulars::person_id, particulars::document))
                .load(db)
                .await
        })?;
        rows.iter().map(|(id, said)| Ok((*id, document::read(format_args!("particulars of {id}"), said)?))).collect()
    }

    /// The habits of the organization that bear on how what is said of people is read.
    ///
    /// # Errors
    /// As every statement.
    pub async fn habits(self) -> Result<Habits, Error> {
        Ok(self.0.accounts().settings().await?.returning_applicants.habits())
    }
}

/// Counts what a portrait teaches of how names are read.
fn teaches(portrait: &Portrait, found: i16, by: i64, counts: &mut Counts) {
    for (part, written, reading) in portrait.teaches() {
        *counts.entry((word(part), written, reading, found)).or_default() += by;
    }
}

/// What is to be written.
#[derive(Default)]
struct Work {
    people: Vec<PersonRow>,
    changed: Vec<PersonRow>,
    keys: Vec<KeyRow>,
    /// Number, who could find them, and the keys they lose.
    gone: Vec<(i64, i16, Vec<i64>)>,
    readings: Counts,
}

pub(super) const fn word(part: Part) -> &'static str {
    match part {
        Part::Family => "family",
        Part::Given => "given",
    }
}

/// The columns of how a name is read.
pub(super) type ReadingColumns = (Text, Text, Text, SmallInt, BigInt);
