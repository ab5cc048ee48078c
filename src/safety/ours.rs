//! Whose a resource is: the names that a run gives carry its tag.
//!
//! In: what is sent and what is answered in one scenario. Out: whether a write may be sent. Never: I/O. A target may answer
//! with the id of somebody else's resource, and an IdP would believe it: here nobody writes to what the run did not make.

use client::observe::{Endpoint, NAMES, Observation, Resource, id_text, member};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What one scenario knows of who is whose.
#[derive(Debug)]
pub(super) struct Ours {
    tag: String,
    /// Whether there are others in the tenant: otherwise everything there may be written to.
    shared: bool,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Names that the scenario gave, in lower case: some carry no tag.
    given: BTreeSet<String>,
    /// Endpoint and id of what others made.
    others: BTreeSet<(&'static str, String)>,
}

impl Ours {
    pub(super) fn new(tag: &str, shared: bool) -> Self {
        Self { tag: tag.to_lowercase(), shared, known: Mutex::default() }
    }

    /// Whether a name was given by this scenario for certain.
    pub(super) fn tagged(&self, name: &str) -> bool {
        name.to_lowercase().contains(&self.tag)
    }

    /// Takes down the names that a request gives.
    pub(super) fn gives(&self, body: &Value) {
        let mut names = Vec::new();
        collect(body, &mut names);
        self.lock().given.extend(names.into_iter().map(str::to_lowercase));
    }

    /// Takes down whose the resources of an answer are.
    pub(super) fn learn(&self, seen: &Observation) {
        let endpoint = match &seen.endpoint {
            Endpoint::Collection(at) | Endpoint::Resource(at, _) if seen.succeeded() => at.as_str(),
            _ => return,
        };
        let single = seen.json().filter(|_| seen.resources().is_empty());
        for resource in seen.resources().iter().chain(single) {
            if let (Some(kind), Some(id)) = (kind(resource, endpoint), id_text(resource))
                && self.is_another(resource)
            {
                self.lock().others.insert((kind, id));
            }
        }
    }

    /// Whether a write may be sent to that resource, given how it was read before, if it could be.
    pub(super) fn may_write(&self, endpoint: &str, id: &str, before: Option<&Value>) -> bool {
        let another = before.is_some_and(|b| kind(b, endpoint).is_some() && self.is_another(b));
        let known = self.lock().others.iter().any(|(at, other)| *at == endpoint && other == id);
        !self.shared || !(another || known)
    }

    /// Who of those that a body puts into a group was made by others.
    pub(super) fn stranger(&self, body: &Value) -> Option<String> {
        let mut members = Vec::new();
        values(body, &mut members);
        let known = self.lock();
        let is_theirs = |id: &&&str| known.others.iter().any(|(at, other)| *at == "/Users" && other == **id);
        members.iter().find(is_theirs).filter(|_| self.shared).map(|id| (*id).to_owned())
    }

    /// Whether none of its names was given by this scenario.
    fn is_another(&self, resource: &Value) -> bool {
        let emails = member(resource, "emails").and_then(Value::as_array).into_iter().flatten();
        let emails = emails.filter_map(|e| member(e, "value")?.as_str());
        let names: Vec<String> = Resource::of(resource).names().chain(emails).map(str::to_lowercase).collect();
        let known = self.lock();
        !names.iter().any(|name| name.contains(&self.tag) || known.given.contains(name))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the resource belongs, by what names it; nothing is said of one that shows too little.
fn kind(resource: &Value, endpoint: &str) -> Option<&'static str> {
    let shows = |name: &str| member(resource, name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    match endpoint {
        _ if shows("userName") => Some("/Users"),
        "/Groups" if shows("displayName") => Some("/Groups"),
        _ => None,
    }
}

/// What stands as a `value` in a body: the ids of members among it.
fn values<'a>(body: &'a Value, found: &mut Vec<&'a str>) {
    match body {
        Value::Object(members) => members.iter().for_each(|(key, value)| match value {
            Value::String(text) if key == "value" => found.push(text),
            other => values(other, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| values(item, found)),
        _ => {}
    }
}

/// The names in a body: of a resource, of a PATCH with or without paths, of a bulk job.
fn collect<'a>(body: &'a Value, names: &mut Vec<&'a str>) {
    match body {
        Value::Object(members) => {
            let is_name = |key: &str| NAMES.iter().any(|name| name.eq_ignore_ascii_case(key));
            let names_it = member(body, "path")
                .and_then(Value::as_str)
                .is_some_and(|path| is_name(path) || is_name(path.rsplit(':').next().unwrap_or_default()));
            for (key, value) in members {
                match value {
                    Value::String(text) if is_name(key) || (names_it && key == "value") => names.push(text),
                    other => collect(other, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange, Method, Request};
    use serde_json::json;
    use std::sync::Arc;

    fn answered(target: &str, body: &Value) -> Observation {
        let answer = Answer::made_up(200, &[], body.to_string());
        Observation::read(Arc::new(Exchange::made_up("http://h", Request::new(Method::Get, target), Ok(answer))), 0)
    }

    #[test]
    fn what_others_made_is_left_alone() {
        let ours = Ours::new("r1wzy004", true);
        ours.gives(&json!({ "userName": "Plain", "emails": [{ "value": "x" }] }));
        ours.gives(&json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": "Crew" }] }));
        let list = json!({ "Resources": [
            { "id": "1", "userName": "resident0" },
            { "id": "2", "userName": "ada.R1WZY004@example.com" },
            { "id": "3", "userName": "plain" },
            { "id": "4", "displayName": "Ada" },
            { "id": "5", "userName": "renamed", "emails": [{ "value": "ada.r1wzy004@example.com" }] },
            { "id": "6", "userName": "ada.r1wzy005@example.com" },
        ] });
        ours.learn(&answered("/Users?count=9", &list));
        ours.learn(&answered(
            "/Groups",
            &json!({ "Resources": [
            { "id": "2", "displayName": "Everybody" }, { "id": "7", "displayName": "crew" }] }),
        ));
        let may = |endpoint, id| ours.may_write(endpoint, id, None);
        assert!(!may("/Users", "1") && !may("/Users", "6"), "a resident, and another scenario's person");
        assert!(["2", "3", "4", "5", "unheard of"].iter().all(|id| may("/Users", id)));
        assert!(!may("/Groups", "2") && may("/Groups", "7") && may("/Groups", "1"));
        assert!(!ours.may_write("/Users", "8", Some(&json!({ "id": "8", "userName": "resident1" }))));
        assert!(ours.may_write("/Users", "8", Some(&json!({ "id": "8" }))), "no name speaks against it");
        let adds = |id: &str| json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": id }] }] });
        assert_eq!(ours.stranger(&adds("1")).as_deref(), Some("1"));
        assert_eq!(ours.stranger(&adds("2")), None);
    }

    #[test]
    fn who_has_the_tenant_alone_may_write_to_all() {
        let alone = Ours::new("r1wzy004", false);
        alone.learn(&answered("/Users", &json!({ "Resources": [{ "id": "1", "userName": "resident0" }] })));
        assert!(alone.may_write("/Users", "1", None));
    }
}
