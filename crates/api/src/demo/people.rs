//! The demonstration's people: a believable organisation, made up on the spot.
//!
//! Person `n` depends on the seed and on `n` alone, not on how many others there are, and costs the
//! same for every `n`. Only whole numbers and plain arithmetic on floats are used, so that every
//! machine makes the same people; the dates alone move along with `today`.

use jiff::{ToSpan, civil::Date};
use serde_json::{Map, Value, json};

use super::company::{
    ACTIVE, CHIEF_TITLES, EXITS, Exit, FIXED_TERM, GRADES, ON_LEAVE, PART_TIME, PENDING, Post, REGULAR, REHIRE_AUTHORITY, REHIRE_REFUSED,
    Rank, Reason, Site, Term, streets,
};
use super::names::{Identity, Part, fold};

/// All records of the first `people` persons, in order.
pub fn records(seed: u64, people: u64, today: Date) -> impl Iterator<Item = Value> {
    (0..people).flat_map(move |n| person(seed, n, today))
}

/// Person `n` of the organisation, counted from 0: one departure record, in the form the API takes,
/// per employment period, oldest first. Those still employed have no `departure`.
pub fn person(seed: u64, n: u64, today: Date) -> Vec<Value> {
    let one = Person::of(seed, n, today);
    one.life.stints().map(|stint| one.record(stint)).collect()
}

/// A small generator of random numbers (SplitMix64), the same for ever.
pub(super) struct Dice(u64);

/// 2^64 divided by the golden ratio: its multiples, modulo 2^64, spread evenly.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// What dice are thrown for. Each has dice of its own: a throw more for one changes no other.
#[derive(Clone, Copy)]
enum Purpose {
    Life,
    Name,
    Contact,
    Record,
    Departure,
    Evaluation,
}

impl Dice {
    /// The dice of one person for one purpose and employment period.
    const fn of(seed: u64, n: u64, purpose: Purpose, sequence: u64) -> Self {
        let one = mix(mix(seed) ^ n);
        Self(mix(one.wrapping_add((purpose as u64) * 256 + sequence)))
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as u64) as i32
    }

    /// True in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a table's rows.
    pub(super) fn pick<'t, T>(&mut self, table: &'t [T]) -> &'t T {
        &table[self.below(table.len() as u64) as usize]
    }

    /// One of a table's rows, each in proportion to its share.
    pub(super) fn weighted<'t, T>(&mut self, table: &'t [T], share: impl Fn(&T) -> u32) -> &'t T {
        &table[self.place(table, share)]
    }

    /// The place of such a row.
    fn place<T>(&mut self, table: &[T], share: impl Fn(&T) -> u32) -> usize {
        let mut left = self.below(table.iter().map(|row| u64::from(share(row))).sum());
        let hit = table.iter().position(|row| match left.checked_sub(u64::from(share(row))) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        hit.unwrap_or_default()
    }

    /// A value whose distribution has these evenly spaced quantiles.
    fn along(&mut self, quantiles: &[i32]) -> i32 {
        let steps = (quantiles.len() - 1) as u64;
        let at = self.below(steps * 1024);
        let (step, rest) = ((at / 1024) as usize, (at % 1024) as i32);
        let (low, high) = (quantiles[step], quantiles[step + 1]);
        low + (high - low) * rest / 1024
    }
}

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
const HORIZON: i32 = 12 * 365;
/// Nobody but the retired works beyond this age.
const WORKING_AGE: i32 = 63;

/// What became of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
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
struct Stint {
    sequence: u64,
    hired: Date,
    exit: Option<(Date, &'static Exit)>,
}

impl Stint {
    const fn new(sequence: u64, hired: Date, exit: Option<(Date, &'static Exit)>) -> Self {
        Self { sequence, hired, exit }
    }

    fn employed_on(&self, day: Date) -> bool {
        self.hired <= day && self.exit.is_none_or(|(ended, _)| day <= ended)
    }
}

/// The employment periods of a person and what follows from them.
struct Life {
    post: Post,
    fate: Fate,
    /// Age in years about now; free of the calendar's accidents, so that it never moves.
    age: i32,
    birth: Date,
    first: Stint,
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
    fn of(seed: u64, n: u64, today: Date) -> Self {
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

    fn stints(&self) -> impl Iterator<Item = &Stint> {
        std::iter::once(&self.first).chain(&self.second)
    }
}

fn days_after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

fn years_before(day: Date, years: i32) -> Date {
    day.saturating_sub(years.years())
}

/// The end of the Japanese fiscal year on or before a day.
fn fiscal_year_end(day: Date) -> Date {
    let march = Date::constant(day.year(), 3, 31);
    if march <= day { march } else { Date::constant(day.year() - 1, 3, 31) }
}

/// The end of the fiscal year after a day.
fn next_fiscal_year_end(day: Date) -> Date {
    Date::constant(fiscal_year_end(day).year() + 1, 3, 31)
}

/// People leave at the end of March, at the end of a month, or when they do; never before `floor`.
fn season(lot: u64, day: Date, floor: Date) -> Date {
    let snapped = match lot {
        0..=21 => fiscal_year_end(day),
        22..=69 => days_after(days_after(day, 1).first_of_month(), -1),
        _ => day,
    };
    if snapped >= floor { snapped } else { day }
}

/// People begin on the first of a month more often than not; never before `floor`.
fn month_begin(lot: u64, day: Date, floor: Date) -> Date {
    let first = day.first_of_month();
    if lot < 70 && first >= floor { first } else { day }
}

/// A person with a name, ready to be written down.
struct Person {
    seed: u64,
    n: u64,
    today: Date,
    life: Life,
    identity: Identity,
}

impl Person {
    fn of(seed: u64, n: u64, today: Date) -> Self {
        let life = Life::of(seed, n, today);
        let dice = &mut Dice::of(seed, n, Purpose::Name, 0);
        let identity = Identity::draw(dice, life.post.office.site, life.age);
        Self { seed, n, today, life, identity }
    }

    fn site(&self) -> Site {
        self.life.post.office.site
    }

    fn dice(&self, purpose: Purpose, stint: &Stint) -> Dice {
        Dice::of(self.seed, self.n, purpose, stint.sequence)
    }

    /// The last day the HR system tells of: the departure, or else today.
    fn known_until(&self, stint: &Stint) -> Date {
        stint.exit.map_or(self.today, |(ended, _)| ended.min(self.today))
    }

    /// The latest day on which the HR system can have been edited, whatever its time zone.
    fn yesterday(&self) -> Date {
        days_after(self.today, -1)
    }

    fn external_id(&self, stint: &Stint) -> String {
        let number = 10_001 + self.n;
        let renumbered = matches!(self.life.fate, Fate::Returned { new_id: true, .. });
        if renumbered && stint.sequence > 1 { format!("R{number}") } else { number.to_string() }
    }

    /// The family name in law on that day, and the one at birth if it is another.
    fn family_on(&self, day: Date) -> (Part, Option<Part>) {
        let Identity { family, marriage, .. } = &self.identity;
        match marriage {
            Some((married, age)) if years_before(day, *age) >= self.life.birth => (*married, Some(*family)),
            Some(_) | None => (*family, None),
        }
    }

    /// The legal name on that day, in the order in which it is written.
    fn display_name(&self, day: Date) -> String {
        let (family, given) = (self.family_on(day).0.written, self.identity.given.written);
        if self.identity.family_first { format!("{family} {given}") } else { format!("{given} {family}") }
    }

    fn record(&self, stint: &Stint) -> Value {
        let Life { post, fate, birth, .. } = &self.life;
        let site = self.site();
        let dice = &mut self.dice(Purpose::Record, stint);
        let known_until = self.known_until(stint);
        let id = self.external_id(stint);
        let former_ids = self.life.stints().map(|stint| self.external_id(stint));
        let former_ids: Vec<_> = former_ids.take_while(|former| *former != id).collect();

        let term_ran_out = stint.exit.is_some_and(|(_, exit)| exit.term == Term::Contract);
        let hundredth = dice.below(100);
        let fixed_term = term_ran_out || post.rank == Rank::Member && hundredth < 8;
        let employment_type = if fixed_term {
            FIXED_TERM
        } else if post.rank == Rank::Member && hundredth < 15 {
            PART_TIME
        } else {
            REGULAR
        };
        // A contract that was not cut short ran to its end; others would at the end of a fiscal year.
        let contract_end = fixed_term.then(|| match stint.exit {
            Some((ended, _)) if term_ran_out => ended,
            Some((ended, _)) => next_fiscal_year_end(ended),
            None => next_fiscal_year_end(self.today.max(stint.hired)),
        });
        let (status, status_source) = match (stint.exit, fate) {
            (Some((ended, exit)), _) if ended < self.today => exit.status,
            (None, _) if stint.hired > self.today => PENDING,
            (None, Fate::OnLeave) => ON_LEAVE,
            (Some(_) | None, _) => ACTIVE,
        };
        let rung = match (post.rank, known_until.year() - birth.year()) {
            (Rank::Chief | Rank::Head, _) => 0,
            (Rank::Manager, _) => 1,
            (Rank::Member, 40..) => 2,
            (Rank::Member, 29..) => 3,
            (Rank::Member, _) => 4,
        };
        let title = match post.department {
            Some(department) => department.titles[rung],
            None => CHIEF_TITLES[usize::from(self.n > 0)],
        };
        let employment = Doc::new()
            .with("hired_on", day(stint.hired))
            .maybe("original_hired_on", (stint.sequence > 1).then(|| day(self.life.first.hired)))
            .with("status", pair(status, status_source.at(site)))
            .with("employment_type", pair(employment_type.0, employment_type.1.at(site)))
            .maybe("department", post.department.map(|department| department.name.at(site)))
            .with("job_title", title.at(site))
            .with("location", post.office.name)
            .maybe("contract_end_on", contract_end.map(day))
            .maybe("manager", self.manager(known_until));

        let departure = stint.exit.map(|(ended, exit)| self.departure(stint, ended, exit));
        let home = Home::of(self, stint);
        let (emails, phones) = (self.emails(), self.phones(stint));
        Doc::new()
            .with("external_id", id.as_str())
            .with("sequence", stint.sequence)
            .maybe("previous_external_ids", (!former_ids.is_empty()).then_some(former_ids))
            .with("employee_number", id.as_str())
            .with("source_updated_at", self.updated_at(stint, dice))
            .with("entity", site.entity())
            .with("names", self.names(known_until))
            .with("birth_on", day(*birth))
            .maybe("emails", (!emails.is_empty()).then_some(emails))
            .maybe("phones", (!phones.is_empty()).then_some(phones))
            .maybe("postal_code", home.as_ref().map(|home| home.postal_code))
            .maybe("address", home.map(|home| home.address))
            .with("employment", employment)
            .maybe("departure", departure)
            .maybe("evaluation", self.evaluation(stint))
            .into()
    }

    /// The superior who was there on that day, and what they were called then.
    fn manager(&self, on: Date) -> Option<Doc> {
        self.life.post.superiors.into_iter().flatten().find_map(|n| {
            let superior = Self::of(self.seed, n, self.today);
            let stint = superior.life.stints().find(|stint| stint.employed_on(on))?;
            let id = superior.external_id(stint);
            Some(Doc::new().with("external_id", id).with("name", superior.display_name(on)))
        })
    }

    fn names(&self, on: Date) -> Vec<Value> {
        let Identity { given, middle, works_under_birth_name, preferred, romanised, .. } = &self.identity;
        let (family, former) = self.family_on(on);
        let written = |kind: &str, family: Part| {
            Doc::new()
                .with("kind", kind)
                .with("family", family.written)
                .with("given", given.written)
                .maybe("family_kana", family.kana)
                .maybe("given_kana", given.kana)
        };
        let mut names = vec![written("legal", family).maybe("middle", *middle).into()];
        if let Some(former) = former {
            names.push(written("former_legal", former).into());
            if *works_under_birth_name {
                names.push(written("business", former).into());
            }
        }
        let plain = family.written.is_ascii() && given.written.is_ascii();
        if *romanised && !plain {
            let [family, given] = [family, *given].map(|part| passport_spelling(part.latin));
            names.push(Doc::new().with("kind", "romanised").with("family", family).with("given", given).into());
        }
        if let Some(preferred) = preferred {
            let called = Doc::new().with("kind", "preferred").with("family", family.latin);
            names.push(called.with("given", *preferred).into());
        }
        names
    }

    /// Private addresses, which people keep for life: they are made of the name at birth.
    fn emails(&self) -> Vec<String> {
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Contact, 0);
        let (family, given) = (fold(self.identity.family.latin), fold(self.identity.given.latin));
        let number = own_number(self.n);
        let any = dice.chance(88);
        let domain = *dice.pick(&["example.com", "example.jp", "example.org"]);
        let local = match dice.below(4) {
            0 => format!("{given}.{family}{number}"),
            1 => format!("{family}.{given}{number}"),
            2 => format!("{}{family}{number}", &given[..1]),
            _ => format!("{given}{number}"),
        };
        let another = dice.chance(12).then(|| format!("{family}_{number}@example.com"));
        any.then(|| format!("{local}@{domain}")).into_iter().chain(another.filter(|_| any)).collect()
    }

    /// Telephone numbers that nobody can have: not assigned in Japan, set aside for films elsewhere.
    fn phones(&self, stint: &Stint) -> Vec<String> {
        let dice = &mut Dice::of(self.seed, self.n, Purpose::Contact, 1);
        let changed = dice.chance(25) && stint.sequence > 1;
        let prefix = if changed { 70 } else { *dice.pick(&[80, 90, 90]) };
        let any = dice.below(100);
        // Steps without a common divisor with the ranges: no number twice until a range is used up.
        let spread = |range: u64| (mix(self.seed) % range + self.n % range * 6_180_339 + u64::from(changed)) % range;
        match self.site() {
            Site::Japan if any < 80 => {
                let number = spread(10_000_000);
                vec![format!("+81 {prefix}-0{:03}-{:04}", number / 10_000, number % 10_000)]
            }
            Site::UnitedStates if any < 60 => {
                let (area, line) = (spread(71_200) / 100, spread(71_200) % 100);
                let (first, rest) = (2 + area / 89, area % 89);
                vec![format!("+1 {first}{:02} 555 01{line:02}", rest + u64::from(rest >= 11))]
            }
            Site::Germany if any < 50 => {
                let areas = ["30 23125", "40 66969", "69 90009", "89 99998", "221 4710"];
                let number = spread(5_000);
                vec![format!("+49 {} {:03}", areas[(number / 1000) as usize], number % 1000)]
            }
            Site::Japan | Site::UnitedStates | Site::Germany => Vec::new(),
        }
    }

    /// Office hours, and early enough in the day to be past wherever it is already today.
    fn updated_at(&self, stint: &Stint, dice: &mut Dice) -> String {
        let (later, since) = (dice.between(0, 12), dice.between(0, 400));
        let (hour, minute, second) = (dice.below(10), dice.below(60), dice.below(60));
        let on = match stint.exit {
            Some((ended, _)) if ended < self.today => days_after(ended, later),
            Some(_) => days_after(self.yesterday(), -later),
            None => days_after(self.yesterday(), -since).max(stint.hired).max(self.evaluated_on(stint).unwrap_or(Date::MIN)),
        };
        format!("{}T{hour:02}:{minute:02}:{second:02}Z", on.min(self.yesterday()))
    }

    fn departure(&self, stint: &Stint, ended: Date, exit: &'static Exit) -> Doc {
        let site = self.site();
        let dice = &mut self.dice(Purpose::Departure, stint);
        let reason = dice.weighted(exit.reasons, |reason| reason.share);
        let second_reason = dice.weighted(exit.reasons, |reason| reason.share);
        let second_reason =
            Some(second_reason).filter(|second| dice.chance(15) && second.value != reason.value && second.value != "not_stated");
        let leave_taken = dice.between(-10, 30).max(0);
        let tells_last_day = dice.chance(75);
        let tells_paid = dice.chance(60);
        let tells_notice = dice.chance(85);
        let notice = exit.notice.map(|(least, most)| dice.between(least, most));
        let willing = dice.below(100);
        let asked = dice.chance(70);
        let [notice_kept, handover_done, interview_held] = [92, 86, 62].map(|percent| dice.chance(percent));
        let regretted = dice.chance(if self.grade(stint) < 2 { 80 } else { 15 });

        let last_worked = match exit.notice {
            Some(_) => days_after(ended, -leave_taken).max(stint.hired),
            None => ended,
        };
        // What is announced has been announced: not later than yesterday.
        let notified = notice.map(|days| days_after(last_worked.min(self.yesterday()), -days).max(stint.hired));
        let voluntary = exit.value == "voluntary";
        let exit_record = exit.notice.filter(|_| asked && ended < self.today).map(|_| {
            Doc::new()
                .maybe("notice_kept", voluntary.then_some(notice_kept))
                .with("handover_done", handover_done)
                .with("interview_held", interview_held)
        });
        let (may, may_not) = exit.rehire;
        let rehire = if willing < may {
            Some(Doc::new().with("source_value", "true"))
        } else if willing < may + may_not {
            let refused = Doc::new().with("source_value", "false").with("reason", REHIRE_REFUSED.at(site));
            Some(refused.with("authorised_by", REHIRE_AUTHORITY.at(site)))
        } else {
            None
        };
        let as_pair = |reason: &Reason| pair(reason.value, reason.source.at(site));
        Doc::new()
            .with("employment_ended_on", day(ended))
            .maybe("last_worked_on", tells_last_day.then(|| day(last_worked)))
            .maybe("paid_through_on", tells_paid.then(|| day(ended)))
            .maybe("notified_on", notified.filter(|_| tells_notice).map(day))
            .with("separation_type", pair(exit.value, exit.source.at(site)))
            .with("reason", as_pair(reason))
            .maybe("reason_secondary", second_reason.map(|second| vec![as_pair(second)]))
            .maybe("regrettable", (voluntary && asked).then_some(regretted))
            .maybe("exit", exit_record)
            .maybe("rehire", rehire)
    }

    /// The place in [`GRADES`] that the work of this period was given.
    fn grade(&self, stint: &Stint) -> usize {
        let (best, worst) = stint.exit.map_or((0, GRADES.len() - 1), |(_, exit)| exit.grades);
        let dice = &mut self.dice(Purpose::Evaluation, stint);
        best + dice.place(&GRADES[best..=worst], |grade| grade.2)
    }

    /// The end of a fiscal year at which this work was last evaluated, if it was and that is kept.
    fn evaluated_on(&self, stint: &Stint) -> Option<Date> {
        let as_of = fiscal_year_end(self.known_until(stint).min(self.yesterday()));
        let lost = self.dice(Purpose::Evaluation, stint).next().is_multiple_of(16);
        let rated = !lost && self.life.post.rank != Rank::Chief;
        (rated && as_of >= days_after(stint.hired, 60)).then_some(as_of)
    }

    fn evaluation(&self, stint: &Stint) -> Option<Doc> {
        let as_of = self.evaluated_on(stint)?;
        let (name, rating, _) = GRADES[self.grade(stint)];
        Some(
            Doc::new()
                .with("as_of", day(as_of))
                .with("rating", rating)
                .with("scale", "0 lowest, 1 highest")
                .with("source_value", name.at(self.site())),
        )
    }
}

/// Where somebody lives: a real place, an invented house.
struct Home {
    postal_code: &'static str,
    address: String,
}

impl Home {
    fn of(person: &Person, stint: &Stint) -> Option<Self> {
        let dice = &mut Dice::of(person.seed, person.n, Purpose::Contact, 2);
        if dice.chance(40) && stint.sequence > 1 {
            // Moved house meanwhile: one throw further, all is different.
            dice.next();
        }
        let &(postal_code, place) = dice.pick(person.life.post.office.homes);
        let [block, lot, house] = [9, 28, 24].map(|most| dice.between(1, most));
        let flat = dice.between(1, 12) * 100 + dice.between(1, 9);
        let (in_flat, known) = (dice.chance(60), dice.chance(85));
        let site = person.site();
        let address = match site {
            Site::Japan if in_flat => format!("{place}{block}-{lot}-{house}-{flat}"),
            Site::Japan => format!("{place}{block}-{lot}-{house}"),
            Site::Germany => format!("{} {lot}, {place}", dice.pick(streets(site))),
            Site::UnitedStates => format!("{} {}, {place}", flat + block, dice.pick(streets(site))),
        };
        known.then_some(Self { postal_code, address })
    }
}

/// A number that only person `n` has, with as few digits as there are people before them, and in no
/// visible order.
fn own_number(n: u64) -> u64 {
    let (mut first, mut base) = (0, 10);
    while n - first >= base * 9 {
        first += base * 9;
        base *= 10;
    }
    // The step has no divisor in common with any 9 · 10^k.
    base + (n - first) * 7_919 % (base * 9)
}

/// A name without diacritics or signs, with the capital letters of a passport's readable line.
fn passport_spelling(name: &str) -> String {
    let words = name.split_whitespace().map(|word| {
        let mut letters = fold(word);
        if let Some(first) = letters.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        letters
    });
    words.collect::<Vec<_>>().join(" ")
}

fn day(date: Date) -> String {
    date.to_string()
}

fn pair(value: &str, source: &str) -> Value {
    json!({"value": value, "source_value": source})
}

/// A JSON object under construction that leaves out what is absent.
struct Doc(Map<String, Value>);

impl Doc {
    fn new() -> Self {
        Self(Map::new())
    }

    fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.insert(member.to_owned(), value.into());
        self
    }

    fn maybe(self, member: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(member, value),
            None => self,
        }
    }
}

impl From<Doc> for Value {
    fn from(doc: Doc) -> Self {
        Self::Object(doc.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::civil::date;

    use super::*;

    const SEED: u64 = 1;
    const TODAY: Date = date(2026, 8, 1);
    /// Days on which calendars are awkward.
    const TODAYS: [Date; 5] = [TODAY, date(2024, 2, 29), date(2027, 3, 31), date(2027, 4, 1), date(2031, 1, 1)];

    fn all(people: u64) -> Vec<Value> {
        records(SEED, people, TODAY).collect()
    }

    fn on(record: &Value, pointer: &str) -> Option<Date> {
        record.pointer(pointer).map(|day| text(day).parse().expect("a date"))
    }

    fn text(value: &Value) -> &str {
        value.as_str().expect("a text")
    }

    fn has_name(record: &Value, kind: &str) -> bool {
        let names = record["names"].as_array().expect("names");
        names.iter().any(|name| name["kind"] == kind)
    }

    fn share(of: usize, all: usize) -> f64 {
        of as f64 / all as f64
    }

    #[test]
    fn the_same_seed_gives_the_same_people_whatever_their_number() {
        let few = all(60);
        assert_eq!(few, all(200)[..few.len()]);
        assert_ne!(few, records(SEED + 1, 60, TODAY).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_people_are_called_what_they_were_always_called() {
        let names = [0, 1, 36, 10_000, 999_999].map(|n| Person::of(SEED, n, TODAY).display_name(TODAY));
        assert_eq!(names, ["宮本 美香", "木下 奈津子", "新井 悠真", "武田 彩", "増田 大介"]);
    }

    #[test]
    fn people_remain_who_they_are_as_time_goes_by() {
        let who = |n, today| {
            let stays = |record: &Value| {
                let Value::Object(record) = record else { panic!("an object") };
                let given: Vec<_> = record["names"].as_array().into_iter().flatten().map(|name| &name["given"]).collect();
                let departure = record.get("departure");
                let leaving = departure.map(|departure| [&departure["separation_type"], &departure["reason"]]);
                let kept = ["external_id", "previous_external_ids", "sequence", "entity", "emails", "phones", "address"];
                json!([kept.map(|member| record.get(member)), given[0], leaving])
            };
            person(SEED, n, today).iter().map(stays).collect::<Vec<_>>()
        };
        for n in 0..1_000 {
            for later in TODAYS {
                assert_eq!(who(n, TODAY), who(n, later), "person {n} on {later}");
            }
        }
    }

    #[test]
    fn external_ids_name_one_person_each_and_managers_are_among_them() {
        let mut owners = BTreeMap::new();
        for n in 0..5_000 {
            for record in person(SEED, n, TODAY) {
                let owner = *owners.entry(text(&record["external_id"]).to_owned()).or_insert(n);
                assert_eq!(owner, n);
                for former in record.get("previous_external_ids").and_then(Value::as_array).into_iter().flatten() {
                    assert_eq!(owners.get(text(former)), Some(&n));
                }
                match record.pointer("/employment/manager/external_id") {
                    Some(manager) => assert!(owners[text(manager)] < n, "{record}"),
                    None => assert_eq!(n, 0, "only the president has no manager"),
                }
            }
        }
    }

    #[test]
    fn contacts_are_nobody_elses_and_on_reserved_domains() {
        let mut seen = BTreeMap::new();
        for n in 0..5_000 {
            for record in person(SEED, n, TODAY) {
                for email in record.get("emails").and_then(Value::as_array).into_iter().flatten() {
                    let email = text(email).to_owned();
                    let (local, domain) = email.split_once('@').expect("an address");
                    assert!(local.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c)), "{email}");
                    assert!(["example.com", "example.jp", "example.org"].contains(&domain));
                    assert_eq!(*seen.entry(email).or_insert(n), n);
                }
            }
        }
    }

    #[test]
    fn dates_follow_one_another() {
        for today in TODAYS {
            for n in 0..5_000 {
                let mut last_end = None;
                for (sequence, record) in (1..).zip(person(SEED, n, today)) {
                    let at = |pointer| on(&record, pointer);
                    let birth = at("/birth_on").expect("a birth date");
                    let hired = at("/employment/hired_on").expect("a first day");
                    let ended = at("/departure/employment_ended_on");
                    let worked = at("/departure/last_worked_on").or(ended);
                    assert_eq!(record["sequence"], sequence);
                    assert!(birth <= years_before(hired, 18), "{record}");
                    assert!(last_end.is_none_or(|end| end < hired), "{record}");
                    assert!(at("/employment/original_hired_on").is_none_or(|first| first < hired));
                    if let Some(ended) = ended {
                        assert!(hired < ended && birth > years_before(ended, 70), "{record}");
                        assert!(worked.is_some_and(|day| hired <= day && day <= ended), "{record}");
                        assert!(ended > days_after(today, -HORIZON - 366) && ended <= days_after(today, 60));
                        assert!((ended - hired).get_days() <= 38 * 366, "{record}");
                    }
                    if let Some(notified) = at("/departure/notified_on") {
                        assert!(hired <= notified && Some(notified) <= worked && notified < today, "{record}");
                    }
                    let updated = text(&record["source_updated_at"]);
                    let updated: jiff::Timestamp = updated.parse().expect("an instant");
                    let begun = today.at(0, 0, 0, 0).in_tz("Pacific/Kiritimati").expect("a zone");
                    assert!(updated < begun.timestamp(), "{record}");
                    if let Some(as_of) = at("/evaluation/as_of") {
                        assert!(hired < as_of && as_of < today && ended.is_none_or(|ended| as_of <= ended), "{record}");
                    }
                    let status = text(&record["employment"]["status"]["value"]);
                    let gone = ended.is_some_and(|ended| ended < today);
                    assert_eq!(["ended", "retired", "deceased"].contains(&status), gone, "{record}");
                    assert_eq!(status == "pending", hired > today, "{record}");
                    last_end = ended;
                }
            }
        }
    }

    #[test]
    fn shares_are_those_of_a_believable_organisation() {
        for seed in 0..3 {
            let people: Vec<_> = (0..5_000).map(|n| person(seed, n, TODAY)).collect();
            let left = |record: &Value| on(record, "/departure/employment_ended_on").is_some_and(|end| end < TODAY);
            let leavers = people.iter().filter(|person| left(&person[0])).count();
            let returned = |person: &&Vec<Value>| person.len() == 2 && on(&person[1], "/employment/hired_on") <= Some(TODAY);
            let returners: Vec<_> = people.iter().filter(returned).collect();
            let again = returners.iter().filter(|person| left(&person[1])).count();
            let renumbered = returners.iter().filter(|person| person[1].get("previous_external_ids").is_some());
            let announced = people.iter().filter(|person| on(&person[0], "/departure/employment_ended_on") > Some(TODAY));
            let japanese = people.iter().filter(|person| person[0]["names"][0].get("family_kana").is_some());
            let former = people.iter().filter(|person| person.iter().any(|record| has_name(record, "former_legal")));
            let employed = people.len() - leavers;
            for (what, share, bounds) in [
                ("left", share(leavers, people.len()), 0.53..0.57),
                ("returned", share(returners.len(), leavers), 0.07..0.09),
                ("left again", share(again, returners.len()), 0.28..0.39),
                ("renumbered", share(renumbered.count(), returners.len()), 0.12..0.28),
                ("announced", share(announced.count(), employed), 0.010..0.021),
                ("Japanese", share(japanese.count(), people.len()), 0.66..0.74),
                ("former name", share(former.count(), people.len()), 0.06..0.14),
            ] {
                assert!(bounds.contains(&share), "{what}: {share} is not within {bounds:?}");
            }

            let mut tenures: Vec<_> = people
                .iter()
                .filter(|person| left(&person[0]))
                .filter_map(|person| on(&person[0], "/departure/employment_ended_on")?.since(on(&person[0], "/employment/hired_on")?).ok())
                .map(|tenure| tenure.get_days())
                .collect();
            tenures.sort_unstable();
            assert!((1_300..1_700).contains(&tenures[tenures.len() / 2]), "median {}", tenures[tenures.len() / 2]);
            let in_march =
                people.iter().filter(|person| on(&person[0], "/departure/employment_ended_on").is_some_and(|end| end.month() == 3));
            assert!(share(in_march.count(), leavers) > 0.22);
        }
    }

    #[test]
    fn five_hundred_people_show_every_special_case() {
        for seed in 0..20 {
            let people: Vec<_> = (0..500).map(|n| person(seed, n, TODAY)).collect();
            let any = |what: &str, case: &dyn Fn(&[Value]) -> bool| {
                assert!(people.iter().any(|person| case(person)), "nobody {what} with seed {seed}");
            };
            any("returned", &|person| person.len() == 2);
            any("left again", &|person| person.len() == 2 && person[1].get("departure").is_some());
            any("got another id", &|person| person.len() == 2 && person[0]["external_id"] != person[1]["external_id"]);
            any("has announced a departure", &|person| on(&person[0], "/departure/employment_ended_on") > Some(TODAY));
            any("has changed names", &|person| has_name(&person[0], "former_legal"));
            any("works under another name", &|person| has_name(&person[0], "business"));
            for status in ["pending", "on_leave", "retired"] {
                any(status, &|person| person[0]["employment"]["status"]["value"] == status);
            }
        }
    }

    #[test]
    fn records_have_the_members_of_a_departure_record_and_none_is_empty() {
        fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(object) => {
                    assert!(!object.is_empty(), "{path}");
                    for (name, value) in object {
                        members(value, &format!("{path}/{name}"), found);
                    }
                }
                Value::Array(items) => {
                    assert!(!items.is_empty(), "{path}");
                    items.iter().for_each(|item| members(item, path, found));
                }
                Value::Null => panic!("{path} is null"),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                    found.insert(path.to_owned());
                }
            }
        }
        let mut found = BTreeSet::new();
        all(5_000).iter().for_each(|record| members(record, "", &mut found));
        let expected = [
            "/address",
            "/birth_on",
            "/departure/employment_ended_on",
            "/departure/exit/handover_done",
            "/departure/exit/interview_held",
            "/departure/exit/notice_kept",
            "/departure/last_worked_on",
            "/departure/notified_on",
            "/departure/paid_through_on",
            "/departure/reason/source_value",
            "/departure/reason/value",
            "/departure/reason_secondary/source_value",
            "/departure/reason_secondary/value",
            "/departure/regrettable",
            "/departure/rehire/authorised_by",
            "/departure/rehire/reason",
            "/departure/rehire/source_value",
            "/departure/separation_type/source_value",
            "/departure/separation_type/value",
            "/emails",
            "/employee_number",
            "/employment/contract_end_on",
            "/employment/department",
            "/employment/employment_type/source_value",
            "/employment/employment_type/value",
            "/employment/hired_on",
            "/employment/job_title",
            "/employment/location",
            "/employment/manager/external_id",
            "/employment/manager/name",
            "/employment/original_hired_on",
            "/employment/status/source_value",
            "/employment/status/value",
            "/entity",
            "/evaluation/as_of",
            "/evaluation/rating",
            "/evaluation/scale",
            "/evaluation/source_value",
            "/external_id",
            "/names/family",
            "/names/family_kana",
            "/names/given",
            "/names/given_kana",
            "/names/kind",
            "/names/middle",
            "/phones",
            "/postal_code",
            "/previous_external_ids",
            "/sequence",
            "/source_updated_at",
        ];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
