//! Groups and their members after a switch.

use super::people::{accounts, counting};
use super::{DamageKind, Damages, GroupBeforeAndAfter, Switch};
use crate::invariants::{id, key, members, show, text};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) fn judge(switch: &Switch<'_>, found: &mut Damages) {
    for team in switch.groups.iter().filter(|team| team.new.is_some()) {
        one(switch, team, found);
    }
    for group in &switch.after.groups {
        unclaimed(switch, group, found);
        old_link(switch, group, found);
    }
}

/// Names that people take for the same.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn called(group: &Value, name: &str) -> bool {
    text(group, "displayName").is_some_and(|n| folded(n) == folded(name))
}

fn addressed(group: &Value, claim: Option<&super::IdpRecord>) -> bool {
    let link = claim.and_then(|c| c.link.as_deref());
    link.is_some() && key(group, "id").as_deref() == link
}

fn one(switch: &Switch<'_>, team: &GroupBeforeAndAfter, found: &mut Damages) {
    let there: Vec<&Value> = switch.after.groups.iter().filter(|g| called(g, &team.name)).collect();
    if there.len() > 1 {
        let ids: Vec<String> = there.iter().map(|g| described(g)).collect();
        found.add(DamageKind::SameNameGroup, format!("{} groups have one name: {}", ids.len(), ids.join(", ")));
    }
    let linked = there.iter().find(|g| addressed(g, team.new.as_ref()));
    match linked.or(there.first()) {
        Some(group) => wrong_members(switch, team, group, found),
        None if switch.after.complete => {
            found.add(DamageKind::LostGroup, format!("there is no group {}", show(&team.name)));
        }
        None => {}
    }
}

/// Members whom the new directory does not have there, and those missing who have an account.
fn wrong_members(switch: &Switch<'_>, team: &GroupBeforeAndAfter, group: &Value, found: &mut Damages) {
    let seen: BTreeSet<Cow<'_, str>> = members(group).map(|(value, _)| value).collect();
    let mut wanted: BTreeSet<Cow<'_, str>> = BTreeSet::new();
    let mut missing: Vec<&str> = Vec::new();
    for human in switch.people.iter().filter(|h| team.members.contains(&h.name)) {
        let theirs = counting(&accounts(&switch.after.users, human), human);
        let ids: Vec<Cow<'_, str>> = theirs.iter().filter_map(|a| key(a, "id")).collect();
        if !ids.is_empty() && !ids.iter().any(|id| seen.contains(id)) {
            missing.push(&human.name);
        }
        wanted.extend(ids);
    }
    let extra: Vec<String> = seen.difference(&wanted).map(|id| who(switch, id)).collect();
    if missing.is_empty() && extra.is_empty() {
        return;
    }
    let mut told = Vec::new();
    if !missing.is_empty() {
        told.push(format!("lacks {}", missing.join(" and ")));
    }
    if !extra.is_empty() {
        told.push(format!("has {} besides", extra.join(" and ")));
    }
    found.add(DamageKind::WrongMembers, format!("group {} {}", described(group), told.join(" and ")));
}

/// Whose account an id is, as far as is known.
fn who(switch: &Switch<'_>, id: &str) -> String {
    let of = |human: &&super::PersonBeforeAndAfter| {
        accounts(&switch.after.users, human).iter().any(|account| key(account, "id").as_deref() == Some(id))
    };
    match switch.people.iter().find(of) {
        Some(human) => format!("an account of {} (id {})", human.name, show(id)),
        None => format!("the unknown id {}", show(id)),
    }
}

/// A group that the old IdP had made, or that came into being meanwhile, and that the new directory does not have. What
/// was there before without either IdP is the product's own.
fn unclaimed(switch: &Switch<'_>, group: &Value, found: &mut Damages) {
    let claimed = |team: &GroupBeforeAndAfter| {
        team.new.is_some() && (called(group, &team.name) || addressed(group, team.new.as_ref()))
    };
    if switch.groups.iter().any(claimed) {
        return;
    }
    let of_old = |team: &GroupBeforeAndAfter| {
        team.old.is_some() && (called(group, &team.name) || addressed(group, team.old.as_ref()))
    };
    let there_before = switch.before.groups.iter().any(|g| key(g, "id") == key(group, "id"));
    if switch.groups.iter().any(of_old) || !there_before {
        found.add(DamageKind::GhostGroup, format!("nobody claims group {}", described(group)));
    }
}

fn old_link(switch: &Switch<'_>, group: &Value, found: &mut Damages) {
    let Some(given) = text(group, "externalId") else { return };
    let of_old = |team: &GroupBeforeAndAfter| team.old.as_ref().is_some_and(|claim| claim.external_id == given);
    if switch.groups.iter().any(of_old) {
        let text = format!("group {} carries the externalId \"{}\" of the old IdP", described(group), show(given));
        found.add(DamageKind::OldLink, text);
    }
}

fn described(group: &Value) -> String {
    let name = text(group, "displayName").map_or_else(|| "(no displayName)".to_owned(), show);
    format!("{name} (id {})", show(&id(group)))
}
