//! What is to become of groups and their members.

use super::Believe;
use super::draft::{Draft, id, link, members, name, reason};
use super::survivor::choose;
use serde_json::Value;
use state::{Diagnosis, active};
use std::collections::HashSet;

/// A group that nobody claims: it goes only where that was asked for.
pub(super) fn unclaimed(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    for group in draft.groups_of(diagnosis) {
        let protected = members(group).find(|member| draft.protected.contains_key(member));
        if draft.spared(&id(group), diagnosis) || protected.is_some_and(|member| draft.spared(&member, diagnosis)) {
            continue;
        }
        match draft.may_delete() {
            Ok(()) => delete(draft, diagnosis, group, &diagnosis.known_by),
            Err(not) => {
                draft.leave(diagnosis, &format!("{not}; what it grants has to be taken away in the product first"));
            }
        }
    }
}

/// The group goes, and first it leaves the groups it is a member of: a target may keep the reference.
fn delete(draft: &mut Draft<'_>, diagnosis: &Diagnosis, group: &Value, why: &str) {
    let own = id(group);
    for parent in draft.memberships.get(&own).cloned().unwrap_or_default() {
        draft.member(&parent, &own, false, reason(diagnosis, "the member is deleted"));
    }
    draft.group(&own).delete = Some(reason(diagnosis, why));
}

/// Groups of one name: one stays, and gets the members of the others where the directory does not say who belongs there.
pub(super) fn twins(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let all = draft.groups_of(diagnosis);
    let Some((stays, because)) = choose(draft, &all, false) else {
        return draft.leave(diagnosis, "several of them are protected; decide by hand");
    };
    let own = id(stays);
    draft.kept.insert(own.clone(), name(stays));
    draft.together.push(all.iter().map(|g| id(g)).collect());
    let wanted = draft.claims.and_then(|claims| claims.wanted(stays));
    let present: HashSet<String> = members(stays).collect();
    for other in all.iter().copied().filter(|g| id(g) != own) {
        let why = format!("group {} (id {own}) stays, because {because}", name(stays));
        for member in members(other).filter(|m| !present.contains(m)) {
            let belongs = match (&wanted, draft.users.get(&member)) {
                (Some(wanted), Some(user)) => draft.owner(user).is_some_and(|owner| wanted.contains(&owner)),
                (Some(_), None) => false,
                (None, user) => user.is_some() || draft.groups.contains_key(&member),
            };
            if belongs && !draft.gives_way.contains_key(&member) {
                draft.member(&own, &member, true, reason(diagnosis, format!("{why}; its members come along")));
            }
        }
        if link(other).is_some() && link(other) == link(stays) {
            draft.group(&id(other)).link = Some((None, reason(diagnosis, format!("{why}, and keeps the link"))));
        }
        match draft.may_delete() {
            Ok(()) => delete(draft, diagnosis, other, &format!("{why}; move its grants first")),
            Err(not) => draft.leave(diagnosis, &format!("the other group (id {}) stays: {not}", id(other))),
        }
    }
}

/// A group that lists nobody's id. What a user says of groups is the product's to derive.
pub(super) fn dangling(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let (group, missing) = match &diagnosis.objects[..] {
        [group, missing, ..] if group.what == "group" => (group.id.clone(), missing.id.clone()),
        _ => (None, None),
    };
    match group.zip(missing) {
        Some((group, _)) if !draft.state.complete => {
            let why = format!("not everything could be read, so nobody can say that a member of group {group} is gone");
            draft.leave(diagnosis, &why);
        }
        Some((group, missing)) if !draft.spared(&group, diagnosis) => {
            draft.member(&group, &missing, false, reason(diagnosis, "no user and no group has this id"));
        }
        Some(_) => {}
        None => draft.leave(diagnosis, "the product derives `groups` of a user itself: push the group again"),
    }
}

/// Members that are missing or too many, as the directory sees it. Whom the directory does not know is touched only where the
/// diagnosis names them.
pub(super) fn other_members(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let Some(claims) = draft.claims else { return };
    let named: HashSet<String> = draft.users_of(diagnosis).into_iter().map(id).collect();
    // Whose link is on another's account has their own.
    let with_name: HashSet<usize> = draft.state.users.iter().filter_map(|u| claims.by_name(u)).collect();
    for group in draft.groups_of(diagnosis).into_iter().take(1) {
        let own = id(group);
        let listed: HashSet<String> = members(group).collect();
        let wanted: HashSet<usize> = claims.wanted(group).unwrap_or_default().into_iter().collect();
        for account in &draft.state.users {
            let member = id(account);
            let owner = draft.owner(account);
            if draft.gives_way.contains_key(&member) || (owner.is_none() && !named.contains(&member)) {
                continue;
            }
            let belongs = owner.is_some_and(|owner| wanted.contains(&owner));
            match (listed.contains(&member), belongs) {
                (false, true) => {
                    let chosen = owner.and_then(|at| draft.accounts.get(&at)).is_none_or(|chosen| *chosen == member);
                    let theirs = draft.options.believe == Believe::Link
                        || owner.is_some_and(|at| claims.by_name(account) == owner || !with_name.contains(&at));
                    if chosen && theirs && active(account) {
                        let why = "the directory has the person in this group";
                        draft.member(&own, &member, true, reason(diagnosis, why));
                    }
                }
                (true, false) if !draft.spared(&own, diagnosis) && !draft.spared(&member, diagnosis) => {
                    let why = "the directory does not have the person in this group";
                    draft.member(&own, &member, false, reason(diagnosis, why));
                }
                _ => {}
            }
        }
    }
}
