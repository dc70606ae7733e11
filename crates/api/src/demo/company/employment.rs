//! The HR system's words for how somebody is employed, and for how well they work.

use super::{Text, text};

/// Grades of the yearly evaluation: in Japan, elsewhere, rating, and parts.
#[rustfmt::skip]
pub(in crate::demo) const GRADES: [(Text, f64, u32); 5] = [
    (text("S", "Outstanding"), 1.0, 6),
    (text("A", "Exceeds Expectations"), 0.75, 24),
    (text("B", "Fully Meets Expectations"), 0.5, 48),
    (text("C", "Needs Improvement"), 0.25, 17),
    (text("D", "Unsatisfactory"), 0.0, 5),
];

/// Employment statuses of those who have not left, with the HR system's words.
pub(in crate::demo) const ACTIVE: (&str, Text) = ("active", text("在籍", "Active"));
/// On leave: still employed, away for a while.
pub(in crate::demo) const ON_LEAVE: (&str, Text) = ("on_leave", text("休職中", "On Leave"));
/// Hired, not yet there.
pub(in crate::demo) const PENDING: (&str, Text) = ("pending", text("入社予定", "Pending Hire"));
pub(super) const ENDED: (&str, Text) = ("ended", text("退職", "Terminated"));
pub(super) const RETIRED: (&str, Text) = ("retired", text("定年退職", "Retired"));
pub(super) const DECEASED: (&str, Text) = ("deceased", text("死亡退職", "Deceased"));

/// Regular staff.
pub(in crate::demo) const REGULAR: (&str, Text) = ("full_time", text("正社員", "Regular Full-Time"));
/// Staff with a fixed-term contract.
pub(in crate::demo) const FIXED_TERM: (&str, Text) = ("full_time", text("契約社員", "Fixed-Term"));
/// Staff by the hour.
pub(in crate::demo) const PART_TIME: (&str, Text) = ("part_time", text("パートタイム", "Part-Time"));
