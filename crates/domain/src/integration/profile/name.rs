//! Whole names in one cell, taken apart.

/// How a cell writes a whole name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `Last, First M`
    LastCommaFirst,
    /// `First Last`
    FirstLast,
    /// `Last First`
    LastFirst,
}

/// A name taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts<'t> {
    pub(super) family: &'t str,
    pub(super) given: &'t str,
    pub(super) middle: Option<&'t str>,
}

/// The comma, in Latin and in Japanese typing.
const COMMAS: [char; 3] = [',', '，', '、'];

impl Form {
    /// Every form, with the way profiles write it.
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("Last, First M", Self::LastCommaFirst), ("First Last", Self::FirstLast), ("Last First", Self::LastFirst)];

    /// What the form asks of a cell, for a fault.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::LastCommaFirst => "a family name, one comma and a given name",
            Self::FirstLast => "a given name, a space and a family name",
            Self::LastFirst => "a family name, a space and a given name",
        }
    }

    /// Takes a tidy name apart; none if it is not written in this form.
    pub(super) fn read(self, name: &str) -> Option<Parts<'_>> {
        let parts = match self {
            Self::LastCommaFirst => {
                let (family, given) = name.split_once(COMMAS)?;
                with_initial(family.trim_end(), given.trim_start())
            }
            Self::LastFirst => {
                let (family, given) = name.split_once(' ')?;
                with_initial(family, given)
            }
            Self::FirstLast => {
                let (given, family) = given_first(name)?;
                with_initial(family, given)
            }
        };
        let looks_like_a_name = |part: &str| part.contains(char::is_alphabetic) && !part.contains(COMMAS);
        (looks_like_a_name(parts.family) && looks_like_a_name(parts.given)).then_some(parts)
    }
}

/// Splits before the last word, and before the small words that belong to it. Where the family name itself is in small
/// letters, the case of a word tells nothing.
fn given_first(name: &str) -> Option<(&str, &str)> {
    let (mut given, mut family) = name.rsplit_once(' ')?;
    if family.starts_with(char::is_uppercase) {
        while let Some((before, word)) = given.rsplit_once(' ')
            && word.starts_with(char::is_lowercase)
        {
            family = name.get(before.len() + 1..)?;
            given = before;
        }
    }
    Some((given, family))
}

/// Sets a last initial apart from the given name. A lone initial is the given name itself, and an ideograph is no initial.
fn with_initial<'t>(family: &'t str, given: &'t str) -> Parts<'t> {
    match given.rsplit_once(' ') {
        Some((before, last)) if is_initial(last) => Parts { family, given: before, middle: Some(last) },
        _ => Parts { family, given, middle: None },
    }
}

fn is_initial(word: &str) -> bool {
    let mut letters = word.strip_suffix('.').unwrap_or(word).chars();
    letters.next().is_some_and(|letter| letter.is_uppercase() || letter.is_lowercase()) && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: Form, name: &str) -> Option<(&str, &str, Option<&str>)> {
        form.read(name).map(|Parts { family, given, middle }| (family, given, middle))
    }

    #[test]
    fn a_comma_parts_family_from_given_name_with_or_without_a_space() {
        let form = Form::LastCommaFirst;
        assert_eq!(read(form, "Moreau, Inès K"), Some(("Moreau", "Inès", Some("K"))));
        assert_eq!(read(form, "Moreau,Inès K."), Some(("Moreau", "Inès", Some("K."))));
        assert_eq!(read(form, "Ben Salah, Mary Ann"), Some(("Ben Salah", "Mary Ann", None)));
        assert_eq!(read(form, "O'Dea-Lund, J"), Some(("O'Dea-Lund", "J", None)));
        assert_eq!(read(form, "山田，太郎"), Some(("山田", "太郎", None)));
    }

    #[test]
    fn the_last_word_is_the_family_name_with_the_small_words_before_it() {
        let form = Form::FirstLast;
        assert_eq!(read(form, "Rosa Lund"), Some(("Lund", "Rosa", None)));
        assert_eq!(read(form, "Rosa R. Lund"), Some(("Lund", "Rosa", Some("R."))));
        assert_eq!(read(form, "Eva Maria van den Hout"), Some(("van den Hout", "Eva Maria", None)));
        assert_eq!(read(form, "eva maria hout"), Some(("hout", "eva maria", None)));
    }

    #[test]
    fn the_first_word_is_the_family_name() {
        assert_eq!(read(Form::LastFirst, "佐々木 花子"), Some(("佐々木", "花子", None)));
        assert_eq!(read(Form::LastFirst, "林 太 郎"), Some(("林", "太 郎", None)));
    }

    #[test]
    fn what_is_not_a_name_in_the_form_is_refused() {
        for name in ["", ",", "Moreau", "Moreau,", ", Inès", "Moreau, Inès, Jr.", "10084, 3"] {
            assert_eq!(read(Form::LastCommaFirst, name), None, "{name}");
        }
        for name in ["", "Moreau", "Moreau, Inès", "1 2"] {
            assert_eq!(read(Form::FirstLast, name), None, "{name}");
            assert_eq!(read(Form::LastFirst, name), None, "{name}");
        }
    }
}
