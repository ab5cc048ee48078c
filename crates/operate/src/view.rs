//! What the target is known to hold of this provider's, and what the provider made there.
//!
//! In: exchanges. Out: for each object the resource as the target showed it last, and the changes since that it answered without
//! showing it; what was created. Never: an object that the provider has nothing to do with, or a password.

use client::observe::{Endpoint, Observation, Resource, id_text, member};
use client::wire::Method;
use scim::secrecy::without_passwords;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Largest resource kept, in bytes of JSON.
const LARGEST: usize = 256 << 10;
/// Most changes kept that a target answered without showing the resource.
const MOST: usize = 100;

/// What is known of the target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct View {
    /// What the provider created there, and has not deleted.
    pub made: Vec<Made>,
    /// Users by id.
    pub users: BTreeMap<String, Seen>,
    /// Groups by id, without members where the provider never reads them.
    pub groups: BTreeMap<String, Seen>,
}

/// Something that was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Made {
    /// `/Users` or `/Groups`.
    pub endpoint: String,
    /// The target's id.
    pub id: String,
    /// The names it had, the first first: what it is known by before it is deleted.
    pub names: Vec<String>,
}

/// A resource as it was seen last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seen {
    /// The resource.
    pub resource: Value,
    /// PATCH bodies that succeeded since, in order, whose answers did not show the resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Value>,
}

/// The body without passwords.
fn clean(body: &Value) -> Value {
    let text = body.to_string();
    match without_passwords(text.as_bytes()) {
        Some(bytes) => serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        None => body.clone(),
    }
}

/// The name of a user or group.
pub(crate) fn name_of(resource: &Value) -> Option<&str> {
    Resource::of(resource).text("userName").or_else(|| Resource::of(resource).text("displayName"))
}

/// Whether the answer shows whole resources, members aside.
fn whole(seen: &Observation) -> bool {
    seen.query_value("attributes").is_none()
        && seen.query_value("excludedAttributes").is_none_or(|names| names.eq_ignore_ascii_case("members"))
}

impl View {
    fn all(&mut self, endpoint: &str) -> Option<&mut BTreeMap<String, Seen>> {
        match endpoint {
            "/Users" => Some(&mut self.users),
            "/Groups" => Some(&mut self.groups),
            _ => None,
        }
    }

    /// Learns from an exchange.
    pub(crate) fn learn(&mut self, seen: &Observation) {
        match (&seen.endpoint, seen.method()) {
            (Endpoint::Resource(at, id), Method::Delete) if seen.succeeded() => self.forget(at, id),
            (Endpoint::Resource(at, id), _) if seen.status() == Some(404) => self.forget(at, id),
            _ if !seen.succeeded() => {}
            (Endpoint::Collection(at), Method::Post) => self.created(at, seen),
            (Endpoint::Collection(at), Method::Get) if whole(seen) => {
                for resource in seen.resources() {
                    self.show(at, resource);
                }
            }
            (Endpoint::Resource(at, _), Method::Get) if whole(seen) => {
                seen.json().into_iter().for_each(|resource| self.show(at, resource));
            }
            (Endpoint::Resource(at, id), Method::Put | Method::Patch) => self.changed(at, id, seen),
            _ => {}
        }
    }

    fn created(&mut self, endpoint: &str, seen: &Observation) {
        let Some(resource) = seen.json() else { return };
        let Some(id) = id_text(resource) else { return };
        let sent = seen.sent.as_ref().and_then(name_of);
        let names = sent.or_else(|| name_of(resource)).map(str::to_owned).into_iter().collect();
        self.made.push(Made { endpoint: endpoint.to_owned(), id, names });
        self.show(endpoint, resource);
    }

    fn changed(&mut self, endpoint: &str, id: &str, seen: &Observation) {
        let sent = seen.sent.as_ref().map(clean);
        if let Some(resource) = seen.json().filter(|r| id_text(r).is_some()) {
            self.show(endpoint, resource);
        } else if let (Method::Put, Some(Value::Object(mut body))) = (seen.method(), sent.clone()) {
            body.insert("id".to_owned(), id.into());
            self.show(endpoint, &Value::Object(body));
        } else if let (Some(sent), Some(known)) = (sent, self.all(endpoint).and_then(|all| all.get_mut(id)))
            && known.then.len() < MOST
        {
            known.then.push(sent);
        }
        let renamed = seen.sent.as_ref().into_iter().flat_map(names_given);
        if let Some(made) = self.made.iter_mut().find(|m| m.endpoint == endpoint && m.id == id) {
            for name in renamed.filter(|name| !name.is_empty()) {
                if !made.names.contains(&name) {
                    made.names.push(name);
                }
            }
        }
    }

    fn show(&mut self, endpoint: &str, resource: &Value) {
        let Some(id) = id_text(resource) else { return };
        let mut resource = clean(resource);
        let Some(all) = self.all(endpoint) else { return };
        let shown = member(&resource, "members").is_some();
        if let (false, Some(before), Some(now)) = (
            shown,
            all.get(&id).and_then(|known| member(&known.resource, "members")).cloned(),
            resource.as_object_mut(),
        ) {
            now.insert("members".to_owned(), before);
        }
        // What was done to members since is known from what was sent alone.
        let then = match (endpoint, shown) {
            ("/Groups", false) => all.remove(&id).map(|known| known.then).unwrap_or_default(),
            _ => Vec::new(),
        };
        if resource.to_string().len() <= LARGEST {
            all.insert(id, Seen { resource, then });
        }
    }

    fn forget(&mut self, endpoint: &str, id: &str) {
        self.all(endpoint).and_then(|all| all.remove(id));
        self.made.retain(|made| made.endpoint != endpoint || made.id != id);
    }

    /// Keeps what is linked, and nothing of others.
    pub(crate) fn keep(&mut self, users: &BTreeSet<&str>, groups: &BTreeSet<&str>) {
        self.users.retain(|id, _| users.contains(id.as_str()));
        self.groups.retain(|id, _| groups.contains(id.as_str()));
    }
}

/// The names that a change gives, as a whole resource or as operations.
fn names_given(sent: &Value) -> Vec<String> {
    let mut names: Vec<String> = name_of(sent).map(str::to_owned).into_iter().collect();
    for operation in member(sent, "Operations").and_then(Value::as_array).into_iter().flatten() {
        let Some(value) = member(operation, "value") else { continue };
        match member(operation, "path").and_then(Value::as_str) {
            Some("userName" | "displayName") => names.extend(value.as_str().map(str::to_owned)),
            Some(_) => {}
            None => names.extend(name_of(value).map(str::to_owned)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange, Request};
    use serde_json::json;
    use std::sync::Arc;

    fn seen(method: Method, target: &str, sent: Option<&Value>, status: u16, answer: &str) -> Observation {
        let request = sent.into_iter().fold(Request::new(method, target), Request::json);
        let answer = Answer::made_up(status, &[], answer.to_owned());
        Observation::read(Arc::new(Exchange::made_up("http://h", request, Ok(answer))), 0)
    }

    #[test]
    fn what_was_made_and_shown_is_known_and_a_change_without_answer_too() {
        let mut view = View::default();
        let body = json!({"userName": "ada", "password": "s3cret-and-long"});
        let shown = r#"{"id": "7", "userName": "ada", "password": "s3cret-and-long"}"#;
        view.learn(&seen(Method::Post, "/Users", Some(&body), 201, shown));
        assert_eq!((view.made[0].id.as_str(), view.made[0].names.as_slice()), ("7", &["ada".to_owned()][..]));
        assert!(!serde_json::to_string(&view).unwrap().contains("s3cret"));
        let rename = json!({"Operations": [{"op": "Replace", "path": "userName", "value": "ada2"}]});
        view.learn(&seen(Method::Patch, "/Users/7", Some(&rename), 204, ""));
        assert_eq!((view.users["7"].then.as_slice(), view.made[0].names.len()), (&[rename][..], 2));
        view.learn(&seen(Method::Get, "/Users/7", None, 200, r#"{"id": "7", "userName": "ada2"}"#));
        assert!(view.users["7"].then.is_empty());
        view.learn(&seen(Method::Get, "/Users/7", None, 500, ""));
        assert_eq!(view.users.len(), 1);
        view.learn(&seen(Method::Delete, "/Users/7", None, 204, ""));
        assert_eq!(view, View::default());
    }

    #[test]
    fn members_that_are_never_read_stay_known_and_others_objects_go() {
        let mut view = View::default();
        view.learn(&seen(
            Method::Post,
            "/Groups",
            Some(&json!({"displayName": "Crew"})),
            201,
            r#"{"id": "9", "displayName": "Crew"}"#,
        ));
        let add = json!({"Operations": [{"op": "Add", "path": "members", "value": [{"value": "7"}]}]});
        view.learn(&seen(Method::Patch, "/Groups/9", Some(&add), 204, ""));
        view.learn(&seen(
            Method::Get,
            "/Groups/9?excludedAttributes=members",
            None,
            200,
            r#"{"id": "9", "displayName": "Crew"}"#,
        ));
        assert_eq!(view.groups["9"].then, [add]);
        let list = r#"{"Resources": [{"id": "1", "userName": "stranger"}]}"#;
        view.learn(&seen(Method::Get, "/Users?startIndex=1&count=2", None, 200, list));
        view.keep(&BTreeSet::new(), &["9"].into());
        assert!(view.users.is_empty() && view.groups.len() == 1);
    }
}
