//! W6: activities in, one by one and in batches, beside the bare inserts. W3: a dashboard over them, beside the kept counters by
//! SQL alone. What was loaded beforehand is loaded the hard way: in random order, a part of it twice, a part of it taken back,
//! the service killed in the middle; and then everything is counted anew.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use furusu_domain::time::{Clock, Moment};
use serde_json::{Value, json};

use crate::Res;
use crate::drive::Job;
use crate::http::Connection;
use crate::people::People;
use crate::report::{Report, talk};
use crate::service::{Service, Site};
use crate::workloads::{Ask, Bench};

/// The most activities in a batch.
pub(crate) const BATCH: usize = 1_000;

/// Kinds of activities, by which way they come, and how many of a hundred are so.
pub(crate) const KINDS: [(&str, &str, usize); 8] = [
    ("newsletter_opened", "email", 45),
    ("link_clicked", "email", 18),
    ("event_attended", "in_person", 12),
    ("event_rsvp", "web", 10),
    ("survey_answered", "web", 6),
    ("community_post", "app", 5),
    ("mentoring_session", "in_person", 3),
    ("referral_made", "web", 1),
];

/// One batch of so many is sent again, and one activity of so many is taken back.
const SENT_AGAIN: usize = 20;
const TAKEN_BACK: usize = 100;

/// The days over which activities are spread.
const DAYS: u64 = 730;

const MINUTE: i64 = 60;

/// What a dashboard asks: twelve months by kind, who was active, the fifty most engaged, the funnel.
const DASHBOARD: &str = "{ \
     perMonth: metric(id: \"activities.count\", window: { every: MONTH }, by: [KIND]) { totals { from value } cells { from value group { key } } } \
     active: metric(id: \"engaged.count\") { total { value } } \
     funnel: metric(id: \"engagement.funnel\") { cells { numerator value group { key } } } \
     top: alumni(first: 50, orderBy: { field: ENGAGEMENT_SCORE, direction: DESC }) { nodes { id displayName engagement { level activityCount lastActivityAt } } } }";

const fn mix(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

/// Activity `n`: whose it is, what it is, when it happened.
pub(crate) struct Activity {
    pub(crate) n: u64,
    pub(crate) whose: usize,
    pub(crate) kind: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) at: Moment,
}

impl Activity {
    pub(crate) fn of(n: u64, people: usize, until: Moment) -> Self {
        let lot = mix(n.wrapping_add(0x9E37_79B9_7F4A_7C15));
        let mut left = usize::try_from(lot % 100).unwrap_or(0);
        let mut found = KINDS[0];
        for kind in KINDS {
            found = kind;
            if left < kind.2 {
                break;
            }
            left -= kind.2;
        }
        // Few do most of it.
        let whose = mix(lot) as usize % people.min(1 + mix(lot ^ 7) as usize % people);
        let minutes = i64::try_from(mix(lot ^ 3) % (DAYS * 1_440)).unwrap_or(0);
        Self { n, whose, kind: found.0, channel: found.1, at: until.plus_seconds(-minutes * MINUTE) }
    }

    fn record(&self, people: &People) -> Value {
        json!({
            "external_id": format!("{}", self.n), "alumnus_id": people.all[self.whose].id, "kind": self.kind, "channel": self.channel,
            "occurred_at": self.at,
        })
    }
}

fn batch(service: &Service, records: &[Value]) -> Vec<u8> {
    service.post("/v1/activities/batch", &json!({ "source": "bench", "records": records }).to_string())
}

/// The outcomes of a batch are all among these.
fn are_all(body: &[u8], outcomes: &[&str]) -> Res<()> {
    let answer: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let wrong = answer["results"]
        .as_array()
        .and_then(|all| all.iter().find(|result| !outcomes.contains(&result["outcome"].as_str().unwrap_or_default())).cloned());
    match (answer["results"].is_array(), wrong) {
        (true, None) => Ok(()),
        (_, wrong) => {
            Err(format!("activities came to nothing: {}", wrong.unwrap_or(answer).to_string().chars().take(600).collect::<String>()))
        }
    }
}

/// Sends parts, each made when its turn comes, over several connections; those that the service did not answer are left over.
fn send(
    service: &Service,
    parts: &[usize],
    connections: usize,
    make: &(dyn Fn(usize) -> Vec<u8> + Sync),
    outcomes: &[&str],
    kill_after: Option<usize>,
) -> Res<Vec<usize>> {
    let (next, done, is_over) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let (left, failure) = (Mutex::new(Vec::new()), Mutex::new(None::<String>));
    let work = || {
        let mut connection = Connection::open(service.address).ok();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer = connection.as_mut().filter(|_| !is_over.load(Ordering::Relaxed)).map(|connection| {
                let request = make(*part);
                connection.ask(&request).map(|(_, body)| body.to_vec())
            });
            match answer {
                Some(Ok(body)) => {
                    if let Err(why) = are_all(&body, outcomes) {
                        failure.lock().map(|mut failure| *failure = Some(why)).ok();
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
                Some(Err(_)) | None => {
                    is_over.store(true, Ordering::Relaxed);
                    left.lock().map(|mut left| left.push(*part)).ok();
                }
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        if let Some(kill_after) = kill_after {
            while done.load(Ordering::Relaxed) < kill_after && !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::sleep(Duration::from_millis(1));
            }
            service.kill();
        }
    });
    match failure.into_inner().unwrap_or_default() {
        Some(why) => Err(why),
        None => Ok(left.into_inner().unwrap_or_default()),
    }
}

/// Loads so many activities the hard way, and has everything counted anew. Gives what there is to say of it.
pub(crate) fn load(site: &Site, people: &People, activities: u64, connections: usize) -> Res<String> {
    let until = Clock::system().now().plus_seconds(-MINUTE);
    let batches = usize::try_from(activities).map_err(|e| e.to_string())?.div_ceil(BATCH);
    // Any step that shares no factor with their number comes by all of them, in an order that is none.
    let step = (batches as u64 * BATCH as u64 / 2 + 1..).find(|step| gcd(*step, activities) == 1).unwrap_or(1);
    let nth = |place: u64| (place as u128 * step as u128 % activities as u128) as u64;
    let places = |part: usize| (part * BATCH) as u64..((part + 1) * BATCH) as u64;
    let records = |part: usize| -> Vec<Value> {
        let ones = places(part).filter(|place| *place < activities).map(|place| Activity::of(nth(place), people.all.len(), until));
        ones.map(|one| one.record(people)).collect()
    };
    let mut order: Vec<usize> = (0..batches).collect();
    order.extend((0..batches).step_by(SENT_AGAIN));
    order.sort_by_key(|part| mix(*part as u64));
    let began = Instant::now();
    let told = ["created", "unchanged"];
    let left = {
        let service = site.start_for(ENGAGEMENT)?;
        send(&service, &order, connections, &|part| batch(&service, &records(part)), &told, Some(order.len() / 2))?
    };
    let service = site.start_for(ENGAGEMENT)?;
    let lost = send(&service, &left, connections, &|part| batch(&service, &records(part)), &told, None)?;
    if !lost.is_empty() {
        return Err("the service went away a second time".to_owned());
    }
    let seconds = began.elapsed().as_secs_f64();
    let back: Vec<u64> = (0..activities).step_by(TAKEN_BACK).collect();
    let parts: Vec<usize> = (0..back.len().div_ceil(BATCH)).collect();
    let retractions = |part: usize| -> Vec<Value> {
        let of = back.iter().skip(part * BATCH).take(BATCH);
        of.map(|n| json!({ "external_id": n.to_string(), "retracted": true })).collect()
    };
    send(&service, &parts, connections, &|part| batch(&service, &retractions(part)), &["retracted"], None)?;
    let began_to_count = Instant::now();
    let verified = site.get(&["rollups", "verify"])?;
    let counted = began_to_count.elapsed().as_secs_f64();
    if verified["differences"].as_array().is_none_or(|differences| !differences.is_empty()) {
        return Err(format!("the books are not right: {verified}"));
    }
    let sent = order.len() * BATCH;
    let line = format!(
        "{activities} activities in random order, one batch in {SENT_AGAIN} twice, the service killed in the middle, one in {TAKEN_BACK} taken back: \
         {:.0}/s over {connections} connections; counted anew in {counted:.0} s, no difference",
        sent as f64 / seconds
    );
    talk(&line);
    Ok(line)
}

/// What a token may do that sends activities and reads figures.
pub(crate) const ENGAGEMENT: &str = "alumni:read engagement:read engagement:write analytics:read";

const fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Bench<'_> {
    /// W6: activities, one by one and in batches.
    pub(crate) fn record(&self, report: &mut Report) -> Res<()> {
        let until = Clock::system().now().plus_seconds(-MINUTE);
        // Ids that no other activity has.
        let next = AtomicUsize::new(1 << 40);
        let one = || Activity::of(next.fetch_add(1, Ordering::Relaxed) as u64, self.people.all.len(), until);
        let single = |_: usize| -> Res<Job<'_>> {
            let mut connection = Connection::open(self.service.address)?;
            let one = &one;
            Ok(Box::new(move |_| {
                let body = json!({ "source": "bench", "record": one().record(self.people) }).to_string();
                match connection.ask(&self.service.post("/v1/activities", &body))? {
                    (201, _) => Ok(()),
                    (status, body) => Err(format!("status {status}: {}", String::from_utf8_lossy(body))),
                }
            }))
        };
        self.bare.settle()?;
        let (furusu, sql) = self.driver.by_turns(&|| self.bare.settle(), &single, &|n| self.bare.insert(n, 1))?;
        report.pair("W6 one activity, durable, REST", &furusu, "W6 bare SQL: one row", &sql);
        let many = |_: usize| -> Res<Job<'_>> {
            let mut connection = Connection::open(self.service.address)?;
            let one = &one;
            Ok(Box::new(move |_| {
                let records: Vec<Value> = (0..BATCH).map(|_| one().record(self.people)).collect();
                let (_, body) = connection.ask(&batch(self.service, &records))?;
                are_all(body, &["created"])
            }))
        };
        let (furusu, sql) = self.driver.by_turns(&|| self.bare.settle(), &many, &|n| self.bare.insert(n, BATCH))?;
        report.pair(&format!("W6 batch of {BATCH} activities, REST"), &furusu, &format!("W6 bare SQL: {BATCH} rows"), &sql);
        Ok(())
    }

    /// W3: a dashboard.
    pub(crate) fn dashboard(&self, report: &mut Report) -> Res<()> {
        self.bare.settle()?;
        let mut connection = Connection::open(self.service.address)?;
        let request = self.graphql(DASHBOARD, &json!({}));
        // Whoever is to be counted anew is counted first.
        for _ in 0..200 {
            let (_, body) = connection.ask(&self.graphql("{ metric(id: \"alumni.count\") { asOf } }", &json!({})))?;
            let answer: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
            let as_of: Option<Moment> = answer["data"]["metric"]["asOf"].as_str().and_then(|text| text.parse().ok());
            if as_of.is_some_and(|at| Clock::system().now().seconds() - at.seconds() < 5) {
                break;
            }
            thread::sleep(Duration::from_millis(500));
        }
        let is_whole = |answer: &Value| {
            let data = &answer["data"];
            let long = |list: &Value, least: usize| list.as_array().is_some_and(|all| all.len() >= least);
            long(&data["perMonth"]["totals"], 12)
                && long(&data["perMonth"]["cells"], 12 * 7)
                && long(&data["top"]["nodes"], 50)
                && data["active"]["total"]["value"].as_f64() > Some(0.0)
        };
        let ask = Ask::new(&mut connection, request, is_whole)?;
        let before = statements(&mut connection, self.service)?;
        ask.again(&mut connection)?;
        let statements = statements(&mut connection, self.service)? - before;
        let rows = self.bare.rows_read()?;
        let asks = [ask];
        let (furusu, sql) = self.driver.by_turns(&|| Ok(()), &|_| self.any(&asks), &|_| self.bare.counters())?;
        report.pair("W3 dashboard, GraphQL", &furusu, "W3 bare SQL: kept counters", &sql);
        report.line(format!("W3 takes {statements} statements"));
        if let Some(before) = rows {
            thread::sleep(Duration::from_secs(2));
            let after = self.bare.rows_read()?.unwrap_or(before);
            let both = furusu.requests() + sql.requests();
            report.line(format!("W3 and its bare SQL read {:.0} rows a request between them", (after - before) as f64 / both as f64 * 2.0));
        }
        Ok(())
    }
}

/// How many statements the service has sent so far.
fn statements(connection: &mut Connection, service: &Service) -> Res<i64> {
    let (_, body) = connection.ask(&service.get("/metrics"))?;
    let text = String::from_utf8_lossy(body);
    let line = text.lines().find_map(|line| line.strip_prefix("furusu_sql_statements_total "));
    line.and_then(|count| count.trim().parse::<f64>().ok()).map(|count| count as i64).ok_or_else(|| "no count of statements".to_owned())
}
