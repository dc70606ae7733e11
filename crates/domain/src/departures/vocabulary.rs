//! The words of a departure record. Sources and crosswalks: SmartHR, Workday, SAP SuccessFactors, Merge, Finch and
//! others call these many things; furusu keeps what they said beside the word it took it for.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// Where an employment stands, as the source has it.
    pub enum EmploymentStatus {
        /// Hired, not begun.
        Pending = "pending",
        /// At work.
        Active = "active",
        /// On leave, and still employed.
        OnLeave = "on_leave",
        /// Left (退職).
        Ended = "ended",
        /// Left into retirement (定年).
        Retired = "retired",
        /// Died. Contact stops at once.
        Deceased = "deceased",
    }
}

impl EmploymentStatus {
    /// Whether the word says that the employment is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::OnLeave => false,
            Self::Ended | Self::Retired | Self::Deceased => true,
        }
    }
}

words! {
    /// The kind of contract.
    pub enum EmploymentType {
        /// Full time, without term (正社員).
        FullTime = "full_time",
        /// Part time (パート・アルバイト).
        PartTime = "part_time",
        /// For a term (契約社員).
        Contract = "contract",
        /// Temporary.
        Temporary = "temporary",
        /// Through an agency (派遣).
        Dispatched = "dispatched",
        /// Intern.
        Intern = "intern",
        /// Freelance (業務委託).
        Freelance = "freelance",
        /// Contractor of another firm.
        Contractor = "contractor",
        /// Member of the board (役員).
        Executive = "executive",
        /// On secondment from another firm (出向受入).
        Secondee = "secondee",
        /// Seasonal.
        Seasonal = "seasonal",
        /// Employed again after retirement age (嘱託).
        ReEmployed = "re_employed",
    }
}

words! {
    /// Who ended the employment, and how.
    pub enum SeparationType {
        /// The leaver gave notice.
        Voluntary = "voluntary",
        /// The leaver gave notice because the employer asked for it (退職勧奨).
        EmployerSolicited = "employer_solicited",
        /// Both agreed.
        Mutual = "mutual",
        /// The employer gave notice (普通解雇).
        DismissalOrdinary = "dismissal_ordinary",
        /// The employer dismissed for cause (重責).
        DismissalForCause = "dismissal_for_cause",
        /// The job went (整理解雇).
        Redundancy = "redundancy",
        /// Nobody could prevent it, as after a disaster.
        ForceMajeure = "force_majeure",
        /// The contract ran out although the leaver wanted to go on (雇止め).
        ContractEndNotRenewed = "contract_end_not_renewed",
        /// The contract ran out, as agreed.
        ContractEndAgreed = "contract_end_agreed",
        /// Retirement age (定年).
        RetirementAge = "retirement_age",
        /// Moved to another employer of the group (転籍).
        TransferOut = "transfer_out",
        /// For medical reasons.
        Medical = "medical",
        /// Died.
        Death = "death",
        /// Stayed away.
        Abandonment = "abandonment",
        /// The source does not say.
        Unknown = "unknown",
    }
}

words! {
    /// Why they left, as the source has it.
    pub enum Reason {
        /// A step forward.
        CareerGrowth = "career_growth",
        /// Another line of work.
        NewField = "new_field",
        /// Study.
        Study = "study",
        /// A firm of their own.
        StartupOrSelfEmployment = "startup_or_self_employment",
        /// The family's firm.
        ReturnToFamilyBusiness = "return_to_family_business",
        /// Pay.
        Pay = "pay",
        /// How people are evaluated.
        EvaluationOrHrSystem = "evaluation_or_hr_system",
        /// Promotion.
        Promotion = "promotion",
        /// Hours or holidays.
        WorkingHoursOrHolidays = "working_hours_or_holidays",
        /// Workload.
        Workload = "workload",
        /// The manager.
        RelationshipsManager = "relationships_manager",
        /// The colleagues.
        RelationshipsColleagues = "relationships_colleagues",
        /// The culture.
        Culture = "culture",
        /// Harassment. Restricted.
        Harassment = "harassment",
        /// The firm's future.
        CompanyFuture = "company_future",
        /// The work itself.
        JobContent = "job_content",
        /// Skills that were not used.
        SkillsNotUsed = "skills_not_used",
        /// Where the work is, or a transfer.
        WorkLocationOrTransfer = "work_location_or_transfer",
        /// The rules on remote work.
        RemoteWorkPolicy = "remote_work_policy",
        /// Marriage.
        Marriage = "marriage",
        /// Childbirth or childcare.
        ChildbirthOrChildcare = "childbirth_or_childcare",
        /// Care for family.
        FamilyCare = "family_care",
        /// A spouse's transfer.
        SpouseTransfer = "spouse_transfer",
        /// Health. Restricted.
        Health = "health",
        /// Moving house.
        Relocation = "relocation",
        /// Performance.
        Performance = "performance",
        /// Attendance.
        Attendance = "attendance",
        /// Military service.
        MilitaryService = "military_service",
        /// The firm's circumstances.
        CompanyCircumstances = "company_circumstances",
        /// The contract ran out.
        ContractExpiry = "contract_expiry",
        /// Retirement age.
        RetirementAge = "retirement_age",
        /// Secondment, or the return from it.
        Secondment = "secondment",
        /// Misconduct. Restricted.
        Misconduct = "misconduct",
        /// Not stated (一身上の都合). Nothing is inferred from it.
        NotStated = "not_stated",
        /// Something else; the source's own text says what.
        Other = "other",
        /// Restricted, and the reader lacks the scope to see it. Never recorded.
        Withheld = "withheld",
    }
}

impl Reason {
    /// Whether the reason reads as withheld, and cannot be filtered on, without `evaluations:read`.
    #[must_use]
    pub const fn is_restricted(self) -> bool {
        matches!(self, Self::Harassment | Self::Health | Self::Misconduct)
    }
}

words! {
    /// What a name is.
    pub enum NameKind {
        /// The legal name.
        Legal = "legal",
        /// An earlier legal name (旧姓).
        FormerLegal = "former_legal",
        /// The name used at work (ビジネスネーム).
        Business = "business",
        /// In Latin script.
        Romanised = "romanised",
        /// What they wish to be called.
        Preferred = "preferred",
    }
}

words! {
    /// The governed answer to "may they come back".
    pub enum Standing {
        /// A rule or a person decided that they may.
        Eligible = "eligible",
        /// A person must look at it.
        ReviewRequired = "review_required",
        /// Not, for a named reason, by a named person, until a named day.
        Restricted = "restricted",
        /// Nobody has decided.
        Undetermined = "undetermined",
        /// A restriction whose day has passed.
        Lapsed = "lapsed",
    }
}

words! {
    /// What became of a record that came in.
    pub enum Outcome {
        /// A period that was not known.
        Created = "created",
        /// A known period, told anew; the old version is kept.
        Updated = "updated",
        /// The same again: nothing was written.
        Unchanged = "unchanged",
        /// Older than what is known: nothing was written.
        Stale = "stale",
        /// May be somebody known from another source: a person decides.
        Held = "held",
        /// Refused, with the reasons.
        Rejected = "rejected",
    }
}

words! {
    /// Where a departure stands, seen from a day.
    pub enum DepartureStatus {
        /// Known, and not in effect yet.
        Announced = "announced",
        /// In effect since the day after the last day employed.
        Effective = "effective",
        /// Taken back: the period goes on.
        Rescinded = "rescinded",
    }
}

words! {
    /// Where a person stands, seen from a day.
    pub enum AlumnusStatus {
        /// Has never left, as far as anybody knows: no alumnus.
        Employed = "employed",
        /// Left, and has not come back.
        Away = "away",
        /// Left, and came back since.
        Returned = "returned",
    }
}

/// A word of furusu beside the code the source used for it. Either may be missing; the raw code is never lost.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Coded<T> {
    /// The word of furusu, if anybody said which it is.
    pub value: Option<T>,
    /// The source's own code or text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_value: Option<String>,
}

impl<T> Default for Coded<T> {
    fn default() -> Self {
        Self { value: None, source_value: None }
    }
}

impl<T> Coded<T> {
    /// Whether neither is there.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.value.is_none() && self.source_value.is_none()
    }
}
