//! `furusu matching tokens`

use std::io::Read as _;

use clap::Args;
use furusu_domain::error::Error;
use furusu_domain::matching::{BlindSecret, BlindToken, Habits, TokenKind, hex, tokens};
use furusu_domain::time::Moment;
use serde_json::{Value, json};

use crate::applicants::input;
use crate::cli::say;
use crate::json::Place;
use crate::rest::body;

#[derive(Args)]
pub(in crate::cli) struct Tokens {
    /// Blind them with the secret of a period, as `furusu client blind` prints it
    #[arg(long, value_name = "HEX")]
    secret: Option<String>,
    /// Where a telephone number without a country is, as the organization has it
    #[arg(long, value_name = "REGION", default_value = "JP")]
    region: String,
}

/// The end of the year 9999.
const LATE: Moment = Moment::from_micros(253_402_214_400_000_000);

impl Tokens {
    pub(in crate::cli) fn run(self) -> Result<(), String> {
        let mut text = Vec::new();
        std::io::stdin().lock().read_to_end(&mut text).map_err(|e| e.to_string())?;
        let told = |error: Error| error.to_string();
        // No clock is needed: when a notice was shown is no token.
        let question = input::question(body::parse(&text).map_err(told)?, Place::ROOT, LATE);
        let question = question.map_err(|faults| {
            let lines: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.problem.code())).collect();
            lines.join("\n")
        })?;
        let secret: Option<BlindSecret> = match self.secret {
            None => None,
            Some(text) => Some(BlindToken::read(TokenKind::Email, &text).ok_or("--secret: 64 hexadecimal digits were expected")?.mac),
        };
        let habits = Habits { own_mail_domains: Vec::new(), region: self.region };
        let shown = |(kind, value): (TokenKind, String)| match &secret {
            None => json!({ "kind": kind, "value": value }),
            Some(secret) => json!({ "kind": kind, "value": value, "blinded": hex(&BlindToken::of(secret, kind, &value).mac) }),
        };
        let shown: Vec<Value> = tokens(&question.applicant, &habits).into_iter().map(shown).collect();
        say(&serde_json::to_string_pretty(&shown).map_err(|e| e.to_string())?)
    }
}
