//! The members of a departure record, and the words of its coded ones.

use Shape::{Coded, CodedList, Date, Instant, Rating, Text, Texts, Truth, Whole};

/// Every member a profile can fill, by its JSON pointer.
static MEMBERS: [Member; 38] = [
    open("/external_id", Text),
    open("/sequence", Whole),
    open("/previous_external_ids", Texts),
    open("/employee_number", Text),
    open("/source_updated_at", Instant),
    open("/entity", Text),
    personal("/birth_on", Date),
    personal("/emails", Texts),
    personal("/phones", Texts),
    personal("/postal_code", Text),
    personal("/address", Text),
    open("/employment/hired_on", Date),
    open("/employment/original_hired_on", Date),
    open("/employment/status", Coded),
    open("/employment/employment_type", Coded),
    open("/employment/department", Text),
    open("/employment/job_title", Text),
    open("/employment/location", Text),
    open("/employment/contract_end_on", Date),
    open("/employment/manager/external_id", Text),
    personal("/employment/manager/name", Text),
    open("/departure/employment_ended_on", Date),
    open("/departure/last_worked_on", Date),
    open("/departure/paid_through_on", Date),
    open("/departure/notified_on", Date),
    open("/departure/separation_type", Coded),
    open("/departure/reason", Coded),
    open("/departure/reason_secondary", CodedList),
    open("/departure/regrettable", Truth),
    open("/departure/exit/notice_kept", Truth),
    open("/departure/exit/handover_done", Truth),
    open("/departure/exit/interview_held", Truth),
    open("/departure/rehire", Coded),
    open("/departure/rehire/reason", Text),
    open("/departure/rehire/authorised_by", Text),
    personal("/evaluation/as_of", Date),
    personal("/evaluation/rating", Rating),
    personal("/evaluation/scale", Text),
];

/// The words of each coded member; `reason_secondary` shares those of `reason`.
#[rustfmt::skip] // a table, to be read as one
const WORDS: [(&str, &[&str]); 6] = [
    ("/names/kind", &["legal", "former_legal", "business", "romanised", "preferred"]),
    ("/employment/status", &["pending", "active", "on_leave", "ended", "retired", "deceased"]),
    (
        "/employment/employment_type",
        &[
            "full_time", "part_time", "contract", "temporary", "dispatched", "intern", "freelance", "contractor",
            "executive", "secondee", "seasonal", "re_employed",
        ],
    ),
    (
        "/departure/separation_type",
        &[
            "voluntary", "employer_solicited", "mutual", "dismissal_ordinary", "dismissal_for_cause", "redundancy",
            "force_majeure", "contract_end_not_renewed", "contract_end_agreed", "retirement_age", "transfer_out",
            "medical", "death", "abandonment", "unknown",
        ],
    ),
    (
        "/departure/reason",
        &[
            "career_growth", "new_field", "study", "startup_or_self_employment", "return_to_family_business", "pay",
            "evaluation_or_hr_system", "promotion", "working_hours_or_holidays", "workload", "relationships_manager",
            "relationships_colleagues", "culture", "harassment", "company_future", "job_content", "skills_not_used",
            "work_location_or_transfer", "remote_work_policy", "marriage", "childbirth_or_childcare", "family_care",
            "spouse_transfer", "health", "relocation", "performance", "attendance", "military_service",
            "company_circumstances", "contract_expiry", "retirement_age", "secondment", "misconduct", "not_stated",
            "other",
        ],
    ),
    ("/departure/rehire", &["eligible", "review_required", "restricted", "undetermined", "lapsed"]),
];

/// One member of the record.
#[derive(Debug)]
pub(super) struct Member {
    /// Its RFC 6901 pointer.
    pub(super) pointer: &'static str,
    /// What a value of it looks like.
    pub(super) shape: Shape,
    /// Whether its text may not be repeated in a fault.
    pub(super) personal: bool,
}

/// What a value looks like in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// A calendar date.
    Date,
    /// An RFC 3339 instant.
    Instant,
    /// A number that counts, from 0.
    Whole,
    /// True or false.
    Truth,
    /// `{value, source_value}`.
    Coded,
    /// A list of `{value, source_value}`.
    CodedList,
    /// A number from 0 to 1, with a `source_value` beside it.
    Rating,
}

impl Shape {
    /// Whether several columns add up, rather than the first filled one winning.
    pub(super) const fn is_list(self) -> bool {
        matches!(self, Texts | CodedList)
    }

    /// Whether the raw text stays in the record beside the value.
    pub(super) const fn keeps_raw(self) -> bool {
        matches!(self, Text | Texts | Coded | CodedList | Rating)
    }
}

const fn open(pointer: &'static str, shape: Shape) -> Member {
    Member { pointer, shape, personal: false }
}

const fn personal(pointer: &'static str, shape: Shape) -> Member {
    Member { pointer, shape, personal: true }
}

/// The member at a pointer.
pub(super) fn find(pointer: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.pointer == pointer)
}

/// The members below a pointer, for telling what could have been meant.
pub(super) fn below(pointer: &str) -> Vec<&'static str> {
    MEMBERS.iter().map(|member| member.pointer).filter(|known| is_below(known, pointer)).collect()
}

/// Whether `pointer` is inside what `ancestor` points to.
pub(super) fn is_below(pointer: &str, ancestor: &str) -> bool {
    pointer.strip_prefix(ancestor).is_some_and(|rest| rest.starts_with('/'))
}

/// Checks a word of a coded member (or of `/names/kind`).
///
/// # Errors
/// The words that the member does have.
pub(super) fn accepts(pointer: &str, word: &str) -> Result<(), Vec<&'static str>> {
    let pointer = if pointer == "/departure/reason_secondary" { "/departure/reason" } else { pointer };
    let words = WORDS.iter().find(|(coded, _)| *coded == pointer).map_or(&[][..], |(_, words)| words);
    if words.contains(&word) { Ok(()) } else { Err(words.to_vec()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coded_member_has_words() {
        for member in MEMBERS.iter().filter(|member| matches!(member.shape, Coded | CodedList)) {
            assert!(!accepts(member.pointer, "").unwrap_err().is_empty(), "{}", member.pointer);
        }
    }

    #[test]
    fn a_longer_name_is_not_below_a_shorter_one() {
        assert!(is_below("/departure/rehire/reason", "/departure/rehire"));
        assert!(!is_below("/departure/reason_secondary", "/departure/reason"));
    }
}
