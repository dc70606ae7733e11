//! How a purpose stands, by everything that was said about it.

use super::consent::{Aim, Consent, ConsentBasis, ConsentDecision, ContactChannel};
use crate::time::Moment;
use crate::words::words;

words! {
    /// How a purpose stands.
    pub enum ConsentStanding {
        /// It may be followed.
        Granted = "granted",
        /// The person objected, or withdrew what they had allowed.
        Refused = "refused",
        /// Nobody said anything that still stands.
        Unspoken = "unspoken",
    }
}

/// How a purpose stands, on which basis, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PurposeStanding {
    /// How it stands.
    pub stands: ConsentStanding,
    /// On which basis, if it is granted: the person's own word before the organization's.
    pub by: Option<ConsentBasis>,
    /// When that changes by itself, if nobody says anything more.
    pub until: Option<Moment>,
}

/// How a purpose stands at a moment, by these records of one person. `over` asks of one way of reaching them; without it,
/// only records count that speak of all ways.
///
/// What counts:
/// - A refusal (an objection, or a withdrawal of what was granted) stands until the person takes the objection back or agrees
///   anew. A grant on the organization's own interest or a law does not lift it.
/// - A grant counts until it expires or is withdrawn. Of several the person's own word comes first.
/// - At the very same moment, the refusal wins.
#[must_use]
pub fn standing(records: &[Consent], aim: &Aim, over: Option<ContactChannel>, at: Moment) -> PurposeStanding {
    let about: Vec<Word> = records.iter().filter(|record| record.aim == *aim && record.speaks_of(over)).map(Consent::word).collect();
    let (stands, by) = stands(&about, at);
    let until = changes(&about, at, |now| now.0 != stands || now.1 != by);
    PurposeStanding { stands, by, until }
}

/// The record by which a purpose is granted at a moment, if it is: of several on one basis, what was given last.
#[must_use]
pub fn granted_by<'r>(records: &'r [Consent], aim: &Aim, over: Option<ContactChannel>, at: Moment) -> Option<&'r Consent> {
    let basis = standing(records, aim, over, at).by?;
    let about = records.iter().filter(|record| record.aim == *aim && record.speaks_of(over) && record.basis == basis);
    about.filter(|record| record.word().grants(at)).max_by_key(|record| (record.given_at, record.id))
}

/// How the purpose of a record stands at a moment over the ways of reaching people that the record speaks of: the strictest,
/// where it stands otherwise over one than over another.
#[must_use]
pub fn standing_over_its_ways(records: &[Consent], of: &Consent, at: Moment) -> ConsentStanding {
    let over = |way| standing(records, &of.aim, way, at).stands;
    let ways = of.contact_channels.iter().map(|way| over(Some(*way)));
    let strictness = |stands: &ConsentStanding| match stands {
        ConsentStanding::Granted => 0,
        ConsentStanding::Unspoken => 1,
        ConsentStanding::Refused => 2,
    };
    ways.max_by_key(strictness).unwrap_or_else(|| over(None))
}

/// As much of a record as it takes to tell how its purpose stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// What was said.
    pub decision: ConsentDecision,
    /// On which basis.
    pub basis: ConsentBasis,
    /// When it was said.
    pub given_at: Moment,
    /// When it ends by itself, if it does.
    pub expires_at: Option<Moment>,
    /// Since when it is withdrawn, if it is.
    pub withdrawn_at: Option<Moment>,
}

type Stands = (ConsentStanding, Option<ConsentBasis>);

/// The first moment after `at` at which something else is so, by what was said until then.
pub(super) fn changes(about: &[Word], at: Moment, differs: impl Fn(Stands) -> bool) -> Option<Moment> {
    let said: Vec<Word> = about.iter().filter(|word| word.given_at <= at).copied().collect();
    let mut ends: Vec<Moment> = said.iter().filter_map(|word| word.expires_at).filter(|end| *end > at).collect();
    ends.sort_unstable();
    ends.into_iter().find(|end| differs(stands(&said, *end)))
}

pub(super) fn stands(about: &[Word], at: Moment) -> Stands {
    let refused_at = about.iter().filter_map(|word| word.refuses(at)).max();
    let grants = about.iter().filter(|word| word.grants(at));
    let lifts = |word: &&Word| refused_at.is_none_or(|refused| word.basis.is_agreed() && word.given_at > refused);
    let basis = grants.filter(lifts).map(|word| word.basis).min_by_key(|basis| (!basis.is_agreed(), *basis));
    match basis {
        Some(basis) => (ConsentStanding::Granted, Some(basis)),
        None if refused_at.is_some() => (ConsentStanding::Refused, None),
        None => (ConsentStanding::Unspoken, None),
    }
}

impl Consent {
    /// Whether it speaks of a way of reaching the person; of all ways, without one.
    #[must_use]
    pub fn speaks_of(&self, over: Option<ContactChannel>) -> bool {
        self.contact_channels.is_empty() || over.is_some_and(|way| self.contact_channels.contains(&way))
    }

    /// As much of it as it takes to tell how its purpose stands.
    #[must_use]
    pub fn word(&self) -> Word {
        let Self { decision, basis, given_at, expires_at, .. } = *self;
        Word { decision, basis, given_at, expires_at, withdrawn_at: self.withdrawal.as_ref().map(|withdrawal| withdrawal.at) }
    }
}

impl Word {
    /// Whether it says at that moment that the purpose may be followed.
    fn grants(self, at: Moment) -> bool {
        let is_over = [self.withdrawn_at, self.expires_at].into_iter().flatten().any(|end| end <= at);
        self.decision == ConsentDecision::Granted && self.given_at <= at && !is_over
    }

    /// Since when it says at that moment that the purpose may not be followed. What was granted and withdrawn stays refused; an
    /// objection that was taken back never was.
    fn refuses(self, at: Moment) -> Option<Moment> {
        let withdrawn_at = self.withdrawn_at.filter(|since| *since <= at);
        match self.decision {
            ConsentDecision::Granted => withdrawn_at,
            ConsentDecision::Objected => (self.given_at <= at && withdrawn_at.is_none()).then_some(self.given_at),
        }
    }
}
