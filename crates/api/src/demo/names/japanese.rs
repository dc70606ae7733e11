//! Japanese names, with their readings.

use super::{Custom, Given, Parts};

/// Japanese names go with the age: those of the women and men of one generation.
#[rustfmt::skip]
pub(super) const JAPANESE: Custom = Custom {
    shares: [480, 45, 45],
    families: Parts::Read(&JAPANESE_FAMILIES),
    given: Given::ByAge {
        women: [Parts::Read(&WOMEN_BY_AGE[0]), Parts::Read(&WOMEN_BY_AGE[1]), Parts::Read(&WOMEN_BY_AGE[2])],
        men: [Parts::Read(&MEN_BY_AGE[0]), Parts::Read(&MEN_BY_AGE[1]), Parts::Read(&MEN_BY_AGE[2])],
    },
    middle: 0,
    everyday: 1,
    family_first: true,
};

#[rustfmt::skip]
const JAPANESE_FAMILIES: [(&str, &str, &str); 136] = [
    ("佐藤", "サトウ", "Sato"), ("鈴木", "スズキ", "Suzuki"), ("高橋", "タカハシ", "Takahashi"), ("田中", "タナカ", "Tanaka"),
    ("伊藤", "イトウ", "Ito"), ("渡辺", "ワタナベ", "Watanabe"), ("山本", "ヤマモト", "Yamamoto"), ("中村", "ナカムラ", "Nakamura"),
    ("小林", "コバヤシ", "Kobayashi"), ("加藤", "カトウ", "Kato"), ("吉田", "ヨシダ", "Yoshida"), ("山田", "ヤマダ", "Yamada"),
    ("佐々木", "ササキ", "Sasaki"), ("山口", "ヤマグチ", "Yamaguchi"), ("松本", "マツモト", "Matsumoto"), ("井上", "イノウエ", "Inoue"),
    ("木村", "キムラ", "Kimura"), ("林", "ハヤシ", "Hayashi"), ("斎藤", "サイトウ", "Saito"), ("清水", "シミズ", "Shimizu"),
    ("山崎", "ヤマザキ", "Yamazaki"), ("森", "モリ", "Mori"), ("池田", "イケダ", "Ikeda"), ("橋本", "ハシモト", "Hashimoto"),
    ("阿部", "アベ", "Abe"), ("石川", "イシカワ", "Ishikawa"), ("山下", "ヤマシタ", "Yamashita"), ("中島", "ナカジマ", "Nakajima"),
    ("石井", "イシイ", "Ishii"), ("小川", "オガワ", "Ogawa"), ("前田", "マエダ", "Maeda"), ("岡田", "オカダ", "Okada"),
    ("長谷川", "ハセガワ", "Hasegawa"), ("藤田", "フジタ", "Fujita"), ("後藤", "ゴトウ", "Goto"), ("近藤", "コンドウ", "Kondo"),
    ("村上", "ムラカミ", "Murakami"), ("遠藤", "エンドウ", "Endo"), ("青木", "アオキ", "Aoki"), ("坂本", "サカモト", "Sakamoto"),
    ("斉藤", "サイトウ", "Saito"), ("福田", "フクダ", "Fukuda"), ("太田", "オオタ", "Ota"), ("西村", "ニシムラ", "Nishimura"),
    ("藤井", "フジイ", "Fujii"), ("金子", "カネコ", "Kaneko"), ("藤原", "フジワラ", "Fujiwara"), ("岡本", "オカモト", "Okamoto"),
    ("三浦", "ミウラ", "Miura"), ("中野", "ナカノ", "Nakano"), ("中川", "ナカガワ", "Nakagawa"), ("原田", "ハラダ", "Harada"),
    ("松田", "マツダ", "Matsuda"), ("竹内", "タケウチ", "Takeuchi"), ("小野", "オノ", "Ono"), ("田村", "タムラ", "Tamura"),
    ("中山", "ナカヤマ", "Nakayama"), ("和田", "ワダ", "Wada"), ("石田", "イシダ", "Ishida"), ("森田", "モリタ", "Morita"),
    ("上田", "ウエダ", "Ueda"), ("原", "ハラ", "Hara"), ("内田", "ウチダ", "Uchida"), ("柴田", "シバタ", "Shibata"),
    ("酒井", "サカイ", "Sakai"), ("宮崎", "ミヤザキ", "Miyazaki"), ("横山", "ヨコヤマ", "Yokoyama"), ("高木", "タカギ", "Takagi"),
    ("安藤", "アンドウ", "Ando"), ("宮本", "ミヤモト", "Miyamoto"), ("大野", "オオノ", "Ono"), ("小島", "コジマ", "Kojima"),
    ("谷口", "タニグチ", "Taniguchi"), ("今井", "イマイ", "Imai"), ("工藤", "クドウ", "Kudo"), ("高田", "タカダ", "Takada"),
    ("増田", "マスダ", "Masuda"), ("丸山", "マルヤマ", "Maruyama"), ("杉山", "スギヤマ", "Sugiyama"), ("村田", "ムラタ", "Murata"),
    ("大塚", "オオツカ", "Otsuka"), ("新井", "アライ", "Arai"), ("小山", "コヤマ", "Koyama"), ("平野", "ヒラノ", "Hirano"),
    ("藤本", "フジモト", "Fujimoto"), ("河野", "コウノ", "Kono"), ("上野", "ウエノ", "Ueno"), ("野口", "ノグチ", "Noguchi"),
    ("武田", "タケダ", "Takeda"), ("松井", "マツイ", "Matsui"), ("千葉", "チバ", "Chiba"), ("菅原", "スガワラ", "Sugawara"),
    ("岩崎", "イワサキ", "Iwasaki"), ("久保", "クボ", "Kubo"), ("木下", "キノシタ", "Kinoshita"), ("佐野", "サノ", "Sano"),
    ("野村", "ノムラ", "Nomura"), ("松尾", "マツオ", "Matsuo"), ("菊地", "キクチ", "Kikuchi"), ("市川", "イチカワ", "Ichikawa"),
    ("杉本", "スギモト", "Sugimoto"), ("古川", "フルカワ", "Furukawa"), ("大西", "オオニシ", "Onishi"), ("島田", "シマダ", "Shimada"),
    ("水野", "ミズノ", "Mizuno"), ("桜井", "サクライ", "Sakurai"), ("髙橋", "タカハシ", "Takahashi"), ("渡邉", "ワタナベ", "Watanabe"),
    ("渡邊", "ワタナベ", "Watanabe"), ("齋藤", "サイトウ", "Saito"), ("山﨑", "ヤマサキ", "Yamasaki"), ("濵田", "ハマダ", "Hamada"),
    ("浜田", "ハマダ", "Hamada"), ("吉川", "ヨシカワ", "Yoshikawa"), ("東", "ヒガシ", "Higashi"), ("五十嵐", "イガラシ", "Igarashi"),
    ("小笠原", "オガサワラ", "Ogasawara"), ("神田", "カンダ", "Kanda"), ("熊谷", "クマガイ", "Kumagai"), ("服部", "ハットリ", "Hattori"),
    ("本田", "ホンダ", "Honda"), ("望月", "モチヅキ", "Mochizuki"), ("早川", "ハヤカワ", "Hayakawa"), ("松浦", "マツウラ", "Matsuura"),
    ("比嘉", "ヒガ", "Higa"), ("大久保", "オオクボ", "Okubo"), ("長尾", "ナガオ", "Nagao"), ("仲村", "ナカムラ", "Nakamura"),
    ("黒木", "クロキ", "Kuroki"), ("星野", "ホシノ", "Hoshino"), ("北川", "キタガワ", "Kitagawa"), ("榊原", "サカキバラ", "Sakakibara"),
    ("四方", "シカタ", "Shikata"), ("土屋", "ツチヤ", "Tsuchiya"), ("澤田", "サワダ", "Sawada"), ("沢田", "サワダ", "Sawada"),
];

/// Given names of women: those over 55, over 35 and younger.
#[rustfmt::skip]
const WOMEN_BY_AGE: [[(&str, &str, &str); 24]; 3] = [
    [
        ("恵子", "ケイコ", "Keiko"), ("幸子", "サチコ", "Sachiko"), ("由美子", "ユミコ", "Yumiko"), ("久美子", "クミコ", "Kumiko"),
        ("明美", "アケミ", "Akemi"), ("裕子", "ユウコ", "Yuko"), ("真由美", "マユミ", "Mayumi"), ("洋子", "ヨウコ", "Yoko"),
        ("典子", "ノリコ", "Noriko"), ("千恵子", "チエコ", "Chieko"), ("智子", "トモコ", "Tomoko"), ("和子", "カズコ", "Kazuko"),
        ("京子", "キョウコ", "Kyoko"), ("順子", "ジュンコ", "Junko"), ("直美", "ナオミ", "Naomi"), ("節子", "セツコ", "Setsuko"),
        ("陽子", "ヨウコ", "Yoko"), ("弘子", "ヒロコ", "Hiroko"), ("玲子", "レイコ", "Reiko"), ("悦子", "エツコ", "Etsuko"),
        ("美智子", "ミチコ", "Michiko"), ("由紀子", "ユキコ", "Yukiko"), ("文子", "フミコ", "Fumiko"), ("雅子", "マサコ", "Masako"),
    ],
    [
        ("香織", "カオリ", "Kaori"), ("真紀", "マキ", "Maki"), ("智美", "トモミ", "Tomomi"), ("美香", "ミカ", "Mika"),
        ("愛", "アイ", "Ai"), ("麻衣", "マイ", "Mai"), ("恵", "メグミ", "Megumi"), ("沙織", "サオリ", "Saori"),
        ("彩", "アヤ", "Aya"), ("瞳", "ヒトミ", "Hitomi"), ("千尋", "チヒロ", "Chihiro"), ("綾子", "アヤコ", "Ayako"),
        ("亜希子", "アキコ", "Akiko"), ("友美", "ユミ", "Yumi"), ("舞", "マイ", "Mai"), ("奈津子", "ナツコ", "Natsuko"),
        ("理恵", "リエ", "Rie"), ("美和", "ミワ", "Miwa"), ("純子", "ジュンコ", "Junko"), ("絵美", "エミ", "Emi"),
        ("麻美", "アサミ", "Asami"), ("由佳", "ユカ", "Yuka"), ("早紀", "サキ", "Saki"), ("里奈", "リナ", "Rina"),
    ],
    [
        ("美咲", "ミサキ", "Misaki"), ("葵", "アオイ", "Aoi"), ("凛", "リン", "Rin"), ("結衣", "ユイ", "Yui"),
        ("陽菜", "ヒナ", "Hina"), ("七海", "ナナミ", "Nanami"), ("萌", "モエ", "Moe"), ("彩花", "アヤカ", "Ayaka"),
        ("優花", "ユウカ", "Yuka"), ("莉子", "リコ", "Riko"), ("美羽", "ミウ", "Miu"), ("遥", "ハルカ", "Haruka"),
        ("未来", "ミライ", "Mirai"), ("楓", "カエデ", "Kaede"), ("真央", "マオ", "Mao"), ("玲奈", "レナ", "Rena"),
        ("咲希", "サキ", "Saki"), ("花音", "カノン", "Kanon"), ("琴音", "コトネ", "Kotone"), ("桃子", "モモコ", "Momoko"),
        ("菜々子", "ナナコ", "Nanako"), ("さくら", "サクラ", "Sakura"), ("ひかり", "ヒカリ", "Hikari"), ("詩織", "シオリ", "Shiori"),
    ],
];

/// Given names of men, in the same three columns.
#[rustfmt::skip]
const MEN_BY_AGE: [[(&str, &str, &str); 24]; 3] = [
    [
        ("誠", "マコト", "Makoto"), ("茂", "シゲル", "Shigeru"), ("隆", "タカシ", "Takashi"), ("浩", "ヒロシ", "Hiroshi"),
        ("修", "オサム", "Osamu"), ("博", "ヒロシ", "Hiroshi"), ("豊", "ユタカ", "Yutaka"), ("清", "キヨシ", "Kiyoshi"),
        ("正", "タダシ", "Tadashi"), ("和夫", "カズオ", "Kazuo"), ("幸雄", "ユキオ", "Yukio"), ("健一", "ケンイチ", "Kenichi"),
        ("浩二", "コウジ", "Koji"), ("秀樹", "ヒデキ", "Hideki"), ("洋一", "ヨウイチ", "Yoichi"), ("哲也", "テツヤ", "Tetsuya"),
        ("達也", "タツヤ", "Tatsuya"), ("雅之", "マサユキ", "Masayuki"), ("俊彦", "トシヒコ", "Toshihiko"), ("信行", "ノブユキ", "Nobuyuki"),
        ("義明", "ヨシアキ", "Yoshiaki"), ("昭", "アキラ", "Akira"), ("勝", "マサル", "Masaru"), ("敏夫", "トシオ", "Toshio"),
    ],
    [
        ("大輔", "ダイスケ", "Daisuke"), ("健太郎", "ケンタロウ", "Kentaro"), ("剛", "ツヨシ", "Tsuyoshi"), ("直樹", "ナオキ", "Naoki"),
        ("和也", "カズヤ", "Kazuya"), ("拓也", "タクヤ", "Takuya"), ("智也", "トモヤ", "Tomoya"), ("亮", "リョウ", "Ryo"),
        ("学", "マナブ", "Manabu"), ("純一", "ジュンイチ", "Junichi"), ("雄太", "ユウタ", "Yuta"), ("慎也", "シンヤ", "Shinya"),
        ("祐介", "ユウスケ", "Yusuke"), ("健", "ケン", "Ken"), ("貴之", "タカユキ", "Takayuki"), ("竜也", "リュウヤ", "Ryuya"),
        ("洋平", "ヨウヘイ", "Yohei"), ("康平", "コウヘイ", "Kohei"), ("圭介", "ケイスケ", "Keisuke"), ("真也", "マサヤ", "Masaya"),
        ("俊介", "シュンスケ", "Shunsuke"), ("裕太", "ユウタ", "Yuta"), ("大介", "ダイスケ", "Daisuke"), ("勇気", "ユウキ", "Yuki"),
    ],
    [
        ("翔太", "ショウタ", "Shota"), ("大輝", "ダイキ", "Daiki"), ("蓮", "レン", "Ren"), ("悠斗", "ユウト", "Yuto"),
        ("颯太", "ソウタ", "Sota"), ("拓海", "タクミ", "Takumi"), ("翼", "ツバサ", "Tsubasa"), ("海斗", "カイト", "Kaito"),
        ("樹", "イツキ", "Itsuki"), ("大和", "ヤマト", "Yamato"), ("優斗", "ユウト", "Yuto"), ("駿", "シュン", "Shun"),
        ("涼", "リョウ", "Ryo"), ("匠", "タクミ", "Takumi"), ("健斗", "ケント", "Kento"), ("隼人", "ハヤト", "Hayato"),
        ("陸", "リク", "Riku"), ("悠真", "ユウマ", "Yuma"), ("航", "ワタル", "Wataru"), ("奏太", "カナタ", "Kanata"),
        ("湊", "ミナト", "Minato"), ("智哉", "トモヤ", "Tomoya"), ("光希", "コウキ", "Koki"), ("翔", "カケル", "Kakeru"),
    ],
];
