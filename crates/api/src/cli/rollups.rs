//! `furusu rollups`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Run, say};
use crate::{engagement, figures};

#[derive(Subcommand)]
pub(super) enum RollupsCommand {
    /// Count all activities and people anew, and report where the books differ from that
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
        let (app, of) = run.app_for(self.organization).await?;
        let mut all = 0;
        for organization in of {
            let mut differences = engagement::verify(&app, organization.id).await.map_err(|e| e.to_string())?;
            differences.extend(figures::verify(&app, &organization).await.map_err(|e| e.to_string())?);
            let organization = organization.id;
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
