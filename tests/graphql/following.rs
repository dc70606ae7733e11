//! Following what happens, by WebSocket and by server-sent events.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use furusu_domain::event::{Event, Happening};
use furusu_domain::id::{AlumnusId, EventId};
use furusu_tests::on_both;
use furusu_tests::world::{Kind, TTL, World, leaver};
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

use super::leavers;

const FOLLOW: &str = "subscription { alumnusChanged { event at alumnusId alumnus { displayName phones } } }";

/// How long a story waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client that speaks `graphql-transport-ws`.
struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens a connection, with headers of the request.
    fn open(world: &World, protocol: &str, authorization: Option<&str>) -> Self {
        let address = world.url.trim_start_matches("http://");
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        if !protocol.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().expect("a header"));
        }
        if let Some(authorization) = authorization {
            request.headers_mut().insert("authorization", authorization.parse().expect("a header"));
        }
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Self(tungstenite::client(request, stream).expect("a handshake").0)
    }

    /// A connection that is known by its token.
    fn known(world: &World, token: &str) -> Self {
        let mut socket = Self::open(world, "graphql-transport-ws", None);
        socket.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } }));
        assert_eq!(socket.hears(), json!({ "type": "connection_ack" }));
        socket
    }

    fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).expect("it is sent");
    }

    fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } }));
    }

    /// The next message, signs of life apart.
    #[track_caller]
    fn hears(&mut self) -> Value {
        loop {
            match self.0.read().expect("a message") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other @ (Message::Binary(_) | Message::Close(_) | Message::Frame(_)) => panic!("{other:?} came"),
            }
        }
    }

    /// The code with which the connection is closed.
    #[track_caller]
    fn closes(&mut self) -> u16 {
        loop {
            match self.0.read() {
                Ok(Message::Close(Some(frame))) => return frame.code.into(),
                Ok(Message::Close(None)) => return 1005,
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// A token of the organization.
fn token(world: &World, scopes: &str) -> String {
    world.token(world.organization, scopes)
}

fn edit(world: &World, id: &str, phone: &str) {
    let _ = world.office().json("PATCH", &format!("/v1/alumni/{id}"), &json!({ "phones": [phone] })).is(200);
}

/// Server-sent events as they come: the names and the data.
fn events(world: &World, token: &str, body: &Value) -> impl Iterator<Item = (String, Value)> + use<> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_recv_body(Some(PATIENCE)).build().into();
    let request = agent.post(format!("{}/graphql", world.url)).header("authorization", format!("Bearer {token}"));
    let request = request.header("accept", "text/event-stream").header("content-type", "application/json");
    let answer = request.send(body.to_string().as_bytes()).expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream; charset=utf-8");
    let mut lines = BufReader::new(answer.into_body().into_reader()).lines().map_while(Result::ok);
    std::iter::from_fn(move || {
        let (mut name, mut data) = (String::new(), Value::Null);
        loop {
            let line = lines.next()?;
            if let Some(text) = line.strip_prefix("event: ") {
                text.clone_into(&mut name);
            } else if let Some(text) = line.strip_prefix("data: ") {
                data = serde_json::from_str(text).unwrap_or(Value::Null);
            } else if line.is_empty() && !name.is_empty() {
                return Some((name, data));
            }
        }
    })
}

/// Waits until so many listen: a subscription is told of what ends after it began.
fn so_many_listen(world: &World, n: usize) {
    let began = Instant::now();
    while world.app.feed.listeners() < n {
        assert!(began.elapsed() < PATIENCE, "{} listen", world.app.feed.listeners());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What two units of work write at the same time, of which the one that drew its place first ends last.
#[test]
fn what_ends_late_is_told_late_and_is_not_lost() {
    let Some(world) = World::on(Kind::Postgres) else { return };
    let ids: Vec<AlumnusId> = leavers(&world, 2).iter().map(|id| id.parse().expect("an id")).collect();
    let mut socket = Socket::known(&world, &token(&world, "alumni:read"));
    socket.subscribe("1", "subscription { alumnusChanged { alumnusId } }");
    so_many_listen(&world, 1);
    let mut hears = || socket.hears()["payload"]["data"]["alumnusChanged"]["alumnusId"].as_str().expect("an id").to_owned();
    for round in 0..3 {
        let (drawn, is_drawn) = tokio::sync::oneshot::channel::<()>();
        let (end, ends) = tokio::sync::oneshot::channel::<()>();
        let early = event(&world, ids[0]);
        let late = event(&world, ids[1]);
        let (store, now, organization) = (&world.app.store, world.app.clock.now(), world.organization);
        world.wait_for(async {
            let first = store.write(organization, now, async move |tx| {
                tx.outbox().push(vec![early]).await?;
                let _ = drawn.send(());
                let _ = ends.await;
                Ok(())
            });
            let second = async {
                is_drawn.await.expect("it was drawn");
                store.write(organization, now, async move |tx| tx.outbox().push(vec![late]).await).await.expect("it is written");
                assert_eq!(hears(), ids[1].to_string(), "{round}");
                // For two looks, it could be forgotten.
                tokio::time::sleep(Duration::from_millis(2_200)).await;
                end.send(()).expect("it waits");
            };
            let (first, ()) = tokio::join!(first, second);
            first.expect("it is written");
        });
        assert_eq!(hears(), ids[0].to_string(), "{round}");
    }
}

fn event(world: &World, alumnus: AlumnusId) -> Event {
    let now = world.app.clock.now();
    Event { id: EventId::mint(&mut world.app.mint(now)), alumnus, at: now, what: Happening::AlumnusUpdated {} }
}

on_both! {
    fn what_happens_is_told_once_and_in_order_to_those_who_may_see_it(world) {
        let ids = leavers(world, 2);
        let theirs = { let _ = world.other_tenant().put("hr", &leaver("x", "2020-03-31")).is(201); world.token(world.other, "alumni:read") };
        let mut stranger = Socket::known(world, &theirs);
        let mut socket = Socket::known(world, &token(world, "alumni:read"));
        stranger.subscribe("1", FOLLOW);
            socket.subscribe("1", FOLLOW);
        so_many_listen(world, 2);
        socket.say(&json!({ "type": "ping" }));
        assert_eq!(socket.hears()["type"], "pong");
        for n in 0..3 {
            edit(world, &ids[n % 2], &format!("+1 617 555 010{n}"));
        }
        for n in 0..3 {
            let came = socket.hears();
            assert_eq!((&came["type"], &came["id"]), (&json!("next"), &json!("1")), "{came}");
            let change = &came["payload"]["data"]["alumnusChanged"];
            assert_eq!(change["event"], "alumnus.edited", "{came}");
            assert_eq!(change["alumnusId"], ids[n % 2].as_str());
            assert_eq!(change["at"], furusu_tests::world::NOW);
            assert!(change["alumnus"]["displayName"].as_str().unwrap().ends_with("Ito"), "{came}");
        }
        // Nothing is told twice: what comes next is what happens next.
        std::thread::sleep(Duration::from_millis(1_200));
        edit(world, &ids[0], "+1 617 555 0199");
        assert_eq!(socket.hears()["payload"]["data"]["alumnusChanged"]["alumnus"]["phones"], json!(["+1 617 555 0199"]));
        socket.say(&json!({ "type": "complete", "id": "1" }));
        socket.subscribe("1", "{ __typename }");
        assert_eq!(socket.hears()["payload"]["data"]["__typename"], "Query");
        assert_eq!(socket.hears(), json!({ "type": "complete", "id": "1" }));
        // The other tenant has heard nothing of it.
        stranger.subscribe("2", "{ __typename }");
        assert_eq!(stranger.hears()["id"], "2");
    }

    fn queries_and_mutations_run_over_a_socket_too(world) {
        let ids = leavers(world, 1);
        let mut socket = Socket::known(world, &token(world, "alumni:read alumni:write"));
        socket.say(&json!({ "type": "subscribe", "id": "q", "payload": { "query": "query Q($id: ID!) { alumnus(id: $id) { id } }", "operationName": "Q", "variables": { "id": ids[0] }, "extensions": null } }));
        let came = socket.hears();
        assert_eq!((&came["type"], &came["payload"]["data"]["alumnus"]["id"]), (&json!("next"), &json!(ids[0])), "{came}");
        assert!(came["payload"]["extensions"]["cost"].is_object());
        assert_eq!(socket.hears()["type"], "complete");
        socket.subscribe("m", &format!("mutation {{ editAlumnus(input: {{ id: \"{}\", edit: {{ phones: [\"+1 617 555 0101\"] }} }}) {{ alumnus {{ phones }} }} }}", ids[0]));
        assert_eq!(socket.hears()["payload"]["data"]["editAlumnus"]["alumnus"]["phones"], json!(["+1 617 555 0101"]));
        assert_eq!(socket.hears()["type"], "complete");
        for (id, query, code) in [
            ("a", "{", "malformed_document"),
            ("b", "{ nonsense }", "invalid_document"),
            ("c", "{ alumni(first: 100) { nodes { departures { versions { id } } } } }", "too_costly"),
            ("d", "subscription { a: alumnusChanged { id } b: alumnusChanged { id } }", "invalid_document"),
        ] {
            socket.subscribe(id, query);
            let came = socket.hears();
            assert_eq!((&came["type"], &came["id"], &came["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(id), &json!(code)), "{came}");
        }
        let mut denied = Socket::known(world, &token(world, "departures:read"));
        denied.subscribe("1", FOLLOW);
        let came = denied.hears();
        assert_eq!((&came["type"], &came["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("insufficient_scope")), "{came}");
    }

    fn a_socket_is_closed_with_the_code_of_what_was_wrong(world) {
        let good = token(world, "alumni:read");
        let init = json!({ "type": "connection_init", "payload": { "Authorization": good } });
        assert_eq!(Socket::open(world, "", None).closes(), 4406);
        let closes = |messages: &[Value]| {
            let mut socket = Socket::open(world, "graphql-transport-ws", None);
            messages.iter().for_each(|message| socket.say(message));
            socket.closes()
        };
        let subscribe = json!({ "type": "subscribe", "id": "1", "payload": { "query": FOLLOW } });
        assert_eq!(closes(std::slice::from_ref(&subscribe)), 4401);
        assert_eq!(closes(&[json!({ "type": "connection_init" })]), 4403);
        assert_eq!(closes(&[json!({ "type": "connection_init", "payload": { "authorization": "Bearer junk" } })]), 4403);
        assert_eq!(closes(&[init.clone(), init.clone()]), 4429);
        assert_eq!(closes(&[init.clone(), subscribe.clone(), subscribe.clone()]), 4409);
        for wrong in [json!(1), json!({}), json!({ "type": "nonsense" }), json!({ "type": "subscribe", "payload": {} }), json!({ "type": "subscribe", "id": "", "payload": {} }), json!({ "type": "subscribe", "id": "1" }), json!({ "type": "connection_init", "payload": 7 })] {
            assert_eq!(closes(std::slice::from_ref(&wrong)), 4400, "{wrong}");
        }
        let mut socket = Socket::open(world, "graphql-transport-ws", None);
        socket.0.send(Message::binary(vec![1])).expect("it is sent");
        assert_eq!(socket.closes(), 4400);
        // Who it is may stand in the header as well.
        let mut socket = Socket::open(world, "graphql-transport-ws", Some(&format!("Bearer {good}")));
        socket.say(&json!({ "type": "connection_init" }));
        assert_eq!(socket.hears()["type"], "connection_ack");
        // Who says nothing is closed after three seconds.
        assert_eq!(Socket::open(world, "graphql-transport-ws", None).closes(), 4408);
    }

    fn a_connection_has_so_many_operations_and_ends_with_its_token(world) {
        let ids = leavers(world, 1);
        let mut socket = Socket::known(world, &token(world, "alumni:read"));
        for n in 0..21 {
            socket.subscribe(&n.to_string(), "subscription { alumnusChanged { id } }");
        }
        let came = socket.hears();
        assert_eq!((&came["id"], &came["payload"][0]["extensions"]["code"]), (&json!("20"), &json!("too_many_subscriptions")), "{came}");
        so_many_listen(world, 20);
        world.seconds_pass(TTL + 60);
        edit(world, &ids[0], "+1 617 555 0100");
        assert_eq!(socket.closes(), 4403);
    }

    fn events_come_by_server_sent_events_too(world) {
        let ids = leavers(world, 1);
        let good = token(world, "alumni:read");
        let mut stream = events(world, &good, &json!({ "query": "subscription S { alumnusChanged { event alumnusId } }" }));
        so_many_listen(world, 1);
        edit(world, &ids[0], "+1 617 555 0100");
        let (name, data) = stream.next().expect("an event");
        assert_eq!((name.as_str(), &data["data"]), ("next", &json!({ "alumnusChanged": { "event": "alumnus.edited", "alumnusId": ids[0] } })));
        let once = |body: Value| events(world, &good, &body).collect::<Vec<_>>();
        let came = once(json!({ "query": "{ __typename }" }));
        assert_eq!((came.len(), &came[0].1["data"], came[1].0.as_str()), (2, &json!({ "__typename": "Query" }), "complete"));
        let came = once(json!({ "query": "{ nonsense }" }));
        assert_eq!((&came[0].1["errors"][0]["extensions"]["code"], came[1].0.as_str()), (&json!("invalid_document"), "complete"));
        let came = once(json!({ "query": 1 }));
        assert_eq!(came[0].1["errors"][0]["extensions"]["code"], "invalid_request");
        // Where one answer is expected, a subscription is none.
        let answer = world.client("alumni:read").post("/graphql", &json!({ "query": FOLLOW })).is(400).body();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "subscription_not_supported");
    }
}

on_both! {
    fn what_looks_like_a_refusal_is_echoed_as_it_came(world) {
        let mut socket = Socket::known(world, &token(world, "alumni:read"));
        let bytes = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        socket.0.send(Message::Ping(bytes.as_slice().into())).expect("it is sent");
        let heard = loop {
            match socket.0.read().expect("a message") {
                Message::Pong(heard) => break heard,
                Message::Ping(_) | Message::Text(_) => {}
                other @ (Message::Binary(_) | Message::Close(_) | Message::Frame(_)) => panic!("{other:?} came"),
            }
        };
        assert_eq!(heard.as_ref(), bytes);
    }
}

on_both! {
    |settings| settings.requests_per_minute = 5;

    fn each_operation_on_a_socket_counts(world) {
        let mut socket = Socket::known(world, &token(world, "alumni:read"));
        let ran = (0..8).filter(|n| {
            socket.subscribe(&n.to_string(), "{ __typename }");
            let heard = socket.hears();
            if heard["type"] == "error" {
                assert_eq!(heard["payload"][0]["extensions"]["code"], "rate_limited", "{heard}");
                return false;
            }
            assert_eq!(socket.hears()["type"], "complete");
            true
        });
        assert_eq!(ran.count(), 5);
    }

    fn what_somebody_said_of_their_data_is_told_to_those_only_who_may_read_it(world) {
        let ids = leavers(world, 1);
        let what = "subscription { alumnusChanged { event } }";
        let mut dashboard = Socket::known(world, &token(world, "alumni:read"));
        let mut privacy = Socket::known(world, &token(world, "alumni:read privacy:read"));
        dashboard.subscribe("1", what);
        privacy.subscribe("1", what);
        so_many_listen(world, 2);
        let said = json!({ "purpose": "newsletter", "decision": "objected", "channel": "email" });
        let _ = world.client("privacy:write").post(&format!("/v1/alumni/{}/consents", ids[0]), &said).is(201);
        edit(world, &ids[0], "+1 617 555 0100");
        let heard = |socket: &mut Socket| socket.hears()["payload"]["data"]["alumnusChanged"]["event"].clone();
        assert_eq!((heard(&mut privacy), heard(&mut privacy)), (json!("consent.withdrawn"), json!("alumnus.edited")));
        assert_eq!(heard(&mut dashboard), json!("alumnus.edited"));
    }
}

on_both! {
    fn activities_are_told_over_both_transports_whichever_instance_they_come_in_by(world) {
        let beside = world.beside();
        let ids = leavers(world, 1);
        let follow = "subscription { activityRecorded { event activityId alumnusId activity { kind version retractedAt } } }";
        let mut socket = Socket::known(world, &token(world, "engagement:read"));
        socket.subscribe("1", follow);
        let mut told = events(world, &token(world, "engagement:read"), &json!({ "query": follow }));
        // Beyond the wall, and without the scope, nothing of it is told.
        let mut walled = Socket::known(world, &token(world, "engagement:read matching:lookup alumni:read"));
        walled.subscribe("1", follow);
        assert_eq!(walled.hears()["payload"][0]["extensions"]["code"], "insufficient_scope");
        walled.subscribe("2", "subscription { alumnusChanged { event } }");
        so_many_listen(world, 3);
        let keeper = beside.client("engagement:write");
        let send = |record: serde_json::Value| keeper.post("/v1/activities", &json!({ "source": "web", "record": record }));
        let talk = |kind: &str| json!({ "external_id": "1", "alumnus_id": ids[0], "kind": kind, "occurred_at": "2026-11-01T00:00:00Z" });
        let id = send(talk("talk_given")).is(201).body()["activity_id"].clone();
        let first = json!({ "event": "engagement.recorded", "activityId": id, "alumnusId": ids[0], "activity": { "kind": "talk_given", "version": 1, "retractedAt": null } });
        assert_eq!(socket.hears()["payload"]["data"]["activityRecorded"], first);
        assert_eq!(told.next().expect("an event").1["data"]["activityRecorded"], first);
        let _ = send(talk("panel")).is(200);
        let _ = send(talk("panel")).is(200);
        assert_eq!(socket.hears()["payload"]["data"]["activityRecorded"]["event"], "engagement.corrected");
        let _ = send(json!({ "external_id": "1", "retracted": true })).is(200);
        let last = socket.hears();
        let last = &last["payload"]["data"]["activityRecorded"];
        assert_eq!((&last["event"], &last["activity"]["version"]), (&json!("engagement.retracted"), &json!(3)));
        edit(world, &ids[0], "+1 617 555 0199");
        assert_eq!(walled.hears()["payload"]["data"]["alumnusChanged"]["event"], "alumnus.edited", "the first it is told");
    }
}
