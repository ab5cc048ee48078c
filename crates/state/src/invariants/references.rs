//! Invariants between users and groups: who is named is there, and both sides agree.

use super::{Broken, id, key, members, show, text};
use crate::TenantState;
use client::observe::member;
use judge::verdict::Severity;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

const ENTERPRISE: &str = scim::urn::ENTERPRISE_USER;

pub(super) fn references(state: &TenantState, found: &mut Broken) {
    let known = KnownIds::of(state);
    for group in &state.groups {
        listed(group, &known, found, state.complete);
    }
    for user in &state.users {
        manager(user, &known, found, state.complete);
    }
    let parents = Parents::of(state);
    circles(state, &parents, found);
    agreement(state, &known, &parents, found);
}

/// Everything by its id.
struct KnownIds<'a> {
    users: HashMap<Cow<'a, str>, &'a Value>,
    groups: HashMap<Cow<'a, str>, &'a Value>,
}

impl<'a> KnownIds<'a> {
    fn of(state: &'a TenantState) -> Self {
        let by_id = |all: &'a [Value]| all.iter().filter_map(|r| Some((key(r, "id")?, r))).collect();
        Self { users: by_id(&state.users), groups: by_id(&state.groups) }
    }
}

fn listed(group: &Value, known: &KnownIds<'_>, found: &mut Broken, complete: bool) {
    let mut once = HashSet::new();
    for (value, entry) in members(group) {
        if !once.insert(value.clone()) {
            found.add("X2", Severity::Warning, vec![id(group)], format!("member {} stands twice", show(&value)));
            continue;
        }
        let other_type = text(entry, "type").is_some_and(|t| !["user", "group"].contains(&t.to_lowercase().as_str()));
        let there = known.users.contains_key(&value) || known.groups.contains_key(&value);
        if complete && !there && !other_type {
            let text = format!("member {} is nobody who is there", show(&value));
            found.add("X1", Severity::Violation, vec![id(group), value.to_string()], text);
        }
        let inactive = known.users.get(&value).is_some_and(|u| member(u, "active") == Some(&Value::Bool(false)));
        if inactive {
            let text = format!("member {} is inactive", show(&value));
            found.add("X7", Severity::Warning, vec![id(group), value.into_owned()], text);
        }
    }
}

fn manager(user: &Value, known: &KnownIds<'_>, found: &mut Broken, complete: bool) {
    let Some(boss) = member(user, ENTERPRISE).and_then(|e| member(e, "manager")).and_then(|m| key(m, "value")) else {
        return;
    };
    if key(user, "id").as_ref() == Some(&boss) {
        found.add("U18", Severity::Warning, vec![id(user)], "a user is their own manager".to_owned());
    } else if complete && !known.users.contains_key(&boss) {
        let text = format!("manager {} is nobody who is there", show(&boss));
        found.add("U18", Severity::Warning, vec![id(user), boss.into_owned()], text);
    }
}

/// For each group and user, the groups that list them, by where these stand.
struct Parents<'a> {
    of: HashMap<Cow<'a, str>, Vec<u32>>,
    ids: Vec<Option<Cow<'a, str>>>,
}

impl<'a> Parents<'a> {
    fn of(state: &'a TenantState) -> Self {
        let mut of: HashMap<Cow<'_, str>, Vec<u32>> = HashMap::new();
        for (at, group) in (0..).zip(&state.groups) {
            for (value, _) in members(group) {
                of.entry(value).or_default().push(at);
            }
        }
        Self { of, ids: state.groups.iter().map(|group| key(group, "id")).collect() }
    }

    /// The ids of the groups that list somebody.
    fn direct(&self, id: &str) -> impl Iterator<Item = &Cow<'a, str>> {
        self.of.get(id).into_iter().flatten().filter_map(|at| self.id(*at))
    }

    /// Whether a group contains somebody, directly or through others.
    fn contains(&self, group: &str, id: &str) -> bool {
        let mut reached: HashSet<u32> = HashSet::new();
        let mut next: Vec<&str> = vec![id];
        while let Some(at) = next.pop() {
            for up in self.of.get(at).into_iter().flatten() {
                let Some(own) = self.id(*up) else { continue };
                if own == group {
                    return true;
                }
                if reached.insert(*up) {
                    next.push(own);
                }
            }
        }
        false
    }

    fn id(&self, at: u32) -> Option<&Cow<'a, str>> {
        self.ids.get(at as usize)?.as_ref()
    }
}

fn circles(state: &TenantState, parents: &Parents<'_>, found: &mut Broken) {
    for own in state.groups.iter().filter_map(|group| key(group, "id")) {
        if parents.contains(&own, &own) {
            found.add("X5", Severity::Violation, vec![own.into_owned()], "a group contains itself".to_owned());
        }
    }
}

/// `groups` of a user against `members` of the groups; only where the target shows `groups` at all.
fn agreement(state: &TenantState, known: &KnownIds<'_>, parents: &Parents<'_>, found: &mut Broken) {
    // Without any group nothing tells a target without groups from one that lost them.
    if state.groups.is_empty() || !state.users.iter().any(|u| member(u, "groups").is_some_and(Value::is_array)) {
        return;
    }
    for user in &state.users {
        let Some(own) = key(user, "id") else { continue };
        let named: HashSet<Cow<'_, str>> = member(user, "groups")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|g| key(g, "value"))
            .collect();
        let mut sorted: Vec<&str> = named.iter().map(|group| &**group).collect();
        sorted.sort_unstable();
        for group in sorted {
            if !known.groups.contains_key(group) {
                if state.complete {
                    let text = format!("group {} that a user names is not there", show(group));
                    found.add("X4", Severity::Violation, vec![own.to_string(), group.to_owned()], text);
                }
            } else if !parents.contains(group, &own) {
                let text = "a user names a group that does not list them".to_owned();
                found.add("X3", Severity::Violation, vec![own.to_string(), group.to_owned()], text);
            }
        }
        for group in parents.direct(&own).filter(|g| !named.contains(*g)) {
            let text = "a group lists a user who does not name it".to_owned();
            found.add("X3", Severity::Violation, vec![own.to_string(), group.to_string()], text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::invariants::tests::{ids, state};
    use serde_json::{Value, json};

    fn user(id: &str, groups: &Value) -> Value {
        json!({"id": id, "userName": id, "groups": groups})
    }

    fn group(id: &str, members: &[&str]) -> Value {
        let members: Vec<Value> = members.iter().map(|m| json!({"value": m})).collect();
        json!({"id": id, "displayName": id, "members": members})
    }

    #[test]
    fn members_are_there_once_and_active() {
        let with = |members: &[&str]| {
            let users = json!([{"id": "u1", "userName": "a"}, {"id": "u2", "userName": "b", "active": false}]);
            ids(&state(users, json!([group("g1", members)])))
        };
        assert_eq!(with(&["u1"]), Vec::<&str>::new());
        assert_eq!(with(&["u1", "gone"]), ["X1"]);
        assert_eq!(with(&["u1", "u1"]), ["X2"]);
        assert_eq!(with(&["u2"]), ["X7"]);
        let device = json!([{"id": "g1", "displayName": "g", "members": [{"value": "d1", "type": "Device"}]}]);
        assert_eq!(ids(&state(json!([]), device)), Vec::<&str>::new());
    }

    #[test]
    fn an_incomplete_view_accuses_nobody_of_being_missing() {
        let mut part = state(json!([]), json!([group("g1", &["gone"])]));
        part.complete = false;
        assert_eq!(ids(&part), Vec::<&str>::new());
    }

    #[test]
    fn both_sides_agree() {
        let one = |groups: Value| {
            ids(&state(json!([user("u1", &groups)]), json!([group("g1", &["u1"]), group("g2", &["g1"])])))
        };
        assert_eq!(one(json!([{"value": "g1"}])), Vec::<&str>::new());
        assert_eq!(one(json!([{"value": "g1"}, {"value": "g2", "type": "indirect"}])), Vec::<&str>::new());
        assert_eq!(one(json!([])), ["X3"]);
        assert_eq!(one(json!([{"value": "g1"}, {"value": "ghost"}])), ["X4"]);
        assert_eq!(one(json!(null)), Vec::<&str>::new());
        let stray = state(
            json!([user("u1", &json!([{"value": "g1"}])), user("u2", &json!([]))]),
            json!([group("g1", &["u2"])]),
        );
        assert_eq!(ids(&stray), ["X3", "X3"]);
    }

    #[test]
    fn no_group_contains_itself() {
        let circle = |a: &[&str], b: &[&str]| ids(&state(json!([]), json!([group("g1", a), group("g2", b)])));
        assert_eq!(circle(&["g2"], &["g1"]), ["X5", "X5"]);
        let users = json!([{"id": "u1", "userName": "a"}]);
        assert_eq!(ids(&state(users, json!([group("g1", &["g2"]), group("g2", &["u1"])]))), Vec::<&str>::new());
    }

    #[test]
    fn managers_are_others_who_are_there() {
        let urn = super::ENTERPRISE;
        let with = |boss: &str| {
            let users = json!([{"id": "u1", "userName": "a", urn: {"manager": {"value": boss}}}, {"id": "u2", "userName": "b"}]);
            ids(&state(users, json!([])))
        };
        assert_eq!(with("u2"), Vec::<&str>::new());
        assert_eq!(with("u1"), ["U18"]);
        assert_eq!(with("u9"), ["U18"]);
    }
}
