//! The places of work, and where those who work there live.

use super::{Office, Site};

#[rustfmt::skip]
pub(super) static TOKYO: Office = Office { site: Site::Japan, name: "東京本社", homes: &[
    ("150-0001", "東京都渋谷区神宮前"), ("153-0051", "東京都目黒区上目黒"), ("154-0004", "東京都世田谷区太子堂"),
    ("166-0003", "東京都杉並区高円寺南"), ("180-0004", "東京都武蔵野市吉祥寺本町"), ("171-0014", "東京都豊島区池袋"),
    ("112-0002", "東京都文京区小石川"), ("135-0061", "東京都江東区豊洲"), ("211-0063", "神奈川県川崎市中原区小杉町"),
    ("222-0033", "神奈川県横浜市港北区新横浜"), ("330-0854", "埼玉県さいたま市大宮区桜木町"), ("272-0021", "千葉県市川市八幡"),
] };

#[rustfmt::skip]
pub(super) static OSAKA: Office = Office { site: Site::Japan, name: "大阪支社", homes: &[
    ("530-0041", "大阪府大阪市北区天神橋"), ("550-0015", "大阪府大阪市西区南堀江"), ("564-0051", "大阪府吹田市豊津町"),
    ("662-0832", "兵庫県西宮市甲風園"), ("658-0072", "兵庫県神戸市東灘区岡本"),
] };

#[rustfmt::skip]
pub(super) static NAGOYA: Office = Office { site: Site::Japan, name: "名古屋工場", homes: &[
    ("460-0008", "愛知県名古屋市中区栄"), ("464-0075", "愛知県名古屋市千種区内山"), ("466-0815", "愛知県名古屋市昭和区山手通"),
] };

#[rustfmt::skip]
pub(super) static FUKUOKA: Office = Office { site: Site::Japan, name: "福岡開発センター", homes: &[
    ("810-0041", "福岡県福岡市中央区大名"), ("812-0011", "福岡県福岡市博多区博多駅前"), ("814-0001", "福岡県福岡市早良区百道浜"),
] };

#[rustfmt::skip]
pub(super) static HAMBURG: Office = Office { site: Site::Germany, name: "Hamburg", homes: &[
    ("20095", "Hamburg"), ("20357", "Hamburg"), ("22765", "Hamburg"), ("22303", "Hamburg"), ("21073", "Hamburg"),
] };

#[rustfmt::skip]
pub(super) static BOSTON: Office = Office { site: Site::UnitedStates, name: "Boston", homes: &[
    ("02139", "Cambridge, MA"), ("02144", "Somerville, MA"), ("02446", "Brookline, MA"), ("02130", "Boston, MA"),
    ("02155", "Medford, MA"),
] };

/// Street names for addresses outside Japan, by site; none stands for a known house.
pub(in crate::demo) const fn streets(site: Site) -> &'static [&'static str] {
    match site {
        Site::Japan => &[],
        Site::Germany => &["Weidenweg", "Am Alten Hafen", "Schwalbengasse", "Lindenstraße", "Möwenstieg"],
        Site::UnitedStates => &["Willow St", "Harbor View Rd", "Swallow Ln", "Maple Ave", "Mill Pond Dr"],
    }
}
