//! The departments, with their titles and sections.

use super::offices::{BOSTON, FUKUOKA, HAMBURG, NAGOYA, OSAKA, TOKYO};
use super::{Department, text};

#[rustfmt::skip]
pub(super) static DEPARTMENTS: [Department; 8] = [
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
