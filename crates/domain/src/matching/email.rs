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

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(text: &str) -> Option<(String, String)> {
        read(text).map(|mailbox| (mailbox.local, mailbox.domain))
    }

    #[test]
    fn one_mailbox_is_read_from_every_spelling() {
        for text in [
            "Taro.Yamada@gmail.com",
            "taroyamada+jobs@googlemail.com",
            " TAROYAMADA@GMAIL.COM ",
            "ｔａｒｏ．ｙａｍａｄａ＠ｇｍａｉｌ．ｃｏｍ",
            "Taro <taro.yamada@gmail.com>",
            "mailto:t.aroyamada@gmail.com",
        ] {
            assert_eq!(mailbox(text), Some(("taroyamada".to_owned(), "gmail.com".to_owned())), "{text}");
        }
        // Only Gmail overlooks dots.
        assert_eq!(mailbox("taro.yamada@example.jp"), Some(("taro.yamada".to_owned(), "example.jp".to_owned())));
        for text in ["", "taro", "@example.jp", "taro@localhost", "a b@example.jp"] {
            assert_eq!(mailbox(text), None, "{text}");
        }
    }

    #[test]
    fn an_organizations_own_domain_takes_those_beneath() {
        let at = |text: &str| is_at(&read(text).expect("a mailbox"), &["corp.example".to_owned()]);
        assert!(at("a@corp.example") && at("a@mail.corp.example") && !at("a@notcorp.example"));
    }
}
