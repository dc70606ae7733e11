//! Engagement: what alumni did with us, what it adds up to, and the books that figures are read from.
//!
//! | module | what it knows |
//! | --- | --- |
//! | `kind` | kinds of activities, their modes, and the ways by which activities come about |
//! | `formula` | what an activity is worth: points, caps, half-life, levels; versioned |
//! | `score` | one number that sorts as the score does, whenever it is read |
//! | `activity` | an activity, and the records that tell of it |
//! | `ledger` | what records do to the activities that are known |
//! | `books` | what is counted: by day and by month, by person, and who was active when |
//! | `gathering` | exchange events: the plan, the guest list, who was there |
//! | `message` | what was sent to whom, what came of it, and whether one may be sent |

mod activity;
mod bearing;
mod books;
mod formula;
mod gathering;
mod kind;
mod ledger;
mod message;
mod score;
#[cfg(test)]
mod tests;

pub use activity::{
    Act, Activity, ActivityChannel, ActivityOutcome, ActivityPosition, ActivityRecord, ActivityRecorded, Change, Subject, SubjectType, Whom,
};
pub use bearing::Bearing;
pub use books::{
    Books, Deltas, Doings, Figures, Grain, Month, Months, Reach, Total, Totals, active_people, figures, mode_number, reach, stretches,
    totals,
};
pub use formula::{EditFormula, EditKind, Formula, FormulaState, FormulaVersion, HALF_LIVES, LEVELS, MOST_KINDS, MOST_POINTS};
pub use gathering::{
    Amendment, Bar, CalendarFeed, Call, EditPlan, EnrolAs, Enrolment, Gathering, GatheringFilter, GatheringPosition, GatheringState,
    GuestList, Guests, MOST_SEATS, Plan, Registration, RegistrationMove, RegistrationPosition, RegistrationState, RegistrationTurn,
    Standing, Step, Turned, Unwritten, WebAddress,
};
pub use kind::{EngagementMode, Kind, KindRule};
pub use ledger::{Ledger, Tombstone};
pub use message::{
    Allowance, Bounce, ContactCap, ContactPermission, Counted, Fates, HELD_SECONDS, Lack, Message, MessageChange, MessageLedger,
    MessageOutcome, MessagePosition, MessageRecord, MessageRecorded, Reachability, Reason, ReasonCode, Verdict, may,
};
pub use score::{Contribution, Done, Score, TREND_DAYS, WINDOW_DAYS, counted, explain, score, window, window_begins};
