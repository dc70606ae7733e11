//! `furusu matching`: judging the matcher, training it, and refitting it to an organization's own reviews.

mod evaluate;
mod files;
mod refit;
mod tokens;
mod trial;

use clap::Subcommand;

use super::Run;

#[derive(Subcommand)]
pub(super) enum MatchingCommand {
    /// Run the matcher over files: the best candidate of each applicant, and how probable it is
    Evaluate(evaluate::Evaluate),
    /// Make a file of weights from applicants of whom it is known who they are
    Train(evaluate::Train),
    /// Print the tokens of an applicant for a blinded lookup: reads the question of a lookup, as JSON, from standard input
    Tokens(tokens::Tokens),
    /// Refit an organization's weights to what people decided on its findings
    Refit(refit::Refit),
}

impl MatchingCommand {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        match self {
            Self::Evaluate(command) => command.run(run).await,
            Self::Train(command) => command.run(run).await,
            Self::Tokens(command) => command.run(),
            Self::Refit(command) => command.run(run).await,
        }
    }
}
