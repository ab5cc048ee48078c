//! What is wrong with groups: claimed by nobody, there twice, or with other members than they should have.

use super::register::{Register, fold};
use super::{active, group, objects, user};
use crate::TenantState;
use crate::diagnosis::{self, Concerned, Diagnosis, Sure};
use crate::invariants::{id, members, show, text};
use directory::ExportedGroup;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

pub(super) fn judge(state: &TenantState, register: Option<&Register<'_>>, found: &mut Vec<Diagnosis>) {
    let mut told = HashSet::new();
    twins(state, register, found, &mut told);
    match register.and_then(|r| Some((r, r.groups.as_deref()?))) {
        Some((register, groups)) => by_directory(state, register, groups, found, &told),
        None => idle(state, found),
    }
    // What a directory says of a group is more than what its shape does.
    let other = found.iter().filter(|d| d.kind == diagnosis::OTHER_MEMBERS);
    told.extend(other.filter_map(|d| d.objects.first()?.id.clone()));
    super::odd::members_of_groups(state, &told, found);
}

fn shown(group: &Value) -> String {
    show(text(group, "displayName").unwrap_or("(no displayName)"))
}

/// Groups of one name, or one externalId.
fn twins(state: &TenantState, register: Option<&Register<'_>>, found: &mut Vec<Diagnosis>, told: &mut HashSet<String>) {
    for attribute in ["externalId", "displayName"] {
        let mut sets: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for group in &state.groups {
            if let Some(key) = text(group, attribute) {
                let key = if attribute == "displayName" { fold(key) } else { key.to_owned() };
                sets.entry(key).or_default().push(group);
            }
        }
        for (key, groups) in sets.into_iter().filter(|(_, g)| g.len() > 1) {
            let ids: Vec<String> = groups.iter().map(|g| id(g)).collect();
            if ids.iter().all(|id| told.contains(id)) {
                continue;
            }
            let directory = register.and_then(|r| r.groups.as_deref());
            let wanted = directory.map(|all| all.iter().filter(|(_, g)| fold(&g.display_name) == key).count());
            let (sure, sign) = match (attribute, wanted) {
                ("externalId", _) => (Sure::Certain, "the externalId is the same"),
                (_, Some(1)) => (Sure::Certain, "the directory has one group of this name"),
                // The directory asks for as many.
                (_, Some(n)) if n >= groups.len() => continue,
                _ => (Sure::Possible, "the name is the same but for case and blanks, which some products allow"),
            };
            told.extend(ids);
            found.push(Diagnosis {
                kind: diagnosis::TWIN_GROUPS,
                sure,
                text: format!("{} groups \"{}\"", groups.len(), shown(groups[0])),
                known_by: sign.to_owned(),
                objects: objects(groups, group),
            });
        }
    }
}

/// Without a directory: groups in which nobody is who could use them.
fn idle(state: &TenantState, found: &mut Vec<Diagnosis>) {
    let inactive: HashSet<String> = state.users.iter().filter(|u| !active(u)).map(id).collect();
    for idle in &state.groups {
        let mut all = members(idle).map(|(value, _)| value).peekable();
        let sign = if all.peek().is_none() {
            "it has no members: left behind by an IdP, or pushed by a run that broke off before its members came"
        } else if all.all(|m| inactive.contains(&*m)) {
            "all its members are inactive"
        } else {
            continue;
        };
        found.push(Diagnosis {
            kind: diagnosis::UNCLAIMED_GROUP,
            sure: Sure::Possible,
            text: format!("perhaps nobody claims group \"{}\"", shown(idle)),
            known_by: format!("{sign}; name the directory in charge with --directory to be certain"),
            objects: objects([idle], group),
        });
    }
}

fn by_directory(
    state: &TenantState,
    register: &Register<'_>,
    exported: &[(usize, &ExportedGroup)],
    found: &mut Vec<Diagnosis>,
    told: &HashSet<String>,
) {
    let mut there = HashSet::new();
    // Where no group shows a member, the target may be one that never does.
    let shows_members = state.groups.iter().any(|g| members(g).next().is_some());
    let sure = if shows_members { Sure::Certain } else { Sure::Possible };
    for one in &state.groups {
        let Some(at) = register.claim(one) else {
            if !register.denies_groups {
                continue;
            }
            found.push(Diagnosis {
                kind: diagnosis::UNCLAIMED_GROUP,
                sure: Sure::Certain,
                text: format!("nobody claims group \"{}\"", shown(one)),
                known_by: "the directory: no group has this name or externalId".to_owned(),
                objects: objects([one], group),
            });
            continue;
        };
        there.insert(at);
        if !told.contains(&id(one)) {
            let other = register.wanted(at).and_then(|wanted| other_members(state, register, one, &wanted));
            found.extend(other.map(|diagnosis| Diagnosis { sure, ..diagnosis }));
        }
    }
    if !state.complete {
        return;
    }
    for (_, (_, missing)) in exported.iter().enumerate().filter(|(at, _)| !there.contains(at)) {
        let detail = format!("{} members in the directory", missing.members.as_ref().map_or(0, Vec::len));
        let name = missing.display_name.clone();
        found.push(Diagnosis {
            kind: diagnosis::MISSING_GROUP,
            sure: Sure::Certain,
            text: format!("group \"{}\" is not there", show(&name)),
            known_by: "the directory: no group on the target has this name or externalId".to_owned(),
            objects: vec![Concerned { what: "group", id: None, name, detail }],
        });
    }
}

/// Who should be a member and is not, and the other way round. Who has no account is not the group's fault; who is not in
/// the directory is told of as a stranger.
fn other_members(
    state: &TenantState,
    register: &Register<'_>,
    one: &Value,
    wanted: &HashSet<usize>,
) -> Option<Diagnosis> {
    let listed: HashSet<Cow<'_, str>> = members(one).map(|(value, _)| value).collect();
    let is_there: HashSet<usize> = state
        .users
        .iter()
        .filter(|u| listed.contains(id(u).as_str()))
        .flat_map(|u| [register.by_external_id(u), register.by_name(u)])
        .flatten()
        .collect();
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    for account in &state.users {
        let Some(owner) = register.owner(account) else { continue };
        let member = listed.contains(id(account).as_str());
        if wanted.contains(&owner) && !is_there.contains(&owner) && active(account) {
            missing.push(account);
        } else if member && !wanted.contains(&owner) {
            extra.push(account);
        }
    }
    if missing.is_empty() && extra.is_empty() {
        return None;
    }
    let mut concerned = objects([one], group);
    for (all, word) in [(&missing, "is missing"), (&extra, "is too many")] {
        for mut object in objects(all.iter().copied(), user) {
            object.detail = word.to_owned();
            concerned.push(object);
        }
    }
    let text = format!("group \"{}\": {} members are missing, {} are too many", shown(one), missing.len(), extra.len());
    let known_by = format!("the directory's members of this group{}", super::odd::shape(listed.len(), wanted.len()));
    Some(Diagnosis { kind: diagnosis::OTHER_MEMBERS, sure: Sure::Certain, text, known_by, objects: concerned })
}
