//! Whom records of ids that nobody knows may speak of.
//!
//! This is the seam to the matcher: who is looked at, and how likely they are, is decided here and nowhere else. For now
//! it is whoever has the same e-mail address, or the same name and birth date.

use std::collections::{BTreeSet, HashMap};

use furusu_domain::alumni::Particulars;
use furusu_domain::departures::{Fingerprint, PersonKnown, Record, Source};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::identity::{Suspect, provisional, resembles};
use furusu_persistence::Tx;

use crate::cx::Cx;

/// Whom each of these records of one source may speak of, by its fingerprint; a record that resembles nobody is left out.
///
/// # Errors
/// As every statement.
pub async fn suspects(cx: &Cx, tx: &Tx, source: &Source, records: &[&Record]) -> Result<HashMap<Fingerprint, Vec<Suspect>>, Error> {
    let today = cx.today();
    let (still_here, gone): (Vec<&&Record>, Vec<&&Record>) = records.iter().partition(|record| record.stint.departure.is_none());
    let mut people: BTreeSet<AlumnusId> = BTreeSet::new();
    // Only who is here may have come back under another id of the same source: see `resembles`.
    for (records, but_not_of) in [(still_here, None), (gone, Some(source.as_str()))] {
        let keys: BTreeSet<String> = records.iter().flat_map(|record| keys(&record.particulars)).collect();
        if !keys.is_empty() {
            let keys: Vec<String> = keys.into_iter().collect();
            people.extend(tx.merges().found_by(&keys, but_not_of).await?);
        }
    }
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let people: Vec<AlumnusId> = people.into_iter().collect();
    let known = tx.departures().known(&people).await?;
    let mut by_key: HashMap<String, Vec<&PersonKnown>> = HashMap::new();
    for person in &known {
        let keys: BTreeSet<String> = person.told.iter().flat_map(|told| keys(&told.particulars)).collect();
        for key in keys {
            by_key.entry(key).or_default().push(person);
        }
    }
    let mut found = HashMap::new();
    for record in records {
        let mut seen = BTreeSet::new();
        let alike = keys(&record.particulars).into_iter().filter_map(|key| by_key.get(&key)).flatten();
        let alike = alike.filter(|person| seen.insert(person.id) && resembles(source, record, person, today));
        let suspects: Vec<Suspect> = alike.filter_map(|person| provisional(&record.particulars, person)).collect();
        if !suspects.is_empty() {
            found.insert(record.fingerprint(), suspects);
        }
    }
    Ok(found)
}

/// What finds people who may be the same: addresses, and names if there is a birth date to compare.
fn keys(told: &Particulars) -> BTreeSet<String> {
    let emails = told.emails.iter().flatten().map(|email| email.as_str().to_owned());
    let names = told.names.iter().filter(|_| told.birth_on.is_some()).flat_map(furusu_domain::alumni::PersonName::exact_keys);
    emails.chain(names).collect()
}
