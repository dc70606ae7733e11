//! Where the names of a person come from.

use super::literal::accepted;
use super::{Read, Reader};
use crate::integration::profile::name::Form;
use crate::integration::profile::node::Node;
use crate::integration::profile::plan::{Name, WholeName};

impl Reader {
    /// A block that says where one name comes from.
    pub(super) fn name(&mut self, block: &Node<'_>) -> Read<Name> {
        let [kind, column, form, kana_column, family, given, middle, family_kana, given_kana, valid_from, valid_to] = block.fields([
            "kind",
            "column",
            "form",
            "kana_column",
            "family",
            "given",
            "middle",
            "family_kana",
            "given_kana",
            "valid_from",
            "valid_to",
        ])?;
        let kind = match kind {
            Some(node) => accepted("/names/kind", &node)?,
            None => "legal".to_owned(),
        };
        if column.is_some() == (family.is_some() || given.is_some()) {
            return Err(block.fault("a name has either column with form, or family and given"));
        }
        if kana_column.is_some() && (family_kana.is_some() || given_kana.is_some()) {
            return Err(block.fault("kana have either kana_column, or family_kana and given_kana"));
        }

        let mut whole = Vec::new();
        let targets = [("family", "given", Some("middle")), ("family_kana", "given_kana", None)];
        for (node, (family, given, middle)) in [column, kana_column].iter().zip(targets) {
            let Some(node) = node else { continue };
            let form = form.as_ref().ok_or_else(|| node.fault("this column needs a form beside it, such as \"Last, First M\""))?;
            whole.push(WholeName { column: self.column(node.word()?), form: name_form(form)?, family, given, middle });
        }
        if let (true, Some(form)) = (whole.is_empty(), form) {
            return Err(form.fault("a form needs column or kana_column beside it"));
        }

        let mut parts = Vec::new();
        let named = [family, given, middle, family_kana, given_kana];
        for (part, node) in ["family", "given", "middle", "family_kana", "given_kana"].into_iter().zip(named) {
            let Some(node) = node else { continue };
            if part == "middle" && whole.iter().any(|whole| whole.middle.is_some()) {
                return Err(node.fault("the middle name comes out of column already"));
            }
            parts.push((part, self.column(node.word()?)));
        }
        let mut dates = Vec::new();
        for (part, node) in [("valid_from", valid_from), ("valid_to", valid_to)] {
            if let Some(node) = node {
                let (columns, read) = self.dates(&node)?;
                dates.push((part, columns, read));
            }
        }
        Ok(Name { kind, whole, parts, dates })
    }
}

fn name_form(node: &Node<'_>) -> Read<Form> {
    let written = node.text()?;
    let form = Form::ALL.iter().find(|(notation, _)| *notation == written).map(|(_, form)| *form);
    form.ok_or_else(|| {
        let known: Vec<_> = Form::ALL.iter().map(|(notation, _)| format!("{notation:?}")).collect();
        node.fault(format!("{written:?} is not a form of names; expected one of: {}", known.join(", ")))
    })
}
