//! `furusu matching evaluate` and `furusu matching train`

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use clap::Args;
use furusu_domain::applicants::{Application, Blinded, Finding, LookupPurpose, Question};
use furusu_domain::id::AlumnusId;
use furusu_domain::matching::{BlindSecret, BlindToken, Calibration, Habits, Question as Lesson, Sketch, Weights, iso_date, tokens, train};
use serde_json::json;

use super::files::{self, Row};
use super::trial::{PERIOD, Trial};
use crate::applicants::{compare, look_up_all};
use crate::cli::{Run, bar};
use crate::idempotency::Receipt;

/// How many applicants are asked about at once.
const AT_ONCE: usize = 200;

/// How strongly training is drawn to the weights it begins with.
const PULL: f64 = 1.0;

#[derive(Args)]
pub(in crate::cli) struct Evaluate {
    /// The people who were here, as CSV with a column `alumnus_id`
    #[arg(long, value_name = "FILE")]
    alumni: PathBuf,
    /// The applicants, as CSV with a column `applicant_id`
    #[arg(long, value_name = "FILE")]
    applicants: PathBuf,
    /// Where the answers go: `applicant_id,alumnus_id,probability`, the best candidate of each applicant
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Weights to use instead of the shipped ones
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// The employer's own mail domains; without it, those at which more than half of the people have an address
    #[arg(long, value_name = "DOMAIN")]
    own_mail_domain: Vec<String>,
    /// The share of applicants who were here before, if it is known: it is what the weights expect otherwise
    #[arg(long, value_name = "SHARE")]
    returners: Option<f64>,
    /// Ask blinded, as a vendor does that does not say who the applicants are
    #[arg(long)]
    blinded: bool,
}

impl Evaluate {
    pub(in crate::cli) async fn run(self, run: &Run) -> Result<(), String> {
        let weights = self.weights.as_ref().map(read_weights).transpose()?;
        let weights = match self.returners {
            Some(share) if share > 0.0 && share < 1.0 => Some(weights.unwrap_or_else(|| Weights::shipped().clone()).expecting(share)),
            Some(_) => return Err("--returners: a share above 0 and below 1 was expected".into()),
            None => weights,
        };
        let alumni = files::people(&self.alumni, "alumnus_id")?;
        let applicants = files::people(&self.applicants, "applicant_id")?;
        let trial = Trial::new(run, &alumni, &domains(&self.own_mail_domain, &alumni), weights).await?;
        let vendor = if self.blinded { Some(trial.vendor().await?) } else { None };
        let named = |e: &dyn std::fmt::Display| format!("{}: {e}", self.out.display());
        let mut out = csv::Writer::from_path(&self.out).map_err(|e| named(&e))?;
        out.write_record(["applicant_id", "alumnus_id", "probability"]).map_err(|e| named(&e))?;
        let bar = bar(applicants.len() as u64, "applicants");
        let mut found = 0;
        for part in applicants.chunks(AT_ONCE) {
            let asked = |row| vendor.as_ref().map_or_else(|| question(row), |(_, secret)| blinded(row, secret));
            let questions = part.iter().map(|row| Ok(asked(row))).collect();
            let cx = vendor.as_ref().map_or(&trial.cx, |(cx, _)| cx);
            let answers = look_up_all(&cx.again(), questions, Receipt::none()).await.map_err(|e| e.to_string())?;
            for (row, answer) in part.iter().zip(answers) {
                let best = answer.ok().and_then(|finding: Finding| finding.candidates.into_iter().next());
                let (id, probability) = best.map_or((String::new(), 0.0), |best| (name(&trial, best.alumnus), best.probability));
                found += usize::from(probability >= 0.5);
                out.write_record([row.id.as_str(), &id, &format!("{probability:.9}")]).map_err(|e| named(&e))?;
            }
            bar.inc(part.len() as u64);
        }
        bar.finish_and_clear();
        out.flush().map_err(|e| named(&e))?;
        let (alumni, applicants) = (alumni.len(), applicants.len());
        let people =
            format!("{applicants} applicants asked about among {alumni} alumni; {found} are somebody with a probability of 0.5 or more");
        run.print(&json!({ "alumni": alumni, "applicants": applicants, "probable": found }), &people)
    }
}

#[derive(Args)]
pub(in crate::cli) struct Train {
    /// The people who were here, as CSV with a column `alumnus_id`
    #[arg(long, value_name = "FILE")]
    alumni: PathBuf,
    /// The applicants, as CSV with a column `applicant_id`
    #[arg(long, value_name = "FILE")]
    applicants: PathBuf,
    /// Who they are: `applicant_id,alumnus_id`, the second empty for nobody
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// Where the weights go
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The weights to begin with instead of the shipped ones
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// The employer's own mail domains; without it, those at which more than half of the people have an address
    #[arg(long, value_name = "DOMAIN")]
    own_mail_domain: Vec<String>,
    /// How strongly training is drawn to the weights it begins with
    #[arg(long, value_name = "NUMBER", default_value_t = PULL)]
    pull: f64,
}

impl Train {
    pub(in crate::cli) async fn run(self, run: &Run) -> Result<(), String> {
        let start = self.weights.as_ref().map(read_weights).transpose()?.unwrap_or_else(|| Weights::shipped().clone());
        let alumni = files::people(&self.alumni, "alumnus_id")?;
        let applicants = files::people(&self.applicants, "applicant_id")?;
        let truth = self.truth(&alumni, &applicants)?;
        let trial = Trial::new(run, &alumni, &domains(&self.own_mail_domain, &alumni), None).await?;
        let bar = bar(applicants.len() as u64, "applicants");
        let mut lessons = Vec::with_capacity(applicants.len());
        for row in &applicants {
            let who = truth.get(&row.id).and_then(Option::as_ref);
            let (ids, candidates, roster) = compare(&trial.cx, &row.sketch).await.map_err(|e| e.to_string())?;
            let right = who.and_then(|who| ids.iter().position(|id| trial.ids.get(id) == Some(who)));
            lessons.push(Lesson { roster, candidates, truth: right, weight: 1.0 });
            bar.inc(1);
        }
        bar.finish_and_clear();
        let weights = train(&lessons, &start, self.pull);
        let (before, after) = (Calibration::of(&start, &lessons), Calibration::of(&weights, &lessons));
        let text = serde_json::to_string_pretty(&weights).map_err(|e| e.to_string())?;
        std::fs::write(&self.out, format!("{text}\n")).map_err(|e| format!("{}: {e}", self.out.display()))?;
        let people = format!(
            "trained on {} applicants; on these the expected calibration error was {:.4} and is {:.4}, the log loss was {:.4} and is {:.4}",
            lessons.len(),
            before.ece,
            after.ece,
            before.log_loss,
            after.log_loss
        );
        let json = json!({ "applicants": lessons.len(), "ece_before": before.ece, "ece_after": after.ece,
            "log_loss_before": before.log_loss, "log_loss_after": after.log_loss });
        run.print(&json, &people)
    }
}

impl Train {
    /// Who the applicants are: each must be told, and be one of the alumni or nobody.
    fn truth(&self, alumni: &[Row], applicants: &[Row]) -> Result<HashMap<String, Option<String>>, String> {
        let truth = files::truth(&self.truth)?;
        let known: HashSet<&str> = alumni.iter().map(|row| row.id.as_str()).collect();
        for Row { id, .. } in applicants {
            match truth.get(id) {
                None => return Err(format!("{}: {id} is not in it", self.truth.display())),
                Some(Some(who)) if !known.contains(who.as_str()) => {
                    return Err(format!("{}: {id} is said to be {who}, who is not in {}", self.truth.display(), self.alumni.display()));
                }
                Some(Some(_) | None) => {}
            }
        }
        Ok(truth)
    }
}

fn domains(named: &[String], alumni: &[Row]) -> Vec<String> {
    if named.is_empty() { files::own_mail_domains(alumni) } else { named.to_vec() }
}

fn question(row: &Row) -> Question {
    Question {
        applicant: row.sketch.clone(),
        blinded: None,
        purpose: LookupPurpose::Application,
        application: Application::default(),
        notice: None,
    }
}

/// The question with blinded tokens and nothing else. Dates are as ISO 8601 writes them, if they mean one day: so vendors are to
/// send them.
fn blinded(row: &Row, secret: &BlindSecret) -> Question {
    let births = row.sketch.births.iter().filter_map(|text| iso_date(text)).collect();
    let tokens = tokens(&Sketch { births, ..row.sketch.clone() }, &Habits::default());
    let tokens = tokens.into_iter().map(|(kind, value)| BlindToken::of(secret, kind, &value)).collect();
    Question { applicant: Sketch::default(), blinded: Some(Blinded { period: PERIOD.to_owned(), tokens }), ..question(row) }
}

fn name(trial: &Trial, id: AlumnusId) -> String {
    trial.ids.get(&id).cloned().unwrap_or_default()
}

fn read_weights(path: &PathBuf) -> Result<Weights, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: these are no weights: {e}", path.display()))
}
