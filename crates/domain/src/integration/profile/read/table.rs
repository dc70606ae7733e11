//! Tables from the words of an export to ours.

use serde_json::Value;

use super::literal::{fallback, value};
use super::{Read, Reader, members};
use crate::integration::profile::ProfileError;
use crate::integration::profile::member::{Member, Shape};
use crate::integration::profile::node::Node;
use crate::integration::profile::plan::{Answer, Col, Origin, Pattern, When};
use crate::integration::profile::tidy;

impl Reader {
    /// A block that decides members by several columns together.
    pub(super) fn map(&mut self, map: &Node<'_>) -> Read<()> {
        let [decided, rows, fallbacks] = map.fields(["members", "rows", "fallback"])?;
        let decided = decided.ok_or_else(|| map.fault("no members; write members = { member = \"source column\" }"))?;
        let rows = rows.ok_or_else(|| map.fault("no rows; write rows = [{ when = { … }, set = { … } }]"))?;

        let mut tables = Vec::new();
        for (member, node) in members(&decided, "")? {
            if !(member.shape.keeps_raw() || member.shape == Shape::Truth) {
                return Err(node.fault("maps decide coded members, texts, ratings and yes-or-no members; read this one in [columns]"));
            }
            let source = self.column(node.word()?);
            tables.push((member, source, Vec::new(), None, node));
        }
        for row in rows.items()? {
            let [when, set] = row.fields(["when", "set"])?;
            let when = self.when(&when.ok_or_else(|| row.fault("this row has no when; write when = {} for any"))?)?;
            let set = set.ok_or_else(|| row.fault("this row sets nothing; write set = { member = … }"))?;
            for (member, node) in members(&set, "")? {
                let table = tables.iter_mut().find(|table| table.0.pointer == member.pointer);
                let (_, _, answers, ..) = table.ok_or_else(|| undeclared(&node))?;
                add_answer(answers, when.clone(), value(member, &node)?, &node)?;
            }
        }
        for (member, node) in fallbacks.as_ref().map_or(Ok(Vec::new()), |node| members(node, ""))? {
            let table = tables.iter_mut().find(|table| table.0.pointer == member.pointer);
            let (_, _, _, slot, _) = table.ok_or_else(|| undeclared(&node))?;
            *slot = Some(fallback(member, &node)?);
        }
        for (member, source, answers, fallback, node) in tables {
            if answers.is_empty() && fallback.is_none() {
                return Err(node.fault("no row of this map sets it"));
            }
            self.add(&node, member, Origin::Table { source, answers, fallback })?;
        }
        Ok(())
    }

    /// Conditions on columns.
    pub(super) fn when(&mut self, node: &Node<'_>) -> Read<When> {
        let condition = |(column, node): (String, Node<'_>)| {
            let patterns = node.texts()?.iter().map(pattern).collect::<Read<Vec<_>>>()?;
            Ok((self.column(tidy(&column)), patterns))
        };
        node.entries()?.into_iter().map(condition).collect::<Read<Vec<_>>>().map(When)
    }
}

/// The answers of a `values` table. `*` has no order among the keys of a table, so it is left to `fallback`.
pub(super) fn answers(member: &'static Member, source: Col, values: &Node<'_>) -> Read<Vec<Answer>> {
    let mut answers = Vec::new();
    for (word, node) in values.entries()? {
        let text = tidy(&word);
        if text.is_empty() || text == "*" {
            return Err(node.fault("values name words of the export; use fallback for all others"));
        }
        let when = When(vec![(source, vec![Pattern::Text(text.to_lowercase())])]);
        add_answer(&mut answers, when, value(member, &node)?, &node)?;
    }
    Ok(answers)
}

fn add_answer(answers: &mut Vec<Answer>, when: When, value: Value, node: &Node<'_>) -> Read<()> {
    if answers.iter().any(|answer| answer.when == when) {
        return Err(node.fault("an earlier row with the same condition sets this already"));
    }
    answers.push(Answer { when, value });
    Ok(())
}

fn pattern(node: &Node<'_>) -> Read<Pattern> {
    Ok(match tidy(node.text()?).as_str() {
        "*" => Pattern::Anything,
        "" => Pattern::Absent,
        text => Pattern::Text(text.to_lowercase()),
    })
}

fn undeclared(node: &Node<'_>) -> ProfileError {
    node.fault("this member is not among the members of the map")
}
