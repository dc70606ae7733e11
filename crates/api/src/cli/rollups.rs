//! `furusu rollups`

use clap::{Args, Subcommand};
use furusu_domain::id::OrganizationId;
use serde_json::json;

use super::{Run, say};
use crate::engagement;

#[derive(Subcommand)]
pub(super) enum RollupsCommand {
    /// Count all activities anew, and report where the books differ from that
    Verify(Verify),
}

#[derive(Args)]
pub(super) struct Verify {
    /// Of which organization; of all if missing
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
}

impl RollupsCommand {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        match self {
            Self::Verify(command) => command.run(run).await,
        }
    }
}

impl Verify {
    async fn run(self, run: &Run) -> Result<(), String> {
        let only: Option<OrganizationId> =
            self.organization.map(|id| id.parse().map_err(|e| format!("--organization: {e}"))).transpose()?;
        let app = run.app().await?;
        let all = app.store.outside(app.clock.now()).accounts().organizations().await.map_err(|e| e.to_string())?;
        let of: Vec<OrganizationId> = all.into_iter().map(|o| o.id).filter(|id| only.is_none_or(|only| only == *id)).collect();
        if of.is_empty() && only.is_some() {
            return Err("--organization: there is none with this id".into());
        }
        let mut all = 0;
        for organization in of {
            let differences = engagement::verify(&app, organization).await.map_err(|e| e.to_string())?;
            all += differences.len();
            if run.json {
                say(&json!({ "organization": organization, "differences": differences }).to_string())?;
            } else if differences.is_empty() {
                say(&format!("{organization}: the books are right"))?;
            } else {
                for difference in differences {
                    say(&format!("{organization}: {difference}"))?;
                }
            }
        }
        if all == 0 { Ok(()) } else { Err("the books are not right; what is told above differs".into()) }
    }
}
