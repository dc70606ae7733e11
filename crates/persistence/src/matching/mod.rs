//! What matching keeps: portraits of people, the keys they are found by, and how names are read here.

mod blinding;
mod keep;
mod rekey;
mod search;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::matching::{KeySecret, SCHEME, secret_of};
use furusu_domain::time::Moment;

use crate::schema::{match_person, roster};
use crate::tx::Tx;

pub use blinding::{Blinding, SearchedBlindly};
pub use rekey::Rekeyed;
pub use search::{Lexicon, Searched, Terms};

/// The repository of portraits and keys.
#[derive(Clone, Copy)]
pub struct Matching<'t>(pub(crate) &'t Tx);

/// What is kept of an organization's roster as a whole.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = roster)]
struct RosterRow {
    tenant: i64,
    people: i64,
    last_rec: i64,
    scheme: i16,
    generation: i32,
    building: Option<i32>,
    built_through: i64,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = match_person, treat_none_as_default_value = false)]
struct PersonRow {
    rec: i64,
    organization_id: OrganizationId,
    person_id: AlumnusId,
    found: i16,
    found_until: Option<Moment>,
    portrait: Vec<u8>,
    keys: Vec<u8>,
}

/// A person's number is their roster's, and a count below this: so a number is of one organization, and the numbers of an
/// organization lie together.
const RECS: i64 = 1 << 40;

impl Matching<'_> {
    async fn seek_roster(self) -> Result<Option<RosterRow>, Error> {
        on!(self, |db| {
            roster::table.filter(roster::organization_id.eq(self.0.organization)).select(RosterRow::as_select()).first(db).await.optional()
        })
    }

    /// The roster, with so many more people and numbers; made if there is none. Whoever else writes people waits from here on.
    async fn grow(self, by: i64, recs: i64) -> Result<RosterRow, Error> {
        let organization = self.0.organization;
        let grown: Option<RosterRow> = on!(self, |db| {
            let it = roster::table.filter(roster::organization_id.eq(organization));
            diesel::update(it)
                .set((roster::people.eq(roster::people + by), roster::last_rec.eq(roster::last_rec + recs)))
                .returning(RosterRow::as_returning())
                .get_result(db)
                .await
                .optional()
        })?;
        if let Some(grown) = grown {
            return Ok(grown);
        }
        on!(self, |db| {
            diesel::insert_into(roster::table)
                .values((
                    roster::organization_id.eq(organization),
                    roster::people.eq(by),
                    roster::last_rec.eq(recs),
                    roster::scheme.eq(i16::from(SCHEME)),
                    roster::generation.eq(1),
                    roster::built_through.eq(0_i64),
                ))
                .returning(RosterRow::as_returning())
                .get_result(db)
                .await
        })
    }

    /// The secret of a generation of keys: nobody without the master key can tell whose a key is.
    fn secret(self, generation: i32) -> KeySecret {
        secret_of(&self.0.secret, self.0.organization, generation)
    }
}

/// The keys of a person, generation by generation, as they are kept with the portrait; those of a blinding stand under its
/// number, which is below zero.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Keys(Vec<(i32, Vec<i64>)>);

impl Keys {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (generation, keys) in &self.0 {
            bytes.extend_from_slice(&generation.to_be_bytes());
            bytes.extend_from_slice(&u16::try_from(keys.len()).unwrap_or(u16::MAX).to_be_bytes());
            keys.iter().take(usize::from(u16::MAX)).for_each(|key| bytes.extend_from_slice(&key.to_be_bytes()));
        }
        bytes
    }

    fn from_bytes(mut bytes: &[u8]) -> Result<Self, Error> {
        let torn = || Error::Internal("the keys of a person cannot be read".into());
        let mut all = Vec::new();
        while let Some((head, rest)) = bytes.split_first_chunk::<6>() {
            let [a, b, c, d, e, f] = *head;
            let size = usize::from(u16::from_be_bytes([e, f])) * 8;
            let (keys, after) = rest.split_at_checked(size).ok_or_else(torn)?;
            let (keys, _) = keys.as_chunks::<8>();
            all.push((i32::from_be_bytes([a, b, c, d]), keys.iter().map(|key| i64::from_be_bytes(*key)).collect()));
            bytes = after;
        }
        if bytes.is_empty() { Ok(Self(all)) } else { Err(torn()) }
    }

    /// Every key, whatever its generation.
    fn all(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|(_, keys)| keys.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_as_they_are() {
        for keys in [vec![], vec![(1, vec![])], vec![(1, vec![5, -5, i64::MIN]), (2, vec![7])]] {
            let keys = Keys(keys);
            assert_eq!(Keys::from_bytes(&keys.to_bytes()).unwrap(), keys);
        }
        assert!(Keys::from_bytes(&[0, 0, 0, 1, 0, 1, 9]).is_err());
    }
}
