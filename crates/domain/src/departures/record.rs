//! A departure record: what one source says of one employment period of one person.

use serde::{Deserialize, Serialize};

use super::vocabulary::{Coded, EmploymentStatus, EmploymentType, Reason, SeparationType, Standing};
use crate::alumni::Particulars;
use crate::error::{Fault, Form, Oddity, Problem};
use crate::time::{Date, Moment};

/// The HR system a record came from: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source(String);

/// What furusu calls itself as a source.
const OWN: &str = "furusu";

impl Source {
    /// A source by its name: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit.
    ///
    /// # Errors
    /// The name is not of that form.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fine = name.len() <= 64 && name.bytes().all(good) && name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if fine { Ok(Self(name.to_owned())) } else { Err(Problem::Malformed { expected: Form::Source }) }
    }

    /// A source of what furusu does not know by itself: its own name is nobody else's.
    ///
    /// # Errors
    /// The name is not of that form, or furusu's own.
    pub fn of_another(name: &str) -> Result<Self, Problem> {
        if name.eq_ignore_ascii_case(OWN) { Err(Problem::Reserved) } else { Self::parse(name) }
    }

    /// furusu itself, where it tells of what it knows.
    #[must_use]
    pub fn own() -> Self {
        Self(OWN.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one source says of one employment period of one person, checked field by field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Who, in the words of the source; names a person there for ever.
    pub external_id: String,
    /// Which of their employment periods, counted by the source.
    pub sequence: Option<i32>,
    /// Earlier ids of the same person, where the source gives a new one at rehire.
    pub previous_external_ids: Vec<String>,
    /// When the source last changed it. Not part of what the record says.
    #[serde(skip)]
    pub source_updated_at: Option<Moment>,
    /// Who they are and how they are reached.
    pub particulars: Particulars,
    /// The period.
    pub stint: Stint,
}

/// One employment period, as told: the part of a record that is kept version by version.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Stint {
    /// The employment itself.
    pub employment: Employed,
    /// How it ended, if it has, or will.
    pub departure: Option<Left>,
    /// The last rating.
    pub evaluation: Option<Evaluation>,
}

/// The facts of an employment.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Employed {
    /// First day of this period.
    pub hired_on: Date,
    /// First day of the first period, if the source says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_hired_on: Option<Date>,
    /// The legal entity of the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Where it stands.
    pub status: Coded<EmploymentStatus>,
    /// The kind of contract.
    pub employment_type: Coded<EmploymentType>,
    /// Department, at the end or now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// End of the contract's term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_end_on: Option<Date>,
    /// The last manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<Manager>,
}

/// A manager, as the source names them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manager {
    /// Their id in the source.
    pub external_id: Option<String>,
    /// Their name in the source.
    pub name: Option<String>,
}

/// How an employment ended, as told.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Left {
    /// The last day employed (退職日).
    pub ended_on: Date,
    /// The last day at work (最終出社日).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_worked_on: Option<Date>,
    /// The last day that was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_through_on: Option<Date>,
    /// The day notice was given (退職申出日).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified_on: Option<Date>,
    /// Who ended it, and how.
    pub separation_type: Coded<SeparationType>,
    /// Why.
    pub reason: Coded<Reason>,
    /// Why else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reason_secondary: Vec<Coded<Reason>>,
    /// Whether the employer regrets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regrettable: Option<bool>,
    /// How they left (立つ鳥跡を濁さず).
    pub exit: Exit,
    /// What the source says of their return.
    pub rehire: Rehire,
}

/// How somebody left.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Exit {
    /// The period of notice was kept.
    pub notice_kept: Option<bool>,
    /// The work was handed over.
    pub handover_done: Option<bool>,
    /// There was an exit interview.
    pub interview_held: Option<bool>,
}

/// What a source says of a return. Its bit decides nothing: see [`Rehire::heard`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rehire {
    /// The standing that follows from it, until a rule or a person decides.
    pub standing: Coded<Standing>,
    /// Why, in the source's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Who said so, in the source's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorised_by: Option<String>,
}

impl Rehire {
    /// What a source's word is worth. A "no" needs review, since restricting takes a basis, an authoriser and a review
    /// date, which no record carries; a "yes" leaves it undetermined until a rule or a person decides. Odd is what was
    /// said and not taken at its word.
    #[must_use]
    pub fn heard(said: Coded<Standing>) -> (Coded<Standing>, Option<Oddity>) {
        let (value, odd) = match said.value {
            Some(Standing::Restricted) => (Some(Standing::ReviewRequired), Some(Oddity::RestrictedWithoutBasis)),
            Some(Standing::Eligible) => (Some(Standing::Undetermined), Some(Oddity::EligibleUndecided)),
            Some(Standing::Lapsed | Standing::Undetermined) => (Some(Standing::Undetermined), None),
            Some(Standing::ReviewRequired) => (Some(Standing::ReviewRequired), None),
            None => (said.source_value.as_deref().map(Self::of_bit), None),
        };
        (Coded { value, source_value: said.source_value }, odd)
    }

    fn of_bit(raw: &str) -> Standing {
        let no = ["false", "no", "n", "0", "f", "ineligible", "not eligible", "do not rehire", "upon review", "不可", "否"];
        let raw = raw.trim().to_lowercase();
        if no.contains(&raw.as_str()) { Standing::ReviewRequired } else { Standing::Undetermined }
    }
}

/// A rating.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// The day it was given, or speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// The rating, on `scale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// What the ends of the scale mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// The rating in the source's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_value: Option<String>,
}

impl Default for Date {
    /// 2000-01-01: only for what is filled in at once.
    fn default() -> Self {
        Self::from_civil(jiff::civil::date(2000, 1, 1))
    }
}

impl Record {
    /// What the fields say together: what cannot be, and what is odd and kept. `now` and `today` are the
    /// organization's.
    #[must_use]
    pub fn review(&self, now: Moment, today: Date) -> Vec<Fault> {
        let mut found = Vec::new();
        let mut say = |pointer: &str, problem| found.push(Fault::new(pointer, problem));
        let odd = |what| Problem::Odd { what };
        let Stint { employment, departure, evaluation } = &self.stint;
        let hired_on = employment.hired_on;
        // A clock that is a little ahead is forgiven; a year too many would make every later record stale.
        if self.source_updated_at.is_some_and(|at| at > now.plus_seconds(86_400)) {
            say("/source_updated_at", Problem::InTheFuture);
        }
        if let Some(birth_on) = self.particulars.birth_on {
            if birth_on > today {
                say("/birth_on", Problem::InTheFuture);
            } else if hired_on <= birth_on {
                say("/employment/hired_on", Problem::Before { other: "/birth_on" });
            } else if hired_on.years_since(birth_on) < 14 {
                say("/employment/hired_on", odd(Oddity::AgeAtHire));
            }
        }
        if employment.original_hired_on.is_some_and(|first| first > hired_on) {
            say("/employment/original_hired_on", odd(Oddity::OriginalHireLater));
        }
        let far = |date: Date| date.days_since(today) > 731;
        if far(hired_on) {
            say("/employment/hired_on", odd(Oddity::FarAhead));
        }
        let over = employment.status.value.is_some_and(EmploymentStatus::is_over);
        let Some(left) = departure else {
            if over {
                say("/departure", Problem::Required);
            }
            return found;
        };
        if left.ended_on < hired_on {
            say("/departure/employment_ended_on", Problem::Before { other: "/employment/hired_on" });
        } else if left.ended_on.years_since(hired_on) > 60 {
            say("/departure/employment_ended_on", odd(Oddity::Tenure));
        }
        if far(left.ended_on) {
            say("/departure/employment_ended_on", odd(Oddity::FarAhead));
        }
        for (pointer, date) in [("/departure/last_worked_on", left.last_worked_on), ("/departure/notified_on", left.notified_on)] {
            if date.is_some_and(|date| date > left.ended_on) {
                say(pointer, odd(Oddity::AfterTheEnd));
            }
        }
        if evaluation.as_ref().and_then(|e| e.as_of).is_some_and(|date| date > left.ended_on) {
            say("/evaluation/as_of", odd(Oddity::AfterTheEnd));
        }
        if employment.status.value.is_some() && !over && left.ended_on < today {
            say("/employment/status", odd(Oddity::StatusContradictsDates));
        }
        found
    }

    /// A fingerprint of everything the record says, to know it again without comparing. The time the source gives is
    /// not part of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        // Written first and hashed as a whole: the hash is slow with the small pieces that come of writing.
        let mut said = Vec::with_capacity(1_024);
        // Writing into memory cannot fail, and no member of a record refuses to be written.
        let _ = serde_json::to_writer(&mut said, self);
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(&said).as_bytes()[..16]);
        Fingerprint(short)
    }
}

/// 128 bits of a BLAKE3 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fingerprint(pub [u8; 16]);
