//! The names of the demonstration's people: which occur, how they are read, and which go together.
//!
//! A name is put together at random from the tables below, so that nobody in particular is meant.

use super::company::Site;
use super::people::Dice;

/// One part of a name, as written, as read and in plain Latin letters.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// As the person writes it.
    pub(super) written: &'static str,
    /// Reading in katakana, for Japanese names only.
    pub(super) kana: Option<&'static str>,
    /// In Latin letters; where the name is Latin already, the same as `written`.
    pub(super) latin: &'static str,
}

impl Part {
    const fn latin(written: &'static str) -> Self {
        Self { written, kana: None, latin: written }
    }
}

/// The name a person was born with and what marriage may make of it.
pub(super) struct Identity {
    /// Family name at birth.
    pub(super) family: Part,
    /// Given name.
    pub(super) given: Part,
    /// Middle name, where the naming custom knows one and the person has it.
    pub(super) middle: Option<&'static str>,
    /// Family name after marriage, and at what age, if it changes.
    pub(super) marriage: Option<(Part, i32)>,
    /// Whether the person goes on working under the family name at birth (旧姓使用).
    pub(super) works_under_birth_name: bool,
    /// A name for every day, besides the one on paper.
    pub(super) preferred: Option<&'static str>,
    /// Whether the HR system also knows a spelling in plain Latin letters.
    pub(super) romanised: bool,
    /// Whether the family name is written first.
    pub(super) family_first: bool,
}

impl Identity {
    /// Draws a name that fits the place and, for Japanese names, the age.
    pub(super) fn draw(dice: &mut Dice, site: Site, age: i32) -> Self {
        let custom = *dice.weighted(&CUSTOMS, |custom| custom.share_at(site));
        let woman = dice.chance(46);
        let family = dice.draw(custom.families);
        let given = match custom.given {
            Given::ByAge { women, men } => dice.draw(if woman { women } else { men }[generation(age)]),
            Given::Any { women, men } => dice.draw(if woman { women } else { men }),
        };
        let middle = match custom.given {
            Given::ByAge { .. } => None,
            Given::Any { women, men } => Some(dice.draw(if woman { women } else { men }).latin),
        };
        let middle = middle.filter(|name| dice.chance(custom.middle) && *name != given.latin);
        let partner = dice.draw(custom.families);
        let married_at = dice.between(24, 40);
        let changes = dice.chance(if woman { 34 } else { 2 }) && partner.written != family.written;
        let works_under_birth_name = dice.chance(45);
        let everyday = *dice.pick(&EVERYDAY);
        let preferred = dice.chance(custom.everyday).then_some(everyday);
        let romanised = dice.chance(if site == Site::Japan { 65 } else { 95 });
        Self {
            family,
            given,
            middle,
            marriage: changes.then_some((partner, married_at)),
            works_under_birth_name,
            preferred,
            romanised,
            family_first: custom.family_first,
        }
    }
}

/// Which of the three columns of Japanese given names suits the age.
const fn generation(age: i32) -> usize {
    match age {
        55.. => 0,
        35.. => 1,
        _ => 2,
    }
}

/// Plain lower-case ASCII letters of a name, for e-mail addresses and passports.
pub(super) fn fold(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphabetic() {
            plain.push(letter);
        } else if let Some((_, ascii)) = PLAIN.iter().find(|(with, _)| with.contains(letter)) {
            plain.push_str(ascii);
        }
    }
    plain
}

#[rustfmt::skip]
const PLAIN: [(&str, &str); 18] = [
    ("áàâäãåăąạảấầẩậắằặā", "a"),
    ("éèêëęěẹẽếềễệ", "e"),
    ("íìîïıị", "i"),
    ("óòôöõőøọốồỗộơớờợ", "o"),
    ("úùûüũűůụưứừự", "u"),
    ("ýỳ", "y"),
    ("çćč", "c"),
    ("đď", "d"),
    ("ğ", "g"),
    ("ł", "l"),
    ("ñńň", "n"),
    ("ř", "r"),
    ("şśš", "s"),
    ("ß", "ss"),
    ("ťţ", "t"),
    ("źżž", "z"),
    ("æ", "ae"),
    ("þ", "th"),
];

/// How names are given somewhere: which there are, and which habits go with them.
#[derive(Clone, Copy)]
struct Custom {
    /// Share in parts among the staff in Japan, Germany and the United States.
    shares: [u32; 3],
    families: Parts,
    given: Given,
    /// How many in a hundred have a middle name, and a name for every day.
    middle: u64,
    everyday: u64,
    family_first: bool,
}

#[derive(Clone, Copy)]
enum Given {
    ByAge { women: [Parts; 3], men: [Parts; 3] },
    Any { women: Parts, men: Parts },
}

/// A table of name parts: with a reading, with a transcription, or in Latin letters anyway.
#[derive(Clone, Copy)]
enum Parts {
    Read(&'static [(&'static str, &'static str, &'static str)]),
    Transcribed(&'static [(&'static str, &'static str)]),
    Latin(&'static [&'static str]),
}

impl Dice {
    fn draw(&mut self, from: Parts) -> Part {
        match from {
            Parts::Read(table) => {
                let &(written, kana, latin) = self.pick(table);
                Part { written, kana: Some(kana), latin }
            }
            Parts::Transcribed(table) => {
                let &(written, latin) = self.pick(table);
                Part { written, kana: None, latin }
            }
            Parts::Latin(table) => Part::latin(self.pick::<&str>(table)),
        }
    }
}

impl Custom {
    const fn share_at(&self, site: Site) -> u32 {
        match site {
            Site::Japan => self.shares[0],
            Site::Germany => self.shares[1],
            Site::UnitedStates => self.shares[2],
        }
    }

    const fn latin(
        shares: [u32; 3],
        middle: u64,
        families: &'static [&'static str],
        women: &'static [&'static str],
        men: &'static [&'static str],
    ) -> Self {
        Self {
            shares,
            families: Parts::Latin(families),
            given: Given::Any { women: Parts::Latin(women), men: Parts::Latin(men) },
            middle,
            everyday: 3,
            family_first: false,
        }
    }

    const fn with_everyday_names(self, everyday: u64) -> Self {
        Self { everyday, ..self }
    }
}

#[rustfmt::skip]
static CUSTOMS: [Custom; 17] = [
    // Japanese
    Custom {
        shares: [480, 45, 45],
        families: Parts::Read(&JAPANESE_FAMILIES),
        given: Given::ByAge {
            women: [Parts::Read(&WOMEN_BY_AGE[0]), Parts::Read(&WOMEN_BY_AGE[1]), Parts::Read(&WOMEN_BY_AGE[2])],
            men: [Parts::Read(&MEN_BY_AGE[0]), Parts::Read(&MEN_BY_AGE[1]), Parts::Read(&MEN_BY_AGE[2])],
        },
        middle: 0,
        everyday: 1,
        family_first: true,
    },
    // Chinese
    Custom {
        shares: [22, 2, 8],
        families: Parts::Transcribed(&[
            ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"),
            ("黄", "Huang"), ("赵", "Zhao"), ("周", "Zhou"), ("徐", "Xu"), ("孙", "Sun"), ("马", "Ma"),
            ("胡", "Hu"), ("郭", "Guo"), ("林", "Lin"), ("何", "He"), ("罗", "Luo"), ("郑", "Zheng"),
        ]),
        given: Given::Any {
            women: Parts::Transcribed(&[
                ("芳", "Fang"), ("静", "Jing"), ("丽华", "Lihua"), ("雪梅", "Xuemei"), ("晓燕", "Xiaoyan"),
                ("雨欣", "Yuxin"), ("婷婷", "Tingting"), ("佳怡", "Jiayi"), ("思琪", "Siqi"), ("玉兰", "Yulan"),
            ]),
            men: Parts::Transcribed(&[
                ("伟", "Wei"), ("强", "Qiang"), ("建国", "Jianguo"), ("志明", "Zhiming"), ("浩然", "Haoran"),
                ("子轩", "Zixuan"), ("俊杰", "Junjie"), ("文博", "Wenbo"), ("海涛", "Haitao"), ("一鸣", "Yiming"),
            ]),
        },
        middle: 0,
        everyday: 25,
        family_first: true,
    },
    // Korean
    Custom::latin(
        [14, 2, 6],
        0,
        &["Kim", "Lee", "Park", "Choi", "Jung", "Kang", "Cho", "Yoon", "Jang", "Lim", "Han", "Shin", "Seo", "Kwon"],
        &["Min-ji", "Ji-woo", "Seo-yeon", "Hye-jin", "Eun-ji", "Soo-bin", "Yu-na", "Da-eun", "Mi-kyung"],
        &["Min-jun", "Seo-jun", "Ji-hoon", "Hyun-woo", "Dong-hyun", "Sung-min", "Jae-won", "Young-ho", "Tae-yang"],
    )
    .with_everyday_names(15),
    // Vietnamese
    Custom::latin(
        [12, 2, 3],
        0,
        &["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"],
        &["Thị Hương", "Thu Hà", "Ngọc Lan", "Minh Châu", "Thảo", "Phương Anh", "Thùy Linh", "Bích Ngọc", "Mai"],
        &["Văn Hùng", "Minh Tuấn", "Quang Huy", "Đức Anh", "Hoàng Nam", "Thành", "Quốc Bảo", "Xuân Trường", "Hải"],
    ),
    // Indian
    Custom::latin(
        [14, 8, 12],
        5,
        &[
            "Sharma", "Iyer", "Reddy", "Nair", "Banerjee", "Kulkarni", "Deshpande", "Chatterjee", "Menon", "Gupta",
            "Subramanian", "Patel", "Bhattacharya", "Rao", "Joshi",
        ],
        &["Ananya", "Priya", "Lakshmi", "Kavita", "Meera", "Deepika", "Sunita", "Radhika", "Ishani", "Nandini"],
        &["Arjun", "Karthik", "Rohan", "Vikram", "Aditya", "Suresh", "Rahul", "Siddharth", "Manoj", "Pranav"],
    ),
    // Brazilian and Portuguese
    Custom::latin(
        [10, 3, 5],
        25,
        &[
            "da Silva", "Oliveira", "Araújo", "Gonçalves", "Conceição", "Magalhães", "Ferreira", "Nakamura Souza",
            "Moura", "Assunção", "Teixeira", "Brandão", "Guimarães",
        ],
        &["Beatriz", "Luíza", "Camila", "Fernanda", "Letícia", "Júlia", "Conceição", "Márcia", "Thaís"],
        &["João", "Lucas", "Rafael", "Thiago", "Antônio", "Mateus", "Caio", "Vinícius", "Fábio"],
    ),
    // Filipino and Indonesian
    Custom::latin(
        [10, 1, 4],
        10,
        &[
            "Dela Cruz", "Bautista", "Villanueva", "Magsaysay", "Santoso", "Wijaya", "Hidayat", "Siregar", "Pangilinan",
            "Salonga", "Nugroho", "Lubis",
        ],
        &["Maricel", "Rosario", "Dewi", "Sari", "Kristine", "Putri", "Liwayway", "Ratna"],
        &["Jomar", "Rodel", "Budi", "Agus", "Emmanuel", "Rizal", "Bayu", "Danilo"],
    ),
    // English-speaking
    Custom::latin(
        [6, 4, 34],
        45,
        &[
            "Whitfield", "O'Connor", "Marlowe", "Hutchinson", "Ashworth", "Brennan", "Caldwell", "Pemberton", "MacLeod",
            "Fairbanks", "Thornton", "Washington", "Ellery", "Kingsley", "Draper", "Smith",
        ],
        &["Emily", "Charlotte", "Grace", "Hannah", "Olivia", "Rebecca", "Siobhán", "Abigail", "Zoë", "Margaret"],
        &["James", "Oliver", "Samuel", "Nathaniel", "Benjamin", "Ewan", "Marcus", "Patrick", "Theodore", "Walter"],
    )
    .with_everyday_names(8),
    // German-speaking
    Custom::latin(
        [3, 44, 5],
        20,
        &[
            "Müller", "Schäfer", "Weiß", "Krüger", "Köhler", "Lindemann", "Brückner", "Hofstätter", "Vogel", "Böhm",
            "Zimmermann", "Jäger", "Großmann", "von Aschberg", "Reuter", "Dörr",
        ],
        &["Anneliese", "Jördis", "Katharina", "Lena", "Ursula", "Friederike", "Svenja", "Käthe", "Miriam", "Heike"],
        &["Jürgen", "Matthias", "Lukas", "Günther", "Sören", "Florian", "Björn", "Tobias", "Klaus", "Jonas"],
    ),
    // French-speaking
    Custom::latin(
        [5, 7, 4],
        15,
        &[
            "Lefèvre", "Gagné", "Béranger", "Chevalier", "Dupré", "Rousselle", "Thibault", "Desrochers", "Fournier",
            "Lacombe", "Étienne", "Marchand",
        ],
        &["Amélie", "Chloé", "Hélène", "Océane", "Margaux", "Noémie", "Françoise", "Solène"],
        &["François", "Rémi", "Théo", "Gaël", "Benoît", "Maxime", "Jérôme", "Loïc"],
    ),
    // Spanish-speaking
    Custom::latin(
        [5, 6, 14],
        20,
        &[
            "García", "Hernández", "Muñoz", "Núñez", "Ibáñez", "Castañeda", "Quiñones Vega", "García Robles", "Echeverría",
            "Peña", "Zúñiga", "Valdés Ortiz", "Cárdenas", "Montoya",
        ],
        &["Sofía", "Lucía", "María José", "Inés", "Ximena", "Begoña", "Guadalupe", "Pilar"],
        &["Alejandro", "Joaquín", "Andrés", "Íñigo", "Sebastián", "Héctor", "Raúl", "Gonzalo"],
    ),
    // Nordic
    Custom::latin(
        [3, 7, 3],
        15,
        &[
            "Sørensen", "Bjørnstad", "Lindqvist", "Åkesson", "Øverby", "Sjöberg", "Mäkelä", "Virtanen", "Nygård",
            "Þorvaldsen", "Hämäläinen", "Kjær",
        ],
        &["Astrid", "Åsa", "Freja", "Päivi", "Sigrún", "Ingrid", "Liv", "Märta"],
        &["Søren", "Håkon", "Bjørn", "Antti", "Jørgen", "Gustav", "Väinö", "Einar"],
    ),
    // Polish, Czech and Hungarian
    Custom::latin(
        [3, 9, 4],
        10,
        &[
            "Wójcik", "Nowak", "Kaczmarek", "Zając", "Wróbel", "Dvořák", "Němec", "Svoboda", "Szabó", "Kővári", "Tóth",
            "Gołąb", "Mazur",
        ],
        &["Małgorzata", "Agnieszka", "Zofia", "Kateřina", "Eliška", "Katalin", "Łucja", "Zsófia"],
        &["Łukasz", "Paweł", "Wojciech", "Tomáš", "Jiří", "Zoltán", "Stanisław", "Ondřej"],
    ),
    // Ukrainian, Russian and Bulgarian, transliterated
    Custom::latin(
        [5, 7, 5],
        15,
        &[
            "Shevchuk", "Kovalenko", "Bondarenko", "Melnyk", "Kravchenko", "Tymoshchuk", "Oliynyk", "Litvinenko",
            "Chernykh", "Voronenko", "Hrytsenko", "Dovzhenko", "Sedykh",
        ],
        &["Oksana", "Yevheniia", "Nataliya", "Lyudmyla", "Tatiana", "Zhanna", "Iryna", "Anastasia"],
        &["Oleksandr", "Dmytro", "Yevgeny", "Mykhailo", "Serhiy", "Andriy", "Vladislav", "Ruslan"],
    ),
    // Turkish
    Custom::latin(
        [3, 10, 3],
        5,
        &[
            "Yıldırım", "Çelik", "Öztürk", "Şahin", "Kılıç", "Doğan", "Aydın", "Güneş", "Koç", "Erdoğdu", "Özkan", "Şimşek",
        ],
        &["Ayşe", "Elif", "Zeynep", "Gülşen", "Çiğdem", "Özlem", "Büşra", "Sevgi"],
        &["Mehmet", "Emre", "Oğuz", "Çağlar", "Ömer", "Barış", "Gökhan", "Uğur"],
    ),
    // Arabic, Persian and Hebrew, as spelt in passports
    Custom::latin(
        [4, 6, 6],
        5,
        &[
            "Haddad", "El Amrani", "Ben Youssef", "Al-Najjar", "Rahmani", "Khoury", "Tehrani", "Farouk", "Mizrahi",
            "Bouzid", "Ait Lahcen", "Shirazi",
        ],
        &["Layla", "Fatima Zahra", "Noor", "Yasmin", "Shirin", "Salma", "Tamar", "Hanan"],
        &["Omar", "Youssef", "Karim", "Reza", "Tariq", "Ilyas", "Noam", "Hassan"],
    ),
    // West and East African
    Custom::latin(
        [3, 4, 6],
        20,
        &[
            "Okonkwo", "Adeyemi", "Mensah", "Owusu", "Diallo", "Traoré", "Wanjiru", "Otieno", "Tesfaye", "Ndiaye", "Eze",
            "Kamau",
        ],
        &["Chidinma", "Amara", "Abena", "Fatou", "Wambui", "Hiwot", "Ngozi", "Aïssatou"],
        &["Chukwuemeka", "Kwame", "Babajide", "Mamadou", "Kipchoge", "Dawit", "Kofi", "Sékou"],
    ),
];

/// Names people take for every day, whatever stands in the passport.
#[rustfmt::skip]
const EVERYDAY: [&str; 12] =
    ["Kevin", "Amy", "Jay", "Sunny", "Alex", "Coco", "Leo", "Mia", "Robin", "Ken", "Kit", "Sam"];

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

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(table: Parts) -> Vec<Part> {
        match table {
            Parts::Read(rows) => rows.iter().map(|&(written, kana, latin)| Part { written, kana: Some(kana), latin }).collect(),
            Parts::Transcribed(rows) => rows.iter().map(|&(written, latin)| Part { written, kana: None, latin }).collect(),
            Parts::Latin(rows) => rows.iter().copied().map(Part::latin).collect(),
        }
    }

    fn everything() -> Vec<Part> {
        let tables = CUSTOMS.iter().flat_map(|custom| {
            let given = match custom.given {
                Given::ByAge { women, men } => [women, men].concat(),
                Given::Any { women, men } => vec![women, men],
            };
            given.into_iter().chain([custom.families])
        });
        tables.flat_map(parts).collect()
    }

    #[test]
    fn every_name_has_a_plain_spelling_without_lost_letters() {
        for part in everything() {
            let letters = part.latin.chars().filter(|letter| letter.is_alphabetic()).count();
            assert!(letters > 0 && fold(part.latin).len() >= letters, "{}", part.latin);
        }
    }

    #[test]
    fn readings_are_in_katakana() {
        for kana in everything().iter().filter_map(|part| part.kana) {
            assert!(kana.chars().all(|letter| ('ァ'..='ー').contains(&letter)), "{kana}");
        }
    }

    #[test]
    fn no_name_stands_twice_in_its_table() {
        for custom in &CUSTOMS {
            let families = parts(custom.families);
            let mut written: Vec<_> = families.iter().map(|part| part.written).collect();
            written.sort_unstable();
            written.dedup();
            assert_eq!(written.len(), families.len());
        }
    }
}
