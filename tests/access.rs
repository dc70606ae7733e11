//! Who may what: every operation of both doors, found by walking the contracts.

mod tokens;

use furusu_domain::actor::{Scope, Scopes};
use furusu_tests::on_both;
use furusu_tests::world::{World, leaver};
use furusu_tests::{Answer, Client};
use serde_json::{Value, json};

use tokens::bad_tokens;

/// Operations of the REST door that need no token: the one short table of public ones.
const PUBLIC: [&str; 12] = [
    "GET /calendars/{secret}.ics",
    "GET /docs",
    "GET /healthz",
    "GET /problems",
    "GET /problems/{code}",
    "GET /readyz",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "POST /oauth/token",
    "GET /openapi.json",
    "GET /openapi.yaml",
    "GET /schema.graphql",
];

/// An operation of the contract: method, path, and the scope it names.
struct Operation {
    method: String,
    path: String,
    scope: Option<Scope>,
}

fn operations(world: &World) -> Vec<Operation> {
    let contract = world.stranger().get("/openapi.json").is(200).body();
    let mut found = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            if PUBLIC.contains(&format!("{method} {path}").as_str()) {
                continue;
            }
            let scopes = &operation["security"][0]["oauth2"];
            let scope = scopes[0].as_str().map(|word| Scope::from_word(word).expect("a scope"));
            assert!(scopes.is_array(), "{method} {path} names no scope in the contract");
            found.push(Operation { method, path: path.clone(), scope });
        }
    }
    assert!(found.len() >= 11, "the contract has been walked");
    found
}

fn applicant() -> Value {
    json!({ "names": [{ "family": "Weatherwax", "given": "Esmeralda" }] })
}

fn objection() -> Value {
    json!({ "purpose": "newsletter", "decision": "objected", "channel": "email" })
}

fn activity(of: &str) -> Value {
    json!({ "external_id": "1", "alumnus_id": of, "kind": "talk_given", "occurred_at": "2026-04-01T09:00:00Z" })
}

fn gathering() -> Value {
    json!({ "title": "Hanami", "starts_at": "2027-04-03T03:00:00Z", "ends_at": "2027-04-03T06:00:00Z" })
}

fn message(to: &str) -> Value {
    json!({ "external_id": "1", "alumnus_id": to, "channel": "email", "purpose": "events", "sent_at": "2026-04-01T09:00:00Z" })
}

fn question(of: &str) -> Value {
    json!({ "alumnus_id": of, "channel": "email", "purpose": "events" })
}

/// What there is to be called with: a person, what they said, somebody who can be merged into them, a merge, a held record, a
/// finding, an activity, a gathering, a guest, a calendar feed, a message.
struct Things {
    alumnus: String,
    consent: String,
    finding: String,
    other: String,
    merge: String,
    held: String,
    activity: String,
    gathering: String,
    registration: String,
    feed: String,
    message: String,
}

impl Things {
    fn of(world: &World) -> Self {
        let hris = world.hris();
        let person = |id: &str| hris.put("hr", &leaver(id, "2020-03-31")).is(201).body()["alumnus_id"].as_str().unwrap().to_owned();
        let [alumnus, merged, other] = ["1", "2", "3"].map(person);
        let merged =
            world.client("matching:review").post(&format!("/v1/alumni/{alumnus}/merges"), &json!({ "merged_id": merged })).is(201).body();
        let mut same = leaver("1", "2020-03-31");
        same["employee_number"] = json!("P-1");
        let held = hris.put("payroll", &same).is(202).body();
        let id = |of: &Value, member: &str| of[member].as_str().unwrap().to_owned();
        let said = world.client("privacy:write").post(&format!("/v1/alumni/{alumnus}/consents"), &objection()).is(201).body();
        let lookups = "/v1/returning-applicants/lookups";
        let finding = world.client("matching:lookup").post(lookups, &applicant()).is(200).body();
        let (merge, held, consent, finding) = (id(&merged, "id"), id(&held, "held_record_id"), id(&said, "id"), id(&finding, "id"));
        let body = json!({ "source": "events", "record": activity(&alumnus) });
        let activity = id(&world.client("engagement:write").post("/v1/activities", &body).is(201).body(), "activity_id");
        let office = world.client("engagement:write");
        let gathering = id(&office.post("/v1/gatherings", &gathering()).is(201).body(), "id");
        let _ = office.post(&format!("/v1/gatherings/{gathering}/moves"), &json!({ "to": "published" })).is(200);
        let guest = office.post(&format!("/v1/gatherings/{gathering}/registrations"), &json!({ "alumnus_id": alumnus })).is(201).body();
        let feed = id(&office.post("/v1/calendar-feeds", &json!({})).is(201).body(), "id");
        let body = json!({ "source": "mailer", "record": message(&alumnus) });
        let message = id(&office.post("/v1/messages", &body).is(201).body(), "message_id");
        Self { alumnus, consent, finding, other, merge, held, activity, gathering, registration: id(&guest, "id"), feed, message }
    }
}

/// Calls an operation with ids of these things.
fn call(client: &Client, operation: &Operation, things: &Things) -> Answer {
    let Things { alumnus, consent, finding, other, merge, held, activity, gathering, registration, feed, message } = things;
    let id = match operation.path.as_str() {
        path if path.starts_with("/v1/activities") => activity,
        path if path.starts_with("/v1/gatherings") => gathering,
        path if path.starts_with("/v1/registrations") => registration,
        path if path.starts_with("/v1/calendar-feeds") => feed,
        path if path.starts_with("/v1/messages") => message,
        path if path.starts_with("/v1/held-records") => held,
        path if path.starts_with("/v1/returning-applicants") => finding,
        _ => alumnus,
    };
    let path = operation.path.replace("{source}", "hr").replace("{external_id}", "1").replace("{id}", id);
    let path = if path.starts_with("/v1/metrics/") { "/v1/metrics/alumni.count".to_owned() } else { path };
    let path = path.replace("{merge_id}", merge).replace("{consent_id}", consent);
    let body = match (operation.method.as_str(), operation.path.as_str()) {
        ("GET", _) => return client.get(&path),
        (_, "/v1/departures/batch") => json!({ "source": "hr", "records": [leaver("1", "2020-03-31")] }),
        ("PUT", _) => leaver("1", "2020-03-31"),
        ("POST", "/v1/alumni/{id}/consents") => objection(),
        ("POST", "/v1/alumni/{id}/consents/{consent_id}/withdrawals") => json!({ "channel": "email" }),
        (_, "/v1/alumni/{id}/merges") => json!({ "merged_id": other }),
        (_, "/v1/held-records/{id}/decisions") => json!({ "decision": "discarded" }),
        (_, "/v1/returning-applicants/lookups") => applicant(),
        (_, "/v1/returning-applicants/lookups/batch") => json!({ "applicants": [applicant()] }),
        (_, "/v1/returning-applicants/lookups/{id}/reviews") => json!({ "verdict": "confirmed" }),
        (_, "/v1/messages") => json!({ "source": "mailer", "record": self::message(alumnus) }),
        (_, "/v1/messages/batch") => json!({ "source": "mailer", "records": [self::message(alumnus)] }),
        (_, "/v1/contact-permissions") => question(alumnus),
        (_, "/v1/contact-permissions/batch") => json!({ "questions": [question(alumnus)] }),
        ("POST", "/v1/gatherings") => self::gathering(),
        (_, "/v1/gatherings/{id}/moves") => json!({ "to": "published" }),
        (_, "/v1/gatherings/{id}/registrations") => json!({ "alumnus_id": alumnus }),
        (_, "/v1/gatherings/{id}/registrations/batch") => json!({ "guests": [{ "alumnus_id": alumnus }] }),
        (_, "/v1/registrations/{id}/moves") => json!({ "to": "registered" }),
        (_, "/v1/activities") => json!({ "source": "events", "record": self::activity(alumnus) }),
        (_, "/v1/activities/batch") => json!({ "source": "events", "records": [self::activity(alumnus)] }),
        (_, "/graphql") => json!({ "query": "{ alumni(first: 1) { nodes { id } } }" }),
        _ => json!({}),
    };
    client.json(&operation.method, &path, &body)
}

/// Every scope but this one; and but the one that does as well, where a finding is read or decided on.
fn without(scope: Scope) -> String {
    let instead = |other: Scope| scope == Scope::MatchingLookup && other == Scope::MatchingReview;
    Scope::ALL.iter().copied().filter(|s| *s != scope && !instead(*s)).collect::<Scopes>().to_string()
}

/// Every root field of the GraphQL door: what it is called with, and the scope it needs.
fn fields() -> Vec<(&'static str, Scope)> {
    vec![
        ("{ alumnus(id: $id) { id } }", Scope::AlumniRead),
        ("{ alumni(first: 1) { nodes { id } } }", Scope::AlumniRead),
        ("{ node(id: $id) { id } }", Scope::AlumniRead),
        ("{ nodes(ids: [$id]) { id } }", Scope::AlumniRead),
        ("{ departureRecord(source: \"hr\", externalId: \"1\") { alumnusId } }", Scope::DeparturesRead),
        ("{ departures(first: 1) { nodes { id } } }", Scope::DeparturesRead),
        (
            "{ recordDeparture(input: { source: \"hr\", record: { externalId: \"1\", names: [{ kind: LEGAL, family: \"Ito\" }], employment: { hiredOn: \"2015-04-01\" } } }) { result { outcome } } }",
            Scope::DeparturesWrite,
        ),
        (
            "{ recordDepartures(input: { source: \"hr\", records: [{ externalId: \"1\", names: [{ kind: LEGAL, family: \"Ito\" }], employment: { hiredOn: \"2015-04-01\" } }] }) { results { outcome } } }",
            Scope::DeparturesWrite,
        ),
        ("{ editAlumnus(input: { id: $id, edit: { emails: [] } }) { alumnus { id } } }", Scope::AlumniWrite),
        (
            "{ recordConsent(input: { alumnusId: $id, consent: { purpose: EVENTS, decision: OBJECTED, channel: PHONE } }) { consent { id } } }",
            Scope::PrivacyWrite,
        ),
        ("{ withdrawConsent(input: { id: $consent, channel: PHONE }) { consent { id } } }", Scope::PrivacyWrite),
        ("{ organization { id } }", Scope::OrganizationAdmin),
        ("{ editOrganization(input: { edit: {} }) { organization { id } } }", Scope::OrganizationAdmin),
        ("{ disclosures(alumnusId: $id, first: 1) { nodes { id } } }", Scope::PrivacyRead),
        ("{ lookUpApplicant(input: { applicant: { names: [{ full: \"Nobody\" }] } }) { finding { id } } }", Scope::MatchingLookup),
        ("{ lookUpApplicants(input: { applicants: [{ names: [{ full: \"Nobody\" }] }] }) { results { index } } }", Scope::MatchingLookup),
        ("{ finding(id: $finding) { id } }", Scope::MatchingLookup),
        ("{ reviewFinding(input: { lookupId: $finding, review: { verdict: CONFIRMED } }) { review { id } } }", Scope::MatchingLookup),
        ("{ activity(id: $activity) { id } }", Scope::EngagementRead),
        ("{ engagement(alumnusId: $id) { score } }", Scope::EngagementRead),
        ("{ engagementFormulas { version } }", Scope::EngagementRead),
        ("{ metrics { id } }", Scope::AnalyticsRead),
        ("{ metric(id: \"alumni.count\") { id } }", Scope::AnalyticsRead),
        (
            "{ recordActivity(input: { source: \"events\", record: { externalId: \"1\", retracted: true } }) { result { outcome } } }",
            Scope::EngagementWrite,
        ),
        (
            "{ recordActivities(input: { source: \"events\", records: [{ externalId: \"1\", retracted: true }] }) { results { outcome } } }",
            Scope::EngagementWrite,
        ),
        ("{ changeEngagementFormula(input: { change: {} }) { formula { version } } }", Scope::OrganizationAdmin),
        ("{ message(id: $message) { id } }", Scope::EngagementRead),
        ("{ contactPermission(question: { alumnusId: $id, channel: EMAIL, purpose: EVENTS }) { may } }", Scope::EngagementRead),
        (
            "{ contactPermissions(questions: [{ person: { source: \"hr\", externalId: \"1\" }, channel: EMAIL, purpose: EVENTS }]) { permission { may } } }",
            Scope::EngagementRead,
        ),
        ("{ recordMessage(input: { source: \"mailer\", record: { externalId: \"1\" } }) { result { outcome } } }", Scope::EngagementWrite),
        (
            "{ recordMessages(input: { source: \"mailer\", records: [{ externalId: \"9\" }] }) { results { outcome } } }",
            Scope::EngagementWrite,
        ),
        (
            "{ holdContactPermission(input: { question: { alumnusId: $id, channel: EMAIL, purpose: EVENTS } }) { permission { may } } }",
            Scope::EngagementWrite,
        ),
        (
            "{ holdContactPermissions(input: { questions: [{ person: { source: \"hr\", externalId: \"1\" }, channel: EMAIL, purpose: EVENTS }] }) { results { index } } }",
            Scope::EngagementWrite,
        ),
        ("{ gathering(id: $gathering) { id } }", Scope::EngagementRead),
        ("{ gatherings(first: 1) { nodes { id } } }", Scope::EngagementRead),
        ("{ registration(id: $registration) { id } }", Scope::EngagementRead),
        ("{ calendarFeeds { id } }", Scope::EngagementRead),
        (
            "{ planGathering(input: { gathering: { title: \"Hanami\", startsAt: \"2027-04-03T03:00:00Z\", endsAt: \"2027-04-03T06:00:00Z\" } }) { gathering { id } } }",
            Scope::EngagementWrite,
        ),
        ("{ editGathering(input: { id: $gathering, edit: {} }) { gathering { id } } }", Scope::EngagementWrite),
        ("{ moveGathering(input: { id: $gathering, to: PUBLISHED }) { gathering { id } } }", Scope::EngagementWrite),
        ("{ enrolGuest(input: { gatheringId: $gathering, guest: { alumnusId: $id } }) { registration { id } } }", Scope::EngagementWrite),
        (
            "{ enrolGuests(input: { gatheringId: $gathering, guests: [{ alumnusId: $id }] }) { results { outcome } } }",
            Scope::EngagementWrite,
        ),
        ("{ moveRegistration(input: { id: $registration, move: { to: REGISTERED } }) { registration { id } } }", Scope::EngagementWrite),
        ("{ offerCalendarFeed(input: {}) { calendarFeed { id } } }", Scope::EngagementWrite),
        ("{ revokeCalendarFeed(input: { id: $feed }) { calendarFeed { id } } }", Scope::EngagementWrite),
        ("{ merges(alumnusId: $id) { id } }", Scope::MatchingReview),
        ("{ heldRecord(id: $held) { id } }", Scope::MatchingReview),
        ("{ heldRecords(first: 1) { nodes { id } } }", Scope::MatchingReview),
        ("{ mergeAlumni(input: { alumnusId: $id, mergedId: $other }) { merge { id } } }", Scope::MatchingReview),
        ("{ unmergeAlumni(input: { mergeId: $merge }) { merge { id } } }", Scope::MatchingReview),
        ("{ decideHeldRecord(input: { id: $held, decision: DISCARDED }) { heldRecord { id } } }", Scope::MatchingReview),
    ]
}

fn document(field: &str, things: &Things) -> String {
    let kind = if field.contains("input:") { "mutation" } else { "query" };
    let Things { alumnus, consent, finding, other, merge, held, activity, gathering, registration, feed, message } = things;
    let ids = [
        ("$id", alumnus),
        ("$other", other),
        ("$merge", merge),
        ("$held", held),
        ("$consent", consent),
        ("$finding", finding),
        ("$activity", activity),
        ("$gathering", gathering),
        ("$registration", registration),
        ("$feed", feed),
        ("$message", message),
    ];
    let field = ids.iter().fold(field.to_owned(), |field, (name, id)| field.replace(name, &format!("\"{id}\"")));
    format!("{kind} {field}")
}

on_both! {
    fn every_operation_refuses_a_caller_without_a_good_token(world) {
        let hris = world.hris();
        let things = Things::of(world);
        let before = (hris.get("/v1/departures/hr/1").is(200).body(), world.events());
        let bad = bad_tokens(world);
        for operation in operations(world) {
            let name = format!("{} {}", operation.method, operation.path);
            let answer = call(&world.stranger(), &operation, &things);
            assert_eq!(answer.status, 401, "{name}");
            answer.says("unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
            let mut same = None;
            for (what, token) in &bad {
                let answer = call(&world.stranger().with(Some(format!("Bearer {token}"))), &operation, &things);
                assert_eq!(answer.status, 401, "{name} with {what}");
                assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{name} with {what}");
                let mut body = answer.says("invalid_token").body();
                body.as_object_mut().unwrap().remove("request_id");
                assert_eq!(same.get_or_insert_with(|| body.clone()), &body, "the same answer whatever failed: {what}");
            }
        }
        assert_eq!((hris.get("/v1/departures/hr/1").is(200).body(), world.events()), before, "nothing was written");
    }

    fn every_operation_refuses_a_token_without_its_scope(world) {
        let things = Things::of(world);
        for operation in operations(world) {
            let Some(scope) = operation.scope else { continue };
            let name = format!("{} {}", operation.method, operation.path);
            let answer = call(&world.client(&without(scope)), &operation, &things);
            assert_eq!(answer.status, 403, "{name}: {}", answer.text);
            answer.says("insufficient_scope");
            let expected = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            assert_eq!(answer.header("www-authenticate"), expected, "{name}");
            let answer = call(&world.client(scope.as_str()), &operation, &things);
            assert!(answer.status < 300, "{name} with the scope: {}", answer.text);
        }
    }

    fn every_field_of_graphql_needs_its_scope(world) {
        let things = Things::of(world);
        let schema = world.client("alumni:read").data("{ __schema { queryType { fields { name } } mutationType { fields { name } } } }", &json!({}));
        let mut named: Vec<String> = ["queryType", "mutationType"].iter().flat_map(|t| schema["__schema"][t]["fields"].as_array().unwrap().clone()).map(|f| f["name"].as_str().unwrap().to_owned()).collect();
        for (field, scope) in fields() {
            named.retain(|name| !["(", " {"].iter().any(|next| field.starts_with(&format!("{{ {name}{next}"))));
            let document = document(field, &things);
            let denied = world.client(&without(scope)).graphql(&document, &json!({})).body();
            assert_eq!(denied["errors"][0]["extensions"]["code"], "insufficient_scope", "{document}: {denied}");
            assert_eq!(denied["errors"][0]["extensions"]["scope"], scope.as_str());
            let _ = world.client(scope.as_str()).data(&document, &json!({}));
        }
        assert!(named.is_empty(), "fields that this test does not know: {named:?}");
    }

    fn another_tenant_cannot_learn_that_anything_exists(world) {
        let things = Things::of(world);
        // Everything but lookups, beyond whose wall engagement lies; findings are read and decided on by reviewers as well.
        let scopes: Scopes = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::MatchingLookup).collect();
        let token = world.token(world.other, &scopes.to_string());
        let theirs = world.stranger().with(Some(format!("Bearer {token}")));
        // A metric is named in its path, and is of whoever asks.
        let names_something = |o: &&Operation| o.path.contains('{') && o.method != "PUT" && !o.path.starts_with("/v1/metrics");
        for operation in operations(world).iter().filter(names_something) {
            let answer = call(&theirs, operation, &things);
            assert_eq!(answer.status, 404, "{} {}", operation.method, operation.path);
            answer.says("not_found");
        }
        for (field, _) in fields().into_iter().filter(|(f, _)| f.contains('$') || f.contains("departureRecord")) {
            let body = theirs.graphql(&document(field, &things), &json!({})).body();
            let found = body["data"].as_object().map(|data| data.values().all(|v| v.is_null() || *v == json!([null])));
            assert!(found.unwrap_or(body["errors"][0]["extensions"]["code"] == "not_found"), "{field}: {body}");
        }
        assert_eq!(theirs.get("/v1/alumni").is(200).body()["data"], json!([]));
        assert_eq!(theirs.get("/v1/departures").is(200).body()["data"], json!([]));
        assert_eq!(theirs.post("/v1/alumni/search", &json!({ "search": "ito" })).is(200).body()["data"], json!([]));
        // The same source and id there is another person.
        let there = theirs.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        assert_ne!(there["alumnus_id"], json!(things.alumnus));
    }

    fn a_token_ends_after_its_time_and_its_leeway(world) {
        let client = world.known_client("alumni:read");
        let _ = client.get("/v1/alumni").is(200);
        world.seconds_pass(15 * 60 + 59);
        let _ = client.get("/v1/alumni").is(200);
        world.seconds_pass(1);
        client.get("/v1/alumni").is(401).says("invalid_token");
    }

    fn credentials_of_another_scheme_are_none(world) {
        let answer = world.stranger().with(Some("Basic YTpi".into())).get("/v1/alumni").is(401);
        answer.says("unauthenticated");
    }
}
