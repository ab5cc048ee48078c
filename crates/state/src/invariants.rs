//! Invariants over a whole state: pure functions, no requests.

mod references;
mod values;

use crate::TenantState;
use client::observe::{Resource, member};
use judge::verdict::Severity;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenInvariant {
    /// The invariant's id, for example `U2`.
    pub invariant: &'static str,
    /// How much it weighs; a warning is something to look at rather than a defect.
    pub severity: Severity,
    /// Ids of the objects concerned, in the order read.
    pub objects: Vec<String>,
    /// What is wrong, in one sentence.
    pub text: String,
}

/// The invariants that plain reads can show, with what each says.
pub const INVARIANTS: &[(&str, &str)] = &[
    ("U1", "each user has an id of its own"),
    ("U2", "each user has a userName, and no other user has it in any case"),
    ("U3", "user names differ in more than surrounding blanks"),
    ("U4", "an externalId belongs to one user"),
    ("U5", "an externalId is not blank and is no other user's id or userName"),
    ("U7", "a primary address belongs to one user"),
    ("U8", "a userName is not another user's address"),
    ("U9", "one of several values is primary, and none stands twice"),
    ("U10", "a userName does not look left behind by a deletion, an invitation or a name that was taken"),
    ("U13", "active is true or false"),
    ("U15", "meta.location is the user's own"),
    ("U16", "no password is shown"),
    ("U17", "values have the types of the schema, and attributes its names"),
    ("U18", "a manager is a user that is there, and not oneself"),
    ("G1", "each group has an id of its own and a displayName"),
    ("G2", "no two groups have the same displayName"),
    ("G3", "an externalId belongs to one group"),
    ("G4", "a group has members"),
    ("X1", "each member is a user or group that is there"),
    ("X2", "a member stands once in a group"),
    ("X3", "users and groups agree on who belongs where"),
    ("X4", "each group that a user names is there"),
    ("X5", "no group contains itself, directly or through others"),
    ("X7", "members are active"),
];

/// Every invariant that does not hold over `state`, in the order of [`INVARIANTS`].
///
/// What depends on having seen everybody (X1, X4, managers) is left out when the view is not complete.
#[must_use]
pub fn diagnose(state: &TenantState) -> Vec<BrokenInvariant> {
    let mut found = Broken(Vec::new());
    users(state, &mut found);
    values::values(state, &mut found);
    groups(state, &mut found);
    references::references(state, &mut found);
    let rank = |d: &BrokenInvariant| INVARIANTS.iter().position(|(id, _)| *id == d.invariant);
    found.0.sort_by_key(rank);
    found.0
}

/// What was found so far.
pub(super) struct Broken(Vec<BrokenInvariant>);

impl Broken {
    pub(super) fn add(&mut self, invariant: &'static str, severity: Severity, objects: Vec<String>, text: String) {
        self.0.push(BrokenInvariant { invariant, severity, objects, text });
    }
}

/// A text of a resource; blank is none.
pub(super) fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    member(resource, name).and_then(Value::as_str).filter(|t| !t.trim().is_empty())
}

/// An id that stands in a resource under this name, as text or number; blank is none.
pub(super) fn key<'a>(resource: &'a Value, name: &str) -> Option<Cow<'a, str>> {
    Resource::of(resource).key(name).filter(|t| !t.trim().is_empty())
}

/// A resource's id, or what can be said in its place.
pub(super) fn id(resource: &Value) -> String {
    key(resource, "id").map_or_else(|| "(no id)".to_owned(), Cow::into_owned)
}

/// A target's text made fit to print.
pub(super) fn show(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

/// Reports every key that several resources share.
fn shared<'a>(
    found: &mut Broken,
    (invariant, severity): (&'static str, Severity),
    what: &str,
    keyed: impl Iterator<Item = (String, &'a Value)>,
) {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, resource) in keyed {
        by_key.entry(key).or_default().push(id(resource));
    }
    for (key, ids) in by_key.into_iter().filter(|(_, ids)| ids.len() > 1) {
        let text = format!("{} have the same {what} \"{}\"", ids.len(), show(&key));
        found.add(invariant, severity, ids, text);
    }
}

fn keyed<'a>(all: &'a [Value], name: &'a str, fold: fn(&str) -> String) -> impl Iterator<Item = (String, &'a Value)> {
    all.iter().filter_map(move |r| Some((fold(&key(r, name)?), r)))
}

fn users(state: &TenantState, found: &mut Broken) {
    let all = &state.users;
    shared(found, ("U1", Severity::Violation), "id", keyed(all, "id", str::to_owned));
    shared(found, ("U2", Severity::Violation), "userName", keyed(all, "userName", str::to_lowercase));
    for user in all.iter().filter(|u| text(u, "userName").is_none()) {
        found.add("U2", Severity::Violation, vec![id(user)], "a user has no userName".to_owned());
    }
    let trimmed: HashSet<String> = keyed(all, "userName", str::to_lowercase).map(|(k, _)| k).collect();
    let blank = |(key, _): &(String, &Value)| key != key.trim() && trimmed.contains(key.trim());
    for (key, user) in keyed(all, "userName", str::to_lowercase).filter(blank) {
        let text = format!("userName \"{}\" differs from another's in blanks only", show(&key));
        found.add("U3", Severity::Warning, vec![id(user)], text);
    }
    shared(found, ("U4", Severity::Violation), "externalId", keyed(all, "externalId", str::to_owned));
    external_ids(all, found);
    addresses(all, found);
    for user in all {
        if member(user, "active").is_some_and(|a| !a.is_boolean() && !a.is_null()) {
            found.add("U13", Severity::Violation, vec![id(user)], "active is neither true nor false".to_owned());
        }
        if member(user, "password").is_some_and(|p| !p.is_null()) {
            found.add("U16", Severity::Hazard, vec![id(user)], "a password is shown".to_owned());
        }
    }
}

fn external_ids(all: &[Value], found: &mut Broken) {
    let mut owners: HashMap<Cow<'_, str>, &Value> = HashMap::new();
    for user in all {
        for name in ["id", "userName"] {
            if let Some(key) = key(user, name) {
                owners.entry(key).or_insert(user);
            }
        }
    }
    for user in all {
        let Some(given) = member(user, "externalId").and_then(Value::as_str) else { continue };
        if given.trim().is_empty() {
            found.add("U5", Severity::Warning, vec![id(user)], "an externalId is blank".to_owned());
        } else if let Some(owner) = owners.get(given).filter(|owner| id(owner) != id(user)) {
            let text = format!("externalId \"{}\" is another user's id or userName", show(given));
            found.add("U5", Severity::Violation, vec![id(user), id(owner)], text);
        }
    }
}

/// The address that stands for a user: the primary one, or the only one.
#[must_use]
pub fn address(user: &Value) -> Option<&str> {
    let all = member(user, "emails")?.as_array()?;
    let primary = all.iter().find(|e| member(e, "primary") == Some(&Value::Bool(true)));
    text(primary.or_else(|| all.first().filter(|_| all.len() == 1))?, "value")
}

fn addresses(all: &[Value], found: &mut Broken) {
    let owned = all.iter().filter_map(|u| Some((address(u)?.to_lowercase(), u)));
    // Shared mailboxes exist: it is something to look at.
    shared(found, ("U7", Severity::Warning), "primary address", owned.clone());
    let owners: HashMap<String, &Value> = owned.collect();
    for (name, user) in keyed(all, "userName", str::to_lowercase) {
        if let Some(owner) = owners
            .get(&name)
            .filter(|owner| id(owner) != id(user) && address(user).map(str::to_lowercase) != Some(name.clone()))
        {
            let text = format!("userName \"{}\" is another user's address", show(&name));
            found.add("U8", Severity::Warning, vec![id(user), id(owner)], text);
        }
    }
}

fn groups(state: &TenantState, found: &mut Broken) {
    let all = &state.groups;
    shared(found, ("G1", Severity::Violation), "id", keyed(all, "id", str::to_owned));
    for group in all.iter().filter(|g| text(g, "displayName").is_none()) {
        found.add("G1", Severity::Violation, vec![id(group)], "a group has no displayName".to_owned());
    }
    // The RFC allows it; IdPs that link groups by name take the wrong one.
    let folded = |name: &str| name.trim().to_lowercase();
    shared(found, ("G2", Severity::Warning), "displayName", keyed(all, "displayName", folded));
    shared(found, ("G3", Severity::Violation), "externalId", keyed(all, "externalId", str::to_owned));
    for group in all.iter().filter(|g| members(g).next().is_none()) {
        found.add("G4", Severity::Warning, vec![id(group)], "a group has no members".to_owned());
    }
}

/// The members of a group that say whom they mean.
pub(super) fn members(group: &Value) -> impl Iterator<Item = (Cow<'_, str>, &Value)> {
    let all = member(group, "members").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|m| Some((key(m, "value")?, m)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn state(users: Value, groups: Value) -> TenantState {
        let list = |v: Value| v.as_array().unwrap().clone();
        TenantState { users: list(users), groups: list(groups), complete: true, ..TenantState::default() }
    }

    pub(crate) fn ids(state: &TenantState) -> Vec<&'static str> {
        diagnose(state).iter().map(|d| d.invariant).collect()
    }

    fn broken(users: Value) -> Vec<&'static str> {
        ids(&state(users, json!([])))
    }

    fn two(a: Value, b: Value) -> Value {
        let fill = |mut v: Value, n: &str| {
            for (key, value) in [("id", n), ("userName", n)] {
                if v.get(key).is_none() {
                    v[key] = value.into();
                }
            }
            v
        };
        json!([fill(a, "u1"), fill(b, "u2")])
    }

    #[test]
    fn a_sound_state_has_no_diagnosis() {
        let users = two(
            json!({"externalId": "e1", "active": true, "emails": [{"value": "a@x.example", "primary": true}], "password": null}),
            json!({"externalId": "E1", "active": false, "emails": [{"value": "b@x.example"}]}),
        );
        let groups = json!([{"id": "g1", "displayName": "Crew", "members": [{"value": "u1"}]}]);
        assert_eq!(diagnose(&state(users, groups)), []);
    }

    #[test]
    fn users_are_told_apart() {
        assert_eq!(broken(two(json!({"id": "x"}), json!({"id": "x"}))), ["U1"]);
        assert_eq!(broken(two(json!({"userName": "Ada"}), json!({"userName": "ada"}))), ["U2"]);
        assert_eq!(broken(two(json!({"userName": ""}), json!({}))), ["U2"]);
        assert_eq!(broken(two(json!({"userName": "ada "}), json!({"userName": "ada"}))), ["U3"]);
        assert_eq!(broken(two(json!({"externalId": "e"}), json!({"externalId": "e"}))), ["U4"]);
        assert_eq!(broken(two(json!({"externalId": "u2"}), json!({}))), ["U5"]);
        assert_eq!(broken(two(json!({"externalId": " "}), json!({}))), ["U5"]);
        assert_eq!(broken(two(json!({"externalId": "u1"}), json!({}))), Vec::<&str>::new());
    }

    #[test]
    fn addresses_belong_to_one() {
        let mail = |value: &str| json!({"emails": [{"value": value}]});
        assert_eq!(broken(two(mail("A@x.example"), mail("a@x.example"))), ["U7"]);
        assert_eq!(broken(two(mail("u2"), json!({}))), ["U8"]);
        assert_eq!(broken(two(mail("u1"), json!({}))), Vec::<&str>::new());
    }

    #[test]
    fn values_are_what_they_should_be() {
        assert_eq!(broken(two(json!({"active": "False"}), json!({}))), ["U13"]);
        assert_eq!(broken(two(json!({"password": "x"}), json!({}))), ["U16"]);
    }

    #[test]
    fn groups_are_told_apart() {
        let group = |a: Value, b: Value| ids(&state(json!([{"id": "u1", "userName": "a"}]), json!([a, b])));
        let full = |id: &str, name: &str| json!({"id": id, "displayName": name, "members": [{"value": "u1"}]});
        assert_eq!(group(full("g1", "A"), full("g2", "B")), Vec::<&str>::new());
        assert_eq!(group(full("g1", "A"), full("g1", "B")), ["G1"]);
        assert_eq!(group(full("g1", ""), full("g2", "B")), ["G1"]);
        assert_eq!(group(full("g1", "Crew"), full("g2", "crew ")), ["G2"]);
        assert_eq!(group(full("g1", "A"), json!({"id": "g2", "displayName": "B"})), ["G4"]);
        let known = |id: &str| json!({"id": id, "displayName": id, "externalId": "e", "members": [{"value": "u1"}]});
        assert_eq!(group(known("g1"), known("g2")), ["G3"]);
    }
}
