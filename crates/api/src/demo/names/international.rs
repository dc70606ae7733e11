//! Names from outside Japan.

use super::{Custom, Given, Parts};

/// The customs of everywhere else, one after the other.
#[rustfmt::skip]
pub(super) const INTERNATIONAL: [Custom; 16] = [
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
