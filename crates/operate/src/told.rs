//! An exchange as one line, with what it was for; and what is remembered of it.
//!
//! In: exchanges as they end. Out: lines, and what they show. Never: a body, a credential, or a change of a request.

use super::log::LogEntry;
use super::view::{Made, View, name_of};
use client::observe::{Endpoint, Observation, id_text, member};
use client::wire::{Actor, Exchange, Failure, Interceptor, Method, Request};
use futures::future::BoxFuture;
use scim::is_guid;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest name in a line.
const NAME: usize = 80;
/// How the purpose of a probe begins.
const PROBE: &str = "probe ";
/// Operations of a PATCH named in a line.
const OPERATIONS: usize = 4;

/// Hears of each exchange as it ends.
pub trait Hears: Send + Sync {
    /// One exchange. It has no number and no time yet.
    fn hear(&self, entry: &LogEntry, exchange: &Exchange);
    /// Something was created: who hears writes it down before anything else happens, since a command may be killed.
    fn made(&self, _made: &Made) {}
    /// There is no further one for now.
    fn end(&self) {}
}

/// Stands beside the wire and tells.
pub struct Teller {
    hears: Box<dyn Hears>,
    known: Mutex<Known>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// Names of the target's objects, by endpoint and id.
    names: HashMap<(String, String), String>,
    view: View,
    entries: Vec<LogEntry>,
    answered: usize,
}

/// A name that fits a line.
fn short(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}

impl Known {
    fn name(&self, endpoint: &str, id: &str) -> String {
        let known = self.names.get(&(endpoint.to_owned(), id.to_owned()));
        known.map_or_else(|| format!("{} {}", thing(endpoint), short(id)), |name| short(name))
    }

    /// What a request was for.
    fn purpose(&self, seen: &Observation) -> String {
        match (seen.method(), &seen.endpoint) {
            (Method::Get, Endpoint::Collection(at)) => listing(seen, at),
            (Method::Get, Endpoint::Resource(at, id)) => format!("read {}", self.name(at, id)),
            (Method::Post, Endpoint::Collection(at)) => {
                let name = seen.sent.as_ref().and_then(name_of).map_or_else(|| "without a name".to_owned(), short);
                format!("create {} {name}", thing(at))
            }
            (Method::Put, Endpoint::Resource(at, id)) => format!("replace {}", self.name(at, id)),
            (Method::Patch, Endpoint::Resource(at, id)) => {
                format!("change {}: {}", self.name(at, id), self.operations(seen.sent.as_ref()))
            }
            (Method::Delete, Endpoint::Resource(at, id)) => format!("delete {}", self.name(at, id)),
            _ => "something else".to_owned(),
        }
    }

    fn operations(&self, sent: Option<&Value>) -> String {
        let all = sent.and_then(|body| member(body, "Operations")).and_then(Value::as_array);
        let all = all.map(Vec::as_slice).unwrap_or_default();
        let mut told: Vec<String> = all.iter().take(OPERATIONS).map(|one| self.operation(one)).collect();
        if all.len() > OPERATIONS {
            told.push(format!("and {} more", all.len() - OPERATIONS));
        }
        told.join(", ")
    }

    fn operation(&self, operation: &Value) -> String {
        let text = |name: &str| member(operation, name).and_then(Value::as_str);
        let op = text("op").unwrap_or("?").to_lowercase();
        let value = member(operation, "value");
        let path = text("path");
        match (path, value) {
            (Some("members"), Some(Value::Array(members))) => {
                let who = members
                    .iter()
                    .take(3)
                    .filter_map(|m| self.names.get(&("/Users".to_owned(), member(m, "value")?.as_str()?.to_owned())));
                let who: Vec<String> = who.map(|name| short(name)).collect();
                let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) };
                let plural = if members.len() == 1 { "" } else { "s" };
                format!("{op} {} member{plural}{who}", members.len())
            }
            (Some("active"), Some(value)) => {
                format!("{op} active with {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            }
            (Some(path), _) => format!("{op} {}", short(path)),
            (None, Some(Value::Object(all))) => {
                format!("{op} {}", short(&all.keys().map(String::as_str).collect::<Vec<_>>().join(", ")))
            }
            (None, _) => op,
        }
    }
}

/// What an endpoint holds one of.
fn thing(endpoint: &str) -> &str {
    match endpoint {
        "/Users" => "user",
        "/Groups" => "group",
        other => other.trim_start_matches('/'),
    }
}

fn listing(seen: &Observation, endpoint: &str) -> String {
    let plural = format!("{}s", thing(endpoint));
    let Some(filter) = seen.query_value("filter") else {
        let page = |name: &str| seen.query_value(name).unwrap_or("?").to_owned();
        return format!("list {plural}, {} from {}", page("count"), page("startIndex"));
    };
    let Some((attribute, value)) = filter.split_once(" eq ").filter(|_| !filter.contains(" and ")) else {
        return format!("ask for {plural} where {}", short(filter));
    };
    let value = serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned());
    if is_guid(&value) && matches!(attribute, "userName" | "displayName") {
        return format!("{PROBE}{plural} by a {attribute} that nothing has");
    }
    let found = match (seen.succeeded(), seen.resources().len()) {
        (false, _) => String::new(),
        (true, 0) => ": none".to_owned(),
        (true, 1) => ": found".to_owned(),
        (true, count) => format!(": {count} found"),
    };
    format!("look up {} {} by {attribute}{found}", thing(endpoint), short(&value))
}

impl Teller {
    /// Tells of exchanges with objects of these names, by endpoint and id, and goes on from a view.
    #[must_use]
    pub fn new(hears: Box<dyn Hears>, view: View) -> Self {
        Self { hears, known: Mutex::new(Known { view, ..Known::default() }), stopped: AtomicBool::new(false) }
    }

    /// Lets no further request out: somebody wants the provider to stop. What is not sent fails as if nobody answered, and the
    /// product does about it what it does then.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the name of an object of the target.
    pub(crate) fn name(&self, endpoint: &str, id: &str, name: &str) {
        self.lock().names.insert((endpoint.to_owned(), id.to_owned()), name.to_owned());
    }

    /// What was told since, and how many exchanges had an answer in all.
    pub(crate) fn take(&self) -> (Vec<LogEntry>, usize) {
        let mut known = self.lock();
        (std::mem::take(&mut known.entries), std::mem::take(&mut known.answered))
    }

    /// Whoever hears is told that this was all.
    pub fn end(&self) {
        self.hears.end();
    }

    /// What is known of the target.
    pub(crate) fn view(&self) -> View {
        self.lock().view.clone()
    }

    fn told(&self, exchange: &Arc<Exchange>, index: usize) {
        let seen = Observation::read(exchange.clone(), index);
        let mut known = self.lock();
        let before = known.view.made.len();
        known.view.learn(&seen);
        if let Some(made) = known.view.made.get(before) {
            self.hears.made(made);
        }
        let mut what = known.purpose(&seen);
        if let Some(failure) = seen.failure() {
            what = format!("{what}: no answer, {failure}");
        }
        if let (Method::Post, Endpoint::Collection(at), Some(created)) = (seen.method(), &seen.endpoint, seen.json())
            && let (true, Some(id), Some(name)) =
                (seen.succeeded(), id_text(created), seen.sent.as_ref().and_then(name_of))
        {
            known.names.insert((at.clone(), id), name.to_owned());
        }
        let entry = LogEntry {
            number: 0,
            seconds: 0,
            method: exchange.method().to_string(),
            target: exchange.request.target.clone(),
            status: exchange.status(),
            probe: what.starts_with(PROBE),
            what,
        };
        known.answered += usize::from(entry.status.is_some());
        known.entries.push(entry.clone());
        drop(known);
        self.hears.hear(&entry, exchange);
    }
}

impl Interceptor for Teller {
    fn before<'a>(&'a self, _actor: &'a Actor, _request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { if self.is_stopped() { Err("interrupted".to_owned()) } else { Ok(()) } })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // What was not let out is no news.
            if !(self.is_stopped() && matches!(&exchange.result, Err(Failure::NotSent(_)))) {
                self.told(exchange, index);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::Answer;
    use serde_json::json;

    struct Nobody;
    impl Hears for Nobody {
        fn hear(&self, _entry: &LogEntry, _exchange: &Exchange) {}
    }

    fn what(method: Method, target: &str, sent: Option<&Value>, status: u16, answer: &Value) -> String {
        let teller = Teller::new(Box::new(Nobody), View::default());
        teller.name("/Users", "7", "ada@x.example");
        let request = sent.into_iter().fold(Request::new(method, target), Request::json);
        let answer = Answer::made_up(status, &[], answer.to_string());
        teller.told(&Arc::new(Exchange::made_up("http://h", request, Ok(answer))), 0);
        teller.take().0.remove(0).what
    }

    #[test]
    fn a_line_says_what_a_request_was_for() {
        let none = json!({"Resources": [], "totalResults": 0});
        let filter = |value: &str| format!("/Users?filter=userName+eq+%22{value}%22");
        assert_eq!(what(Method::Get, &filter("ben%40x"), None, 200, &none), "look up user ben@x by userName: none");
        let guid = "2f1b2c3d-0000-4000-8000-000000000001";
        assert_eq!(what(Method::Get, &filter(guid), None, 200, &none), "probe users by a userName that nothing has");
        assert_eq!(what(Method::Get, "/Users?startIndex=1&count=2", None, 200, &none), "list users, 2 from 1");
        assert_eq!(
            what(Method::Post, "/Groups", Some(&json!({"displayName": "Crew"})), 201, &json!({})),
            "create group Crew"
        );
        let patch = json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}, {"op": "Add", "path": "members",
            "value": [{"value": "7"}]}, {"op": "replace", "value": {"title": 1, "displayName": 2}}]});
        assert_eq!(
            what(Method::Patch, "/Users/7", Some(&patch), 200, &json!({})),
            "change ada@x.example: replace active with False, add 1 member (ada@x.example), replace title, displayName"
        );
        assert_eq!(what(Method::Delete, "/Users/8", None, 204, &Value::Null), "delete user 8");
    }
}
