//! How well the shipped matcher tells returners from strangers, on a made-up organization: a floor, below which a change has
//! broken something. What it reaches on other rosters is measured, and stands in `docs/figures.md`.

use furusu_api::demo::people::person;
use furusu_domain::time::Date;

use super::*;

const ALUMNI: u64 = 1_500;
const APPLICANTS: u64 = 300;
const SEED: u64 = 411;

/// How good a file of predictions is.
#[derive(Debug)]
struct Told {
    /// The best F1 of any threshold.
    f1: f64,
    /// Of those who were here, the share that is told so where one stranger in a hundred is told wrongly.
    recall_at_1_in_100: f64,
    /// The expected calibration error, in ten parts.
    ece: f64,
}

fn today() -> Date {
    "2026-11-22".parse().unwrap()
}

/// What HR knows of the first so many people of the organization.
fn roster(people: u64) -> String {
    let mut csv = "alumnus_id,employee_no,family_name,given_name,family_kana,given_kana,emails,phones,dob,postal_code,address\n".to_owned();
    for n in 0..people {
        let record = person(SEED, n, today().civil()).pop().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().replace(',', " ");
        let name = &record["names"][0];
        let cells = [
            format!("A{n}"),
            text(&record["employee_number"]),
            text(&name["family"]),
            text(&name["given"]),
            text(&name["family_kana"]),
            text(&name["given_kana"]),
            text(&record["emails"][0]),
            text(&record["phones"][0]),
            text(&record["birth_on"]),
            text(&record["postal_code"]),
            text(&record["address"]),
        ];
        csv += &(cells.join(",") + "\n");
    }
    csv
}

/// Applicants, and who they are: half of them are of the roster, the others of another organization. All write less than HR
/// knows, and otherwise: half give neither mailbox nor number, some no birth date, some are married since.
fn applicants(people: u64) -> (String, String) {
    let mut csv = "applicant_id,name,kana_name,emails,phones,dob\n".to_owned();
    let mut truth = "applicant_id,alumnus_id\n".to_owned();
    for n in 0..APPLICANTS {
        let (seed, who) = if n % 2 == 0 { (SEED, n * 7 % people) } else { (SEED + 1, n) };
        let record = person(seed, who, today().civil()).pop().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = &record["names"][0];
        let (mut family, given) = (text(&name["family"]), text(&name["given"]));
        let is_married = n / 2 % 6 == 5;
        if is_married {
            family = text(&person(SEED + 2, n, today().civil()).pop().unwrap()["names"][0]["family"]);
        }
        let (written, kana) = match n / 2 % 3 {
            0 if name["family_kana"].is_string() && !is_married => {
                (String::new(), format!("{} {}", text(&name["family_kana"]), text(&name["given_kana"])))
            }
            1 => (format!("{family}{}{given}", if name["family_kana"].is_string() { "" } else { " " }), String::new()),
            _ => (format!("{given} {family}"), String::new()),
        };
        let email = if n / 2 % 4 == 1 { text(&record["emails"][0]) } else { String::new() };
        let phone = if n / 2 % 4 == 3 { text(&record["phones"][0]) } else { String::new() };
        let born = if n / 2 % 5 == 4 { String::new() } else { text(&record["birth_on"]) };
        csv += &format!("Q{n},{written},{kana},{email},{phone},{born}\n");
        truth += &if n % 2 == 0 { format!("Q{n},A{who}\n") } else { format!("Q{n},\n") };
    }
    (csv, truth)
}

#[allow(clippy::cast_precision_loss, reason = "a few hundred")]
fn judged(predictions: &[(String, String, f64)], truth: &str) -> Told {
    let truth: Vec<&str> = truth.lines().skip(1).map(|line| line.split_once(',').unwrap().1).collect();
    let mut rows: Vec<(f64, bool, bool)> =
        predictions.iter().zip(&truth).map(|((_, who, p), right)| (*p, who == right && !right.is_empty(), !right.is_empty())).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (here, strangers) = (rows.iter().filter(|row| row.2).count() as f64, rows.iter().filter(|row| !row.2).count() as f64);
    let (mut right, mut wrong, mut f1, mut recall) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    for (told, (_, is_right, _)) in rows.iter().enumerate() {
        (right, wrong) = if *is_right { (right + 1.0, wrong) } else { (right, wrong + 1.0) };
        f1 = f1.max(2.0 * right / (told as f64 + 1.0 + here));
        if wrong / strangers <= 0.01 {
            recall = right / here;
        }
    }
    let part = |n: usize| {
        let here: Vec<&(f64, bool, bool)> = rows.iter().filter(|row| ((row.0 * 10.0) as usize).min(9) == n).collect();
        let said: f64 = here.iter().map(|row| row.0).sum();
        (said - here.iter().filter(|row| row.1).count() as f64).abs()
    };
    Told { f1, recall_at_1_in_100: recall, ece: (0..10).map(part).sum::<f64>() / rows.len() as f64 }
}

#[test]
fn returners_are_told_from_strangers_and_what_is_said_comes_true() {
    let folder = Folder::new("accuracy");
    let operator = operator(&folder);
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    let (asked, truth) = applicants(ALUMNI);
    write("alumni.csv", &roster(ALUMNI));
    write("applicants.csv", &asked);
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "out.csv"]].concat());
    let shipped = judged(&predictions(&folder.0.join("out.csv")), &truth);
    assert!(shipped.f1 >= 0.97 && shipped.recall_at_1_in_100 >= 0.95 && shipped.ece <= 0.04, "{shipped:?}");
    // Weights that were trained on a tenth of the roster hold for all of it: the prior follows its size.
    let (few, their_truth) = applicants(ALUMNI / 10);
    for (name, text) in [("tenth.csv", roster(ALUMNI / 10)), ("few.csv", few), ("few_truth.csv", their_truth)] {
        write(name, &text);
    }
    let train = ["matching", "train", "--alumni", "tenth.csv", "--applicants", "few.csv", "--truth", "few_truth.csv", "--out", "w.json"];
    let _ = operator.gets(&train);
    let _ = operator.gets(&[&EVALUATE[..], &["--out", "grown.csv", "--weights", "w.json"]].concat());
    let grown = judged(&predictions(&folder.0.join("grown.csv")), &truth);
    assert!(grown.f1 >= 0.95 && grown.ece <= 0.05, "{grown:?}");
}
