//! Finding the few people somebody may be.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::account::OrganizationSettings;
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::matching::{CANDIDATES_READ, KeyKind, POSTINGS_READ, Part, Portrait, Reading, Roster, keys_of_applicant};
use furusu_domain::privacy::FindClass;
use furusu_domain::sql::Json;
use furusu_domain::time::Moment;

use super::keep::{ReadingColumns, word};
use super::{Matching, RosterRow};
use crate::document;
use crate::expr::Sql;
use crate::schema::{match_person, match_weights, organization, roster};

/// The people somebody may be.
#[derive(Clone, Debug, Default)]
pub struct Searched {
    /// Who, and what they look like.
    pub candidates: Vec<(AlumnusId, Portrait)>,
    /// The kinds of keys that so many people share that not everybody who has them was compared.
    pub too_common: BTreeSet<KeyKind>,
    /// How many people there are in all.
    pub people: u64,
}

/// What lookups go by in an organization: see [`Matching::terms`].
pub struct Terms {
    /// What the organization sets for itself.
    pub settings: OrganizationSettings,
    /// Which refitted weights are used; `None` for the shipped ones.
    pub weights: Option<i32>,
    /// What is known of its names.
    pub lexicon: Lexicon,
}

/// What is known of an organization's names: see [`Matching::lexicon`].
pub struct Lexicon {
    roster: RosterRow,
    readings: Readings,
}

/// How parts of names are read.
#[derive(Default)]
pub(super) struct Readings(HashMap<(Part, String), Vec<Taught>>);

/// How so many people read a name, who can be found so easily.
struct Taught {
    reading: String,
    found: i16,
    people: u64,
}

impl Readings {
    /// How those read these parts of names who can be found at least so easily: of whom objected a lookup is to know nothing,
    /// not even how their name is read.
    pub(super) fn of(&self, parts: &[(Part, String)], floor: FindClass) -> Vec<Reading> {
        let mut read: BTreeMap<(Part, &str, &str), u64> = BTreeMap::new();
        for (part, written) in parts {
            let taught = self.0.get(&(*part, written.clone())).into_iter().flatten();
            for Taught { reading, people, .. } in taught.filter(|taught| taught.found >= floor.number()) {
                *read.entry((*part, written, reading)).or_default() += people;
            }
        }
        let reading = |((part, written, reading), people): ((Part, &str, &str), u64)| Reading {
            part,
            written: written.to_owned(),
            reading: reading.to_owned(),
            people,
        };
        read.into_iter().map(reading).collect()
    }
}

/// Statements are for a number of names that is a multiple of this, so that they are few and stay prepared.
const AT_ONCE: usize = 8;

/// So many names are asked for in one statement.
const MANY: usize = 1_000;

/// A number that nobody has: it stands where a statement has a place and there is no value.
const NOBODY: i64 = 0;

impl Matching<'_> {
    /// What lookups go by here, and what is known that names are read by, of these parts of names.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such organization.
    pub async fn terms(self, unread: BTreeSet<(Part, String)>) -> Result<Terms, Error> {
        let unread: Vec<(Part, String)> = unread.into_iter().collect();
        let (found, readings) = tokio::try_join!(self.seek_terms(), self.readings(&unread))?;
        let (settings, weights, roster) = found.ok_or(Error::NotFound)?;
        let settings = document::read("settings", &settings)?;
        // Of nobody, in an organization that has nobody, the same is asked.
        Ok(Terms { settings, weights, lexicon: Lexicon { roster: roster.unwrap_or_default(), readings } })
    }

    /// The settings, the weights in use and the roster, in one statement: it stands at the beginning of each lookup.
    async fn seek_terms(self) -> Result<Option<(Json, Option<i32>, Option<RosterRow>)>, Error> {
        let used = match_weights::organization_id.eq(organization::id).and(match_weights::is_used.eq(true));
        on!(self, |db| {
            organization::table
                .left_join(match_weights::table.on(used))
                .left_join(roster::table.on(roster::organization_id.eq(organization::id)))
                .filter(organization::id.eq(self.0.organization))
                .select((organization::settings, match_weights::version.nullable(), Option::<RosterRow>::as_select()))
                .first(db)
                .await
                .optional()
        })
    }

    /// What is known here that names are read by, of these parts of names.
    ///
    /// # Errors
    /// As every statement.
    pub async fn lexicon(self, unread: BTreeSet<(Part, String)>) -> Result<Lexicon, Error> {
        let unread: Vec<(Part, String)> = unread.into_iter().collect();
        let (roster, readings) = tokio::try_join!(self.seek_roster(), self.readings(&unread))?;
        // Of nobody, in an organization that has nobody, the same is asked.
        Ok(Lexicon { roster: roster.unwrap_or_default(), readings })
    }

    /// The people an applicant may be, among those whom a lookup may find: at least so easily. What of the applicant's name
    /// is not read yet is read as it is read here.
    ///
    /// The same statements run whoever is asked about.
    ///
    /// # Errors
    /// As every statement.
    pub async fn search(self, applicant: &mut Portrait, lexicon: &Lexicon, floor: FindClass) -> Result<Searched, Error> {
        let searched = self.search_many(std::slice::from_mut(applicant), lexicon, floor).await?;
        searched.into_iter().next().ok_or_else(|| Error::Internal("a search was lost".into()))
    }

    /// The same for several at once, in as few statements.
    ///
    /// # Errors
    /// As every statement.
    pub async fn search_many(self, applicants: &mut [Portrait], lexicon: &Lexicon, floor: FindClass) -> Result<Vec<Searched>, Error> {
        let Lexicon { roster, readings } = lexicon;
        let people = u64::try_from(roster.people).unwrap_or(0);
        let secret = self.secret(roster.generation);
        let mut asked: Vec<HashMap<i64, KeyKind>> = Vec::with_capacity(applicants.len());
        for applicant in applicants.iter_mut() {
            applicant.learn(&readings.of(&applicant.unread(), floor), &Roster { people });
            asked.push(keys_of_applicant(applicant).into_iter().map(|key| (key.hash(&secret), key.kind)).collect());
        }
        let keys: BTreeSet<i64> = asked.iter().flat_map(|keys| keys.keys().copied()).collect();
        let postings = self.postings(roster, keys.into_iter().collect(), floor).await?;
        let found: Vec<(Vec<i64>, BTreeSet<KeyKind>)> = asked.iter().map(|keys| rank(keys, &postings)).collect();
        let recs: BTreeSet<i64> = found.iter().flat_map(|(recs, _)| recs.iter().copied()).collect();
        let known = self.portraits(recs.into_iter().collect(), floor).await?;
        let searched = |(recs, too_common): (Vec<i64>, BTreeSet<KeyKind>)| {
            let mut candidates: Vec<(AlumnusId, Portrait)> = recs.iter().filter_map(|rec| known.get(rec)).cloned().collect();
            // In one order, whatever the database's.
            candidates.sort_by_key(|(id, _)| *id);
            Searched { candidates, too_common, people }
        };
        Ok(found.into_iter().map(searched).collect())
    }

    /// The people of these numbers, and what they look like.
    pub(super) async fn portraits(self, mut recs: Vec<i64>, floor: FindClass) -> Result<HashMap<i64, (AlumnusId, Portrait)>, Error> {
        if recs.is_empty() {
            // Nobody's number, so that the statement that follows is the same.
            recs.push(NOBODY);
        }
        let mut known = HashMap::with_capacity(recs.len());
        let mut unread: HashMap<AlumnusId, i64> = HashMap::new();
        for recs in recs.chunks(MANY) {
            let rows: Vec<(i64, AlumnusId, Option<Moment>, Vec<u8>)> = on!(self, |db| {
                match_person::table
                    .filter(match_person::organization_id.eq(self.0.organization))
                    .filter(self.0.among(match_person::rec, recs))
                    .select((match_person::rec, match_person::person_id, match_person::found_until, match_person::portrait))
                    .load(db)
                    .await
            })?;
            for (rec, id, until, portrait) in rows {
                if floor != FindClass::Hidden && until.is_some_and(|until| until <= self.0.now()) {
                    continue;
                }
                match Portrait::from_bytes(&portrait) {
                    Ok(portrait) => drop(known.insert(rec, (id, portrait))),
                    Err(_) => drop(unread.insert(id, rec)),
                }
            }
        }
        if !unread.is_empty() {
            let people: Vec<AlumnusId> = unread.keys().copied().collect();
            for (id, portrait) in self.portraits_anew(&people).await? {
                known.extend(unread.get(&id).map(|rec| (*rec, (id, portrait))));
            }
        }
        Ok(known)
    }

    /// Portraits as this version makes them, of people whose own were made by another.
    async fn portraits_anew(self, people: &[AlumnusId]) -> Result<Vec<(AlumnusId, Portrait)>, Error> {
        let habits = self.habits().await?;
        let told = self.0.alumni().told(people, None).await?;
        let mut of: HashMap<AlumnusId, Vec<_>> = HashMap::new();
        for (id, told) in told {
            of.entry(id).or_default().push(told);
        }
        Ok(of.into_iter().map(|(id, told)| (id, Portrait::of(&furusu_domain::matching::sketch_of(&told, &[]), &habits))).collect())
    }

    /// How these parts of names are read here. Of no name the same is asked as of any.
    pub(super) async fn readings(self, unread: &[(Part, String)]) -> Result<Readings, Error> {
        let mut known = Readings::default();
        let none = [(Part::Family, String::new())];
        for unread in if unread.is_empty() { &none } else { unread }.chunks(MANY) {
            let mut sql = Sql::<ReadingColumns>::new();
            sql.text("select part, written, reading, found, people from name_reading where organization_id = ").value(self.0.organization);
            sql.text(" and people > 0 and (part, written) in (values ");
            let places = unread.len().next_multiple_of(AT_ONCE);
            let last = unread.last().into_iter().cycle();
            for (n, (part, written)) in unread.iter().chain(last).take(places).enumerate() {
                sql.text(if n == 0 { "(" } else { ", (" }).value(word(*part).to_owned()).text(", ").value(written.clone()).text(")");
            }
            sql.text(")");
            let rows: Vec<(String, String, String, i16, i64)> = on!(self, |db| sql.load(db).await)?;
            for (part, written, reading, found, people) in rows {
                let part = if part == word(Part::Family) { Part::Family } else { Part::Given };
                let people = u64::try_from(people).unwrap_or(0);
                known.0.entry((part, written)).or_default().push(Taught { reading, found, people });
            }
        }
        Ok(known)
    }

    /// The numbers of those who have each of these keys, one more than are read at most.
    pub(super) async fn postings(self, roster: &RosterRow, keys: Vec<i64>, floor: FindClass) -> Result<HashMap<i64, Vec<i64>>, Error> {
        let limit = i64::try_from(POSTINGS_READ).unwrap_or(i64::MAX) + 1;
        let mut by_key: HashMap<i64, Vec<i64>> = HashMap::with_capacity(keys.len());
        for (key, rec) in on!(self, |db| own::postings(db, roster.tenant, keys, floor.number(), limit).await)? {
            by_key.entry(key).or_default().push(rec);
        }
        Ok(by_key)
    }
}

/// The people who share a key, those who share the rarest first, and the kinds of keys that too many share.
pub(super) fn rank<K: Copy + Ord>(keys: &HashMap<i64, K>, postings: &HashMap<i64, Vec<i64>>) -> (Vec<i64>, BTreeSet<K>) {
    let mut too_common = BTreeSet::new();
    let mut weight: HashMap<i64, f64> = HashMap::new();
    for (key, kind) in keys {
        let Some(recs) = postings.get(key) else { continue };
        if recs.len() > POSTINGS_READ {
            too_common.insert(*kind);
            continue;
        }
        // Who shares a rare key is more likely the one.
        #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
        let bits = 20.0 - (recs.len() as f64).log2();
        for rec in recs {
            *weight.entry(*rec).or_default() += bits;
        }
    }
    let mut ranked: Vec<(i64, f64)> = weight.into_iter().collect();
    ranked.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    let left_out: HashSet<i64> = ranked.split_off(ranked.len().min(CANDIDATES_READ)).into_iter().map(|(rec, _)| rec).collect();
    // Who shares only such keys with so many others was not compared: it is said as openly.
    let leaves_out = |key: &i64| postings.get(key).is_some_and(|recs| recs.iter().any(|rec| left_out.contains(rec)));
    too_common.extend(keys.iter().filter(|(key, _)| !left_out.is_empty() && leaves_out(key)).map(|(_, kind)| *kind));
    (ranked.into_iter().map(|(rec, _)| rec).collect(), too_common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_share_the_rarest_keys_are_compared_and_what_leaves_somebody_out_is_said() {
        let keys = HashMap::from([(1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')]);
        let many = i64::try_from(POSTINGS_READ).unwrap();
        let mut postings = HashMap::from([(1, vec![7]), (2, (0..150).collect()), (4, (0..=many).collect::<Vec<i64>>())]);
        let (recs, too_common) = rank(&keys, &postings);
        assert_eq!((recs.len(), recs[0], too_common), (150, 7, BTreeSet::from(['d'])), "nobody is read of a key that too many have");
        postings.insert(3, (100..290).collect());
        let (recs, too_common) = rank(&keys, &postings);
        assert_eq!(
            (recs.len(), recs[0], too_common),
            (CANDIDATES_READ, 7, BTreeSet::from(['c', 'd'])),
            "who has both is compared before who has one"
        );
    }
}
