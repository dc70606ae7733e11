//! Merges: two ids turn out to be one person. Nothing is thrown together for good: each thing that is known keeps the id
//! it was told under, so that a merge can be undone at any time.

use std::collections::BTreeSet;

use crate::alumni::{search_keys, sort_key};
use crate::departures::{Employment, PersonKnown};
use crate::event::{Due, Happening, Turn};
use crate::id::{AlumnusId, MergeId};
use crate::time::{Date, Moment};

/// One person merged into another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// Who stayed: they answer for both.
    pub alumnus: AlumnusId,
    /// Whose id answers with them since.
    pub merged: AlumnusId,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// By whose credentials.
    pub by: String,
    /// When.
    pub at: Moment,
    /// How it was taken back, if it was.
    pub undone: Option<Undone>,
}

/// How a merge was taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undone {
    /// By whose credentials.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: Option<String>,
}

/// Who goes with a person when they are taken out of a merge: themselves, and whoever was merged into them before, by the
/// merges that are in force.
#[must_use]
pub fn family(of: AlumnusId, in_force: &[Merge]) -> BTreeSet<AlumnusId> {
    let mut family = BTreeSet::from([of]);
    loop {
        let before = family.len();
        family.extend(in_force.iter().filter(|m| m.undone.is_none() && family.contains(&m.alumnus)).map(|m| m.merged).collect::<Vec<_>>());
        if family.len() == before {
            return family;
        }
    }
}

/// Both as one person: each thing keeps the id it was told under.
#[must_use]
pub fn join(into: PersonKnown, merged: PersonKnown) -> PersonKnown {
    let PersonKnown { id, mut told, mut employments } = into;
    let from = merged.id;
    told.extend(merged.told.into_iter().map(|t| crate::alumni::Told { merged_from: Some(t.merged_from.unwrap_or(from)), ..t }));
    let moved = |e: Employment| Employment { alumnus: id, merged_from: Some(e.merged_from.unwrap_or(from)), ..e };
    employments.extend(merged.employments.into_iter().map(moved));
    PersonKnown { id, told, employments }
}

/// The person without that one and their family, and that one: what was told under each one's ids, whenever it was.
#[must_use]
pub fn part(known: PersonKnown, one: AlumnusId, family: &BTreeSet<AlumnusId>) -> (PersonKnown, PersonKnown) {
    let goes = |from: Option<AlumnusId>| from.is_some_and(|from| family.contains(&from));
    let PersonKnown { id, told, employments } = known;
    let (mut theirs, told): (Vec<_>, Vec<_>) = told.into_iter().partition(|t| goes(t.merged_from));
    let (mut periods, employments): (Vec<_>, Vec<_>) = employments.into_iter().partition(|e| goes(e.merged_from));
    let own = |from: Option<AlumnusId>| from.filter(|from| *from != one);
    theirs.iter_mut().for_each(|t| t.merged_from = own(t.merged_from));
    periods.iter_mut().for_each(|e| (e.alumnus, e.merged_from) = (one, own(e.merged_from)));
    (PersonKnown { id, told, employments }, PersonKnown { id: one, told: theirs, employments: periods })
}

/// What lists and searches know of a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Face {
    /// Who.
    pub id: AlumnusId,
    /// What lists are sorted by.
    pub sort_key: String,
    /// What a prefix finds them by.
    pub search_keys: BTreeSet<String>,
}

impl Face {
    /// Of all that is known of the person.
    #[must_use]
    pub fn of(known: &PersonKnown) -> Self {
        let keys = search_keys(&known.told, known.is_deceased());
        Self { id: known.id, sort_key: sort_key(&known.told), search_keys: keys }
    }
}

/// What is so of the two together and was of neither alone: somebody is back, or has died. With what will be so on a
/// coming day.
#[must_use]
pub fn tidings(before: [&PersonKnown; 2], after: &PersonKnown, today: Date) -> (Vec<Happening>, Vec<Due>) {
    let (mut happened, mut due) = (Vec::new(), Vec::new());
    let known = before.map(PersonKnown::returns);
    for (employment_id, hired_on) in after.returns() {
        if known.iter().any(|returns| returns.contains_key(&employment_id)) {
            continue;
        }
        let period = after.employments.iter().find(|e| e.id == employment_id);
        if hired_on > today {
            due.push(Due { employment: employment_id, what: Turn::Returned, on: hired_on });
        } else if period.is_some_and(|period| period.is_under_way(today)) {
            happened.push(Happening::AlumnusReturned { employment_id, hired_on });
        }
    }
    if after.is_deceased() && !before[0].is_deceased() {
        happened.push(Happening::AlumnusDeceased {});
    }
    (happened, due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Mint;

    fn merge(mint: &mut Mint, alumnus: AlumnusId, merged: AlumnusId) -> Merge {
        let at = Moment::from_micros(0);
        Merge { id: MergeId::mint(mint), alumnus, merged, reason: None, by: "operator".into(), at, undone: None }
    }

    #[test]
    fn what_was_joined_is_parted_as_it_was() {
        let mut mint = Mint::seeded(1, Moment::from_micros(0));
        let [a, b, c] = std::array::from_fn(|_| AlumnusId::mint(&mut mint));
        let told = |merged_from, version| crate::alumni::Told {
            by: crate::alumni::Origin::Office,
            merged_from,
            version,
            particulars: crate::alumni::Particulars::default(),
            recorded_at: Moment::from_micros(0),
        };
        let known = |id, told| PersonKnown { id, told, employments: Vec::new() };
        let (one, two) = (known(a, vec![told(None, 1)]), known(b, vec![told(None, 2), told(Some(c), 3)]));
        let both = join(one.clone(), two.clone());
        assert_eq!(both.told.iter().map(|t| t.merged_from).collect::<Vec<_>>(), [None, Some(b), Some(c)]);
        assert_eq!(part(both.clone(), b, &BTreeSet::from([b, c])), (one, two));
        let (rest, third) = part(both, c, &BTreeSet::from([c]));
        assert_eq!((rest.told.len(), third.told[0].merged_from, third.told[0].version), (2, None, 3));
    }

    #[test]
    fn whoever_was_merged_into_somebody_goes_with_them() {
        let mut mint = Mint::seeded(1, Moment::from_micros(0));
        let [a, b, c, d] = std::array::from_fn(|_| AlumnusId::mint(&mut mint));
        let mut merges = vec![merge(&mut mint, b, c), merge(&mut mint, a, b), merge(&mut mint, a, d)];
        assert_eq!(family(b, &merges), BTreeSet::from([b, c]));
        assert_eq!(family(a, &merges), BTreeSet::from([a, b, c, d]));
        merges[0].undone = Some(Undone { by: "operator".into(), at: Moment::from_micros(1), reason: None });
        assert_eq!(family(b, &merges), BTreeSet::from([b]));
    }
}
