//! `furusu matching refit`

use clap::Args;
use furusu_domain::matching::LABELS_AT_LEAST;
use serde_json::json;

use crate::applicants::refit::{self, Outcome};
use crate::cli::Run;

#[derive(Args)]
pub(in crate::cli) struct Refit {
    /// Of which organization
    #[arg(long, value_name = "ID")]
    organization: String,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Go back to the weights that ship with furusu; refitted ones are kept
    #[arg(long, conflicts_with = "dry_run")]
    shipped: bool,
}

impl Refit {
    pub(in crate::cli) async fn run(self, run: &Run) -> Result<(), String> {
        let cx = run.acting_for(&self.organization).await?;
        if self.shipped {
            refit::go_back(&cx).await.map_err(|e| e.to_string())?;
            return run.print(&json!({ "weights": "shipped" }), "the weights that ship with furusu are used from now on");
        }
        let Outcome { refit, version } = refit::run(&cx, self.dry_run).await.map_err(|e| e.to_string())?;
        let verdict = match (refit.accepted, version) {
            (true, Some(version)) => format!("version {version} is used from now on"),
            (true, None) => "it would be used; nothing was changed".to_owned(),
            (false, _) if refit.labels < LABELS_AT_LEAST => format!("that is too few to be used: {LABELS_AT_LEAST} are needed at least"),
            (false, _) => "it is not better on what it had not seen, and is not used".to_owned(),
        };
        let people = format!(
            "{} labels; expected calibration error {:.4} before, {:.4} after; log loss {:.4} before, {:.4} after; {verdict}",
            refit.labels, refit.before.ece, refit.after.ece, refit.before.log_loss, refit.after.log_loss
        );
        let json = json!({ "labels": refit.labels, "accepted": refit.accepted, "version": version,
            "before": { "ece": refit.before.ece, "log_loss": refit.before.log_loss },
            "after": { "ece": refit.after.ece, "log_loss": refit.after.log_loss } });
        run.print(&json, &people)
    }
}
