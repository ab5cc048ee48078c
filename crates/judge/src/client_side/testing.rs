//! Clients by hand, for the tests of this room.

use super::{Sent, grade};
use crate::verdict::{AnswerRecord, ExchangeRecord, Finding, ScenarioRecord, Severity};
use scim::schema::ResourceType;
use serde_json::{Value, json};

/// A request on its way to the bench.
#[derive(Clone)]
pub(super) struct Sending(pub(super) Sent);

impl Sending {
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.0.exchange.headers.retain(|(known, _)| known != name);
        self.0.exchange.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    pub(super) fn without_headers(mut self) -> Self {
        self.0.exchange.headers.clear();
        self
    }
    pub(super) fn text(mut self, body: &str) -> Self {
        self.0.exchange.body = Some(body.to_owned());
        self
    }
    pub(super) fn unread(mut self) -> Self {
        self.0.unread = true;
        self
    }
    pub(super) fn status(mut self, status: u16) -> Self {
        self.0.exchange.answer.as_mut().unwrap().status = status;
        self
    }
    pub(super) fn answered(mut self, status: u16, body: &Value) -> Self {
        let headers = Vec::new();
        self.0.exchange.answer = Some(AnswerRecord { status, headers, body: body.to_string(), truncated: false });
        self
    }
    pub(super) fn answer_header(mut self, name: &str, value: &str) -> Self {
        self.0.exchange.answer.as_mut().unwrap().headers.push((name.to_owned(), value.to_owned()));
        self
    }
    pub(super) fn at(mut self, ms: f64) -> Self {
        self.0.exchange.at_ms = ms;
        self
    }
}

pub(super) fn sent(method: &str, target: &str, body: Option<&Value>) -> Sending {
    let headers = body.map(|_| ("content-type".to_owned(), "application/scim+json".to_owned()));
    let exchange = ExchangeRecord {
        actor: "client".to_owned(),
        method: method.to_owned(),
        url: format!("{{base}}{target}"),
        headers: headers.into_iter().collect(),
        body: body.map(ToString::to_string),
        ..ExchangeRecord::default()
    };
    Sending(Sent { exchange, unread: false }).answered(200, &json!({}))
}

pub(super) fn get(target: &str) -> Sending {
    sent("GET", target, None)
}

pub(super) fn delete(target: &str) -> Sending {
    sent("DELETE", target, None)
}

pub(super) fn post(target: &str, body: &Value) -> Sending {
    sent("POST", target, Some(body))
}

pub(super) fn put(target: &str, body: &Value) -> Sending {
    sent("PUT", target, Some(body))
}

pub(super) fn patch(target: &str, operations: &[Value]) -> Sending {
    let urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    sent("PATCH", target, Some(&json!({"schemas": [urn], "Operations": operations})))
}

/// A user as a sound client creates one.
pub(super) fn ada() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada", "active": true, "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
    })
}

pub(super) fn crew() -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew", "members": [{"value": "u1"}]})
}

/// A copy with a JSON pointer's value set, at the end of an array where there is none.
pub(super) fn with(value: &Value, pointer: &str, new: impl Into<Value>) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Array(all) if all.len() == name.parse::<usize>().unwrap() => all.push(new.into()),
        Value::Array(all) => all[name.parse::<usize>().unwrap()] = new.into(),
        other => other[name] = new.into(),
    }
    value
}

pub(super) fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name).unwrap();
    value
}

pub(super) fn graded(all: &[Sending]) -> Vec<ScenarioRecord> {
    let all: Vec<Sent> = all.iter().map(|one| one.0.clone()).collect();
    let types: Vec<ResourceType> = ResourceType::all().into_iter().cloned().collect();
    grade(&all, &types)
}

fn findings(scenarios: &[ScenarioRecord]) -> Vec<&Finding> {
    scenarios.iter().flat_map(|scenario| &scenario.findings).collect()
}

fn held(scenarios: &[ScenarioRecord], id: &str) -> bool {
    scenarios.iter().flat_map(|scenario| &scenario.exercised).any(|held| held == id)
}

/// Nothing is wrong, and the rule was held.
#[track_caller]
pub(super) fn green(all: &[Sending], id: &str) {
    let scenarios = graded(all);
    let wrong: Vec<_> = findings(&scenarios).into_iter().filter(|found| found.requirement == id).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(held(&scenarios, id), "{id} was not held");
}

/// This rule alone does not hold, once.
#[track_caller]
pub(super) fn red(all: &[Sending], id: &str, severity: Severity) {
    let scenarios = graded(all);
    let found = findings(&scenarios);
    let told: Vec<_> = found.iter().map(|found| (found.requirement.as_str(), found.severity)).collect();
    assert_eq!(told, [(id, severity)], "{found:#?}");
}

/// The rule was not held: there was nothing to hold it against.
#[track_caller]
pub(super) fn unseen(all: &[Sending], id: &str) {
    let scenarios = graded(all);
    assert!(!held(&scenarios, id), "{id} was held");
}

/// Whatever else, this rule is not broken.
#[track_caller]
pub(super) fn never_red(all: &[Sending], id: &str) {
    assert!(findings(&graded(all)).iter().all(|found| found.requirement != id));
}

/// Nothing is wrong.
#[track_caller]
pub(super) fn clean(all: &[Sending]) {
    let scenarios = graded(all);
    assert_eq!(findings(&scenarios), Vec::<&Finding>::new());
}
