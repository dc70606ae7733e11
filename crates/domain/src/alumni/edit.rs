//! What the alumni office edits: contacts and the preferred name. Its word outlives imports.

use super::particulars::{Email, Particulars, PersonName, Phone, each_once};
use crate::departures::NameKind;

/// An edit, member by member, as JSON Merge Patch (RFC 7396) has it: `None` leaves a member alone, `Some(None)` takes
/// the office's word back so that the sources' shows again, and `Some(Some(…))` is the office's word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edit {
    /// E-mail addresses; an empty list says that there are none.
    pub emails: Option<Option<Vec<Email>>>,
    /// Telephone numbers, likewise.
    pub phones: Option<Option<Vec<Phone>>>,
    /// Postal code.
    pub postal_code: Option<Option<String>>,
    /// Postal address.
    pub address: Option<Option<String>>,
    /// What they wish to be called.
    pub preferred_name: Option<Option<PersonName>>,
}

impl Edit {
    /// Only what is taken back. Of somebody into whom others were merged it is taken back from the words on all of them:
    /// otherwise the next word beneath would show, and not what the sources say.
    #[must_use]
    pub fn takes_back(&self) -> Self {
        fn back<T>(member: Option<&Option<T>>) -> Option<Option<T>> {
            member.filter(|said| said.is_none()).map(|_| None)
        }
        let Self { emails, phones, postal_code, address, preferred_name } = self;
        Self {
            emails: back(emails.as_ref()),
            phones: back(phones.as_ref()),
            postal_code: back(postal_code.as_ref()),
            address: back(address.as_ref()),
            preferred_name: back(preferred_name.as_ref()),
        }
    }
}

/// What the office says after an edit, and the names of the members that changed; nothing changed, nothing to write.
#[must_use]
pub fn edit(before: Particulars, edit: Edit) -> (Particulars, Vec<&'static str>) {
    let mut after = before;
    let mut changed = Vec::new();
    let Edit { emails, phones, postal_code, address, preferred_name } = edit;
    let mut set = |name, differs: bool| {
        if differs {
            changed.push(name);
        }
    };
    if let Some(emails) = emails.map(|said| said.map(each_once)) {
        set("emails", after.emails != emails);
        after.emails = emails;
    }
    if let Some(phones) = phones.map(|said| said.map(each_once)) {
        set("phones", after.phones != phones);
        after.phones = phones;
    }
    if let Some(postal_code) = postal_code {
        set("postal_code", after.postal_code != postal_code);
        after.postal_code = postal_code;
    }
    if let Some(address) = address {
        set("address", after.address != address);
        after.address = address;
    }
    if let Some(name) = preferred_name {
        let names: Vec<PersonName> = name.map(|n| PersonName { kind: NameKind::Preferred, ..n }).into_iter().collect();
        set("preferred_name", after.names != names);
        after.names = names;
    }
    (after, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_kept_once() {
        let email = |text: &str| Email::parse(text).unwrap();
        let twice = vec![email("b@example.com"), email("a@example.com"), email("B@example.com")];
        let (after, _) = edit(Particulars::default(), Edit { emails: Some(Some(twice)), ..Edit::default() });
        assert_eq!(after.emails, Some(vec![email("b@example.com"), email("a@example.com")]));
    }

    #[test]
    fn an_edit_touches_only_what_it_names() {
        let before = Particulars { address: Some("1-2-3".into()), ..Particulars::default() };
        let (after, changed) = edit(before, Edit { emails: Some(Some(vec![])), ..Edit::default() });
        assert_eq!(after.emails, Some(vec![]));
        assert_eq!(after.address.as_deref(), Some("1-2-3"));
        assert_eq!(changed, ["emails"]);
    }

    #[test]
    fn taking_a_word_back_is_a_change_once() {
        let (after, changed) = edit(Particulars::default(), Edit { phones: Some(Some(vec![])), ..Edit::default() });
        assert_eq!(changed, ["phones"]);
        let (after, changed) = edit(after, Edit { phones: Some(None), ..Edit::default() });
        assert_eq!((after.phones.clone(), changed), (None, vec!["phones"]));
        assert!(edit(after, Edit { phones: Some(None), ..Edit::default() }).1.is_empty());
    }
}
