//! Which of a person's periods a record speaks of.

use crate::departures::employment::Employment;
use crate::departures::record::{Record, Source};
use crate::id::AlumnusId;

/// Which period of the person a record speaks of.
pub(super) enum Period {
    New,
    Known(usize),
    /// Known under another hire date, which the record corrects.
    Redated(usize),
}

impl Period {
    /// By the sequence, else by the hire date. A source without sequences that sends another hire date for a stretch
    /// of time it has already told of corrects it: nobody has two periods at once under one id.
    pub(super) fn find(known: &[Employment], source: &Source, under: Option<AlumnusId>, record: &Record) -> Self {
        let hired_on = record.stint.employment.hired_on;
        let ours = || {
            let same = |e: &Employment| e.source == *source && e.external_id == record.external_id;
            known.iter().enumerate().filter(move |(_, e)| same(e))
        };
        let by_sequence = record.sequence.and_then(|n| ours().find(|(_, e)| e.sequence == Some(n)));
        // Under whatever id of the source: it has said that all of them are this person's. Of ids that somebody merged it
        // has not: two records of one source for the same time stay two.
        let by_date = || {
            let compatible = |e: &Employment| e.sequence.is_none() || record.sequence.is_none() || e.sequence == record.sequence;
            let theirs = |e: &Employment| e.source == *source && e.merged_from == under;
            let same = |e: &Employment| theirs(e) && e.stint.employment.hired_on == hired_on && compatible(e);
            known.iter().enumerate().find(|(_, e)| same(e))
        };
        if let Some((at, _)) = by_sequence.or_else(by_date) {
            return Self::Known(at);
        }
        if record.sequence.is_some() {
            return Self::New;
        }
        let ended_on = record.stint.departure.as_ref().map(|left| left.ended_on);
        let mut overlapping = ours().filter(|(_, e)| {
            let begins_before_ours_ends = ended_on.is_none_or(|ended| e.stint.employment.hired_on < ended);
            let ends_after_ours_begins = e.ended_on().is_none_or(|ended| hired_on < ended);
            let is_first_hire = record.stint.employment.original_hired_on == Some(e.stint.employment.hired_on);
            begins_before_ours_ends && ends_after_ours_begins && !is_first_hire
        });
        match (overlapping.next(), overlapping.next()) {
            (Some((at, _)), None) => Self::Redated(at),
            (None | Some(_), _) => Self::New,
        }
    }
}
