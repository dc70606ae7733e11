//! The load: several connections at once, each sending its next request when it has the answer to the last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use furusu_tests::postgres::Postgres;

use crate::Res;
use crate::usage::Cpu;

/// One connection's work: sends one request, and checks the answer. The number is random.
pub(crate) type Job<'a> = Box<dyn FnMut(usize) -> Res<()> + 'a>;

/// How long each connection works before it is timed.
const WARM_UP: Duration = Duration::from_millis(300);

/// How to measure.
pub(crate) struct Driver<'a> {
    pub(crate) connections: usize,
    /// Half the time of a workload.
    pub(crate) half: Duration,
    pub(crate) service: u32,
    pub(crate) postgres: Option<&'a Postgres>,
}

/// What was measured.
#[derive(Default)]
pub(crate) struct Run {
    /// How long each request took.
    took: Vec<Duration>,
    elapsed: Duration,
    cpu: Cpu,
}

impl Run {
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.took.extend(other.took);
        Self { took: self.took, elapsed: self.elapsed + other.elapsed, cpu: self.cpu.plus(other.cpu) }
    }

    pub(crate) fn requests(&self) -> usize {
        self.took.len()
    }

    /// Requests a second.
    pub(crate) fn rate(&self) -> f64 {
        self.took.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// So many of a hundred requests took no longer, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let mut took = self.took.clone();
        took.sort_unstable();
        percentile(&took, percent).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
    }

    /// CPU milliseconds of each request.
    pub(crate) fn cpu(&self) -> Cpu {
        let each = 1_000.0 / self.took.len().max(1) as f64;
        let Cpu { service, database, client } = self.cpu;
        Cpu { service: service * each, database: database * each, client: client * each }
    }
}

impl Driver<'_> {
    /// Two ways to the same rows, by turns, so that what else the machine does meets both; before each turn
    /// `tidy` puts things in order.
    pub(crate) fn by_turns<'a>(
        &self,
        tidy: &dyn Fn() -> Res<()>,
        furusu: &(dyn Fn(usize) -> Res<Job<'a>> + Sync),
        bare: &(dyn Fn(usize) -> Res<Job<'a>> + Sync),
    ) -> Res<(Run, Run)> {
        let mut runs = (Run::default(), Run::default());
        for _ in 0..2 {
            tidy()?;
            runs.0 = runs.0.join(self.run(furusu)?);
            tidy()?;
            runs.1 = runs.1.join(self.run(bare)?);
        }
        Ok(runs)
    }

    /// Every connection works until the time is up, and ends what it has begun; so the CPU used is that of the
    /// requests counted.
    fn run<'a>(&self, make: &(dyn Fn(usize) -> Res<Job<'a>> + Sync)) -> Res<Run> {
        let (ready, stop) = (Barrier::new(self.connections + 1), AtomicBool::new(false));
        let failure: Mutex<Option<String>> = Mutex::new(None);
        let fail = |why: String| {
            stop.store(true, Ordering::Relaxed);
            failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        };
        let work = |n: usize| {
            let mut took = Vec::with_capacity(1 << 16);
            let mut dice = Dice(n as u64 + 1);
            let mut job = make(n).and_then(|mut job| {
                let began = Instant::now();
                while began.elapsed() < WARM_UP {
                    job(dice.next())?;
                }
                Ok(job)
            });
            if let Err(why) = &job {
                fail(why.clone());
            }
            ready.wait();
            ready.wait();
            if let Ok(job) = &mut job {
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    if let Err(why) = job(dice.next()) {
                        fail(why);
                    }
                    took.push(began.elapsed());
                }
            }
            took
        };
        let work = &work;
        let run = thread::scope(|scope| -> Res<Run> {
            let workers: Vec<_> = (0..self.connections).map(|n| scope.spawn(move || work(n))).collect();
            ready.wait();
            let (before, began) = (Cpu::now(self.service, self.postgres), Instant::now());
            ready.wait();
            thread::sleep(self.half);
            stop.store(true, Ordering::Relaxed);
            let took = workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect();
            let elapsed = began.elapsed();
            Ok(Run { took, elapsed, cpu: Cpu::now(self.service, self.postgres)?.since(before?) })
        });
        match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(why) => Err(why),
            None => run,
        }
    }
}

/// Random numbers (xorshift), the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) const fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The lower half is as good as the upper, and fits everywhere.
        (self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as usize
    }
}

/// The value that so many of a hundred sorted ones do not exceed.
pub(crate) fn percentile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied()
}
