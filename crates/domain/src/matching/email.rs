//! E-mail addresses, as the mailbox behind them.

use super::script::tidy;

/// A mailbox: what comes before the @ as the provider tells mailboxes apart, and the provider.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Mailbox {
    /// Before the @: lower case, no +tag; no dots at Gmail.
    pub(super) local: String,
    /// After the @; googlemail is Gmail.
    pub(super) domain: String,
    /// Whether it is the owner's name and nothing else but digits.
    pub(super) is_named: bool,
}

/// The mailbox of an address; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Mailbox> {
    let text = tidy(text).to_lowercase();
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    // "Taro Yamada <taro@example.jp>"
    let text = text.split_once('<').map_or(text, |(_, rest)| rest.trim_end_matches('>'));
    let (local, domain) = text.trim().rsplit_once('@')?;
    let domain = match domain.trim().trim_end_matches('.') {
        "googlemail.com" => "gmail.com",
        other => other,
    };
    let local = local.trim().split('+').next().unwrap_or("").trim_matches('"');
    let local = if domain == "gmail.com" { local.replace('.', "") } else { local.to_owned() };
    let is_fine = !local.is_empty() && domain.contains('.') && !local.contains(' ') && !domain.contains(' ');
    is_fine.then(|| Mailbox { local, domain: domain.to_owned(), is_named: false })
}

/// Whether the address is at one of these domains or beneath.
pub(super) fn is_at(mailbox: &Mailbox, domains: &[String]) -> bool {
    domains.iter().any(|own| {
        let own = own.trim().trim_start_matches('@').to_lowercase();
        mailbox.domain == own || mailbox.domain.strip_suffix(&own).is_some_and(|rest| rest.ends_with('.') && !own.is_empty())
    })
}
