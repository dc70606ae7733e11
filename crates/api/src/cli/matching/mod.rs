//! `furusu matching`: judging the matcher, training it, and refitting it to an organization's own reviews.

mod evaluate;
mod files;
mod refit;
mod trial;

use clap::Subcommand;

use super::Run;

#[derive(Subcommand)]
pub(super) enum MatchingCommand {
    /// Run the matcher over files: the best candidate of each applicant, and how probable it is
    Evaluate(evaluate::Evaluate),
    /// Make a file of weights from applicants of whom it is known who they are
    Train(evaluate::Train),
    /// Refit an organization's weights to what people decided on its findings
    Refit(refit::Refit),
}

impl MatchingCommand {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        match self {
            Self::Evaluate(command) => command.run(run).await,
            Self::Train(command) => command.run(run).await,
            Self::Refit(command) => command.run(run).await,
        }
    }
}
