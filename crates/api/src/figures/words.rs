//! What metrics mean, in the words of whoever reads them.

use furusu_domain::figures::MetricId;

use crate::catalogue::Language;

/// What a metric means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    /// Its name.
    pub title: &'static str,
    /// What is counted, or measured.
    pub numerator: &'static str,
    /// What it is set against; empty if nothing is.
    pub denominator: &'static str,
}

/// What a metric means.
#[must_use]
pub const fn words(language: Language, id: MetricId) -> Words {
    let (title, numerator, denominator) = match language {
        Language::English => english(id),
        Language::Japanese => japanese(id),
    };
    Words { title, numerator, denominator }
}

const fn english(id: MetricId) -> (&'static str, &'static str, &'static str) {
    match id {
        MetricId::AlumniCount => ("Alumni", "people alive with a departure in effect", ""),
        MetricId::ContactableShare => {
            ("Contactable alumni", "alumni with an address over which some purpose may be followed", "all alumni")
        }
        MetricId::RegistrationShare => ("Registered", "people with an account of their own", "people who left"),
        MetricId::EngagedCount => ("Active alumni", "alumni with at least one activity in the window", ""),
        MetricId::EngagedShare => ("Engaged share", "alumni with at least one activity in the window", "contactable alumni, now"),
        MetricId::ActivityCount => ("Activities", "activities in the window that were not taken back", ""),
        MetricId::LevelCount => ("Levels of engagement", "alumni at each level, now", ""),
        MetricId::Funnel => (
            "Engagement funnel",
            "alumni; contactable; active in the window; at level 3 or above, now; returns in the window",
            "all alumni",
        ),
        MetricId::DepartureCount => ("Departures", "departures whose last day lies in the window", ""),
        MetricId::ReturnCount => ("Returns", "later periods whose first day lies in the window", ""),
        MetricId::ShareOfHires => ("Returns among hires", "hires of people who were here before", "all hires"),
        MetricId::ReturnRate => (
            "Return rate",
            "of these departures, those after which the person came back within so many years",
            "departures whose last day lies in the window, deaths left out",
        ),
        MetricId::TimeAwayMedian => ("Time away", "the median of the days from the last day to the return, of returns in the window", ""),
        MetricId::TimeToReturn => (
            "Time to return",
            "returns by then, of departures in the window; the value is the share still away (Kaplan-Meier, 95 % band)",
            "people known to be away until then",
        ),
        MetricId::TimeToHire => ("Time to hire", "the median of the days from application to return", ""),
        MetricId::OfferAcceptShare => ("Offers accepted", "offers to returners that were accepted", "all offers to returners"),
        MetricId::RetentionOneYear => (
            "Still here after a year",
            "of these returns, those that had not ended a year later",
            "returns in the window that are a year ago or more",
        ),
        MetricId::RetentionTwoYears => (
            "Still here after two years",
            "of these returns, those that had not ended two years later",
            "returns in the window that are two years ago or more",
        ),
        MetricId::SecondExitSameReason => (
            "Left again for the same reason",
            "of these, those who left for the reason for which they had left before",
            "people who came back and left again in the window, both reasons known",
        ),
        MetricId::CostAvoided => ("Cost avoided", "what hiring by other ways would have cost, less what returns cost", ""),
        MetricId::ReasonDivergence => ("Another reason, later", "people whose later reason is another", "people who were asked twice"),
        MetricId::WouldRecommend => ("Would recommend", "promoters less detractors", "everybody who answered"),
        MetricId::ReferralHires => ("Hires by referral", "activities of the kind referral_hired in the window", ""),
        MetricId::CollaborationCount => ("Collaborations", "collaborations begun in the window", ""),
        MetricId::CollaborationValueBand => ("Value of collaborations", "collaborations in each band of value", ""),
        MetricId::ReviewTime => (
            "Time to decide on a finding",
            "the median of the hours from the lookup to the first decision, of findings decided on in the window",
            "",
        ),
        MetricId::OverturnedShare => (
            "Findings overturned",
            "of these, those of which it was decided that they are about somebody else",
            "findings with a match of which it was decided in the window whom they are about",
        ),
        MetricId::PossibleMatchShare => {
            ("Possible matches", "lookups in the window that found a possible match", "all lookups in the window")
        }
        MetricId::DisputeMedianDays => ("Time to settle a dispute", "the median of the days from a dispute to its end", ""),
        MetricId::ErasureMedianDays => ("Time to erase", "the median of the days from a request for erasure to the receipt", ""),
    }
}

const fn japanese(id: MetricId) -> (&'static str, &'static str, &'static str) {
    match id {
        MetricId::AlumniCount => ("アルムナイ数", "退職が有効な存命の人", ""),
        MetricId::ContactableShare => ("連絡可能率", "いずれかの目的で連絡してよい連絡先があるアルムナイ", "全アルムナイ"),
        MetricId::RegistrationShare => ("登録率", "本人のアカウントがある人", "退職者"),
        MetricId::EngagedCount => ("活動したアルムナイ", "期間内に活動が1件以上あるアルムナイ", ""),
        MetricId::EngagedShare => ("エンゲージメント率", "期間内に活動が1件以上あるアルムナイ", "現在連絡可能なアルムナイ"),
        MetricId::ActivityCount => ("活動数", "期間内の活動のうち取り消されていないもの", ""),
        MetricId::LevelCount => ("エンゲージメントのレベル", "現在の各レベルのアルムナイ", ""),
        MetricId::Funnel => {
            ("エンゲージメントのファネル", "アルムナイ、連絡可能、期間内に活動、現在レベル3以上、期間内の復職", "全アルムナイ")
        }
        MetricId::DepartureCount => ("退職数", "最終在籍日が期間内の退職", ""),
        MetricId::ReturnCount => ("復職数", "初日が期間内の再入社", ""),
        MetricId::ShareOfHires => ("採用に占める復職の割合", "以前在籍した人の採用", "全採用"),
        MetricId::ReturnRate => ("復職率", "対象の退職のうち、指定年数以内に復職したもの", "最終在籍日が期間内の退職(死亡を除く)"),
        MetricId::TimeAwayMedian => ("離れていた期間", "期間内の復職について、最終在籍日から復職日までの日数の中央値", ""),
        MetricId::TimeToReturn => (
            "復職までの期間",
            "期間内の退職のうちその時点までの復職。値はまだ戻っていない割合(カプラン・マイヤー法、95%信頼帯)",
            "その時点まで離れていることがわかっている人",
        ),
        MetricId::TimeToHire => ("採用までの期間", "応募から復職までの日数の中央値", ""),
        MetricId::OfferAcceptShare => ("内定承諾率", "復職者への内定のうち承諾されたもの", "復職者への全内定"),
        MetricId::RetentionOneYear => {
            ("1年後の定着率", "対象の復職のうち、1年後も在籍していたもの", "期間内の復職のうち1年以上経過したもの")
        }
        MetricId::RetentionTwoYears => {
            ("2年後の定着率", "対象の復職のうち、2年後も在籍していたもの", "期間内の復職のうち2年以上経過したもの")
        }
        MetricId::SecondExitSameReason => {
            ("同じ理由での再退職", "対象のうち、前回と同じ理由で退職した人", "復職後に期間内に再び退職し、両方の理由がわかっている人")
        }
        MetricId::CostAvoided => ("削減できた費用", "他の経路での採用費用から復職の費用を引いたもの", ""),
        MetricId::ReasonDivergence => ("理由の相違", "後に述べた理由が異なる人", "二度尋ねた人"),
        MetricId::WouldRecommend => ("推奨度", "推奨者から批判者を引いたもの", "回答者全員"),
        MetricId::ReferralHires => ("紹介による採用", "期間内の種類referral_hiredの活動", ""),
        MetricId::CollaborationCount => ("協業数", "期間内に始まった協業", ""),
        MetricId::CollaborationValueBand => ("協業の価値", "価値の区分ごとの協業", ""),
        MetricId::ReviewTime => ("判断までの時間", "期間内に判断された照合について、照会から最初の判断までの時間の中央値", ""),
        MetricId::OverturnedShare => {
            ("覆された照合", "対象のうち、別人であると判断されたもの", "一致があった照合のうち、期間内に誰であるかが判断されたもの")
        }
        MetricId::PossibleMatchShare => ("一致の可能性の割合", "期間内の照会のうち、一致の可能性があったもの", "期間内の全照会"),
        MetricId::DisputeMedianDays => ("異議の解決までの期間", "異議からその終了までの日数の中央値", ""),
        MetricId::ErasureMedianDays => ("消去までの期間", "消去の請求から受領書までの日数の中央値", ""),
    }
}
