//! `furusu rekey`

use clap::Args;
use furusu_domain::account::Organization;
use furusu_domain::id::OrganizationId;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Run;
use crate::app::App;
use crate::applicants::rekey::{self, Summary};

#[derive(Args)]
pub(super) struct Rekey {
    /// Of which organization; of all if missing
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
}

impl Rekey {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        let (app, of) = run.app_for(self.organization).await?;
        for Organization { id: organization, .. } in of {
            rekey::begin(&app, organization).await.map_err(|e| e.to_string())?;
            let Summary { people, swept } = rekey(&app, organization).await?;
            let people_say = format!("{organization}: {people} people have new keys, {swept} lost keys of before");
            run.print(&json!({ "organization": organization, "people": people, "swept": swept }), &people_say)?;
        }
        Ok(())
    }
}

/// Goes on with a rekeying to its end, and shows how far it is.
pub(super) async fn rekey(app: &App, organization: OrganizationId) -> Result<Summary, String> {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} people, {per_sec}") {
        bar.set_style(style);
    }
    let done = rekey::run(app, organization, |n| bar.inc(n)).await;
    bar.finish_and_clear();
    done.map_err(|e| e.to_string())
}
