//! Whom records of ids that nobody knows may speak of: asked of the matcher, among everybody, whoever may find them.

use std::collections::{BTreeSet, HashMap};

use furusu_domain::departures::{Fingerprint, PersonKnown, Record, Source};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::identity::{DOUBT, Suspect, resembles};
use furusu_domain::matching::{Line, MatchField, Portrait, Roster, judge, judge_levels, levels, sketch_of_particulars};
use furusu_domain::privacy::FindClass;
use furusu_persistence::{Searched, Tx};

use crate::cx::Cx;

/// Whether the field says more than a name does: a name alone never keeps a record waiting.
fn agrees_beyond_the_name(line: &Line) -> bool {
    let is_beyond = match line.field {
        MatchField::Birth
        | MatchField::BirthTold
        | MatchField::Email
        | MatchField::Phone
        | MatchField::Address
        | MatchField::EmployeeNumber => true,
        MatchField::Family | MatchField::Given | MatchField::Bearers | MatchField::Kin | MatchField::Calibration => false,
    };
    is_beyond && line.bits > 0.0
}

/// Whom each of these records of one source may speak of, by its fingerprint; a record that resembles nobody is left out.
///
/// # Errors
/// As every statement.
pub async fn suspects(cx: &Cx, tx: &Tx, source: &Source, records: &[&Record]) -> Result<HashMap<Fingerprint, Vec<Suspect>>, Error> {
    // A source tells its own people apart, but for who comes back: where there is no other, only those can be somebody known.
    let is_alone = tx.merges().is_only_source(source.as_str()).await?;
    let asked: Vec<&&Record> = records.iter().filter(|record| !is_alone || record.stint.departure.is_none()).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let habits = tx.matching().habits().await?;
    let weights = cx.app().weighing.of(tx).await?;
    let mut portraits: Vec<Portrait> =
        asked.iter().map(|record| Portrait::of(&sketch_of_particulars(&record.particulars), &habits)).collect();
    let lexicon = tx.matching().lexicon(portraits.iter().flat_map(Portrait::unread).collect()).await?;
    let searched = tx.matching().search_many(&mut portraits, &lexicon, FindClass::Hidden).await?;
    // Of the few who are likely enough for themselves it must be known whether they can be meant at all.
    let mut likely: BTreeSet<AlumnusId> = BTreeSet::new();
    for (portrait, Searched { candidates, people, too_common: _ }) in portraits.iter().zip(&searched) {
        for (id, candidate) in candidates {
            let alone = judge_levels(&weights, &Roster { people: *people }, &[levels(portrait, candidate)]);
            if alone.candidates.first().is_some_and(|judged| judged.probability >= DOUBT) {
                likely.insert(*id);
            }
        }
    }
    if likely.is_empty() {
        return Ok(HashMap::new());
    }
    let likely: Vec<AlumnusId> = likely.into_iter().collect();
    let known: HashMap<AlumnusId, PersonKnown> = tx.departures().known(&likely).await?.into_iter().map(|known| (known.id, known)).collect();
    let mut found = HashMap::new();
    for ((record, portrait), Searched { candidates, people, too_common: _ }) in asked.iter().zip(&portraits).zip(searched) {
        let is_meant = |(id, _): &(AlumnusId, Portrait)| known.get(id).is_some_and(|known| resembles(source, record, known, cx.today()));
        let (ids, candidates): (Vec<AlumnusId>, Vec<Portrait>) = candidates.into_iter().filter(is_meant).unzip();
        let judgement = judge(&weights, &Roster { people }, portrait, &candidates);
        let suspects: Vec<Suspect> = judgement
            .candidates
            .into_iter()
            .filter(|judged| judged.lines.iter().any(agrees_beyond_the_name))
            .filter_map(|judged| {
                let id = *ids.get(judged.candidate)?;
                let is_away = known.get(&id)?.is_away(cx.today());
                Some(Suspect::new(id, is_away, judgement.prior_bits, judged))
            })
            .collect();
        if !suspects.is_empty() {
            found.insert(record.fingerprint(), suspects);
        }
    }
    Ok(found)
}
