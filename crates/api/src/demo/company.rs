//! The demonstration's company group: who sits where, under whom, and how people come to leave it.
//!
//! The group is made of blocks of 500 places with the same shape, so that one person or a million
//! have the same mix, and anybody's superiors are found by arithmetic and have lower numbers.

mod departments;
mod departures;
mod employment;
mod offices;

use self::departments::DEPARTMENTS;
pub(super) use self::departures::{EXITS, Exit, REHIRE_AUTHORITY, REHIRE_REFUSED, Reason, Term};
pub(super) use self::employment::{ACTIVE, FIXED_TERM, GRADES, ON_LEAVE, PART_TIME, PENDING, REGULAR};
use self::offices::TOKYO;
pub(super) use self::offices::streets;

/// A text of the HR system, in the language of the entity that keeps the record.
#[derive(Clone, Copy)]
pub(super) struct Text {
    ja: &'static str,
    en: &'static str,
}

const fn text(ja: &'static str, en: &'static str) -> Text {
    Text { ja, en }
}

impl Text {
    /// The text as the entity at this site writes it.
    pub(super) const fn at(self, site: Site) -> &'static str {
        match site {
            Site::Japan => self.ja,
            Site::Germany | Site::UnitedStates => self.en,
        }
    }
}

/// Where a legal entity of the group is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Site {
    /// The parent company.
    Japan,
    /// The European subsidiary.
    Germany,
    /// The American subsidiary.
    UnitedStates,
}

impl Site {
    /// The legal entity's name.
    pub(super) const fn entity(self) -> &'static str {
        match self {
            Self::Japan => "柳空システムズ株式会社",
            Self::Germany => "Yanagizora Europe GmbH",
            Self::UnitedStates => "Yanagizora America, Inc.",
        }
    }
}

/// A place of work, and where those who work there live: postal code and place.
pub(super) struct Office {
    /// The legal entity's country.
    pub(super) site: Site,
    /// What the HR system calls the office.
    pub(super) name: &'static str,
    /// Postal code and place; the rest of an address is invented.
    pub(super) homes: &'static [(&'static str, &'static str)],
}

/// A department with its ladder of titles and the offices of its sections.
pub(super) struct Department {
    /// The department's name.
    pub(super) name: Text,
    /// Titles of the head, a section's manager, and senior, experienced and junior staff.
    pub(super) titles: [Text; 5],
    /// One office per section.
    sections: &'static [&'static Office],
}

/// How high a place is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rank {
    /// The president, or an executive officer over a block.
    Chief,
    /// Head of a department.
    Head,
    /// Manager of a section.
    Manager,
    /// Everybody else.
    Member,
}

/// One place in the organisation.
#[derive(Clone, Copy)]
pub(super) struct Post {
    /// How high.
    pub(super) rank: Rank,
    /// In which department; executives are in none.
    pub(super) department: Option<&'static Department>,
    /// Where.
    pub(super) office: &'static Office,
    /// Whose record is consulted for a manager, best first; whoever was there at the time is taken.
    pub(super) superiors: [Option<u64>; 4],
}

/// Title of the president and of the executive officers over further blocks.
pub(super) const CHIEF_TITLES: [Text; 2] = [text("代表取締役社長", "President"), text("執行役員", "Executive Officer")];

/// Places in a block: one chief, the heads, the managers of sections, then their members in turn.
const BLOCK: u64 = 500;
const HEADS: u64 = DEPARTMENTS.len() as u64;
const SECTIONS: u64 = {
    let (mut count, mut at) = (0, 0);
    while at < DEPARTMENTS.len() {
        count += DEPARTMENTS[at].sections.len() as u64;
        at += 1;
    }
    count
};

impl Post {
    /// The place of person `n`.
    pub(super) fn of(n: u64) -> Self {
        let (place, chief) = (n % BLOCK, n - n % BLOCK);
        let first_manager = chief + 1 + HEADS;
        match place {
            0 => Self { rank: Rank::Chief, department: None, office: &TOKYO, superiors: [(n > 0).then_some(0), None, None, None] },
            1..=HEADS => Self {
                rank: Rank::Head,
                department: Some(&DEPARTMENTS[(place - 1) as usize]),
                office: &TOKYO,
                superiors: [Some(chief), None, None, None],
            },
            _ => {
                let seat = place - 1 - HEADS;
                let section = Section::numbered(seat % SECTIONS);
                let head = Some(chief + 1 + section.department);
                let [own, other] = [section.number, section.neighbour].map(|at| first_manager + at);
                let (rank, superiors) = if seat < SECTIONS {
                    (Rank::Manager, [head, Some(chief), None, None])
                } else {
                    (Rank::Member, [Some(own), Some(other), head, Some(chief)])
                };
                let department = &DEPARTMENTS[section.department as usize];
                Self { rank, department: Some(department), office: section.office, superiors }
            }
        }
    }
}

struct Section {
    number: u64,
    department: u64,
    office: &'static Office,
    /// Another section of the same department, whose manager can stand in.
    neighbour: u64,
}

impl Section {
    fn numbered(number: u64) -> Self {
        let (mut department, mut first) = (0, 0);
        while number - first >= DEPARTMENTS[department].sections.len() as u64 {
            first += DEPARTMENTS[department].sections.len() as u64;
            department += 1;
        }
        let sections = DEPARTMENTS[department].sections;
        let at = number - first;
        Self { number, department: department as u64, office: sections[at as usize], neighbour: first + (at + 1) % sections.len() as u64 }
    }
}
