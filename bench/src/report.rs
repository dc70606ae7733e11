//! The tables.

use std::fmt;
use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::bare::{Group, LEAVES_OUT};
use crate::drive::Run;
use crate::people::{Loaded, People};
use crate::{Args, Res};

/// Writes to standard output.
pub(crate) fn say(text: &str) -> Res<()> {
    writeln!(std::io::stdout(), "{text}").map_err(|e| e.to_string())
}

/// Writes to standard error; if nobody reads it, nothing is lost.
pub(crate) fn talk(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What the machine is: cores, processor, kernel, and how busy it was before.
pub(crate) fn facts() -> Value {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor = processor.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
    json!({
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": processor.map_or("unknown", |(_, name)| name.trim()),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load_before": read("/proc/loadavg").split_whitespace().next(),
    })
}

/// The same as a line, with what the bare SQL leaves out.
pub(crate) fn machine() -> String {
    let facts = facts();
    let word = |name: &str| facts[name].as_str().unwrap_or("?").to_owned();
    let (processor, kernel, load) = (word("processor"), word("kernel"), word("load_before"));
    format!("{} cores of {processor}, Linux {kernel}; load average before: {load}.\n\n{LEAVES_OUT}", facts["cores"])
}

/// What was measured on one database.
pub(crate) struct Report {
    database: &'static str,
    lines: Vec<String>,
    rows: Vec<Value>,
    facts: Vec<(String, Value)>,
}

impl Report {
    pub(crate) fn new(database: &'static str, args: &Args, people: &People, loaded: Loaded, mut starts: Vec<f64>) -> Self {
        starts.sort_by(f64::total_cmp);
        let start = starts.get(starts.len() / 2).copied().unwrap_or_default();
        let rate = loaded.records as f64 / loaded.seconds;
        let mut report = Self { database, lines: Vec::new(), rows: Vec::new(), facts: Vec::new() };
        report.facts.push(("people".into(), json!(people.all.len())));
        report.facts.push(("records".into(), json!(loaded.records)));
        report.facts.push(("loaded_per_second".into(), json!(rate)));
        report.facts.push(("start_seconds".into(), json!(start)));
        let (people, connections, seconds) = (people.all.len(), args.connections, args.seconds);
        let records = loaded.records;
        report.lines.push(format!(
            "{people} people in {records} records, {connections} connections, {seconds} s each. Loaded at {rate:.0} records/s over as \
             many. Start to ready: {start:.3} s (median of {})",
            starts.len()
        ));
        report
    }

    /// What W2 asks for.
    pub(crate) fn groups(&mut self, groups: &[Group]) {
        let least = groups.iter().map(|group| group.total).min().unwrap_or_default();
        let most = groups.iter().map(|group| group.total).max().unwrap_or_default();
        self.facts.push(("groups".into(), json!({ "count": groups.len(), "least": least, "most": most })));
        self.lines.push(format!("W2 asks for {} (department, year) with {least} to {most} people", groups.len()));
    }

    pub(crate) fn memory(&mut self, when: &str, megabytes: f64) {
        self.facts.push((format!("memory_mb {when}"), json!(megabytes)));
        self.lines.push(format!("Peak memory of the service {when}: {megabytes:.1} MB"));
    }

    /// A figure by its name, for the JSON.
    pub(crate) fn fact(&mut self, name: &str, value: Value) {
        self.facts.push((name.to_owned(), value));
    }

    /// A sentence before the table.
    pub(crate) fn line(&mut self, line: String) {
        talk(&format!("{}: {line}", self.database));
        self.lines.push(line);
    }

    /// Figures of something that is compared with the service.
    pub(crate) fn alone(&mut self, name: &str, run: &Run) {
        self.rows.push(row(name, run, None));
        talk(&format!("{}: {name}: {:.0}/s, p99 {:.1} ms", self.database, run.rate(), run.percentile(99)));
    }

    /// The service's figures, and those of the bare SQL that ran by turns with it.
    pub(crate) fn pair(&mut self, name: &str, furusu: &Run, bare_name: &str, bare: &Run) {
        self.rows.push(row(name, furusu, Some(bare)));
        self.rows.push(row(bare_name, bare, None));
        talk(&format!("{}: {name}: {:.0}/s beside {:.0}/s", self.database, furusu.rate(), bare.rate()));
    }

    pub(crate) fn json(&self) -> Value {
        let mut json = json!({ "database": self.database, "workloads": self.rows });
        for (name, value) in &self.facts {
            json[name.as_str()] = value.clone();
        }
        json
    }
}

fn row(name: &str, run: &Run, bare: Option<&Run>) -> Value {
    let cpu = run.cpu();
    let mut row = json!({
        "workload": name,
        "requests": run.requests(),
        "per_second": run.rate(),
        "p50_ms": run.percentile(50),
        "p99_ms": run.percentile(99),
        "database_cpu_ms": cpu.database,
        "client_cpu_ms": cpu.client,
    });
    if let Some(bare) = bare {
        row["service_cpu_ms"] = json!(cpu.service);
        row["rate_to_bare"] = json!(run.rate() / bare.rate());
        row["p99_to_bare"] = json!(run.percentile(99) / bare.percentile(99));
    }
    row
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: &Value| match value.as_f64() {
            None => String::new(),
            Some(n) if n >= 100.0 => format!("{n:.0}"),
            Some(n) if n >= 10.0 => format!("{n:.1}"),
            Some(n) => format!("{n:.3}"),
        };
        writeln!(f, "\n## {}\n\n{}.\n", self.database, self.lines.join(". "))?;
        writeln!(f, "| | rate/s | p50 ms | p99 ms | service CPU ms | database CPU ms | client CPU ms | rate to bare | p99 to bare |")?;
        writeln!(f, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
        for row in &self.rows {
            let members = ["per_second", "p50_ms", "p99_ms", "service_cpu_ms", "database_cpu_ms", "client_cpu_ms"];
            let mut cells: Vec<String> = members.iter().map(|member| number(&row[*member])).collect();
            if self.database == "SQLite" {
                cells[4] = "within".to_owned();
            }
            let rate = row["rate_to_bare"].as_f64().map_or_else(String::new, |ratio| format!("{:.0}%", ratio * 100.0));
            let tail = row["p99_to_bare"].as_f64().map_or_else(String::new, |ratio| format!("{ratio:.1}×"));
            let name = row["workload"].as_str().unwrap_or_default();
            writeln!(f, "| {name} | {} | {rate} | {tail} |", cells.join(" | "))?;
        }
        Ok(())
    }
}
