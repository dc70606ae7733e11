//! Every metric of the demonstration, beside a slow and plain recomputation from what the doors tell of each person.

use std::collections::{BTreeMap, BTreeSet};

use furusu_domain::time::{Date, Moment, Zone};
use furusu_tests::Client;
use furusu_tests::on_both;
use serde_json::Value;

struct Stint {
    hired_on: Date,
    ended: Option<Left>,
}

#[derive(Clone)]
struct Left {
    on: Date,
    department: Option<String>,
    entity: Option<String>,
    reason: Option<String>,
    is_death: bool,
}

struct Act {
    on: Date,
    kind: String,
    mode: String,
    channel: String,
}

struct Person {
    latest: Left,
    is_alive: bool,
    is_contactable: bool,
    stints: Vec<Stint>,
    acts: Vec<Act>,
    level: i64,
}

/// A return: from which departure, when, and what became of it.
struct Back<'p> {
    left: &'p Left,
    on: Date,
    again: Option<&'p Left>,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn day(value: &Value) -> Date {
    value.as_str().unwrap().parse().unwrap()
}

fn left(departure: &Value) -> Left {
    Left {
        on: day(&departure["employment_ended_on"]),
        department: text(&departure["department"]),
        entity: text(&departure["entity"]),
        reason: text(&departure["reason"]["value"]).filter(|reason| reason != "not_stated" && reason != "withheld"),
        is_death: departure["separation_type"]["value"] == "death",
    }
}

fn everybody(client: &Client) -> Vec<Person> {
    let zone: Zone = "Asia/Tokyo".parse().unwrap();
    let mut people = Vec::new();
    let mut path = "/v1/alumni?limit=200".to_owned();
    loop {
        let page = client.get(&path).is(200).body();
        for listed in page["data"].as_array().unwrap() {
            let id = listed["id"].as_str().unwrap();
            let alumnus = client.get(&format!("/v1/alumni/{id}")).is(200).body();
            let in_force = |departure: &Value| !departure.is_null() && departure["status"] != "rescinded";
            let stint =
                |e: &Value| Stint { hired_on: day(&e["hired_on"]), ended: in_force(&e["departure"]).then(|| left(&e["departure"])) };
            let consents = client.get(&format!("/v1/alumni/{id}/consents?limit=200")).is(200).body();
            let granted = consents["data"].as_array().unwrap().iter().any(|c| c["decision"] == "granted" && c["state"] == "in_force");
            let there = |member: &str| alumnus[member].as_array().is_some_and(|all| !all.is_empty());
            let activities = client.get(&format!("/v1/alumni/{id}/activities?limit=200")).is(200).body();
            assert_eq!(activities["next"], Value::Null);
            let act = |a: &Value| {
                let at: Moment = a["occurred_at"].as_str().unwrap().parse().unwrap();
                let word = |member: &str| a[member].as_str().unwrap().to_owned();
                Act { on: zone.date_at(at), kind: word("kind"), mode: word("mode"), channel: word("channel") }
            };
            people.push(Person {
                latest: left(&alumnus["latest_departure"]),
                is_alive: alumnus["deceased"] == false,
                is_contactable: granted && (there("emails") || there("phones") || !alumnus["address"].is_null()),
                stints: alumnus["employments"].as_array().unwrap().iter().map(stint).collect(),
                acts: activities["data"].as_array().unwrap().iter().map(act).collect(),
                level: client.get(&format!("/v1/alumni/{id}/engagement")).is(200).body()["level"].as_i64().unwrap(),
            });
        }
        let Some(next) = page["next"].as_str() else { return people };
        path = format!("/v1/alumni?limit=200&after={next}");
    }
}

/// What should be: numerator, denominator if there is one, and the value.
type Should = (i64, Option<i64>, Option<f64>);

fn count(n: usize) -> Should {
    (n as i64, None, Some(n as f64))
}

fn share(n: usize, of: usize) -> Should {
    (n as i64, Some(of as i64), (of > 0).then(|| n as f64 / of as f64))
}

fn median(mut days: Vec<i64>) -> Should {
    days.sort_unstable();
    let n = days.len();
    let value = (n > 0).then(|| (days[(n - 1) / 2] + days[n / 2]) as f64 / 2.0);
    (n as i64, None, value)
}

fn is_small((n, of, _): Should) -> bool {
    (1..5).contains(&n) || of.is_some_and(|of| (1..5).contains(&(of - n)))
}

#[track_caller]
fn agrees(what: &str, cell: &Value, should: Should) {
    let (n, of, value) = should;
    match cell["hidden"].as_str() {
        None => {
            assert!(!is_small(should), "{what}: {cell} must not be told");
            let near = |is: &Value, should: f64| (is.as_f64().unwrap() - should).abs() < 1e-9;
            assert_eq!((cell["numerator"].as_i64(), cell["denominator"].as_i64()), (Some(n), of), "{what}");
            assert!(value.map_or(cell["value"].is_null(), |value| near(&cell["value"], value)), "{what}: {cell} is not {value:?}");
        }
        Some("small") => assert!(is_small(should), "{what}: {cell} is of {should:?}"),
        Some(_) => {}
    }
    assert!(
        cell["hidden"].is_null() || (cell["value"].is_null() && cell["numerator"].is_null() && cell["low"].is_null()),
        "{what}: {cell}"
    );
}

/// The answer has these cells and no others, and this total.
#[track_caller]
fn is(client: &Client, path: &str, total: Option<Should>, should: &BTreeMap<Vec<Option<String>>, Should>) -> usize {
    let metric = client.get(&format!("/v1/metrics/{path}")).is(200).body();
    match total {
        Some(total) => agrees(path, &metric["total"], total),
        None => assert!(metric["total"].is_null(), "{path}"),
    }
    let mut told = 0;
    let mut seen = BTreeSet::new();
    for cell in metric["cells"].as_array().unwrap() {
        let key: Vec<Option<String>> = cell["group"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| text(&key["key"]))
            .chain(cell["from"].as_str().map(|from| Some(from.to_owned())))
            .collect();
        let nothing = (0, should.values().next().and_then(|(_, of, _)| *of), None);
        let expected = should.get(&key).copied().unwrap_or(nothing);
        assert!(should.contains_key(&key) || cell["numerator"] == 0, "{path}: {key:?} is not there");
        if should.contains_key(&key) {
            agrees(&format!("{path} {key:?}"), cell, expected);
        }
        told += usize::from(cell["hidden"].is_null());
        seen.insert(key);
    }
    for (key, (n, of, _)) in should {
        assert!(seen.contains(key) || *n == 0 && of.unwrap_or(0) == 0, "{path}: {key:?} is missing");
    }
    told
}

fn grouped<T>(
    all: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Vec<Option<String>>,
    of: impl Fn(Vec<&T>) -> Should,
) -> BTreeMap<Vec<Option<String>>, Should> {
    let all: Vec<T> = all.into_iter().collect();
    let mut groups: BTreeMap<Vec<Option<String>>, Vec<&T>> = BTreeMap::new();
    for one in &all {
        groups.entry(key(one)).or_default().push(one);
    }
    groups.into_iter().map(|(key, all)| (key, of(all))).collect()
}

fn year(day: Date) -> Option<String> {
    Some(day.to_string()[..4].to_owned())
}

fn month(day: Date) -> Option<String> {
    Some(format!("{}-01", &day.to_string()[..7]))
}

/// The same day so many years later.
fn years_later(day: Date, years: i16) -> Date {
    let civil = day.civil();
    Date::new(civil.year() + years, civil.month(), civil.day()).or_else(|| Date::new(civil.year() + years, 3, 1)).unwrap()
}

fn nothing() -> BTreeMap<Vec<Option<String>>, Should> {
    BTreeMap::new()
}

on_both! {
    fn every_metric_of_the_demonstration_is_what_a_plain_count_gives(world) {
        world.wait_for(furusu_api::demo::load(&world.app, furusu_api::demo::PEOPLE)).unwrap();
        let scopes = "alumni:read departures:read engagement:read analytics:read privacy:read evaluations:read";
        let client = world.stranger().with(Some(format!("Bearer {}", world.token(furusu_api::demo::organization(), scopes))));
        let zone: Zone = "Asia/Tokyo".parse().unwrap();
        let today = zone.date_at(world.app.clock.now());
        let people = everybody(&client);
        assert!(people.len() > 200);

        // People.
        let alive: Vec<&Person> = people.iter().filter(|p| p.is_alive).collect();
        let contactable = alive.iter().filter(|p| p.is_contactable).count();
        is(&client, "alumni.count", Some(count(alive.len())), &nothing());
        let by_department = grouped(alive.clone(), |p| vec![p.latest.department.clone()], |all| count(all.len()));
        assert!(is(&client, "alumni.count?by=department", Some(count(alive.len())), &by_department) > 5);
        let by_both = grouped(alive.clone(), |p| vec![p.latest.entity.clone(), year(p.latest.on)], |all| count(all.len()));
        is(&client, "alumni.count?by=entity,exit_cohort", Some(count(alive.len())), &by_both);
        let reached = |all: Vec<&&Person>| share(all.iter().filter(|p| p.is_contactable).count(), all.len());
        let by_entity = grouped(alive.clone(), |p| vec![p.latest.entity.clone()], reached);
        assert!(is(&client, "reach.contactable_share?by=entity", Some(share(contactable, alive.len())), &by_entity) > 1);

        // Activities and who was active, over the twelve months that are usual.
        let from = day(&client.get("/v1/metrics/activities.count").is(200).body()["window"]["from"]);
        let acts: Vec<(&Person, &Act)> = people.iter().flat_map(|p| p.acts.iter().map(move |a| (p, a))).filter(|(_, a)| a.on >= from).collect();
        assert!(acts.len() > 100);
        let all = Some(count(acts.len()));
        for (path, key) in [
            ("activities.count?by=kind", (|(_, a): &(&Person, &Act)| vec![Some(a.kind.clone())]) as fn(&(&Person, &Act)) -> _),
            ("activities.count?by=mode,channel", |(_, a)| vec![Some(a.mode.clone()), Some(a.channel.clone())]),
            ("activities.count?every=month", |(_, a)| vec![month(a.on)]),
            ("activities.count?every=day", |(_, a)| vec![Some(a.on.to_string())]),
            ("activities.count?by=kind&every=month", |(_, a)| vec![Some(a.kind.clone()), month(a.on)]),
            ("activities.count?by=department,mode", |(p, a)| vec![p.latest.department.clone(), Some(a.mode.clone())]),
        ] {
            is(&client, path, all, &grouped(acts.clone(), key, |all| count(all.len())));
        }
        let people_of = |all: Vec<&(&Person, &Act)>| all.iter().map(|(p, _)| std::ptr::from_ref(*p)).collect::<BTreeSet<_>>().len();
        let active = people_of(acts.iter().collect());
        is(&client, "engaged.count", Some(count(active)), &nothing());
        is(&client, "engaged.share", Some(share(active, contactable)), &nothing());
        let by_mode = grouped(acts.clone(), |(_, a)| vec![Some(a.mode.clone())], |all| share(people_of(all), contactable));
        assert!(is(&client, "engaged.share?by=mode", Some(share(active, contactable)), &by_mode) > 1);
        let by_month = grouped(acts.clone(), |(_, a)| vec![month(a.on)], |all| count(people_of(all)));
        assert!(is(&client, "engaged.count?every=month", Some(count(active)), &by_month) > 6);
        let by_cohort = grouped(acts.clone(), |(p, _)| vec![year(p.latest.on)], |all| count(people_of(all)));
        is(&client, "engaged.count?by=exit_cohort", Some(count(active)), &by_cohort);
        let mixed = grouped(acts.clone(), |(p, a)| vec![p.latest.entity.clone(), Some(a.mode.clone()), month(a.on)], |all| count(people_of(all)));
        is(&client, "engaged.count?by=entity,mode&every=month", Some(count(active)), &mixed);
        let referred = acts.iter().filter(|(_, a)| a.kind == "referral_hired").count();
        is(&client, "referral.hires", Some(count(referred)), &nothing());
        let levels = grouped(alive.clone(), |p| vec![Some(p.level.to_string())], |all| count(all.len()));
        is(&client, "engagement.levels", Some(count(alive.len())), &levels);

        // Departures and returns, over all times.
        let since = "from=1980-01-01";
        let leavings: Vec<(&Person, &Left)> = people
            .iter()
            .flat_map(|p| p.stints.iter().filter_map(move |s| Some((p, s.ended.as_ref()?))))
            .filter(|(_, left)| !left.is_death && left.on < today)
            .collect();
        let back = |p: &'_ Person, left: &Left| p.stints.iter().filter(|s| s.hired_on > left.on).min_by_key(|s| s.hired_on).map(|s| (s.hired_on, s.ended.clone()));
        let came: Vec<(&(&Person, &Left), Date, Option<Left>)> =
            leavings.iter().filter_map(|all| back(all.0, all.1).map(|(on, again)| (all, on, again))).filter(|(_, on, _)| *on <= today).collect();
        let came: Vec<Back<'_>> = came.iter().map(|(all, on, again)| Back { left: all.1, on: *on, again: again.as_ref() }).collect();
        assert!(came.len() > 10);
        let by_cohort = grouped(leavings.clone(), |(_, left)| vec![year(left.on)], |all| count(all.len()));
        assert!(is(&client, &format!("departures.count?{since}&by=exit_cohort"), Some(count(leavings.len())), &by_cohort) > 5);
        is(&client, &format!("boomerang.count?{since}"), Some(count(came.len())), &nothing());
        for years in [1, 5, 20] {
            let within = |p: &Person, left: &Left| back(p, left).is_some_and(|(on, _)| on <= today && on < years_later(left.on, years));
            let rate = |all: Vec<&(&Person, &Left)>| share(all.iter().filter(|(p, left)| within(p, left)).count(), all.len());
            let by_department = grouped(leavings.clone(), |(_, left)| vec![left.department.clone()], rate);
            let path = format!("boomerang.return_rate?{since}&within_years={years}&by=department");
            is(&client, &path, Some(rate(leavings.iter().collect())), &by_department);
        }
        let away = |back: &Back<'_>| i64::from(back.on.days_since(back.left.on));
        is(&client, &format!("boomerang.time_away_median?{since}"), Some(median(came.iter().map(away).collect())), &nothing());
        for (years, id) in [(1, "boomerang.retention_1y"), (2, "boomerang.retention_2y")] {
            let old = came.iter().filter(|back| years_later(back.on, years) <= today);
            let stayed = old.clone().filter(|back| back.again.is_none_or(|left| left.on >= years_later(back.on, years)));
            is(&client, &format!("{id}?{since}"), Some(share(stayed.count(), old.count())), &nothing());
        }
        let again = came.iter().filter_map(|back| Some((back.left.reason.as_ref()?, back.again.filter(|left| left.on < today)?.reason.as_ref()?)));
        let same = again.clone().filter(|(one, other)| one == other).count();
        is(&client, &format!("boomerang.second_exit_same_reason_share?{since}"), Some(share(same, again.count())), &nothing());

        // The funnel, of the usual twelve months.
        let returned = came.iter().filter(|back| back.on >= from).count();
        let engaged = alive.iter().filter(|p| p.level >= 3).count();
        let stages = [("alumni", alive.len()), ("contactable", contactable), ("active", active), ("engaged", engaged), ("returned", returned)];
        let funnel = stages.into_iter().map(|(stage, n)| (vec![Some(stage.to_owned())], share(n, alive.len()))).collect();
        assert!(is(&client, "engagement.funnel", None, &funnel) >= 3);

        // The cohort table, and the curve, whose value is the product over all days of those who did not come back.
        let table = client.get(&format!("/v1/metrics/boomerang.return_rate?{since}&by=exit_cohort,years_since_exit")).is(200).body();
        for cell in table["cells"].as_array().unwrap().iter().filter(|cell| cell["hidden"].is_null()) {
            let (cohort, years) = (text(&cell["group"][0]["key"]), cell["group"][1]["key"].as_str().unwrap().parse().unwrap());
            let of: Vec<_> = leavings.iter().filter(|(_, left)| year(left.on) == cohort).collect();
            let within = of.iter().filter(|(p, left)| back(p, left).is_some_and(|(on, _)| on <= today && on < years_later(left.on, years))).count();
            agrees("the cohort table", cell, share(within, of.len()));
        }
        let curve = client.get(&format!("/v1/metrics/boomerang.time_to_return?{since}")).is(200).body();
        let curve = curve["cells"].as_array().unwrap();
        assert!(curve.len() >= 3, "{curve:#?}");
        for cell in curve {
            let months: f64 = cell["group"][0]["key"].as_str().unwrap().parse().unwrap();
            let until = (months * 146_097.0 / 4_800.0).floor() as i32;
            let followed: Vec<(i32, bool)> = leavings
                .iter()
                .map(|(p, left)| match back(p, left).filter(|(on, _)| *on <= today) {
                    Some((on, _)) => (on.days_since(left.on), true),
                    None => (today.days_since(left.on), false),
                })
                .collect();
            let away = (0..=until).fold(1.0, |away, day| {
                let at_risk = followed.iter().filter(|(days, _)| *days >= day).count();
                let came = followed.iter().filter(|(days, came)| *days == day && *came).count();
                if came == 0 { away } else { away * (1.0 - came as f64 / at_risk as f64) }
            });
            let value = cell["value"].as_f64().unwrap();
            assert!((value - away).abs() < 1e-9, "{value} is not {away} after {months} months");
            assert_eq!(cell["numerator"].as_u64().unwrap() as usize, followed.iter().filter(|(days, came)| *came && *days <= until).count());
            assert!(cell["low"].as_f64().unwrap() < value && value < cell["high"].as_f64().unwrap());
        }

        // Nobody has looked anybody up, and what is not recorded yet says so.
        for (id, of_nobody) in [("flag.review_time", median(vec![])), ("flag.overturned_share", share(0, 0)), ("lookup.possible_match_share", share(0, 0))] {
            is(&client, id, Some(of_nobody), &nothing());
        }
        let mut later = 0;
        for metric in client.get("/v1/metrics").is(200).body()["data"].as_array().unwrap() {
            if metric["definition"]["state"] == "not_available_yet" {
                let told = client.get(&format!("/v1/metrics/{}", metric["id"].as_str().unwrap())).is(200).body();
                assert!(told["total"].is_null() && told["cells"].as_array().unwrap().is_empty());
                later += 1;
            }
        }
        assert_eq!(later, 11);
    }
}
