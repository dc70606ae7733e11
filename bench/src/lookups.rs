//! W5: was this applicant here before? Answered over REST at once and at a steady pace, beside the bare key query and
//! `pg_trgm` over the same roster; and whether time tells an objection from a stranger.

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, io, process, thread};

use furusu_api::demo::people::records;
use serde_json::{Value, json};

use crate::Res;
use crate::drive::{Dice, Job, percentile};
use crate::http::Connection;
use crate::people::Person;
use crate::report::{Report, talk};
use crate::workloads::Bench;

/// What strangers are made from: nobody of them is in the roster, but for chance.
const STRANGERS: u64 = 7_071_992;

/// How many different applicants are asked about.
const APPLICANTS: usize = 4_000;

/// Requests a second at a steady pace.
const PACE: f64 = 100.0;

/// How many requests are sent at that pace, and how many of them are a window: what befalls the machine for a second counts in
/// one of them.
const STEADY: usize = 6_000;
const WINDOW: usize = 1_000;

/// How often the machine alone is timed at that pace, what it computes each time, about as much as a lookup takes, and how many
/// bytes it keeps: a page of PostgreSQL's log.
const TIMES: usize = 1_500;
const COMPUTED: Duration = Duration::from_millis(2);
const FLUSHED: usize = 8_192;

/// How long nothing is sent before, so that what was left to be written is written.
const REST: Duration = Duration::from_secs(10);

/// How many people object, and as many strangers, whose answers are timed.
const TIMED: usize = 500;

/// How often each of them is asked about.
const ROUNDS: usize = 20;

/// Who objected is told apart by time if chance alone would go as far less often than this, and the medians differ by more
/// than that share: over many answers a difference that nobody could use becomes certain, too.
const TOLD_APART: (f64, f64) = (0.001, 0.01);

/// How often the same is asked, where the median counts.
const REPEATS: usize = 5;

const LOOKUPS: &str = "/v1/returning-applicants/lookups";

/// An applicant as a form has them: three in ten say only a name and a birth date, the others an address or a number too.
fn applicant(record: &Value, n: usize) -> Value {
    let name = &record["names"][0];
    let (family, given) = (name["family"].as_str().unwrap_or_default(), name["given"].as_str().unwrap_or_default());
    let is_japanese = name["family_kana"].is_string();
    let name = match n % 4 {
        0 if is_japanese => json!({ "full": format!("{family}{given}") }),
        1 if is_japanese => json!({ "family_kana": name["family_kana"], "given_kana": name["given_kana"] }),
        2 => json!({ "full": format!("{family} {given}") }),
        _ => json!({ "family": family, "given": given }),
    };
    let mut identifiers = Vec::new();
    if n % 10 >= 3 {
        identifiers.extend(record["emails"][0].as_str().map(|email| json!({ "kind": "email", "value": email })));
    }
    if n % 10 >= 6 {
        identifiers.extend(record["phones"][0].as_str().map(|phone| json!({ "kind": "phone", "value": phone })));
    }
    let mut asked = json!({ "names": [name], "identifiers": identifiers });
    // One in seven forms has no birth date: a common name is all there is.
    if n % 7 != 6 {
        asked["birth_on"] = record["birth_on"].clone();
    }
    asked
}

/// Requests about people of the roster and strangers by turns.
fn requests(bench: &Bench<'_>) -> Vec<Vec<u8>> {
    let here = bench.people.all.iter().step_by((bench.people.all.len() / APPLICANTS * 2).max(1)).map(Person::record);
    let strangers = records(STRANGERS, APPLICANTS as u64 / 2, bench.people.today.civil());
    let both = here.zip(strangers).flat_map(|(one, other)| [one, other]);
    both.enumerate().map(|(n, record)| bench.service.post(LOOKUPS, &applicant(&record, n).to_string())).collect()
}

/// Waits for a moment and begins at once when it comes: a thread that sleeps to it is woken late, by as much as milliseconds
/// on a virtual machine, and that is not the service's time.
fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(Instant::now()).saturating_sub(Duration::from_millis(2)));
    while Instant::now() < due {
        std::hint::spin_loop();
    }
}

fn answered(connection: &mut Connection, request: &[u8]) -> Res<()> {
    let (status, body) = connection.ask(request)?;
    if status == 200 { Ok(()) } else { Err(format!("status {status}: {}", String::from_utf8_lossy(body))) }
}

impl Bench<'_> {
    /// W5: lookups.
    pub(crate) fn look_up(&self, report: &mut Report) -> Res<()> {
        let requests = requests(self);
        self.bare.settle()?;
        let mut connection = Connection::open(self.service.address)?;
        // Every statement is prepared and every page has been read once.
        for request in &requests {
            answered(&mut connection, request)?;
        }
        let furusu = |_: usize| -> Res<Job<'_>> {
            let mut connection = Connection::open(self.service.address)?;
            let requests = &requests;
            Ok(Box::new(move |lot| answered(&mut connection, &requests[lot % requests.len()])))
        };
        let (asked, bare) = self.driver.by_turns(&|| Ok(()), &furusu, &|_| self.bare.keys())?;
        report.pair("W5 lookup, disclosure committed, REST", &asked, "W5 bare SQL: the keys of a person, and who has them", &bare);
        self.one_at_a_time(&requests, report)?;
        self.bare.settle()?;
        machine(report)?;
        self.steady(&requests, report)?;
        self.objections(report)?;
        // Last: what it writes would trouble what is measured after it.
        if let Some(names) = self.bare.has_trigrams(&self.people.all)? {
            let (_, similar) = self.driver.by_turns(&|| Ok(()), &furusu, &|_| self.bare.similar(&names))?;
            report.alone("W5 pg_trgm over the same roster, by name", &similar);
        }
        Ok(())
    }

    /// One after the other, each several times, of which the median counts: how long an answer takes where the machine does
    /// nothing else meanwhile.
    fn one_at_a_time(&self, requests: &[Vec<u8>], report: &mut Report) -> Res<()> {
        let mut connection = Connection::open(self.service.address)?;
        let mut times: Vec<Vec<f64>> = vec![Vec::with_capacity(REPEATS); requests.len()];
        for _ in 0..REPEATS {
            for (request, times) in requests.iter().zip(&mut times) {
                let began = Instant::now();
                answered(&mut connection, request)?;
                times.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
        }
        let medians: Vec<f64> = times.iter().map(|times| median(times)).collect();
        let [p50, _, p99, max] = spread(&medians);
        report.fact("w5_one_at_a_time", json!({ "requests": medians.len(), "p50_ms": p50, "p99_ms": p99, "max_ms": max }));
        report.line(format!(
            "W5 one at a time, {} applicants, the median of {REPEATS} answers about each: p50 {p50:.2} ms, p99 {p99:.2}, most {max:.2}",
            medians.len()
        ));
        Ok(())
    }

    /// At a steady pace, whether answers come or not: how long from when a request was due to its answer.
    fn steady(&self, requests: &[Vec<u8>], report: &mut Report) -> Res<()> {
        thread::sleep(REST);
        // As anybody who comes back: the first of them find a service that is awake.
        let mut connection = Connection::open(self.service.address)?;
        requests.iter().take(200).try_for_each(|request| answered(&mut connection, request))?;
        let next = AtomicUsize::new(0);
        let took = Mutex::new(Vec::with_capacity(STEADY));
        let began = Instant::now() + Duration::from_millis(50);
        let work = || -> Res<()> {
            let mut connection = Connection::open(self.service.address)?;
            let mut mine = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= STEADY {
                    break;
                }
                let due = began + Duration::from_secs_f64(n as f64 / PACE);
                wait_until(due);
                // A prime step, so that neighbours are not asked about one after the other.
                answered(&mut connection, &requests[n * 7_919 % requests.len()])?;
                mine.push((n, due.elapsed()));
            }
            took.lock().map_err(|e| e.to_string())?.extend(mine);
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.driver.connections).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked".to_owned())?)
        })?;
        let mut took = took.into_inner().map_err(|e| e.to_string())?;
        took.sort_unstable();
        let took: Vec<f64> = took.into_iter().map(|(_, took)| took.as_secs_f64() * 1_000.0).collect();
        let [p50, p95, p99, max] = spread(&took);
        let mut windows: Vec<f64> = took.chunks(WINDOW).map(|window| spread(window)[2]).collect();
        windows.sort_by(f64::total_cmp);
        let (seconds, each) = (WINDOW as f64 / PACE, windows.iter().map(|p99| format!("{p99:.2}")).collect::<Vec<_>>().join(", "));
        report.fact(
            "w5_steady",
            json!({ "per_second": PACE, "requests": took.len(), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": max, "p99_ms_of_windows": windows }),
        );
        report.line(format!(
            "W5 at a steady {PACE:.0} lookups/s, {} of them: p50 {p50:.2} ms, p95 {p95:.2}, p99 {p99:.2}, most {max:.2}; p99 of each {seconds:.0} s: {each}",
            took.len()
        ));
        Ok(())
    }

    /// Whether the time of an answer tells who objected from who was never here: as many of each, made by the same generator,
    /// asked about in turn and in an order that changes.
    fn objections(&self, report: &mut Report) -> Res<()> {
        let mut connection = Connection::open(self.service.address)?;
        let said = json!({ "purpose": "returning_applicant_flag", "decision": "objected", "channel": "portal" }).to_string();
        let objectors: Vec<&Person> = self.people.all.iter().rev().filter(|person| person.has_left()).take(TIMED).collect();
        for person in &objectors {
            let (status, body) = connection.ask(&self.service.post(&format!("/v1/alumni/{}/consents", person.id), &said))?;
            if status != 201 {
                return Err(format!("status {status}: {}", String::from_utf8_lossy(body)));
            }
        }
        let strangers: Vec<Value> = records(STRANGERS + 1, objectors.len() as u64 * 3, self.people.today.civil())
            .filter(|record| record.get("departure").is_some_and(|left| !left.is_null()))
            .take(objectors.len())
            .collect();
        let full = |record: &Value| self.service.post(LOOKUPS, &applicant(record, 8).to_string());
        let here: Vec<Vec<u8>> = objectors.iter().map(|person| full(&person.record())).collect();
        let never: Vec<Vec<u8>> = strangers.iter().map(full).collect();
        let pairs = here.len().min(never.len());
        // Of each person, how long each answer took: answers about one person are alike, so that it is people who are compared.
        let mut times: [Vec<Vec<f64>>; 2] = [vec![Vec::new(); pairs], vec![Vec::new(); pairs]];
        for round in 0..ROUNDS {
            for n in 0..pairs {
                let place = (n * 7 + round * 13) % pairs;
                // Which of the two is asked about first changes each time.
                for kind in if (n + round) % 2 == 0 { [0, 1] } else { [1, 0] } {
                    let request = if kind == 0 { &here[place] } else { &never[place] };
                    let began = Instant::now();
                    answered(&mut connection, request)?;
                    if round > 0 {
                        times[kind][place].push(began.elapsed().as_secs_f64() * 1e6);
                    }
                }
            }
        }
        let [objected, never] = times.map(|people| people.iter().map(|times| median(times)).collect::<Vec<f64>>());
        let (z, p) = rank_sum(&objected, &never);
        let (a, b) = (median(&objected), median(&never));
        talk(&format!("objections: median {a:.1} and {b:.1} µs, z {z:.2}, p {p:.3}"));
        report.fact("w5_objections", json!({ "people_each": pairs, "median_us_objected": a, "median_us_never_here": b, "z": z, "p": p }));
        report.line(format!(
            "Timed, {pairs} people who objected and as many strangers, each asked about {} times: medians {a:.0} and {b:.0} µs, rank-sum \
             test over the people's medians z = {z:.2}, p = {p:.3} (a difference would show as a small p)",
            ROUNDS - 1
        ));
        if p < TOLD_APART.0 && (a / b - 1.0).abs() > TOLD_APART.1 {
            return Err(format!("time tells who objected: medians {a:.1} and {b:.1} µs, p = {p:.5}"));
        }
        Ok(())
    }
}

/// What the machine alone takes at that pace: to compute what takes [`COMPUTED`] when nothing comes between, and to keep what a
/// commit writes. A lookup does both, the disclosure before the answer; what either takes longer is not the service's time.
fn machine(report: &mut Report) -> Res<()> {
    thread::sleep(REST);
    let failed = |e: io::Error| e.to_string();
    let path = env::temp_dir().join(format!("furusu-bench-flush-{}", process::id()));
    let file = File::create(&path).map_err(failed)?;
    // As the log of a database is: there already, and written from its beginning on.
    file.write_all_at(&vec![0; FLUSHED * TIMES], 0).and_then(|()| file.sync_all()).map_err(failed)?;
    let rounds = 1_000_000;
    let fastest = (0..20).map(|_| computing(rounds)).min().unwrap_or_default();
    let rounds = (rounds as f64 * COMPUTED.as_secs_f64() / fastest.as_secs_f64()) as u64;
    let began = Instant::now() + Duration::from_millis(50);
    let (mut computed, mut flushed) = (Vec::with_capacity(TIMES), Vec::with_capacity(TIMES));
    for n in 0..TIMES {
        wait_until(began + Duration::from_secs_f64(n as f64 / PACE));
        computed.push(computing(rounds).as_secs_f64() * 1_000.0);
        let flushing = Instant::now();
        file.write_all_at(&[1; FLUSHED], (n * FLUSHED) as u64).and_then(|()| file.sync_data()).map_err(failed)?;
        flushed.push(flushing.elapsed().as_secs_f64() * 1_000.0);
    }
    drop(file);
    fs::remove_file(&path).map_err(failed)?;
    let expected = COMPUTED.as_millis();
    for (name, what, took) in [
        ("w5_machine_computes", format!("to compute what takes {expected} ms"), computed),
        ("w5_machine_flushes", format!("to flush {FLUSHED} bytes"), flushed),
    ] {
        let [p50, p95, p99, max] = spread(&took);
        report.fact(name, json!({ "times": took.len(), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": max }));
        report.line(format!("The machine alone, {what}, as often: p50 {p50:.2} ms, p95 {p95:.2}, p99 {p99:.2}, most {max:.2}"));
    }
    Ok(())
}

/// How long so many rounds of work that needs no memory take.
fn computing(rounds: u64) -> Duration {
    let began = Instant::now();
    let mut dice = Dice(rounds);
    for _ in 0..rounds {
        black_box(dice.next());
    }
    began.elapsed()
}

/// The values that 50, 95, 99 and all of a hundred do not exceed.
fn spread(values: &[f64]) -> [f64; 4] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    [50, 95, 99, 100].map(|percent| percentile(&sorted, percent).unwrap_or_default())
}

fn median(values: &[f64]) -> f64 {
    spread(values)[0]
}

/// The rank-sum test of Wilcoxon (Mann and Whitney, Annals of Mathematical Statistics 18, 1947), by its normal
/// approximation: how many standard deviations the ranks of the first are from what chance gives, and how often chance
/// alone goes further.
fn rank_sum(a: &[f64], b: &[f64]) -> (f64, f64) {
    let mut all: Vec<(f64, bool)> = a.iter().map(|x| (*x, true)).chain(b.iter().map(|x| (*x, false))).collect();
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let (n, m) = (a.len() as f64, b.len() as f64);
    let mut ranks = 0.0;
    let mut at = 0;
    while at < all.len() {
        let same = all[at..].iter().take_while(|x| x.0 == all[at].0).count();
        // Those who are equal share their ranks.
        let rank = at as f64 + (same as f64 + 1.0) / 2.0;
        ranks += rank * all[at..at + same].iter().filter(|x| x.1).count() as f64;
        at += same;
    }
    let mean = n * (n + m + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let z = (ranks - mean) / deviation;
    (z, 2.0 * (1.0 - normal(z.abs())))
}

/// The distribution function of the standard normal distribution (Abramowitz and Stegun, 26.2.17; error below 7.5e-8).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x);
    let tail = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    1.0 - (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * tail
}
