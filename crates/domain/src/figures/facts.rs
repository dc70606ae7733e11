//! What figures count of a person: whether they are one of the alumni, whether they may be written to, how they left and whether
//! they came back.

use crate::alumni::Alumnus;
use crate::departures::{Employment, Reason, SeparationType};
use crate::engagement::Reachability;
use crate::id::EmploymentId;
use crate::privacy::{Aim, Consent, ConsentStanding, ContactChannel, Purpose, standing};
use crate::time::{Date, Moment};

/// What people are grouped by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Facets {
    /// The department they left.
    pub department: Option<String>,
    /// The legal entity they left.
    pub entity: Option<String>,
    /// The calendar year in which they left.
    pub cohort: Option<i32>,
}

/// How a person is counted today.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Whether they are one of the alumni: alive, and with a departure in effect.
    pub is_alumnus: bool,
    /// Whether there is a way to reach them over which they may be written to, for whatever purpose.
    pub is_contactable: bool,
    /// By their latest departure in effect.
    pub facets: Facets,
}

/// One departure, and what came of it. A return is counted from its first day on, which may yet come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaving {
    /// The period that ended.
    pub employment: EmploymentId,
    /// The last day employed.
    pub ended_on: Date,
    /// What they left, and when.
    pub facets: Facets,
    /// The return, if there is one.
    pub returned: Option<Return>,
}

/// A return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Return {
    /// The first day of the later period.
    pub on: Date,
    /// How many days after the last day employed.
    pub away_days: i32,
    /// How many whole years before they came back.
    pub away_years: i32,
    /// When they left again, if they did, after how many whole years, and whether for the same reason, as far as both are known.
    pub again: Option<(Date, i32, Option<bool>)>,
}

fn facets(left: &Employment) -> Facets {
    let cohort = left.ended_on().map(|day| i32::from(day.civil().year()));
    Facets { department: left.stint.employment.department.clone(), entity: left.stint.employment.entity.clone(), cohort }
}

/// How a person is counted on a day, by what was said of the purposes of their data until a moment.
#[must_use]
pub fn standing_of(person: &Alumnus, consents: &[Consent], today: Date, at: Moment) -> Standing {
    let latest = person.latest_departure(today).filter(|_| !person.is_deceased());
    let Some(latest) = latest else { return Standing::default() };
    Standing { is_alumnus: true, is_contactable: is_contactable(person, consents, at), facets: facets(latest) }
}

fn is_contactable(person: &Alumnus, consents: &[Consent], at: Moment) -> bool {
    let is_there = |way: &ContactChannel| match way {
        ContactChannel::Email | ContactChannel::Phone | ContactChannel::Sms | ContactChannel::Post => {
            Reachability::of(person, &[], *way, None).has_address
        }
        // What somebody is called there, only the tool knows: whoever spoke of it is there.
        ContactChannel::Line | ContactChannel::InApp => consents.iter().any(|consent| consent.contact_channels.contains(way)),
    };
    let ways: Vec<ContactChannel> = ContactChannel::ALL.iter().copied().filter(is_there).collect();
    let purposes = consents.iter().map(|consent| consent.aim.purpose).filter(|purpose| Purpose::reaches_people(*purpose));
    let mut purposes: Vec<Purpose> = purposes.collect();
    purposes.sort_unstable();
    purposes.dedup();
    purposes.into_iter().any(|purpose| {
        let aim = Aim { purpose, recipient: None };
        ways.iter().any(|way| standing(consents, &aim, Some(*way), at).stands == ConsentStanding::Granted)
    })
}

/// A person's departures in force, and what came of each. Whoever left by dying is not waited for.
#[must_use]
pub fn leavings(person: &Alumnus) -> Vec<Leaving> {
    let left = person.employments.iter().filter_map(|left| Some((left, left.ended_on()?, left.in_force()?)));
    let alive = left.filter(|(_, _, how)| how.separation_type.value != Some(SeparationType::Death));
    let leaving = |(left, ended_on, how): (&Employment, Date, &crate::departures::Left)| {
        let later = person.employments.iter().filter(|later| later.follows(left));
        let returned = later.min_by_key(|later| (later.stint.employment.hired_on, later.id)).map(|later| {
            // A later period of the same record may begin before the one before it ended: they were never away.
            let on = later.stint.employment.hired_on.max(ended_on.tomorrow());
            let again = later.ended_on().map(|again| {
                let reason = later.in_force().and_then(|how| how.reason.value).filter(is_told);
                let same = how.reason.value.filter(is_told).zip(reason).map(|(one, other)| one == other);
                (again, i32::from(again.years_since(on)).max(0), same)
            });
            Return { on, away_days: on.days_since(ended_on), away_years: i32::from(on.years_since(ended_on)), again }
        });
        Leaving { employment: left.id, ended_on, facets: facets(left), returned }
    };
    alive.map(leaving).collect()
}

/// Whether a reason says anything.
fn is_told(reason: &Reason) -> bool {
    !matches!(reason, Reason::NotStated | Reason::Withheld)
}
