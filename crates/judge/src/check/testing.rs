//! Observations made up for tests.

use super::{Context, Offered, Verdicts, passive};
use crate::verdict::{Departures, Severity};
use bytes::Bytes;
use client::observe::Observation;
use client::wire::{Answer, Exchange, Failure, Method, Request, Truncation};
use serde_json::{Value, json};
use std::sync::Arc;

static NONE: Departures = Departures::NONE;
static EVERYTHING: Offered = Offered::EVERYTHING;
pub(super) const BASE: &str = "https://app.example/scim/v2";

/// An exchange under construction.
#[derive(Clone)]
pub(super) struct Seen {
    request: Request,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    cut: Option<Truncation>,
}

pub(super) fn seen(method: Method, target: &str) -> Seen {
    let headers = vec![("content-type".to_owned(), "application/scim+json".to_owned())];
    Seen { request: Request::new(method, target), status: 200, headers, body: Bytes::new(), cut: None }
}

impl Seen {
    pub(super) fn sent(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }
    pub(super) fn accept(mut self, value: &str) -> Self {
        self.request = self.request.header("accept", value);
        self
    }
    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }
    pub(super) fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }
    pub(super) fn text(self, body: &str) -> Self {
        self.bytes(body.as_bytes())
    }
    pub(super) fn bytes(mut self, body: &[u8]) -> Self {
        self.body = Bytes::copy_from_slice(body);
        self
    }
    pub(super) fn cut(mut self, cut: Truncation) -> Self {
        self.cut = Some(cut);
        self
    }
    pub(super) fn observe(self) -> Observation {
        let Self { request, status, headers, body, cut } = self;
        observe(request, Ok(Answer { status, headers, body, truncated: cut }))
    }
    pub(super) fn failed(self, failure: Failure) -> Observation {
        observe(self.request, Err(failure))
    }
    pub(super) fn judge(self) -> Verdicts {
        self.judge_as(RFC)
    }
    pub(super) fn judge_as(self, idp: Option<&str>) -> Verdicts {
        passive(&self.observe(), &context(idp))
    }
}

fn observe(request: Request, result: Result<Answer, Failure>) -> Observation {
    Observation::read(Arc::new(Exchange::made_up(BASE, request, result)), 7)
}

/// Whose exchange it is: a plain client's, Okta's, Entra's.
pub(super) const RFC: Option<&str> = None;
pub(super) const OKTA: Option<&str> = Some("okta");
pub(super) const ENTRA: Option<&str> = Some("entra");

pub(super) fn context(idp: Option<&str>) -> Context<'_> {
    Context { idp, departures: &NONE, offered: &EVERYTHING }
}

/// A user as a right server shows it.
pub(super) fn ada() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "u1", "userName": "ada@example.com", "externalId": "e1", "active": true,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
        "meta": {"resourceType": "User", "created": "2026-01-02T03:04:05.678Z", "lastModified": "2026-01-02T03:04:05.678Z",
                 "location": format!("{BASE}/Users/u1")}
    })
}

/// A group with two members as a right server shows it.
pub(super) fn crew() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": "g1", "displayName": "Crew",
        "members": [{"value": "u1"}, {"value": "u2"}],
        "meta": {"resourceType": "Group", "created": "2026-01-02T03:04:05Z", "lastModified": "2026-01-02T04:04:05Z",
                 "location": format!("{BASE}/Groups/g1")}
    })
}

/// What a client sends to create Ada.
pub(super) fn ada_sent() -> Value {
    let mut ada = ada();
    if let Some(map) = ada.as_object_mut() {
        map.remove("id");
        map.remove("meta");
    }
    ada
}

pub(super) fn error(status: u16, scim_type: Option<&str>) -> Value {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status.to_string()});
    if let Some(keyword) = scim_type {
        body["scimType"] = keyword.into();
    }
    body
}

pub(super) fn list(items: &[Value]) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": items.len(), "Resources": items})
}

/// A copy with a JSON pointer's value set; the pointer's parent must be there.
pub(super) fn with(value: &Value, pointer: &str, new: impl Into<Value>) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap()[name] = new.into();
    value
}

/// A copy without a JSON pointer's value.
pub(super) fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    value
}

/// Ids of what did not hold.
pub(super) fn broken(verdicts: &Verdicts) -> Vec<&str> {
    verdicts.findings.iter().map(|f| f.requirement.as_str()).collect()
}

#[track_caller]
pub(super) fn green(verdicts: &Verdicts, id: &str) {
    assert_eq!(broken(verdicts), Vec::<&str>::new(), "{:#?}", verdicts.findings);
    assert!(verdicts.exercised.contains(id), "{id} was not held: {:?}", verdicts.exercised);
}

#[track_caller]
pub(super) fn red(verdicts: &Verdicts, id: &str, severity: Severity) {
    assert_eq!(broken(verdicts), [id], "{:#?}", verdicts.findings);
    assert_eq!(verdicts.findings[0].severity, severity);
}

/// Nothing is wrong; whether anything was held does not matter.
#[track_caller]
pub(super) fn clean(verdicts: &Verdicts) {
    assert_eq!(broken(verdicts), Vec::<&str>::new(), "{:#?}", verdicts.findings);
}
