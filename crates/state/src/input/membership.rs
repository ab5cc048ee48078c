//! Memberships that stand on lines of their own, put into their groups.
//!
//! In: groups and members by id or by name. Out: `members` of the groups. Never: a membership dropped: a group that nobody
//! described is made, and a member that nobody is stays as it was written.

use super::gather::Gathered;
use client::observe::{Resource, id_text};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

fn fold(text: &str) -> String {
    scim::prepared::prepared(text.trim(), false).into_owned()
}

/// What may name a resource, and each name's owner; none where several have it.
type Names = HashMap<String, Option<usize>>;
/// A name of a resource, or several.
type NamesOf = fn(&Value) -> Vec<String>;

fn text(resource: &Value, name: &str) -> Vec<String> {
    Resource::of(resource).text(name).map(str::to_owned).into_iter().collect()
}

fn folded(resource: &Value, name: &str) -> Vec<String> {
    text(resource, name).iter().map(|name| fold(name)).collect()
}

/// By what a user may be named, the surest first; where two accounts differ in case only, the one written so is meant.
const USERS: &[NamesOf] = &[
    |user| text(user, "userName"),
    |user| folded(user, "userName"),
    |user| text(user, "externalId"),
    |user| Resource::of(user).values("emails").filter_map(|mail| mail.text("value").map(fold)).collect(),
];
const GROUPS: &[NamesOf] =
    &[|group| text(group, "displayName"), |group| folded(group, "displayName"), |group| text(group, "externalId")];

fn names(all: &[Value], ways: &[NamesOf]) -> Vec<Names> {
    let owners = |of: &NamesOf| {
        let mut names = Names::new();
        for (at, resource) in all.iter().enumerate() {
            for name in of(resource) {
                let known = names.entry(name).or_insert(Some(at));
                *known = known.filter(|first| *first == at);
            }
        }
        names
    };
    ways.iter().map(owners).collect()
}

/// Whose name that is, in one way or another.
fn named(given: &str, names: &[Names]) -> Option<usize> {
    let of = |names: &Names, text: &str| names.get(text).copied().flatten();
    let folded = fold(given);
    names.iter().find_map(|names| of(names, given).or_else(|| of(names, &folded)))
}

/// Puts the memberships into the groups.
pub(super) fn join(gathered: &mut Gathered) {
    let all = std::mem::take(&mut gathered.memberships);
    if all.is_empty() {
        return;
    }
    let ids = |all: &[Value]| -> HashMap<String, usize> {
        all.iter().enumerate().filter_map(|(at, r)| Some((id_text(r)?, at))).collect()
    };
    let (user_ids, group_ids) = (ids(&gathered.users), ids(&gathered.groups));
    let (user_names, group_names) = (names(&gathered.users, USERS), names(&gathered.groups, GROUPS));
    let (mut by_name, mut made) = (0_usize, 0_usize);
    let mut new: BTreeMap<String, usize> = BTreeMap::new();
    let mut lists: HashMap<usize, Vec<Value>> = HashMap::new();
    for one in all {
        let known = group_ids.get(&one.group).copied().or_else(|| named(&one.group, &group_names));
        let group = known.unwrap_or_else(|| {
            *new.entry(one.group.clone()).or_insert_with(|| {
                made += 1;
                gathered.groups.push(json!({"id": one.group, "displayName": one.group}));
                gathered.groups.len() - 1
            })
        });
        let there = user_ids.contains_key(&one.member) || group_ids.contains_key(&one.member);
        let meant = if there { None } else { named(&one.member, &user_names) };
        let id = meant.and_then(|at| id_text(&gathered.users[at]));
        by_name += usize::from(id.is_some());
        lists.entry(group).or_default().push(json!({"value": id.unwrap_or(one.member)}));
    }
    for (at, mut members) in lists {
        let Some(group) = gathered.groups[at].as_object_mut() else { continue };
        let name =
            group.keys().find(|k| k.eq_ignore_ascii_case("members")).cloned().unwrap_or_else(|| "members".to_owned());
        let mut before = group.get(&name).and_then(Value::as_array).cloned().unwrap_or_default();
        // One of the table that the group's own list has too is the same membership.
        let known: HashSet<String> =
            before.iter().filter_map(|m| Resource::of(m).key("value").map(Cow::into_owned)).collect();
        members.retain(|m| !Resource::of(m).key("value").is_some_and(|value| known.contains(&*value)));
        before.append(&mut members);
        group.insert(name, Value::Array(before));
    }
    if by_name > 0 {
        gathered.remarks.push(format!("{by_name} members were given by name or address, and found by it"));
    }
    if made > 0 {
        gathered.remarks.push(format!("{made} groups are known from their members only; their ids are their names"));
    }
}
