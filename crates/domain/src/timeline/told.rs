//! What somebody has few of in a life: employment periods with their departures, consents, merges. All of it is read, and the
//! entries are made of it.

use std::collections::BTreeMap;

use super::entry::{Entry, Matter};
use super::kind::TimelineKind;
use crate::departures::{Order, follows};
use crate::id::{DepartureId, EmploymentId};
use crate::identity::Merge;
use crate::privacy::{Consent, ConsentDecision};
use crate::time::{Date, Moment, Zone};

/// One version of an employment period, as far as the timeline is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeriodVersion {
    /// Which period.
    pub id: EmploymentId,
    /// Which version, from 1.
    pub version: i32,
    /// The source that tells of it.
    pub source: String,
    /// The person's id there.
    pub external_id: String,
    /// Which of their periods, counted by the source.
    pub sequence: Option<i32>,
    /// Its first day.
    pub hired_on: Date,
    /// The departure and which version of it, from the first time one was told of.
    pub departure: Option<(DepartureId, i32)>,
    /// The last day employed, unless nothing ends it.
    pub ended_on: Option<Date>,
    /// When furusu learnt it.
    pub recorded_at: Moment,
}

impl PeriodVersion {
    fn order(&self) -> Order<'_> {
        let Self { id, source, external_id, sequence, hired_on, ended_on, .. } = self;
        Order { id: *id, source, external_id, sequence: *sequence, hired_on: *hired_on, ended_on: *ended_on }
    }

    fn employment(&self) -> Matter {
        Matter::Employment { id: self.id, version: self.version }
    }

    fn of_departure(&self, (id, _): (DepartureId, i32)) -> Matter {
        Matter::Departure { id, employment: self.id, version: self.version }
    }
}

/// What employment periods tell, by all their versions, today and where the organization is. What has not come yet is left out.
#[must_use]
pub fn of_periods(versions: &[PeriodVersion], zone: &Zone, today: Date) -> Vec<Entry> {
    let mut periods: BTreeMap<EmploymentId, Vec<&PeriodVersion>> = BTreeMap::new();
    for version in versions {
        periods.entry(version.id).or_default().push(version);
    }
    for versions in periods.values_mut() {
        versions.sort_by_key(|version| version.version);
    }
    let known: Vec<&PeriodVersion> = periods.values().filter_map(|versions| versions.last().copied()).collect();
    let mut entries = Vec::new();
    for versions in periods.values() {
        let (Some(first), Some(last)) = (versions.first(), versions.last()) else { continue };
        if last.hired_on <= today {
            let is_return = known.iter().any(|left| follows(&last.order(), &left.order()));
            let kind = if is_return { TimelineKind::AlumnusReturned } else { TimelineKind::EmploymentBegan };
            entries.push(Entry {
                kind,
                occurred_at: zone.begin_of(last.hired_on),
                recorded_at: first.recorded_at,
                matter: last.employment(),
            });
        }
        if let (Some(departure), Some(ended_on)) = (last.departure, last.ended_on.filter(|ended_on| *ended_on < today)) {
            // Learnt when that day was first told of, and nothing else since.
            let since = versions.iter().rev().take_while(|version| version.ended_on == Some(ended_on)).last().unwrap_or(last);
            entries.push(Entry {
                kind: TimelineKind::DepartureEffective,
                occurred_at: zone.begin_of(ended_on.tomorrow()),
                recorded_at: since.recorded_at,
                matter: last.of_departure(departure),
            });
        }
        let mut before: Option<&PeriodVersion> = None;
        for version in versions {
            if let Some((kind, matter)) = became(before, version, zone) {
                let at = version.recorded_at;
                entries.push(Entry { kind, occurred_at: at, recorded_at: at, matter });
            }
            before = Some(version);
        }
    }
    entries
}

/// What a version says that the one before it did not.
fn became(before: Option<&PeriodVersion>, version: &PeriodVersion, zone: &Zone) -> Option<(TimelineKind, Matter)> {
    let Some(departure) = version.departure.filter(|departure| before.is_none_or(|before| before.departure != Some(*departure))) else {
        return before.map(|_| (TimelineKind::EmploymentCorrected, version.employment()));
    };
    let kind = match (before.and_then(|before| before.ended_on), version.ended_on) {
        (Some(_), Some(_)) => TimelineKind::DepartureCorrected,
        (Some(_) | None, None) => TimelineKind::DepartureRescinded,
        // What has ended already when it becomes known is told on the day it ended.
        (None, Some(ended_on)) if ended_on < zone.date_at(version.recorded_at) => return None,
        (None, Some(_)) => TimelineKind::DepartureAnnounced,
    };
    Some((kind, version.of_departure(departure)))
}

/// What was said about a purpose, and what became of it by now.
#[must_use]
pub fn of_consent(consent: &Consent, now: Moment) -> Vec<Entry> {
    let matter = Matter::Consent { id: consent.id, purpose: consent.aim.purpose };
    let (kind, is_granted) = match consent.decision {
        ConsentDecision::Granted => (TimelineKind::ConsentGranted, true),
        ConsentDecision::Objected => (TimelineKind::ConsentObjected, false),
    };
    let (occurred_at, recorded_at) = (consent.given_at, consent.recorded_at);
    let mut entries = vec![Entry { kind, occurred_at, recorded_at, matter: matter.clone() }];
    let withdrawn = consent.withdrawal.as_ref();
    entries.extend(withdrawn.map(|withdrawal| Entry {
        kind: TimelineKind::ConsentWithdrawn,
        occurred_at: withdrawal.at,
        recorded_at: withdrawal.recorded_at,
        matter: matter.clone(),
    }));
    let ended = consent.expires_at.filter(|end| is_granted && *end <= now && withdrawn.is_none_or(|withdrawal| withdrawal.at > *end));
    entries.extend(ended.map(|occurred_at| Entry { kind: TimelineKind::ConsentExpired, occurred_at, recorded_at, matter }));
    entries
}

/// A merge, and how it was taken back.
#[must_use]
pub fn of_merge(merge: &Merge) -> Vec<Entry> {
    let matter = Matter::Merge { id: merge.id, merged: merge.merged };
    let mut entries =
        vec![Entry { kind: TimelineKind::AlumnusMerged, occurred_at: merge.at, recorded_at: merge.at, matter: matter.clone() }];
    let undone = merge.undone.as_ref().map(|undone| undone.at);
    entries.extend(undone.map(|at| Entry { kind: TimelineKind::AlumnusUnmerged, occurred_at: at, recorded_at: at, matter }));
    entries
}
