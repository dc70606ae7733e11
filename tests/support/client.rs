//! A client of the service, as somebody outside would write one.

use serde_json::{Value, json};
use ureq::http::{Method, Request};

/// Calls the service with a token, or without one.
#[derive(Clone)]
pub struct Client {
    base: String,
    authorization: Option<String>,
    agent: ureq::Agent,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text; empty if it is none.
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Client {
    /// A client with this `Authorization` header.
    #[must_use]
    pub fn new(base: &str, authorization: Option<String>) -> Self {
        // A connection for each request: a world that ends must not wait for one that idles.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).build();
        Self { base: base.to_owned(), authorization, agent: config.new_agent() }
    }

    /// The same client with another `Authorization` header.
    #[must_use]
    pub fn with(&self, authorization: Option<String>) -> Self {
        Self { authorization, ..self.clone() }
    }

    /// Sends a request of any kind.
    ///
    /// # Panics
    /// No answer came at all.
    #[must_use]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut answer = answer.unwrap_or_else(|e| panic!("{path}: {e}"));
        let headers = answer.headers().iter();
        let headers = headers.map(|(n, v)| (n.as_str().to_owned(), v.to_str().unwrap_or("").to_owned())).collect();
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap_or_default();
        let text = String::from_utf8(bytes.clone()).unwrap_or_default();
        Answer { status, headers, text, bytes }
    }

    /// Sends JSON.
    #[must_use]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// `GET`
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    /// `POST` of JSON
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body)
    }

    /// `PUT` of a departure record, under its own id.
    #[must_use]
    pub fn put(&self, source: &str, record: &Value) -> Answer {
        let id = record["external_id"].as_str().unwrap_or("none");
        self.json("PUT", &format!("/v1/departures/{source}/{id}"), record)
    }

    /// A GraphQL document with variables.
    #[must_use]
    pub fn graphql(&self, query: &str, variables: &Value) -> Answer {
        self.post("/graphql", &json!({ "query": query, "variables": variables }))
    }

    /// The data of a GraphQL document that must run without errors.
    ///
    /// # Panics
    /// It did not.
    #[must_use]
    pub fn data(&self, query: &str, variables: &Value) -> Value {
        let mut body = self.graphql(query, variables).is(200).body();
        assert!(body.get("errors").is_none(), "{body:#}");
        body["data"].take()
    }
}

impl Answer {
    /// Checks the status.
    ///
    /// # Panics
    /// It is another.
    #[must_use]
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Checks the `code` of a problem.
    ///
    /// # Panics
    /// It is another, or the answer is no problem by RFC 9457.
    #[track_caller]
    pub fn says(&self, code: &str) -> &Self {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let body = self.body();
        assert_eq!(body["code"], code, "{body:#}");
        assert_eq!(body["status"], self.status);
        assert_eq!(body["type"], format!("/problems/{code}"));
        assert!(body["title"].is_string() && body["detail"].is_string() && body["request_id"].is_string(), "{body:#}");
        self
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    #[track_caller]
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON came with {}: {}", self.status, self.text))
    }

    /// A header; empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The pointers and codes of a problem's faults.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        faults(&self.body()["errors"])
    }
}

/// The pointers and codes of faults.
#[must_use]
pub fn faults(errors: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    errors.as_array().into_iter().flatten().map(|e| (text(&e["pointer"]), text(&e["code"]))).collect()
}
