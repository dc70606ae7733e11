//! When people come and go, and what became of them.

use jiff::civil::Date;

use super::calendar::{days_after, month_begin, season, years_before};
use super::dice::{Dice, GOLDEN, Purpose, mix};
use crate::demo::company::{EXITS, Exit, Post, Rank, Term};

/// Days employed, close to a log-normal distribution; its median becomes four years when those who
/// rose and those who stayed to the end are counted in.
const TENURE: [i32; 21] =
    [30, 243, 349, 446, 543, 641, 746, 857, 978, 1110, 1260, 1429, 1623, 1851, 2128, 2473, 2923, 3552, 4539, 6527, 13500];
/// Days employed, for those who rose and those who stayed to the end.
const LONG_TENURE: [i32; 5] = [2190, 3650, 5110, 7300, 12000];
/// Days from leaving to coming back.
const TIME_AWAY: [i32; 8] = [60, 200, 330, 500, 730, 1100, 1800, 3000];
/// Age in years when hired, for those not straight from school.
const AGE_HIRED: [i32; 9] = [22, 24, 26, 28, 30, 33, 37, 42, 50];
/// Age in years when hired straight from school.
const AGE_GRADUATED: [i32; 6] = [18, 22, 22, 23, 24, 25];
/// Departures lie at most so many days back.
pub(super) const HORIZON: i32 = 12 * 365;
/// Nobody but the retired works beyond this age.
const WORKING_AGE: i32 = 63;

/// What became of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Active,
    OnLeave,
    Pending,
    Announced,
    Left,
    Returned { left_again: bool, new_id: bool },
    Returning,
}

impl Fate {
    /// Fates are dealt by multiples of the golden ratio and not by lot, so that every few hundred
    /// people have the shares below and the rare cases as well.
    fn of(seed: u64, n: u64, rank: Rank) -> Self {
        let lot = n.wrapping_mul(GOLDEN).wrapping_add(mix(seed));
        let lot = (lot >> 11) as f64 / (1_u64 << 53) as f64;
        let leavers = match rank {
            Rank::Chief => 0.0,
            Rank::Head => 0.15,
            Rank::Manager => 0.30,
            Rank::Member => 0.58,
        };
        if lot < leavers {
            let lot = lot / leavers;
            if lot < 0.080 {
                let cell = (lot / 0.080 * 15.0) as u32;
                Self::Returned { left_again: cell < 5, new_id: cell.is_multiple_of(5) }
            } else if lot < 0.086 {
                Self::Returning
            } else {
                Self::Left
            }
        } else {
            let lot = (lot - leavers) / (1.0 - leavers);
            match (lot * 1000.0) as u32 {
                _ if rank == Rank::Chief => Self::Active,
                0..=15 => Self::Announced,
                16..=31 if rank == Rank::Member => Self::Pending,
                16..=64 => Self::OnLeave,
                _ => Self::Active,
            }
        }
    }
}

/// One employment period.
pub(super) struct Stint {
    pub(super) sequence: u64,
    pub(super) hired: Date,
    pub(super) exit: Option<(Date, &'static Exit)>,
}

impl Stint {
    const fn new(sequence: u64, hired: Date, exit: Option<(Date, &'static Exit)>) -> Self {
        Self { sequence, hired, exit }
    }

    pub(super) fn employed_on(&self, day: Date) -> bool {
        self.hired <= day && self.exit.is_none_or(|(ended, _)| day <= ended)
    }
}

/// The employment periods of a person and what follows from them.
pub(super) struct Life {
    pub(super) post: Post,
    pub(super) fate: Fate,
    /// Age in years about now; free of the calendar's accidents, so that it never moves.
    pub(super) age: i32,
    pub(super) birth: Date,
    pub(super) first: Stint,
    second: Option<Stint>,
}

/// Everything about a life that is left to chance. All is thrown at once and whatever comes of it,
/// so that no accident of the calendar shifts a later throw.
struct Lots {
    /// Whether hired straight from school, and so in April.
    graduate: bool,
    age_hired: i32,
    /// Days since the last birthday, at hiring or at retirement.
    birthday: i32,
    retiring_age: i32,
    tenure: i32,
    long_tenure: i32,
    /// Days since the departure, or until what is still to come.
    ago: i32,
    ahead: i32,
    time_away: i32,
    /// How much of the time since the return the second period lasted, in hundredths.
    second_part: i32,
    /// Lots for moving dates to the days on which such things happen.
    hired: u64,
    ended: u64,
    hired_again: u64,
    exit: &'static Exit,
    exit_before_return: &'static Exit,
    exit_again: &'static Exit,
}

impl Lots {
    fn throw(dice: &mut Dice, rank: Rank) -> Self {
        let member = rank == Rank::Member;
        let graduate = rank != Rank::Chief && dice.chance(42);
        Self {
            graduate,
            age_hired: dice.along(if graduate { &AGE_GRADUATED } else { &AGE_HIRED }),
            birthday: dice.between(0, 364),
            retiring_age: *dice.pick(&[60, 60, 60, 65, 65]),
            tenure: dice.along(if member { &TENURE } else { &LONG_TENURE }),
            long_tenure: dice.along(&LONG_TENURE),
            ago: dice.between(1, HORIZON),
            ahead: dice.between(1, 60),
            time_away: dice.along(&TIME_AWAY),
            second_part: dice.between(25, 95),
            hired: dice.below(100),
            ended: dice.below(100),
            hired_again: dice.below(100),
            // Nobody leads on a fixed-term contract.
            exit: dice.weighted(&EXITS, |exit| if member || exit.term != Term::Contract { exit.share } else { 0 }),
            exit_before_return: dice.weighted(&EXITS, |exit| exit.share_returnable),
            exit_again: dice.weighted(&EXITS, |exit| exit.share_returnable),
        }
    }

    /// The first day of a period of about so many days up to `end`.
    fn hired(&self, end: Date, tenure: i32) -> Date {
        let about = days_after(end, -tenure);
        let april = Date::constant(about.year(), 4, 1);
        if self.graduate && april <= days_after(end, -20) { april } else { month_begin(self.hired, about, Date::MIN) }
    }

    /// The first day of a period that is still to begin.
    fn hired_soon(&self, today: Date) -> Date {
        month_begin(self.hired, days_after(today, self.ahead), days_after(today, 1))
    }

    /// The last day of a period that is still to end: often the end of a month, within two months.
    fn announced(&self, today: Date) -> Date {
        let day = days_after(today, self.ahead);
        let month_end = day.last_of_month();
        if self.ended < 70 && month_end <= days_after(today, 60) { month_end } else { day }
    }

    /// The second period, fitted into the `ago` days since the first ended.
    fn returned(&self, ended: Date, ago: i32, left_again: bool) -> Stint {
        let away = self.time_away.min((ago - 60) * 4 / 5);
        let hired = month_begin(self.hired_again, days_after(ended, away), days_after(ended, 14));
        let stay = ((ago - away) * self.second_part / 100).max(45);
        let left_on = season(self.ended, days_after(hired, stay), days_after(hired, 30));
        Stint::new(2, hired, left_again.then_some((left_on, self.exit_again)))
    }
}

impl Life {
    pub(super) fn of(seed: u64, n: u64, today: Date) -> Self {
        let post = Post::of(n);
        let fate = Fate::of(seed, n, post.rank);
        let lots = Lots::throw(&mut Dice::of(seed, n, Purpose::Life, 0), post.rank);

        let retires = fate == Fate::Left && lots.exit.term == Term::Age;
        let tenure = if post.rank == Rank::Chief {
            lots.tenure.max(7300)
        } else if retires {
            lots.long_tenure
        } else {
            lots.tenure
        };
        // In days: how long the first period was, how long ago it ended, and for how long after it
        // the person must be fit to work.
        let (tenure, ago, then) = match fate {
            Fate::Pending => (0, 0, 0),
            Fate::Active | Fate::OnLeave | Fate::Announced => (tenure, 0, 0),
            Fate::Left => (tenure, lots.ago, 0),
            Fate::Returned { .. } | Fate::Returning => {
                let ago = 400 + lots.ago * (HORIZON - 400) / HORIZON;
                (tenure.min(20 * 365), ago, ago)
            }
        };

        let ended = match fate {
            Fate::Pending | Fate::Active | Fate::OnLeave => None,
            Fate::Announced => Some(lots.announced(today)),
            Fate::Left | Fate::Returned { .. } | Fate::Returning => {
                Some(season(lots.ended, days_after(today, -ago), days_after(today, -HORIZON)))
            }
        };
        let exit = if fate == Fate::Left { lots.exit } else { lots.exit_before_return };
        let hired = if fate == Fate::Pending { lots.hired_soon(today) } else { lots.hired(ended.unwrap_or(today).min(today), tenure) };
        let first = Stint::new(1, hired, ended.map(|ended| (ended, exit)));
        let second = ended.and_then(|ended| match fate {
            Fate::Pending | Fate::Active | Fate::OnLeave | Fate::Announced | Fate::Left => None,
            Fate::Returning => Some(Stint::new(2, lots.hired_soon(today), None)),
            Fate::Returned { left_again, .. } => Some(lots.returned(ended, ago, left_again)),
        });

        let years = (tenure + then) / 365 + 1;
        let age_hired = if post.rank == Rank::Chief {
            30
        } else if retires {
            lots.retiring_age - years
        } else {
            lots.age_hired.min(WORKING_AGE - years)
        };
        let (reached, age_then) = match ended {
            Some(ended) if retires => (ended, lots.retiring_age),
            Some(_) | None => (hired, age_hired),
        };
        let birth = days_after(years_before(reached, age_then), -lots.birthday);
        let age = age_hired + (tenure + ago) / 365;
        Self { post, fate, age, birth, first, second }
    }

    pub(super) fn stints(&self) -> impl Iterator<Item = &Stint> {
        std::iter::once(&self.first).chain(&self.second)
    }
}
