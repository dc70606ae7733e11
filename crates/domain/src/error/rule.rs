//! Rules that stand against something, and what they allow instead.

use crate::engagement::Bar;

/// Why something is not done, as things are: not that it was said wrongly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rule {
    /// It cannot move there from where it is.
    Move {
        /// Where it is.
        from: &'static str,
        /// Where it can move.
        allowed: Vec<&'static str>,
    },
    /// As it stands, not all of it can be edited.
    Edit {
        /// Where it stands.
        state: &'static str,
        /// The members that can be edited.
        allowed: Vec<&'static str>,
    },
    /// The gathering takes no such word of a guest now.
    Registration {
        /// What stands in the way.
        bar: Bar,
    },
    /// Attendance is final: from when on it was cannot be changed afterwards.
    AttendanceFinal,
}

impl Rule {
    /// The stable name of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Move { .. } => "move_refused",
            Self::Edit { .. } => "edit_refused",
            Self::Registration { .. } => "registration_closed",
            Self::AttendanceFinal => "attendance_final",
        }
    }

    /// What would be allowed: moves, or members.
    #[must_use]
    pub fn allowed(&self) -> &[&'static str] {
        match self {
            Self::Move { from: _, allowed } | Self::Edit { state: _, allowed } => allowed,
            Self::Registration { .. } | Self::AttendanceFinal => &[],
        }
    }
}
