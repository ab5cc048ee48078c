//! A tenant put into another one over SCIM, as far as that goes: what is to be created, in which order, and what cannot be.
//!
//! In: a state. Out: bodies to create without anything that the service alone writes, references to set once everybody has a new id, and
//! counts of what is lost. Never: a request, or a password.

use crate::plan::ObjectType;
use client::observe::{Resource, id_text, member};
use scim::urn::ENTERPRISE_USER;
use serde_json::{Map, Value, json};
use state::TenantState;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Members sent in one request.
const AT_ONCE: usize = 100;
const PATCH_OP: &str = scim::urn::PATCH_OP;

/// Something to create.
#[derive(Debug, Clone, PartialEq)]
pub struct Creation {
    /// What it is.
    pub object: ObjectType,
    /// Its id where it comes from.
    pub old: String,
    /// Its userName or displayName.
    pub name: String,
    /// What is sent.
    pub body: Value,
}

/// What a tenant comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Restoration {
    /// Users, then groups without members.
    pub creations: Vec<Creation>,
    /// Old ids of groups, with those of their members, each once.
    pub members: Vec<(String, Vec<String>)>,
    /// Old ids of users, with those of their managers.
    pub managers: Vec<(String, String)>,
    /// What cannot be restored: what it is, and how often.
    pub lost: BTreeMap<String, usize>,
}

/// What is to be done for a state, in order.
#[must_use]
pub fn restoration(state: &TenantState) -> Restoration {
    let mut all = Restoration::default();
    let known: HashSet<String> = state.users.iter().chain(&state.groups).filter_map(id_text).collect();
    let mut taken = HashSet::new();
    for (object, resources) in [(ObjectType::User, &state.users), (ObjectType::Group, &state.groups)] {
        for resource in resources {
            all.add(object, resource, &known, &mut taken);
        }
    }
    all
}

impl Restoration {
    fn lose(&mut self, what: &str) {
        *self.lost.entry(what.to_owned()).or_default() += 1;
    }

    fn add(&mut self, object: ObjectType, resource: &Value, known: &HashSet<String>, taken: &mut HashSet<String>) {
        let key = if object == ObjectType::User { "userName" } else { "displayName" };
        let Some(name) = Resource::of(resource).text(key).filter(|name| !name.trim().is_empty()) else {
            return self.lose(&format!("{}s without {key}: a service has to refuse them", object.name()));
        };
        let Some(old) = id_text(resource) else { return self.lose("objects without an id, to which nothing refers") };
        if !taken.insert(old.clone()) {
            return self.lose("objects with the id of another");
        }
        let body = body(resource);
        if member(resource, "password").is_some_and(|p| !p.is_null()) {
            self.lose("passwords that were shown");
        }
        match object {
            ObjectType::User => {
                let manager = member(resource, ENTERPRISE_USER).and_then(|e| member(e, "manager"));
                if let Some(boss) = manager.and_then(|m| Resource::of(m).key("value")) {
                    match known.contains(&*boss) {
                        true => self.managers.push((old.clone(), boss.into_owned())),
                        false => self.lose("managers who are not there"),
                    }
                }
            }
            ObjectType::Group => self.members_of(&old, resource, known),
        }
        self.creations.push(Creation { object, old, name: name.to_owned(), body });
    }

    fn members_of(&mut self, group: &str, resource: &Value, known: &HashSet<String>) {
        let (mut once, mut all) = (HashSet::new(), Vec::new());
        for value in Resource::of(resource).values("members").filter_map(|m| m.key("value")) {
            match (known.contains(&*value), once.insert(value.clone().into_owned())) {
                (_, false) => self.lose("members that stand twice in a group"),
                (false, true) => self.lose("members who are not there: a service has to refuse them"),
                (true, true) => all.push(value.into_owned()),
            }
        }
        if !all.is_empty() {
            self.members.push((group.to_owned(), all));
        }
    }

    /// The bodies of the PATCH requests that give references back, by the new id of their object. Whoever has no new id was not
    /// restored, and is counted.
    pub fn references(&mut self, ids: &HashMap<String, String>) -> Vec<(ObjectType, String, Value)> {
        let mut all = Vec::new();
        for (group, members) in std::mem::take(&mut self.members) {
            let there: Vec<&String> = members.iter().filter_map(|old| ids.get(old)).collect();
            let Some(group) = ids.get(&group) else { continue };
            for _missing in there.len()..members.len() {
                self.lose("members who were not restored");
            }
            for some in there.chunks(AT_ONCE) {
                let values: Vec<Value> = some.iter().map(|id| json!({ "value": id })).collect();
                let operation = json!({ "op": "add", "path": "members", "value": values });
                all.push((ObjectType::Group, group.clone(), patch(&operation)));
            }
        }
        for (user, boss) in std::mem::take(&mut self.managers) {
            match (ids.get(&user), ids.get(&boss)) {
                (Some(user), Some(boss)) => {
                    let path = format!("{ENTERPRISE_USER}:manager");
                    let operation = json!({ "op": "replace", "path": path, "value": { "value": boss } });
                    all.push((ObjectType::User, user.clone(), patch(&operation)));
                }
                _ => self.lose("managers who were not restored"),
            }
        }
        all
    }
}

fn patch(operation: &Value) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": [operation] })
}

/// What a client may send of a resource: not what the service alone writes (RFC 7643 section 3.1), no reference to an id of
/// elsewhere, and no password.
fn body(resource: &Value) -> Value {
    let mut body = Map::new();
    let left = ["id", "meta", "groups", "members", "password"];
    for (name, value) in resource.as_object().into_iter().flatten() {
        if value.is_null() || left.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            continue;
        }
        let mut value = value.clone();
        if let Some(extension) = value.as_object_mut().filter(|_| name.eq_ignore_ascii_case(ENTERPRISE_USER)) {
            extension.retain(|name, _| !name.eq_ignore_ascii_case("manager"));
            if extension.is_empty() {
                continue;
            }
        }
        body.insert(name.clone(), value);
    }
    Value::Object(body)
}

/// Attributes that were sent and that the answer does not show as they were.
#[must_use]
pub fn not_kept(sent: &Value, answer: &Value) -> Vec<String> {
    let plain = |name: &&String| !name.eq_ignore_ascii_case("schemas");
    let differs = |name: &&String| member(answer, name) != sent.get(name.as_str());
    let object = sent.as_object();
    object.into_iter().flat_map(Map::keys).filter(plain).filter(differs).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> TenantState {
        let boss = json!({"manager": {"value": "u2"}, "department": "Sales"});
        let users = vec![
            json!({"id": "u1", "userName": "ada", "password": "x", "title": null, "groups": [], "meta": {}, (ENTERPRISE_USER): boss}),
            json!({"id": "u2", "userName": "ben", (ENTERPRISE_USER): {"manager": {"value": "gone"}}}),
            json!({"id": "u2", "userName": "cem"}),
            json!({"id": "u3"}),
        ];
        let members = json!([{"value": "u1"}, {"value": "u1"}, {"value": "gone"}, {"value": "g2"}, {"value": "u3"}]);
        let groups = vec![
            json!({"id": "g1", "displayName": "Crew", "members": members}),
            json!({"id": "g2", "displayName": "Ops"}),
        ];
        TenantState { users, groups, complete: true, ..TenantState::default() }
    }

    #[test]
    fn bodies_hold_what_a_client_may_send_and_the_rest_is_counted() {
        let all = restoration(&state());
        let sent: Vec<&Value> = all.creations.iter().map(|c| &c.body).collect();
        let ada = json!({"userName": "ada", (ENTERPRISE_USER): {"department": "Sales"}});
        let expected = [ada, json!({"userName": "ben"}), json!({"displayName": "Crew"}), json!({"displayName": "Ops"})];
        assert_eq!(sent, expected.iter().collect::<Vec<_>>());
        let lost: Vec<(&str, usize)> = all.lost.iter().map(|(what, n)| (what.as_str(), *n)).collect();
        assert_eq!(
            lost,
            [
                ("managers who are not there", 1),
                ("members that stand twice in a group", 1),
                ("members who are not there: a service has to refuse them", 1),
                ("objects with the id of another", 1),
                ("passwords that were shown", 1),
                ("users without userName: a service has to refuse them", 1),
            ]
        );
    }

    #[test]
    fn references_are_given_back_under_the_new_ids_and_who_was_refused_is_counted() {
        let mut all = restoration(&state());
        let ids = [("u1", "n1"), ("u2", "n2"), ("g1", "m1"), ("g2", "m2")];
        let ids: HashMap<String, String> = ids.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let made = all.references(&ids);
        let operations: Vec<(&str, &Value)> =
            made.iter().map(|(_, id, body)| (id.as_str(), &body["Operations"][0]["value"])).collect();
        let (members, boss) = (json!([{"value": "n1"}, {"value": "m2"}]), json!({"value": "n2"}));
        assert_eq!(operations, [("m1", &members), ("n1", &boss)]);
        assert_eq!(all.lost["members who were not restored"], 1);
    }

    #[test]
    fn what_a_target_did_not_keep_is_named() {
        let sent = json!({"schemas": ["a"], "userName": "Ada", "title": "Dr", "active": true});
        assert_eq!(not_kept(&sent, &json!({"username": "ada", "active": true, "id": "1"})), ["userName", "title"]);
    }
}
