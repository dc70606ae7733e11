use super::*;

#[test]
fn an_act_is_worth_half_after_a_half_life() {
    let formula = Formula::default();
    let score = score(&formula, &[done("talk_given", 20_000.0, "1")]);
    assert!(near(score.at(at(20_000.0), 180), 7.0));
    assert!(near(score.at(at(20_180.0), 180), 3.5));
    assert!(near(score.at(at(20_360.0), 180), 1.75));
    assert_eq!(Score::NOTHING.at(at(1.0), 180), 0.0);
    assert_eq!(formula.level(0.99), 0);
    assert_eq!(formula.level(1.0), 1);
    assert_eq!(formula.level(1_000.0), 5);
}

#[test]
fn of_a_capped_kind_the_earliest_of_a_window_count() {
    let formula = Formula::default();
    // Day 19,980 is the first of a window: 222 · 90.
    let first = 10_957.0 + 9_000.0;
    let acts = [
        done("newsletter_opened", first + 5.0, "c"),
        done("newsletter_opened", first + 1.0, "a"),
        done("newsletter_opened", first + 2.0, "b"),
    ];
    assert_eq!(counted(&formula, &acts), [false, true, true]);
    let next = done("newsletter_opened", first + 90.0, "d");
    assert_eq!(counted(&formula, &[acts.to_vec(), vec![next]].concat()), [false, true, true, true]);
    let explained = explain(&formula, &acts, at(first + 10.0));
    let sum: f64 = explained.iter().map(|c| c.contribution).sum();
    assert!(near(sum, score(&formula, &acts).at(at(first + 10.0), 180)));
    assert!(!explained[0].counts && explained[0].contribution == 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn sums_do_not_depend_on_their_order_and_sort_as_what_they_read(
        parts in prop::collection::vec((0.001_f64..1_000.0, 10_957.0_f64..29_200.0), 1..40),
        more in prop::collection::vec((0.001_f64..1_000.0, 10_957.0_f64..29_200.0), 1..40),
        half_life in 1_u16..=3_650,
        now in 10_957.0_f64..29_200.0,
    ) {
        let sum = |parts: &[(f64, f64)]| parts.iter().map(|(w, day)| Score::of(*w, at(*day), half_life)).fold(Score::NOTHING, Score::plus);
        let mut back = parts.clone();
        back.reverse();
        let (forth, back, other) = (sum(&parts), sum(&back), sum(&more));
        let now = at(now);
        prop_assert!(near(forth.at(now, half_life), back.at(now, half_life)));
        // What has faded to nothing reads the same; nothing reads the other way round.
        prop_assert!(forth <= other || forth.at(now, half_life) >= other.at(now, half_life));
        prop_assert!(forth.at(now, half_life) <= other.at(now, half_life) || forth > other);
        prop_assert_eq!(Score::from_kept(forth.kept()), forth);
        prop_assert!(Score::of_step(forth.step()) <= forth && forth < Score::of_step(forth.step() + 1));
    }

    #[test]
    fn a_threshold_is_reached_by_what_reads_as_much(points in 0.01_f64..500.0, day in 10_957.0_f64..29_200.0, half_life in 1_u16..=3_650) {
        let now = at(day);
        let least = Score::reaching(points, now, half_life);
        let nearly = points * (1.0 - 1e-12);
        prop_assert!(least.at(now, half_life) >= nearly);
        prop_assert!(Score::from_kept(least.kept() - 1).at(now, half_life) < nearly);
    }
}
