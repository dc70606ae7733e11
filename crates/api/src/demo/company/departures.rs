//! The ways to leave, and the reasons given.

use super::employment::{DECEASED, ENDED, RETIRED};
use super::{Text, text};

/// A way to leave: what the records of it look like, and how often it is taken.
pub(in crate::demo) struct Exit {
    /// The separation type.
    pub(in crate::demo) value: &'static str,
    /// What the HR system calls it.
    pub(in crate::demo) source: Text,
    /// Employment status afterwards, with the HR system's word.
    pub(in crate::demo) status: (&'static str, Text),
    /// Parts in all final departures of members.
    pub(in crate::demo) share: u32,
    /// Parts in departures after which one may come back, and in announced ones.
    pub(in crate::demo) share_returnable: u32,
    /// Days from giving notice to the last day of work, if somebody gives notice.
    pub(in crate::demo) notice: Option<(i32, i32)>,
    /// Whether it is the end of a fixed-term contract, or of working age.
    pub(in crate::demo) term: Term,
    /// How many in a hundred may come back by the HR system's bit, and how many may not.
    pub(in crate::demo) rehire: (u64, u64),
    /// Best and worst grade that go with it, as places in [`GRADES`](super::GRADES).
    pub(in crate::demo) grades: (usize, usize),
    /// Reasons, by parts.
    pub(in crate::demo) reasons: &'static [Reason],
}

/// What set the date of a departure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::demo) enum Term {
    /// Somebody's decision or an event.
    Open,
    /// The end of a fixed-term contract.
    Contract,
    /// The age of retirement.
    Age,
}

/// One reason for leaving.
pub(in crate::demo) struct Reason {
    /// Parts among the reasons of its kind of departure.
    pub(in crate::demo) share: u32,
    /// The reason.
    pub(in crate::demo) value: &'static str,
    /// As the HR system has it.
    pub(in crate::demo) source: Text,
}

const fn reason(share: u32, value: &'static str, ja: &'static str, en: &'static str) -> Reason {
    Reason { share, value, source: text(ja, en) }
}

/// Who signs a "do not rehire", and why it is said.
pub(in crate::demo) const REHIRE_AUTHORITY: Text = text("人事部長", "HR Director");
/// The reason the HR system gives beside a "do not rehire".
pub(in crate::demo) const REHIRE_REFUSED: Text = text("退職時の人事判断による", "HR decision at exit");

#[rustfmt::skip]
static VOLUNTARY_REASONS: [Reason; 26] = [
    reason(300, "not_stated", "一身上の都合", "Personal reasons"),
    reason(110, "career_growth", "キャリアアップのため", "Career advancement"),
    reason(60, "new_field", "異業種への転職", "Career change"),
    reason(55, "pay", "給与への不満", "More money"),
    reason(40, "evaluation_or_hr_system", "評価・人事制度への不満", "Appraisal system"),
    reason(25, "promotion", "昇進の見込みがないため", "Lack of promotion"),
    reason(40, "working_hours_or_holidays", "残業・休日", "Hours"),
    reason(25, "workload", "業務量が多いため", "Workload"),
    reason(30, "relationships_manager", "上司との関係", "Relationship with manager"),
    reason(20, "relationships_colleagues", "職場の人間関係", "Relationships at work"),
    reason(25, "culture", "社風が合わない", "Company culture"),
    reason(35, "company_future", "会社の将来性への不安", "Outlook of the company"),
    reason(35, "job_content", "仕事内容のミスマッチ", "Job content"),
    reason(15, "skills_not_used", "スキルを活かせない", "Skills not used"),
    reason(25, "work_location_or_transfer", "転勤が難しいため", "Work location"),
    reason(20, "remote_work_policy", "在宅勤務の制限", "Remote work policy"),
    reason(25, "study", "進学・留学のため", "Return to school"),
    reason(25, "startup_or_self_employment", "独立・起業のため", "Starting own business"),
    reason(15, "return_to_family_business", "家業を継ぐため", "Joining family business"),
    reason(20, "marriage", "結婚のため", "Marriage"),
    reason(30, "childbirth_or_childcare", "出産・育児のため", "Family: childcare"),
    reason(30, "family_care", "家族の介護のため", "Family: caring for relatives"),
    reason(25, "spouse_transfer", "配偶者の転勤", "Spouse's relocation"),
    reason(15, "health", "体調不良のため", "Health"),
    reason(20, "relocation", "転居のため", "Relocation out of area"),
    reason(4, "harassment", "ハラスメント", "Harassment"),
];

/// The ways to leave.
#[rustfmt::skip]
pub(in crate::demo) static EXITS: [Exit; 13] = [
    Exit {
        value: "voluntary", source: text("自己都合退職", "Resignation (Voluntary)"), status: ENDED,
        share: 740, share_returnable: 840, notice: Some((14, 75)), term: Term::Open, rehire: (84, 4), grades: (0, 4),
        reasons: &VOLUNTARY_REASONS,
    },
    Exit {
        value: "employer_solicited", source: text("退職勧奨", "Resignation in lieu of separation"), status: ENDED,
        share: 22, share_returnable: 0, notice: Some((20, 60)), term: Term::Open, rehire: (30, 40), grades: (2, 4),
        reasons: &[
            reason(3, "company_circumstances", "会社都合", "Company circumstances"),
            reason(2, "performance", "業績不振のため", "Performance"),
        ],
    },
    Exit {
        value: "mutual", source: text("合意退職", "Mutual agreement"), status: ENDED,
        share: 14, share_returnable: 10, notice: Some((20, 60)), term: Term::Open, rehire: (60, 15), grades: (1, 4),
        reasons: &[
            reason(2, "not_stated", "双方合意", "By agreement"),
            reason(1, "job_content", "職務内容の変更", "Change of duties"),
        ],
    },
    Exit {
        value: "dismissal_ordinary", source: text("普通解雇", "Termination (Involuntary)"), status: ENDED,
        share: 14, share_returnable: 0, notice: Some((30, 40)), term: Term::Open, rehire: (5, 85), grades: (3, 4),
        reasons: &[
            reason(3, "performance", "能力不足", "Performance"),
            reason(1, "attendance", "勤怠不良", "Attendance"),
        ],
    },
    Exit {
        value: "dismissal_for_cause", source: text("懲戒解雇", "Termination for Cause"), status: ENDED,
        share: 9, share_returnable: 0, notice: None, term: Term::Open, rehire: (0, 100), grades: (1, 4),
        reasons: &[reason(1, "misconduct", "本人の責による重大な非違行為", "Gross misconduct")],
    },
    Exit {
        value: "redundancy", source: text("整理解雇", "Laid off"), status: ENDED,
        share: 28, share_returnable: 35, notice: Some((30, 90)), term: Term::Open, rehire: (92, 0), grades: (0, 4),
        reasons: &[
            reason(2, "company_circumstances", "事業縮小のため", "Position eliminated"),
            reason(1, "company_circumstances", "事業所閉鎖のため", "Site closure"),
        ],
    },
    Exit {
        value: "contract_end_not_renewed", source: text("契約期間満了（更新なし）", "Contract not renewed"), status: ENDED,
        share: 24, share_returnable: 15, notice: Some((30, 60)), term: Term::Contract, rehire: (55, 15), grades: (2, 4),
        reasons: &[reason(1, "contract_expiry", "契約期間満了", "End of contract")],
    },
    Exit {
        value: "contract_end_agreed", source: text("契約期間満了（本人希望）", "Contract ended as agreed"), status: ENDED,
        share: 38, share_returnable: 55, notice: Some((20, 60)), term: Term::Contract, rehire: (85, 3), grades: (0, 3),
        reasons: &[reason(1, "contract_expiry", "契約期間満了", "End of contract")],
    },
    Exit {
        value: "retirement_age", source: text("定年退職", "Retirement"), status: RETIRED,
        share: 50, share_returnable: 0, notice: None, term: Term::Age, rehire: (80, 0), grades: (0, 3),
        reasons: &[reason(1, "retirement_age", "定年", "Reached retirement age")],
    },
    Exit {
        value: "transfer_out", source: text("転籍", "Transfer to affiliate"), status: ENDED,
        share: 34, share_returnable: 45, notice: None, term: Term::Open, rehire: (90, 0), grades: (0, 3),
        reasons: &[
            reason(2, "secondment", "関連会社への転籍", "Transferred to affiliate"),
            reason(1, "secondment", "出向元への復帰", "Return from secondment"),
        ],
    },
    Exit {
        value: "medical", source: text("休職期間満了", "Medical separation"), status: ENDED,
        share: 12, share_returnable: 0, notice: None, term: Term::Open, rehire: (70, 0), grades: (0, 4),
        reasons: &[reason(1, "health", "傷病のため", "Medical")],
    },
    Exit {
        value: "death", source: text("死亡", "Death"), status: DECEASED,
        share: 7, share_returnable: 0, notice: None, term: Term::Open, rehire: (0, 0), grades: (0, 3),
        reasons: &[reason(1, "other", "死亡", "Deceased")],
    },
    Exit {
        value: "abandonment", source: text("無断欠勤による退職", "Job abandonment"), status: ENDED,
        share: 8, share_returnable: 0, notice: None, term: Term::Open, rehire: (0, 90), grades: (2, 4),
        reasons: &[reason(1, "attendance", "無断欠勤", "Never returned to work")],
    },
];
