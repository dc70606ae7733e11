//! A profile tied to the header of one file.

use super::draft::{CellFault, Mapped};
use super::member::is_below;
use super::plan::Col;
use super::{Profile, ProfileError, draft, same, tidy};

/// A profile that knows where its columns stand in one file.
#[derive(Debug, Clone)]
pub struct Binding<'p> {
    pub(super) profile: &'p Profile,
    header: Vec<String>,
    /// Where each column of the profile stands; none for an optional column that the file does not have.
    positions: Vec<Option<usize>>,
    /// What each mapped pointer came from; nothing, for a constant.
    origins: Vec<(String, Vec<Col>)>,
}

impl<'p> Binding<'p> {
    pub(super) fn new(profile: &'p Profile, header: &[&str]) -> Result<Self, Vec<ProfileError>> {
        let header: Vec<String> = header.iter().map(|name| tidy(name.trim_start_matches('\u{feff}'))).collect();
        let mut positions = Vec::with_capacity(profile.columns.len());
        let mut faults = Vec::new();
        for column in &profile.columns {
            match position(&header, &column.name) {
                Ok(None) if column.required => faults.push(fault(&column.name, "the file has no such column")),
                Ok(position) => positions.push(position),
                Err(Repeated) => faults.push(fault(&column.name, "the file has more than one such column")),
            }
        }
        if faults.is_empty() { Ok(Self { profile, header, positions, origins: origins(profile) }) } else { Err(faults) }
    }

    /// One row into one record, with every fault found on the way.
    ///
    /// A row with fewer cells than the header, or with more that are not empty, is not looked into: its cells may have
    /// slipped into columns they do not belong to.
    pub fn map(&self, cells: &[&str]) -> Mapped {
        let surplus = cells.iter().skip(self.header.len()).any(|cell| !cell.trim().is_empty());
        if surplus || cells.len() < self.header.len() {
            let detail = format!("{} cells came, the header has {}", cells.len(), self.header.len());
            let fault = CellFault { columns: Vec::new(), pointer: String::new(), code: "row_length", detail };
            return Mapped { record: serde_json::json!({}), faults: vec![fault] };
        }
        draft::draw(self, cells)
    }

    /// The columns that a pointer of the record came from, such as `["DOB"]` for `/birth_on`, in the spelling of the file.
    ///
    /// A pointer inside a mapped member answers for that member, a pointer to an object for all the members mapped in
    /// it. Constants, and what the profile does not map, have no columns. Names are counted as in the profile.
    pub fn columns_of(&self, pointer: &str) -> Vec<&str> {
        let covers = |mapped: &str| mapped == pointer || is_below(pointer, mapped);
        let nearest = self.origins.iter().filter(|(mapped, _)| covers(mapped)).max_by_key(|(mapped, _)| mapped.len());
        let mut columns: Vec<&str> = Vec::new();
        let inside = self.origins.iter().filter(|(mapped, _)| nearest.is_none() && is_below(mapped, pointer));
        for col in nearest.into_iter().chain(inside).flat_map(|(_, columns)| columns) {
            let name = self.column_name(*col);
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        columns
    }

    /// The names of the file's columns, tidied, in order: the first row of a rejects file.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The file's columns that the profile does not read, so that a misspelt optional column can be noticed.
    pub fn unread(&self) -> Vec<&str> {
        let read = |place: usize| self.positions.contains(&Some(place));
        self.header.iter().enumerate().filter(|(place, _)| !read(*place)).map(|(_, name)| name.as_str()).collect()
    }

    /// What a column of the profile is called in the file.
    pub(super) fn column_name(&self, col: Col) -> &str {
        let in_file = self.positions.get(col).copied().flatten().and_then(|place| self.header.get(place));
        in_file.or_else(|| self.profile.columns.get(col).map(|column| &column.name)).map_or("", String::as_str)
    }

    /// The tidied cells of a row, by the profile's columns; none where nothing, or a word for nothing, stands.
    pub(super) fn read(&self, cells: &[&str]) -> Vec<Option<String>> {
        let cell = |position: &Option<usize>| {
            let text = tidy(cells.get((*position)?)?);
            (!text.is_empty() && !self.profile.absent.contains(&text)).then_some(text)
        };
        self.positions.iter().map(cell).collect()
    }
}

/// A name that stands in the header more than once.
struct Repeated;

fn position(header: &[String], name: &str) -> Result<Option<usize>, Repeated> {
    let find = |equal: &dyn Fn(&str) -> bool| {
        let mut places = header.iter().enumerate().filter(|(_, known)| equal(known)).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (first, None) => Ok(first),
            _ => Err(Repeated),
        }
    };
    match find(&|known| known == name)? {
        Some(place) => Ok(Some(place)),
        None => find(&|known| same(known, name)),
    }
}

fn fault(column: &str, detail: &str) -> ProfileError {
    ProfileError { line: None, key: format!("column {column:?}"), detail: detail.to_owned() }
}

fn origins(profile: &Profile) -> Vec<(String, Vec<Col>)> {
    let mut origins: Vec<(String, Vec<Col>)> =
        profile.rules.iter().map(|rule| (rule.member.pointer.to_owned(), rule.origin.columns())).collect();
    for (place, name) in profile.names.iter().enumerate() {
        let at = |part: &str| format!("/names/{place}/{part}");
        for whole in &name.whole {
            let parts = [Some(whole.family), Some(whole.given), whole.middle];
            origins.extend(parts.into_iter().flatten().map(|part| (at(part), vec![whole.column])));
        }
        origins.extend(name.parts.iter().map(|(part, col)| (at(part), vec![*col])));
        origins.extend(name.dates.iter().map(|(part, columns, _)| (at(part), columns.clone())));
    }
    origins
}
