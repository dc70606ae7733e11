//! Enumeration is noticed and slowed.

use super::*;
use furusu_tests::on_both;

on_both! {
    fn one_applicant_again_and_again_with_one_thing_varied_is_noticed_and_slowed(world) {
        let _ = roster(world);
        // The operator's tokens outlive the story.
        let (curious, honest) = (ats(world), world.known_client("matching:lookup"));
        let mut slowed = None;
        for n in 0..40 {
            let mut asked = applicant();
            asked["birth_on"] = json!(format!("1985-{:02}-{:02}", 1 + n % 12, 1 + n % 28));
            let answer = ask(&curious, &asked);
            if answer.status == 429 {
                slowed = Some((n, answer));
                break;
            }
            let _ = answer.is(200);
        }
        let (after, answer) = slowed.expect("it is slowed");
        assert!((15..=25).contains(&after), "after {after}");
        assert_eq!(answer.says("rate_limited").header("retry-after").parse::<u32>().unwrap(), 2);
        assert_eq!(world.events().iter().filter(|event| *event == "lookup.enumeration_suspected").count(), 1);
        let _ = ask(&honest, &applicant()).is(200);
        world.seconds_pass(2);
        let _ = ask(&curious, &applicant()).is(200);
        ask(&curious, &applicant()).is(429).says("rate_limited");
    }

    fn practically_nobody_but_strangers_is_noticed_and_ordinary_applicants_are_not(world) {
        let _ = roster(world);
        let (curious, ordinary) = (ats(world), world.known_client("matching:lookup"));
        let unknown = |n: usize| json!({ "identifiers": [{ "kind": "email", "value": format!("nobody{n}@example.net") }] });
        let path = format!("{LOOKUPS}/batch");
        for round in 0..2 {
            let strangers: Vec<Value> = (0..1_000).map(|n| unknown(round * 1_000 + n)).collect();
            let mut mixed = strangers.clone();
            (0..1_000).step_by(50).for_each(|n| mixed[n] = applicant());
            let _ = curious.post(&path, &json!({ "applicants": strangers })).is(200);
            let _ = ordinary.post(&path, &json!({ "applicants": mixed })).is(200);
        }
        // A batch is no way around the pace: each lookup of it counts.
        let answer = ask(&curious, &stranger()).is(429);
        assert_eq!(answer.says("rate_limited").header("retry-after"), "2000");
        for _ in 0..5 {
            let _ = ask(&ordinary, &stranger()).is(200);
        }
        world.seconds_pass(1_999);
        ask(&curious, &stranger()).is(429).says("rate_limited");
        world.seconds_pass(1);
        let _ = ask(&curious, &stranger()).is(200);
        assert_eq!(world.events().iter().filter(|event| *event == "lookup.enumeration_suspected").count(), 1);
    }

    fn neither_the_other_door_nor_a_blindfold_is_a_way_around(world) {
        let _ = roster(world);
        // By GraphQL: one applicant, another birth date each time.
        let curious = world.known_client("matching:lookup");
        let mutation = "mutation($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { finding { result } } }";
        let slowed = (0..40).find(|n| {
            let born = format!("1985-{:02}-{:02}", 1 + n % 12, 1 + n % 28);
            let asked = json!({ "names": [{ "full": "高橋由美子" }], "birthOn": born, "identifiers": [{ "kind": "EMAIL", "value": "yumiko.takahashi@example.com" }] });
            let answer = curious.graphql(mutation, &json!({ "input": { "applicant": asked } })).body();
            answer["errors"][0]["extensions"]["code"] == "rate_limited"
        });
        assert!(slowed.is_some_and(|after| (15..=25).contains(&after)), "{slowed:?}");
        ask(&curious, &applicant()).is(429).says("rate_limited");
        // Blinded: the same, by tokens.
        let vendor = super::blinded::vendor(world);
        let slowed = (0..40).find(|n| {
            let mut her = super::blinded::herself();
            her.births = vec![format!("1985-{:02}-{:02}", 1 + n % 12, 1 + n % 28)];
            ask(&vendor.client, &super::blinded::blinded(&vendor.secret, "2026Q4", &her)).status == 429
        });
        assert!(slowed.is_some_and(|after| (15..=25).contains(&after)), "{slowed:?}");
        assert_eq!(world.events().iter().filter(|event| *event == "lookup.enumeration_suspected").count(), 2);
    }
}
