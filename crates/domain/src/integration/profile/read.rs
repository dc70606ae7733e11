//! From a profile's text to its plan. Whatever could go wrong in every row is refused here, once.

mod literal;
mod name;
mod table;

use toml::de::DeTable;

use self::literal::{delimiter_byte, fallback, formats, time_zone, two_digit_rule, value, words};
use self::table::answers;
use super::date::{Dates, Format};
use super::member::{self, Member, Shape};
use super::node::{Node, fault_at};
use super::plan::{Col, Column, Name, Origin, Reading, Rule};
use super::{Profile, ProfileError};

type Read<T> = Result<T, ProfileError>;

/// Reads and checks a profile.
pub(super) fn profile(text: &str) -> Read<Profile> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        fault_at(text, at, String::new(), format!("this is not TOML: {}", error.message()))
    })?;
    let document = Node::document(text, table.get_ref());
    let [name, about, delimiter, absent, required, departure_when, dates, constants, columns, names, maps] = document.fields([
        "name",
        "about",
        "delimiter",
        "absent",
        "required_columns",
        "departure_when",
        "dates",
        "constants",
        "columns",
        "names",
        "maps",
    ])?;

    let mut reader = Reader::new(dates.as_ref())?;
    for node in constants.iter() {
        reader.constants(node)?;
    }
    for node in columns.iter() {
        reader.columns(node)?;
    }
    for map in maps.iter().map(Node::items).collect::<Read<Vec<_>>>()?.iter().flatten() {
        reader.map(map)?;
    }
    let blocks = names.as_ref().map(Node::items).transpose()?.unwrap_or_default();
    let names = blocks.iter().map(|block| reader.name(block)).collect::<Read<Vec<_>>>()?;
    let departure_when = departure_when.map(|node| reader.when(&node)).transpose()?;
    if let Some(required) = required {
        reader.require(&required)?;
    }
    reader.check_whole(&document, &names, departure_when.is_some())?;

    Ok(Profile {
        name: name.ok_or_else(|| document.fault("the profile has no name; write name = \"…\""))?.word()?,
        about: about.map(|node| node.word()).transpose()?,
        delimiter: delimiter.map_or(Ok(b','), |node| delimiter_byte(&node))?,
        columns: reader.columns,
        absent: absent.map_or(Ok(Vec::new()), |node| words(&node))?,
        departure_when,
        names,
        rules: reader.rules,
    })
}

/// What is gathered on the way: the columns met so far and the rules made of them.
struct Reader {
    columns: Vec<Column>,
    rules: Vec<Rule>,
    formats: Vec<Format>,
    optional_time: bool,
}

impl Reader {
    fn new(dates: Option<&Node<'_>>) -> Read<Self> {
        let [stated, optional_time] = match dates {
            Some(node) => node.fields(["formats", "optional_time"])?,
            None => [None, None],
        };
        let formats = match stated {
            Some(node) => formats(&node)?,
            None => Format::parse("YYYY-MM-DD").into_iter().collect(),
        };
        let optional_time = optional_time.map_or(Ok(false), |node| node.truth())?;
        Ok(Self { columns: Vec::new(), rules: Vec::new(), formats, optional_time })
    }

    fn column(&mut self, name: String) -> Col {
        let known = self.columns.iter().position(|column| column.name == name);
        known.unwrap_or_else(|| {
            self.columns.push(Column { name, required: true });
            self.columns.len() - 1
        })
    }

    fn column_list(&mut self, owner: &Node<'_>, node: Option<Node<'_>>) -> Read<Vec<Col>> {
        let node = node.ok_or_else(|| owner.fault("no column is named; write column = \"…\""))?;
        node.texts()?.iter().map(|text| Ok(self.column(text.word()?))).collect()
    }

    fn add(&mut self, node: &Node<'_>, member: &'static Member, origin: Origin) -> Read<()> {
        if self.rules.iter().any(|rule| rule.member.pointer == member.pointer) {
            return Err(node.fault(format!("{} is filled in another place of this profile already", dotted(member.pointer))));
        }
        self.rules.push(Rule { member, origin });
        Ok(())
    }

    fn constants(&mut self, node: &Node<'_>) -> Read<()> {
        for (member, node) in members(node, "")? {
            self.add(&node, member, Origin::Constant(value(member, &node)?))?;
        }
        Ok(())
    }

    fn columns(&mut self, node: &Node<'_>) -> Read<()> {
        for (member, node) in members(node, "")? {
            let origin = self.origin(member, &node)?;
            self.add(&node, member, origin)?;
        }
        Ok(())
    }

    fn origin(&mut self, member: &'static Member, node: &Node<'_>) -> Read<Origin> {
        let reading = match member.shape {
            Shape::Date => {
                let (columns, dates) = self.dates(node)?;
                return Ok(Origin::Columns { columns, reading: Reading::Date(dates) });
            }
            Shape::Instant => {
                let [column, zone] = spec(node, ["column", "zone"])?;
                let reading = Reading::Instant(zone.map(|node| time_zone(&node)).transpose()?);
                return Ok(Origin::Columns { columns: self.column_list(node, column)?, reading });
            }
            Shape::Whole => {
                let [column] = spec(node, ["column"])?;
                return Ok(Origin::Columns { columns: self.column_list(node, column)?, reading: Reading::Whole });
            }
            Shape::Coded | Shape::CodedList => Reading::Coded(None),
            Shape::Text | Shape::Texts => Reading::Text,
            Shape::Truth => Reading::Truth,
            Shape::Rating => Reading::Rating,
        };
        let [column, values, fallback_node] = spec(node, ["column", "values", "fallback"])?;
        let columns = self.column_list(node, column)?;
        let fallback = fallback_node.as_ref().map(|node| fallback(member, node)).transpose()?;
        match (values, reading) {
            (Some(values), _) => {
                let [source] = columns[..] else {
                    return Err(node.fault("values need a single column; use [[maps]] for several"));
                };
                Ok(Origin::Table { source, answers: answers(member, source, &values)?, fallback })
            }
            (None, Reading::Coded(_)) => Ok(Origin::Columns { columns, reading: Reading::Coded(fallback) }),
            (None, reading) => match fallback_node {
                Some(node) => Err(node.fault("a fallback needs values beside it")),
                None => Ok(Origin::Columns { columns, reading }),
            },
        }
    }

    /// A date column, or several, and how their dates are written.
    fn dates(&mut self, node: &Node<'_>) -> Read<(Vec<Col>, Dates)> {
        let [column, stated, two_digit_years, optional_time] = spec(node, ["column", "formats", "two_digit_years", "optional_time"])?;
        let dates = Dates {
            formats: stated.map_or_else(|| Ok(self.formats.clone()), |node| formats(&node))?,
            two_digit_years: two_digit_years.as_ref().map(two_digit_rule).transpose()?,
            optional_time: optional_time.map_or(Ok(self.optional_time), |node| node.truth())?,
        };
        let short = dates.formats.iter().any(Format::short_year);
        if short && dates.two_digit_years.is_none() {
            return Err(
                node.fault("a format has YY, so the century must be stated: two_digit_years = { latest = … }, the last year it can mean")
            );
        }
        if let (false, Some(rule)) = (short, two_digit_years) {
            return Err(rule.fault("no format of this column has YY"));
        }
        if let Some((one, other)) = dates.ambiguity() {
            return Err(node.fault(format!("one text could be two days: by {one} and by {other}; keep one of them")));
        }
        Ok((self.column_list(node, column)?, dates))
    }

    fn require(&mut self, node: &Node<'_>) -> Read<()> {
        for column in &mut self.columns {
            column.required = false;
        }
        for node in node.texts()? {
            let name = node.word()?;
            let column = self.columns.iter_mut().find(|column| column.name == name);
            column.ok_or_else(|| node.fault(format!("this profile reads no column {name:?}")))?.required = true;
        }
        Ok(())
    }

    /// What no record can do without, and what could never come out.
    fn check_whole(&self, document: &Node<'_>, names: &[Name], has_departure_when: bool) -> Read<()> {
        let from_column = |pointer: &str| {
            let rule = self.rules.iter().find(|rule| rule.member.pointer == pointer);
            rule.is_some_and(|rule| !rule.origin.columns().is_empty())
        };
        for pointer in ["/external_id", "/employment/hired_on"] {
            if !from_column(pointer) {
                return Err(document.fault(format!("no column gives {}, which every record needs", dotted(pointer))));
            }
        }
        if names.is_empty() {
            return Err(document.fault("no [[names]] block says where names come from, which every record needs"));
        }
        let departs = self.rules.iter().any(|rule| member::is_below(rule.member.pointer, "/departure"));
        if departs && !has_departure_when && !from_column("/departure/employment_ended_on") {
            return Err(document.fault(
                "nothing tells which rows are departures: read departure.employment_ended_on from a column, or state departure_when",
            ));
        }
        Ok(())
    }
}

/// The members named in a table, nested or dotted, each with its place.
fn members<'t>(node: &Node<'t>, above: &str) -> Read<Vec<(&'static Member, Node<'t>)>> {
    let mut found = Vec::new();
    for (name, child) in node.entries()? {
        let pointer = format!("{above}/{}", name.trim_start_matches('/').replace('.', "/"));
        match member::find(&pointer) {
            Some(member) => found.push((member, child)),
            None if child.is_table() && !member::below(&pointer).is_empty() => found.extend(members(&child, &pointer)?),
            None => return Err(unknown_member(&child, &pointer)),
        }
    }
    Ok(found)
}

fn unknown_member(node: &Node<'_>, pointer: &str) -> ProfileError {
    if pointer == "/names" || pointer.starts_with("/names/") || pointer.starts_with("/names[") {
        return node.fault("names are read by [[names]] blocks");
    }
    let (above, last) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let mut near: Vec<_> = member::below("").into_iter().filter(|known| known.rsplit('/').next() == Some(last)).collect();
    near.extend(member::below(pointer));
    if near.is_empty() {
        near = member::below(above);
    }
    let near: Vec<_> = near.into_iter().map(dotted).collect();
    node.fault(format!("{} is not a member that can be filled; expected one of: {}", dotted(pointer), near.join(", ")))
}

/// The short form, where the columns stand alone, or the fields of the long form.
fn spec<'t, const N: usize>(node: &Node<'t>, known: [&str; N]) -> Read<[Option<Node<'t>>; N]> {
    if !node.is_plain() {
        return node.fields(known);
    }
    let mut fields = std::array::from_fn(|_| None);
    if let Some(column) = fields.first_mut() {
        *column = Some(node.clone());
    }
    Ok(fields)
}

/// A pointer as profiles write it.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
