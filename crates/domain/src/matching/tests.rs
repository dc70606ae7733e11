//! Matching as a whole: what must hold whatever is compared.

use proptest::prelude::*;

use super::*;

fn habits() -> Habits {
    Habits { own_mail_domains: vec!["corp.example".to_owned()], ..Habits::default() }
}

fn portrait(cells: &[(&str, &str)]) -> Portrait {
    Portrait::of(&roster_csv::sketch(cells.iter().copied()), &habits())
}

fn compared(applicant: &[(&str, &str)], alumnus: &[(&str, &str)]) -> Levels {
    levels(&portrait(applicant), &portrait(alumnus))
}

fn meets(applicant: &Portrait, alumnus: &Portrait) -> bool {
    let keys = keys_of_alumnus(alumnus);
    keys_of_applicant(applicant).iter().any(|key| keys.contains(key))
}

const YAMADA: &[(&str, &str)] = &[
    ("family_name", "髙山"),
    ("given_name", "沙織"),
    ("family_kana", "タカヤマ"),
    ("given_kana", "サオリ"),
    ("emails", "saori.takayama88@gmail.com;saori.takayama@corp.example"),
    ("phones", "090-1234-5678"),
    ("dob", "1988-07-16"),
    ("postal_code", "123-4567"),
    ("address", "架空県架空市旭町6丁目6番16号"),
    ("employee_no", "E0012345"),
];

#[test]
fn a_name_is_recognised_in_every_script_and_order() {
    for (cells, family, given) in [
        (&[("name", "髙山 沙織")][..], MatchLevel::SameGlyphs, MatchLevel::SameGlyphs),
        (&[("name", "高山沙織")], MatchLevel::SameKanji, MatchLevel::SameGlyphs),
        (&[("family_name", "沙織"), ("given_name", "髙山")], MatchLevel::SameGlyphs, MatchLevel::SameGlyphs),
        (&[("kana_name", "たかやま さおり")], MatchLevel::SameReading, MatchLevel::SameReading),
        (&[("romaji_name", "Saori Takayama")], MatchLevel::SameReading, MatchLevel::SameReading),
        (&[("romaji_name", "TAKAYAMA Saori")], MatchLevel::SameReading, MatchLevel::SameReading),
        (&[("romaji_name", "Takayama, Saori")], MatchLevel::SameReading, MatchLevel::SameReading),
        (&[("romaji_name", "Saori Takayma")], MatchLevel::Close, MatchLevel::SameReading),
        (&[("name", "鈴木 沙織"), ("former_names", "髙山")], MatchLevel::Former, MatchLevel::SameGlyphs),
        (
            &[("family_name", "高山"), ("given_name", "早織"), ("family_kana", "タカヤマ"), ("given_kana", "サオリ")],
            MatchLevel::SameKanji,
            MatchLevel::WrittenOtherwise,
        ),
        (&[("romaji_name", "Saori Suzuki"), ("emails", "takayama.saori@example.jp")], MatchLevel::InMailbox, MatchLevel::SameReading),
        (&[("name", "鈴木 一郎")], MatchLevel::Differs, MatchLevel::Differs),
    ] {
        let levels = compared(cells, YAMADA);
        assert_eq!((levels.of(MatchField::Family), levels.of(MatchField::Given)), (family, given), "{cells:?}");
        let must_meet = given != MatchLevel::Differs;
        // Glyphs alone do not say how they are read: that is the lexicon's part.
        assert!(!must_meet || meets(&portrait(cells), &portrait(YAMADA)), "{cells:?}");
    }
}

#[test]
fn identifiers_are_recognised_in_every_notation() {
    for (field, cells, level) in [
        (MatchField::Birth, ("dob", "昭和63年7月16日"), MatchLevel::Same),
        (MatchField::Birth, ("dob", "07/16/1988"), MatchLevel::Same),
        (MatchField::Birth, ("dob", "1989-07-16"), MatchLevel::YearOff),
        (MatchField::Birth, ("dob", "1988-07-15"), MatchLevel::OnePartOff),
        (MatchField::Birth, ("dob", "1960-07-16"), MatchLevel::SameDay),
        (MatchField::Birth, ("dob", "1988-01-02"), MatchLevel::SameYear),
        (MatchField::Birth, ("dob", "1971-01-02"), MatchLevel::Differs),
        (MatchField::Email, ("emails", "SaoriTakayama88+job@googlemail.com"), MatchLevel::Same),
        (MatchField::Email, ("emails", "saoritakayama88@gmial.com"), MatchLevel::Same),
        (MatchField::Email, ("emails", "someone@example.jp"), MatchLevel::Differs),
        (MatchField::Phone, ("phones", "+81 (0)90 1234 5678"), MatchLevel::Same),
        (MatchField::Phone, ("phones", "090-1234-5679"), MatchLevel::OneEdit),
        (MatchField::Phone, ("phones", "03-1234-5678"), MatchLevel::Missing),
        (MatchField::Phone, ("phones", "080-9999-0000"), MatchLevel::Differs),
        (MatchField::EmployeeNumber, ("prev_employee_no", "12345"), MatchLevel::Same),
        (MatchField::EmployeeNumber, ("prev_employee_no", "E0012354"), MatchLevel::OneEdit),
        (MatchField::EmployeeNumber, ("prev_employee_no", "777"), MatchLevel::Differs),
    ] {
        assert_eq!(compared(&[cells], YAMADA).of(field), level, "{cells:?}");
    }
    let address = [("postal_code", "１２３４５６７"), ("address", "架空市旭町6-6-16 旭荘101")];
    assert_eq!(compared(&address, YAMADA).of(MatchField::Address), MatchLevel::Same);
}

#[test]
fn a_mailbox_tells_a_birthday_only_where_none_is_given() {
    let named = [("romaji_name", "Saori Takayama"), ("emails", "saori0716@example.jp")];
    assert_eq!(compared(&named, YAMADA).of(MatchField::BirthTold), MatchLevel::SameDay);
    let other = [("romaji_name", "Saori Takayama"), ("emails", "saori1224@example.jp")];
    assert_eq!(compared(&other, YAMADA).of(MatchField::BirthTold), MatchLevel::OtherDay);
    // Digits beside a word that is no name may be anything.
    let nick = [("romaji_name", "Saori Takayama"), ("emails", "bluesky1224@example.jp")];
    assert_eq!(compared(&nick, YAMADA).of(MatchField::BirthTold), MatchLevel::Missing);
    let given = [("romaji_name", "Saori Takayama"), ("emails", "saori1224@example.jp"), ("dob", "1988-07-16")];
    assert_eq!(compared(&given, YAMADA).of(MatchField::BirthTold), MatchLevel::Missing);
}

#[test]
fn the_organizations_own_address_identifies_nobody_but_gives_a_reading() {
    let alumnus = portrait(&[("family_name", "髙山"), ("given_name", "沙織"), ("emails", "saori.takayama@corp.example")]);
    let applicant = portrait(&[("romaji_name", "Saori Takayama"), ("emails", "saori.takayama@corp.example")]);
    let levels = levels(&applicant, &alumnus);
    assert_eq!(levels.of(MatchField::Email), MatchLevel::Missing);
    assert_eq!((levels.of(MatchField::Family), levels.of(MatchField::Given)), (MatchLevel::SameReading, MatchLevel::SameReading));
}

#[test]
fn a_lexicon_reads_kanji_that_nobody_read_out() {
    let teacher = portrait(YAMADA);
    let taught = teacher.teaches();
    assert!(taught.contains(&(Part::Family, "高山".to_owned(), "takayama".to_owned())), "{taught:?}");
    let mut applicant = portrait(&[("name", "髙山沙織")]);
    let alumnus = portrait(&[("romaji_name", "Saori Takayama")]);
    assert!(!meets(&applicant, &alumnus));
    let asked = applicant.unread();
    let known = taught.iter().filter(|(part, written, _)| asked.contains(&(*part, written.clone())));
    let readings: Vec<Reading> = known
        .map(|(part, written, reading)| Reading { part: *part, written: written.clone(), reading: reading.clone(), people: 3 })
        .collect();
    applicant.learn(&readings, &Roster { people: 1_000 });
    assert!(meets(&applicant, &alumnus));
    assert_eq!(levels(&applicant, &alumnus).of(MatchField::Family), MatchLevel::MayRead);
}

/// Judges one candidate among a hundred thousand people.
fn probability(applicant: &[(&str, &str)]) -> f64 {
    judge(Weights::shipped(), &Roster { people: 100_000 }, &portrait(applicant), &[portrait(YAMADA)]).candidates[0].probability
}

#[test]
fn relatives_and_namesakes_are_told_from_the_person() {
    let name = ("name", "髙山 沙織");
    let same = probability(&[name, ("dob", "1988-07-16"), ("phones", "090-1234-5678")]);
    assert!(same > 0.99, "{same}");
    let moved = probability(&[name, ("dob", "1988-07-16"), ("phones", "080-1111-2222"), ("emails", "new@example.jp")]);
    assert!((0.3..0.97).contains(&moved), "a name and a birthday are for a person to decide: {moved}");
    for (who, cells) in [
        ("twin", &[("name", "髙山 香織"), ("dob", "1988-07-16"), ("postal_code", "123-4567"), ("address", "架空県架空市旭町6-6-16")][..]),
        ("spouse", &[("name", "髙山 健太"), ("dob", "1986-02-03"), ("emails", "saori.takayama88@gmail.com")]),
        ("child", &[("name", "髙山 結衣"), ("dob", "2008-07-16"), ("address", "架空県架空市旭町6-6-16"), ("postal_code", "123-4567")]),
        ("recycled number", &[("name", "鈴木 一郎"), ("dob", "1990-01-01"), ("phones", "090-1234-5678")]),
        ("namesake", &[name, ("dob", "1971-03-04"), ("phones", "080-1111-2222")]),
    ] {
        let probability = probability(cells);
        assert!(probability < 0.5, "{who}: {probability}");
    }
}

#[test]
fn the_weights_that_ship_are_read_and_written() {
    let shipped = Weights::shipped();
    assert_eq!(shipped.name, "shipped");
    let again = Weights::from_json(&shipped.to_json().expect("numbers")).expect("what was written is read");
    assert_eq!(again, *shipped);
}

#[test]
fn keys_are_hashed_with_the_secret() {
    let key = Key { kind: KeyKind::Phone, value: "819012345678".to_owned() };
    assert_eq!(key.hash(&[1; 32]), key.clone().hash(&[1; 32]));
    assert_ne!(key.hash(&[1; 32]), key.hash(&[2; 32]));
    assert_ne!(key.hash(&[1; 32]), Key { kind: KeyKind::Email, ..key.clone() }.hash(&[1; 32]));
}

#[test]
fn training_learns_what_the_questions_say() {
    let (mut right, mut wrong) = (Levels::default(), Levels::default());
    right.set(MatchField::Phone, MatchLevel::Same);
    wrong.set(MatchField::Phone, MatchLevel::Differs);
    let question = |truth| Question { roster: 10, candidates: vec![wrong, right], truth, weight: 1.0 };
    let questions: Vec<Question> = (0..60).map(|at| question((at % 10 != 0).then_some(1))).collect();
    let trained = train(&questions, &Weights::none(), 0.01);
    let judgement = judge_levels(&trained, &Roster { people: 10 }, &[wrong, right]);
    assert_eq!(judgement.candidates[0].candidate, 1);
    assert!((judgement.candidates[0].probability - 0.9).abs() < 0.05, "{judgement:?}");
}

/// Cells that people, and whoever tries them, may fill in.
fn cells() -> impl Strategy<Value = Vec<(String, String)>> {
    let heading = proptest::sample::select(vec![
        "name",
        "family_name",
        "given_name",
        "kana_name",
        "family_kana",
        "given_kana",
        "romaji_name",
        "former_names",
        "emails",
        "phones",
        "dob",
        "postal_code",
        "address",
        "employee_no",
    ]);
    let cell = prop_oneof![
        "\\PC{0,24}",
        proptest::sample::select(vec![
            "髙山",
            "高山",
            "沙織",
            "さおり",
            "タカヤマ サオリ",
            "Saori Takayama",
            "takayama0716@example.jp",
            "saori@gmail.com",
            "090-1234-5678",
            "1988-07-16",
            "03/04/1990",
            "123-4567",
            "架空市旭町6-6-16",
            "E0012345",
            "12345",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec((heading.prop_map(str::to_owned), cell), 0..8)
}

fn portrait_of(cells: &[(String, String)]) -> Portrait {
    Portrait::of(&roster_csv::sketch(cells.iter().map(|(heading, cell)| (heading.as_str(), cell.as_str()))), &habits())
}

/// None, as most weights have it, or pairs of said and seen, both rising.
fn corrections() -> impl Strategy<Value = Vec<(f64, f64)>> {
    (proptest::collection::vec(0.0..=1.0, 0..4), proptest::collection::vec(0.0..=1.0, 4)).prop_map(|(mut said, mut seen)| {
        said.sort_by(f64::total_cmp);
        said.dedup();
        seen.sort_by(f64::total_cmp);
        said.into_iter().zip(seen).collect()
    })
}

proptest! {
    #[test]
    fn a_portrait_outlives_its_bytes(cells in cells()) {
        let portrait = portrait_of(&cells);
        prop_assert_eq!(Portrait::from_bytes(&portrait.to_bytes()), Ok(portrait));
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut headed = vec![SCHEME];
        headed.extend(&bytes);
        let _ = Portrait::from_bytes(&bytes);
        if let Ok(portrait) = Portrait::from_bytes(&headed) {
            let _ = levels(&portrait, &portrait);
            let _ = keys_of_applicant(&portrait);
        }
    }

    #[test]
    fn keys_are_unique_and_the_most_selective_come_first(cells in cells()) {
        let keys = keys_of_applicant(&portrait_of(&cells));
        let mut sorted = keys.clone();
        sorted.sort_by_key(|key| key.kind);
        prop_assert_eq!(&sorted, &keys);
        sorted.sort();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), keys.len());
    }

    #[test]
    fn the_explanation_adds_up(applicant in cells(), candidates in proptest::collection::vec(cells(), 0..5), people in 1_u64..10_000_000, bias in -2.0..2.0, slope in 0.2..2.0, isotonic in corrections()) {
        let applicant = portrait_of(&applicant);
        let candidates: Vec<Portrait> = candidates.iter().map(|cells| portrait_of(cells)).collect();
        let weights = Weights { bias, slope, isotonic, ..Weights::shipped().clone() };
        let judgement = judge(&weights, &Roster { people }, &applicant, &candidates);
        for judged in &judgement.candidates {
            let sum = judgement.prior_bits + judged.lines.iter().map(|line| line.bits).sum::<f64>();
            prop_assert!((sum - judged.total_bits).abs() < 1e-6, "{} {}", sum, judged.total_bits);
        }
        // Each candidate's share is its odds among all, nobody's included, whose odds are one.
        let odds: f64 = judgement.candidates.iter().map(|judged| judged.total_bits.exp2()).sum::<f64>() + 1.0;
        for judged in &judgement.candidates {
            prop_assert!((judged.probability - judged.total_bits.exp2() / odds).abs() < 1e-9);
        }
        let all = judgement.nobody + judgement.candidates.iter().map(|judged| judged.probability).sum::<f64>();
        prop_assert!((all - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(applicant in cells(), candidates in proptest::collection::vec(cells(), 2..5)) {
        let applicant = portrait_of(&applicant);
        let mut candidates: Vec<Portrait> = candidates.iter().map(|cells| portrait_of(cells)).collect();
        let roster = Roster { people: 1_000 };
        let sorted = |judgement: Judgement| {
            let mut probabilities: Vec<f64> = judgement.candidates.iter().map(|judged| judged.probability).collect();
            probabilities.sort_by(f64::total_cmp);
            probabilities
        };
        let one = sorted(judge(Weights::shipped(), &roster, &applicant, &candidates));
        candidates.reverse();
        let two = sorted(judge(Weights::shipped(), &roster, &applicant, &candidates));
        for (a, b) in one.iter().zip(&two) {
            prop_assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn a_masked_value_does_not_give_it_away(cells in cells()) {
        let portrait = portrait_of(&cells);
        let judgement = judge(Weights::shipped(), &Roster { people: 10 }, &portrait, std::slice::from_ref(&portrait));
        for shown in judgement.candidates.iter().flat_map(|judged| &judged.lines).filter_map(|line| line.left.as_deref()) {
            prop_assert!(shown.contains(['*', '…']) && shown.chars().filter(|c| !matches!(c, '*' | '…' | '-' | '@')).count() <= 4, "{}", shown);
        }
    }

    #[test]
    fn levels_outlive_their_json(one in cells(), two in cells()) {
        let levels = levels(&portrait_of(&one), &portrait_of(&two));
        let written = serde_json::to_string(&levels).expect("words only");
        prop_assert_eq!(serde_json::from_str::<Levels>(&written).expect("what was written is read"), levels);
    }
}
