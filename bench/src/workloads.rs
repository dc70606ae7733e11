//! What is asked of the service, and what it must answer.
//!
//! The first answer to each request is read and checked against what was loaded or what plain SQL counts; every later
//! one must say the same. It is compared byte by byte, and read only if its members come in an order not seen before:
//! so the checks cost next to nothing while the time runs.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::Res;
use crate::bare::{Bare, Group};
use crate::drive::{Driver, Job};
use crate::http::{self, Connection};
use crate::people::{People, Slice, outcomes};
use crate::report::Report;
use crate::service::Service;

/// Ten scalars, the employment periods and the departures of a person.
const FIELDS: &str = "id status displayName birthOn employeeNumber postalCode address deceased createdAt updatedAt \
     employments { id department jobTitle location hiredOn } \
     departures { id employmentEndedOn status separationType { value } reason { value } }";

/// How many a page has.
pub(crate) const PAGE: usize = 50;

/// How many (department, year) are asked for, those with the most people.
const GROUPS: usize = 32;

/// What is needed to measure.
pub(crate) struct Bench<'a> {
    pub(crate) service: &'a Service,
    pub(crate) people: &'a People,
    pub(crate) bare: &'a dyn Bare,
    pub(crate) driver: Driver<'a>,
}

/// A request and its answer, in each order of members in which it has come.
pub(crate) struct Ask {
    request: Vec<u8>,
    answers: Mutex<Vec<Vec<u8>>>,
}

impl Ask {
    /// Asks once, and keeps the answer if it is right.
    pub(crate) fn new(connection: &mut Connection, request: Vec<u8>, check: impl FnOnce(&Value) -> bool) -> Res<Self> {
        let (status, body) = connection.ask(&request)?;
        let json: Value = serde_json::from_slice(body).map_err(|e| format!("status {status}: {e}"))?;
        if status == 200 && json.get("errors").is_none() && check(&json) {
            Ok(Self { answers: Mutex::new(vec![body.to_vec()]), request })
        } else {
            Err(format!("a wrong answer, status {status}: {}", json.to_string().chars().take(600).collect::<String>()))
        }
    }

    pub(crate) fn again(&self, connection: &mut Connection) -> Res<()> {
        let (status, body) = connection.ask(&self.request)?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if status == 200 && answers.iter().any(|answer| answer == body) {
            return Ok(());
        }
        let read = |answer: &[u8]| serde_json::from_slice::<Value>(answer).ok();
        if status == 200 && answers.first().is_some_and(|first| read(first) == read(body)) {
            answers.push(body.to_vec());
            return Ok(());
        }
        let said: String = String::from_utf8_lossy(body).chars().take(600).collect();
        Err(format!("another answer than at first, status {status}: {said}"))
    }
}

/// Reads leave nothing behind.
const fn in_order() -> Res<()> {
    Ok(())
}

/// Whether a person reads with so many periods.
fn has_periods(person: &Value, periods: usize) -> bool {
    person["employments"].as_array().is_some_and(|all| all.len() == periods)
}

/// Whether there are so many, each with a period.
fn is_page(people: &Value, rows: usize) -> bool {
    let with_period = |person: &Value| {
        let periods = person["employments"].as_array();
        periods.map_or(person["latest_departure"].is_object(), |periods| !periods.is_empty())
    };
    people.as_array().is_some_and(|people| people.len() == rows && people.iter().all(with_period))
}

impl Bench<'_> {
    pub(crate) fn graphql(&self, query: &str, variables: &Value) -> Vec<u8> {
        self.service.post("/graphql", &json!({ "query": query, "variables": variables }).to_string())
    }

    /// Asks at random for one of these.
    pub(crate) fn any<'a>(&self, asks: &'a [Ask]) -> Res<Job<'a>> {
        let mut connection = Connection::open(self.service.address)?;
        Ok(Box::new(move |lot| asks[lot % asks.len()].again(&mut connection)))
    }

    /// W1: one alumnus.
    pub(crate) fn one(&self, report: &mut Report) -> Res<()> {
        let query = format!("query ($id: ID!) {{ alumnus(id: $id) {{ {FIELDS} }} }}");
        let mut connection = Connection::open(self.service.address)?;
        let (mut graphql, mut rest) = (Vec::new(), Vec::new());
        for person in &self.people.all {
            let request = self.graphql(&query, &json!({ "id": person.id }));
            graphql.push(Ask::new(&mut connection, request, |answer| has_periods(&answer["data"]["alumnus"], person.periods))?);
            let request = self.service.get(&format!("/v1/alumni/{}", person.id));
            rest.push(Ask::new(&mut connection, request, |answer| has_periods(answer, person.periods))?);
        }
        let bare = |_| self.bare.one(&self.people.all);
        let (furusu, sql) = self.driver.by_turns(&in_order, &|_| self.any(&graphql), &bare)?;
        report.pair("W1 one alumnus, GraphQL", &furusu, "W1 bare SQL", &sql);
        let (furusu, sql) = self.driver.by_turns(&in_order, &|_| self.any(&rest), &bare)?;
        report.pair("W1 one alumnus, REST", &furusu, "W1 bare SQL", &sql);
        Ok(())
    }

    /// W2: the first 50 of those who left a department in a year, the latest first.
    pub(crate) fn page(&self, report: &mut Report) -> Res<()> {
        let query = format!(
            "query ($filter: AlumniFilterInput!) {{ \
             alumni(filter: $filter, first: {PAGE}, orderBy: {{ field: ENDED_ON, direction: DESC }}) \
             {{ totalCount nodes {{ {FIELDS} }} }} }}"
        );
        let groups = self.bare.groups(GROUPS)?;
        report.groups(&groups);
        let mut connection = Connection::open(self.service.address)?;
        let (mut graphql, mut rest) = (Vec::new(), Vec::new());
        for Group { department, from, to, total } in &groups {
            let rows = PAGE.min(*total);
            let filter = json!({ "filter": { "department": department, "endedFrom": from, "endedTo": to } });
            let request = self.graphql(&query, &filter);
            graphql.push(Ask::new(&mut connection, request, |answer| {
                let alumni = &answer["data"]["alumni"];
                alumni["totalCount"] == *total && is_page(&alumni["nodes"], rows)
            })?);
            let department = http::encode(department);
            let path = format!("/v1/alumni?department={department}&ended_from={from}&ended_to={to}&limit={PAGE}");
            let has_more = *total > rows;
            rest.push(Ask::new(&mut connection, self.service.get(&path), |answer| {
                answer["next"].is_string() == has_more && is_page(&answer["data"], rows)
            })?);
        }
        let (furusu, sql) = self.driver.by_turns(&in_order, &|_| self.any(&graphql), &|_| self.bare.page(&groups, true))?;
        report.pair("W2 page of 50 and total, GraphQL", &furusu, "W2 bare SQL", &sql);
        let (furusu, sql) = self.driver.by_turns(&in_order, &|_| self.any(&rest), &|_| self.bare.page(&groups, false))?;
        report.pair("W2 page of 50, REST", &furusu, "W2 bare SQL without the total", &sql);
        Ok(())
    }

    /// W4: a batch, everything in it changed, and the same batch sent again.
    pub(crate) fn batch(&self, report: &mut Report) -> Res<()> {
        let slices = self.people.slices(self.driver.connections);
        let records = slices.first().map_or(0, Slice::len);
        let mut changed = Vec::new();
        let mut connection = Connection::open(self.service.address)?;
        for slice in &slices {
            let [one, other] = [("Analyst", "pay"), ("Adviser", "study")].map(|(title, reason)| slice.batch(self.service, title, reason));
            // However it stands before, from here on each batch changes every record that the other set.
            connection.ask(&other)?;
            changed.push([keep(&mut connection, one, slice, "updated")?, keep(&mut connection, other, slice, "updated")?]);
        }
        let furusu = |n: usize| -> Res<Job<'_>> {
            let (asks, mut connection, mut turn) = (&changed[n], Connection::open(self.service.address)?, 0);
            Ok(Box::new(move |_| {
                turn += 1;
                asks[(turn + 1) % 2].again(&mut connection)
            }))
        };
        let (furusu, sql) = self.driver.by_turns(&|| self.bare.tidy(), &furusu, &|n| self.bare.change(&slices[n]))?;
        report.pair(&format!("W4 batch of {records}, all changed, REST"), &furusu, "W4 bare SQL: new versions", &sql);
        let mut unchanged = Vec::new();
        for slice in &slices {
            let batch = slice.batch(self.service, "Auditor", "workload");
            connection = Connection::open(self.service.address)?;
            connection.ask(&batch)?;
            unchanged.push(keep(&mut connection, batch, slice, "unchanged")?);
        }
        let furusu = |n: usize| self.any(std::slice::from_ref(&unchanged[n]));
        let (furusu, sql) = self.driver.by_turns(&|| self.bare.tidy(), &furusu, &|n| self.bare.marks(&slices[n]))?;
        report.pair(&format!("W4 batch of {records}, unchanged, REST"), &furusu, "W4 bare SQL: what is known", &sql);
        Ok(())
    }
}

/// Sends a batch once, and keeps the answer if every record came to that end.
fn keep(connection: &mut Connection, request: Vec<u8>, slice: &Slice<'_>, outcome: &str) -> Res<Ask> {
    let (status, body) = connection.ask(&request)?;
    let (ends, answer) = (outcomes(status, body, &[outcome])?, body.to_vec());
    let right = ends.iter().map(|(_, employment)| *employment).eq(slice.periods());
    if right {
        Ok(Ask { request, answers: Mutex::new(vec![answer]) })
    } else {
        Err("a batch came to other periods than it was of".to_owned())
    }
}
