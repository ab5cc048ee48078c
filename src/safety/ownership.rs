//! Whose an object is, and whether a DELETE or any other write may go to it: one rule for scenarios, cleanup and sweep.
//!
//! In: how an id stood before the run, what a read in this run shows of the object, what the ledger says. Out: whether it may be
//! written to, or why it is left alone. Never: I/O. A target may answer with the id of somebody else's object, and an IdP would
//! believe it: here nobody writes to what the run did not make.

use super::bulk;
use super::ledger::Before;
use super::names::name_attribute;
use client::observe::{Endpoint, NAMES, Observation, Resource, id_text, member};
use client::wire::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the last read of an object shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The name by which the target was searched before the run carries the run's tag.
    Tagged,
    /// Another field that the run sent does.
    TaggedAside,
    /// No tag, and a name that this run gave.
    Given,
    /// Names, and none of them is the run's.
    Another,
    /// Nothing that the run sent.
    Nameless,
    /// That it is not there.
    Gone,
    /// Nothing: there was no read, or it failed, or it was answered with something else than that resource.
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
    #[error("it could not be read under its own id, so nothing shows whose it is")]
    Unread,
    #[error("a read says that it is not there, and no read before has shown that it is the run's")]
    Gone,
    #[error("it shows nothing that the run sent, and nothing proves that it was not there before")]
    Nameless,
    #[error(
        "the run's tag stands in another field than its name, and nobody looked before the run for what carried it"
    )]
    Aside,
    #[error("the tenant could not be read before the run, so it may have been there")]
    Unproven,
    #[error("the request is not about a single resource, and others share the tenant")]
    NoResource,
}

/// Whether a write may go to an object: only after a read in this run has shown our tag in a field that we sent, and only to an
/// id that was not there before. Where the target shows none of the fields, the answer to our create and its absence before
/// are both needed.
pub(super) fn may_write(evidence: Evidence) -> Result<(), NotOurs> {
    let Evidence { before, shown, created, proven } = evidence;
    match (shown, before) {
        (_, Before::There) => Err(NotOurs::ThereBefore),
        (Shown::Another, _) => Err(NotOurs::Another),
        (_, Before::Unknown) => Err(NotOurs::Unproven),
        (Shown::Tagged, _) | (Shown::TaggedAside, Before::Absent) => Ok(()),
        (Shown::TaggedAside | Shown::Given | Shown::Nameless | Shown::Unread | Shown::Gone, _) if proven => Ok(()),
        (Shown::Nameless, Before::Absent) if created => Ok(()),
        (Shown::TaggedAside, _) => Err(NotOurs::Aside),
        (Shown::Given, _) => Err(NotOurs::Another),
        (Shown::Nameless, _) => Err(NotOurs::Nameless),
        (Shown::Gone, _) => Err(NotOurs::Gone),
        (Shown::Unread, _) => Err(NotOurs::Unread),
    }
}

/// The fields of a resource that a run names it by: the names, and the e-mail addresses.
fn sent_fields(resource: &Value) -> impl Iterator<Item = &str> {
    let resource = Resource::of(resource);
    resource.names().chain(resource.values("emails").filter_map(|email| email.text("value")))
}

/// What the answer to a read of that id shows of an object whose names carry that tag.
pub(super) fn shown(read: Read<'_>, (endpoint, id): (&str, &str), tag: &str) -> Shown {
    let resource = match read {
        Read::Gone => return Shown::Gone,
        Read::Shows(resource) if is_of(resource, id) => resource,
        Read::Shows(_) | Read::Failed => return Shown::Unread,
    };
    let fields: Vec<&str> = sent_fields(resource).filter(|text| !text.is_empty()).collect();
    let name = Resource::of(resource).text(name_attribute(endpoint)).unwrap_or_default();
    match fields.as_slice() {
        [] => Shown::Nameless,
        _ if carries(name, tag) => Shown::Tagged,
        all if all.iter().any(|text| carries(text, tag)) => Shown::TaggedAside,
        _ => Shown::Another,
    }
}

/// Whether a body is the resource of that id: a list, an empty object or another resource is none. A counter of lists that
/// strayed into a resource makes no list of it.
pub(super) fn is_of(resource: &Value, id: &str) -> bool {
    member(resource, "Resources").is_none()
        && id_text(resource).is_some_and(|own| own.to_lowercase() == id.to_lowercase())
}

/// Whether a text carries a tag as a word of its own, in any case.
fn carries(text: &str, tag: &str) -> bool {
    let (text, tag) = (text.to_lowercase(), tag.to_lowercase());
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !tag.is_empty()
        && text
            .match_indices(&tag)
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
    /// Endpoint and id of what has shown the tag when it was read.
    proven: BTreeSet<(String, String)>,
    /// Endpoint and id of what was proven until the run deleted it. Whoever has the id afterwards is somebody else.
    deleted: BTreeSet<(String, String)>,
}

impl Ownership {
    pub(super) fn new(tag: &str, shared: bool) -> Self {
        Self { tag: tag.to_owned(), shared, known: Mutex::default() }
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
        carries(name, &self.tag)
    }

    /// Takes down the names that a request gives.
    pub(super) fn gives(&self, body: &Value) {
        let mut names = Vec::new();
        collect(body, &mut names);
        self.lock().given.extend(names.into_iter().map(str::to_lowercase));
    }

    /// Takes down whose the resources of an answer are.
    pub(super) fn learn(&self, seen: &Observation) {
        if !seen.succeeded() {
            return;
        }
        match (seen.method(), &seen.endpoint, seen.json()) {
            // What a write is answered with is no read, and what a list shows is read by its id before it is written to.
            (Method::Get, Endpoint::Resource(endpoint, id), Some(resource)) => {
                let shown = self.shown(Read::Shows(resource), (endpoint, id));
                if matches!(shown, Shown::Tagged | Shown::TaggedAside) {
                    self.lock().proven.insert((endpoint.clone(), id.clone()));
                }
            }
            (Method::Delete, Endpoint::Resource(endpoint, id), _) => self.withdraw(endpoint, id),
            (Method::Post, Endpoint::Collection(at), _) if at.eq_ignore_ascii_case("/Bulk") => {
                for path in seen.sent.as_ref().map(bulk::deleted).unwrap_or_default() {
                    if let Endpoint::Resource(endpoint, id) = Endpoint::of(&path) {
                        self.withdraw(&endpoint, &id);
                    }
                }
            }
            _ => {}
        }
        if let Endpoint::Collection(endpoint) | Endpoint::Resource(endpoint, _) = &seen.endpoint {
            let single = seen.json().filter(|_| seen.resources().is_empty());
            for resource in seen.resources().iter().chain(single) {
                self.learn_others(resource, endpoint);
            }
        }
    }

    fn learn_others(&self, resource: &Value, endpoint: &str) {
        if let (Some(id), Some(kind)) = (id_text(resource), kind(resource, endpoint))
            && self.shown(Read::Shows(resource), (endpoint, &id)) == Shown::Another
        {
            self.lock().others.insert((kind, id));
        }
    }

    /// What was ours is gone: its id proves nothing any more.
    fn withdraw(&self, endpoint: &str, id: &str) {
        let mut known = self.lock();
        let of = (endpoint.to_owned(), id.to_owned());
        if known.proven.remove(&of) {
            known.deleted.insert(of);
        }
    }

    /// Whether a write may be sent to that resource, given how it was read before, how its id stood before the run, and whether
    /// a create of this run was answered with it.
    pub(super) fn may_write(
        &self,
        (endpoint, id): (&str, &str),
        read: Read<'_>,
        (before, created): (Before, bool),
    ) -> Result<(), NotOurs> {
        if !self.shared {
            return Ok(());
        }
        let shown = match self.shown(read, (endpoint, id)) {
            Shown::Unread if self.is_anothers(endpoint, id) => Shown::Another,
            shown => shown,
        };
        // An id that carries the tag, and that no target has given, was made up by the scenario: nobody has it.
        let made_up = !created && before != Before::There && carries(id, &self.tag);
        let (of, known) = ((endpoint.to_owned(), id.to_owned()), self.lock());
        let removed = shown == Shown::Gone && before != Before::There && known.deleted.contains(&of);
        if removed || (made_up && matches!(shown, Shown::Gone | Shown::Unread)) {
            return Ok(());
        }
        may_write(Evidence { before, shown, created, proven: known.proven.contains(&of) })
    }

    /// Who of those that a body puts into a group was made by others, as far as it was seen or `there` says.
    pub(super) fn stranger(&self, body: &Value, there: impl Fn(&str) -> bool) -> Option<String> {
        let mut members = Vec::new();
        values(body, &mut members);
        let stranger = |id: &&&str| ["/Users", "/Groups"].iter().any(|at| self.is_anothers(at, id)) || there(id);
        members.iter().find(|id| self.shared && stranger(id)).map(|id| (*id).to_owned())
    }

    fn is_anothers(&self, endpoint: &str, id: &str) -> bool {
        self.lock().others.iter().any(|(at, other)| *at == endpoint && other == id)
    }

    fn shown(&self, read: Read<'_>, of: (&str, &str)) -> Shown {
        match (shown(read, of, &self.tag), read) {
            (Shown::Another, Read::Shows(resource)) => {
                let known = self.lock();
                let given = sent_fields(resource).any(|name| known.given.contains(&name.to_lowercase()));
                if given { Shown::Given } else { Shown::Another }
            }
            (shown, _) => shown,
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
        let before = [Before::There, Before::Absent, Before::Untagged, Before::Lost, Before::Unknown];
        for (shown, created, proven, allowed) in [
            // Whether it may be written to, for each of these in turn.
            (Shown::Tagged, false, false, [false, true, true, true, false]),
            (Shown::Tagged, true, true, [false, true, true, true, false]),
            (Shown::TaggedAside, true, false, [false, true, false, false, false]),
            (Shown::TaggedAside, false, true, [false, true, true, true, false]),
            (Shown::Another, true, false, [false; 5]),
            (Shown::Another, true, true, [false; 5]),
            (Shown::Given, true, false, [false; 5]),
            (Shown::Given, true, true, [false, true, true, true, false]),
            (Shown::Nameless, false, false, [false; 5]),
            (Shown::Nameless, true, false, [false, true, false, false, false]),
            (Shown::Nameless, false, true, [false, true, true, true, false]),
            (Shown::Unread, true, false, [false; 5]),
            (Shown::Unread, false, true, [false, true, true, true, false]),
            (Shown::Gone, true, false, [false; 5]),
            (Shown::Gone, false, true, [false, true, true, true, false]),
        ] {
            let seen = before.map(|before| may_write(Evidence { before, shown, created, proven }).is_ok());
            assert_eq!(seen, allowed, "{shown:?}, created {created}, proven {proven}");
        }
    }

    #[test]
    fn a_tag_is_a_word_in_a_field_that_was_sent() {
        let of = |mut resource: Value| {
            resource["id"] = json!("7");
            shown(Read::Shows(&resource), ("/Users", "7"), "R1wzy004")
        };
        assert_eq!(of(json!({ "UserName": "ADA.Lovelace.R1WZY004@example.com" })), Shown::Tagged, "renamed");
        assert_eq!(of(json!({ "userName": "ada", "externalId": "x-r1wzy004" })), Shown::TaggedAside);
        assert_eq!(of(json!({ "userName": "moved", "Emails": [{ "value": "ada.r1wzy004@x" }] })), Shown::TaggedAside);
        assert_eq!(of(json!({ "userName": "ada2.r1wzy005@example.com" })), Shown::Another, "another scenario's person");
        for substring in ["xr1wzy004", "r1wzy0041@example.com", "r1wzy004a@x"] {
            assert_eq!(of(json!({ "userName": substring })), Shown::Another, "{substring}");
        }
        assert_eq!(of(json!({ "displayName": "Crew", "members": [{ "display": "ada.r1wzy004" }] })), Shown::Another);
        assert_eq!(of(json!({ "userName": "" })), Shown::Nameless);
    }

    #[test]
    fn a_read_shows_the_resource_of_its_id_or_nothing() {
        let of = |resource: Value| shown(Read::Shows(&resource), ("/Users", "7"), "r1wzy004");
        let ada = "ada.r1wzy004@example.com";
        assert_eq!(of(json!({ "id": 7, "userName": ada })), Shown::Tagged);
        for other in [
            json!({}),
            json!({ "userName": ada }),
            json!({ "id": "8", "userName": ada }),
            json!({ "id": "07", "userName": ada }),
            json!({ "id": "7", "totalResults": 1, "Resources": [{ "id": "7", "userName": ada }] }),
        ] {
            assert_eq!(of(other.clone()), Shown::Unread, "{other}");
        }
    }

    fn exchanged(method: Method, target: &str, body: &Value) -> Observation {
        let answer = Answer::made_up(200, &[], body.to_string());
        let request = Request::new(method, target).json(body);
        Observation::read(Arc::new(Exchange::made_up("http://h", request, Ok(answer))), 0)
    }

    #[test]
    fn what_others_made_is_left_alone() {
        let ours = Ownership::new("r1wzy004", true);
        ours.gives(&json!({ "userName": "Plain", "emails": [{ "value": "x" }] }));
        ours.gives(&json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": "Crew" }] }));
        let all = [
            json!({ "id": "1", "userName": "resident0" }),
            json!({ "id": "2", "userName": "ada.R1WZY004@example.com" }),
            json!({ "id": 3, "userName": "ben.r1wzy004" }),
            json!({ "id": "5", "userName": "renamed", "emails": [{ "value": "ada.r1wzy004@example.com" }] }),
            json!({ "id": "6", "userName": "ada.r1wzy005@example.com" }),
        ];
        let may = |id: &str, read: Read<'_>| ours.may_write(("/Users", id), read, (Before::Untagged, true));
        ours.learn(&exchanged(Method::Get, "/Users?count=9", &json!({ "Resources": all })));
        assert!(["2", "3", "5"].iter().all(|id| may(id, Read::Failed).is_err()), "a list proves nothing");
        assert_eq!(may("1", Read::Failed), Err(NotOurs::Another), "but it may show who is another's");
        for resource in &all {
            let id = id_text(resource).unwrap();
            ours.learn(&exchanged(Method::Get, &format!("/Users/{id}"), resource));
        }
        assert!(["2", "3"].iter().all(|id| may(id, Read::Failed).is_ok()));
        assert!(
            ["1", "6", "9"].iter().all(|id| may(id, Read::Failed).is_err()),
            "a resident, another scenario's, nobody"
        );
        let (plain, resident) =
            (json!({ "id": "2", "userName": "plain" }), json!({ "id": "2", "userName": "resident0" }));
        assert!(may("2", Read::Shows(&plain)).is_ok(), "renamed by us");
        assert!(may("2", Read::Shows(&resident)).is_err(), "not by us");
        assert!(may("8", Read::Shows(&json!({ "id": "8", "userName": "plain" }))).is_err(), "a name alone is no proof");
        assert!(may("8", Read::Gone).is_err() && may("2", Read::Gone).is_ok());
        let adds = |id: &str| json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": id }] }] });
        assert_eq!(ours.stranger(&adds("1"), |_| false).as_deref(), Some("1"));
        assert_eq!(ours.stranger(&adds("2"), |_| false), None);
        assert_eq!(ours.stranger(&adds("77"), |id| id == "77").as_deref(), Some("77"), "there before the run");
    }

    #[test]
    fn an_id_that_the_scenario_made_up_is_nobodys_and_one_that_was_given_is_not_believed() {
        let ours = Ownership::new("r1wzy004", true);
        let id = "nobody-r1wzy004";
        let may =
            |id: &str, read: Read<'_>, before, created| ours.may_write(("/Users", id), read, (before, created)).is_ok();
        assert!(may(id, Read::Gone, Before::Unknown, false) && may(id, Read::Failed, Before::Untagged, false));
        assert!(!may(id, Read::Failed, Before::Untagged, true), "a create was answered with it");
        assert!(!may(id, Read::Gone, Before::There, false));
        let resident = json!({ "id": id, "userName": "resident0" });
        assert!(!may(id, Read::Shows(&resident), Before::Untagged, false), "a read says otherwise");
        assert!(!may("xr1wzy004", Read::Gone, Before::Untagged, false), "a part of a word is no tag");
    }

    #[test]
    fn what_the_run_has_deleted_proves_nothing_any_more() {
        let ours = Ownership::new("r1wzy004", true);
        let may = |id: &str, read| ours.may_write(("/Users", id), read, (Before::Absent, true)).is_ok();
        let delete = json!({ "Operations": [{ "method": "DELETE", "path": "/Users/3" }] });
        for (id, request) in
            [("2", exchanged(Method::Delete, "/Users/2", &json!({}))), ("3", exchanged(Method::Post, "/Bulk", &delete))]
        {
            let ada = json!({ "id": id, "userName": "ada.r1wzy004@example.com" });
            ours.learn(&exchanged(Method::Get, &format!("/Users/{id}"), &ada));
            assert!(may(id, Read::Failed));
            ours.learn(&request);
            assert!(!may(id, Read::Failed) && may(id, Read::Gone), "{id}: the id may be another's by now");
        }
    }

    #[test]
    fn who_has_the_tenant_alone_may_write_to_all() {
        let alone = Ownership::new("r1wzy004", false);
        alone.learn(&exchanged(
            Method::Get,
            "/Users",
            &json!({ "Resources": [{ "id": "1", "userName": "resident0" }] }),
        ));
        assert!(alone.may_write(("/Users", "1"), Read::Failed, (Before::There, false)).is_ok());
    }
}
