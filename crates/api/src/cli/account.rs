//! `furusu organization`, `furusu client`, `furusu token`

use clap::{Args, Subcommand};
use furusu_domain::account::{Client, Organization};
use furusu_domain::actor::{Scope, Scopes};
use furusu_domain::applicants::names_a_period;
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, OrganizationId};
use furusu_domain::matching::hex;
use furusu_domain::time::Zone;
use serde_json::json;

use super::rekey::rekey;
use super::{Run, say};
use crate::applicants::blinding;
use crate::auth;

#[derive(Subcommand)]
pub(super) enum OrganizationCommand {
    /// Add an organization
    Create {
        /// What it is called
        name: String,
        /// Where its day begins: an IANA time zone
        #[arg(long, default_value = "UTC", value_name = "ZONE")]
        time_zone: String,
    },
    /// List the organizations
    List,
}

impl OrganizationCommand {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        match self {
            Self::Create { name, time_zone } => {
                let zone: Zone = time_zone.parse().map_err(|e| format!("--time-zone {time_zone}: {e}"))?;
                let app = run.app().await?;
                let now = app.clock.now();
                let id = OrganizationId::mint(&mut app.mint(now));
                let organization = Organization { id, name, zone, created_at: now };
                let insert = async move |tx: &furusu_persistence::Tx| tx.accounts().insert_organization(&organization).await;
                app.store.write(id, now, insert).await.map_err(|e| e.to_string())?;
                run.print(&json!({ "id": id }), &id.to_string())
            }
            Self::List => {
                let app = run.app().await?;
                let all = app.store.outside(app.clock.now()).accounts().organizations().await.map_err(|e| e.to_string())?;
                for Organization { id, name, zone, created_at } in all {
                    let json = json!({ "id": id, "name": name, "time_zone": zone.name(), "created_at": created_at });
                    run.print(&json, &format!("{id}  {name}  {}", zone.name()))?;
                }
                Ok(())
            }
        }
    }
}

/// The scopes a command line names: one flag each, or several separated by spaces or commas.
fn scopes(words: &[String]) -> Result<Scopes, String> {
    let scopes = Scopes::parse(&words.join(" ").replace(',', " "))
        .map_err(|word| format!("--scope {word} is no scope; known are: {}", Scope::WORDS.join(" ")))?;
    if scopes == Scopes::NONE { Err("--scope: name at least one".to_owned()) } else { Ok(scopes) }
}

fn organization(id: &str) -> Result<OrganizationId, String> {
    id.parse().map_err(|e| format!("--organization: {e}"))
}

fn client(id: &str) -> Result<ClientId, String> {
    id.parse().map_err(|e| format!("--client: {e}"))
}

fn told(error: Error) -> String {
    if matches!(error, Error::NotFound) { "there is no such organization or client".to_owned() } else { error.to_string() }
}

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Add a client; its secret is shown this once
    Create {
        /// For which organization
        #[arg(long, value_name = "ID")]
        organization: String,
        /// What it is called
        #[arg(long)]
        name: String,
        /// What its tokens may allow
        #[arg(long = "scope", required = true, num_args = 1..)]
        scopes: Vec<String>,
    },
    /// List an organization's clients
    List {
        /// Of which organization
        #[arg(long, value_name = "ID")]
        organization: String,
    },
    /// Give a client another secret; the old one stays good for a while
    Rotate {
        /// Of which organization
        #[arg(long, value_name = "ID")]
        organization: String,
        /// Which client
        #[arg(long, value_name = "ID")]
        client: String,
        /// How long the old secret stays good, such as 24h
        #[arg(long, default_value = "24h", value_name = "DURATION")]
        overlap: String,
    },
    /// Let a client look applicants up blinded: prints the secret of a period, and gives everybody keys for it
    ///
    /// The secret is derived from the master key: the same command prints it again. Periods may overlap.
    Blind {
        /// Of which organization
        #[arg(long, value_name = "ID")]
        organization: String,
        /// Which client
        #[arg(long, value_name = "ID")]
        client: String,
        /// What the period is called: up to 32 letters, digits, '-', '_' and '.'
        #[arg(long, value_name = "NAME")]
        period: String,
        /// End the period: nobody is found in it any more, and its keys are removed
        #[arg(long)]
        retire: bool,
    },
    /// Revoke a client: its tokens stop within a minute
    Revoke {
        /// Of which organization
        #[arg(long, value_name = "ID")]
        organization: String,
        /// Which client
        #[arg(long, value_name = "ID")]
        client: String,
    },
}

impl ClientCommand {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        match self {
            Self::Create { organization: of, name, scopes: words } => {
                let (of, scopes) = (organization(&of)?, scopes(&words)?);
                if scopes.crosses_the_wall() {
                    return Err(
                        "matching:lookup cannot be held together with engagement:read, engagement:write or analytics:read: whoever looks \
                         applicants up must not see how engaged they are"
                            .to_owned(),
                    );
                }
                let made = auth::create(&*run.app().await?, of, name, scopes).await.map_err(told)?;
                show(run, &made)
            }
            Self::List { organization: of } => {
                let app = run.app().await?;
                for Client { id, name, scopes, created_at, revoked_at } in auth::list(&app, organization(&of)?).await.map_err(told)? {
                    let state = if revoked_at.is_some() { "revoked" } else { "active" };
                    let json = json!({ "client_id": id, "name": name, "scope": scopes.to_string(), "created_at": created_at, "revoked_at": revoked_at });
                    run.print(&json, &format!("{id}  {state}  {name}  {scopes}"))?;
                }
                Ok(())
            }
            Self::Rotate { organization: of, client: id, overlap } => {
                let made = auth::rotate(&*run.app().await?, organization(&of)?, client(&id)?, seconds(&overlap)?).await.map_err(told)?;
                show(run, &made)
            }
            Self::Blind { organization: of, client: id, period, retire } => {
                let (of, id) = (organization(&of)?, client(&id)?);
                if !names_a_period(&period) {
                    return Err(format!("--period {period}: up to 32 letters, digits, '-', '_' and '.' were expected"));
                }
                let app = run.app().await?;
                if retire {
                    let none = |error| if matches!(error, Error::NotFound) { "there is no such period".to_owned() } else { told(error) };
                    blinding::retire(&app, of, id, period.clone()).await.map_err(none)?;
                    rekey(&app, of).await?;
                    return run.print(&json!({ "client_id": id, "period": period, "retired": true }), &format!("{period} has ended"));
                }
                let secret = hex(&blinding::register(&app, of, id, period.clone()).await.map_err(told)?);
                rekey(&app, of).await?;
                let json = json!({ "client_id": id, "period": period, "secret": secret });
                run.print(&json, &format!("client_id  {id}\nperiod     {period}\nsecret     {secret}"))
            }
            Self::Revoke { organization: of, client: id } => {
                auth::revoke(&*run.app().await?, organization(&of)?, client(&id)?).await.map_err(told)?;
                run.print(&json!({ "client_id": id, "revoked": true }), &format!("{id} is revoked"))
            }
        }
    }
}

fn show(run: &Run, made: &auth::NewClient) -> Result<(), String> {
    let auth::NewClient { id, secret } = made;
    if run.json {
        return say(&json!({ "client_id": id, "client_secret": secret }).to_string());
    }
    say(&format!("client_id      {id}\nclient_secret  {secret}"))?;
    super::talk("The secret is shown this once.");
    Ok(())
}

#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub(super) struct Token {
    #[command(subcommand)]
    command: Option<TokenCommand>,
    /// For which organization
    #[arg(long, value_name = "ID", required = true)]
    organization: Option<String>,
    /// What the token allows
    #[arg(long = "scope", required = true, num_args = 1..)]
    scopes: Vec<String>,
    /// How long it is good, such as 15m, 1h or 12h; at most 24h
    #[arg(long, default_value = "1h", value_name = "DURATION")]
    ttl: String,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Judge signatures: reads {"keys": [JWK, …], "jws": "…"} a line, answers each with "valid" or "invalid"
    ///
    /// It is the check that the service makes of the tokens that come in. Claims are not looked at.
    VerifyJws,
}

/// The longest a token is good, in seconds.
const LONGEST: i64 = 86_400;

impl Token {
    pub(super) async fn run(self, run: &Run) -> Result<(), String> {
        if let Some(TokenCommand::VerifyJws) = self.command {
            return match auth::jws::judge(std::io::stdin().lock(), std::io::stdout().lock()) {
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                judged => judged.map_err(|e| e.to_string()),
            };
        }
        let (of, scopes) = (organization(&self.organization.unwrap_or_default())?, scopes(&self.scopes)?);
        let ttl = seconds(&self.ttl)?;
        if !(1..=LONGEST).contains(&ttl) {
            return Err(format!("--ttl {}: from 1s to 24h was expected", self.ttl));
        }
        let granted = auth::operator_token(&*run.app().await?, of, scopes, ttl).await.map_err(told)?;
        run.print(&json!({ "access_token": granted.access_token, "expires_in": granted.expires_in }), &granted.access_token)
    }
}

/// A duration such as `90s`, `15m`, `12h` or `7d`, in seconds.
fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no duration; 90s, 15m, 12h or 7d was expected");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let scale = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Ok(i64::from(number) * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("1d"), Ok(86_400));
        for wrong in ["", "h", "-1h", "1", "1w", "１ｈ"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn scopes_are_read_one_by_one_or_together() {
        let read = |words: &[&str]| scopes(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&["alumni:read", "alumni:write"]), read(&["alumni:read,alumni:write"]));
        assert!(read(&["alumni:reed"]).unwrap_err().contains("alumni:reed"));
        assert!(read(&[""]).is_err());
    }
}
