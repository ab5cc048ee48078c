//! Whose an object is, and whether a DELETE or any other write may go to it: one rule for scenarios, cleanup and sweep.
//!
//! In: how an id stood before the run, what a read in this run shows of the object, what the ledger says. Out: whether it may be
//! written to, or why it is left alone. Never: I/O. A target may answer with the id of somebody else's object, and an IdP would
//! believe it: here nobody writes to what the run did not make.

use super::ledger::Before;
use client::observe::{Endpoint, NAMES, Observation, Resource, id_text, member};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the last read of an object shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A field that the run sent carries the run's tag.
    Tagged,
    /// No tag, and a name that this run gave.
    Given,
    /// Names, and none of them is the run's.
    Another,
    /// Nothing that the run sent.
    Nameless,
    /// That it is not there.
    Gone,
    /// Nothing: there was no read, or it failed.
    Unread,
}

/// All that is known of an object that a write would go to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// How its id stood before the run.
    pub(super) before: Before,
    /// What the last read shows.
    pub(super) shown: Shown,
    /// Whether a create of this run was answered with its id.
    pub(super) created: bool,
    /// Whether an earlier read in this run showed the run's tag there.
    pub(super) proven: bool,
}

/// Why an object is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotOurs {
    #[error("it was there before the run")]
    ThereBefore,
    #[error("it belongs to something else")]
    Another,
    #[error("it could not be read, so nothing shows whose it is")]
    Unread,
    #[error("it shows nothing that the run sent, and that it was not there before is not proven")]
    Nameless,
    #[error(
        "it carries the run's tag, and neither a create's answer nor a look at the target before shows that the run made it"
    )]
    Unproven,
}

/// Whether a write may go to an object: only after a read in this run has shown our tag in a field that we sent, and only to an
/// id that was not there before. Where the target shows none of the fields, the answer to our create and its absence before
/// are both needed.
pub(super) fn may_write(evidence: Evidence) -> Result<(), NotOurs> {
    let Evidence { before, shown, created, proven } = evidence;
    match shown {
        _ if before == Before::There => Err(NotOurs::ThereBefore),
        Shown::Gone => Ok(()),
        Shown::Tagged if before == Before::Unknown && !created && !proven => Err(NotOurs::Unproven),
        Shown::Tagged => Ok(()),
        Shown::Given | Shown::Nameless | Shown::Unread if proven => Ok(()),
        Shown::Nameless if created && before == Before::Absent => Ok(()),
        Shown::Given | Shown::Another => Err(NotOurs::Another),
        Shown::Nameless => Err(NotOurs::Nameless),
        Shown::Unread => Err(NotOurs::Unread),
    }
}

/// The fields of a resource that a run names it by: the names, and the e-mail addresses.
fn sent_fields(resource: &Value) -> impl Iterator<Item = &str> {
    let resource = Resource::of(resource);
    resource.names().chain(resource.values("emails").filter_map(|email| email.text("value")))
}

/// What a read shows of an object whose names carry that tag.
pub(super) fn shown(resource: &Value, tag: &str) -> Shown {
    let fields: Vec<&str> = sent_fields(resource).filter(|text| !text.is_empty()).collect();
    let tag = tag.to_lowercase();
    match fields.as_slice() {
        [] => Shown::Nameless,
        all if all.iter().any(|text| carries(text, &tag)) => Shown::Tagged,
        _ => Shown::Another,
    }
}

/// Whether a text carries a tag as a word of its own; both in lower case but for the text.
fn carries(text: &str, tag: &str) -> bool {
    let text = text.to_lowercase();
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !tag.is_empty()
        && text
            .match_indices(tag)
            .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + tag.len()..].chars().next()))
}

/// A read of an object before a write.
#[derive(Debug, Clone, Copy)]
pub enum Read<'a> {
    /// It was answered with this.
    Shows(&'a Value),
    /// It was answered that nothing is there.
    Gone,
    /// It failed, or there was none.
    Failed,
}

/// What one scenario knows of who is whose.
#[derive(Debug)]
pub(super) struct Ownership {
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
    /// Endpoint and id of what has shown the tag.
    proven: BTreeSet<(String, String)>,
}

impl Ownership {
    pub(super) fn new(tag: &str, shared: bool) -> Self {
        Self { tag: tag.to_lowercase(), shared, known: Mutex::default() }
    }

    /// Whether there are others in the tenant.
    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The scenario's tag.
    pub(super) fn tag(&self) -> &str {
        &self.tag
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
            let Some(id) = id_text(resource) else { continue };
            match (self.shown(resource), kind(resource, endpoint)) {
                // What a write is answered with is no read.
                (Shown::Tagged, _) if seen.method() == client::wire::Method::Get => {
                    self.lock().proven.insert((endpoint.to_owned(), id));
                }
                (Shown::Another, Some(kind)) => {
                    self.lock().others.insert((kind, id));
                }
                _ => {}
            }
        }
    }

    /// Whether a write may be sent to that resource, given how it was read before, how its id stood before the run, and whether
    /// a create of this run was answered with it.
    pub(super) fn may_write(
        &self,
        endpoint: &str,
        id: &str,
        read: Read<'_>,
        (before, created): (Before, bool),
    ) -> Result<(), NotOurs> {
        // An id that carries the tag was made up by the scenario: it addresses nothing of anybody's.
        if !self.shared || (before != Before::There && self.tagged(id)) {
            return Ok(());
        }
        let shown = match read {
            Read::Shows(resource) => self.shown(resource),
            Read::Gone => Shown::Gone,
            Read::Failed if self.is_anothers(endpoint, id) => Shown::Another,
            Read::Failed => Shown::Unread,
        };
        let proven = self.lock().proven.contains(&(endpoint.to_owned(), id.to_owned()));
        may_write(Evidence { before, shown, created, proven })
    }

    /// Who of those that a body puts into a group was made by others.
    pub(super) fn stranger(&self, body: &Value) -> Option<String> {
        let mut members = Vec::new();
        values(body, &mut members);
        members.iter().find(|id| self.shared && self.is_anothers("/Users", id)).map(|id| (*id).to_owned())
    }

    fn is_anothers(&self, endpoint: &str, id: &str) -> bool {
        self.lock().others.iter().any(|(at, other)| *at == endpoint && other == id)
    }

    fn shown(&self, resource: &Value) -> Shown {
        match shown(resource, &self.tag) {
            Shown::Another => {
                let known = self.lock();
                let given = sent_fields(resource).any(|name| known.given.contains(&name.to_lowercase()));
                if given { Shown::Given } else { Shown::Another }
            }
            shown => shown,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the resource belongs, by what names it; nothing is said of one that shows too little.
fn kind(resource: &Value, endpoint: &str) -> Option<&'static str> {
    let shows = |name: &str| Resource::of(resource).text(name).is_some_and(|text| !text.is_empty());
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

    #[test]
    fn the_rule_of_writes() {
        let before = [Before::There, Before::Absent, Before::Untagged, Before::Unknown];
        for (shown, created, proven, allowed) in [
            // Whether it may be written to, for each of these in turn.
            (Shown::Tagged, false, false, [false, true, true, false]),
            (Shown::Tagged, true, false, [false, true, true, true]),
            (Shown::Tagged, false, true, [false, true, true, true]),
            (Shown::Another, true, false, [false; 4]),
            (Shown::Another, true, true, [false; 4]),
            (Shown::Given, true, false, [false; 4]),
            (Shown::Given, true, true, [false, true, true, true]),
            (Shown::Nameless, false, false, [false; 4]),
            (Shown::Nameless, true, false, [false, true, false, false]),
            (Shown::Nameless, false, true, [false, true, true, true]),
            (Shown::Unread, true, false, [false; 4]),
            (Shown::Unread, false, true, [false, true, true, true]),
            (Shown::Gone, false, false, [false, true, true, true]),
        ] {
            let seen = before.map(|before| may_write(Evidence { before, shown, created, proven }).is_ok());
            assert_eq!(seen, allowed, "{shown:?}, created {created}, proven {proven}");
        }
    }

    #[test]
    fn a_tag_is_a_word_in_a_field_that_was_sent() {
        let of = |resource: Value| shown(&resource, "R1wzy004");
        assert_eq!(of(json!({ "UserName": "ADA.Lovelace.R1WZY004@example.com" })), Shown::Tagged, "renamed");
        assert_eq!(of(json!({ "userName": "ada", "externalId": "x-r1wzy004" })), Shown::Tagged);
        assert_eq!(of(json!({ "userName": "moved", "Emails": [{ "value": "ada.r1wzy004@x" }] })), Shown::Tagged);
        assert_eq!(of(json!({ "userName": "ada2.r1wzy005@example.com" })), Shown::Another, "another scenario's person");
        for substring in ["xr1wzy004", "r1wzy0041@example.com", "r1wzy004a@x"] {
            assert_eq!(of(json!({ "userName": substring })), Shown::Another, "{substring}");
        }
        assert_eq!(of(json!({ "displayName": "Crew", "members": [{ "display": "ada.r1wzy004" }] })), Shown::Another);
        assert_eq!(of(json!({ "id": "r1wzy004", "userName": "" })), Shown::Nameless);
    }

    fn answered(target: &str, body: &Value) -> Observation {
        let answer = Answer::made_up(200, &[], body.to_string());
        Observation::read(Arc::new(Exchange::made_up("http://h", Request::new(Method::Get, target), Ok(answer))), 0)
    }

    #[test]
    fn what_others_made_is_left_alone() {
        let ours = Ownership::new("r1wzy004", true);
        ours.gives(&json!({ "userName": "Plain", "emails": [{ "value": "x" }] }));
        ours.gives(&json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": "Crew" }] }));
        let list = json!({ "Resources": [
            { "id": "1", "userName": "resident0" },
            { "id": "2", "userName": "ada.R1WZY004@example.com" },
            { "id": 3, "userName": "ben.r1wzy004" },
            { "id": "5", "userName": "renamed", "emails": [{ "value": "ada.r1wzy004@example.com" }] },
            { "id": "6", "userName": "ada.r1wzy005@example.com" },
        ] });
        ours.learn(&answered("/Users?count=9", &list));
        let may = |id: &str, read: Read<'_>| ours.may_write("/Users", id, read, (Before::Unknown, false)).is_ok();
        let (plain, resident) = (json!({ "userName": "plain" }), json!({ "userName": "resident0" }));
        assert!(["2", "3", "5"].iter().all(|id| may(id, Read::Failed)));
        assert!(
            ["1", "6", "unheard of"].iter().all(|id| !may(id, Read::Failed)),
            "a resident, another scenario's, a stranger"
        );
        assert!(may("2", Read::Shows(&plain)), "renamed by us");
        assert!(!may("2", Read::Shows(&resident)), "not by us");
        assert!(!may("8", Read::Shows(&plain)), "a name alone is no proof");
        assert!(may("8", Read::Gone) && may("nobody-r1wzy004", Read::Failed));
        let adds = |id: &str| json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": id }] }] });
        assert_eq!(ours.stranger(&adds("1")).as_deref(), Some("1"));
        assert_eq!(ours.stranger(&adds("2")), None);
    }

    #[test]
    fn who_has_the_tenant_alone_may_write_to_all() {
        let alone = Ownership::new("r1wzy004", false);
        alone.learn(&answered("/Users", &json!({ "Resources": [{ "id": "1", "userName": "resident0" }] })));
        assert!(alone.may_write("/Users", "1", Read::Failed, (Before::There, false)).is_ok());
    }
}
