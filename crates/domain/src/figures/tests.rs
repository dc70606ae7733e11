use std::collections::BTreeMap;

use proptest::prelude::*;

use super::suppress::suppress;
use super::*;
use crate::error::Problem;
use crate::time::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn near(is: f64, should: f64) {
    assert!((is - should).abs() < 1e-9, "{is} is not {should}");
}

#[test]
fn a_share_comes_with_the_interval_of_wilson() {
    // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20.
    let (low, high) = wilson(81, 263).unwrap();
    assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
    let (low, high) = wilson(0, 20).unwrap();
    assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5);
    assert_eq!(wilson(0, 0), None);
    assert_eq!(wilson(3, 2), None);
}

#[test]
fn those_who_are_lost_from_sight_count_until_then() {
    // Six and more weeks of remission, the group of 6-mercaptopurine: Freireich and others, Blood 21 (1963), as retold wherever
    // the estimate is taught. Weeks are taken for days.
    let seen = [(6, 3, 1), (7, 1, 0), (9, 0, 1), (10, 1, 1), (11, 0, 1), (13, 1, 0), (16, 1, 0), (17, 0, 1), (19, 0, 1), (20, 0, 1)];
    let more = [(22, 1, 0), (23, 1, 0), (25, 0, 1), (32, 0, 2), (34, 0, 1), (35, 0, 1)];
    let followed: Followed = seen.into_iter().chain(more).map(|(t, d, c)| (t * 31, (d, c))).collect();
    let curve = survival(&followed, 1);
    let at = |month: i32| curve.iter().rev().find(|point| point.months <= month).unwrap();
    near((at(7).away * 1e4).round() / 1e4, 0.8571);
    near((at(12).away * 1e4).round() / 1e4, 0.7529);
    near((at(24).away * 1e4).round() / 1e4, 0.4482);
    let (low, high) = at(24).band.unwrap();
    assert!(low < at(24).away && at(24).away < high && low > 0.0 && high < 1.0);
}

#[test]
fn the_middle_of_an_even_number_lies_between_two() {
    let seen = |all: &[i64]| {
        Histogram(all.iter().fold(BTreeMap::new(), |mut seen, n| {
            *seen.entry(*n).or_default() += 1;
            seen
        }))
    };
    assert_eq!(seen(&[]).median(), None);
    assert_eq!(seen(&[3]).median(), Some(3.0));
    assert_eq!(seen(&[9, 1, 2]).median(), Some(2.0));
    assert_eq!(seen(&[1, 2, 4, 9]).median(), Some(3.0));
}

#[test]
fn a_window_is_cut_at_the_calendar() {
    let window = Span { from: day("2026-01-31"), to: day("2026-04-02") };
    let ends = |every| window.cut(every).into_iter().map(|span| span.to.to_string()).collect::<Vec<_>>();
    assert_eq!(ends(MetricInterval::Month), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-02"]);
    assert_eq!(ends(MetricInterval::Quarter), ["2026-03-31", "2026-04-02"]);
    // 2026-02-01 is a Sunday.
    assert_eq!(ends(MetricInterval::Week)[..2], ["2026-02-01", "2026-02-08"]);
    assert_eq!(ends(MetricInterval::Day).len(), 62);
    let year = Span::last_twelve_months(day("2026-11-24"));
    assert_eq!((year.from.to_string(), year.to.to_string()), ("2025-12-01".into(), "2026-11-30".into()));
    assert!(year.is_of_months() && !window.is_of_months());
}

#[test]
fn what_cannot_be_answered_is_refused_with_what_can() {
    let today = day("2026-11-24");
    let ask = |id, asked| MetricQuestion::new(id, asked, today);
    let from = Asked { from: Some(day("2026-01-15")), ..Asked::default() };
    let faults = |id, asked| ask(id, asked).unwrap_err().into_iter().map(|fault| (fault.pointer, fault.problem.code())).collect::<Vec<_>>();
    assert_eq!(faults(MetricId::AlumniCount, from.clone()), [("/from".to_owned(), "only_with")]);
    assert_eq!(faults(MetricId::EngagedShare, from.clone()), [("/from".to_owned(), "malformed_value")]);
    assert!(ask(MetricId::ActivityCount, from).is_ok());
    let by = |by: &[MetricDimension]| Asked { by: by.to_vec(), ..Asked::default() };
    assert_eq!(faults(MetricId::EngagedShare, by(&[MetricDimension::Kind])), [("/by".to_owned(), "not_one_of")]);
    assert_eq!(
        faults(MetricId::ActivityCount, by(&[MetricDimension::Kind, MetricDimension::Department])),
        [("/by".to_owned(), "exclusive")]
    );
    assert_eq!(faults(MetricId::ActivityCount, by(&[MetricDimension::Kind; 2])), [("/by".to_owned(), "repeated_member")]);
    let daily = Asked { from: Some(day("2020-01-01")), every: Some(MetricInterval::Day), ..Asked::default() };
    assert!(matches!(ask(MetricId::ActivityCount, daily).unwrap_err()[0].problem, Problem::TooLong { .. }));
    let table = ask(MetricId::ReturnRate, by(&[MetricDimension::ExitCohort, MetricDimension::YearsSinceExit])).unwrap();
    assert_eq!(table.by.len(), 2);
    assert_eq!(faults(MetricId::ReturnRate, by(&[MetricDimension::YearsSinceExit])), [("/by".to_owned(), "only_with")]);
    assert_eq!(ask(MetricId::Funnel, Asked::default()).unwrap().by, [MetricDimension::Stage]);
}

#[test]
fn a_cell_that_would_give_a_small_one_away_is_hidden_too() {
    let cells = vec![vec![3], vec![40], vec![12]];
    let (hidden, total) = suppress(&cells, vec![None; 3], &[55], true, FLOOR);
    assert_eq!(hidden, [Some(Suppression::Small), None, Some(Suppression::Complementary)]);
    assert_eq!(total, None);
    let (hidden, total) = suppress(&[vec![3], vec![40]], vec![None; 2], &[43], true, FLOOR);
    assert_eq!(hidden, [Some(Suppression::Small), Some(Suppression::Complementary)], "the other goes too");
    assert_eq!(total, None);
    let (_, total) = suppress(&[vec![3, 40]], vec![None; 1], &[3, 40], true, FLOOR);
    assert_eq!(total, Some(Suppression::Small));
    let (hidden, _) = suppress(&cells, vec![None; 3], &[55], false, FLOOR);
    assert_eq!(hidden, [Some(Suppression::Small), None, None], "nothing can be subtracted");
}

proptest! {
    /// Whoever knows the total and every cell that is told, learns of those that are hidden no more than a sum of at least two
    /// of them, which is of nobody or of no small number; or the total is hidden.
    #[test]
    fn nothing_that_is_hidden_can_be_subtracted(cells in prop::collection::vec((0..12_i64, 0..12_i64), 0..9), floor in 2..8_i64) {
        let cells: Vec<Vec<i64>> = cells.into_iter().map(|(did, did_not)| vec![did, did_not]).collect();
        let total: Vec<i64> = (0..2).map(|part| cells.iter().map(|parts| parts[part]).sum()).collect();
        let (hidden, of_total) = suppress(&cells, vec![None; cells.len()], &total, true, floor);
        let is_small = |n: &i64| (1..floor).contains(n);
        for (parts, why) in cells.iter().zip(&hidden) {
            prop_assert!(why.is_some() || !parts.iter().any(is_small));
        }
        prop_assert!(of_total.is_some() || !total.iter().any(is_small));
        let out: Vec<&Vec<i64>> = cells.iter().zip(&hidden).filter(|(_, why)| why.is_some()).map(|(parts, _)| parts).collect();
        if of_total.is_none() && !out.is_empty() {
            prop_assert!(out.len() > 1);
            for part in 0..2 {
                let sum: i64 = out.iter().map(|parts| parts[part]).sum();
                prop_assert!(!is_small(&sum));
            }
        }
    }

    /// Between any two counts that are told lie at least so many people, or nobody.
    #[test]
    fn no_step_is_of_few(more in prop::collection::vec(0..9_i64, 0..20), floor in 2..8_i64) {
        let counts: Vec<i64> = more.iter().scan(0, |sum, n| { *sum += n; Some(*sum) }).collect();
        let told: Vec<i64> = counts.iter().zip(steps(&counts, floor)).filter(|(_, told)| *told).map(|(n, _)| *n).collect();
        for pair in std::iter::once(0).chain(told).collect::<Vec<_>>().windows(2) {
            prop_assert!(pair[0] == pair[1] || pair[1] - pair[0] >= floor);
        }
    }

    /// The stretches of a series follow one another and leave out nothing.
    #[test]
    fn a_series_leaves_out_no_day(from in 0..9_000_i32, days in 0..800_i32, every in 0..4_usize) {
        let span = Span { from: Date::from_days_since_2000(from).unwrap(), to: Date::from_days_since_2000(from + days).unwrap() };
        let every = MetricInterval::ALL[every];
        let cut = span.cut(every);
        prop_assert_eq!((cut[0].from, cut.last().unwrap().to), (span.from, span.to));
        for pair in cut.windows(2) {
            prop_assert_eq!(pair[0].to.tomorrow(), pair[1].from);
            prop_assert_eq!(every.begins_on(pair[1].from), pair[1].from);
        }
        prop_assert!(cut.len() <= span.pieces(every) + 1);
    }
}
