//! Consents: what was said about a purpose, recorded, withdrawn and come to its end; and who can be found by it.

use furusu_domain::id::AlumnusId;
use furusu_domain::privacy::{FindClass, Findability};
use furusu_tests::client::faults;
use furusu_tests::on_both;
use furusu_tests::world::{NOW, World, employee, leaver};
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

fn office(world: &World) -> Client {
    world.client("alumni:read privacy:read privacy:write")
}

fn somebody(world: &World) -> String {
    let created = world.hris().put("hr", &leaver("1", "2020-03-31")).is(201).body();
    created["alumnus_id"].as_str().unwrap().to_owned()
}

fn grant(purpose: &str) -> Value {
    json!({ "purpose": purpose, "decision": "granted", "basis": "consent", "channel": "portal", "text_version": "2026-04" })
}

fn objection(purpose: &str) -> Value {
    json!({ "purpose": purpose, "decision": "objected", "channel": "email" })
}

fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn record(client: &Client, of: &str, said: &Value) -> Value {
    client.post(&format!("/v1/alumni/{of}/consents"), said).is(201).body()
}

fn withdraw(client: &Client, of: &str, consent: &Value, body: &Value) -> Answer {
    client.post(&format!("/v1/alumni/{of}/consents/{}/withdrawals", consent["id"].as_str().unwrap()), body)
}

fn purposes(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|consent| consent["purpose"].as_str().unwrap()).collect()
}

/// Who can be found, by what is stored.
fn findability(world: &World, of: &str) -> Findability {
    let id: AlumnusId = of.parse().unwrap();
    let now = world.app.clock.now();
    world.wait_for(async { world.app.store.read(world.organization, now).privacy().findability(&[id], now).await.unwrap()[&id] })
}

fn told(world: &World) -> Vec<String> {
    world.events().into_iter().filter(|name| name.starts_with("consent.")).collect()
}

const RECORD: &str = "mutation ($input: RecordConsentInput!) { recordConsent(input: $input) { replayed consent { id purpose recipient decision basis contactChannels givenAt state timing weak withdrawal { withdrawnAt } recordedBy alumnus { id } } } }";
const WITHDRAW: &str = "mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { replayed consent { id state withdrawal { withdrawnAt channel recordedAt recordedBy } } } }";
const LIST: &str = "query ($id: ID!, $purpose: Purpose, $first: Int, $after: String, $last: Int, $before: String) { alumnus(id: $id) { consents(purpose: $purpose, first: $first, after: $after, last: $last, before: $before) { totalCount nodes { purpose } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

on_both! {
    fn what_was_said_is_kept_whole(world) {
        let (office, id) = (office(world), somebody(world));
        let said = with(grant("job_offers"), &json!({
            "contact_channels": ["sms", "email", "sms"], "given_at": "2026-11-20T01:02:03.456789Z", "expires_at": "2027-11-20T00:00:00Z",
        }));
        let consent = record(&office, &id, &said);
        let expected = json!({
            "id": consent["id"], "alumnus_id": id, "purpose": "job_offers", "recipient": null, "decision": "granted", "basis": "consent",
            "balancing_note_id": null, "channel": "portal", "contact_channels": ["email", "sms"], "text_version": "2026-04",
            "given_at": "2026-11-20T01:02:03.456789Z", "expires_at": "2027-11-20T00:00:00Z", "state": "in_force", "timing": "after_end",
            "weak": false, "withdrawal": null, "recorded_at": NOW, "recorded_by": "operator",
        });
        assert_eq!(consent, expected);
        assert!(consent["id"].as_str().unwrap().starts_with("cns_"));
        let page = office.get(&format!("/v1/alumni/{id}/consents")).is(200).body();
        assert_eq!(page, json!({ "data": [expected], "next": null }));
        let third = with(grant("third_party"), &json!({ "recipient": " Example Search KK " }));
        assert_eq!(record(&office, &id, &third)["recipient"], "Example Search KK");
        let weighed = json!({ "purpose": "events", "decision": "granted", "basis": "legitimate_interest", "balancing_note_id": "LIA-7", "channel": "other" });
        assert_eq!(record(&office, &id, &weighed)["balancing_note_id"], "LIA-7");
        let no = record(&office, &id, &objection("events"));
        assert_eq!((&no["basis"], &no["given_at"], &no["weak"]), (&json!("none"), &json!(NOW), &json!(false)));
        assert_eq!(told(world), ["consent.granted", "consent.granted", "consent.granted", "consent.withdrawn"]);
        let known = world.known_client("privacy:write");
        assert!(record(&known, &id, &grant("events"))["recorded_by"].as_str().unwrap().starts_with("cli_"));
    }

    fn everything_that_is_wrong_is_told_at_once(world) {
        let (office, id) = (office(world), somebody(world));
        let path = format!("/v1/alumni/{id}/consents");
        let refused = |body: &Value| { let answer = office.post(&path, body).is(422); answer.says("invalid"); answer.faults() };
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> { list.iter().map(|(p, c)| ((*p).to_owned(), (*c).to_owned())).collect() };
        assert_eq!(refused(&json!({})), pairs(&[("/purpose", "required"), ("/decision", "required"), ("/channel", "required")]));
        let wrong = json!({
            "purpose": "third_party", "decision": "granted", "basis": "legitimate_interest", "channel": "phone", "contact_channels": ["fax"],
            "given_at": "2026-11-22T03:00:01Z", "expires_at": "2026-11-22T03:00:00Z", "text_version": 7, "opted_in": true,
        });
        assert_eq!(refused(&wrong), pairs(&[
            ("/contact_channels/0", "not_one_of"), ("/text_version", "wrong_type"), ("/opted_in", "unknown_member"), ("/recipient", "required"),
            ("/balancing_note_id", "required"), ("/given_at", "in_the_future"), ("/expires_at", "before"),
        ]));
        for (said, pointer, code) in [
            (with(grant("newsletter"), &json!({ "recipient": "Example Search KK" })), "/recipient", "only_with"),
            (with(grant("newsletter"), &json!({ "basis": null })), "/basis", "required"),
            (with(grant("newsletter"), &json!({ "basis": "none" })), "/basis", "not_one_of"),
            (with(grant("newsletter"), &json!({ "text_version": null })), "/text_version", "required"),
            (with(grant("newsletter"), &json!({ "balancing_note_id": "LIA-7" })), "/balancing_note_id", "only_with"),
            (with(grant("statistics"), &json!({ "contact_channels": ["email"] })), "/contact_channels", "only_with"),
            (with(objection("newsletter"), &json!({ "expires_at": "2027-01-01T00:00:00Z" })), "/expires_at", "only_with"),
            (with(grant("newsletter"), &json!({ "given_at": "2026-01-02T00:00:00Z", "expires_at": "2026-01-01T00:00:00Z" })), "/expires_at", "before"),
            (with(grant("newsletter"), &json!({ "given_at": "yesterday" })), "/given_at", "malformed_value"),
            (with(grant("newsletter"), &json!({ "purpose": "spam" })), "/purpose", "not_one_of"),
        ] {
            assert_eq!(refused(&said), pairs(&[(pointer, code)]), "{said}");
        }
        let by_graphql = json!({ "input": { "alumnusId": id, "consent": { "purpose": "NEWSLETTER", "decision": "GRANTED", "basis": "CONSENT", "channel": "PORTAL", "balancingNoteId": "LIA-7" } } });
        let body = office.graphql(RECORD, &by_graphql).body();
        assert_eq!(faults(&body["errors"][0]["extensions"]["errors"]), pairs(&[("/balancingNoteId", "only_with"), ("/textVersion", "required")]), "{body}");
        let in_japanese = office.send("POST", &path, &[("content-type", "application/json"), ("accept-language", "ja")], Some(with(grant("newsletter"), &json!({ "basis": "contract", "balancing_note_id": "n" })).to_string().as_bytes())).is(422).body();
        assert_eq!(in_japanese["errors"][0]["detail"], "basis legitimate_interest の場合にだけ指定できます");
        assert!(told(world).is_empty());
        assert_eq!(office.get(&path).is(200).body()["data"], json!([]), "nothing was written");
    }

    fn a_withdrawal_is_added_and_nothing_is_overwritten(world) {
        let (office, id) = (office(world), somebody(world));
        let said = record(&office, &id, &grant("newsletter"));
        world.seconds_pass(60);
        let too_early = withdraw(&office, &id, &said, &json!({ "channel": "phone", "withdrawn_at": "2026-11-22T02:59:59Z" })).is(422);
        assert_eq!(too_early.faults(), [("/withdrawn_at".to_owned(), "before".to_owned())]);
        let too_late = withdraw(&office, &id, &said, &json!({ "channel": "phone", "withdrawn_at": "2026-11-22T03:01:01Z" })).is(422);
        assert_eq!(too_late.faults(), [("/withdrawn_at".to_owned(), "in_the_future".to_owned())]);
        let bare = withdraw(&office, &id, &said, &json!({ "since": "now" })).is(422);
        assert_eq!(bare.faults(), [("/channel".to_owned(), "required".to_owned()), ("/since".to_owned(), "unknown_member".to_owned())]);
        let withdrawn = withdraw(&office, &id, &said, &json!({ "channel": "phone", "withdrawn_at": "2026-11-22T03:00:30Z" })).is(200).body();
        let withdrawal = json!({ "withdrawn_at": "2026-11-22T03:00:30Z", "channel": "phone", "recorded_at": "2026-11-22T03:01:00Z", "recorded_by": "operator" });
        let expected = with(said.clone(), &json!({ "state": "withdrawn", "withdrawal": withdrawal }));
        assert_eq!(withdrawn, expected, "all else is as it was");
        // Again, it is as it is.
        world.seconds_pass(60);
        assert_eq!(withdraw(&office, &id, &said, &json!({ "channel": "email" })).is(200).body(), expected);
        assert_eq!(told(world), ["consent.granted", "consent.withdrawn"]);
        let other = world.hris().put("hr", &leaver("2", "2020-03-31")).is(201).body();
        let other = other["alumnus_id"].as_str().unwrap();
        withdraw(&office, other, &said, &json!({ "channel": "email" })).is(404).says("not_found");
        let nothing = json!({ "id": "cns_00000000000070008000000000000000" });
        withdraw(&office, &id, &nothing, &json!({ "channel": "email" })).is(404).says("not_found");
        office.post("/v1/alumni/alm_00000000000070008000000000000000/consents", &grant("events")).is(404).says("not_found");
        office.get("/v1/alumni/alm_00000000000070008000000000000000/consents").is(404).says("not_found");
    }

    fn of_several_withdrawals_at_once_one_is_written(world) {
        let (office, id) = (office(world), somebody(world));
        let said = record(&office, &id, &grant("newsletter"));
        let second = world.beside();
        let threads: Vec<_> = (0..6)
            .map(|n| {
                let client = if n % 2 == 0 { world.client("privacy:write") } else { second.client("privacy:write") };
                let (id, said) = (id.clone(), said.clone());
                std::thread::spawn(move || withdraw(&client, &id, &said, &json!({ "channel": "email" })).is(200).body())
            })
            .collect();
        let answers: Vec<Value> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        assert_eq!(told(world), ["consent.granted", "consent.withdrawn"]);
    }

    fn a_consent_from_before_the_end_reads_as_weak(world) {
        let (office, id) = (office(world), somebody(world));
        // The last day employed, in Tokyo, is still before the end; the next day is after it.
        for (given_at, timing, weak) in [("2019-05-01T00:00:00Z", "before_end", true), ("2020-03-31T14:59:59Z", "before_end", true), ("2020-03-31T15:00:00Z", "after_end", false)] {
            let consent = record(&office, &id, &with(grant("events"), &json!({ "given_at": given_at })));
            assert_eq!((&consent["timing"], &consent["weak"]), (&json!(timing), &json!(weak)), "{given_at}");
        }
        let no = record(&office, &id, &with(objection("events"), &json!({ "given_at": "2019-05-01T00:00:00Z" })));
        assert_eq!((&no["timing"], &no["weak"]), (&json!("before_end"), &json!(false)), "to object one need not be free");
        // A corrected end date corrects it.
        let _ = world.hris().put("hr", &leaver("1", "2019-03-31")).is(200);
        let page = office.get(&format!("/v1/alumni/{id}/consents")).is(200).body();
        assert!(page["data"].as_array().unwrap().iter().all(|consent| consent["timing"] == "after_end" && consent["weak"] == false), "{page:#}");
        // Back again, they depend on the employer again.
        let mut back = employee("1");
        back["employment"]["hired_on"] = json!("2021-04-01");
        let _ = world.hris().put("hr", &back);
        let consent = record(&office, &id, &with(grant("events"), &json!({ "given_at": "2022-01-01T00:00:00Z" })));
        assert_eq!((&consent["timing"], &consent["weak"]), (&json!("before_end"), &json!(true)));
    }

    fn a_list_has_what_was_given_last_first_page_by_page(world) {
        let (office, id) = (office(world), somebody(world));
        let all = ["events", "newsletter", "mentoring", "referral", "events"];
        for (n, purpose) in all.iter().enumerate() {
            // Two at the same moment, and the last one recorded was given first.
            let day = [2, 3, 3, 4, 1][n];
            let _ = record(&office, &id, &with(grant(purpose), &json!({ "given_at": format!("2026-11-0{day}T00:00:00Z") })));
        }
        let path = format!("/v1/alumni/{id}/consents");
        let whole = office.get(&path).is(200).body();
        let order = purposes(&whole);
        assert_eq!((order[0], &order[3..]), ("referral", &["events", "events"][..]));
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let answer = office.get(&format!("{path}?limit=2{after}")).is(200);
            let page = answer.body();
            seen.extend(purposes(&page).iter().map(|purpose| (*purpose).to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            assert!(answer.header("link").contains("rel=\"next\""));
            after = format!("&after={next}");
        }
        assert_eq!(seen, order);
        let page = office.get(&format!("{path}?purpose=events&limit=1")).is(200).body();
        assert_eq!(purposes(&page), ["events"]);
        let next = page["next"].as_str().unwrap();
        assert_eq!(purposes(&office.get(&format!("{path}?purpose=events&after={next}")).is(200).body()), ["events"]);
        let foreign = office.get(&format!("{path}?after={next}")).is(422);
        assert_eq!(foreign.faults(), [("/after".to_owned(), "foreign_cursor".to_owned())]);
        let _ = office.get(&format!("{path}?purpose=spam")).is(422);
        let _ = office.get(&format!("{path}?sort=given_at")).is(422);
        // The other door gives the same, from either end.
        let list = |more: &Value| office.data(LIST, &with(json!({ "id": id }), more))["alumnus"]["consents"].clone();
        let names = |connection: &Value| -> Vec<String> { connection["nodes"].as_array().unwrap().iter().map(|n| n["purpose"].as_str().unwrap().to_lowercase()).collect() };
        let first = list(&json!({ "first": 2 }));
        assert_eq!((names(&first), &first["totalCount"]), (seen[..2].to_vec(), &json!(5)));
        assert_eq!((&first["pageInfo"]["hasNextPage"], &first["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(false)));
        let rest = list(&json!({ "first": 9, "after": first["pageInfo"]["endCursor"] }));
        assert_eq!((names(&rest), &rest["pageInfo"]["hasNextPage"]), (seen[2..].to_vec(), &json!(false)));
        let last = list(&json!({ "last": 2 }));
        assert_eq!(names(&last), seen[3..].to_vec());
        let before = list(&json!({ "last": 2, "before": last["pageInfo"]["startCursor"] }));
        assert_eq!((names(&before), &before["pageInfo"]["hasPreviousPage"]), (seen[1..3].to_vec(), &json!(true)));
        let events = list(&json!({ "first": 9, "purpose": "EVENTS" }));
        assert_eq!((names(&events), &events["totalCount"]), (vec!["events".to_owned(), "events".to_owned()], &json!(2)));
    }

    fn a_purpose_is_granted_until_its_end_and_that_is_told_once(world) {
        let (office, id) = (office(world), somebody(world));
        let flag = with(grant("returning_applicant_flag"), &json!({ "expires_at": "2026-11-22T04:00:00Z" }));
        let consent = record(&office, &id, &flag);
        let withdrawn = record(&office, &id, &with(grant("events"), &json!({ "expires_at": "2026-11-22T04:00:00Z" })));
        let _ = withdraw(&office, &id, &withdrawn, &json!({ "channel": "email" })).is(200);
        assert_eq!(findability(world, &id), Findability { class: FindClass::Consented, until: Some("2026-11-22T04:00:00Z".parse().unwrap()) });
        world.it_is("2026-11-22T03:59:59Z");
        assert_eq!(world.the_service_looks_around(), 0);
        world.it_is("2026-11-22T04:00:00Z");
        assert_eq!(world.the_service_looks_around(), 1, "of the one that was withdrawn nothing is told");
        assert_eq!(world.the_service_looks_around(), 0);
        assert_eq!(told(world), ["consent.granted", "consent.granted", "consent.withdrawn", "consent.expired"]);
        assert_eq!(findability(world, &id), Findability::UNSPOKEN);
        let page = office.get(&format!("/v1/alumni/{id}/consents?purpose=returning_applicant_flag")).is(200).body();
        assert_eq!(page["data"], json!([with(consent, &json!({ "state": "expired" }))]));
        // What had ended when it was recorded is told at the next look.
        let past = with(grant("referral"), &json!({ "given_at": "2025-01-01T00:00:00Z", "expires_at": "2026-01-01T00:00:00Z" }));
        assert_eq!(record(&office, &id, &past)["state"], "expired");
        assert_eq!(world.the_service_looks_around(), 1);
    }

    fn who_objected_is_hidden_until_they_themselves_say_otherwise(world) {
        let (office, id) = (office(world), somebody(world));
        let flag = "returning_applicant_flag";
        assert_eq!(findability(world, &id), Findability::UNSPOKEN);
        let no = record(&office, &id, &objection(flag));
        assert_eq!(findability(world, &id), Findability { class: FindClass::Hidden, until: None });
        world.seconds_pass(60);
        let ours = json!({ "purpose": flag, "decision": "granted", "basis": "legitimate_interest", "balancing_note_id": "LIA-7", "channel": "other" });
        let _ = record(&office, &id, &ours);
        assert_eq!(findability(world, &id).class, FindClass::Hidden, "the organization's own interest lifts no objection");
        world.seconds_pass(60);
        let yes = record(&office, &id, &grant(flag));
        assert_eq!(findability(world, &id).class, FindClass::Consented);
        world.seconds_pass(60);
        let _ = withdraw(&office, &id, &yes, &json!({ "channel": "portal" })).is(200);
        assert_eq!(findability(world, &id).class, FindClass::Hidden);
        let _ = withdraw(&office, &id, &no, &json!({ "channel": "portal" })).is(200);
        assert_eq!(findability(world, &id).class, FindClass::Hidden, "what they withdrew stays withdrawn");
        // Other people's words, and words on other purposes, count for nothing.
        let other = world.hris().put("hr", &leaver("2", "2020-03-31")).is(201).body();
        let other = other["alumnus_id"].as_str().unwrap();
        let _ = record(&office, other, &objection("newsletter"));
        assert_eq!(findability(world, other), Findability::UNSPOKEN);
        // Of the dead nobody is told, whatever they said.
        let _ = record(&office, other, &grant(flag));
        assert_eq!(findability(world, other).class, FindClass::Consented);
        let mut died = leaver("2", "2020-03-31");
        died["departure"]["separation_type"] = json!({ "value": "death" });
        let _ = world.hris().put("hr", &died).is(200);
        assert_eq!(findability(world, other), Findability::DECEASED);
        let mut died = leaver("3", "2020-03-31");
        died["employment"]["status"] = json!({ "value": "deceased" });
        let third = world.hris().put("hr", &died).is(201).body();
        let third = third["alumnus_id"].as_str().unwrap();
        assert_eq!(findability(world, third), Findability::DECEASED);
        // All of them together, in one statement.
        let ids: Vec<AlumnusId> = [&id[..], other, third].iter().map(|id| id.parse().unwrap()).collect();
        let (before, now) = (world.statements(), world.app.clock.now());
        let all = world.wait_for(async { world.app.store.read(world.organization, now).privacy().findability(&ids, now).await.unwrap() });
        assert_eq!(world.statements() - before, 1);
        assert_eq!(all.values().map(|found| found.class).collect::<Vec<_>>(), [FindClass::Hidden; 3]);
    }

    fn an_event_says_how_the_purpose_stands_then(world) {
        let (office, id) = (office(world), somebody(world));
        let no = record(&office, &id, &objection("events"));
        let _ = withdraw(&office, &id, &no, &json!({ "channel": "phone" })).is(200);
        let by_mail = record(&office, &id, &with(grant("events"), &json!({ "contact_channels": ["email"] })));
        let documents = crate::migrations::ask(
            &world.app.settings.database,
            "select document as line from event where name like 'consent.%' order by position",
        );
        let documents: Vec<Value> = documents.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let expected = [(&no, "refused"), (&no, "unspoken"), (&by_mail, "granted")];
        let expected = expected.map(|(consent, standing)| json!({ "consent_id": consent["id"], "purpose": "events", "standing": standing }));
        assert_eq!(documents, expected, "ids and words, and nothing of the person");
    }

    fn the_other_door_does_the_same(world) {
        let (office, id) = (office(world), somebody(world));
        let input = json!({ "input": { "alumnusId": id, "consent": { "purpose": "THIRD_PARTY", "recipient": "Example Search KK", "decision": "GRANTED", "basis": "CONSENT", "channel": "IN_PERSON", "textVersion": "2026-04", "givenAt": "2026-11-01T00:00:00Z" } } });
        let consent = office.data(RECORD, &input)["recordConsent"]["consent"].clone();
        assert_eq!((&consent["timing"], &consent["weak"], &consent["alumnus"]["id"]), (&json!("AFTER_END"), &json!(false), &json!(id)));
        let node = office.data("query ($id: ID!) { node(id: $id) { id ... on Consent { recipient } } }", &json!({ "id": consent["id"] }));
        assert_eq!(node["node"], json!({ "id": consent["id"], "recipient": "Example Search KK" }));
        let withdrawal = json!({ "input": { "id": consent["id"], "channel": "PHONE", "idempotencyKey": "k" } });
        let done = office.data(WITHDRAW, &withdrawal)["withdrawConsent"].clone();
        assert_eq!((&done["replayed"], &done["consent"]["state"]), (&json!(false), &json!("WITHDRAWN")));
        assert_eq!(done["consent"]["withdrawal"], json!({ "withdrawnAt": NOW, "channel": "PHONE", "recordedAt": NOW, "recordedBy": "operator" }));
        assert_eq!(office.data(WITHDRAW, &withdrawal)["withdrawConsent"]["replayed"], true);
        let by_rest = office.get(&format!("/v1/alumni/{id}/consents")).is(200).body();
        assert_eq!(by_rest["data"][0]["id"], consent["id"]);
        // Who may read people and not what they said gets the people.
        let dashboard = world.dashboard();
        let body = dashboard.graphql("query ($id: ID!) { alumnus(id: $id) { id consents(first: 1) { totalCount } } }", &json!({ "id": id })).body();
        assert_eq!(body["data"]["alumnus"], json!({ "id": id, "consents": null }));
        assert_eq!(body["errors"][0]["extensions"]["scope"], "privacy:read");
        let body = dashboard.graphql("query ($id: ID!) { node(id: $id) { id } }", &json!({ "id": consent["id"] })).body();
        assert_eq!(body["errors"][0]["extensions"]["scope"], "privacy:read", "{body}");
    }

    fn a_repeated_request_records_once(world) {
        let (office, id) = (office(world), somebody(world));
        let path = format!("/v1/alumni/{id}/consents");
        let send = |body: &Value| office.send("POST", &path, &[("content-type", "application/json"), ("idempotency-key", "\"once\"")], Some(body.to_string().as_bytes()));
        let first = send(&grant("events")).is(201);
        world.seconds_pass(60);
        let again = send(&grant("events")).is(201);
        assert_eq!((again.body(), again.header("idempotency-replayed")), (first.body(), "true"));
        send(&grant("referral")).is(422).says("idempotency_key_reused");
        assert_eq!(told(world), ["consent.granted"]);
    }
}
