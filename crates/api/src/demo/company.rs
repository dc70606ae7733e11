//! The demonstration's company group: who sits where, under whom, and how people come to leave it.
//!
//! The group is made of blocks of 500 places with the same shape, so that one person or a million
//! have the same mix, and anybody's superiors are found by arithmetic and have lower numbers.

/// A text of the HR system, in the language of the entity that keeps the record.
#[derive(Clone, Copy)]
pub(super) struct Text {
    ja: &'static str,
    en: &'static str,
}

const fn text(ja: &'static str, en: &'static str) -> Text {
    Text { ja, en }
}

impl Text {
    /// The text as the entity at this site writes it.
    pub(super) const fn at(self, site: Site) -> &'static str {
        match site {
            Site::Japan => self.ja,
            Site::Germany | Site::UnitedStates => self.en,
        }
    }
}

/// Where a legal entity of the group is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Site {
    /// The parent company.
    Japan,
    /// The European subsidiary.
    Germany,
    /// The American subsidiary.
    UnitedStates,
}

impl Site {
    /// The legal entity's name.
    pub(super) const fn entity(self) -> &'static str {
        match self {
            Self::Japan => "柳空システムズ株式会社",
            Self::Germany => "Yanagizora Europe GmbH",
            Self::UnitedStates => "Yanagizora America, Inc.",
        }
    }
}

/// A place of work, and where those who work there live: postal code and place.
pub(super) struct Office {
    /// The legal entity's country.
    pub(super) site: Site,
    /// What the HR system calls the office.
    pub(super) name: &'static str,
    /// Postal code and place; the rest of an address is invented.
    pub(super) homes: &'static [(&'static str, &'static str)],
}

/// A department with its ladder of titles and the offices of its sections.
pub(super) struct Department {
    /// The department's name.
    pub(super) name: Text,
    /// Titles of the head, a section's manager, and senior, experienced and junior staff.
    pub(super) titles: [Text; 5],
    /// One office per section.
    sections: &'static [&'static Office],
}

/// How high a place is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rank {
    /// The president, or an executive officer over a block.
    Chief,
    /// Head of a department.
    Head,
    /// Manager of a section.
    Manager,
    /// Everybody else.
    Member,
}

/// One place in the organisation.
#[derive(Clone, Copy)]
pub(super) struct Post {
    /// How high.
    pub(super) rank: Rank,
    /// In which department; executives are in none.
    pub(super) department: Option<&'static Department>,
    /// Where.
    pub(super) office: &'static Office,
    /// Whose record is consulted for a manager, best first; whoever was there at the time is taken.
    pub(super) superiors: [Option<u64>; 4],
}

/// Title of the president and of the executive officers over further blocks.
pub(super) const CHIEF_TITLES: [Text; 2] = [text("代表取締役社長", "President"), text("執行役員", "Executive Officer")];

/// Places in a block: one chief, the heads, the managers of sections, then their members in turn.
const BLOCK: u64 = 500;
const HEADS: u64 = DEPARTMENTS.len() as u64;
const SECTIONS: u64 = {
    let (mut count, mut at) = (0, 0);
    while at < DEPARTMENTS.len() {
        count += DEPARTMENTS[at].sections.len() as u64;
        at += 1;
    }
    count
};

impl Post {
    /// The place of person `n`.
    pub(super) fn of(n: u64) -> Self {
        let (place, chief) = (n % BLOCK, n - n % BLOCK);
        let first_manager = chief + 1 + HEADS;
        match place {
            0 => Self { rank: Rank::Chief, department: None, office: &TOKYO, superiors: [(n > 0).then_some(0), None, None, None] },
            1..=HEADS => Self {
                rank: Rank::Head,
                department: Some(&DEPARTMENTS[(place - 1) as usize]),
                office: &TOKYO,
                superiors: [Some(chief), None, None, None],
            },
            _ => {
                let seat = place - 1 - HEADS;
                let section = Section::numbered(seat % SECTIONS);
                let head = Some(chief + 1 + section.department);
                let [own, other] = [section.number, section.neighbour].map(|at| first_manager + at);
                let (rank, superiors) = if seat < SECTIONS {
                    (Rank::Manager, [head, Some(chief), None, None])
                } else {
                    (Rank::Member, [Some(own), Some(other), head, Some(chief)])
                };
                let department = &DEPARTMENTS[section.department as usize];
                Self { rank, department: Some(department), office: section.office, superiors }
            }
        }
    }
}

struct Section {
    number: u64,
    department: u64,
    office: &'static Office,
    /// Another section of the same department, whose manager can stand in.
    neighbour: u64,
}

impl Section {
    fn numbered(number: u64) -> Self {
        let (mut department, mut first) = (0, 0);
        while number - first >= DEPARTMENTS[department].sections.len() as u64 {
            first += DEPARTMENTS[department].sections.len() as u64;
            department += 1;
        }
        let sections = DEPARTMENTS[department].sections;
        let at = number - first;
        Self { number, department: department as u64, office: sections[at as usize], neighbour: first + (at + 1) % sections.len() as u64 }
    }
}

#[rustfmt::skip]
static TOKYO: Office = Office { site: Site::Japan, name: "東京本社", homes: &[
    ("150-0001", "東京都渋谷区神宮前"), ("153-0051", "東京都目黒区上目黒"), ("154-0004", "東京都世田谷区太子堂"),
    ("166-0003", "東京都杉並区高円寺南"), ("180-0004", "東京都武蔵野市吉祥寺本町"), ("171-0014", "東京都豊島区池袋"),
    ("112-0002", "東京都文京区小石川"), ("135-0061", "東京都江東区豊洲"), ("211-0063", "神奈川県川崎市中原区小杉町"),
    ("222-0033", "神奈川県横浜市港北区新横浜"), ("330-0854", "埼玉県さいたま市大宮区桜木町"), ("272-0021", "千葉県市川市八幡"),
] };

#[rustfmt::skip]
static OSAKA: Office = Office { site: Site::Japan, name: "大阪支社", homes: &[
    ("530-0041", "大阪府大阪市北区天神橋"), ("550-0015", "大阪府大阪市西区南堀江"), ("564-0051", "大阪府吹田市豊津町"),
    ("662-0832", "兵庫県西宮市甲風園"), ("658-0072", "兵庫県神戸市東灘区岡本"),
] };

#[rustfmt::skip]
static NAGOYA: Office = Office { site: Site::Japan, name: "名古屋工場", homes: &[
    ("460-0008", "愛知県名古屋市中区栄"), ("464-0075", "愛知県名古屋市千種区内山"), ("466-0815", "愛知県名古屋市昭和区山手通"),
] };

#[rustfmt::skip]
static FUKUOKA: Office = Office { site: Site::Japan, name: "福岡開発センター", homes: &[
    ("810-0041", "福岡県福岡市中央区大名"), ("812-0011", "福岡県福岡市博多区博多駅前"), ("814-0001", "福岡県福岡市早良区百道浜"),
] };

#[rustfmt::skip]
static HAMBURG: Office = Office { site: Site::Germany, name: "Hamburg", homes: &[
    ("20095", "Hamburg"), ("20357", "Hamburg"), ("22765", "Hamburg"), ("22303", "Hamburg"), ("21073", "Hamburg"),
] };

#[rustfmt::skip]
static BOSTON: Office = Office { site: Site::UnitedStates, name: "Boston", homes: &[
    ("02139", "Cambridge, MA"), ("02144", "Somerville, MA"), ("02446", "Brookline, MA"), ("02130", "Boston, MA"),
    ("02155", "Medford, MA"),
] };

/// Street names for addresses outside Japan, by site; none stands for a known house.
pub(super) const fn streets(site: Site) -> &'static [&'static str] {
    match site {
        Site::Japan => &[],
        Site::Germany => &["Weidenweg", "Am Alten Hafen", "Schwalbengasse", "Lindenstraße", "Möwenstieg"],
        Site::UnitedStates => &["Willow St", "Harbor View Rd", "Swallow Ln", "Maple Ave", "Mill Pond Dr"],
    }
}

#[rustfmt::skip]
static DEPARTMENTS: [Department; 8] = [
    Department {
        name: text("開発本部", "Engineering"),
        titles: [
            text("開発本部長", "VP Engineering"), text("開発マネージャー", "Engineering Manager"),
            text("シニアエンジニア", "Senior Software Engineer"), text("エンジニア", "Software Engineer"),
            text("ジュニアエンジニア", "Junior Software Engineer"),
        ],
        sections: &[
            &TOKYO, &TOKYO, &TOKYO, &TOKYO, &OSAKA, &NAGOYA, &FUKUOKA, &FUKUOKA, &FUKUOKA, &HAMBURG, &BOSTON, &BOSTON,
        ],
    },
    Department {
        name: text("営業本部", "Sales"),
        titles: [
            text("営業本部長", "VP Sales"), text("営業課長", "Sales Manager"), text("営業主任", "Senior Account Executive"),
            text("営業担当", "Account Executive"), text("営業アシスタント", "Sales Associate"),
        ],
        sections: &[&TOKYO, &TOKYO, &TOKYO, &TOKYO, &OSAKA, &OSAKA, &NAGOYA, &FUKUOKA, &HAMBURG, &BOSTON],
    },
    Department {
        name: text("カスタマーサポート部", "Customer Support"),
        titles: [
            text("カスタマーサポート部長", "Director of Support"), text("サポート課長", "Support Manager"),
            text("サポートリーダー", "Senior Support Engineer"), text("サポートエンジニア", "Support Engineer"),
            text("サポートスタッフ", "Support Representative"),
        ],
        sections: &[&TOKYO, &TOKYO, &OSAKA, &FUKUOKA, &FUKUOKA, &HAMBURG, &BOSTON],
    },
    Department {
        name: text("生産技術部", "Manufacturing Engineering"),
        titles: [
            text("生産技術部長", "Director of Manufacturing"), text("製造課長", "Production Manager"),
            text("製造主任", "Senior Process Engineer"), text("生産技術担当", "Process Engineer"),
            text("製造スタッフ", "Production Technician"),
        ],
        sections: &[&NAGOYA, &NAGOYA, &NAGOYA, &NAGOYA, &OSAKA, &OSAKA],
    },
    Department {
        name: text("マーケティング部", "Marketing"),
        titles: [
            text("マーケティング部長", "Director of Marketing"), text("マーケティング課長", "Marketing Manager"),
            text("マーケティング主任", "Senior Marketing Specialist"), text("マーケティング担当", "Marketing Specialist"),
            text("マーケティングアシスタント", "Marketing Coordinator"),
        ],
        sections: &[&TOKYO, &TOKYO, &TOKYO, &HAMBURG],
    },
    Department {
        name: text("経理財務部", "Finance"),
        titles: [
            text("経理財務部長", "Finance Director"), text("経理課長", "Accounting Manager"), text("経理主任", "Senior Accountant"),
            text("経理担当", "Accountant"), text("経理アシスタント", "Accounting Assistant"),
        ],
        sections: &[&TOKYO, &TOKYO, &BOSTON],
    },
    Department {
        name: text("人事部", "Human Resources"),
        titles: [
            text("人事部長", "HR Director"), text("人事課長", "HR Manager"), text("人事主任", "Senior HR Business Partner"),
            text("人事担当", "HR Business Partner"), text("人事アシスタント", "HR Assistant"),
        ],
        sections: &[&TOKYO, &OSAKA],
    },
    Department {
        name: text("情報システム部", "Information Systems"),
        titles: [
            text("情報システム部長", "IT Director"), text("情報システム課長", "IT Manager"),
            text("システム管理主任", "Senior Systems Administrator"), text("システム管理者", "Systems Administrator"),
            text("ITサポート", "IT Support Technician"),
        ],
        sections: &[&TOKYO, &FUKUOKA],
    },
];

/// A way to leave: what the records of it look like, and how often it is taken.
pub(super) struct Exit {
    /// The separation type.
    pub(super) value: &'static str,
    /// What the HR system calls it.
    pub(super) source: Text,
    /// Employment status afterwards, with the HR system's word.
    pub(super) status: (&'static str, Text),
    /// Parts in all final departures of members.
    pub(super) share: u32,
    /// Parts in departures after which one may come back, and in announced ones.
    pub(super) share_returnable: u32,
    /// Days from giving notice to the last day of work, if somebody gives notice.
    pub(super) notice: Option<(i32, i32)>,
    /// Whether it is the end of a fixed-term contract, or of working age.
    pub(super) term: Term,
    /// How many in a hundred may come back by the HR system's bit, and how many may not.
    pub(super) rehire: (u64, u64),
    /// Best and worst grade that go with it, as places in [`GRADES`].
    pub(super) grades: (usize, usize),
    /// Reasons, by parts.
    pub(super) reasons: &'static [Reason],
}

/// What set the date of a departure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Term {
    /// Somebody's decision or an event.
    Open,
    /// The end of a fixed-term contract.
    Contract,
    /// The age of retirement.
    Age,
}

/// One reason for leaving.
pub(super) struct Reason {
    /// Parts among the reasons of its kind of departure.
    pub(super) share: u32,
    /// The reason.
    pub(super) value: &'static str,
    /// As the HR system has it.
    pub(super) source: Text,
}

const fn reason(share: u32, value: &'static str, ja: &'static str, en: &'static str) -> Reason {
    Reason { share, value, source: text(ja, en) }
}

/// Grades of the yearly evaluation: in Japan, elsewhere, rating, and parts.
#[rustfmt::skip]
pub(super) const GRADES: [(Text, f64, u32); 5] = [
    (text("S", "Outstanding"), 1.0, 6),
    (text("A", "Exceeds Expectations"), 0.75, 24),
    (text("B", "Fully Meets Expectations"), 0.5, 48),
    (text("C", "Needs Improvement"), 0.25, 17),
    (text("D", "Unsatisfactory"), 0.0, 5),
];

/// Employment statuses of those who have not left, with the HR system's words.
pub(super) const ACTIVE: (&str, Text) = ("active", text("在籍", "Active"));
/// On leave: still employed, away for a while.
pub(super) const ON_LEAVE: (&str, Text) = ("on_leave", text("休職中", "On Leave"));
/// Hired, not yet there.
pub(super) const PENDING: (&str, Text) = ("pending", text("入社予定", "Pending Hire"));
const ENDED: (&str, Text) = ("ended", text("退職", "Terminated"));
const RETIRED: (&str, Text) = ("retired", text("定年退職", "Retired"));
const DECEASED: (&str, Text) = ("deceased", text("死亡退職", "Deceased"));

/// Regular staff.
pub(super) const REGULAR: (&str, Text) = ("full_time", text("正社員", "Regular Full-Time"));
/// Staff with a fixed-term contract.
pub(super) const FIXED_TERM: (&str, Text) = ("full_time", text("契約社員", "Fixed-Term"));
/// Staff by the hour.
pub(super) const PART_TIME: (&str, Text) = ("part_time", text("パートタイム", "Part-Time"));

/// Who signs a "do not rehire", and why it is said.
pub(super) const REHIRE_AUTHORITY: Text = text("人事部長", "HR Director");
/// The reason the HR system gives beside a "do not rehire".
pub(super) const REHIRE_REFUSED: Text = text("退職時の人事判断による", "HR decision at exit");

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
pub(super) static EXITS: [Exit; 13] = [
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
