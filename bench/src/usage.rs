//! What processes used, as `/proc` tells it.

use std::fs;

use furusu_tests::postgres::Postgres;

use crate::Res;

/// Linux tells CPU time in hundredths of a second, whatever the kernel's own clock (`USER_HZ`).
const TICKS: f64 = 100.0;

/// CPU seconds used so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) service: f64,
    pub(crate) database: f64,
    pub(crate) client: f64,
}

impl Cpu {
    pub(crate) fn now(service: u32, postgres: Option<&Postgres>) -> Res<Self> {
        Ok(Self { service: of(&service.to_string(), false)?, database: postgres.map_or(0.0, server), client: of("self", false)? })
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self { service: self.service - before.service, database: self.database - before.database, client: self.client - before.client }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { service: self.service + other.service, database: self.database + other.database, client: self.client + other.client }
    }
}

/// All processes of a cluster: those that run and, through the postmaster, those that have ended.
fn server(postgres: &Postgres) -> f64 {
    let running = postgres.backend_pids().into_iter().filter_map(|pid| of(&pid.to_string(), false).ok());
    running.sum::<f64>() + of(&postgres.postmaster_pid().to_string(), true).unwrap_or_default()
}

/// User and system time of a process, and of its children that have ended.
fn of(pid: &str, children: bool) -> Res<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).map_err(|e| format!("process {pid}: {e}"))?;
    // Behind the name, which may hold anything: state, parent, …; utime is the 12th, stime, cutime, cstime follow.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    let ticks: f64 = fields.take(if children { 4 } else { 2 }).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS)
}

/// The most memory a process ever had, in MB.
pub(crate) fn peak_memory(pid: u32) -> Res<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|e| format!("process {pid}: {e}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
    kilobytes.map(|kb| kb / 1_024.0).ok_or_else(|| format!("process {pid} tells nothing of its memory"))
}
