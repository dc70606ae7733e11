//! Departures: in, exact, and never lost.

use furusu_tests::client::faults;
use furusu_tests::on_both;
use furusu_tests::world::{employee, given_name, leaver};
use serde_json::{Value, json};

on_both! {
    fn a_record_is_created_unchanged_updated_and_stale(world) {
        let hris = world.hris();
        let mut record = leaver("1", "2020-03-31");
        record["source_updated_at"] = json!("2020-04-01T00:00:00Z");
        let created = hris.put("hr", &record).is(201).body();
        assert_eq!(created["outcome"], "created");
        assert!(created["departure_id"].as_str().unwrap().starts_with("dep_"));
        assert_eq!(hris.put("hr", &record).is(200).body()["outcome"], "unchanged");

        record["departure"]["reason"] = json!({ "value": "family_care", "source_value": "care" });
        record["source_updated_at"] = json!("2020-05-01T00:00:00Z");
        let updated = hris.put("hr", &record).is(200).body();
        assert_eq!(updated["outcome"], "updated");
        assert_eq!(updated["departure_id"], created["departure_id"]);

        record["departure"]["reason"] = json!({ "value": "pay" });
        record["source_updated_at"] = json!("2020-04-15T00:00:00Z");
        assert_eq!(hris.put("hr", &record).is(200).body()["outcome"], "stale");
        let known = hris.get("/v1/departures/hr/1").is(200).body();
        assert_eq!(known["record"]["departure"]["reason"]["value"], "family_care");
    }

    fn the_same_words_at_a_later_time_make_what_lies_between_stale(world) {
        let hris = world.hris();
        let mut record = leaver("1", "2020-03-31");
        record["source_updated_at"] = json!("2020-04-01T00:00:00Z");
        let _ = hris.put("hr", &record).is(201);
        record["source_updated_at"] = json!("2020-06-01T00:00:00Z");
        assert_eq!(hris.put("hr", &record).is(200).body()["outcome"], "unchanged");
        record["source_updated_at"] = json!("2020-05-01T00:00:00Z");
        record["departure"]["reason"] = json!({ "value": "study" });
        assert_eq!(hris.put("hr", &record).is(200).body()["outcome"], "stale");
        // Without a time, arrival counts.
        record.as_object_mut().unwrap().remove("source_updated_at");
        assert_eq!(hris.put("hr", &record).is(200).body()["outcome"], "updated");
    }

    fn what_is_read_back_can_be_sent_again(world) {
        let hris = world.client("departures:write departures:read evaluations:read");
        let mut record = leaver("1", "2020-03-31");
        record["previous_external_ids"] = json!(["0001"]);
        record["departure"]["reason_secondary"] = json!([{ "value": "workload" }]);
        let _ = hris.put("hr", &record).is(201);
        let known = hris.get("/v1/departures/hr/1").is(200).body();
        assert_eq!(known["record"]["departure"]["rehire"], json!({
            "value": "undetermined", "source_value": "true", "reason": null, "authorised_by": null
        }));
        assert_eq!(known["departure_status"], "effective");
        assert_eq!(hris.put("hr", &known["record"]).is(200).body()["outcome"], "unchanged");
    }

    fn every_version_of_a_departure_stays_readable(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        world.seconds_pass(60);
        let mut changed = leaver("1", "2020-03-31");
        changed["employment"]["job_title"] = json!("Senior clerk");
        assert_eq!(hris.put("hr", &changed).body()["outcome"], "updated");
        world.seconds_pass(60);
        changed["departure"]["employment_ended_on"] = json!("2020-04-30");
        assert_eq!(hris.put("hr", &changed).body()["outcome"], "updated");
        let path = format!("/v1/alumni/{}/departures", created["alumnus_id"].as_str().unwrap());
        let departures = office.get(&path).is(200).body();
        let versions = departures["data"][0]["versions"].as_array().unwrap();
        let ends: Vec<&Value> = versions.iter().map(|v| &v["employment_ended_on"]).collect();
        // The change of the job title is none of the departure.
        assert_eq!(ends, [&json!("2020-04-30"), &json!("2020-03-31")]);
        assert_eq!(versions[0]["version"], 2);
        assert_eq!(versions[1]["superseded_at"], versions[0]["recorded_at"]);
        assert!(world.events().ends_with(&["departure.corrected".to_owned()]), "{:?}", world.events());
    }

    fn a_record_without_the_departure_takes_it_back(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let alumnus = format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap());
        assert_eq!(office.get(&alumnus).body()["status"], "away");
        assert_eq!(hris.put("hr", &employee("1")).is(200).body()["outcome"], "updated");
        let person = office.get(&alumnus).is(200).body();
        assert_eq!(person["status"], "employed");
        assert_eq!(person["employments"][0]["departure"]["status"], "rescinded");
        assert_eq!(person["employments"][0]["departure"]["employment_ended_on"], "2020-03-31");
        assert_eq!(office.get("/v1/alumni").body()["data"], json!([]));
        assert_eq!(office.get("/v1/departures?status=rescinded").body()["data"][0]["id"], created["departure_id"]);
        assert!(world.events().ends_with(&["departure.rescinded".to_owned()]));
        // And once more the other way.
        let again = hris.put("hr", &leaver("1", "2021-03-31")).is(200).body();
        assert_eq!(again["departure_id"], created["departure_id"]);
        assert_eq!(office.get(&alumnus).body()["status"], "away");
    }

    fn a_departure_to_come_is_announced_and_takes_effect_the_day_after(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2026-11-30")).is(201).body();
        let alumnus = format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap());
        assert!(world.events().contains(&"departure.announced".to_owned()));
        // In Tokyo it is still the 30th.
        world.it_is("2026-11-30T14:59:59Z");
        assert_eq!(world.the_service_looks_around(), 0);
        assert_eq!(office.get(&alumnus).body()["status"], "employed");
        assert_eq!(office.get("/v1/departures?status=announced").body()["data"][0]["id"], created["departure_id"]);
        // And there the 1st begins.
        world.it_is("2026-11-30T15:00:00Z");
        assert_eq!(office.get(&alumnus).body()["status"], "away");
        assert_eq!(office.get("/v1/alumni").body()["data"].as_array().unwrap().len(), 1);
        assert_eq!(world.the_service_looks_around(), 1);
        assert_eq!(world.the_service_looks_around(), 0);
        assert_eq!(world.events().iter().filter(|e| *e == "departure.effective").count(), 1);
    }

    fn a_departure_moved_before_its_day_is_told_once_on_the_new_day(world) {
        let hris = world.hris();
        let _ = hris.put("hr", &leaver("1", "2026-11-30")).is(201);
        assert_eq!(hris.put("hr", &leaver("1", "2026-12-15")).body()["outcome"], "updated");
        world.it_is("2026-12-05T00:00:00Z");
        assert_eq!(world.the_service_looks_around(), 0);
        world.it_is("2026-12-20T00:00:00Z");
        assert_eq!(world.the_service_looks_around(), 1);
    }

    fn a_later_period_is_a_return(world) {
        let (hris, office) = (world.hris(), world.office());
        let mut first = leaver("1", "2020-03-31");
        first["sequence"] = json!(1);
        let created = hris.put("hr", &first).is(201).body();
        let mut second = employee("1");
        second["sequence"] = json!(2);
        second["employment"]["hired_on"] = json!("2022-04-01");
        let back = hris.put("hr", &second).is(201).body();
        assert_eq!(back["alumnus_id"], created["alumnus_id"]);
        assert_ne!(back["employment_id"], created["employment_id"]);
        assert_eq!(back["departure_id"], Value::Null);
        let person = office.get(&format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap())).body();
        assert_eq!((&person["status"], &person["returned_on"]), (&json!("returned"), &json!("2022-04-01")));
        assert_eq!(person["employments"].as_array().unwrap().len(), 2);
        assert!(world.events().contains(&"alumnus.returned".to_owned()));
        assert_eq!(office.get("/v1/alumni?status=returned").body()["data"].as_array().unwrap().len(), 1);
        assert_eq!(office.get("/v1/alumni?status=away").body()["data"].as_array().unwrap().len(), 0);
        // The record of the first period is still the first period's.
        assert_eq!(hris.put("hr", &first).body()["outcome"], "unchanged");
        assert_eq!(hris.get("/v1/departures/hr/1?sequence=1").body()["employment_id"], created["employment_id"]);
        assert_eq!(hris.get("/v1/departures/hr/1").body()["employment_id"], back["employment_id"]);
    }

    fn a_return_to_come_is_no_return_yet(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let mut second = employee("1");
        second["employment"]["hired_on"] = json!("2026-12-01");
        second["employment"]["status"] = json!({ "value": "pending" });
        let _ = hris.put("hr", &second).is(201);
        let alumnus = format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap());
        let person = office.get(&alumnus).body();
        assert_eq!(person["status"], "away");
        assert_eq!(person["employments"][0]["status"]["value"], "pending");
        assert!(!world.events().contains(&"alumnus.returned".to_owned()));
        world.it_is("2026-11-30T15:00:00Z");
        assert_eq!(world.the_service_looks_around(), 1);
        assert_eq!(world.events().last().unwrap(), "alumnus.returned");
        assert_eq!(office.get(&alumnus).body()["status"], "returned");
    }

    fn a_new_id_at_rehire_leads_to_the_same_person(world) {
        let hris = world.hris();
        let first = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let mut second = employee("R1");
        second["previous_external_ids"] = json!(["1"]);
        second["employment"]["hired_on"] = json!("2022-04-01");
        assert_eq!(hris.put("hr", &second).is(201).body()["alumnus_id"], first["alumnus_id"]);
        let stranger = hris.put("hr", &leaver("2", "2020-03-31")).is(201).body();
        assert_ne!(stranger["alumnus_id"], first["alumnus_id"]);
        second["previous_external_ids"] = json!(["1", "2"]);
        let answer = hris.put("hr", &second).is(422);
        assert_eq!(answer.faults(), [("/previous_external_ids".to_owned(), "two_people".to_owned())]);
    }

    fn an_old_period_told_again_under_a_new_id_is_still_the_old_period(world) {
        let hris = world.hris();
        let first = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let mut second = employee("R1");
        second["previous_external_ids"] = json!(["1"]);
        second["employment"]["hired_on"] = json!("2022-04-01");
        let _ = hris.put("hr", &second).is(201);
        let mut again = leaver("1", "2020-03-31");
        again["external_id"] = json!("R1");
        let told = hris.put("hr", &again).is(200).body();
        assert_eq!(told["employment_id"], first["employment_id"]);
        let person = world.office().get(&format!("/v1/alumni/{}", first["alumnus_id"].as_str().unwrap())).body();
        assert_eq!(person["employments"].as_array().unwrap().len(), 2);
    }

    fn two_sources_are_one_person_only_when_that_is_certain(world) {
        let hris = world.hris();
        let known = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let mut payroll = leaver("P-1", "2020-03-31");
        payroll["employee_number"] = json!("1");
        payroll["birth_on"] = json!("1985-05-05");
        payroll["names"] = json!([{ "kind": "legal", "family": "ITŌ", "given": given_name("1") }]);
        assert_eq!(hris.put("payroll", &payroll).is(201).body()["alumnus_id"], known["alumnus_id"]);
        for (n, (member, value)) in [("birth_on", json!("1985-05-06")), ("employee_number", json!("11")), ("names", json!([{ "kind": "legal", "family": "Sato", "given": given_name("1") }]))].into_iter().enumerate() {
            let mut other = payroll.clone();
            other["external_id"] = json!(format!("X{n}"));
            other[member] = value;
            // Anything less may be somebody else: a person says.
            let source = format!("third{n}");
            assert_eq!(hris.put(&source, &other).is(202).body()["alumnus_id"], Value::Null, "{member}");
        }
    }

    fn a_source_without_sequences_may_correct_the_hire_date(world) {
        let hris = world.hris();
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let mut moved = leaver("1", "2020-03-31");
        moved["employment"]["hired_on"] = json!("2015-05-01");
        let answer = hris.put("hr", &moved).is(200).body();
        assert_eq!((&answer["outcome"], &answer["employment_id"]), (&json!("updated"), &created["employment_id"]));
        assert_eq!(faults(&answer["problems"]), [("/employment/hired_on".to_owned(), "hire_date_corrected".to_owned())]);
    }

    fn no_to_a_rehire_needs_review_and_never_restricts(world) {
        let hris = world.hris();
        for (n, (said, heard)) in [
            (json!({ "source_value": "false" }), "review_required"),
            (json!({ "source_value": "No" }), "review_required"),
            (json!({ "source_value": true }), "undetermined"),
            (json!({ "value": "restricted" }), "review_required"),
            (json!({ "value": "eligible", "source_value": "Y" }), "undetermined"),
        ].into_iter().enumerate() {
            let mut record = leaver(&n.to_string(), "2020-03-31");
            record["departure"]["rehire"] = said.clone();
            let _ = hris.put("hr", &record).is(201);
            let known = hris.get(&format!("/v1/departures/hr/{n}")).body();
            assert_eq!(known["record"]["departure"]["rehire"]["value"], heard, "{said}");
        }
    }

    fn what_cannot_be_read_is_refused_and_named(world) {
        let hris = world.hris();
        let send = |body: &str| hris.send("POST", "/v1/departures/batch", &[("content-type", "application/json")], Some(body.as_bytes()));
        send("{\"source\": ").is(400).says("malformed");
        send("[]").is(422).says("invalid");
        assert_eq!(send("{}").is(422).faults(), [("/source", "required")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(send("{\"source\": \"a b\", \"records\": [1], \"x\": 1}").is(422).faults(), [("/source", "malformed_value"), ("/x", "unknown_member")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        let many = json!({ "source": "hr", "records": vec![json!({}); 1_001] });
        assert_eq!(hris.post("/v1/departures/batch", &many).is(422).faults()[0].1, "too_long");
        hris.send("POST", "/v1/departures/batch", &[("content-type", "text/csv")], Some(b"a,b")).is(415).says("unsupported_media_type");
        let large = vec![b' '; (16 << 20) + 1];
        hris.send("POST", "/v1/departures/batch", &[("content-type", "application/json")], Some(&large)).is(413).says("too_large");
        let answer = hris.json("PUT", "/v1/departures/hr/2", &leaver("1", "2020-03-31")).is(422);
        assert_eq!(answer.faults(), [("/external_id".to_owned(), "differs_from_path".to_owned())]);
        let mut nul = leaver("1", "2020-03-31");
        nul["employment"]["department"] = json!("Sa\u{0}les");
        assert_eq!(hris.put("hr", &nul).is(422).faults(), [("/employment/department".to_owned(), "malformed_value".to_owned())]);
        // Nothing of what was refused is known.
        assert_eq!(hris.get("/v1/departures").body()["data"], json!([]));
    }

    fn dates_that_are_odd_are_kept_with_a_warning(world) {
        let hris = world.hris();
        let mut record = leaver("1", "2020-03-31");
        record["employment"]["hired_on"] = json!("1950-04-01");
        record["birth_on"] = json!("1940-01-01");
        let answer = hris.put("hr", &record).is(201).body();
        let found = faults(&answer["problems"]);
        assert!(found.contains(&("/departure/employment_ended_on".to_owned(), "odd_tenure".to_owned())), "{found:?}");
        assert!(found.contains(&("/employment/hired_on".to_owned(), "odd_age_at_hire".to_owned())), "{found:?}");
        assert!(answer["problems"].as_array().unwrap().iter().all(|p| p["warning"] == true));
    }

    fn no_error_repeats_what_a_person_is_called_or_when_they_were_born(world) {
        let mut record = leaver("1", "2020-03-31");
        record["birth_on"] = json!("31.12.1975");
        record["emails"] = json!(["secret name at example"]);
        record["phones"] = json!(["call 5551234 now please"]);
        record["names"][0]["nickname"] = json!("Hanachan");
        let text = world.hris().put("hr", &record).is(422).text;
        for secret in ["1975", "secret name", "5551234", "Hanachan", "Ito"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }

    fn the_same_by_graphql(world) {
        let hris = world.client("departures:write departures:read alumni:read evaluations:read");
        let record = json!({
            "externalId": "1", "names": [{ "kind": "LEGAL", "family": "山田", "given": "太郎", "familyKana": "ヤマダ", "givenKana": "タロウ" }],
            "employment": { "hiredOn": "2015-04-01", "department": "営業部" },
            "departure": { "employmentEndedOn": "2020-03-31", "separationType": { "value": "VOLUNTARY" }, "reason": { "value": "PAY", "sourceValue": "給与" } },
        });
        let one = "mutation($input: RecordDepartureInput!) { recordDeparture(input: $input) { result { outcome alumnusId departureId problems { pointer } } } }";
        let input = json!({ "input": { "source": "hr", "record": record } });
        let done = hris.data(one, &input);
        assert_eq!(done["recordDeparture"]["result"]["outcome"], "CREATED");
        assert_eq!(hris.data(one, &input)["recordDeparture"]["result"]["outcome"], "UNCHANGED");
        let known = hris.data("{ departureRecord(source: \"hr\", externalId: \"1\") { alumnusId record { employment { department } departure { reason { value sourceValue } } } } }", &json!({}));
        assert_eq!(known["departureRecord"]["record"]["departure"]["reason"]["sourceValue"], "給与");
        assert_eq!(known["departureRecord"]["alumnusId"], done["recordDeparture"]["result"]["alumnusId"]);

        let many = "mutation($input: RecordDeparturesInput!) { recordDepartures(input: $input) { results { index outcome problems { pointer code } } } }";
        let mut broken = record.clone();
        broken["externalId"] = json!("2");
        broken["departure"]["employmentEndedOn"] = json!("2010-01-01");
        let batch = hris.data(many, &json!({ "input": { "source": "hr", "records": [record, broken] } }));
        let results = batch["recordDepartures"]["results"].as_array().unwrap();
        assert_eq!((&results[0]["outcome"], &results[1]["outcome"]), (&json!("UNCHANGED"), &json!("REJECTED")));
        assert_eq!(faults(&results[1]["problems"]), [("/departure/employmentEndedOn".to_owned(), "before".to_owned())]);
        let atomic = hris.graphql(many, &json!({ "input": { "source": "hr", "atomic": true, "records": [broken] } })).is(200).body();
        assert_eq!(atomic["errors"][0]["extensions"]["code"], "batch_rejected");
        let page = hris.data("{ departures(first: 10, filter: { department: \"営業部\" }) { totalCount nodes { externalId status alumnus { displayName } versions { version } } } }", &json!({}));
        assert_eq!(page["departures"]["totalCount"], 1);
        assert_eq!(page["departures"]["nodes"][0]["alumnus"]["displayName"], "山田 太郎");
    }

    fn the_same_new_period_sent_at_once_is_created_once(world) {
        let hris = world.hris();
        let mut first = leaver("1", "2020-03-31");
        first["sequence"] = json!(1);
        let person = hris.put("hr", &first).is(201).body();
        let mut second = employee("1");
        second["sequence"] = json!(2);
        second["employment"]["hired_on"] = json!("2022-04-01");
        let threads: Vec<_> = (0..6)
            .map(|_| {
                let (hris, second) = (hris.clone(), second.clone());
                std::thread::spawn(move || hris.put("hr", &second).body()["outcome"].as_str().unwrap().to_owned())
            })
            .collect();
        let outcomes: Vec<String> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(outcomes.iter().filter(|o| *o == "created").count(), 1, "{outcomes:?}");
        let periods = world.office().get(&format!("/v1/alumni/{}/employments", person["alumnus_id"].as_str().unwrap())).body();
        assert_eq!(periods["data"].as_array().unwrap().len(), 2);
    }

    fn what_is_learnt_later_is_known_later_whatever_the_clock_says(world) {
        let (hris, office) = (world.hris(), world.office());
        let person = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        // Another instance's clock is behind by a minute.
        world.seconds_pass(-60);
        let mut changed = leaver("1", "2020-03-31");
        changed["departure"]["reason"] = json!({ "value": "study" });
        assert_eq!(hris.put("hr", &changed).is(200).body()["outcome"], "updated");
        world.seconds_pass(120);
        let path = format!("/v1/alumni/{}", person["alumnus_id"].as_str().unwrap());
        for at in ["2026-11-22T02:59:30Z", "2026-11-22T03:00:00Z", "2026-11-22T03:00:30Z"] {
            let seen = office.get(&format!("{path}?known_at={at}"));
            let periods = if seen.status == 200 { seen.body()["employments"].as_array().unwrap().len() } else { 0 };
            assert!(periods <= 1, "{at}: {periods}");
        }
        let known = office.get(&format!("{path}?known_at=2026-11-22T03:00:00Z")).is(200).body();
        assert_eq!(known["latest_departure"]["reason"]["value"], "pay");
    }
}
