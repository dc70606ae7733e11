use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;
use crate::departures::Source;
use crate::error::Problem;
use crate::id::{AlumnusId, Mint};
use crate::time::{Moment, Zone};

mod score;

const DAY: i64 = 86_400_000_000;

fn at(day: f64) -> Moment {
    #[allow(clippy::cast_possible_truncation)]
    Moment::from_micros((day * 86_400e6) as i64)
}

fn kind(word: &str) -> Kind {
    Kind::parse(word).unwrap()
}

fn done(kind_of: &str, day: f64, external_id: &str) -> Done {
    Done { occurred_at: at(day), source: "web".into(), external_id: external_id.into(), kind: kind(kind_of) }
}

/// The definition, term by term: of each capped kind the earliest of each window count.
fn plain_score(formula: &Formula, acts: &[Done], now: Moment) -> f64 {
    let mut acts = acts.to_vec();
    acts.sort_by(|a, b| (a.occurred_at, &a.source, &a.external_id).cmp(&(b.occurred_at, &b.source, &b.external_id)));
    let mut seen: HashMap<(Kind, i64), u32> = HashMap::new();
    let mut sum = 0.0;
    for act in acts {
        let rule = &formula.kinds[&act.kind];
        let n = seen.entry((act.kind.clone(), window(act.occurred_at))).or_default();
        *n += 1;
        if rule.cap.is_none_or(|cap| *n <= cap) {
            #[allow(clippy::cast_precision_loss)]
            let age = (now.micros() - act.occurred_at.micros()) as f64 / DAY as f64;
            sum += rule.points * (-age / f64::from(formula.half_life_days)).exp2();
        }
    }
    sum
}

/// Within 1e-9 of each other; what has faded so far that a floating-point number has not all its digits any more is nothing.
fn near(a: f64, b: f64) -> bool {
    let larger = a.abs().max(b.abs());
    a == b || larger < 1e-290 || (a - b).abs() <= 1e-9 * larger
}

#[test]
fn a_formula_is_edited_or_refused_with_every_fault() {
    let formula = Formula::default();
    let points = |points| EditKind { points: Some(points), ..EditKind::default() };
    let edit = EditFormula { half_life_days: Some(90), kinds: vec![(kind("talk_given"), points(9.0))], levels: None };
    let after = formula.edited(edit).unwrap();
    assert_eq!((after.half_life_days, after.kinds[&kind("talk_given")].points, after.levels), (90, 9.0, formula.levels));
    let wrong = EditFormula {
        half_life_days: None,
        kinds: vec![
            (kind("talk_given"), EditKind { mode: Some(EngagementMode::Philanthropic), ..EditKind::default() }),
            (kind("choir"), EditKind::default()),
        ],
        levels: Some([1.0, 1.0, 2.0, 3.0, 2.0]),
    };
    let faults = formula.edited(wrong).unwrap_err();
    let told: Vec<(&str, &str)> = faults.iter().map(|f| (f.pointer.as_str(), f.problem.code())).collect();
    let expected = [
        ("/kinds/0/mode", "fixed"),
        ("/kinds/1/mode", "required"),
        ("/kinds/1/points", "required"),
        ("/levels/1", "not_rising"),
        ("/levels/4", "not_rising"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_was_taken_back_does_not_come_back_by_being_delivered_twice() {
    let mut world = World::default();
    let told = told(1, "1", "talk_given", 20_000.0, None);
    let back = ActivityRecord { act: None, ..told.clone() };
    assert_eq!(world.take(std::slice::from_ref(&told)), [ActivityOutcome::Created]);
    assert_eq!(world.take(std::slice::from_ref(&told)), [ActivityOutcome::Unchanged]);
    assert_eq!(
        world.take(&[back.clone(), told.clone(), back]),
        [ActivityOutcome::Retracted, ActivityOutcome::Stale, ActivityOutcome::Unchanged]
    );
    let later = |day: f64| Some(at(day));
    let of = |act: &ActivityRecord, day| ActivityRecord { source_updated_at: later(day), ..act.clone() };
    let other = super::tests::told(1, "2", "talk_given", 20_000.0, None);
    let gone = ActivityRecord { act: None, ..other.clone() };
    assert_eq!(
        world.take(&[of(&gone, 5.0), of(&gone, 4.0)]),
        [ActivityOutcome::Retracted, ActivityOutcome::Unchanged],
        "nobody told of it yet"
    );
    assert_eq!(world.take(&[other.clone(), of(&other, 5.0)]), [ActivityOutcome::Stale; 2]);
    assert_eq!(world.take(&[of(&other, 6.0), of(&gone, 5.0)]), [ActivityOutcome::Created, ActivityOutcome::Stale]);
    world.verify();
}

#[test]
fn what_names_nobody_or_no_kind_is_refused() {
    let mut world = World::default();
    let mut record = told(1, "1", "talk_given", 20_000.0, None);
    if let Some(act) = &mut record.act {
        act.kind = kind("choir");
        act.whom = Whom::Id(AlumnusId::from_bytes([99; 16]));
    }
    let (recorded, _) = world.run(&[record]);
    let told: Vec<(&str, Problem)> = recorded[0].problems.iter().map(|f| (f.pointer.as_str(), f.problem.clone())).collect();
    let known = world.formula.kinds.keys().map(|kind| kind.as_str().to_owned()).collect();
    assert_eq!(told, [("/kind", Problem::UnknownKind { known }), ("/alumnus_id", Problem::UnknownPerson)]);
    assert_eq!(recorded[0].outcome, ActivityOutcome::Rejected);
    world.verify();
}

#[test]
fn what_an_earlier_act_puts_out_of_count_is_taken_off_exactly() {
    // The last one first: of the two that count, each new one puts out the later.
    let backwards = |n: u32| told(1, &n.to_string(), "newsletter_opened", 20_040.0 - f64::from(n) / 10.0, None);
    for (half_life_days, made_anew) in [(30, 0), (29, 398)] {
        let mut world = World { formula: Formula { half_life_days, ..Formula::default() }, ..World::default() };
        let anew: usize = (0..400).map(|n| world.run(&[backwards(n)]).1).sum();
        assert_eq!(anew, made_anew, "with a half-life of {half_life_days} days");
        world.verify();
    }
}

/// Activities, tombstones and books, as a database would keep them.
struct World {
    formula: Formula,
    activities: BTreeMap<(Source, String), Activity>,
    tombstones: BTreeMap<(Source, String), Tombstone>,
    totals: Totals,
    reach: Reach,
    months: BTreeMap<AlumnusId, Months>,
    figures: BTreeMap<(i32, AlumnusId), Figures>,
    spread: BTreeMap<(i32, i64), i64>,
    alumni: BTreeSet<AlumnusId>,
    seed: u64,
}

impl Default for World {
    fn default() -> Self {
        let (activities, tombstones, totals, reach) = (BTreeMap::new(), BTreeMap::new(), Totals::new(), Reach::new());
        let (months, figures, spread) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let alumni = (1..=3).map(person).collect();
        Self { formula: Formula::default(), activities, tombstones, totals, reach, months, figures, spread, alumni, seed: 1 }
    }
}

fn person(n: u8) -> AlumnusId {
    AlumnusId::from_bytes([n; 16])
}

fn told(of: u8, external_id: &str, kind_of: &str, day: f64, updated: Option<f64>) -> ActivityRecord {
    let act = Act { whom: Whom::Id(person(of)), kind: kind(kind_of), channel: ActivityChannel::Web, occurred_at: at(day), subject: None };
    let source = Source::parse("web").unwrap();
    ActivityRecord { source, external_id: external_id.into(), source_updated_at: updated.map(at), act: Some(act) }
}

impl World {
    fn acts(&self, of: AlumnusId) -> Vec<Done> {
        self.activities.values().filter(|a| a.alumnus == of && a.is_live()).map(Done::of).collect()
    }

    fn take(&mut self, records: &[ActivityRecord]) -> Vec<ActivityOutcome> {
        self.run(records).0.into_iter().map(|r| r.outcome).collect()
    }

    /// What a verb does: the ledger, then the books. Tells besides for how many people the score was made anew.
    fn run(&mut self, records: &[ActivityRecord]) -> (Vec<ActivityRecorded>, usize) {
        self.seed += 1;
        let people = (1..=4).map(|n| (Whom::Id(person(n)), (person(n), None))).collect();
        let mint = Mint::seeded(self.seed, Moment::from_micros(0));
        let formula = self.formula.clone();
        let known = self.activities.values().cloned().collect();
        let mut ledger = Ledger::new((at(40_000.0), Zone::UTC), mint, &formula, people, known, self.tombstones.values().cloned().collect());
        let recorded = records.iter().map(|r| ledger.take(r.clone())).collect();
        let (changes, buried, risen) = ledger.into_changes();
        for tombstone in buried {
            self.tombstones.insert((tombstone.source.clone(), tombstone.external_id.clone()), tombstone);
        }
        for key in risen {
            self.tombstones.remove(&key);
        }
        for change in &changes {
            self.activities.insert((change.after.source.clone(), change.after.external_id.clone()), change.after.clone());
        }
        let mut books = self.books();
        books.enter(&formula, &changes);
        let bearing = Bearing::of(&changes);
        let mut anew = bearing.anew.clone();
        let windows = bearing.beside(&[&formula]);
        for (id, new) in &bearing.more {
            let is_beside = |act: &Done| windows.iter().any(|((from, to), of)| of.contains(id) && (*from..*to).contains(&act.occurred_at));
            let beside: Vec<Done> = self.acts(*id).into_iter().filter(is_beside).collect();
            if !books.add((1, &formula), *id, new, &beside) {
                anew.insert(*id);
            }
        }
        for id in &anew {
            books.stand(1, *id, figures(&formula, &self.acts(*id)));
        }
        self.keep(books.close());
        (recorded, anew.len())
    }

    fn books(&self) -> Books {
        Books::open(self.months.clone(), self.figures.clone(), self.alumni.clone())
    }

    /// Somebody leaves or comes back: one of the alumni from now on, or no longer.
    fn turn(&mut self, id: AlumnusId) {
        let mut books = self.books();
        let is_alumnus = !self.alumni.contains(&id);
        books.count_as_alumnus(id, is_alumnus);
        if is_alumnus {
            self.alumni.insert(id);
        } else {
            self.alumni.remove(&id);
        }
        self.keep(books.close());
    }

    fn keep(&mut self, deltas: Deltas) {
        for (key, n) in deltas.totals {
            *self.totals.entry(key).or_default() += n;
        }
        for (key, n) in deltas.reach {
            *self.reach.entry(key).or_default() += n;
        }
        for (key, n) in deltas.spread {
            *self.spread.entry(key).or_default() += n;
        }
        for ((id, month, mode), n) in deltas.months {
            let months = self.months.entry(id).or_default();
            if n == 0 {
                months.remove(&(month, mode))
            } else {
                months.insert((month, mode), n)
            };
        }
        for (key, figures) in deltas.figures {
            match figures {
                Some(figures) => self.figures.insert(key, figures),
                None => self.figures.remove(&key),
            };
        }
    }

    /// Counts everything anew, plainly.
    fn verify(&self) {
        let live = || self.activities.values().filter(|a| a.is_live());
        let some = |totals: &Totals| totals.iter().filter(|(_, n)| **n != 0).map(|(k, n)| (k.clone(), *n)).collect::<Totals>();
        assert_eq!(some(&self.totals), totals(live().map(|a| (a, 1))));
        let people: BTreeSet<AlumnusId> = live().map(|a| a.alumnus).collect();
        let mut spread: BTreeMap<(i32, i64), i64> = BTreeMap::new();
        assert_eq!(self.figures.len(), people.len());
        for id in &people {
            let acts = self.acts(*id);
            let figures = &self.figures[&(1, *id)];
            for now in [at(40_000.0), at(20_000.0)] {
                let (kept, plain) = (figures.score.at(now, self.formula.half_life_days), plain_score(&self.formula, &acts, now));
                assert!(near(kept, plain), "{kept} {plain}");
            }
            assert_eq!(figures.activities, acts.len() as i64);
            assert_eq!(Some(figures.last_activity_at), acts.iter().map(|a| a.occurred_at).max());
            if figures.score != Score::NOTHING && self.alumni.contains(id) {
                *spread.entry((1, figures.score.step())).or_default() += 1;
            }
        }
        assert_eq!(self.spread.iter().filter(|(_, n)| **n != 0).map(|(k, n)| (*k, *n)).collect::<BTreeMap<_, _>>(), spread);
        let active = |mode: Option<EngagementMode>, from: Month, to: Month| {
            let is_in =
                |a: &&Activity| (from..=to).contains(&Month::of(a.day)) && mode.is_none_or(|m| self.formula.mode(&a.kind) == Some(m));
            let them: BTreeSet<AlumnusId> = live().filter(is_in).map(|a| a.alumnus).collect();
            them.intersection(&self.alumni).count() as i64
        };
        let months: BTreeSet<Month> = live().map(|a| Month::of(a.day)).collect();
        for mode in [None, Some(EngagementMode::Communication), Some(EngagementMode::Volunteer)] {
            for from in &months {
                for span in [0, 1, 11, 60] {
                    assert_eq!(active_people(&self.reach, mode, *from, from.plus(span)), active(mode, *from, from.plus(span)));
                }
            }
        }
    }
}

/// Records of four people over fifty years: told, corrected and taken back, dated and not, some of them twice.
fn records() -> impl Strategy<Value = Vec<Vec<ActivityRecord>>> {
    let kinds = prop::sample::select(vec!["newsletter_opened", "link_clicked", "talk_given", "event_rsvp", "donation"]);
    let when = prop_oneof![(10_957.0..29_000.0), (19_900.0..20_100.0)];
    let record = (1_u8..=4, 0..30_u32, kinds, when, prop::option::of(0..6_u32), prop::bool::weighted(0.15));
    let record = record.prop_map(|(of, key, kind_of, day, updated, is_back)| {
        let told = told(of, &key.to_string(), kind_of, day, updated.map(f64::from));
        if is_back { ActivityRecord { act: None, ..told } } else { told }
    });
    prop::collection::vec(prop::collection::vec(record, 1..12), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_books_are_right_after_any_history(
        batches in records(), turns in prop::collection::vec(1_u8..=4, 0..8), half_life in 1_u16..=3_650
    ) {
        let mut world = World { formula: Formula { half_life_days: half_life, ..Formula::default() }, ..World::default() };
        let mut turns = turns.into_iter();
        for batch in batches {
            let _ = world.run(&batch);
            if let Some(n) = turns.next() {
                world.turn(person(n));
            }
            let _ = world.run(&batch[..1]);
        }
        for n in turns {
            world.turn(person(n));
        }
        world.verify();
    }

    #[test]
    fn what_the_source_dates_comes_out_the_same_in_any_order(batches in records(), seed in any::<u64>()) {
        let mut all: Vec<ActivityRecord> = batches.into_iter().flatten().collect();
        for (n, record) in all.iter_mut().enumerate() {
            // No two of one activity at the same time: which of those came last would be anybody's guess.
            record.source_updated_at = Some(Moment::from_micros(n as i64));
        }
        let mut other = all.clone();
        other.extend(all.iter().step_by(3).cloned());
        other.sort_by_key(|r| blake3::hash(format!("{seed} {r:?}").as_bytes()).as_bytes().to_owned());
        let mut worlds = [World::default(), World::default()];
        let _ = worlds[0].run(&all);
        for batch in other.chunks(5) {
            let _ = worlds[1].run(batch);
        }
        let live = |w: &World| -> Vec<_> {
            w.activities.values().filter(|a| a.is_live()).map(|a| (a.external_id.clone(), a.alumnus, Done::of(a))).collect()
        };
        prop_assert_eq!(live(&worlds[0]), live(&worlds[1]));
        worlds[1].verify();
    }
}
