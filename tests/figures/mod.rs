//! Figures: metrics that say what they mean, follow what happens at once, and give nobody away.

mod demo;

use furusu_tests::world::{World, leaver};
use furusu_tests::{Client, on_both};
use serde_json::{Value, json};

/// Whoever looks at a dashboard.
fn analyst(world: &World) -> Client {
    world.client("analytics:read")
}

#[track_caller]
fn metric(world: &World, path: &str) -> Value {
    analyst(world).get(&format!("/v1/metrics/{path}")).is(200).body()
}

/// The total of a metric: its numerator, or why it is hidden.
#[track_caller]
fn total(world: &World, path: &str) -> Value {
    let metric = metric(world, path);
    let total = &metric["total"];
    if total["hidden"].is_null() { total["numerator"].clone() } else { total["hidden"].clone() }
}

/// Somebody who left a department on a day.
fn left(external_id: &str, department: &str, ended_on: &str) -> Value {
    let mut record = leaver(external_id, ended_on);
    record["employment"]["department"] = json!(department);
    record
}

/// So many who left a department on a day, numbered from a hundred on.
fn some_left(world: &World, of: std::ops::Range<u32>, department: &str, ended_on: &str) {
    let records: Vec<Value> = of.map(|n| left(&n.to_string(), department, ended_on)).collect();
    for records in records.chunks(1_000) {
        let body = json!({ "source": "hr", "records": records });
        let _ = world.hris().post("/v1/departures/batch", &body).is(200);
    }
}

fn id_of(world: &World, external_id: &str) -> String {
    let told = world.hris().get(&format!("/v1/departures/hr/{external_id}")).is(200).body();
    told["alumnus_id"].as_str().unwrap().to_owned()
}

fn cells(metric: &Value) -> Vec<(Vec<String>, Value)> {
    let key = |key: &Value| key["key"].as_str().unwrap_or("-").to_owned();
    let cell = |cell: &Value| {
        let told = if cell["hidden"].is_null() { cell["numerator"].clone() } else { cell["hidden"].clone() };
        (cell["group"].as_array().unwrap().iter().map(key).collect(), told)
    };
    metric["cells"].as_array().unwrap().iter().map(cell).collect()
}

on_both! {
    fn figures_follow_what_happens_at_once(world) {
        some_left(world, 0..7, "Sales", "2020-03-31");
        assert_eq!(total(world, "alumni.count"), 7);
        assert_eq!(total(world, "departures.count?from=2020-03-01&to=2020-03-31"), 7);
        // Not in effect yet: the day must come first.
        some_left(world, 10..15, "Sales", "2026-11-30");
        assert_eq!(total(world, "alumni.count"), 7);
        world.it_is("2026-12-01T09:00:00Z");
        let _ = world.the_service_looks_around();
        assert_eq!(total(world, "alumni.count"), 12);
        assert_eq!(total(world, "departures.count"), 5);
        // Taken back.
        let mut still_here = left("10", "Sales", "2026-11-30");
        still_here.as_object_mut().unwrap().remove("departure");
        still_here["employment"]["status"] = json!({ "value": "active" });
        let _ = world.hris().put("hr", &still_here).is(200);
        assert_eq!(total(world, "alumni.count"), 11);
        assert_eq!(total(world, "departures.count"), "small");
        // Of two who turn out to be one, one is counted; taken back, two are.
        let (one, other) = (id_of(world, "0"), id_of(world, "1"));
        let review = world.client("matching:review");
        let merge = review.post(&format!("/v1/alumni/{one}/merges"), &json!({ "merged_id": other })).is(201).body();
        assert_eq!(total(world, "alumni.count"), 10);
        let _ = review.post(&format!("/v1/alumni/{one}/merges/{}/undo", merge["id"].as_str().unwrap()), &json!({})).is(200);
        assert_eq!(total(world, "alumni.count"), 11);
        // Who has died is no longer counted.
        let mut died = left("2", "Sales", "2020-03-31");
        died["employment"]["status"] = json!({ "value": "deceased" });
        let _ = world.hris().put("hr", &died).is(200);
        assert_eq!(total(world, "alumni.count"), 10);
        verify(world);
    }

    fn who_may_be_written_to_is_counted_by_what_they_said(world) {
        some_left(world, 0..10, "Sales", "2020-03-31");
        assert_eq!(total(world, "reach.contactable_share"), 0);
        let office = world.client("privacy:write alumni:write alumni:read");
        let say = |id: &str, said: &Value| office.post(&format!("/v1/alumni/{id}/consents"), said).is(201).body();
        let granted = |until: Option<&str>| {
            json!({ "purpose": "newsletter", "decision": "granted", "basis": "consent", "text_version": "1", "channel": "portal", "expires_at": until })
        };
        let people: Vec<String> = (0..5).map(|n| id_of(world, &n.to_string())).collect();
        for id in &people {
            let _ = say(id, &granted((id == &people[0]).then_some("2026-12-31T00:00:00Z")));
        }
        assert_eq!(total(world, "reach.contactable_share"), 5);
        assert_eq!(metric(world, "reach.contactable_share")["total"]["value"], 0.5);
        // The end of a consent, an objection, and an address that is gone: each takes one off.
        world.it_is("2027-01-01T09:00:00Z");
        let _ = world.the_service_looks_around();
        assert_eq!(total(world, "reach.contactable_share"), "small");
        let _ = say(&people[0], &granted(None));
        assert_eq!(total(world, "reach.contactable_share"), 5);
        let _ = say(&people[1], &json!({ "purpose": "newsletter", "decision": "objected", "channel": "phone" }));
        assert_eq!(total(world, "reach.contactable_share"), "small");
        world.seconds_pass(1);
        let _ = say(&people[1], &granted(None));
        assert_eq!(total(world, "reach.contactable_share"), 5);
        let gone = json!({ "emails": [], "phones": [], "address": null });
        let _ = office.json("PATCH", &format!("/v1/alumni/{}", people[2]), &gone).is(200);
        assert_eq!(total(world, "reach.contactable_share"), "small");
        verify(world);
    }

    fn who_was_active_is_counted_while_they_are_alumni(world) {
        some_left(world, 0..6, "Sales", "2020-03-31");
        some_left(world, 10..15, "Sales", "2026-11-30");
        let told = world.client("engagement:write");
        // Two talks each: by one alone, two months ago, nobody is engaged any more.
        let people = (0..6).chain(10..15).flat_map(|n: u32| [(n, 1), (n, 2)]);
        let acts: Vec<Value> = people.map(|(n, day)| json!({
            "external_id": format!("{n} {day}"), "alumnus_id": id_of(world, &n.to_string()), "kind": "talk_given",
            "channel": "in_person", "occurred_at": format!("2026-10-0{day}T09:00:00Z"),
        })).collect();
        let _ = told.post("/v1/activities/batch", &json!({ "source": "desk", "records": acts })).is(200);
        let stages = |world: &World| {
            let funnel = metric(world, "engagement.funnel");
            ["alumni", "active", "engaged"].map(|stage| {
                cells(&funnel).into_iter().find(|(group, _)| group[0] == stage).map(|(_, told)| told).unwrap_or_default()
            })
        };
        let active = "engaged.count?from=2026-10-01&to=2026-10-31";
        // Those whose last day is to come are no alumni yet, whatever they did.
        assert_eq!(total(world, active), 6);
        assert_eq!(stages(world), [json!(6), json!(6), json!(6)]);
        verify(world);
        world.it_is("2026-12-01T09:00:00Z");
        let _ = world.the_service_looks_around();
        assert_eq!(total(world, active), 11);
        assert_eq!(stages(world), [json!(11), json!(11), json!(11)]);
        assert_eq!(cells(&metric(world, &format!("{active}&by=mode")))[2], (vec!["volunteer".to_owned()], json!(11)));
        verify(world);
        // What they did in between goes along when they come back, and when they leave again.
        for status in ["active", "ended"] {
            for n in 10..15 {
                let mut record = left(&n.to_string(), "Sales", "2026-11-30");
                if status == "active" {
                    record.as_object_mut().unwrap().remove("departure");
                    record["employment"]["status"] = json!({ "value": "active" });
                }
                let _ = world.hris().put("hr", &record).is(200);
                let act = json!({
                    "external_id": format!("{status} {n}"), "alumnus_id": id_of(world, &n.to_string()), "kind": "newsletter_opened",
                    "channel": "email", "occurred_at": "2026-10-02T09:00:00Z",
                });
                let _ = told.post("/v1/activities", &json!({ "source": "desk", "record": act })).is(201);
            }
            let counted = if status == "active" { 6 } else { 11 };
            assert_eq!(total(world, active), counted, "{status}");
            assert_eq!(stages(world), [json!(counted), json!(counted), json!(counted)], "{status}");
            verify(world);
        }
    }

    fn small_cells_are_hidden_and_whatever_would_give_them_away(world) {
        some_left(world, 0..3, "Legal", "2020-03-31");
        some_left(world, 10..19, "Finance", "2020-03-31");
        some_left(world, 30..50, "Sales", "2021-03-31");
        let by_department = metric(world, "alumni.count?by=department");
        let told = [("Finance", json!("complementary")), ("Legal", json!("small")), ("Sales", json!(20))];
        assert_eq!(cells(&by_department), told.map(|(key, told)| (vec![key.to_owned()], told)));
        assert_eq!(by_department["total"]["numerator"], 32);
        assert!(by_department["cells"][1]["value"].is_null() && by_department["cells"][1]["low"].is_null());
        let csv = analyst(world).send("GET", "/v1/metrics/alumni.count?by=department", &[("accept", "text/csv")], None).is(200);
        assert!(csv.header("content-type").starts_with("text/csv"));
        let lines: Vec<&str> = csv.text.split("\r\n").collect();
        assert_eq!(lines[0], "metric,version,as_of,from,to,department,value,numerator,denominator,low,high,hidden,provisional");
        assert!(lines[2].ends_with(",Legal,,,,,,small,false") && lines[3].contains(",Sales,20"), "{lines:?}");
        let accept = [("accept", "application/x-ndjson")];
        let lines = analyst(world).send("GET", "/v1/metrics/alumni.count?by=department", &accept, None).is(200).text;
        let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((rows.len(), &rows[1]["hidden"], &rows[2]["numerator"]), (3, &json!("small"), &json!(20)));
        let _ = analyst(world).send("GET", "/v1/metrics", &[("accept", "text/csv")], None).is(406).says("not_acceptable");
    }

    fn returns_are_followed_from_each_departure(world) {
        some_left(world, 0..30, "Sales", "2016-03-31");
        let again = |n: u32, hired_on: &str, ended_on: Option<&str>| {
            let mut record = left(&n.to_string(), "Sales", ended_on.unwrap_or("2016-03-31"));
            record["sequence"] = json!(2);
            record["employment"]["hired_on"] = json!(hired_on);
            if ended_on.is_none() {
                record.as_object_mut().unwrap().remove("departure");
                record["employment"]["status"] = json!({ "value": "active" });
            }
            let _ = world.hris().put("hr", &record).is(201);
        };
        (0..6).for_each(|n| again(n, "2017-03-31", None));
        (6..12).for_each(|n| again(n, "2019-04-01", Some("2019-12-31")));
        // To come: no return yet.
        (12..18).for_each(|n| again(n, "2027-04-01", None));
        assert_eq!(total(world, "boomerang.count?from=2016-01-01"), 12);
        let rate = |years: u32| metric(world, &format!("boomerang.return_rate?from=2016-01-01&to=2016-12-31&within_years={years}"))["total"].clone();
        assert_eq!((&rate(1)["numerator"], &rate(2)["numerator"], &rate(5)["numerator"]), (&json!(0), &json!(6), &json!(12)), "the first anniversary is a year");
        assert_eq!((&rate(5)["denominator"], &rate(5)["provisional"], &rate(20)["provisional"]), (&json!(30), &json!(false), &json!(true)));
        let table = metric(world, "boomerang.return_rate?from=2016-01-01&to=2016-12-31&by=exit_cohort,years_since_exit");
        let told: Vec<(String, Value)> = cells(&table).into_iter().map(|(key, told)| (key[1].clone(), told)).take(4).collect();
        assert_eq!(told, [("1", 0), ("2", 6), ("3", 6), ("4", 12)].map(|(years, n)| (years.to_owned(), json!(n))));
        let median = metric(world, "boomerang.time_away_median?from=2016-01-01")["total"].clone();
        assert_eq!((&median["numerator"], &median["value"]), (&json!(12), &json!((365.0 + 1_096.0) / 2.0)));
        let kept = metric(world, "boomerang.retention_1y?from=2016-01-01")["total"].clone();
        assert_eq!((&kept["numerator"], &kept["denominator"]), (&json!(6), &json!(12)));
        let curve = metric(world, "boomerang.time_to_return?from=2016-01-01&to=2016-12-31");
        let points: Vec<(String, f64)> = curve["cells"].as_array().unwrap().iter().map(|c| (c["group"][0]["key"].as_str().unwrap().to_owned(), (c["value"].as_f64().unwrap() * 1e9).round() / 1e9)).collect();
        assert_eq!(points, [("12".to_owned(), 0.8), ("37".to_owned(), 0.6)]);
        let same = metric(world, "boomerang.second_exit_same_reason_share?from=2016-01-01")["total"].clone();
        assert_eq!((&same["numerator"], &same["denominator"]), (&json!(6), &json!(6)), "all of them for the reason that the records have");
        verify(world);
    }

    fn lookups_and_what_was_decided_on_them_are_measured(world) {
        some_left(world, 0..6, "Sales", "2020-03-31");
        let ats = world.client("matching:lookup matching:review");
        let ask = |names: &Value| ats.post("/v1/returning-applicants/lookups", &json!({ "names": [names] })).is(200).body();
        let stranger = json!({ "family": "Weatherwax", "given": "Esmeralda" });
        (0..6).for_each(|_| assert_eq!(ask(&stranger)["result"], "no_match"));
        let name = leaver("0", "2020-03-31")["names"][0].clone();
        let found: Vec<Value> = (0..6).map(|_| ask(&json!({ "family": name["family"], "given": name["given"] }))).collect();
        assert!(found.iter().all(|finding| finding["result"] == "possible_match"), "{found:#?}");
        let share = metric(world, "lookup.possible_match_share")["total"].clone();
        assert_eq!((&share["numerator"], &share["denominator"], &share["value"]), (&json!(6), &json!(12), &json!(0.5)));
        world.seconds_pass(5_400);
        for finding in &found {
            let path = format!("/v1/returning-applicants/lookups/{}/reviews", finding["id"].as_str().unwrap());
            let _ = ats.post(&path, &json!({ "verdict": "not_the_same_person" })).is(201);
        }
        let time = metric(world, "flag.review_time");
        assert_eq!((&time["definition"]["unit"], &time["total"]["value"], &time["total"]["numerator"]), (&json!("hours"), &json!(1.5), &json!(6)));
        assert_eq!(total(world, "flag.overturned_share"), 6);
    }

    fn figures_are_walled_off_from_whoever_looks_applicants_up(world) {
        some_left(world, 0..6, "Sales", "2020-03-31");
        let both = world.client("matching:lookup analytics:read engagement:read");
        for path in ["/v1/metrics", "/v1/metrics/engaged.share", "/v1/metrics/alumni.count"] {
            let _ = both.get(path).is(403).says("insufficient_scope");
        }
        let answer = both.graphql("{ metric(id: \"engaged.share\") { total { value } } }", &json!({})).body();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "insufficient_scope", "{answer}");
        let told = world.client("analytics:read").get("/v1/metrics/engaged.share").is(200).body();
        assert_eq!(told["definition"]["state"], "available");
    }

    fn another_tenant_counts_its_own(world) {
        some_left(world, 0..6, "Sales", "2020-03-31");
        assert_eq!(total(world, "alumni.count"), 6);
        let theirs = world.other_tenant_may("analytics:read").get("/v1/metrics/alumni.count?by=department").is(200).body();
        assert_eq!((&theirs["total"]["numerator"], &theirs["cells"]), (&json!(0), &json!([])));
    }

    fn both_doors_give_the_same(world) {
        some_left(world, 0..12, "Sales", "2020-03-31");
        some_left(world, 20..30, "Legal", "2021-03-31");
        let rest = metric(world, "departures.count?from=2020-01-01&to=2021-12-31&every=quarter&by=department");
        let query = "query ($w: MetricWindow) { metric(id: \"departures.count\", window: $w, by: [DEPARTMENT]) {
            id asOf floor by withinYears window { from to every } definition { version title unit state numerator denominator }
            total { value numerator } totals { from to numerator hidden } cells { group { by key } from to value numerator denominator low high hidden provisional } } }";
        let answer = analyst(world).data(query, &json!({ "w": { "from": "2020-01-01", "to": "2021-12-31", "every": "QUARTER" } }));
        let graphql = &answer["metric"];
        assert_eq!((&graphql["id"], &graphql["asOf"], &graphql["window"]["every"]), (&rest["id"], &rest["as_of"], &json!("QUARTER")));
        assert_eq!(graphql["definition"]["title"], "Departures");
        for (one, other) in graphql["cells"].as_array().unwrap().iter().zip(rest["cells"].as_array().unwrap()) {
            for member in ["from", "to", "value", "numerator", "denominator", "low", "high", "hidden", "provisional"] {
                assert_eq!(one[member], other[member], "{member}");
            }
            assert_eq!(one["group"][0]["key"], other["group"][0]["key"]);
        }
        assert_eq!(cells(&rest), [(vec!["Sales".to_owned()], json!(12)), (vec!["Legal".to_owned()], json!(10))]);
        let totals: Vec<&Value> = rest["totals"].as_array().unwrap().iter().map(|total| &total["numerator"]).collect();
        assert_eq!(totals, [&json!(12), &json!(0), &json!(0), &json!(0), &json!(10), &json!(0), &json!(0), &json!(0)]);
    }

    fn what_cannot_be_answered_is_refused_with_what_can(world) {
        let analyst = analyst(world);
        let faults = |path: &str| analyst.get(&format!("/v1/metrics/{path}")).is(422).faults();
        let fault = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(faults("alumni.count?from=2026-01-01"), fault("/from", "only_with"));
        assert_eq!(faults("engaged.count?from=2026-01-02"), fault("/from", "malformed_value"));
        assert_eq!(faults("engaged.count?every=day"), fault("/every", "not_one_of"));
        assert_eq!(faults("activities.count?by=department&every=week"), fault("/every", "not_one_of"));
        assert_eq!(faults("activities.count?by=team"), fault("/by", "not_one_of"));
        assert_eq!(faults("activities.count?from=2026-02-01&to=2026-01-31"), fault("/to", "before"));
        assert_eq!(faults("activities.count?from=2000-01-01&every=day"), fault("/every", "too_long"));
        assert_eq!(faults("activities.count?within_years=2"), fault("/within_years", "only_with"));
        assert_eq!(faults("activities.count?since=2026"), fault("/since", "unknown_member"));
        let _ = analyst.get("/v1/metrics/nothing.at_all").is(404).says("not_found");
        let answer = analyst.graphql("{ metric(id: \"nothing.at_all\") { id } }", &json!({})).body();
        let error = &answer["errors"][0]["extensions"];
        assert_eq!((&error["code"], &error["errors"][0]["pointer"], &error["errors"][0]["code"]), (&json!("invalid"), &json!("/id"), &json!("not_one_of")), "{answer}");
        let japanese = analyst.send("GET", "/v1/metrics/boomerang.return_rate", &[("accept-language", "ja")], None).is(200).body();
        assert_eq!(japanese["definition"]["title"], "復職率");
    }

    fn many_who_are_counted_later_are_told_of_by_the_moment(world) {
        world.it_is("2026-11-22T00:00:00Z");
        some_left(world, 0..1_200, "Sales", "2020-03-31");
        world.it_is("2026-11-22T01:00:00Z");
        let first = metric(world, "alumni.count");
        assert!(first["as_of"].as_str().unwrap().starts_with("2026-11-22T00:00:00"), "{first}");
        let counted = first["total"]["numerator"].as_i64().unwrap();
        assert!(0 < counted && counted < 1_200, "{counted}");
        assert!(world.the_service_counts() > 0);
        let then = metric(world, "alumni.count");
        assert!(then["as_of"].as_str().unwrap().starts_with("2026-11-22T01:00:00") && then["total"]["numerator"] == 1_200, "{then}");
        verify(world);
    }
}

/// Nothing that is counted differs from what is known.
#[track_caller]
fn verify(world: &World) {
    let all = world.wait_for(world.app.store.outside(world.app.clock.now()).accounts().organizations()).unwrap();
    for organization in all {
        let differences = world.wait_for(furusu_api::figures::verify(&world.app, &organization)).unwrap();
        assert_eq!(differences, Vec::<String>::new());
        let differences = world.wait_for(furusu_api::engagement::verify(&world.app, organization.id)).unwrap();
        assert_eq!(differences, Vec::<String>::new());
    }
}
