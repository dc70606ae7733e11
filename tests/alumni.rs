//! Alumni out: lists, one person in full, other days and moments, and what the office edits.

use furusu_tests::on_both;
use furusu_tests::world::{NOW, World, employee, given_name, leaver};
use serde_json::{Value, json};

fn ids(body: &Value) -> Vec<String> {
    body["data"].as_array().unwrap().iter().map(|a| a["employee_number"].as_str().unwrap_or("").to_owned()).collect()
}

/// Five people who left, one who returned, one who never left.
fn people(world: &World) {
    let hris = world.hris();
    let mut records = Vec::new();
    for (id, ended_on, department, family, kana, reason) in [
        ("1", "2018-03-31", "Sales", "山田", "ヤマダ", "pay"),
        ("2", "2019-03-31", "Sales", "阿部", "アベ", "health"),
        ("3", "2019-12-31", "IT", "Åberg", "", "study"),
        ("4", "2020-06-30", "IT", "Zima", "", "pay"),
        ("5", "2020-07-31", "IT", "O'Hare", "", "other"),
    ] {
        let mut record = leaver(id, ended_on);
        record["employment"]["department"] = json!(department);
        record["departure"]["reason"] = json!({ "value": reason, "source_value": format!("raw {reason}") });
        record["names"] = json!([{ "kind": "legal", "family": family, "given": "K", "family_kana": if kana.is_empty() { Value::Null } else { json!(kana) } }]);
        records.push(record);
    }
    let mut back = employee("1");
    back["names"] = records[0]["names"].clone();
    back["employment"]["hired_on"] = json!("2021-04-01");
    records.push(back);
    records.push(employee("9"));
    let body = hris.post("/v1/departures/batch", &json!({ "source": "hr", "records": records })).is(200).body();
    assert!(body["results"].as_array().unwrap().iter().all(|r| r["outcome"] == "created"), "{body:#}");
}

on_both! {
    fn lists_show_alumni_only_narrowed_and_sorted(world) {
        people(world);
        let office = world.office();
        let list = |query: &str| ids(&office.get(&format!("/v1/alumni{query}")).is(200).body());
        assert_eq!(list("?sort=ended_on"), ["1", "2", "3", "4", "5"]);
        let newest = list("");
        assert_eq!(newest, ["5", "4", "3", "2", "1"]);
        assert_eq!(list("?sort=name"), ["3", "5", "4", "2", "1"]);
        assert_eq!(list("?sort=-name"), ["1", "2", "4", "5", "3"]);
        assert_eq!(list("?department=Sales&sort=ended_on"), ["1", "2"]);
        assert_eq!(list("?ended_from=2019-03-31&ended_to=2019-12-31&sort=ended_on"), ["2", "3"]);
        assert_eq!(list("?reason=pay&sort=ended_on"), ["1", "4"]);
        assert_eq!(list("?separation_type=voluntary").len(), 5);
        assert_eq!(list("?separation_type=death").len(), 0);
        assert_eq!(list("?source=hr").len(), 5);
        assert_eq!(list("?source=other").len(), 0);
        assert_eq!(list("?status=returned"), ["1"]);
        assert_eq!(list("?status=away&sort=ended_on"), ["2", "3", "4", "5"]);
        assert_eq!(list("?entity=Nowhere").len(), 0);
        assert_eq!(list(&format!("?updated_after={NOW}")).len(), 0);
        world.seconds_pass(60);
        let mut changed = leaver("4", "2020-06-30");
        changed["employment"]["department"] = json!("IT");
        let _ = world.hris().put("hr", &changed).is(200);
        assert_eq!(list(&format!("?updated_after={NOW}&sort=updated_at")), ["4"]);
        for wrong in ["?department=a&department=b", "?status=employed", "?limit=0", "?limit=201", "?limit=x", "?sort=salary", "?after=abc", "?ended_from=2019", "?colour=red", "?search=a", "?reason=withheld2"] {
            office.get(&format!("/v1/alumni{wrong}")).is(422).says("invalid");
        }
    }

    fn a_list_can_be_walked_to_its_end_in_every_order(world) {
        people(world);
        let dashboard = world.dashboard();
        for sort in ["ended_on", "-ended_on", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] {
            let whole = ids(&dashboard.get(&format!("/v1/alumni?sort={sort}")).is(200).body());
            let (mut walked, mut next) = (Vec::new(), format!("/v1/alumni?sort={sort}&limit=2"));
            loop {
                let page = dashboard.get(&next).is(200);
                walked.extend(ids(&page.body()));
                let Some(after) = page.body()["next"].as_str().map(str::to_owned) else { break };
                let link = page.header("link").to_owned();
                assert!(link.contains(&after) && link.ends_with("; rel=\"next\""), "{link}");
                next = link[1..link.find('>').unwrap()].to_owned();
            }
            assert_eq!(walked, whole, "{sort}");
        }
        // A cursor is good only for the question it came with, and for its own organization.
        let cursor = dashboard.get("/v1/alumni?limit=2").body()["next"].as_str().unwrap().to_owned();
        for (client, query) in [(&dashboard, format!("sort=name&after={cursor}")), (&dashboard, format!("department=IT&after={cursor}")), (&world.other_tenant(), format!("after={cursor}"))] {
            let answer = client.get(&format!("/v1/alumni?{query}")).is(422);
            assert_eq!(answer.faults(), [("/after".to_owned(), "foreign_cursor".to_owned())]);
        }
        assert!(!cursor.contains("2020"));
    }

    fn a_search_finds_by_the_beginning_of_a_name_or_an_address(world) {
        people(world);
        let dashboard = world.dashboard();
        let find = |typed: &str| ids(&dashboard.post("/v1/alumni/search", &json!({ "search": typed })).is(200).body());
        assert_eq!(find("山田"), ["1"]);
        assert_eq!(find("やま"), ["1"]);
        assert_eq!(find("ﾔﾏﾀﾞ"), ["1"]);
        assert_eq!(find("aberg k"), ["3"]);
        assert_eq!(find("ohare"), ["5"]);
        assert_eq!(find("O’Hare"), ["5"]);
        assert_eq!(find("p4@exam"), ["4"]);
        assert_eq!(find("k").len(), 5);
        assert_eq!(find("p9@example.com"), Vec::<String>::new());
        let page = dashboard.post("/v1/alumni/search", &json!({ "search": "k", "limit": 2, "sort": "name", "department": "IT" })).is(200).body();
        assert_eq!(ids(&page), ["3", "5"]);
        let rest = json!({ "search": "k", "limit": 2, "sort": "name", "department": "IT", "after": page["next"] });
        assert_eq!(ids(&dashboard.post("/v1/alumni/search", &rest).is(200).body()), ["4"]);
        assert_eq!(dashboard.post("/v1/alumni/search", &json!({ "search": "—" })).is(422).faults(), [("/search".to_owned(), "malformed_value".to_owned())]);
        assert_eq!(dashboard.post("/v1/alumni/search", &json!({ "name": "k" })).is(422).faults(), [("/name".to_owned(), "unknown_member".to_owned())]);
    }

    fn restricted_reasons_and_ratings_need_a_scope(world) {
        people(world);
        let (dashboard, office) = (world.dashboard(), world.office());
        let of_two = |body: &Value| body["data"].as_array().unwrap().iter().find(|a| a["employee_number"] == "2").unwrap().clone();
        let seen = of_two(&dashboard.get("/v1/alumni").body());
        assert_eq!(seen["latest_departure"]["reason"], json!({ "value": "withheld", "source_value": null }));
        let path = format!("/v1/alumni/{}", seen["id"].as_str().unwrap());
        let full = dashboard.get(&path).body();
        assert_eq!(full["employments"][0]["withheld"], json!(["evaluation"]));
        assert_eq!(full["employments"][0].get("evaluation"), None);
        assert!(!dashboard.get("/v1/departures/hr/2").is(200).text.contains("raw health"));
        assert!(!dashboard.get(&format!("{path}/departures")).is(200).text.contains("health"));
        let answer = dashboard.get("/v1/alumni?reason=health").is(422);
        assert_eq!(answer.faults(), [("/reason".to_owned(), "insufficient_scope".to_owned())]);
        assert_eq!(dashboard.get("/v1/departures?reason=misconduct").is(422).faults()[0].1, "insufficient_scope");
        let seen = of_two(&office.get("/v1/alumni?reason=health").is(200).body());
        assert_eq!(seen["latest_departure"]["reason"]["source_value"], "raw health");
        assert_eq!(office.get(&path).body()["employments"][0]["evaluation"]["rating"], 0.67);

        let query = "query($id: ID!) { alumnus(id: $id) { employments { evaluation { rating } department } departures { reason { value } } } }";
        let denied = dashboard.graphql(query, &json!({ "id": seen["id"] })).is(200).body();
        assert_eq!(denied["errors"][0]["extensions"]["code"], "insufficient_scope");
        assert_eq!(denied["errors"][0]["path"], json!(["alumnus", "employments", 0, "evaluation"]));
        assert_eq!(denied["data"]["alumnus"]["employments"][0], json!({ "evaluation": null, "department": "Sales" }));
        assert_eq!(denied["data"]["alumnus"]["departures"][0]["reason"]["value"], "WITHHELD");
        assert_eq!(office.data(query, &json!({ "id": seen["id"] }))["alumnus"]["employments"][0]["evaluation"]["rating"], 0.67);
    }

    fn the_offices_word_outlives_imports_until_it_is_taken_back(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let path = format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap());
        let edit = json!({ "emails": ["New@Example.org"], "preferred_name": { "given": "Kai" } });
        let edited = office.json("PATCH", &path, &edit).is(200).body();
        assert_eq!(edited["emails"], json!(["new@example.org"]));
        assert_eq!(world.events().last().unwrap(), "alumnus.edited");
        let events = world.events().len();
        let _ = office.json("PATCH", &path, &edit).is(200);
        assert_eq!(world.events().len(), events, "an edit that says nothing new writes nothing");
        let mut record = leaver("1", "2020-03-31");
        record["emails"] = json!(["hr@example.com"]);
        record["phones"] = json!(["+1 617 555 0100"]);
        assert_eq!(hris.put("hr", &record).body()["outcome"], "updated");
        let person = office.get(&path).body();
        assert_eq!((&person["emails"], &person["phones"]), (&json!(["new@example.org"]), &json!(["+1 617 555 0100"])));
        assert!(person["names"].as_array().unwrap().iter().any(|n| n["kind"] == "preferred" && n["given"] == "Kai"));
        assert_eq!(ids(&office.post("/v1/alumni/search", &json!({ "search": "kai" })).body()), ["1"]);
        // What does not show finds nobody.
        let find = |typed: &str| ids(&office.post("/v1/alumni/search", &json!({ "search": typed })).body());
        assert_eq!((find("hr@example.com"), find("new@example.org")), (vec![], vec!["1".to_owned()]));
        let _ = office.json("PATCH", &path, &json!({ "emails": null, "phones": [] })).is(200);
        assert_eq!((find("hr@example.com"), find("new@example.org")), (vec!["1".to_owned()], vec![]));
        let person = office.get(&path).body();
        assert_eq!((&person["emails"], &person["phones"]), (&json!(["hr@example.com"]), &json!([])));
        let wrong = office.json("PATCH", &path, &json!({ "emails": ["x"], "names": [], "preferred_name": {} })).is(422);
        let found: Vec<String> = wrong.faults().into_iter().map(|f| f.0).collect();
        assert_eq!(found, ["/emails/0", "/preferred_name/family", "/names"]);
        let by_graphql = office.data(
            "mutation($input: EditAlumnusInput!) { editAlumnus(input: $input) { alumnus { phones emails } } }",
            &json!({ "input": { "id": created["alumnus_id"], "edit": { "phones": null, "emails": [] } } }),
        );
        assert_eq!(by_graphql["editAlumnus"]["alumnus"], json!({ "phones": ["+1 617 555 0100"], "emails": [] }));
    }

    fn who_has_died_is_not_to_be_reached(world) {
        let (hris, office) = (world.hris(), world.office());
        let mut record = leaver("1", "2020-03-31");
        record["departure"]["separation_type"] = json!({ "value": "death" });
        record["phones"] = json!(["+1 617 555 0100"]);
        let created = hris.put("hr", &record).is(201).body();
        let person = office.get(&format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap())).body();
        assert_eq!((&person["deceased"], &person["emails"], &person["phones"]), (&json!(true), &json!([]), &json!([])));
        assert!(world.events().contains(&"alumnus.deceased".to_owned()));
        assert_eq!(ids(&office.post("/v1/alumni/search", &json!({ "search": "p1@example.com" })).body()), Vec::<String>::new());
        assert_eq!(ids(&office.post("/v1/alumni/search", &json!({ "search": "ito" })).body()), ["1"]);
    }

    fn as_of_a_day_shows_the_world_as_it_was(world) {
        people(world);
        let office = world.office();
        assert_eq!(ids(&office.get("/v1/alumni?as_of=2019-04-01&sort=ended_on").body()), ["1", "2"]);
        assert_eq!(ids(&office.get("/v1/alumni?as_of=2019-03-31&sort=ended_on").body()), ["1"], "in effect the day after");
        assert_eq!(ids(&office.get("/v1/alumni?as_of=2019-04-01&status=returned").body()), Vec::<String>::new());
        let id = office.get("/v1/alumni?status=returned").body()["data"][0]["id"].as_str().unwrap().to_owned();
        let on = |day: &str| office.get(&format!("/v1/alumni/{id}?as_of={day}")).is(200).body();
        let before = on("2016-01-01");
        assert_eq!((&before["status"], before["employments"].as_array().unwrap().len()), (&json!("employed"), 1));
        assert_eq!(before["employments"][0]["departure"], Value::Null);
        assert_eq!(on("2019-01-01")["status"], "away");
        let after = on("2021-04-01");
        assert_eq!((&after["status"], after["employments"].as_array().unwrap().len()), (&json!("returned"), 2));
        let by_graphql = office.data("query($id: ID!) { alumnus(id: $id, asOf: \"2019-01-01\") { status employments { hiredOn } } }", &json!({ "id": id }));
        assert_eq!(by_graphql["alumnus"], json!({ "status": "AWAY", "employments": [{ "hiredOn": "2015-04-01" }] }));
    }

    fn as_known_at_a_moment_shows_what_was_known_then(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        world.it_is("2026-11-23T00:00:00Z");
        let mut changed = leaver("1", "2020-04-30");
        changed["names"][0]["family"] = json!("Sato");
        changed["employment"]["department"] = json!("IT");
        let _ = hris.put("hr", &changed).is(200);
        world.it_is("2026-11-24T00:00:00Z");
        let _ = hris.put("hr", &employee("1")).is(200);
        world.it_is("2026-11-25T00:00:00Z");
        let path = format!("/v1/alumni/{}", created["alumnus_id"].as_str().unwrap());
        let known = |at: &str| office.get(&format!("{path}?known_at={at}")).is(200).body();
        let first = known("2026-11-22T12:00:00Z");
        assert_eq!((&first["latest_departure"]["employment_ended_on"], &first["names"][0]["family"]), (&json!("2020-03-31"), &json!("Ito")));
        let second = known("2026-11-23T12:00:00Z");
        assert_eq!((&second["latest_departure"]["employment_ended_on"], &second["names"][0]["family"]), (&json!("2020-04-30"), &json!("Sato")));
        assert_eq!(known("2026-11-24T12:00:00Z")["status"], "employed");
        office.get(&format!("{path}?known_at=2026-11-22T00:00:00Z")).is(404).says("not_found");
        office.get(&format!("{path}?known_at=2027-01-01T00:00:00Z")).is(422).says("invalid");
        let list = |query: &str| office.get(&format!("/v1/alumni?{query}")).is(200).body()["data"].as_array().unwrap().len();
        assert_eq!(list("known_at=2026-11-22T12:00:00Z&department=Sales"), 1);
        assert_eq!(list("known_at=2026-11-23T12:00:00Z&department=Sales"), 0);
        assert_eq!(list("known_at=2026-11-23T12:00:00Z&department=IT"), 1);
        assert_eq!(list(""), 0);
        let periods = office.get(&format!("{path}/employments?known_at=2026-11-22T12:00:00Z&as_of=2020-04-01")).is(200).body();
        assert_eq!(periods["data"][0]["departure"]["employment_ended_on"], "2020-03-31");
    }

    fn connections_go_both_ways_and_count(world) {
        people(world);
        let dashboard = world.dashboard();
        let query = "query($first: Int, $after: String, $last: Int, $before: String) { alumni(first: $first, after: $after, last: $last, before: $before, orderBy: { field: NAME, direction: ASC }) { totalCount edges { cursor node { employeeNumber } } nodes { employeeNumber } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let numbers = |page: &Value| page["alumni"]["nodes"].as_array().unwrap().iter().map(|n| n["employeeNumber"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let first = dashboard.data(query, &json!({ "first": 2 }));
        assert_eq!((numbers(&first), &first["alumni"]["totalCount"]), (vec!["3".into(), "5".into()], &json!(5)));
        assert_eq!((&first["alumni"]["pageInfo"]["hasNextPage"], &first["alumni"]["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(false)));
        let second = dashboard.data(query, &json!({ "first": 2, "after": first["alumni"]["pageInfo"]["endCursor"] }));
        assert_eq!(numbers(&second), ["4", "2"]);
        assert_eq!(second["alumni"]["pageInfo"]["hasPreviousPage"], true);
        let back = dashboard.data(query, &json!({ "last": 2, "before": second["alumni"]["pageInfo"]["startCursor"] }));
        assert_eq!((numbers(&back), &back["alumni"]["pageInfo"]["hasPreviousPage"]), (vec!["3".into(), "5".into()], &json!(false)));
        let last = dashboard.data(query, &json!({ "last": 2 }));
        assert_eq!(numbers(&last), ["2", "1"]);
        for wrong in [json!({}), json!({ "first": 1, "last": 1 }), json!({ "first": 101 }), json!({ "first": 0 }), json!({ "last": -1 })] {
            assert_eq!(dashboard.graphql(query, &wrong).body()["errors"][0]["extensions"]["code"], "invalid", "{wrong}");
        }
        let filtered = dashboard.data("{ alumni(first: 5, filter: { search: \"やまだ\", status: RETURNED }) { totalCount nodes { displayName returnedOn latestDeparture { employmentEndedOn } } } }", &json!({}));
        assert_eq!(filtered["alumni"]["nodes"], json!([{ "displayName": "山田 K", "returnedOn": "2021-04-01", "latestDeparture": { "employmentEndedOn": "2018-03-31" } }]));
    }

    fn anything_is_found_by_its_id(world) {
        let (hris, office) = (world.hris(), world.office());
        let created = hris.put("hr", &leaver("1", "2020-03-31")).is(201).body();
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Alumnus { displayName } ... on Employment { hiredOn alumnus { id } } ... on Departure { status versions { version } } } }";
        let variables = json!({ "ids": [created["departure_id"], "alm_nobody", created["alumnus_id"], created["employment_id"]] });
        let nodes = office.data(query, &variables)["nodes"].clone();
        assert_eq!(nodes[0], json!({ "__typename": "Departure", "id": created["departure_id"], "status": "EFFECTIVE", "versions": [{ "version": 1 }] }));
        assert_eq!(nodes[1], Value::Null);
        assert_eq!(nodes[2]["displayName"], format!("{} Ito", given_name("1")));
        assert_eq!(nodes[3]["alumnus"]["id"], created["alumnus_id"]);
        let one = office.data("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": created["employment_id"] }));
        assert_eq!(one["node"]["id"], created["employment_id"]);
        assert_eq!(world.other_tenant().data(query, &variables)["nodes"], json!([null, null, null, null]));
    }

    fn names_that_were_not_theirs_on_the_day_do_not_show(world) {
        let hris = world.hris();
        let mut record = leaver("1", "2020-03-31");
        record["names"] = json!([
            { "kind": "legal", "family": "Sato", "given": "Hana", "valid_from": "2018-06-01" },
            { "kind": "former_legal", "family": "Ito", "given": "Hana", "valid_to": "2018-05-31" },
        ]);
        let created = hris.put("hr", &record).is(201).body();
        let names = |day: &str| world.office().get(&format!("/v1/alumni/{}?as_of={day}", created["alumnus_id"].as_str().unwrap())).body()["names"].clone();
        assert_eq!(names("2018-05-31")[0]["family"], "Ito");
        assert_eq!(names("2018-06-01")[0]["family"], "Sato");
    }
}
