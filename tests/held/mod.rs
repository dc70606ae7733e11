//! Departure records that may speak of somebody known: kept aside until a person says whom they mean.

mod deciding;

use furusu_tests::client::faults;
use furusu_tests::command::Operator;
use furusu_tests::on_both;
use furusu_tests::world::{World, employee, given_name, leaver};
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

fn reviewer(world: &World) -> Client {
    world.client("matching:review alumni:read departures:read evaluations:read")
}

/// What another source tells of somebody of the same name and birth date, whom it knows under a number of its own.
fn twin(external_id: &str, of: &str) -> Value {
    let mut record = leaver(of, "2020-03-31");
    record["external_id"] = json!(external_id);
    // Numbers of its own, which have nothing to do with those of HR.
    record["employee_number"] = json!(format!("N-{}", 7_300 + external_id.bytes().map(u32::from).sum::<u32>() * 31));
    record["emails"] = json!([format!("{external_id}@elsewhere.example")]);
    record
}

/// Takes somebody in, and gives their id.
fn known(world: &World, external_id: &str) -> String {
    world.hris().put("hr", &leaver(external_id, "2020-03-31")).is(201).body()["alumnus_id"].as_str().unwrap().to_owned()
}

/// Sends a record that must be held, and gives the id under which it is.
fn hold(world: &World, record: &Value) -> String {
    let told = world.hris().put("payroll", record).is(202).body();
    assert_eq!(
        (&told["outcome"], &told["alumnus_id"], &told["employment_id"], &told["departure_id"]),
        (&json!("held"), &Value::Null, &Value::Null, &Value::Null)
    );
    told["held_record_id"].as_str().unwrap().to_owned()
}

fn decide(world: &World, id: &str, decision: Value) -> Answer {
    reviewer(world).post(&format!("/v1/held-records/{id}/decisions"), &decision)
}

fn queue(world: &World, query: &str) -> Vec<Value> {
    reviewer(world).get(&format!("/v1/held-records{query}")).is(200).body()["data"].as_array().unwrap().clone()
}

fn outcome(answer: &Answer) -> String {
    answer.body()["outcome"].as_str().unwrap().to_owned()
}

on_both! {
    fn a_record_that_may_be_of_somebody_known_is_held(world) {
        let ito = known(world, "1");
        let events = world.events();
        let id = hold(world, &twin("P-1", "1"));
        assert!(id.starts_with("hld_"));
        // Nothing else is written of it.
        world.hris().get("/v1/departures/payroll/P-1").is(404).says("not_found");
        assert_eq!(world.dashboard().get("/v1/alumni").body()["data"].as_array().unwrap().len(), 1);
        assert_eq!(world.dashboard().get("/v1/departures").body()["data"].as_array().unwrap().len(), 1);
        assert_eq!(world.events(), events);
        // The queue says whom it may mean, and why.
        let waiting = queue(world, "");
        assert_eq!((waiting.len(), &waiting[0]["id"], &waiting[0]["status"]), (1, &json!(id), &json!("waiting")));
        let held = reviewer(world).get(&format!("/v1/held-records/{id}")).is(200).body();
        assert_eq!(held, waiting[0]);
        assert_eq!((&held["source"], &held["external_id"], &held["verdict"]), (&json!("payroll"), &json!("P-1"), &Value::Null));
        let suspect = &held["suspects"][0];
        assert_eq!((held["suspects"].as_array().unwrap().len(), &suspect["alumnus_id"]), (1, &json!(ito)));
        let lines = suspect["evidence"].as_array().unwrap();
        let fields: Vec<&str> = lines.iter().map(|line| line["field"].as_str().unwrap()).collect();
        assert_eq!(fields[..3], ["prior", "family", "given"]);
        assert!(["birth", "email", "employee_number"].iter().all(|field| fields.contains(field)), "{fields:?}");
        let level = |field: &str| lines.iter().find(|line| line["field"] == field).map(|line| line["level"].clone());
        assert_eq!((level("birth"), level("employee_number")), (Some(json!("same")), Some(json!("differs"))));
        // The evidence adds up to what is said of it, and shows nobody's data.
        let bits: f64 = lines.iter().map(|line| line["bits"].as_f64().unwrap()).sum();
        let probability = suspect["probability"].as_f64().unwrap();
        assert!((bits - (probability / (1.0 - probability)).log2()).abs() < 1e-6, "{bits} {probability}");
        let evidence = suspect["evidence"].to_string();
        for secret in ["Ito", given_name("1").as_str(), "1985-05", "P-1@elsewhere", "p1@example", "N-P"] {
            assert!(!evidence.contains(secret), "{secret} in {evidence}");
        }
    }

    fn the_same_record_again_is_held_still_and_another_takes_its_place(world) {
        let _ = known(world, "1");
        let mut record = twin("P-1", "1");
        let id = hold(world, &record);
        let events = world.events();
        assert_eq!(hold(world, &record), id);
        assert_eq!(queue(world, "")[0]["updated_at"], queue(world, "")[0]["held_at"]);
        world.seconds_pass(60);
        record["employment"]["job_title"] = json!("Manager");
        assert_eq!(hold(world, &record), id);
        let waiting = queue(world, "");
        assert_eq!((waiting.len(), &waiting[0]["record"]["employment"]["job_title"]), (1, &json!("Manager")));
        assert_ne!(waiting[0]["updated_at"], waiting[0]["held_at"]);
        // Older than what is kept: it changes nothing.
        record["source_updated_at"] = json!("2026-05-02T00:00:00Z");
        record["employment"]["job_title"] = json!("Director");
        assert_eq!(hold(world, &record), id);
        record["source_updated_at"] = json!("2026-05-01T00:00:00Z");
        record["employment"]["job_title"] = json!("Clerk");
        assert_eq!(hold(world, &record), id);
        assert_eq!(queue(world, "")[0]["record"]["employment"]["job_title"], "Director");
        assert_eq!(world.events(), events);
    }

    fn a_nightly_batch_of_known_and_held_records_writes_nothing_again(world) {
        let people: Vec<Value> = (0..20).map(|n| leaver(&n.to_string(), "2020-03-31")).collect();
        let _ = world.hris().post("/v1/departures/batch", &json!({ "source": "hr", "records": people })).is(200);
        let night: Vec<Value> = (0..20).map(|n| if n < 10 { twin(&format!("P-{n}"), &n.to_string()) } else { leaver(&format!("2{n}"), "2021-03-31") }).collect();
        let batch = json!({ "source": "payroll", "records": night });
        let outcomes = |body: &Value| body["results"].as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let first = world.hris().post("/v1/departures/batch?atomic=true", &batch).is(200).body();
        assert!(outcomes(&first).iter().enumerate().all(|(n, o)| o == if n < 10 { "held" } else { "created" }), "{first}");
        assert_eq!(queue(world, "").len(), 10);
        let (events, before) = (world.events().len(), world.statements());
        let again = world.hris().post("/v1/departures/batch", &batch).is(200).body();
        let sent = world.statements() - before;
        assert!(outcomes(&again).iter().enumerate().all(|(n, o)| o == if n < 10 { "held" } else { "unchanged" }), "{again}");
        assert_eq!(world.events().len(), events);
        assert!(sent <= 12, "{sent} statements for a batch that says nothing new");
        assert_eq!(again["results"][3]["held_record_id"], first["results"][3]["held_record_id"]);
    }

    fn a_correction_that_leaves_no_doubt_goes_in(world) {
        let _ = known(world, "1");
        let mut record = twin("P-1", "1");
        let id = hold(world, &record);
        record["birth_on"] = json!("1970-01-01");
        record["names"] = json!([{ "kind": "legal", "family": "Abe", "given": "Ken" }]);
        assert_eq!(outcome(&world.hris().put("payroll", &record).is(201)), "created");
        let held = reviewer(world).get(&format!("/v1/held-records/{id}")).is(200).body();
        assert_eq!((&held["status"], &held["record"]), (&json!("overtaken"), &Value::Null));
        assert_eq!(queue(world, "").len(), 0);
    }

    fn a_correction_that_makes_it_certain_joins(world) {
        let ito = known(world, "1");
        let mut record = twin("P-1", "1");
        let _ = hold(world, &record);
        record["employee_number"] = json!("1");
        let told = world.hris().put("payroll", &record).is(201).body();
        assert_eq!((&told["outcome"], &told["alumnus_id"], queue(world, "").len()), (&json!("created"), &json!(ito), 0));
    }

    fn an_earlier_id_that_comes_to_be_known_lets_in_what_waited_under_it(world) {
        let ito = known(world, "1");
        let _ = hold(world, &twin("P-1", "1"));
        // The source gives a known person the id that waits as an earlier one.
        let mut back = employee("P-9");
        back["names"] = json!([{ "kind": "legal", "family": "Abe", "given": "Ken" }]);
        back["birth_on"] = json!("1970-01-01");
        back["employment"]["hired_on"] = json!("2022-04-01");
        let abe = world.hris().put("payroll", &back).is(201).body()["alumnus_id"].clone();
        back["previous_external_ids"] = json!(["P-1"]);
        back["employment"]["job_title"] = json!("Manager");
        assert_eq!(world.hris().put("payroll", &back).is(200).body()["alumnus_id"], abe);
        assert_eq!((queue(world, "").len(), queue(world, "?status=overtaken").len()), (0, 1));
        let known = world.hris().get("/v1/departures/payroll/P-1").is(200).body();
        assert_eq!((&known["alumnus_id"], abe != json!(ito)), (&abe, true));
    }

    fn namesakes_in_one_source_are_told_apart_by_it(world) {
        let _ = known(world, "1");
        let mut namesake = twin("2", "1");
        assert_eq!(outcome(&world.hris().put("hr", &namesake).is(201)), "created");
        // Somebody who is here at the same time is another person too.
        namesake = employee("1");
        namesake["external_id"] = json!("3");
        namesake["employee_number"] = json!("3");
        namesake["employment"]["hired_on"] = json!("2016-04-01");
        assert_eq!(outcome(&world.hris().put("hr", &namesake).is(201)), "created");
        assert_eq!(queue(world, "").len(), 0);
    }

    fn one_address_for_two_people_does_not_hold_them(world) {
        let _ = known(world, "1");
        let mut spouse = leaver("P-1", "2020-03-31");
        spouse["names"] = json!([{ "kind": "legal", "family": "Ito", "given": "Haruka" }]);
        spouse["birth_on"] = json!("1986-06-06");
        spouse["emails"] = json!(["p1@example.com"]);
        spouse["employee_number"] = json!("N-77012");
        assert_eq!(outcome(&world.hris().put("payroll", &spouse).is(201)), "created");
    }

    fn the_queue_is_read_page_by_page_and_narrowed(world) {
        for n in 0..5 {
            let _ = known(world, &n.to_string());
            world.seconds_pass(1);
            let _ = hold(world, &twin(&format!("P-{n}"), &n.to_string()));
        }
        let ids = |page: &Value| page["data"].as_array().unwrap().iter().map(|h| h["external_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let first = reviewer(world).get("/v1/held-records?limit=2").is(200);
        assert_eq!(ids(&first.body()), ["P-0", "P-1"]);
        let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
        let second = reviewer(world).get(&next).is(200).body();
        assert_eq!(ids(&second), ["P-2", "P-3"]);
        let last = reviewer(world).get(&format!("/v1/held-records?limit=2&after={}", second["next"].as_str().unwrap())).is(200).body();
        assert_eq!((ids(&last), &last["next"]), (vec!["P-4".to_owned()], &Value::Null));
        let turned = reviewer(world).get("/v1/held-records?limit=2&sort=-held_at").is(200).body();
        assert_eq!(ids(&turned), ["P-4", "P-3"]);
        assert_eq!((queue(world, "?source=payroll").len(), queue(world, "?source=hr").len(), queue(world, "?external_id=P-3").len()), (5, 0, 1));
        for (query, pointer) in [("status=gone", "/status"), ("external_id=", "/external_id"), ("sort=name", "/sort"), ("alumnus=1", "/alumnus")] {
            assert_eq!(reviewer(world).get(&format!("/v1/held-records?{query}")).is(422).faults()[0].0, pointer);
        }
        assert_eq!(world.other_tenant().get("/v1/held-records").is(200).body()["data"], json!([]));
    }

    fn what_a_held_record_says_is_shown_to_whom_records_are(world) {
        let _ = known(world, "1");
        let id = hold(world, &twin("P-1", "1"));
        let path = format!("/v1/held-records/{id}");
        let held = world.client("matching:review").get(&path).is(200).body();
        assert_eq!((&held["record"], &held["withheld"]), (&Value::Null, &json!(["record"])));
        let held = world.client("matching:review departures:read").get(&path).is(200).body();
        assert_eq!((&held["record"]["evaluation"], &held["withheld"]), (&Value::Null, &json!(["record.evaluation"])));
        let held = reviewer(world).get(&path).is(200).body();
        assert_eq!((&held["record"]["evaluation"]["rating"], held.get("withheld")), (&json!(0.67), None));
        world.other_tenant().get(&path).is(404).says("not_found");
        world.other_tenant().post(&format!("{path}/decisions"), &json!({ "decision": "new_person" })).is(404).says("not_found");
    }

    fn the_same_by_graphql(world) {
        let ito = known(world, "1");
        let record = json!({
            "externalId": "P-1", "names": [{ "kind": "LEGAL", "family": "Ito", "given": given_name("1") }], "birthOn": "1985-05-05",
            "employment": { "hiredOn": "2015-04-01" }, "departure": { "employmentEndedOn": "2020-03-31" },
        });
        let one = "mutation($input: RecordDepartureInput!) { recordDeparture(input: $input) { result { outcome alumnusId heldRecordId } } }";
        let told = world.hris().data(one, &json!({ "input": { "source": "payroll", "record": record } }));
        let result = &told["recordDeparture"]["result"];
        assert_eq!((&result["outcome"], &result["alumnusId"]), (&json!("HELD"), &Value::Null));
        let id = &result["heldRecordId"];
        let all = "{ heldRecords(first: 5) { totalCount pageInfo { hasNextPage } nodes { id status source externalId record { names { family } } suspects { probability alumnus { id } evidence { field level bits left right } } } } }";
        let page = reviewer(world).data(all, &json!({}))["heldRecords"].clone();
        assert_eq!((&page["totalCount"], &page["nodes"][0]["id"]), (&json!(1), id));
        let node = reviewer(world).data("query($id: ID!) { node(id: $id) { id ... on HeldRecord { source } } }", &json!({ "id": id }));
        assert_eq!(node["node"], json!({ "id": id, "source": "payroll" }));
        assert_eq!((&page["nodes"][0]["suspects"][0]["alumnus"]["id"], &page["nodes"][0]["record"]["names"][0]["family"]), (&json!(ito), &json!("Ito")));
        let found = reviewer(world).data("query($id: ID!) { heldRecord(id: $id) { status } }", &json!({ "id": id }));
        assert_eq!(found["heldRecord"]["status"], "WAITING");
        let decide = "mutation($input: DecideHeldRecordInput!) { decideHeldRecord(input: $input) { replayed heldRecord { status verdict { decision alumnusId } } result { outcome alumnusId } } }";
        let fault = reviewer(world).graphql(decide, &json!({ "input": { "id": id, "decision": "SAME_PERSON" } })).body();
        assert_eq!(faults(&fault["errors"][0]["extensions"]["errors"]), [("/alumnusId".to_owned(), "required".to_owned())]);
        let done = reviewer(world).data(decide, &json!({ "input": { "id": id, "decision": "SAME_PERSON", "alumnusId": ito, "idempotencyKey": "d" } }));
        assert_eq!(done["decideHeldRecord"]["result"], json!({ "outcome": "CREATED", "alumnusId": ito }));
        assert_eq!(done["decideHeldRecord"]["heldRecord"]["verdict"], json!({ "decision": "SAME_PERSON", "alumnusId": ito }));
        assert_eq!(reviewer(world).data(all, &json!({}))["heldRecords"]["totalCount"], 0);
    }

    fn a_file_counts_what_is_held(world) {
        let _ = world.hris().put("hr", &leaver("1", "2020-03-31")).is(201);
        let operator = Operator::new(&world.folder, &world.database_url());
        let rows = format!(
            "external_id,family_name,given_name,birth_on,hired_on,employment_ended_on\nP-1,Ito,{},1985-05-05,2015-04-01,2020-03-31\nP-2,Abe,Ken,1970-01-01,2015-04-01,2020-03-31\n",
            given_name("1")
        );
        std::fs::write(world.folder.join("payroll.csv"), rows).unwrap();
        let organization = world.organization.to_string();
        let import = |more: &[&str]| {
            let args = ["--json", "import", "payroll.csv", "--source", "payroll", "--profile", "generic", "--organization", &organization];
            let out = operator.gets(&[&args, more].concat());
            serde_json::from_str::<Value>(out.lines().last().unwrap()).unwrap()
        };
        let dry = import(&["--dry-run"]);
        assert_eq!((&dry["held"], &dry["created"], queue(world, "").len()), (&json!(1), &json!(1), 0));
        let first = import(&[]);
        assert_eq!((&first["held"], &first["created"], queue(world, "").len()), (&json!(1), &json!(1), 1));
        let second = import(&[]);
        assert_eq!((&second["held"], &second["unchanged"], queue(world, "").len()), (&json!(1), &json!(1), 1));
    }
}
