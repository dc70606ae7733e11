//! Who is in the benchmark: the demonstration's people, as many as are wanted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use furusu_api::demo::people::person;
use furusu_domain::id::{AlumnusId, EmploymentId};
use furusu_domain::time::{Clock, Date, Zone};
use serde_json::{Value, json};

use crate::Res;
use crate::http::Connection;
use crate::service::Service;

/// What the people are made from.
const SEED: u64 = 20_260_401;

/// The most records in a batch.
pub(crate) const BATCH: usize = 1_000;

/// The HR system the records come from.
pub(crate) const SOURCE: &str = "hris";

/// A person who has been loaded. A million of them with their records are gigabytes: what is said of them is made up again
/// when it is wanted.
pub(crate) struct Person {
    pub(crate) id: AlumnusId,
    /// How many employment periods they have.
    pub(crate) periods: usize,
    /// Their latest period, and which of their records speaks of it.
    latest: (EmploymentId, usize),
    /// Which of the people made up they are, and on which day.
    made: (u64, Date),
}

impl Person {
    /// The latest record of them.
    pub(crate) fn record(&self) -> Value {
        let (n, today) = self.made;
        person(SEED, n, today.civil()).swap_remove(self.latest.1)
    }

    /// Whether that says that they left.
    pub(crate) fn has_left(&self) -> bool {
        self.record().get("departure").is_some_and(|left| !left.is_null())
    }
}

/// Records of as many people, each of another person, to be sent again.
pub(crate) struct Slice<'a>(Vec<&'a Person>);

/// Everybody who has been loaded.
pub(crate) struct People {
    pub(crate) all: Vec<Person>,
    pub(crate) today: Date,
}

/// How the loading went.
pub(crate) struct Loaded {
    pub(crate) records: usize,
    pub(crate) seconds: f64,
}

impl People {
    /// Makes people up and loads them, so many batches at once; all records of a person are in one.
    pub(crate) fn load(service: &Service, people: u64, connections: usize) -> Res<(Self, Loaded)> {
        let utc: Zone = "UTC".parse().map_err(|_| "UTC is not known".to_owned())?;
        let today = utc.date_at(Clock::system().now());
        let mut batches: Vec<Vec<u8>> = Vec::new();
        let mut part: Vec<Value> = Vec::new();
        // Of each record, whose it is, and which of theirs.
        let mut made: Vec<(u64, usize)> = Vec::new();
        for n in 0..people {
            let records = person(SEED, n, today.civil());
            if part.len() + records.len() > BATCH {
                batches.push(request(service, &std::mem::take(&mut part)));
            }
            made.extend((0..records.len()).map(|k| (n, k)));
            part.extend(records);
        }
        batches.push(request(service, &part));
        let began = Instant::now();
        let ended = send(service, &batches, connections)?;
        let seconds = began.elapsed().as_secs_f64();
        drop(batches);
        let loaded = Loaded { records: ended.len(), seconds };
        if ended.len() != made.len() {
            return Err(format!("{} of {} records were loaded", ended.len(), made.len()));
        }
        let mut all: BTreeMap<AlumnusId, Person> = BTreeMap::new();
        for (ids, (n, k)) in ended.into_iter().zip(made) {
            // Among so many made-up people some resemble others so well that they wait for somebody to decide.
            if let Some((id, employment)) = ids {
                let person = all.entry(id).or_insert(Person { id, periods: 0, latest: (employment, k), made: (n, today) });
                person.periods += 1;
                (person.latest, person.made) = ((employment, k), (n, today));
            }
        }
        let all: Vec<Person> = all.into_values().collect();
        if all.is_empty() { Err("nobody was loaded".to_owned()) } else { Ok((Self { all, today }, loaded)) }
    }

    /// Parts of the people that have nobody in common, one for each connection.
    pub(crate) fn slices(&self, connections: usize) -> Vec<Slice<'_>> {
        let size = (self.all.len() / connections).clamp(1, BATCH);
        self.all.chunks(size).take(connections).map(|part| Slice(part.iter().collect())).collect()
    }
}

impl Slice<'_> {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The employment periods the records speak of.
    pub(crate) fn periods(&self) -> Vec<EmploymentId> {
        self.0.iter().map(|person| person.latest.0).collect()
    }

    /// The ids of the people in their source.
    pub(crate) fn external_ids(&self) -> Vec<String> {
        self.0.iter().filter_map(|person| person.record()["external_id"].as_str().map(str::to_owned)).collect()
    }

    /// A batch of the latest records, each with this job title and, of those who left, this reason.
    pub(crate) fn batch(&self, service: &Service, job_title: &str, reason: &str) -> Vec<u8> {
        let change = |person: &&Person| {
            let mut record = person.record();
            record["employment"]["job_title"] = json!(job_title);
            if let Some(departure) = record.get_mut("departure") {
                departure["reason"] = json!({ "value": reason, "source_value": reason });
            }
            record
        };
        let records: Vec<Value> = self.0.iter().map(change).collect();
        request(service, &records)
    }
}

/// What became of a record: whose it is and which period, or nothing, if it is held.
type Ended = Option<(AlumnusId, EmploymentId)>;

/// Sends the batches, the earliest first, over so many connections; what became of each record, in the order of the records.
fn send(service: &Service, batches: &[Vec<u8>], connections: usize) -> Res<Vec<Ended>> {
    let next = AtomicUsize::new(0);
    let work = || -> Res<Vec<(usize, Vec<Ended>)>> {
        let mut connection = Connection::open(service.address)?;
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(n) else { return Ok(done) };
            let (status, body) = loop {
                let (status, body) = connection.ask(batch)?;
                // Every connection to the database is busy: SQLite writes one batch at a time, and others wait for it.
                if status != 503 {
                    break (status, body.to_vec());
                }
            };
            done.push((n, ends(status, &body, &["created"])?));
        }
    };
    let mut done = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| worker.join().map_err(|_| "a worker panicked".to_owned())?);
        ended.collect::<Res<Vec<_>>>().map(|parts| parts.into_iter().flatten().collect::<Vec<_>>())
    })?;
    done.sort_by_key(|(n, _)| *n);
    Ok(done.into_iter().flat_map(|(_, ended)| ended).collect())
}

fn request(service: &Service, records: &[Value]) -> Vec<u8> {
    service.post("/v1/departures/batch", &json!({ "source": SOURCE, "records": records }).to_string())
}

/// Whom the records of a batch speak of, if each came to one of the expected ends.
pub(crate) fn outcomes(status: u16, body: &[u8], expected: &[&str]) -> Res<Vec<(AlumnusId, EmploymentId)>> {
    let held = || "a record was held".to_owned();
    ends(status, body, expected)?.into_iter().map(|end| end.ok_or_else(held)).collect()
}

/// The same, also of records that are held.
fn ends(status: u16, body: &[u8], expected: &[&str]) -> Res<Vec<Ended>> {
    let answer: Value = serde_json::from_slice(body).map_err(|e| format!("status {status}: {e}"))?;
    let results = answer["results"].as_array().filter(|_| status == 200).ok_or_else(|| format!("status {status}: {answer}"))?;
    let read = |result: &Value| {
        let known = expected.is_empty() || expected.iter().any(|word| result["outcome"] == *word);
        let id = |name: &str| result[name].as_str().filter(|_| known);
        let ids = id("alumnus_id").and_then(|a| a.parse().ok()).zip(id("employment_id").and_then(|e| e.parse().ok()));
        if result["outcome"] == "held" {
            return Ok(None);
        }
        ids.map(Some).ok_or_else(|| format!("{expected:?} was expected: {result}"))
    };
    results.iter().map(read).collect()
}
